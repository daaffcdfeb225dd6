package match

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// valued is a record of a value alone.
func valued(value string) *kgo.Record { return &kgo.Record{Topic: "t", Value: []byte(value)} }

func compiled(t testing.TB, filter string, json JSON) *Matcher {
	t.Helper()
	m, err := Compile(filter, json)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return m
}

func TestNullAndEmpty(t *testing.T) {
	for filter, want := range map[string]string{
		"=value == nil": "null", "=value == ''": "empty", "=value != nil": "empty", "=value.x == nil": "null empty",
		"=size == 0": "null empty", "=key == nil": "null empty", "=value == nil ? true : false": "null",
	} {
		s := compiled(t, filter, nil).NewState()
		var got []string
		if s.Match(&kgo.Record{}) {
			got = append(got, "null")
		}
		if s.Match(&kgo.Record{Value: []byte{}}) {
			got = append(got, "empty")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s lets %v through", filter, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"1", "1.0", 0}, {"1e3", "1000", 0}, {"-0", "0", 0}, {"0.1", "0.10", 0}, {"1E400", "1e999", 0}, {"1e-400", "0", 0},
		{"9007199254740993", "9007199254740992.5", 1}, {"9007199254740993", "9007199254740993.0", 0},
		{"9223372036854775808", "9223372036854775807", 1}, {"18446744073709551615", "18446744073709551616", -1},
		{"0.12345678901234567890", "0.12345678901234567891", -1}, {"123456789012345678901234567890", "1.23456789012345678901234567890e29", 0},
		{"1e999999999", "2", 1}, {"-1e999999999", "2", -1}, {"0e999999999", "0", 0}, {"1e-999999999", "1", -1},
	} {
		if got, ok := compare(numberOf(c.a), numberOf(c.b)); got != c.want || !ok {
			t.Errorf("%s and %s are ordered %d", c.a, c.b, got)
		}
		if got, _ := compare(numberOf(c.b), numberOf(c.a)); got != -c.want {
			t.Errorf("%s and %s are ordered %d", c.b, c.a, got)
		}
	}
}

func TestComplaints(t *testing.T) {
	for _, c := range []struct{ filter, value, says string }{
		{"=value.n > 5", `{"n": "6"}`, "value.n is text, and 5 is a number"},
		{"=value.n == '5'", `{"n": 5}`, `value.n is a number, and "5" is text`},
		{"=value.n contains '5'", `{"n": 5}`, "value.n is a number, and not text"},
		{"=value.n matches '5'", `{"n": [5]}`, "value.n is a list or an object, and not text"},
		{"=value.n", `{"n": 5}`, "value.n is a number, and neither true nor false"},
		{"=any(value.n, # > 4)", `{"n": ["x"]}`, "text and a number cannot be compared"},
		{"=value.n + 1 == 6", `{"n": "5"}`, "text is no number"},
		{"=any(value.n, any(value.n, any(value.n, # < 0)))", `{"n": [` + strings.Repeat("1,", 99) + `1]}`, "the condition loops more than 100000 times over one record"},
		{"=len(1..100001) > 1", ``, "memory budget exceeded"},
		{"=value.n == 5", `{"n": 6}`, ""},
		{"=value.n == 5", `{}`, ""},
	} {
		m := compiled(t, c.filter, nil)
		s := m.NewState()
		for range 3 {
			if s.Match(valued(c.value)) {
				t.Errorf("%s lets %s through", c.filter, c.value)
			}
		}
		n, err := m.Complaints()
		switch {
		case c.says == "" && (n > 0 || err != nil), c.says != "" && (n != 3 || err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s of %.20s: %d times %v", c.filter, c.value, n, err)
		}
	}
}

// What a payload is read as decides about fields, and is searched by text too.
func TestDecoded(t *testing.T) {
	var asked []string
	decode := func(topic string, part model.Part, data []byte) []byte {
		asked = append(asked, topic+" "+part.String())
		if string(data) == "\x00avro" {
			return []byte(`{"total": 12, "name": "Ada"}`)
		}
		return data
	}
	r := &kgo.Record{Topic: "orders", Key: []byte(`{"k": 1}`), Value: []byte("\x00avro")}
	for filter, want := range map[string]bool{
		"=value.total == 12 and value.name == 'Ada'": true, "=key.k == 1": true, "=key.k == value.total": false,
		"ada": true, "~A.a": true, "avro": true, "nobody": false, "=value contains 'avro'": true, "=offset == 0": true,
	} {
		asked = nil
		if got := compiled(t, filter, decode).NewState().Match(r); got != want {
			t.Errorf("%s is %v", filter, got)
		}
		if len(asked) > 2 || strings.Contains(filter, "offset") && len(asked) > 0 {
			t.Errorf("%s asks for %q", filter, asked)
		}
	}
}

func TestSeveralGoroutines(t *testing.T) {
	m := compiled(t, "=value.n > 5 and any(value.l, # == value.n)", nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s := m.NewState()
			for range 1000 {
				if !s.Match(valued(`{"n": 6, "l": [1, 6]}`)) || s.Match(valued(`{"n": "6", "l": [1, 6]}`)) {
					t.Error("another goroutine's record was judged")
					return
				}
			}
		})
	}
	wg.Wait()
	if n, _ := m.Complaints(); n != 4000 {
		t.Errorf("%d complaints", n)
	}
}

// A condition on fields, text and a comparison of numbers allocate nothing.
func TestNothingIsAllocated(t *testing.T) {
	for _, filter := range []string{
		"refund", "=value.total > 13", "=value.total == '12.5' or value.none == 1", "=value.nested.deep.er > 0 and key == 'x'",
		"=headers['trace'] == 'x' or timestamp > ago('15m')", "=value.items[1].sku in ['a', 'b']", "=value contains 'zzz'",
	} {
		s, plainly := compiled(t, filter, nil).NewState(), *order
		plainly.Value = bytes.ReplaceAll(order.Value, []byte(`\u`), nil) // what is written with escapes has to be read whole
		if n := testing.AllocsPerRun(100, func() { s.Match(&plainly) }); n > 0 {
			t.Errorf("%s allocates %v times", filter, n)
		}
	}
}

// Of valid JSON, fields are what encoding/json says they are.
func FuzzFields(f *testing.F) {
	f.Add([]byte(order.Value), "items", "total", 1)
	f.Add([]byte(`{"a":{"x":1},"a":{"b":[1,2.5,"\u00e9",null,true]}}`), "a", "b", 2)
	f.Add([]byte(`[[1,{"":2}]]`), "", "a.b", 0)
	f.Fuzz(func(t *testing.T, data []byte, name, inner string, i int) {
		for _, steps := range [][]step{
			{fieldStep(name)}, {fieldStep(name), fieldStep(inner)}, {fieldStep(name), indexStep(i & 0xff)}, {indexStep(i & 0xff), fieldStep(inner)},
		} {
			got := find(string(data), steps)
			if !json.Valid(data) || !bytes.Equal(data, bytes.ToValidUTF8(data, nil)) || bytes.Contains(data, []byte(`\u`)) {
				continue // lone surrogates are replaced in ways of their own
			}
			want := findSlowly(t, data, steps)
			if g, w := plain(got.open(0)), want; !reflect.DeepEqual(g, w) {
				t.Errorf("%q %+v: %#v, want %#v", data, steps, g, w)
			}
		}
	})
}

// plain is what was opened, with its numbers as encoding/json has them by default.
func plain(x any) any {
	switch x := x.(type) {
	case int:
		return float64(x)
	case exact:
		return numberOf(string(x)).f
	case []any:
		list := []any{}
		for _, e := range x {
			list = append(list, plain(e))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for k, e := range x {
			object[k] = plain(e)
		}
		return object
	}
	return x
}

func findSlowly(t *testing.T, data []byte, steps []step) any {
	var x any
	if err := json.Unmarshal(data, &x); err != nil {
		t.Skip(err) // a number that no float64 comes near to
	}
	for _, s := range steps {
		switch in := x.(type) {
		case map[string]any:
			if s.index {
				return nil
			}
			x = in[s.name]
		case []any:
			i := len(in)
			if s.index {
				i = int(numberOf(s.path).i)
			}
			if i >= len(in) {
				return nil
			}
			x = in[i]
		default:
			return nil
		}
	}
	return x
}

// Text is found as it would be in two lower case copies.
func FuzzSearch(f *testing.F) {
	f.Add("refund", []byte("a REFUND of"))
	f.Add("ünal", []byte("xÜNALx"))
	f.Add("User", []byte("user User"))
	f.Add("0-1", []byte("00-1"))
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		if text == "" || strings.ToValidUTF8(text, "") != text || !bytes.Equal(bytes.ToValidUTF8(data, nil), data) {
			return
		}
		s := newSearch(text)
		want := bytes.Contains(data, []byte(text))
		if !s.exact {
			folded := string(data)
			if s.ascii {
				folded = strings.Map(func(r rune) rune {
					if 'A' <= r && r <= 'Z' {
						return r - 'A' + 'a'
					}
					return r
				}, folded)
			} else {
				folded = strings.Map(func(r rune) rune { return []rune(strings.ToLower(string(r)))[0] }, folded)
			}
			want = strings.Contains(folded, text)
		}
		if got := s.in(data); got != want {
			t.Errorf("%q in %q: %v", text, data, got)
		}
	})
}

// Whatever is typed, and whatever is read, ends soon and does not panic.
func FuzzMatch(f *testing.F) {
	for _, filter := range []string{
		"refund", "~user-\\d+", "=value.total > 10", "=any(value.items, .n > 1 and # != nil) ? key matches 'x' : timestamp > ago('1h')",
		"=let x = value[1:2]; x ?? [1, 18446744073709551616] == map(1..3, # * 2)", "=headers['x'] in ['a'] or sum(value, # % 0) ** 2 < -1",
		"={'a': value}.a[0] == keys(value)[-1]", "=filter(value, count(.x, # in value) > 1) | len() > 1", "=string(value) + 'x' contains lower(key)",
	} {
		f.Add(filter, []byte("k"), []byte(`{"items":[{"n":1}],"total":12.5,"x":[[]]}`))
		f.Add(filter, []byte(nil), []byte(`[1,"a",{"x":[1,null]}`))
	}
	f.Fuzz(func(t *testing.T, filter string, key, value []byte) {
		m, err := Compile(filter, nil)
		if err != nil {
			if fault := err.(*Fault); fault.Column < 0 || fault.Column > len(filter) || fault.Says == "" {
				t.Errorf("%q: %d of %d, %s", filter, fault.Column, len(filter), fault.Says)
			}
			return
		}
		r := &kgo.Record{Topic: "t", Key: key, Value: value, Headers: []kgo.RecordHeader{{Key: "x", Value: key}}}
		s := m.NewState()
		once, twice := s.Match(r), s.Match(r)
		if once != twice && !strings.Contains(filter, "now") && !strings.Contains(filter, "ago") {
			t.Errorf("%q of %q and %q is not the same twice", filter, key, value)
		}
	})
}
