package ui

import (
	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model/clean"
	"kscope/themes"
	"kscope/ui/canvas"
)

// An assent is the user's agreement to something that cannot be taken back: a word
// that is typed in full.
type assent struct {
	word  string
	typed textinput.Model
	asked bool
}

// newAssent asks for a word; for yes where that is one that cannot be typed.
func newAssent(word string) assent {
	if word == "" || clean.Text(word) != word {
		word = "yes"
	}
	return assent{word: word, typed: textinput.New()}
}

// assentTo is newAssent, or for no word one that asks for enter alone: of what can be
// taken back.
func assentTo(word string) assent {
	if word == "" {
		return assent{typed: textinput.New()}
	}
	return newAssent(word)
}

func (a *assent) ask() {
	a.asked = true
	a.typed.SetValue("")
	a.typed.Focus()
}

// withdraw asks no more. It reports whether it had.
func (a *assent) withdraw() bool {
	asked := a.asked
	a.asked = false
	a.typed.Blur()
	return asked
}

// given reports whether the word was typed.
func (a *assent) given() bool { return a.asked && a.typed.Value() == a.word }

// take takes a key or pasted text, and reports whether it was of use: enter, esc and
// what scrolls are not.
func (a *assent) take(msg any) bool {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter", "esc", "ctrl+c", "up", "down", "pgup", "pgdown":
			return false
		}
	}
	a.typed, _ = a.typed.Update(msg.(tea.Msg))
	return true
}

// draw draws the question over two lines. What is what enter then does: where there is
// little room, it is said after what is to be typed, not before.
func (a *assent) draw(f *Frame, c *canvas.Canvas, x, y, w int, what string) {
	ask, goes := canvas.Seg{Text: mark(f.Marks.Attention, what+": "), Style: warn}, canvas.Seg{Text: "enter does it", Style: good}
	back := canvas.Seg{Text: "; esc goes back", Style: muted}
	if a.word == "" {
		if canvas.SegsWidth(ask, goes, back) <= w {
			c.Segs(x, y, w, ask, goes, back)
			return
		}
		ask.Text = mark(f.Marks.Attention, what)
		c.Segs(x, y, w, ask)
		c.Segs(x, y+1, w, goes, back)
		return
	}
	segs := []canvas.Seg{{Text: "type ", Style: muted}, {Text: a.word, Style: strong}, {Text: ", then enter", Style: muted}}
	switch {
	case canvas.SegsWidth(append(segs, ask, back)...) <= w:
		c.Segs(x, y, w, append(append([]canvas.Seg{ask}, segs...), back)...)
	case canvas.SegsWidth(append(segs, ask)...) <= w:
		c.Segs(x, y, w, append([]canvas.Seg{ask}, segs...)...)
	default:
		segs[0].Text = mark(f.Marks.Attention, segs[0].Text)
		c.Segs(x, y, w, append(segs, canvas.Seg{Text: ": " + what, Style: warn})...)
	}
	field := min(w, max(24, canvas.Width(a.word)+3))
	drawInput(c, x, y+1, field, &a.typed, true)
	if a.given() {
		c.Put(x+field+2, y+1, mark(f.Marks.Stable, "enter does it"), good)
	}
}

// labelWidth is the room for the names of fields.
const labelWidth = 10

// drawInput draws a field of one line and w cells, scrolled so that the cursor shows.
func drawInput(c *canvas.Canvas, x, y, w int, in *textinput.Model, focused bool) {
	c.Fill(canvas.Rect{X: x - 1, Y: y, W: w + 2, H: 1}, themes.Field)
	if !focused {
		c.Cut(x, y, w, in.Value(), text)
		return
	}
	value, at := around(in.Value(), in.Position(), w)
	c.Segs(x, y, w, typed(value, at, text)...)
}

// drawChoice draws alternatives with the chosen one standing out, and returns the
// column after. Where they do not fit, as many before the chosen one are left out as
// let it show.
func drawChoice(f *Frame, c *canvas.Canvas, x, y int, words []string, chosen int, focused bool) int {
	w, _ := c.Size()
	first := 0
	for first < chosen && choiceWidth(words[first:chosen+1]) > w-x {
		first++
	}
	for i, word := range words {
		if i < first {
			continue
		}
		st := muted
		if i == chosen {
			st = themes.Style{Ink: themes.Strong, Ground: themes.Resting, Attr: themes.Bold}
			if focused {
				st.Ground = themes.Selected
			}
		}
		x = c.Put(x, y, " "+word+" ", st) + 1
	}
	return x
}

// choiceWidth is the room that alternatives take.
func choiceWidth(words []string) int {
	w := 0
	for _, word := range words {
		w += canvas.Width(word) + 3
	}
	return w
}
