package kafka

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// A partition is one of a topic.
type partition struct {
	topic string
	id    int32
}

// commit commits the lines of a plan that are no problem, and returns those that
// were refused.
func (c *Client) commit(ctx context.Context, g *model.Group, lines []model.ResetLine) (map[partition]*model.Problem, error) {
	byTopic := map[string][]model.ResetLine{}
	for _, l := range lines {
		if l.Problem == nil {
			byTopic[l.Topic] = append(byTopic[l.Topic], l)
		}
	}
	if g.Kind == model.Share {
		return c.alterStarts(ctx, g.ID, byTopic)
	}
	ids, err := c.topicIDs(ctx, slices.Sorted(maps.Keys(byTopic)))
	if err != nil {
		return nil, err
	}
	resp, err := c.change(ctx, g.ID, func() kmsg.Request { return commitRequest(g.ID, byTopic, ids) }, codeOfCommit)
	if err != nil {
		return nil, err
	}
	names := map[[16]byte]string{}
	for name, id := range ids {
		names[id] = name
	}
	failed := map[partition]*model.Problem{}
	for _, t := range resp.(*kmsg.OffsetCommitResponse).Topics {
		name := t.Topic
		if name == "" {
			name = names[t.TopicID]
		}
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				failed[partition{name, p.Partition}] = commitProblem(err, g.ID, name)
			}
		}
	}
	return failed, nil
}

// codeOfCommit is the error that a coordinator has for the group as a whole: it says
// it of every partition.
func codeOfCommit(r kmsg.Response) int16 {
	for _, t := range r.(*kmsg.OffsetCommitResponse).Topics {
		for _, p := range t.Partitions {
			switch kerr.ErrorForCode(p.ErrorCode) {
			case kerr.NotCoordinator, kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress:
				return p.ErrorCode
			}
		}
	}
	return 0
}

// topicIDs returns the ids of topics, by which a request of the newest version names
// them.
func (c *Client) topicIDs(ctx context.Context, names []string) (map[string][16]byte, error) {
	topics, err := c.describeAll(ctx, names)
	if err != nil {
		return nil, err
	}
	ids := map[string][16]byte{}
	for i := range topics {
		if topics[i].Problem != nil {
			return nil, topics[i].Problem
		}
		ids[topics[i].Name] = topics[i].ID
	}
	return ids, nil
}

// commitRequest commits from no member: that is taken only while the group has none.
func commitRequest(group string, lines map[string][]model.ResetLine, ids map[string][16]byte) kmsg.Request {
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group = group
	req.Generation = -1
	req.RetentionTimeMillis = -1
	for name, lines := range lines {
		t := kmsg.NewOffsetCommitRequestTopic()
		t.Topic, t.TopicID = name, ids[name]
		for _, l := range lines {
			p := kmsg.NewOffsetCommitRequestTopicPartition()
			p.Partition, p.Offset, p.LeaderEpoch, p.Metadata = l.Partition, l.To, -1, kmsg.StringPtr("")
			t.Partitions = append(t.Partitions, p)
		}
		req.Topics = append(req.Topics, t)
	}
	return req
}

// alterStarts is commit for a share group.
func (c *Client) alterStarts(ctx context.Context, group string, byTopic map[string][]model.ResetLine) (map[partition]*model.Problem, error) {
	resp, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrAlterShareGroupOffsetsRequest()
		req.GroupID = group
		for name, lines := range byTopic {
			t := kmsg.NewAlterShareGroupOffsetsRequestTopic()
			t.Topic = name
			for _, l := range lines {
				p := kmsg.NewAlterShareGroupOffsetsRequestTopicPartition()
				p.Partition, p.StartOffset = l.Partition, l.To
				t.Partitions = append(t.Partitions, p)
			}
			req.Topics = append(req.Topics, t)
		}
		return req
	}, func(r kmsg.Response) int16 { return r.(*kmsg.AlterShareGroupOffsetsResponse).ErrorCode })
	if err != nil {
		if mayHaveHappened(err) {
			return nil, err
		}
		return nil, commitProblem(err, group, "")
	}
	failed := map[partition]*model.Problem{}
	for _, t := range resp.(*kmsg.AlterShareGroupOffsetsResponse).Topics {
		for _, p := range t.Partitions {
			if err := errorOf(p.ErrorCode, p.ErrorMessage); err != nil {
				failed[partition{t.Topic, p.Partition}] = commitProblem(err, group, t.Topic)
			}
		}
	}
	return failed, nil
}

// commitProblem says why offsets of a topic could not be committed.
func commitProblem(err error, group, topic string) *model.Problem {
	switch {
	case errors.Is(err, kerr.UnknownMemberID), errors.Is(err, kerr.IllegalGeneration), errors.Is(err, kerr.NonEmptyGroup),
		errors.Is(err, kerr.RebalanceInProgress), errors.Is(err, kerr.StaleMemberEpoch), errors.Is(err, kerr.FencedMemberEpoch):
		return &model.Problem{Kind: model.Failed, Says: "A member has just come into group " + group, Fix: "stop it first", Cause: err}
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + topic})
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return gone(topic)
	}
	return aboutGroup(err, "Read", group)
}
