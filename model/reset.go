package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
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

// NewResetPlan returns the plan that the lines make for a group, as it was described.
// The lines are put in order.
func NewResetPlan(at time.Time, q PlanReset, g *Group, lines []ResetLine) ResetPlan {
	slices.SortFunc(lines, func(a, b ResetLine) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	p := ResetPlan{At: at, Query: q, Kind: g.Kind, State: g.State, Holders: g.Members, Lines: lines}
	for i := range lines {
		p.Skipped += lines[i].Skipped
		p.Again += lines[i].Again
	}
	return p
}

// Refusal says why the offsets cannot be reset as things are; nil if they can.
func (p *ResetPlan) Refusal() *Problem {
	if held := Held(p.Query.Group, p.State, p.Holders); held != nil {
		return held
	}
	for i := range p.Lines {
		if p.Lines[i].Problem == nil {
			return nil
		}
	}
	refusal := &Problem{Kind: Invalid, Says: "There is no partition to reset", Fix: "choose a topic: the group has committed nothing"}
	if len(p.Lines) > 0 {
		refusal.Fix = "see what is said of each"
	}
	return refusal
}

// Held says who keeps a group from being changed: its offsets, and itself, are
// Kafka's to change only while it has no members. It returns nil if nobody does.
func Held(group, state string, holders []Member) *Problem {
	idle := state == "" || state == "Empty" || state == "Dead"
	if len(holders) == 0 && idle {
		return nil
	}
	p := &Problem{Kind: Failed, Says: "Group " + group + " is in use: it is " + state, Fix: "wait until it has settled"}
	if len(holders) > 0 {
		p.Says = "Group " + group + " is in use by " + membersPhrase(holders)
		p.Fix = "stop them first"
	}
	return p
}

// membersPhrase names members by client id and host, no more than three.
func membersPhrase(members []Member) string {
	const most = 3
	var names []string
	for i := range members[:min(len(members), most)] {
		m := &members[i]
		name := cmp.Or(m.ClientID, m.InstanceID, m.ID)
		if m.Host != "" {
			name += " at " + m.Host
		}
		names = append(names, name)
	}
	if rest := len(members) - most; rest > 0 {
		return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", rest)
	}
	return strings.Join(names, ", ")
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

// Line completes a line that says where a partition stands, and holds From, Start
// and End, by what the reset would do to it. Named is the offset that the time
// stands for, or that the file gives; NoOffset if no record is that young.
func (r *Reset) Line(l ResetLine, named int64) ResetLine {
	l.To = NoOffset
	if l.Problem != nil {
		return l
	}
	if l.Start == NoOffset || l.End == NoOffset {
		l.Problem = &Problem{Kind: Failed, Says: "The ends of its log are not known", Fix: "look whether it has a leader"}
		return l
	}
	wanted, problem := r.wanted(&l, named)
	if problem != nil {
		l.Problem = problem
		return l
	}
	l.To = max(l.Start, min(wanted, l.End))
	l.Clamped = l.To != wanted
	if l.From != NoOffset {
		from := max(l.Start, min(l.From, l.End)) // what is not in the log can neither be skipped nor read
		l.Skipped, l.Again = max(0, l.To-from), max(0, from-l.To)
	}
	return l
}

// wanted is where a partition is to be put, wherever its log begins and ends.
func (r *Reset) wanted(l *ResetLine, named int64) (int64, *Problem) {
	switch r.To {
	case ToEarliest:
		return l.Start, nil
	case ToLatest:
		return l.End, nil
	case ToOffset:
		return r.Offset, nil
	case ByShift:
		if l.From == NoOffset {
			return 0, &Problem{Kind: Invalid, Says: "Nothing is committed to shift", Fix: "choose another way for it"}
		}
		return shifted(l.From, r.Offset), nil
	case ToTime, ByDuration:
		if named == NoOffset {
			return l.End, nil // no record is that young
		}
		return named, nil
	case FromFile:
		return named, nil
	}
	return 0, &Problem{Kind: Invalid, Says: "There is no way to reset called " + string(r.To)}
}

// shifted is offset+by, without running over.
func shifted(offset, by int64) int64 {
	if by > 0 && offset > math.MaxInt64-by {
		return math.MaxInt64
	}
	return offset + by
}

// At is the time that ToTime and ByDuration stand for, as of now. ok is false for
// the other ways.
func (r *Reset) At(now time.Time) (at time.Time, ok bool) {
	switch r.To {
	case ToTime:
		return r.Time, true
	case ByDuration:
		return now.Add(-r.Duration), true
	}
	return time.Time{}, false
}

// Problem says what makes no sense about a reset, whatever the cluster holds; nil if
// nothing does. A file is read by ParseOffsets.
func (r *Reset) Problem() *Problem {
	_, one := r.Topics.One()
	switch {
	case r.Partition != AllPartitions && !one:
		return &Problem{Kind: Invalid, Says: "One partition of several topics cannot be meant", Fix: "choose one topic"}
	case r.Topics.None():
		return &Problem{Kind: Invalid, Says: "No topic is chosen", Fix: "choose one, or all"}
	case r.To == ToOffset && r.Offset < 0:
		return &Problem{Kind: Invalid, Says: fmt.Sprintf("There is no offset %d", r.Offset), Fix: "use 0 or more"}
	case r.To == ToTime && r.Time.UnixMilli() < 0:
		return &Problem{Kind: Invalid, Says: "No record is older than 1970", Fix: "choose a later time"}
	case r.To == ByDuration && r.Duration < 0:
		return &Problem{Kind: Invalid, Says: "A duration counts back from now, and is not negative", Fix: "use one like 15m"}
	}
	return nil
}

// ResetOffsets puts committed offsets where a plan says.
type ResetOffsets struct{ Plan ResetPlan }

func (*ResetOffsets) command() {}

// String implements Command.
func (c *ResetOffsets) String() string { return "reset the offsets of group " + c.Plan.Query.Group }

// OffsetsReset brings what the group has committed after a reset, as read back,
// into Snapshot.Plan: its lines' From is what is committed now.
type OffsetsReset struct{ Plan ResetPlan }

func (e OffsetsReset) apply(s *Snapshot) { s.Plan = &e.Plan }

// DeleteGroup deletes a group and its offsets. The group must have no members.
type DeleteGroup struct{ Group string }

func (DeleteGroup) command() {}

// String implements Command.
func (c DeleteGroup) String() string { return "delete group " + c.Group }

// DeleteOffsets deletes what a group has committed for a topic that no member
// subscribes to.
type DeleteOffsets struct{ Group, Topic string }

func (DeleteOffsets) command() {}

// String implements Command.
func (c DeleteOffsets) String() string {
	return fmt.Sprintf("delete the offsets of group %s for %s", c.Group, c.Topic)
}

// RemoveMember makes a member leave its group. One without an instance id joins
// again unless its process has ended.
type RemoveMember struct {
	Group, MemberID, InstanceID string
}

func (RemoveMember) command() {}

// String implements Command.
func (c RemoveMember) String() string {
	name := c.InstanceID
	if name == "" {
		name = c.MemberID
	}
	return fmt.Sprintf("remove member %s from group %s", name, c.Group)
}
