package decode

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"kscope/kafka/registry"
	"kscope/model"
)

const (
	lately     = 10 * time.Second // a schema that was not needed for so long is not wanted any more
	notBefore  = 30 * time.Second // a schema that is missing is asked for again after so long,
	notAtOnce  = 2 * time.Second  // and one that the registry failed to tell, by who waits for it
	mostWanted = 64               // schemas that are wanted at a time
)

// A codec reads and writes by one schema.
type codec interface {
	// read appends what follows the schema's id, as JSON.
	read(dst, data []byte) (reading, error)
	// write returns what is to follow the schema's id. Name is of one of the names.
	write(name string, doc []byte) ([]byte, error)
	// names are of what the schema can describe, the likeliest first; none for JSON.
	names() []string
	// example returns a document that write takes.
	example(name string) ([]byte, error)
}

// A reading is what a codec read.
type reading struct {
	json    []byte
	name    string // of the record or message
	unknown int    // bytes of fields that the schema does not have
}

// A schema is one that was asked for.
type schema struct {
	*model.Schema
	codec   codec     // nil if the schema cannot be used: see Problem
	missing bool      // the registry has no such schema
	retry   time.Time // when it may be asked for again; zero for never
}

// schemas are those that were asked for, and those that are wanted.
type schemas struct {
	byID sync.Map // of int32 to *schema

	lock   sync.Mutex
	wanted map[int32]time.Time // when it was last needed
}

// known returns the schema with an id, and nil if it was never fetched: then, or
// when it is time to ask once more, it is wanted.
func (s *schemas) known(id int32) *schema {
	v, ok := s.byID.Load(id)
	if !ok {
		s.want(id)
		return nil
	}
	k := v.(*schema)
	if !k.retry.IsZero() && (!k.missing || time.Now().After(k.retry)) {
		s.want(id)
	}
	return k
}

func (s *schemas) want(id int32) {
	s.lock.Lock()
	defer s.lock.Unlock()
	now := time.Now()
	if _, listed := s.wanted[id]; !listed && len(s.wanted) >= mostWanted {
		s.forget(now)
		if len(s.wanted) >= mostWanted {
			return
		}
	}
	if s.wanted == nil {
		s.wanted = map[int32]time.Time{}
	}
	s.wanted[id] = now
}

// forget drops what was not needed lately.
func (s *schemas) forget(now time.Time) {
	maps.DeleteFunc(s.wanted, func(_ int32, at time.Time) bool { return now.Sub(at) > lately })
}

// Wanted implements model.Decoder.
func (d *Decoder) Wanted() []model.FetchSchema {
	s := &d.schemas
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.wanted) == 0 {
		return nil
	}
	s.forget(time.Now())
	var list []model.FetchSchema
	for _, id := range slices.Sorted(maps.Keys(s.wanted)) {
		list = append(list, model.FetchSchema{ID: id})
	}
	return list
}

// keep remembers what came of asking for a schema.
func (s *schemas) keep(k *schema) {
	s.byID.Store(k.ID, k)
	s.lock.Lock()
	defer s.lock.Unlock()
	if k.retry.IsZero() || k.missing {
		delete(s.wanted, k.ID)
	}
}

// Fetch asks the registry for the schema with an id, unless that is known, and
// compiles it. That there is none, or that it cannot be used, its Problem says; the
// error is a *model.Problem of the registry, or ctx's own.
func (d *Decoder) Fetch(ctx context.Context, id int32) (*model.Schema, error) {
	if v, ok := d.schemas.byID.Load(id); ok {
		if k := v.(*schema); k.retry.IsZero() || k.missing && time.Now().Before(k.retry) {
			return k.Schema, nil
		}
	}
	if d.registry == nil {
		return nil, model.NoRegistry(model.SchemaRef{ID: id})
	}
	found, err := d.registry.Schema(ctx, id)
	var p *model.Problem
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &p) && p.Kind == model.Gone:
		k := &schema{Schema: &model.Schema{ID: id, Problem: p}, missing: true, retry: time.Now().Add(notBefore)}
		d.schemas.keep(k)
		return k.Schema, nil
	case err != nil:
		d.fail(id, err)
		return nil, err
	}
	return d.compiled(found).Schema, nil
}

// fail remembers that the registry could not be asked. What was known stays.
func (d *Decoder) fail(id int32, err error) {
	var p *model.Problem
	if !errors.As(err, &p) {
		p = &model.Problem{Kind: model.Failed, Says: err.Error(), Cause: err}
	}
	d.schemas.keep(&schema{Schema: &model.Schema{ID: id, Problem: p}, retry: time.Now().Add(notAtOnce)})
}

// Await fetches the schema that data names, if data begins as a registry's serializers
// write it and the schema is not known. It reports whether it was fetched: then what
// could not be read may be read now. While the registry fails it returns at once but
// for every two seconds.
func (d *Decoder) Await(ctx context.Context, data []byte) bool {
	if d.registry == nil || !framed(data) {
		return false
	}
	if v, ok := d.schemas.byID.Load(idOf(data)); ok {
		if k := v.(*schema); k.retry.IsZero() || time.Now().Before(k.retry) {
			return false
		}
	}
	s, err := d.Fetch(ctx, idOf(data))
	return err == nil && s.Problem == nil
}

// compiled compiles a schema and keeps it.
func (d *Decoder) compiled(found *registry.Schema) *schema {
	if v, ok := d.schemas.byID.Load(found.ID); ok && v.(*schema).codec != nil {
		return v.(*schema)
	}
	k := &schema{Schema: &model.Schema{ID: found.ID, Format: found.Format, Text: found.Text, Subjects: found.Subjects}}
	var err error
	if k.codec, err = compile(found); err != nil {
		k.codec = nil
		k.Problem = &model.Problem{Kind: model.Failed, Says: k.Ref("", model.PartValue).String() + " cannot be used: " + err.Error(), Cause: err}
	} else {
		k.Names = k.codec.names()
	}
	d.schemas.keep(k)
	return k
}

// compile makes the codec of a schema.
func compile(s *registry.Schema) (c codec, err error) {
	_, err = guarded(func() ([]byte, error) {
		var err error
		switch s.Format {
		case model.FormatAvro:
			c, err = compileAvro(s)
		case model.FormatProtobuf:
			c, err = compileProtobuf(s)
		case model.FormatJSONSchema:
			c, err = compileJSONSchema(s)
		default:
			err = errors.New("its type " + string(s.Format) + " is unknown")
		}
		return nil, err
	})
	return c, err
}

// Latest asks the registry for the latest schema of a subject, compiles it, and makes
// an example of each thing that it describes. Errors are *model.Problem, of kind
// model.Gone if there is no such subject, or ctx's own.
func (d *Decoder) Latest(ctx context.Context, subject string) (*model.Subject, error) {
	if d.registry == nil {
		return nil, model.NoRegistry(model.SchemaRef{Name: "subject " + subject})
	}
	found, err := d.registry.Latest(ctx, subject)
	if err != nil {
		return nil, err
	}
	k := d.compiled(found)
	s := &model.Subject{Name: subject, Version: found.Version, Schema: k.Schema}
	if k.codec == nil {
		return s, nil
	}
	names := k.Names
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names[:min(len(names), mostExamples)] {
		example, err := guarded(func() ([]byte, error) { return k.codec.example(name) })
		if err != nil {
			example = []byte("{}")
		}
		s.Examples = append(s.Examples, string(example))
	}
	return s, nil
}

// mostExamples is of how many messages of one schema there are examples.
const mostExamples = 100
