package ui

import "time"

// A scrub is which part of a group's history is looked at. The panes of a group
// share one: moving it in any of them moves it in all.
type scrub struct {
	at    time.Time     // the time under the cursor; zero follows the latest
	scale time.Duration // how much time a column of the lanes is
}

// time returns the time under the cursor: the latest that is known of if it follows.
func (s *scrub) time(latest time.Time) time.Time {
	if s.at.IsZero() {
		return latest
	}
	return s.at
}
