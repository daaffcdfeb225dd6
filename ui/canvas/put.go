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
	if !c.rowVisible(y) {
		return x + width(s)
	}
	for len(s) > 0 {
		size, cols := cluster(s)
		c.place(x, y, s[:size], cols, st)
		x, s = x+cols, s[size:]
	}
	return x
}

// ascii writes printable ASCII.
func (c *Canvas) ascii(x, y int, s string, st themes.Style) {
	if !c.rowVisible(y) {
		return
	}
	x, y = x+c.at.X, y+c.at.Y
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
		c.set(x, y, r, st)
		return
	}
	if !c.visible(x, y) || !c.visible(x+1, y) {
		c.set(x, y, ' ', st)
		c.set(x+1, y, ' ', st)
		return
	}
	c.set(x, y, r, st)
	c.set(x+1, y, 0, st)
	at := (y+c.at.Y)*c.g.w + x + c.at.X
	c.g.cells[at].kind, c.g.cells[at+1].kind = head, tail
	c.g.cells[at+1].style = c.g.cells[at].style // one character has one look
}

func (c *Canvas) rowVisible(y int) bool {
	y += c.at.Y
	return y >= c.clip.Y && y < c.clip.Y+c.clip.H
}

func (c *Canvas) visible(x, y int) bool { return c.clip.Contains(x+c.at.X, y+c.at.Y) }

// set writes one cell, freeing it from a wide character it was part of.
func (c *Canvas) set(x, y int, r rune, st themes.Style) {
	if !c.visible(x, y) {
		return
	}
	at := (y+c.at.Y)*c.g.w + x + c.at.X
	p := &c.g.cells[at]
	if p.kind != narrow {
		c.g.release(at)
	}
	p.r = r
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
	if r >= ' ' && r < 0x7f || clean.Plain(r) && runeWidth(r) == 1 {
		c.set(x, y, r, st)
		return
	}
	c.Put(x, y, string(r), st)
}

// Cut writes s in at most w columns, with a final … where it does not fit, and
// returns the column after it. Of a long text it looks at no more than it
// writes.
func (c *Canvas) Cut(x, y, w int, s string, st themes.Style) int {
	start, _, all := fit(s, w)
	if all || w <= 0 {
		return c.Put(x, y, start, st)
	}
	return c.cutOff(x, y, w, start, st)
}

// Name writes s in at most w columns, without its middle where it does not fit, and
// returns the column after it.
func (c *Canvas) Name(x, y, w int, s string, st themes.Style) int {
	return c.Put(x, y, Ends(s, w), st)
}

// cutOff writes what of s leaves room for a … in w > 0 columns, and the ….
func (c *Canvas) cutOff(x, y, w int, s string, st themes.Style) int {
	start, _, _ := fit(s, w-1)
	x = c.Put(x, y, start, st)
	c.set(x, y, ellipsis, st)
	return x + 1
}

// Right writes s so that it ends w columns after x. It is for figures: what
// does not fit becomes a single …, never a figure that lost digits.
func (c *Canvas) Right(x, y, w int, s string, st themes.Style) {
	start, cols, all := fit(s, w)
	switch {
	case all:
		c.Put(x+w-cols, y, start, st)
	case w > 0:
		c.set(x+w-1, y, ellipsis, st)
	}
}

// Mid writes s in the middle of the w columns from x, cut if it does not fit.
func (c *Canvas) Mid(x, y, w int, s string, st themes.Style) {
	start, cols, all := fit(s, w)
	switch {
	case all:
		c.Put(x+(w-cols)/2, y, start, st)
	case w > 0:
		c.cutOff(x, y, w, start, st)
	}
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
	if w <= 0 {
		return x
	}
	end, last := x+w, len(segs)-1
	for last > 0 && segs[last].Text == "" {
		last--
	}
	for i, s := range segs {
		start, cols, all := fit(s.Text, end-x)
		if !all || cols == end-x && i < last {
			return c.cutOff(x, y, end-x, start, s.Style)
		}
		x = c.Put(x, y, start, s.Style)
	}
	return x
}
