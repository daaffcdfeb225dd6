package canvas

import (
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"kscope/model/clean"
)

// TestEveryRuneIsAsWideAsTheRendererThinks: in both of the ways it may count.
func TestEveryRuneIsAsWideAsTheRendererThinks(t *testing.T) {
	wrong := 0
	for r := rune(' '); r <= unicode.MaxRune; r++ {
		s := string(r)
		if !clean.Safe(s) {
			continue
		}
		if w := Width(s); w != ansi.StringWidthWc(s) || w != ansi.StringWidth(s) {
			t.Errorf("%U: %d, by wcwidth %d, by graphemes %d", r, w, ansi.StringWidthWc(s), ansi.StringWidth(s))
			wrong++
		}
		if wrong > 20 {
			t.Fatal("and so on")
		}
	}
}

// TestSequencesAreAsWideEitherWay: what terminals disagree about is gone.
func TestSequencesAreAsWideEitherWay(t *testing.T) {
	for _, s := range []string{
		"👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🏽", "a🏽", "✈\ufe0f", "1\ufe0f\u20e3", "🇩🇪🇫", "🏴\U000e0067\U000e007f", "🏳\ufe0f\u200d🌈",
		"e\u0301\u0302\u0303\u0304\u0305", "\u1112\u1161\u11ab", "\u1161", "می\u200cخواهم", "注\U000e0100", "\u0600١", "\u0d4eക",
	} {
		out := clean.Text(s)
		if wc, g := ansi.StringWidthWc(out), ansi.StringWidth(out); wc != g || Width(s) != wc {
			t.Errorf("%+q: %d, by wcwidth %d, by graphemes %d", s, Width(s), wc, g)
		}
	}
}

// Names that begin alike can be told apart where there is no room for them.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"payments", 8, "payments"},
		{"payments-ledger-1", 9, "paym…er-1"},
		{"payments-ledger-2", 10, "payme…er-2"},
		{"payments", 2, "p…"},
		{"payments", 0, ""},
		{"注文処理サービス-1", 9, "注文…ス-1"},
		{strings.Repeat("x", 1<<16) + "y", 5, "xx…xy"},
	} {
		if got := Ends(c.s, c.w); got != c.want || Width(got) > c.w {
			t.Errorf("%.20s in %d: %q, want %q", c.s, c.w, got, c.want)
		}
	}
}
