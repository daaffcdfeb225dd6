package cli

import (
	"bufio"
	"context"

	"github.com/spf13/cobra"
)

// A listing is a command that prints rows. The same rows make the table and the
// JSON: the fields of R, in their order, are the JSON's names.
type listing[R any] struct {
	command cobra.Command
	columns []column[R]
	named   func(name string) error // refuses names that cannot be; may be nil
	settled bool                    // a demo cluster's groups must have their members
	rows    func(ctx context.Context, a *answer, w want, n *notes) ([]R, error)
}

// want is which rows are wanted.
type want struct {
	names    []string // empty: all
	internal bool     // topics that Kafka keeps for itself too
}

// formats of commands that list.
var listFormats = []string{"table", "json"}

// build makes the cobra command.
func (l listing[R]) build(a *app) *cobra.Command {
	c := &l.command
	c.GroupID = groupCluster
	output, w, noHeaders := "table", want{}, false
	c.Flags().VarP(choice{&output, "FORMAT", listFormats}, "output", "o", "print a table, or json for machines")
	c.Flags().BoolVar(&noHeaders, "no-headers", false, "leave out the first line of the table")
	if c.Annotations[takesInternal] != "" {
		c.Flags().BoolVar(&w.internal, "internal", false, "topics that Kafka keeps for itself too; one that is named is always shown")
	}
	completes(c, "output", listFormats...)
	c.Args = func(_ *cobra.Command, names []string) error { return l.check(names) }
	c.RunE = a.running(func(ctx context.Context, names []string) error {
		w.names = names
		rows, n, err := l.ask(ctx, a, w)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(a.std.Out)
		if output == "json" {
			err = writeArray(out, rows)
		} else {
			writeTable(out, l.columns, rows, !noHeaders)
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return err
		}
		return exit(n.status)
	})
	return c
}

// takesInternal marks, among a command's annotations, those with --internal.
const takesInternal = "internal"

func (l listing[R]) check(names []string) error {
	for _, name := range names {
		if name == "" {
			return wrong("a name is empty")
		}
		if l.named == nil {
			continue
		}
		if err := l.named(name); err != nil {
			return err
		}
	}
	return nil
}

func (l listing[R]) ask(ctx context.Context, app *app, w want) ([]R, *notes, error) {
	source, letGo, err := app.open(ctx, DemoOptions{Settled: l.settled})
	if err != nil {
		return nil, nil, err
	}
	defer letGo()
	n := &notes{app: app}
	rows, err := l.rows(ctx, &answer{source: source}, w, n)
	return rows, n, err
}

// running makes a cobra function of one that knows nothing of cobra.
func (a *app) running(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		return statusOf(run(c.Context(), args))
	}
}
