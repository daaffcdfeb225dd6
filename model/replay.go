package model

import "maps"

// GroupForgotten drops the history of a group, and its lag: what is known of it is
// about to be told again from the beginning, as from a recording.
type GroupForgotten struct{ Group string }

func (e GroupForgotten) apply(s *Snapshot) {
	s.Histories, s.Lags = maps.Clone(s.Histories), maps.Clone(s.Lags)
	delete(s.Histories, e.Group)
	delete(s.Lags, e.Group)
}
