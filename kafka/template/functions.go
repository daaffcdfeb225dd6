package template

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Record is what a template may ask about the record that it is filled in for.
type Record struct {
	N      int64 // its number, from 1
	Now    time.Time
	Key    []byte // for {{key}}
	Random *Random

	spare []byte
	stamp []byte // stamped, as RFC 3339
	at    int64  // the millisecond of stamp
}

// A function makes a part of its arguments.
type function struct {
	least, most int // arguments; most is -1 for any number
	wants       string
	make        func(args []word) (part, *misuse)
}

// A misuse is what is wrong with an argument.
type misuse struct {
	arg  int
	says string
}

var functions map[string]function

func init() { // not a literal, as "known" reads it
	functions = map[string]function{
		"n":       {0, 1, "nothing, or the number to begin with", number},
		"uuid":    {0, 0, "nothing", func([]word) (part, *misuse) { return uuid, nil }},
		"now":     {0, 1, `nothing, "unix", "unixms", or a layout`, now},
		"int":     {2, 2, "two whole numbers: the least and the greatest", integer},
		"float":   {2, 2, "two numbers: the least and the greatest", float},
		"bool":    {0, 0, "nothing", func([]word) (part, *misuse) { return boolean, nil }},
		"choice":  {1, -1, "what to choose from", choice},
		"letters": {1, 1, "how many", letters},
		"hex":     {1, 1, "how many bytes", hexadecimal},
		"key":     {0, 0, "nothing", func([]word) (part, *misuse) { return key, nil }},
		"fake":    {1, 1, `a name such as "email"`, fake},
	}
}

// known lists the functions.
func known() string { return strings.Join(slices.Sorted(maps.Keys(functions)), ", ") }

func number(args []word) (part, *misuse) {
	first := int64(1)
	if len(args) > 0 {
		var bad *misuse
		if first, bad = wholeOf(args, 0); bad != nil {
			return nil, bad
		}
	}
	return func(dst []byte, r *Record) []byte { return strconv.AppendInt(dst, first+r.N-1, 10) }, nil
}

func wholeOf(args []word, i int) (int64, *misuse) {
	n, err := strconv.ParseInt(args[i].text, 10, 64)
	if err != nil {
		return 0, &misuse{i, "this must be a whole number"}
	}
	return n, nil
}

func uuid(dst []byte, r *Record) []byte {
	var b [16]byte
	r.Random.fill(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// rfc3339 is RFC 3339 with milliseconds, which is what Kafka's timestamps have.
const rfc3339 = "2006-01-02T15:04:05.000Z07:00"

func now(args []word) (part, *misuse) {
	if len(args) == 0 {
		return stamped, nil
	}
	layout := args[0].text
	switch layout {
	case "unix":
		return func(dst []byte, r *Record) []byte { return strconv.AppendInt(dst, r.Now.Unix(), 10) }, nil
	case "unixms":
		return func(dst []byte, r *Record) []byte { return strconv.AppendInt(dst, r.Now.UnixMilli(), 10) }, nil
	}
	if a, b := time.Unix(0, 0).UTC().Format(layout), time.Unix(123456789, 123456789).UTC().Format(layout); a == b {
		return nil, &misuse{0, `this is no layout: write the time 2006-01-02 15:04:05 as it is to look, or "unix" or "unixms"`}
	}
	return func(dst []byte, r *Record) []byte { return r.Now.UTC().AppendFormat(dst, layout) }, nil
}

// stamped appends the time, which many records share: it is written out once for each
// millisecond.
func stamped(dst []byte, r *Record) []byte {
	if ms := r.Now.UnixMilli(); ms != r.at || r.stamp == nil {
		r.at, r.stamp = ms, r.Now.UTC().AppendFormat(r.stamp[:0], rfc3339)
	}
	return append(dst, r.stamp...)
}

func integer(args []word) (part, *misuse) {
	least, bad := wholeOf(args, 0)
	if bad != nil {
		return nil, bad
	}
	greatest, bad := wholeOf(args, 1)
	if bad != nil {
		return nil, bad
	}
	if greatest < least {
		return nil, &misuse{1, "the greatest is below the least"}
	}
	span := uint64(greatest) - uint64(least) + 1 // 0 stands for all there are
	return func(dst []byte, r *Record) []byte {
		n := r.Random.Uint64()
		if span > 0 {
			n = r.Random.below(span)
		}
		return strconv.AppendInt(dst, int64(uint64(least)+n), 10)
	}, nil
}

func float(args []word) (part, *misuse) {
	var ends [2]float64
	for i := range ends {
		n, err := strconv.ParseFloat(args[i].text, 64)
		if err != nil || n < -1e15 || n > 1e15 || n != n {
			return nil, &misuse{i, "this must be a number"}
		}
		ends[i] = n
	}
	if ends[1] < ends[0] {
		return nil, &misuse{1, "the greatest is below the least"}
	}
	return func(dst []byte, r *Record) []byte {
		return strconv.AppendFloat(dst, ends[0]+(ends[1]-ends[0])*r.Random.rand.Float64(), 'f', 2, 64)
	}, nil
}

func boolean(dst []byte, r *Record) []byte { return strconv.AppendBool(dst, r.Random.below(2) == 1) }

func choice(args []word) (part, *misuse) {
	of := make([]string, len(args))
	for i, a := range args {
		of[i] = a.text
	}
	return func(dst []byte, r *Record) []byte { return append(dst, of[r.Random.below(uint64(len(of)))]...) }, nil
}

// longest is the most letters or bytes that one function makes.
const longest = 16 << 20

func sizeOf(args []word) (int, *misuse) {
	n, bad := wholeOf(args, 0)
	if bad != nil || n < 0 || n > longest {
		return 0, &misuse{0, fmt.Sprintf("this must be a whole number from 0 to %d", longest)}
	}
	return int(n), nil
}

func letters(args []word) (part, *misuse) {
	n, bad := sizeOf(args)
	if bad != nil {
		return nil, bad
	}
	return func(dst []byte, r *Record) []byte {
		begin := len(dst)
		dst = slices.Grow(dst, n)[:begin+n]
		r.Random.fill(dst[begin:])
		for i := begin; i < len(dst); i++ {
			dst[i] = 'a' + byte(uint16(dst[i])*26>>8)
		}
		return dst
	}, nil
}

func hexadecimal(args []word) (part, *misuse) {
	n, bad := sizeOf(args)
	if bad != nil {
		return nil, bad
	}
	return func(dst []byte, r *Record) []byte {
		r.spare = slices.Grow(r.spare[:0], n)[:n]
		r.Random.fill(r.spare)
		return hex.AppendEncode(dst, r.spare)
	}, nil
}

func key(dst []byte, r *Record) []byte { return append(dst, r.Key...) }

// Random makes random numbers. The same seed makes the same ones.
type Random struct {
	source *rand.PCG
	rand   *rand.Rand
	faker  *faker
}

// NewRandom returns a source of random numbers.
func NewRandom(seed uint64) *Random {
	source := rand.NewPCG(seed, 0x9e3779b97f4a7c15)
	return &Random{source: source, rand: rand.New(source), faker: newFaker(source)}
}

// Uint64 returns any number.
func (r *Random) Uint64() uint64 { return r.source.Uint64() }

// below returns a number below n, which is above zero.
func (r *Random) below(n uint64) uint64 { return r.rand.Uint64N(n) }

// fill fills b with random bytes.
func (r *Random) fill(b []byte) {
	for len(b) > 0 {
		n := r.source.Uint64()
		for i := 0; i < 8 && len(b) > 0; i++ {
			b[0], b = byte(n), b[1:]
			n >>= 8
		}
	}
}

// appendJSON appends text as a JSON string. What is not UTF-8 becomes U+FFFD, as JSON
// has nothing else for it.
func appendJSON(dst, text []byte) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c < 0x20 || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			dst = utf8.AppendRune(dst, c)
		}
		text = text[n:]
	}
	return append(dst, '"')
}
