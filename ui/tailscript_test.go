package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// A scriptTail is a tail that is open.
type scriptTail struct {
	tail    model.Tail
	records chan []model.Record
	trouble chan *model.Problem
	happens chan model.Event // anything else
}

// A scriptSession is what tails of one session have read.
type scriptSession struct {
	tail model.Tail
	ring *model.Ring
	model.Progress
}

// topic is what it reads.
func (o *scriptTail) topic() string {
	topic, _, _ := o.tail.Targets.One()
	return topic
}

// lets reports whether a filter lets a record through: here it is text that its value
// has, or a condition that is about the key.
func lets(filter string, r *model.Record) bool {
	if key, ok := strings.CutPrefix(filter, `=key == "`); ok {
		return string(r.Key) == strings.TrimSuffix(key, `"`)
	}
	return strings.Contains(string(r.Value), filter)
}

// checkFilter finds fault with a filter that has two question marks in a row.
func checkFilter(filter string) (says string, column int) {
	if before, _, found := strings.Cut(filter, "??"); found {
		return "unexpected ?", len([]rune(before)) + 1
	}
	return "", 0
}

// session returns what tails of a session have read, and whether a new one goes on
// with it.
func (s *script) session(q model.Tail) (_ *scriptSession, goesOn bool) {
	was := s.sessions[q.Session]
	if was == nil || was.tail.From != q.From {
		if s.sessions == nil {
			s.sessions = map[uint64]*scriptSession{}
		}
		s.sessions[q.Session] = &scriptSession{tail: q, ring: model.NewRing(q.Memory), Progress: model.Progress{Behind: -1, Total: -1}}
		return s.sessions[q.Session], false
	}
	was.tail = q
	was.ring.Retain(func(r *model.Record) bool { return lets(q.Filter, r) })
	was.Matched = int64(was.ring.View().Len())
	return was, true
}

// read takes in records that were written.
func (s *scriptSession) read(records []model.Record) {
	for i := range records {
		r := &records[i]
		s.Read++
		s.Bytes += r.Sizes().Total()
		r.Seq = uint64(s.Read)
		if lets(s.tail.Filter, r) {
			s.Matched++
			s.ring.Append(r)
		}
	}
	s.Dropped = s.ring.Dropped()
	if s.tail.Until.At == model.StopAfter {
		s.Done, s.Total = min(s.Matched, s.tail.Until.N), s.tail.Until.N
	}
}

func (s *scriptSession) told() model.Event {
	return model.TailRead{Tail: s.tail, At: time.Now(), Progress: s.Progress, Ring: s.ring.View()}
}

// tail answers a tail for as long as it is open: with what events write, and with
// nothing else.
func (s *script) tail(ctx context.Context, q model.Tail, emit func(model.Event)) error {
	open := &scriptTail{tail: q, records: make(chan []model.Record, 64), trouble: make(chan *model.Problem, 1), happens: make(chan model.Event, 8)}
	s.mu.Lock()
	problem := cmp.Or(s.down, s.denied["Tail"])
	s.tails = append(s.tails, open)
	var session *scriptSession
	goesOn := false
	if !q.Whole {
		session, goesOn = s.session(q)
	}
	s.mu.Unlock()
	defer s.hangUp(open)
	if problem != nil {
		return problem
	}
	if q.Whole {
		return s.whole(ctx, q, emit)
	}
	emit(model.TailOpened{Tail: q, At: time.Now().UTC(), GoesOn: goesOn})
	switch {
	case goesOn:
		emit(session.told())
	case q.From.At == model.AtOffset:
		s.mu.Lock()
		session.read(wantedBy(q, s.written))
		s.mu.Unlock()
		emit(session.told())
	}
	troubled := false
	for {
		select {
		case records := <-open.records:
			session.read(records)
			if troubled {
				troubled = false
				emit(model.TailTroubled{Tail: q})
			}
			emit(session.told())
		case problem := <-open.trouble:
			troubled = problem != nil
			emit(model.TailTroubled{Tail: q, Problem: problem})
		case e := <-open.happens:
			if e, ok := e.(model.TailRead); ok {
				session.Done, session.Total, session.Behind = e.Done, e.Total, e.Behind
				emit(session.told())
				continue
			}
			emit(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// whole answers a tail that is read whole: with 150 records, in three seconds.
func (s *script) whole(ctx context.Context, q model.Tail, emit func(model.Event)) error {
	emit(model.TailOpened{Tail: q, At: time.Now().UTC()})
	for n := int64(50); n <= 150; n += 50 {
		records := func(yield func(*model.Record) bool) {
			for i := n - 50; i < n; i++ {
				yield(&model.Record{Topic: "orders", Offset: i, Timestamp: time.Unix(i, 0).UTC(), LeaderEpoch: 3, Key: fmt.Appendf(nil, "user-%d", i), Value: []byte("x")})
			}
		}
		emit(model.RecordsRead{Tail: q, At: time.Now(), Records: records, Progress: model.Progress{Read: n, Matched: n, Done: n, Total: 150}})
		if err := s.wait(ctx, time.Second, false); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) hangUp(open *scriptTail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tails = slices.DeleteFunc(s.tails, func(t *scriptTail) bool { return t == open })
}

// tailHappens has something happen to the tails that are open. It reports whether the
// event is about them.
func (s *script) tailHappens(event string) bool {
	var make func(t model.Tail) model.Event
	words := strings.Fields(event)
	switch {
	case strings.HasPrefix(event, "the tail tells "):
		text, lossy := strings.CutPrefix(strings.TrimPrefix(event, "the tail tells "), "of a loss: ")
		make = func(t model.Tail) model.Event {
			return model.TailNoticed{Tail: t, Notice: model.Notice{At: time.Now(), Text: text, Lossy: lossy}}
		}
	case event == "the tail ends":
		make = func(t model.Tail) model.Event {
			return model.TailFinished{Tail: t, At: time.Now(), Finish: model.FinishedEnd}
		}
	case strings.HasPrefix(event, "the tail has read ") && len(words) == 11:
		p := model.Progress{Done: int64(numberIn(words[4])), Total: int64(numberIn(words[6])), Behind: int64(numberIn(words[9]))}
		make = func(t model.Tail) model.Event { return model.TailRead{Tail: t, Progress: p} }
	default:
		return false
	}
	for _, t := range s.tails {
		t.happens <- make(t.tail)
	}
	return true
}

// write appends records to the log of a topic and hands them to the tails that
// are open.
func (s *script) write(records ...model.Record) {
	for i := range records {
		r := &records[i]
		r.Offset, r.Timestamp = s.end(r.Topic, r.Partition), time.Now().UTC()
		if !r.Transactional {
			r.ProducerID = -1
		}
		log := s.logs[r.Topic]
		if log.extra == nil {
			log.extra = map[int32]int64{}
		}
		log.extra[r.Partition]++
		s.logs[r.Topic] = log
	}
	s.written = append(s.written, records...)
	for _, open := range s.tails {
		q := open.tail
		q.From = model.Position{} // what is written from now on is past any beginning
		if wanted := wantedBy(q, records); wanted != nil {
			open.records <- wanted
		}
	}
}

// wantedBy are the records that a tail reads.
func wantedBy(q model.Tail, records []model.Record) (wanted []model.Record) {
	targets := q.Targets.Set()
	for _, r := range records {
		if targets.Matches(r.Topic) && targets.Partitions(r.Topic).Has(r.Partition) && (q.From.At != model.AtOffset || r.Offset >= q.From.N) {
			wanted = append(wanted, r)
		}
	}
	return wanted
}
