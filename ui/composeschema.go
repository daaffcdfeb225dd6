package ui

import (
	"errors"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// schemaUse is the latest schema of a topic's keys or values, as a field uses it.
type schemaUse struct {
	part    model.Part
	subject *model.Subject // nil if the registry has none, or none is known yet
	decoder model.Decoder
	message *choiceField // which of the schema's messages
}

// known reports whether there is a schema that can be used.
func (s *schemaUse) known() bool { return s.subject != nil && s.subject.Schema != nil }

// attend takes in what is known of the topic's schema by now.
func (s *schemaUse) attend(f *Frame, topic string) {
	subject := f.SubjectSchemas[model.SubjectFor(topic, s.part)]
	s.decoder = f.Decoder
	if subject == s.subject {
		return
	}
	s.subject, s.message.words, s.message.chosen = subject, nil, 0
	if s.known() {
		s.message.words = subject.Schema.Names
	}
}

// ref refers to the schema, and in it to the message that is chosen.
func (s *schemaUse) ref() model.SchemaRef { return s.subject.Ref(s.message.chosen) }

// key tells whether what was encoded with the schema still is.
func (s *schemaUse) key() string {
	if !s.known() {
		return "none"
	}
	ref := s.ref()
	return ref.String() + " " + ref.Name + " " + strconv.FormatBool(s.decoder.Pending(ref))
}

// encode writes JSON as the schema wants it, or says where it does not fit.
func (s *schemaUse) encode(typed string) (b []byte, fault string) {
	switch {
	case !s.known():
		return nil, "the registry has no schema " + s.part.String() + "s of this topic could be checked against"
	case s.decoder.Pending(s.ref()):
		return nil, "the schema is being read"
	}
	b, err := s.decoder.Encode(s.ref(), []byte(typed))
	var p *model.Problem
	switch {
	case errors.As(err, &p):
		return nil, p.Error()
	case err != nil:
		return nil, err.Error()
	}
	return b, ""
}

// example is JSON that fits the schema.
func (s *schemaUse) example() (string, bool) {
	if !s.known() || len(s.subject.Examples) == 0 {
		return "", false
	}
	return s.subject.Examples[min(s.message.chosen, len(s.subject.Examples)-1)], true
}

// needs are the queries that tell the schema of the topic.
func (s *schemaUse) needs(f *Frame, topic string) []model.Query {
	if !f.Registry {
		return nil
	}
	needs := []model.Query{model.SchemaOf{Subject: model.SubjectFor(topic, s.part)}}
	if s.known() && s.decoder.Pending(s.ref()) {
		needs = append(needs, model.FetchSchema{ID: s.ref().ID})
	}
	return needs
}

// picks reports whether one of several messages is to be chosen.
func (t *payloadField) picks() bool { return t.as() == asSchema && len(t.schema.message.words) > 1 }

// schemaNote says that what is typed fits the schema.
func (t *payloadField) schemaNote(f *Frame, p payload) []canvas.Seg {
	return []canvas.Seg{
		{Text: mark(f.Marks.Stable, "fits "+t.schema.ref().String()), Style: good},
		{Text: ", " + plural(len(p.bytes), "byte", "bytes") + " as " + string(t.schema.subject.Schema.Format), Style: muted},
	}
}

// fillIn fills the value, or the key if that has the keys, with an example of its
// schema.
func (p *compose) fillIn(*Frame) Intent {
	t := p.value
	if p.form.has(p.key) || p.form.has(p.key.mode) {
		t = p.key
	}
	example, ok := t.schema.example()
	if !ok {
		return Tell{"the registry has no schema for the " + t.schema.part.String() + "s of this topic"}
	}
	t.text.set(example)
	t.be(asSchema)
	return nil
}

// registryTrouble says that the registry does not tell the topic's schemas; empty if it
// does, or there is none.
func (p *compose) registryTrouble(f *Frame) string {
	if !f.Registry {
		return ""
	}
	if err := f.Freshness(model.SchemaOf{Subject: model.SubjectFor(p.name(), model.PartValue)}).Err; err != nil {
		return "the topic's schema is not known: " + err.Error()
	}
	return ""
}
