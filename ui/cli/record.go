package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kscope/kafka/recording"
	"kscope/model"
)

// A record is the command of that name.
type record struct {
	file   string
	period time.Duration
	past   bool
	force  bool
}

func (a *app) record() *cobra.Command {
	r := &record{}
	c := &cobra.Command{
		Use:     "record GROUP... -f FILE",
		Short:   "Write what happens to groups to a file",
		GroupID: groupPast,
		Long: `Write what happens to groups to a file, until interrupted: for post-mortems, and
to show it to somebody who cannot reach the cluster. Nothing is joined and no
offset committed.

The file is JSON Lines; docs/RECORDING.md describes it. kscope replay shows it. It
is good at any time, also when kscope is killed. It holds names of groups, clients,
hosts and topics, and no record. An existing file is not written over.`,
		Example: examples(
			"kscope record -b kafka-1:9092 billing -f billing.jsonl",
			"kscope record -b kafka-1:9092 billing audit -f night.jsonl --past --for 8h"),
		Args: someGroups,
	}
	flags := c.Flags()
	flags.VarP(text{&r.file, "FILE"}, "file", "f", "where to write")
	flags.DurationVar(&r.period, "for", 0, "end after so long, such as 8h")
	flags.BoolVar(&r.past, "past", false, "also what the groups' logs tell of the past")
	flags.BoolVar(&r.force, "force", false, "write over a file that exists")
	completes(c, "for")
	c.RunE = a.running(func(ctx context.Context, names []string) error {
		if r.file == "" {
			return wrong("%s needs -f FILE, where to write", c.CommandPath())
		}
		if err := positive(flags.Changed("for"), r.period); err != nil {
			return err
		}
		return r.run(ctx, a, distinct(names))
	})
	return c
}

func (r *record) run(ctx context.Context, a *app, names []string) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	now, err := a.greet(ctx, source, names)
	if err != nil {
		return err
	}
	file, err := createFile(r.file, r.force)
	if err != nil {
		return err
	}
	begun := time.Now()
	w, err := recording.NewWriter(file, recording.Header{Cluster: a.cluster(), Groups: names, Started: begun})
	if err == nil {
		if a.std.ErrTerminal {
			a.say("writing to %s, ctrl+c ends", r.file)
		}
		err = watchGroups(ctx, source, names, r.period, func(e model.Event) error {
			e = r.wanted(e)
			now = now.Apply(e)
			return w.Write(e)
		})
	}
	for _, end := range []error{w.Close(), file.Close()} {
		if err == nil {
			err = end
		}
	}
	a.say("%s: %s of %s in %s, %s", r.file, plural(int64(w.Lines), "line"), plural(int64(len(names)), "group"),
		span(time.Since(begun).Milliseconds()), plural(int64(rebalances(&now, names)), "rebalance"))
	return err
}

// wanted returns an event without what was before the recording, unless that was asked
// for. The latest of it stays: it is how the group was when recording began.
func (r *record) wanted(e model.Event) model.Event {
	logged, ok := e.(model.GroupLogged)
	if !ok || r.past {
		return e
	}
	past := slices.IndexFunc(logged.Observations, func(o model.Observation) bool { return !o.Past })
	if past < 0 {
		past = len(logged.Observations)
	}
	logged.Observations, logged.Log.From = logged.Observations[max(0, past-1):], time.Time{}
	return logged
}

// rebalances counts those that are known of groups.
func rebalances(s *model.Snapshot, groups []string) int {
	n := 0
	for _, id := range groups {
		if h := s.Histories[id]; h != nil {
			n += h.Dropped + len(h.Rebalances)
		}
	}
	return n
}

// cluster is what to call the cluster that the flags name.
func (a *app) cluster() string {
	c, err := a.flags.connection(a.deps.Getenv)
	switch {
	case err != nil || a.flags.demo:
		return "demo"
	case len(c.Seeds) > 0:
		return c.Seeds[0]
	}
	return ""
}
