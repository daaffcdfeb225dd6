package kafka

import (
	"time"

	"kscope/model"
)

// An ahead has the next records made on a goroutine of its own, while those before
// them are handed to the client.
type ahead struct {
	full, free chan []model.Draft
	stop, done chan struct{}
	err        error // why there are no more; read once full is closed

	now []model.Draft
	at  int // in now
}

// Batches of records that are made ahead, and how many records each has.
const aheadBatches, aheadRecords = 4, 256

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
		for more && len(batch) < cap(batch) {
			n := len(batch)
			batch = batch[:n+1]
			batch[n], more, a.err = material.Next()
			if more = more && a.err == nil; !more {
				batch = batch[:n]
			}
		}
		a.full <- batch // it never blocks: there are no more batches than it holds
	}
}

// next returns the next record, nil if there are no more or with an error. It is one of
// a batch, as it lies there: it is not to be looked at once the next is asked for.
func (a *ahead) next() (*model.Draft, error) {
	for a.at == len(a.now) {
		if a.now != nil {
			a.free <- a.now[:0]
		}
		var more bool
		if a.now, more = <-a.full; !more {
			a.now, a.at = nil, 0
			return nil, a.err
		}
		a.at = 0
	}
	a.at++
	return &a.now[a.at-1], nil
}

// end stops the making, and waits until it has ended.
func (a *ahead) end() {
	close(a.stop)
	<-a.done
}
