package ui

import (
	"strconv"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// The numbers of the explorer's panes: the keys that go there.
const (
	brokersPane = 1
	topicsPane  = 2
	groupsPane  = 3
	spreadPane  = 4
	tailPane    = 5
)

// explorer is the screen below everything: linked panes with one focus.
type explorer struct {
	panes  [tailPane]Pane // by number less one
	focus  int            // number of the pane that has the keys
	zoomed bool           // it has the screen to itself

	spread *spread
	tail   *records
	rects  [tailPane]canvas.Rect // where the panes were laid out; empty if out of sight
	narrow bool
}

func newExplorer() *explorer {
	topics := newTopics()
	e := &explorer{focus: topicsPane, spread: newSpread(topics), tail: newRecords()}
	e.panes = [...]Pane{newBrokers(), topics, newGroups(), e.spread, e.tail}
	return e
}

// focused returns the pane that has the keys.
func (e *explorer) focused() Pane { return e.panes[e.focus-1] }

// Sizes of the screen that decide about the layout.
const (
	wideFrom   = 120 // columns from which on all panes show at once
	tallFrom   = 24  // and lines
	leastWidth = 40  // below, there is a sentence instead
	leastLines = 10
	tailFrom   = 20 // lines from which on a narrow screen shows the tail's last lines too
)

// layout gives the panes their places in r. On a narrow screen a strip with all
// panes' names comes first, then the one in focus, then a little of the tail.
func (e *explorer) layout(r canvas.Rect, f *Frame) {
	e.rects = [tailPane]canvas.Rect{}
	e.narrow = r.W < wideFrom || r.H < tallFrom-2
	switch {
	case e.narrow:
		e.layoutNarrow(r)
	case e.zoomed:
		e.rects[e.focus-1] = r
	default:
		e.layoutWide(r, f)
	}
}

func (e *explorer) layoutNarrow(r canvas.Rect) {
	_, r = r.Top(1)
	if r.H >= tailFrom-2 && e.focus != tailPane && !e.zoomed {
		e.rects[tailPane-1], r = r.Bottom(5)
	}
	e.rects[e.focus-1] = r
}

func (e *explorer) layoutWide(r canvas.Rect, f *Frame) {
	left, right := r.Left(max(49, min(r.W*36/100, 84)))
	brokers := max(len(f.Brokers), 1) + 3
	if left.H >= 34 {
		brokers += fairLines
	}
	e.rects[brokersPane-1], left = left.Top(min(brokers, max(5, left.H/3)))
	groups := min(max(len(f.Groups), 1)+3, max(5, left.H*2/5))
	e.rects[groupsPane-1], e.rects[topicsPane-1] = left.Bottom(groups)
	e.rects[spreadPane-1], e.rects[tailPane-1] = right.Top(e.spreadHeight(right.H, f))
}

// spreadHeight is what the spread pane needs, as long as the tail keeps a part.
func (e *explorer) spreadHeight(h int, f *Frame) int {
	most := h * 60 / 100
	if e.spread.zoom != zoomTopic {
		return h * 65 / 100
	}
	rows := 6
	if t, ok := f.Topic(f.Sel.Topic); ok {
		rows = len(t.Partitions)
	}
	return min(max(rows+3+totalLines, 14), most)
}

// shown calls do with each pane that is in sight and its number.
func (e *explorer) shown(do func(n int, p Pane)) {
	for i, p := range e.panes {
		if !e.rects[i].Empty() {
			do(i+1, p)
		}
	}
}

// at returns the number of the pane at a cell, and the cell inside of it.
func (e *explorer) at(x, y int) (n, px, py int) {
	for i, r := range e.rects {
		if r.Contains(x, y) {
			in := r.In()
			return i + 1, x - in.X, y - in.Y
		}
	}
	return 0, 0, 0
}

// draw draws the panes into their places.
func (e *explorer) draw(f *Frame, c *canvas.Canvas, strip canvas.Rect, keys bool) {
	if e.narrow {
		e.drawStrip(f, c.Sub(strip))
	}
	e.shown(func(n int, p Pane) {
		own := *f
		own.Focused = keys && n == e.focus
		key := strconv.Itoa(n)
		if e.narrow && n == e.focus {
			key = "" // the strip says so already
		}
		drawPane(&own, c, e.rects[n-1], key, p)
	})
}

// drawPane draws a pane's frame and inside.
func drawPane(f *Frame, c *canvas.Canvas, r canvas.Rect, key string, p Pane) {
	h := p.Head(f)
	c.Box(r, f.Marks, f.Focused, canvas.Title{Key: key, Name: h.Title, Facts: h.Facts, Right: h.Right})
	p.Draw(f, c.Sub(r.In()))
	if s, ok := p.(interface{ extent() (top, seen, all int) }); ok {
		top, seen, all := s.extent()
		c.Scroll(r, f.Marks, top, seen, all, f.Focused)
	}
}

// extent tells how much of the list is seen, for the mark on the frame.
func (l *list[R]) extent() (top, seen, all int) { return l.top, l.visible, len(l.now.order) }

// extent tells how much of the spread is seen.
func (p *spread) extent() (top, seen, all int) {
	return p.now().(interface{ extent() (int, int, int) }).extent()
}

// namesFrom is from how many columns on the strip has room for all names; below,
// there are only the keys.
const namesFrom = 56

// drawStrip names all panes on a narrow screen, each with its alarming figure.
func (e *explorer) drawStrip(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	x := 1
	for i, p := range e.panes {
		n := strconv.Itoa(i + 1)
		if i+1 == e.focus {
			x = c.Put(x, 0, " "+n+" "+p.Name()+" ", themes.Style{Ink: themes.OnAccent, Ground: themes.Filled, Attr: themes.Bold}) + 1
			continue
		}
		x = c.Put(x, 0, n, muted)
		if w >= namesFrom {
			x = c.Put(x+1, 0, p.Name(), text)
		}
		if alarm := e.alarm(f, i+1); alarm.Text != "" && w >= 70 {
			x = c.Segs(x+1, 0, w-x-1, alarm)
		}
		x += 2
	}
}

// alarm is the figure of a pane that is out of sight and needs attention.
func (e *explorer) alarm(f *Frame, pane int) canvas.Seg {
	n := 0
	switch pane {
	case brokersPane:
		for _, b := range f.Brokers {
			if b.State >= model.Unreached {
				n++
			}
		}
	case topicsPane:
		n = f.Counts.Offline + f.Counts.UnderReplicated
	case groupsPane:
		for _, g := range f.Groups {
			if g.State != "Stable" && g.State != "Empty" && g.State != "" {
				n++
			}
		}
		if n > 0 {
			return canvas.Seg{Text: string(f.Marks.InFlight) + count(n), Style: change}
		}
	}
	if n == 0 {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: string(f.Marks.Attention) + count(n), Style: warn}
}
