//go:build realkafka

package rebalances

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka"
	"kscope/model"
)

// A watcher looks at a group as the program does.
type watcher struct {
	name   string
	group  string
	client *kafka.Client

	mu       sync.Mutex
	snapshot model.Snapshot
	changes  []change
	looks    []look
	err      error
	done     chan struct{}
}

// Watch looks on until the test ends.
func watch(t testing.TB, name string, door model.Connection, group string, opts ...kgo.Opt) *watcher {
	t.Helper()
	w := &watcher{name: name, group: group, done: make(chan struct{})}
	var err error
	if w.client, err = kafka.Dial(door, append(opts, kgo.WithHooks(w))...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(w.done)
		err := w.client.Ask(ctx, model.WatchGroup{Group: group}, w.fold)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = err
	}()
	t.Cleanup(func() {
		early := w.ended()
		cancel()
		<-w.done
		w.client.Close()
		if early || !errors.Is(w.err, context.Canceled) {
			t.Errorf("watching by %s ended with %v", name, w.err)
		}
	})
	return w
}

func (w *watcher) ended() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

func (w *watcher) fold(e model.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.snapshot = w.snapshot.Apply(e)
	now := time.Now()
	if h := w.snapshot.Histories[w.group]; h != nil {
		shows := latest(h).String()
		if h.Open != nil {
			shows = "open"
		}
		if n := len(w.changes); n == 0 || w.changes[n-1].what != shows {
			w.changes = append(w.changes, change{now, shows})
		}
	}
}

// A change is when something was first shown: owners, or that there is an open rebalance.
type change struct {
	at   time.Time
	what string
}

// History returns what is known so far; it is never nil.
func (w *watcher) history() *model.History {
	w.mu.Lock()
	defer w.mu.Unlock()
	if h := w.snapshot.Histories[w.group]; h != nil {
		return h
	}
	return &model.History{}
}

// A look is when it was asked what a group is like, and when the answer came.
type look struct{ asked, answered time.Time }

// OnBrokerE2E implements kgo.HookBrokerE2E: it notes when the group is looked at.
func (w *watcher) OnBrokerE2E(_ kgo.BrokerMetadata, key int16, e2e kgo.BrokerE2E) {
	if e2e.Err() != nil {
		return
	}
	switch kmsg.Key(key) {
	case kmsg.DescribeGroups, kmsg.ConsumerGroupDescribe, kmsg.ShareGroupDescribe, kmsg.StreamsGroupDescribe:
		now := time.Now()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.looks = append(w.looks, look{now.Add(-e2e.DurationE2E()), now})
	}
}

// Looked reports whether it asked and was answered between two moments.
func (w *watcher) looked(from, to time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.looks, func(l look) bool { return l.asked.After(from) && l.answered.Before(to) })
}

// Pause is the longest from a question to the answer after its own.
func (w *watcher) pause() (longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := 1; i < len(w.looks); i++ {
		longest = max(longest, w.looks[i].answered.Sub(w.looks[i-1].asked))
	}
	return longest
}

// Until waits until the history is as wanted.
func (w *watcher) until(t testing.TB, what string, ok func(*model.History) bool) *model.History {
	t.Helper()
	deadline := time.Now().Add(forever)
	for {
		h := w.history()
		if ok(h) {
			return h
		}
		if time.Now().After(deadline) || w.ended() {
			t.Fatalf("by %s: waiting for %s\n%s", w.name, what, told(h))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Told is a history in words, for a test that fails.
func told(h *model.History) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, log %d, %d lanes, %d moments from %s to %s\n", h.Kind, h.Log.State, len(h.Lanes), len(h.Moments), clock(h.Begin), clock(h.Seen))
	for i := range h.Rebalances {
		b.WriteString(toldRebalance(h, &h.Rebalances[i]))
	}
	if h.Open != nil {
		b.WriteString("open: " + toldRebalance(h, h.Open))
	}
	for _, m := range h.Moments[max(0, len(h.Moments)-40):] {
		fmt.Fprintf(&b, "  %s %s %s epoch %d/%d past %t gone %t %v\n", clock(m.At), m.Origin, m.State, m.Epoch, m.AssignmentEpoch, m.Past, m.Gone, owned(h, &m))
	}
	return b.String()
}

func toldRebalance(h *model.History, r *model.Rebalance) string {
	var who []string
	for _, seat := range r.Who {
		who = append(who, h.Seats[seat].ClientID)
	}
	return fmt.Sprintf("%d→%d %s %s–%s ±%v %s %v moved %d kept %d lost %d pause %v past %t inferred %t %v\n",
		r.From, r.To, r.Origin, clock(r.Begun), clock(r.Ended), r.Within, r.Trigger, who, r.Moved, r.Kept, r.Lost, r.Pause, r.Past, r.Inferred, r.Phases)
}

func clock(t time.Time) string { return t.Format("05.000") }

// Owned returns who owns what in a moment, by client id.
func owned(h *model.History, m *model.Moment) ownership {
	all := ownership{}
	for lane, owner := range m.Owners {
		if owner >= 0 {
			all[tp{h.Lanes[lane].Topic, h.Lanes[lane].Partition}] = h.Seats[owner].ClientID
		}
	}
	return all
}

// Latest returns who owns what at the end of a history.
func latest(h *model.History) ownership {
	if len(h.Moments) == 0 {
		return ownership{}
	}
	return owned(h, &h.Moments[len(h.Moments)-1])
}
