//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// watched is the group that these tests make and look at.
const watched = "e2e-watched"

// joins is a consumer of orders in that group; it reads until it is closed.
func joins(t *testing.T, seeds, name string) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(seeds, ",")...), kgo.ConsumerGroup(watched), kgo.ConsumeTopics("orders"),
		kgo.ClientID(name), kgo.Balancers(kgo.RangeBalancer()), kgo.HeartbeatInterval(200*time.Millisecond), kgo.AutoCommitInterval(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		for !c.PollFetches(context.Background()).IsClientClosed() { // Close ends it; the test's context ends before that
		}
	})
	t.Cleanup(func() {
		c.Close()
		reading.Wait()
	})
	return c
}

// following is a command that goes on, and the objects that it prints.
type following struct {
	t      *testing.T
	cmd    *exec.Cmd
	events chan object
	seen   []object
	errs   strings.Builder
}

func follow(t *testing.T, args ...string) *following {
	t.Helper()
	f := &following{t: t, cmd: exec.Command(program, args...), events: make(chan object, 1000)}
	f.cmd.Stderr = &f.errs
	out, err := f.cmd.StdoutPipe()
	if err == nil {
		err = f.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.cmd.Process.Kill() })
	go f.read(out)
	return f
}

func (f *following) read(out io.Reader) {
	defer close(f.events)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var o object
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			f.t.Errorf("%v in %s", err, lines.Bytes())
			return
		}
		f.events <- o
	}
}

// next waits for an event of a kind.
func (f *following) next(event string) object {
	f.t.Helper()
	for late := time.After(patience); ; {
		select {
		case o, more := <-f.events:
			if !more {
				f.t.Fatalf("it ended before there was %s: %v", event, f.seen)
			}
			f.seen = append(f.seen, o)
			if o["event"] == event {
				return o
			}
		case <-late:
			f.t.Fatalf("there is no %s in %v", event, f.seen)
		}
	}
}

// interrupt ends it as ctrl+c does, and returns what it said.
func (f *following) interrupt() string {
	f.t.Helper()
	if err := f.cmd.Process.Signal(os.Interrupt); err != nil {
		f.t.Fatal(err)
	}
	for range f.events { // to its end
	}
	if err := f.cmd.Wait(); err != nil {
		f.t.Errorf("it ended with %v: %s", err, f.errs.String())
	}
	return f.errs.String()
}

// lines waits until a file has so many lines.
func lines(t *testing.T, file string, least int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		b, _ := os.ReadFile(file)
		if n := strings.Count(string(b), "\n"); n >= least {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the recording is\n%s", b)
		}
	}
}

// TestAGroupFromJoiningToReplay has a consumer join another and leave again, while one
// kscope watches and another records, which is killed in the end.
func TestAGroupFromJoiningToReplay(t *testing.T) {
	t.Parallel()
	seeds, file := serve(t), filepath.Join(t.TempDir(), "night.jsonl")
	joins(t, seeds, "first")
	recorder := follow(t, "record", "-b", seeds, watched, "-f", file)
	lines(t, file, 2)
	watcher := follow(t, "groups", "watch", "-b", seeds, watched, "-o", "json")
	watcher.next("watching")

	second := joins(t, seeds, "second")
	if o := watcher.next("member_joined"); o["client_id"] != "second" && o["client_id"] != "first" {
		t.Errorf("%v", o)
	}
	for watcher.next("rebalance_finished")["moved"] != 6.0 {
	}
	owned(t, seeds, 2)
	second.Close()
	if o := watcher.next("member_gone"); o["client_id"] != "second" || o["group"] != watched {
		t.Errorf("%v", o)
	}
	done := watcher.next("rebalance_finished")
	if done["moved"] != 6.0 || done["kept"] != 6.0 || done["lost"] != 0.0 {
		t.Errorf("%v", done)
	}
	if says := watcher.interrupt(); !strings.HasSuffix(says, " events\n") {
		t.Errorf("it says %q", says)
	}

	time.Sleep(500 * time.Millisecond) // two looks, which the recorder needs too
	_ = recorder.cmd.Process.Kill()
	_ = recorder.cmd.Wait()
	checkReplay(t, file)
}

// owned waits until a group's partitions are owned by so many members.
func owned(t *testing.T, seeds string, members int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		o := command(t, "", "groups", "describe", "-b", seeds, watched, "-o", "json")
		var groups []struct {
			State      string
			Members    []object
			Partitions []struct {
				MemberID *string `json:"member_id"`
				Lag      *int64
			}
		}
		if err := json.Unmarshal([]byte(o.out), &groups); err != nil {
			t.Fatalf("%v in %+v", err, o)
		}
		if g := groups[0]; g.State == "Stable" && len(g.Members) == members && len(g.Partitions) == 12 && g.Partitions[11].MemberID != nil && g.Partitions[11].Lag != nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the group is\n%s", o.out)
		}
	}
}

// checkReplay looks at a recording without a cluster: as lines, and on the screen.
func checkReplay(t *testing.T, file string) {
	t.Helper()
	o := command(t, "", "replay", file, "-o", "json")
	var told []string
	for line := range strings.Lines(o.out) {
		var e object
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		told = append(told, e["event"].(string))
	}
	for _, want := range []string{"watching", "member_joined", "rebalance_finished", "member_gone"} {
		if o.status != 0 || !slices.Contains(told, want) {
			t.Errorf("%d: there is no %s in %v", o.status, want, told)
		}
	}
	s := open(t, setup{args: []string{"replay", file}})
	s.see("recording night.jsonl", watched, "1 Members", "2 Ownership", "3 Rebalances", "4 Generation", "first")
	s.see("gone")
	s.press("[", "[")
	s.see("joined")
	s.press("q")
	if status := s.ends(patience); status != 0 {
		t.Errorf("exit status %d", status)
	}
}
