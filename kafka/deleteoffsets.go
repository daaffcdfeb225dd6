package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// deleteOffsets carries out model.DeleteOffsets.
//
//	API   what described and commitsOf send, before and after; OffsetDelete (47), or for
//	      share groups DeleteShareGroupOffsets (92, Kafka 4.1), to the coordinator
//	ACL   Delete on the group, Read on the topic, and Describe on the group
//	Error Gone: no such group, or nothing committed for the topic; Failed: a member
//	      subscribes to the topic; Denied; Unknown
func (c *Client) deleteOffsets(ctx context.Context, cmd model.DeleteOffsets) error {
	g, before, err := c.standing(ctx, cmd.Group)
	if err != nil {
		return err
	}
	if len(before[cmd.Topic]) == 0 {
		return &model.Problem{Kind: model.Gone, Says: "Group " + g.ID + " has committed nothing for " + cmd.Topic}
	}
	if g.Kind == model.Share {
		err = c.deleteStarts(ctx, g.ID, cmd.Topic)
	} else {
		err = c.deleteCommits(ctx, g.ID, cmd.Topic, before[cmd.Topic])
	}
	what := "The offsets of group " + g.ID + " for " + cmd.Topic
	if err != nil && !mayHaveHappened(err) {
		return deleteProblem(err, g, cmd.Topic)
	}
	after, unread := c.commitsOf(ctx, g)
	if gone := new(model.Problem); errors.As(unread, &gone) && gone.Kind == model.Gone {
		after, unread = nil, nil // they were its last
	}
	left := len(after[cmd.Topic])
	switch {
	case err != nil && (unread != nil || left > 0):
		return perhaps(err, what+" may have been deleted", "look whether they are still there")
	case unread != nil:
		return &model.Problem{Kind: model.Unknown, Says: what + " were deleted, but could not be read back", Fix: "look whether they are still there", Cause: unread}
	case left > 0:
		return &model.Problem{Kind: model.Failed, Says: what + " were deleted, and some are there again", Fix: "see who else commits for this group"}
	}
	return nil
}

func (c *Client) deleteCommits(ctx context.Context, group, topic string, partitions map[int32]int64) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrOffsetDeleteRequest()
		req.Group = group
		t := kmsg.NewOffsetDeleteRequestTopic()
		t.Topic = topic
		for p := range partitions {
			t.Partitions = append(t.Partitions, kmsg.OffsetDeleteRequestTopicPartition{Partition: p})
		}
		req.Topics = []kmsg.OffsetDeleteRequestTopic{t}
		return req
	}, func(r kmsg.Response) int16 {
		deleted := r.(*kmsg.OffsetDeleteResponse)
		code := deleted.ErrorCode
		for _, t := range deleted.Topics {
			for _, p := range t.Partitions {
				if code == 0 {
					code = p.ErrorCode
				}
			}
		}
		return code
	})
	return err
}

func (c *Client) deleteStarts(ctx context.Context, group, topic string) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrDeleteShareGroupOffsetsRequest()
		req.GroupID = group
		t := kmsg.NewDeleteShareGroupOffsetsRequestTopic()
		t.Topic = topic
		req.Topics = []kmsg.DeleteShareGroupOffsetsRequestTopic{t}
		return req
	}, func(r kmsg.Response) int16 {
		deleted := r.(*kmsg.DeleteShareGroupOffsetsResponse)
		code := deleted.ErrorCode
		for _, t := range deleted.Topics {
			if code == 0 {
				code = t.ErrorCode
			}
		}
		return code
	})
	return err
}

// deleteProblem says why a group's offsets for a topic were not deleted, and who
// subscribes to it if that is why.
func deleteProblem(err error, g *model.Group, topic string) error {
	if !errors.Is(err, kerr.GroupSubscribedToTopic) {
		return changeProblem(err, "Delete", g.ID, topic)
	}
	p := model.Held(g.ID, g.State, g.Members)
	if p == nil {
		p = &model.Problem{Kind: model.Failed, Says: "Group " + g.ID + " is in use"}
	}
	p.Says += ", and subscribes to " + topic
	p.Fix, p.Cause = "stop the members, or have them unsubscribe, first", err
	return p
}

// changeProblem says why something was not done to a group, or to its offsets for a
// topic.
func changeProblem(err error, operation, group, topic string) *model.Problem {
	switch {
	case errors.Is(err, kerr.NonEmptyGroup):
		return &model.Problem{Kind: model.Failed, Says: "A member has just come into group " + group, Fix: "stop it first", Cause: err}
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + topic})
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return gone(topic)
	}
	return aboutGroup(err, operation, group)
}
