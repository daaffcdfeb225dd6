package ui

import (
	"slices"
	"strings"
	"testing"
)

func TestFilters(t *testing.T) {
	names := []string{"audit", "orders", "orders-dead-letter", "payments", "Payments-EU", "日本語"}
	for _, test := range []struct {
		pattern, want string
	}{
		{"ord", "orders orders-dead-letter"},
		{"odl", "orders-dead-letter"},
		{"pay", "payments Payments-EU"}, // letters match whatever their case
		{"本", "日本語"},
		{"zzz", ""},
		{"~^ord", "orders orders-dead-letter"},
		{"~s$", "orders payments"},
		{"~(?i)^pay", "payments Payments-EU"},
		{"~", strings.Join(names, " ")},
		{"~(", strings.Join(names, " ")}, // a broken one hides nothing
	} {
		var got []string
		for _, i := range match(test.pattern, len(names), func(i int) string { return names[i] }) {
			got = append(got, names[i])
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%q leaves %q, want %q", test.pattern, got, test.want)
		}
	}
}

// TestTheBestMatchComesFirst: what begins with the letters, or is them, comes
// before what has them strewn about.
func TestTheBestMatchComesFirst(t *testing.T) {
	for pattern, names := range map[string][]string{
		"order": {"old-records-export", "order", "reorder"},
		"pay":   {"display", "payments"},
	} {
		hits := match(pattern, len(names), func(i int) string { return names[i] })
		if len(hits) == 0 || !strings.HasPrefix(names[hits[0]], pattern) {
			t.Errorf("%q finds %v of %v first", pattern, hits, names)
		}
	}
}

// FuzzMatch: no pattern and no text makes it panic, and what it returns are
// indexes, each at most once.
func FuzzMatch(f *testing.F) {
	for _, text := range hostile {
		f.Add("~"+text, text)
		f.Add(text, "orders")
		f.Add("ord", text)
	}
	f.Add("~(?i)[a-", "x")
	f.Add(`~\pL{1000}`, "x")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		texts := []string{text, "", "orders", text + text}
		hits := match(pattern, len(texts), func(i int) string { return texts[i] })
		slices.Sort(hits)
		if len(slices.Compact(slices.Clone(hits))) != len(hits) {
			t.Fatalf("%q hits twice: %v", pattern, hits)
		}
		for _, i := range hits {
			if i < 0 || int(i) >= len(texts) {
				t.Fatalf("%q hits %d", pattern, i)
			}
		}
	})
}

// TestAFilterTakesKeysAndPastes, and leaves those that move the cursor.
func TestAFilterTakesKeysAndPastes(t *testing.T) {
	f := newFilter()
	f.open()
	for _, k := range []string{"a", "b", "backspace", "c", "space", "left", "x"} {
		if _, used := f.take(key(k)); !used {
			t.Errorf("%s is left to others", k)
		}
	}
	f.take(pasteOf("paste\nd\x1b"))
	if got := f.text(); !strings.HasPrefix(got, "acxpaste") || strings.ContainsAny(got, "\n\x1b") {
		t.Errorf("the filter is %q", got)
	}
	for _, k := range []string{"up", "down", "pgup", "pgdown", "tab", "shift+tab", "ctrl+c"} {
		if _, used := f.take(key(k)); used {
			t.Errorf("%s is taken for text", k)
		}
	}
	f.take(pasteOf(strings.Repeat("x", 10_000)))
	if n := len(f.text()); n > 200 {
		t.Errorf("the filter is %d long", n)
	}
	if changed, used := f.take(key("enter")); changed || !used || f.typing || f.segs() == nil {
		t.Error("enter ends the typing and leaves the filter")
	}
	f.open()
	if changed, used := f.take(key("esc")); !changed || !used || f.typing || f.segs() != nil {
		t.Error("esc drops the filter")
	}
}
