package recording

import (
	"context"
	"maps"
	"slices"
	"time"

	"kscope/model"
)

// Begin returns when the first event was observed; zero if there is none.
func (r *Recording) Begin() time.Time {
	if len(r.Events) == 0 {
		return time.Time{}
	}
	at, _ := about(r.Events[0])
	return at
}

// End returns when the last event was observed; zero if there is none.
func (r *Recording) End() time.Time {
	var end time.Time
	for _, e := range r.Events {
		if at, _ := about(e); at.After(end) {
			end = at
		}
	}
	return end
}

// about returns when an event was observed, and of which group it is.
func about(e model.Event) (time.Time, string) {
	switch e := e.(type) {
	case model.GroupsDescribed:
		return e.At, e.Groups[0].ID
	case model.GroupLogged:
		return e.At, e.Group
	case model.LagsRead:
		return e.At, e.Groups[0].ID
	}
	return time.Time{}, ""
}

// Ask answers what the file knows of: the groups, as they were at its end, and by
// model.WatchGroup all that there is to know of one, in one event. That answer ends
// with ctx, as the one of a cluster does. Anything else is model.Unsupported.
func (r *Recording) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	switch q := q.(type) {
	case model.ListGroups:
		listed := model.GroupsListed{At: r.End()}
		for _, e := range r.latest(model.Names{}) {
			listed.Groups = append(listed.Groups, e.Groups...)
		}
		emit(listed)
	case model.DescribeGroups:
		for _, e := range r.latest(q.Groups) {
			emit(e)
		}
	case model.ReadLags:
		for _, e := range r.latestLags(q.Groups) {
			emit(e)
		}
	case model.WatchGroup:
		emit(r.retold(q.Group))
		<-ctx.Done()
		return ctx.Err()
	default:
		return &model.Problem{Kind: model.Unsupported, Says: "A recording knows of groups only"}
	}
	return nil
}

// Do refuses everything: there is no cluster.
func (r *Recording) Do(_ context.Context, c model.Command, _ func(model.Event)) error {
	return &model.Problem{Kind: model.ReadOnly, Says: "A recording cannot be changed, so kscope does not " + c.String()}
}

// retold works out all that there is to know of one group.
func (r *Recording) retold(group string) model.GroupRetold {
	var s model.Snapshot
	listed := model.GroupsListed{At: r.Begin()}
	for _, e := range r.latest(model.NamesOf(group)) {
		listed.Groups = append(listed.Groups, e.Groups...)
	}
	s = s.Apply(listed)
	for _, e := range r.Events {
		if _, of := about(e); of == group {
			s = s.Apply(e)
		}
	}
	told := model.GroupRetold{Group: model.Group{ID: group}, History: s.Histories[group], Lag: s.Lags[group]}
	if g, ok := s.Group(group); ok {
		told.Group = *g
	}
	if told.History == nil {
		told.History = &model.History{Group: group}
	}
	return told
}

// latest returns groups as they were last seen, by id, each with when that was. One
// of which nothing was seen has only its id.
func (r *Recording) latest(names model.Names) []model.GroupsDescribed {
	seen := map[string]model.GroupsDescribed{}
	see := func(g model.Group, at time.Time) {
		if !at.Before(seen[g.ID].At) {
			seen[g.ID] = model.GroupsDescribed{At: at, Groups: []model.Group{g}}
		}
	}
	for _, id := range r.Groups {
		see(model.Group{ID: id, Coordinator: model.NoBroker, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch}, time.Time{})
	}
	for _, e := range r.Events {
		switch e := e.(type) {
		case model.GroupsDescribed:
			see(e.Groups[0], e.At)
		case model.GroupLogged:
			if n := len(e.Observations); n > 0 {
				see(e.Observations[n-1].Group, e.Observations[n-1].At)
			}
		}
	}
	wanted := names.List()
	if names.All() {
		wanted = slices.Sorted(maps.Keys(seen))
	}
	var groups []model.GroupsDescribed
	for _, id := range wanted {
		if e, ok := seen[id]; ok {
			groups = append(groups, e)
		}
	}
	return groups
}

// latestLags returns the last lag that was read of each group.
func (r *Recording) latestLags(names model.Names) []model.Event {
	wanted := names.List()
	done := map[string]bool{}
	var events []model.Event
	for _, e := range slices.Backward(r.Events) {
		read, ok := e.(model.LagsRead)
		if !ok {
			continue
		}
		if id := read.Groups[0].ID; !done[id] && (names.All() || slices.Contains(wanted, id)) {
			done[id] = true
			events = append(events, e)
		}
	}
	return events
}
