package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"kscope/kafka/demo"
	"kscope/model/clean"
	"kscope/ui"
	"kscope/ui/cli"
)

// Exit statuses of the explorer beside 0.
const (
	statusFailed  = 1
	statusCrashed = 70 // as sysexits.h has it for a bug in the program
)

// stalled is how long a terminal that nobody reads may hold up the end.
const stalled = 2 * time.Second

// gcPercent makes the garbage collector run at half the growth it would wait for:
// of 200,000 partitions that saves 45 MB, and costs no time that can be measured.
const gcPercent = 50

// explore runs the explorer until the user or a signal ends it, and leaves the
// terminal as it was found whatever happens: Bubble Tea alone does not after
// SIGHUP, SIGQUIT, a panic on another goroutine, or when nobody reads the
// terminal.
func explore(ctx context.Context, source ui.Source, x cli.Explore) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	var kept *ui.Kept
	if x.KeepSent {
		var err error
		if kept, err = keptSent(); err != nil {
			fmt.Fprintln(os.Stderr, "kscope:", err)
			return statusFailed
		}
	}
	g := &guard{crashed: make(chan string, 1), over: make(chan struct{})}
	g.saved, _ = term.GetState(os.Stdin.Fd())
	var simulated []string
	if x.Demo {
		simulated = demo.Simulated
	}
	app := ui.New(ctx, source, ui.Options{
		Name: nameOf(x), Seeds: strings.Join(x.Connection.Seeds, ","), Protocol: x.Connection.Protocol(),
		ReadOnly: x.Connection.ReadOnly, Registry: hasRegistry(x), Demo: x.Demo, Simulated: simulated, Replay: x.Replay,
		Theme: x.Theme, ASCII: x.ASCII, NoColor: x.NoColor, TailMemory: x.TailMemory, Guard: g.run, ReadFile: readText,
		Files: &ui.Files{Size: fileSize, Read: readBytes, Create: createFile}, CheckFilter: checkFilter, Edit: g.edit, Kept: kept,
	})
	options := []tea.ProgramOption{tea.WithoutSignalHandler(), tea.WithFilter(cellWidths)}
	if x.NoColor { // Bubble Tea takes NO_COLOR for a boolean; any value counts
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	g.program = tea.NewProgram(app, options...)
	defer g.watch()()
	_, err := g.program.Run()
	status := g.status(err)
	close(g.over)
	for _, place := range begun.discard() {
		fmt.Fprintf(os.Stderr, "kscope: %s was not whole yet, nothing of it stays\n", clean.Text(place))
	}
	return status
}

// cellWidths keeps Bubble Tea from switching to grapheme widths when the terminal
// offers them (mode 2027): the canvas counts cells as terminals without that mode
// do, and a screen is straight only if both count alike.
func cellWidths(_ tea.Model, msg tea.Msg) tea.Msg {
	if m, ok := msg.(tea.ModeReportMsg); ok && m.Mode == ansi.ModeUnicodeCore {
		return nil
	}
	return msg
}

// hasRegistry reports whether there is a schema registry: the demo has one of its own.
func hasRegistry(x cli.Explore) bool { return len(x.Connection.Registry.URLs) > 0 || x.Demo }

func nameOf(x cli.Explore) string {
	switch {
	case x.Connection.Name != "":
		return x.Connection.Name
	case x.Demo:
		return "demo"
	case len(x.Connection.Seeds) > 0:
		return x.Connection.Seeds[0]
	}
	return "kafka"
}

// A guard restores the terminal where Bubble Tea would not.
type guard struct {
	program *tea.Program
	saved   *term.State
	crashed chan string   // the first panic and its stack
	over    chan struct{} // closed once the terminal was left, and told what went wrong
	editing atomic.Bool   // the user's editor has the terminal
}

// run runs f on a goroutine of its own. A panic in it ends the program with the
// terminal restored, and is told then.
func (g *guard) run(f func()) {
	go func() {
		defer func() {
			if r := recover(); r != nil {
				select {
				case g.crashed <- fmt.Sprintf("panic: %v\n\n%s", r, debug.Stack()):
				default:
				}
				g.force(statusCrashed)
				g.program.Quit() // Kill would take the terminal down under the feet of the loop
			}
		}()
		f()
	}()
}

// watch ends the program on a signal, by force if the terminal holds it up. It
// returns what stops the watching.
func (g *guard) watch() func() {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT)
	go func() {
		for s := range signals {
			if s == syscall.SIGINT && g.editing.Load() {
				continue // it reaches whatever has the terminal
			}
			g.force(128 + int(s.(syscall.Signal)))
			g.program.Quit()
			return
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// force ends the program with a status if the terminal holds up its own end. What ends
// after that, such as test consumers that leave their groups, has its own time.
func (g *guard) force(status int) {
	go func() {
		select {
		case <-g.over:
		case <-time.After(stalled):
			_ = term.Restore(os.Stdin.Fd(), g.saved)
			os.Exit(status)
		}
	}()
}

// status tells what went wrong, now that the terminal can show it.
func (g *guard) status(err error) int {
	select {
	case story := <-g.crashed:
		fmt.Fprintln(os.Stderr, story)
		fmt.Fprintln(os.Stderr, "kscope: this is a bug; the terminal was restored, nothing was sent")
		return statusCrashed
	default:
	}
	switch {
	case err == nil, errors.Is(err, tea.ErrInterrupted):
		return 0
	case errors.Is(err, tea.ErrProgramPanic):
		return statusCrashed
	}
	fmt.Fprintln(os.Stderr, "kscope:", err)
	return statusFailed
}
