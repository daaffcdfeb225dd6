//go:build realkafka

package kafka

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

const benchPartitions = 6

// BenchmarkTailReal reads all records of a topic of real Kafka, one way after the
// other in each turn: by a bare loop of the client library, by tails, and by kcat,
// which is to be installed. The figures are records a second by the bare loop, and how
// many times as fast the others were, by the median of the turns.
//
//	go test -tags realkafka -run '^$' -bench TailReal -benchtime 7x -timeout 20m ./kafka
func BenchmarkTailReal(b *testing.B) {
	cluster, err := realkafka.Up(b.Context(), realkafka.Options{Heap: "512m"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			b.Error(err)
		}
	})
	seeds := cluster.Seeds(realkafka.Plaintext)
	for size, n := range map[int]int64{100: 5_000_000, 1024: 800_000} {
		topic := fmt.Sprintf("bytes-%d", size)
		fillReal(b, seeds, topic, size, n)
		b.Run(topic, func(b *testing.B) { race(b, seeds, topic, n) })
	}
}

// fillReal writes n records of JSON of so many bytes.
func fillReal(b *testing.B, seeds []string, topic string, size int, n int64) {
	b.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()), kgo.MaxBufferedRecords(200_000))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	if _, err := kadm.NewClient(cl).CreateTopic(b.Context(), benchPartitions, 1, nil, topic); err != nil {
		b.Fatal(err)
	}
	pad := strings.Repeat("x", size)
	for i := range n {
		value := fmt.Appendf(nil, `{"id":%d,"status":"%s","total":%d.50,"note":"%s"}`, i, []string{"paid", "open"}[i%2], i%100, pad)
		value = append(value[:size-2], `"}`...)
		cl.Produce(b.Context(), &kgo.Record{Topic: topic, Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				b.Error(err)
			}
		})
	}
	if err := cl.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// race has each of the ways read the topic in turn.
func race(b *testing.B, seeds []string, topic string, n int64) {
	all := model.Tail{Targets: model.TargetOf(topic, model.AllPartitions), From: model.Position{At: model.AtBeginning}}
	with := func(change func(*model.Tail)) model.Tail {
		q := all
		change(&q)
		return q
	}
	tail := func(q model.Tail) func() {
		return func() {
			c := connect(b, model.Connection{Seeds: seeds})
			defer c.Close()
			tailReal(b, c, q, n)
		}
	}
	ways := []struct {
		name string
		read func()
	}{
		{"bare", func() { bareReal(b, seeds, topic, n) }},
		{"screen", tail(all)},
		{"whole", tail(with(func(q *model.Tail) { q.Whole = true }))},
		{"json-filter", tail(with(func(q *model.Tail) { q.Filter = `=value.total > 98` }))},
		{"text-filter", tail(with(func(q *model.Tail) { q.Filter = `"total":99.50` }))},
		{"kcat", func() { kcat(b, seeds, topic, n) }},
	}
	took, cpu := map[string][]time.Duration{}, map[string][]time.Duration{}
	for b.Loop() {
		for _, way := range ways {
			begin, spent := time.Now(), spentCPU()
			way.read()
			cpu[way.name] = append(cpu[way.name], spentCPU()-spent)
			took[way.name] = append(took[way.name], time.Since(begin))
		}
	}
	bare := median(took["bare"])
	b.ReportMetric(float64(n)/bare.Seconds(), "bare-records/s")
	for _, way := range ways[1:] {
		b.ReportMetric(bare.Seconds()/median(took[way.name]).Seconds(), way.name+"/bare")
		if way.name != "kcat" {
			b.ReportMetric(median(cpu["bare"]).Seconds()/median(cpu[way.name]).Seconds(), way.name+"/bare-cpu")
		}
	}
}

// spentCPU is how much processor time this process has taken.
func spentCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func tailReal(b *testing.B, c *Client, q model.Tail, want int64) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var read int64
	_ = c.Ask(ctx, q, func(e model.Event) {
		switch e := e.(type) {
		case model.RecordsRead:
			read = e.Read
			for r := range e.Records {
				if r.Value == nil {
					b.Error("a record without a value")
				}
			}
		case model.TailRead:
			read = e.Read
		case model.TailNoticed:
			b.Error(e.Notice.Text)
		}
		if read >= want {
			cancel()
		}
	})
	if read != want {
		b.Fatalf("read %d, want %d", read, want)
	}
}

func bareReal(b *testing.B, seeds []string, topic string, want int64) {
	from := map[int32]kgo.Offset{}
	for p := range int32(benchPartitions) {
		from[p] = kgo.NewOffset().AtStart()
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	for read := int64(0); read < want; {
		fetches := cl.PollFetches(b.Context())
		if err := fetches.Err(); err != nil {
			b.Fatal(err)
		}
		fetches.EachRecord(func(*kgo.Record) { read++ })
	}
}

// kcat reads by kcat, which prints what it reads to nowhere.
func kcat(b *testing.B, seeds []string, topic string, want int64) {
	cmd := exec.CommandContext(b.Context(), "kcat", "-C", "-q", "-b", strings.Join(seeds, ","), "-t", topic, "-o", "beginning", "-c", fmt.Sprint(want), "-e")
	if err := cmd.Run(); err != nil { // its output goes to nowhere
		b.Fatal("kcat: ", err)
	}
}
