package model

import (
	"errors"
	"strings"
)

// Schemas are those that keys and values are encoded by before they are sent: they are
// JSON until then. What has the zero SchemaRef goes as it is.
type Schemas struct{ Key, Value SchemaRef }

// Of is the schema of a part.
func (s Schemas) Of(part Part) SchemaRef {
	if part == PartKey {
		return s.Key
	}
	return s.Value
}

// Encode writes a key or a value as its schema wants it; null stays null. The problem
// says which of the two it is about: of kind Invalid, that it does not fit the schema,
// and where; else why the schema cannot be used.
func (s Schemas) Encode(by Decoder, part Part, json []byte) ([]byte, *Problem) {
	ref := s.Of(part)
	if ref == (SchemaRef{}) || json == nil {
		return json, nil
	}
	b, err := by.Encode(ref, json)
	var p *Problem
	switch {
	case err == nil:
		return b, nil
	case !errors.As(err, &p):
		return nil, &Problem{Kind: Failed, Says: "The " + part.String() + " cannot be encoded: " + err.Error(), Cause: err}
	case p.Kind != Invalid:
		return nil, p
	}
	says := "The " + part.String() + " does not fit " + ref.String() + ": " + p.Says
	return nil, &Problem{Kind: Invalid, Says: says, Fix: strings.Replace(p.Fix, "see line", "see its line", 1), Cause: err}
}

// Encoding returns the records of a material with their keys and values encoded; without
// a schema it is the material itself. What
// base has stands for what a record lacks: it is encoded once, and the problem is that
// it does not fit. A record that does not fit has it in Draft.Problem, and stays as it
// was.
func (s Schemas) Encoding(from Drafts, base *Produce, by Decoder) (Drafts, *Problem) {
	if s == (Schemas{}) {
		return from, nil
	}
	key, problem := s.Encode(by, PartKey, base.Key)
	if problem != nil {
		return nil, problem
	}
	value, problem := s.Encode(by, PartValue, base.Value)
	if problem != nil {
		return nil, problem
	}
	return &encoding{from: from, by: by, schemas: s, key: key, value: value}, nil
}

// encoding is a material whose records are encoded as they are drawn.
type encoding struct {
	from       Drafts
	by         Decoder
	schemas    Schemas
	key, value []byte // for records that have none
}

// Next implements Drafts.
func (e *encoding) Next() (Draft, bool, error) {
	d, ok, err := e.from.Next()
	if ok && err == nil {
		e.encode(&d)
	}
	return d, ok, err
}

func (e *encoding) encode(d *Draft) {
	key, value, problem := e.key, e.value, (*Problem)(nil)
	if d.HasKey {
		if key, problem = e.schemas.Encode(e.by, PartKey, d.Key); problem != nil {
			d.Problem, d.Misfit = problem, PartKey
			return
		}
	}
	if d.HasValue {
		if value, problem = e.schemas.Encode(e.by, PartValue, d.Value); problem != nil {
			d.Problem, d.Misfit = problem, PartValue
			return
		}
	}
	d.Key, d.HasKey, d.Value, d.HasValue = key, true, value, true
}
