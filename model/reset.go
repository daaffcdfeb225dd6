package model

import (
	"fmt"
	"time"
)

// Reset is where committed offsets are to be put. It is comparable.
type Reset struct {
	To       ResetTo
	Offset   int64         // of ToOffset; how far for ByShift, negative is back
	Time     time.Time     // of ToTime; UTC, to the millisecond
	Duration time.Duration // of ByDuration: that long ago
	File     string        // of FromFile: its text, lines of topic,partition,offset

	Topics    Names // all the group has offsets for if All
	Partition int32 // of the one topic, or AllPartitions
}

// ResetTo is a way to say where committed offsets are to be put, as
// kafka-consumer-groups spells it.
type ResetTo string

// The ways.
const (
	ToEarliest ResetTo = "to-earliest"
	ToLatest   ResetTo = "to-latest"
	ToOffset   ResetTo = "to-offset"
	ByShift    ResetTo = "shift-by"
	ToTime     ResetTo = "to-datetime"
	ByDuration ResetTo = "by-duration"
	FromFile   ResetTo = "from-file"
)

// PlanReset asks what a reset would do. Nothing is changed.
type PlanReset struct {
	Group string
	Reset Reset
}

func (PlanReset) query() {}

// Every implements Query.
func (PlanReset) Every() time.Duration { return 5 * time.Second }

// ResetPlanned brings a plan, into Snapshot.Plan.
type ResetPlanned struct{ Plan ResetPlan }

func (e ResetPlanned) apply(s *Snapshot) { s.Plan = &e.Plan }

// A ResetPlan is what a reset would do, partition by partition.
type ResetPlan struct {
	At    time.Time
	Query PlanReset
	Kind  GroupKind
	// Holders are the members for whose sake the reset is refused: a group's offsets
	// can be changed only while nobody reads for it.
	Holders []Member
	State   string
	Lines   []ResetLine // by topic, partition
	Skipped int64       // records that would not be read, over all lines
	Again   int64       // records that would be read again
}

// A ResetLine is what a reset would do to one partition. Offsets are NoOffset if
// not known.
type ResetLine struct {
	Topic      string
	Partition  int32
	From       int64    // committed now
	To         int64    // to be committed
	Start, End int64    // of the log
	Skipped    int64    // records that would not be read: To is beyond From
	Again      int64    // records that would be read again: To is before From
	Clamped    bool     // what was asked for is outside of the log: To is its start or end
	Problem    *Problem // why the partition is left alone
}

// ResetOffsets puts committed offsets where a plan says.
type ResetOffsets struct{ Plan ResetPlan }

func (*ResetOffsets) command() {}

func (c *ResetOffsets) String() string { return "reset the offsets of group " + c.Plan.Query.Group }

// OffsetsReset brings what the group has committed after a reset, as read back,
// into Snapshot.Plan: its lines' From is what is committed now.
type OffsetsReset struct{ Plan ResetPlan }

func (e OffsetsReset) apply(s *Snapshot) { s.Plan = &e.Plan }

// DeleteGroup deletes a group and its offsets. The group must have no members.
type DeleteGroup struct{ Group string }

func (DeleteGroup) command() {}

func (c DeleteGroup) String() string { return "delete group " + c.Group }

// DeleteOffsets deletes what a group has committed for a topic that no member
// subscribes to.
type DeleteOffsets struct{ Group, Topic string }

func (DeleteOffsets) command() {}

func (c DeleteOffsets) String() string {
	return fmt.Sprintf("delete the offsets of group %s for %s", c.Group, c.Topic)
}

// RemoveMember makes a member leave its group. One without an instance id joins
// again unless its process has ended.
type RemoveMember struct {
	Group, MemberID, InstanceID string
}

func (RemoveMember) command() {}

func (c RemoveMember) String() string {
	name := c.InstanceID
	if name == "" {
		name = c.MemberID
	}
	return fmt.Sprintf("remove member %s from group %s", name, c.Group)
}
