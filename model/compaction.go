package model

// Members that come back with another id take a seat each time. Before there are more
// than an Owner can number, the seats that what is kept does not speak of are given up,
// and the others numbered anew.

// compact gives up seats, if there are too many.
func (f *fold) compact() {
	if len(f.Seats) <= seatsKept {
		return
	}
	used := f.seatsInUse()
	for used.count > seatsKept/2 && len(f.Moments)+len(f.Rebalances) > 2 {
		f.Moments = f.Moments[len(f.Moments)/2:]
		f.Dropped += len(f.Rebalances) / 2
		f.Rebalances = f.Rebalances[len(f.Rebalances)/2:]
		f.Begin = f.Moments[0].At
		used = f.seatsInUse()
	}
	r := renumbering{to: make([]int, len(f.Seats)), moments: map[*Moment]*Moment{}}
	seats := make([]Seat, 0, used.count)
	for i, ok := range used.seats {
		if ok {
			r.to[i] = len(seats)
			seats = append(seats, f.Seats[i])
		}
	}
	f.Seats = seats
	r.history(&f.History)
}

// seatUse tells which seats are spoken of.
type seatUse struct {
	seats []bool
	count int
}

func (u *seatUse) add(seat int) {
	if seat >= 0 && !u.seats[seat] {
		u.seats[seat] = true
		u.count++
	}
}

func (u *seatUse) moment(m *Moment) {
	if m == nil {
		return
	}
	for _, p := range m.Members {
		u.add(p.Seat)
	}
	for _, o := range m.Owners {
		u.add(int(o))
	}
	for _, sharers := range m.Sharers {
		for _, o := range sharers {
			u.add(int(o))
		}
	}
}

// rebalance leaves out moves and shares: they are of seats before and after.
func (u *seatUse) rebalance(r *Rebalance) {
	u.moment(r.Before)
	u.moment(r.After)
	for _, seat := range r.Who {
		u.add(seat)
	}
}

func (h *History) seatsInUse() *seatUse {
	u := &seatUse{seats: make([]bool, len(h.Seats))}
	for i := range h.Moments {
		u.moment(&h.Moments[i])
	}
	for i := range h.Rebalances {
		u.rebalance(&h.Rebalances[i])
	}
	if h.Open != nil {
		u.rebalance(h.Open)
	}
	if h.lapsed != nil {
		u.rebalance(&h.lapsed.Rebalance)
	}
	u.moment(h.settled)
	for _, a := range h.roll {
		u.add(a.seat)
	}
	if h.last != nil {
		u.moment(&h.last.Moment)
		for _, a := range h.last.roll {
			u.add(a.seat)
		}
	}
	return u
}

// A renumbering gives seats other numbers. What it changes it copies.
type renumbering struct {
	to      []int
	moments map[*Moment]*Moment // those that were copied already
}

func (n *renumbering) owner(o Owner) Owner {
	if o < 0 {
		return o
	}
	return Owner(n.to[o])
}

func each[T, R any](list []T, to func(T) R) []R {
	if list == nil {
		return nil
	}
	next := make([]R, len(list))
	for i, v := range list {
		next[i] = to(v)
	}
	return next
}

func (n *renumbering) owners(list []Owner) []Owner { return each(list, n.owner) }

func (n *renumbering) seats(list []int) []int {
	return each(list, func(seat int) int { return n.to[seat] })
}

func (n *renumbering) roll(list []attendee) []attendee {
	return each(list, func(a attendee) attendee { return attendee{n.to[a.seat], a.subscribed} })
}

func (n *renumbering) moment(m Moment) Moment {
	m.Members = each(m.Members, func(p Presence) Presence {
		p.Seat = n.to[p.Seat]
		return p
	})
	m.Owners, m.Sharers = n.owners(m.Owners), each(m.Sharers, n.owners)
	return m
}

func (n *renumbering) pointed(m *Moment) *Moment {
	if m == nil {
		return nil
	}
	if n.moments[m] == nil {
		next := n.moment(*m)
		n.moments[m] = &next
	}
	return n.moments[m]
}

func (n *renumbering) rebalance(r Rebalance) Rebalance {
	r.Who = n.seats(r.Who)
	r.Shares = each(r.Shares, func(s SeatShare) SeatShare {
		s.Seat = n.to[s.Seat]
		return s
	})
	r.Moves = each(r.Moves, func(m Move) Move {
		m.From, m.To = n.owner(m.From), n.owner(m.To)
		return m
	})
	r.Before, r.After = n.pointed(r.Before), n.pointed(r.After)
	return r
}

func (n *renumbering) history(h *History) {
	h.Moments = each(h.Moments, n.moment)
	h.momentsWeight = 0
	for i := range h.Moments {
		m := &h.Moments[i]
		if h.momentsWeight += m.weight(); i > 0 {
			m.share(&h.Moments[i-1])
			h.momentsWeight -= m.shared(&h.Moments[i-1])
		}
	}
	h.Rebalances = each(h.Rebalances, n.rebalance)
	h.changeWeight = 0
	for i := range h.Rebalances {
		h.changeWeight += h.Rebalances[i].weight()
	}
	if h.Open != nil {
		r := n.rebalance(*h.Open)
		h.Open = &r
	}
	if h.lapsed != nil {
		h.lapsed = &lapse{n.rebalance(h.lapsed.Rebalance), h.lapsed.at}
	}
	h.settled, h.roll = n.pointed(h.settled), n.roll(h.roll)
	if h.last != nil {
		last := *h.last
		last.Moment, last.roll = n.moment(last.Moment), n.roll(last.roll)
		h.last = &last
	}
}
