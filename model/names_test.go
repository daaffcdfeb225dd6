package model

import (
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name      string
		names     Names
		all, none bool
		list      []string
		one       bool
	}{
		{"the zero Names", Names{}, true, false, nil, false},
		{"no names", NamesOf(), false, true, nil, false},
		{"one name", NamesOf("orders"), false, false, []string{"orders"}, true},
		{"two names", NamesOf("orders", "carts"), false, false, []string{"orders", "carts"}, false},
		{"the empty name of a group", NamesOf(""), false, false, []string{""}, true},
		{"two of them", NamesOf("", ""), false, false, []string{"", ""}, false},
		{"what looks like two", NamesOf("a1:b", "\x00"), false, false, []string{"a1:b", "\x00"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.names.All() != c.all || c.names.None() != c.none || !slices.Equal(c.names.List(), c.list) {
				t.Errorf("all %t, none %t, list %q", c.names.All(), c.names.None(), c.names.List())
			}
			if one, ok := c.names.One(); ok != c.one || ok && one != c.list[0] {
				t.Errorf("one = %q, %t", one, ok)
			}
		})
	}
	one, same := NamesOf("a"), NamesOf("a")
	if NamesOf("a", "b") == NamesOf("ab") || one != same {
		t.Error("names do not compare")
	}
}

func FuzzNames(f *testing.F) {
	f.Add("orders", "carts")
	f.Add("", "\x00")
	f.Add("12:a", "=")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := NamesOf(a, b).List(); !slices.Equal(got, []string{a, b}) {
			t.Errorf("%q", got)
		}
		if one, ok := NamesOf(a).One(); !ok || one != a {
			t.Errorf("one of %q is %q, %t", a, one, ok)
		}
		if (NamesOf(a) == NamesOf(b)) != (a == b) {
			t.Errorf("%q and %q do not compare", a, b)
		}
	})
}
