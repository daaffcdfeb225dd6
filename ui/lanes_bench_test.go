package ui

import (
	"fmt"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// wide is a history as large as is kept: 1,000 partitions, 4,000 moments, 2,000
// rebalances, one every 72 seconds over 40 hours.
func wide(lanes, every int) *model.History {
	p := newPast(model.Classic, lanes)
	for i := range 50 {
		p.seat(fmt.Sprintf("billing-%d", i), i)
	}
	h := &p.h
	owners := make([]model.Owner, lanes)
	for lane := range owners {
		owners[lane] = model.Owner(lane % 50)
	}
	for i := range model.RebalancesKept {
		at := p.at(float64(i * every))
		before := owners
		gap, after := append([]model.Owner(nil), owners...), append([]model.Owner(nil), owners...)
		r := model.Rebalance{From: int32(i), To: int32(i + 1), Origin: model.Logged, Begun: at, Ended: at.Add(3 * time.Second), Began: true, Trigger: model.Joined, Who: []int{i % 50}}
		for k := range lanes / 10 {
			lane := (i*7 + k*10) % lanes
			gap[lane] = model.Nobody
			after[lane] = model.Owner((int(before[lane]) + 1) % 50)
			r.Moves = append(r.Moves, model.Move{Lane: lane, From: before[lane], To: after[lane]})
		}
		r.Moved, r.Kept = len(r.Moves), lanes-len(r.Moves)
		h.Rebalances = append(h.Rebalances, r)
		h.Moments = append(h.Moments,
			model.Moment{At: at, Origin: model.Logged, State: "PreparingRebalance", Epoch: int32(i + 1), Owners: gap},
			model.Moment{At: at.Add(3 * time.Second), Origin: model.Logged, State: "Stable", Epoch: int32(i + 1), Owners: after})
		h.Lag = append(h.Lag, model.LagAt{At: at, Lag: int64(i % 97 * 1000)}, model.LagAt{At: at.Add(3 * time.Second), Lag: int64(i % 53 * 1000)})
		owners = after
	}
	for seat := range h.Seats {
		h.Moments[len(h.Moments)-1].Members = append(h.Moments[len(h.Moments)-1].Members, model.Presence{Seat: seat, Owned: lanes / 50, Target: -1})
	}
	return p.until(float64(model.RebalancesKept * every))
}

// BenchmarkLanes draws the lanes of 1,000 partitions and 4,000 moments at 200x50, at
// the scales from a moment in many columns to many moments in one.
func BenchmarkLanes(b *testing.B) {
	h := wide(1000, 72)
	for _, scale := range []time.Duration{time.Second, 15 * time.Second, time.Minute, 15 * time.Minute, time.Hour} {
		b.Run("column="+scale.String(), func(b *testing.B) {
			f := pastFrame(b, h, "dark")
			p := newLanes(&scrub{scale: scale})
			c := canvas.New(200, 50)
			settlePane(f, p)
			b.ReportAllocs()
			for b.Loop() {
				c.Clear()
				p.Draw(f, c)
			}
		})
	}
}

// BenchmarkRebalances arranges and draws a list of 2,000 rebalances.
func BenchmarkRebalances(b *testing.B) {
	h := wide(100, 72)
	f := pastFrame(b, h, "dark")
	c := canvas.New(200, 50)
	b.Run("draw", func(b *testing.B) {
		p := newRebalances(&scrub{})
		settlePane(f, p)
		for b.Loop() {
			c.Clear()
			p.Draw(f, c)
		}
	})
	b.Run("arrange", func(b *testing.B) {
		p := newRebalances(&scrub{})
		for b.Loop() {
			p.now.known = false
			settlePane(f, p)
		}
	})
}

// BenchmarkGeneration words and draws a rebalance that moved 1,000 partitions.
func BenchmarkGeneration(b *testing.B) {
	h := wide(10_000, 72)
	f := pastFrame(b, h, "dark")
	c := canvas.New(80, 50)
	p := newGeneration(&scrub{})
	for b.Loop() {
		p.page = generationPage{}
		settlePane(f, p)
		c.Clear()
		p.Draw(f, c)
	}
}
