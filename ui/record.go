package ui

import (
	"slices"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// record is a dialog: one record, whole, and a way to those before and after it.
type record struct {
	tail   *records // the tail it was opened from
	record model.Record
	seq    uint64    // of the record in the tail
	since  time.Time // when that tail was opened: seq means nothing in another

	hex    bool // keys and values as bytes
	cursor int  // the line that can be folded
	top    int  // the row that is shown first
	width  int  // of the rows
	height int  // of the room for them

	page   page
	wanted pageKey // of the page that is there, or being laid out
	rows   []docRow
	folds  map[int]bool // lines of the page whose ends are folded away
	stale  bool         // the rows are of other folds or another width
}

// newRecord opens a record of a tail.
func newRecord(tail *records, seq uint64, since time.Time, r model.Record) *record {
	return &record{tail: tail, record: r, seq: seq, since: since, folds: map[int]bool{}}
}

// Name implements Pane.
func (p *record) Name() string { return "Record" }

// Needs implements Pane.
func (p *record) Needs(f *Frame) []model.Query { return lacked(f) }

// Size implements Dialog.
func (p *record) Size(*Frame) (w, h int) { return 120, max(len(p.rows), len(p.page.lines), 12) + 2 }

// Head implements Pane.
func (p *record) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: place3(p.record), Style: bold}}}
	if marked := p.tail.marked; marked != nil && samePlace(marked, &p.record) {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "marked", Style: accent})...)
	}
	if n := len(p.rows); n > p.height && p.height > 0 {
		h.Right = []canvas.Seg{{Text: count(min(p.top+p.height, n)) + " of " + count(n) + " lines", Style: muted}}
	}
	return h
}

// samePlace reports whether two records are one.
func samePlace(a, b *model.Record) bool {
	return a.Topic == b.Topic && a.Partition == b.Partition && a.Offset == b.Offset
}

// Actions implements Pane.
func (p *record) Actions() []Action {
	return slices.Concat(p.moving(), []Action{
		act("l", "next", "the next record", func(f *Frame) Intent { return p.step(f, +1) }).also("right").shown("h/l"),
		act("h", "", "the record before", func(f *Frame) Intent { return p.step(f, -1) }).also("left").quiet(),
		act("enter", "fold", "fold what the line opens, or unfold it", p.fold),
		act("E", "", "fold everything below the first level, or unfold all", p.foldAll).quiet(),
		act("d", "read as", "read keys and values of the topic as something else", func(*Frame) Intent { return Open{newDecoding(p.tail, p.record)} }),
		act("x", "bytes", "key and value as bytes, or as they are read", func(*Frame) Intent { p.hex, p.cursor, p.top = !p.hex, 0, 0; return nil }),
	}, p.copying(), p.comparing())
}

// moving are the keys that go through the lines.
func (p *record) moving() []Action {
	by := func(n func() int) func(*Frame) Intent {
		return func(f *Frame) Intent { return p.Wheel(f, n()) }
	}
	const all = 1 << 30
	return []Action{
		act("j", "scroll", "down a line", by(func() int { return 1 })).also("down").shown("j/k"),
		act("k", "", "up a line", by(func() int { return -1 })).also("up").quiet(),
		act("pgdown", "", "down a page", by(func() int { return p.height - 1 })).also("ctrl+f", "ctrl+d").quiet(),
		act("pgup", "", "up a page", by(func() int { return 1 - p.height })).also("ctrl+b", "ctrl+u").quiet(),
		act("g", "", "to the first line", by(func() int { return -all })).also("home").quiet(),
		act("G", "", "to the last line", by(func() int { return all })).also("end").quiet(),
	}
}

// step goes to the next record of the same tail, or to the one before, without closing.
func (p *record) step(f *Frame, by int) Intent {
	if !p.since.Equal(f.Tail.Since) {
		return Tell{"the tail was opened anew: what came before and after is not kept"}
	}
	l := p.tail.lines(f)
	line := l.find(p.seq)
	if by < 0 || line < l.len() && l.seq(line) == p.seq { // else it was pushed out, and the next is at its place
		line += by
	}
	switch {
	case line < 0:
		return Tell{"no record before this one is kept"}
	case line >= l.len():
		return Tell{"this is the newest record"}
	}
	p.seq, p.record = l.seq(line), l.at(line)
	p.cursor, p.top, p.folds = 0, 0, map[int]bool{}
	p.tail.goTo(f, line)
	return nil
}

// Wheel implements Pointer: the cursor moves by rows.
func (p *record) Wheel(_ *Frame, n int) Intent {
	if len(p.rows) == 0 {
		return nil
	}
	at := max(0, min(p.row(p.cursor)+n, len(p.rows)-1))
	if p.rows[at].line == p.cursor && n != 0 { // a long line has several rows: they are scrolled through
		p.top += n
	}
	p.cursor = p.rows[at].line
	return nil
}

// Click implements Pointer.
func (p *record) Click(f *Frame, _, y int) Intent {
	if at := p.top + y; at < len(p.rows) {
		p.cursor = p.rows[at].line
	}
	return nil
}

// row is the first row of a line, or of the line that it is folded away behind.
func (p *record) row(line int) int {
	at, found := slices.BinarySearchFunc(p.rows, line, func(r docRow, line int) int { return r.line - line })
	if !found {
		at--
	}
	return max(0, at)
}

// fold folds what the line under the cursor opens, or the line is in.
func (p *record) fold(*Frame) Intent {
	line := p.cursor
	for ; line >= 0; line-- {
		if end := p.opens(line); end > 0 && line+end >= p.cursor {
			if p.folds[line] {
				delete(p.folds, line)
			} else {
				p.folds[line] = true
			}
			p.cursor, p.stale = line, true
			return nil
		}
	}
	return Tell{"there is nothing to fold here"}
}

func (p *record) opens(line int) int {
	if line >= len(p.page.lines) {
		return 0
	}
	return p.page.lines[line].end
}

// foldAll folds what is below the first level of JSON, or unfolds all.
func (p *record) foldAll(*Frame) Intent {
	unfold := len(p.folds) > 0
	p.folds, p.stale = map[int]bool{}, true
	if unfold {
		return nil
	}
	for line := range p.page.lines {
		if l := &p.page.lines[line]; l.end > 0 && l.indent > 4 {
			p.folds[line] = true
		}
	}
	return nil
}

// Escape implements Escaper: nothing is brought back, the page closes.
func (p *record) Escape() bool { return false }
