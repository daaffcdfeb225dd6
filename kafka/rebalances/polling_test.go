//go:build realkafka

package rebalances

import (
	"slices"
	"testing"
	"time"

	"kscope/model"
)

// How often a group is looked at, at least, plus what an answer takes.
const interval = 600 * time.Millisecond

// PolledTrue holds what polling told against what the log told: none is invented, and
// none is missing that took longer than the interval, and was looked at meanwhile.
func (g *group) polledTrue(t testing.TB, log *model.History) {
	t.Helper()
	poll := g.poll.history()
	slack := max(interval, g.poll.pause())
	if poll.Log.State != model.LogRefused {
		t.Errorf("who may not read the log has it as %d", poll.Log.State)
	}
	for i := range poll.Rebalances {
		r := &poll.Rebalances[i]
		if r.Origin != model.Polled || r.Past {
			t.Errorf("by polling: %s", toldRebalance(poll, r))
		}
		if i == 0 && r.From <= 0 {
			continue // what is first seen may have been there for longer
		}
		if !slices.ContainsFunc(log.Rebalances, func(real model.Rebalance) bool { return overlap(r, &real, slack) }) {
			t.Errorf("polling made up %s", toldRebalance(poll, r))
		}
	}
	g.assignments(t, poll)
	if len(poll.Rebalances) > len(log.Rebalances) {
		t.Errorf("polling tells of %d rebalances, the log of %d", len(poll.Rebalances), len(log.Rebalances))
	}
	for i := range log.Rebalances {
		real := &log.Rebalances[i]
		if real.Took(real.Ended) < interval || !g.poll.looked(real.Begun, real.Ended) {
			continue
		}
		if !slices.ContainsFunc(poll.Rebalances, func(r model.Rebalance) bool { return overlap(&r, real, slack) }) {
			t.Errorf("polling missed %s", toldRebalance(log, real))
		}
	}
}

// Overlap reports whether two rebalances may be the same by their times, which polling
// knows by its answers: each may be late by as much as the slack.
func overlap(polled, real *model.Rebalance, slack time.Duration) bool {
	slack += polled.Within
	begun := real.Begun
	if begun.IsZero() {
		begun = real.Ended
	}
	return !polled.Begun.Add(-slack).After(real.Ended) && !begun.After(polled.Ended.Add(slack))
}

// OnlyDrivers checks that whoever looks on is no member, and commits nothing.
func (g *group) onlyDrivers(t testing.TB) {
	t.Helper()
	g.oracle.mu.Lock()
	defer g.oracle.mu.Unlock()
	for _, w := range []*watcher{g.log, g.poll} {
		for _, seat := range w.history().Seats {
			if g.oracle.consumers[seat.ClientID] == nil {
				t.Errorf("%s is a member, and no consumer under test", seat.ClientID)
			}
		}
	}
	all, err := scene.admin.ListGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range all.Groups() {
		if other[:2] != "g-" {
			t.Errorf("there is a group %s", other)
		}
	}
}
