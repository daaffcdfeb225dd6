package ui

import (
	"context"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

const (
	dearness   = 20                     // an answer is asked for again no sooner than this many times what it cost
	rarest     = time.Minute            // but at least this often
	retry      = 2 * time.Second        // from a failure to asking again, growing to
	retryMost  = 15 * time.Second       // this
	settling   = 150 * time.Millisecond // a selection that stays so long is worth asking about
	step       = 500 * time.Millisecond // alarms go off at multiples of this,
	beforeTick = 13 * time.Millisecond  // or rather so much sooner
	stopping   = 30 * time.Second       // for one command
	batch      = 256                    // events taken per message, and in the air per flight
)

// A feed keeps the snapshot fresh. It has a flight in the air for every query
// that some pane needs, and for no other. Only Update touches it; goroutines
// see nothing but their own flight's channel.
type feed struct {
	ctx    context.Context // the program's life
	source Source
	now    model.Snapshot
	guard  func(func()) // runs a function on a goroutine of its own

	flights map[model.Query]*flight
	errands map[model.Command]*flight  // lasting commands that are under way
	landed  map[reflect.Type]time.Time // when a query of the kind was last given up
	last    uint64                     // number of the last flight
	paused  bool
	waiting []tea.Cmd // what goes on when the pause ends
}

// A flight is one query being answered again and again until it is cancelled.
// Its number tells it from an earlier flight of the same query, whose messages
// may still be on their way.
type flight struct {
	number uint64
	cancel context.CancelFunc
	events chan model.Event
	result chan error // one element, then closed events
	asked  time.Time
}

// arrivedMsg is what a flight brought since it was last looked at.
type arrivedMsg struct {
	query  model.Query
	number uint64
	events []model.Event
	done   bool // the answer is complete
	err    error
	at     time.Time
}

// dueMsg says that it is time to ask, or to ask again.
type dueMsg struct {
	query  model.Query
	number uint64
}

// ranMsg says how a command went.
type ranMsg struct {
	command model.Command
	events  []model.Event
	err     error
	at      time.Time
}

// steady is a query whose requests are small whatever the size of the cluster:
// it is repeated at its own pace, also when an answer was slow to come.
type steady interface{ Steady() }

func newFeed(ctx context.Context, source Source) *feed {
	return &feed{
		ctx: ctx, source: source, guard: func(f func()) { go f() },
		flights: map[model.Query]*flight{}, errands: map[model.Command]*flight{}, landed: map[reflect.Type]time.Time{},
	}
}

// sync starts a flight for each new query and cancels those no longer needed.
func (f *feed) sync(needs []model.Query, now time.Time) tea.Cmd {
	wanted := make(map[model.Query]bool, len(needs))
	var cmds []tea.Cmd
	for _, q := range needs {
		wanted[q] = true
	}
	var gone []model.Query
	for q, fl := range f.flights {
		if !wanted[q] {
			fl.cancel()
			delete(f.flights, q)
			f.landed[reflect.TypeOf(q)] = now
			gone = append(gone, q)
		}
	}
	if gone != nil {
		f.now = f.now.Apply(model.Forgotten{Queries: gone})
	}
	for _, q := range needs {
		if f.flights[q] == nil {
			cmds = append(cmds, f.begin(q, now))
		}
	}
	return tea.Batch(cmds...)
}

// begin sends a first flight up for q: at once, or once the selection has
// settled if another query of its kind has only just been given up. A held-down
// key thus asks about the row it stops on, not about each it passes.
func (f *feed) begin(q model.Query, now time.Time) tea.Cmd {
	if gone, ok := f.landed[reflect.TypeOf(q)]; !ok || now.Sub(gone) >= settling {
		return f.ask(q, now)
	}
	f.last++
	number := f.last
	f.flights[q] = &flight{number: number, cancel: func() {}}
	return tea.Tick(settling, func(time.Time) tea.Msg { return dueMsg{q, number} })
}

// again asks every query that has an end once more, as after a change.
func (f *feed) again(now time.Time) tea.Cmd {
	var cmds []tea.Cmd
	for q, fl := range f.flights {
		if q.Every() > 0 {
			fl.cancel()
			cmds = append(cmds, f.ask(q, now))
		}
	}
	return tea.Batch(cmds...)
}

// ask sends a new flight up for q, in the place of any other.
func (f *feed) ask(q model.Query, now time.Time) tea.Cmd {
	ctx, cancel := context.WithCancel(f.ctx)
	f.last++
	fl := &flight{
		number: f.last, cancel: cancel, asked: now,
		events: make(chan model.Event, batch), result: make(chan error, 1),
	}
	f.flights[q] = fl
	f.now = f.now.Apply(model.Asked{Query: q, At: now})
	source, guard := f.source, f.guard
	return func() tea.Msg {
		guard(func() { fl.fly(ctx, source, q) })
		return fl.listen(q)()
	}
}

// fly asks, and passes on what it hears until the answer is complete.
func (fl *flight) fly(ctx context.Context, source Source, q model.Query) {
	defer close(fl.events)
	fl.result <- source.Ask(ctx, q, func(e model.Event) {
		select {
		case fl.events <- e:
		case <-ctx.Done():
		}
	})
}

// listen waits until the flight has brought something, and takes all of it.
func (fl *flight) listen(q model.Query) tea.Cmd {
	return func() tea.Msg {
		m := arrivedMsg{query: q, number: fl.number}
		e, ok := <-fl.events
		for ok && e != nil {
			m.events = append(m.events, e)
			if len(m.events) == batch {
				break
			}
			e, ok = fl.next()
		}
		if !ok {
			m.done, m.err = true, <-fl.result
		}
		m.at = time.Now()
		return m
	}
}

// next takes another event if one waits; it returns nil if none does, and false if
// there will be no more. Mostly the flight is about to say that it is done: it is
// let to, for one message is handled at half the cost of two.
func (fl *flight) next() (e model.Event, more bool) {
	runtime.Gosched()
	select {
	case e, more = <-fl.events:
		return e, more
	default:
		return nil, true
	}
}

// arrived takes in what a flight brought. A flight that was cancelled since has
// lost its place, and what it still brings is dropped. It reports whether there
// is anything new to see; that an answer is fresh again, the next tick shows.
func (f *feed) arrived(m arrivedMsg) (tea.Cmd, bool) {
	fl := f.flights[m.query]
	if fl == nil || fl.number != m.number {
		return nil, false
	}
	for _, e := range m.events {
		f.now = f.now.Apply(e)
	}
	if !m.done {
		return f.whenRunning(fl.listen(m.query)), true
	}
	before := f.now.Freshness(m.query)
	f.now = f.now.Apply(model.Answered{Query: m.query, At: m.at, Err: m.err})
	number := m.number
	alarm := tea.Tick(inStep(m.at, f.pace(m, fl)), func(time.Time) tea.Msg { return dueMsg{m.query, number} })
	news := len(m.events) > 0 || m.err != nil || before.Err != nil || before.At.IsZero()
	return alarm, news
}

// inStep makes a long wait end together with others: for every answer the screen
// is drawn anew, and those that come together reach the terminal in one frame. It
// is the frame of the next tick, which draws the ages.
func inStep(at time.Time, wait time.Duration) time.Duration {
	if wait < 2*step {
		return wait
	}
	return at.Add(wait).Round(step).Add(-beforeTick).Sub(at)
}

// whenRunning returns cmd, or keeps it until the pause ends. A stream that is not
// listened to goes on being read, and counts what it must drop.
func (f *feed) whenRunning(cmd tea.Cmd) tea.Cmd {
	if !f.paused {
		return cmd
	}
	f.waiting = append(f.waiting, cmd)
	return nil
}

// pace is how long to wait before asking again: polling pays its own way.
func (f *feed) pace(m arrivedMsg, fl *flight) time.Duration {
	if m.err != nil || m.query.Every() == 0 {
		n := f.now.Freshness(m.query).Failures
		return min(retry*time.Duration(max(n, 1)), retryMost)
	}
	if _, ok := m.query.(steady); ok {
		return m.query.Every()
	}
	return max(m.query.Every(), min(dearness*m.at.Sub(fl.asked), rarest))
}

// due asks again, if the flight that set the alarm still has its place.
func (f *feed) due(m dueMsg, now time.Time) tea.Cmd {
	fl := f.flights[m.query]
	if fl == nil || fl.number != m.number {
		return nil
	}
	if f.paused && !fl.asked.IsZero() {
		f.waiting = append(f.waiting, func() tea.Msg { return m })
		return nil
	}
	fl.cancel()
	return f.ask(m.query, now)
}

// pause stops asking again, or goes on.
func (f *feed) pause(on bool) tea.Cmd {
	f.paused = on
	if on {
		return nil
	}
	waiting := f.waiting
	f.waiting = nil
	return tea.Batch(waiting...)
}

// queries lists what is being asked, in no order.
func (f *feed) queries() []model.Query { return slices.Collect(maps.Keys(f.flights)) }
