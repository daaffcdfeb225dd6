package decode

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// example implements codec: what the schema gives as one, or a value for each
// property.
func (c *jsonCodec) example(string) ([]byte, error) {
	whole, _ := c.whole.(map[string]any)
	e := exampler{whole}
	made, err := json.Marshal(e.of(c.whole, "text", 0))
	return indented(made), err
}

// An exampler makes examples of parts of one schema.
type exampler struct{ whole map[string]any }

// mostNested is how deep an example goes where a schema is within itself.
const mostNested = 6

// of makes an example of a part of the schema, which stands for a property of a name.
func (e exampler) of(part any, name string, depth int) any {
	s, ok := part.(map[string]any)
	if !ok || depth > mostNested {
		return nil
	}
	if made, ok := given(s); ok {
		return made
	}
	if to, ok := s["$ref"].(string); ok {
		return e.of(e.lookUp(to), name, depth+1)
	}
	for _, choice := range []string{"oneOf", "anyOf"} {
		if list, ok := s[choice].([]any); ok {
			return e.of(notNull(list), name, depth+1)
		}
	}
	if list, ok := s["allOf"].([]any); ok && s["properties"] == nil {
		return e.merged(list, name, depth)
	}
	return e.typed(s, name, depth)
}

// given is a value that the schema itself gives.
func given(s map[string]any) (any, bool) {
	for _, word := range []string{"const", "default"} {
		if v, ok := s[word]; ok && v != nil {
			return v, true
		}
	}
	for _, word := range []string{"examples", "enum"} {
		if list, ok := s[word].([]any); ok && len(list) > 0 {
			return list[0], true
		}
	}
	return nil, false
}

// lookUp follows a reference within the schema.
func (e exampler) lookUp(to string) any {
	path, ok := strings.CutPrefix(to, "#")
	if !ok {
		return nil
	}
	var at any = e.whole
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		m, _ := at.(map[string]any)
		if name != "" {
			at = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]
		}
	}
	return at
}

func notNull(list []any) any {
	for _, part := range list {
		if s, ok := part.(map[string]any); ok && s["type"] != "null" {
			return s
		}
	}
	return nil
}

func (e exampler) merged(list []any, name string, depth int) any {
	all := map[string]any{}
	for _, part := range list {
		made, ok := e.of(part, name, depth+1).(map[string]any)
		if !ok {
			return e.of(list[0], name, depth+1)
		}
		maps.Copy(all, made)
	}
	return all
}

func (e exampler) typed(s map[string]any, name string, depth int) any {
	kind, _ := s["type"].(string)
	if list, ok := s["type"].([]any); ok {
		for _, k := range slices.Backward(list) {
			if k != "null" {
				kind, _ = k.(string)
			}
		}
	}
	switch kind {
	case "integer", "number":
		if least, ok := s["minimum"]; ok {
			return least
		}
		return 1
	case "boolean":
		return true
	case "null":
		return nil
	case "array":
		if items, ok := s["items"]; ok && depth < mostNested {
			return []any{e.of(items, name, depth+1)}
		}
		return []any{}
	case "string":
		return stringExample(s, name)
	}
	return e.properties(s, depth)
}

func (e exampler) properties(s map[string]any, depth int) any {
	made := map[string]any{}
	list, _ := s["properties"].(map[string]any)
	for name, part := range list {
		made[name] = e.of(part, name, depth+1)
	}
	return made
}

// stringExample is of the format that the schema names.
func stringExample(s map[string]any, name string) string {
	switch s["format"] {
	case "date-time":
		return "2026-01-31T15:04:05Z"
	case "date":
		return "2026-01-31"
	case "time":
		return "15:04:05Z"
	case "uuid":
		return "f47ac10b-58cc-4372-a567-0e02b2c3d479"
	case "email":
		return "user@example.com"
	case "uri":
		return "https://example.com/"
	}
	return name
}
