//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

// The demo's topic dead-letters has records that would clear the screen, set the
// window's title and the clipboard, move the cursor or mix up columns. Every
// session's stream is looked through when it ends; here it has such records in it.
func TestHostileRecordsAreShownAndNeverObeyed(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("dead-letters")
	s.pane(tailPane, "dead-letters:", "value=")
	for i, value := range hostile {
		s.press("p")
		s.see("Compose")
		s.press("tab", "tab", "ctrl+u", paste(value), "ctrl+s")
		s.until(fmt.Sprintf("acknowledgement of record %d", i), func(shot *terminal.Shot) bool {
			p := shot.Pane("Compose")
			return p != nil && strings.Contains(p.Text(), "acknowledged dead-letters:")
		})
		s.press("esc")
		s.lose("Compose")
		s.intact()
	}
	s.press("6", "k")
	s.focus(tailPane)
	for range 12 {
		s.press("enter")
		s.see("timestamp", "leader epoch")
		s.press("esc")
		s.lose("leader epoch")
		s.press("k")
	}
	s.intact()
	s.press("z")
	for _, size := range [][2]int{{300, 80}, {41, 11}, {90, 30}, {160, 45}} {
		s.size(size[0], size[1])
		s.intact()
	}
}

// paste is a text as a terminal sends it that was pasted, in brackets.
func paste(text string) string { return "\x1b[200~" + text + "\x1b[201~" }

var hostile = []string{
	"C1 \u009b31m and \u0085 next line",
	"bidi \u202etxt.exe\u202c \u2066isolate\u2069",
	"invisible a\u200bb\u2060c\ufeffe soft\u00adhyphen tags \U000e0041\U000e007f",
	"wide 漢字テスト 한국어 ｆｕｌｌ",
	"emoji 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ✈️ ❤️",
	"combining e\u0301 Z\u0351\u036b\u0343\u0300\u0301\u0302\u0303\u0304 end",
	"separators \u2028 and \u2029",
}

// Newer terminals offer to hold a frame back until it is complete, and to count
// grapheme clusters as one character. The first is taken, the second must not be:
// the screen is laid out by the other count.
func TestATerminalThatOffersMore(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, offers: true})
	s.settled()
	s.choose("dead-letters")
	s.press("6", "z")
	s.shows(tailPane, "dead-letters", "offset", " B ")
	s.press("q")
	s.ends()
	s.restored()
	stream := string(s.Stream())
	if n, m := strings.Count(stream, "\x1b[?2026h"), strings.Count(stream, "\x1b[?2026l"); n < 5 || n > m {
		t.Errorf("%d frames were begun, %d ended", n, m)
	}
	if strings.Contains(stream, "\x1b[?2027h") {
		t.Error("the terminal was asked to count grapheme clusters")
	}
}

// The same records without a screen: what a terminal would obey is shown as well.
func TestHostileRecordsArePrintedAsTheyLook(t *testing.T) {
	t.Parallel()
	o := command(t, "", "tail", "--demo", "dead-letters", "--from", "beginning", "--count", "100")
	if o.status != 0 || strings.Count(o.out, "\n") != 100 {
		t.Fatalf("the exit status is %d, there are %d lines: %s", o.status, strings.Count(o.out, "\n"), o.err)
	}
	for _, p := range terminal.Pieces([]byte(o.out)) {
		if p.Kind != terminal.Character && p.Text != "\n" {
			t.Fatalf("%q is in the output, byte %d", p.Text, p.At)
		}
	}
	if !strings.Contains(o.out, "^[[31mred") {
		t.Errorf("what was not obeyed is not shown:\n%s", o.out)
	}
}

// On a terminal, names from outside must not get through in error texts either.
func TestHostileArgumentsAreNotObeyed(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"tail", "--demo", "no\x1b]0;owned\x07such\u009b2Jtopic"}})
	if status := s.ends(); status != 2 {
		t.Errorf("the exit status is %d", status)
	}
	s.see("is no name of a topic")
	if err := terminal.Foreign(terminal.Pieces(s.Stream())); err != nil {
		t.Error(err)
	}
}
