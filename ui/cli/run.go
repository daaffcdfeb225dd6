package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"kscope/model"
	"kscope/model/clean"
	"kscope/ui"
)

// The exit statuses.
const (
	done   = 0
	failed = 1 // the cluster said no, or only a part was done
	misuse = 2 // used wrongly
)

// Streams are the three standard streams, and which of them are terminals.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	InTerminal, OutTerminal, ErrTerminal bool
}

// Deps is what the command line needs of the rest of the program.
type Deps struct {
	Version string                   // what `kscope version` says after the name
	Getenv  func(name string) string // as os.Getenv

	// Connect returns the cluster that c leads to, and what lets go of it. It
	// need not have reached it yet.
	Connect func(ctx context.Context, c model.Connection) (ui.Source, func(), error)

	// Demo starts a demo cluster inside the process, and returns what stops it.
	Demo func(ctx context.Context, o DemoOptions) (ui.Source, func(), error)

	// ServeDemo serves a demo cluster on listen, a loopback host:port, until ctx
	// is done, and prints on out where it can be reached. With topics above zero
	// it is a synthetic one of that many topics, of so many partitions each.
	ServeDemo func(ctx context.Context, listen string, topics, partitions int, out io.Writer) error

	// CheckFilter says what is wrong with a filter of records, and how many of its
	// characters come before that; nothing if it can be used.
	CheckFilter func(filter string) (says string, column int)

	// Explore opens the explorer and returns the exit status.
	Explore func(ctx context.Context, source ui.Source, x Explore) int
}

// DemoOptions are the flags that matter to a demo cluster inside the process.
type DemoOptions struct {
	Name     string // what the header calls it; empty: the demo's own choice
	ReadOnly bool
	Settled  bool // wait until its groups have their members, as somebody who asks only once would see none
}

// Explore is how the explorer was asked for.
type Explore struct {
	Connection model.Connection // of a demo: no more than Name, ReadOnly and Timeout
	Demo       bool
	Theme      string // auto, dark, light, high-contrast, 16
	ASCII      bool   // only ASCII marks and frames
	KeepSent   bool   // what is sent by hand is kept for the next time
	NoColor    bool   // NO_COLOR is set, to whatever
	Replay     string // the file of a recording, in place of a cluster; empty for a cluster
	TailMemory int64  // how many bytes of records a tail keeps; 0 for what it keeps if nothing is said
}

// Run runs the command line args, without the program's name, and returns the
// exit status: 0 done, 1 the cluster said no or only a part was done, 2 used
// wrongly. Signals are the caller's: it cancels ctx. It should ignore SIGPIPE
// too, or a reader that goes away ends the process with that signal.
func Run(ctx context.Context, args []string, std Streams, d Deps) int {
	a := &app{std: std, deps: d}
	root := a.tree()
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for os.Args
	return a.end(ctx, root.ExecuteContext(ctx))
}

// An app is one run of the command line.
type app struct {
	std   Streams
	deps  Deps
	flags connectionFlags
}

// A failure is an error with its exit status. Without an error, what there was
// to say has been said.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit status %d", f.status)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// wrong is the error of a command used wrongly.
func wrong(format string, args ...any) error {
	return &failure{misuse, fmt.Errorf(format, args...)}
}

// exit is the error that ends a command with a status and no further word; nil
// for status 0.
func exit(status int) error {
	if status == done {
		return nil
	}
	return &failure{status: status}
}

// statusOf gives an error of a command its exit status. What it returns is a
// *failure, which tells it from the errors that cobra makes of arguments.
func statusOf(err error) error {
	var f *failure
	if err == nil || errors.As(err, &f) {
		return err
	}
	return &failure{failed, err}
}

// end says what went wrong, in one sentence, and returns the exit status.
func (a *app) end(ctx context.Context, err error) int {
	var f *failure
	switch {
	case err == nil, hungUp(err):
		return done
	case !errors.As(err, &f):
		f = &failure{misuse, err} // cobra: an unknown flag, a bad value
	}
	switch {
	case f.err == nil:
	case f.status == failed && ctx.Err() != nil:
		a.say("interrupted")
	default:
		a.say("%v", f.err)
	}
	return f.status
}

// hungUp reports whether the reader of our output has gone away, as head does
// once it has seen enough. That is no failure.
func hungUp(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// say writes a sentence to standard error.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.std.Err, "kscope:", clean.Text(fmt.Sprintf(format, args...)))
}

// open returns the cluster that the flags name, and what lets go of it. What
// the flags say of a demo cluster is added to demo.
func (a *app) open(ctx context.Context, demo DemoOptions) (ui.Source, func(), error) {
	c, err := a.flags.connection(a.deps.Getenv)
	switch {
	case err != nil:
		return nil, nil, err
	case a.flags.demo:
		demo.Name, demo.ReadOnly = c.Name, c.ReadOnly
		return a.deps.Demo(ctx, demo)
	}
	if c.Protocol() == "SASL_PLAINTEXT" && c.Mechanism == "PLAIN" {
		a.say("the password travels unencrypted; add --tls")
	}
	if c.Registry.Exposed() {
		a.say("what logs in to the registry travels unencrypted; write https:// in --registry")
	}
	source, letGo, err := a.deps.Connect(ctx, c)
	var p *model.Problem
	if errors.As(err, &p) && p.Kind == model.Invalid {
		err = &failure{misuse, err} // a file that a flag names is not what it should be
	}
	return source, letGo, err
}
