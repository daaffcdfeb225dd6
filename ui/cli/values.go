package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/export"
)

// Values of flags. Each refuses what it cannot be with a sentence that says what
// it can be; Type is the placeholder that the help shows.

// text is any text.
type text struct {
	value *string
	word  string // TOPIC, FILE, …
}

func (t text) String() string {
	if t.value == nil {
		return "" // of the zero value, which pflag compares with
	}
	return *t.value
}

func (t text) Set(s string) error { *t.value = s; return nil }
func (t text) Type() string       { return t.word }

// choice is one of a few words, in any case.
type choice struct {
	value *string
	word  string
	of    []string
}

func (c choice) String() string { return text{value: c.value}.String() }
func (c choice) Type() string   { return c.word }

func (c choice) Set(s string) error {
	i := slices.IndexFunc(c.of, func(o string) bool { return strings.EqualFold(o, s) })
	if i < 0 {
		return fmt.Errorf("it must be %s", either(c.of))
	}
	*c.value = c.of[i]
	return nil
}

// either joins words as a sentence does: a, b or c.
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " or " + words[n]
}

// whole is a whole number from min to max.
type whole struct {
	value    *int64
	word     string
	min, max int64
	given    *bool // set once there is one
}

func (w whole) String() string {
	if w.given == nil || !*w.given {
		return ""
	}
	return strconv.FormatInt(*w.value, 10)
}

func (w whole) Type() string { return w.word }

func (w whole) Set(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < w.min || n > w.max {
		return fmt.Errorf("it must be a whole number from %d to %d", w.min, w.max)
	}
	*w.value, *w.given = n, true
	return nil
}

// A number is where a whole flag leaves its value.
type number struct {
	n     int64
	given bool
}

func (n *number) flag(word string, min, max int64) whole {
	return whole{value: &n.n, word: word, min: min, max: max, given: &n.given}
}

// texts is any text, any number of times.
type texts struct {
	values *[]string
	word   string
}

func (t texts) Set(s string) error { *t.values = append(*t.values, s); return nil }
func (t texts) Type() string       { return t.word }
func (t texts) String() string     { return "" }

// headers is -H.
type headers struct{ list *[]model.Header }

func (h headers) Type() string   { return "KEY=VALUE" }
func (h headers) String() string { return "" }

func (h headers) Set(s string) error {
	header, err := parseHeader(s)
	if err == nil {
		*h.list = append(*h.list, header)
	}
	return err
}

// parseHeader reads key=value. The value may hold more equals signs, and may be
// empty; the key may not.
func parseHeader(s string) (model.Header, error) {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return model.Header{}, errors.New("it must be key=value")
	}
	return model.Header{Key: key, Value: []byte(value)}, nil
}

// form is how records are printed: one of export.Forms, or a template.
type form struct{ value *string }

func (f form) String() string { return text{value: f.value}.String() }
func (f form) Type() string   { return "FORM" }

func (f form) Set(s string) error {
	if _, err := export.New(s, export.Decoding{}); err != nil {
		return err
	}
	*f.value = s
	return nil
}

// formats are the formats of keys and values.
func formats() []string {
	var all []string
	for _, f := range model.Formats() {
		all = append(all, string(f))
	}
	return all
}
