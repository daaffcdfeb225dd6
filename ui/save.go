package ui

import (
	"io"

	"kscope/model"
	"kscope/ui/canvas"
)

// save is a dialog: it writes what it was given to a new file.
type save struct {
	what   string // that is saved
	data   []byte
	form   form
	name   fileName
	saving bool
}

// newSave saves the value of a record.
func newSave(r *model.Record) *save {
	p := &save{what: "value of " + place3(*r), data: r.Value, name: newFileName(valueFile(r))}
	p.form.rows = []formRow{{name: "file", field: p.name.field, note: p.name.note}}
	return p
}

// Name implements Pane.
func (p *save) Name() string { return "Save" }

// Needs implements Pane.
func (p *save) Needs(*Frame) []model.Query { return nil }

// Size implements Dialog.
func (p *save) Size(*Frame) (w, h int) { return 90, 6 }

// Head implements Pane.
func (p *save) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: p.what, Style: text}, {Text: ", " + size(int64(len(p.data))), Style: muted}}}
}

// Actions implements Pane.
func (p *save) Actions() []Action {
	actions := []Action{act("enter", "save", "save to a new file of that name", func(f *Frame) Intent { return p.write(f, false) })}
	if p.name.isTaken() {
		actions = append(actions, act("ctrl+o", "write over", "write over the file that is there", func(f *Frame) Intent { return p.write(f, true) }))
	}
	return actions
}

// write writes the file off the loop.
func (p *save) write(f *Frame, over bool) Intent {
	path, files, data := p.name.path(), f.Files, p.data
	if p.saving || path == "" {
		return nil
	}
	p.saving = true
	return Work{
		Do: func() any {
			return writeFile(files, path, over, func(w io.Writer) error {
				_, err := w.Write(data)
				return err
			})
		},
		Then: func(_ *Frame, result any) Intent {
			p.saving = false
			err, _ := result.(error)
			if !p.name.came(err) {
				return nil
			}
			return All{Close{p}, Tell{"saved " + size(int64(len(data))) + " to " + path}}
		},
	}
}

// Typing implements Typist.
func (p *save) Typing() bool { return true }

// Type implements Typist.
func (p *save) Type(f *Frame, msg any) (Intent, bool) {
	return nil, p.form.take(f, msg, p.Actions())
}

// Draw implements Pane.
func (p *save) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: min(1, h-1), W: w - 2, H: h - min(1, h-1)}))
}
