package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"kscope/ui/canvas"
)

// A typedLine is a line at the top of a pane that is typed into while it is open, and
// stays when it is closed. It remembers what was typed before.
type typedLine struct {
	in     editor
	typing bool
	fault  string // what is wrong with it; empty if nothing is
	column int    // the letter that the fault is at, from 0
	past   []string
	back   int    // how far one is back in the past
	draft  string // what was typed before going there
}

// mostTyped bounds what is typed into a line.
const mostTyped = 4096

// mostPast is how many lines are remembered.
const mostPast = 50

// text is what was typed.
func (l *typedLine) text() string { return l.in.value() }

// open starts typing, on the text that is there.
func (l *typedLine) open() {
	l.typing, l.back, l.in.most = true, 0, mostTyped
	l.in.at = len(l.in.text)
}

// close ends typing, and remembers what was typed.
func (l *typedLine) close() {
	l.typing = false
	if s := l.text(); s != "" {
		l.past = slices.DeleteFunc(l.past, func(p string) bool { return p == s })
		l.past = append(l.past, s)
		l.past = l.past[max(0, len(l.past)-mostPast):]
	}
}

// clear drops what was typed.
func (l *typedLine) clear() {
	l.typing, l.fault = false, ""
	l.in.set("")
}

// take takes a key or pasted text. It reports whether the text changed, whether enter
// or esc ended the typing, and whether the key was of use.
func (l *typedLine) take(msg any) (changed, entered, used bool) {
	before := l.in.version
	switch k, _ := msg.(tea.KeyPressMsg); k.String() {
	case "enter":
		return false, true, true
	case "up":
		l.recall(+1)
	case "down":
		l.recall(-1)
	case "esc", "ctrl+c", "pgup", "pgdown", "tab", "shift+tab":
		return false, false, false
	default:
		if p, pasted := msg.(tea.PasteMsg); pasted { // it is one line
			msg = tea.PasteMsg{Content: strings.Join(strings.Fields(p.Content), " ")}
		}
		l.in.take(msg)
	}
	return l.in.version != before, false, true
}

// recall goes to what was typed before, or back towards the draft.
func (l *typedLine) recall(by int) {
	to := max(0, min(l.back+by, len(l.past)))
	if to == l.back {
		return
	}
	if l.back == 0 {
		l.draft = l.text()
	}
	if l.back = to; to == 0 {
		l.in.set(l.draft)
		return
	}
	l.in.set(l.past[len(l.past)-to])
}

// segs is the line, with a cursor while it is open.
func (l *typedLine) segs() []canvas.Seg {
	st := text
	if l.fault != "" {
		st = bad
	}
	if !l.typing {
		return []canvas.Seg{{Text: l.text(), Style: st}}
	}
	return typed(l.text(), l.in.at, st)
}

// isKeyPress reports whether a message is the press of a key.
func isKeyPress(msg any, key string) bool {
	k, ok := msg.(tea.KeyPressMsg)
	return ok && k.String() == key
}
