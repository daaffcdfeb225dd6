package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// decoding is a dialog: how the keys and the values of a topic are read. What is chosen
// shows at once, on the record that it was opened from and in the tail.
type decoding struct {
	tail       *records
	record     model.Record
	form       form
	key, value *choiceField
}

// newDecoding asks how a topic is read, on one of its records.
func newDecoding(tail *records, r model.Record) *decoding {
	var words []string
	for _, format := range model.Formats() {
		words = append(words, string(format))
	}
	p := &decoding{tail: tail, record: r, key: newChoice(words...), value: newChoice(words...)}
	was := tail.format(r.Topic)
	p.key.choose(string(was.key))
	p.value.choose(string(was.value))
	p.form.rows = []formRow{
		{name: "value as", field: p.value, notes: p.notes(model.PartValue)},
		{name: "key as", field: p.key, notes: p.notes(model.PartKey), apart: true},
	}
	return p
}

// choose chooses a word, if it is one of them.
func (t *choiceField) choose(word string) {
	for i := range t.words {
		if t.words[i] == word {
			t.chosen = i
		}
	}
}

// Name implements Pane.
func (p *decoding) Name() string { return "Read as" }

// Needs implements Pane: what is lacked of schemas.
func (p *decoding) Needs(f *Frame) []model.Query { return lacked(f) }

// lacked are the queries for what the decoder lacks.
func lacked(f *Frame) []model.Query {
	var needs []model.Query
	for _, q := range f.Decoder.Wanted() {
		needs = append(needs, q)
	}
	return needs
}

// Size implements Dialog.
func (p *decoding) Size(f *Frame) (w, h int) { return 96, p.form.height(f, 92) + 4 }

// Head implements Pane.
func (p *decoding) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "all records of ", Style: muted}, {Text: p.record.Topic, Style: bold}}}
}

// notes say what a part of the record is as it is read now.
func (p *decoding) notes(which model.Part) func(f *Frame) [][]canvas.Seg {
	return func(f *Frame) [][]canvas.Seg {
		form := p.tail.format(p.record.Topic)
		format := form.value
		if which == model.PartKey {
			format = form.key
		}
		one := f.part(&p.record, which, format, 80)
		segs := one.segs(f, text, "")
		if one.format != "" && one.why == "" && !one.pending {
			segs = append([]canvas.Seg{{Text: string(one.format) + "  ", Style: accent}}, segs...)
		}
		return [][]canvas.Seg{segs}
	}
}

// Actions implements Pane.
func (p *decoding) Actions() []Action {
	return append([]Action{act("enter", "done", "close this", func(*Frame) Intent { return Close{p} })}, p.form.moves()...)
}

// Typing implements Typist: letters choose.
func (p *decoding) Typing() bool { return true }

// Type implements Typist.
func (p *decoding) Type(f *Frame, msg any) (Intent, bool) {
	used := p.form.take(f, msg, p.Actions())
	all := model.Formats()
	p.tail.formats[p.record.Topic] = formats{all[p.key.chosen], all[p.value.chosen]}
	return nil, used
}

// Draw implements Pane.
func (p *decoding) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	top := min(1, max(0, h-4))
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: top, W: w - 2, H: h - top}))
}
