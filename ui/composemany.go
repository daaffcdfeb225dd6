package ui

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// composeMany are the fields that say how many records are sent, and of what.
type composeMany struct {
	kind        *choiceField
	count, rate *textField
	path        *textField
	format      *choiceField
	separator   *textField
	null        *textField
	times       *choiceField
	fileSchemas map[model.Part]*choiceField // whether keys and values of a file are encoded
	seed        uint64                      // of what templates draw by lot: what was previewed is what is sent
}

// What is sent: one record, or many, of the form's templates or out of a file.
const (
	sendOne = iota
	fromForm
	fromFile
)

func newComposeMany() composeMany {
	m := composeMany{
		kind:  newChoice("one record", "many, by these templates", "many, out of a file"),
		count: newText("a number"), rate: newText("as fast as it goes"),
		path:   newText("the path of a file"),
		format: newChoice(), separator: newText("nowhere: a line is a value"), null: newText("no word"),
		times: newChoice("the time of sending", "as in the file"),
		fileSchemas: map[model.Part]*choiceField{
			model.PartKey: newChoice("as they are", "by schema"), model.PartValue: newChoice("as they are", "by schema"),
		},
	}
	for _, f := range model.FileFormats() {
		m.format.words = append(m.format.words, f.String())
	}
	m.count.width, m.rate.width, m.separator.width, m.null.width = 24, 24, 34, 34
	m.count.most, m.rate.most, m.separator.most, m.null.most = 18, 12, 20, 40
	return m
}

// from is what is sent.
func (m *composeMany) from() int { return m.kind.chosen }

// rows are those of the form; schemas are those about how a file is encoded.
func (m *composeMany) rows(schemas []formRow) []formRow {
	one := func() bool { return m.from() == sendOne }
	noFile := func() bool { return m.from() != fromFile }
	noLines := func() bool { return noFile() || m.fileFormat() != model.Lines }
	noTimes := func() bool { return noFile() || m.fileFormat() == model.Lines }
	noNull := func() bool { return noFile() || m.fileFormat() == model.JSONLines }
	rows := []formRow{
		{name: "send", field: m.kind, apart: true, note: m.kindNote},
		{name: "file", field: m.path, hidden: noFile},
		{name: "written as", field: m.format, hidden: noFile, note: m.formatNote},
		{name: "key ends at", field: m.separator, hidden: noLines},
		{name: "null is", field: m.null, hidden: noNull},
		{name: "timestamps", field: m.times, hidden: noTimes},
	}
	return append(append(rows, schemas...),
		formRow{name: "how many", field: m.count, hidden: one, note: m.countNote},
		formRow{name: "a second", field: m.rate, hidden: one, note: m.rateNote},
	)
}

func (m *composeMany) fileFormat() model.FileFormat { return model.FileFormats()[m.format.chosen] }

func (m *composeMany) kindNote(*Frame) []canvas.Seg {
	if m.from() != fromForm {
		return nil
	}
	return []canvas.Seg{{Text: `{{n}} {{uuid}} {{now}} {{int 1 9}} {{choice "a" "b"}} {{fake "email"}} are filled in`, Style: muted}}
}

func (m *composeMany) formatNote(*Frame) []canvas.Seg {
	says := map[model.FileFormat]string{
		model.Lines:     "a record a line",
		model.JSONLines: "objects with key, value, headers, partition, as kscope tail -o json prints them",
		model.CSV:       "the first row names the columns: key, value, partition, header.NAME",
	}
	return []canvas.Seg{{Text: says[m.fileFormat()], Style: muted}}
}

// number is how many records are sent; 0 for all of a file. It is false if that is
// not said, or makes no sense.
func (m *composeMany) number() (int64, bool) {
	typed := strings.TrimSpace(m.count.value())
	if typed == "" {
		return 0, m.from() == fromFile
	}
	n, ok := model.ParseOffset(typed)
	return n, ok && n > 0
}

// pace is how many records are sent a second, 0 for as fast as it goes.
func (m *composeMany) pace() (float64, bool) {
	typed := strings.TrimSpace(m.rate.value())
	if typed == "" {
		return 0, true
	}
	r, err := strconv.ParseFloat(strings.ReplaceAll(typed, ",", ""), 64)
	return r, err == nil && r > 0 && !math.IsInf(r, 0)
}

func (m *composeMany) countNote(f *Frame) []canvas.Seg {
	if n, ok := m.number(); ok && n == 0 {
		return []canvas.Seg{{Text: "all that are in the file", Style: muted}}
	} else if !ok && m.count.value() != "" {
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "a number above zero"), Style: warn}}
	}
	return nil
}

func (m *composeMany) rateNote(f *Frame) []canvas.Seg {
	r, ok := m.pace()
	if !ok {
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "records a second, or nothing"), Style: warn}}
	}
	if n, _ := m.number(); r > 0 && n > 0 {
		return []canvas.Seg{{Text: "takes " + span(time.Duration(min(float64(n)/r, 1e9)*1e9)), Style: muted}}
	}
	return nil
}

// template is typed text as a template: of bytes that are no text, nothing is filled
// in.
func template(as, typed string, b []byte) string {
	switch as {
	case asText, asJSON, asSchema:
		return typed
	}
	return strings.ReplaceAll(string(b), "{{", `{{"{{"}}`)
}

// templates reads the form as templates. It returns what is wrong with them, but for
// what only filling them in tells.
func (p *compose) templates() (t model.Template, wrong string) {
	key, value := p.key.templated(), p.value.templated()
	switch {
	case key.fault != "":
		return t, "key, " + key.fault
	case value.fault != "":
		return t, "value, " + value.fault
	case p.value.as() == asFile:
		return t, "a file is the value of one record: to send many, send them out of a file of records"
	}
	t = model.Template{
		Key: template(p.key.as(), p.key.text.value(), key.bytes), NoKey: p.key.isNull(),
		Value: template(p.value.as(), p.value.text.value(), value.bytes), Tombstone: p.value.isNull(),
		Seed: p.many.seed,
	}
	headers, wrong := headersOf(p.headers)
	for i, h := range headers {
		if h.Value != nil {
			kind := p.headers.kinds[p.headers.items[i].kind]
			h.Value = []byte(template(kind, string(h.Value), h.Value))
		}
		t.Headers = append(t.Headers, h)
	}
	return t, wrong
}

// templated is read, but for JSON that is yet to be filled in.
func (t *payloadField) templated() payload {
	switch t.as() {
	case asJSON, asSchema:
		return payload{bytes: []byte(t.text.value())}
	}
	return t.read()
}

// preview is what tells the first records of what the form says; false while it says
// nothing that makes sense.
func (p *compose) preview() (model.PreviewMany, bool) {
	schemas, wrong := p.schemas()
	if wrong != "" {
		return model.PreviewMany{}, false
	}
	q := model.PreviewMany{N: model.PreviewMost, Schemas: schemas}
	if n, ok := p.many.number(); ok && n > 0 {
		q.N = int(min(n, model.PreviewMost))
	}
	switch p.many.from() {
	case fromForm:
		t, wrong := p.templates()
		q.Key, q.Value, q.NoKey, q.Tombstone = t.Key, t.Value, t.NoKey, t.Tombstone
		q.Headers, q.Seed = model.HeadersOf(t.Headers), t.Seed
		return q, wrong == ""
	case fromFile:
		file, ok := p.many.file()
		q.File = file
		return q, ok
	}
	return q, false
}

// file is the one that is named.
func (m *composeMany) file() (model.File, bool) {
	f := model.File{Path: strings.TrimSpace(m.path.value()), Format: m.fileFormat(), Null: m.null.value()}
	if f.Format == model.Lines {
		f.Separator = m.separator.value()
	}
	if f.Format == model.JSONLines {
		f.Null = ""
	}
	return f, f.Path != ""
}

// command reads the form for a sending of many records. It returns what is wrong with
// it, if anything is.
func (p *compose) command(f *Frame) (c *model.SendMany, wrong string) {
	record, wrong := p.addressed(f)
	if wrong != "" {
		return nil, wrong
	}
	c = &model.SendMany{Record: *record, OwnTime: p.many.times.chosen == 1}
	var ok bool
	if c.Count, ok = p.many.number(); !ok {
		return nil, "say how many records are to be sent"
	}
	if c.Rate, ok = p.many.pace(); !ok {
		return nil, "the rate makes no sense: give records a second, or nothing"
	}
	if p.many.from() == fromFile {
		file, ok := p.many.file()
		if c.Material = file; !ok {
			return nil, "name the file"
		}
	} else {
		t, wrong := p.templates()
		if c.Material = t; wrong != "" {
			return nil, wrong
		}
	}
	if c.Schemas, wrong = p.schemas(); wrong != "" {
		return nil, wrong
	}
	if problem := c.Check(); problem != nil {
		return nil, problem.Error()
	}
	return c, ""
}

// openMany shows what would be sent, or the sending that still runs.
func (p *compose) openMany(f *Frame) Intent {
	if p.bulk != nil && p.bulk.running {
		return Open{p.bulk}
	}
	p.many.seed = uint64(f.Now.UnixNano())
	c, wrong := p.command(f)
	if p.clash = wrong; wrong != "" {
		return nil
	}
	q, _ := p.preview()
	p.bulk = newBulk(f, p, c, q)
	return Open{p.bulk}
}

// previewed is the answer to the preview of what the form says; nil while there is
// none.
func (p *compose) previewed(f *Frame) *model.Preview {
	q, ok := p.preview()
	if !ok || f.Preview == nil || f.Preview.Query != q {
		return nil
	}
	return f.Preview
}

// keyNote and valueNote say how what is typed is understood.
func (p *compose) keyNote(f *Frame) []canvas.Seg { return p.payloadNote(f, p.key, true) }

func (p *compose) valueNote(f *Frame) []canvas.Seg { return p.payloadNote(f, p.value, false) }

func (p *compose) payloadNote(f *Frame, t *payloadField, key bool) []canvas.Seg {
	braces := strings.Contains(t.text.value(), "{{")
	switch {
	case p.many.from() == fromForm && t.as() == asSchema:
		return p.fitNote(f, t)
	case p.many.from() == fromForm && (t.as() == asText || t.as() == asJSON):
		return p.templateNote(f, t, key)
	case p.many.from() == sendOne && braces && t.as() == asText:
		return []canvas.Seg{{Text: "sent as it stands: {{ }} is filled in when many are sent", Style: muted}}
	}
	return t.note(f)
}

// templateNote says what the first record gets, or what is wrong with the template.
func (p *compose) templateNote(f *Frame, t *payloadField, key bool) []canvas.Seg {
	preview := p.previewed(f)
	switch {
	case preview == nil:
		return nil
	case preview.Problem != nil && len(preview.Drafts) == 0:
		if key == strings.HasPrefix(preview.Problem.Says, "The template of the key ") {
			return []canvas.Seg{{Text: mark(f.Marks.Attention, preview.Problem.Error()), Style: warn}}
		}
		return nil
	case len(preview.Drafts) == 0:
		return nil
	}
	first := preview.Drafts[0].Value
	if key {
		first = preview.Drafts[0].Key
	}
	if t.as() == asJSON && !json.Valid(first) {
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "no JSON once it is filled in: "+jsonFault(string(first))), Style: warn}}
	}
	return []canvas.Seg{{Text: "first ", Style: muted}, {Text: canvas.Truncate(preview1(first), 48), Style: text}}
}

// preview1 is a key or a value in a few words.
func preview1(b []byte) string {
	switch {
	case b == nil:
		return "null"
	case len(b) == 0:
		return `""`
	}
	return preview(b, 60)
}
