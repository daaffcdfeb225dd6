package ui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// opened is a robot before the small cluster, which has been on screen for a while.
func opened(t *testing.T, source *script) *robot {
	t.Helper()
	r := newRobot(t, source, Options{Name: "small"}, 160, 50)
	r.wait(3 * time.Second)
	return r
}

func TestOneFlightServesAllThatAskTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{}, 160, 50) // all panes need ListTopics
		for _, kind := range []string{"ListBrokers", "ListTopics", "ListGroups", "DescribeLogDirs"} {
			if n := r.source.askedFor(kind); n != 1 {
				t.Errorf("%s was asked %d times at once", kind, n)
			}
		}
	})
}

// TestWhatIsOutOfSightIsNotAsked, but for a tail that is open: what it holds would
// be lost.
func TestWhatIsOutOfSightIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("2", "z") // topics alone
		r.wait(time.Second)
		before := len(r.source.asked)
		r.wait(30 * time.Second)
		for _, q := range r.source.asked[before:] {
			if kind := kindOf(q); slices.Contains([]string{"ListGroups", "DescribeGroups", "DescribeTopic"}, kind) {
				t.Fatalf("%s is asked, and its pane is out of sight", kind)
			}
		}
		tell(t, r, "5 records written to clicks")
		r.press("z", "6")
		r.wait(time.Second)
		r.sees("5 read")
	})
}

func TestLeavingATopicCancelsItsTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("2", "j")
		r.wait(time.Second)
		open := r.source.tails
		if len(open) != 1 || open[0].topic() != r.app.sel.Topic {
			t.Fatalf("%d tails are open", len(open))
		}
		r.press("j")
		r.wait(time.Second)
		if len(r.source.tails) != 1 || r.source.tails[0].topic() != r.app.sel.Topic {
			t.Errorf("%d tails are open after another topic was selected", len(r.source.tails))
		}
	})
}

func TestAHeldDownKeyAsksAboutTheRowItStopsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("g", "j")
		r.wait(time.Second)
		before := r.source.askedFor("Tail")
		for range 4 {
			r.press("j")
			r.wait(30 * time.Millisecond)
		}
		r.wait(time.Second)
		if n := r.source.askedFor("Tail") - before; n > 2 {
			t.Errorf("%d tails were opened on the way", n)
		}
		if last := r.source.tails[len(r.source.tails)-1].topic(); last != r.app.sel.Topic {
			t.Errorf("the tail reads %s, selected is %s", last, r.app.sel.Topic)
		}
	})
}

// askedIn counts how often a kind of query was asked in a time.
func askedIn(r *robot, kind string, d time.Duration) int {
	before := r.source.askedFor(kind)
	r.wait(d)
	return r.source.askedFor(kind) - before
}

func TestCheapAnswersAreAskedForAtTheirOwnPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		for kind, want := range map[string]int{"ListBrokers": 10, "ListTopics": 10, "ListGroups": 10, "DescribeLogDirs": 2} {
			if n := askedIn(r, kind, 10*time.Second); n < want-1 || n > want+1 {
				t.Errorf("%s was asked %d times in 10 s, want %d", kind, n, want)
			}
		}
	})
}

// TestDearAnswersPayTheirOwnWay: an answer that took half a second is asked for
// again ten seconds later; one of the brokers, which is steady, after its own
// second.
func TestDearAnswersPayTheirOwnWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := smallCluster()
		source.slow = 500 * time.Millisecond
		r := opened(t, source)
		r.wait(20 * time.Second)
		if n := askedIn(r, "ListTopics", 105*time.Second); n < 9 || n > 11 {
			t.Errorf("ListTopics was asked %d times in 105 s, want 10: every 20 times half a second, and half a second", n)
		}
		if n := askedIn(r, "ListBrokers", 15*time.Second); n < 9 || n > 11 {
			t.Errorf("ListBrokers was asked %d times in 15 s, want 10: every second and a half", n)
		}
	})
}

func TestVeryDearAnswersAreAskedForOnceAMinute(t *testing.T) {
	f := newFeed(context.Background(), nil)
	began := time.Now()
	fl := &flight{asked: began}
	m := arrivedMsg{query: model.ListTopics{}, at: began.Add(time.Hour)}
	if d := f.pace(m, fl); d != rarest {
		t.Errorf("asked again after %v, want %v", d, rarest)
	}
}

func TestFailuresAreRetriedMoreAndMoreSeldom(t *testing.T) {
	f := newFeed(context.Background(), nil)
	m := arrivedMsg{query: model.ListTopics{}, err: errors.New("no")}
	var paces []time.Duration
	for range 10 {
		f.now = f.now.Apply(model.Answered{Query: m.query, Err: m.err})
		paces = append(paces, f.pace(m, &flight{}))
	}
	if paces[0] != retry || paces[1] != 2*retry || paces[9] != retryMost || !slices.IsSorted(paces) {
		t.Errorf("waited %v", paces)
	}
	f.now = f.now.Apply(model.Answered{Query: m.query})
	f.now = f.now.Apply(model.Answered{Query: m.query, Err: m.err})
	if d := f.pace(m, &flight{}); d != retry {
		t.Errorf("after a success waited %v", d)
	}
}

// landing is what a flight of ListTopics would bring: one topic.
func landing(number uint64, name string) arrivedMsg {
	return arrivedMsg{query: model.ListTopics{}, number: number, done: true,
		events: []model.Event{model.TopicsListed{Topics: []model.Topic{{Name: name}}}}}
}

func TestALateAnswerIsDropped(t *testing.T) {
	f := newFeed(t.Context(), smallCluster())
	now := time.Now()
	f.sync([]model.Query{model.ListTopics{}}, now)
	late := landing(f.last, "old")
	f.again(now) // a newer flight takes the place
	if _, changed := f.arrived(late); changed || len(f.now.Topics) != 0 {
		t.Errorf("topics are %v, want none: the answer was late", f.now.Topics)
	}
	if _, changed := f.arrived(landing(f.last, "new")); !changed || len(f.now.Topics) != 1 {
		t.Errorf("topics are %v, want the one of the flight in the air", f.now.Topics)
	}
	f.sync(nil, now) // nobody needs it any more
	if _, changed := f.arrived(landing(f.last, "later")); changed || f.now.Topics[0].Name != "new" {
		t.Errorf("topics are %v: the flight was cancelled", f.now.Topics)
	}
}

// TestAQueryThatIsGivenUpIsForgotten: its age does not count any more, while what
// it brought stays.
func TestAQueryThatIsGivenUpIsForgotten(t *testing.T) {
	f := newFeed(t.Context(), smallCluster())
	now := time.Now()
	q := model.ListTopics{}
	f.sync([]model.Query{q}, now)
	m := landing(f.last, "kept")
	m.at = now
	f.arrived(m)
	if f.now.Freshness(q).At.IsZero() {
		t.Fatal("the answer was not noted")
	}
	f.sync(nil, now)
	if got := f.now.Freshness(q); got != (model.Freshness{}) {
		t.Errorf("still known: %+v", got)
	}
	if len(f.now.Topics) != 1 || len(f.queries()) != 0 {
		t.Errorf("topics %v, queries %v", f.now.Topics, f.queries())
	}
}

func TestAnAlarmOfAnEarlierFlightDoesNothing(t *testing.T) {
	f := newFeed(t.Context(), smallCluster())
	now := time.Now()
	f.sync([]model.Query{model.ListTopics{}}, now)
	early := dueMsg{model.ListTopics{}, f.last}
	f.again(now)
	if cmd := f.due(early, now); cmd != nil {
		t.Error("an earlier flight's alarm sent another one up")
	}
}

func TestAPauseAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("space")
		r.wait(2 * time.Second)
		before := len(r.source.asked)
		r.wait(time.Minute)
		if n := len(r.source.asked) - before; n > 0 {
			t.Errorf("asked %d times in a pause", n)
		}
		r.press("space")
		r.wait(2 * time.Second)
		if len(r.source.asked) == before {
			t.Error("nothing is asked after the pause")
		}
	})
}

// TestAStreamLosesNothingWhileItIsPaused: what it brought is taken when the pause
// ends, in order.
func TestAStreamLosesNothingWhileItIsPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("space")
		for range 20 {
			tell(t, r, "3 records written to clicks")
		}
		r.wait(time.Second)
		if n := r.app.feed.now.Tail.Ring.Len(); n > 3 {
			t.Errorf("%d records arrived in a pause", n)
		}
		r.press("space")
		r.wait(time.Second)
		if n := r.app.feed.now.Tail.Ring.Len(); n != 60 {
			t.Errorf("%d records arrived, want 60", n)
		}
	})
}

func TestACommandRunsOnceAndRefreshes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{Demo: true}, 160, 50)
		r.wait(2500 * time.Millisecond)
		r.press("1", "g")
		before := r.source.askedFor("ListTopics")
		r.press("D")
		r.wait(20 * time.Millisecond)
		if len(r.source.done) != 1 || r.source.done[0] != (model.StopBroker{ID: 1}) {
			t.Fatalf("did %v", r.source.done)
		}
		if r.source.askedFor("ListTopics") == before {
			t.Error("what the command changed was not looked at")
		}
	})
}

// TestAPanicInAFlightGoesToTheGuard: it runs on a goroutine that bubbletea knows
// nothing of.
func TestAPanicInAFlightGoesToTheGuard(t *testing.T) {
	caught := make(chan any, 1)
	f := newFeed(t.Context(), panics{})
	f.guard = func(fly func()) {
		go func() {
			defer func() { caught <- recover() }()
			fly()
		}()
	}
	cmd := f.ask(model.ListTopics{}, time.Now())
	go cmd()
	if got := <-caught; got != "on the way" {
		t.Errorf("the guard caught %v", got)
	}
}

// panics is a Source with a bug.
type panics struct{}

func (panics) Ask(context.Context, model.Query, func(model.Event)) error  { panic("on the way") }
func (panics) Do(context.Context, model.Command, func(model.Event)) error { return nil }

// TestAFloodTakesFewMessages: a message takes all that has come, so that drawing
// keeps up with any stream.
func TestAFloodTakesFewMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(t.Context(), flood(1000))
		cmd := f.ask(model.ListTopics{}, time.Now())
		messages, events := 0, 0
		for cmd != nil {
			m, ok := cmd().(arrivedMsg)
			if !ok {
				t.Fatalf("%T", m)
			}
			messages, events = messages+1, events+len(m.events)
			if len(m.events) > batch {
				t.Fatalf("%d events in a message", len(m.events))
			}
			if m.done {
				break
			}
			synctest.Wait() // the loop is busy meanwhile
			cmd, _ = f.arrived(m)
		}
		if events != 1000 || messages > 12 {
			t.Errorf("%d events in %d messages", events, messages)
		}
	})
}

// flood is a Source that answers with so many events at once.
type flood int

func (n flood) Ask(_ context.Context, _ model.Query, emit func(model.Event)) error {
	for range n {
		emit(model.OffsetsSwept{})
	}
	return nil
}

func (flood) Do(context.Context, model.Command, func(model.Event)) error { return nil }

// TestQuittingEndsEveryFlight: the bubble fails the test if a goroutine stays.
func TestQuittingEndsEveryFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := newFeed(ctx, smallCluster())
		queries := []model.Query{model.ListBrokers{}, model.ListTopics{}, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)}}
		left := make(chan tea.Msg, len(queries))
		for _, q := range queries {
			go func(cmd tea.Cmd) { left <- cmd() }(f.ask(q, time.Now()))
		}
		synctest.Wait()
		cancel()
	})
}
