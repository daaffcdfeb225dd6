package kafka

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// BenchmarkWatchCost tells how many requests a second it takes to watch a group that
// nothing happens to, once all that is read only once was read.
func BenchmarkWatchCost(b *testing.B) {
	for _, source := range []string{"poll", "log"} {
		b.Run(source, func(b *testing.B) {
			cluster, _ := benchCluster(b, source)
			member(b, cluster.ListenAddrs(), "billing", "one", kgo.DisableAutoCommit())
			asked := &requests{}
			c, err := Dial(model.Connection{Seeds: cluster.ListenAddrs()}, kgo.WithHooks(asked))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(c.Close)
			watchFrom(b, c, source)
			time.Sleep(5 * time.Second)
			before, begin := asked.count(), time.Now()
			for b.Loop() {
				time.Sleep(10 * time.Second)
			}
			b.ReportMetric(float64(asked.count()-before)/time.Since(begin).Seconds(), "requests/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// benchCluster is a cluster with a log of its groups, or without.
func benchCluster(b *testing.B, source string) (*kfake.Cluster, *groupLog) {
	if source == "log" {
		return fakeWithLog(b)
	}
	return fake(b, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders")), nil
}

// watchFrom watches a group, once its log is followed, or refused.
func watchFrom(b *testing.B, c *Client, source string) (w *watched, next int) {
	want := model.LogRefused
	if source == "log" {
		want = model.LogFollowed
	}
	w = watch(b, c, "billing")
	_, next = untilLogged(b, w, "the log", 0, func(e *model.GroupLogged) bool { return e.Log.State == want })
	return w, next
}

// BenchmarkWatchLatency tells how long after a change at the broker it is handed on:
// by polling a state that the coordinator tells from then on, by the log a record that
// was acknowledged.
func BenchmarkWatchLatency(b *testing.B) {
	b.Run("poll", func(b *testing.B) {
		cluster, _ := benchCluster(b, "poll")
		var n atomic.Int64
		cluster.ControlKey(int16(kmsg.DescribeGroups), func(kr kmsg.Request) (kmsg.Response, error, bool) {
			cluster.KeepControl()
			resp := kr.ResponseKind().(*kmsg.DescribeGroupsResponse)
			g := kmsg.NewDescribeGroupsResponseGroup()
			g.Group, g.State, g.ProtocolType = "billing", "Empty", fmt.Sprint(n.Load())
			resp.Groups = append(resp.Groups, g)
			return resp, nil, true
		})
		w, next := watchFrom(b, dial(b, cluster), "poll")
		latencies(b, func() time.Time {
			word := fmt.Sprint(n.Add(1))
			_, next = untilGroup(b, w, "the change", next, func(g *model.Group) bool { return g.ProtocolType == word })
			return time.Now()
		})
	})
	b.Run("log", func(b *testing.B) {
		cluster, log := benchCluster(b, "log")
		w, next := watchFrom(b, dial(b, cluster), "log")
		n := int32(0)
		latencies(b, func() time.Time {
			n++
			log.generation("billing", n, "a")
			_, next = untilLogged(b, w, "the generation", next, func(e *model.GroupLogged) bool {
				return len(e.Observations) > 0 && e.Observations[0].Group.Epoch == n
			})
			return time.Now()
		})
	})
}

// latencies measures at random times how long a change takes to be seen.
func latencies(b *testing.B, seen func() time.Time) {
	var took []float64
	for b.Loop() {
		time.Sleep(rand.N(300 * time.Millisecond))
		begin := time.Now()
		took = append(took, seen().Sub(begin).Seconds()*1000)
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkDescribeGroups describes 10,000 groups, and reads how far they are behind.
func BenchmarkDescribeGroups(b *testing.B) {
	cluster := fake(b, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	for i := range 10_000 {
		var offsets kadm.Offsets
		offsets.AddOffset("orders", int32(i%3), 0, -1)
		if err := kadm.NewClient(cl).CommitAllOffsets(b.Context(), fmt.Sprintf("team-%02d.worker-%05d", i%37, i), offsets); err != nil {
			b.Fatal(err)
		}
	}
	c := dial(b, cluster)
	ask(b, c, model.ListTopics{})
	ask(b, c, model.ListGroups{})
	b.Run("describe", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, e := range every[model.GroupsDescribed](ask(b, c, model.DescribeGroups{})) {
				n += len(e.Groups)
			}
			if n != 10_000 {
				b.Fatalf("%d groups", n)
			}
		}
	})
	b.Run("lags", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if n := len(lagsIn(ask(b, c, model.ReadLags{}))); n != 10_000 {
				b.Fatalf("%d groups", n)
			}
		}
	})
}

// BenchmarkReadLog reads the past of a group out of 200,000 records of its partition,
// one in a hundred of its own, next to a bare poll of them.
func BenchmarkReadLog(b *testing.B) {
	const records = 200_000
	cluster, log := fakeWithLog(b)
	for n := range int32(records / 1000) {
		log.commits("other", 989)
		log.commits("billing", 9)
		log.generation("other", n, "x", "y", "z")
		log.generation("billing", n, "a", "b", "c", string(rune('d'+n%7)))
	}
	c := dial(b, cluster)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			readAll(b, c, log.partition, records, func(f kgo.Fetches) int64 { return int64(f.NumRecords()) })
		}
		b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("kscope", func(b *testing.B) {
		for b.Loop() {
			f := &follower{w: newWatcher(c, "billing")}
			f.anew(b.Context())
			f.next = 0
			readAll(b, c, log.partition, records, func(fetches kgo.Fetches) int64 {
				before := f.next
				f.take(fetches)
				f.keep(f.replay.Take())
				return f.next - before
			})
			if len(f.past) != records/1000 || f.replay.Skipped() != 0 {
				b.Fatalf("%d observations, %d records skipped", len(f.past), f.replay.Skipped())
			}
		}
		b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
}

func readAll(b *testing.B, c *Client, partition int32, records int64, take func(kgo.Fetches) int64) {
	cl, err := kgo.NewClient(append(c.optsNow(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{model.GroupTopic: {partition: kgo.NewOffset().At(0)}}),
		kgo.FetchMaxBytes(4<<20), kgo.FetchMaxPartitionBytes(4<<20), kgo.MaxConcurrentFetches(1),
	)...)
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for read := int64(0); read < records && ctx.Err() == nil; {
		read += take(cl.PollFetches(ctx))
	}
}
