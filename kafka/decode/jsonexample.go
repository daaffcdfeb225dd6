package decode

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// example implements codec: what the schema gives as one, or a value for each
// property.
func (c *jsonCodec) example(string) ([]byte, error) {
	made, err := json.Marshal(exampler{}.of(c.schema, "text"))
	return indented(made), err
}

// An exampler makes examples. It holds the schemas that it is within, so that what is
// within itself ends.
type exampler map[*jsonschema.Schema]bool

// of makes an example by a schema, for a property of a name.
func (e exampler) of(s *jsonschema.Schema, name string) any {
	if made, ok := given(s); ok || e[s] {
		return made
	}
	e[s] = true
	defer delete(e, s)
	switch {
	case s.Ref != nil:
		return e.of(s.Ref, name)
	case len(s.OneOf) > 0:
		return e.of(notNull(s.OneOf), name)
	case len(s.AnyOf) > 0:
		return e.of(notNull(s.AnyOf), name)
	case len(s.AllOf) > 0:
		return e.merged(s, name)
	}
	return e.typed(s, name)
}

// given is a value that the schema itself gives.
func given(s *jsonschema.Schema) (any, bool) {
	switch {
	case s.Const != nil:
		return *s.Const, true
	case s.Default != nil && *s.Default != nil:
		return *s.Default, true
	case len(s.Examples) > 0:
		return s.Examples[0], true
	case s.Enum != nil && len(s.Enum.Values) > 0:
		return s.Enum.Values[0], true
	}
	return nil, false
}

func notNull(list []*jsonschema.Schema) *jsonschema.Schema {
	for _, s := range list {
		if kindOf(s) != "null" {
			return s
		}
	}
	return list[0]
}

// kindOf is the type of what a schema describes; of several the first that is not
// null; empty if it names none.
func kindOf(s *jsonschema.Schema) string {
	if s.Types == nil {
		return ""
	}
	kinds := s.Types.ToStrings()
	if i := slices.IndexFunc(kinds, func(k string) bool { return k != "null" }); i >= 0 {
		return kinds[i]
	}
	return "null"
}

// merged makes an example of all that a schema consists of.
func (e exampler) merged(s *jsonschema.Schema, name string) any {
	all := map[string]any{}
	for _, part := range s.AllOf {
		made, ok := e.of(part, name).(map[string]any)
		if !ok {
			return e.of(s.AllOf[0], name)
		}
		maps.Copy(all, made)
	}
	maps.Copy(all, e.properties(s))
	return all
}

func (e exampler) typed(s *jsonschema.Schema, name string) any {
	switch kindOf(s) {
	case "integer", "number":
		if s.Minimum != nil && s.Minimum.IsInt() {
			return json.Number(s.Minimum.Num().String())
		}
		return 1
	case "boolean":
		return true
	case "null":
		return nil
	case "array":
		if items := itemsOf(s); items != nil && !e[items] {
			return []any{e.of(items, name)}
		}
		return []any{}
	case "string":
		return stringExample(s, name)
	}
	return e.properties(s)
}

// itemsOf is the schema of the elements of an array; nil if there is none.
func itemsOf(s *jsonschema.Schema) *jsonschema.Schema {
	switch items := s.Items.(type) {
	case *jsonschema.Schema:
		return items
	case []*jsonschema.Schema:
		if len(items) > 0 {
			return items[0]
		}
	}
	return s.Items2020
}

func (e exampler) properties(s *jsonschema.Schema) map[string]any {
	made := map[string]any{}
	for name, p := range s.Properties {
		within := e[p] || p.Ref != nil && e[p.Ref]
		if !within || slices.Contains(s.Required, name) {
			made[name] = e.of(p, name)
		}
	}
	return made
}

// stringExamples are of the formats that a schema may name.
var stringExamples = map[string]string{
	"date-time": "2026-01-31T15:04:05Z", "date": "2026-01-31", "time": "15:04:05Z", "duration": "P1D",
	"uuid": "f47ac10b-58cc-4372-a567-0e02b2c3d479", "email": "user@example.com", "uri": "https://example.com/", "hostname": "example.com",
}

func stringExample(s *jsonschema.Schema, name string) string {
	if s.Format != nil && stringExamples[s.Format.Name] != "" {
		return stringExamples[s.Format.Name]
	}
	return name
}
