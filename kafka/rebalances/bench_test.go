//go:build realkafka

package rebalances

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// BenchmarkSeen measures how long after the coordinator changed a group that is known:
// from its log's line to the snapshot that shows it. An iteration is a member that comes
// or goes. Begun is from PreparingRebalance to an open rebalance, which only polling
// tells, over those that were seen before they ended; ended is from the leader's assignment to the new owners.
//
//	go test -tags realkafka -run '^$' -bench Seen -benchtime 60x ./kafka/rebalances
func BenchmarkSeen(b *testing.B) {
	g := stageGroup(b, "bench-seen", "range", 6)
	g.inProcess(b, "c1")
	g.settled(b)
	g.log.until(b, "the log to be followed", func(h *model.History) bool { return followed(h) && len(latest(h)) == 6 })
	var c2 *consumer
	var owners []ownership
	for b.Loop() {
		if c2 == nil {
			c2 = g.inProcess(b, "c2")
		} else {
			c2.leave()
			c2 = nil
		}
		owners = append(owners, g.settled(b))
	}
	time.Sleep(time.Second)
	preparing, received := g.times(b, "Preparing to rebalance"), g.times(b, "Assignment received")
	for _, w := range []*watcher{g.log, g.poll} {
		var begun, ended []time.Duration
		for i, want := range owners {
			// The first of both was c1's coming.
			begun = append(begun, w.lag(preparing[i+1], received[i+1], "open"))
			ended = append(ended, w.lag(received[i+1], time.Now(), want.String()))
		}
		report(b, begun, w.name+"-begun")
		report(b, ended, w.name+"-ended")
	}
}

// Times returns when the coordinator said so.
func (g *group) times(t testing.TB, says string) []time.Time {
	var all []time.Time
	for _, r := range scene.rulings(t, g.id) {
		if strings.Contains(r.says, says) {
			all = append(all, r.at)
		}
	}
	return all
}

// Lag returns how long after at the watcher showed something for the first time; negative
// if it did not before end.
func (w *watcher) lag(at, end time.Time, what string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.changes {
		if c.what == what && !c.at.Before(at) && c.at.Before(end) {
			return c.at.Sub(at)
		}
	}
	return -1
}

func report(b *testing.B, took []time.Duration, name string) {
	seen := slices.DeleteFunc(slices.Clone(took), func(d time.Duration) bool { return d < 0 })
	slices.Sort(seen)
	if len(seen) == 0 {
		b.Errorf("%s: never seen", name)
		return
	}
	quantile := func(q float64) float64 { return float64(seen[int(q*float64(len(seen)-1))].Milliseconds()) }
	b.ReportMetric(quantile(0.5), name+"-p50-ms")
	b.ReportMetric(quantile(0.95), name+"-p95-ms")
}

// BenchmarkSteady counts what watching a group in which nothing happens costs the
// cluster. An iteration is a second.
//
//	go test -tags realkafka -run '^$' -bench Steady -benchtime 20x ./kafka/rebalances
func BenchmarkSteady(b *testing.B) {
	for _, door := range []string{"log", "poll"} {
		b.Run(door, func(b *testing.B) {
			g := &group{id: "g-steady-" + door, topic: scene.topic(b, "steady-"+door, 6), partitions: 6, assignor: "range", oracle: newOracle()}
			g.inProcess(b, "c1")
			g.inProcess(b, "c2")
			g.settled(b)
			counts := &requests{}
			conn := scene.door()
			if door == "poll" {
				conn = scene.sideDoor()
			}
			w := watch(b, door, conn, g.id, kgo.WithHooks(counts))
			w.until(b, "the owners", func(h *model.History) bool { return len(latest(h)) == 6 })
			time.Sleep(3 * time.Second) // it gets to know the cluster
			counts.reset()
			for b.Loop() {
				time.Sleep(time.Second)
			}
			b.ReportMetric(float64(counts.sent())/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(counts.bytes())/b.Elapsed().Seconds(), "B-sent/s")
			b.Log(counts.byKey())
		})
	}
}

// Requests counts what a client sends.
type requests struct {
	mu   sync.Mutex
	keys map[int16]int
	sum  int
}

func (r *requests) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, bytes int, _, _ time.Duration, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys == nil {
		r.keys = map[int16]int{}
	}
	r.keys[key]++
	r.sum += bytes
}

func (r *requests) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.sum = nil, 0
}

func (r *requests) sent() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.keys {
		n += k
	}
	return n
}

func (r *requests) bytes() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sum
}

func (r *requests) byKey() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	named := map[string]int{}
	for key, n := range r.keys {
		named[kmsg.NameForKey(key)] = n
	}
	return named
}
