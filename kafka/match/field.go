package match

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"kscope/model"
)

// A field is a place in the JSON of a key or a value.
type field struct {
	part  model.Part
	steps []step
}

// A step goes from an object to one of its fields, or from a list to an element.
type step struct {
	name   string // of the field
	path   string // the name as gjson takes it
	quoted string // the name as JSON most likely writes it, to look for it again; "" if it has many ways
	index  bool   // of an element: path is its number
}

func fieldStep(name string) step {
	s := step{name: name, path: gjson.Escape(name)}
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == '/' }) {
		s.quoted = `"` + name + `"`
	}
	return s
}

func indexStep(i int) step { return step{path: strconv.Itoa(i), index: true} }

// A cachedField is what a field of the record of that generation is.
type cachedField struct {
	generation uint64
	value      value
}

// field returns what a field of the record is.
func (s *State) field(i int) value {
	cached := &s.fields[i]
	if cached.generation != s.generation {
		f := s.matcher.fields[i]
		*cached = cachedField{s.generation, find(s.json(f.part), f.steps)}
	}
	return cached.value
}

// find goes down into JSON. What is not there is nil, and so is what is not JSON.
func find(json string, steps []step) value {
	for json != "" && (json[0] == ' ' || json[0] == '\n' || json[0] == '\r' || json[0] == '\t') {
		json = json[1:]
	}
	if len(steps) == 0 {
		return valueOf(gjson.Parse(json))
	}
	var r gjson.Result
	for i := range steps {
		if r = steps[i].in(json); !r.Exists() {
			return value{}
		}
		json = r.Raw
	}
	return valueOf(r)
}

// in takes one step into JSON.
func (s *step) in(json string) gjson.Result {
	switch {
	case json == "":
		return gjson.Result{}
	case s.index && json[0] == '[':
		return gjson.Get(json, s.path)
	case s.index || json[0] != '{':
		return gjson.Result{}
	case s.path == "":
		return s.last(json)
	}
	r := gjson.Get(json, s.path)
	if s.again(json, r) {
		return s.last(json)
	}
	return r
}

// again reports whether the field may be there once more than where it was found, or
// written in a way that was not looked for.
func (s *step) again(json string, found gjson.Result) bool {
	rest := json
	if found.Exists() {
		rest = json[min(found.Index+len(found.Raw), len(json)):]
	}
	return s.quoted == "" || strings.Contains(rest, s.quoted) || strings.Contains(rest, `\u`)
}

// last looks at all fields of an object: of those of one name the last counts.
func (s *step) last(json string) (found gjson.Result) {
	gjson.Parse(json).ForEach(func(key, value gjson.Result) bool {
		if key.Str == s.name {
			found = value
		}
		return true
	})
	return found
}

// valueOf returns what was found.
func valueOf(r gjson.Result) value {
	switch r.Type {
	case gjson.True, gjson.False:
		return truth(r.Type == gjson.True)
	case gjson.Number:
		if i, ok := wholeOf(r.Raw); ok {
			return number(i)
		}
		if r.Num == 0 || r.Num != r.Num {
			return numberOf(r.Raw) // which knows whether it is one
		}
		return value{kind: decimal, f: r.Num, s: r.Raw}
	case gjson.String:
		return textOf(r.Str)
	case gjson.JSON:
		return value{kind: compound, s: r.Raw}
	}
	return value{}
}

// deepest is how deep lists and objects may lie in each other to be looped over.
const deepest = 100

// An exact is a number that no int64 and perhaps no float64 is.
type exact string

// open returns a value as the language's machine knows it. Lists and objects are read
// whole; what lies too deep is nil.
func (v value) open(depth int) any {
	switch v.kind {
	case boolean:
		return v.i == 1
	case integer:
		return int(v.i)
	case decimal:
		if v.short() {
			return v.f
		}
		return exact(v.s)
	case text:
		return v.s
	case instant:
		return timestamp(v.i)
	case compound:
		if depth < deepest {
			return openCompound(v.s, depth)
		}
	}
	return nil
}

// A timestamp is milliseconds since 1970.
type timestamp int64

func openCompound(json string, depth int) any {
	list, object := []any{}, map[string]any{}
	isObject := json[0] == '{'
	gjson.Parse(json).ForEach(func(key, v gjson.Result) bool {
		opened := valueOf(v).open(depth + 1)
		if isObject {
			object[key.Str] = opened
		} else {
			list = append(list, opened)
		}
		return true
	})
	if isObject {
		return object
	}
	return list
}

// closed is the opposite of open, for all that can be compared.
func closed(x any) value {
	switch x := x.(type) {
	case bool:
		return truth(x)
	case int:
		return number(int64(x))
	case float64:
		return value{kind: decimal, f: x, s: strconv.FormatFloat(x, 'g', -1, 64)}
	case exact:
		return numberOf(string(x))
	case string:
		return textOf(x)
	case timestamp:
		return value{kind: instant, i: int64(x)}
	case nil:
		return value{}
	}
	return value{kind: compound}
}
