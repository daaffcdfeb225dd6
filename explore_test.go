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

// asExplorer is the variable that makes the test binary the explorer of a source
// that panics once the program answers to keys.
const asExplorer = "KSCOPE_TEST_EXPLORE"

func TestMain(m *testing.M) {
	if os.Getenv(asExplorer) != "" {
		os.Exit(explore(context.Background(), &brittle{}, cli.Explore{Demo: true, Theme: "light"}))
	}
	os.Exit(m.Run())
}

// brittle is a source that lists brokers, and then panics on the goroutine that
// the question runs on: as a bug in package kafka would.
type brittle struct{ asked bool }

func (b *brittle) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	if q == (model.ListBrokers{}) {
		if b.asked {
			panic("a bug that a test put here")
		}
		b.asked = true
		emit(model.BrokersListed{Brokers: []model.Broker{{ID: 1, State: model.Up}}})
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (b *brittle) Do(context.Context, model.Command, func(model.Event)) error { return nil }

func TestAPanicOnAnyGoroutineLeavesTheTerminalAsItWas(t *testing.T) {
	term, err := terminal.Start(terminal.Options{
		Args: []string{os.Args[0]}, Width: 100, Height: 40,
		Env: []string{asExplorer + "=1", "TERM=xterm-256color", "COLORTERM=truecolor", "HOME=" + t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer term.End()
	select {
	case <-term.Ended():
	case <-time.After(20 * time.Second):
		t.Fatalf("it still runs:\n%s", term.Shot().Text())
	}
	if !strings.Contains(string(term.Stream()), "\x1b[?1049h") {
		t.Errorf("the explorer never showed: %q", term.Stream())
	}
	told := func(s *terminal.Shot) bool {
		return s.Shows("panic: a bug that a test put here", "kscope: this is a bug; the terminal was restored")
	}
	if !term.Await(5*time.Second, told) {
		t.Errorf("the screen shows\n%s", term.Shot().Text())
	}
	if err := term.Untouched(); err != nil {
		t.Errorf("the terminal was not left as it was found:\n%v", err)
	}
	if status := term.Status(); status != statusCrashed {
		t.Errorf("the exit status is %d, not %d", status, statusCrashed)
	}
}
