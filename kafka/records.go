package kafka

import (
	"context"
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
//	Cost  at most 8 MiB a response and 4 at a time; no more than
//	      model.TailLength records or 16 MiB wait for the screen
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
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-t.troubles:
			emit(model.TailTroubled{Tail: t.q, Problem: p})
		case records := <-t.chunks:
			emit(model.RecordsRead{Tail: t.q, At: time.Now(), Records: records, Read: int64(len(records))})
		case <-t.recent.wake:
			begin := time.Now()
			if records, read := t.recent.take(); read > 0 {
				emit(model.RecordsRead{Tail: t.q, At: begin, Records: records, Read: read})
			}
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

// recordOf returns a record as it was read. Its bytes lie in one piece with those of
// the whole batch, which stays in memory as long as any of its records does.
func recordOf(r *kgo.Record) model.Record {
	record := model.Record{
		Topic:       r.Topic,
		Partition:   r.Partition,
		Offset:      r.Offset,
		Timestamp:   r.Timestamp,
		LogAppend:   r.Attrs.TimestampType() == 1,
		LeaderEpoch: r.LeaderEpoch,
		Key:         r.Key,
		Value:       r.Value,
	}
	for _, h := range r.Headers {
		record.Headers = append(record.Headers, model.Header{Key: h.Key, Value: h.Value})
	}
	return record
}

// ownRecordOf is recordOf with bytes of its own, for a record that is kept.
func ownRecordOf(r *kgo.Record) model.Record {
	record := recordOf(r)
	store := make([]byte, 0, sizeOf(r))
	own := func(b []byte) []byte {
		if b == nil {
			return nil
		}
		begin := len(store)
		store = append(store, b...)
		return store[begin:len(store):len(store)]
	}
	record.Key, record.Value = own(r.Key), own(r.Value)
	for i := range record.Headers {
		record.Headers[i].Value = own(record.Headers[i].Value)
	}
	return record
}
