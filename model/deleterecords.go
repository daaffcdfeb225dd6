package model

import (
	"fmt"
	"time"
)

// Deletion is up to where the records of a topic are to be deleted. It is comparable.
type Deletion struct {
	Topic     string
	Partition int32 // or AllPartitions
	To        DeleteTo
	Offset    int64     // of DeleteToOffset: the first that is kept
	Time      time.Time // of DeleteToTime: records before it go; UTC, to the millisecond
}

// DeleteTo is a way to say up to where records are deleted.
type DeleteTo int

// The ways.
const (
	DeleteToEnd DeleteTo = iota
	DeleteToOffset
	DeleteToTime
)

// Problem says what makes no sense about the deletion; nil if nothing does.
func (d *Deletion) Problem() *Problem {
	switch {
	case d.Topic == "":
		return &Problem{Kind: Invalid, Says: "No topic is named"}
	case d.To == DeleteToOffset && d.Offset < 0:
		return &Problem{Kind: Invalid, Says: "An offset is not negative", Fix: "choose 0 or more"}
	case d.To == DeleteToTime && d.Time.UnixMilli() < 0:
		return &Problem{Kind: Invalid, Says: "No record is older than 1970", Fix: "choose a later time"}
	}
	return nil
}

// PlanDeletion asks which records a deletion would take. Nothing is deleted.
type PlanDeletion struct{ Deletion Deletion }

func (PlanDeletion) query() {}

// Every implements Query.
func (PlanDeletion) Every() time.Duration { return 5 * time.Second }

// DeletionPlanned brings a plan, into Snapshot.Plans.
type DeletionPlanned struct{ Plan RecordsPlan }

func (e DeletionPlanned) apply(s *Snapshot) { s.Plans.Records = &e.Plan }

// A RecordsPlan is what a deletion would take, partition by partition.
type RecordsPlan struct {
	At      time.Time
	Query   PlanDeletion
	Cleanup string         // the topic's cleanup.policy; empty if not known
	Lines   []DeletionLine // by partition
	Goes    int64          // over all lines; see DeletionLine
}

// A DeletionLine is what a deletion would take of a partition.
type DeletionLine struct {
	Partition  int32
	Start, End int64 // of the log; NoOffset if not known
	To         int64 // the first offset that is kept; where the log begins once it is done
	// Goes are the offsets between Start and To: as many records, or fewer where
	// compaction took some, or transactions left their markers.
	Goes    int64
	Clamped bool     // To would be outside of the log, and is at its end
	Problem *Problem // why this one is left alone, or was not done
}

// NewRecordsPlan returns the plan that the lines make.
func NewRecordsPlan(at time.Time, q PlanDeletion, cleanup string, lines []DeletionLine) RecordsPlan {
	p := RecordsPlan{At: at, Query: q, Cleanup: cleanup, Lines: lines}
	for i := range lines {
		p.Goes += lines[i].Goes
	}
	return p
}

// Line completes a line of which partition, start and end are known. Found is the
// offset of the first record that is not older, for DeleteToTime; NoOffset if all are.
func (d *Deletion) Line(l DeletionLine, found int64) DeletionLine {
	l.To = NoOffset
	switch {
	case l.Problem != nil:
		return l
	case l.Start == NoOffset || l.End == NoOffset:
		l.Problem = &Problem{Kind: Failed, Says: "where its log begins and ends is not known", Fix: "see whether it has a leader"}
		return l
	}
	to := l.End
	switch d.To {
	case DeleteToOffset:
		to = d.Offset
	case DeleteToTime:
		if found != NoOffset {
			to = found
		}
	case DeleteToEnd:
	}
	l.To = max(l.Start, min(to, l.End))
	l.Clamped = to > l.End
	l.Goes = l.To - l.Start
	return l
}

// Refusal says why nothing can be deleted as things are; nil if something can.
func (p *RecordsPlan) Refusal() *Problem {
	d := &p.Query.Deletion
	if p.Cleanup == "compact" {
		return &Problem{
			Kind: Invalid,
			Says: "Topic " + d.Topic + " is compacted, and Kafka deletes records only where cleanup.policy has delete",
			Fix:  "send tombstones, or change cleanup.policy",
		}
	}
	var first *Problem
	for i := range p.Lines {
		switch l := &p.Lines[i]; {
		case l.Problem != nil && first == nil:
			first = l.Problem
		case l.Problem == nil && l.Goes > 0:
			return nil
		}
	}
	if first != nil {
		return first
	}
	return &Problem{Kind: Invalid, Says: "There is nothing to delete: no record lies before that", Fix: "choose a later offset or time"}
}

// DeleteRecords deletes records as a plan says.
type DeleteRecords struct{ Plan RecordsPlan }

func (*DeleteRecords) command() {}

// String implements Command.
func (c *DeleteRecords) String() string {
	d := &c.Plan.Query.Deletion
	if d.Partition != AllPartitions {
		return fmt.Sprintf("delete records of partition %d of %s", d.Partition, d.Topic)
	}
	return "delete records of " + d.Topic
}

// RecordsDeleted brings where the logs begin after a deletion, as read back, into
// Snapshot.Plans: its lines' Start is where each begins now.
type RecordsDeleted struct{ Plan RecordsPlan }

func (e RecordsDeleted) apply(s *Snapshot) { s.Plans.Records = &e.Plan }
