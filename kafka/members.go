package kafka

import (
	"context"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeConsumer describes groups by ConsumerGroupDescribe (69, KIP-848).
func (c *Client) describeConsumer(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrConsumerGroupDescribeRequest()
	req.Groups = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	found := resp.(*kmsg.ConsumerGroupDescribeResponse).Groups
	var parts []kmsg.AssignmentTopicPartition
	for i := range found {
		for _, m := range found[i].Members {
			parts = append(append(parts, m.Assignment.TopicPartitions...), m.TargetAssignment.TopicPartitions...)
		}
	}
	c.learnTopics(ctx, func(yield func(string, [16]byte)) {
		for _, t := range parts {
			yield(t.Topic, t.TopicID)
		}
	})
	groups := make([]model.Group, 0, len(found))
	for i := range found {
		groups = append(groups, c.consumerOf(&found[i]))
	}
	return groups, nil
}

func (c *Client) consumerOf(found *kmsg.ConsumerGroupDescribeResponseGroup) model.Group {
	g := model.Group{
		ID: found.Group, Kind: model.Consumer, State: found.State, ProtocolType: "consumer", Assignor: found.AssignorName,
		Epoch: found.Epoch, AssignmentEpoch: found.AssignmentEpoch,
	}
	g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
	for i := range found.Members {
		m := &found.Members[i]
		member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, m.MemberEpoch)
		member.Rack, member.Pattern = text(m.RackID), text(m.SubscribedTopicRegex)
		member.Subscribed = subscribed(m.SubscribedTopics)
		if m.MemberType == classicMember {
			member.Speaks = string(model.Classic)
		}
		member.Target = map[string][]int32{}
		for _, t := range m.Assignment.TopicPartitions {
			c.assign(member.Assigned, t.Topic, t.TopicID, t.Partitions)
		}
		for _, t := range m.TargetAssignment.TopicPartitions {
			c.assign(member.Target, t.Topic, t.TopicID, t.Partitions)
		}
		g.Members = append(g.Members, member)
	}
	return g
}

// classicMember is the member type of one that joined a KIP-848 group by the
// classic protocol.
const classicMember = 0

// describeShare describes groups by ShareGroupDescribe (77, KIP-932).
func (c *Client) describeShare(ctx context.Context, coordinator int32, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrShareGroupDescribeRequest()
	req.GroupIDs = names
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	found := resp.(*kmsg.ShareGroupDescribeResponse).Groups
	c.learnTopics(ctx, func(yield func(string, [16]byte)) {
		for i := range found {
			for j := range found[i].Members {
				for _, t := range found[i].Members[j].Assignment.TopicPartitions {
					yield(t.Topic, t.TopicID)
				}
			}
		}
	})
	groups := make([]model.Group, 0, len(found))
	for i := range found {
		groups = append(groups, c.shareOf(&found[i]))
	}
	return groups, nil
}

func (c *Client) shareOf(found *kmsg.ShareGroupDescribeResponseGroup) model.Group {
	g := model.Group{
		ID: found.GroupID, Kind: model.Share, State: found.GroupState, ProtocolType: "share", Assignor: found.Assignor,
		Epoch: found.GroupEpoch, AssignmentEpoch: found.AssignmentEpoch,
	}
	g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
	for _, m := range found.Members {
		member := memberOf(m.MemberID, m.ClientID, nil, m.ClientHost, m.MemberEpoch)
		member.Rack, member.Subscribed = text(m.RackID), subscribed(m.SubscribedTopicNames)
		for _, t := range m.Assignment.TopicPartitions {
			c.assign(member.Assigned, t.Topic, t.TopicID, t.Partitions)
		}
		g.Members = append(g.Members, member)
	}
	return g
}

// assign adds partitions of a topic, which a broker names, or tells the id of.
func (c *Client) assign(into map[string][]int32, name string, id [16]byte, partitions []int32) {
	topic := c.topicName(name, id)
	into[topic] = append(into[topic], partitions...)
}

// subscribed returns the topics a member subscribes to: not nil, as they are known.
func subscribed(topics []string) []string {
	return slices.Sorted(slices.Values(append([]string{}, topics...)))
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
