package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kscope/kafka/recording"
	"kscope/model"
)

// A replay is the command of that name.
type replay struct {
	output string
	look   Explore
}

func (a *app) replay() *cobra.Command {
	r := &replay{look: Explore{Theme: "auto"}}
	c := &cobra.Command{
		Use:     "replay FILE",
		Short:   "Show what kscope record has written, without a cluster",
		GroupID: groupPast,
		Long: `Show what kscope record has written, without a cluster: in the view of the group,
all of it at once, to go back and forth in. With -o it prints what happened, as
kscope groups watch --past did or would have done.`,
		Example: examples(
			"kscope replay billing.jsonl",
			"kscope replay billing.jsonl -o json | jq 'select(.event == \"rebalance_finished\")'"),
		Args:        oneFile,
		Annotations: map[string]string{needsNoCluster: "yes"},
	}
	flags := c.Flags()
	flags.VarP(choice{&r.output, "FORMAT", watchFormats}, "output", "o", "print what happened instead, as text, or as json for machines")
	flags.Var(choice{&r.look.Theme, "NAME", themeNames}, "theme", "colours: "+either(themeNames))
	flags.BoolVar(&r.look.ASCII, "ascii", false, "draw with ASCII only, for terminals without box characters and marks")
	completes(c, "output", watchFormats...)
	completes(c, "theme", themeNames...)
	c.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault // files
	}
	c.RunE = a.running(func(ctx context.Context, args []string) error { return r.run(ctx, a, args[0]) })
	return c
}

// needsNoCluster marks, among a command's annotations, those that take no flags that
// name one.
const needsNoCluster = "needs no cluster"

// oneFile takes the name of one file.
func oneFile(c *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return wrong("%s takes the name of one file", c.CommandPath())
	}
	return nil
}

func (r *replay) run(ctx context.Context, a *app, name string) error {
	if r.output == "" {
		if err := a.hasScreen(); err != nil {
			return err
		}
	}
	tape, err := a.load(name)
	if err != nil {
		return err
	}
	if r.output != "" {
		return r.print(a, tape)
	}
	x := r.look
	x.Replay, x.NoColor = name, a.deps.Getenv("NO_COLOR") != ""
	x.Connection = model.Connection{Name: tape.Cluster, ReadOnly: true}
	return exit(a.deps.Explore(ctx, tape, x))
}

// load reads a recording, and says what of it is not understood.
func (a *app) load(name string) (*recording.Recording, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, wrong("the recording cannot be read: %s", reason(err))
	}
	defer file.Close()
	tape, err := recording.Read(file)
	var p *model.Problem
	switch {
	case errors.As(err, &p):
		return nil, &failure{misuse, &model.Problem{Kind: p.Kind, Says: filepath.Base(name) + ": " + p.Says, Fix: p.Fix}}
	case err != nil:
		return nil, err
	}
	if tape.Skipped > 0 {
		a.say("%s skipped: this kscope does not know what they say", plural(int64(tape.Skipped), "line was", "lines were"))
	}
	if tape.Partly > 0 {
		a.say("%s more than this kscope knows", plural(int64(tape.Partly), "line says", "lines say"))
	}
	if tape.Cut {
		a.say("the last line is not whole and was left out: the recorder was ended in the middle of it")
	}
	return tape, nil
}

// print prints what happened, in the order in which it was learned.
func (r *replay) print(a *app, tape *recording.Recording) error {
	t := newTeller(a, r.output == "json", true, tape.Groups)
	for _, e := range tape.Events {
		if err := t.hear(e); err != nil {
			return err
		}
	}
	for _, name := range tape.Groups {
		if err := t.print(t.followers[name].finish(t.Histories[name])); err != nil {
			return err
		}
	}
	if len(tape.Events) == 0 {
		a.say("the recording is empty: it was begun at %s", instant{tape.Started})
		return nil
	}
	a.say("%s, from %s to %s", plural(t.printed, "event"), instant{tape.Begin()}, instant{tape.End().Truncate(time.Millisecond)})
	return nil
}
