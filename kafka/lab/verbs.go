package lab

import (
	"context"
	"fmt"
	"time"

	"kscope/model"
)

// tell has the consumer do what it is told, and returns when it is done.
func (m *member) tell(ctx context.Context, cmd model.LabTell) error {
	m.verbs.Lock()
	defer m.verbs.Unlock()
	defer m.lab.touch()
	if m.ended {
		return gone(m.Name, m.Group)
	}
	if cmd.Do == model.LabSlow {
		return m.slow(cmd.Slow)
	}
	if !m.alive() && cmd.Do != model.LabRestart {
		return invalid(fmt.Sprintf("Test consumer %s is %s", m.Name, m.seen().State), "restart it, or add another")
	}
	switch cmd.Do {
	case model.LabLeave:
		return m.leave(ctx)
	case model.LabKill:
		m.kill()
	case model.LabPause:
		return m.pause()
	case model.LabStall:
		return m.stall()
	case model.LabResume:
		return m.resume()
	case model.LabRestart:
		return m.restart(ctx)
	default:
		return invalid(`A test consumer cannot be told to "`+string(cmd.Do)+`"`, "")
	}
	return nil
}

func (m *member) slow(records int) error {
	if records < 0 {
		return invalid("A consumer cannot read less than nothing", "give records a second, or 0 for as many as there are")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Slow = records
	return nil
}

// current returns its life, nil if it has none.
func (m *member) current() *life {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.life
}

// stay sets its state, and why.
func (m *member) stay(state model.LabState, why *model.Problem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.State, m.Problem = state, why
}

// retire ends the life as the client would, see life.leave.
func (m *member) retire(ctx context.Context) error {
	m.unthrow()
	l := m.current()
	if l == nil {
		return nil
	}
	err := l.leave(ctx)
	m.over(err == nil && m.InstanceID == "")
	if m.InstanceID != "" && m.Assignor == model.LabConsumer {
		return m.stepOut(ctx)
	}
	return err
}

// over notes that the life is over, and whether the group knows.
func (m *member) over(known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.learn()
	if known {
		m.ids[m.MemberID] = false
	}
	m.life = nil
	clear(m.owned)
}

// leave has it leave its group for good, static or not.
func (m *member) leave(ctx context.Context) error {
	m.stay(model.LabLeaving, nil)
	m.lab.touch()
	err := m.retire(ctx)
	if expelled := m.expel(ctx); expelled == nil {
		err = nil
	}
	m.polling.set(true)
	if err != nil {
		p := *m.explain(err)
		p.Says = fmt.Sprintf("Test consumer %s stopped, but could not tell its group so: %s", m.Name, p.Says)
		p.Fix = "the group notices once its session is over"
		m.stay(model.LabLeft, &p)
		return &p
	}
	m.stay(model.LabLeft, nil)
	return nil
}

// kill ends it without a word: its group notices once its session is over.
func (m *member) kill() {
	m.unthrow()
	if l := m.current(); l != nil {
		m.mu.Lock()
		m.learn()
		m.mu.Unlock()
		l.kill()
		m.over(false)
	}
	m.polling.set(true)
	m.stay(model.LabKilled, nil)
}

// pause has it stop polling. After Times.Poll it leaves, as Java's would.
func (m *member) pause() error {
	if m.seen().State == model.LabStalled {
		return invalid("Test consumer "+m.Name+" does not even heartbeat", "resume it first")
	}
	if !m.polling.isOpen() {
		return nil
	}
	m.polling.set(false)
	l := m.current()
	l.unhand()
	m.stay(model.LabPaused, nil)
	m.thrown = time.AfterFunc(m.lab.options.Times.Poll, func() { m.lab.spawn(func() { m.throw(l) }) })
	return nil
}

// throw ends a life in which nobody polled for too long: a dynamic member leaves, a
// static one stays away.
func (m *member) throw(l *life) {
	m.verbs.Lock()
	defer m.verbs.Unlock()
	if m.polling.isOpen() || m.current() != l {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), m.lab.options.Times.Close)
	defer cancel()
	_ = m.retire(ctx) // who cannot be told notices
	m.stay(model.LabPaused, &model.Problem{
		Kind: model.Failed,
		Says: fmt.Sprintf("It did not poll for %v, as long as max.poll.interval.ms, and left the group", m.lab.options.Times.Poll),
		Fix:  "resume it to have it rejoin",
	})
	m.lab.touch()
}

// unthrow takes back that the consumer is to be thrown out.
func (m *member) unthrow() {
	if m.thrown != nil {
		m.thrown.Stop()
		m.thrown = nil
	}
}

// stall has it stop doing anything, as if its process hung.
func (m *member) stall() error {
	l := m.current()
	if l == nil {
		return invalid("Test consumer "+m.Name+" is in no group", "resume it first")
	}
	m.unthrow()
	m.polling.set(false)
	l.line.gate.set(false)
	l.unhand()
	m.stay(model.LabStalled, nil)
	return nil
}

// resume has it go on after pause or stall.
func (m *member) resume() error {
	if m.polling.isOpen() {
		return nil
	}
	m.unthrow()
	m.polling.set(true)
	l := m.current()
	if l == nil {
		return m.rejoin()
	}
	l.line.gate.set(true)
	m.stay(model.LabRunning, nil)
	return nil
}

// restart ends it as the client would, and has it come back: a static one is back
// before its group misses it.
func (m *member) restart(ctx context.Context) error {
	err := m.retire(ctx)
	m.polling.set(true)
	if err != nil && m.InstanceID == "" {
		_ = m.expel(ctx) // or its group would wait for it
	}
	return m.rejoin()
}

func (m *member) rejoin() error {
	if err := m.start(); err != nil {
		return m.explain(err)
	}
	return nil
}
