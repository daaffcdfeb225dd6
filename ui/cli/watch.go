package cli

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

// watchFormats are what -o takes where happenings are printed.
var watchFormats = []string{"text", "json"}

// aboutEvents says what -o json prints of each event.
const aboutEvents = `

With -o json it is an object a line with the names
time group event origin past within_ms and, by event,
  watching: type state protocol coordinator epoch
    members[member_id client_id instance_id host assignment[topic partition]]
  log: state from why
  state: from to
  member_joined, member_left, member_expired, member_gone:
    member_id client_id instance_id host
  owners: changes[topic partition from to]
  rebalance_begun: from trigger who[member_id client_id instance_id host]
  rebalance_finished: from to inferred trigger
    who[member_id client_id instance_id host] begun took_ms pause_ms lag_built
    moved kept lost members[member_id kept gained lost] phases[state ms]
  group_gone, group_back: no more`

// A watch is the command `groups watch`.
type watch struct {
	output string
	period time.Duration
	past   bool
}

func (a *app) watchGroups() *cobra.Command {
	w := &watch{output: "text"}
	c := &cobra.Command{
		Use:   "watch GROUP...",
		Short: "Print what happens to groups, a line an event",
		Long: `Print what happens to groups, a line an event, until interrupted: members that
come and go, states, owners of partitions, and rebalances with what set them off,
how long they took and what they moved. Nothing is joined and no offset committed.

Where the group's partition of __consumer_offsets may be read, times are exact.
Elsewhere the group is looked at four times a second, and ± says how much earlier
something may have been; members that went are "gone" where nothing tells whether
they left or were thrown out. The pause of a rebalance is how long partitions were
without an owner, summed over them. A group that does not exist is waited for.` + aboutEvents + `

Times are RFC 3339, in UTC. What is not known is null. The from and to of owners
are lists of member ids, empty for nobody.`,
		Example: examples(
			"kscope groups watch -b kafka-1:9092 billing",
			"kscope groups watch -b kafka-1:9092 billing audit --past --for 10m -o json | jq 'select(.event == \"rebalance_finished\")'"),
		Args: someGroups,
	}
	flags := c.Flags()
	flags.VarP(choice{&w.output, "FORMAT", watchFormats}, "output", "o", "print text, or json for machines")
	flags.DurationVar(&w.period, "for", 0, "end after so long, such as 10m")
	flags.BoolVar(&w.past, "past", false, "begin with what the group's log tells of the past")
	completes(c, "output", watchFormats...)
	completes(c, "for")
	c.RunE = a.running(func(ctx context.Context, names []string) error {
		if err := positive(flags.Changed("for"), w.period); err != nil {
			return err
		}
		return w.run(ctx, a, distinct(names))
	})
	return c
}

// positive refuses a time that is over before it begins.
func positive(given bool, period time.Duration) error {
	if given && period <= 0 {
		return wrong("--for must be longer than nothing")
	}
	return nil
}

// distinct returns names, once each and in order.
func distinct(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func (w *watch) run(ctx context.Context, a *app, names []string) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	t := newTeller(a, w.output == "json", w.past, names)
	if t.Snapshot, err = a.greet(ctx, source, names); err != nil {
		return err
	}
	err = watchGroups(ctx, source, names, w.period, t.hear)
	if err == nil {
		a.say("%s", plural(t.printed, "event"))
	}
	return err
}

// greet asks for the groups there are, which also finds out whether the cluster can
// be used at all, and says which of those that are to be watched are not among them.
func (a *app) greet(ctx context.Context, source ui.Source, names []string) (model.Snapshot, error) {
	answer := &answer{source: source}
	if err := answer.first(ctx, model.ListGroups{}); err != nil {
		return model.Snapshot{}, err
	}
	for _, name := range names {
		if _, ok := answer.Group(name); !ok {
			a.say("there is no group %q yet, or no right to see it: waiting", name)
		}
	}
	return answer.Snapshot, nil
}

// watchGroups watches groups until the period is over, if it is not 0, or ctx is done,
// or hear returns an error. Hear is called for one event at a time.
func watchGroups(ctx context.Context, source ui.Source, names []string, period time.Duration, hear func(model.Event) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if period > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, period)
		defer done()
	}
	var lock sync.Mutex
	over := false
	tell := func(e model.Event) {
		lock.Lock()
		defer lock.Unlock()
		if over {
			return // what is still under way is not wanted
		}
		if err := hear(e); err != nil {
			over = true
			stop(err)
		}
	}
	var under sync.WaitGroup
	for _, name := range names {
		under.Go(func() {
			if err := source.Ask(ctx, model.WatchGroup{Group: name}, tell); err != nil && ctx.Err() == nil {
				stop(err)
			}
		})
	}
	under.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return nil
}

// A teller prints what happens to groups.
type teller struct {
	model.Snapshot
	app       *app
	json      bool
	followers map[string]*follower
	said      map[string]string // by group, its last trouble, until it is described again
	printed   int64
}

func newTeller(a *app, json, past bool, groups []string) *teller {
	t := &teller{app: a, json: json, followers: map[string]*follower{}, said: map[string]string{}}
	for _, name := range groups {
		t.followers[name] = &follower{group: name, past: past}
	}
	return t
}

func (t *teller) hear(e model.Event) error {
	t.Snapshot = t.Apply(e)
	switch e := e.(type) {
	case model.GroupsDescribed:
		for i := range e.Groups {
			if err := t.trouble(&e.Groups[i]); err != nil {
				return err
			}
			if err := t.follow(e.Groups[i].ID, e.At); err != nil {
				return err
			}
		}
	case model.GroupLogged:
		return t.follow(e.Group, e.At)
	}
	return nil
}

// trouble says why a group cannot be described, once as long as it stays the same.
// What will not pass by itself ends the watching, unless the group was seen before.
func (t *teller) trouble(g *model.Group) error {
	if g.Problem == nil {
		delete(t.said, g.ID)
		return nil
	}
	if lasting(g.Problem.Kind) && g.Problem.Kind != model.Gone && t.Histories[g.ID] == nil {
		return g.Problem
	}
	_, waitedFor := t.Group(g.ID)
	if says := g.Problem.Error(); says != t.said[g.ID] {
		t.said[g.ID] = says
		if waitedFor || g.Problem.Kind != model.Gone {
			t.app.say("%s", says)
		}
	}
	return nil
}

func (t *teller) follow(group string, at time.Time) error {
	f := t.followers[group]
	if f == nil {
		return nil
	}
	return t.print(f.follow(t.Histories[group], at))
}

// print writes lines in one go: who reads them from a pipe has every line as soon as
// it is known.
func (t *teller) print(all []happening) error {
	var lines []byte
	for _, h := range all {
		if !t.json {
			lines = appendHappening(lines, h)
			continue
		}
		line, err := encode(h)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	if len(lines) == 0 {
		return nil
	}
	t.printed += int64(len(all))
	_, err := t.app.std.Out.Write(lines)
	return err
}
