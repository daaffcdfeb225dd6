package model

import (
	"maps"
	"slices"
)

// GroupRetold brings all that is known of a group at once, worked out already, in the
// place of what was known: of a recording. Nobody else goes on with History.
type GroupRetold struct {
	Group   Group // as it was last seen
	History *History
	Lag     *GroupLag // the latest; nil if none was read
}

func (e GroupRetold) apply(s *Snapshot) {
	id := e.Group.ID
	s.Histories = with(s.Histories, id, e.History)
	s.Lags = maps.Clone(s.Lags)
	delete(s.Lags, id)
	if e.Lag != nil {
		s.Lags = with(s.Lags, id, e.Lag)
	}
	if i, ok := FindGroup(s.Groups, id); ok {
		s.Groups = slices.Clone(s.Groups)
		s.Groups[i] = &e.Group
		s.GroupsAt++
	}
}
