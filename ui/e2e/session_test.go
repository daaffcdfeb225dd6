//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"image/color"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"kscope/ui/e2e/terminal"
)

// patience is how long a screen may take to show what it must. It is no measure of
// the program: a machine that is busy with other things must not fail a test.
const patience = 3 * time.Minute

// A setup says how to start the program, and in what terminal.
type setup struct {
	args   []string
	env    []string    // beside what every session has
	w, h   int         // 160 x 45 if zero
	ground color.Color // of the terminal; nil is the emulator's own, black
	offers bool        // the terminal has what newer ones have
	shell  bool        // below a shell that does job control
}

// A session is the program in a terminal, and somebody who uses it.
type session struct {
	*terminal.Terminal
	t *testing.T
}

// open starts the program. When the test ends, what it has written to the
// terminal is looked through.
func open(t *testing.T, s setup) *session {
	t.Helper()
	if s.w == 0 {
		s.w, s.h = 160, 45
	}
	args := append([]string{program}, s.args...)
	env := append([]string{
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
	}, s.env...)
	if s.shell {
		args, env = append([]string{os.Args[0]}, args...), append(env, asJobShell+"=1")
	}
	term, err := terminal.Start(terminal.Options{Args: args, Env: env, Width: s.w, Height: s.h, Background: s.ground, Offers: s.offers})
	if err != nil {
		t.Fatal(err)
	}
	x := &session{term, t}
	t.Cleanup(func() {
		term.End()
		if err := terminal.Foreign(terminal.Pieces(term.Stream())); err != nil {
			t.Error(err)
		}
	})
	return x
}

// demo starts the program on its demo cluster and waits until every pane has
// something to show.
func demo(t *testing.T, args ...string) *session {
	t.Helper()
	s := open(t, setup{args: append([]string{"--demo"}, args...)})
	s.settled()
	return s
}

// settled waits until every pane of the demo has something to show.
func (s *session) settled() {
	s.t.Helper()
	s.see("3/3 brokers", "orders", "billing", "● live", "Stable")
}

// see waits until the screen shows all of these.
func (s *session) see(words ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q on the screen", words), func(shot *terminal.Shot) bool { return shot.Shows(words...) })
}

// lose waits until the screen shows none of these.
func (s *session) lose(words ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("none of %q on the screen", words), func(shot *terminal.Shot) bool {
		for _, w := range words {
			if shot.Shows(w) {
				return false
			}
		}
		return true
	})
}

// until waits until holds is true of the screen.
func (s *session) until(what string, holds func(*terminal.Shot) bool) {
	s.t.Helper()
	s.within(patience, what, holds)
}

// within is until with a deadline of its own.
func (s *session) within(most time.Duration, what string, holds func(*terminal.Shot) bool) {
	s.t.Helper()
	if !s.Await(most, holds) {
		s.t.Fatalf("there is no %s after %v:\n%s", what, most, s.Shot().Text())
	}
}

// step presses a key until what is read off the screen is wanted; it waits for
// each step to show.
func (s *session) step(key string, read func(*terminal.Shot) string, wanted string) {
	s.t.Helper()
	for range 30 {
		now := read(s.Shot())
		if now == wanted {
			return
		}
		s.press(key)
		s.until(fmt.Sprintf("change from %q after %s", now, key), func(shot *terminal.Shot) bool {
			next := read(shot)
			return next != now && next != ""
		})
	}
	s.t.Fatalf("%s never leads to %q:\n%s", key, wanted, s.Shot().Text())
}

// pane waits until a pane has a row with all of these words, and returns the row.
func (s *session) pane(title string, words ...string) string {
	s.t.Helper()
	row := ""
	s.until(fmt.Sprintf("row with %q in the pane %s", words, title), func(shot *terminal.Shot) bool {
		if p := shot.Pane(title); p != nil {
			row = p.Row(words...)
		}
		return row != ""
	})
	return row
}

// frame waits until a pane is there, and returns it.
func (s *session) frame(title string) *terminal.Frame {
	s.t.Helper()
	var p *terminal.Frame
	s.until("pane "+title, func(shot *terminal.Shot) bool { p = shot.Pane(title); return p != nil })
	return p
}

// keys are the bytes of keys that have a name.
var keys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "pgup": "\x1b[5~", "pgdown": "\x1b[6~",
	"ctrl+c": "\x03", "ctrl+e": "\x05", "ctrl+g": "\x07", "ctrl+k": "\x0b", "ctrl+s": "\x13", "ctrl+t": "\x14", "ctrl+u": "\x15", "ctrl+z": "\x1a",
}

// press presses keys: a name, or text to type.
func (s *session) press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		b, ok := keys[name]
		if !ok {
			b = name
		}
		if err := s.Type(b); err != nil {
			s.t.Fatal(err)
		}
	}
}

// click presses and releases the left button on a cell.
func (s *session) click(x, y int) {
	s.t.Helper()
	s.press(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// size resizes the terminal.
func (s *session) size(w, h int) {
	s.t.Helper()
	if err := s.Resize(w, h); err != nil {
		s.t.Fatal(err)
	}
}

// send sends the program a signal.
func (s *session) send(sig syscall.Signal) {
	s.t.Helper()
	if err := s.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the program's end and returns its exit status.
func (s *session) ends() int {
	s.t.Helper()
	select {
	case <-s.Ended():
	case <-time.After(patience):
		s.t.Fatalf("the program still runs after %v:\n%s", patience, s.Shot().Text())
	}
	return s.Status()
}

// restored fails the test if the terminal is not as the program found it.
func (s *session) restored() {
	s.t.Helper()
	err := s.Untouched()
	// The program has ended, but the emulator may still have something to read.
	for end := time.Now().Add(patience); err != nil && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		err = s.Untouched()
	}
	if err != nil {
		s.t.Errorf("the terminal was not left as it was found:\n%v\nthe last bytes: %q", err, lastOf(s.Stream(), 400))
	}
}

func lastOf(b []byte, n int) []byte { return bytes.Clone(b[max(0, len(b)-n):]) }

// focused returns the title of the pane that has the keys: the one whose frame
// has a colour of its own.
func focused(shot *terminal.Shot) string {
	frames, err := shot.Frames()
	if err != nil {
		return ""
	}
	for i, f := range frames {
		same := 0
		for _, o := range frames {
			if o.Edge().Style == f.Edge().Style {
				same++
			}
		}
		if same == 1 && len(frames) > 2 {
			return strings.TrimSpace(strings.SplitN(strings.TrimLeft(frames[i].Title, "─ "), "─", 2)[0])
		}
	}
	return ""
}

// focus waits until a pane has the keys.
func (s *session) focus(title string) {
	s.t.Helper()
	s.until("focus on the pane "+title, func(shot *terminal.Shot) bool { return strings.HasPrefix(focused(shot), title) })
}

// whole returns nil if the screen is what an explorer without a dialog must look
// like: a header, frames that are closed, nothing outside of them, a footer.
func whole(shot *terminal.Shot) error {
	if shot.Width < 40 || shot.Height < 10 {
		if !strings.HasPrefix(shot.Row(0), "kscope"[:min(6, max(1, shot.Width-1))]) {
			return fmt.Errorf("a small screen begins with %q", shot.Row(0))
		}
		return nil
	}
	if !strings.HasPrefix(shot.Row(0), " kscope") {
		return fmt.Errorf("the header is %q", shot.Row(0))
	}
	frames, err := shot.Frames()
	if err != nil {
		return err
	}
	if len(frames) == 0 {
		return fmt.Errorf("there is no frame")
	}
	from := 1
	if strings.HasPrefix(strings.TrimSpace(shot.Row(1)), "1") { // the strip of a narrow screen
		from = 2
	}
	if stray := shot.Strays(frames, from, shot.Height-1); stray != "" {
		return fmt.Errorf("%s", stray)
	}
	for _, f := range frames {
		if f.Y < from || f.Y+f.H > shot.Height-1 {
			return fmt.Errorf("the frame %q lies over the header or the footer", f.Title)
		}
	}
	if last := frames[len(frames)-1]; last.Y+last.H != shot.Height-1 {
		return fmt.Errorf("the last frame ends in row %d of %d", last.Y+last.H-1, shot.Height)
	}
	return nil
}

// said is what a pane has inside, with single blanks between words.
func said(p *terminal.Frame) string {
	if p == nil {
		return ""
	}
	return strings.Join(strings.Fields(p.Text()), " ")
}

// intact waits until the screen is whole.
func (s *session) intact() {
	s.t.Helper()
	var err error
	if !s.Await(patience, func(shot *terminal.Shot) bool { err = whole(shot); return err == nil }) {
		s.t.Fatalf("%d x %d: %v:\n%s", s.Shot().Width, s.Shot().Height, err, s.Shot().Text())
	}
}
