package ui

import (
	"errors"

	"kscope/model"
	"kscope/ui/canvas"
)

// The ways to take keys and values out of a file.
const (
	asTheyAre = iota
	bySchema
)

// schemaRows are the rows of a form that say whether the keys or the values of a file
// are encoded, and by which message of the topic's schema.
func (p *compose) schemaRows() []formRow {
	var rows []formRow
	for _, t := range []*payloadField{p.key, p.value} {
		part, choice := t.schema.part, p.many.fileSchemas[t.schema.part]
		hidden := func() bool {
			return p.many.from() != fromFile || !t.schema.known() && choice.chosen == asTheyAre
		}
		rows = append(rows,
			formRow{name: part.String() + "s", field: choice, hidden: hidden, note: func(f *Frame) []canvas.Seg { return p.fitNote(f, t) }},
			formRow{field: t.schema.message, hidden: func() bool { return hidden() || !p.encodes(t) || len(t.schema.message.words) < 2 }},
		)
	}
	return rows
}

// encodes reports whether the keys or the values of what is sent are encoded.
func (p *compose) encodes(t *payloadField) bool {
	if p.many.from() == fromFile {
		return p.many.fileSchemas[t.schema.part].chosen == bySchema
	}
	return t.as() == asSchema
}

// schemas are those that many records are encoded by. It returns what is wrong if there
// is none that should be there.
func (p *compose) schemas() (s model.Schemas, wrong string) {
	for _, t := range []*payloadField{p.key, p.value} {
		switch {
		case !p.encodes(t):
		case !t.schema.known():
			return s, "the registry has no schema the " + t.schema.part.String() + "s of this topic could be checked against"
		case t.schema.part == model.PartKey:
			s.Key = t.schema.ref()
		default:
			s.Value = t.schema.ref()
		}
	}
	return s, ""
}

// fitNote says whether the first records fit the schema, or which does not, and where.
func (p *compose) fitNote(f *Frame, t *payloadField) []canvas.Seg {
	preview := p.previewed(f)
	switch {
	case !p.encodes(t):
		return nil
	case !t.schema.known():
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "the registry has no such schema"), Style: warn}}
	case preview == nil:
		return nil
	case preview.Problem != nil && len(preview.Drafts) == 0:
		if t.schema.part == model.PartKey && p.encodes(p.value) {
			return nil // the values say it
		}
		return []canvas.Seg{{Text: mark(f.Marks.Attention, preview.Problem.Error()), Style: warn}}
	}
	for i := range preview.Drafts {
		if d := &preview.Drafts[i]; d.Problem != nil && d.Misfit == t.schema.part {
			return []canvas.Seg{{Text: mark(f.Marks.Attention, recordWord(p.many.from())+" "+number(d.Line)+", "+misfitReason(d.Problem)), Style: warn}}
		}
	}
	if len(preview.Drafts) == 0 {
		return nil
	}
	return []canvas.Seg{{Text: mark(f.Marks.Stable, "the first "+count(len(preview.Drafts))+" fit "), Style: good}, {Text: t.schema.ref().String(), Style: muted}}
}

// recordWord is what counts the records of a sending, by where they come from.
func recordWord(from int) string {
	if from == fromFile {
		return "line"
	}
	return "record"
}

// misfitReason says where a key or a value does not fit its schema, and why: not once
// more which schema that is.
func misfitReason(p *model.Problem) string {
	var inner *model.Problem
	if errors.As(p.Cause, &inner) {
		return inner.Error()
	}
	return p.Error()
}

// A fitting is how many of the first records fit their schemas.
type fitting struct {
	misfits int
	first   *model.Draft // of those that do not
}

func fittingOf(preview *model.Preview) fitting {
	var fit fitting
	for i := range preview.Drafts {
		if d := &preview.Drafts[i]; d.Problem != nil {
			if fit.misfits++; fit.first == nil {
				fit.first = d
			}
		}
	}
	return fit
}
