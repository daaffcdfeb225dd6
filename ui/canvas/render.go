package canvas

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kscope/themes"
)

// drawn is what the last Render saw and made of it.
type drawn struct {
	theme *themes.Theme
	cells []cell
	rows  []string
	all   string
}

const reset = "\x1b[m"

// Render returns the canvas as rows joined by newlines, each exactly as wide
// as the canvas, with escape sequences where the look changes and a reset at
// the end of each row. Rows that are as they were at the last Render with the
// same theme are taken from there; if all are, so is the string.
func (c *Canvas) Render(t *themes.Theme) string {
	g := c.g
	d := &g.drawn
	if c.at.W != g.w || c.at.H != g.h {
		d = new(drawn) // a part: nothing is kept
	}
	fresh := d.theme != t || len(d.rows) != c.at.H
	if fresh {
		*d = drawn{theme: t, cells: make([]cell, c.at.W*c.at.H), rows: make([]string, c.at.H)}
	}
	changed := fresh
	buf := make([]byte, 0, 4*c.at.W)
	for y := range c.at.H {
		now := c.row(y)
		was := d.cells[y*c.at.W : (y+1)*c.at.W]
		if !fresh && slices.Equal(now, was) {
			continue
		}
		copy(was, now)
		buf = g.appendRow(buf[:0], t, now)
		d.rows[y] = string(buf)
		changed = true
	}
	if changed {
		d.all = strings.Join(d.rows, "\n")
	}
	return d.all
}

// row returns row y of the canvas; what of a part lies outside of the grid is
// blank.
func (c *Canvas) row(y int) []cell {
	g := c.g
	if c.at.X >= 0 && c.at.X+c.at.W <= g.w && y+c.at.Y >= 0 && y+c.at.Y < g.h {
		at := (y+c.at.Y)*g.w + c.at.X
		return g.cells[at : at+c.at.W]
	}
	row := slices.Repeat([]cell{blank}, c.at.W)
	r := Rect{0, y + c.at.Y, g.w, 1}.Meet(c.clip)
	if !r.Empty() {
		copy(row[r.X-c.at.X:], g.cells[r.Y*g.w+r.X:][:r.W])
	}
	return row
}

func (g *grid) appendRow(b []byte, t *themes.Theme, row []cell) []byte {
	marks := t.Marks()
	var now themes.Style // zero is no cell's style: no cell's ground is Keep
	for i := range row {
		p := row[i]
		switch {
		case p.kind == tail && i > 0:
			continue
		case p.kind == tail, p.kind == head && i == len(row)-1: // the other half is outside
			p.r = ' '
		}
		if p.style != now && !(p.r == ' ' && t.BlanksAlike(p.style, now)) {
			now = p.style
			b = append(b, t.SGR(now)...)
		}
		switch {
		case p.r < 0:
			b = append(b, g.texts[-p.r-1]...)
		case p.r < utf8.RuneSelf:
			b = append(b, byte(p.r))
		default:
			b = utf8.AppendRune(b, marks.Sign(p.r))
		}
	}
	return append(b, reset...)
}
