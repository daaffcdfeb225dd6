package ui

import (
	"slices"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"kscope/themes"
	"kscope/ui/canvas"
)

// An editor is text that is typed or pasted, and kept exactly: the inputs of Bubbles
// replace tabs and line ends and leave out controls, which are bytes of a record like
// any others.
type editor struct {
	text    []rune
	at      int             // the rune that the cursor is on
	want    int             // the column that moving up and down keeps to
	top     int             // the first line that is seen
	many    bool            // it may have several lines: enter begins another
	most    int             // runes; 0: any number
	takes   func(rune) bool // what may be typed; nil: anything
	version int             // grows with every change
}

// value is what was typed.
func (e *editor) value() string { return string(e.text) }

// set replaces what was typed.
func (e *editor) set(s string) {
	e.text, e.top = []rune(s), 0
	e.at = len(e.text)
	e.touch()
}

// touch notes a change.
func (e *editor) touch() {
	e.version++
	e.want = e.at - e.start(e.at)
}

// insert types runes at the cursor, as many as are allowed.
func (e *editor) insert(typed []rune) {
	if e.takes != nil {
		typed = slices.DeleteFunc(typed, func(r rune) bool { return !e.takes(r) })
	}
	if e.most > 0 {
		typed = typed[:min(len(typed), max(0, e.most-len(e.text)))]
	}
	e.text = slices.Insert(e.text, e.at, typed...)
	e.at += len(typed)
	e.touch()
}

// pasted is pasted text as it was copied: many terminals send a return in place of a
// line end. Both together are what was copied.
func pasted(s string) []rune {
	runes := []rune(s)
	for i, r := range runes {
		if r == '\r' && (i+1 == len(runes) || runes[i+1] != '\n') {
			runes[i] = '\n'
		}
	}
	return runes
}

// cut takes away what lies between two places.
func (e *editor) cut(from, to int) {
	e.text = slices.Delete(e.text, from, to)
	e.at = from
	e.touch()
}

// start and end are those of the line that a place is in.
func (e *editor) start(at int) int {
	for at > 0 && e.text[at-1] != '\n' {
		at--
	}
	return at
}

func (e *editor) end(at int) int {
	for at < len(e.text) && e.text[at] != '\n' {
		at++
	}
	return at
}

// word is where the word next to the cursor ends, or begins if by is negative.
func (e *editor) word(by int) int {
	at := e.at
	next := func() int { return at + min(by, 0) }
	for next() >= 0 && next() < len(e.text) && !unicode.IsLetter(e.text[next()]) && !unicode.IsNumber(e.text[next()]) {
		at += by
	}
	for next() >= 0 && next() < len(e.text) && (unicode.IsLetter(e.text[next()]) || unicode.IsNumber(e.text[next()])) {
		at += by
	}
	return at
}

// take takes a key or pasted text, and reports whether it was of use.
func (e *editor) take(msg any) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		e.insert(pasted(msg.Content))
		return true
	case tea.KeyPressMsg:
		if e.move(msg.String()) || e.erase(msg.String()) {
			return true
		}
		if msg.String() == "enter" && e.many {
			e.insert([]rune{'\n'})
			return true
		}
		if msg.Text != "" {
			e.insert([]rune(msg.Text))
			return true
		}
	}
	return false
}

// move moves the cursor.
func (e *editor) move(key string) bool {
	to := e.at
	switch key {
	case "left", "ctrl+b":
		to--
	case "right", "ctrl+f":
		to++
	case "home", "ctrl+a":
		to = e.start(e.at)
	case "end", "ctrl+e":
		to = e.end(e.at)
	case "alt+left", "ctrl+left", "alt+b":
		to = e.word(-1)
	case "alt+right", "ctrl+right", "alt+f":
		to = e.word(+1)
	case "ctrl+home":
		to = 0
	case "ctrl+end":
		to = len(e.text)
	case "up", "down":
		return e.step(key == "down")
	default:
		return false
	}
	e.at = max(0, min(to, len(e.text)))
	e.want = e.at - e.start(e.at)
	return true
}

// step goes to the line below or above; false if there is none.
func (e *editor) step(down bool) bool {
	var line int
	switch {
	case down:
		line = e.end(e.at) + 1
		if line > len(e.text) {
			return false
		}
	default:
		if line = e.start(e.at) - 1; line < 0 {
			return false
		}
		line = e.start(line)
	}
	e.at = min(line+e.want, e.end(line))
	return true
}

// erase takes away what is beside the cursor.
func (e *editor) erase(key string) bool {
	switch key {
	case "backspace", "ctrl+h":
		e.cut(max(0, e.at-1), e.at)
	case "delete", "ctrl+d":
		e.cut(e.at, min(e.at+1, len(e.text)))
	case "ctrl+u":
		e.cut(e.start(e.at), e.at)
	case "ctrl+w", "alt+backspace":
		e.cut(e.word(-1), e.at)
	default:
		return false
	}
	return true
}

// rows is how many lines there are.
func (e *editor) rows() int { return 1 + e.breaks(e.text) }

func (e *editor) breaks(text []rune) int {
	n := 0
	for _, r := range text {
		if r == '\n' {
			n++
		}
	}
	return n
}

// draw draws the lines around the cursor.
func (e *editor) draw(c *canvas.Canvas, focused bool) {
	w, h := c.Size()
	line := e.breaks(e.text[:e.at])
	e.top = max(0, min(e.top, line, e.rows()-h))
	e.top = max(e.top, line-h+1)
	from := 0
	for range e.top {
		from = e.end(from) + 1
	}
	for y := 0; y < h && from <= len(e.text); y++ {
		to := e.end(from)
		if focused && e.top+y == line {
			shown, at := around(string(e.text[from:to]), e.at-from, w)
			c.Segs(0, y, w, typed(shown, at, text)...)
		} else {
			c.Cut(0, y, w, string(e.text[from:min(to, from+4*max(w, 1))]), text)
		}
		from = to + 1
	}
}

// A textField is a field that is typed into.
type textField struct {
	editor
	hint        string // shown while it is empty
	least, tall int    // lines: at least, and at most
	width       int    // cells; 0: all there are
}

func newText(hint string) *textField { return &textField{hint: hint, least: 1, tall: 1} }

// enter implements field.
func (t *textField) enter(int) {}

// turn implements field.
func (t *textField) turn(int) bool { return false }

// take implements field.
func (t *textField) take(_ *Frame, msg any) bool { return t.editor.take(msg) }

// lines implements field.
func (t *textField) lines(int) int { return max(t.least, min(t.rows(), t.tall)) }

// used implements field.
func (t *textField) used(w int) int { return t.cells(w) }

func (t *textField) cells(w int) int {
	if t.width > 0 {
		return min(t.width, w)
	}
	return w
}

// draw implements field.
func (t *textField) draw(_ *Frame, c *canvas.Canvas, focused bool) {
	w, h := c.Size()
	w = t.cells(w)
	c.Fill(canvas.Rect{W: w, H: h}, themes.Field)
	in := c.Sub(canvas.Rect{X: 1, W: w - 2, H: h})
	if len(t.text) == 0 && t.hint != "" {
		x := 0
		if focused {
			x = in.Put(0, 0, " ", cursor)
		}
		in.Cut(x, 0, w-2-x, t.hint, muted)
		return
	}
	t.editor.draw(in, focused)
}

// around returns the part of a line that begins so that the cursor shows in room
// cells, and where the cursor is in it.
func around(line string, at, room int) (string, int) {
	runes := []rune(line)
	at = min(at, len(runes))
	from := at
	for w := 3; from > 0; from-- { // a wide cursor, and the … after it
		if w += canvas.Width(string(runes[from-1])); w > room {
			break
		}
	}
	return string(runes[from:]), at - from
}
