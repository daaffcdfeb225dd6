package model

import "time"

// LabPrefix begins the names of groups that are deleted when the lab closes. Other
// groups are deleted only if asked: they keep their committed offsets.
const LabPrefix = "kscope-lab-"

// A LabMember is a test consumer of kscope's own.
type LabMember struct {
	Name       string // client id: lab-1, lab-2, …
	Group      string
	Topic      string
	Assignor   LabAssignor
	InstanceID string // empty if it is not static
	State      LabState
	Slow       int    // reads at most so many records a second; 0 as fast as it can
	Owned      int    // partitions
	Read       int64  // records since it started
	MemberID   string // the latest it had; empty if none yet
	Problem    *Problem
}

// LabAssignor is how a lab group assigns partitions.
type LabAssignor string

// The assignors of the lab.
const (
	LabRange       LabAssignor = "range"
	LabRoundRobin  LabAssignor = "roundrobin"
	LabSticky      LabAssignor = "sticky"
	LabCooperative LabAssignor = "cooperative-sticky"
	LabConsumer    LabAssignor = "consumer" // KIP-848: the broker assigns
)

// LabState is what a test consumer does.
type LabState string

// The states of a test consumer.
const (
	LabStarting LabState = "starting"
	LabRunning  LabState = "running"
	LabPaused   LabState = "paused"  // does not poll: thrown out once max.poll.interval.ms is over
	LabStalled  LabState = "stalled" // does not even heartbeat: thrown out once its session is over
	LabLeaving  LabState = "leaving"
	LabLeft     LabState = "left"
	LabKilled   LabState = "killed" // cut off without leaving
)

// LabView is the lab as last seen.
type LabView struct {
	Members []LabMember // in the order they were added; those that left or were killed stay, until the lab ends
}

// WatchLab asks what kscope's own test consumers do.
type WatchLab struct{}

func (WatchLab) query() {}

// Every implements Query: the answer has no end.
func (WatchLab) Every() time.Duration { return 0 }

// LabSeen brings the lab's members.
type LabSeen struct{ Lab LabView }

func (e LabSeen) apply(s *Snapshot) { s.Lab = e.Lab }

// LabAdd adds a test consumer to a group, which comes into being by it.
type LabAdd struct {
	Group, Topic string
	Assignor     LabAssignor
	Static       bool // with an instance id
	Slow         int  // records a second at most; 0 as fast as it can
}

func (LabAdd) command() {}

// String implements Command.
func (c LabAdd) String() string { return "add a test consumer to group " + c.Group }

// LabTell has a test consumer do something.
type LabTell struct {
	Group, Member string // LabMember.Name
	Do            LabVerb
	Slow          int // of LabSlow: records a second at most; 0 as fast as it can
}

func (LabTell) command() {}

// String implements Command.
func (c LabTell) String() string { return string(c.Do) + " test consumer " + c.Member }

// LabVerb is what a test consumer is told to do.
type LabVerb string

// What test consumers can be told.
const (
	LabLeave   LabVerb = "remove"  // leave the group and stop
	LabKill    LabVerb = "kill"    // stop without a word
	LabPause   LabVerb = "pause"   // stop polling
	LabStall   LabVerb = "stall"   // stop polling and heartbeating
	LabResume  LabVerb = "resume"  // go on after LabPause or LabStall
	LabRestart LabVerb = "restart" // stop, without leaving if it is static, and come back
	LabSlow    LabVerb = "slow"    // read slower, or faster
)

// LabEnd has all test consumers of a group leave, and deletes the group if asked.
type LabEnd struct {
	Group  string
	Delete bool
}

func (LabEnd) command() {}

// String implements Command.
func (c LabEnd) String() string { return "end the lab of group " + c.Group }
