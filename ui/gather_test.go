package ui

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"kscope/model"
)

// telling is a Source that tells of lists of topics until it is stopped, or as many as
// it has.
type telling struct {
	n       int
	stopped chan struct{} // closed once it is
}

func (s *telling) Do(context.Context, model.Command, func(model.Event)) error { return nil }

func (s *telling) Ask(ctx context.Context, _ model.Query, emit func(model.Event)) error {
	defer close(s.stopped)
	for i := 0; s.n == 0 || i < s.n; i++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		emit(model.TailTroubled{})
	}
	return nil
}

// A gathering ends, and so do its goroutines: at its end, when it is stopped, when it is
// not taken, and when nobody listens any more.
func TestAGatheringEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // of the tests before
	refused := errors.New("the disk is full")
	for name, c := range map[string]struct {
		n      int
		take   func(n int, stop func()) error
		listen bool
		want   error
	}{
		"at its end":             {3, nil, true, nil},
		"without anything":       {1, nil, true, nil},
		"when it is stopped":     {0, func(n int, stop func()) error { stop(); return nil }, true, context.Canceled},
		"when it is refused":     {0, func(n int, _ func()) error { return refused }, true, refused},
		"when refused late":      {0, func(n int, _ func()) error { return map[bool]error{true: refused}[n == 9] }, true, refused},
		"though nobody listens":  {5, nil, false, nil},
		"stopped, and not heard": {0, func(n int, stop func()) error { stop(); return nil }, false, context.Canceled},
	} {
		source := &telling{n: c.n, stopped: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		a := &App{feed: &feed{ctx: ctx, source: source, guard: func(f func()) { go f() }}}
		var stop func()
		took := 0
		listen := a.gather(Gather{
			Begun: func(s func()) { stop = s },
			Take: func(model.Event) (any, error) {
				took++
				if c.take == nil {
					return took, nil
				}
				return took, c.take(took, stop)
			},
		})
		m := listen().(gatheredMsg)
		for ; c.listen && !m.done; m = m.by.listen().(gatheredMsg) {
		}
		<-source.stopped
		if c.listen && !errors.Is(m.err, c.want) || c.n > 0 && c.listen && took != c.n {
			t.Errorf("%s: %v, took %d", name, m.err, took)
		}
		cancel()
	}
}
