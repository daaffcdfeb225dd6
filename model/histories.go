package model

import (
	"cmp"
	"maps"
	"time"
)

// unfollow takes down that a query has no answers any more.
func (s *Snapshot) unfollow(q Query) {
	w, ok := q.(WatchGroup)
	if h := s.Histories[w.Group]; ok && h != nil && (h.Log.State == LogReading || h.Log.State == LogFollowed) {
		s.Histories = with(s.Histories, w.Group, h.unfollowed())
	}
}

// unfollowed takes down that nobody reads the group's log any more: polls tell, also
// while it is read anew.
func (h *History) unfollowed() *History {
	next := *h
	next.Log.State = LogUnasked
	next.lapsed, next.heardAt, next.loggedAt = nil, time.Time{}, time.Time{}
	return &next
}

// What a snapshot keeps of the past: so many histories, and so many bytes of them.
const (
	historiesKept = 500
	historyBytes  = 256 << 20
)

// remember puts histories into the snapshot, and drops those that were seen least
// recently where they are too many.
func (s *Snapshot) remember(histories ...*History) {
	next := make(map[string]*History, len(s.Histories)+len(histories))
	maps.Copy(next, s.Histories)
	weight := 0
	for _, h := range histories {
		if lag := s.Lags[h.Group]; s.Histories[h.Group] == nil && lag != nil && lag.Total != NoLag {
			h = h.lagged(LagAt{At: lag.At, Lag: lag.Total}) // it was read before there was a history to keep it
		}
		next[h.Group] = h
	}
	for _, h := range next {
		weight += h.weight()
	}
	for len(next) > 1 && (len(next) > historiesKept || weight > historyBytes) {
		oldest := leastRecent(next)
		weight -= oldest.weight()
		delete(next, oldest.Group)
	}
	s.Histories = next
}

func leastRecent(histories map[string]*History) *History {
	var oldest *History
	for _, h := range histories {
		if oldest == nil || cmp.Or(h.looked().Compare(oldest.looked()), cmp.Compare(h.Group, oldest.Group)) < 0 {
			oldest = h
		}
	}
	return oldest
}

// looked returns when the group was last looked at.
func (h *History) looked() time.Time {
	if h.polledAt.After(h.Seen) {
		return h.polledAt
	}
	return h.Seen
}

// polled observes what was just described.
func (s *Snapshot) polled(at time.Time, groups []Group) {
	seen := make([]*History, 0, len(groups))
	for i := range groups {
		if h := s.Histories[groups[i].ID].described(at, &groups[i]); h != nil {
			seen = append(seen, h)
		}
	}
	if len(seen) > 0 {
		s.remember(seen...)
	}
}

// described returns the history after a description; nil if it says nothing. A group
// that has just become one of another kind may be said not to be there: it must be said
// twice.
func (h *History) described(at time.Time, g *Group) *History {
	gone := g.Problem != nil && g.Problem.Kind == Gone
	if h == nil {
		h = &History{Group: g.ID}
	}
	switch {
	case gone && !h.missed:
		next := *h
		next.missed = true
		return &next
	case gone:
		return h.Observe(Observation{At: at, Since: h.polledAt, Origin: Polled, Group: Group{ID: g.ID}, Gone: true})
	case g.Problem != nil || !g.Known:
		return nil
	}
	next := h.Observe(Observation{At: at, Since: h.polledAt, Origin: Polled, Group: *g})
	next.missed = false
	return next
}

// vanished observes that groups are not listed any more, and forgets their lag.
func (s *Snapshot) vanished(at time.Time, before []*Group) {
	var seen []*History
	i := 0
	for _, g := range before {
		for i < len(s.Groups) && s.Groups[i].ID < g.ID {
			i++
		}
		if i < len(s.Groups) && s.Groups[i].ID == g.ID {
			continue
		}
		if _, ok := s.Lags[g.ID]; ok {
			s.Lags = maps.Clone(s.Lags)
			delete(s.Lags, g.ID)
		}
		if h := s.Histories[g.ID]; h != nil {
			seen = append(seen, h.Observe(Observation{At: at, Since: h.polledAt, Origin: Polled, Group: Group{ID: g.ID}, Gone: true}))
		}
	}
	if len(seen) > 0 {
		s.remember(seen...)
	}
}
