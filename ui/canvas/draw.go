package canvas

import (
	"math"

	"kscope/model/clean"
	"kscope/themes"
)

// Title is what stands on the upper edge of a frame.
type Title struct {
	Key   string // the key that goes there, or nothing
	Name  string
	Facts []Seg // after the name: subject and facts
	Right []Seg // at the right end: order or health
}

// Box draws a frame on r: with focus in the accent and its title filled. The
// room inside, r.In(), is left as it is.
func (c *Canvas) Box(r Rect, m *themes.Marks, focus bool, t Title) {
	if r.W < 2 || r.H < 2 {
		return
	}
	line := themes.Faint.S()
	if focus {
		line = themes.Accent.S()
	}
	c.frame(r, m, line)
	left, right := r.X+2, r.X+r.W-2
	if n := SegsWidth(t.Right...); n > 0 && n+2 <= right-left-min(Width(t.Name)+Width(t.Key)+3, 16) {
		right -= n + 2
		c.Rune(right, r.Y, ' ', line)
		c.Segs(right+1, r.Y, n, t.Right...)
		c.Rune(right+1+n, r.Y, ' ', line)
		right--
	}
	left = c.label(left, r.Y, right-left, focus, t)
	if room := right - left - 2; room > 2 && len(t.Facts) > 0 {
		c.Rune(left, r.Y, ' ', line)
		left = c.Segs(left+1, r.Y, room, t.Facts...)
		c.Rune(left, r.Y, ' ', line)
	}
}

func (c *Canvas) frame(r Rect, m *themes.Marks, line themes.Style) {
	x1, y1 := r.X+r.W-1, r.Y+r.H-1
	for x := r.X + 1; x < x1; x++ {
		c.Rune(x, r.Y, m.H, line)
		c.Rune(x, y1, m.H, line)
	}
	for y := r.Y + 1; y < y1; y++ {
		c.Rune(r.X, y, m.V, line)
		c.Rune(x1, y, m.V, line)
	}
	c.Rune(r.X, r.Y, m.TL, line)
	c.Rune(x1, r.Y, m.TR, line)
	c.Rune(r.X, y1, m.BL, line)
	c.Rune(x1, y1, m.BR, line)
}

// label writes key and name, with a blank on either side, in at most w columns
// and returns the column after.
func (c *Canvas) label(x, y, w int, focus bool, t Title) int {
	key, name := themes.Muted.S(), themes.Text.B()
	if focus {
		name = themes.OnAccent.On(themes.Filled).B()
		key = name
	}
	if t.Name == "" || w < 4 {
		return x
	}
	end := x + w - 1
	if t.Key != "" {
		x = c.Cut(x, y, w-1, " "+t.Key, key)
	}
	x = c.Cut(x, y, end-x, " "+t.Name, name)
	return c.Put(x, y, " ", name)
}

// Scroll marks on the right edge of the frame r which part of a list is seen:
// seen rows from the row top on, of all. Nothing is drawn if all is seen.
func (c *Canvas) Scroll(r Rect, m *themes.Marks, top, seen, all int, focus bool) {
	h := r.H - 2
	if all <= seen || h <= 0 || all <= 0 {
		return
	}
	line := themes.Muted.S()
	if focus {
		line = themes.Accent.S()
	}
	size := max(min(seen*h/all, h), 1)
	from := 0
	if hidden := all - seen; hidden > 0 {
		from = min(max(top, 0), hidden) * (h - size) / hidden
	}
	for i := range size {
		c.Rune(r.X+r.W-1, r.Y+1+from+i, m.Scroll, line)
	}
}

// Run writes r, a character of one column, n times.
func (c *Canvas) Run(x, y, n int, r rune, st themes.Style) {
	if !clean.Plain(r) || runeWidth(r) != 1 {
		r = '?'
	}
	for i := range n {
		c.set(x+i, y, r, st)
	}
}

// Spark draws the last w of values, the newest at the right end, between zero
// and the greatest of them. A value that is not a number leaves a gap.
func (c *Canvas) Spark(x, y, w int, m *themes.Marks, values []float64, st themes.Style) {
	if w <= 0 {
		return
	}
	values = values[max(len(values)-w, 0):]
	x += w - len(values)
	top := 0.
	for _, v := range values {
		if v > top && !math.IsInf(v, 0) {
			top = v
		}
	}
	for i, v := range values {
		c.Rune(x+i, y, m.Spark[sparkLevel(v, top)], st)
	}
}

// sparkLevel is 0 for no figure, else 1 to 7.
func sparkLevel(v, top float64) int {
	switch {
	case math.IsNaN(v):
		return 0
	case v <= 0 || top <= 0:
		return 1
	}
	return 1 + int(min(v/top, 1)*6+.5)
}

// Bar draws the share part/whole in w columns, to the half column, as a thin
// line on a faint track, so that bars in neighbouring rows stay apart.
func (c *Canvas) Bar(x, y, w int, m *themes.Marks, part, whole float64, st themes.Style) {
	halves := 0
	if f := part / whole; whole > 0 && f > 0 {
		halves = int(min(f, 1)*float64(w)*2 + .5)
	}
	for i := range max(w, 0) {
		switch left := halves - 2*i; {
		case left >= 2:
			c.Rune(x+i, y, m.Bar, st)
		case left == 1:
			c.Rune(x+i, y, m.Half, st)
		default:
			c.Rune(x+i, y, m.Track, themes.Faint.S())
		}
	}
}
