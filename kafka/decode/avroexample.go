package decode

import (
	"bytes"
	"encoding/json"
	"strings"
)

// example implements codec: every field has a value.
func (c *avroCodec) example(string) ([]byte, error) {
	return indented(c.root.appendExample(nil, "", map[*avroType]bool{})), nil
}

// indented writes JSON as people do.
func indented(doc []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, doc, "", "  ") != nil {
		return doc
	}
	return b.Bytes()
}

// examples of the types, as JSON.
var examples = map[string]string{
	"null": "null", "boolean": "true", "int": "1", "long": "1", "float": "1.5", "double": "1.5", "bytes": `"bytes"`,
	"date": `"2026-01-31"`, "time-millis": `"15:04:05"`, "time-micros": `"15:04:05"`,
	"timestamp-millis": `"2026-01-31T15:04:05Z"`, "timestamp-micros": `"2026-01-31T15:04:05Z"`, "timestamp-nanos": `"2026-01-31T15:04:05Z"`,
	"local-timestamp-millis": `"2026-01-31T15:04:05"`, "local-timestamp-micros": `"2026-01-31T15:04:05"`, "local-timestamp-nanos": `"2026-01-31T15:04:05"`,
	"uuid": `"f47ac10b-58cc-4372-a567-0e02b2c3d479"`, "duration": `{"months":0,"days":1,"milliseconds":0}`, "big-decimal": "1.5",
}

// appendExample appends a value of the type. A record within itself ends where it
// may be null or none; open are those it is within.
func (t *avroType) appendExample(dst []byte, name string, open map[*avroType]bool) []byte {
	if e, ok := examples[t.logical]; ok {
		return append(dst, e...)
	}
	switch t.kind {
	case "string":
		return appendString(dst, name)
	case "enum":
		return appendString(dst, strings.Join(t.symbols[:min(1, len(t.symbols))], ""))
	case "array", "map":
		return t.appendFew(dst, name, open)
	case "record":
		return t.appendExamples(dst, open)
	case "union":
		for _, b := range t.union {
			if b.kind != "null" && !open[b] {
				return b.appendExample(dst, name, open)
			}
		}
		return append(dst, "null"...)
	}
	if t.logical == "decimal" {
		return append(dst, decimalExample(t.scale)...)
	}
	if t.kind == "fixed" {
		return appendLatin(dst, bytes.Repeat([]byte{'0'}, t.size))
	}
	return append(dst, examples[t.kind]...)
}

// appendFew appends an array or a map with one element, or none if that is what it
// is within.
func (t *avroType) appendFew(dst []byte, name string, open map[*avroType]bool) []byte {
	begin, end := `{"key":`, "}"
	if t.kind == "array" {
		begin, end = "[", "]"
	}
	if open[t.of] {
		return append(append(dst, begin[0]), end...)
	}
	return append(t.of.appendExample(append(dst, begin...), name, open), end...)
}

func (t *avroType) appendExamples(dst []byte, open map[*avroType]bool) []byte {
	if open[t] {
		return append(dst, "null"...)
	}
	open[t] = true
	defer delete(open, t)
	dst = append(dst, '{')
	for i := range t.fields {
		f := &t.fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.is.appendExample(append(appendString(dst, f.name), ':'), f.name, open)
	}
	return append(dst, '}')
}
