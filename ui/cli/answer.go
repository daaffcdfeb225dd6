package cli

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"kscope/model"
	"kscope/ui"
)

// An answer is what the cluster said to some queries.
type answer struct {
	model.Snapshot
	Lost []*model.Problem // of brokers that did not say which groups they coordinate

	source ui.Source
	lock   sync.Mutex // over the fields above and below while queries are under way
	failed map[model.Query]error
}

// ask asks queries side by side and returns when all are answered. What went
// wrong with one is told by err.
func (a *answer) ask(ctx context.Context, queries ...model.Query) {
	var under sync.WaitGroup
	for _, q := range queries {
		under.Go(func() {
			if err := a.source.Ask(ctx, q, a.hear); err != nil {
				a.fail(q, err)
			}
		})
	}
	under.Wait()
}

func (a *answer) hear(e model.Event) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.Snapshot = a.Apply(e)
	if e, ok := e.(model.GroupsListed); ok {
		a.Lost = e.Problems
	}
}

func (a *answer) fail(q model.Query, err error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.failed == nil {
		a.failed = map[model.Query]error{}
	}
	a.failed[q] = err
}

// err returns why q has no answer, or not all of one; nil if it has.
func (a *answer) err(q model.Query) error { return a.failed[q] }

// first asks q, which must be answered for the rest to make sense. Where nobody
// answers, the error says which step on the way to the cluster failed.
func (a *answer) first(ctx context.Context, q model.Query) error {
	a.ask(ctx, q)
	return explain(ctx, a.source, a.err(q))
}

// diagnosisTime is how long a diagnosis may take on top of what has failed.
const diagnosisTime = 10 * time.Second

// explain returns what a diagnosis finds wrong with the way to the cluster, if
// err may come from there, else err.
func explain(ctx context.Context, source ui.Source, err error) error {
	var p *model.Problem
	if ctx.Err() != nil || !errors.As(err, &p) || !onTheWay(p.Kind) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, diagnosisTime)
	defer cancel()
	var found *model.Problem
	_ = source.Ask(ctx, model.Diagnose{}, func(e model.Event) { // what it found in time is enough
		if e, ok := e.(model.Diagnosed); ok && e.Diagnosis.Problem != nil {
			found = e.Diagnosis.Problem
		}
	})
	if found != nil {
		return found
	}
	return err
}

// onTheWay reports whether such a problem may be one of reaching the cluster.
func onTheWay(kind model.ProblemKind) bool {
	switch kind {
	case model.Unreachable, model.Insecure, model.Refused, model.Timeout, model.Failed:
		return true
	}
	return false
}

// topics asks for the topics and returns those that are wanted. One that is
// wanted by name and is not there is noted.
func (a *answer) topics(ctx context.Context, w want, n *notes) ([]*model.Topic, error) {
	if err := a.first(ctx, model.ListTopics{}); err != nil {
		return nil, err
	}
	if len(w.names) > 0 {
		return pick(w, n, "topic", a.Topic), nil
	}
	shown := slices.DeleteFunc(slices.Clone(a.Topics), func(t *model.Topic) bool { return t.Internal && !w.internal })
	switch {
	case len(a.Topics) == 0:
		n.note(noneSeen, "topics")
	case len(shown) == 0:
		n.note("no topics but internal ones, which --internal shows")
	}
	return shown, nil
}

// noneSeen says that an answer is empty. Brokers leave out what a user may not
// see, without a word.
const noneSeen = "there are no %s, or this user may Describe none"

// pick finds what is wanted by name, once each and in the order of their names.
func pick[T any](w want, n *notes, noun string, find func(string) (T, bool)) []T {
	var found []T
	for _, name := range slices.Compact(slices.Sorted(slices.Values(w.names))) {
		if v, ok := find(name); ok {
			found = append(found, v)
		} else {
			n.miss("there is no %s %q, or no right to see it", noun, name)
		}
	}
	return found
}

// namesOf returns the set of names to ask for: all of them when none is wanted
// by name.
func namesOf[T any](w want, found []T, name func(T) string) model.Names {
	if len(w.names) == 0 {
		return model.Names{}
	}
	names := make([]string, len(found))
	for i, v := range found {
		names[i] = name(v)
	}
	return model.NamesOf(names...)
}

func topicName(t *model.Topic) string { return t.Name }
func groupID(g *model.Group) string   { return g.ID }

// noteSizes notes why sizes are not known, if they are not.
func (a *answer) noteSizes(n *notes, listed []*model.Topic) {
	if err := a.err(model.DescribeLogDirs{}); err != nil {
		n.note("sizes are not known: %s", why(err))
		return
	}
	for _, b := range slices.Sorted(maps.Keys(a.LogDirs)) {
		if problem := a.LogDirs[b].Problem; problem != nil {
			n.add(sizes, problem, id(b))
		}
	}
	for _, b := range a.silent(listed) {
		n.add(sizes, errSilent, id(b))
	}
	n.flush()
}

var (
	sizes     = trouble{what: "sizes", noun: "broker", verb: "are"}
	errSilent = errors.New("not listed as serving")
)

// silent returns the brokers that hold replicas of topics and were not there to
// be asked how large they are.
func (a *answer) silent(listed []*model.Topic) []int32 {
	missing := map[int32]bool{}
	for _, t := range listed {
		for i := range t.Partitions {
			for _, r := range t.Partitions[i].Replicas {
				if a.LogDirs[r.Broker] == nil {
					missing[r.Broker] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// topicBytes returns what all replicas of a topic take up; nil if that is not
// known of every one of them.
func (a *answer) topicBytes(t *model.Topic) *int64 {
	var total int64
	for i := range t.Partitions {
		p := &t.Partitions[i]
		for _, r := range p.Replicas {
			n := a.LogDirs[r.Broker].Replica(t.Name, p.ID)
			if n == model.NoBytes {
				return nil
			}
			total += n
		}
	}
	if len(t.Partitions) == 0 {
		return nil
	}
	return &total
}
