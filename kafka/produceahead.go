package kafka

import (
	"time"

	"kscope/model"
)

// An ahead has the next records made on a goroutine of its own, while those before
// them are handed to the client. It is a model.Drafts.
type ahead struct {
	full, free chan []model.Draft
	stop, done chan struct{}
	err        error // why there are no more; read once full is closed

	now  []model.Draft
	next int // in now
}

// Batches of records that are made ahead, and how many records each has.
const aheadBatches, aheadRecords = 4, 128

// makeAhead begins to make records of a material; clock is set to the time for each
// batch.
func makeAhead(material model.Drafts, clock *moment) *ahead {
	a := &ahead{
		full: make(chan []model.Draft, aheadBatches), free: make(chan []model.Draft, aheadBatches),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	for range aheadBatches {
		a.free <- make([]model.Draft, 0, aheadRecords)
	}
	go func() {
		defer close(a.done)
		a.make(material, clock)
	}()
	return a
}

func (a *ahead) make(material model.Drafts, clock *moment) {
	defer close(a.full)
	for more := true; more; {
		var batch []model.Draft
		select {
		case batch = <-a.free:
		case <-a.stop:
			return
		}
		clock.now = time.Now()
		for len(batch) < cap(batch) {
			var d model.Draft
			if d, more, a.err = material.Next(); !more || a.err != nil {
				more = false
				break
			}
			batch = append(batch, d)
		}
		a.full <- batch // it never blocks: there are no more batches than it holds
	}
}

// Next implements model.Drafts.
func (a *ahead) Next() (model.Draft, bool, error) {
	for a.next == len(a.now) {
		if a.now != nil {
			a.free <- a.now[:0]
		}
		var more bool
		if a.now, more = <-a.full; !more {
			a.now, a.next = nil, 0
			return model.Draft{}, false, a.err
		}
		a.next = 0
	}
	a.next++
	return a.now[a.next-1], true, nil
}

// end stops the making, and waits until it has ended.
func (a *ahead) end() {
	close(a.stop)
	<-a.done
}
