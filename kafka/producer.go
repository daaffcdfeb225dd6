package kafka

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// A sender owns the clients that write records one by one: one for each way of
// delivering them, made with the first record that is sent so.
type sender struct {
	opts  func() []kgo.Opt
	limit time.Duration // for a record

	mu      sync.Mutex
	now     map[model.Delivery]*producer
	turns   map[string]int // of round-robin, by topic
	closed  bool
	closing sync.WaitGroup
}

// turn returns the partition whose turn it is by round-robin, passing over those that
// have no leader; with none, the one whose turn it would be.
func (s *sender) turn(t *model.Topic) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns == nil {
		s.turns = map[string]int{}
	}
	n := len(t.Partitions)
	turn := s.turns[t.Name] % n
	for i := range n {
		if next := (turn + i) % n; !t.Partitions[next].Offline() {
			turn = next
			break
		}
	}
	s.turns[t.Name] = turn + 1
	return t.Partitions[turn].ID
}

// An outbox counts the Produce requests that left and were not answered.
type outbox struct {
	mu         sync.Mutex
	unanswered int
	left       int // requests that left so far
}

var (
	_ kgo.HookBrokerWrite = (*outbox)(nil)
	_ kgo.HookBrokerRead  = (*outbox)(nil)
)

// OnBrokerWrite implements kgo.HookBrokerWrite.
func (w *outbox) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, n int, _, _ time.Duration, _ error) {
	if key == int16(kmsg.Produce) && n > 0 {
		w.mu.Lock()
		w.left++
		w.unanswered++
		w.mu.Unlock()
	}
}

// OnBrokerRead implements kgo.HookBrokerRead.
func (w *outbox) OnBrokerRead(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, err error) {
	if key == int16(kmsg.Produce) && err == nil {
		w.mu.Lock()
		w.unanswered--
		w.mu.Unlock()
	}
}

// open reports whether a request is left that was not answered.
func (w *outbox) open() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unanswered > 0
}

// A producer is a client that writes records, and what is known of those that
// are on their way.
type producer struct {
	cl *kgo.Client
	outbox

	topics map[string][16]byte // the id of each topic when it was last written to
	active int                 // records not acknowledged yet
}

// begin counts a record, and forgets what the client knows of the topic if that
// was deleted and made anew since. It returns how many requests have left so far.
func (p *producer) begin(topic string, id [16]byte) (left int) {
	p.mu.Lock()
	p.active++
	left = p.left
	old, ok := p.topics[topic]
	p.topics[topic] = id
	p.mu.Unlock()
	if ok && old != id {
		p.cl.PurgeTopicsFromProducing(topic)
	}
	return left
}

// end counts a record off, and reports whether nobody knows what became of it: a request
// was not answered, or requests have left since it began, and the client holds on to it
// because one of them was answered by a leader that wrote it, for too few replicas. Once
// a record is acknowledged, and no other is on its way, no request counts as open: the
// client repeats what was not answered, and the broker writes it once.
func (p *producer) end(acknowledged, held bool, left int) (unknown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active--
	if acknowledged && p.active == 0 {
		p.unanswered = 0
	}
	return !acknowledged && (p.unanswered > 0 || held && p.left > left)
}

// send writes one record and waits until it is acknowledged.
func (s *sender) send(ctx context.Context, d model.Delivery, r *kgo.Record, id [16]byte) (model.Sent, error) {
	p, err := s.producer(d)
	if err != nil {
		return model.Sent{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.limit+grace)
	defer cancel()
	left := p.begin(r.Topic, id)
	begin := time.Now()
	done := make(chan error, 1)
	// Not by RecordDeliveryTimeout, which counts from the record's timestamp.
	own, end := context.WithTimeout(context.WithoutCancel(ctx), max(s.limit, time.Second))
	defer end()
	p.cl.Produce(own, r, func(_ *kgo.Record, err error) { done <- err })
	select {
	case err = <-done:
	case <-ctx.Done():
		err = &timeoutError{after: time.Since(begin).Round(time.Millisecond), err: ctx.Err()}
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = kgo.ErrRecordTimeout
	}
	held := d.Idempotent() && ctx.Err() != nil // else it would have failed by then
	unknown := p.end(err == nil, held, left)
	if err == nil {
		return sentOf(r, d, time.Since(begin)), nil
	}
	if ctx.Err() != nil || unknown {
		s.retire(d, p) // it would go on trying, and hold up the next record
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

// sentOf is a record that was acknowledged, or with AcksNone sent.
func sentOf(r *kgo.Record, d model.Delivery, took time.Duration) model.Sent {
	sent := model.Sent{Topic: r.Topic, Partition: r.Partition, Predicted: model.AllPartitions, Offset: r.Offset, Timestamp: r.Timestamp, Took: took}
	if d.Acks == model.AcksNone {
		sent.Offset = model.NoOffset
	}
	return sent
}

func (s *sender) producer(d model.Delivery) (*producer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	if p := s.now[d]; p != nil {
		return p, nil
	}
	p := &producer{topics: map[string][16]byte{}}
	opts := append(append(s.opts(), delivering(d)...),
		kgo.WithHooks(p),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(0),
		kgo.ProducerBatchMaxBytes(maxRecord),
		kgo.ProduceRequestTimeout(max(s.limit, 100*time.Millisecond)),
		kgo.UnknownTopicRetries(1),
	)
	cl, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, err
	}
	p.cl = cl
	if s.now == nil {
		s.now = map[model.Delivery]*producer{}
	}
	s.now[d] = p
	return p, nil
}

// delivering returns the options of a way to deliver records. Without idempotence
// nothing is repeated: the broker could not tell that it is the same record.
func delivering(d model.Delivery) []kgo.Opt {
	opts := []kgo.Opt{kgo.ProducerBatchCompression(codecs[d.Compression])}
	switch d.Acks {
	case model.AcksAll:
		opts = append(opts, kgo.RequiredAcks(kgo.AllISRAcks()))
	case model.AcksLeader:
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()))
	case model.AcksNone:
		opts = append(opts, kgo.RequiredAcks(kgo.NoAck()))
	}
	if !d.Idempotent() {
		opts = append(opts, kgo.DisableIdempotentWrite(), kgo.RecordRetries(0))
	}
	return opts
}

var codecs = [...]kgo.CompressionCodec{
	model.NoCompression: kgo.NoCompression(),
	model.Gzip:          kgo.GzipCompression(),
	model.Snappy:        kgo.SnappyCompression(),
	model.LZ4:           kgo.Lz4Compression(),
	model.Zstd:          kgo.ZstdCompression(),
}

// retire closes p, without waiting for it. The next record gets another one.
func (s *sender) retire(d model.Delivery, p *producer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[d] == p {
		delete(s.now, d)
		s.closing.Go(p.cl.Close)
	}
}

// close ends the sender; what is on its way fails.
func (s *sender) close() {
	s.mu.Lock()
	open := s.now
	s.now, s.closed = nil, true
	s.mu.Unlock()
	for _, p := range open {
		p.cl.Close()
	}
	s.closing.Wait()
}
