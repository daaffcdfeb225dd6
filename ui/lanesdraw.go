package ui

import (
	"sort"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A laneLayout is where the parts of the lanes are.
type laneLayout struct {
	marks, axis, lag int // lines; axis and lag are -1 where there is no room
	high             int // lines of the lag
	lanes            canvas.Rect
	owner            int // column of the owners at the right; -1 where there is no room
	name             int // width of their names
	lagAt            int // column of the partitions' lag; -1 where there is no room
}

// Widths of the lanes' parts.
const (
	leastTime = 24 // of the time, for which the rest gives way
	lagWidth  = 9
	mostName  = 16
	mostLag   = 8 // lines
)

// lay gives the parts of the lanes their places.
func (p *lanes) lay(w, h, name int, numbers string) laneLayout {
	l := laneLayout{axis: -1, lag: -1, owner: -1, lagAt: -1}
	gutter := max(p.rows.label, len(numbers)) + 3
	left := w - gutter
	if need := min(name, mostName) + 5; left-need >= leastTime+need/2 {
		l.name = min(name, mostName)
		left -= need
		l.owner = gutter + left + 2
		if left-lagWidth >= 2*leastTime {
			left -= lagWidth
			l.owner -= lagWidth
			l.lagAt = l.owner + l.name + 3
		}
	} else {
		left--
	}
	rows := h - 1
	if rows >= 4 {
		rows--
		l.axis = 1 + rows
	}
	if rows >= 6 || rows > len(p.rows.rows) {
		rows--
		l.axis, l.lag = 1+rows, 2+rows
	}
	l.high = 1
	if n := len(p.rows.rows); n < rows { // the axis comes right below the lanes, and lag gets the rest
		if l.lag >= 0 {
			l.lag, l.high = 2+n, min(1+rows-n, mostLag)
		}
		rows, l.axis = n, 1+n
	}
	l.lanes = canvas.Rect{X: gutter, Y: 1, W: max(left, 1), H: max(rows, 0)}
	return l
}

// Draw implements Pane.
func (p *lanes) Draw(f *Frame, c *canvas.Canvas) {
	h := history(f)
	if noHistory(f, c, h) {
		return
	}
	rows := p.rows.of(h)
	if len(rows) == 0 {
		noLanes(f, c, h)
		return
	}
	w, height := c.Size()
	at := p.scrub.time(h.Seen)
	m, _ := h.Find(at)
	following := p.scrub.follows()
	l := p.lay(w, height, widestName(h), generationWord(h.Kind))
	p.width = w
	p.area, p.visible = l.lanes, l.lanes.H
	p.line.n = l.lanes.W
	p.line.show(p.scale(h), l.lanes.W, at, h.Seen, following)
	p.scroll(p.rows.selected(f.Sel))

	columns := columnsOf(h, p.line)
	p.grid.fill(h, p.line, columns, p.rows.rows[p.top:p.top+l.lanes.H])
	p.drawMarks(f, c.Sub(canvas.Rect{Y: l.marks, W: w, H: 1}), h, l)
	for y := range l.lanes.H {
		p.drawRow(f, c, h, columns, l, y)
	}
	if !following {
		p.drawCursor(f, c, h, l)
	}
	p.drawOwners(f, c, h, m, l)
	if l.axis >= 0 {
		cursor := time.Time{}
		if !following {
			cursor = at
		}
		p.line.drawAxis(f, c.Sub(canvas.Rect{X: l.lanes.X, Y: l.axis, W: l.lanes.W, H: 1}), cursor)
	}
	if l.lag >= 0 {
		p.drawLag(f, c, h, l)
	}
}

// widestName is the width of the longest name of the members there were of late.
func widestName(h *model.History) int {
	w := len("at 15:04:05") - 2
	for i := len(h.Seats) - 1; i >= max(0, len(h.Seats)-legendMembers) && w < mostName; i-- {
		w = max(w, canvas.Width(h.Seats[i].Name))
	}
	return w
}

// scroll keeps the selected partition on screen, unless the wheel scrolled away.
func (p *lanes) scroll(line int) {
	if !p.loose && line >= 0 {
		p.top = min(p.top, line)
		p.top = max(p.top, line-p.visible+1)
		if line == 1 {
			p.top = 0 // the topic's name is above
		}
	}
	p.top = max(0, min(p.top, len(p.rows.rows)-p.visible))
}

// drawRow draws line y of the lanes: a partition's label and lane, or a topic's name.
func (p *lanes) drawRow(f *Frame, c *canvas.Canvas, h *model.History, columns []laneColumn, l laneLayout, y int) {
	row := p.rows.rows[p.top+y]
	if row.lane < 0 {
		c.Cut(2, 1+y, l.lanes.X+l.lanes.W-2, row.label, bold)
		return
	}
	p.drawLabel(f, c, h, row, l, 1+y)
	c = c.Sub(canvas.Rect{X: l.lanes.X, Y: 1 + y, W: l.lanes.W, H: 1})
	if h.Kind == model.Share {
		p.drawShared(f, c, h, columns, y, row.lane)
		return
	}
	var run laneRun
	for x := range p.grid.shown {
		cell := p.grid.shown[x][y]
		if cell.kind == run.kind && cell.past == run.past && (cell.kind != laneOwned || !cell.changed && cell.owner == run.owner) {
			continue
		}
		run.draw(f, c, h, x)
		same := cell.kind == laneOwned && run.kind == laneOwned && cell.owner == run.owner && !cell.changed
		run = laneRun{laneCell: cell, from: x, letter: !same}
	}
	run.draw(f, c, h, len(columns))
}

// drawLabel draws the number of a partition: marked if it is selected, or was given
// to another by the rebalance that is looked at.
func (p *lanes) drawLabel(f *Frame, c *canvas.Canvas, h *model.History, row laneRow, l laneLayout, y int) {
	st := muted
	label := canvas.Rect{Y: y, W: l.lanes.X - 1, H: 1}
	lane := p.rows.lanes[row.lane]
	switch {
	case f.Sel.Topic == lane.Topic && f.Sel.Partition == lane.Partition:
		ground, ink := themes.Resting, muted
		if f.Focused {
			ground, ink = themes.Selected, accent
		}
		st = bold
		c.Tint(label, ground)
		c.Rune(0, y, f.Marks.Here, ink)
	case movedBy(p.scrub.rebalance(h), row.lane):
		st = bold
		c.Tint(label, themes.Linked)
		c.Rune(0, y, f.Marks.Link, themes.Accent.S())
	}
	c.Right(0, y, l.lanes.X-2, row.label, st)
}

// movedBy reports whether a rebalance gave a lane to another owner.
func movedBy(r *model.Rebalance, lane int) bool {
	if r == nil {
		return false
	}
	i := sort.Search(len(r.Moves), func(i int) bool { return r.Moves[i].Lane >= lane })
	return i < len(r.Moves) && r.Moves[i].Lane == lane
}

// drawCursor draws the column under the cursor: a slit in the lanes, with the letters
// of the owners.
func (p *lanes) drawCursor(f *Frame, c *canvas.Canvas, h *model.History, l laneLayout) {
	x := p.line.column(p.scrub.at)
	if x < 0 || x >= p.line.n {
		return
	}
	c.Tint(canvas.Rect{X: l.lanes.X + x, W: 1, H: 1 + l.lanes.H}, themes.Base)
	for y := range l.lanes.H {
		if p.grid.lanes[y] < 0 {
			continue
		}
		switch cell := p.grid.shown[x][y]; cell.kind {
		case laneOwned:
			letter := h.Seats[cell.owner].Letter
			c.Put(l.lanes.X+x, 1+y, letterOf(letter), memberInk(letter))
		case laneBlank, laneGone:
			c.Rune(l.lanes.X+x, 1+y, f.Marks.V, accent)
		}
	}
}

// drawOwners draws, at the right, who owns each partition at the time under the
// cursor, and how far behind they are if that is now.
func (p *lanes) drawOwners(f *Frame, c *canvas.Canvas, h *model.History, m int, l laneLayout) {
	if l.owner < 0 {
		return
	}
	head, lagHead := "now", "lag"
	if !p.scrub.follows() {
		head, lagHead = "at "+p.scrub.at.In(f.Now.Location()).Format(time.TimeOnly), "lag now"
	}
	c.Cut(l.owner, 0, l.name+3, head, muted)
	var lag *model.GroupLag
	if l.lagAt >= 0 {
		lag = f.Lags[f.Sel.Group]
		c.Right(l.lagAt, 0, lagWidth-1, lagHead, muted)
	}
	for y := range l.lanes.H {
		row := p.rows.rows[p.top+y]
		if row.lane < 0 {
			continue
		}
		p.drawOwner(f, c.Sub(canvas.Rect{X: l.owner, Y: 1 + y, W: l.name + 3, H: 1}), h, m, row.lane)
		if l.lagAt >= 0 {
			seg := laneLagSeg(lag, p.rows.lanes[row.lane])
			c.Right(l.lagAt, 1+y, lagWidth-1, seg.Text, seg.Style)
		}
	}
	if l.axis >= 0 {
		c.Cut(l.owner, l.axis, l.name+3, clockDate(f.Now, h.Seen), text)
	}
}

// drawOwner names the owner of a lane in a moment.
func (p *lanes) drawOwner(f *Frame, c *canvas.Canvas, h *model.History, m, lane int) {
	if m < 0 {
		return
	}
	w, _ := c.Size()
	moment := &h.Moments[m]
	if sharers := sharersAt(moment, lane); len(sharers) > 0 {
		c.Segs(0, 0, w, sharerSegs(h, sharers, w)...)
		return
	}
	owner := ownerAt(moment, lane)
	switch {
	case owner >= 0:
		c.Put(0, 0, letterOf(h.Seats[owner].Letter), memberInk(h.Seats[owner].Letter))
		st := text
		if h.Seats[owner].MemberID == f.Sel.Member {
			st = bold
			c.Tint(c.Bounds(), themes.Linked)
		}
		c.Name(2, 0, w-2, h.Seats[owner].Name, st)
	case owner == model.Unwatched:
		c.Cut(0, 0, w, "not watched", muted)
	case moment.Gone:
		c.Cut(0, 0, w, "gone", muted)
	default:
		c.Rune(0, 0, f.Marks.Unowned, themes.Warn.S())
		c.Cut(2, 0, w-2, "nobody", themes.Warn.S())
	}
}
