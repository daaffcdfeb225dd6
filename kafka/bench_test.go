package kafka

import (
	"context"
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// large is a cluster of 10,000 topics of 20 partitions.
func large(b *testing.B) *kfake.Cluster {
	b.Helper()
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("team-%02d.service-%02d.events-%05d", i%37, i%53, i)
	}
	return fake(b, kfake.NumBrokers(3), kfake.SeedTopics(20, names...))
}

// BenchmarkListTopics compares the listing of a large cluster with bare requests of
// the client library: the one for everything at once, and the same pages unread.
func BenchmarkListTopics(b *testing.B) {
	cluster := large(b)
	c := dial(b, cluster)
	ask(b, c, model.ListBrokers{})
	b.Run("bare/metadata", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.cl.Broker(0).Request(b.Context(), kmsg.NewPtrMetadataRequest()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare/pages", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			barePages(b, c)
		}
	})
	b.Run("kscope", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got := the[model.TopicsListed](b, ask(b, c, model.ListTopics{})); got.Counts.Partitions != 200_000 {
				b.Fatalf("%d partitions", got.Counts.Partitions)
			}
		}
	})
}

func barePages(b *testing.B, c *Client) {
	var cursor *kmsg.DescribeTopicPartitionsRequestCursor
	for {
		req := kmsg.NewPtrDescribeTopicPartitionsRequest()
		req.ResponsePartitionLimit, req.Cursor = pageSize, cursor
		resp, err := c.cl.Broker(0).Request(b.Context(), req)
		if err != nil {
			b.Fatal(err)
		}
		next := resp.(*kmsg.DescribeTopicPartitionsResponse).NextCursor
		if next == nil {
			return
		}
		cursor = &kmsg.DescribeTopicPartitionsRequestCursor{Topic: next.Topic, Partition: next.Partition}
	}
}

// BenchmarkListOffsets asks for the offsets of the whole large cluster, and of one
// topic.
func BenchmarkListOffsets(b *testing.B) {
	c := dial(b, large(b))
	names := the[model.TopicsListed](b, ask(b, c, model.ListTopics{})).Topics
	for name, q := range map[string]model.ListOffsets{"all": {}, "one": {Topics: model.NamesOf(names[5000].Name)}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, c, q)
			}
		})
	}
}

// BenchmarkTail reads the same records by a tail and by a bare loop of the client
// library. Records a second are what to compare.
func BenchmarkTail(b *testing.B) {
	const partitions, each = 6, 200_000
	cluster := fake(b, kfake.NumBrokers(3), kfake.SeedTopics(partitions, "busy"))
	fill(b, cluster, partitions, each)
	c := dial(b, cluster)
	report := func(b *testing.B) {
		b.ReportMetric(float64(partitions*each*b.N)/b.Elapsed().Seconds(), "records/s")
		b.ReportAllocs()
	}
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			bareTail(b, cluster, partitions, partitions*each)
		}
		report(b)
	})
	for name, q := range map[string]model.Tail{"kscope": {}, "kscope/whole": {Whole: true}} {
		q.Targets, q.From = model.TargetOf("busy", model.AllPartitions), model.Position{At: model.AtBeginning}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				tailAll(b, c, q, partitions*each)
			}
			report(b)
		})
	}
}

func tailAll(b *testing.B, c *Client, q model.Tail, want int64) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var read int64
	_ = c.Ask(ctx, q, func(e model.Event) {
		switch e := e.(type) {
		case model.RecordsRead:
			read = e.Read
		case model.TailRead:
			read = e.Read
		}
		if read >= want {
			cancel()
		}
	})
	if read != want {
		b.Fatalf("read %d, want %d", read, want)
	}
}

func bareTail(b *testing.B, cluster *kfake.Cluster, partitions int32, want int) {
	from := map[int32]kgo.Offset{}
	for p := range partitions {
		from[p] = kgo.NewOffset().AtStart()
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"busy": from}))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	for read := 0; read < want; {
		fetches := cl.PollFetches(b.Context())
		if err := fetches.Err(); err != nil {
			b.Fatal(err)
		}
		fetches.EachRecord(func(*kgo.Record) { read++ })
	}
}

// fill writes records of 100 bytes.
func fill(b *testing.B, cluster *kfake.Cluster, partitions int32, each int) {
	b.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.MaxBufferedRecords(100_000))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	value := make([]byte, 100)
	for p := range partitions {
		for range each {
			cl.Produce(b.Context(), &kgo.Record{Topic: "busy", Partition: p, Value: value}, nil)
		}
	}
	if err := cl.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}
