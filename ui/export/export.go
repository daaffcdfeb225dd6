// Package export writes records down, for files, pipes and scripts: a line each, as
// JSON Lines, as CSV, as bare values, or in a form that the user gives.
package export

import (
	"fmt"
	"strings"

	"kscope/model"
)

// Forms are the names of the forms there are, besides those that the user gives.
var Forms = []string{"line", "json", "csv", "raw"}

// A Decoding is how keys and values are read where that is asked for. The zero
// Decoding reads none: they are written as they are.
type Decoding struct {
	Decoder    model.Decoder
	Key, Value model.Format // empty: it is not read
	// Fetch brings a schema that Decoder wants, and returns once it is there or cannot
	// be had; nil if there is no way to.
	Fetch func(model.FetchSchema)
	// Unread is told of each key or value that cannot be read so, where what is written
	// does not say it; nil if nobody is.
	Unread func(topic string, part model.Part, why *model.Problem)
}

// A Printer writes records down in one form. It belongs to one goroutine.
type Printer struct {
	// Safe says that what is written goes to a terminal: whatever that would act upon
	// is shown instead, in the forms that are else the bytes as they are.
	Safe bool

	decoding Decoding
	head     string
	append   func(p *Printer, dst []byte, r *model.Record) []byte
	scratch  []byte
	place    place
	unread   [len(parts)]bool // of the record being written: it was told
}

// parts are what of a record is read in a format.
var parts = [...]model.Part{model.PartValue, model.PartKey}

// New returns a Printer for a form, by its name or as a template: text with a % or a
// backslash in it, as kcat -f takes it. The error is a clause that says what is taken.
func New(form string, d Decoding) (*Printer, error) {
	p := &Printer{decoding: d}
	switch strings.ToLower(form) {
	case "line":
		p.append = (*Printer).line
	case "json", "jsonl":
		p.append = (*Printer).json
	case "csv":
		p.append, p.head = (*Printer).csv, p.csvHead()
	case "raw":
		p.append = (*Printer).raw
	default:
		if !strings.ContainsAny(form, `%\`) {
			return nil, fmt.Errorf(`it must be line, json, csv, raw, or a form such as '%%o %%k: %%s\n'`)
		}
		parts, err := parseTemplate(form)
		if err != nil {
			return nil, err
		}
		p.append = parts.append
	}
	return p, nil
}

// Head returns what goes before the first record; of most forms that is nothing.
func (p *Printer) Head() []byte { return []byte(p.head) }

// Append appends a record to dst, with the newline that ends it where the form has one.
func (p *Printer) Append(dst []byte, r *model.Record) []byte {
	clear(p.unread[:])
	return p.append(p, dst, r)
}

// decoded reads a key or a value, if that is asked for. A schema that it lacks is
// waited for.
func (p *Printer) decoded(r *model.Record, part model.Part) (d model.Decoded, asked bool) {
	format := p.decoding.of(part)
	if format == "" {
		return d, false
	}
	data := dataOf(r, part)
	if len(data) == 0 {
		return d, true
	}
	d = p.decoding.Decoder.Decode(r.Topic, part, format, data)
	if d.Pending && p.decoding.Fetch != nil {
		p.decoding.Fetch(d.Fetch())
		d = p.decoding.Decoder.Decode(r.Topic, part, format, data)
	}
	return d, true
}

// of returns the format that a part is read in; empty if in none.
func (d *Decoding) of(part model.Part) model.Format {
	switch {
	case d.Decoder == nil:
		return ""
	case part == model.PartKey:
		return d.Key
	}
	return d.Value
}

// dataOf returns the bytes of a part as they are.
func dataOf(r *model.Record, part model.Part) []byte {
	if part == model.PartKey {
		return r.Key
	}
	return r.Value
}

// payload returns the bytes to write for a key or a value: its own, or what it says.
func (p *Printer) payload(r *model.Record, part model.Part) []byte {
	data := dataOf(r, part)
	if len(data) == 0 || p.decoding.of(part) == "" {
		return data
	}
	d, _ := p.decoded(r, part)
	p.tellUnread(r, part, d.Problem)
	return []byte(d.Text)
}

// tellUnread tells that a part cannot be read, if that is so: once, however often a form
// has it.
func (p *Printer) tellUnread(r *model.Record, part model.Part, why *model.Problem) {
	if why != nil && p.decoding.Unread != nil && !p.unread[part] {
		p.unread[part] = true
		p.decoding.Unread(r.Topic, part, why)
	}
}
