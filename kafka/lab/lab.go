// Package lab runs test consumers, to see what a group makes of them: they join,
// leave, stop polling, hang, die and come back.
//
// They are franz-go clients, each with connections of its own. What franz-go does
// not do as Java's consumer does is brought about from outside:
//
//   - It has no max.poll.interval.ms. A consumer that is paused goes on with its
//     heartbeats and takes part in no rebalance, as Java's, which rejoins from
//     poll; once [Times.Poll] is over, it leaves as Java's does: a static one
//     without saying so, until its session is over. It rejoins when it goes on.
//   - It has no way to hang. A consumer that is stalled has its connections held
//     up: they stay open, and nothing moves on them.
//
// A lab leaves nothing behind: see [Lab.Close].
package lab

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// most is how many test consumers there may be at a time.
const most = 100

// Times are the time limits of test consumers. Those of groups whose broker assigns
// (KIP-848) are the broker's: session 45 s and heartbeat 5 s if nobody changed them.
type Times struct {
	Session   time.Duration // without a heartbeat, the coordinator throws a member out
	Heartbeat time.Duration
	Poll      time.Duration // what max.poll.interval.ms is to Java's consumer
	Close     time.Duration // Close takes no longer
}

// defaults are short, so that one can watch, and such that every broker takes them
// whose group.min.session.timeout.ms is Kafka's own 6 s.
var defaults = Times{Session: 10 * time.Second, Heartbeat: time.Second, Poll: 15 * time.Second, Close: 3 * time.Second}

// Options say how the test consumers reach their cluster.
type Options struct {
	// Client returns what each client is made with. Dial takes the place of the
	// dialer and the TLS settings among it.
	Client func() []kgo.Opt
	Dial   Dial
	// Explain says errors of Kafka's and the network's in words for the user, where a
	// consumer of that group reads that topic.
	Explain func(err error, group, topic string) *model.Problem
	Times   Times // the zero value of each: Kafka's own, shortened
}

// A Lab is a number of test consumers of one cluster. It is safe for concurrent
// use.
type Lab struct {
	options Options

	mu      sync.Mutex
	members []*member       // of all groups, in the order they were added
	added   int             // how many ever were
	begun   map[string]bool // groups with members, now or before: whether to delete them at the end
	changed chan struct{}   // closed at the next change
	closed  bool
	work    sync.WaitGroup // what consumers do by themselves
}

// Open returns a lab without consumers. It sends nothing.
func Open(o Options) *Lab {
	t, d := &o.Times, defaults
	t.Session, t.Heartbeat = cmp.Or(t.Session, d.Session), cmp.Or(t.Heartbeat, d.Heartbeat)
	t.Poll, t.Close = cmp.Or(t.Poll, d.Poll), cmp.Or(t.Close, d.Close)
	return &Lab{options: o, begun: map[string]bool{}, changed: make(chan struct{})}
}

// Add starts a test consumer, and does not wait until it has joined. The caller has
// made sure that topic and group are fit for it. Errors are *model.Problem, of kind
// Invalid.
func (l *Lab) Add(cmd model.LabAdd) error {
	if p := unfit(cmd); p != nil {
		return p
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return closed()
	case len(l.members) >= most:
		return invalid(fmt.Sprintf("There are %d test consumers already", most), "end the lab of a group first")
	}
	for _, m := range l.members {
		if m.Group == cmd.Group && m.alive() && !together(m.Assignor, cmd.Assignor) {
			return invalid(fmt.Sprintf("The test consumers of %s assign by %s, and a group agrees on one assignor", cmd.Group, m.Assignor), "choose "+string(m.Assignor)+", or another group")
		}
	}
	m := newMember(l, fmt.Sprintf("lab-%d", l.added+1), cmd)
	if err := m.start(); err != nil {
		return m.explain(err)
	}
	l.added++
	l.members = append(l.members, m)
	l.begun[cmd.Group] = strings.HasPrefix(cmd.Group, model.LabPrefix)
	l.touchLocked()
	return nil
}

func unfit(cmd model.LabAdd) *model.Problem {
	switch {
	case cmd.Group == "":
		return invalid("The group has no name", "name one, such as "+model.LabPrefix+"1")
	case cmd.Topic == "":
		return invalid("No topic is named", "choose one for the test consumer to read")
	case balancer(cmd.Assignor) == nil:
		return invalid(`There is no assignor "`+string(cmd.Assignor)+`"`, "choose range, roundrobin, sticky, cooperative-sticky or consumer")
	case cmd.Slow < 0:
		return invalid("A consumer cannot read less than nothing", "give records a second, or 0 for as many as there are")
	}
	return nil
}

// together reports whether members of both kinds can be in a group: Kafka lets
// those that leave assigning to the broker join others, and the other way round,
// so that groups can be converted member by member.
func together(a, b model.LabAssignor) bool {
	return a == b || a == model.LabConsumer || b == model.LabConsumer
}

// Tell has a test consumer do something, and returns when it has done so. Errors
// are *model.Problem.
func (l *Lab) Tell(ctx context.Context, cmd model.LabTell) error {
	l.mu.Lock()
	i := slices.IndexFunc(l.members, func(m *member) bool { return m.Group == cmd.Group && m.Name == cmd.Member })
	var m *member
	if i >= 0 && !l.closed {
		m = l.members[i]
	}
	l.mu.Unlock()
	if m == nil {
		return gone(cmd.Member, cmd.Group)
	}
	ctx, cancel := context.WithTimeout(ctx, l.options.Times.Close)
	defer cancel()
	return m.tell(ctx, cmd)
}

// Has tells what of a group is the lab's: whether it was begun here, and the member
// ids and instance ids of its consumers, past ones included.
func (l *Lab) Has(group string) (begun bool, ids map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, begun = l.begun[group]
	ids = map[string]bool{}
	for _, m := range l.members {
		if m.Group == group {
			m.addIDs(ids)
		}
	}
	return begun, ids
}

// End has all test consumers of a group leave, throws out those that were killed,
// and deletes the group if asked. In any case the consumers are gone. Errors are
// *model.Problem, or why the group could not be deleted, as Kafka says it.
func (l *Lab) End(ctx context.Context, cmd model.LabEnd) error {
	l.mu.Lock()
	var ending []*member
	l.members = slices.DeleteFunc(l.members, func(m *member) bool {
		if m.Group == cmd.Group {
			ending = append(ending, m)
		}
		return m.Group == cmd.Group
	})
	_, begun := l.begun[cmd.Group]
	if begun {
		l.begun[cmd.Group] = false // kept, unless consumers are added anew
	}
	l.touchLocked()
	l.mu.Unlock()
	if !begun {
		return invalid("No lab was begun in group "+cmd.Group, "")
	}
	ctx, cancel := context.WithTimeout(ctx, l.options.Times.Close)
	defer cancel()
	return l.end(ctx, ending, cmd)
}

// Close has all test consumers leave, throws out those that were killed, deletes
// the groups that are the lab's own by their name, see model.LabPrefix, and returns once
// that is done, or after Times.Close.
func (l *Lab) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), l.options.Times.Close)
	defer cancel()
	l.CloseContext(ctx)
}

// CloseContext is Close with ctx for its time limit.
func (l *Lab) CloseContext(ctx context.Context) {
	l.mu.Lock()
	l.closed = true
	groups := map[string][]*member{}
	for _, m := range l.members {
		groups[m.Group] = append(groups[m.Group], m)
	}
	begun := l.begun
	l.members, l.begun = nil, map[string]bool{}
	l.touchLocked()
	l.mu.Unlock()
	var ends sync.WaitGroup
	for group, remove := range begun {
		ends.Go(func() { _ = l.end(ctx, groups[group], model.LabEnd{Group: group, Delete: remove}) }) // nobody is left to tell
	}
	ends.Wait()
	l.work.Wait()
}

// Watch hands emit what the lab looks like now, and again when it has changed, five
// times a second at most, until ctx is done. That is its error.
func (l *Lab) Watch(ctx context.Context, emit func(model.LabView)) error {
	for {
		view, changed := l.view()
		emit(view)
		if !sleep(ctx, rest) {
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// rest is how long nothing is told after something was.
const rest = 200 * time.Millisecond

// sleep waits, and reports whether ctx was not done before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l *Lab) view() (model.LabView, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var view model.LabView
	for _, m := range l.members {
		view.Members = append(view.Members, m.seen())
	}
	return view, l.changed
}

// touch says that something has changed.
func (l *Lab) touch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.touchLocked()
}

func (l *Lab) touchLocked() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func invalid(says, fix string) *model.Problem {
	return &model.Problem{Kind: model.Invalid, Says: says, Fix: fix}
}

func gone(member, group string) *model.Problem {
	return &model.Problem{Kind: model.Gone, Says: "There is no test consumer " + member + " in " + group + " any more"}
}

func closed() *model.Problem { return &model.Problem{Kind: model.Failed, Says: "The lab is closed"} }
