package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// deleteTopic carries out model.DeleteTopic, and describes the topic until it is gone.
//
//	API   DeleteTopics (20) to the controller, by the topic's id where brokers know such
//	      (version 6, Kafka 2.8); DescribeTopicPartitions (75) or Metadata (3) before and
//	      after
//	ACL   Delete on the topic, and Describe
//	Error Gone: it is not there, or is another of the same name; Denied; Failed: the
//	      brokers do not delete topics; Unknown
func (c *Client) deleteTopic(ctx context.Context, cmd model.DeleteTopic, emit func(model.Event)) error {
	before, err := c.standingTopic(ctx, cmd.Name)
	if err != nil {
		return err
	}
	var none [16]byte
	if cmd.ID != none && before.ID != none && cmd.ID != before.ID {
		return &model.Problem{
			Kind: model.Gone,
			Says: "The topic that was meant is gone: " + cmd.Name + " was deleted and created anew",
			Fix:  "look at it again, then delete it",
		}
	}
	problem, err := c.deleteTopics(ctx, cmd.Name, before.ID)
	switch {
	case err != nil && !mayHaveHappened(err):
		return err
	case problem != nil && problem.Kind != model.Gone: // it was there a moment ago: an attempt before got through
		return problem
	}
	after, ok, unread := c.until(ctx, cmd.Name, func(t *model.Topic) bool {
		return t.Problem != nil && t.Problem.Kind == model.Gone || t.Problem == nil && t.ID != before.ID
	})
	switch {
	case ok && after.Problem == nil:
		return &model.Problem{Kind: model.Failed, Says: "Topic " + cmd.Name + " was deleted, and is there again", Fix: "see who uses it: auto.create.topics.enable may have it created"}
	case ok:
		emit(model.TopicDeleted{At: time.Now(), Name: cmd.Name, Problem: gone(cmd.Name)})
		return nil
	case err != nil:
		return perhaps(err, "Topic "+cmd.Name+" may have been deleted", "look whether it is still listed")
	}
	return c.unseen("Topic "+cmd.Name+" was deleted", unread)
}

// deleteTopics has a topic deleted. An error is about the request as a whole.
func (c *Client) deleteTopics(ctx context.Context, name string, id [16]byte) (*model.Problem, error) {
	resp, err := c.controlled(ctx, func() kmsg.Request {
		req := kmsg.NewPtrDeleteTopicsRequest()
		req.TimeoutMillis = int32(c.timeout.Milliseconds())
		req.TopicNames = []string{name} // up to version 5
		rt := kmsg.NewDeleteTopicsRequestTopic()
		if rt.TopicID = id; id == [16]byte{} {
			rt.Topic = kmsg.StringPtr(name)
		}
		req.Topics = append(req.Topics, rt)
		return req
	}, func(r kmsg.Response) int16 {
		for _, t := range r.(*kmsg.DeleteTopicsResponse).Topics {
			return t.ErrorCode
		}
		return 0
	})
	if err != nil {
		return nil, err
	}
	topics := resp.(*kmsg.DeleteTopicsResponse).Topics
	if len(topics) == 0 {
		return nil, kerr.UnknownServerError
	}
	problem := brokersSay(topics[0].ErrorCode, topics[0].ErrorMessage, model.TopicsConfigs(name).Right("Delete"))
	if problem != nil && problem.Kind == model.Gone {
		problem = gone(name)
	}
	return problem, nil
}
