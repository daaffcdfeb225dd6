package kafka

import (
	"context"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeClassic describes groups by DescribeGroups (15). Only consumers' own
// protocol says what members are assigned; others, such as Connect's, are theirs
// to read.
func (c *Client) describeClassic(ctx context.Context, at place, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrDescribeGroupsRequest()
	req.Groups = names
	resp, err := c.to(ctx, at.coordinator, req)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, found := range resp.(*kmsg.DescribeGroupsResponse).Groups {
		g := model.Group{ID: found.Group, Kind: at.kind, State: found.State, ProtocolType: found.ProtocolType, Assignor: found.Protocol}
		g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
		for _, m := range found.Members {
			member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, -1)
			if found.ProtocolType == "consumer" {
				member.Assigned = assigned(m.MemberAssignment)
			}
			g.Members = append(g.Members, member)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// assigned reads what a member of a classic consumer group is assigned; nil if
// the bytes are not that: the members write them, and the broker does not look.
func assigned(raw []byte) map[string][]int32 {
	if len(raw) == 0 {
		return nil
	}
	var a kmsg.ConsumerMemberAssignment
	if err := a.ReadFrom(raw); err != nil {
		return nil
	}
	topics := make(map[string][]int32, len(a.Topics))
	for _, t := range a.Topics {
		topics[t.Topic] = append(topics[t.Topic], t.Partitions...)
	}
	return topics
}

// describeConsumer describes groups by ConsumerGroupDescribe (69, KIP-848).
func (c *Client) describeConsumer(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrConsumerGroupDescribeRequest()
	req.Groups = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, found := range resp.(*kmsg.ConsumerGroupDescribeResponse).Groups {
		g := model.Group{ID: found.Group, Kind: model.Consumer, State: found.State, ProtocolType: "consumer", Assignor: found.AssignorName}
		g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
		for _, m := range found.Members {
			member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, m.MemberEpoch)
			for _, t := range m.Assignment.TopicPartitions {
				topic := c.layout.name(t.Topic, t.TopicID)
				member.Assigned[topic] = append(member.Assigned[topic], t.Partitions...)
			}
			g.Members = append(g.Members, member)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// describeShare describes groups by ShareGroupDescribe (77, KIP-932).
func (c *Client) describeShare(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrShareGroupDescribeRequest()
	req.GroupIDs = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, found := range resp.(*kmsg.ShareGroupDescribeResponse).Groups {
		g := model.Group{ID: found.GroupID, Kind: model.Share, State: found.GroupState, ProtocolType: "share", Assignor: found.Assignor}
		g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
		for _, m := range found.Members {
			member := memberOf(m.MemberID, m.ClientID, nil, m.ClientHost, m.MemberEpoch)
			for _, t := range m.Assignment.TopicPartitions {
				topic := c.layout.name(t.Topic, t.TopicID)
				member.Assigned[topic] = append(member.Assigned[topic], t.Partitions...)
			}
			g.Members = append(g.Members, member)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// describeStreams describes groups by StreamsGroupDescribe (89, KIP-1071). A
// member is assigned tasks: a partition of every source topic of a subtopology.
func (c *Client) describeStreams(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrStreamsGroupDescribeRequest()
	req.Groups = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, found := range resp.(*kmsg.StreamsGroupDescribeResponse).Groups {
		g := model.Group{ID: found.Group, Kind: model.Streams, State: found.State, ProtocolType: "streams", Assignor: text(found.AssignorName)}
		g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
		sources := sourcesOf(found.Topology)
		for _, m := range found.Members {
			member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, m.MemberEpoch)
			for _, task := range m.Assignment.ActiveTasks {
				for _, topic := range sources[task.SubtopologyID] {
					member.Assigned[topic] = append(member.Assigned[topic], c.existing(topic, task.Partitions)...)
				}
			}
			g.Members = append(g.Members, member)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// sourcesOf returns the topics that each subtopology reads.
func sourcesOf(topology *kmsg.StreamsGroupDescribeResponseGroupTopology) map[string][]string {
	sources := map[string][]string{}
	if topology == nil {
		return sources
	}
	for _, s := range topology.Subtopologies {
		topics := append([]string(nil), s.SourceTopics...)
		for _, t := range s.RepartitionSourceTopics {
			topics = append(topics, t.Topic)
		}
		sources[s.SubtopologyID] = topics
	}
	return sources
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

func memberOf(id, client string, instance *string, host string, epoch int32) model.Member {
	return model.Member{
		ID:         id,
		ClientID:   client,
		InstanceID: text(instance),
		Host:       strings.TrimPrefix(host, "/"), // as Java writes an address without a name
		Epoch:      epoch,
		Assigned:   map[string][]int32{},
	}
}
