package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"kscope/ui/canvas"
)

// A form is fields below one another, of which one has the keys. It scrolls where
// they do not fit.
type form struct {
	rows []formRow
	at   int // the row that has the keys
	top  int // the first line that is seen
}

// A formRow is a field with its name.
type formRow struct {
	name   string // empty: the field belongs to the one above
	field  field
	hidden func() bool                   // nil: it always shows
	note   func(f *Frame) []canvas.Seg   // a line about what is in it; nil: none
	notes  func(f *Frame) [][]canvas.Seg // the same, of several lines
	apart  bool                          // there is a blank line above, where there is room
}

// A field is one of the things that a form asks for.
type field interface {
	// enter gives it the keys: from above, or, if by is negative, from below.
	enter(by int)
	// turn goes on inside of it, or back, and reports whether there was more.
	turn(by int) bool
	// take takes a key or pasted text while it has the keys, and reports whether it
	// was of use.
	take(f *Frame, msg any) bool
	// lines is how many it needs in a width of w cells.
	lines(w int) int
	// used is how many cells of the last line are taken.
	used(w int) int
	draw(f *Frame, c *canvas.Canvas, focused bool)
}

func (r *formRow) shows() bool { return r.hidden == nil || !r.hidden() }

// focused is the field that has the keys.
func (p *form) focused() field { return p.rows[p.at].field }

// has reports whether a field has the keys.
func (p *form) has(x field) bool { return p.focused() == x }

// focus gives the keys to a field.
func (p *form) focus(x field) {
	for i := range p.rows {
		if p.rows[i].field == x {
			p.at = i
			x.enter(+1)
		}
	}
}

// turn goes on to the next field that shows, or back to the one before. It reports
// whether it came round.
func (p *form) turn(by int) (round bool) {
	if p.focused().turn(by) {
		return false
	}
	return p.step(by)
}

// step leaves a field for the next one that shows, or the one before. It reports
// whether it came round.
func (p *form) step(by int) (round bool) {
	for range p.rows {
		next := (p.at + by + len(p.rows)) % len(p.rows)
		round = round || by > 0 == (next < p.at)
		p.at = next
		if p.rows[p.at].shows() {
			break
		}
	}
	p.focused().enter(by)
	return round
}

// moves is what keys do to any form.
func (p *form) moves() []Action {
	turn := func(by int) func(*Frame) Intent {
		return func(*Frame) Intent { p.turn(by); return nil }
	}
	return []Action{
		act("tab", "next field", "to the next field", turn(+1)),
		act("shift+tab", "", "to the field before", turn(-1)).quiet(),
	}
}

// take takes a key or pasted text, unless it is among the actions, and reports
// whether it was of use. What a field has no use for moves between fields.
func (p *form) take(f *Frame, msg any, actions []Action) bool {
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey {
		if _, ok := find(actions, k.String()); ok || k.String() == "esc" || k.String() == "ctrl+c" {
			return false
		}
	}
	if p.focused().take(f, msg) || !isKey {
		return true
	}
	switch k.String() {
	case "enter":
		p.turn(+1)
	case "down":
		p.step(+1)
	case "up":
		p.step(-1)
	}
	return true // what is typed is never a key of the pane below
}

// nameWidth is the room for the names of fields.
func (p *form) nameWidth() int {
	w := 0
	for i := range p.rows {
		w = max(w, canvas.Width(p.rows[i].name))
	}
	return w
}

// A formPlace is where a row of a form is drawn.
type formPlace struct {
	y, lines int
	notes    [][]canvas.Seg
	beside   bool // the only note stands beside the field
}

// lay works out where rows are, in a width of w cells for the fields; apart says
// whether blank lines are left between them.
func (p *form) lay(f *Frame, w int, apart bool) (places []formPlace, height int) {
	places = make([]formPlace, len(p.rows))
	for i := range p.rows {
		r, at := &p.rows[i], &places[i]
		if !r.shows() {
			continue
		}
		if apart && r.apart && height > 0 {
			height++
		}
		at.y, at.lines = height, r.field.lines(w)
		switch {
		case r.notes != nil:
			at.notes = r.notes(f)
		case r.note != nil:
			if note := r.note(f); note != nil {
				at.notes = [][]canvas.Seg{note}
				at.beside = at.lines > 0 && r.field.used(w)+3+canvas.SegsWidth(note...) <= w
			}
		}
		if !at.beside {
			at.notes = wrappedNotes(at.notes, w)
		}
		height += at.lines
		if !at.beside {
			height += len(at.notes)
		}
	}
	return places, height
}

// mostNoteLines is over how many lines one line of a note may go where it is narrow.
const mostNoteLines = 3

// wrappedNotes breaks the lines of notes that are wider than w, at spaces.
func wrappedNotes(notes [][]canvas.Seg, w int) [][]canvas.Seg {
	var lines [][]canvas.Seg
	for _, note := range notes {
		lines = append(lines, wrappedNote(note, w)...)
	}
	return lines
}

func wrappedNote(note []canvas.Seg, w int) (lines [][]canvas.Seg) {
	var line []canvas.Seg
	used := 0
	for _, seg := range note {
		for _, word := range strings.SplitAfter(seg.Text, " ") {
			if used > 0 && used+canvas.Width(strings.TrimRight(word, " ")) > w && len(lines) < mostNoteLines-1 {
				lines = append(lines, line)
				line, used = nil, 0
			}
			if n := len(line); n > 0 && line[n-1].Style == seg.Style {
				line[n-1].Text += word
			} else {
				line = append(line, canvas.Seg{Text: word, Style: seg.Style})
			}
			used += canvas.Width(word)
		}
	}
	return append(lines, line)
}

// height is how many lines the form has in a dialog of w cells.
func (p *form) height(f *Frame, w int) int {
	_, h := p.lay(f, w-p.nameWidth()-5, true)
	return h
}

// draw draws what of the form fits, with the field that has the keys in sight.
func (p *form) draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	x := p.nameWidth() + 3
	room := w - x - 2
	places, height := p.lay(f, room, true)
	if height > h {
		places, height = p.lay(f, room, false)
	}
	p.scroll(places, height, h)
	for i, at := range places {
		r, y := &p.rows[i], at.y-p.top
		if !r.shows() || y >= h || y+at.lines+len(at.notes) <= 0 {
			continue
		}
		focused := f.Focused && i == p.at
		p.drawName(f, c, i, places, y)
		r.field.draw(f, c.Sub(canvas.Rect{X: x, Y: y, W: room, H: at.lines}), focused)
		switch {
		case at.beside:
			n := canvas.SegsWidth(at.notes[0]...)
			c.Segs(x+room-n, y+at.lines-1, n, at.notes[0]...)
		default:
			for j, note := range at.notes {
				c.Segs(x, y+at.lines+j, room, note...)
			}
		}
	}
	c.Scroll(canvas.Rect{X: 0, Y: -1, W: w, H: h + 2}, f.Marks, p.top, h, height, f.Focused)
}

// drawName names a row, and marks the one that has the keys.
func (p *form) drawName(f *Frame, c *canvas.Canvas, i int, places []formPlace, y int) {
	r, w := &p.rows[i], p.nameWidth()
	st := muted
	if f.Focused && i == p.at {
		st = accent
		for line := range max(1, places[i].lines) {
			c.Rune(w+1, y+line, f.Marks.Link, accent)
		}
	}
	c.Right(0, y, w, r.name, st)
}

// scroll keeps the field that has the keys in sight, with its notes.
func (p *form) scroll(places []formPlace, height, h int) {
	at := places[p.at]
	last := at.y + at.lines
	if !at.beside {
		last += len(at.notes)
	}
	p.top = min(p.top, at.y)
	p.top = max(p.top, min(last-h, at.y))
	p.top = max(0, min(p.top, height-h))
}
