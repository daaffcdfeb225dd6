// Package registry asks a schema registry that speaks the Confluent API: Confluent's
// own, Apicurio's (/apis/ccompat/v7), Karapace, Redpanda's.
package registry

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

// A Client asks one registry. It is safe for concurrent use. It remembers what never
// changes: the versions of subjects that schemas refer to.
type Client struct {
	sr        *sr.Client
	http      *http.Client
	at        string   // its address, for people
	versions  sync.Map // of model.SubjectVersion to sr.Schema
	certified bool     // there is a client certificate
}

// A Schema is one of the registry's, with all that it refers to.
type Schema struct {
	ID         int32
	Format     model.Format // FormatAvro, FormatProtobuf, FormatJSONSchema; else the registry's word
	Text       string
	Version    int32 // that was asked for by Latest, else 0
	References []Reference
	Subjects   []model.SubjectVersion // that have it; empty where the registry does not tell
}

// A Reference is a schema that another refers to, as the other names it. A schema
// comes after all that it refers to itself.
type Reference struct {
	Name string
	Text string
}

// New returns a client of the registry, and nil for none. It reads the files that r
// names, and sends nothing. Errors are *model.Problem, of kind Invalid.
func New(r model.Registry, timeout time.Duration) (*Client, error) {
	if len(r.URLs) == 0 {
		return nil, nil
	}
	transport, err := transportOf(r)
	if err != nil {
		return nil, err
	}
	c := &Client{at: strings.Join(r.URLs, ", "), http: &http.Client{Transport: transport, Timeout: timeout}, certified: r.CertFile != ""}
	opts := []sr.ClientOpt{sr.URLs(slices.Clone(r.URLs)...), sr.HTTPClient(c.http), sr.UserAgent("kscope"), sr.LogLevel(sr.LogLevelNone)}
	switch {
	case !r.Token.Empty():
		opts = append(opts, sr.BearerToken(r.Token.Reveal()))
	case r.Username != "":
		opts = append(opts, sr.BasicAuth(r.Username, r.Password.Reveal()))
	}
	if c.sr, err = sr.NewClient(opts...); err != nil {
		return nil, invalid("The registry client cannot be set up: "+err.Error(), "check the registry's address", err)
	}
	return c, nil
}

// Close lets go of connections.
func (c *Client) Close() {
	if c != nil {
		c.http.CloseIdleConnections()
	}
}

// Schema returns the schema with an id. Errors are *model.Problem: of kind
// model.Gone if there is none.
//
//	API   GET /schemas/ids/ID, /schemas/ids/ID/versions, and /subjects/S/versions/V for each reference
//	Cost  a request each; references are remembered
func (c *Client) Schema(ctx context.Context, id int32) (*Schema, error) {
	found, err := c.sr.SchemaByID(ctx, int(id))
	if err != nil {
		return nil, c.problem(ctx, err, fmt.Sprintf("schema %d", id))
	}
	s, err := c.whole(ctx, id, found)
	if err != nil {
		return nil, err
	}
	// Where else it is, not every registry tells, and nobody needs to know.
	versions, err := c.sr.SchemaVersionsByID(ctx, int(id))
	for _, v := range versions {
		s.Subjects = append(s.Subjects, model.SubjectVersion{Subject: v.Subject, Version: int32(v.Version)})
	}
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return s, nil
}

// Latest returns the latest schema of a subject. The error is of kind model.Gone if
// there is no such subject.
//
//	API   GET /subjects/S/versions/latest
func (c *Client) Latest(ctx context.Context, subject string) (*Schema, error) {
	found, err := c.sr.SchemaByVersion(ctx, subject, -1)
	if err != nil {
		return nil, c.problem(ctx, err, "subject "+subject)
	}
	s, err := c.whole(ctx, int32(found.ID), found.Schema)
	if err != nil {
		return nil, err
	}
	s.Version = int32(found.Version)
	s.Subjects = []model.SubjectVersion{{Subject: subject, Version: s.Version}}
	return s, nil
}

// Subjects returns the names of all subjects, in order.
//
//	API   GET /subjects
func (c *Client) Subjects(ctx context.Context) ([]string, error) {
	names, err := c.sr.Subjects(ctx)
	if err != nil {
		return nil, c.problem(ctx, err, "subjects")
	}
	slices.Sort(names)
	if names == nil {
		names = []string{}
	}
	return names, nil
}

func (c *Client) whole(ctx context.Context, id int32, found sr.Schema) (*Schema, error) {
	s := &Schema{ID: id, Format: formatOf(found.Type), Text: found.Schema}
	g := gathering{client: c, seen: map[string]bool{}}
	if err := g.add(ctx, found.References, 0); err != nil {
		return nil, err
	}
	s.References = g.list
	return s, nil
}

func formatOf(t sr.SchemaType) model.Format {
	switch t {
	case sr.TypeAvro:
		return model.FormatAvro
	case sr.TypeProtobuf:
		return model.FormatProtobuf
	case sr.TypeJSON:
		return model.FormatJSONSchema
	}
	return model.Format(strings.ToLower(t.String()))
}

// A gathering is references, each after those that it has itself.
type gathering struct {
	client *Client
	seen   map[string]bool // by the name they are referred to
	list   []Reference
}

// Bounds of what a schema may refer to, against registries that never end.
const (
	mostNested     = 32
	mostReferences = 1000
)

func (g *gathering) add(ctx context.Context, references []sr.SchemaReference, depth int) error {
	for _, r := range references {
		if g.seen[r.Name] {
			continue
		}
		g.seen[r.Name] = true
		if depth > mostNested || len(g.seen) > mostReferences {
			return &model.Problem{Kind: model.Failed, Says: "The schema refers to more schemas than kscope follows"}
		}
		found, err := g.client.version(ctx, r.Subject, r.Version)
		if err != nil {
			return err
		}
		if err := g.add(ctx, found.References, depth+1); err != nil {
			return err
		}
		g.list = append(g.list, Reference{r.Name, found.Schema})
	}
	return nil
}

// version returns the schema that a subject had in a version, which never changes.
func (c *Client) version(ctx context.Context, subject string, version int) (sr.Schema, error) {
	key := model.SubjectVersion{Subject: subject, Version: int32(version)}
	if s, ok := c.versions.Load(key); ok {
		return s.(sr.Schema), nil
	}
	found, err := c.sr.SchemaByVersion(ctx, subject, version)
	if err != nil {
		return sr.Schema{}, c.problem(ctx, err, fmt.Sprintf("version %d of subject %s", version, subject))
	}
	c.versions.Store(key, found.Schema)
	return found.Schema, nil
}
