package kafka

import (
	"context"
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
//	Cost  at most 8 MiB a response and 4 at a time; what is kept
//	      takes no more than Tail.Memory
//	ACL   Read on the topic, and Describe, which Read implies. No group is joined
//	      and nothing is committed
func (c *Client) tail(ctx context.Context, q model.Tail, emit func(model.Event)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := newTailer(c, q)
	problem := t.prepare(ctx)
	emit(model.TailOpened{Tail: q, At: time.Now()})
	if problem != nil {
		emit(model.TailTroubled{Tail: q, Problem: problem})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.run(ctx, problem == nil)
	}()
	t.pace(ctx, emit)
	<-done
	return ctx.Err()
}

// pacing is the shortest time between two events of a tail.
const pacing = time.Second / 30

// pace hands on what was read, until ctx is done: every record if the tail is
// whole, else what came in since the last event, at most 30 times a second.
func (t *tailer) pace(ctx context.Context, emit func(model.Event)) {
	read := int64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-t.troubles:
			emit(model.TailTroubled{Tail: t.q, Problem: p})
		case fetches := <-t.chunks:
			read += int64(fetches.NumRecords())
			emit(model.RecordsRead{
				Tail: t.q, At: time.Now(), Records: recordsOf(fetches),
				Progress: model.Progress{Read: read, Matched: read, Behind: -1, Total: -1},
			})
			t.taken <- struct{}{}
		case <-t.recent.wake:
			begin := time.Now()
			ring, progress := t.recent.view()
			emit(model.TailRead{Tail: t.q, At: begin, Progress: progress, Ring: ring})
			pause(ctx, pacing-time.Since(begin))
		}
	}
}

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

// recordsOf goes through the records of fetches, each of which is valid until the next.
func recordsOf(fetches kgo.Fetches) iter.Seq[*model.Record] {
	return func(yield func(*model.Record) bool) {
		var record model.Record
		for iter := fetches.RecordIter(); !iter.Done(); {
			convert(iter.Next(), &record)
			if !yield(&record) {
				return
			}
		}
	}
}

// convert turns a record into one of ours, whose bytes are the client library's own. It
// puts headers into the slice that the record already has.
func convert(r *kgo.Record, record *model.Record) {
	headers := record.Headers[:0]
	for i := range r.Headers {
		headers = append(headers, model.Header{Key: r.Headers[i].Key, Value: r.Headers[i].Value})
	}
	*record = model.Record{
		Topic:         r.Topic,
		Partition:     r.Partition,
		Offset:        r.Offset,
		LogAppend:     r.Attrs.TimestampType() == 1,
		LeaderEpoch:   r.LeaderEpoch,
		Key:           r.Key,
		Value:         r.Value,
		Headers:       headers,
		Codec:         model.Codec(r.Attrs.CompressionType()),
		ProducerID:    r.ProducerID,
		ProducerEpoch: r.ProducerEpoch,
		Transactional: r.Attrs.IsTransactional(),
	}
	if r.Attrs.TimestampType() >= 0 {
		record.Timestamp = r.Timestamp.UTC()
	}
}
