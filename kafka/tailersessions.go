package kafka

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

const (
	// parkedTime is how long what a tail has read is kept for the next of its session.
	parkedTime = 10 * time.Second
	// mostParked is how many wait for that at once.
	mostParked = 4
)

// sessions are the readings of tails that another may follow.
type sessions struct {
	mu     sync.Mutex
	open   map[uint64]*tailSession
	closed bool
}

// A tailSession is a reading that is in use, or waits for the next tail.
type tailSession struct {
	reading *reading
	end     context.CancelFunc // ends the tail that uses it
	free    chan struct{}      // closed once none does
	parked  time.Time
	expire  *time.Timer
}

// enter returns the reading that a tail goes on with: that of the tail before it in its
// session, which ends for it, or a new one. Leave gives it back.
func (s *sessions) enter(ctx context.Context, q model.Tail, end context.CancelFunc) (r *reading, goesOn bool, leave func()) {
	if q.Session == 0 {
		return newReading(q), false, func() {}
	}
	for {
		s.mu.Lock()
		open := s.open[q.Session]
		if open == nil {
			break
		}
		if open.expire != nil { // parked
			open.expire.Stop()
			delete(s.open, q.Session)
			r = open.reading
			break
		}
		open.end()
		s.mu.Unlock()
		select {
		case <-open.free:
		case <-ctx.Done():
			return newReading(q), false, func() {}
		}
	}
	defer s.mu.Unlock()
	if goesOn = r != nil && r.continues(q); !goesOn {
		r = newReading(q)
	}
	own := &tailSession{reading: r, end: end, free: make(chan struct{})}
	if s.open == nil {
		s.open = map[uint64]*tailSession{}
	}
	s.open[q.Session] = own
	return r, goesOn, func() { s.leave(q.Session, own) }
}

// leave parks a reading that no tail uses any more.
func (s *sessions) leave(session uint64, own *tailSession) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(own.free)
	if s.closed {
		delete(s.open, session)
		return
	}
	own.parked = time.Now()
	own.expire = time.AfterFunc(parkedTime, func() { s.forget(session, own) })
	s.trim()
}

// trim forgets those that have waited longest, if too many do.
func (s *sessions) trim() {
	for {
		var oldest uint64
		n := 0
		for session, open := range s.open {
			if open.expire == nil {
				continue
			}
			if n++; oldest == 0 || open.parked.Before(s.open[oldest].parked) {
				oldest = session
			}
		}
		if n <= mostParked {
			return
		}
		s.open[oldest].expire.Stop()
		delete(s.open, oldest)
	}
}

func (s *sessions) forget(session uint64, own *tailSession) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[session] == own {
		delete(s.open, session)
	}
}

// close forgets all that wait.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for session, open := range s.open {
		if open.expire != nil {
			open.expire.Stop()
			delete(s.open, session)
		}
	}
}

// continues reports whether a tail can go on with the reading, rather than begin anew.
func (r *reading) continues(q model.Tail) bool {
	return !q.Whole && !r.q.Whole && r.q.From == q.From && len(r.topics) > 0
}

// follow makes the reading that of another tail.
func (r *reading) follow(q model.Tail, f *filter) {
	if r.q.Until != q.Until {
		for _, topic := range r.topics {
			for _, p := range topic.partitions {
				p.stop, p.stopped = model.NoOffset, false
			}
		}
	}
	if r.q.Filter != q.Filter || r.q.Control != q.Control {
		r.kept.retain(func(record *model.Record, scratch *kgo.Record) bool {
			return (q.Control || record.Control == model.NotControl) && (f == nil || f.keeps(record, scratch))
		})
	}
	r.kept.resize(q.Memory)
	r.q = q
}

// retain keeps only what is said to be kept. What has matched is counted anew.
func (k *keeping) retain(keep func(record *model.Record, scratch *kgo.Record) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var scratch kgo.Record
	k.ring.Retain(func(r *model.Record) bool { return keep(r, &scratch) })
	k.skipped = 0
	k.progress.Matched, k.progress.Unclear, k.progress.Complaint = int64(k.ring.View().Len()), 0, ""
	k.version++
}

// resize changes how much is kept.
func (k *keeping) resize(memory int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ring.Resize(memory)
	k.version++
}
