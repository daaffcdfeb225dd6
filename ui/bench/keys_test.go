//go:build e2e

package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkKeyToFrame measures how long it takes from a key to the frame that
// shows what it did, at 200x50: in an empty Bubble Tea program, and in kscope on
// clusters of 10 and of 10,000 topics. Keys come at random moments, so that they
// fall anywhere between two frames.
func BenchmarkKeyToFrame(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		t := open(b, 200, 50, program(b, "kscope/ui/bench/empty"))
		defer t.end()
		t.until("a count", func(s string) bool { return strings.Contains(s, "keys: 0") })
		t.measure("x", "x", func(s string) string { return s })
	})
	for _, topics := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("topics=%d", topics), func(b *testing.B) {
			seed := serve(b, topics, 20)
			t := open(b, 200, 50, kscope(b), "-b", seed)
			defer t.end()
			t.until("topics", hasTopics)
			t.rest(3 * time.Second)
			t.measure("j", "k", underCursor)
		})
	}
}

// BenchmarkKeyToFrameHeat is the same in the heat map of all topics.
func BenchmarkKeyToFrameHeat(b *testing.B) {
	seed := serve(b, 10_000, 20)
	t := open(b, 300, 80, kscope(b), "-b", seed)
	defer t.end()
	t.until("topics", hasTopics)
	t.press("C")
	t.rest(time.Second)
	t.press("z")
	t.rest(3 * time.Second)
	t.measure("j", "k", underCursor)
}

// BenchmarkKeyToFrameTail is the same on the demo cluster while a tail of 50,000
// records a second goes by.
func BenchmarkKeyToFrameTail(b *testing.B) {
	seed := serve(b, 0, 0)
	produce(b, seed, "clicks", 50_000)
	t := open(b, 200, 50, kscope(b), "-b", seed)
	defer t.end()
	t.until("the tail of clicks at work", func(s string) bool {
		return strings.Contains(s, "6 Tail  clicks") && strings.Contains(s, "k/s · ")
	})
	t.press("3")
	t.rest(3 * time.Second)
	t.measure("j", "k", marked)
}

// produce writes records of 100 bytes to a topic, at about a rate a second.
func produce(b *testing.B, seed, topic string, rate int) {
	b.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(seed), kgo.DefaultProduceTopic(topic))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		value := make([]byte, 100)
		for tick := time.NewTicker(20 * time.Millisecond); ctx.Err() == nil; <-tick.C {
			for range rate / 50 {
				cl.Produce(ctx, &kgo.Record{Value: value}, nil)
			}
		}
	}()
	b.Cleanup(func() {
		cancel()
		<-done
		cl.Close()
	})
}

// marked is every row that a cursor stands on.
func marked(screen string) string {
	var rows []string
	at := 0
	for line := range strings.SplitSeq(screen, "\n") {
		at++
		if _, rest, ok := strings.Cut(line, "│▸ "); ok {
			rows = append(rows, strconv.Itoa(at)+rest[:min(len(rest), 20)])
		}
	}
	return strings.Join(rows, "\n")
}

func hasTopics(screen string) bool { return strings.Contains(screen, "prod.") }

// underCursor tells which row of a list in focus is marked: on which line it
// stands, and what it says.
func underCursor(screen string) string {
	at := 0
	for line := range strings.SplitSeq(screen, "\n") {
		at++
		if _, rest, ok := strings.Cut(line, "│▸ prod."); ok {
			return strconv.Itoa(at) + rest[:min(len(rest), 40)]
		}
	}
	return ""
}

// measure presses keys, five of one and five of the other in turn, and waits for
// each to change what is seen.
func (t *terminal) measure(there, back string, seen func(screen string) string) {
	b := t.b
	var took []time.Duration
	written := t.written
	b.ResetTimer()
	for i := range b.N {
		key := there
		if i/5%2 == 1 {
			key = back
		}
		t.rest(30*time.Millisecond + rand.N(34*time.Millisecond))
		before := seen(t.screen.String())
		pressed := time.Now()
		t.press(key)
		shown := t.until("what the key does", func(s string) bool { return seen(s) != before })
		took = append(took, shown.Sub(pressed))
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(millis(took[len(took)/2]), "p50-ms")
	b.ReportMetric(millis(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(float64(t.written-written)/float64(b.N), "B/key")
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
