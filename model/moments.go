package model

import (
	"slices"
	"time"
)

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

// Owner returns who owns a lane.
func (m *Moment) Owner(lane int) Owner {
	switch {
	case m.Unwatched:
		return Unwatched
	case lane >= 0 && lane < len(m.Owners):
		return m.Owners[lane]
	}
	return Nobody
}

// sharers returns who shares a lane.
func (m *Moment) sharers(lane int) []Owner {
	if lane < len(m.Sharers) {
		return m.Sharers[lane]
	}
	return nil
}

// Owned returns the lanes that a seat owns or shares, as indexes of History.Lanes, in
// their order.
func (m *Moment) Owned(seat int) []int {
	var lanes []int
	for lane, o := range m.Owners {
		if int(o) == seat {
			lanes = append(lanes, lane)
		}
	}
	for lane, sharers := range m.Sharers {
		if slices.Contains(sharers, Owner(seat)) {
			lanes = append(lanes, lane)
		}
	}
	return lanes
}

// unread reports whether nobody owns a lane, nor shares it.
func (m *Moment) unread(lane int) bool { return m.Owner(lane) == Nobody && len(m.sharers(lane)) == 0 }

// is reports whether the moments differ in time alone.
func (m *Moment) is(other *Moment) bool {
	return m.State == other.State && m.Epoch == other.Epoch && m.AssignmentEpoch == other.AssignmentEpoch && m.Assignor == other.Assignor &&
		m.Coordinator == other.Coordinator && m.Gone == other.Gone && m.Unwatched == other.Unwatched &&
		slices.Equal(m.Members, other.Members) && slices.Equal(m.Owners, other.Owners) && sameSharers(m.Sharers, other.Sharers)
}

func sameSharers(a, b [][]Owner) bool { return slices.EqualFunc(a, b, slices.Equal) }

// add appends a moment, unless it is like the last one.
func (f *fold) add(m *Moment) {
	if n := len(f.Moments); n > 0 {
		last := &f.Moments[n-1]
		if m.is(last) {
			return
		}
		m.share(last)
		f.momentsWeight += m.weight() - m.shared(last)
	} else {
		f.momentsWeight += m.weight()
	}
	f.Moments = grown(f.Moments, *m, func(m *Moment) bool { return m.At.IsZero() })
	for len(f.Moments) > 1 && (len(f.Moments) > MomentsKept || f.momentsWeight > momentsBytes) {
		f.momentsWeight -= f.Moments[0].weight() - f.Moments[1].shared(&f.Moments[0])
		f.Moments = f.Moments[1:]
		f.Begin = f.Moments[0].At
	}
}

// The bytes that a history keeps at most of moments, and of rebalances.
const (
	momentsBytes = 8 << 20
	changesBytes = 16 << 20

	momentSize, presenceSize, ownerSize = 280, 32, 2
	rebalanceSize, shareSize, moveSize  = 400, 32, 32
)

// share has the moment use what is the same in the last one.
func (m *Moment) share(last *Moment) {
	if slices.Equal(m.Members, last.Members) {
		m.Members = last.Members
	}
	if slices.Equal(m.Owners, last.Owners) {
		m.Owners = last.Owners
	}
	if sameSharers(m.Sharers, last.Sharers) {
		m.Sharers = last.Sharers
	}
}

// weight is about how many bytes the moment takes.
func (m *Moment) weight() int {
	return momentSize + m.membersWeight() + m.ownersWeight() + m.sharersWeight()
}

func (m *Moment) membersWeight() int { return len(m.Members) * presenceSize }

func (m *Moment) ownersWeight() int { return len(m.Owners) * ownerSize }

func (m *Moment) sharersWeight() int {
	n := 0
	for _, s := range m.Sharers {
		n += 24 + ownerSize*len(s)
	}
	return n
}

// shared is how many of them are the last one's too.
func (m *Moment) shared(last *Moment) int {
	n := 0
	if len(m.Members) > 0 && len(last.Members) > 0 && &m.Members[0] == &last.Members[0] {
		n += m.membersWeight()
	}
	if len(m.Owners) > 0 && len(last.Owners) > 0 && &m.Owners[0] == &last.Owners[0] {
		n += m.ownersWeight()
	}
	if len(m.Sharers) > 0 && len(last.Sharers) > 0 && &m.Sharers[0] == &last.Sharers[0] {
		n += m.sharersWeight()
	}
	return n
}
