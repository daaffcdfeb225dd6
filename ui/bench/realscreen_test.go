//go:build e2e && realkafka

package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
)

// A flood is a large topic of a real broker, and the explorer with nothing but its tail
// on screen.
type flood struct {
	*terminal
	topic   string
	records int
}

// oneBroker brings up a broker, and returns how it is reached.
func oneBroker(b *testing.B) (*realkafka.Cluster, string) {
	b.Helper()
	cluster, err := realkafka.Up(b.Context(), realkafka.Options{Nodes: 1, Heap: "512m"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			b.Error(err)
		}
	})
	return cluster, cluster.Seeds(realkafka.Plaintext)[0]
}

func openFlood(b *testing.B, bytes, records int) *flood {
	b.Helper()
	cluster, seed := oneBroker(b)
	f := &flood{topic: "large", records: records}
	if err := cluster.CreateLargeTopic(b.Context(), f.topic, bytes, records); err != nil {
		b.Fatal(err)
	}
	f.terminal = openTail(b, seed, f.topic)
	return f
}

// openTail opens the tail of the one topic of a cluster, at the end of its log.
func openTail(b *testing.B, seed, topic string) *terminal {
	b.Helper()
	t := open(b, 160, 45, kscope(b), "-b", seed)
	t.until("the topic", func(s string) bool { return strings.Contains(s, topic+" ") })
	t.press("6")
	t.rest(500 * time.Millisecond)
	t.press("z")
	t.until("the tail", func(s string) bool { return strings.Contains(s, topic+" · ● live") })
	return t
}

// begin has it read from the beginning.
func (f *flood) begin() {
	for _, keys := range []string{"o", "\t", "\x15", "beginning"} {
		f.press(keys)
		f.rest(200 * time.Millisecond)
	}
	f.press("\x13")
	f.until("that it begins anew", func(s string) bool { n := read(s); return n > 0 && n < f.records })
}

// read is how many records the tail on screen has read; -1 if that is not to be seen.
func read(screen string) int {
	before, _, found := strings.Cut(screen, " read ·")
	fields := strings.Fields(before)
	if !found || len(fields) == 0 {
		return -1
	}
	n, err := strconv.Atoi(strings.ReplaceAll(fields[len(fields)-1], ",", ""))
	if err != nil {
		return -1
	}
	return n
}

// BenchmarkScreenKeys measures how long it takes from a key to the frame that shows what
// it did, while the tail on screen reads a topic of 100-byte records of a real broker at
// full speed. Beside it: how fast it read meanwhile.
//
//	go test -tags 'e2e realkafka' -run '^$' -bench ScreenKeys -benchtime 100x -timeout 20m ./ui/bench
func BenchmarkScreenKeys(b *testing.B) {
	f := openFlood(b, 100, 20_000_000)
	defer f.end()
	f.begin()
	var took []time.Duration
	records, reading := 0, time.Duration(0)
	for range b.N {
		if read(f.screen.String()) > f.records*3/4 {
			f.begin()
		}
		n, since := read(f.screen.String()), time.Now()
		f.rest(30*time.Millisecond + rand.N(34*time.Millisecond))
		before, pressed := clock(f.screen.String()), time.Now()
		f.press("u")
		took = append(took, f.until("what the key does", func(s string) bool { now := clock(s); return now != "" && now != before }).Sub(pressed))
		if now := read(f.screen.String()); now > n && n >= 0 {
			records, reading = records+now-n, reading+time.Since(since)
		}
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(millis(took[len(took)/2]), "p50-ms")
	b.ReportMetric(millis(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(float64(records)/reading.Seconds(), "records/s")
}

// clock is what the bottom line says of how times are written, once u was pressed.
func clock(screen string) string {
	_, says, _ := strings.Cut(screen, "the time shows")
	says, _, _ = strings.Cut(says, "\n")
	return strings.TrimSpace(says)
}

// BenchmarkScreenMemory reads a topic of real Kafka whose records are about 1 MB each
// from its beginning to its end: by the tail on screen, by kscope tail, and by a bare
// loop. It reports what each has in memory at most, and how many megabytes a second it
// reads.
//
//	go test -tags 'e2e realkafka' -run '^$' -bench ScreenMemory -benchtime 3x -timeout 20m ./ui/bench
func BenchmarkScreenMemory(b *testing.B) {
	const bytes, records = 999_000, 2000
	f := openFlood(b, bytes, records)
	defer f.end()
	seed := f.program.Args[2]
	b.Run("screen", func(b *testing.B) {
		begun := time.Now()
		for b.Loop() {
			f.begin()
			f.until("its end", func(s string) bool { return read(s) >= records })
		}
		_, most := f.memory()
		weigh(b, most, float64(b.N)*bytes*records, time.Since(begun))
	})
	for name, args := range map[string][]string{
		"headless": {kscope(b), "tail", f.topic, "-b", seed, "--from", "beginning", "--to", "end", "-o", "raw"},
		"bare":     {program(b, "kscope/ui/bench/bare"), seed, f.topic, strconv.Itoa(records)},
	} {
		b.Run(name, func(b *testing.B) {
			begun, most := time.Now(), 0.0
			for b.Loop() {
				_, peak := run(b, args[0], args[1:]...)
				most = max(most, peak)
			}
			weigh(b, most, float64(b.N)*bytes*records, time.Since(begun))
		})
	}
}

func weigh(b *testing.B, most, bytes float64, took time.Duration) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(most, "peak-MB")
	b.ReportMetric(bytes/1e6/took.Seconds(), "MB/s")
}

// BenchmarkScreenLatency measures how long after a broker's ack a record is on screen,
// at five records a second: what is written to the terminal, not what is painted by it.
//
//	go test -tags 'e2e realkafka' -run '^$' -bench ScreenLatency -benchtime 100x ./ui/bench
func BenchmarkScreenLatency(b *testing.B) {
	_, seed := oneBroker(b)
	cl, err := kgo.NewClient(kgo.SeedBrokers(seed), kgo.DefaultProduceTopic("slow"), kgo.ProducerLinger(0))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	if _, err := kadm.NewClient(cl).CreateTopic(b.Context(), 6, 1, nil, "slow"); err != nil {
		b.Fatal(err)
	}
	t := openTail(b, seed, "slow")
	defer t.end()
	t.rest(2 * time.Second)
	var took []time.Duration
	for i := range b.N {
		value := fmt.Sprintf("record-%d-", i)
		if err := cl.ProduceSync(b.Context(), kgo.StringRecord(value)).FirstErr(); err != nil {
			b.Fatal(err)
		}
		acked := time.Now()
		took = append(took, t.until("the record", func(s string) bool { return strings.Contains(s, value) }).Sub(acked))
		t.rest(170*time.Millisecond + rand.N(60*time.Millisecond))
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(millis(took[len(took)/2]), "p50-ms")
	b.ReportMetric(millis(took[len(took)*95/100]), "p95-ms")
	b.ReportMetric(millis(took[len(took)-1]), "worst-ms")
}
