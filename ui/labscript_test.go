package ui

import (
	"context"
	"fmt"
	"slices"

	"kscope/model"
)

// A scriptLab is the lab of a script: its test consumers join a group of the
// script's, which deals partitions out to those that run.
type scriptLab struct {
	view    model.LabView
	changed []chan struct{} // of those that watch
}

// watchLab answers model.WatchLab.
func (s *script) watchLab(ctx context.Context, emit func(model.Event)) error {
	changed := make(chan struct{}, 16)
	s.mu.Lock()
	s.lab.changed = append(s.lab.changed, changed)
	s.mu.Unlock()
	for {
		s.mu.Lock()
		view := model.LabView{Members: slices.Clone(s.lab.view.Members)}
		s.mu.Unlock()
		emit(model.LabSeen{Lab: view})
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// doLab carries out a command of the lab; the lock is held.
func (s *script) doLab(c model.Command) {
	lab := &s.lab
	switch c := c.(type) {
	case model.LabAdd:
		m := model.LabMember{Name: fmt.Sprintf("lab-%d", len(lab.view.Members)+1), Group: c.Group, Topic: c.Topic, Assignor: c.Assignor, Slow: c.Slow, State: model.LabRunning}
		if c.Static {
			m.InstanceID = m.Name
		}
		lab.view.Members = append(lab.view.Members, m)
	case model.LabTell:
		i := slices.IndexFunc(lab.view.Members, func(m model.LabMember) bool { return m.Name == c.Member })
		states := map[model.LabVerb]model.LabState{
			model.LabLeave: model.LabLeft, model.LabKill: model.LabKilled, model.LabPause: model.LabPaused,
			model.LabStall: model.LabStalled, model.LabResume: model.LabRunning, model.LabRestart: model.LabRunning,
		}
		if c.Do == model.LabSlow {
			lab.view.Members[i].Slow = c.Slow
			break
		}
		lab.view.Members[i].State = states[c.Do]
	case model.LabEnd:
		lab.view.Members = nil
	default:
		return
	}
	s.deal()
	for _, changed := range lab.changed {
		changed <- struct{}{}
	}
}

// deal gives the partitions of the lab's topic to those of its members that run.
func (s *script) deal() {
	members := s.lab.view.Members
	var running []int
	for i := range members {
		members[i].Owned = 0
		if members[i].State == model.LabRunning {
			running = append(running, i)
		}
	}
	for p := 0; len(running) > 0 && p < len(s.topic(members[0].Topic).Partitions); p++ {
		members[running[p%len(running)]].Owned++
	}
}
