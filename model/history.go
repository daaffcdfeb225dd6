package model

import "time"

// Origin is how something is known of a group.
type Origin string

// The origins.
const (
	Polled Origin = "polled" // by asking again and again: times are between two answers
	Logged Origin = "logged" // by the group's partition of __consumer_offsets: times are exact
)

// An Observation is what was seen of a group at one moment. A History is made of
// them, one after the other.
type Observation struct {
	At     time.Time // when the group was like this; by a broker's clock if Logged
	Since  time.Time // if Polled, when it was last looked at before; zero if it never was
	Origin Origin
	Past   bool // from the log, of before kscope looked
	Group  Group
	Gone   bool // the group does not exist (any more); Group has only its ID

	// JoinedBy is when all members of a classic group had joined and the leader was
	// to assign, which the log tells; zero if not known.
	JoinedBy time.Time
	// Quiet has, for members that were there before and are not now, since when the
	// offsets of their partitions were not committed. Members of whom that is not
	// known are missing.
	Quiet map[string]time.Time
}

// A History is what is known of a group's past and present: a sequence of moments,
// and the rebalances between them. It is never changed: Observe returns the next.
// It keeps the latest MomentsKept moments and RebalancesKept rebalances.
type History struct {
	Group string
	Kind  GroupKind
	Log   LogState

	Lanes      []Lane      // partitions that anyone ever owned, as first seen; never reordered
	Seats      []Seat      // members there ever were, as first seen; never reordered
	Moments    []Moment    // oldest first; each differs from the one before
	Rebalances []Rebalance // oldest first; finished ones
	Open       *Rebalance  // the one under way; nil if there is none
	Lag        []LagAt     // total lag, oldest first, at most LagKept

	Begin   time.Time // from when on something is known
	Seen    time.Time // until when: the last moment still held then
	Dropped int       // rebalances that were finished and are not kept any more
}

// What a history keeps.
const (
	MomentsKept    = 4000
	RebalancesKept = 2000
	LagKept        = 4000
)

// LogState tells how far the group's log is a source.
type LogState struct {
	State   LogWord
	Read    float64   // share that was read of what there was at start, 0 to 1
	From    time.Time // of the oldest record that was read
	Problem *Problem  // why it is not followed
}

// LogWord is what is done with the group's log.
type LogWord int

// The states of the log as a source.
const (
	LogUnasked  LogWord = iota // nobody has looked yet
	LogReading                 // the past is being read
	LogFollowed                // the past was read, and what comes is read as it comes
	LogRefused                 // it may not be read, or there is none: only polling tells
)

// A Lane is one partition in a history.
type Lane struct {
	Topic     string
	Partition int32
}

// A Seat is one member id in a history. A member that comes back with another id,
// from the same client and host or with the same instance id, takes the letter it
// had.
type Seat struct {
	MemberID   string
	ClientID   string
	InstanceID string
	Host       string
	Name       string // instance id, or client id, or client id and the member id's end if others have the same
	Letter     int    // 0 is A; members of the same letter are the same consumer come back
	First      time.Time
	Last       time.Time // when it was last seen
}

// Owner is a seat, or one of the words below.
type Owner int16

// Who owns a partition if no seat does.
const (
	Nobody    Owner = -1
	Unwatched Owner = -2 // nobody looked at the time
)

// A Moment is a group's picture from At until the next moment.
type Moment struct {
	At, Since time.Time
	Origin    Origin
	Past      bool

	State           string // empty if not known
	Epoch           int32
	AssignmentEpoch int32
	Assignor        string
	Coordinator     int32
	Gone            bool
	Unwatched       bool // nobody looked from here to the next moment

	Members []Presence
	Owners  []Owner   // by lane; lanes beyond its end are Nobody's
	Sharers [][]Owner // by lane, in a share group; nil otherwise
}

// Presence is a member in a moment.
type Presence struct {
	Seat   int
	Epoch  int32
	Owned  int // partitions
	Target int // partitions it is to have; -1 where the protocol has none
}

// Trigger is what set a rebalance off.
type Trigger string

// The triggers.
const (
	Joined       Trigger = "joined"
	Left         Trigger = "left"     // said that it leaves
	Expired      Trigger = "expired"  // was thrown out: no heartbeat, or no poll, in time
	Departed     Trigger = "gone"     // left or expired: nothing tells which
	Replaced     Trigger = "replaced" // some came while others went
	Resubscribed Trigger = "subscription"
	Repartition  Trigger = "partitions" // topics or partitions came or went
	FollowUp     Trigger = "follow-up"  // the second half of a cooperative rebalance: what was given up is given out
	Reassigned   Trigger = "assignor"   // another assignor
	Rejoined     Trigger = "rejoined"   // the same members: one joined anew
)

// A Rebalance is one change of generation or group epoch; when only polling tells,
// it may be several that came faster than the polls.
type Rebalance struct {
	From, To int32 // generation or group epoch before and after; NoEpoch if not known
	Inferred bool  // From and To are
	Origin   Origin
	Past     bool

	Begun, Ended time.Time     // Ended is zero while it is under way
	Within       time.Duration // how wrong Begun and Ended may be, each; 0 if exact
	Began        bool          // the beginning was seen; if not, Begun is the latest it can have been

	Trigger Trigger
	Who     []int // seats that caused it, Joined and Left ones; may be empty

	Shares []SeatShare // of every seat before or after
	Moves  []Move      // lanes whose owner is another after, by lane
	Moved  int         // lanes that went from one seat to another, or to one from nobody
	Kept   int         // lanes that stayed with their owner
	Lost   int         // lanes that nobody owns after

	// Pause is how long partitions were without an owner, summed over them; -1 if
	// not known, which is so if the beginning was not seen.
	Pause    time.Duration
	LagBuilt int64 // by how much the total lag was more at its peak than before; -1 if not known
	Phases   []Phase

	Before, After *Moment // nil if not known
}

// Took is how long the rebalance took, by then if it is under way; -1 if its
// beginning was not seen.
func (r *Rebalance) Took(now time.Time) time.Duration {
	switch {
	case !r.Began:
		return -1
	case r.Ended.IsZero():
		return max(0, now.Sub(r.Begun))
	}
	return r.Ended.Sub(r.Begun)
}

// SeatShare is what a rebalance did to one member, in partitions.
type SeatShare struct {
	Seat               int
	Kept, Gained, Lost int
}

// A Move is a lane that has another owner after a rebalance.
type Move struct {
	Lane     int
	From, To Owner
	Unowned  time.Duration // how long nobody owned it; -1 if not known
}

// A Phase is a part of a rebalance: a state of the group and how long it lasted.
type Phase struct {
	State string
	For   time.Duration
}

// LagAt is a group's total lag at a time, in records.
type LagAt struct {
	At  time.Time
	Lag int64
}

// WatchGroup asks for everything that happens to a group: its state as often as is
// decent, its lag, and its log where that may be read. It brings GroupsDescribed,
// GroupLogged and LagsRead.
type WatchGroup struct{ Group string }

func (WatchGroup) query() {}

// Every implements Query: the answer has no end.
func (WatchGroup) Every() time.Duration { return 0 }

// GroupLogged brings what a group's log says.
type GroupLogged struct {
	At           time.Time
	Group        string
	Anew         bool          // the log is read from its beginning: what polling had told is replaced
	Observations []Observation // oldest first
	Log          LogState
}

func (e GroupLogged) apply(s *Snapshot) {
	h := s.Histories[e.Group]
	if h == nil || e.Anew {
		h = &History{Group: e.Group}
	}
	h = h.Observe(e.Observations...)
	next := *h
	next.Log = e.Log
	s.Histories = with(s.Histories, e.Group, &next)
}

// Observe returns the history that follows h once observations were made, oldest
// first. What is older than h's latest, or says nothing new, changes only Seen.
func (h *History) Observe(observations ...Observation) *History {
	next := *h
	for _, o := range observations {
		next.Seen = o.At
	}
	return &next
}

// lagged returns h with one more sample of the group's lag.
func (h *History) lagged(sample LagAt) *History {
	next := *h
	next.Lag = last(LagKept, h.Lag, []LagAt{sample})
	return &next
}

// AsOf returns the moment that held at t; false if nothing is known of then.
func (h *History) AsOf(t time.Time) (Moment, bool) { return Moment{}, false }

// Recent counts the rebalances that ended within d before now, and the one under way.
// Whole is false if the history does not reach back so far.
func (h *History) Recent(now time.Time, d time.Duration) (n int, whole bool) { return 0, false }

// A Flap is a group that rebalances again and again.
type Flap struct {
	Rebalances int           // how many
	Within     time.Duration // in how long
	Letter     int           // of the consumer that caused most of them; -1 if no one did
	Times      int           // how many of them it caused
}

// Flapping reports whether the group rebalanced again and again shortly before now.
func (h *History) Flapping(now time.Time) (Flap, bool) { return Flap{}, false }
