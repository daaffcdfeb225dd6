package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// produce carries out model.Produce. The topic is described first, so that none
// is ever created, and the partition is chosen here: see Partition.
//
//	API   DescribeTopicPartitions (75) or Metadata (3); InitProducerId (22) once;
//	      Produce (0) with acks=all, idempotent, to the leader
//	ACL   Write on the topic, which implies Describe
//	Error Gone, Denied, Invalid (no such partition, too large), and Unknown when the
//	      request left and no answer came in time
func (c *Client) produce(ctx context.Context, cmd *model.Produce, emit func(model.Event)) error {
	topic, err := c.describe(ctx, cmd.Topic)
	if err != nil {
		return err
	}
	if topic.Problem != nil {
		return asWrite(topic.Problem)
	}
	partition, problem := choose(&topic, cmd)
	if problem != nil {
		return problem
	}
	sent, err := c.sender.send(ctx, c.timeout, recordToSend(cmd, partition), topic.ID)
	if err != nil {
		return c.sendProblem(ctx, cmd, err)
	}
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
func choose(t *model.Topic, cmd *model.Produce) (int32, *model.Problem) {
	n := int32(len(t.Partitions))
	switch {
	case n == 0:
		return 0, &model.Problem{Kind: model.Failed, Says: "Topic " + t.Name + " has no partition yet", Fix: "try again in a moment"}
	case cmd.Partition >= n:
		return 0, invalid(fmt.Sprintf("Topic %s has no partition %d", t.Name, cmd.Partition), fmt.Sprintf("choose one of 0 to %d", n-1), nil)
	}
	partition := cmd.Partition
	switch {
	case partition >= 0:
	case cmd.Key != nil:
		partition = model.KeyPartition(cmd.Key, int(n))
	default:
		partition = anyOf(t.Partitions)
	}
	if t.Partitions[partition].Offline() {
		return 0, &model.Problem{
			Kind: model.Failed,
			Says: fmt.Sprintf("Partition %d of %s has no leader", partition, t.Name),
			Fix:  "choose another partition, or start a broker that holds a replica of it",
		}
	}
	return partition, nil
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
	r := &kgo.Record{Topic: cmd.Topic, Partition: partition, Key: cmd.Key, Value: cmd.Value}
	for _, h := range cmd.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	return r
}

// An unknownOutcome is the error of a record that may have been written.
type unknownOutcome struct{ err error }

func (e *unknownOutcome) Error() string { return "no answer to what was sent: " + e.err.Error() }

func (e *unknownOutcome) Unwrap() error { return e.err }

// sendProblem says why a record was not acknowledged.
func (c *Client) sendProblem(ctx context.Context, cmd *model.Produce, err error) error {
	var unknown *unknownOutcome
	switch {
	case errors.As(err, &unknown), errors.Is(err, kerr.NotEnoughReplicasAfterAppend):
		return &model.Problem{
			Kind:  model.Unknown,
			Says:  "The record may have been written to " + cmd.Topic + ": it was sent, but not acknowledged in time",
			Fix:   "look for it in the tail before you send it again",
			Cause: err,
		}
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return c.tooLarge(ctx, cmd, err)
	case errors.Is(err, kerr.NotEnoughReplicas):
		return &model.Problem{
			Kind:  model.Failed,
			Says:  "The partition of " + cmd.Topic + " has fewer in-sync replicas than min.insync.replicas",
			Fix:   "wait until its replicas have caught up, or choose another partition",
			Cause: err,
		}
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return gone(cmd.Topic)
	}
	// Also CLUSTER_AUTHORIZATION_FAILED means this: who may write to any topic may
	// write idempotently (KIP-679), so that the right on the cluster is not needed.
	return problemAbout(err, model.Right{Operation: "Write", Resource: "Topic " + cmd.Topic})
}

// tooLarge says how large the record is, and how large it may be if that can be
// read.
func (c *Client) tooLarge(ctx context.Context, cmd *model.Produce, err error) error {
	size := len(cmd.Key) + len(cmd.Value)
	for _, h := range cmd.Headers {
		size += len(h.Key) + len(h.Value)
	}
	p := &model.Problem{
		Kind:  model.Invalid,
		Says:  fmt.Sprintf("The record of %d bytes is larger than topic %s takes", size, cmd.Topic),
		Fix:   "make it smaller, or raise max.message.bytes of the topic",
		Cause: err,
	}
	configs, failed := c.topicConfigs(ctx, []string{cmd.Topic})
	if config := configs[cmd.Topic]; failed == nil && config != nil && config.MaxMessage > 0 {
		p.Says += fmt.Sprintf(", which is %d bytes", config.MaxMessage)
	}
	return p
}

// A sender owns the client that writes records. It is made with the first record.
type sender struct {
	opts func() []kgo.Opt

	mu      sync.Mutex
	now     *producer
	closed  bool
	closing sync.WaitGroup
}

// A producer is a client that writes records, and what is known of those that
// are on their way.
type producer struct {
	cl *kgo.Client

	mu         sync.Mutex
	topics     map[string][16]byte // the id of each topic when it was last written to
	active     int                 // records not acknowledged yet
	unanswered int                 // Produce requests that left and were not answered
}

var (
	_ kgo.HookBrokerWrite = (*producer)(nil)
	_ kgo.HookBrokerRead  = (*producer)(nil)
)

// OnBrokerWrite implements kgo.HookBrokerWrite.
func (p *producer) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, n int, _, _ time.Duration, _ error) {
	if key == int16(kmsg.Produce) && n > 0 {
		p.mu.Lock()
		p.unanswered++
		p.mu.Unlock()
	}
}

// OnBrokerRead implements kgo.HookBrokerRead.
func (p *producer) OnBrokerRead(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, err error) {
	if key == int16(kmsg.Produce) && err == nil {
		p.mu.Lock()
		p.unanswered--
		p.mu.Unlock()
	}
}

// begin counts a record, and forgets what the client knows of the topic if that
// was deleted and made anew since.
func (p *producer) begin(topic string, id [16]byte) {
	p.mu.Lock()
	p.active++
	old, ok := p.topics[topic]
	p.topics[topic] = id
	p.mu.Unlock()
	if ok && old != id {
		p.cl.PurgeTopicsFromProducing(topic)
	}
}

// end counts a record off, and reports whether a request is left whose outcome is
// not known. Once a record is acknowledged, and no other is on its way, none is:
// the client repeats what was not answered, and the broker writes it once.
func (p *producer) end(acknowledged bool) (unknown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active--
	if acknowledged && p.active == 0 {
		p.unanswered = 0
	}
	return !acknowledged && p.unanswered > 0
}

// send writes one record and waits until it is acknowledged.
func (s *sender) send(ctx context.Context, limit time.Duration, r *kgo.Record, id [16]byte) (model.Sent, error) {
	p, err := s.producer(limit)
	if err != nil {
		return model.Sent{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit+grace)
	defer cancel()
	p.begin(r.Topic, id)
	begin := time.Now()
	done := make(chan error, 1)
	p.cl.Produce(context.WithoutCancel(ctx), r, func(_ *kgo.Record, err error) { done <- err })
	select {
	case err = <-done:
	case <-ctx.Done():
		err = &timeoutError{after: time.Since(begin).Round(time.Millisecond), err: ctx.Err()}
	}
	unknown := p.end(err == nil)
	if err == nil {
		return model.Sent{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp, Took: time.Since(begin)}, nil
	}
	if ctx.Err() != nil || unknown {
		s.retire(p) // it would go on trying, and hold up the next record
	}
	if unknown {
		err = &unknownOutcome{err}
	}
	return model.Sent{}, err
}

// grace is how much longer than its limit the client has to say why a record was
// not acknowledged.
const grace = 500 * time.Millisecond

// maxRecord bounds a record on its way out. What a topic takes is for its broker
// to say, in its own words.
const maxRecord = 64 << 20

func (s *sender) producer(limit time.Duration) (*producer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	if s.now != nil {
		return s.now, nil
	}
	p := &producer{topics: map[string][16]byte{}}
	cl, err := kgo.NewClient(append(s.opts(),
		kgo.WithHooks(p),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(0),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerBatchMaxBytes(maxRecord),
		kgo.RecordDeliveryTimeout(max(limit, time.Second)),
		kgo.ProduceRequestTimeout(max(limit, 100*time.Millisecond)),
		kgo.UnknownTopicRetries(1),
		kgo.AllowIdempotentProduceCancellation(),
	)...)
	if err != nil {
		return nil, err
	}
	p.cl = cl
	s.now = p
	return p, nil
}

// retire closes p, without waiting for it. The next record gets another one.
func (s *sender) retire(p *producer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == p {
		s.now = nil
		s.closing.Go(p.cl.Close)
	}
}

// close ends the sender; what is on its way fails.
func (s *sender) close() {
	s.mu.Lock()
	p := s.now
	s.now, s.closed = nil, true
	s.mu.Unlock()
	if p != nil {
		p.cl.Close()
	}
	s.closing.Wait()
}
