//go:build e2e && realkafka

package e2e

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kscope/kafka/realkafka"
	"kscope/ui/e2e/terminal"
)

// state is the state of a broker as its row has it.
func state(shot *terminal.Shot, broker int) string {
	p := shot.Pane(brokersPane)
	ids, states := column(p, "id"), column(p, "state")
	if i := slices.Index(ids, strconv.Itoa(broker)); i >= 0 && i < len(states) {
		return states[i]
	}
	return ""
}

func (k *real) killed(t *testing.T) {
	const victim = 2
	s := k.explore(t)
	s.choose("orders")
	s.until("partitions of orders", func(shot *terminal.Shot) bool { return slices.Contains(leaders(shot), strconv.Itoa(victim)) })
	begin := time.Now()
	k.Kill(victim)

	slowest := time.Duration(0)
	told, moved := time.Duration(0), time.Duration(0)
	for i := 0; moved == 0 || told == 0 || i < 20; i++ {
		slowest = max(slowest, s.keyToScreen(i))
		shot := s.Shot()
		if st := state(shot, victim); told == 0 && st != "up" && st != "" {
			told = time.Since(begin)
		}
		if l := leaders(shot); moved == 0 && len(l) == 12 && !slices.Contains(l, strconv.Itoa(victim)) {
			moved = time.Since(begin)
		}
		if time.Since(begin) > patience {
			t.Fatalf("told is %v and moved %v:\n%s", told, moved, s.Shot().Text())
		}
	}
	t.Logf("its row said so after %v, the leaders of orders had moved after %v, a key took at most %v to show",
		told.Round(time.Millisecond), moved.Round(time.Millisecond), slowest.Round(time.Millisecond))
	if slowest > stalled {
		t.Errorf("a key took %v to show", slowest)
	}
	s.see("2/3 brokers", "under-replicated")
	s.pane(partitionsPane, "×")
	s.intact()

	if err := k.Start(t.Context(), victim); err != nil {
		t.Fatal(err)
	}
	s.until("broker that is up again", func(shot *terminal.Shot) bool { return state(shot, victim) == "up" })
	s.until("cluster in sync", func(shot *terminal.Shot) bool { return shot.Shows("3/3 brokers", "healthy") })
	s.press("2")
	s.focus(topicsPane)
	s.choose("audit") // which only the broker that was killed has
	s.pane(partitionsPane, "■")
	s.intact()
}

// stalled is what no key takes that waits for no broker, and any that does: a request is
// given up after ten seconds.
const stalled = 9 * time.Second

// keyToScreen presses a key and returns how long the screen took to follow.
func (s *session) keyToScreen(i int) time.Duration {
	s.t.Helper()
	n := i % 3
	begin := time.Now()
	s.press(strconv.Itoa(n + 1))
	s.focus(panes[n])
	took := time.Since(begin)
	time.Sleep(50 * time.Millisecond) // nobody types faster
	return took
}

// The program is started before the cluster is.
func (k *real) late(t *testing.T) {
	for n := 1; n <= k.Nodes(); n++ {
		k.Kill(n)
	}
	s := open(t, setup{args: []string{"-b", k.seeds(realkafka.Plaintext)}})
	s.until("diagnosis", func(shot *terminal.Shot) bool {
		text := said(shot.Pane("Connecting"))
		return strings.Contains(text, "Nothing listens at "+k.Address(realkafka.Plaintext, 1)) && strings.Contains(text, "start the broker")
	})
	for _, size := range [][2]int{{300, 80}, {10, 3}, {60, 20}, {160, 45}} {
		s.size(size[0], size[1])
	}
	s.until("diagnosis, still", func(shot *terminal.Shot) bool { return shot.Pane("Connecting") != nil })
	begin := time.Now()
	var all sync.WaitGroup
	failures := make([]error, k.Nodes())
	for i := range failures {
		all.Go(func() { failures[i] = k.Start(t.Context(), i+1) })
	}
	all.Wait()
	for i, err := range failures {
		if err != nil {
			t.Errorf("broker %d: %v", i+1, err)
		}
	}
	upAfter := time.Since(begin)
	s.until("explorer", func(shot *terminal.Shot) bool {
		return shot.Pane("Connecting") == nil && shot.Shows("3/3 brokers", "orders")
	})
	t.Logf("the cluster was up after %v, the explorer %v later", upAfter.Round(time.Millisecond), (time.Since(begin) - upAfter).Round(time.Millisecond))
	s.settledReal()
	s.intact()
}
