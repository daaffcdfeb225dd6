package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// lasting is a command that takes as long as it takes, and tells how far it has come
// by events, which are applied as they come. Cancelling it makes it end in good order.
// Any other is given up after a while, and its events are applied once it has ended.
type lasting interface{ Lasting() }

// toldMsg is what a lasting command brought since it was last listened to.
type toldMsg struct {
	command model.Command
	arrivedMsg
}

// run carries out a command, once.
func (f *feed) run(c model.Command) tea.Cmd {
	if _, ok := c.(lasting); ok {
		return f.setOut(c)
	}
	ctx, source := f.ctx, f.source
	return func() tea.Msg {
		ctx, cancel := context.WithTimeoutCause(ctx, stopping, errors.New("no answer; it may still have been done"))
		defer cancel()
		m := ranMsg{command: c}
		m.err = source.Do(ctx, c, func(e model.Event) { m.events = append(m.events, e) })
		m.at = time.Now()
		return m
	}
}

// setOut carries out a lasting command. One that is under way already is left alone.
func (f *feed) setOut(c model.Command) tea.Cmd {
	if f.errands[c] != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(f.ctx)
	e := &flight{cancel: cancel, events: make(chan model.Event, batch), result: make(chan error, 1)}
	f.errands[c] = e
	life, source, guard := f.ctx, f.source, f.guard
	return func() tea.Msg {
		guard(func() {
			defer close(e.events)
			e.result <- source.Do(ctx, c, func(ev model.Event) {
				select {
				case e.events <- ev:
				case <-life.Done(): // nobody listens any more; one that is cancelled is still listened to
				}
			})
		})
		return e.told(c)()
	}
}

// told waits until the command has brought something, and takes all of it.
func (fl *flight) told(c model.Command) tea.Cmd {
	listen := fl.listen(nil)
	return func() tea.Msg { return toldMsg{c, listen().(arrivedMsg)} }
}

// heard applies what a lasting command brought. Its end is told as that of any command.
func (f *feed) heard(m toldMsg) tea.Cmd {
	e := f.errands[m.command]
	if e == nil {
		return nil
	}
	for _, ev := range m.events {
		f.now = f.now.Apply(ev)
	}
	if !m.done {
		return e.told(m.command)
	}
	e.cancel()
	delete(f.errands, m.command)
	ran := ranMsg{command: m.command, err: m.err, at: m.at}
	return func() tea.Msg { return ran }
}

// stop cancels a lasting command. It ends in its own time, and tells how.
func (f *feed) stop(c model.Command) {
	if e := f.errands[c]; e != nil {
		e.cancel()
	}
}
