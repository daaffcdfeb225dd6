package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kscope/model"
)

// A scriptTail is a tail that is open.
type scriptTail struct {
	tail    model.Tail
	records chan []model.Record
	trouble chan *model.Problem
}

// topic is what it reads.
func (o *scriptTail) topic() string {
	topic, _, _ := o.tail.Targets.One()
	return topic
}

// tail answers a tail for as long as it is open: with what events write, and with
// nothing else.
func (s *script) tail(ctx context.Context, q model.Tail, emit func(model.Event)) error {
	open := &scriptTail{tail: q, records: make(chan []model.Record, 64), trouble: make(chan *model.Problem, 1)}
	s.mu.Lock()
	problem := cmp.Or(s.down, s.denied["Tail"])
	s.tails = append(s.tails, open)
	s.mu.Unlock()
	defer s.hangUp(open)
	if problem != nil {
		return problem
	}
	emit(model.TailOpened{Tail: q, At: time.Now().UTC()})
	ring, progress := model.NewRing(q.Memory), model.Progress{Behind: -1, Total: -1}
	troubled := false
	for {
		select {
		case records := <-open.records:
			for i := range records {
				progress.Read++
				progress.Bytes += records[i].Sizes().Total()
				records[i].Seq = uint64(progress.Read)
				ring.Append(&records[i])
			}
			if troubled {
				troubled = false
				emit(model.TailTroubled{Tail: q})
			}
			progress.Matched, progress.Dropped = progress.Read, ring.Dropped()
			emit(model.TailRead{Tail: q, At: time.Now(), Progress: progress, Ring: ring.View()})
		case problem := <-open.trouble:
			troubled = problem != nil
			emit(model.TailTroubled{Tail: q, Problem: problem})
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *script) hangUp(open *scriptTail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tails = slices.DeleteFunc(s.tails, func(t *scriptTail) bool { return t == open })
}

// write appends records to the log of a topic and hands them to the tails that
// are open.
func (s *script) write(records ...model.Record) {
	for i := range records {
		r := &records[i]
		r.Offset, r.Timestamp = s.end(r.Topic, r.Partition), time.Now().UTC()
		log := s.logs[r.Topic]
		if log.extra == nil {
			log.extra = map[int32]int64{}
		}
		log.extra[r.Partition]++
		s.logs[r.Topic] = log
	}
	for _, open := range s.tails {
		var wanted []model.Record
		for _, r := range records {
			if targets := open.tail.Targets.Set(); targets.Matches(r.Topic) && targets.Partitions(r.Topic).Has(r.Partition) {
				wanted = append(wanted, r)
			}
		}
		if wanted != nil {
			open.records <- wanted
		}
	}
}
