package ui

import (
	"strconv"

	"kscope/themes"
	"kscope/ui/canvas"
)

// A workspace is a screen of linked panes, one of which has the keys. Panes are
// numbered from 1, by the keys that go there.
type workspace struct {
	panes  []Pane // by number less one
	focus  int    // number of the pane that has the keys
	zoomed bool   // it has the screen to itself
	foot   int    // number of the pane whose last lines a narrow screen shows too; 0 is none

	wide  func(r canvas.Rect, f *Frame)         // gives the panes their places where there is room for several
	alarm func(f *Frame, number int) canvas.Seg // the figure of a pane that needs attention

	rects  []canvas.Rect // where the panes were laid out; empty if out of sight
	narrow bool
}

// Sizes of the screen that decide about the layout.
const (
	wideFrom   = 120 // columns from which on several panes show at once
	tallFrom   = 24  // and lines
	leastWidth = 40  // below, there is a sentence instead
	leastLines = 10
	footFrom   = 20 // lines from which on a narrow screen shows the last lines of another pane too
)

// focused returns the pane that has the keys.
func (s *workspace) focused() Pane { return s.panes[s.focus-1] }

// turn moves the focus n panes on.
func (s *workspace) turn(n int) { s.focus = (s.focus-1+n+len(s.panes))%len(s.panes) + 1 }

// unzoom takes the whole screen from the pane in focus. It reports whether there
// was anything to take.
func (s *workspace) unzoom() bool {
	was := s.zoomed && !(s.narrow && s.foot == 0) // there zooming shows nothing
	s.zoomed = false
	return was
}

// layout gives the panes their places in r. On a narrow screen a strip with all
// panes' names comes first, then the one in focus.
func (s *workspace) layout(r canvas.Rect, f *Frame) {
	s.rects = make([]canvas.Rect, len(s.panes))
	s.narrow = r.W < wideFrom || r.H < tallFrom-2
	switch {
	case s.narrow:
		s.layoutNarrow(r)
	case s.zoomed:
		s.rects[s.focus-1] = r
	default:
		s.wide(r, f)
	}
}

func (s *workspace) layoutNarrow(r canvas.Rect) {
	_, r = r.Top(1)
	if s.foot > 0 && r.H >= footFrom-2 && s.focus != s.foot && !s.zoomed {
		s.rects[s.foot-1], r = r.Bottom(5)
	}
	s.rects[s.focus-1] = r
}

// shown calls do with each pane that is in sight and its number.
func (s *workspace) shown(do func(n int, p Pane)) {
	for i, r := range s.rects {
		if !r.Empty() {
			do(i+1, s.panes[i])
		}
	}
}

// at returns the number of the pane at a cell, and the cell inside of it.
func (s *workspace) at(x, y int) (n, px, py int) {
	for i, r := range s.rects {
		if r.Contains(x, y) {
			in := r.In()
			return i + 1, x - in.X, y - in.Y
		}
	}
	return 0, 0, 0
}

// draw draws the panes into their places.
func (s *workspace) draw(f *Frame, c *canvas.Canvas, strip canvas.Rect, keys bool) {
	if s.narrow {
		s.drawStrip(f, c.Sub(strip))
	}
	s.shown(func(n int, p Pane) {
		own := *f
		own.Focused = keys && n == s.focus
		key := strconv.Itoa(n)
		if s.narrow && n == s.focus {
			key = "" // the strip says so already
		}
		drawPane(&own, c, s.rects[n-1], key, p)
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

// stripWidth is what the strip needs with all names.
func (s *workspace) stripWidth() int {
	w := 1
	for _, p := range s.panes {
		w += len("1 ") + canvas.Width(p.Name()) + 2
	}
	return w + len("  ") - 1 // of the one in focus, a blank on either side
}

// drawStrip names all panes on a narrow screen, or the one in focus if they do not
// fit, and the alarming figures of as many as there is room for.
func (s *workspace) drawStrip(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	spare := w - s.stripWidth()
	names := spare >= 0
	x := 1
	for i, p := range s.panes {
		n := strconv.Itoa(i + 1)
		if i+1 == s.focus {
			x = c.Put(x, 0, " "+n+" "+p.Name()+" ", themes.Style{Ink: themes.OnAccent, Ground: themes.Filled, Attr: themes.Bold}) + 1
			continue
		}
		x = c.Put(x, 0, n, muted)
		if names {
			x = c.Put(x+1, 0, p.Name(), text)
		}
		if alarm := s.alarm(f, i+1); alarm.Text != "" && spare > canvas.Width(alarm.Text) {
			spare -= 1 + canvas.Width(alarm.Text)
			x = c.Segs(x+1, 0, w-x-1, alarm)
		}
		x += 2
	}
}
