//go:build e2e && realkafka

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/ui/e2e/terminal"
)

// The group of this story, and the topic of three partitions that it reads.
const (
	invoicing = "invoicing"
	invoices  = "invoices"
)

// A worker is a consumer in a process of its own.
type worker struct {
	client string
	cmd    *exec.Cmd
	stdin  io.WriteCloser // it leaves when this is closed
	done   chan struct{}  // closed when its process is gone

	mu   sync.Mutex
	last receipt
}

// worker starts a consumer.
func (k *real) worker(t *testing.T, client string) *worker {
	t.Helper()
	encoded, err := json.Marshal(recipe{Seeds: k.Seeds(realkafka.Plaintext), Client: client, Group: invoicing, Topic: invoices})
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{client: client, cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), asConsumer+"="+string(encoded))
	w.cmd.Stderr = os.Stderr
	if w.stdin, err = w.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go w.listen(out)
	t.Cleanup(w.kill)
	return w
}

func (w *worker) listen(out io.Reader) {
	defer close(w.done)
	for said := json.NewDecoder(out); ; {
		var r receipt
		if said.Decode(&r) != nil {
			break
		}
		w.mu.Lock()
		w.last = r
		w.mu.Unlock()
	}
	_ = w.cmd.Wait() // how it ended is the test's doing
}

// kill ends it without a word to the group.
func (w *worker) kill() {
	_ = w.cmd.Process.Kill() // unless it is gone
	<-w.done
}

// has is what the worker was last assigned, and in which generation.
func (w *worker) has() receipt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// shared waits until workers of the same generation have all three partitions, and
// returns that generation and whose each is.
func shared(t *testing.T, workers ...*worker) (generation int32, owners [3]string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		generation, owners = workers[0].has().Generation, [3]string{}
		held := 0
		for _, w := range workers {
			last := w.has()
			if last.Generation != generation {
				held = -3
			}
			for _, p := range last.Partitions {
				owners[p] = w.client
				held++
			}
		}
		if held == len(owners) {
			return generation, owners
		}
		if time.Now().After(end) {
			t.Fatalf("in generation %d the partitions are %v's", generation, owners)
		}
	}
}

// invoiced creates the topic, and has records written to each partition until the
// test ends, so that there is something to commit.
func (k *real) invoiced(t *testing.T) {
	t.Helper()
	if err := k.CreateTopic(t.Context(), invoices, 3, 3, nil); err != nil {
		t.Fatal(err)
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(100))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() {
		for tick := time.NewTicker(200 * time.Millisecond); ctx.Err() == nil; {
			for p := range int32(3) {
				cl.TryProduce(ctx, &kgo.Record{Topic: invoices, Partition: p, Value: []byte("due")}, nil)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				tick.Stop()
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		writing.Wait()
		cl.Close()
	})
}

// A chapter is a rebalance as a row tells of it.
type chapter struct{ generations, trigger, who, moved, kept, lost, known string }

// chapters reads the list of rebalances, newest first. It must have the screen to
// itself: else there is no room for every column.
func chapters(shot *terminal.Shot) []chapter {
	p := shot.Pane("Rebalances")
	titles := []string{"gen", "trigger", "who", "moved", "kept", "lost"}
	of := map[string][]string{}
	for _, title := range titles {
		of[title] = column(p, title)
		if of[title] == nil {
			return nil
		}
	}
	before, _, _ := strings.Cut(p.Rows[0], "lag built")
	known := len([]rune(before + "lag built")) // where the column begins: what is in it is wider than its title
	var all []chapter
	for i, generations := range of["gen"] {
		if !strings.Contains(generations, "→") {
			break
		}
		_, who, _ := strings.Cut(of["who"][i], " ") // after the letter
		all = append(all, chapter{generations, of["trigger"][i], who, of["moved"][i], of["kept"][i], of["lost"][i], strings.TrimSpace(string([]rune(p.Rows[i+1] + strings.Repeat(" ", known))[known:]))})
	}
	return all
}

// story gives the list of rebalances the whole screen, waits until it has so many, and
// returns them.
func (s *session) story(n int) []chapter {
	s.t.Helper()
	s.press("3")
	s.focus(rebalancesPane)
	s.press("z")
	var told []chapter
	s.until(fmt.Sprintf("list of %d rebalances", n), func(shot *terminal.Shot) bool {
		frames, err := shot.Frames()
		told = chapters(shot)
		return err == nil && len(frames) == 1 && len(told) == n
	})
	s.intact()
	return told
}

// watched has a fourth consumer join three, and one of the four killed: before the eyes
// of somebody who may read the group's log, and of one who may not. Who comes later is
// told the same story.
func (k *real) watched(t *testing.T) {
	k.invoiced(t)
	k.letAliceLook(t)
	var workers []*worker
	for i := range 3 {
		workers = append(workers, k.worker(t, fmt.Sprintf("billing-%d", i+1)))
		shared(t, workers...)
	}
	_, owners := shared(t, workers...)
	s := k.explore(t)
	s.watch(invoicing)
	s.owned(owners)
	s.fromTheLog()
	alice := k.aliceWatches(t)
	alice.owned(owners)

	begin := time.Now()
	workers = append(workers, k.worker(t, "billing-4"))
	fourth, owners := shared(t, workers...)
	s.pane(rebalancesPane, fmt.Sprintf("%d→%d", fourth-1, fourth), "+ joined", "billing-4")
	joined := time.Since(begin)
	idle := slices.IndexFunc(workers, func(w *worker) bool { return !slices.Contains(owners[:], w.client) })
	s.pane(membersPane, workers[idle].client, "idle: 4 members, 3 partitions")
	s.pane(generationPane, "after", "4 members", "1 idle")
	s.owned(owners)
	s.intact()
	alice.pane(rebalancesPane, "+ joined", "billing-4")

	// The range assignor deals in the order of member ids: the partition of the last who
	// has one goes to the one who has none.
	heir, victim := workers[idle].client, slices.IndexFunc(workers, func(w *worker) bool { return w.client == owners[2] })
	dead := workers[victim].client
	begin = time.Now()
	workers[victim].kill()
	workers = slices.Delete(workers, victim, victim+1)
	s.pane(rebalancesPane, "× expired", dead)
	t.Logf("the one who joined was told of %v after its process was started, the killed one %v after its end",
		joined.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond))
	fifth, owners := shared(t, workers...)
	if owners[2] != heir {
		t.Errorf("the partitions are %v's, and the third is not %s's, who was idle", owners, heir)
	}
	s.owned(owners)
	s.pane(generationPane, "2", dead, heir)
	s.lose("idle: ")
	s.intact()

	told := s.story(int(fifth))
	s.quit()
	k.toldAgain(t, told, owners)
	alice.owned(owners)
	alice.polled(dead)
}

// quit goes back to the explorer, and ends it.
func (s *session) quit() {
	s.t.Helper()
	s.press("q")
	s.lose("▸ groups ▸")
	s.press("q")
	if status := s.ends(); status != 0 {
		s.t.Errorf("the exit status is %d", status)
	}
	s.restored()
}

// owned waits until the lane of each partition is its owner's now.
func (s *session) owned(owners [3]string) {
	s.t.Helper()
	s.until(fmt.Sprintf("lanes that are %v's", owners), func(shot *terminal.Shot) bool {
		now := column(shot.Pane(ownershipPane), "now")
		for p, client := range owners {
			if p >= len(now) || !strings.HasSuffix(now[p], " "+client) {
				return false
			}
		}
		return true
	})
}

// fromTheLog waits until the lanes say that they are.
func (s *session) fromTheLog() {
	s.t.Helper()
	s.until("word of the log", func(shot *terminal.Shot) bool {
		p := shot.Pane(ownershipPane)
		return p != nil && strings.Contains(p.Title, "from the log, times exact")
	})
}

// toldAgain opens the group's screen afresh, which must tell what was told: now all of
// it is from the log.
func (k *real) toldAgain(t *testing.T, told []chapter, owners [3]string) {
	t.Helper()
	s := k.explore(t)
	s.watch(invoicing)
	s.fromTheLog()
	s.owned(owners)
	again := s.story(len(told))
	for i := range told {
		first, then := told[i], again[i]
		to := len(told) - i // the generation, as the first is 1
		if want := fmt.Sprintf("%d→%d", to-1, to); first.generations != want {
			t.Errorf("%s was told where %s belongs", first.generations, want)
		}
		if seen := i < 2; !strings.HasPrefix(first.known, "log") || seen == (first.known == "log, past") || then.known != "log, past" {
			t.Errorf("%s was known from %q, then from %q", first.generations, first.known, then.known)
		}
		first.known = then.known
		if first != then {
			t.Errorf("told was %q, and then %q", first, then)
		}
	}
}

// polled checks what somebody was told who may not read the log: the two rebalances
// that there were meanwhile, at times that are not exact.
func (s *session) polled(dead string) {
	s.t.Helper()
	told := s.story(2)
	joined, gone := told[1], told[0]
	if joined.trigger != "+ joined" || joined.who != "billing-4" || joined.moved != "0" || !strings.HasPrefix(joined.known, "± ") {
		s.t.Errorf("by polling, the first is %q", joined)
	}
	if gone.trigger != "× expired" && gone.trigger != "− gone" || gone.who != dead || gone.moved != "1" || !strings.HasPrefix(gone.known, "± ") {
		s.t.Errorf("by polling, the second is %q", gone)
	}
	s.see("the log needs Read on Topic __consumer_offsets", "shorter than a poll may be missed")
}

// letAliceLook gives Alice what an onlooker needs, and not the group's log.
func (k *real) letAliceLook(t *testing.T) {
	t.Helper()
	made, err := k.admin.CreateACLs(t.Context(), kadm.NewACLs().Allow("User:"+realkafka.Alice).AllowHosts().
		Topics(invoices).Groups(invoicing).ResourcePatternType(kadm.ACLPatternLiteral).Operations(kadm.OpDescribe))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range made {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
	}
}

// aliceWatches has Alice watch the group, who is told which right she lacks.
func (k *real) aliceWatches(t *testing.T) *session {
	t.Helper()
	w := way{"", realkafka.SASLPlaintext, login("SCRAM-SHA-512", realkafka.Alice), realkafka.AlicePassword}
	s := open(t, setup{args: w.args(k), env: w.env()})
	s.watch(invoicing)
	s.until("word of the right to read the group's log", func(shot *terminal.Shot) bool {
		p := shot.Pane(ownershipPane)
		return p != nil && strings.Contains(p.Title, "the log needs Read on Topic __consumer_offsets") && strings.Contains(p.Title, "polled")
	})
	return s
}
