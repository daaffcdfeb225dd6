package ui

import (
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A past builds a history by hand. Times are in seconds since its start.
type past struct {
	h     model.History
	start time.Time
}

// pastStart is when histories made by hand begin.
var pastStart = time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)

func newPast(kind model.GroupKind, lanes int, members ...string) *past {
	p := &past{h: model.History{Group: "billing", Kind: kind, Begin: pastStart, Log: model.LogState{State: model.LogFollowed}}, start: pastStart}
	for i := range lanes {
		p.h.Lanes = append(p.h.Lanes, model.Lane{Topic: "orders", Partition: int32(i)})
	}
	for i, name := range members {
		p.seat(name, i)
	}
	return p
}

// seat adds a member of a letter.
func (p *past) seat(name string, letter int) int {
	p.h.Seats = append(p.h.Seats, model.Seat{
		MemberID: name + "-" + string(rune('a'+len(p.h.Seats))), ClientID: name, Host: "/10.4.1.17", Name: name, Letter: letter, First: p.start, Last: p.start,
	})
	return len(p.h.Seats) - 1
}

func (p *past) at(seconds float64) time.Time {
	return p.start.Add(time.Duration(seconds * float64(time.Second)))
}

// owners reads who owns each lane: the letter of the latest seat that has it, . is
// nobody, ? is unwatched.
func (p *past) owners(letters string) []model.Owner {
	owners := make([]model.Owner, len(letters))
	for i, r := range letters {
		switch r {
		case '.':
			owners[i] = model.Nobody
		case '?':
			owners[i] = model.Unwatched
		default:
			for seat := range p.h.Seats {
				if p.h.Seats[seat].Letter == int(r-'A') {
					owners[i] = model.Owner(seat)
				}
			}
		}
	}
	return owners
}

// moment adds what held from a time on, and returns it.
func (p *past) moment(seconds float64, epoch int32, state, letters string) *model.Moment {
	m := model.Moment{At: p.at(seconds), Origin: model.Logged, State: state, Epoch: epoch, AssignmentEpoch: model.NoEpoch, Assignor: "cooperative-sticky", Owners: p.owners(letters)}
	owned := map[int]int{}
	for _, o := range m.Owners {
		if o >= 0 {
			owned[int(o)]++
		}
	}
	for seat := range p.h.Seats {
		if owned[seat] > 0 {
			m.Members = append(m.Members, model.Presence{Seat: seat, Epoch: epoch, Owned: owned[seat], Target: -1})
		}
	}
	p.h.Moments = append(p.h.Moments, m)
	p.h.Seen = m.At
	return &p.h.Moments[len(p.h.Moments)-1]
}

// rebalance adds one between the two latest stable moments, and what holds while
// and after it: partitions that change hands are nobody's meanwhile.
func (p *past) rebalance(seconds, took float64, trigger model.Trigger, who int, letters string) *model.Rebalance {
	before := p.h.Moments[len(p.h.Moments)-1]
	epoch := before.Epoch + 1
	during := []byte(letters)
	r := model.Rebalance{From: before.Epoch, To: epoch, Origin: model.Logged, Begun: p.at(seconds), Ended: p.at(seconds + took), Began: true, Trigger: trigger, Who: []int{who}}
	shares := map[int]*model.SeatShare{}
	share := func(o model.Owner) *model.SeatShare {
		if shares[int(o)] == nil {
			shares[int(o)] = &model.SeatShare{Seat: int(o)}
		}
		return shares[int(o)]
	}
	for lane, o := range p.owners(letters) {
		was := model.Nobody
		if lane < len(before.Owners) {
			was = before.Owners[lane]
		}
		if o == was {
			r.Kept++
			share(o).Kept++
			continue
		}
		during[lane] = '.'
		r.Moved++
		r.Pause += time.Duration(took * float64(time.Second))
		r.Moves = append(r.Moves, model.Move{Lane: lane, From: was, To: o, Unowned: time.Duration(took * float64(time.Second))})
		if was >= 0 {
			share(was).Lost++
		}
		if o >= 0 {
			share(o).Gained++
		}
	}
	for seat := range p.h.Seats {
		if s := shares[seat]; s != nil {
			r.Shares = append(r.Shares, *s)
		}
	}
	r.LagBuilt = int64(r.Pause.Seconds() * 334)
	p.moment(seconds, epoch, "PreparingRebalance", string(during))
	p.moment(seconds+took, epoch, "Stable", letters)
	after := p.h.Moments[len(p.h.Moments)-1]
	r.Before, r.After = &before, &after
	r.Phases = []model.Phase{{State: "PreparingRebalance", For: time.Duration(took * 0.7 * 1e9)}, {State: "CompletingRebalance", For: time.Duration(took * 0.3 * 1e9)}}
	p.h.Rebalances = append(p.h.Rebalances, r)
	return &p.h.Rebalances[len(p.h.Rebalances)-1]
}

// until is the history with its end at a time.
func (p *past) until(seconds float64) *model.History {
	p.h.Seen = p.at(seconds)
	h := p.h
	return &h
}

// lag adds the group's lag at a time.
func (p *past) lag(seconds float64, lag int64) {
	p.h.Lag = append(p.h.Lag, model.LagAt{At: p.at(seconds), Lag: lag})
}

// pastOfBilling is an evening of a group: members come, go and fail.
func pastOfBilling() *past {
	p := newPast(model.Classic, 12, "billing-1", "billing-2", "billing-3", "billing-4")
	p.moment(0, 42, "Stable", "AAAABBBBCCCC").Past = true
	p.rebalance(192, 3.1, model.Joined, 3, "AAADBBDBCCCD").Past = true
	p.rebalance(361, 1.4, model.Left, 1, "AAADADDCCCCD")
	p.rebalance(407, 2.8, model.Joined, 1, "AAADBBDCBCCD")
	p.rebalance(560, 11.6, model.Expired, 2, "AAADBBDABBDD").Silence = 10 * time.Second
	back := p.seat("billing-3", 2)
	p.rebalance(609, 5.2, model.Joined, back, "AAADBBCCCBDD")
	for s := range 725 {
		if s%5 == 0 {
			p.lag(float64(s), int64(1000+s%50+max(0, 11000-(s-560)*60)*boolInt(s > 560)))
		}
	}
	return p
}

// pastFrame is a frame that shows a history.
func pastFrame(t testing.TB, h *model.History, theme string) *Frame {
	t.Helper()
	th, ok := themes.Named(theme)
	if !ok {
		t.Fatalf("no theme %q", theme)
	}
	s := &model.Snapshot{Histories: map[string]*model.History{}}
	now := pastStart
	if h != nil {
		s.Histories[h.Group] = h
		now = h.Seen
	}
	return &Frame{Snapshot: s, Sel: Selection{Broker: model.NoBroker, Partition: model.AllPartitions, Group: "billing"}, Theme: th, Marks: th.Marks(), Now: now, Focused: true}
}

// showPane draws a pane in its frame and returns its text.
func showPane(f *Frame, p Pane, w, h int) string {
	c := canvas.New(w, h)
	settlePane(f, p)
	drawPane(f, c, c.Bounds(), "", p)
	return c.Text()
}

// settlePane does what happens between a message and a frame.
func settlePane(f *Frame, p Pane) {
	if a, ok := p.(Arranger); ok {
		if work := a.Arrange(f); work != nil {
			a.Arranged(work())
		}
	}
	if s, ok := p.(Settler); ok {
		s.Settle(f, &f.Sel)
	}
}

// pressPane presses keys one after the other, each in the frame of the one before.
func pressPane(t testing.TB, f *Frame, p Pane, keys string) Intent {
	t.Helper()
	var last Intent
	for _, key := range strings.Fields(keys) {
		settlePane(f, p)
		act, ok := find(p.Actions(), key)
		if !ok {
			t.Fatalf("%s has no key %s", p.Name(), key)
		}
		last = act.Do(f)
		if s, ok := last.(Select); ok {
			f.Sel = s.Selection
		}
	}
	settlePane(f, p)
	return last
}
