package lab

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"kscope/model"
)

// A member is one test consumer, through all its lives.
type member struct {
	lab             *Lab
	model.LabMember // mu guards State, Slow, Read, MemberID and Problem; Owned is len(owned)

	verbs   sync.Mutex  // held by what tells it what to do: one thing after the other
	thrown  *time.Timer // throws it out, while it is paused; verbs guards it
	ended   bool        // nothing begins any more; verbs guards it
	polling *gate       // shut while it is paused or stalled

	mu       sync.Mutex
	life     *life // nil while it is in no group
	owned    map[int32]bool
	ids      map[string]bool // member ids it had -> the group may still have it
	prolongs int             // how often the session was made longer
}

func newMember(l *Lab, name string, cmd model.LabAdd) *member {
	m := &member{lab: l, polling: newGate(), owned: map[int32]bool{}, ids: map[string]bool{}}
	m.LabMember = model.LabMember{Name: name, Group: cmd.Group, Topic: cmd.Topic, Assignor: cmd.Assignor, Slow: cmd.Slow}
	if cmd.Static {
		m.InstanceID = name
	}
	return m
}

// start begins a life.
func (m *member) start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, err := born(m, m.session())
	if err != nil {
		return err
	}
	m.life, m.State, m.Problem = l, model.LabStarting, nil
	return nil
}

// sessions are what is tried, after Times.Session, if the broker wants a longer one
// than that.
var sessions = []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute}

func (m *member) session() time.Duration {
	if m.prolongs == 0 {
		return m.lab.options.Times.Session
	}
	return sessions[m.prolongs-1]
}

func (m *member) explain(err error) *model.Problem {
	return m.lab.options.Explain(err, m.Group, m.Topic)
}

// alive reports whether it is in its group, or may come back.
func (m *member) alive() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.State != model.LabLeft && m.State != model.LabKilled
}

// seen returns what there is to see of it.
func (m *member) seen() model.LabMember {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.learn()
	seen := m.LabMember
	seen.Owned = len(m.owned)
	return seen
}

// learn notes the member id. m.mu is held.
func (m *member) learn() {
	if m.life == nil {
		return
	}
	if id := m.life.memberID(); id != "" {
		m.MemberID = id
		m.ids[id] = true
	}
}

// addIDs adds all ids it is known by.
func (m *member) addIDs(all map[string]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.learn()
	for id := range m.ids {
		all[id] = true
	}
	if m.InstanceID != "" {
		all[m.InstanceID] = true
	}
}

// gain notes that it was assigned partitions in a life; maybe none, as there may be
// more consumers than partitions.
func (m *member) gain(l *life, added []int32) {
	m.change(l, func() {
		for _, p := range added {
			m.owned[p] = true
		}
		if m.State == model.LabStarting {
			m.State = model.LabRunning
		}
		m.Problem = nil
		m.learn()
	})
}

// lose notes that partitions were taken from it in a life.
func (m *member) lose(l *life, taken []int32) {
	m.change(l, func() {
		for _, p := range taken {
			delete(m.owned, p)
		}
	})
}

// change has f change the member, unless that life is over.
func (m *member) change(l *life, f func()) {
	m.mu.Lock()
	current := m.life == l
	if current {
		f()
	}
	m.mu.Unlock()
	if current {
		m.lab.touch()
	}
}

// appetite is how many records it polls at a time.
func (m *member) appetite() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Slow == 0 {
		return 1000
	}
	return max(1, m.Slow/5)
}

// swallow counts what was polled, and returns how long not to poll for it.
func (m *member) swallow(records int, failed error) time.Duration {
	var problem *model.Problem
	if failed != nil {
		problem = m.explain(failed)
	}
	m.mu.Lock()
	m.Read += int64(records)
	if problem != nil {
		m.Problem = problem
	}
	var wait time.Duration
	switch {
	case m.Slow > 0:
		wait = time.Duration(records) * time.Second / time.Duration(m.Slow)
	case failed != nil:
		wait = rest
	}
	m.mu.Unlock()
	if records > 0 || failed != nil {
		m.lab.touch()
	}
	return wait
}

// unsettled tells why it is in no group at the moment.
func (m *member) unsettled(l *life, err error) {
	problem := m.explain(err)
	longer := false
	m.change(l, func() {
		m.Problem = problem
		if longer = errors.Is(err, kerr.InvalidSessionTimeout) && m.prolongs < len(sessions); longer {
			m.prolongs++
		}
	})
	if longer {
		m.lab.spawn(func() { m.reborn(l) })
	}
}

// reborn begins another life with a longer session, as the broker takes no shorter
// one.
func (m *member) reborn(l *life) {
	m.verbs.Lock()
	defer m.verbs.Unlock()
	m.mu.Lock()
	current := m.life == l
	m.mu.Unlock()
	if !current {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), m.lab.options.Times.Close)
	defer cancel()
	_ = m.retire(ctx) // it has not joined
	if err := m.start(); err != nil {
		m.stay(m.State, m.explain(err))
	}
	m.lab.touch()
}
