package demo

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestLeadersMoveByTheControllersRule compares every partition before and
// after broker 3 stops and after it came back.
func TestLeadersMoveByTheControllersRule(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true, CatchUp: 300 * time.Millisecond})
	before := snapshot(c)
	if err := c.StopBroker(3); err != nil {
		t.Fatal(err)
	}
	offline := 0
	for name, was := range before {
		for p, now := range describe(t, cl, name) {
			want := expected(was[p], 3)
			if now.LeaderID != want.leader || now.LeaderEpoch != want.epoch || !slices.Equal(now.ISR, want.isr) || !slices.Equal(now.Replicas, want.replicas) {
				t.Errorf("%s-%d: %+v became %+v", name, p, was[p], now)
			}
			if slices.Contains(now.OfflineReplicas, 3) != slices.Contains(now.Replicas, 3) {
				t.Errorf("%s-%d: offline replicas %v of %v", name, p, now.OfflineReplicas, now.Replicas)
			}
			if now.LeaderID < 0 {
				offline++
			}
		}
	}
	if offline == 0 {
		t.Error("no partition went offline; scratch has only one replica")
	}
	if err := c.StartBroker(3); err != nil {
		t.Fatal(err)
	}
	until(t, "every ISR is whole again", func() bool {
		for name, was := range snapshot(c) {
			for p := range was {
				if len(was[p].isr) != len(before[name][p].isr) {
					return false
				}
			}
		}
		return true
	})
	for name, was := range before {
		for p, now := range describe(t, cl, name) {
			if was[p].leader == 3 && now.LeaderID == 3 && len(was[p].isr) > 1 {
				t.Errorf("%s-%d went back to broker 3 by itself", name, p)
			}
			if now.LeaderID < 0 {
				t.Errorf("%s-%d still has no leader", name, p)
			}
		}
	}
}

func snapshot(c *Cluster) map[string][]partition {
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	out := map[string][]partition{}
	for _, t := range c.image.topics {
		out[t.name] = slices.Clone(t.parts)
	}
	return out
}

// expected is what becomes of a partition when one broker of three, all up,
// goes away.
func expected(was partition, down int32) partition {
	if len(was.isr) > 1 {
		was.isr = without(was.isr, down)
	}
	if was.leader != down {
		return was
	}
	was.epoch++
	was.leader = -1
	for _, r := range was.replicas {
		if r != down && slices.Contains(was.isr, r) {
			was.leader = r
			break
		}
	}
	return was
}

// TestClientsRecover writes and reads while each broker in turn, the
// controller among them, stops and comes back. Nothing may be lost or read
// twice.
func TestClientsRecover(t *testing.T) {
	c, _ := start(t, Options{Still: true, young: true, CatchUp: 200 * time.Millisecond})
	reader := connect(t, c, kgo.ConsumeTopics("returns"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.ConsumerGroup("lab"))
	writer := connect(t, c, kgo.DefaultProduceTopic("returns"), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	var read atomic.Int64
	done := make(chan struct{})
	ctx := within(t)
	go func() {
		defer close(done)
		for ctx.Err() == nil && !reader.PollRecords(ctx, 100).IsClientClosed() {
		}
	}()
	counter := connect(t, c, kgo.ConsumeTopics("returns"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		for ctx.Err() == nil {
			fetches := counter.PollRecords(ctx, 100)
			read.Add(int64(fetches.NumRecords()))
			if fetches.IsClientClosed() {
				return
			}
		}
	}()
	written := 0
	for _, id := range []int32{1, 2, 3} {
		if err := c.StopBroker(id); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if err := writer.ProduceSync(ctx, kgo.StringRecord("r")).FirstErr(); err != nil {
				t.Fatalf("broker %d down: %v", id, err)
			}
			written++
		}
		if err := c.StartBroker(id); err != nil {
			t.Fatal(err)
		}
		until(t, "in sync again", func() bool {
			return !slices.ContainsFunc(snapshot(c)["returns"], func(p partition) bool { return len(p.isr) < 3 })
		})
	}
	until(t, "all is read", func() bool { return read.Load() >= int64(written) })
	if n := read.Load(); n != int64(written) {
		t.Errorf("read %d of %d records", n, written)
	}
	reader.Close()
	counter.Close()
	<-done
	<-counted
}

func TestCoordinatorsLieOnLiveBrokers(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true})
	// A group of another client's, which must find a live coordinator too.
	groups := append(demoGroups(), "someone-elses")
	check := func(when string) {
		t.Helper()
		offsets := describe(t, cl, offsetsTopic)
		for _, g := range groups {
			req := kmsg.NewPtrFindCoordinatorRequest()
			req.CoordinatorKeys = []string{g}
			got := request[*kmsg.FindCoordinatorResponse](t, cl, req).Coordinators[0].NodeID
			if !c.image.alive(got) {
				t.Errorf("%s: coordinator %d of %s is down", when, got, g)
			}
			if home := offsets[offsetsPartition(g, len(offsets))].LeaderID; got != home && g != "someone-elses" {
				t.Errorf("%s: coordinator of %s is %d, its offsets are led by %d", when, g, got, home)
			}
		}
	}
	check("at the start")
	for _, id := range []int32{3, 1} {
		if err := c.StopBroker(id); err != nil {
			t.Fatal(err)
		}
		check("after a stop")
	}
	if err := c.StartBroker(3); err != nil {
		t.Fatal(err)
	}
	check("after a start")
}

func TestOffsetsPartitionIsJavas(t *testing.T) {
	// "polygenelubricants".hashCode() is the least integer, "billing" is
	// -109829509 by the same rule.
	for group, want := range map[string]int32{"polygenelubricants": 0, "billing": 109829509 % 50, "": 0} {
		if got := offsetsPartition(group, 50); got != want {
			t.Errorf("%q: %d, want %d", group, got, want)
		}
	}
}

func TestStoppingAndStartingAreRefused(t *testing.T) {
	c, _ := start(t, Options{Still: true, young: true})
	if c.StopBroker(9) == nil || c.StartBroker(9) == nil {
		t.Error("there is no broker 9")
	}
	if c.StartBroker(1) == nil {
		t.Error("broker 1 is up already")
	}
	if err := c.StopBroker(1); err != nil {
		t.Fatal(err)
	}
	if c.StopBroker(1) == nil {
		t.Error("broker 1 is down already")
	}
}

func TestControllerMovesAndTakesItsWorkAlong(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true})
	if err := c.StopBroker(firstController); err != nil {
		t.Fatal(err)
	}
	meta := request[*kmsg.MetadataResponse](t, cl, kmsg.NewPtrMetadataRequest())
	quorum := request[*kmsg.DescribeQuorumResponse](t, cl, kmsg.NewPtrDescribeQuorumRequest()).Topics[0].Partitions[0]
	if meta.ControllerID != 3 || quorum.LeaderID != 3 || quorum.LeaderEpoch != 2 {
		t.Errorf("controller %d, quorum leader %d in epoch %d; want 3, 3, 2", meta.ControllerID, quorum.LeaderID, quorum.LeaderEpoch)
	}
	if len(meta.Brokers) != 2 {
		t.Errorf("metadata lists %d brokers, want the 2 that are up", len(meta.Brokers))
	}
	req := kmsg.NewPtrCreateTopicsRequest()
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = "made-meanwhile", 4, 2
	req.Topics = append(req.Topics, rt)
	if got := request[*kmsg.CreateTopicsResponse](t, cl, req).Topics[0]; got.ErrorCode != 0 {
		t.Fatalf("creating a topic: error %d", got.ErrorCode)
	}
	for _, p := range describe(t, cl, "made-meanwhile") {
		if slices.Contains(p.Replicas, firstController) || p.LeaderID != p.Replicas[0] {
			t.Errorf("new partition %d: leader %d, replicas %v", p.Partition, p.LeaderID, p.Replicas)
		}
	}
}

func TestFencedBrokersAreListedToWhoAsks(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true})
	if err := c.StopBroker(3); err != nil {
		t.Fatal(err)
	}
	for _, fenced := range []bool{false, true} {
		req := kmsg.NewPtrDescribeClusterRequest()
		req.IncludeFencedBrokers = fenced
		got := map[int32]bool{}
		for _, b := range request[*kmsg.DescribeClusterResponse](t, cl, req).Brokers {
			got[b.NodeID] = b.IsFenced
		}
		if _, listed := got[3]; listed != fenced || got[3] != fenced || got[1] {
			t.Errorf("asking for fenced=%t: %v", fenced, got)
		}
	}
}

// TestTooFewInSync: metrics-raw has two replicas and needs both.
func TestTooFewInSync(t *testing.T) {
	c, _ := start(t, Options{Still: true, young: true})
	if err := c.StopBroker(2); err != nil {
		t.Fatal(err)
	}
	all := connect(t, c, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.RecordRetries(0), kgo.DisableIdempotentWrite())
	one := connect(t, c, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite())
	records := func() []*kgo.Record {
		var rs []*kgo.Record
		for p := range snapshot(c)["metrics-raw"] {
			rs = append(rs, &kgo.Record{Topic: "metrics-raw", Partition: int32(p), Value: []byte("x")})
		}
		return rs
	}
	refused, taken := 0, 0
	for _, r := range all.ProduceSync(within(t), records()...) {
		whole := len(snapshot(c)["metrics-raw"][r.Record.Partition].isr) == 2
		if (r.Err == nil) != whole {
			t.Errorf("partition %d, in sync %t: %v", r.Record.Partition, whole, r.Err)
		}
		if r.Err == nil {
			taken++
		} else {
			refused++
		}
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d taken, %d refused: want some of both", taken, refused)
	}
	if err := one.ProduceSync(within(t), records()...).FirstErr(); err != nil {
		t.Errorf("with acks=1: %v", err)
	}
}
