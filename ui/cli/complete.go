package cli

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kscope/model"
)

// completionTime is how long a shell may be kept waiting for names.
const completionTime = 3 * time.Second

// completes offers words for a flag; with none, it keeps the shell from offering
// files.
func completes(c *cobra.Command, flag string, words ...string) {
	f := cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	if err := c.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // there is no such flag: a mistake of whoever wrote the command
	}
}

// howMany is how many names a command takes.
type howMany bool

const (
	oneName   howMany = false
	manyNames howMany = true
)

// completingTopics lets the shell offer the names of topics for c's arguments.
func (a *app) completingTopics(c *cobra.Command, takes howMany) *cobra.Command {
	c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if takes == oneName && len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := slices.DeleteFunc(a.topicNames(c.Context(), begun), func(name string) bool { return slices.Contains(args, name) })
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// completingGroups lets the shell offer the ids of groups for c's arguments.
func (a *app) completingGroups(c *cobra.Command) *cobra.Command {
	c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names := slices.DeleteFunc(a.groupIDs(c.Context(), begun), func(name string) bool { return slices.Contains(args, name) })
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// topicNames returns the names of topics that begin so. Internal ones are offered
// to those who have begun to type one.
func (a *app) topicNames(ctx context.Context, begun string) []string {
	var names []string
	for _, t := range a.offering(ctx, model.ListTopics{}).Topics {
		if strings.HasPrefix(t.Name, begun) && typable(t.Name) && (!t.Internal || begun != "") {
			names = append(names, t.Name)
		}
	}
	return names
}

// groupIDs returns the ids of groups that begin so.
func (a *app) groupIDs(ctx context.Context, begun string) []string {
	var ids []string
	for _, g := range a.offering(ctx, model.ListGroups{}).Groups {
		if strings.HasPrefix(g.ID, begun) && typable(g.ID) {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// offering asks the cluster that the flags name for what a shell may offer, as far
// as it tells in time.
func (a *app) offering(ctx context.Context, q model.Query) *model.Snapshot {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	a.std.Err = io.Discard // a shell that waits for names has no place for a sentence
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return &model.Snapshot{}
	}
	defer letGo()
	answer := &answer{source: source}
	answer.ask(ctx, q)
	return &answer.Snapshot
}

// typable reports whether a name is one that Kafka allows for a topic, and mostly
// is for a group. What a fake broker
// makes up is not put on a command line.
func typable(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
}
