package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func testSpread(t *testing.T, _ *Cluster, cl *kgo.Client) {
	meta := request[*kmsg.MetadataResponse](t, cl, kmsg.NewPtrMetadataRequest())
	var got []string
	for _, b := range meta.Brokers {
		got = append(got, fmt.Sprint(b.NodeID, *b.Rack))
	}
	if want := []string{"1a", "2b", "3c"}; !slices.Equal(got, want) {
		t.Errorf("brokers %v, want %v", got, want)
	}
	leaders := map[string]map[int32]int{}
	notPreferred, behind := 0, 0
	for _, topic := range meta.Topics {
		count := map[int32]int{}
		for _, p := range topic.Partitions {
			count[p.Leader]++
			if p.Leader != p.Replicas[0] {
				notPreferred++
			}
			if len(p.ISR) < len(p.Replicas) {
				behind++
			}
		}
		leaders[*topic.Topic] = count
		if topic.IsInternal != (*topic.Topic == offsetsTopic) {
			t.Errorf("%s: internal %t", *topic.Topic, topic.IsInternal)
		}
	}
	if notPreferred != 1 || behind != 1 {
		t.Errorf("%d partitions not led by the preferred leader and %d under-replicated, want 1 and 1", notPreferred, behind)
	}
	if l := leaders["clicks"]; l[1] < l[2]+4 || l[1] < l[3]+4 {
		t.Errorf("clicks is led evenly: %v", l)
	}
}

// TestPagesAgreeWithMetadata reads all partitions in pages of several sizes
// and compares them with the answer in one piece.
func TestPagesAgreeWithMetadata(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true})
	if err := c.StopBroker(1); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, topic := range request[*kmsg.MetadataResponse](t, cl, kmsg.NewPtrMetadataRequest()).Topics {
		for _, p := range topic.Partitions {
			want[fmt.Sprint(*topic.Topic, p.Partition)] = fmt.Sprint(p.ErrorCode, p.Leader, p.LeaderEpoch, p.Replicas, p.ISR, p.OfflineReplicas)
		}
	}
	for _, size := range []int32{1, 7, 50, 5000} {
		got := map[string]string{}
		req := kmsg.NewPtrDescribeTopicPartitionsRequest()
		req.ResponsePartitionLimit = size
		last := ""
		for {
			resp := request[*kmsg.DescribeTopicPartitionsResponse](t, cl, req)
			page := 0
			for _, topic := range resp.Topics {
				if *topic.Topic < last {
					t.Fatalf("%s comes after %s", *topic.Topic, last)
				}
				last = *topic.Topic
				for _, p := range topic.Partitions {
					page++
					if len(p.EligibleLeaderReplicas) != 0 {
						t.Errorf("%s-%d has eligible leaders", *topic.Topic, p.Partition)
					}
					got[fmt.Sprint(*topic.Topic, p.Partition)] = fmt.Sprint(p.ErrorCode, p.LeaderID, p.LeaderEpoch, p.Replicas, p.ISR, p.OfflineReplicas)
				}
			}
			if page > int(size) {
				t.Fatalf("a page of %d partitions, asked for %d", page, size)
			}
			if resp.NextCursor == nil {
				break
			}
			cursor := kmsg.NewDescribeTopicPartitionsRequestCursor()
			cursor.Topic, cursor.Partition = resp.NextCursor.Topic, resp.NextCursor.Partition
			req.Cursor = &cursor
		}
		for key, w := range want {
			if got[key] != w {
				t.Errorf("pages of %d: %s is %s, want %s", size, key, got[key], w)
			}
		}
		if len(got) != len(want) {
			t.Errorf("pages of %d: %d partitions, want %d", size, len(got), len(want))
		}
	}
}

func testLogDirs(t *testing.T, c *Cluster, cl *kgo.Client) {
	dirs, err := kadm.NewClient(cl).DescribeAllLogDirs(within(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int64{}
	dirs.Each(func(d kadm.DescribedLogDir) {
		d.Topics.Each(func(p kadm.DescribedLogDirPartition) {
			part := snapshot(c)[p.Topic][p.Partition]
			if !slices.Contains(part.replicas, p.Broker) {
				t.Errorf("broker %d reports %s-%d, whose replicas are %v", p.Broker, p.Topic, p.Partition, part.replicas)
			}
			if (p.OffsetLag > 0) != (part.stuck == p.Broker) {
				t.Errorf("%s-%d lags by %d on broker %d", p.Topic, p.Partition, p.OffsetLag, p.Broker)
			}
			sizes[p.Topic] += p.Size
		})
	})
	var stored int64
	for _, pi := range c.fake.PartitionInfos("orders") {
		stored += pi.NumBytes
	}
	if sizes["orders"] != 3*stored || stored == 0 {
		t.Errorf("orders takes %d bytes with all replicas, want 3 × %d", sizes["orders"], stored)
	}
}

func testRacks(t *testing.T, _ *Cluster, cl *kgo.Client) {
	got, err := kadm.NewClient(cl).DescribeBrokerConfigs(within(t), 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, rc := range got {
		for _, c := range rc.Configs {
			if want := map[string]string{"1": "a", "3": "c"}[rc.Name]; c.Key == "broker.rack" && c.MaybeValue() != want {
				t.Errorf("broker %s is in rack %q, want %q", rc.Name, c.MaybeValue(), want)
			}
		}
	}
}

func TestPreferredElection(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true, CatchUp: 100 * time.Millisecond})
	adm := kadm.NewClient(cl)
	elect := func(set kadm.TopicsSet) kadm.ElectLeadersResults {
		t.Helper()
		got, err := adm.ElectLeaders(within(t), kadm.ElectPreferredReplica, set)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var set kadm.TopicsSet
	set.Add("orders", 2, 3)
	got := elect(set)
	if err := got["orders"][3].Err; err != nil {
		t.Errorf("orders-3: %v", err)
	}
	if err := got["orders"][2].Err; err != kerr.ElectionNotNeeded {
		t.Errorf("orders-2, which its preferred leader leads: %v", err)
	}
	if err := c.StopBroker(1); err != nil {
		t.Fatal(err)
	}
	if err := elect(set)["orders"][3].Err; err != kerr.PreferredLeaderNotAvailable {
		t.Errorf("orders-3, whose preferred leader is down: %v", err)
	}
	if err := c.StartBroker(1); err != nil {
		t.Fatal(err)
	}
	until(t, "all in sync but one", func() bool {
		short := 0
		for _, parts := range snapshot(c) {
			for _, p := range parts {
				if len(p.isr) < len(p.replicas) {
					short++
				}
			}
		}
		return short == 1
	})
	elect(nil) // all of them
	for name, parts := range snapshot(c) {
		for p, part := range parts {
			if part.leader != part.replicas[0] && part.stuck != part.replicas[0] {
				t.Errorf("%s-%d is led by %d of %v", name, p, part.leader, part.replicas)
			}
		}
	}
}

func TestReassignmentRunsAndIsCancelled(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true, CatchUp: 400 * time.Millisecond})
	adm := kadm.NewClient(cl)
	var req kadm.AlterPartitionAssignmentsReq
	was := snapshot(c)["sessions"]
	target := []int32{was[0].replicas[1], without([]int32{1, 2, 3}, was[0].replicas...)[0]}
	req.Assign("sessions", 0, target)
	req.Assign("sessions", 1, without([]int32{1, 2, 3}, was[1].replicas[0]))
	if got, err := adm.AlterPartitionAssignments(within(t), req); err != nil || got.Error() != nil {
		t.Fatal(err, got.Error())
	}
	running := request[*kmsg.ListPartitionReassignmentsResponse](t, cl, kmsg.NewPtrListPartitionReassignmentsRequest())
	if len(running.Topics) != 1 || len(running.Topics[0].Partitions) != 2 {
		t.Fatalf("running: %+v", running.Topics)
	}
	p0 := running.Topics[0].Partitions[0]
	if !slices.Equal(p0.AddingReplicas, target[1:]) || !slices.Equal(p0.RemovingReplicas, was[0].replicas[:1]) || len(p0.Replicas) != 3 {
		t.Errorf("running: %+v", p0)
	}
	var cancel kadm.AlterPartitionAssignmentsReq
	cancel.CancelAssign("sessions", 1)
	if got, err := adm.AlterPartitionAssignments(within(t), cancel); err != nil || got.Error() != nil {
		t.Fatal(err, got.Error())
	}
	if now := describe(t, cl, "sessions")[1]; !slices.Equal(now.Replicas, was[1].replicas) {
		t.Errorf("cancelled: replicas %v, were %v", now.Replicas, was[1].replicas)
	}
	until(t, "sessions-0 is where it should be", func() bool {
		now := describe(t, cl, "sessions")[0]
		return slices.Equal(now.Replicas, target) && slices.Equal(now.ISR, target) && now.LeaderID == target[0]
	})
	got, err := adm.AlterPartitionAssignments(within(t), cancel)
	if err != nil || got["sessions"][1].Err != kerr.NoReassignmentInProgress {
		t.Errorf("cancelling what does not run: %v, %v", err, got["sessions"][1].Err)
	}
	var nowhere kadm.AlterPartitionAssignmentsReq
	nowhere.Assign("sessions", 2, []int32{1, 7})
	if got, err := adm.AlterPartitionAssignments(within(t), nowhere); err != nil || got["sessions"][2].Err != kerr.InvalidReplicaAssignment {
		t.Errorf("a broker that does not exist: %v, %v", err, got["sessions"][2].Err)
	}
}

func TestTopicsComeAndGo(t *testing.T) {
	c, cl := start(t, Options{Still: true, young: true})
	adm := kadm.NewClient(cl)
	ctx := within(t)
	if _, err := adm.CreateTopic(ctx, 2, 3, nil, "lab"); err != nil {
		t.Fatal(err)
	}
	if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "lab"}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := adm.CreatePartitions(ctx, 3, "lab"); err != nil {
		t.Fatal(err)
	}
	if n := len(describe(t, cl, "lab")); n != 5 {
		t.Errorf("%d partitions, want 5", n)
	}
	first := c.image.byName["lab"].id
	if _, err := adm.DeleteTopic(ctx, "lab"); err != nil {
		t.Fatal(err)
	}
	if list, err := adm.ListTopics(ctx); err != nil || list.Has("lab") {
		t.Errorf("lab is still listed (%v)", err)
	}
	if _, err := adm.CreateTopic(ctx, 1, 3, nil, "lab"); err != nil {
		t.Fatal(err)
	}
	if c.image.byName["lab"].id == first {
		t.Error("the new topic has the old id")
	}
	if _, err := adm.CreateTopic(ctx, 1, 4, nil, "too-many"); err != kerr.InvalidReplicationFactor {
		t.Errorf("four replicas on three brokers: %v", err)
	}
}

// TestHooksAreRenewed makes so many requests on so many connections that every
// hook is registered anew several times.
func TestHooksAreRenewed(t *testing.T) {
	c, _ := start(t, Options{Still: true, young: true})
	for range 3 {
		cl := connect(t, c)
		for range hookCalls {
			resp := request[*kmsg.DescribeClusterResponse](t, cl, kmsg.NewPtrDescribeClusterRequest())
			if *resp.Brokers[0].Rack != "a" {
				t.Fatalf("rack %q: the hook is gone", *resp.Brokers[0].Rack)
			}
		}
		cl.Close()
	}
}

func testHostile(t *testing.T, c *Cluster, _ *kgo.Client) {
	cl := connect(t, c, kgo.ConsumeTopics("dead-letters"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	var seen strings.Builder
	for n := 0; n < 60; {
		for _, r := range cl.PollRecords(within(t), 60).Records() {
			seen.Write(r.Value)
			n++
		}
	}
	for _, s := range []string{"\x1b", "\xff", "\u202e", "漢", "\x00", "👍"} {
		if !strings.Contains(seen.String(), s) {
			t.Errorf("no record has %q", s)
		}
	}
}

func TestHuge(t *testing.T) {
	c, err := Huge(within(t), 300, 5, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	cl := connect(t, c)
	meta := request[*kmsg.MetadataResponse](t, cl, kmsg.NewPtrMetadataRequest())
	partitions, behind := 0, 0
	for _, topic := range meta.Topics {
		for _, p := range topic.Partitions {
			partitions++
			if len(p.ISR) < 3 {
				behind++
			}
		}
	}
	if len(meta.Topics) != 300 || partitions != 1500 || behind == 0 || behind > 100 {
		t.Errorf("%d topics, %d partitions, %d under-replicated", len(meta.Topics), partitions, behind)
	}
	ends, err := kadm.NewClient(cl).ListEndOffsets(within(t))
	if err != nil || len(ends) != 300 {
		t.Errorf("end offsets of %d topics: %v", len(ends), err)
	}
	if err := c.StopBroker(3); err != nil {
		t.Fatal(err)
	}
	for _, p := range describe(t, cl, hugeName(0)) {
		if p.LeaderID == 3 || slices.Contains(p.ISR, 3) {
			t.Errorf("partition %d: leader %d, ISR %v", p.Partition, p.LeaderID, p.ISR)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := Huge(ctx, 10, 1, ""); err == nil {
		c.Close()
		t.Error("started though the context had ended")
	}
}
