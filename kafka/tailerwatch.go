package kafka

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// watch looks at the topics while they are read: it says when leaders move and
// when partitions have none, and ends the session when a topic is gone, has changed or
// is to be tried again. It looks no more often than its requests are cheap.
func (t *tailer) watch(ctx context.Context, end context.CancelCauseFunc) {
	wait := watching
	for {
		pause(ctx, wait)
		if ctx.Err() != nil {
			return
		}
		begin := time.Now()
		changed, err := t.look(ctx)
		if changed && err == nil {
			end(errChanged)
			return
		}
		wait = max(watching, 20*time.Since(begin)) // brokers come and go: the next look may work
	}
}

// look compares the topics with what they were like, and reports whether they have to
// be placed anew.
func (t *tailer) look(ctx context.Context) (changed bool, err error) {
	names, err := t.names(ctx)
	if err != nil {
		return false, err
	}
	found, err := t.c.describeAll(ctx, names)
	if err != nil {
		return false, err
	}
	t.state.Lock()
	defer t.state.Unlock()
	for name, topic := range t.topics {
		if topic.wanted && !slices.Contains(names, name) {
			return true, nil // it was deleted
		}
	}
	var moves []move
	var leaderless, unreached []string
	for i := range found {
		topic := t.topics[found[i].Name]
		if topic == nil || !topic.wanted || t.differs(topic, &found[i]) {
			return true, nil
		}
		moves = append(moves, t.moves(topic, &found[i])...)
		topic.leaders = leadersOf(&found[i])
		a, b := t.unled(topic)
		leaderless, unreached = append(leaderless, a...), append(unreached, b...)
	}
	t.tellMoves(moves)
	problem := leaderlessProblem(leaderless)
	if problem == nil {
		problem = t.lost.problem(unreached)
	}
	t.tellTrouble(func(tr *troubles) { tr.waiting = problem })
	return t.isTime(), nil
}

// differs reports whether a topic is another one, has other partitions, or has a
// problem that it did not have.
func (t *tailer) differs(topic *topicRead, found *model.Topic) bool {
	switch {
	case found.Problem != nil:
		return topic.problem == nil || topic.problem.Kind != found.Problem.Kind
	case topic.problem != nil:
		return topic.problem.Kind == model.Gone && len(found.Partitions) != topic.size || !time.Now().Before(topic.retry)
	}
	return topic.id != found.ID || topic.size != len(found.Partitions)
}

// isTime reports whether something has to be placed anew because time has passed.
func (t *tailer) isTime() bool {
	until := t.q.Until
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			if !topic.wanted || !p.wanted || p.stopped {
				continue
			}
			if p.late && topic.problem == nil && int(p.id) < len(topic.leaders) && topic.leaders[p.id] != model.NoBroker {
				return true // it has a leader now, and can be placed
			}
			if until.At == model.StopAtTime && p.noStop() && time.Now().After(until.Time) {
				return true
			}
		}
	}
	return false
}

// A move is a partition that has another leader than before.
type move struct {
	place    string
	from, to int32
}

func (t *tailer) moves(topic *topicRead, found *model.Topic) (moves []move) {
	wanted := t.targets.Partitions(topic.name)
	for i := range found.Partitions {
		p := &found.Partitions[i]
		if int(p.ID) < len(topic.leaders) && wanted.Has(p.ID) && topic.leaders[p.ID] != p.Leader {
			moves = append(moves, move{fmt.Sprintf("%s/%d", topic.name, p.ID), topic.leaders[p.ID], p.Leader})
		}
	}
	return moves
}

// tellMoves says in a line where leaders have gone.
func (t *tailer) tellMoves(moves []move) {
	var to []int32
	for _, m := range moves {
		if !slices.Contains(to, m.to) {
			to = append(to, m.to)
		}
	}
	for _, m := range moves[:min(len(moves), 1)] {
		switch {
		case len(moves) > 1:
			t.notice(false, "%d partitions have other leaders: %s", len(moves), summed(moves, to))
		case m.to == model.NoBroker:
			t.notice(false, "%s has no leader any more, it was broker %d", m.place, m.from)
		case m.from == model.NoBroker:
			t.notice(false, "%s has a leader again: broker %d", m.place, m.to)
		default:
			t.notice(false, "The leader of %s moved from broker %d to %d", m.place, m.from, m.to)
		}
	}
}

// summed counts moves by where they go.
func summed(moves []move, to []int32) string {
	slices.Sort(to)
	var parts []string
	for _, id := range to {
		n := 0
		for _, m := range moves {
			if m.to == id {
				n++
			}
		}
		if id == model.NoBroker {
			parts = append(parts, fmt.Sprintf("%d none", n))
		} else {
			parts = append(parts, fmt.Sprintf("%d broker %d", n, id))
		}
	}
	return strings.Join(parts, ", ")
}

// unled returns the partitions of a topic that have no leader, and those whose leader
// cannot be reached.
func (t *tailer) unled(topic *topicRead) (leaderless, unreached []string) {
	wanted := t.targets.Partitions(topic.name)
	for id, leader := range topic.leaders {
		place := fmt.Sprintf("%s/%d", topic.name, id)
		switch {
		case !wanted.Has(int32(id)):
		case leader == model.NoBroker:
			leaderless = append(leaderless, place)
		case t.lost.is(leader):
			unreached = append(unreached, place)
		}
	}
	return leaderless, unreached
}

// leaderlessProblem says that partitions cannot be read; nil if there are none.
func leaderlessProblem(places []string) *model.Problem {
	if len(places) == 0 {
		return nil
	}
	return &model.Problem{
		Kind: model.Failed,
		Says: haveWords(places) + " no leader, so that nothing can be read of " + itWords(places),
		Fix:  "start a broker that holds a replica",
	}
}

func haveWords(places []string) string {
	if len(places) == 1 {
		return places[0] + " has"
	}
	return fmt.Sprintf("%d partitions have", len(places))
}

func itWords(places []string) string {
	if len(places) == 1 {
		return "it"
	}
	return "them"
}

// lostBrokers are those that the client that reads cannot reach.
type lostBrokers struct {
	mu    sync.Mutex
	since map[int32]time.Time
	last  error
}

// OnBrokerConnect implements kgo.HookBrokerConnect.
func (t *tailer) OnBrokerConnect(meta kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	t.lost.mu.Lock()
	defer t.lost.mu.Unlock()
	if err == nil {
		delete(t.lost.since, meta.NodeID)
		return
	}
	if t.lost.since == nil {
		t.lost.since = map[int32]time.Time{}
	}
	if t.lost.since[meta.NodeID].IsZero() {
		t.lost.since[meta.NodeID] = time.Now()
	}
	t.lost.last = err
}

func (l *lostBrokers) is(id int32) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.since[id].IsZero()
}

// problem says that partitions wait for brokers; nil if none do.
func (l *lostBrokers) problem(places []string) *model.Problem {
	if len(places) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p := *problemOf(l.last)
	p.Says = fmt.Sprintf("%s a leader that cannot be reached: %s", haveWords(places), lowered(p.Says))
	return &p
}
