//go:build e2e

package bench

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// clusters are those that whole processes are measured on; 0 topics stands for
// the demo cluster.
var clusters = []struct {
	name               string
	topics, partitions int
}{
	{"demo", 0, 0},
	{"topics=10000", 10_000, 20},
}

// BenchmarkMemory walks through kscope for half a minute on 10,000 topics of 20
// partitions: all panes, the heat map by each metric, the order by rate, which
// asks for the offsets of every partition. It reports what the process has in
// memory after that and had at most.
func BenchmarkMemory(b *testing.B) {
	for _, c := range clusters {
		b.Run(c.name, func(b *testing.B) {
			seed := serve(b, c.topics, c.partitions)
			for range b.N {
				t := open(b, 200, 50, kscope(b), "-b", seed)
				t.until("topics", hasRows)
				t.rest(3 * time.Second)
				first, _ := t.memory()
				t.walk("2", "G", "g", "s", "S", "s", "s", "s", "s", "s", "s", "s", "4", "v", "v", "m", "m", "m", "s", "S", "z", "G", "z", "C", "2", "/", "e", "v", "\x1b")
				t.rest(10 * time.Second)
				now, most := t.memory()
				t.end()
				b.ReportMetric(first, "start-MB")
				b.ReportMetric(now, "after-MB")
				b.ReportMetric(most, "peak-MB")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// walk presses keys as a person would who does not look.
func (t *terminal) walk(keys ...string) {
	for _, k := range keys {
		t.press(k)
		t.rest(700 * time.Millisecond)
	}
}

// BenchmarkIdle measures how busy a core is kept, and how many bytes a second the
// terminal gets, while nobody touches a key: by an empty Bubble Tea program and by
// kscope. The demo cluster is written to all the time, and its tail is on screen.
func BenchmarkIdle(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		t := open(b, 200, 50, program(b, "kscope/ui/bench/empty"))
		defer t.end()
		t.idle()
	})
	for _, c := range clusters {
		b.Run(c.name, func(b *testing.B) {
			t := open(b, 200, 50, kscope(b), "-b", serve(b, c.topics, c.partitions))
			defer t.end()
			t.until("topics", hasRows)
			t.idle()
		})
	}
	b.Run("still", func(b *testing.B) {
		t := open(b, 200, 50, kscope(b), "-b", serve(b, 10, 20))
		defer t.end()
		t.until("topics", hasRows)
		t.idle()
	})
	b.Run("paused", func(b *testing.B) {
		t := open(b, 200, 50, kscope(b), "-b", serve(b, 0, 0))
		defer t.end()
		t.until("topics", hasRows)
		t.press(" ")
		t.idle()
	})
}

// watched is how long a process is watched.
const watched = 30 * time.Second

func (t *terminal) idle() {
	t.rest(5 * time.Second)
	t.b.ResetTimer()
	var busy time.Duration
	var written int
	for range t.b.N {
		before, bytes := t.cpu(), t.written
		t.rest(watched)
		busy += t.cpu() - before
		written += t.written - bytes
	}
	seconds := float64(t.b.N) * watched.Seconds()
	t.b.ReportMetric(0, "ns/op")
	t.b.ReportMetric(100*busy.Seconds()/seconds, "%-of-a-core")
	t.b.ReportMetric(float64(written)/seconds, "B/s")
}

// hasRows reports whether topics are on screen, those of either cluster.
func hasRows(screen string) bool {
	return strings.Contains(screen, "prod.") || strings.Contains(screen, "orders ")
}

// BenchmarkStart measures how long it takes from starting a process to topics on
// screen. Beside it: an empty Bubble Tea program to its first frame, one request
// for all topics with the client library alone, kscope's own listing, and kcat's
// where it is installed.
func BenchmarkStart(b *testing.B) {
	for _, c := range clusters {
		b.Run(c.name, func(b *testing.B) {
			seed := serve(b, c.topics, c.partitions)
			b.Run("empty", func(b *testing.B) {
				begin(b, func(s string) bool { return strings.Contains(s, "keys: 0") }, program(b, "kscope/ui/bench/empty"))
			})
			b.Run("kscope", func(b *testing.B) { begin(b, hasRows, kscope(b), "-b", seed) })
			b.Run("bare", func(b *testing.B) { spend(b, program(b, "kscope/ui/bench/bare"), seed) })
			b.Run("kscope-topics", func(b *testing.B) { spend(b, kscope(b), "topics", "-b", seed, "-o", "json") })
			b.Run("kscope-partitions", func(b *testing.B) { spend(b, kscope(b), "partitions", "-b", seed, "-o", "json") })
			if kcat, err := exec.LookPath("kcat"); err == nil {
				b.Run("kcat", func(b *testing.B) { spend(b, kcat, "-L", "-b", seed) })
			}
		})
	}
}

// begin measures how long a program takes to show what is looked for.
func begin(b *testing.B, shown func(string) bool, program string, args ...string) {
	var took []time.Duration
	for range b.N {
		t := open(b, 200, 50, program, args...)
		took = append(took, t.until("the first rows", shown).Sub(t.began))
		t.end()
	}
	report(b, took)
}

// spend measures how long a program runs, and what memory it takes at most.
func spend(b *testing.B, program string, args ...string) {
	var took []time.Duration
	most := 0.0
	for range b.N {
		lasted, peak := run(b, program, args...)
		took, most = append(took, lasted), max(most, peak)
	}
	report(b, took)
	b.ReportMetric(most, "peak-MB")
}

// run runs a program, whose output goes nowhere, and returns how long it took, and the
// most it had in memory, in MB.
func run(b *testing.B, program string, args ...string) (took time.Duration, most float64) {
	began := time.Now()
	run := exec.Command(program, args...)
	if err := run.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watchPeak(run.Process.Pid)
	if err := run.Wait(); err != nil {
		b.Fatal(fmt.Errorf("%s: %w", program, err))
	}
	took = time.Since(began)
	return took, <-peak
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(millis(took[len(took)/2]), "p50-ms")
	b.ReportMetric(millis(took[len(took)-1]), "worst-ms")
}
