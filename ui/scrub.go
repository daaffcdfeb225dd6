package ui

import (
	"sort"
	"strconv"
	"time"

	"kscope/model"
)

// A scrub is which part of a group's history is looked at. The panes of a group
// share one: moving it in any of them moves it in all. The zero scrub follows the
// latest.
type scrub struct {
	group  string        // whose history it is in
	at     time.Time     // the time under the cursor; zero follows the latest
	scale  time.Duration // how much time a column of the lanes is; zero is as suits the history
	picked string        // id of the rebalance that begins at that time, if several do
}

// on makes the scrub one of a group: it follows if it was in another's history.
func (s *scrub) on(group string) {
	if s.group != group {
		*s = scrub{group: group, scale: s.scale}
	}
}

// time returns the time under the cursor: the latest that is known of if it follows.
func (s *scrub) time(latest time.Time) time.Time {
	if s.at.IsZero() {
		return latest
	}
	return s.at
}

func (s *scrub) follows() bool { return s.at.IsZero() }

func (s *scrub) follow() { s.to(time.Time{}) }

// to goes to a time.
func (s *scrub) to(t time.Time) { s.at, s.picked = t, "" }

// within goes to a time of a history, and follows from its end on.
func (s *scrub) within(h *model.History, t time.Time) {
	switch {
	case !t.Before(h.Seen):
		s.follow()
	case t.Before(h.Begin):
		s.to(h.Begin)
	default:
		s.to(t)
	}
}

// pick goes to a rebalance.
func (s *scrub) pick(r *model.Rebalance) { s.at, s.picked = r.Begun, rebalanceID(r) }

// selected returns the number of the rebalance that is looked at, which is the
// latest that had begun by the time under the cursor; -1 if none had.
func (s *scrub) selected(h *model.History) int {
	at := s.time(h.Seen)
	n := rebalancesOf(h)
	i := sort.Search(n, func(i int) bool { return nth(h, i).Begun.After(at) }) - 1
	if s.follows() {
		return n - 1
	}
	for j := i; s.picked != "" && j >= 0 && nth(h, j).Begun.Equal(at); j-- {
		if rebalanceID(nth(h, j)) == s.picked {
			return j
		}
	}
	return i
}

// rebalance returns the rebalance that is looked at; nil if there is none.
func (s *scrub) rebalance(h *model.History) *model.Rebalance {
	if h == nil {
		return nil
	}
	return nth(h, s.selected(h))
}

// leap goes n rebalances on, or back if n is negative: back from within one is to
// its beginning, and on from the last is to follow.
func (s *scrub) leap(h *model.History, n int) {
	i := s.selected(h)
	if r := nth(h, i); n < 0 && r != nil && r.Begun.Before(s.time(h.Seen)) {
		n++
	}
	switch i += n; {
	case i >= rebalancesOf(h):
		s.follow()
	case i >= 0:
		s.pick(nth(h, i))
	case h.Begin.Before(s.time(h.Seen)):
		s.to(h.Begin)
	}
}

// rebalancesOf counts a history's rebalances, the one under way included.
func rebalancesOf(h *model.History) int {
	if h.Open != nil {
		return len(h.Rebalances) + 1
	}
	return len(h.Rebalances)
}

// nth returns rebalance i, oldest first, the one under way being the last; nil if
// there is none.
func nth(h *model.History, i int) *model.Rebalance {
	switch {
	case i >= 0 && i < len(h.Rebalances):
		return &h.Rebalances[i]
	case i == len(h.Rebalances):
		return h.Open
	}
	return nil
}

// rebalanceID tells a rebalance from the others of its group, though what is known
// of it grows.
func rebalanceID(r *model.Rebalance) string {
	return strconv.FormatInt(r.Begun.UnixNano(), 36) + " " + strconv.Itoa(int(r.To))
}
