//go:build unix

package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/cli"
	"kscope/ui/e2e/terminal"
)

// asExplorer is the variable that makes the test binary the explorer of a brittle
// source.
const asExplorer = "KSCOPE_TEST_EXPLORE"

func TestMain(m *testing.M) {
	if os.Getenv(asExplorer) != "" {
		os.Exit(explore(context.Background(), brittle{}, cli.Explore{Demo: true, Theme: "light"}))
	}
	os.Exit(m.Run())
}

// brittle is a source that panics while it is asked for topics, once the explorer
// is on screen: on the goroutine that the question runs on, as a bug in package
// kafka would.
type brittle struct{}

func (brittle) Ask(ctx context.Context, q model.Query, _ func(model.Event)) error {
	if q == (model.ListTopics{}) {
		time.Sleep(time.Second)
		panic("a bug that a test put here")
	}
	<-ctx.Done()
	return ctx.Err()
}

func (brittle) Do(context.Context, model.Command, func(model.Event)) error { return nil }

// explorer runs the explorer of a brittle source.
func explorer(t *testing.T) *terminal.Terminal {
	t.Helper()
	term, err := terminal.Start(terminal.Options{
		Args: []string{os.Args[0]}, Width: 100, Height: 40,
		Env: []string{asExplorer + "=1", "TERM=xterm-256color", "COLORTERM=truecolor", "HOME=" + t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.End)
	return term
}

// Nobody reads the terminal from before the first frame on, so the program can
// neither draw nor put the screen back.
func TestAPanicEndsTheProgramThoughNobodyReadsTheTerminal(t *testing.T) {
	term := explorer(t)
	defer term.Neglect()()
	for begin := time.Now(); term.Status() < 0; time.Sleep(5 * time.Millisecond) {
		_ = term.Type("T") // every theme paints all of it anew
		if time.Since(begin) > time.Minute {
			t.Fatal("it still runs")
		}
	}
	if err := term.LineUntouched(); err != nil {
		t.Error(err)
	}
	if status := term.Status(); status != statusCrashed {
		t.Errorf("the exit status is %d, not %d", status, statusCrashed)
	}
}

func TestAPanicOnAnyGoroutineLeavesTheTerminalAsItWas(t *testing.T) {
	term := explorer(t)
	select {
	case <-term.Ended():
	case <-time.After(time.Minute):
		t.Fatalf("it still runs:\n%s", term.Shot().Text())
	}
	if !strings.Contains(string(term.Stream()), "\x1b[?1049h") {
		t.Errorf("the explorer never showed: %q", term.Stream())
	}
	told := func(s *terminal.Shot) bool {
		return s.Shows("panic: a bug that a test put here", "kscope: this is a bug; the terminal was restored")
	}
	if !term.Await(30*time.Second, told) {
		t.Errorf("the screen shows\n%s", term.Shot().Text())
	}
	if err := term.Untouched(); err != nil {
		t.Errorf("the terminal was not left as it was found:\n%v", err)
	}
	if status := term.Status(); status != statusCrashed {
		t.Errorf("the exit status is %d, not %d", status, statusCrashed)
	}
}
