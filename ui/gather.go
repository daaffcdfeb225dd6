package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// Gather has a query answered beside the screen: what comes of it is not part of the
// picture of the cluster.
type Gather struct {
	Query model.Query
	// Begun gets what ends it early.
	Begun func(stop func())
	// Take takes each event, off the loop, and returns what is told of it. An error
	// ends it.
	Take func(e model.Event) (told any, err error)
	// Heard gets what Take returned last, on the loop, and how it ended once it is done.
	Heard func(f *Frame, told any, done bool, err error) Intent
}

func (Gather) intent() {}

// A gathering is a Gather under way.
type gathering struct {
	of     Gather
	told   chan any   // the last that was told and not heard
	result chan error // one element, then closed told
}

// gatheredMsg is what a gathering has told.
type gatheredMsg struct {
	by   *gathering
	told any
	done bool
	err  error
}

// gather begins to have a query answered.
func (a *App) gather(g Gather) tea.Cmd {
	ctx, cancel := context.WithCancel(a.feed.ctx)
	run := &gathering{of: g, told: make(chan any, 1), result: make(chan error, 1)}
	g.Begun(cancel)
	source, guard := a.feed.source, a.feed.guard
	return func() tea.Msg {
		guard(func() {
			defer cancel()
			run.ask(ctx, cancel, source)
		})
		return run.listen()
	}
}

// ask has the query answered, until something ends it.
func (g *gathering) ask(ctx context.Context, cancel func(), source Source) {
	defer close(g.told)
	var failed error
	err := source.Ask(ctx, g.of.Query, func(e model.Event) {
		if failed != nil {
			return
		}
		told, err := g.of.Take(e)
		if err != nil {
			failed = err
			cancel()
			return
		}
		select {
		case <-g.told: // nobody heard it
		default:
		}
		g.told <- told
	})
	if failed != nil {
		err = failed
	}
	g.result <- err
}

// listen waits until something is told.
func (g *gathering) listen() tea.Msg {
	told, ok := <-g.told
	m := gatheredMsg{by: g, told: told}
	if !ok {
		m.done, m.err = true, <-g.result
	}
	return m
}

// gathered hands on what was told, and listens on.
func (a *App) gathered(m gatheredMsg) tea.Cmd {
	cmd := a.carry(m.by.of.Heard(a.focusFrame(), m.told, m.done, m.err))
	if m.done {
		return cmd
	}
	return tea.Batch(cmd, m.by.listen)
}
