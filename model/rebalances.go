package model

import "time"

// Trigger is what set a rebalance off; empty if that is not known, as the group before
// is not, or not yet. Where members came or went, that is it, whatever else changed.
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
//
// A classic group's lasts from when it is not Stable any more until it is Stable or
// Empty again. Its log tells only of the end, and of when all had joined: the beginning
// is known where polls saw it. That of other groups lasts from the bump of the epoch
// until every member has its target, or until the next bump.
type Rebalance struct {
	From, To int32 // generation or group epoch before and after; NoEpoch if not known
	Inferred bool  // From and To are
	Origin   Origin
	Past     bool

	Begun, Ended time.Time     // Ended is zero while it is under way
	Within       time.Duration // how wrong Begun and Ended may be, each; 0 if exact
	Began        bool          // the beginning was seen; if not, Begun is the latest it can have been, Ended if nothing tells

	Trigger Trigger
	Who     []int // seats that caused it: those that joined, then those that went; may be empty
	// Silence is for how long nothing had been committed of the partitions of those who
	// went, when the group noticed: nobody may have read them for so long. 0 if not known.
	Silence time.Duration

	// What it did; nothing if Before is nil. A static member that took another id is the
	// one it was. In a share group a lane whose readers are others has moved, and has a
	// Move for each that came or went, from or to Nobody.
	Shares []SeatShare // of every seat before or after
	Moves  []Move      // lanes whose owner is another after, by lane
	Moved  int         // lanes that went from one seat to another, or to one from nobody
	Kept   int         // lanes that stayed with their owner
	Lost   int         // lanes that somebody owned before, and nobody owns after

	// Pause is how long partitions were without an owner, summed over those that had one
	// before or after; -1 if not known. It is known if the beginning was seen, and of a
	// cooperative group's log also if no member went: what was given up in the rebalance
	// before had no owner from then on. It is not known of partitions that went from one
	// member of a cooperative group to another between two polls.
	Pause    time.Duration
	LagBuilt int64 // by how much the total lag was more at its peak than before; -1 if not known
	Phases   []Phase

	Before, After *Moment // when the members were last agreed, and when they were again; nil if not known
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
