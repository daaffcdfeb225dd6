//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

// Somebody leans on the keyboard, clicks about and drags the window's corner. What
// ends or suspends the program is left out, and so is the palette, which has that
// too.
func TestAnythingCanBePressedAtAnyTime(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, 3} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := demo(t)
			rng := rand.New(rand.NewPCG(seed, seed))
			var done []string
			for i := range 400 {
				done = append(done, s.anything(rng))
				if i%100 != 99 {
					continue
				}
				if status := s.Status(); status >= 0 {
					t.Fatalf("it ended with status %d after %q:\n%s", status, done[max(0, len(done)-20):], s.Shot().Text())
				}
				s.until(fmt.Sprintf("header after %q", done[max(0, len(done)-20):]), func(shot *terminal.Shot) bool {
					return strings.HasPrefix(strings.TrimSpace(shot.Row(0)), "ks"[:min(2, max(1, shot.Width-1))])
				})
			}
			s.size(160, 45)
			for range 8 { // out of whatever lies on top of each other
				s.press(escape)
			}
			s.intact()
			s.press("2")
			s.focus(topicsPane)
			s.press("q")
			if status := s.ends(); status != 0 {
				t.Errorf("the exit status is %d", status)
			}
			s.restored()
		})
	}
}

const harmless = "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?~.*+-( ¿é漢"

var special = []string{"enter", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "backspace", "ctrl+s", "ctrl+g", "ctrl+k", "ctrl+t", "space"}

// escape is the key as a terminal sends it that leaves no doubt: a bare ESC and a
// key after it are the two together.
const escape = "\x1b[27u"

// anything does one thing at random and says what.
func (s *session) anything(rng *rand.Rand) string {
	s.t.Helper()
	shot := s.Shot()
	switch n := rng.IntN(20); {
	case n < 9:
		r := []rune(harmless)
		k := string(r[rng.IntN(len(r))])
		s.press(k)
		return k
	case n < 13:
		k := special[rng.IntN(len(special))]
		s.press(k)
		return k
	case n < 15:
		s.press(escape)
		return "esc"
	case n < 17:
		x, y := rng.IntN(shot.Width), rng.IntN(shot.Height)
		s.click(x, y)
		return fmt.Sprintf("click %d,%d", x, y)
	case n < 18:
		way, x, y := 64+rng.IntN(2), rng.IntN(shot.Width), rng.IntN(shot.Height)
		s.press(fmt.Sprintf("\x1b[<%d;%d;%dM", way, x+1, y+1))
		return fmt.Sprintf("wheel %d at %d,%d", way, x, y)
	case n < 19:
		text := hostile[rng.IntN(len(hostile))]
		s.press(paste(text))
		return fmt.Sprintf("paste %q", text)
	}
	w, h := 1+rng.IntN(250), 1+rng.IntN(70)
	s.size(w, h)
	return fmt.Sprintf("size %dx%d", w, h)
}
