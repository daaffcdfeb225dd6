package canvas

import (
	"unicode/utf8"

	"kscope/model/clean"
	"kscope/themes"
)

// Put writes s at x, y and returns the column after it. What does not fit is
// cut off without a sign; see [Canvas.Cut].
func (c *Canvas) Put(x, y int, s string, st themes.Style) int {
	if isPlain(s) {
		c.ascii(x, y, s, st)
		return x + len(s)
	}
	s = clean.Text(s)
	for len(s) > 0 {
		size, cols := cluster(s)
		c.place(x, y, s[:size], cols, st)
		x, s = x+cols, s[size:]
	}
	return x
}

// ascii writes printable ASCII.
func (c *Canvas) ascii(x, y int, s string, st themes.Style) {
	x, y = x+c.at.X, y+c.at.Y
	if y < c.clip.Y || y >= c.clip.Y+c.clip.H {
		return
	}
	if over := c.clip.X - x; over > 0 {
		if over >= len(s) {
			return
		}
		x, s = c.clip.X, s[over:]
	}
	room := c.clip.X + c.clip.W - x
	if room <= 0 {
		return
	}
	s = s[:min(len(s), room)]
	at := y*c.g.w + x
	row := c.g.cells[at : at+len(s)]
	for i := range row {
		p := &row[i]
		if p.kind != narrow {
			c.g.release(at + i)
		}
		p.r = rune(s[i])
		if st.Ground == themes.Keep {
			p.style.Ink, p.style.Attr = st.Ink, st.Attr
		} else {
			p.style = st
		}
	}
}

// place writes one character of cols columns; where only a half of it would
// show, a blank stands instead.
func (c *Canvas) place(x, y int, s string, cols int, st themes.Style) {
	if cols == 0 {
		return
	}
	r, size := utf8.DecodeRuneInString(s)
	if size < len(s) {
		r = c.g.number(s)
	}
	if cols == 1 {
		c.set(x, y, r, narrow, st)
		return
	}
	if !c.visible(x, y) || !c.visible(x+1, y) {
		c.set(x, y, ' ', narrow, st)
		c.set(x+1, y, ' ', narrow, st)
		return
	}
	c.set(x, y, r, narrow, st)
	c.set(x+1, y, 0, narrow, st)
	at := (y+c.at.Y)*c.g.w + x + c.at.X
	c.g.cells[at].kind, c.g.cells[at+1].kind = head, tail
	c.g.cells[at+1].style = c.g.cells[at].style // one character has one look
}

func (c *Canvas) visible(x, y int) bool { return c.clip.Contains(x+c.at.X, y+c.at.Y) }

// set writes one cell, freeing it from a wide character it was part of.
func (c *Canvas) set(x, y int, r rune, k kind, st themes.Style) {
	if !c.visible(x, y) {
		return
	}
	at := (y+c.at.Y)*c.g.w + x + c.at.X
	p := &c.g.cells[at]
	if p.kind != narrow {
		c.g.release(at)
	}
	p.r, p.kind = r, k
	p.style.Ink, p.style.Attr = st.Ink, st.Attr
	if st.Ground != themes.Keep {
		p.style.Ground = st.Ground
	}
}

// number remembers a character of several runes.
func (g *grid) number(s string) rune {
	if r, ok := g.index[s]; ok {
		return r
	}
	g.texts = append(g.texts, s)
	r := rune(-len(g.texts))
	g.index[s] = r
	return r
}

// Rune writes one character.
func (c *Canvas) Rune(x, y int, r rune, st themes.Style) {
	if r < 0x20 || r >= 0x7f && runeWidth(r) != 1 {
		c.Put(x, y, string(r), st)
		return
	}
	if r >= 0x7f && !clean.Safe(string(r)) {
		c.Put(x, y, string(r), st)
		return
	}
	c.set(x, y, r, narrow, st)
}

// Cut writes s in at most w columns, with a final … where it does not fit, and
// returns the column after it.
func (c *Canvas) Cut(x, y, w int, s string, st themes.Style) int {
	if isPlain(s) && len(s) <= w {
		c.ascii(x, y, s, st)
		return x + len(s)
	}
	return c.Put(x, y, Truncate(s, w), st)
}

// Right writes s so that it ends w columns after x. It is for figures: what
// does not fit becomes a single …, never a figure that lost digits.
func (c *Canvas) Right(x, y, w int, s string, st themes.Style) {
	n := Width(s)
	if n > w {
		s, n = "…", 1
	}
	if w > 0 {
		c.Put(x+w-n, y, s, st)
	}
}

// Mid writes s in the middle of the w columns from x, cut if it does not fit.
func (c *Canvas) Mid(x, y, w int, s string, st themes.Style) {
	c.Cut(x+max((w-Width(s))/2, 0), y, w, s, st)
}

// Seg is a stretch of text in one style.
type Seg struct {
	Text  string
	Style themes.Style
}

// SegsWidth returns the columns of segs in a row.
func SegsWidth(segs ...Seg) (w int) {
	for _, s := range segs {
		w += Width(s.Text)
	}
	return w
}

// Segs writes segs one after another in at most w columns, with a final …
// where they do not fit, and returns the column after them.
func (c *Canvas) Segs(x, y, w int, segs ...Seg) int {
	end := x + w
	left := SegsWidth(segs...)
	for _, s := range segs {
		n := Width(s.Text)
		room := end - x
		if left > room && n >= room { // this is where it ends
			return c.Cut(x, y, room, Truncate(s.Text, room-1)+"……", s.Style)
		}
		x = c.Put(x, y, s.Text, s.Style)
		left -= n
	}
	return x
}
