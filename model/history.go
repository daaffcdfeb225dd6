package model

import (
	"slices"
	"sort"
	"time"
)

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

	memory
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

// memory is what a history compares the next observation with.
type memory struct {
	latest   *Group     // as the source that counts last showed it
	glimpsed *Group     // as last polled while the log is followed
	last     *picture   // the latest that counted
	settled  *Moment    // the last one in which the members were agreed; nil if not known
	surety   surety     // of the epoch in settled
	roll     []attendee // who was there then
	wanted   []bool     // lanes that were to be owned then
	lapsed   *lapse     // a rebalance that was polled and that the log has yet to tell
	phaseAt  time.Time  // since when the rebalance under way is in its state

	polledAt time.Time     // of the latest polled observation
	interval time.Duration // between the latest two
	missed   bool          // the group was said not to be there
	loggedAt time.Time     // of the latest logged observation, by the broker's clock
	heardAt  time.Time     // when it came
	skew     time.Duration // a record's way to kscope, and how far the broker's clock is behind

	lanes                       map[Lane]int // where they are in Lanes
	order                       []int        // of Lanes: by topic, then partition
	momentsWeight, changeWeight int          // bytes of Moments, of Rebalances
}

// A surety is how well an epoch is known.
type surety int

const (
	unknownEpoch surety = iota
	guessedEpoch        // one more than before, as there was a rebalance
	inferredEpoch
	exactEpoch
)

// Inferred reports whether the latest generation or group epoch was worked out: neither
// the group's log nor a coordinator told it.
func (h *History) Inferred() bool { return h.surety > unknownEpoch && h.surety < exactEpoch }

// Find returns which moment held at t: an index of Moments; false if nothing is
// known of then. What comes after Seen is taken to be as it was.
func (h *History) Find(t time.Time) (int, bool) {
	i := sort.Search(len(h.Moments), func(i int) bool { return h.Moments[i].At.After(t) }) - 1
	return i, i >= 0
}

// AsOf returns the moment that held at t; false if nothing is known of then.
func (h *History) AsOf(t time.Time) (Moment, bool) {
	i, ok := h.Find(t)
	if !ok {
		return Moment{}, false
	}
	return h.Moments[i], true
}

// At returns a moment by its index, and until when it held: the next one's
// beginning, or Seen.
func (h *History) At(i int) (m Moment, until time.Time) {
	if i+1 < len(h.Moments) {
		return h.Moments[i], h.Moments[i+1].At
	}
	return h.Moments[i], h.Seen
}

// Order returns the lanes by topic and partition, as indexes of Lanes. It must not
// be changed.
func (h *History) Order() []int { return h.order }

// Next returns the first finished rebalance that ended after t, as an index of
// Rebalances; false if there is none.
func (h *History) Next(t time.Time) (int, bool) {
	i := h.endedAfter(t)
	return i, i < len(h.Rebalances)
}

// endedAfter returns how many rebalances ended at t or before.
func (h *History) endedAfter(t time.Time) int {
	i, _ := slices.BinarySearchFunc(h.Rebalances, t, func(r Rebalance, t time.Time) int {
		if r.Ended.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// Recent counts the rebalances that ended within d before now, and the one under way.
// Whole is false if the history does not reach back so far.
func (h *History) Recent(now time.Time, d time.Duration) (n int, whole bool) {
	from := now.Add(-d)
	n = len(h.Rebalances) - h.endedAfter(from)
	if h.Open != nil {
		n++
	}
	return n, h.reaches(from) && (h.Dropped == 0 || n < len(h.Rebalances))
}

// reaches reports whether the history tells all from t on.
func (h *History) reaches(t time.Time) bool {
	for i := len(h.Moments) - 1; i >= 0; i-- {
		if h.Moments[i].Unwatched {
			return false
		}
		if !h.Moments[i].At.After(t) {
			return true
		}
	}
	read := h.Log.State == LogFollowed && !h.Log.From.IsZero() && !h.Log.From.After(t)
	return read || !h.Begin.IsZero() && !h.Begin.After(t)
}

// lagged returns h with one more sample of the group's lag.
func (h *History) lagged(sample LagAt) *History {
	next := *h
	next.Lag = bounded(LagKept, grown(h.Lag, sample, func(l *LagAt) bool { return l.At.IsZero() }))
	next.build(sample)
	return &next
}

// grown returns s with v at its end. Versions of a history share their slices: each
// sees those of its own length. Where the slot behind the end is not free, another
// version that follows from the same one has taken it, and s is copied. So only one
// goroutine at a time may make what follows from a history.
func grown[T any](s []T, v T, free func(*T) bool) []T {
	n := len(s)
	if n == cap(s) || !free(&s[:n+1][n]) {
		next := make([]T, n, n+n/2+16)
		copy(next, s)
		s = next
	}
	return append(s, v)
}

// bounded returns the last n elements of s.
func bounded[T any](n int, s []T) []T { return s[max(0, len(s)-n):] }
