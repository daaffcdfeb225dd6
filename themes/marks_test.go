package themes

import (
	"reflect"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// runes lists every glyph of a set by the name of its field.
func runes(m *Marks) map[string][]rune {
	all := map[string][]rune{}
	v := reflect.ValueOf(*m)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if f := v.Field(i); f.Kind() == reflect.Array {
			for j := range f.Len() {
				all[name] = append(all[name], rune(f.Index(j).Int()))
			}
		} else {
			all[name] = []rune{rune(f.Int())}
		}
	}
	return all
}

func TestEveryMarkTakesOneColumn(t *testing.T) {
	for set, m := range map[string]*Marks{"unicode": &unicodeMarks, "ascii": &asciiMarks} {
		for name, rs := range runes(m) {
			for _, r := range rs {
				if ansi.StringWidth(string(r)) != 1 || ansi.StringWidthWc(string(r)) != 1 {
					t.Errorf("%s %s: %q is not one column wide", set, name, r)
				}
				if set == "ascii" && r >= 0x7f {
					t.Errorf("%s is %q", name, r)
				}
			}
		}
	}
}

// A replica's state must be told apart in both sets.
func TestMarksOfReplicasDiffer(t *testing.T) {
	for _, m := range []*Marks{&unicodeMarks, &asciiMarks} {
		seen := map[rune]bool{}
		for _, r := range []rune{m.Leader, m.InSync, m.LeadsFor, m.Preferred, m.Behind, m.Offline, m.None, m.Adding, m.Removing} {
			if seen[r] {
				t.Errorf("%q stands for two states", r)
			}
			seen[r] = true
		}
	}
}

func TestWithASCII(t *testing.T) {
	th := mustNamed(t, "dark")
	a := th.WithASCII()
	if a.Marks().Leader != 'L' || th.Marks().Leader != '■' {
		t.Errorf("marks %q and %q", a.Marks().Leader, th.Marks().Leader)
	}
	if a.SGR(Warn.S()) != th.SGR(Warn.S()) || a.Name() != "dark" {
		t.Error("more than the marks changed")
	}
}
