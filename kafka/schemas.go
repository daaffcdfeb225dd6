package kafka

import (
	"context"
	"errors"

	"kscope/kafka/decode"
	"kscope/kafka/registry"
	"kscope/model"
)

// openRegistry makes what reads payloads, by the registry and the descriptors that
// the connection names. It sends nothing.
func (c *Client) openRegistry() (err error) {
	if c.registry, err = registry.New(c.conn.Registry, c.timeout); err != nil {
		return err
	}
	c.decoder, err = decode.New(c.conn, c.registry)
	return err
}

// UseRegistry gives the client a registry in the place of the one that the connection
// names, before anything is asked.
func (c *Client) UseRegistry(r *registry.Client) error {
	d, err := decode.New(c.conn, r)
	if err == nil {
		c.registry.Close()
		c.registry, c.decoder = r, d
	}
	return err
}

// Decoder reads and writes keys and values of this cluster. What it lacks, Ask brings:
// see model.FetchSchema.
func (c *Client) Decoder() model.Decoder { return c.decoder }

// fetchSchema answers model.FetchSchema by the registry.
//
//	Cost  two requests to the registry, and one for each schema that it refers to; none once it is known
//	Error Gone schemas are told with a Problem; errors are of the registry as a whole
func (c *Client) fetchSchema(ctx context.Context, q model.FetchSchema, emit func(model.Event)) error {
	s, err := c.decoder.Fetch(ctx, q.ID)
	if err != nil {
		return err
	}
	emit(model.SchemaFetched{Schema: s})
	return nil
}

// listSubjects answers model.ListSubjects by the registry.
//
//	Cost  one request to the registry
func (c *Client) listSubjects(ctx context.Context, emit func(model.Event)) error {
	if c.registry == nil {
		return model.NoRegistry(model.SchemaRef{Name: "its subjects"})
	}
	names, err := c.registry.Subjects(ctx)
	if err != nil {
		return err
	}
	emit(model.SubjectsListed{Subjects: names})
	return nil
}

// describeSubject answers model.SchemaOf by the registry.
//
//	Cost  one request to the registry, and one for each schema that it refers to for the first time
//	Error none for a subject that is not there
func (c *Client) describeSubject(ctx context.Context, q model.SchemaOf, emit func(model.Event)) error {
	s, err := c.decoder.Latest(ctx, q.Subject)
	var p *model.Problem
	switch {
	case errors.As(err, &p) && p.Kind == model.Gone:
		s = &model.Subject{Name: q.Subject}
	case err != nil:
		return err
	}
	emit(model.SubjectDescribed{Subject: s})
	return nil
}
