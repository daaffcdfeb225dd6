// Package canvas is a grid of cells that the whole screen is drawn on. It is
// the only road of text to the terminal, so it makes every text safe, cuts it
// to the room it has, never leaves half of a wide character, and turns the
// grid into escape sequences, row by row, only where something changed.
package canvas

import (
	"strings"

	"kscope/themes"
)

// kind says what part of a character a cell holds.
type kind uint8

const (
	narrow kind = iota
	head        // the left half of a wide character
	tail        // its right half; holds no rune
)

// A cell is one column of one row.
type cell struct {
	r     rune // the character, or minus one minus its number in grid.texts
	style themes.Style
	kind  kind
}

var blank = cell{r: ' ', style: themes.Style{Ground: themes.Base}}

// grid is what a canvas and its parts share.
type grid struct {
	w, h  int
	cells []cell

	// Characters of more than one rune.
	texts []string
	index map[string]rune

	drawn drawn
}

// Canvas is a grid of cells, or a rectangle of one with an origin of its own.
// Nothing drawn outside of it has an effect. It is for one goroutine.
type Canvas struct {
	g    *grid
	at   Rect // where the canvas lies in the grid
	clip Rect // what of that may be written
}

// New returns a blank canvas of w by h cells; less than nothing is nothing.
func New(w, h int) *Canvas {
	c := &Canvas{g: &grid{index: map[string]rune{}}}
	c.Resize(w, h)
	return c
}

// Resize gives a canvas made by [New] another size and clears it. Canvases
// made by Sub before must not be used any more. It costs nothing but the
// clearing when the size stays.
func (c *Canvas) Resize(w, h int) {
	w, h = max(w, 0), max(h, 0)
	g := c.g
	if g.w != w || g.h != h {
		g.w, g.h = w, h
		g.cells = make([]cell, w*h)
		g.drawn = drawn{}
	}
	c.at = Rect{0, 0, w, h}
	c.clip = c.at
	c.Clear()
}

// Size returns the canvas's columns and rows.
func (c *Canvas) Size() (w, h int) { return c.at.W, c.at.H }

// Bounds returns the whole of the canvas: 0, 0 and its size.
func (c *Canvas) Bounds() Rect { return Rect{0, 0, c.at.W, c.at.H} }

// Sub returns the part r of the canvas, sharing its cells, with 0, 0 at r's
// corner. What of r lies outside of c cannot be written.
func (c *Canvas) Sub(r Rect) *Canvas {
	at := Rect{c.at.X + r.X, c.at.Y + r.Y, max(r.W, 0), max(r.H, 0)}
	return &Canvas{g: c.g, at: at, clip: at.Meet(c.clip)}
}

// maxTexts bounds what is remembered of characters of more than one rune.
const maxTexts = 4096

// Clear blanks the canvas in [themes.Base].
func (c *Canvas) Clear() {
	if g := c.g; c.clip.W == g.w && c.clip.H == g.h && len(g.texts) > maxTexts {
		g.texts = g.texts[:0]
		clear(g.index)
		g.drawn = drawn{}
	}
	c.mend(c.Bounds())
	c.each(c.Bounds(), func(row []cell) {
		for i := range row {
			row[i] = blank
		}
	})
}

// each calls f with every row of r, as far as it may be written. Wide
// characters that lie half inside stay whole.
func (c *Canvas) each(r Rect, f func(row []cell)) {
	r.X, r.Y = r.X+c.at.X, r.Y+c.at.Y
	r = r.Meet(c.clip)
	for y := r.Y; y < r.Y+r.H; y++ {
		if r.W > 0 {
			f(c.g.cells[y*c.g.w+r.X : y*c.g.w+r.X+r.W])
		}
	}
}

// Fill blanks r on the ground g.
func (c *Canvas) Fill(r Rect, g themes.Ground) {
	c.mend(r)
	c.each(r, func(row []cell) {
		for i := range row {
			ground := g
			if ground == themes.Keep {
				ground = row[i].style.Ground
			}
			row[i] = cell{r: ' ', style: themes.Style{Ground: ground}}
		}
	})
}

// mend blanks the halves outside of r of wide characters that lie half inside.
func (c *Canvas) mend(r Rect) {
	r.X, r.Y = r.X+c.at.X, r.Y+c.at.Y
	r = r.Meet(c.clip)
	for y := r.Y; y < r.Y+r.H && r.W > 0; y++ {
		first, last := y*c.g.w+r.X, y*c.g.w+r.X+r.W-1
		if c.g.cells[first].kind == tail {
			c.g.release(first)
		}
		if c.g.cells[last].kind == head {
			c.g.release(last)
		}
	}
}

// release blanks both halves of the wide character at cell i.
func (g *grid) release(i int) {
	switch g.cells[i].kind {
	case head:
		g.blank(i + 1)
	case tail:
		g.blank(i - 1)
	}
	g.blank(i)
}

func (g *grid) blank(i int) { g.cells[i].r, g.cells[i].kind = ' ', narrow }

// Tint changes the ground of r, and nothing else.
func (c *Canvas) Tint(r Rect, g themes.Ground) {
	if g == themes.Keep {
		return
	}
	c.each(r, func(row []cell) {
		for i := range row {
			row[i].style.Ground = g
		}
	})
}

// Dim takes everything drawn so far back, for a dialog to be drawn over it.
func (c *Canvas) Dim() {
	c.each(c.Bounds(), func(row []cell) {
		for i := range row {
			row[i].style.Attr |= themes.Dim
		}
	})
}

// Text returns what stands on the canvas without styles, rows ended by
// newlines, blanks at their ends left out.
func (c *Canvas) Text() string {
	var b strings.Builder
	for y := range c.at.H {
		c.each(Rect{0, y, c.at.W, 1}, func(row []cell) {
			b.WriteString(strings.TrimRight(c.g.text(row), " "))
		})
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *grid) text(row []cell) string {
	var b strings.Builder
	for _, p := range row {
		switch {
		case p.kind == tail:
		case p.r < 0:
			b.WriteString(g.texts[-p.r-1])
		default:
			b.WriteRune(p.r)
		}
	}
	return b.String()
}
