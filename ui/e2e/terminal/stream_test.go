package terminal

import (
	"slices"
	"strings"
	"testing"
)

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		stream string
		kinds  []Kind
	}{
		{"aé漢", []Kind{Character, Character, Character}},
		{"\r\n\x7f", []Kind{Control, Control, Control}},
		{"\x1b[31mx\x1b[?25l", []Kind{CSI, Character, CSI}},
		{"\x1b]2;t\x07\x1b]2;t\x1b\\", []Kind{OSC, OSC}},
		{"\x1bPq\x1b\\\x1b_a\x1b\\\x1b7\x1b(B", []Kind{Text, Text, Escape, Escape}},
		{"\xff\u009b", []Kind{Invalid, Character}},
		{"\x1b]0;never ends", []Kind{Unfinished}},
		{"x\x1b[12", []Kind{Character, Unfinished}},
		{"\x1b", []Kind{Unfinished}},
		{"\xe6\xbc", []Kind{Unfinished}},
	} {
		var kinds []Kind
		var all strings.Builder
		for _, p := range Pieces([]byte(c.stream)) {
			kinds = append(kinds, p.Kind)
			all.WriteString(p.Text)
		}
		if !slices.Equal(kinds, c.kinds) || all.String() != c.stream {
			t.Errorf("%q has the kinds %v, not %v", c.stream, kinds, c.kinds)
		}
	}
}

// What the hostile records of the demo would do must be told from what the
// program does.
func TestForeign(t *testing.T) {
	for _, data := range []string{
		"\x1b]0;owned\x07", "\x1b]52;p;ZXZpbA==\x07", "\x1b]8;;http://shop.example\x1b\\", "\u009b31m", "\u0085", "\x00", "\x7f", "\v",
		"\xff", "\u202e", "\u200b", "\u2028", "\ufeff", "\u00ad", "\U000e0041", "\x1b[?47h", "\x1b[6n", "\x1bc", "\x1bP+q\x1b\\", "\x1b]0;abc then\x1b]2;kscope\x07",
	} {
		if Foreign(Pieces([]byte("before"+data+"after\x1b[m"))) == nil {
			t.Errorf("%q is taken for the program's own", data)
		}
	}
	for _, own := range []string{
		"\x1b[1;38;2;10;20;30mtext\x1b[m", "\x1b[2J\x1b[H", "\x1b[?1049h", "\x1b[?2004l", "\x1b]2;kscope demo\x07", "\x1b]11;?\x07", "\x1b]111\x07", "\r\n\b\t",
		"漢字 e\u0301 ■ ▲", "\x1b[>1u",
	} {
		if err := Foreign(Pieces([]byte(own))); err != nil {
			t.Errorf("%q: %v", own, err)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add([]byte("a\x1b[31m\x1b]2;t\x07\x1bP\x1b\\\xff"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		at := 0
		for _, p := range Pieces(stream) {
			if p.At != at || p.Text == "" || p.Text != string(stream[at:at+len(p.Text)]) {
				t.Fatalf("the piece %+v is not what stands at byte %d", p, at)
			}
			at += len(p.Text)
		}
		if at != len(stream) {
			t.Fatalf("the pieces make %d of %d bytes", at, len(stream))
		}
	})
}
