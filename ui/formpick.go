package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"kscope/themes"
	"kscope/ui/canvas"
)

// A pickField is a field for a name, which is found by a few letters of it. Any name
// may be typed, also one that there is none of.
type pickField struct {
	textField
	list     bool                    // several names, with commas between them: the last one is found
	names    func(f *Frame) []string // those there are
	at       uint64                  // which names were searched, as the caller counts them
	searched int                     // the version of the text that was searched for, plus one
	busy     bool
	found    []string // the best, for what is typed
	line     int      // of them, or -1: what was typed stands
	open     bool     // the names show
}

// mostFound is how many names a pickField offers at once.
const mostFound = 5

func newPick(names func(f *Frame) []string) *pickField {
	p := &pickField{names: names, line: -1}
	p.least, p.tall, p.most = 1, 1, 249
	return p
}

// set replaces the name, and closes what is offered.
func (t *pickField) set(name string) {
	t.textField.set(name)
	t.close()
}

func (t *pickField) close() { t.open, t.line = false, -1 }

// enter implements field.
func (t *pickField) enter(int) { t.close() }

// turn implements field. What is chosen is taken.
func (t *pickField) turn(int) bool {
	t.choose(t.line)
	t.close()
	return false
}

// choose takes one of the names that are offered.
func (t *pickField) choose(line int) {
	if line >= 0 && line < len(t.found) && t.open {
		before, _ := t.parts()
		t.textField.set(before + t.found[line])
	}
}

// parts splits what was typed into what is before the name that is found, and that name.
func (t *pickField) parts() (before, name string) {
	typed := t.value()
	if !t.list {
		return "", typed
	}
	rest := strings.TrimLeft(typed[strings.LastIndexByte(typed, ',')+1:], " ")
	return typed[:len(typed)-len(rest)], rest
}

// name is what is found.
func (t *pickField) name() string {
	_, name := t.parts()
	return name
}

// isName reports whether what is typed may be the beginning of a name.
func (t *pickField) isName() bool {
	_, name := t.parts()
	return !t.list || !strings.ContainsAny(name, "~:") && name != ""
}

// take implements field.
func (t *pickField) take(f *Frame, msg any) bool {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch key := k.String(); {
		case key == "down" && t.open && len(t.found) > 0:
			t.line = min(t.line+1, len(t.found)-1)
			return true
		case key == "up" && t.open && t.line >= 0:
			t.line--
			return true
		case key == "enter" && t.open && t.line < 0 && len(t.found) > 0 && t.isName() && !slices.Contains(t.found, t.name()):
			t.choose(0)
			t.close()
			return t.list // another name may follow
		case key == "enter" && t.list && t.open && t.line >= 0:
			t.choose(t.line)
			t.close()
			return true
		case key == "enter", key == "up", key == "down":
			t.choose(t.line)
			t.close()
			return false
		}
	}
	before := t.version
	used := t.editor.take(msg)
	if t.version != before {
		t.open, t.line = true, -1
	}
	return used
}

// arrange searches for what is typed. Of many names it returns a function to do it off
// the loop. The count tells whether the names are still those searched last.
func (t *pickField) arrange(f *Frame, count uint64) func() any {
	if !t.open || t.busy || t.searched == t.version+1 && t.at == count {
		return nil
	}
	version, pattern, names := t.version+1, t.name(), t.names(f)
	work := func() any { return picked{version, count, best(pattern, names)} }
	if len(names) <= fewRows {
		t.arranged(work())
		return nil
	}
	t.busy = true
	return work
}

// picked are the names that were found.
type picked struct {
	version int
	at      uint64
	found   []string
}

// best returns the names that match best.
func best(pattern string, names []string) []string {
	if pattern == "" {
		return names[:min(len(names), mostFound)]
	}
	var found []string
	for _, i := range match(pattern, len(names), func(i int) string { return names[i] }) {
		if found = append(found, names[i]); len(found) == mostFound {
			break
		}
	}
	return found
}

// arranged takes in what was found, and reports whether it was its own.
func (t *pickField) arranged(result any) bool {
	r, ok := result.(picked)
	if ok {
		t.busy, t.searched, t.at, t.found = false, r.version, r.at, r.found
		t.line = min(t.line, len(t.found)-1)
	}
	return ok
}

// offers reports whether names are shown below what is typed.
func (t *pickField) offers() bool {
	return t.open && len(t.found) > 0 && (len(t.found) > 1 || t.found[0] != t.name())
}

// lines implements field.
func (t *pickField) lines(int) int {
	if t.offers() {
		return 1 + len(t.found)
	}
	return 1
}

// draw implements field.
func (t *pickField) draw(f *Frame, c *canvas.Canvas, focused bool) {
	w, _ := c.Size()
	t.textField.draw(f, c.Sub(canvas.Rect{W: w, H: 1}), focused)
	if !t.offers() {
		return
	}
	for i, name := range t.found {
		c.Fill(canvas.Rect{Y: i + 1, W: w, H: 1}, themes.Surface)
		st := text
		if i == t.line {
			c.Fill(canvas.Rect{Y: i + 1, W: w, H: 1}, themes.Selected)
			c.Rune(0, i+1, f.Marks.Here, accent)
			st = strong
		}
		c.Name(2, i+1, w-3, name, st)
	}
}
