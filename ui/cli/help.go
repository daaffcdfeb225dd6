package cli

import (
	"context"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help prints the help of a command: styled on a terminal with colours, else
// plain.
func (a *app) help(c *cobra.Command, _ []string) {
	if !usesCluster(c) {
		c.InheritedFlags().VisitAll(func(f *pflag.Flag) { f.Hidden = true })
	}
	root := c.Root()
	if !a.colourful() {
		// What fang writes of a terminal's colours, and asks of it, is more than
		// NO_COLOR and a pipe allow.
		root.SetHelpFunc(nil)
		_ = c.Help() // its only error is that of writing
		return
	}
	// fang replaces the help function, and prints by it.
	root.SetArgs(append(strings.Fields(c.CommandPath())[1:], "--help"))
	_ = fang.Execute(c.Context(), root, fang.WithoutVersion(), fang.WithoutManpage())
}

// colourful reports whether standard output takes colours.
func (a *app) colourful() bool {
	term := a.deps.Getenv("TERM")
	return a.std.OutTerminal && term != "" && term != "dumb" && a.deps.Getenv("NO_COLOR") == ""
}

// usesCluster reports whether a command needs the flags that name a cluster.
func usesCluster(c *cobra.Command) bool {
	for c.HasParent() && c.Parent().HasParent() {
		c = c.Parent() // completion bash
	}
	return !c.HasParent() || c.GroupID != groupOther && c.Annotations[needsNoCluster] == ""
}

// helpCommand is `kscope help`.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Print the help of a command",
		GroupID: groupOther,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			for _, sub := range c.Root().Commands() {
				if sub.IsAvailableCommand() && len(args) == 0 {
					names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err == nil {
				err = noCommand(c.Root(), rest)
			}
			if err != nil {
				return statusOf(err)
			}
			about.InitDefaultHelpFlag()
			return a.running(func(context.Context, []string) error { return about.Help() })(c, nil)
		},
	}
}
