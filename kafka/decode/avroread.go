package decode

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/twmb/avro"
)

// append appends a value as JSON: members in the order of the schema, values of
// unions bare, bytes one character each, as Avro's JSON has it. Logical types come as
// people write them: decimals as numbers, moments in RFC 3339, durations as months,
// days and milliseconds.
func (t *avroType) append(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float32:
		return appendFloat(dst, float64(v), 32), nil
	case float64:
		return appendFloat(dst, v, 64), nil
	case string:
		return appendString(dst, v), nil
	case []byte:
		return appendLatin(dst, v), nil
	case []any:
		return t.appendArray(dst, v)
	case map[string]any:
		return t.appendMembers(dst, v)
	}
	return t.appendLogical(dst, v)
}

func (t *avroType) appendLogical(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case time.Time:
		return t.appendMoment(dst, v), nil
	case time.Duration:
		return append(time.Time{}.Add(v).AppendFormat(append(dst, '"'), timeOfDay), '"'), nil
	case *big.Rat:
		return t.appendDecimal(dst, v), nil
	case [16]byte:
		return appendString(dst, uuid(v)), nil
	case avro.Duration:
		return fmt.Appendf(dst, `{"months":%d,"days":%d,"milliseconds":%d}`, v.Months, v.Days, v.Milliseconds), nil
	}
	return nil, fmt.Errorf("there is a %T in it, which kscope does not know", v)
}

const (
	timeOfDay = "15:04:05.999999999"
	localTime = "2006-01-02T15:04:05.999999999"
)

func (t *avroType) appendMoment(dst []byte, v time.Time) []byte {
	if y := v.Year(); y < 0 || y > 9999 {
		return appendTime(dst, v)
	}
	switch t.logical {
	case "date":
		return append(v.AppendFormat(append(dst, '"'), time.DateOnly), '"')
	case "local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos":
		return append(v.AppendFormat(append(dst, '"'), localTime), '"')
	}
	return appendTime(dst, v)
}

// appendDecimal appends a decimal with all its digits.
func (t *avroType) appendDecimal(dst []byte, v *big.Rat) []byte {
	scale := max(0, t.scale)
	if t.logical == "big-decimal" { // each value has a scale of its own
		scale, _ = v.FloatPrec()
	}
	return append(dst, v.FloatString(scale)...)
}

// appendLatin appends bytes as characters of the same numbers.
func appendLatin(dst, b []byte) []byte {
	s := make([]byte, 0, len(b)+len(b)/2)
	for _, c := range b {
		s = utf8.AppendRune(s, rune(c))
	}
	return appendString(dst, string(s))
}

func (t *avroType) appendArray(dst []byte, list []any) ([]byte, error) {
	if t.kind != "array" {
		return nil, t.odd("a list")
	}
	var err error
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = t.of.append(dst, v); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func (t *avroType) odd(what string) error {
	return fmt.Errorf("there is %s where the schema has a %s", what, t.branch())
}

// appendMembers appends a record, a map, or the one value of a union.
func (t *avroType) appendMembers(dst []byte, members map[string]any) ([]byte, error) {
	switch t.kind {
	case "union":
		return t.appendBranch(dst, members)
	case "record":
		return t.appendRecord(dst, members)
	case "map":
	default:
		return nil, t.odd("an object")
	}
	var err error
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, name), ':')
		if dst, err = t.of.append(dst, members[name]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func (t *avroType) appendRecord(dst []byte, members map[string]any) ([]byte, error) {
	var err error
	dst = append(dst, '{')
	for i := range t.fields {
		f := &t.fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, f.name), ':')
		if dst, err = f.is.append(dst, members[f.name]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func (t *avroType) appendBranch(dst []byte, tagged map[string]any) ([]byte, error) {
	for name, v := range tagged {
		for _, b := range t.union {
			if b.branch() == name {
				return b.append(dst, v)
			}
		}
		return nil, fmt.Errorf("there is a %s, which the union lacks", name)
	}
	return nil, t.odd("nothing")
}
