package model

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Topic is a named log, split into partitions, with what is known of it. It is
// never changed once it is in a Snapshot: a change makes another.
type Topic struct {
	Name       string
	ID         [16]byte // zero before Kafka 2.8
	Internal   bool
	Partitions []Partition // by ID
	Tally      Tally       // worked out of Partitions
	Write      Tristate    // whether the user may write to it, where the brokers tell (KIP-430)
	Problem    *Problem    // why it could not be described; its partitions are the last known

	Offsets *Offsets     // nil if never asked for
	Config  *TopicConfig // nil if never asked for
}

// Partition returns the partition of that id, nil if there is none.
func (t *Topic) Partition(id int32) *Partition {
	if id >= 0 && int(id) < len(t.Partitions) && t.Partitions[id].ID == id {
		return &t.Partitions[id]
	}
	for i := range t.Partitions {
		if t.Partitions[i].ID == id {
			return &t.Partitions[i]
		}
	}
	return nil
}

// A Partition is one replicated log of a topic.
type Partition struct {
	ID          int32
	Leader      int32     // broker id, or NoBroker
	LeaderEpoch int32     // -1 if not known
	Replicas    []Replica // in the order of the assignment: the first is the preferred leader
}

// A Replica is a broker's copy of a partition.
type Replica struct {
	Broker int32
	State  ReplicaState
}

// ReplicaState is whether a replica could take over.
type ReplicaState uint8

// The states of a replica, best first.
const (
	InSync    ReplicaState = iota // in the ISR
	OutOfSync                     // not in the ISR: its broker is up, it is behind
	OfflineReplica
)

// Role is what a broker is to a partition: what its cell in the matrix shows.
type Role uint8

// The roles of a broker.
const (
	NoReplica        Role = iota
	Leads                 // leader, and preferred
	LeadsForAnother       // leader, though another replica is preferred
	PreferredFollows      // in sync and preferred, but not leading
	Follows               // in sync
	Behind                // not in the ISR
	OfflineRole           // its broker, or its log directory, is down
)

// Role tells what broker is to the partition.
func (p *Partition) Role(broker int32) Role {
	for i, r := range p.Replicas {
		if r.Broker != broker {
			continue
		}
		switch {
		case r.State == OfflineReplica:
			return OfflineRole
		case p.Leader == broker && i == 0:
			return Leads
		case p.Leader == broker:
			return LeadsForAnother
		case r.State == OutOfSync:
			return Behind
		case i == 0:
			return PreferredFollows
		}
		return Follows
	}
	return NoReplica
}

// Preferred returns the broker that should lead: the first replica, NoBroker if
// there are none.
func (p *Partition) Preferred() int32 {
	if len(p.Replicas) == 0 {
		return NoBroker
	}
	return p.Replicas[0].Broker
}

// ISR returns how many replicas are in sync.
func (p *Partition) ISR() int {
	n := 0
	for _, r := range p.Replicas {
		if r.State == InSync {
			n++
		}
	}
	return n
}

// Offline reports whether the partition takes no reads and no writes.
func (p *Partition) Offline() bool { return p.Leader == NoBroker }

// A Tally counts what there is to say of a topic's partitions.
type Tally struct {
	Replicas        int // over all partitions
	RF              int // of the first partition; see MixedRF
	MixedRF         bool
	UnderReplicated int // partitions with a replica outside the ISR
	Offline         int // partitions without a leader
	NotPreferred    int // partitions led by another than the preferred replica
	MinISR          int // the smallest ISR of a partition
}

// TallyOf counts partitions.
func TallyOf(partitions []Partition) Tally {
	var t Tally
	for i := range partitions {
		p := &partitions[i]
		isr := p.ISR()
		t.Replicas += len(p.Replicas)
		if i == 0 {
			t.RF, t.MinISR = len(p.Replicas), isr
		}
		t.MixedRF = t.MixedRF || len(p.Replicas) != t.RF
		t.MinISR = min(t.MinISR, isr)
		if isr < len(p.Replicas) {
			t.UnderReplicated++
		}
		switch p.Leader {
		case NoBroker:
			t.Offline++
		case p.Preferred():
		default:
			t.NotPreferred++
		}
	}
	return t
}

// Health is the worst thing that can be said of a topic.
type Health int

// Healths, best first, so that they compare.
const (
	Healthy         Health = iota
	UnderReplicated        // a replica has fallen out of sync
	AtMinISR               // one more lost replica and acks=all is refused
	UnderMinISR            // fewer in sync than min.insync.replicas: acks=all is refused
	Offline                // no leader: it takes no reads and no writes
	Deleted                // it is no longer there
)

// Health reports the worst health among the partitions, and how many have it.
// At and under min ISR are told only where the topic's config is known, and only
// for topics that are under-replicated: RF 1 with min.insync.replicas 1 is no
// news.
func (t *Topic) Health() (Health, int) {
	switch {
	case t.Problem != nil && t.Problem.Kind == Gone:
		return Deleted, len(t.Partitions)
	case t.Tally.Offline > 0:
		return Offline, t.Tally.Offline
	case t.Tally.UnderReplicated == 0:
		return Healthy, 0
	}
	if n := t.countISR(func(isr, minISR int) bool { return isr < minISR }); n > 0 {
		return UnderMinISR, n
	}
	if n := t.countISR(func(isr, minISR int) bool { return isr == minISR }); n > 0 {
		return AtMinISR, n
	}
	return UnderReplicated, t.Tally.UnderReplicated
}

// countISR counts the under-replicated partitions whose ISR compares so with
// min.insync.replicas; none if that is not known.
func (t *Topic) countISR(is func(isr, minISR int) bool) int {
	if t.Config == nil || t.Config.MinISR <= 0 {
		return 0
	}
	n := 0
	for i := range t.Partitions {
		p := &t.Partitions[i]
		if isr := p.ISR(); isr < len(p.Replicas) && is(isr, t.Config.MinISR) {
			n++
		}
	}
	return n
}

// ListTopics asks for every topic with its partitions, leaders and replicas.
type ListTopics struct{}

func (ListTopics) query() {}

// Every implements Query.
func (ListTopics) Every() time.Duration { return time.Second }

// DescribeTopic asks for one topic, so that the one in view is fresh on a large
// cluster too.
type DescribeTopic struct{ Name string }

func (DescribeTopic) query() {}

// Every implements Query.
func (DescribeTopic) Every() time.Duration { return time.Second }

// TopicsListed replaces the list of topics. What was known of their offsets and
// configs is carried over.
type TopicsListed struct {
	At     time.Time
	Topics []Topic // by name, with Tally
	Counts Counts  // of Topics
}

func (e TopicsListed) apply(s *Snapshot) {
	next := make([]*Topic, len(e.Topics))
	old := s.Topics
	var gone []*Topic
	for i := range e.Topics {
		t := &e.Topics[i] // is never changed: a topic of which more is known is a copy
		for len(old) > 0 && old[0].Name < t.Name {
			gone, old = append(gone, old[0]), old[1:]
		}
		if len(old) > 0 && old[0].Name == t.Name {
			if !t.same(old[0]) {
				gone = append(gone, old[0])
			} else if old[0].Offsets != nil || old[0].Config != nil || old[0].Write != t.Write {
				own := *t
				own.Offsets, own.Config, own.Write = old[0].Offsets, old[0].Config, cmp.Or(t.Write, old[0].Write)
				t = &own
			}
			old = old[1:]
		}
		next[i] = t
	}
	s.Flow = s.Flow.without(append(gone, old...))
	s.Topics, s.Counts = next, e.Counts
	s.TopicsAt++
	s.addMissing(e.Counts.Loads)
}

// same reports whether old is the same topic, and not one of the same name that
// was deleted; without ids it goes by the name.
func (t *Topic) same(old *Topic) bool {
	var none [16]byte
	return t.ID == old.ID || t.ID == none || old.ID == none
}

// TopicDescribed replaces one topic. With a Problem of kind Gone it marks the
// topic as deleted until the next listing leaves it out.
type TopicDescribed struct {
	At    time.Time
	Topic Topic
}

func (e TopicDescribed) apply(s *Snapshot) {
	i, ok := FindTopic(s.Topics, e.Topic.Name)
	if !ok {
		return // the next listing brings it
	}
	old := s.Topics[i]
	t := e.Topic
	if t.Problem != nil {
		t.ID, t.Internal, t.Partitions, t.Tally = old.ID, old.Internal, old.Partitions, old.Tally
	}
	if t.same(old) {
		t.Offsets, t.Config, t.Write = old.Offsets, old.Config, cmp.Or(t.Write, old.Write)
	} else {
		s.Flow = s.Flow.without([]*Topic{old})
	}
	s.Counts = s.Counts.without(old).with(&t)
	s.putTopic(i, &t)
	s.addMissing(s.Counts.Loads)
}

// putTopic puts t in the place of the topic at i.
func (s *Snapshot) putTopic(i int, t *Topic) {
	next := slices.Clone(s.Topics)
	next[i] = t
	s.Topics = next
	s.TopicsAt++
}

// changeTopics calls change with a copy of each topic of that name.
func (s *Snapshot) changeTopics(names func(yield func(name string) bool), change func(*Topic)) {
	next := slices.Clone(s.Topics)
	for name := range names {
		if i, ok := FindTopic(next, name); ok {
			t := *next[i]
			change(&t)
			next[i] = &t
		}
	}
	s.Topics = next
	s.TopicsAt++
}

// Topic returns the topic of that name.
func (s *Snapshot) Topic(name string) (*Topic, bool) {
	if i, ok := FindTopic(s.Topics, name); ok {
		return s.Topics[i], true
	}
	return nil, false
}

// FindTopic returns where the topic of that name is, or would be, in topics.
func FindTopic(topics []*Topic, name string) (int, bool) {
	return slices.BinarySearchFunc(topics, name, func(t *Topic, name string) int { return strings.Compare(t.Name, name) })
}
