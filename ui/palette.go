package ui

import (
	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/ui/canvas"
)

// palette is a dialog: every action there is, found by a few letters of what it
// does.
type palette struct {
	input   textinput.Model
	entries []paletteEntry
	shown   []int32
	line    int
}

// A paletteEntry is an action of a pane; pane is where the keys must go first.
type paletteEntry struct {
	pane   string
	number int // of the pane; 0 if the action works anywhere
	action Action
}

func newPalette(entries []paletteEntry) *palette {
	p := &palette{input: textinput.New(), entries: entries}
	p.input.Focus()
	p.search()
	return p
}

func (e paletteEntry) text() string {
	if e.pane == "" {
		return e.action.Help
	}
	return e.pane + ": " + e.action.Help
}

func (p *palette) search() {
	p.line = 0
	p.shown = p.shown[:0]
	if p.input.Value() != "" {
		p.shown = match(p.input.Value(), len(p.entries), func(i int) string { return p.entries[i].text() })
		return
	}
	for i := range p.entries {
		p.shown = append(p.shown, int32(i))
	}
}

// Name implements Pane.
func (p *palette) Name() string { return "Command" }

// Needs implements Pane.
func (p *palette) Needs(*Frame) []model.Query { return nil }

// Actions implements Pane.
func (p *palette) Actions() []Action {
	step := func(n int) func(*Frame) Intent {
		return func(*Frame) Intent { p.line = max(0, min(p.line+n, len(p.shown)-1)); return nil }
	}
	return []Action{
		act("enter", "do it", "do what is under the cursor", p.do),
		act("down", "move", "down", step(+1)).also("ctrl+n").shown("↑/↓"),
		act("up", "", "up", step(-1)).also("ctrl+p").quiet(),
	}
}

// do does what is under the cursor, as if its key had been pressed in its pane.
func (p *palette) do(f *Frame) Intent {
	if p.line >= len(p.shown) {
		return Back{}
	}
	e := p.entries[p.shown[p.line]]
	intents := All{Back{}}
	if e.number > 0 {
		intents = append(intents, Focus{e.number})
	}
	return append(intents, press{e.action})
}

// press is what pressing the key of an action would do, once the intents before
// it are carried out.
type press struct{ action Action }

func (press) intent() {}

// Typing implements Typist.
func (p *palette) Typing() bool { return true }

// Type implements Typist.
func (p *palette) Type(_ *Frame, msg any) (Intent, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if _, ok := find(p.Actions(), k.String()); ok || k.String() == "esc" || k.String() == "ctrl+c" {
			return nil, false
		}
	}
	before := p.input.Value()
	p.input, _ = p.input.Update(msg.(tea.Msg))
	if p.input.Value() != before {
		p.search()
	}
	return nil, true
}

// Size implements Dialog.
func (p *palette) Size(*Frame) (w, h int) { return 90, 18 }

// Head implements Pane.
func (p *palette) Head(f *Frame) Heading {
	return Heading{Title: p.Name(), Facts: append([]canvas.Seg{{Text: ":", Style: accent}}, typed(p.input.Value(), p.input.Position(), text)...)}
}

// Draw implements Pane.
func (p *palette) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	if len(p.shown) == 0 {
		notice(f, c, muted, "nothing does that", "")
		return
	}
	top := max(0, p.line-h+1)
	for y := range min(h, len(p.shown)-top) {
		e := p.entries[p.shown[top+y]]
		if top+y == p.line {
			drawRowState(f, c, y, rowSelected)
		}
		c.Cut(2, y, 11, e.pane, muted)
		c.Cut(14, y, w-26, e.action.Help, text)
		c.Right(w-11, y, 10, e.action.Key(), accent)
	}
}
