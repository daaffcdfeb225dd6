package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kscope/model"
	"kscope/ui"
)

// A schemaName is --key-schema or --value-schema: a subject, and perhaps one of its
// schema's messages.
type schemaName struct{ subject, message string }

func (s *schemaName) Type() string   { return "SUBJECT" }
func (s *schemaName) String() string { return s.subject }

func (s *schemaName) Set(typed string) error {
	subject, message, named := strings.Cut(typed, "=")
	if subject == "" || named && message == "" {
		return errors.New("it must be SUBJECT or SUBJECT=package.Message")
	}
	s.subject, s.message = subject, strings.TrimPrefix(message, ".")
	return nil
}

// find asks the registry for the schemas that are named.
func (p *produce) find(ctx context.Context, source ui.Source) (err error) {
	if p.schemas.Key, err = p.keySchema.find(ctx, source); err == nil {
		p.schemas.Value, err = p.valueSchema.find(ctx, source)
	}
	return err
}

func (s *schemaName) find(ctx context.Context, source ui.Source) (model.SchemaRef, error) {
	if s.subject == "" {
		return model.SchemaRef{}, nil
	}
	found := &model.Subject{}
	err := source.Ask(ctx, model.SchemaOf{Subject: s.subject}, func(e model.Event) {
		if e, ok := e.(model.SubjectDescribed); ok {
			found = e.Subject
		}
	})
	switch {
	case err != nil:
		return model.SchemaRef{}, explain(ctx, source, err)
	case found.Schema == nil:
		return model.SchemaRef{}, &model.Problem{Kind: model.Gone, Says: "The registry has no subject " + s.subject, Fix: "check its name; by default a topic's values have TOPIC-value, and its keys TOPIC-key"}
	case found.Schema.Problem != nil:
		return model.SchemaRef{}, found.Schema.Problem
	case s.message == "":
		return found.Ref(0), nil
	}
	i := slices.Index(found.Schema.Names, s.message)
	if i < 0 {
		return model.SchemaRef{}, &model.Problem{
			Kind: model.Invalid, Says: "The schema of " + s.subject + " has no message " + s.message,
			Fix: "it has " + strings.Join(found.Schema.Names, ", "),
		}
	}
	return found.Ref(i), nil
}

// encode encodes the one record of the flags. The problem is that it does not fit.
func (p *produce) encode(source ui.Source) *model.Problem {
	key, problem := p.schemas.Encode(ui.DecoderOf(source), model.PartKey, p.record.Key)
	if problem != nil {
		return problem
	}
	value, problem := p.schemas.Encode(ui.DecoderOf(source), model.PartValue, p.record.Value)
	if problem == nil {
		p.record.Key, p.record.Value = key, value
	}
	return problem
}
