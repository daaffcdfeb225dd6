package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Groups of commands, as the help lists them.
const (
	groupCluster = "cluster"
	groupRecords = "records"
	groupPast    = "past"
	groupOther   = "other"
)

// tree makes the command line: every command, with its flags.
func (a *app) tree() *cobra.Command {
	root := a.root()
	root.AddGroup(
		&cobra.Group{ID: groupCluster, Title: "Print what the cluster has:"},
		&cobra.Group{ID: groupRecords, Title: "Read and write records:"},
		&cobra.Group{ID: groupPast, Title: "Keep what happens to groups, and look at it again:"},
		&cobra.Group{ID: groupOther, Title: "Other commands:"})
	root.AddCommand(
		brokers().build(a),
		a.topicCommands(),
		a.completingTopics(partitions().build(a), manyNames),
		a.groupCommands(),
		a.completingTopics(a.tail(), manyNames),
		a.completingTopics(a.export(), manyNames),
		a.completingTopics(a.produce(), oneName),
		a.completingGroups(a.record()), a.replay(),
		a.demo(), a.version(), a.manual())
	root.SetHelpCommand(a.helpCommand())
	root.SetCompletionCommandGroupID(groupOther)
	root.SetHelpFunc(a.help)
	root.SetFlagErrorFunc(flagError)
	root.SetIn(a.std.In)
	root.SetOut(a.std.Out)
	root.SetErr(a.std.Err)
	return root
}

// flagError says what is wrong with a flag, and what to do about it.
func flagError(c *cobra.Command, err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		if says := foreignFlag(name); says != "" {
			return wrong("there is no flag --%s: %s", name, says)
		}
		return wrong("there is no flag --%s: %s --help lists those there are", name, c.CommandPath())
	}
	return wrong("%w", err)
}

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrong("%s takes no arguments, and %q is one", c.CommandPath(), args[0])
	}
	return nil
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		GroupID:           groupOther,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: a.running(func(context.Context, []string) error {
			_, err := fmt.Fprintln(a.std.Out, "kscope", a.deps.Version)
			return err
		}),
	}
}

// demoListen is where `kscope demo` listens when nobody says otherwise.
const demoListen = "127.0.0.1:9092"

func (a *app) demo() *cobra.Command {
	listen, topics, partitions := demoListen, number{}, number{n: 20}
	c := &cobra.Command{
		Use:     "demo",
		Short:   "Serve the demo cluster to other programs on this machine",
		GroupID: groupOther,
		Long: `Serve the demo cluster to other programs on this machine, until interrupted.

It prints the address of each broker, and the URL of its schema registry, which
geo-positions (Protobuf) and fraud-scores (Avro) need. It asks nobody who they are,
and so listens on a loopback address only. With --topics it is a synthetic cluster of
that size, to try programs on, and has no registry.`,
		Example: examples(
			"kscope demo",
			"kscope demo --listen 127.0.0.1:19092 --topics 10000 --partitions 20"),
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := c.Flags()
	flags.Var(text{&listen, "HOST:PORT"}, "listen", "loopback address to listen on; port 0 is any that is free")
	flags.Var(topics.flag("N", 1, 1e6), "topics", "serve a synthetic cluster of so many topics")
	flags.Var(partitions.flag("N", 1, 1e6), "partitions", "partitions of each synthetic topic, 20 if not given")
	c.RunE = a.running(func(ctx context.Context, _ []string) error {
		if err := checkLoopback(listen); err != nil {
			return wrong("--listen: %w", err)
		}
		if partitions.given && !topics.given {
			return wrong("--partitions says how many each of --topics has, and that is not given")
		}
		if !topics.given {
			partitions.n = 0
		}
		err := a.deps.ServeDemo(ctx, listen, int(topics.n), int(partitions.n), a.std.Out)
		if ctx.Err() != nil {
			return nil
		}
		return err
	})
	return c
}

// What commands that list say of their JSON and of what is missing.
const (
	aboutMissing = `

What is not known is – in the table and null in the JSON, and standard error
says why; that alone is no failure, not even when a whole column is not known.
The exit status is 1 when something that was asked for by name is missing, or
rows are.`
	aboutNames = `

With -o json it is an array of objects with the names
%s.`
	aboutLineNames = `

With -o json it is an object a line with the names
%s.`
)

func aboutJSON(names string) string      { return fmt.Sprintf(aboutNames, fold(names)) }
func aboutJSONLines(names string) string { return fmt.Sprintf(aboutLineNames, fold(names)) }

// fold breaks text at blanks into lines of at most 78 columns.
func fold(text string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
		case column+1+len(word) > 78:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// examples indents examples as cobra's help wants them.
func examples(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }
