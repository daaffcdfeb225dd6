package kafka

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kscope/model"
)

// watchGroup answers model.WatchGroup until ctx is done. It joins nothing and commits
// nothing.
//
//	API   by the group's kind DescribeGroups (15), ConsumerGroupDescribe (69),
//	      ShareGroupDescribe (77) or StreamsGroupDescribe (89) to its coordinator,
//	      four times a second, half as often while its log tells of it; its lag as
//	      ReadLags reads it, every 6 s, or 2 s while few commits come by its log; what
//	      naturesOf sends about its topics, once a minute; FindCoordinator (10) when the
//	      coordinator moved; what follow sends, for the log
//	Cost  less than 5 requests a second, of about 200 bytes a member
//	ACL   Describe on the group and its topics
//	Error none: what is wrong with the group is in its Problem
func (c *Client) watchGroup(ctx context.Context, q model.WatchGroup, emit func(model.Event)) error {
	w := newWatcher(c, q.Group)
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, part := range []func(context.Context){w.poll, w.lags, w.follow} {
		wg.Go(func() { part(ctx) })
	}
	for {
		select {
		case e := <-w.events:
			emit(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A watcher watches one group. Its parts run side by side, so that none waits for
// another's broker.
type watcher struct {
	c      *Client
	group  string
	events chan model.Event
	begun  time.Time
	hints  chan struct{} // holds a token when the group is worth a look at once
	looked chan struct{} // closed once the group was looked at

	fetched atomic.Int64 // fetches of its log that were answered

	mu       sync.Mutex
	at       place
	exists   bool   // it was there at the last look
	assigns  string // the assignor, as then described
	followed bool   // its log is read as it comes, and tells of the group

	// Only poll knows these.
	seen   model.Group // at the last look
	seenAt time.Time
	told   time.Time // when it was last handed on
	tried  int       // how many kinds, of a group that is not there
	listed time.Time // when the groups were last listed to find out its kind
}

func newWatcher(c *Client, group string) *watcher {
	return &watcher{
		c: c, group: group,
		events: make(chan model.Event), begun: time.Now(), hints: make(chan struct{}, 1), looked: make(chan struct{}),
		at: place{coordinator: model.NoBroker},
	}
}

func (w *watcher) emit(ctx context.Context, e model.Event) {
	select {
	case w.events <- e:
	case <-ctx.Done():
	}
}

const (
	// pollEach is how often a group is looked at when only that tells of it, and while
	// it rebalances.
	pollEach = 250 * time.Millisecond
	// pollEachLogged is how often when its log tells of all changes. It is for what the
	// log of a classic group does not tell: that a rebalance has begun.
	pollEachLogged = 500 * time.Millisecond
	// pollAgain is how soon a hint leads to another look.
	pollAgain = 100 * time.Millisecond
	// pollTime is how long a look may take before the coordinator is looked for anew.
	pollTime = 2 * time.Second
	// tellEach is how often a group is handed on that has not changed.
	tellEach = time.Second
)

// poll looks at the group again and again.
func (w *watcher) poll(ctx context.Context) {
	var once sync.Once
	for ctx.Err() == nil {
		begun := time.Now()
		g := w.look(ctx)
		if ctx.Err() != nil {
			return
		}
		w.tell(ctx, g)
		once.Do(func() { close(w.looked) })
		pause(ctx, pollAgain-time.Since(begun))
		select {
		case <-w.hints:
		case <-time.After(w.interval(&g) - time.Since(begun)):
		case <-ctx.Done():
		}
	}
}

// interval returns how long to wait before the next look.
func (w *watcher) interval(g *model.Group) time.Duration {
	w.mu.Lock()
	followed := w.followed
	w.mu.Unlock()
	switch {
	case g.Problem != nil && g.Problem.Kind == model.Denied:
		return 20 * pollEach
	case g.Problem != nil: // of a group that is gone, each look asks for two kinds
		return 2 * pollEach
	case g.Rebalancing() || !followed:
		return pollEach
	case g.Kind != model.Classic && g.Kind != "":
		return 2 * pollEachLogged // its log tells everything
	}
	return pollEachLogged
}

// tell hands on what was seen, if it is another than before or that was long ago.
// When something has changed, the last look before goes first: it says since when at
// most.
func (w *watcher) tell(ctx context.Context, g model.Group) {
	now := time.Now()
	changed := !sameGroup(&g, &w.seen)
	if changed && w.seenAt.After(w.told) && w.seen.Problem == nil {
		w.emit(ctx, model.GroupsDescribed{At: w.seenAt, Groups: []model.Group{w.seen}})
	}
	if changed || now.Sub(w.told) >= tellEach {
		w.emit(ctx, model.GroupsDescribed{At: now, Groups: []model.Group{g}})
		w.told = now
	}
	w.seen, w.seenAt = g, now
}

// sameGroup reports whether two looks saw the same.
func sameGroup(a, b *model.Group) bool {
	x, y := *a, *b
	x.Problem, y.Problem = nil, nil
	if (a.Problem == nil) != (b.Problem == nil) || a.Problem != nil && a.Problem.Error() != b.Problem.Error() {
		return false
	}
	return reflect.DeepEqual(x, y)
}

// look describes the group. Where its coordinator has moved or does not answer, that
// is looked for; where there is no group of that kind, it may be of another by now.
func (w *watcher) look(ctx context.Context) model.Group {
	at, exists := w.where()
	if at.coordinator == model.NoBroker {
		problem := w.find(ctx)
		if problem != nil {
			return w.unseen(problem)
		}
	}
	g := w.describe(ctx)
	if moved(g.Problem) && w.find(ctx) == nil {
		g = w.describe(ctx)
	}
	if other(&g) && w.settle(ctx, exists) {
		g = w.describe(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exists = g.Problem == nil; w.exists {
		w.assigns = g.Assignor
	}
	return g
}

// assignor returns the group's assignor as last described.
func (w *watcher) assignor() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.assigns
}

func isGone(p *model.Problem) bool { return p != nil && p.Kind == model.Gone }

func (w *watcher) where() (at place, exists bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at, w.exists
}

func (w *watcher) describe(ctx context.Context) model.Group {
	at, _ := w.where()
	return w.describeAs(ctx, at)
}

func (w *watcher) describeAs(ctx context.Context, at place) model.Group {
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	for _, g := range w.c.describeAt(ctx, at, []string{w.group}) {
		if g.ID == w.group {
			return g
		}
	}
	return w.unseen(&model.Problem{Kind: model.Failed, Says: "The coordinator says nothing of group " + w.group})
}

func (w *watcher) unseen(p *model.Problem) model.Group {
	at, _ := w.where()
	return model.Group{
		ID: w.group, Kind: at.kind, Coordinator: at.coordinator,
		Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch, Problem: p,
	}
}

// find looks for the coordinator, and at first for the group's kind, which only the
// coordinator's list tells. No other broker is waited for.
func (w *watcher) find(ctx context.Context) *model.Problem {
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	_, unfound, err := w.c.findCoordinators(ctx, []string{w.group})
	if err != nil {
		return problemOf(err)
	}
	if len(unfound) > 0 {
		return unfound[0].Problem
	}
	found := w.c.places.all()[w.group]
	if found.kind == "" {
		if found.kind, err = w.c.kindAt(ctx, w.group, found.coordinator); err != nil {
			return problemOf(err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at.coordinator = found.coordinator
	if w.at.kind == "" {
		w.at.kind = found.kind
	}
	return nil
}

// kindAt returns of what kind a group is, as its coordinator lists it; none if it does
// not.
func (c *Client) kindAt(ctx context.Context, group string, coordinator int32) (model.GroupKind, error) {
	listed, err := c.groupsAt(ctx, coordinator)
	i := slices.IndexFunc(listed, func(g model.Group) bool { return g.ID == group })
	if i < 0 {
		return "", err
	}
	return listed[i].Kind, err
}

// kinds are what a group that is not there may come back as.
var kinds = []model.GroupKind{model.Consumer, model.Classic, model.Share, model.Streams}

// settle finds out of what kind a group is that is not of the kind it was: a classic
// group becomes a consumer group when the first such member joins. It reports whether
// there is a group. The list of groups tells, which may be long: it is read for a
// group that was there, and otherwise when one of the kinds, which are tried in turn,
// gives an answer.
func (w *watcher) settle(ctx context.Context, existed bool) bool {
	at, _ := w.where()
	if !existed {
		at.kind = kinds[w.tried%len(kinds)]
		w.tried++
		if w.describeAs(ctx, at).Problem != nil {
			return false
		}
	}
	if time.Since(w.listed) < tellEach {
		return false
	}
	w.listed = time.Now()
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	kind, err := w.c.kindAt(ctx, w.group, at.coordinator)
	if err != nil || kind == "" {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at.kind = kind
	return true
}

// other reports whether the answer about a group means that it is not of that kind,
// or not there. The fake cluster says of any group that it is stable, without members,
// when it is asked for a classic one, which no such group is.
func other(g *model.Group) bool {
	return isGone(g.Problem) || g.Problem == nil && g.Kind == model.Classic && g.State == "Stable" && len(g.Members) == 0
}
