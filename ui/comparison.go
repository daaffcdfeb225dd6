package ui

import (
	"maps"

	"kscope/model"
	"kscope/ui/canvas"
)

// comparison is a dialog: two records side by side, with what differs marked.
type comparison struct {
	tail    *records // says how topics are read
	a, b    model.Record
	brief   bool // only what differs, with what is around it
	laid    bool
	asked   bool
	lines   []diffLine
	rows    []diffRow
	rowsFor diffKey
	top     int
	height  int
}

// A diffKey is what the rows on screen depend on.
type diffKey struct {
	width int
	brief bool
	laid  bool
}

func newCompare(tail *records, a, b model.Record) *comparison {
	return &comparison{tail: tail, a: a, b: b}
}

// Name implements Pane.
func (p *comparison) Name() string { return "Compare" }

// Needs implements Pane.
func (p *comparison) Needs(*Frame) []model.Query { return nil }

// Size implements Dialog.
func (p *comparison) Size(*Frame) (w, h int) { return 180, max(len(p.rows), len(p.lines), 10) + 2 }

// Head implements Pane.
func (p *comparison) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: place3(p.a), Style: bold}, {Text: " with ", Style: muted}, {Text: place3(p.b), Style: bold}}}
	switch n := p.differences(); {
	case !p.laid:
	case n == 0:
		h.Right = []canvas.Seg{{Text: "nothing differs", Style: good}}
	default:
		h.Right = []canvas.Seg{{Text: mark(f.Marks.NotEqual, plural(n, "difference", "differences")), Style: warn}}
	}
	return h
}

// differences counts the stretches of lines that differ; where the records are is
// none.
func (p *comparison) differences() int {
	n := 0
	for i := range p.lines {
		if p.starts(i) {
			n++
		}
	}
	return n
}

// starts reports whether a stretch of lines that differ begins at line i.
func (p *comparison) starts(i int) bool {
	return p.lines[i].differs() && (i == 0 || !p.lines[i-1].differs())
}

// Actions implements Pane.
func (p *comparison) Actions() []Action {
	return append(scrolling(&p.top, &p.height),
		act("n", "next", "to the next difference", func(*Frame) Intent { return p.jump(+1) }).shown("n/N"),
		act("N", "", "to the difference before", func(*Frame) Intent { return p.jump(-1) }).quiet(),
		act("d", "brief", "only what differs, or everything", func(*Frame) Intent { p.brief, p.top = !p.brief, 0; return nil }))
}

// jump scrolls to the next difference that begins below the first row, or to the last
// one above it.
func (p *comparison) jump(by int) Intent {
	for i := p.top + by; i >= 0 && i < len(p.rows); i += by {
		if line := p.rows[i].line; line >= 0 && p.starts(line) && (i == 0 || p.rows[i-1].line != line) {
			p.top = i
			return nil
		}
	}
	return Tell{"no difference further on"}
}

// Arrange implements Arranger: what differs is worked out off the loop if there is
// much of it.
func (p *comparison) Arrange(f *Frame) func() any {
	if p.asked {
		return nil
	}
	p.asked = true
	a, b, now, tail := p.a, p.b, *f, &records{formats: maps.Clone(p.tail.formats)}
	work := func() any { return compared{diffRecords(&now, tail, &a, &b)} }
	if len(a.Value)+len(b.Value) < largePage/4 {
		p.Arranged(work())
		return nil
	}
	return work
}

// compared is what differs.
type compared struct{ lines []diffLine }

// Arranged implements Arranger.
func (p *comparison) Arranged(result any) {
	if r, ok := result.(compared); ok {
		p.lines, p.laid = r.lines, true
	}
}

// besideFrom is the width from which on two records lie side by side.
const besideFrom = 76

// A diffRow is a row of the screen.
type diffRow struct {
	line        int // of what is compared; -1 for what was left out
	left, right []canvas.Seg
	sign        rune // before the right side, or before the line; 0 is none
}

// Draw implements Pane.
func (p *comparison) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	p.height = h
	if !p.laid {
		notice(f, c, muted, "comparing "+size(int64(len(p.a.Value)+len(p.b.Value)))+" "+string(f.Marks.Ellipsis), "")
		return
	}
	if key := (diffKey{w, p.brief, p.laid}); key != p.rowsFor {
		p.rowsFor, p.rows = key, p.lay(f, w)
	}
	p.top = max(0, min(p.top, len(p.rows)-h))
	for y := 0; y < h && p.top+y < len(p.rows); y++ {
		row := &p.rows[p.top+y]
		x := 2
		if row.right != nil || row.left != nil && w >= besideFrom {
			c.Segs(x, y, (w-5)/2, row.left...)
			x += (w-5)/2 + 3
		} else if row.left != nil {
			c.Segs(x+2, y, w-5, row.left...)
		}
		if row.sign != 0 {
			c.Rune(max(x-2, 1), y, row.sign, warn)
		}
		c.Segs(x, y, w-x-1, row.right...)
	}
}

// around is how many lines of what is alike stay before and after what differs.
const unchanged = 2

// lay breaks the lines into rows: side by side where there is room, else one below the
// other.
func (p *comparison) lay(f *Frame, w int) []diffRow {
	var rows []diffRow
	left := 0
	for i := range p.lines {
		if p.brief && !p.near(i) {
			left++
			continue
		}
		rows = append(rows, leftOut(f, left)...)
		left = 0
		if w >= besideFrom {
			rows = append(rows, p.lines[i].beside(f, i, (w-5)/2)...)
		} else {
			rows = append(rows, p.lines[i].below(f, i, w-5)...)
		}
	}
	return append(rows, leftOut(f, left)...)
}

// leftOut says that so many lines do not show.
func leftOut(f *Frame, n int) []diffRow {
	if n == 0 {
		return nil
	}
	return []diffRow{{line: -1, left: []canvas.Seg{{Text: string(f.Marks.Ellipsis) + " " + plural(n, "line", "lines") + " alike", Style: muted}}}}
}

// near reports whether a line differs, is a heading, or is close to one that differs.
func (p *comparison) near(i int) bool {
	for at := max(0, i-unchanged); at <= min(len(p.lines)-1, i+unchanged); at++ {
		if p.lines[at].differs() {
			return true
		}
	}
	return p.lines[i].head
}
