package kafka

import (
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeStreams describes groups by StreamsGroupDescribe (89, KIP-1071). A
// member is assigned tasks: a partition of every source topic of a subtopology.
func (c *Client) describeStreams(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrStreamsGroupDescribeRequest()
	req.Groups = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	found := resp.(*kmsg.StreamsGroupDescribeResponse).Groups
	groups := make([]model.Group, 0, len(found))
	for i := range found {
		groups = append(groups, c.streamsOf(&found[i]))
	}
	return groups, nil
}

func (c *Client) streamsOf(found *kmsg.StreamsGroupDescribeResponseGroup) model.Group {
	g := model.Group{
		ID: found.Group, Kind: model.Streams, State: found.State, ProtocolType: "streams", Assignor: text(found.AssignorName),
		Epoch: found.Epoch, AssignmentEpoch: found.AssignmentEpoch, Topology: topologyOf(found.Topology),
	}
	g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
	for i := range found.Members {
		m := &found.Members[i]
		member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, m.MemberEpoch)
		member.Rack = text(m.RackID)
		if m.IsClassic {
			member.Speaks = string(model.Classic)
		}
		member.Tasks = tasksOf(&m.Assignment, &m.TargetAssignment)
		member.Assigned = c.sourcesOf(g.Topology, m.Assignment.ActiveTasks)
		member.Target = c.sourcesOf(g.Topology, m.TargetAssignment.ActiveTasks)
		g.Members = append(g.Members, member)
	}
	return g
}

func topologyOf(found *kmsg.StreamsGroupDescribeResponseGroupTopology) *model.Topology {
	if found == nil {
		return nil
	}
	t := &model.Topology{Epoch: found.Epoch}
	for i := range found.Subtopologies {
		s := &found.Subtopologies[i]
		sub := model.Subtopology{
			ID:         s.SubtopologyID,
			Sources:    slices.Clone(s.SourceTopics),
			Sinks:      slices.Clone(s.RepartitionSinkTopics),
			Changelogs: topicNames(s.StateChangelogTopics),
		}
		sub.Sources = append(sub.Sources, topicNames(s.RepartitionSourceTopics)...)
		t.Subtopologies = append(t.Subtopologies, sub)
	}
	return t
}

func topicNames(infos []kmsg.TopicInfo) []string {
	var names []string
	for i := range infos {
		names = append(names, infos[i].Topic)
	}
	return names
}

// tasksOf returns a member's tasks, and those that it is to have and has not.
func tasksOf(now, target *kmsg.StreamsAssignment) []model.Task {
	tasks := taskList(now)
	for _, t := range taskList(target) {
		i := slices.IndexFunc(tasks, func(o model.Task) bool {
			return !o.Target && o.Kind == t.Kind && o.Subtopology == t.Subtopology
		})
		if i >= 0 {
			t.Partitions = slices.DeleteFunc(slices.Clone(t.Partitions), func(p int32) bool { return slices.Contains(tasks[i].Partitions, p) })
		}
		if t.Target = true; len(t.Partitions) > 0 {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

func taskList(a *kmsg.StreamsAssignment) []model.Task {
	var tasks []model.Task
	for _, of := range []struct {
		kind  model.TaskKind
		tasks []kmsg.TaskIDs
	}{{model.ActiveTask, a.ActiveTasks}, {model.StandbyTask, a.StandbyTasks}, {model.WarmupTask, a.WarmupTasks}} {
		for i := range of.tasks {
			tasks = append(tasks, model.Task{Kind: of.kind, Subtopology: of.tasks[i].SubtopologyID, Partitions: of.tasks[i].Partitions})
		}
	}
	return tasks
}

// sourcesOf returns the partitions that are read for tasks.
func (c *Client) sourcesOf(topology *model.Topology, tasks []kmsg.TaskIDs) map[string][]int32 {
	read := map[string][]int32{}
	if topology == nil {
		return read
	}
	for i := range tasks {
		for _, s := range topology.Subtopologies {
			if s.ID != tasks[i].SubtopologyID {
				continue
			}
			for _, topic := range s.Sources {
				read[topic] = append(read[topic], c.existing(topic, tasks[i].Partitions)...)
			}
		}
	}
	return read
}

// existing returns those partitions that the topic has: of a subtopology's source
// topics the smaller ones have no part in the later tasks.
func (c *Client) existing(topic string, partitions []int32) []int32 {
	known, ok := c.layout.topic(topic)
	if !ok {
		return partitions
	}
	var there []int32
	for _, p := range partitions {
		if int(p) < len(known) {
			there = append(there, p)
		}
	}
	return there
}
