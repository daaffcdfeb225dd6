package cli

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"kscope/model"
)

// A follower tells what happens to one group, from one history of it to the next.
// A history may be rebuilt from the group's log, with other times: what has been
// told is not told again.
type follower struct {
	group string
	past  bool // what was before kscope looked is told too

	first time.Time // when the group was heard of
	told  bool      // how it was at the beginning
	start time.Time // of the moment that was told first
	at    time.Time // of the latest moment that was told
	same  int       // how many moments of that time were
	now   picture   // as was told

	last model.Rebalance // the latest that was told; its Ended is zero if none was
	open bool            // that one is under way was told
	log  model.LogWord   // as was told
}

// A picture is how a group is, as far as it is told.
type picture struct {
	state   string
	gone    bool
	members map[string]*model.Seat
	owners  map[model.Lane][]string // ids of members
}

// patience is how long the past is waited for if nobody has begun to read it.
const patience = 5 * time.Second

// follow returns what is new in a history, oldest first, at the time that its latest
// event came.
func (f *follower) follow(h *model.History, at time.Time) []happening {
	if h == nil {
		return nil
	}
	if f.first.IsZero() {
		f.first = at
	}
	all := f.logged(h, at)
	if f.waits(h, at) {
		return all
	}
	return append(all, f.finish(h)...)
}

// waits reports whether the past may still come, which is to be told first.
func (f *follower) waits(h *model.History, at time.Time) bool {
	if !f.past || f.told {
		return false
	}
	return h.Log.State == model.LogReading || h.Log.State == model.LogUnasked && at.Sub(f.first) < patience
}

// finish returns what is new in a history, whether or not the past may still come.
func (f *follower) finish(h *model.History) []happening {
	if h == nil || len(h.Moments) == 0 {
		return nil
	}
	var all []happening
	if !f.told {
		i := f.beginning(h)
		if i < 0 {
			return nil
		}
		all = append(all, f.begin(h, &h.Moments[i]))
	}
	for i := f.next(h); i < len(h.Moments); i++ {
		all = append(all, f.moment(h, &h.Moments[i])...)
	}
	for i := range h.Rebalances {
		if r := &h.Rebalances[i]; f.isNew(r) {
			f.last, f.open = *r, false
			all = append(all, finishedOf(h, r))
		}
	}
	if h.Open != nil && !f.open {
		all = append(all, begunOf(h))
	}
	f.open = h.Open != nil
	inOrder(all)
	return all
}

// beginning returns the index of the moment to begin with, the first or the latest;
// -1 if there is no group yet.
func (f *follower) beginning(h *model.History) int {
	there := func(m model.Moment) bool { return !m.Gone && !m.Unwatched && (m.State != "" || len(m.Members) > 0) }
	if f.past {
		return slices.IndexFunc(h.Moments, there)
	}
	if last := len(h.Moments) - 1; there(h.Moments[last]) {
		return last
	}
	return -1
}

// begin tells how the group is at the moment from which on it is watched.
func (f *follower) begin(h *model.History, m *model.Moment) happening {
	if n := len(h.Rebalances); n > 0 && !f.past {
		f.last = h.Rebalances[n-1]
	}
	f.told, f.start = true, m.At
	f.tell(h, m)
	w := &watching{
		happened: f.happened("watching", rankBegun, m), Type: string(cmp.Or(h.Kind, model.Classic)), State: filled(m.State),
		Protocol: filled(m.Assignor), Epoch: epoch(m.Epoch), Members: []attendee{}, inferred: h.Inferred(),
	}
	if m.Coordinator != model.NoBroker {
		w.Coordinator = &m.Coordinator
	}
	for _, p := range m.Members {
		a := attendee{personOf(&h.Seats[p.Seat]), []topicPartition{}}
		for _, lane := range m.Owned(p.Seat) {
			a.Assignment = append(a.Assignment, topicPartition(h.Lanes[lane]))
		}
		slices.SortFunc(a.Assignment, topicPartition.compare)
		w.Members = append(w.Members, a)
	}
	return w
}

// tell takes down that a moment was told.
func (f *follower) tell(h *model.History, m *model.Moment) {
	if m.At.Equal(f.at) {
		f.same++
	} else {
		f.at, f.same = m.At, 1
	}
	if !m.Unwatched {
		f.now = f.pictureOf(h, m)
	}
}

// next returns the index of the first moment that was not told.
func (f *follower) next(h *model.History) int {
	i, found := slices.BinarySearchFunc(h.Moments, f.at, func(m model.Moment, t time.Time) int { return m.At.Compare(t) })
	for n := f.same; found && n > 0 && i < len(h.Moments) && h.Moments[i].At.Equal(f.at); n-- {
		i++
	}
	return i
}

func (f *follower) pictureOf(h *model.History, m *model.Moment) picture {
	p := picture{cmp.Or(m.State, f.now.state), m.Gone, map[string]*model.Seat{}, map[model.Lane][]string{}}
	for _, a := range m.Members {
		seat := &h.Seats[a.Seat]
		p.members[seat.MemberID] = seat
	}
	for lane, l := range h.Lanes {
		if o := m.Owner(lane); o >= 0 {
			p.owners[l] = []string{h.Seats[o].MemberID}
		}
		if lane < len(m.Sharers) {
			for _, o := range m.Sharers[lane] {
				p.owners[l] = append(p.owners[l], h.Seats[o].MemberID)
			}
			slices.Sort(p.owners[l])
		}
	}
	return p
}

// moment tells how a moment differs from what was told.
func (f *follower) moment(h *model.History, m *model.Moment) []happening {
	before := f.now
	f.tell(h, m)
	if m.Unwatched {
		return nil
	}
	var all []happening
	if f.now.gone != before.gone {
		event := "group_back"
		if f.now.gone {
			event = "group_gone"
		}
		all = append(all, &presence{f.happened(event, rankGroup, m)})
	}
	if f.now.state != before.state {
		all = append(all, &stateChange{f.happened("state", rankGroup, m), filled(before.state), filled(f.now.state)})
	}
	for _, id := range slices.Sorted(maps.Keys(before.members)) {
		if f.now.members[id] == nil {
			all = append(all, &membership{f.happened(farewell(h, id, m.At), rankMember, m), personOf(before.members[id])})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.now.members)) {
		if before.members[id] == nil {
			all = append(all, &membership{f.happened("member_joined", rankMember, m), personOf(f.now.members[id])})
		}
	}
	if o := f.owners(before, m); len(o.Changes) > 0 {
		all = append(all, o)
	}
	return all
}

// farewell returns how a member went, if the rebalance that it caused tells.
func farewell(h *model.History, memberID string, at time.Time) string {
	about := func(r *model.Rebalance) bool {
		return r != nil && slices.ContainsFunc(r.Who, func(seat int) bool { return h.Seats[seat].MemberID == memberID })
	}
	r := h.Open
	if i, ok := h.Next(at.Add(-1)); ok && about(&h.Rebalances[i]) {
		r = &h.Rebalances[i]
	}
	if about(r) {
		switch r.Trigger {
		case model.Left:
			return "member_left"
		case model.Expired:
			return "member_expired"
		}
	}
	return "member_gone"
}

// owners returns the partitions that others own now.
func (f *follower) owners(before picture, m *model.Moment) *ownership {
	o := &ownership{happened: f.happened("owners", rankOwners, m), names: map[string]string{}}
	for _, p := range []picture{before, f.now} {
		for id, seat := range p.members {
			o.names[id] = seat.Name
		}
	}
	lanes := maps.Clone(before.owners)
	maps.Copy(lanes, f.now.owners)
	for l := range lanes {
		from, to := before.owners[l], f.now.owners[l]
		if !slices.Equal(from, to) {
			o.Changes = append(o.Changes, ownerChange{l.Topic, l.Partition, list(from), list(to)})
		}
	}
	slices.SortFunc(o.Changes, func(a, b ownerChange) int {
		return topicPartition{a.Topic, a.Partition}.compare(topicPartition{b.Topic, b.Partition})
	})
	return o
}

// isNew reports whether a finished rebalance was not told. The one that was told by
// polling comes again from the log, with the same epoch and another time.
func (f *follower) isNew(r *model.Rebalance) bool {
	if f.last.Ended.IsZero() {
		return f.past || r.Ended.After(f.start)
	}
	again := r.To == f.last.To && r.To != model.NoEpoch && r.Ended.Sub(f.last.Ended).Abs() <= f.last.Within+r.Within+time.Second
	return !again && r.Ended.After(f.last.Ended)
}

// logged tells that the log is followed now, or cannot be.
func (f *follower) logged(h *model.History, at time.Time) []happening {
	state := h.Log.State
	if state == f.log || state != model.LogFollowed && state != model.LogRefused {
		return nil
	}
	f.log = state
	l := &logState{State: "followed", From: instant{h.Log.From}}
	if f.log == model.LogRefused {
		l.State = "refused"
		if h.Log.Problem != nil {
			says := why(h.Log.Problem)
			l.Why = &says
		}
	}
	l.happened = happened{Time: instant{at}, Group: f.group, Event: "log", Origin: string(model.Logged), rank: rankBegun}
	return []happening{l}
}

// happened is the head of what a moment tells.
func (f *follower) happened(event string, rank int, m *model.Moment) happened {
	head := happened{Time: instant{m.At}, Group: f.group, Event: event, Origin: string(m.Origin), Past: m.Past, rank: rank}
	switch {
	case m.Origin == model.Logged:
		head.WithinMs = milliseconds(0)
	case !m.Since.IsZero():
		head.WithinMs = milliseconds(m.At.Sub(m.Since))
	}
	return head
}

// milliseconds is nil for a time that is not known.
func milliseconds(d time.Duration) *int64 {
	if d < 0 {
		return nil
	}
	ms := d.Milliseconds()
	return &ms
}

func begunOf(h *model.History) happening {
	r := h.Open
	return &rebalanceBegun{
		happened: ofRebalance(h, r, "rebalance_begun", r.Begun, rankBegun),
		From:     epoch(r.From), Trigger: filled(string(r.Trigger)), Who: people(h, r.Who),
	}
}

func finishedOf(h *model.History, r *model.Rebalance) happening {
	e := &rebalanceFinished{
		happened: ofRebalance(h, r, "rebalance_finished", r.Ended, rankFinished),
		From:     epoch(r.From), To: epoch(r.To), Inferred: r.Inferred, Trigger: filled(string(r.Trigger)), Who: people(h, r.Who),
		TookMs: milliseconds(r.Took(r.Ended)), PauseMs: milliseconds(r.Pause), LagBuilt: offset(r.LagBuilt),
		Members: []memberShare{}, Phases: []phaseTime{},
	}
	if r.Before != nil {
		e.Moved, e.Kept, e.Lost = &r.Moved, &r.Kept, &r.Lost
	}
	if r.Began {
		e.Begun = instant{r.Begun}
	}
	for _, s := range r.Shares {
		e.Members = append(e.Members, memberShare{h.Seats[s.Seat].MemberID, s.Kept, s.Gained, s.Lost})
	}
	for _, p := range r.Phases {
		e.Phases = append(e.Phases, phaseTime{p.State, p.For.Milliseconds()})
	}
	return e
}

func ofRebalance(h *model.History, r *model.Rebalance, event string, at time.Time, rank int) happened {
	return happened{Time: instant{at}, Group: h.Group, Event: event, Origin: string(r.Origin), Past: r.Past, WithinMs: milliseconds(r.Within), rank: rank}
}

func people(h *model.History, seats []int) []person {
	all := make([]person, len(seats))
	for i, seat := range seats {
		all[i] = personOf(&h.Seats[seat])
	}
	return all
}
