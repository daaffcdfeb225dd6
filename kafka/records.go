package kafka

import (
	"context"
	"encoding/binary"
	"iter"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// tail answers model.Tail: it reads the partitions directly, by a client of its
// own. It returns only once ctx is done. What goes wrong comes as TailTroubled,
// with a nil Problem when it is well again; the tail goes on by itself.
//
//	API   Fetch (1), a long poll to each leader; for where to begin and whether
//	      the topic is still there, what listOffsets and describeTopic send
//	Cost  1 MiB a response, up to 16 where brokers are far away; what is kept
//	      takes no more than Tail.Memory
//	ACL   Read on the topic, and Describe, which Read implies. No group is joined
//	      and nothing is committed
func (c *Client) tail(ctx context.Context, q model.Tail, emit func(model.Event)) error {
	f, err := newFilter(ctx, q, c.decoder)
	if err != nil {
		return err
	}
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	r, goesOn, leave := c.tails.enter(ctx, q, cancel)
	defer leave()
	if goesOn {
		r.follow(q, f)
	}
	t := newTailer(c, q, r, f, own.Done())
	problem := t.prepare(own)
	emit(model.TailOpened{Tail: q, At: r.opened, GoesOn: goesOn})
	read := make(chan struct{})
	go func() {
		defer close(read)
		t.run(own, problem)
	}()
	t.pace(own, emit, read)
	<-read
	if t.ended == model.NotFinished || !q.Whole {
		<-own.Done()
	}
	if own.Err() != nil && ctx.Err() == nil {
		return errTakenOver
	}
	return ctx.Err()
}

// errTakenOver ends a tail that another of its session goes on with.
var errTakenOver = &model.Problem{Kind: model.Failed, Says: "Another tail goes on with what this one has read"}

// pause waits for d, or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// recordsOf goes through records, each of which is valid until the next.
func recordsOf(chunk []*kgo.Record) iter.Seq[*model.Record] {
	return func(yield func(*model.Record) bool) {
		var record model.Record
		for _, r := range chunk {
			if convert(r, &record); !yield(&record) {
				return
			}
		}
	}
}

// convert turns a record into one of ours, whose bytes are the client library's own. It
// puts headers into the slice that the record already has.
func convert(r *kgo.Record, record *model.Record) {
	record.Headers = record.Headers[:0]
	for i := range r.Headers {
		record.Headers = append(record.Headers, model.Header{Key: r.Headers[i].Key, Value: r.Headers[i].Value})
	}
	record.Topic, record.Partition, record.Offset = r.Topic, r.Partition, r.Offset
	record.Key, record.Value = r.Key, r.Value
	record.LeaderEpoch, record.ProducerID, record.ProducerEpoch = r.LeaderEpoch, r.ProducerID, r.ProducerEpoch
	record.LogAppend = r.Attrs.TimestampType() == 1
	record.Codec, record.Transactional = model.Codec(r.Attrs.CompressionType()), r.Attrs.IsTransactional()
	record.Timestamp, record.Control = time.Time{}, model.NotControl
	if r.Attrs.TimestampType() >= 0 {
		record.Timestamp = r.Timestamp.UTC()
	}
	if r.Attrs.IsControl() {
		record.Control = controlOf(r.Key)
	}
}

// controlOf returns what a control record tells: its key is a version and a type, of
// two bytes each.
func controlOf(key []byte) model.Control {
	if len(key) < 4 {
		return model.ControlOther
	}
	switch binary.BigEndian.Uint16(key[2:]) {
	case 0:
		return model.ControlAbort
	case 1:
		return model.ControlCommit
	}
	return model.ControlOther
}
