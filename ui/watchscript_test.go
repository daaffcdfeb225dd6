package ui

import (
	"context"
	"reflect"
	"slices"
	"time"

	"kscope/model"
)

// watchPace is how often the script looks at a group that is watched.
const watchPace = 250 * time.Millisecond

// watch answers model.WatchGroup: with the group's log, if it has one that may be
// read, and with what it is like as often as the real thing.
func (s *script) watch(ctx context.Context, q model.WatchGroup, emit func(model.Event)) error {
	s.tellLog(q.Group, emit)
	var told model.Group
	for {
		s.mu.Lock()
		down, problem := s.down, s.denied["DescribeGroups"]
		events := append(s.describedGroups(model.NamesOf(q.Group), problem), s.lags(model.NamesOf(q.Group), s.denied["ReadLags"])...)
		g, there := s.groupOf(q.Group)
		logged := s.pasts[q.Group] != nil && s.denied["WatchGroup"] == nil
		s.mu.Unlock()
		if down != nil {
			return down
		}
		for _, e := range events {
			emit(e)
		}
		if logged && !reflect.DeepEqual(g, told) {
			o := model.Observation{At: time.Now(), Origin: model.Logged, Group: g, Gone: !there}
			emit(model.GroupLogged{At: time.Now(), Group: q.Group, Observations: []model.Observation{o}, Log: model.LogState{State: model.LogFollowed, Read: 1}})
			told = g
		}
		if err := s.wait(ctx, watchPace, false); err != nil {
			return err
		}
	}
}

// tellLog tells what the log says of the past.
func (s *script) tellLog(group string, emit func(model.Event)) {
	s.mu.Lock()
	past, denied := s.pasts[group], s.denied["WatchGroup"]
	s.mu.Unlock()
	log := model.LogState{State: model.LogFollowed, Read: 1}
	switch {
	case denied != nil:
		log = model.LogState{State: model.LogRefused, Problem: denied}
		past = nil
	case past == nil:
		log = model.LogState{State: model.LogRefused}
	}
	emit(model.GroupLogged{At: time.Now(), Group: group, Anew: true, Observations: past, Log: log})
}

// groupOf returns a group; false, and no more than its id, if there is none of that
// name. The lock is held.
func (s *script) groupOf(id string) (model.Group, bool) {
	for _, g := range s.groups {
		if g.ID == id {
			return g, true
		}
	}
	return model.Group{ID: id}, false
}

// A scene of a past: a group from so long before the story on.
type pastScene struct {
	before  time.Duration
	state   string
	epoch   int32
	members string // letters: A is the group's first
	owners  string // the letter of the owner of each partition; . is nobody
}

// billingPast is how billing came to be what it is when the story begins: its
// third member is thrown out and comes back, then a fourth joins and gets nothing.
var billingPast = []pastScene{
	{10 * time.Minute, "Stable", 41, "ABC", "AAAABBBBCCCC"},
	{5*time.Minute + 12*time.Second, "PreparingRebalance", 41, "ABC", "AAAABBBBCCCC"},
	{5 * time.Minute, "Stable", 42, "AB", "AAAAAABBBBBB"},
	{4*time.Minute + 11*time.Second, "PreparingRebalance", 42, "AB", "AAAAAABBBBBB"},
	{4*time.Minute + 6*time.Second, "Stable", 43, "ABC", "AAAABABBBCCC"},
	{90 * time.Second, "PreparingRebalance", 43, "ABC", "AAAABABBBCCC"},
	{87 * time.Second, "Stable", 44, "ABCD", "AAAABABBBCCC"},
}

// remember gives a group of the script a past about one topic.
func (s *script) remember(id, topic string, scenes []pastScene) {
	g, _ := s.groupOf(id)
	for _, scene := range scenes {
		then := g
		then.State, then.Epoch, then.Members = scene.state, scene.epoch, nil
		for _, letter := range scene.members {
			m := g.Members[letter-'A']
			m.Assigned = map[string][]int32{}
			for p, owner := range scene.owners {
				if owner == letter {
					m.Assigned[topic] = append(m.Assigned[topic], int32(p))
				}
			}
			then.Members = append(then.Members, m)
		}
		s.pasts[id] = append(s.pasts[id], model.Observation{At: s.began.Add(-scene.before), Origin: model.Logged, Past: true, Group: then})
	}
}

// fraud is a group of KIP-848.
func (s *script) fraud() *model.Group {
	return &s.groups[slices.IndexFunc(s.groups, func(g model.Group) bool { return g.ID == "fraud" })]
}

// fraudGrows has a third member join: it waits for what the others have yet to give.
func (s *script) fraudGrows() {
	g := s.fraud()
	g.State, g.Epoch, g.AssignmentEpoch = "Reconciling", 13, 13
	g.Members = slices.Clone(g.Members[:2])
	owned, target := [][]int32{{0, 1}, {2, 3}, nil}, [][]int32{{0, 1}, {2}, {3}}
	g.Members = append(g.Members, model.Member{ID: "fraud-3-5e1f", ClientID: "fraud-3", InstanceID: "three", Rack: "b", Host: "/10.0.0.7", Epoch: 13})
	for i := range g.Members {
		g.Members[i].Assigned, g.Members[i].Target = map[string][]int32{"payments": owned[i]}, map[string][]int32{"payments": target[i]}
		g.Members[i].Subscribed, g.Members[i].SessionTimeout = []string{"payments"}, 45*time.Second
	}
}

// fraudConverges has every member get what it is to have.
func (s *script) fraudConverges() {
	g := s.fraud()
	g.State = "Stable"
	g.Members = slices.Clone(g.Members)
	for i := range g.Members {
		if m := &g.Members[i]; m.Target != nil {
			m.Epoch, m.Assigned = 13, m.Target
		}
	}
}
