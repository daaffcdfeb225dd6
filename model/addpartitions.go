package model

import (
	"fmt"
	"time"
)

// PlanPartitions asks what more partitions would do to a topic, and whether the brokers
// would take it. Nothing is changed.
type PlanPartitions struct {
	Topic string
	Count int // after it
}

func (PlanPartitions) query() {}

// Every implements Query.
func (PlanPartitions) Every() time.Duration { return 10 * time.Second }

// PartitionsPlanned brings a plan, into Snapshot.Plans.
type PartitionsPlanned struct{ Plan PartitionsPlan }

func (e PartitionsPlanned) apply(s *Snapshot) { s.Plans.Partitions = &e.Plan }

// A PartitionsPlan is what more partitions would do to a topic.
type PartitionsPlan struct {
	At        time.Time
	Query     PlanPartitions
	Now       int // partitions there are
	Replicas  int // of each new partition: as many as partition 0 has
	Placement Placement
	Checked   bool     // the brokers were asked whether they would take it; not with --read-only
	Problem   *Problem // why they would not
}

// Refusal says why the partitions cannot be added as things are; nil if they can.
func (p *PartitionsPlan) Refusal() *Problem {
	if problem := CountProblem(p.Query.Topic, p.Now, p.Query.Count); problem != nil {
		return problem
	}
	return p.Problem
}

// CountProblem says why a topic cannot have so many partitions; nil if it can. Kafka
// takes none away.
func CountProblem(topic string, now, count int) *Problem {
	switch {
	case count <= now:
		return &Problem{
			Kind: Invalid,
			Says: fmt.Sprintf("Topic %s has %s, and none can be taken away", topic, things(now, "partition")),
			Fix:  "choose more than " + number(now),
		}
	case count > mostPartitions:
		return &Problem{Kind: Invalid, Says: number(count) + " partitions are too many", Fix: "use at most " + number(mostPartitions)}
	}
	return nil
}

// AddPartitions gives a topic more partitions. It must have From when that is done.
type AddPartitions struct {
	Topic       string
	From, Count int
}

func (AddPartitions) command() {}

// String implements Command.
func (c AddPartitions) String() string {
	return fmt.Sprintf("add %s to %s", things(c.Count-c.From, "partition"), c.Topic)
}

// PartitionsAdded brings a topic that was given more partitions, as read back.
type PartitionsAdded struct {
	At    time.Time
	Topic Topic
}

func (e PartitionsAdded) apply(s *Snapshot) { TopicDescribed(e).apply(s) }

// SampleKeys asks for the keys of the last records of a topic. No group is joined.
type SampleKeys struct {
	Topic string
	Last  int // records in all, spread over the partitions
}

func (SampleKeys) query() {}

// Every implements Query.
func (SampleKeys) Every() time.Duration { return time.Minute }

// KeysSampled brings them, into Snapshot.Keys.
type KeysSampled struct{ Keys *KeySample }

func (e KeysSampled) apply(s *Snapshot) { s.Keys = e.Keys }

// A KeySample is the keys that were found in the last records of a topic.
type KeySample struct {
	At      time.Time
	Query   SampleKeys
	Records int // that were looked at
	Keyed   int // of them, those that have a key
	Keys    []SampledKey
}

// A SampledKey is a key, and a partition that it was found on: each pair once.
type SampledKey struct {
	Key       string
	Partition int32
}

// Moves counts keys that would go to another partition than they go to now, if there
// were to partitions instead of from, by the Java client's partitioner. Strays are keys
// that do not lie where that partitioner puts them: of those it cannot be told.
func (s *KeySample) Moves(from, to int) (moved, strays int) {
	for _, k := range s.Keys {
		at := KeyPartition([]byte(k.Key), from)
		switch {
		case at != k.Partition:
			strays++
		case KeyPartition([]byte(k.Key), to) != at:
			moved++
		}
	}
	return moved, strays
}
