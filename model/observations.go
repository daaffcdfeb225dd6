package model

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

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

// GroupLogged brings what a group's log says.
type GroupLogged struct {
	At           time.Time
	Group        string
	Anew         bool          // the log is read from its beginning: observations, if any, replace what polling had told
	Observations []Observation // oldest first
	Log          LogState
}

func (e GroupLogged) apply(s *Snapshot) {
	h := s.Histories[e.Group]
	if h == nil {
		h = &History{Group: e.Group}
	}
	next := *h
	switch {
	case e.Anew && len(e.Observations) > 0:
		next.anew()
	case e.Anew: // an empty log replaces nothing, and polls go on telling
		next.loggedAt = time.Time{}
	}
	next.Log = e.Log
	next.hear(e.At, e.Observations)
	s.remember(next.Observe(e.Observations...))
}

// hear takes down when records came, to tell a broker's clock from kscope's.
func (h *History) hear(at time.Time, observations []Observation) {
	for i := range observations {
		if o := &observations[i]; !o.Past {
			if d := at.Sub(o.At); h.heardAt.IsZero() || d < h.skew {
				h.skew = d
			}
			h.heardAt = at
		}
	}
}

// anew has the history begin again. Seats and lanes stay where they are; so do the
// samples of lag, and the rebalance under way, which the log has yet to tell. Letters
// are given anew, to those who come first in the log.
func (h *History) anew() {
	h.lapse(h.polledAt)
	h.Moments, h.Rebalances, h.Dropped = nil, nil, 0
	h.Begin, h.Seen = time.Time{}, time.Time{}
	h.latest, h.last, h.glimpsed, h.settled, h.roll, h.wanted = nil, nil, nil, nil, nil, nil
	h.surety, h.loggedAt = unknownEpoch, time.Time{}
	h.momentsWeight, h.changeWeight = 0, 0
	h.Seats = slices.Clone(h.Seats)
	for i := range h.Seats {
		h.Seats[i].provisional = true
	}
}

// Observe returns the history that follows h once observations were made, oldest
// first. What is older than h's latest, or says nothing new, changes only Seen.
//
// While the group's log is followed, only the log opens and closes rebalances and
// moves partitions: each is told once. Polls then bring what the log lacks: that a
// classic group began to rebalance.
//
// Only one goroutine at a time may have histories follow from the same ones: they share
// what stays the same.
func (h *History) Observe(observations ...Observation) *History {
	f := fold{History: *h}
	for i := range observations {
		f.observe(&observations[i])
		f.compact()
	}
	return &f.History
}

// A fold is a history that is being made from the one before.
type fold struct {
	History
	ownSeats bool // Seats was copied
}

func (f *fold) observe(o *Observation) {
	if o.Gone || o.Group.State == "Dead" {
		gone := *o
		gone.Gone, gone.Group = true, Group{ID: o.Group.ID, Kind: f.Kind, Coordinator: NoBroker, Epoch: NoEpoch, AssignmentEpoch: NoEpoch}
		o = &gone
	}
	if o.Group.Kind != "" || f.Kind == "" {
		f.Kind = cmp.Or(o.Group.Kind, Classic)
	}
	if o.Origin == Logged {
		f.observeLogged(o)
		return
	}
	f.observePolled(o)
}

func (f *fold) observePolled(o *Observation) {
	if !o.At.After(f.polledAt) {
		return
	}
	since := o.Since
	if since.IsZero() {
		since = f.polledAt
	}
	switch {
	case f.Log.State == LogFollowed && f.doubts(o):
		return // the next one tells
	case f.loggedAt.IsZero() || f.Log.State != LogReading && f.Log.State != LogFollowed:
		f.tell(o, f.inOrder(o.At), since)
	case f.Log.State == LogFollowed:
		if !since.IsZero() {
			since = since.Add(-f.skew)
		}
		f.glimpse(o, f.inOrder(o.At.Add(-f.skew)), since)
	default:
		f.awaits(o, since)
	}
	if !f.polledAt.IsZero() {
		f.interval = o.At.Sub(f.polledAt)
	}
	f.polledAt = o.At
}

func (f *fold) observeLogged(o *Observation) {
	if f.loggedAt.IsZero() && o.Past && len(f.Moments) > 0 {
		f.anew() // polling told of now, before the past was read
	}
	if o.At.Before(f.loggedAt) && !o.Gone && o.Group.Epoch < f.epoch() {
		return // read once more
	}
	if f.born(o) {
		none := Group{ID: o.Group.ID, Kind: f.Kind, Coordinator: NoBroker, Epoch: NoEpoch, AssignmentEpoch: NoEpoch}
		f.tell(&Observation{At: o.At, Origin: Logged, Past: o.Past, Group: none, Gone: true}, f.inOrder(o.At), time.Time{})
	}
	f.tell(o, f.inOrder(o.At), time.Time{})
	if o.At.After(f.loggedAt) {
		f.loggedAt = o.At
	}
}

// born reports whether the log begins where the group did: no group epoch is before the
// first, which is 1, or 2 since Kafka 4.3. Of a classic group the log tells by itself
// that it was empty.
func (f *fold) born(o *Observation) bool {
	return len(f.Moments) == 0 && !o.Gone && f.Kind != Classic && o.Group.Epoch >= 1 && o.Group.Epoch <= 2 && len(o.Group.Members) > 0
}

// inOrder returns t, or the latest moment's time if t is before it: another broker's
// clock may be behind.
func (f *fold) inOrder(t time.Time) time.Time {
	if n := len(f.Moments); n > 0 && t.Before(f.Moments[n-1].At) {
		return f.Moments[n-1].At
	}
	return t
}

// epoch returns the latest that is known.
func (f *fold) epoch() int32 {
	if n := len(f.Moments); n > 0 {
		return f.Moments[n-1].Epoch
	}
	return NoEpoch
}

// tell takes in what the source that counts shows of the group.
func (f *fold) tell(o *Observation, at, since time.Time) {
	if f.latest != nil && f.latest.looks(&o.Group) && f.gone() == o.Gone {
		f.see(at)
		return
	}
	p := f.picture(o, at, since)
	f.complete(p)
	if o.Origin == Polled {
		f.gap(p)
	}
	if p.Epoch == NoEpoch || f.Kind == Classic {
		f.byGeneration(p)
	} else {
		f.byEpoch(p)
	}
	f.add(&p.Moment)
	group := o.Group
	f.latest, f.last = &group, p
	f.see(at)
}

func (f *fold) gone() bool { return len(f.Moments) > 0 && f.Moments[len(f.Moments)-1].Gone }

// see takes down that what is known still held at t.
func (f *fold) see(t time.Time) {
	if f.Begin.IsZero() {
		f.Begin = t
	}
	if t.After(f.Seen) {
		f.Seen = t
	}
}

// Polls that come later than that, and than thrice the usual, leave a time of which
// nothing is known.
const longUnseen = 10 * time.Second

// gap takes down that nobody looked since Seen, if that is long ago and all is not as
// it was.
func (f *fold) gap(p *picture) {
	n := len(f.Moments)
	if unseen := p.At.Sub(f.Seen); n == 0 || unseen <= longUnseen || unseen <= 3*f.interval {
		return
	}
	last := f.Moments[n-1]
	if last.Unwatched || p.is(&last) || f.settled != nil && !p.rebalancing() && !f.another(p) && f.Open == nil {
		return
	}
	p.afterGap = true
	m := Moment{At: f.Seen, Since: f.Seen, Origin: Polled, Epoch: last.Epoch, AssignmentEpoch: NoEpoch, Coordinator: last.Coordinator, Unwatched: true}
	f.add(&m)
}

// looks reports whether both look the same to a history.
func (g *Group) looks(other *Group) bool {
	return g.State == other.State && g.Epoch == other.Epoch && g.Inferred == other.Inferred && g.AssignmentEpoch == other.AssignmentEpoch && g.Assignor == other.Assignor &&
		g.Coordinator == other.Coordinator && g.Kind == other.Kind && slices.EqualFunc(g.Members, other.Members, sameMember)
}

func sameMember(a, b Member) bool {
	return a.ID == b.ID && a.InstanceID == b.InstanceID && a.Epoch == b.Epoch && a.State == b.State && a.Pattern == b.Pattern &&
		slices.Equal(a.Subscribed, b.Subscribed) && samePartitions(a.Assigned, b.Assigned) && samePartitions(a.Target, b.Target) &&
		slices.EqualFunc(a.Tasks, b.Tasks, sameTask)
}

func samePartitions(a, b map[string][]int32) bool {
	return (a == nil) == (b == nil) && maps.EqualFunc(a, b, slices.Equal)
}

func sameTask(a, b Task) bool {
	return a.Kind == b.Kind && a.Subtopology == b.Subtopology && a.Target == b.Target && slices.Equal(a.Partitions, b.Partitions)
}
