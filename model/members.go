package model

import "time"

// A Member is one consumer of a group.
type Member struct {
	ID         string
	ClientID   string
	InstanceID string // static membership (KIP-345); empty if it has none
	Rack       string // client.rack; empty if it has none, or it is not told
	Host       string

	// Epoch is the member epoch (KIP-848 and its like). In a classic group it is the
	// generation that the member came from, as its subscription says. NoEpoch where
	// neither is known.
	Epoch int32
	// State is what the log says of a KIP-848 member: Stable, UnrevokedPartitions,
	// UnreleasedPartitions; empty if not known.
	State string
	// Speaks is "classic" for a member of a KIP-848 group that joined by the classic
	// protocol; otherwise empty.
	Speaks string

	Subscribed []string // topics; nil if not known
	Pattern    string   // regular expression of topics (KIP-848); empty if it has none
	Assigned   map[string][]int32
	Target     map[string][]int32 // what it is to have once all have converged; nil where the protocol has none
	Tasks      []Task             // of a streams group

	SessionTimeout   time.Duration // without a heartbeat for so long it is thrown out; 0 if not known
	RebalanceTimeout time.Duration // longer than this between polls, it is thrown out; 0 if not known
}

// Partitions counts what the member is assigned.
func (m *Member) Partitions() int {
	n := 0
	for _, ps := range m.Assigned {
		n += len(ps)
	}
	return n
}

// A Task is a member's share of a subtopology (KIP-1071).
type Task struct {
	Kind        TaskKind
	Subtopology string
	Partitions  []int32
	Target      bool // it is to have it, and has not yet
}

// TaskKind is what a member does for a task.
type TaskKind string

// The kinds of task.
const (
	ActiveTask  TaskKind = "active"
	StandbyTask TaskKind = "standby" // keeps a copy of the state
	WarmupTask  TaskKind = "warmup"  // builds a copy of the state, to become active
)
