package ui

import (
	"strconv"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// shareLines is a table of the members: what each had, got, gave and has.
func shareLines(f *Frame, h *model.History, r *model.Rebalance, w int) [][]pageCell {
	if len(r.Shares) == 0 {
		return nil
	}
	after := r.After
	if r.Ended.IsZero() {
		after = &h.Moments[len(h.Moments)-1]
	}
	t := shareTable{w: w, converges: generationWord(h.Kind) == "epoch"}
	lines := [][]pageCell{nil, t.header()}
	for _, s := range r.Shares {
		lines = append(lines, t.row(f, h, s, presenceOf(after, s.Seat)))
	}
	return lines
}

func presenceOf(m *model.Moment, seat int) *model.Presence {
	if m == nil {
		return nil
	}
	for i := range m.Members {
		if m.Members[i].Seat == seat {
			return &m.Members[i]
		}
	}
	return nil
}

// A shareTable lays out the table of the members.
type shareTable struct {
	w         int
	converges bool // members come to the epoch one by one, and to what they are to have
}

func (t shareTable) columns() []string {
	if t.converges {
		return []string{"before", "got", "gave", "after", "to have", "epoch"}
	}
	return []string{"before", "got", "gave", "after"}
}

// shareColumn is the width of a column of figures.
const shareColumn = 8

// place returns where column i of the figures is; w is 0 if there is no room.
func (t shareTable) place(i int) (x, w int) {
	name := max(12, min(t.w-3-shareColumn*len(t.columns()), 30))
	x = 2 + name + i*shareColumn
	if x+shareColumn > t.w {
		return x, 0
	}
	return x, shareColumn
}

func (t shareTable) line(name []canvas.Seg, figures []canvas.Seg) []pageCell {
	x, _ := t.place(0)
	cells := []pageCell{{x: 2, w: x - 2, segs: name}}
	for i, s := range figures {
		if x, w := t.place(i); w > 0 {
			cells = append(cells, pageCell{x: x, w: w, right: true, segs: []canvas.Seg{s}})
		}
	}
	return cells
}

func (t shareTable) header() []pageCell {
	var heads []canvas.Seg
	for _, s := range t.columns() {
		heads = append(heads, canvas.Seg{Text: s, Style: muted})
	}
	return t.line([]canvas.Seg{{Text: "member", Style: muted}}, heads)
}

// name names a member in what room there is.
func (t shareTable) name(h *model.History, seat int, gone bool) []canvas.Seg {
	segs := seatSegs(h, []int{seat}, 1)
	if len(segs) < 2 {
		return segs
	}
	x, _ := t.place(0)
	room := x - 2 - len("A ") - len(" ")
	if gone {
		room -= len("gone")
	}
	segs[1].Text = " " + canvas.Ends(h.Seats[seat].Name, room) + " "
	return segs
}

func (t shareTable) row(f *Frame, h *model.History, s model.SeatShare, now *model.Presence) []pageCell {
	name := t.name(h, s.Seat, now == nil)
	figures := []canvas.Seg{countSeg(s.Kept+s.Lost, text), signed("+", s.Gained, good), signed("−", s.Lost, themes.Change.S()), countSeg(s.Kept+s.Gained, bold)}
	if now == nil {
		name = append(name, canvas.Seg{Text: "gone", Style: muted})
		figures[3] = canvas.Seg{Text: dash, Style: muted}
	}
	if t.converges && now != nil {
		figures = append(figures, targetSeg(now), presenceEpochSeg(f, h, now))
	}
	return t.line(name, figures)
}

func signed(sign string, n int, st canvasStyle) canvas.Seg {
	if n == 0 {
		return canvas.Seg{Text: "0", Style: muted}
	}
	return canvas.Seg{Text: sign + count(n), Style: st}
}

// targetSeg is how many partitions a member is to have: marked while it has not.
func targetSeg(p *model.Presence) canvas.Seg {
	switch {
	case p.Target < 0:
		return canvas.Seg{Text: dash, Style: muted}
	case p.Target != p.Owned:
		return canvas.Seg{Text: count(p.Target), Style: change}
	}
	return canvas.Seg{Text: count(p.Target), Style: muted}
}

// presenceEpochSeg is a member's epoch: marked while the group's is newer.
func presenceEpochSeg(f *Frame, h *model.History, p *model.Presence) canvas.Seg {
	if p.Epoch == model.NoEpoch {
		return canvas.Seg{Text: dash, Style: muted}
	}
	s := strconv.Itoa(int(p.Epoch))
	if last := &h.Moments[len(h.Moments)-1]; p.Epoch < last.Epoch {
		return canvas.Seg{Text: mark(f.Marks.InFlight, s), Style: change}
	}
	return canvas.Seg{Text: s, Style: muted}
}
