package template

import (
	"errors"
	"math/rand/v2"
	"time"

	"kscope/model"
)

// A Maker makes the records of a model.Template, without end. It is a model.Drafts.
type Maker struct {
	key, value *Template // nil: null
	headers    []header
	record     Record
	clock      func() time.Time
	store      []byte // what records were made of lies here, one after the other
}

type header struct {
	key   string
	value *Template // nil: null
}

// NewMaker compiles a template; clock tells the time for {{now}}. The problem is of
// kind Invalid and says which text is wrong, and where.
func NewMaker(t model.Template, clock func() time.Time) (*Maker, *model.Problem) {
	seed := t.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	m := &Maker{clock: clock, record: Record{Random: NewRandom(seed)}}
	var problem *model.Problem
	compiled := func(what, text string) *Template {
		c, err := Compile(text)
		if err != nil && problem == nil {
			problem = problemOf(what, err)
		}
		return c
	}
	if !t.NoKey {
		m.key = compiled("key", t.Key)
	}
	if !t.Tombstone {
		m.value = compiled("value", t.Value)
	}
	for _, h := range t.Headers {
		made := header{key: h.Key}
		if h.Value != nil {
			made.value = compiled("header "+h.Key, string(h.Value))
		}
		m.headers = append(m.headers, made)
	}
	if problem != nil {
		return nil, problem
	}
	return m, nil
}

func problemOf(what string, err error) *model.Problem {
	p := &model.Problem{Kind: model.Invalid, Says: "The template of the " + what + " is wrong: " + err.Error(), Cause: err}
	var at *Error
	if errors.As(err, &at) {
		p.Says = "The template of the " + what + " is wrong at " + at.Error()
	}
	return p
}

// chunk is how much the store of a Maker holds at a time.
const chunk = 64 << 10

// Next implements model.Drafts.
func (m *Maker) Next() (model.Draft, bool, error) {
	m.record.N++
	m.record.Now = m.clock()
	d := model.Draft{Line: m.record.N, Partition: model.AllPartitions, HasKey: true, HasValue: true}
	m.record.Key = nil
	d.Key = m.fill(m.key)
	m.record.Key = d.Key
	d.Value = m.fill(m.value)
	for _, h := range m.headers {
		d.Headers = append(d.Headers, model.Header{Key: h.key, Value: m.fill(h.value)})
	}
	return d, true, nil
}

// fill returns what a template makes of the record; nil for no template.
func (m *Maker) fill(t *Template) []byte {
	if t == nil {
		return nil
	}
	if cap(m.store)-len(m.store) < chunk/16 {
		m.store = make([]byte, 0, chunk)
	}
	begin := len(m.store)
	m.store = t.Append(m.store, &m.record)
	made := m.store[begin:len(m.store):len(m.store)]
	if cap(m.store) > chunk { // it was large: keep no more of it than the record does
		m.store = nil
	}
	return made
}
