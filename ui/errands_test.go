package ui

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// sending is a Source that acknowledges a record each second until it has sent as
// many as it was told to; once it is cancelled it takes two seconds more.
type sending struct{}

func (sending) Ask(context.Context, model.Query, func(model.Event)) error { return nil }

func (sending) Do(ctx context.Context, cmd model.Command, emit func(model.Event)) error {
	c := cmd.(*model.SendMany)
	s := model.Sending{Command: c, Total: c.Count}
	for s.Acknowledged < c.Count && !s.Stopped {
		select {
		case <-time.After(time.Second):
			s.Acknowledged++
		case <-ctx.Done():
			s.Stopped = true
		}
		emit(model.ManySent{Sending: s})
	}
	if s.Stopped {
		time.Sleep(2 * time.Second)
	}
	s.Done = true
	emit(model.ManySent{Sending: s})
	return nil
}

// follow delivers what comes of a lasting command to the feed until it has ended.
func follow(t *testing.T, f *feed, cmd tea.Cmd, each func(s *model.Sending)) ranMsg {
	t.Helper()
	for cmd != nil {
		switch m := cmd().(type) {
		case toldMsg:
			cmd = f.heard(m)
			each(f.now.Sending)
		case ranMsg:
			return m
		default:
			t.Fatalf("%T", m)
		}
	}
	t.Fatal("it ended without a word")
	return ranMsg{}
}

func TestALastingCommandIsHeardWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(t.Context(), sending{})
		c := &model.SendMany{Count: 90} // a minute longer than any other command may take
		heard := 0
		m := follow(t, f, f.run(c), func(s *model.Sending) { heard++ })
		if m.err != nil || m.command != c || heard < 90 {
			t.Errorf("heard of %d times, %+v", heard, m)
		}
		if s := f.now.Sending; !s.Done || s.Acknowledged != 90 {
			t.Errorf("%+v", s)
		}
		if len(f.errands) > 0 {
			t.Error("it is still under way")
		}
	})
}

func TestALastingCommandIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(t.Context(), sending{})
		c := &model.SendMany{Count: 1000}
		cmd := f.run(c)
		if f.run(c) != nil {
			t.Error("it runs twice")
		}
		m := follow(t, f, cmd, func(s *model.Sending) {
			if s.Acknowledged == 5 {
				f.stop(c)
			}
		})
		if s := f.now.Sending; m.err != nil || !s.Stopped || !s.Done || s.Acknowledged != 5 {
			t.Errorf("%+v, %+v", m, s)
		}
		f.stop(c) // it has ended: nothing to stop
	})
}

// What is under way ends with the program, though nobody listens any more.
func TestALastingCommandEndsWithTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := newFeed(ctx, sending{})
		cmd := f.run(&model.SendMany{Count: 1 << 40})
		go cmd()
		time.Sleep(10 * time.Minute) // far more is told than is taken
		cancel()
		time.Sleep(3 * time.Second) // the bubble holds it to having ended
	})
}

// The screen goes the same way: the intent of a pane sets out, another one stops.
func TestPanesRunAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{}, 160, 50)
		r.app.feed.source = sending{}
		c := &model.SendMany{Record: model.Produce{Topic: "orders"}, Count: 50}
		r.start(r.app.carry(Run{c}))
		r.wait(3500 * time.Millisecond)
		if s := r.app.feed.now.Sending; s == nil || s.Acknowledged != 3 {
			t.Fatalf("%+v", s)
		}
		r.app.carry(Stop{c})
		r.wait(3 * time.Second)
		if s := r.app.feed.now.Sending; !s.Stopped || !s.Done {
			t.Errorf("%+v", s)
		}
		r.sees("send 50 records to orders: done")
	})
}
