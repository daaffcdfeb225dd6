package kafka

import (
	"github.com/twmb/franz-go/pkg/kgo"
)

// crateful is how many records a crate holds.
const crateful = 64

// A crate holds records that are handed to the client. It is filled anew once all of
// them are settled, as making records, and collecting them, would cost a third of
// sending them. The client lets go of a record before it tells what became of it.
type crate struct {
	b       *bulk
	settled func(*kgo.Record, error) // made once, not for each record
	records [crateful]kgo.Record
	lines   [crateful]int64
	filled  int // only the goroutine that draws looks at it
	left    int // how many are not settled; needs b.mu
}

// record returns a record of a crate that may be filled. The record's number in the
// input goes with it.
func (b *bulk) record(line int64) (*crate, *kgo.Record) {
	c := b.crate
	if c == nil {
		c = b.emptyCrate()
	}
	r := &c.records[c.filled]
	c.lines[c.filled] = line
	c.filled++
	b.crate = c
	if c.filled == crateful {
		b.crate = nil // from here on it may be empty at any time
	}
	return c, r
}

func (b *bulk) emptyCrate() *crate {
	b.mu.Lock()
	defer b.mu.Unlock()
	var c *crate
	if last := len(b.free) - 1; last >= 0 {
		c = b.free[last]
		b.free = b.free[:last]
	} else {
		c = &crate{b: b}
		c.settled = func(r *kgo.Record, err error) { c.settle(nil, r, err) }
	}
	c.filled, c.left = 0, crateful
	return c
}

// settle is called by the client once it knows what became of a record.
func (c *crate) settle(e *entry, r *kgo.Record, err error) {
	if err == nil {
		c.b.settle(c, e, r, fateAcknowledged, nil)
		return
	}
	f := c.b.fateOf(err)
	c.b.settle(c, e, r, f, c.b.problemOf(sizeOf(r), f, err))
}

// lineOf returns where in the input a record of the crate begins.
func (c *crate) lineOf(r *kgo.Record) int64 {
	for i := range c.records {
		if &c.records[i] == r {
			return c.lines[i]
		}
	}
	return 0 // it is in another crate
}
