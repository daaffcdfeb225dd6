//go:build e2e

package e2e

import (
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"kscope/ui/e2e/terminal"
)

func TestTheTerminalIsTakenForTheExplorer(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, m := range []ansi.Mode{ansi.ModeAltScreenSaveCursor, ansi.ModeBracketedPaste, ansi.ModeMouseButtonEvent, ansi.ModeMouseExtSgr} {
		if !s.Mode(m) {
			t.Errorf("mode %d is off", m.Mode())
		}
	}
	if s.Mode(ansi.ModeTextCursorEnable) {
		t.Error("the cursor shows")
	}
	if s.LineUntouched() == nil {
		t.Error("the line is not in raw mode") // or the other tests prove nothing
	}
	s.press("M")
	s.see("the mouse is the terminal's")
	s.until("mouse that is no longer the program's", func(*terminal.Shot) bool { return !s.Mode(ansi.ModeMouseButtonEvent) })
}

func TestHoweverItEndsTheTerminalIsLeftAsItWasFound(t *testing.T) {
	t.Parallel()
	kill := func(sig syscall.Signal) func(*session) { return func(s *session) { s.send(sig) } }
	for _, way := range []struct {
		name string
		end  func(*session)
	}{
		{"q", func(s *session) { s.press("q") }},
		{"ctrl+c", func(s *session) { s.press("ctrl+c") }},
		{"ctrl+c in a dialog", func(s *session) { s.press("p"); s.see("Compose"); s.press("ctrl+c") }},
		{"ctrl+c in a filter", func(s *session) { s.press("/", "ord"); s.see("/ord"); s.press("ctrl+c") }},
		{"SIGTERM", kill(syscall.SIGTERM)},
		{"SIGHUP", kill(syscall.SIGHUP)},
		{"SIGINT", kill(syscall.SIGINT)},
		{"SIGQUIT", kill(syscall.SIGQUIT)},
		{"SIGTERM while the theme has a background", func(s *session) { s.press("T", "T"); s.see("theme "); s.send(syscall.SIGTERM) }},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := demo(t)
			way.end(s)
			if status := s.ends(); status != 0 {
				t.Errorf("the exit status is %d:\n%s", status, s.Shot().Text())
			}
			s.restored()
			if text := strings.TrimSpace(s.Shot().Text()); text != "" {
				t.Errorf("something was left on the screen:\n%s", text)
			}
		})
	}
}

func TestItCanBeEndedBeforeTheFirstScreen(t *testing.T) {
	t.Parallel()
	for range 5 {
		s := open(t, setup{args: []string{"--demo"}})
		s.until("first frame", func(shot *terminal.Shot) bool { return shot.Shows("kscope") })
		s.send(syscall.SIGTERM)
		s.ends()
		s.restored()
	}
}

func TestASuspendedExplorerGivesTheTerminalBackAndTakesItAgain(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, shell: true})
	s.settled()
	for range 2 {
		s.press("ctrl+z")
		s.see("stopped")
		s.restored()
		s.press("fg\r")
		s.settled()
		s.intact()
	}
	s.press("3") // and keys work again
	s.focus(groupsPane)
	s.press("q")
	if status := s.ends(); status != 0 {
		t.Errorf("the exit status is %d", status)
	}
	s.restored()
}

func TestATerminalThatNobodyReadsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("clicks")
	again, err := s.Neglect() // as soon as the next record is drawn
	if err != nil {
		t.Fatal(err)
	}
	defer again()
	s.press(strings.Repeat("z", 20)) // repaint it all, and again
	s.send(syscall.SIGTERM)
	status := s.ends() // it forces its end after two seconds
	if want := 128 + int(syscall.SIGTERM); status != want {
		t.Errorf("the exit status is %d, not %d", status, want)
	}
	if err := s.LineUntouched(); err != nil {
		t.Error(err)
	}
}

func TestAClosedWindowEndsTheProgram(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.HangUp()
	s.ends()
}
