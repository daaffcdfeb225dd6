package ui

import (
	"kscope/themes"
	"kscope/ui/canvas"
)

// A place is where a column is drawn.
type place struct{ x, w int }

// rowState is how a row stands to the selection.
type rowState int

const (
	rowPlain    rowState = iota
	rowSelected          // under the cursor
	rowLinked            // belongs to what is selected in another pane
)

// lay gives the columns their places in w cells: two for the row's mark, one
// free at the right edge. Those that are kept least go first until the rest fit.
func lay[R any](columns []column[R], w int) []place {
	room := w - 3
	left := make([]bool, len(columns))
	need := -1
	for i := range columns {
		left[i] = true
		need += columns[i].width + 1
	}
	for need > room {
		worst := -1
		for i, c := range columns {
			if left[i] && c.keep > 0 && (worst < 0 || c.keep >= columns[worst].keep) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		left[worst] = false
		need -= columns[worst].width + 1
	}
	return put(columns, left, max(0, room-need))
}

// put places the columns that are left; the flexible ones share what is spare.
func put[R any](columns []column[R], left []bool, spare int) []place {
	flexible := 0
	for i, c := range columns {
		if left[i] && c.flex {
			flexible++
		}
	}
	places := make([]place, len(columns))
	x := 2
	for i, c := range columns {
		if !left[i] {
			continue
		}
		w := c.width
		if c.flex {
			share := spare / flexible
			if c.most > 0 {
				share = min(share, max(0, c.most-c.width))
			}
			w, spare, flexible = w+share, spare-share, flexible-1
		}
		places[i] = place{x, w}
		x += w + 1
	}
	return places
}

// draw draws the head and as many rows as fit, with the selected one under the
// cursor. State tells of the other rows; it may be nil.
func (l *list[R]) draw(f *Frame, c *canvas.Canvas, state func(R) rowState) {
	w, h := c.Size()
	places := lay(l.columns, w)
	l.places = places
	l.drawHead(f, c, places)
	l.visible = max(0, h-1)
	if len(l.now.order) == 0 && l.filter.text() != "" {
		notice(f, c.Sub(canvas.Rect{Y: 1, W: w, H: max(0, h-1)}), muted, "nothing matches "+l.filter.text(), "esc clears the filter.")
		return
	}
	line, there := l.lineOf(l.of(&f.Sel))
	l.scroll(line)
	for y := 1; y < h; y++ {
		row, ok := l.at(l.top + y - 1)
		if !ok {
			break
		}
		st := rowPlain
		if state != nil {
			st = state(row)
		}
		if there && l.top+y-1 == line {
			st = rowSelected
		}
		drawRowState(f, c, y, st)
		for i := range l.columns {
			if places[i].w > 0 {
				l.columns[i].drawCell(f, c, places[i], y, row)
			}
		}
	}
}

// scroll keeps the cursor's line on screen.
func (l *list[R]) scroll(line int) {
	if l.loose {
		line = max(l.top, min(line, l.top+l.visible-1))
	}
	if line < l.top {
		l.top = line
	}
	if l.visible > 0 && line >= l.top+l.visible {
		l.top = line - l.visible + 1
	}
	l.top = max(0, min(l.top, len(l.now.order)-l.visible))
}

func (l *list[R]) drawHead(f *Frame, c *canvas.Canvas, places []place) {
	for i, col := range l.columns {
		p := places[i]
		if p.w == 0 {
			continue
		}
		if col.head != nil {
			col.head(f, c.Sub(canvas.Rect{X: p.x, W: p.w, H: 1}), p.w)
			continue
		}
		st := muted
		if i == l.sortBy {
			st = themes.Style{Ink: themes.Text}
		}
		if col.right {
			c.Right(p.x, 0, p.w, col.title, st)
		} else {
			c.Cut(p.x, 0, p.w, col.title, st)
		}
	}
}

func (col *column[R]) drawCell(f *Frame, c *canvas.Canvas, p place, y int, row R) {
	if col.draw != nil {
		col.draw(f, c.Sub(canvas.Rect{X: p.x, Y: y, W: p.w, H: 1}), row, p.w)
		return
	}
	switch seg := col.cell(f, row); {
	case col.right:
		c.Right(p.x, y, p.w, seg.Text, seg.Style)
	case col.ends:
		c.Name(p.x, y, p.w, seg.Text, seg.Style)
	default:
		c.Cut(p.x, y, p.w, seg.Text, seg.Style)
	}
}

// drawRowState tints a row and marks it, so that nothing is told by colour alone.
func drawRowState(f *Frame, c *canvas.Canvas, y int, st rowState) {
	w, _ := c.Size()
	row := canvas.Rect{Y: y, W: w, H: 1}
	switch st {
	case rowSelected:
		ground, mark := themes.Resting, muted
		if f.Focused {
			ground, mark = themes.Selected, accent
		}
		c.Tint(row, ground)
		c.Rune(0, y, f.Marks.Here, mark)
	case rowLinked:
		c.Tint(row, themes.Linked)
		c.Rune(0, y, f.Marks.Link, themes.Style{Ink: themes.Accent})
	}
}

// clicked returns the row that was clicked. A click on the head of a column sorts
// by it.
func (l *list[R]) clicked(x, y int) (id string, ok bool) {
	if y == 0 {
		for i, p := range l.places {
			if p.w > 0 && x >= p.x && x < p.x+p.w && l.columns[i].sorts() {
				l.sortOn(i)
			}
		}
		return "", false
	}
	row, ok := l.at(l.top + y - 1)
	if !ok {
		return "", false
	}
	return l.id(row), true
}

// sortOn sorts by a column, or turns the order round if it is sorted by already.
func (l *list[R]) sortOn(i int) {
	if l.sortBy == i {
		l.desc = !l.desc
		return
	}
	l.sortBy, l.desc = i, l.columns[i].falls
}

// drawTable draws a head, and as many rows as fit.
func drawTable[R any](f *Frame, c *canvas.Canvas, columns []column[R], rows []R) {
	w, h := c.Size()
	places := lay(columns, w)
	for i := range columns {
		if places[i].w > 0 && columns[i].right {
			c.Right(places[i].x, 0, places[i].w, columns[i].title, muted)
		} else if places[i].w > 0 {
			c.Cut(places[i].x, 0, places[i].w, columns[i].title, muted)
		}
	}
	for y := 1; y < h && y <= len(rows); y++ {
		for i := range columns {
			if places[i].w > 0 {
				columns[i].drawCell(f, c, places[i], y, rows[y-1])
			}
		}
	}
}

// drawScrolled draws a table from its row at top on and, where there are more than fit,
// which of them these are. It returns where the table begins now, and how many rows fit.
func drawScrolled[R any](f *Frame, c *canvas.Canvas, columns []column[R], rows []R, top int) (from, fit int) {
	w, h := c.Size()
	fit = max(0, h-1)
	from = max(0, min(top, len(rows)-fit))
	drawTable(f, c, columns, rows[from:])
	if n := len(rows); n > fit && fit > 0 {
		c.Right(0, 0, w-1, count(from+1)+"-"+count(from+fit)+" of "+count(n), muted)
	}
	return from, fit
}
