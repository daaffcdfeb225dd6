package model

import (
	"slices"
	"strconv"
	"time"
)

// A SchemaRef names a schema, and what of it describes one key or value.
type SchemaRef struct {
	ID      int32  // in the registry; 0 for a schema that is in none
	Subject string // one that has it; the topic's own where that is among them; empty if not known
	Version int32  // of Subject; 0 if not known
	Name    string // of the record or the message, with its namespace; empty for JSON Schema
}

// String is how a screen names the schema: subject v3 · id 7.
func (r SchemaRef) String() string {
	switch {
	case r.ID == 0:
		return r.Name
	case r.Subject == "":
		return "schema " + strconv.Itoa(int(r.ID))
	}
	return r.Subject + " v" + strconv.Itoa(int(r.Version)) + " (id " + strconv.Itoa(int(r.ID)) + ")"
}

// A Schema is one that a registry keeps.
type Schema struct {
	ID       int32
	Format   Format // FormatAvro, FormatProtobuf, FormatJSONSchema
	Text     string
	Subjects []SubjectVersion // that have it; empty if the registry does not tell
	Names    []string         // of its record, or of all its messages, those within others too
	Problem  *Problem         // why it cannot be used; nil if it can
}

// A SubjectVersion is a place of a schema in the registry.
type SubjectVersion struct {
	Subject string
	Version int32
}

// SubjectFor is the name of a topic's schemas by the registry's default naming
// (TopicNameStrategy).
func SubjectFor(topic string, part Part) string { return topic + "-" + part.String() }

// Ref refers to the schema as the topic uses it.
func (s *Schema) Ref(topic string, part Part) SchemaRef {
	r := SchemaRef{ID: s.ID}
	if len(s.Names) > 0 {
		r.Name = s.Names[0]
	}
	if len(s.Subjects) > 0 {
		own := SubjectFor(topic, part)
		i := max(0, slices.IndexFunc(s.Subjects, func(v SubjectVersion) bool { return v.Subject == own }))
		r.Subject, r.Version = s.Subjects[i].Subject, s.Subjects[i].Version
	}
	return r
}

// FetchSchema asks the registry for the schema with an id. It never changes.
type FetchSchema struct{ ID int32 }

func (FetchSchema) query() {}

// Every implements Query.
func (FetchSchema) Every() time.Duration { return time.Hour }

// SchemaFetched brings a schema.
type SchemaFetched struct{ Schema *Schema }

func (e SchemaFetched) apply(s *Snapshot) { s.Schemas = with(s.Schemas, e.Schema.ID, e.Schema) }

// ListSubjects asks the registry for the names of all subjects.
type ListSubjects struct{}

func (ListSubjects) query() {}

// Every implements Query.
func (ListSubjects) Every() time.Duration { return 30 * time.Second }

// SubjectsListed brings them, in order.
type SubjectsListed struct{ Subjects []string }

func (e SubjectsListed) apply(s *Snapshot) { s.Subjects = e.Subjects }

// SchemaOf asks the registry for the latest schema of a subject.
type SchemaOf struct{ Subject string }

func (SchemaOf) query() {}

// Every implements Query.
func (SchemaOf) Every() time.Duration { return 30 * time.Second }

// A Subject is the latest schema of one.
type Subject struct {
	Name    string
	Version int32
	Schema  *Schema // nil if the registry has no such subject

	// Examples are JSON with white space, as a user would type it: one for each of
	// the schema's Names, or a single one.
	Examples []string
}

// Ref refers to the latest schema, and to the i-th of its Names.
func (s *Subject) Ref(i int) SchemaRef {
	r := SchemaRef{ID: s.Schema.ID, Subject: s.Name, Version: s.Version}
	if i < len(s.Schema.Names) {
		r.Name = s.Schema.Names[i]
	}
	return r
}

// SubjectDescribed brings the latest schema of a subject, which may be none.
type SubjectDescribed struct{ Subject *Subject }

func (e SubjectDescribed) apply(s *Snapshot) {
	s.SubjectSchemas = with(s.SubjectSchemas, e.Subject.Name, e.Subject)
	if schema := e.Subject.Schema; schema != nil {
		s.Schemas = with(s.Schemas, schema.ID, schema)
	}
}
