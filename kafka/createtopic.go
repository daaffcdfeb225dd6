package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// planTopic answers model.PlanTopic, in one event.
//
//	API   DescribeCluster (60) or Metadata (3) for the brokers; CreateTopics (19) with
//	      validateOnly to the controller, unless kscope is read-only
//	Cost  two small requests
//	ACL   Create on Cluster or on the topic
//	Error when no broker answers. What the brokers refuse is in the plan
func (c *Client) planTopic(ctx context.Context, q model.PlanTopic, emit func(model.Event)) error {
	t := q.Topic
	plan := model.TopicPlan{Query: q, Partitions: t.Partitions, Replicas: t.Replicas}
	if t.Problem() == nil && !c.conn.ReadOnly {
		resp, err := c.createTopics(ctx, t, true)
		if err != nil {
			return err
		}
		plan.Checked = true
		if plan.Problem = createProblem(t.Name, resp); plan.Problem == nil && resp.NumPartitions > 0 {
			plan.Partitions, plan.Replicas = int(resp.NumPartitions), int(resp.ReplicationFactor)
		}
	}
	listed, err := c.describeCluster(ctx)
	if err != nil {
		return err
	}
	plan.Placement = model.PredictPlacement(listed.Brokers, plan.Partitions, plan.Replicas)
	plan.At = time.Now()
	emit(model.TopicPlanned{Plan: plan})
	return nil
}

// createTopics has a topic created, or asks whether it could be. An error is about the
// request as a whole; of the topic it is in the answer.
func (c *Client) createTopics(ctx context.Context, t model.NewTopic, validate bool) (*kmsg.CreateTopicsResponseTopic, error) {
	put := c.controlled
	if validate {
		put = c.validated
	}
	resp, err := put(ctx, func() kmsg.Request { return c.creation(t, validate) }, func(r kmsg.Response) int16 {
		for _, t := range r.(*kmsg.CreateTopicsResponse).Topics {
			return t.ErrorCode
		}
		return 0
	})
	if err != nil {
		return nil, err
	}
	for i := range resp.(*kmsg.CreateTopicsResponse).Topics {
		return &resp.(*kmsg.CreateTopicsResponse).Topics[i], nil
	}
	return nil, kerr.UnknownServerError
}

func (c *Client) creation(t model.NewTopic, validate bool) kmsg.Request {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.TimeoutMillis, req.ValidateOnly = int32(c.timeout.Milliseconds()), validate
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = t.Name, int32(t.Partitions), int16(t.Replicas)
	for _, change := range t.Configs.List() {
		config := kmsg.NewCreateTopicsRequestTopicConfig()
		config.Name, config.Value = change.Name, kmsg.StringPtr(change.Value)
		rt.Configs = append(rt.Configs, config)
	}
	req.Topics = append(req.Topics, rt)
	return req
}

func createProblem(name string, t *kmsg.CreateTopicsResponseTopic) *model.Problem {
	return brokersSay(t.ErrorCode, t.ErrorMessage, model.Right{Operation: "Create", Resource: "Topic " + name})
}

// createTopic carries out model.CreateTopic, and describes the topic until all its
// partitions have a leader.
//
//	API   CreateTopics (19) to the controller; DescribeTopicPartitions (75) or Metadata (3)
//	ACL   Create on Cluster or on the topic; Describe on the topic, to read it back
//	Error Invalid: what the brokers refuse, in their words; Denied; Unknown when the
//	      request left and no answer came, or the topic cannot be read back
func (c *Client) createTopic(ctx context.Context, cmd model.CreateTopic, emit func(model.Event)) error {
	t := cmd.Topic
	if problem := t.Problem(); problem != nil {
		return problem
	}
	made, err := c.createTopics(ctx, t, false)
	if err != nil && !mayHaveHappened(err) {
		return err
	}
	if err == nil {
		if problem := createProblem(t.Name, made); problem != nil {
			return problem
		}
	}
	topic, ok, unread := c.until(ctx, t.Name, func(found *model.Topic) bool {
		return found.Problem == nil && len(found.Partitions) > 0 && found.Tally.Offline == 0
	})
	if topic.Problem == nil && len(topic.Partitions) > 0 {
		emit(model.TopicCreated{At: time.Now(), Topic: topic})
	}
	switch {
	case err != nil && topic.Problem == nil && len(topic.Partitions) > 0:
		return &model.Problem{Kind: model.Unknown, Says: "No answer came, and topic " + t.Name + " is there: this created it, or somebody else did meanwhile", Fix: "look whether it is as you want it", Cause: err}
	case err != nil:
		return perhaps(err, "Topic "+t.Name+" may have been created", "look whether it is listed")
	case ok:
		return nil
	case unread == nil && topic.Problem == nil && len(topic.Partitions) > 0:
		return &model.Problem{Kind: model.Failed, Says: "Topic " + t.Name + " was created, and some of its partitions have no leader yet", Fix: "see whether all brokers serve"}
	case unread == nil && topic.Problem != nil && topic.Problem.Kind == model.Denied:
		unread = topic.Problem
	}
	return c.unseen("Topic "+t.Name+" was created", unread)
}
