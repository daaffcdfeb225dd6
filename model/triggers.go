package model

import "time"

// explain says what set a rebalance off, once it is over.
func (f *fold) explain(r *Rebalance, p *picture) {
	if r.Trigger, r.Who = "", nil; r.Before == nil {
		return
	}
	joined, gone := f.cameAndWent(p.roll)
	if f.blame(r, p, joined, gone); r.Trigger != "" {
		return
	}
	r.Who = f.resubscribed(p.roll)
	switch {
	case f.followsUp(r, p):
		r.Trigger, r.Who = FollowUp, nil
	case len(r.Who) > 0:
		r.Trigger = Resubscribed
	case r.Before.Assignor != p.Assignor && r.Before.Assignor != "" && p.Assignor != "":
		r.Trigger = Reassigned
	case f.repartitioned(p):
		r.Trigger = Repartition
	default:
		r.Trigger, r.Who = Rejoined, f.replaced(p.roll)
	}
}

// cameAndWent returns the seats that are not in the latest roll, and those that are
// only there.
func (f *fold) cameAndWent(now []attendee) (joined, gone []int) {
	return f.missing(f.roll, now), f.missing(now, f.roll)
}

// missing returns the seats of those in b who are not in a.
func (f *fold) missing(a, b []attendee) []int {
	there := make(map[string]bool, len(a))
	for _, m := range a {
		there[f.identity(m.seat)] = true
	}
	var seats []int
	for _, m := range b {
		if !there[f.identity(m.seat)] {
			seats = append(seats, m.seat)
		}
	}
	return seats
}

// sameAttendance reports whether the same members are in both.
func (f *fold) sameAttendance(a, b []attendee) bool {
	return len(a) == len(b) && len(f.missing(a, b)) == 0 && len(f.missing(b, a)) == 0
}

// blame says who set a rebalance off, if members came or went.
func (f *fold) blame(r *Rebalance, p *picture, joined, gone []int) {
	r.Trigger, r.Who, r.Silence = "", nil, 0
	if r.Before == nil {
		return
	}
	r.Who = append(joined, gone...)
	switch {
	case len(joined) > 0 && len(gone) > 0:
		r.Trigger = Replaced
	case len(joined) > 0:
		r.Trigger = Joined
	case len(gone) > 0:
		r.Trigger = f.departure(r, p, gone)
	}
}

// departure says how members went, if all of them went the same way.
func (f *fold) departure(r *Rebalance, p *picture, gone []int) Trigger {
	at := p.At
	if r.Began {
		at = r.Begun
	}
	how := Trigger("")
	for _, seat := range gone {
		one := Departed
		if since, ok := p.quiet[f.Seats[seat].MemberID]; ok {
			one = f.Seats[seat].departure(at.Sub(since))
			r.Silence = max(r.Silence, at.Sub(since))
		}
		if how != "" && how != one {
			return Departed
		}
		how = one
	}
	return how
}

// usualSession is the session timeout that consumers have unless told otherwise.
const usualSession = 45 * time.Second

// departure says how a member went that committed nothing for so long before. One
// that leaves commits last; one that expires has been quiet for as long as its session
// timeout, or for as long as it may take between polls. Longer than both, and its
// partitions had nothing new.
func (s *Seat) departure(quiet time.Duration) Trigger {
	session := s.session
	if session <= 0 {
		session = usualSession
	}
	most := 2*max(session, s.poll, usualSession) + 30*time.Second
	switch {
	case quiet > most:
		return Departed
	case quiet >= session*9/10 && s.session > 0, quiet > usualSession && s.session <= 0:
		return Expired
	case quiet < session/2 && s.session > 0:
		return Left
	}
	return Departed
}

// resubscribed returns the seats of members that subscribe to something else.
func (f *fold) resubscribed(now []attendee) []int {
	before := make(map[string]string, len(f.roll))
	for _, a := range f.roll {
		before[f.identity(a.seat)] = a.subscribed
	}
	var seats []int
	for _, a := range now {
		if old := before[f.identity(a.seat)]; old != "" && a.subscribed != "" && old != a.subscribed {
			seats = append(seats, a.seat)
		}
	}
	return seats
}

// replaced returns the seats of static members that came back under another id.
func (f *fold) replaced(now []attendee) []int {
	before := make(map[int]bool, len(f.roll))
	for _, a := range f.roll {
		before[a.seat] = true
	}
	var seats []int
	for _, a := range now {
		if !before[a.seat] {
			seats = append(seats, a.seat)
		}
	}
	return seats
}

// followsUp reports whether the rebalance gives out what members gave up in the one
// before (KIP-429).
func (f *fold) followsUp(r *Rebalance, p *picture) bool {
	n := len(f.Rebalances)
	if p.eager || f.Kind != Classic || n == 0 || f.Rebalances[n-1].To != r.From {
		return false
	}
	for _, m := range f.Rebalances[n-1].Moves {
		if m.To == Nobody && p.Owner(m.Lane) >= 0 {
			return true
		}
	}
	return false
}

// repartitioned reports whether there are other partitions than before. Those that a
// cooperative group gave up are no others.
func (f *fold) repartitioned(p *picture) bool {
	for lane := range max(len(f.wanted), len(p.wanted)) {
		was, is := lane < len(f.wanted) && f.wanted[lane], lane < len(p.wanted) && p.wanted[lane]
		if is && !was || was && !is && (p.eager || f.Kind != Classic) {
			return true
		}
	}
	return false
}
