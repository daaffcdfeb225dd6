package ui

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"kscope/model"
)

// scriptCommits are what groups of a script that have no members have committed, by
// topic and partition.
type scriptCommits map[string]map[string]map[int32]int64

func archived() scriptCommits {
	return scriptCommits{"archive": {
		"audit":  {0: 60_500, 1: 100, 2: 19_000},
		"orders": {0: 90_000, 1: 80_000, 2: 41_000, 3: 120_600},
	}}
}

func (c scriptCommits) at(group, topic string, partition int32) int64 {
	if offset, ok := c[group][topic][partition]; ok {
		return offset
	}
	return model.NoOffset
}

// keptCluster is the small one, whose groups without members tell their lag, too.
func keptCluster() *script {
	s := smallCluster()
	s.keeps = true
	return s
}

// committedLags is the lag of a group that has no members.
func (s *script) committedLags(group string) []model.TopicLag {
	var lags []model.TopicLag
	for _, topic := range slices.Sorted(maps.Keys(s.commits[group])) {
		lag := model.TopicLag{Topic: topic}
		for _, p := range slices.Sorted(maps.Keys(s.commits[group][topic])) {
			end, committed := s.end(topic, p), s.commits[group][topic][p]
			lag.Partitions = append(lag.Partitions, model.PartitionLag{ID: p, Committed: committed, End: end, Lag: max(0, end-committed)})
		}
		lags = append(lags, lag)
	}
	return lags
}

// resetPlan answers model.PlanReset; the lock is held.
func (s *script) resetPlan(q model.PlanReset) ([]model.Event, error) {
	i := slices.IndexFunc(s.groups, func(g model.Group) bool { return g.ID == q.Group })
	if i < 0 {
		return nil, &model.Problem{Kind: model.Gone, Says: "There is no group " + q.Group + " any more", Fix: "check its name"}
	}
	r := &q.Reset
	var lines []model.ResetLine
	add := func(topic string, partition int32, named int64) {
		line := model.ResetLine{Topic: topic, Partition: partition, From: s.commits.at(q.Group, topic, partition), Start: 0, End: s.end(topic, partition)}
		if at, ok := r.At(time.Now()); ok && at.Before(time.Now()) {
			named = max(0, line.End+s.logs[topic].rate*time.Until(at).Milliseconds()/1000)
		}
		lines = append(lines, r.Line(line, named))
	}
	offsets, _ := model.ParseOffsets(r.File, q.Group)
	for _, o := range offsets {
		add(o.Topic, o.Partition, o.Offset)
	}
	if r.To != model.FromFile {
		for _, topic := range s.topicsToReset(q) {
			t := s.topic(topic)
			if t.Problem != nil {
				return nil, t.Problem
			}
			for p := range t.Partitions {
				_, has := s.commits[q.Group][topic][int32(p)]
				if r.Topics.All() && has || !r.Topics.All() && (r.Partition == model.AllPartitions || r.Partition == int32(p)) {
					add(topic, int32(p), model.NoOffset)
				}
			}
		}
	}
	return []model.Event{model.ResetPlanned{Plan: model.NewResetPlan(time.Now(), q, &s.groups[i], lines)}}, nil
}

func (s *script) topicsToReset(q model.PlanReset) []string {
	if topics := q.Reset.Topics; !topics.All() {
		return topics.List()
	}
	return slices.Sorted(maps.Keys(s.commits[q.Group]))
}

// act carries out a command about a group, and reports whether it was one; the lock
// is held.
func (s *script) act(c model.Command, emit func(model.Event)) (bool, error) {
	switch c := c.(type) {
	case *model.ResetOffsets:
		return true, s.reset(c, emit)
	case model.DeleteGroup:
		s.groups = slices.DeleteFunc(slices.Clone(s.groups), func(g model.Group) bool { return g.ID == c.Group })
	case model.DeleteOffsets:
		if len(s.commits[c.Group][c.Topic]) == 0 {
			return true, &model.Problem{Kind: model.Gone, Says: "Group " + c.Group + " has committed nothing for " + c.Topic}
		}
		delete(s.commits[c.Group], c.Topic)
	case model.RemoveMember:
		if !s.comeBack {
			s.memberLeaves(c.Group, c.MemberID)
		}
		i := slices.IndexFunc(s.groups, func(g model.Group) bool { return g.ID == c.Group })
		emit(model.GroupsDescribed{At: time.Now(), Groups: s.groups[i : i+1]})
	default:
		return false, nil
	}
	return true, nil
}

func (s *script) memberLeaves(group, member string) {
	i := slices.IndexFunc(s.groups, func(g model.Group) bool { return g.ID == group })
	g := &s.groups[i]
	g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m model.Member) bool { return m.ID == member })
}

func (s *script) reset(c *model.ResetOffsets, emit func(model.Event)) error {
	plan := c.Plan
	plan.Lines = slices.Clone(plan.Lines)
	group := plan.Query.Group
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if at := s.commits.at(group, l.Topic, l.Partition); l.Problem == nil && at != l.From {
			return &model.Problem{
				Kind: model.Failed, Says: fmt.Sprintf("The offsets moved since the preview: partition %d of %s was at %d, and is at %d", l.Partition, l.Topic, l.From, at),
				Fix: "look at the preview again, then confirm it",
			}
		}
	}
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if l.Problem != nil {
			continue
		}
		if s.commits[group][l.Topic] == nil {
			s.commits[group][l.Topic] = map[int32]int64{}
		}
		s.commits[group][l.Topic][l.Partition] = l.To
		l.From = l.To
	}
	plan.At = time.Now()
	emit(model.OffsetsReset{Plan: plan})
	return nil
}

// files are those that a story can have read.
func files(path string) (string, error) {
	text, ok := map[string]string{
		"/tmp/offsets.csv": "orders,0,100000\norders,1,70000\norders,2,99999999\n",
		"/tmp/wrong.csv":   "orders,0,100000\norders,one,70000\n",
	}[path]
	if !ok {
		return "", fmt.Errorf("there is no file %s", path)
	}
	return text, nil
}
