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
	case kafkasOwn[topic]:
		return &Problem{
			Kind: Invalid,
			Says: "Kafka finds what is in " + topic + " by the number of its partitions: with more of them, what is there would be lost to it",
			Fix:  "leave it as it is",
		}
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
