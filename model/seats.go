package model

import (
	"strings"
	"time"
)

// A Seat is one member id in a history. A member that comes back with another id,
// from the same client and host or with the same instance id, takes the letter it
// had.
type Seat struct {
	MemberID   string
	ClientID   string
	InstanceID string
	Host       string
	Name       string // instance id, or client id, or client id and the member id's end if others have the same
	Letter     int    // 0 is A; members of the same letter are the same consumer come back
	First      time.Time
	Last       time.Time // when it was last seen, if it is not there any more

	session, poll time.Duration // its timeouts; 0 if not known
	provisional   bool          // the letter was given before the log told who came first
}

// seatsKept bounds the seats of a history; Owner has room for more.
const seatsKept = 4096

// seat returns the seats of members, and gives those one that have none yet. No two
// members that are there at once have the same letter.
func (f *fold) seat(members []Member, at time.Time) []int {
	before := f.attending()
	seats, taken := make([]int, len(members)), map[int]bool{}
	more := false
	for i := range members {
		seat, ok := before[members[i].ID]
		if !ok || f.Seats[seat].provisional {
			seats[i], more = -1, true
			continue
		}
		f.completeSeat(seat, &members[i], at)
		seats[i], taken[f.Seats[seat].Letter] = seat, true
	}
	f.leave(before, members)
	if !more {
		return seats
	}
	for i := range members {
		if seats[i] < 0 {
			seats[i] = f.comes(&members[i], taken, at)
			taken[f.Seats[seats[i]].Letter] = true
		}
	}
	f.name(seats)
	return seats
}

// comes returns the seat of a member that was not there the moment before: the one it
// had, unless somebody else has its letter by now.
func (f *fold) comes(m *Member, taken map[int]bool, at time.Time) int {
	seat, ok := f.hadSeat(m.ID)
	if !ok || !f.Seats[seat].provisional && taken[f.Seats[seat].Letter] {
		return f.newSeat(m, taken, at)
	}
	f.completeSeat(seat, m, at)
	if f.Seats[seat].provisional {
		f.reletter(seat, taken)
	}
	return seat
}

// reletter gives a seat the letter that is its own by what the log tells.
func (f *fold) reletter(seat int, taken map[int]bool) {
	f.takeSeats()
	s := &f.Seats[seat]
	s.Letter = f.letter(s, taken)
	s.provisional = false
}

// completeSeat takes down what the log knows better than polls, which may have seen the
// member first: since when it is there, and its timeouts.
func (f *fold) completeSeat(seat int, m *Member, at time.Time) {
	s := f.Seats[seat]
	if at.Before(s.First) {
		s.First = at
	}
	if m.SessionTimeout > 0 {
		s.session = m.SessionTimeout
	}
	if m.RebalanceTimeout > 0 {
		s.poll = m.RebalanceTimeout
	}
	if s != f.Seats[seat] {
		f.takeSeats()
		f.Seats[seat] = s
	}
}

// attending returns the seats of the latest moment by member id.
func (f *fold) attending() map[string]int {
	for i := len(f.Moments) - 1; i >= 0; i-- {
		if m := &f.Moments[i]; !m.Unwatched {
			seats := make(map[string]int, len(m.Members))
			for _, p := range m.Members {
				seats[f.Seats[p.Seat].MemberID] = p.Seat
			}
			return seats
		}
	}
	return nil
}

// hadSeat finds the seat of a member that was there once.
func (f *fold) hadSeat(memberID string) (int, bool) {
	for i := len(f.Seats) - 1; i >= 0; i-- {
		if f.Seats[i].MemberID == memberID {
			return i, true
		}
	}
	return 0, false
}

// leave takes down when those who are not there any more were last seen.
func (f *fold) leave(before map[string]int, members []Member) {
	there := make(map[string]bool, len(members))
	for i := range members {
		there[members[i].ID] = true
	}
	for id, seat := range before {
		if !there[id] && f.Seats[seat].Last.Before(f.Seen) {
			f.takeSeats()
			f.Seats[seat].Last = f.Seen
		}
	}
}

// takeSeats makes Seats a slice that may be changed.
func (f *fold) takeSeats() {
	if !f.ownSeats {
		f.Seats = append(make([]Seat, 0, len(f.Seats)+8), f.Seats...)
		f.ownSeats = true
	}
}

// newSeat gives a member a seat.
func (f *fold) newSeat(m *Member, taken map[int]bool, at time.Time) int {
	s := Seat{MemberID: m.ID, ClientID: m.ClientID, InstanceID: m.InstanceID, First: at, Last: at, session: m.SessionTimeout, poll: m.RebalanceTimeout}
	s.Host = strings.TrimPrefix(m.Host, "/") // as Java writes an address without a name
	s.Letter = f.letter(&s, taken)
	f.Seats = grown(f.Seats, s, func(s *Seat) bool { return s.First.IsZero() && s.MemberID == "" })
	return len(f.Seats) - 1
}

// letter returns the letter of the consumer that the member is: the one that had the
// same instance id; or the one from the same client and host that went last, if it is
// not there under another id. Otherwise it is a letter that nobody had.
func (f *fold) letter(s *Seat, taken map[int]bool) int {
	next, known, last := 0, -1, time.Time{}
	for i := range f.Seats {
		old := &f.Seats[i]
		if old.provisional {
			continue
		}
		next = max(next, old.Letter+1)
		switch {
		case old.InstanceID != s.InstanceID || taken[old.Letter]:
		case s.InstanceID != "":
			known = old.Letter
		case s.ClientID+s.Host == "": // anybody
		case old.ClientID == s.ClientID && old.Host == s.Host && !old.Last.Before(last):
			if known < 0 || old.Last.After(last) || old.Letter < known {
				known, last = old.Letter, old.Last
			}
		}
	}
	if known >= 0 {
		return known
	}
	return next
}

// name gives the new among the seats a name, and another one to those who share a
// client id with them.
func (f *fold) name(seats []int) {
	clients := map[string]int{}
	for _, i := range seats {
		if s := &f.Seats[i]; s.InstanceID == "" {
			clients[s.ClientID]++
		}
	}
	for _, i := range seats {
		s := &f.Seats[i]
		name := s.Name
		switch {
		case s.InstanceID != "":
			name = s.InstanceID
		case s.ClientID == "":
			name = s.MemberID
		case clients[s.ClientID] > 1:
			name = s.ClientID + "…" + ending(s.MemberID)
		case name == "":
			name = s.ClientID
		}
		if name != s.Name {
			f.takeSeats()
			f.Seats[i].Name = name
		}
	}
}

// ending returns the last four characters of a member id.
func ending(memberID string) string {
	runes := []rune(memberID)
	return string(runes[max(0, len(runes)-4):])
}

// same reports whether both are one member: a static one is the same under another
// member id.
func (h *History) same(a, b Owner) bool {
	if a == b || a < 0 || b < 0 {
		return a == b
	}
	id := h.Seats[a].InstanceID
	return id != "" && id == h.Seats[b].InstanceID
}

// identity is what a member keeps as long as it is the same one.
func (h *History) identity(seat int) string {
	if s := &h.Seats[seat]; s.InstanceID != "" {
		return "static " + s.InstanceID
	}
	return "dynamic " + h.Seats[seat].MemberID
}
