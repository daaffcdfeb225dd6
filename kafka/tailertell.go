package kafka

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"kscope/model"
)

// news is what a tail has to tell until it can be handed on, so that who
// reads or watches never waits for that.
type news struct {
	wake chan struct{} // holds a token when there is something to tell

	mu     sync.Mutex
	events []model.Event
}

func (o *news) init() { o.wake = make(chan struct{}, 1) }

// nudge has the tail look at what it holds.
func (o *news) nudge() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *news) post(e model.Event) {
	o.mu.Lock()
	o.events = append(o.events, e)
	o.mu.Unlock()
	o.nudge()
}

func (o *news) take() []model.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	events := o.events
	o.events = nil
	return events
}

// pacing is the shortest time between two events of a tail.
const pacing = time.Second / 30

// pace hands on what there is to tell until ctx is done or everything was read: every
// record if the tail is whole, else what is kept, at most 30 times a second.
func (t *tailer) pace(ctx context.Context, emit func(model.Event), read <-chan struct{}) {
	told, last := uint64(0), time.Time{}
	tell := func(finally bool) {
		begin := time.Now()
		due := begin.Sub(last) >= pacing || finally || !t.q.Whole
		ring, progress, version := t.kept.since(told)
		for _, e := range t.out.take() { // after that was seen, before it is told: trouble is over once there are records
			emit(e)
		}
		if due && version != told {
			told, last = version, begin
			emit(model.TailRead{Tail: t.q, At: begin, Progress: progress, Ring: ring})
		}
		if !t.q.Whole { // else the reader would wait, too
			pause(ctx, pacing-time.Since(begin))
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.out.wake:
			tell(false)
		case chunk := <-t.chunks:
			emit(model.RecordsRead{Tail: t.q, At: time.Now(), Records: recordsOf(chunk.records), Progress: chunk.progress})
		case <-read:
			if ctx.Err() != nil {
				return
			}
			tell(true)
			if t.ended != model.NotFinished {
				emit(model.TailFinished{Tail: t.q, At: time.Now(), Finish: t.ended})
			}
			return
		}
	}
}

// notice tells of one thing that happened.
func (t *tailer) notice(lossy bool, format string, args ...any) {
	t.out.post(model.TailNoticed{Tail: t.q, Notice: model.Notice{At: time.Now(), Text: fmt.Sprintf(format, args...), Lossy: lossy}})
}

// troubles is what goes wrong with a tail, by who has found it out.
type troubles struct {
	mu      sync.Mutex
	all     *model.Problem // nothing can be read
	topics  *model.Problem // some topics cannot
	waiting *model.Problem // some partitions cannot
	told    *model.Problem
}

// general says what keeps everything from being read; nil if nothing does.
func (t *tailer) general(p *model.Problem) { t.tellTrouble(func(tr *troubles) { tr.all = p }) }

// assess says what keeps topics from being read.
func (t *tailer) assess() {
	p := t.sickness()
	t.tellTrouble(func(tr *troubles) { tr.topics = p })
}

// tellTrouble tells what the worst trouble is after a change, if it is another.
func (t *tailer) tellTrouble(change func(*troubles)) {
	t.trouble.mu.Lock()
	defer t.trouble.mu.Unlock()
	change(&t.trouble)
	worst := cmp.Or(t.trouble.all, t.trouble.topics, t.trouble.waiting)
	if !sameProblem(worst, t.trouble.told) {
		t.trouble.told = worst
		t.out.post(model.TailTroubled{Tail: t.q, Problem: worst})
	}
}

func sameProblem(a, b *model.Problem) bool {
	return a == b || a != nil && b != nil && a.Kind == b.Kind && a.Error() == b.Error()
}
