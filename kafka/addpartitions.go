package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// planPartitions answers model.PlanPartitions, in one event.
//
//	API   DescribeTopicPartitions (75) or Metadata (3) of the topic; DescribeCluster (60)
//	      or Metadata for the brokers; CreatePartitions (37) with validateOnly to the
//	      controller, unless kscope is read-only
//	Cost  three requests, a page of 90 KB for each 2,000 partitions
//	ACL   Alter on the topic, and Describe
//	Error Gone: the topic. What the brokers refuse is in the plan
func (c *Client) planPartitions(ctx context.Context, q model.PlanPartitions, emit func(model.Event)) error {
	topic, err := c.standingTopic(ctx, q.Topic)
	if err != nil {
		return err
	}
	plan := model.PartitionsPlan{Query: q, Now: len(topic.Partitions), Replicas: topic.Tally.RF}
	if model.CountProblem(q.Topic, plan.Now, q.Count) == nil && !c.conn.ReadOnly {
		problem, err := c.createPartitions(ctx, q.Topic, q.Count, true)
		if err != nil {
			return err
		}
		plan.Checked, plan.Problem = true, problem
	}
	listed, err := c.describeCluster(ctx)
	if err != nil {
		return err
	}
	plan.Placement = model.PredictPlacement(listed.Brokers, q.Count-plan.Now, plan.Replicas)
	plan.At = time.Now()
	emit(model.PartitionsPlanned{Plan: plan})
	return nil
}

// standingTopic describes a topic that must be there and may be described.
func (c *Client) standingTopic(ctx context.Context, name string) (model.Topic, error) {
	topic, err := c.describe(ctx, name)
	if err == nil && topic.Problem != nil {
		err = topic.Problem
	}
	return topic, err
}

// createPartitions has a topic grown, or asks whether it could be. An error is about the
// request as a whole.
func (c *Client) createPartitions(ctx context.Context, name string, n int, validate bool) (*model.Problem, error) {
	put := c.controlled
	if validate {
		put = c.validated
	}
	resp, err := put(ctx, func() kmsg.Request {
		req := kmsg.NewPtrCreatePartitionsRequest()
		req.TimeoutMillis, req.ValidateOnly = int32(c.timeout.Milliseconds()), validate
		rt := kmsg.NewCreatePartitionsRequestTopic()
		rt.Topic, rt.Count = name, int32(n)
		req.Topics = append(req.Topics, rt)
		return req
	}, func(r kmsg.Response) int16 {
		for _, t := range r.(*kmsg.CreatePartitionsResponse).Topics {
			return t.ErrorCode
		}
		return 0
	})
	if err != nil {
		return nil, err
	}
	for _, t := range resp.(*kmsg.CreatePartitionsResponse).Topics {
		return brokersSay(t.ErrorCode, t.ErrorMessage, model.TopicsConfigs(name).Right("Alter")), nil
	}
	return nil, kerr.UnknownServerError
}

// addPartitions carries out model.AddPartitions, and describes the topic until it has
// them all.
//
//	API   CreatePartitions (37) to the controller; DescribeTopicPartitions (75) or
//	      Metadata (3) before and after
//	ACL   Alter on the topic, and Describe
//	Error Gone; Failed: it has another number of partitions by now; Invalid: what the
//	      brokers refuse, in their words; Denied; Unknown
func (c *Client) addPartitions(ctx context.Context, cmd model.AddPartitions, emit func(model.Event)) error {
	before, err := c.standingTopic(ctx, cmd.Topic)
	if err != nil {
		return err
	}
	if now := len(before.Partitions); now != cmd.From {
		return &model.Problem{
			Kind: model.Failed,
			Says: fmt.Sprintf("Topic %s had %d partitions when that was planned, and has %d", cmd.Topic, cmd.From, now),
			Fix:  "look at the preview again, then confirm it",
		}
	}
	if problem := model.CountProblem(cmd.Topic, cmd.From, cmd.Count); problem != nil {
		return problem
	}
	problem, err := c.createPartitions(ctx, cmd.Topic, cmd.Count, false)
	switch {
	case err != nil && !mayHaveHappened(err):
		return err
	case problem != nil:
		return problem
	}
	topic, ok, unread := c.until(ctx, cmd.Topic, func(t *model.Topic) bool {
		return t.Problem == nil && len(t.Partitions) >= cmd.Count && t.Tally.Offline <= before.Tally.Offline
	})
	if topic.Problem == nil && len(topic.Partitions) > cmd.From {
		emit(model.PartitionsAdded{At: time.Now(), Topic: topic})
	}
	switch {
	case ok: // also when the answer was lost: nobody else adds just as many
		return nil
	case err != nil:
		return perhaps(err, "Partitions may have been added to "+cmd.Topic, "look how many it has")
	case topic.Problem != nil && unread == nil:
		unread = topic.Problem
	}
	return c.unseen(fmt.Sprintf("Topic %s was given %d partitions", cmd.Topic, cmd.Count), unread)
}
