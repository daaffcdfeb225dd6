package decode

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/avro"

	"kscope/model"
)

// native makes of JSON what the library writes as the type. It takes what append
// writes, and Avro's own JSON, in which a value of a union is tagged with its type.
func (t *avroType) native(v *value) (any, error) {
	switch t.kind {
	case "null":
		if v.is != nil {
			return nil, v.fault("wants null, and this is %s", v.kind())
		}
		return nil, nil
	case "boolean":
		b, ok := v.is.(bool)
		if !ok {
			return nil, t.wants(v, "true or false")
		}
		return b, nil
	case "int", "long":
		return t.whole(v)
	case "float", "double":
		return t.float(v)
	case "string":
		return t.text(v)
	case "bytes", "fixed":
		return t.bytes(v)
	case "enum":
		s, ok := v.is.(string)
		if !ok || !slices.Contains(t.symbols, s) {
			return nil, t.wants(v, "one of "+strings.Join(t.symbols, ", "))
		}
		return s, nil
	case "union":
		return t.pick(v)
	}
	return t.compound(v)
}

func (t *avroType) wants(v *value, what string) error {
	return v.fault("wants %s, and this is %s", what, v.kind())
}

// whole makes an int or a long, also of the text of a date or a time.
func (t *avroType) whole(v *value) (any, error) {
	if s, ok := v.is.(string); ok {
		if n, ok := t.moment(s); ok {
			return t.sized(v, n)
		}
	}
	number, ok := v.is.(json.Number)
	if !ok {
		return nil, t.wants(v, t.example())
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		return nil, t.wants(v, "a whole number of "+t.kind)
	}
	return t.sized(v, n)
}

func (t *avroType) sized(v *value, n int64) (any, error) {
	if t.kind == "long" {
		return n, nil
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return nil, v.fault("wants an int, from %d to %d, and this is %d", math.MinInt32, math.MaxInt32, n)
	}
	return int32(n), nil
}

// units are what the logical types of moments count since 1970, or since midnight.
var units = map[string]time.Duration{
	"date":        24 * time.Hour,
	"time-millis": time.Millisecond, "time-micros": time.Microsecond,
	"timestamp-millis": time.Millisecond, "timestamp-micros": time.Microsecond, "timestamp-nanos": time.Nanosecond,
	"local-timestamp-millis": time.Millisecond, "local-timestamp-micros": time.Microsecond, "local-timestamp-nanos": time.Nanosecond,
}

// layouts are how moments are written, by how their logical types begin.
var layouts = []struct{ begin, layout string }{
	{"date", time.DateOnly}, {"time-", timeOfDay}, {"timestamp-", time.RFC3339Nano}, {"local-", localTime},
}

// moment reads the text of a date or a time.
func (t *avroType) moment(s string) (int64, bool) {
	unit := units[t.logical]
	for _, l := range layouts {
		if unit == 0 || !strings.HasPrefix(t.logical, l.begin) {
			continue
		}
		at, err := time.Parse(l.layout, s)
		if err != nil {
			return 0, false
		}
		if l.begin == "time-" {
			return int64(at.Sub(at.Truncate(24*time.Hour)) / unit), true
		}
		perSecond := int64(time.Second / min(unit, time.Second))
		if unit > time.Second {
			return floor(at.Unix(), int64(unit/time.Second)), true
		}
		return at.Unix()*perSecond + int64(at.Nanosecond())/int64(unit), true
	}
	return 0, false
}

func floor(n, by int64) int64 {
	if n < 0 {
		n -= by - 1
	}
	return n / by
}

func (t *avroType) float(v *value) (any, error) {
	var f float64
	switch is := v.is.(type) {
	case json.Number:
		var err error
		if f, err = strconv.ParseFloat(is.String(), 64); err != nil {
			return nil, v.fault("%s is too large for a %s", is, t.kind)
		}
	case string:
		named, ok := map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[is]
		if !ok {
			return nil, t.wants(v, "a number")
		}
		f = named
	default:
		return nil, t.wants(v, "a number")
	}
	if t.kind == "float" {
		return float32(f), nil
	}
	return f, nil
}

func (t *avroType) text(v *value) (any, error) {
	s, ok := v.is.(string)
	switch {
	case !ok:
		return nil, t.wants(v, "a string")
	case t.logical == "uuid":
		if d, _ := model.ReadPlain(model.FormatUUID, []byte(s)); d.Problem != nil || len(s) != 36 {
			return nil, t.wants(v, "a UUID")
		}
	}
	return s, nil
}

func (t *avroType) bytes(v *value) (any, error) {
	switch t.logical {
	case "decimal", "big-decimal":
		return t.decimal(v)
	case "duration":
		if o, ok := v.is.(*object); ok {
			return duration(v, o)
		}
	}
	s, ok := v.is.(string)
	if !ok {
		return nil, t.wants(v, t.example())
	}
	if t.kind == "fixed" && t.logical == "uuid" && len(s) == 36 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return nil, v.fault("bytes are characters up to U+00FF, and this has %q", r)
		}
		b = append(b, byte(r))
	}
	if t.kind == "fixed" && len(b) != t.size {
		return nil, v.fault("wants %d bytes, and this has %d", t.size, len(b))
	}
	return b, nil
}

// decimal takes a number that has no more digits than the schema keeps, also one in
// quotes.
func (t *avroType) decimal(v *value) (any, error) {
	var number string
	switch is := v.is.(type) {
	case json.Number:
		number = is.String()
	case string:
		number = is
	}
	if e := strings.IndexAny(number, "eE"); e >= 0 && len(number) > e+4 {
		return nil, v.fault("%s is too large for a decimal", number)
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok || strings.Contains(number, "/") {
		return nil, t.wants(v, "a number")
	}
	if digits, exact := r.FloatPrec(); t.logical == "decimal" && (!exact || digits > max(0, t.scale)) {
		return nil, v.fault("has %d digits after the point, and the schema keeps %d", digits, t.scale)
	}
	return r, nil
}

func duration(v *value, o *object) (any, error) {
	var d avro.Duration
	for name, to := range map[string]*uint32{"months": &d.Months, "days": &d.Days, "milliseconds": &d.Milliseconds} {
		m := o.get(name)
		if m == nil {
			return nil, v.fault("a duration has months, days and milliseconds")
		}
		number, _ := m.is.(json.Number)
		n, err := strconv.ParseUint(number.String(), 10, 32)
		if err != nil {
			return nil, m.fault("wants a whole number up to %d, and this is %s", uint32(math.MaxUint32), m.kind())
		}
		*to = uint32(n)
	}
	return d, nil
}
