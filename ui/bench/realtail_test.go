//go:build e2e && realkafka

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkHeadless reads a topic of real Kafka from its beginning to its end by whole
// processes, one after the other in each turn: a bare loop of the client library,
// kscope tail in several forms and with filters, and kcat, which is to be installed.
// What they print goes to /dev/null. The figures are records a second of the bare
// loop, and how many times as fast the others were, by the median of the turns.
//
//	go test -tags 'e2e realkafka' -run '^$' -bench Headless -benchtime 5x -timeout 20m ./ui/bench
func BenchmarkHeadless(b *testing.B) {
	cluster, seed := oneBroker(b)
	for size, n := range map[int]int{100: 3_000_000, 1024: 500_000} {
		topic := fmt.Sprintf("bytes-%d", size)
		if err := cluster.CreateLargeTopic(b.Context(), topic, size, n); err != nil {
			b.Fatal(err)
		}
		b.Run(topic, func(b *testing.B) { race(b, seed, topic, n) })
	}
}

func race(b *testing.B, seed, topic string, n int) {
	tail := func(more ...string) *exec.Cmd {
		return exec.Command(kscope(b), append([]string{"tail", topic, "-b", seed, "--from", "beginning", "--to", "end"}, more...)...)
	}
	ways := []struct {
		name string
		run  func() *exec.Cmd
	}{
		{"bare", func() *exec.Cmd {
			return exec.Command(program(b, "kscope/ui/bench/bare"), seed, topic, strconv.Itoa(n))
		}},
		{"line", func() *exec.Cmd { return tail() }},
		{"value", func() *exec.Cmd { return tail("-o", `%s\n`) }},
		{"json", func() *exec.Cmd { return tail("-o", "json") }},
		{"text-filter", func() *exec.Cmd { return tail("--filter", "refunded") }},
		{"field-filter", func() *exec.Cmd { return tail("--filter", "=value.total > 990") }},
		{"fields-filter", func() *exec.Cmd {
			return tail("--filter", `=value.total > 990 and value.status == "paid" and value.id > 10`)
		}},
		{"kcat", func() *exec.Cmd {
			return exec.Command("kcat", "-C", "-q", "-e", "-o", "beginning", "-b", seed, "-t", topic)
		}},
	}
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, way := range ways {
			took[way.name] = append(took[way.name], measured(b, way.name, way.run()))
		}
	}
	bare := middle(took["bare"])
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(n)/bare.Seconds(), "bare-records/s")
	for _, way := range ways[1:] {
		b.ReportMetric(bare.Seconds()/middle(took[way.name]).Seconds(), way.name+"/bare")
	}
}

// measured runs a program that prints to /dev/null, and says how long it took.
func measured(b *testing.B, name string, run *exec.Cmd) time.Duration {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	var errs strings.Builder
	run.Stdout, run.Stderr = null, &errs
	begin := time.Now()
	if err := run.Run(); err != nil {
		b.Fatalf("%s: %v: %s", name, err, errs.String())
	}
	return time.Since(begin)
}

func middle(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}
