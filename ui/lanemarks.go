package ui

import (
	"sort"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// drawMarks draws the generations, or epochs, above the columns where rebalances
// began. Where their numbers do not fit, those that are close share one.
func (p *lanes) drawMarks(f *Frame, c *canvas.Canvas, h *model.History, l laneLayout) {
	c.Right(0, 0, l.lanes.X-2, generationWord(h.Kind), muted)
	c = c.Sub(canvas.Rect{X: l.lanes.X, W: l.lanes.W, H: 1})
	n := rebalancesOf(h)
	i := sort.Search(n, func(i int) bool { return !nth(h, i).Begun.Before(p.line.at(0)) })
	p.drawFirst(c, h, i)
	selected := p.scrub.selected(h)
	for i < n && p.line.column(nth(h, i).Begun) < p.line.n {
		i = p.drawCluster(f, c, h, i, n, selected)
	}
}

// drawFirst writes the generation that the first column is in, if there is room.
func (p *lanes) drawFirst(c *canvas.Canvas, h *model.History, next int) {
	begin := max(0, p.line.column(h.Begin))
	m, _ := h.Find(p.line.at(begin + 1))
	if m < 0 || h.Moments[m].Epoch == model.NoEpoch {
		return
	}
	label, room := strconv.Itoa(int(h.Moments[m].Epoch)), p.line.n
	if r := nth(h, next); r != nil {
		room = p.line.column(r.Begun) - 1
	}
	if begin+len(label) <= room {
		c.Put(begin, 0, label, muted)
	}
}

// drawCluster draws the marks of rebalance i and of those after it that leave no
// room between for a number, and returns the next. The one that is looked at is
// written on its own.
func (p *lanes) drawCluster(f *Frame, c *canvas.Canvas, h *model.History, i, n, selected int) int {
	x := p.line.column(nth(h, i).Begun)
	from := i
	for {
		st := muted
		if i == selected {
			st = accent
		}
		if i == from || i == selected || x != p.line.column(nth(h, i-1).Begun) {
			c.Rune(x, 0, f.Marks.Down, st)
		}
		first, last := nth(h, from).To, nth(h, i).To
		i++
		next := p.line.n + 1
		if i < n {
			next = p.line.column(nth(h, i).Begun)
		}
		if x+1+epochsWidth(first, last) < next || i == n || next >= p.line.n {
			if selected >= from && selected < i {
				st = accent
			}
			c.Cut(x+1, 0, p.line.n-x-1, epochs(first, last), st)
			return i
		}
		x = next
	}
}

// epochs writes generations that are looked at together.
func epochs(from, to int32) string {
	switch {
	case to == model.NoEpoch:
		return "?"
	case from == to || from == model.NoEpoch:
		return strconv.Itoa(int(to))
	}
	return strconv.Itoa(int(from)) + "-" + strconv.Itoa(int(to))
}

// epochsWidth is the width of what epochs writes: at the scale of hours there are
// too many to write them all.
func epochsWidth(from, to int32) int {
	switch {
	case to == model.NoEpoch:
		return 1
	case from == to || from == model.NoEpoch:
		return digits(to)
	}
	return digits(from) + 1 + digits(to)
}

// digits counts the digits of a number that is not negative.
func digits(n int32) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}
