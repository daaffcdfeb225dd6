package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// errChanged ends a session because partitions have to be placed anew: topics have
// changed, or it is time to try one again.
var errChanged = errors.New("the topics have changed")

// read takes in what the client library has fetched, until something goes wrong, ctx is
// done, or all is read.
func (t *tailer) read(ctx context.Context, cl *kgo.Client) error {
	for {
		fetches := t.poll(ctx, cl)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := t.take(fetches)
		t.stopFetching(cl)
		if err != nil || t.endIfRead() {
			return err
		}
	}
}

// silence is how long nothing may come for a tail that stops somewhere, until it looks
// whether there is nothing more.
const silence = time.Second

// poll waits for what the client library has fetched. If nothing comes where a tail is
// to end, it looks whether there is nothing any more: the log cleaner leaves offsets
// without records, also at the end.
func (t *tailer) poll(ctx context.Context, cl *kgo.Client) kgo.Fetches {
	if t.behind.endless {
		return cl.PollFetches(ctx)
	}
	own, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	fetches := cl.PollFetches(own)
	if own.Err() == nil || ctx.Err() != nil || fetches.NumRecords() > 0 {
		return fetches
	}
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			if topic.wanted && topic.problem == nil && p.wanted && !p.stopped && p.stop != model.NoOffset && p.next < p.stop {
				t.probe(ctx, topic, p)
			}
		}
	}
	return nil
}

// take keeps or hands on what was fetched, remembers how far it goes, and returns what
// went wrong.
func (t *tailer) take(fetches kgo.Fetches) error {
	t.state.Lock()
	for i := range fetches {
		for j := range fetches[i].Topics {
			fetched := &fetches[i].Topics[j]
			topic := t.topics[fetched.Topic]
			if topic == nil || !topic.wanted {
				continue
			}
			for k := range fetched.Partitions {
				t.takePartition(topic, &fetched.Partitions[k])
			}
		}
	}
	t.state.Unlock()
	t.kept.reached(t.behind, t.filter)
	t.handOn(fetches)
	t.out.nudge()
	return t.fault(fetches)
}

// recycle gives back what fetches were read into.
func recycle(fetches kgo.Fetches) {
	for i := fetches.RecordIter(); !i.Done(); {
		i.Next().Recycle()
	}
}

// takePartition takes in what one partition brought.
func (t *tailer) takePartition(topic *topicRead, fetched *kgo.FetchPartition) {
	p := topic.partitions[fetched.Partition]
	if p == nil || !p.wanted || len(fetched.Records) == 0 {
		return
	}
	if topic.failed > 0 {
		t.recovered(topic)
	}
	doomed := len(fetched.Records) - t.wantedOf(len(fetched.Records))
	t.behind.add(p, -1)
	p.high = max(fetched.HighWatermark, fetched.Records[len(fetched.Records)-1].Offset+1)
	k := t.kept
	k.mu.Lock()
	for i, r := range fetched.Records {
		if r.Offset < p.next {
			continue // it was read before the session began anew
		}
		if t.isPast(p, r) {
			p.stopped = true
			break
		}
		p.next = r.Offset + 1
		if i < doomed && !r.Attrs.IsControl() {
			k.skip(r)
		} else {
			t.takeOne(r)
		}
	}
	k.version++
	k.mu.Unlock()
	if p.stopped = p.stopped || p.stop != model.NoOffset && p.next >= p.stop; p.stopped {
		t.halted[topic.name] = append(t.halted[topic.name], p.id)
	}
	t.behind.add(p, +1)
}

// glimpse is how many records of a fetch are kept at least, to be seen going by.
const glimpse = 200

// wantedOf returns how many records of a fetch are to be kept, its newest. That is all,
// unless what is kept will be pushed out twice over before the end of the logs is
// reached: then it would be copied for nothing.
func (t *tailer) wantedOf(n int) int {
	if t.q.Whole || t.filter != nil || t.q.Until.At == model.StopAfter || t.kept.fillings(&t.behind) < 2 {
		return n
	}
	return min(n, glimpse)
}

// isPast reports whether a record comes after what is to be read.
func (t *tailer) isPast(p *partitionRead, r *kgo.Record) bool {
	switch {
	case t.ended != model.NotFinished:
		return true
	case p.stop != model.NoOffset:
		return r.Offset >= p.stop
	}
	return t.q.Until.At == model.StopAtTime && !r.Timestamp.Before(t.q.Until.Time)
}

// takeOne takes in a record.
func (t *tailer) takeOne(r *kgo.Record) {
	k := t.kept
	if r.Attrs.IsControl() {
		if !t.q.Whole {
			k.mark(r)
		}
		if !t.q.Control {
			return
		}
	}
	switch {
	case t.filter != nil && !t.filter.match(r):
		k.pass(r)
		return
	case t.q.Whole:
		k.pass(r)
		k.progress.Matched++
		t.chunk.records = append(t.chunk.records, r)
	default:
		k.add(r, t.committed())
	}
	if t.q.Until.At == model.StopAfter && k.progress.Matched >= t.q.Until.N {
		t.ended = model.FinishedMany
	}
}

// A chunk is what a whole tail has read at once.
type chunk struct {
	records  []*kgo.Record
	fetches  kgo.Fetches // that they are from
	progress model.Progress
}

// handOn hands on what a whole tail has read, as soon as what it handed on before is no
// longer looked at. It goes on reading while this is: one chunk is looked at and one
// waits, never more. It waits also when the session is to begin anew, which goes on
// behind what it hands on.
func (t *tailer) handOn(fetches kgo.Fetches) {
	if len(t.chunk.records) == 0 {
		recycle(fetches)
		return
	}
	t.chunk.fetches, t.chunk.progress = fetches, t.kept.now()
	select {
	case t.chunks <- t.chunk:
	case <-t.over:
		return
	}
	recycle(t.before.fetches)
	clear(t.before.records)
	t.chunk, t.before = chunk{records: t.before.records[:0]}, t.chunk
}

// stopFetching lets go of partitions of which everything was read.
func (t *tailer) stopFetching(cl *kgo.Client) {
	if len(t.halted) == 0 {
		return
	}
	cl.PauseFetchPartitions(t.halted)
	clear(t.halted)
}

// fault returns why the session has to begin anew, if it has to. What is wrong with one
// topic is noted with it.
func (t *tailer) fault(fetches kgo.Fetches) (failed error) {
	t.state.Lock()
	defer t.state.Unlock()
	fetches.EachError(func(name string, partition int32, err error) {
		topic := t.topics[name]
		var lost *kgo.ErrDataLoss
		switch {
		case topic == nil:
			failed = err
			return
		case errors.As(err, &lost):
			t.lose(topic, lost)
		case errors.Is(err, kerr.OffsetOutOfRange), errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
			// place says what became of it
		default:
			was := topic.problem
			topic.problem = problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + name})
			t.failed(topic, was)
		}
		if failed == nil {
			failed = errChanged
		}
	})
	return failed
}

// lose goes back to where a log was cut off: what was read after that is not in it any
// more, and other records take its place.
func (t *tailer) lose(topic *topicRead, lost *kgo.ErrDataLoss) {
	p := topic.partitions[lost.Partition]
	switch {
	case p == nil:
		return
	case lost.ResetTo >= p.next:
		t.notice(true, "Offsets of %s/%d below %d may have been written anew: a replica without the latest records became leader", topic.name, p.id, p.next)
		return
	}
	t.notice(true, "Offsets %d to %d of %s/%d were lost and written anew: a replica without the latest records became leader", lost.ResetTo, p.next-1, topic.name, p.id)
	p.next = lost.ResetTo
}

// count counts anew how far it is to the ends.
func (t *tailer) count() {
	t.behind = reach{endless: t.q.Until.At == model.StopNever}
	if t.q.Until.At == model.StopAfter {
		t.behind.wanted = t.q.Until.N
	}
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			if topic.wanted && p.wanted {
				t.behind.add(p, 1)
				t.behind.endless = t.behind.endless || p.stop == model.NoOffset
			}
		}
	}
	t.kept.reached(t.behind, t.filter)
}
