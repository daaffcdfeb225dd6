package kafka

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// A bulk is one SendMany under way. One goroutine draws records from the material and
// hands them to the client, whose own goroutines settle them; a third tells of it.
type bulk struct {
	c       *Client
	cmd     *model.SendMany
	topic   *model.Topic
	config  model.TopicConfig
	headers []kgo.RecordHeader
	cl      *kgo.Client
	outbox  outbox

	most      int             // how many bytes a record may have
	patience  time.Duration   // how long a record may wait
	grace     time.Duration   // what is on its way has so long once the sending is cancelled
	life      context.Context // of records that were handed to the client
	abandon   context.CancelFunc
	drawing   context.Context // done once no more records are to be drawn
	halt      context.CancelFunc
	pace      pace
	making    *moment   // the time of the record that is being made
	unhurried bool      // the clock is read for each record
	now       time.Time // when it was read
	patient   patient
	crate     *crate       // the one that has room; nil: none has
	entries   []entry      // made many at a time
	taken     atomic.Int64 // how many records were drawn; only who draws changes it
	aged      atomic.Bool  // now is long ago
	_         [64]byte     // a cache line: what follows is changed by who settles, for each record too

	mu      sync.Mutex
	told    sync.Cond // there is room in the queue, or no more are wanted
	account model.Sending
	counts  []model.PartitionSent // by partition
	queue   queue                 // with Each
	free    []*crate              // whose records are all settled
	silence time.Duration         // since a record was settled, while some are on their way
	worst   fate                  // of account.Problem
	before  int64                 // how many were settled as of account.At
	over    bool                  // the account is closed: what is settled now came too late
}

func (c *Client) newBulk(ctx context.Context, cmd *model.SendMany, topic *model.Topic, config model.TopicConfig, clock *moment) *bulk {
	now := time.Now()
	b := &bulk{
		c: c, cmd: cmd, topic: topic, config: config, headers: headersToSend(cmd.Record.Headers),
		patience: 12 * c.timeout, grace: min(c.timeout, 5*time.Second), pace: pace{begin: now, rate: cmd.Rate}, making: clock,
		account: model.Sending{Command: cmd, Began: now, At: now, Total: cmd.Count, Rate: -1, Left: -1},
		counts:  make([]model.PartitionSent, len(topic.Partitions)),
	}
	b.told.L = &b.mu
	b.most = int(b.mostBytes())
	_, stream := cmd.Material.(model.Stream)
	b.unhurried = stream || cmd.Each || cmd.Rate > 0
	for i := range b.counts {
		b.counts[i] = model.PartitionSent{Partition: int32(i), First: model.NoOffset, Last: model.NoOffset}
	}
	b.life, b.abandon = context.WithCancel(context.WithoutCancel(ctx))
	b.drawing, b.halt = context.WithCancel(ctx)
	return b
}

func (b *bulk) open(opts []kgo.Opt) (err error) {
	opts = append(opts, bulkOpts(b.cmd.Record.Delivery, b.mostBytes())...)
	opts = append(opts, kgo.WithHooks(&b.outbox), kgo.RecordPartitioner(partitioning(b.cmd.Record.Partitioner)))
	b.cl, err = kgo.NewClient(opts...)
	return err
}

// mostBytes is how large a batch may be. A topic that takes less than the client makes
// by default would refuse whole batches of records that are each small enough.
func (b *bulk) mostBytes() int32 {
	const usual = 1_000_012
	switch most := b.config.MaxMessage; {
	case most <= 0:
		return usual
	case most > maxRecord:
		return maxRecord
	default:
		return int32(max(most, 512))
	}
}

// carryOut sends the records and tells how that goes.
func (b *bulk) carryOut(ctx context.Context, material model.Drafts, emit func(model.Event)) {
	defer context.AfterFunc(b.drawing, func() { // what draw may wait for
		if s, ok := b.cmd.Material.(model.Stream); ok && s.Stop != nil {
			s.Stop()
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told.Broadcast()
	})()
	next := oneByOne(material)
	if _, stream := b.cmd.Material.(model.Stream); b.cmd.Material != nil && !stream && b.cmd.Rate == 0 {
		a := makeAhead(material, b.making)
		defer a.end()
		next = a.next
	}
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		b.draw(next)
	}()
	b.attend(ctx, drawn, emit)
	b.halt()
	<-drawn
	b.close(emit)
}

// oneByOne returns what returns the next record of a material as it is asked for, in
// the same place each time; nil if there are no more or with an error.
func oneByOne(material model.Drafts) func() (*model.Draft, error) {
	var d model.Draft
	return func() (*model.Draft, error) {
		var ok bool
		var err error
		if d, ok, err = material.Next(); !ok || err != nil {
			return nil, err
		}
		return &d, nil
	}
}

// draw hands records to the client until there are no more, or none are wanted.
func (b *bulk) draw(next func() (*model.Draft, error)) {
	for n := int64(0); b.cmd.Count == 0 || n < b.cmd.Count; n++ {
		b.pace.wait(b.drawing, n)
		if !b.room() {
			return
		}
		if b.cmd.Rate > 0 {
			b.making.now = time.Now() // else the material is made ahead, or asks for no time
		}
		d, err := next()
		if err != nil {
			b.trouble(problemOf(err))
			return
		}
		if d == nil {
			return
		}
		b.readClock(n)
		b.send(n+1, d)
	}
}

// clockEvery is for how many records the clock is read once, if they are sent as fast
// as it goes: reading it costs a tenth of what sending a small record does.
const clockEvery = 32

// readClock reads the clock for the record of a number, from 0, if it is time for that.
func (b *bulk) readClock(n int64) {
	if n%clockEvery == 0 || b.unhurried || b.aged.Load() { // the record before may have waited for room
		b.aged.Store(false)
		b.now = time.Now()
	}
}

// window is how many records may wait to be told of for one before them, with Each.
const window = 100_000

// room waits until there is room for one more record among those that are to be told
// of in order. It reports false once no more are wanted.
func (b *bulk) room() bool {
	if b.cmd.Each {
		b.mu.Lock()
		defer b.mu.Unlock()
		for b.queue.len() >= window && b.drawing.Err() == nil {
			b.told.Wait()
		}
	}
	return b.drawing.Err() == nil
}

// send hands the record of a number, from 1, to the client, unless it can be seen that
// it would be refused.
func (b *bulk) send(n int64, d *model.Draft) {
	c, r := b.record(d.Line)
	b.fill(r, d)
	var e *entry
	settled := c.settled
	if b.cmd.Each {
		e = b.expect(d.Line)
		settled = func(r *kgo.Record, err error) { c.settle(e, r, err) }
	}
	b.taken.Store(n)
	if p := b.refusal(d, r); p != nil {
		b.settle(c, e, r, fateRefused, p)
		return
	}
	b.cl.Produce(b.patient.until(b.life, b.now, b.patience), r, settled)
}

// patient hands out the context that ends the waiting of a record: not by
// RecordDeliveryTimeout, which counts from the record's timestamp, and not one for each
// record, which would cost more than the record.
type patient struct {
	ctx   context.Context
	end   context.CancelFunc // not called: it ends by itself, or with the life of them all
	fresh time.Time          // until when it is given to further records
}

// until returns a context that is done after d, or up to an eighth later.
func (p *patient) until(life context.Context, now time.Time, d time.Duration) context.Context {
	if now.After(p.fresh) {
		p.ctx, p.end = context.WithTimeout(life, d+d/8)
		p.fresh = now.Add(d / 8)
	}
	return p.ctx
}

// fill makes a record of a draft and of what the command says.
func (b *bulk) fill(r *kgo.Record, d *model.Draft) {
	base := &b.cmd.Record
	*r = kgo.Record{Topic: base.Topic, Partition: base.Partition, Key: base.Key, Value: base.Value, Headers: b.headers, Timestamp: base.Timestamp}
	if d.HasKey {
		r.Key = d.Key
	}
	if d.HasValue {
		r.Value = d.Value
	}
	if len(d.Headers) > 0 {
		r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], headersToSend(d.Headers)...)
	}
	if r.Partition == model.AllPartitions && !b.cmd.Spread {
		r.Partition = d.Partition
	}
	if b.cmd.OwnTime && !d.Timestamp.IsZero() {
		r.Timestamp = d.Timestamp
	}
	if r.Timestamp.IsZero() {
		r.Timestamp = b.now
	}
}

// refusal says why a record would be refused, as far as that can be known beforehand.
// It saves the records that would be in one batch with it.
func (b *bulk) refusal(d *model.Draft, r *kgo.Record) *model.Problem {
	if d.Problem != nil {
		return d.Problem
	}
	if r.Partition >= 0 {
		if p := missing(b.topic, r.Partition); p != nil {
			return p
		}
		if b.topic.Partitions[r.Partition].Offline() {
			return offline(b.topic.Name, r.Partition)
		}
	}
	if size := sizeOf(r); size > b.most {
		return largerThan(b.topic.Name, size, b.config.MaxMessage, nil)
	}
	return nil
}

// A fate is what became of a record.
type fate int

const (
	fateAcknowledged fate = iota
	fateRefused
	fateUnsent
	fateUnknown
)

// fateOf tells what an error says of the record that failed by it.
//
// An idempotent record that the client fails on its own account was not written: it
// never fails one that may have been, until it is closed. One that a broker refused was
// not written either, nor were those behind it on the same partition, as they are out
// of sequence then. Without idempotence all depends on whether a request is left that
// was not answered.
func (b *bulk) fateOf(err error) fate {
	own := errors.Is(err, kgo.ErrAborting) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	idempotent := b.cmd.Record.Delivery.Idempotent()
	switch {
	case isAny(err, kerr.NotEnoughReplicasAfterAppend, kerr.RequestTimedOut,
		kerr.OutOfOrderSequenceNumber, kerr.UnknownProducerID, kerr.InvalidProducerEpoch, kerr.DuplicateSequenceNumber):
		return fateUnknown
	case isKafkas(err):
		return fateRefused
	case errors.Is(err, kgo.ErrClientClosed) && idempotent:
		return fateUnknown // it was not to be failed before: too few replicas may have it
	case own && idempotent, !b.outbox.open():
		return fateUnsent
	}
	return fateUnknown
}

func isAny(err error, of ...*kerr.Error) bool {
	for _, e := range of {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isKafkas reports whether a broker gave the error, as a code of its own.
func isKafkas(err error) bool {
	var code *kerr.Error
	return errors.As(err, &code)
}

// problemOf says what became of a record that was not acknowledged. It runs on a
// goroutine of the client and asks nobody.
func (b *bulk) problemOf(size int, f fate, err error) *model.Problem {
	switch {
	case f == fateUnknown:
		return mayBeWritten(b.topic.Name, err)
	case f == fateUnsent && errors.Is(err, context.DeadlineExceeded):
		return &model.Problem{
			Kind: model.Timeout, Cause: err,
			Says: "The record was not sent, as its partition took none in time",
			Fix:  "look whether the partition has a leader, and as many in-sync replicas as min.insync.replicas",
		}
	case f == fateUnsent:
		return &model.Problem{Kind: model.Failed, Says: "The record was not sent, as the sending ended before", Cause: err}
	case isAny(err, kerr.MessageTooLarge, kerr.RecordListTooLarge):
		return largerThan(b.topic.Name, size, b.config.MaxMessage, err)
	case errors.Is(err, kerr.NotEnoughReplicas):
		return tooFewReplicas(b.topic.Name, err)
	case isAny(err, kerr.UnknownTopicOrPartition, kerr.UnknownTopicID):
		p := gone(b.topic.Name)
		p.Cause = err
		return p
	}
	return problemAbout(err, model.Right{Operation: "Write", Resource: "Topic " + b.topic.Name})
}

// sizeOf is how many bytes the key, the value and the headers of a record have.
func sizeOf(r *kgo.Record) int {
	n := len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		n += len(h.Key) + len(h.Value)
	}
	return n
}
