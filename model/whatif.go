package model

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"unicode/utf16"
)

// AfterLoss returns the partition as the controller leaves it when brokers are
// lost at once, with unclean.leader.election.enable off: a leader that lives
// stays, else the first replica of the assignment that lives and is in sync
// leads, else nobody does. A partition that nobody leads already stays as it is.
// Eligible leader replicas (KIP-966), which could lead a partition whose ISR is
// empty, are not taken into account.
func AfterLoss(p Partition, lost map[int32]bool) Partition {
	if !slices.ContainsFunc(p.Replicas, func(r Replica) bool { return lost[r.Broker] }) {
		return p
	}
	p.Replicas = slices.Clone(p.Replicas)
	for i := range p.Replicas {
		if r := &p.Replicas[i]; lost[r.Broker] {
			r.State = OfflineReplica
		}
	}
	if p.Leader == NoBroker || !lost[p.Leader] {
		return p
	}
	p.Leader = NoBroker
	if i := slices.IndexFunc(p.Replicas, func(r Replica) bool { return r.State == InSync }); i >= 0 {
		p.Leader = p.Replicas[i].Broker
	}
	if p.LeaderEpoch >= 0 {
		p.LeaderEpoch++
	}
	return p
}

// Effect is the worst that a loss does to a partition.
type Effect uint8

// The effects, best first, so that they compare.
const (
	NoEffect     Effect = iota
	LosesReplica        // nothing but that
	LeaderMoves         // clients go on as soon as they learn of it
	RefusesAcks         // fewer in sync than min.insync.replicas: acks=all is refused
	GoesOffline         // nobody leads: it takes no reads and no writes
)

// EffectOf compares a partition before and after a loss. minISR is the topic's
// min.insync.replicas, 0 if it is not known; of a partition with fewer replicas
// brokers ask for no more than it has (KAFKA-15583, Kafka 3.7). What was so before
// is no effect.
func EffectOf(before, after *Partition, minISR int) Effect {
	isrBefore, isrAfter := before.ISR(), after.ISR()
	minISR = min(minISR, len(before.Replicas))
	switch {
	case before.Leader != NoBroker && after.Leader == NoBroker:
		return GoesOffline
	case after.Leader != NoBroker && isrAfter < minISR && isrBefore >= minISR:
		return RefusesAcks
	case before.Leader != after.Leader:
		return LeaderMoves
	case alive(before) > alive(after):
		return LosesReplica
	}
	return NoEffect
}

func alive(p *Partition) int {
	n := 0
	for _, r := range p.Replicas {
		if r.State != OfflineReplica {
			n++
		}
	}
	return n
}

// A Loss is what happens when brokers are lost at once. Nothing is sent: it is
// what the controller would do.
type Loss struct {
	Lost    []int32 // by ID
	Total   TopicLoss
	Topics  []TopicLoss  // those touched, hardest hit first
	Leaders []LeaderLoss // one for each broker of the snapshot, by ID
	Groups  []GroupLoss  // those whose coordinator is lost, by ID

	Controller bool // the controller is lost
	Unjudged   int  // topics touched whose min.insync.replicas is not known
}

// A TopicLoss counts the partitions of a topic that a loss touches. A partition
// is in Moves and in Refuses if it is both.
type TopicLoss struct {
	Topic   string
	Touched int // partitions with a replica on a lost broker
	Offline int // partitions that had a leader and have none
	Refuses int // partitions that took acks=all and refuse it
	Moves   int // partitions that have another leader

	OfflineRate, RefusesRate, MovesRate float64 // records per second into them, where known
}

// A LeaderLoss is what a broker leads before and after.
type LeaderLoss struct {
	Broker int32
	Lost   bool
	Now    int
	After  int
}

// A GroupLoss is a group whose coordinator is lost.
type GroupLoss struct {
	Group string
	From  int32
	To    int32 // the coordinator after; NoBroker if it has none, or if that is not known
	Known bool  // To is known: the cluster has a __consumer_offsets that explains From
}

// Lose works out what the loss of brokers does to topics, and to the groups of
// the snapshot. It looks at every replica: call it off the loop.
func Lose(s *Snapshot, topics []*Topic, lost map[int32]bool) Loss {
	l := Loss{Lost: lostOf(lost)}
	l.Controller = s.Cluster.Controller != NoBroker && lost[s.Cluster.Controller]
	now, after := map[int32]int{}, map[int32]int{}
	for _, t := range topics {
		hit := loseTopic(t, lost, now, after)
		if hit.Touched == 0 {
			continue
		}
		if t.Config == nil || t.Config.MinISR <= 0 {
			l.Unjudged++
		}
		l.Topics = append(l.Topics, hit)
		l.Total.add(hit)
	}
	slices.SortFunc(l.Topics, harder)
	for _, b := range s.Brokers {
		l.Leaders = append(l.Leaders, LeaderLoss{Broker: b.ID, Lost: lost[b.ID], Now: now[b.ID], After: after[b.ID]})
	}
	l.Groups = loseGroups(s, lost)
	return l
}

func lostOf(lost map[int32]bool) []int32 {
	all := slices.Sorted(maps.Keys(lost))
	return slices.DeleteFunc(all, func(b int32) bool { return !lost[b] })
}

func loseTopic(t *Topic, lost map[int32]bool, now, after map[int32]int) TopicLoss {
	hit := TopicLoss{Topic: t.Name}
	minISR := 0
	if t.Config != nil {
		minISR = t.Config.MinISR
	}
	for i := range t.Partitions {
		p := &t.Partitions[i]
		next := AfterLoss(*p, lost)
		now[p.Leader]++
		after[next.Leader]++
		hit.partition(p, &next, minISR, t.Offsets.rate(int(p.ID)))
	}
	return hit
}

// partition counts a partition, into which rate records a second are written.
func (l *TopicLoss) partition(before, after *Partition, minISR int, rate float64) {
	effect := EffectOf(before, after, minISR)
	if effect == NoEffect {
		return
	}
	l.Touched++
	switch effect {
	case GoesOffline:
		l.Offline++
		l.OfflineRate += rate
		return
	case RefusesAcks:
		l.Refuses++
		l.RefusesRate += rate
	}
	if before.Leader != after.Leader {
		l.Moves++
		l.MovesRate += rate
	}
}

// rate returns the records per second into a partition, 0 if not known.
func (o *Offsets) rate(partition int) float64 {
	if o == nil || partition < 0 || partition >= len(o.Rate) {
		return 0
	}
	return max(0, o.Rate[partition])
}

func (l *TopicLoss) add(t TopicLoss) {
	l.Touched += t.Touched
	l.Offline += t.Offline
	l.Refuses += t.Refuses
	l.Moves += t.Moves
	l.OfflineRate += t.OfflineRate
	l.RefusesRate += t.RefusesRate
	l.MovesRate += t.MovesRate
}

// harder orders topics by how hard they are hit.
func harder(a, b TopicLoss) int {
	return cmp.Or(
		cmp.Compare(b.Offline, a.Offline),
		cmp.Compare(b.Refuses, a.Refuses),
		cmp.Compare(b.MovesRate, a.MovesRate),
		cmp.Compare(b.Moves, a.Moves),
		cmp.Compare(b.Touched, a.Touched),
		cmp.Compare(a.Topic, b.Topic),
	)
}

// GroupTopic holds the committed offsets of groups. The leader of a group's
// partition of it is the group's coordinator.
const GroupTopic = "__consumer_offsets"

func loseGroups(s *Snapshot, lost map[int32]bool) []GroupLoss {
	var all []GroupLoss
	topic, _ := s.Topic(GroupTopic)
	for _, g := range s.Groups {
		if g.Coordinator == NoBroker || !lost[g.Coordinator] {
			continue
		}
		l := GroupLoss{Group: g.ID, From: g.Coordinator, To: NoBroker}
		// Where the partition's leader is not the coordinator, one of the two is
		// out of date, or the cluster has no such topic: better say nothing.
		if p := groupPartition(topic, g.ID); p != nil && p.Leader == g.Coordinator {
			l.To, l.Known = AfterLoss(*p, lost).Leader, true
		}
		all = append(all, l)
	}
	return all
}

func groupPartition(t *Topic, group string) *Partition {
	if t == nil || len(t.Partitions) == 0 {
		return nil
	}
	return &t.Partitions[GroupPartition(group, len(t.Partitions))]
}

// GroupPartition returns which of n partitions of GroupTopic a group's offsets
// are in: the absolute value of Java's hash of the id, modulo n. The absolute
// value of the least integer, which is none, is taken as 0.
func GroupPartition(group string, n int) int {
	var h int32
	for _, unit := range utf16.Encode([]rune(group)) {
		h = 31*h + int32(unit)
	}
	if h == math.MinInt32 {
		return 0
	}
	return max(int(h), -int(h)) % n
}
