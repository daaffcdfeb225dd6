//go:build realkafka

package rebalances

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"kscope/model"
)

// A step is something that was done to a group, and what became of it.
type step struct {
	g             *group
	name          string
	before, after ownership // by the consumers
	logged        []model.Rebalance
	polled        []model.Rebalance
}

// Step does something to a group, waits until the consumers have settled and both
// onlookers show what they have settled on, and holds what was told meanwhile against
// it.
func (g *group) step(t testing.TB, name string, act func()) *step {
	t.Helper()
	s := &step{g: g, name: name}
	s.before, _ = g.oracle.owners()
	log, poll := newest(g.log.history()), newest(g.poll.history())
	act()
	s.after = g.agreed(t, name)
	s.logged, s.polled = since(g.log.history(), log), since(g.poll.history(), poll)
	s.consistent(t)
	return s
}

// Agreed waits until the consumers have settled and both onlookers show what on: a
// member that has nothing may yet be given something.
func (g *group) agreed(t testing.TB, name string) ownership {
	t.Helper()
	return g.oracle.until(t, name, func() (ownership, bool) {
		all, done := g.oracle.even(g.partitions, g.uneven)
		for _, w := range []*watcher{g.log, g.poll} {
			h := w.history()
			done = done && (w != g.log || followed(h)) && h.Open == nil && maps.Equal(latest(h), all)
		}
		return all, done
	})
}

// Newest counts the rebalances of a history.
func newest(h *model.History) int { return h.Dropped + len(h.Rebalances) }

func since(h *model.History, n int) []model.Rebalance { return h.Rebalances[n-h.Dropped:] }

// Consistent holds each rebalance against the pictures before and after it, and the
// first and the last of them against the consumers.
func (s *step) consistent(t testing.TB) {
	t.Helper()
	for _, told := range []struct {
		w   *watcher
		all []model.Rebalance
	}{{s.g.log, s.logged}, {s.g.poll, s.polled}} {
		h := told.w.history()
		for i := range told.all {
			recount(t, fmt.Sprintf("%s, by %s", s.name, told.w.name), h, &told.all[i])
		}
		if n := len(told.all); n > 0 {
			first, last := &told.all[0], &told.all[n-1]
			if first.Before != nil && len(s.before) > 0 && !maps.Equal(owned(h, first.Before), s.before) {
				t.Errorf("%s, by %s: before it %v, the consumers had %v", s.name, told.w.name, owned(h, first.Before), s.before)
			}
			if last.After == nil || !maps.Equal(owned(h, last.After), s.after) {
				t.Errorf("%s, by %s: after it %v, the consumers have %v", s.name, told.w.name, last.After, s.after)
			}
		}
	}
}

// Causes holds the first rebalance of a step against what was done. Nothing may tell
// which way a member went: only the log of a classic group has its session timeout.
// Polling does not know what a group was like before it was first seen.
func (s *step) causes(t testing.TB, trigger model.Trigger, who ...string) {
	t.Helper()
	if len(s.logged) == 0 || len(s.polled) == 0 && len(s.before) > 0 {
		t.Fatalf("%s: %d rebalances by the log and %d by polling, want some", s.name, len(s.logged), len(s.polled))
	}
	must, may := []model.Trigger{trigger}, []model.Trigger{trigger}
	if trigger == model.Left || trigger == model.Expired {
		may = append(may, model.Departed)
	}
	if !s.g.classic() {
		must = may
	}
	caused(t, s.name+", by the log", s.g.log.history(), &s.logged[0], must, who)
	if len(s.before) > 0 {
		caused(t, s.name+", by polling", s.g.poll.history(), &s.polled[0], may, who)
	}
}

func caused(t testing.TB, name string, h *model.History, r *model.Rebalance, triggers []model.Trigger, who []string) {
	t.Helper()
	var by []string
	for _, seat := range r.Who {
		by = append(by, h.Seats[seat].ClientID)
	}
	slices.Sort(by)
	if !slices.Contains(triggers, r.Trigger) || !slices.Equal(by, who) {
		t.Errorf("%s: %s by %v, want %v by %v", name, r.Trigger, by, triggers, who)
	}
}

// Nothing says that a step was no rebalance.
func (s *step) nothing(t testing.TB) {
	t.Helper()
	if len(s.logged)+len(s.polled) > 0 {
		t.Errorf("%s: %d rebalances by the log and %d by polling, want none\n%s", s.name, len(s.logged), len(s.polled), told(s.g.log.history()))
	}
}

// Recount counts anew what moved, was kept and was lost.
func recount(t testing.TB, name string, h *model.History, r *model.Rebalance) {
	t.Helper()
	if r.Before == nil || r.After == nil {
		return
	}
	moved, kept, lost := 0, 0, 0
	for lane := range max(len(r.Before.Owners), len(r.After.Owners)) {
		from, to := ownerOf(r.Before, lane), ownerOf(r.After, lane)
		switch {
		case to < 0:
			if from >= 0 {
				lost++
			}
		case from == to:
			kept++
		default:
			moved++
		}
	}
	if r.Moved != moved || r.Kept != kept || r.Lost != lost || len(r.Moves) != moved+lost {
		t.Errorf("%s: %d→%d moved %d kept %d lost %d in %d moves, want %d, %d, %d", name, r.From, r.To, r.Moved, r.Kept, r.Lost, len(r.Moves), moved, kept, lost)
	}
	shares := 0
	for _, share := range r.Shares {
		shares += share.Kept + share.Gained
	}
	if shares != moved+kept {
		t.Errorf("%s: %d→%d members have %d in all, want %d", name, r.From, r.To, shares, moved+kept)
	}
}

func ownerOf(m *model.Moment, lane int) model.Owner {
	if lane < len(m.Owners) {
		return m.Owners[lane]
	}
	return model.Nobody
}

// TellsAll holds all that was told, from the log and by polling, against the
// coordinators and the consumers. Numbers are the generations or epochs there were.
func (g *group) tellsAll(t testing.TB, numbers []int32) {
	t.Helper()
	h := g.toldAllOf(t, numbers)
	g.assignments(t, h)
	g.polledTrue(t, h)
	g.onlyDrivers(t)
	last := numbers[len(numbers)-1]
	anew := watch(t, "a fresh log", scene.door(), g.id)
	again := anew.until(t, "the whole past", func(h *model.History) bool {
		return followed(h) && len(h.Rebalances) > 0 && h.Rebalances[len(h.Rebalances)-1].To >= last
	})
	exactly(t, "by the log read anew", again, numbers)
	sameStory(t, h, again)
}

// ToldAllOf waits until the last of these generations or epochs is told from the log, and
// checks that each is.
func (g *group) toldAllOf(t testing.TB, numbers []int32) *model.History {
	t.Helper()
	last := numbers[len(numbers)-1]
	h := g.log.until(t, fmt.Sprintf("%d to be told", last), func(h *model.History) bool {
		return h.Open == nil && len(h.Rebalances) > 0 && h.Rebalances[len(h.Rebalances)-1].To >= last
	})
	exactly(t, "by the log", h, numbers)
	return h
}

// Exactly checks that each number is told once, and none else.
func exactly(t testing.TB, name string, h *model.History, numbers []int32) {
	t.Helper()
	var to []int32
	for i := range h.Rebalances {
		if r := &h.Rebalances[i]; r.Origin != model.Logged || r.Inferred {
			t.Errorf("%s: %s", name, toldRebalance(h, r))
		}
		to = append(to, h.Rebalances[i].To)
	}
	if !slices.Equal(to, numbers) {
		t.Errorf("%s: there were %v, the coordinator says %v", name, to, numbers)
	}
}

// Assignments holds each generation against what the consumers were assigned in it.
func (g *group) assignments(t testing.TB, h *model.History) {
	t.Helper()
	g.oracle.mu.Lock()
	defer g.oracle.mu.Unlock()
	held := 0
	for i := range h.Rebalances {
		r := &h.Rebalances[i]
		want, ok := g.oracle.generations[r.To]
		if !ok || r.After == nil || h.Kind != model.Classic {
			continue
		}
		held++
		got := map[string][]tp{}
		for _, p := range r.After.Members {
			got[h.Seats[p.Seat].ClientID] = nil
		}
		for p, client := range owned(h, r.After) {
			got[client] = append(got[client], p)
		}
		for client, partitions := range want {
			slices.SortFunc(got[client], compareTP)
			if !slices.Equal(got[client], partitions) {
				t.Errorf("generation %d: %s has %v, and says %v", r.To, client, got[client], partitions)
			}
		}
	}
	if h.Kind == model.Classic && len(g.oracle.generations) > 0 && held == 0 {
		t.Error("no generation could be held against the consumers")
	}
}

// SameStory compares what two saw from the log, one while it happened: who polls too
// may know better how a member went, as it knows when the rebalance began.
func sameStory(t testing.TB, live, past *model.History) {
	t.Helper()
	for i := range min(len(live.Rebalances), len(past.Rebalances)) {
		a, b := &live.Rebalances[i], &past.Rebalances[i]
		same := a.Trigger == b.Trigger || a.Trigger == model.Departed || b.Trigger == model.Departed
		if a.From != b.From || a.To != b.To || a.Moved != b.Moved || a.Kept != b.Kept || a.Lost != b.Lost || !same {
			t.Errorf("live %sanew %s", toldRebalance(live, a), toldRebalance(past, b))
		}
		if d := a.Ended.Sub(b.Ended); d.Abs() > time.Second {
			t.Errorf("%d→%d ended at %s, read anew at %s", a.From, a.To, clock(a.Ended), clock(b.Ended))
		}
	}
}
