package ui

import (
	tea "charm.land/bubbletea/v2"

	"kscope/themes"
	"kscope/ui/canvas"
)

// A choiceField is a field that offers alternatives, of which one is chosen.
type choiceField struct {
	words  []string
	chosen int
	off    func(i int) bool // alternatives that make no sense as things are; nil: none
}

func newChoice(words ...string) *choiceField { return &choiceField{words: words} }

// step goes to the next alternative, or the one before.
func (t *choiceField) step(by int) {
	next := t.chosen
	for range t.words {
		if next = (next + by + len(t.words)) % len(t.words); !t.without(next) {
			t.chosen = next
			return
		}
	}
}

func (t *choiceField) without(i int) bool { return t.off != nil && t.off(i) }

// enter implements field.
func (t *choiceField) enter(int) {}

// turn implements field.
func (t *choiceField) turn(int) bool { return false }

// take implements field: the arrows choose, and so does the first letter of a word.
func (t *choiceField) take(_ *Frame, msg any) bool {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return true // what is pasted chooses nothing
	}
	switch k.String() {
	case "left":
		t.step(-1)
	case "right", "space":
		t.step(+1)
	default:
		return t.letter(k.Text)
	}
	return true
}

// letter chooses the next alternative that begins so.
func (t *choiceField) letter(l string) bool {
	for i := range t.words {
		at := (t.chosen + 1 + i) % len(t.words)
		if l != "" && t.words[at][:1] == l && !t.without(at) {
			t.chosen = at
			return true
		}
	}
	return false
}

// each calls do with where each alternative stands, over as many lines as it takes.
func (t *choiceField) each(w int, do func(i, x, y, cells int)) (lines, used int) {
	x, y := 0, 0
	for i, word := range t.words {
		if t.without(i) {
			continue
		}
		cells := canvas.Width(word) + 2
		if x > 0 && x+cells > w {
			x, y = 0, y+1
		}
		do(i, x, y, cells)
		x += cells + 1
	}
	return y + 1, x
}

// lines implements field.
func (t *choiceField) lines(w int) int {
	lines, _ := t.each(w, func(int, int, int, int) {})
	return lines
}

// used implements field.
func (t *choiceField) used(w int) int {
	_, used := t.each(w, func(int, int, int, int) {})
	return used
}

// draw implements field.
func (t *choiceField) draw(f *Frame, c *canvas.Canvas, focused bool) {
	w, _ := c.Size()
	t.each(w, func(i, x, y, _ int) {
		st := muted
		if i == t.chosen {
			st = themes.Style{Ink: themes.Strong, Ground: themes.Resting, Attr: themes.Bold}
			if focused {
				st.Ground = themes.Selected
			}
		}
		c.Put(x, y, " "+t.words[i]+" ", st)
		if i == t.chosen {
			c.Rune(x, y, f.Marks.Here, st)
		}
	})
}
