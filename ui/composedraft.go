package ui

import (
	"slices"

	"kscope/model"
)

// A manyDraft is what the form said of many records, beside where they go and how, so
// that it can say it again.
type manyDraft struct {
	Kind        int           `json:"kind"`
	Key         draftPayload  `json:"key"`
	Value       draftPayload  `json:"value"`
	Headers     []draftHeader `json:"headers,omitempty"`
	Count       string        `json:"count,omitempty"`
	Rate        string        `json:"rate,omitempty"`
	Path        string        `json:"path,omitempty"`
	Format      int           `json:"format,omitempty"`
	Separator   string        `json:"separator,omitempty"`
	Null        string        `json:"null,omitempty"`
	Times       int           `json:"times,omitempty"`
	FileSchemas [2]int        `json:"file_schemas,omitzero"` // of values, of keys
}

// A draftPayload is a key or a value as it was typed.
type draftPayload struct {
	As      string `json:"as"`
	Text    string `json:"text,omitempty"`
	Message string `json:"message,omitempty"` // of the schema
}

// A draftHeader is a header as it was typed.
type draftHeader struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Kind  int    `json:"kind,omitempty"`
}

// manyDraft is what the form says.
func (p *compose) manyDraft() manyDraft {
	m := &p.many
	d := manyDraft{
		Kind: m.from(), Key: p.key.draft(), Value: p.value.draft(), Count: m.count.value(), Rate: m.rate.value(),
		Path: m.path.value(), Format: m.format.chosen, Separator: m.separator.value(), Null: m.null.value(), Times: m.times.chosen,
	}
	for _, item := range p.headers.items {
		d.Headers = append(d.Headers, draftHeader{Name: item.name.value(), Value: item.value.value(), Kind: item.kind})
	}
	for part, choice := range m.fileSchemas {
		d.FileSchemas[part] = choice.chosen
	}
	return d
}

func (t *payloadField) draft() draftPayload {
	d := draftPayload{As: t.as(), Text: t.text.value()}
	if words := t.schema.message.words; t.schema.message.chosen < len(words) {
		d.Message = words[t.schema.message.chosen]
	}
	return d
}

// fillMany fills the form with a sending of many.
func (p *compose) fillMany(c *model.SendMany, d manyDraft) {
	p.fillCommand(&c.Record)
	p.key.redraft(d.Key)
	p.value.redraft(d.Value)
	p.headers.items = nil
	for _, h := range d.Headers {
		item := p.headers.add()
		item.name.set(h.Name)
		item.value.set(h.Value)
		item.kind = chosenOf(h.Kind, p.headers.kinds)
	}
	m := &p.many
	m.kind.chosen = chosenOf(d.Kind, m.kind.words)
	m.count.set(d.Count)
	m.rate.set(d.Rate)
	m.path.set(d.Path)
	m.format.chosen = chosenOf(d.Format, m.format.words)
	m.separator.set(d.Separator)
	m.null.set(d.Null)
	m.times.chosen = chosenOf(d.Times, m.times.words)
	for part, choice := range m.fileSchemas {
		choice.chosen = chosenOf(d.FileSchemas[part], choice.words)
	}
	if p.form.focus(p.value); d.Kind == fromFile {
		p.form.focus(m.path)
	}
}

func (t *payloadField) redraft(d draftPayload) {
	t.text.set(d.Text)
	t.be(d.As)
	if i := slices.Index(t.schema.message.words, d.Message); i >= 0 {
		t.schema.message.chosen = i
	}
}

// chosenOf is a choice that was written down, or the first if there is none such.
func chosenOf(i int, words []string) int {
	if i < 0 || i >= len(words) {
		return 0
	}
	return i
}
