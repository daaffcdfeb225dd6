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

// A look is how a recording says that a group was.
type look struct {
	Event, State string
	Members      []struct {
		ClientID   string `json:"client_id"`
		Assignment []struct{ Partitions []int32 }
	}
}

// shows reports whether the group was stable and each of these members had so many
// partitions, and nobody else was in it.
func (l *look) shows(owned map[string]int) bool {
	if l.State != "Stable" || len(l.Members) != len(owned) {
		return false
	}
	for _, m := range l.Members {
		n := 0
		for _, a := range m.Assignment {
			n += len(a.Partitions)
		}
		if want, member := owned[m.ClientID]; !member || n != want {
			return false
		}
	}
	return true
}

// recorded waits until each of these members has so many partitions at the last look
// that a file holds.
func recorded(t *testing.T, file string, owned map[string]int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		b, _ := os.ReadFile(file) // which is not there before there is something to write
		var last look
		for line := range strings.Lines(string(b)) {
			var l look
			if json.Unmarshal([]byte(line), &l) == nil && l.Event == "described" { // the last line may lack its end
				last = l
			}
		}
		if last.shows(owned) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the members do not have %v at the last look of\n%s", owned, b)
		}
	}
}

// TestAGroupFromJoiningToReplay has a consumer join another and leave again, while one
// kscope watches and another records, which is killed in the end. Both look at the group
// now and then: nothing happens before both have seen what was before.
func TestAGroupFromJoiningToReplay(t *testing.T) {
	t.Parallel()
	seeds, file := serve(t), filepath.Join(t.TempDir(), "night.jsonl")
	alone, together := map[string]int{"first": 12}, map[string]int{"first": 6, "second": 6}
	joins(t, seeds, "first")
	recorder := follow(t, "record", "-b", seeds, watched, "-f", file)
	recorded(t, file, alone)
	watcher := follow(t, "groups", "watch", "-b", seeds, watched, "-o", "json")
	if o := watcher.next("watching"); o["state"] != "Stable" || len(o["members"].([]any)) != 1 {
		t.Errorf("%v", o)
	}

	second := joins(t, seeds, "second")
	if o := watcher.next("member_joined"); o["client_id"] != "second" || o["group"] != watched {
		t.Errorf("%v", o)
	}
	watcher.halved()
	recorded(t, file, together)
	owned(t, seeds, 2)
	second.Close()
	if o := watcher.next("member_gone"); o["client_id"] != "second" || o["group"] != watched {
		t.Errorf("%v", o)
	}
	watcher.halved()
	recorded(t, file, alone)
	if says := watcher.interrupt(); !strings.HasSuffix(says, " events\n") {
		t.Errorf("it says %q", says)
	}
	_ = recorder.cmd.Process.Kill()
	_ = recorder.cmd.Wait()
	checkReplay(t, file)
}

// halved waits for the end of a rebalance, by which half of the partitions go to another.
func (f *following) halved() {
	f.t.Helper()
	if o := f.next("rebalance_finished"); o["moved"] != 6.0 || o["kept"] != 6.0 || o["lost"] != 0.0 {
		f.t.Errorf("%v", o)
	}
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
	var told []string
	for line := range strings.Lines(says(t, "replay", file, "-o", "json")) {
		var e object
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		switch e["event"] {
		case "watching", "member_joined", "rebalance_finished", "member_gone":
			told = append(told, e["event"].(string))
		}
	}
	// The recorder may have seen the first one join too: then that is told before.
	want := []string{"member_joined", "rebalance_finished", "member_gone", "rebalance_finished"}
	if from := max(0, len(told)-len(want)); len(told) == 0 || told[0] != "watching" || !slices.Equal(told[from:], want) {
		t.Errorf("the recording tells %v, not %v", told, want)
	}
	s := open(t, setup{args: []string{"replay", file}})
	s.see("recording night.jsonl", watched, membersPane, ownershipPane, rebalancesPane, generationPane)
	s.pane(rebalancesPane, "~2→3", "− gone", "second", " 6 ")
	s.pane(rebalancesPane, "→2", "+ joined", "second", " 6 ")
	s.shows(generationPane+" 3", "− gone", "2 members", "1 member")
	s.press("3", "j") // the one before
	s.shows(generationPane+" 2", "+ joined", "1 member", "2 members")
	s.press("4", "]")
	s.shows(generationPane+" 3", "− gone")
	s.press("[")
	s.shows(generationPane+" 2", "+ joined")
	s.press("q")
	if status := s.ends(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}
