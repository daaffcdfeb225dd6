package decode

import (
	"encoding/json"
	"errors"
	"strings"
)

// compound makes an array, a map or a record.
func (t *avroType) compound(v *value) (any, error) {
	if t.kind == "array" {
		list, ok := v.is.([]value)
		if !ok {
			return nil, t.wants(v, "a list")
		}
		made := make([]any, len(list))
		for i := range list {
			var err error
			if made[i], err = t.of.native(&list[i]); err != nil {
				return nil, err
			}
		}
		return made, nil
	}
	o, ok := v.is.(*object)
	switch {
	case !ok:
		return nil, t.wants(v, "an object")
	case t.kind == "record":
		return t.record(v, o)
	}
	made := make(map[string]any, len(o.members))
	for i := range o.members {
		m := &o.members[i]
		var err error
		if made[m.name], err = t.of.native(&m.value); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (t *avroType) record(v *value, o *object) (any, error) {
	made := make(map[string]any, len(t.fields))
	for i := range t.fields {
		f := &t.fields[i]
		m := o.get(f.name)
		switch {
		case m != nil:
			var err error
			if made[f.name], err = f.is.native(m); err != nil {
				return nil, err
			}
		case f.optional: // the library fills it
		case f.is.nullable():
			made[f.name] = nil
		default:
			return nil, v.fault("lacks the field %s, which has no default and is %s", f.name, f.is.example())
		}
	}
	for i := range o.members {
		m := &o.members[i]
		if !t.has(m.name) {
			return nil, m.fault("the schema has no such field; it has %s", t.fieldNames())
		}
	}
	return made, nil
}

func (t *avroType) has(field string) bool {
	for i := range t.fields {
		if t.fields[i].name == field {
			return true
		}
	}
	return false
}

func (t *avroType) fieldNames() string {
	names := make([]string, len(t.fields))
	for i := range t.fields {
		names[i] = t.fields[i].name
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// nullable reports whether the type takes null.
func (t *avroType) nullable() bool {
	if t.kind == "null" {
		return true
	}
	for _, b := range t.union {
		if b.kind == "null" {
			return true
		}
	}
	return false
}

// pick finds the type of a union that a value is of: the one that it is tagged with,
// or the first that takes it.
func (t *avroType) pick(v *value) (any, error) {
	if o, ok := v.is.(*object); ok && len(o.members) == 1 {
		if b := t.branchNamed(o.members[0].name); b != nil {
			made, err := b.native(&o.members[0].value)
			return map[string]any{b.branch(): made}, err
		}
	}
	var deepest error // the fault of the type that took most of it
	for _, b := range t.union {
		made, err := b.native(v)
		switch {
		case err == nil && b.kind == "null":
			return nil, nil
		case err == nil:
			return map[string]any{b.branch(): made}, nil
		case b.kind != "null" && (deepest == nil || atOf(err) > atOf(deepest)):
			deepest = err
		}
	}
	if atOf(deepest) > v.at || len(t.union) == 1 || len(t.union) == 2 && t.nullable() {
		return nil, deepest
	}
	return nil, v.fault("wants %s, and this is %s", t.example(), v.kind())
}

func (t *avroType) branchNamed(name string) *avroType {
	for _, b := range t.union {
		if b.branch() == name {
			return b
		}
	}
	return nil
}

// atOf is where in the document a fault is.
func atOf(err error) int64 {
	var f *fault
	if errors.As(err, &f) {
		return f.at
	}
	return -1
}

// kinds are words for the types, where these are not their own.
var kinds = map[string]string{
	"int": "an int", "long": "a long", "float": "a float", "double": "a double", "string": "a string",
	"boolean": "true or false", "bytes": "bytes as a string", "array": "a list", "map": "an object", "null": "null",
	"date": "a date as 2026-01-31", "decimal": "a number", "big-decimal": "a number", "uuid": "a UUID",
	"time-millis": "a time as 15:04:05.000", "time-micros": "a time as 15:04:05.000000",
	"duration": "an object of months, days and milliseconds",
}

// example is what a type wants, in a few words.
func (t *avroType) example() string {
	switch {
	case kinds[t.logical] != "":
		return kinds[t.logical]
	case strings.HasPrefix(t.logical, "local-"):
		return "a time as 2026-01-31T15:04:05"
	case units[t.logical] != 0:
		return "a time as 2026-01-31T15:04:05Z"
	case t.kind == "enum":
		return "one of " + strings.Join(t.symbols, ", ")
	case t.kind == "union":
		words := make([]string, len(t.union))
		for i, b := range t.union {
			words[i] = b.example()
		}
		return strings.Join(words, " or ")
	case t.name != "":
		return "a " + t.name
	}
	return kinds[t.kind]
}

// decimalExample is a number with as many digits after the point.
func decimalExample(scale int) json.Number {
	if scale <= 0 {
		return "1"
	}
	return json.Number("1." + strings.Repeat("0", min(scale, 20)-1) + "5")
}
