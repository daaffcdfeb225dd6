package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 7_000_000, time.UTC)

// made is what a template makes of its first records, by a seed.
func made(t testing.TB, text string, seed uint64, records int) []string {
	t.Helper()
	c, err := Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r := &Record{Now: noon, Key: []byte("a \"key\"\n"), Random: NewRandom(seed)}
	var all []string
	for range records {
		r.N++
		all = append(all, string(c.Append(nil, r)))
	}
	return all
}

func TestTemplates(t *testing.T) {
	for text, pattern := range map[string]string{
		"":                                ``,
		"plain } text }}":                 `plain } text }}`,
		"a{{n}}b{{ n 100 }}":              `a3b102`,
		`{{"{{"}}{{` + "`\"`" + `}}`:      `\{\{"`,
		"{{uuid}}":                        `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
		"{{now}}":                         `2026-03-01T12:00:00\.007Z`,
		`{{now "unix"}} {{now "unixms"}}`: `1772366400 1772366400007`,
		`{{now "2006-01-02"}}`:            `2026-03-01`,
		"{{int -3 -1}}":                   `-[1-3]`,
		"{{int 5 5}}":                     `5`,
		"{{int -9223372036854775808 9223372036854775807}}": `-?\d+`,
		"{{float 1 2}}":             `(1\.\d\d|2\.00)`,
		"{{bool}}":                  `(true|false)`,
		`{{choice "a b" c 7}}`:      `(a b|c|7)`,
		"{{letters 5}}":             `[a-z]{5}`,
		"{{hex 3}}":                 `[0-9a-f]{6}`,
		"{{key}}":                   "a \"key\"\n",
		"{{key | json}}":            `"a \\"key\\"\\u000a"`,
		`{{fake "email"}}`:          `[^@ ]+@[^@ ]+\.[^@ ]+`,
		`{{fake "Last_Name"}}`:      `[A-Z][a-z]+`,
		`{{fake "number:3,4"}}`:     `[34]`,
		`{{fake "number"}}`:         `-?\d+`,
		`{{ fake "company"|json }}`: `".+"`,
		"one\n{{n}}\nthree":         "one\n3\nthree",
	} {
		if got := made(t, text, 1, 3)[2]; !regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString(got) {
			t.Errorf("%s: %q, want %s", text, got, pattern)
		}
	}
}

func TestErrorsPointAtThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"{{":                 "column 1: this {{ has no }}",
		"ab{{n":              "column 3: this {{ has no }}",
		"{{}}":               "column 1: nothing stands between {{ and }}",
		"ä{{ nope }}":        `column 5: there is no function "nope"; there are bool, choice, fake, float, hex, int, key, letters, n, now, uuid`,
		"one\ntwo {{int 1}}": "line 2, column 7: int wants two whole numbers: the least and the greatest",
		"{{int 1 2 3}}":      "column 11: int wants two whole numbers: the least and the greatest",
		"{{int 1 x}}":        "column 9: this must be a whole number",
		"{{int 2 1}}":        "column 9: the greatest is below the least",
		"{{float 1 NaN}}":    "column 11: this must be a number",
		`{{choice "a}}`:      "column 10: this text has no closing quote, or a \\ that means nothing",
		`{{now "nope"}}`:     "column 7: this is no layout",
		`{{fake "emial"}}`:   `column 8: gofakeit has nothing called "emial"`,
		`{{fake "emai"}}`:    `column 8: gofakeit has nothing called "emai"; did you mean email, email_text?`,
		"{{letters -1}}":     "column 11: this must be a whole number from 0 to 16777216",
		"{{n | upper}}":      "column 7: only json may follow a |",
		"{{n | json json}}":  "column 12: }} must follow here",
		`{{"a" "b"}}`:        "column 7: nothing may follow text but |",
		"{{n)}}":             "column 4: a function, a number or quoted text must stand here",
		"{{| json}}":         "column 3: a function, a number or quoted text must stand here",
	} {
		_, err := Compile(text)
		var at *Error
		if !errors.As(err, &at) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The same seed makes the same records.
func TestSeeds(t *testing.T) {
	text := `{{uuid}} {{int 1 1000}} {{choice a b c}} {{fake "name"}} {{letters 9}}`
	a, b, c := made(t, text, 7, 50), made(t, text, 7, 50), made(t, text, 8, 50)
	if strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Error("one seed makes two kinds of records")
	}
	if strings.Join(a, "\n") == strings.Join(c, "\n") {
		t.Error("two seeds make the same records")
	}
}

func TestRandomNumbersReachBothEnds(t *testing.T) {
	seen := map[string]int{}
	for _, n := range made(t, "{{int 1 4}}", 1, 1000) {
		seen[n]++
	}
	if len(seen) != 4 || seen["1"] < 150 || seen["4"] < 150 {
		t.Errorf("%v", seen)
	}
}

func TestMaker(t *testing.T) {
	clock := func() time.Time { return noon }
	m, problem := NewMaker(model.Template{
		Key: "k{{n}}", Value: "{{key}}-{{now \"unix\"}}", Headers: []model.Header{{Key: "h", Value: []byte("{{n}}")}},
	}, clock)
	if problem != nil {
		t.Fatal(problem)
	}
	var first model.Draft
	for n := range 20_000 {
		d, ok, err := m.Next()
		if !ok || err != nil || d.Line != int64(n+1) || !d.HasKey || !d.HasValue || d.Partition != model.AllPartitions {
			t.Fatalf("%+v", d)
		}
		if n == 0 {
			first = d
		}
	}
	if string(first.Key) != "k1" || string(first.Value) != "k1-1772366400" || string(first.Headers[0].Value) != "1" {
		t.Errorf("%s %s %v: what was made once has changed", first.Key, first.Value, first.Headers)
	}
	for what, c := range map[string]struct {
		t          model.Template
		key, value bool
	}{
		"both empty":  {model.Template{}, true, true},
		"no key":      {model.Template{NoKey: true, Key: "x"}, false, true},
		"a tombstone": {model.Template{Tombstone: true}, true, false},
	} {
		m, _ := NewMaker(c.t, clock)
		if d, _, _ := m.Next(); (d.Key != nil) != c.key || (d.Value != nil) != c.value || len(d.Key)+len(d.Value) > 0 {
			t.Errorf("%s: %+v", what, d)
		}
	}
	if _, p := NewMaker(model.Template{Key: "{{", Value: "{{"}, clock); p == nil || p.Kind != model.Invalid || p.Says != "The template of the key is wrong at column 1: this {{ has no }}" {
		t.Errorf("%v", p)
	}
}

// Whatever is typed compiles or is refused with a place inside of it, and what it makes
// as a JSON string is one.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{"", "{{n}}", "{{", `{{fake "email" | json}}`, "{{int 1 2}}", "ä\n{{choice \"a\" `b`}}", `{{"\xff"|json}}`, "{{now \"15:04\"}}", "{{hex 2|json}}"} {
		f.Add(text, []byte("key"))
	}
	f.Fuzz(func(t *testing.T, text string, key []byte) {
		if strings.Contains(text, "letters") || strings.Contains(text, "hex") || strings.Contains(text, "fake") && len(text) > 40 {
			return // megabytes of them are not what is tried here
		}
		c, err := Compile(text)
		var at *Error
		if err != nil {
			if !errors.As(err, &at) || at.Offset < 0 || at.Offset > len(text) || at.Line < 1 || at.Column < 1 {
				t.Fatalf("%q: %+v", text, err)
			}
			return
		}
		r := &Record{N: 1, Now: noon, Key: key, Random: NewRandom(1)}
		one := c.Append([]byte("before"), r)
		if !bytes.HasPrefix(one, []byte("before")) {
			t.Fatalf("%q overwrote what was there: %q", text, one)
		}
		quoted := appendJSON(nil, one)
		var back string
		if err := json.Unmarshal(quoted, &back); err != nil || back != strings.ToValidUTF8(string(one), "\ufffd") && !strings.Contains(back, "\ufffd") {
			t.Fatalf("%q is no JSON of %q: %v", quoted, one, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for name, text := range map[string]string{
		"constant": strings.Repeat("x", 100),
		"fields":   `{"id":{{n}},"user":"user-{{int 1 1000}}","at":"{{now}}","state":"{{choice "new" "paid" "sent"}}"}`,
		"fake":     `{"name":{{fake "name" | json}},"mail":"{{fake "email"}}"}`,
	} {
		b.Run(name, func(b *testing.B) {
			c, err := Compile(text)
			if err != nil {
				b.Fatal(err)
			}
			r := &Record{Now: noon, Random: NewRandom(1)}
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				r.N++
				dst = c.Append(dst[:0], r)
			}
		})
	}
}
