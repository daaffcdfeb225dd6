package ui

import (
	"fmt"
	"testing"
	"time"

	"kscope/model"
)

// stormy is a group that rebalances 50 times a minute: one of its members joins
// while another leaves, and so on.
const stormy = "storm"

// followed is a log that was read to its end.
var followed = model.LogState{State: model.LogFollowed, Read: 1}

// A storm makes what the log says of such a group. The zero storm has not begun.
type storm struct {
	n  int // observations so far
	at time.Time
}

// A storm of an hour is 3,000 rebalances of three observations each, in a group of 12
// members and 120 partitions.
const (
	stormRebalances = 50 * 60
	stormPace       = time.Minute / 50
	stormMembers    = 12
	stormPartitions = 120
)

func (s *storm) listed() model.Event {
	g := model.Group{ID: stormy, Kind: model.Classic, State: "Stable", ProtocolType: "consumer", Assignor: "range"}
	return model.GroupsListed{At: time.Now(), Groups: []model.Group{g}}
}

// hour is the storm's first hour, which ends now.
func (s *storm) hour() []model.Observation {
	*s = storm{at: time.Now().Add(-stormRebalances * stormPace)}
	var all []model.Observation
	for range 3 * stormRebalances {
		all = append(all, s.next())
	}
	return all
}

// next is the next observation: members join, the leader assigns, they read.
func (s *storm) next() model.Observation {
	rebalance, phase := s.n/3, s.n%3
	s.n++
	s.at = s.at.Add(stormPace / 3)
	g := model.Group{ID: stormy, Kind: model.Classic, ProtocolType: "consumer", Assignor: "range", Coordinator: 1, Epoch: int32(rebalance), Known: true,
		State: []string{"PreparingRebalance", "CompletingRebalance", "Stable"}[phase]}
	if phase > 0 {
		g.Epoch++
	}
	out := rebalance / 2 % stormMembers // the one that comes and goes
	for i := range stormMembers {
		if i == out && rebalance%2 == 0 {
			continue
		}
		g.Members = append(g.Members, model.Member{ID: fmt.Sprintf("worker-%d-%d", i, (rebalance-2*i)/(2*stormMembers)), ClientID: fmt.Sprintf("worker-%d", i), Host: "/10.4.1.17", Epoch: g.Epoch})
	}
	if phase == 2 {
		for p := range stormPartitions {
			m := &g.Members[p%len(g.Members)]
			if m.Assigned == nil {
				m.Assigned = map[string][]int32{}
			}
			m.Assigned["orders"] = append(m.Assigned["orders"], int32(p))
		}
	}
	return model.Observation{At: s.at, Origin: model.Logged, Group: g}
}

// BenchmarkStorm measures Update and View at 200x50 with the group's screen open,
// after an hour of a storm: for each thing that happens to the group, and for keys.
func BenchmarkStorm(b *testing.B) {
	c := newSynthetic(10, 20, 3)
	for _, deed := range []struct {
		name    string
		prepare []string
		steps   []string
	}{
		{"rebalances", []string{"3", "enter"}, []string{stepStorm}},
		{"time", []string{"3", "enter", "2", "-", "-", "-", "-"}, []string{"h", "h", "h", "l", "l", "l"}},
		{"partitions", []string{"3", "enter", "2", "-", "-", "-", "-"}, []string{"j", "j", "G", "g"}},
		{"list", []string{"3", "enter", "3"}, []string{"j", "j", "pgdown", "j", "k", "pgup"}},
		{"sort", []string{"3", "enter", "3"}, []string{"s"}},
		{"tick", []string{"3", "enter"}, []string{stepTick}},
	} {
		b.Run(deed.name, func(b *testing.B) { measure(b, c, 200, 50, deed.prepare, deed.steps...) })
	}
}
