package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// produce carries out model.Produce. The topic is described first, so that none
// is ever created, and the partition is chosen here: see choose.
//
//	API   DescribeTopicPartitions (75) or Metadata (3); InitProducerId (22) once, if
//	      idempotent; Produce (0) to the leader
//	ACL   Write on the topic, which implies Describe
//	Error Gone, Denied, Invalid (no such partition, too large, settings that contradict
//	      each other), and Unknown when the request left and no answer came in time
func (c *Client) produce(ctx context.Context, cmd *model.Produce, emit func(model.Event)) error {
	if p := cmd.Check(); p != nil {
		return p
	}
	topic, err := c.describe(ctx, cmd.Topic)
	if err != nil {
		return err
	}
	if topic.Problem != nil {
		return asWrite(topic.Problem)
	}
	partition, problem := c.choose(&topic, cmd)
	if problem != nil {
		return problem
	}
	sent, err := c.sender.send(ctx, cmd.Delivery, recordToSend(cmd, partition), topic.ID)
	if err != nil {
		return c.sendProblem(ctx, cmd, partition, err)
	}
	sent.Predicted, _, _ = cmd.Predict(len(topic.Partitions))
	emit(model.Produced{Sent: sent})
	return nil
}

// asWrite turns a problem of describing a topic into one of writing to it.
func asWrite(p *model.Problem) *model.Problem {
	if p.Kind != model.Denied {
		return p
	}
	q := *p
	q.Right.Operation = "Write"
	q.Fix = "ask for " + q.Right.String()
	return &q
}

// choose returns the partition that a record goes to.
func (c *Client) choose(t *model.Topic, cmd *model.Produce) (int32, *model.Problem) {
	n := len(t.Partitions)
	if problem := missing(t, cmd.Partition); problem != nil {
		return 0, problem
	}
	partition, _, ok := cmd.Predict(n)
	switch {
	case ok:
	case cmd.Partitioner == model.RoundRobin:
		partition = c.sender.turn(t)
	default:
		partition = anyOf(t.Partitions)
	}
	if t.Partitions[partition].Offline() {
		return 0, offline(t.Name, partition)
	}
	return partition, nil
}

// missing says that a topic has no such partition, or none at all; nil if it has.
// AllPartitions asks only for the latter.
func missing(t *model.Topic, partition int32) *model.Problem {
	switch n := len(t.Partitions); {
	case n == 0:
		return &model.Problem{Kind: model.Failed, Says: "Topic " + t.Name + " has no partition yet", Fix: "try again in a moment"}
	case int(partition) >= n:
		return invalid(fmt.Sprintf("Topic %s has no partition %d", t.Name, partition), fmt.Sprintf("choose one of 0 to %d", n-1), nil)
	}
	return nil
}

func offline(topic string, partition int32) *model.Problem {
	return &model.Problem{
		Kind: model.Failed,
		Says: fmt.Sprintf("Partition %d of %s has no leader", partition, topic),
		Fix:  "choose another partition, or start a broker that holds a replica of it",
	}
}

// anyOf returns a random partition that has a leader; with none, any. A client
// that sends many records stays with one partition for a while: for one sent by
// hand now and then that would be always the same.
func anyOf(partitions []model.Partition) int32 {
	var led []int32
	for i := range partitions {
		if !partitions[i].Offline() {
			led = append(led, partitions[i].ID)
		}
	}
	if len(led) == 0 {
		return 0
	}
	return led[rand.IntN(len(led))]
}

func recordToSend(cmd *model.Produce, partition int32) *kgo.Record {
	r := &kgo.Record{Topic: cmd.Topic, Partition: partition, Key: cmd.Key, Value: cmd.Value, Timestamp: cmd.Timestamp}
	r.Headers = headersToSend(cmd.Headers)
	return r
}

func headersToSend(headers []model.Header) []kgo.RecordHeader {
	var out []kgo.RecordHeader
	for _, h := range headers {
		out = append(out, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return out
}

// An unknownOutcome is the error of a record that may have been written.
type unknownOutcome struct{ err error }

func (e *unknownOutcome) Error() string { return "no answer to what was sent: " + e.err.Error() }

func (e *unknownOutcome) Unwrap() error { return e.err }

// sendProblem says why a record was not acknowledged.
func (c *Client) sendProblem(ctx context.Context, cmd *model.Produce, partition int32, err error) *model.Problem {
	var unknown *unknownOutcome
	switch {
	case errors.As(err, &unknown), errors.Is(err, kerr.NotEnoughReplicasAfterAppend):
		return mayBeWritten(cmd.Topic, err)
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return c.tooLarge(ctx, cmd, err)
	case errors.Is(err, kerr.NotEnoughReplicas):
		return tooFewReplicas(cmd.Topic, err)
	case errors.Is(err, kgo.ErrRecordTimeout):
		if p := c.whyNot(ctx, cmd.Topic, partition, err); p != nil {
			return p
		}
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return gone(cmd.Topic)
	}
	// Also CLUSTER_AUTHORIZATION_FAILED means this: who may write to any topic may
	// write idempotently (KIP-679), so that the right on the cluster is not needed.
	return problemAbout(err, model.Right{Operation: "Write", Resource: "Topic " + cmd.Topic})
}

func mayBeWritten(topic string, err error) *model.Problem {
	return &model.Problem{
		Kind:  model.Unknown,
		Says:  "The record may have been written to " + topic + ": it was sent, but not acknowledged in time",
		Fix:   "look for it in the tail before you send it again",
		Cause: err,
	}
}

func tooFewReplicas(topic string, err error) *model.Problem {
	return &model.Problem{
		Kind:  model.Failed,
		Says:  "The partition of " + topic + " has fewer in-sync replicas than min.insync.replicas",
		Fix:   "wait until its replicas have caught up, or choose another partition",
		Cause: err,
	}
}

// whyNot looks why a partition took no record in time, as the client keeps to itself
// what the broker answered meanwhile: nil if the partition looks well.
func (c *Client) whyNot(ctx context.Context, topic string, partition int32, cause error) *model.Problem {
	t, err := c.describe(ctx, topic)
	if err != nil || t.Problem != nil || int(partition) >= len(t.Partitions) {
		return nil
	}
	p := &t.Partitions[partition]
	if p.Offline() {
		return offline(topic, partition)
	}
	if minISR := c.topicConfig(ctx, topic).MinISR; minISR > p.ISR() {
		return tooFewReplicas(topic, cause)
	}
	return nil
}

// topicConfig returns what is known of a topic's settings; nothing if they may not be
// read.
func (c *Client) topicConfig(ctx context.Context, topic string) model.TopicConfig {
	configs, err := c.topicConfigs(ctx, []string{topic})
	if config := configs[topic]; err == nil && config != nil {
		return *config
	}
	return model.TopicConfig{}
}

// tooLarge says how large the record is, and how large it may be if that can be
// read.
func (c *Client) tooLarge(ctx context.Context, cmd *model.Produce, err error) *model.Problem {
	size := len(cmd.Key) + len(cmd.Value)
	for _, h := range cmd.Headers {
		size += len(h.Key) + len(h.Value)
	}
	return largerThan(cmd.Topic, size, c.topicConfig(ctx, cmd.Topic).MaxMessage, err)
}

// largerThan says that a record is larger than its topic takes; most is 0 if that is
// not known.
func largerThan(topic string, size int, most int64, err error) *model.Problem {
	p := &model.Problem{
		Kind:  model.Invalid,
		Says:  fmt.Sprintf("The record of %d bytes is larger than topic %s takes", size, topic),
		Fix:   "make it smaller, or raise max.message.bytes of the topic",
		Cause: err,
	}
	if most > 0 {
		p.Says += fmt.Sprintf(", which is %d bytes", most)
	}
	return p
}
