package model

// In the protocols after the classic one the group epoch is bumped whenever members,
// subscriptions or partitions change (KIP-848, KIP-932, KIP-1071). Members converge to
// the new target one by one, and give up what they are to lose before others get it.

// byEpoch takes in a picture of a group that has an epoch.
func (f *fold) byEpoch(p *picture) {
	before := f.epoch()
	existed := len(f.Moments) > 0
	if f.settled.was() && f.Open == nil && len(p.Members) > 0 {
		before = 0
	}
	switch {
	case !existed || before == NoEpoch:
		f.firstEpoch(p)
	case p.Epoch != before:
		f.bump(p, before)
	case f.Open != nil:
		f.converge(p)
	case !p.rebalancing():
		roll := f.roll
		f.settle(p)
		f.roll = roll // who comes before the epoch does is the next rebalance's
	}
}

// firstEpoch takes in the first epoch that is known.
func (f *fold) firstEpoch(p *picture) {
	if !p.rebalancing() {
		f.settle(p)
		return
	}
	f.roll, f.wanted = p.roll, p.wanted
	r := f.unseen(p)
	r.From, r.To = NoEpoch, p.Epoch
	f.phase(r, p)
	f.Open = r
}

// bump ends the rebalance under way and opens the next.
func (f *fold) bump(p *picture, before int32) {
	if f.Open != nil {
		f.interrupt(p)
	}
	r := f.unseen(p)
	r.From, r.To, r.Inferred = before, p.Epoch, false
	if before > p.Epoch {
		r.From = NoEpoch
	}
	r.Began = !p.afterGap && (p.rebalancing() || p.Origin == Logged)
	f.phase(r, p)
	f.Open = r
	f.converge(p)
}

// converge takes in how far the rebalance under way has come.
func (f *fold) converge(p *picture) {
	r := *f.Open
	f.phase(&r, p)
	if r.Trigger == "" && r.Before != nil {
		f.notice(&r, p)
	}
	f.Open = &r
	if p.rebalancing() {
		return
	}
	if r.Trigger == "" {
		f.explain(&r, p)
		f.roll = f.attendance(p.roll)
	}
	r.To = p.Epoch
	roll := f.roll
	f.finish(&r, p)
	f.settle(p)
	f.roll = roll
}

// notice looks who set the rebalance off: members that came, went or subscribed to
// something else.
func (f *fold) notice(r *Rebalance, p *picture) {
	joined, gone := f.cameAndWent(p.roll)
	if f.blame(r, p, joined, gone); r.Trigger == "" {
		if r.Who = f.resubscribed(p.roll); len(r.Who) > 0 {
			r.Trigger = Resubscribed
		}
	}
	if r.Trigger != "" {
		f.roll = f.attendance(p.roll)
	}
}

// interrupt ends the rebalance under way before its members are agreed: another one
// begins.
func (f *fold) interrupt(p *picture) {
	r := *f.Open
	last := *f.last
	last.At, last.told, last.Since, last.Origin, last.Past = p.At, p.told, p.Since, p.Origin, p.Past
	if r.Trigger == "" && r.Before != nil {
		f.explain(&r, &last)
	}
	f.phase(&r, &last)
	f.finish(&r, &last)
	m := last.Moment
	f.settled, f.surety = &m, last.surety
}
