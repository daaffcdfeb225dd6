package model

import (
	"slices"
	"time"
)

// finish ends a rebalance with the picture that followed it.
func (f *fold) finish(r *Rebalance, p *picture) {
	f.add(&p.Moment)
	r.Origin, r.Past, r.Ended = p.Origin, p.Past, p.told
	if r.To != NoEpoch && r.To < r.From {
		r.From = NoEpoch // deleted, and made anew
	}
	if n := len(f.Rebalances); n > 0 && r.Ended.Before(f.Rebalances[n-1].Ended) {
		r.Ended = f.Rebalances[n-1].Ended
	}
	if r.Begun.After(r.Ended) {
		r.Begun = r.Ended
	}
	if p.Origin == Polled && !p.Since.IsZero() {
		r.Within = max(r.Within, p.At.Sub(p.Since))
	}
	after := p.Moment
	r.After = &after
	if r.Before != nil {
		f.compare(r)
		f.pause(r, p)
	}
	f.keep(r)
}

// keep appends a finished rebalance.
func (f *fold) keep(r *Rebalance) {
	f.Open, f.glimpsed = nil, nil
	if !r.Past {
		f.lapsed = nil
	}
	f.changeWeight += r.weight()
	f.Rebalances = grown(f.Rebalances, *r, func(r *Rebalance) bool { return r.Origin == "" })
	for len(f.Rebalances) > 1 && (len(f.Rebalances) > RebalancesKept || f.changeWeight > changesBytes) {
		f.changeWeight -= f.Rebalances[0].weight()
		f.Rebalances = f.Rebalances[1:]
		f.Dropped++
	}
}

// weight is about how many bytes the rebalance takes.
func (r *Rebalance) weight() int {
	n := rebalanceSize + len(r.Shares)*shareSize + len(r.Moves)*moveSize
	if r.After != nil {
		n += r.After.weight()
	}
	return n
}

// weight is about how many bytes the history takes.
func (h *History) weight() int {
	return h.momentsWeight + h.changeWeight + 200*(len(h.Seats)+len(h.Lanes)) + 32*len(h.Lag)
}

// compare works out what a rebalance did to partitions and members.
func (f *fold) compare(r *Rebalance) {
	shares := f.shares(r)
	for lane := range f.Lanes {
		if len(r.Before.Sharers)+len(r.After.Sharers) > 0 {
			f.compareSharers(r, shares, lane)
			continue
		}
		was, is := r.Before.Owner(lane), r.After.Owner(lane)
		switch {
		case was < 0 && is < 0:
			continue
		case f.same(was, is):
			r.Kept++
			shares.of(is).Kept++
			continue
		case is < 0:
			r.Lost++
		default:
			r.Moved++
		}
		shares.change(was, is)
		r.Moves = append(r.Moves, Move{Lane: lane, From: was, To: is, Unowned: -1})
	}
	r.Shares = shares.all
}

// compareSharers does it for a partition of a share group.
func (f *fold) compareSharers(r *Rebalance, shares *shareTable, lane int) {
	before, after := r.Before.sharers(lane), r.After.sharers(lane)
	gone, come := f.without(before, after), f.without(after, before)
	for _, o := range after {
		if !slices.Contains(come, o) {
			shares.of(o).Kept++
		}
	}
	switch {
	case len(gone)+len(come) == 0 && len(after) > 0:
		r.Kept++
	case len(after) > 0:
		r.Moved++
	case len(before) > 0:
		r.Lost++
	}
	for _, o := range gone {
		shares.change(o, Nobody)
		r.Moves = append(r.Moves, Move{Lane: lane, From: o, To: Nobody, Unowned: -1})
	}
	for _, o := range come {
		shares.change(Nobody, o)
		r.Moves = append(r.Moves, Move{Lane: lane, From: Nobody, To: o, Unowned: -1})
	}
}

// without returns the owners in a that are not in b.
func (f *fold) without(a, b []Owner) []Owner {
	var only []Owner
	for _, o := range a {
		if !slices.ContainsFunc(b, func(other Owner) bool { return f.same(o, other) }) {
			only = append(only, o)
		}
	}
	return only
}

// A shareTable gathers what a rebalance did to each seat.
type shareTable struct {
	all []SeatShare
	at  map[Owner]int
}

// shares returns an empty table of the seats before and after; of a static member that
// took a new id only the one after.
func (f *fold) shares(r *Rebalance) *shareTable {
	t := &shareTable{at: map[Owner]int{}}
	after := f.places(r.After.Members)
	for _, m := range r.Before.Members {
		o := Owner(m.Seat)
		if is := f.present(o, after); is == Nobody || is == o {
			t.of(o)
		}
	}
	for _, m := range r.After.Members {
		t.of(Owner(m.Seat))
	}
	return t
}

// of returns the share of a seat.
func (t *shareTable) of(o Owner) *SeatShare {
	i, ok := t.at[o]
	if !ok {
		i = len(t.all)
		t.at[o] = i
		t.all = append(t.all, SeatShare{Seat: int(o)})
	}
	return &t.all[i]
}

func (t *shareTable) change(from, to Owner) {
	if from >= 0 {
		t.of(from).Lost++
	}
	if to >= 0 {
		t.of(to).Gained++
	}
}

// pause works out how long partitions were without an owner, where that is known.
func (f *fold) pause(r *Rebalance, p *picture) {
	from, known := f.pauseFrom(r, p)
	if !known {
		return
	}
	gaps, ok := f.gaps(from, r.Ended)
	if !ok {
		return
	}
	var sum time.Duration
	for lane, gap := range gaps {
		if !r.Before.unread(lane) || !r.After.unread(lane) {
			sum += gap
		}
	}
	hidden := false // somebody gave it up or went between two looks
	after := f.places(r.After.Members)
	for i := range r.Moves {
		m := &r.Moves[i]
		if f.Kind == Classic && !p.eager && gaps[m.Lane] == 0 && m.From >= 0 && (m.To >= 0 || f.present(m.From, after) == Nobody) {
			hidden = true
			continue
		}
		m.Unowned = gaps[m.Lane]
	}
	if !hidden {
		r.Pause = sum
	}
}

// pauseFrom returns from when on partitions may have been without an owner; false if
// that is not known. What members of a cooperative group gave up nobody owned since the
// rebalance before; and if none of them went, nothing else was without an owner.
func (f *fold) pauseFrom(r *Rebalance, p *picture) (time.Time, bool) {
	switch {
	case r.Trigger == FollowUp:
		return f.Rebalances[len(f.Rebalances)-1].Ended, true
	case r.Began:
		return r.Begun, true
	}
	cooperative := f.Kind == Classic && !p.eager && p.Origin == Logged
	return r.Begun, cooperative && len(f.missing(p.roll, f.roll)) == 0
}

// gaps returns how long each lane was without an owner in a time; false if that is not
// known.
func (f *fold) gaps(from, to time.Time) ([]time.Duration, bool) {
	gaps := make([]time.Duration, len(f.Lanes))
	i, ok := f.Find(from)
	if !ok {
		return nil, false
	}
	for ; i < len(f.Moments) && f.Moments[i].At.Before(to); i++ {
		m, until := f.At(i)
		if i+1 == len(f.Moments) || until.After(to) {
			until = to
		}
		since := m.At
		if since.Before(from) {
			since = from
		}
		if m.Unwatched {
			return nil, false
		}
		for lane := range gaps {
			if until.After(since) && m.unread(lane) {
				gaps[lane] += until.Sub(since)
			}
		}
	}
	return gaps, true
}
