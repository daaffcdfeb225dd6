package clean

import (
	"bytes"
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain", `orders {"a":1} ~`, `orders {"a":1} ~`},
		{"text of the world", "Zoë Ærø 注文 заказ הזמנה ¥…", "Zoë Ærø 注文 заказ הזמנה ¥…"},
		{"clear the screen", "a\x1b[2Jb", "a^[[2Jb"},
		{"set the clipboard", "\x1b]52;c;aGk=\x07", "^[]52;c;aGk=^G"},
		{"NUL and DEL", "\x00\x7f", "^@^?"},
		{"white space", "a\tb\r\nc", `a\tb\r\nc`},
		{"not UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"replacement character that was really sent", "\ufffd", "\ufffd"},
		{"C1", "\u0085\u009b", "⟨U+0085⟩⟨U+009B⟩"},
		{"bidi", "a\u202eb\u2066c\u200f", "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩"},
		{"line separators and BOM", "\ufeffa\u2028b\u2029", "⟨U+FEFF⟩a⟨U+2028⟩b⟨U+2029⟩"},
		{"zero width", "pay\u200bpal\u2060\u00ad", "pay⟨U+200B⟩pal⟨U+2060⟩⟨U+00AD⟩"},
		{"joiner that joins nothing", "user\u200d42\u200c", "user⟨U+200D⟩42⟨U+200C⟩"},
		{"tags", "a\U000e0041\U000e007f", "a⟨U+E0041⟩⟨U+E007F⟩"},
		{"variation selectors that select nothing", "a\ufe0fb\U000e0100", "a⟨U+FE0F⟩b⟨U+E0100⟩"},
		{"fillers", "\u3164\u115f\uffa0", "⟨U+3164⟩⟨U+115F⟩⟨U+FFA0⟩"},
		{"unassigned and noncharacters", "\u0378\uffff\U0010ffff", "⟨U+0378⟩⟨U+FFFF⟩⟨U+10FFFF⟩"},
		{"private use", "\ue0b0", "\ue0b0"},
		{"accent of its own", "e\u0301", "e\u0301"},
		{"accent without a letter", "\u0301a", "⟨U+0301⟩a"},
		{"accent after what stands for something else", "\x1b\u0301", "^[⟨U+0301⟩"},
		{"a heap of accents", "a\u0301\u0302\u0303\u0304\u0305\u0306b", "a\u0301\u0302\u0303\u0304⟨U+0305⟩⟨U+0306⟩b"},
		{"family", "👩\u200d👩\u200d👧\u200d👦", "👩👩👧👦"},
		{"skin tone", "👍🏽", "👍"},
		{"skin tone of a letter", "a🏽", "a⟨U+1F3FD⟩"},
		{"astronaut", "👩🏽\u200d🚀", "👩🚀"},
		{"emoji style", "✈\ufe0f ❤\ufe0e", "✈ ❤"},
		{"style upon style", "❤\ufe0f\ufe0f\ufe0e", "❤⟨U+FE0F⟩⟨U+FE0E⟩"},
		{"tone upon tone", "👍🏽🏽", "👍⟨U+1F3FD⟩"},
		{"keycap", "1\ufe0f\u20e3", "1\u20e3"},
		{"flags", "🇩🇪🇫🇷", "🇩🇪🇫🇷"},
		{"half a flag", "🇩🇪🇫x", "🇩🇪⟨U+1F1EB⟩x"},
		{"halves held apart", "🇩\u200d🇪", "⟨U+1F1E9⟩⟨U+200D⟩⟨U+1F1EA⟩"},
		{"Hindi", "नि", "नि"},
		{"vowel without a letter", "\u093f", "⟨U+093F⟩"},
		{"Persian", "می\u200cخواهم", "میخواهم"},
		{"decomposed Korean", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"},
		{"Korean with a final of its own", "하\u11ab", "한"},
		{"lone jamo", "\u1161\u11ab", "⟨U+1161⟩⟨U+11AB⟩"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%+q) = %+q, want %+q", c.in, got, c.want)
			}
			if got := string(Append([]byte("> "), []byte(c.in))); got != "> "+c.want {
				t.Errorf("Append: %+q", got)
			}
			if Safe(c.in) != (c.in == c.want) {
				t.Errorf("Safe(%+q) = %v", c.in, Safe(c.in))
			}
		})
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"\n", []string{""}},
		{"a", []string{"a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"a\r\n\r\nb\r", []string{"a", "", "b"}},
		{"a\rb", []string{`a\rb`}},
		{"\tx\nab\tc\n", []string{"        x", "ab      c"}},
		{"é\tx\n\x1b[m", []string{"é       x", "^[[m"}},
	} {
		if got := Lines(c.in); !slices.Equal(got, c.want) {
			t.Errorf("Lines(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzText holds what the whole program relies on.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b]0;x\x07", "e\u0301\u0302\u0303\u0304\u0305\u0306", "👩🏽\u200d🚀", "🇩🇪🇫", "\u1112\u1161\u11ab\u11ab",
		"\xff\xfe\u202e", "1\ufe0f\u20e3\u200d", "क्षि\u200d", "葛\U000e0100", "\u09a4\u09cd\u200d\u09a4",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Text(s)
		if !utf8.ValidString(out) {
			t.Fatalf("%+q is not UTF-8", out)
		}
		for _, r := range out {
			if forbidden(r) {
				t.Fatalf("Text(%+q) = %+q has %U", s, out, r)
			}
		}
		if again := Text(out); again != out {
			t.Fatalf("Text(%+q) = %+q, and again %+q", s, out, again)
		}
		if got := string(Append(nil, []byte(s))); got != out {
			t.Fatalf("Append(%+q) = %+q, Text %+q", s, got, out)
		}
		if Safe(s) != (s == out) || !Safe(out) {
			t.Fatalf("Safe(%+q) = %v, Safe(%+q) = %v", s, Safe(s), out, Safe(out))
		}
		for _, line := range Lines(s) {
			if !Safe(line) {
				t.Fatalf("Lines(%+q) has %+q", s, line)
			}
		}
	})
}

// forbidden is written by Unicode's categories, apart from the program's own
// classes.
func forbidden(r rune) bool {
	return !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Join_Control, unicode.Bidi_Control) ||
		r >= 0x1100 && r <= 0x11ff || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0000 && r <= 0xe0fff
}

func TestCleanTextCostsNothing(t *testing.T) {
	for _, s := range []string{"orders-12", "Ærø 注文 e\u0301 🇩🇪", ""} {
		if n := testing.AllocsPerRun(100, func() { Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"ascii", `{"id":99110,"status":"shipped","total":222.92,"lines":[{"sku":"a-17","n":2},{"sku":"b-3","n":1}]}`},
		{"cyrillic", "заказ отправлен, сумма 222.92, две строки"},
		{"hostile", "a\x1b[2J\u202eb\xff\u200b"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				Text(c.in)
			}
		})
	}
}

// What is printable ASCII is found so however it lies.
func TestIsPlain(t *testing.T) {
	for n := range 20 {
		text := bytes.Repeat([]byte("a~ "), 7)[:n]
		if !isPlain(text) {
			t.Errorf("%q is not plain", text)
		}
		for i := range text {
			for c := range 256 {
				odd := bytes.Clone(text)
				odd[i] = byte(c)
				if want := c >= 0x20 && c < 0x7f; isPlain(odd) != want {
					t.Fatalf("%q is plain: %v", odd, !want)
				}
			}
		}
	}
}

// What is not printable ASCII is found wherever it lies, whatever lies beside it.
func TestPlainBytes(t *testing.T) {
	for length := range 70 {
		s := bytes.Repeat([]byte("~"), length)
		if !isPlain(s) {
			t.Errorf("%q is plain", s)
		}
		for at := range length {
			for c := range 256 {
				s[at] = byte(c)
				if want := c >= 0x20 && c < 0x7f; isPlain(s) != want {
					t.Fatalf("%q is plain: %v", s, !want)
				}
			}
			s[at] = ' '
		}
	}
}
