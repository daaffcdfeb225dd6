package model

import (
	"slices"
	"time"
)

// A classic group is agreed on a generation until it is Stable or Empty anew. What
// sets a rebalance off is known by comparing both.

// byGeneration takes in a picture of a classic group, or of one whose epoch is not
// known.
func (f *fold) byGeneration(p *picture) {
	if p.rebalancing() {
		f.meanwhile(p)
		f.begin(p)
		return
	}
	if p.Origin == Logged && p.Epoch == 0 && len(p.Members) == 0 && f.settled == nil {
		f.settle(p) // the group was made: its first generation is yet to come, if polls saw it or not
		return
	}
	if f.settled != nil && p.Origin == Logged && !f.another(p) {
		f.keepEpoch(p) // a static member took a new id: the log is written, the generation stays
		f.settle(p)
		return
	}
	r := f.underway(p)
	if r == nil {
		if f.settled == nil || !f.another(p) {
			f.keepEpoch(p)
			f.settle(p)
			return
		}
		r = f.unseen(p)
	}
	f.number(r, p)
	f.joinedBy(r, p)
	f.explain(r, p)
	f.finish(r, p)
	f.settle(p)
}

// another reports whether an agreed group is in another generation than when it last
// was agreed.
func (f *fold) another(p *picture) bool {
	old := f.settled
	if old.Gone || p.Gone {
		return len(old.Members)+len(p.Members) > 0
	}
	if f.surety > guessedEpoch && p.surety > guessedEpoch {
		switch {
		case f.surety == exactEpoch && p.surety == exactEpoch:
			return p.Epoch != old.Epoch
		case p.Epoch > old.Epoch:
			return true
		}
	}
	return !f.sameAttendance(f.roll, p.roll) || !f.sameOwners(old, &p.Moment) ||
		old.Assignor != p.Assignor && old.Assignor != "" && p.Assignor != ""
}

// sameOwners reports whether every lane has the owner it had.
func (f *fold) sameOwners(a, b *Moment) bool {
	for lane := range max(len(a.Owners), len(b.Owners)) {
		if !f.same(a.Owner(lane), b.Owner(lane)) {
			return false
		}
	}
	return true
}

// keepEpoch completes the picture of a group that is in the generation it was in.
func (f *fold) keepEpoch(p *picture) {
	if old := f.settled; old != nil && !old.Gone && !p.Gone && p.surety < exactEpoch && (p.Epoch == NoEpoch || p.Epoch < old.Epoch) {
		p.Epoch, p.surety = old.Epoch, f.surety
	}
}

// settle takes down that the members are agreed.
func (f *fold) settle(p *picture) {
	f.add(&p.Moment)
	m := p.Moment
	f.settled, f.surety, f.wanted = &m, p.surety, p.wanted
	f.roll = f.attendance(p.roll)
}

// attendance returns who is there, with what they were last known to subscribe to.
func (f *fold) attendance(now []attendee) []attendee {
	for i := range now {
		if now[i].subscribed != "" {
			continue
		}
		if j := slices.IndexFunc(f.roll, func(a attendee) bool { return a.seat == now[i].seat }); j >= 0 {
			now = slices.Clone(now)
			now[i].subscribed = f.roll[j].subscribed
		}
	}
	return now
}

// meanwhile corrects who owns what while a classic group rebalances: in an eager one
// nobody reads; in a cooperative one members go on with what they have, whatever the
// broker says they are assigned.
func (f *fold) meanwhile(p *picture) {
	if p.Epoch == NoEpoch {
		p.Epoch, p.surety = f.epoch(), f.surety
	}
	if f.Kind != Classic || f.settled == nil && p.Assignor == "" {
		return
	}
	switch {
	case p.eager:
		p.Owners = nil
	case f.settled != nil:
		there := f.places(p.Members)
		p.Owners = slices.Clone(f.settled.Owners)
		for lane, o := range p.Owners {
			p.Owners[lane] = f.present(o, there)
		}
	}
	owned := map[Owner]int{}
	for _, o := range p.Owners {
		owned[o]++
	}
	for i := range p.Members {
		p.Members[i].Owned = owned[Owner(p.Members[i].Seat)]
	}
}

// places returns the seats of members by what identifies them.
func (h *History) places(members []Presence) map[string]Owner {
	seats := make(map[string]Owner, len(members))
	for _, m := range members {
		seats[h.identity(m.Seat)] = Owner(m.Seat)
	}
	return seats
}

// present returns the owner as one of the members; Nobody if it is not there.
func (h *History) present(o Owner, members map[string]Owner) Owner {
	if o < 0 {
		return Nobody
	}
	if there, ok := members[h.identity(int(o))]; ok {
		return there
	}
	return Nobody
}

// begin opens a rebalance, or takes down how far the one under way has come.
func (f *fold) begin(p *picture) {
	r := f.underway(p)
	if r == nil {
		r = f.unseen(p)
		r.Began = len(f.Moments) > 0 && !p.Since.IsZero() && !p.afterGap && !f.Moments[len(f.Moments)-1].Unwatched
	}
	r.From, r.Before = f.from(), f.settled
	if len(r.Phases) == 0 && r.Begun.Before(p.At) { // it began while the past was read
		p.At = f.inOrder(r.Begun)
	}
	f.phase(r, p)
	joined, gone := f.cameAndWent(p.roll)
	f.blame(r, p, joined, gone)
	f.Open = r
}

// from returns the generation before.
func (f *fold) from() int32 {
	if f.settled != nil && f.settled.Gone {
		return 0
	}
	return f.epoch()
}

// underway returns a copy of the rebalance that is under way, or that was until the
// log tells of it; nil if there is none.
func (f *fold) underway(p *picture) *Rebalance {
	if f.Open != nil {
		r := *f.Open
		return f.completed(&r)
	}
	if f.lapsed == nil || p.Past {
		return nil
	}
	l := f.lapsed
	f.lapsed = nil
	if p.Origin == Logged && f.heardAt.Sub(l.at) > lapseKept || p.Origin == Polled && f.polledAt.Sub(l.at) > lapseKept {
		return nil
	}
	r := l.Rebalance
	return f.completed(&r)
}

// completed puts in what was before the rebalance, if polls saw it when nothing was known
// of that.
func (f *fold) completed(r *Rebalance) *Rebalance {
	if r.Before == nil {
		r.From, r.Before = f.from(), f.settled
	}
	return r
}

// unseen returns a rebalance whose beginning was not seen.
func (f *fold) unseen(p *picture) *Rebalance {
	r := &Rebalance{
		From: f.from(), To: NoEpoch, Origin: p.Origin, Past: p.Past, Begun: p.told, Before: f.settled, Pause: -1, LagBuilt: -1,
	}
	if p.Origin == Polled && !p.Since.IsZero() {
		r.Within = p.At.Sub(p.Since)
	}
	return r
}

// phase takes down the state that a rebalance is in.
func (f *fold) phase(r *Rebalance, p *picture) {
	n := len(r.Phases)
	if n > 0 {
		r.Phases = slices.Clone(r.Phases)
		r.Phases[n-1].For = max(0, p.At.Sub(f.phaseAt))
		if r.Phases[n-1].State == p.State {
			return
		}
	}
	if p.rebalancing() {
		r.Phases = append(r.Phases, Phase{State: p.State})
		f.phaseAt = p.At
	}
}

// number works out the generations of a rebalance, and of the picture where it has
// none: a rebalance is one generation more.
func (f *fold) number(r *Rebalance, p *picture) {
	switch {
	case p.Gone:
		r.Inferred = f.surety < exactEpoch
		return
	case r.From != NoEpoch && (p.Epoch == NoEpoch || p.Epoch == r.From):
		p.Epoch, p.surety = r.From+1, guessedEpoch
	}
	r.To = p.Epoch
	if r.To == NoEpoch && r.From == NoEpoch {
		return
	}
	r.Inferred = p.surety < exactEpoch || r.From != NoEpoch && !f.settled.was() && f.surety < exactEpoch
}

// was reports whether the group did not exist.
func (m *Moment) was() bool { return m != nil && m.Gone }

// joinedBy takes down the last phase of a rebalance: the log tells when all had joined
// and the leader was to assign.
func (f *fold) joinedBy(r *Rebalance, p *picture) {
	by := p.joinedBy
	if p.Origin != Logged || by.IsZero() || by.After(p.told) || len(p.Members) == 0 || p.told.Sub(by) > time.Hour {
		f.phase(r, p)
		return
	}
	r.Phases = []Phase{{"CompletingRebalance", p.told.Sub(by)}}
	switch {
	case r.Began && r.Begun.Before(by):
		r.Phases = []Phase{{"PreparingRebalance", by.Sub(r.Begun)}, r.Phases[0]}
	default:
		r.Begun = by
	}
}

// A lapse is a rebalance that polls saw end, and the log has not told of yet.
type lapse struct {
	Rebalance
	at time.Time // when they saw that, by kscope's clock
}

// lapseKept is how long the log may take to tell of it.
const lapseKept = 2 * time.Second

// lapse puts the rebalance under way aside.
func (h *History) lapse(at time.Time) {
	if h.Open != nil {
		h.lapsed, h.Open, h.glimpsed = &lapse{*h.Open, at}, nil, nil
	}
}

// glimpse takes in what a poll shows while the log is followed: that a classic group
// rebalances, which the log does not tell before it is over.
func (f *fold) glimpse(o *Observation, at, since time.Time) {
	g := &o.Group
	switch {
	case o.Gone || f.gone():
	case f.Kind != Classic:
		f.coordinated(o, at, f.Moments[len(f.Moments)-1])
	case !g.Rebalancing():
		f.agreed(o, at)
	case f.Open != nil && f.glimpsed != nil && f.glimpsed.looks(g):
	default:
		p := f.picture(o, at, since)
		f.complete(p)
		f.byGeneration(p)
		f.add(&p.Moment)
		group := *g
		f.glimpsed = &group
	}
	f.see(at)
}

// agreed takes in a poll that shows no rebalance while the log is followed.
func (f *fold) agreed(o *Observation, at time.Time) {
	f.lapse(o.At)
	if f.lapsed != nil && o.At.Sub(f.lapsed.at) <= lapseKept {
		return
	}
	f.lapsed = nil
	f.unsay()
	f.coordinated(o, at, f.Moments[len(f.Moments)-1])
}

// unsay takes back moments of a rebalance that polls showed, and that the log tells
// nothing of: they were seen late, and it had told of it before.
func (f *fold) unsay() {
	for n := len(f.Moments); n > 1; n-- {
		m := &f.Moments[n-1]
		if m.Origin != Polled || !(&Group{State: m.State}).Rebalancing() {
			return
		}
		f.momentsWeight -= m.weight() - m.shared(&f.Moments[n-2])
		f.Moments = f.Moments[:n-1]
	}
}

// doubtful is how soon after a record a poll may still show what was before it.
const doubtful = 100 * time.Millisecond

// doubts reports whether a poll that shows a rebalance may be of before the log's latest
// record.
func (f *fold) doubts(o *Observation) bool {
	return o.Group.Rebalancing() && f.Open == nil && o.At.Before(f.heardAt.Add(doubtful))
}

// coordinated adds a moment like m, at the coordinator that a poll found.
func (f *fold) coordinated(o *Observation, at time.Time, m Moment) {
	m.At, m.Since, m.Origin, m.Past = at, o.Since, Polled, false
	if o.Group.Coordinator != NoBroker {
		m.Coordinator = o.Group.Coordinator
	}
	f.add(&m)
}

// awaits takes in a poll while the past is read: that the group rebalances is for the
// log to tell once it has come so far.
func (f *fold) awaits(o *Observation, since time.Time) {
	if !o.Group.Rebalancing() || f.Kind != Classic {
		return
	}
	l := lapse{at: o.At}
	if f.lapsed != nil && f.polledAt.Sub(f.lapsed.at) <= lapseKept {
		l.Rebalance = f.lapsed.Rebalance
	} else {
		l.Rebalance = Rebalance{From: NoEpoch, To: NoEpoch, Origin: Polled, Begun: o.At.Add(-f.skew), Began: !since.IsZero(), Pause: -1, LagBuilt: -1}
		if l.Began {
			l.Within = o.At.Sub(since)
		}
	}
	f.lapsed = &l
}
