package cli

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"
)

// themeNames are what --theme takes.
var themeNames = []string{"auto", "dark", "light", "high-contrast", "16"}

// headless are the commands that need no screen.
const headless = "kscope brokers, topics, partitions, groups, tail, produce or replay -o text"

// root is `kscope` itself: it opens the explorer.
func (a *app) root() *cobra.Command {
	x := Explore{Theme: "auto"}
	c := &cobra.Command{
		Use:   "kscope",
		Short: "Explore a Kafka cluster from the terminal",
		Long: `Explore a Kafka cluster from the terminal: its brokers, topics, partitions and
how they are spread, its groups, and the records as they are written.

Without a command it opens the explorer. The commands below print the same
without a screen, for people and for scripts.

The exit status is 0 when all was done, 1 when the cluster said no or only a part
was done, and 2 when kscope was used wrongly.`,
		Example: examples(
			"kscope --demo",
			"kscope -b kafka-1:9092,kafka-2:9092",
			`kscope -b kafka-1:9093 --ca-file ca.pem --username ada \`,
			"  --sasl-mechanism SCRAM-SHA-512 --password-env KAFKA_PASSWORD",
			"kscope topics -b kafka-1:9092 -o json"),
		Version:                    a.deps.Version,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args:                       noCommand,
		ValidArgsFunction:          cobra.NoFileCompletions,
	}
	c.SetVersionTemplate("kscope {{.Version}}\n")
	c.Flags().Bool("version", false, "print the version") // cobra's own would take -v
	c.Flags().Var(choice{&x.Theme, "NAME", themeNames}, "theme", "colours: "+either(themeNames))
	c.Flags().BoolVar(&x.ASCII, "ascii", false, "draw with ASCII only, for terminals without box characters and marks")
	c.Flags().Var(memory{&x.TailMemory}, "tail-memory", "how much memory the records of a tail may take, such as 64MiB, which is what they may")
	c.Flags().BoolVar(&x.KeepSent, "keep-sent", false, "keep what is sent by hand for the next time, in $XDG_STATE_HOME/kscope/sent.jsonl")
	c.Flags().Var(text{&a.flags.name, "NAME"}, "name", "what to call the cluster on screen")
	a.flags.add(c.PersistentFlags())
	completes(c, "theme", themeNames...)
	completes(c, "sasl-mechanism", mechanisms...)
	for _, name := range []string{"brokers", "name", "server-name", "username", "password-env", "timeout", "client-id", "tail-memory"} {
		completes(c, name)
	}
	c.RunE = a.running(func(ctx context.Context, _ []string) error { return a.explore(ctx, x) })
	return c
}

// noCommand refuses arguments to kscope itself: they were meant as a command.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return wrong("there is no command %q, did you mean %s?", args[0], either(near))
	}
	return wrong("there is no command %q: kscope --help lists those there are", args[0])
}

func (a *app) explore(ctx context.Context, x Explore) error {
	var err error
	if x.Connection, err = a.flags.connection(a.deps.Getenv); err != nil {
		return err
	}
	if err := a.hasScreen(); err != nil {
		return err
	}
	x.Demo, x.NoColor = a.flags.demo, a.deps.Getenv("NO_COLOR") != ""
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	return exit(a.deps.Explore(ctx, source, x))
}

// hasScreen refuses to draw where nobody could see it.
func (a *app) hasScreen() error {
	term := a.deps.Getenv("TERM")
	switch {
	case !a.std.OutTerminal:
		return wrong("standard output is not a terminal, which the explorer needs; without one, use %s", headless)
	case !a.std.InTerminal:
		return wrong("standard input is not a terminal, which the explorer needs; without one, use %s", headless)
	case term == "dumb":
		return wrong("the terminal cannot place text (TERM=dumb), which the explorer needs; without that, use %s", headless)
	case term == "" && runtime.GOOS != "windows":
		return wrong("TERM is not set, and the explorer needs to know the terminal; set it, or use %s", headless)
	}
	return nil
}
