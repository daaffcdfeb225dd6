//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/cli"
	"kscope/ui/e2e/terminal"
)

// asExplorer is the variable that makes the test binary the explorer of a brittle
// source: the file that breaks it by being there.
const asExplorer = "KSCOPE_TEST_EXPLORE"

func TestMain(m *testing.M) {
	if file := os.Getenv(asExplorer); file != "" {
		os.Exit(explore(context.Background(), brittle{file}, cli.Explore{Demo: true, Theme: "light"}))
	}
	os.Exit(m.Run())
}

// brittle is a source that panics while it is asked for topics, once a file is there: on
// the goroutine that the question runs on, as a bug in package kafka would.
type brittle struct{ file string }

func (b brittle) Ask(ctx context.Context, q model.Query, _ func(model.Event)) error {
	if q == (model.ListTopics{}) {
		for ctx.Err() == nil {
			if _, err := os.Stat(b.file); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		panic("a bug that a test put here")
	}
	<-ctx.Done()
	return ctx.Err()
}

func (brittle) Do(context.Context, model.Command, func(model.Event)) error { return nil }

// explorer runs the explorer of a brittle source, which is on screen until it is broken.
func explorer(t *testing.T) (term *terminal.Terminal, breaks func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "broken")
	term, err := terminal.Start(terminal.Options{
		Args: []string{os.Args[0]}, Width: 100, Height: 40,
		Env: []string{asExplorer + "=" + file, "TERM=xterm-256color", "COLORTERM=truecolor", "HOME=" + t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.End)
	if !term.Await(forever, func(s *terminal.Shot) bool { return s.Shows("1 Brokers") }) {
		t.Fatalf("the explorer never showed:\n%s", term.Shot().Text())
	}
	return term, func() {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// forever is longer than anything takes, however busy the machine.
const forever = 3 * time.Minute

// Nobody reads the terminal, so the program can neither draw nor put the screen back.
func TestAPanicEndsTheProgramThoughNobodyReadsTheTerminal(t *testing.T) {
	term, breaks := explorer(t)
	neglected := make(chan struct{})
	go func() {
		for ; ; time.Sleep(20 * time.Millisecond) {
			select {
			case <-neglected:
				return
			default:
				_ = term.Type("T") // every theme paints all of it anew
			}
		}
	}()
	again, err := term.Neglect()
	close(neglected)
	if err != nil {
		t.Fatal(err)
	}
	defer again()
	breaks()
	select {
	case <-term.Ended():
	case <-time.After(forever):
		t.Fatal("it still runs")
	}
	if err := term.LineUntouched(); err != nil {
		t.Error(err)
	}
	if status := term.Status(); status != statusCrashed {
		t.Errorf("the exit status is %d, not %d", status, statusCrashed)
	}
}

func TestAPanicOnAnyGoroutineLeavesTheTerminalAsItWas(t *testing.T) {
	term, breaks := explorer(t)
	breaks()
	select {
	case <-term.Ended():
	case <-time.After(forever):
		t.Fatalf("it still runs:\n%s", term.Shot().Text())
	}
	if !strings.Contains(string(term.Stream()), "\x1b[?1049h") {
		t.Errorf("the explorer never showed: %q", term.Stream())
	}
	told := func(s *terminal.Shot) bool {
		return s.Shows("panic: a bug that a test put here", "kscope: this is a bug; the terminal was restored")
	}
	if !term.Await(forever, told) {
		t.Errorf("the screen shows\n%s", term.Shot().Text())
	}
	if err := term.Untouched(); err != nil {
		t.Errorf("the terminal was not left as it was found:\n%v", err)
	}
	if status := term.Status(); status != statusCrashed {
		t.Errorf("the exit status is %d, not %d", status, statusCrashed)
	}
}

// The demo has a registry of its own, which no flag names.
func TestWhereThereIsARegistry(t *testing.T) {
	named := model.Connection{Registry: model.Registry{URLs: []string{"http://r"}}}
	for want, x := range map[bool][]cli.Explore{
		true:  {{Demo: true}, {Connection: named}},
		false: {{}, {Replay: "x.jsonl"}},
	} {
		for _, x := range x {
			if hasRegistry(x) != want {
				t.Errorf("%+v: %v", x, !want)
			}
		}
	}
}
