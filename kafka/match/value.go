package match

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// A kind is what a value is.
type kind uint8

const (
	null kind = iota // nil, and what is missing
	boolean
	integer
	decimal // a number that is no int64
	text
	instant
	compound // a list or an object, as JSON
)

// String is the word for a value of the kind.
func (k kind) String() string {
	return [...]string{"nil", "a boolean", "a number", "a number", "text", "a time", "a list or an object"}[k]
}

// A value is a constant, or something of a record. To make one allocates nothing.
type value struct {
	kind kind
	i    int64   // of an integer; of a boolean, 1 is true; of an instant, in milliseconds since 1970
	f    float64 // of a decimal, the nearest there is
	s    string  // text; a decimal as it is written; a compound as JSON
}

func truth(b bool) value {
	if b {
		return value{kind: boolean, i: 1}
	}
	return value{kind: boolean}
}

func textOf(s string) value    { return value{kind: text, s: s} }
func number(i int64) value     { return value{kind: integer, i: i} }
func moment(t time.Time) value { return value{kind: instant, i: t.UnixMilli()} }

// numberOf reads a number as JSON writes it.
func numberOf(raw string) value {
	if i, ok := wholeOf(raw); ok {
		return number(i)
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil && f == 0 || f != f {
		return value{} // no number: the JSON is broken
	}
	return value{kind: decimal, f: f, s: raw}
}

// wholeOf reads digits, with a sign or none, if they are an int64.
func wholeOf(raw string) (int64, bool) {
	if raw == "" || len(raw) > 20 {
		return 0, false
	}
	for i := range len(raw) {
		if c := raw[i]; c-'0' > 9 && (i > 0 || c != '-') {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	return n, err == nil
}

func (v value) isNumber() bool { return v.kind == integer || v.kind == decimal }

// compare orders two values; ok is false if they have no order.
func compare(a, b value) (order int, ok bool) {
	switch {
	case a.kind == null || b.kind == null:
		return 0, false
	case a.kind == integer && b.kind == integer:
		return cmp.Compare(a.i, b.i), true
	case a.isNumber() && b.isNumber():
		return compareNumbers(a, b), true
	case a.kind == instant || b.kind == instant:
		a, b = asInstant(a), asInstant(b)
		return cmp.Compare(a.i, b.i), a.kind == instant && b.kind == instant
	case a.kind == text && b.kind == text:
		return strings.Compare(a.s, b.s), true
	case a.kind == boolean && b.kind == boolean:
		return cmp.Compare(a.i, b.i), true
	}
	return 0, false
}

// equal reports whether two values are the same. Comparable is false if they are of
// kinds that never are, though both are something.
func equal(a, b value) (same, comparable bool) {
	if a.kind == null || b.kind == null {
		return a.kind == b.kind, true
	}
	if a.kind == compound && b.kind == compound {
		return a.s == b.s, true
	}
	order, ok := compare(a, b)
	return ok && order == 0, ok
}

// asInstant reads a value as a time, if it can be one: milliseconds, or seconds of ten
// digits; RFC 3339.
func asInstant(v value) value {
	switch v.kind {
	case integer:
		if v.i >= 1e9 && v.i < 1e10 {
			v.i *= 1000
		}
		return value{kind: instant, i: v.i}
	case text:
		if t, err := time.Parse(time.RFC3339, v.s); err == nil {
			return moment(t)
		}
	}
	return v
}

// timeOf reads a time as it stands in a condition.
func timeOf(s string, at time.Time) (value, bool) {
	t, ok := model.ParseTime(s, at)
	return moment(t), ok
}

// exactDigits is how many digits a float64 tells apart, always.
const exactDigits = 15

// compareNumbers orders numbers of which one at least is no int64, exactly unless they
// are absurd.
func compareNumbers(a, b value) int {
	x, y := a.float(), b.float()
	if x != y && math.Abs(x-y) > 1e-9*max(math.Abs(x), math.Abs(y)) || a.short() && b.short() || !a.sane() || !b.sane() {
		return cmp.Compare(x, y)
	}
	return a.rational().Cmp(b.rational())
}

func (v value) float() float64 {
	if v.kind == integer {
		return float64(v.i)
	}
	return v.f
}

// short reports whether the float64 of a number tells it apart from all other short ones.
func (v value) short() bool {
	if v.kind == integer {
		return v.i > -1e15 && v.i < 1e15
	}
	return len(v.s) <= exactDigits
}

// sane reports whether a number can be reckoned with digit by digit at little cost.
func (v value) sane() bool {
	return v.kind == integer || len(v.s) <= 400 && (v.f == 0 || math.Abs(v.f) > 1e-300 && math.Abs(v.f) < 1e300) && !strings.ContainsAny(v.s, "eE") ||
		len(v.s) <= 40 && math.Abs(v.f) > 1e-300 && math.Abs(v.f) < 1e300
}

func (v value) rational() *big.Rat {
	if v.kind == integer {
		return new(big.Rat).SetInt64(v.i)
	}
	r, ok := new(big.Rat).SetString(v.s)
	if !ok {
		return new(big.Rat)
	}
	return r
}
