package model

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestAfterLoss(t *testing.T) {
	for _, c := range []struct {
		name   string
		before string
		lost   []int32
		after  string
		minISR int
		effect Effect
	}{
		{"has no replica there", "1 | 1 2", []int32{3}, "1 | 1 2", 1, NoEffect},
		{"a follower is lost", "1 | 1 2 3", []int32{2}, "1 | 1 2x 3", 2, LosesReplica},
		{"the leader is lost", "1 | 1 2 3", []int32{1}, "2 | 1x 2 3", 2, LeaderMoves},
		{"the next replica is not in sync", "1 | 1 2! 3", []int32{1}, "3 | 1x 2! 3", 1, LeaderMoves},
		{"the next replica is lost too", "1 | 1 2 3", []int32{1, 2}, "3 | 1x 2x 3", 1, LeaderMoves},
		{"the preferred leader takes over", "2 | 1 2 3", []int32{2}, "1 | 1 2x 3", 2, LeaderMoves},
		{"a leader that lives stays, though it is not preferred", "2 | 1 2 3", []int32{3}, "2 | 1 2 3x", 2, LosesReplica},
		{"the order of the assignment counts, not the id", "3 | 3 2 1", []int32{3}, "2 | 3x 2 1", 1, LeaderMoves},
		{"nobody else is in sync", "1 | 1 2! 3x", []int32{1}, "- | 1x 2! 3x", 1, GoesOffline},
		{"one replica", "1 | 1", []int32{1}, "- | 1x", 1, GoesOffline},
		{"all are lost", "1 | 1 2", []int32{1, 2}, "- | 1x 2x", 1, GoesOffline},
		{"too few are left", "1 | 1 2 3!", []int32{2}, "1 | 1 2x 3!", 2, RefusesAcks},
		{"too few are left, and the leader moves", "1 | 1 2 3!", []int32{1}, "2 | 1x 2 3!", 2, RefusesAcks},
		{"too few were left before", "1 | 1 2! 3!", []int32{3}, "1 | 1 2! 3x", 2, LosesReplica},
		{"what is out of sync was not counted", "1 | 1 2 3!", []int32{3}, "1 | 1 2 3x", 2, LosesReplica},
		{"min.insync.replicas is not known", "1 | 1 2", []int32{2}, "1 | 1 2x", 0, LosesReplica},
		{"brokers ask for no more than there are", "1 | 1 2", []int32{2}, "1 | 1 2x", 3, RefusesAcks},
		{"offline before, and still", "- | 1x 2x", []int32{1}, "- | 1x 2x", 1, NoEffect},
		{"offline before, loses a replica that was behind", "- | 1x 2!", []int32{2}, "- | 1x 2x", 1, LosesReplica},
		{"no replicas", "- |", []int32{1}, "- |", 1, NoEffect},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := topicOf("t", c.before).Partitions[0]
			after := AfterLoss(before, setOf(c.lost))
			if got := written(after); got != c.after {
				t.Errorf("after = %q, want %q", got, c.after)
			}
			if got := EffectOf(&before, &after, c.minISR); got != c.effect {
				t.Errorf("effect = %v, want %v", got, c.effect)
			}
			if got := written(before); got != c.before {
				t.Errorf("the partition itself changed to %q", got)
			}
			if moved := before.Leader != after.Leader; (after.LeaderEpoch > before.LeaderEpoch) != moved {
				t.Errorf("epoch %d became %d", before.LeaderEpoch, after.LeaderEpoch)
			}
		})
	}
}

func setOf(ids []int32) map[int32]bool {
	set := map[int32]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set
}

func TestAnEpochThatIsNotKnownStaysSo(t *testing.T) {
	p := topicOf("t", "1 | 1 2").Partitions[0]
	p.LeaderEpoch = -1
	if got := AfterLoss(p, map[int32]bool{1: true}); got.Leader != 2 || got.LeaderEpoch != -1 {
		t.Errorf("leader %d in epoch %d, want 2 in -1", got.Leader, got.LeaderEpoch)
	}
}

// A loss never brings anything back, and a leader is always alive and in sync.
func TestAfterLossHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		topic := randomTopic(r, "t", 6)
		lost := map[int32]bool{}
		for b := range int32(6) {
			lost[b+1] = r.IntN(3) == 0
		}
		for _, p := range topic.Partitions {
			checkLoss(t, p, AfterLoss(p, lost), lost)
		}
	}
}

func checkLoss(t *testing.T, before, after Partition, lost map[int32]bool) {
	t.Helper()
	story := fmt.Sprintf("%s without %v is %s", written(before), lostOf(lost), written(after))
	if len(before.Replicas) != len(after.Replicas) || after.ISR() > before.ISR() {
		t.Error("replicas came from nowhere: " + story)
	}
	if after.Leader == NoBroker {
		for _, r := range after.Replicas {
			if before.Leader != NoBroker && r.State == InSync {
				t.Error("a replica that could lead does not: " + story)
			}
		}
		return
	}
	if role := after.Role(after.Leader); lost[after.Leader] || role != Leads && role != LeadsForAnother {
		t.Error("the leader cannot lead: " + story)
	}
}

func TestLose(t *testing.T) {
	s := snapshotOf("1 2 3",
		minISR(topicOf("__consumer_offsets", "1 | 1 2 3", "2 | 2 3 1", "3 | 3 1 2", "2 | 2 1 3", "2 | 2! 3", "2 | 2 1 3", "2 | 2 1 3"), 2),
		minISR(topicOf("idle", "1 | 1 3"), 1),
		minISR(orders(), 2),
		topicOf("scratch", "2 | 2", "1 | 1"),
	)
	s.Cluster.Controller = 2
	s = s.Apply(GroupsListed{Groups: []Group{
		{ID: "audit", Coordinator: 2},   // partition 6: next is 1
		{ID: "billing", Coordinator: 1}, // partition 6: led by 2, so this is out of date
		{ID: "console-consumer-4711", Coordinator: 3},
		{ID: "größe-é", Coordinator: 2}, // partition 5: next is 1
		{ID: "polygenelubricants", Coordinator: 2},
	}})
	got := Lose(&s, s.Topics, map[int32]bool{2: true, 3: false})

	want := Loss{
		Lost: []int32{2}, Controller: true, Unjudged: 1,
		Total: TopicLoss{Touched: 7 + 12 + 1, Offline: 1, Refuses: 2, Moves: 5 + 5},
		Topics: []TopicLoss{
			{Topic: "scratch", Touched: 1, Offline: 1},
			{Topic: "orders", Touched: 12, Refuses: 2, Moves: 5},
			{Topic: "__consumer_offsets", Touched: 7, Moves: 5},
		},
		Leaders: []LeaderLoss{
			{Broker: 1, Now: 1 + 1 + 3 + 1, After: 1 + 1 + 3 + 1 + 2 + 3},
			{Broker: 2, Lost: true, Now: 5 + 5 + 1},
			{Broker: 3, Now: 1 + 4, After: 1 + 4 + 2 + 3},
		},
		Groups: []GroupLoss{
			{Group: "audit", From: 2, To: 1, Known: true},
			{Group: "größe-é", From: 2, To: 1, Known: true},
			{Group: "polygenelubricants", From: 2, To: NoBroker},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("loss =\n%+v\nwant\n%+v", got, want)
	}
}

func TestLoseCountsWhatIsWritten(t *testing.T) {
	s := busy(snapshotOf("1 2 3", minISR(topicOf("t", "1 | 1 2", "2 | 2 1", "3 | 3"), 2)), map[int32]float64{1: 100, 2: 50, 3: 7}, nil)
	got := Lose(&s, s.Topics, map[int32]bool{1: true, 3: true}).Total
	want := TopicLoss{Touched: 3, Offline: 1, Refuses: 2, Moves: 1, OfflineRate: 7, RefusesRate: 150, MovesRate: 100}
	if got != want {
		t.Errorf("total = %+v, want %+v", got, want)
	}
}

func TestLoseWithoutACoordinatorTopic(t *testing.T) {
	s := snapshotOf("1 2", topicOf("t", "1 | 1 2")).Apply(GroupsListed{Groups: []Group{{ID: "g", Coordinator: 1}, {ID: "h", Coordinator: NoBroker}}})
	got := Lose(&s, s.Topics, map[int32]bool{1: true}).Groups
	if want := []GroupLoss{{Group: "g", From: 1, To: NoBroker}}; !reflect.DeepEqual(got, want) {
		t.Errorf("groups = %+v, want %+v", got, want)
	}
}

// The partitions were worked out with Java's String.hashCode.
func TestGroupPartition(t *testing.T) {
	for _, c := range []struct {
		group     string
		of50, of7 int
	}{
		{"", 0, 0},
		{"billing", 9, 6},
		{"audit", 5, 6},
		{"console-consumer-4711", 22, 2},
		{"größe-é", 43, 5},
		{"🚀-rocket", 40, 0},
		{"polygenelubricants", 0, 0}, // the least int32, whose absolute value is taken as 0
	} {
		if got := GroupPartition(c.group, 50); got != c.of50 {
			t.Errorf("%q is in %d of 50, want %d", c.group, got, c.of50)
		}
		if got := GroupPartition(c.group, 7); got != c.of7 {
			t.Errorf("%q is in %d of 7, want %d", c.group, got, c.of7)
		}
	}
}
