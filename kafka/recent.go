package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// recent is what a tail has read and keeps for the screen, which looks at it when it
// can. The reader never waits for it.
type recent struct {
	wake chan struct{} // holds a token when there is something new

	mu       sync.Mutex
	ring     *model.Ring
	record   model.Record // that goes into the ring: one for all
	progress model.Progress
}

func newRecent(memory int64) *recent {
	return &recent{
		wake: make(chan struct{}, 1), ring: model.NewRing(memory),
		progress: model.Progress{Behind: -1, Total: -1},
	}
}

// add puts the records of a fetch in.
func (b *recent) add(fetches kgo.Fetches) {
	if fetches.NumRecords() == 0 {
		return
	}
	b.mu.Lock()
	for iter := fetches.RecordIter(); !iter.Done(); {
		b.addOne(iter.Next())
	}
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *recent) addOne(r *kgo.Record) {
	convert(r, &b.record)
	b.progress.Read++
	b.progress.Matched++
	b.progress.Bytes += b.record.Sizes().Total()
	b.record.Seq = uint64(b.progress.Read)
	b.ring.Append(&b.record)
}

// view returns what is kept, and how it came to that.
func (b *recent) view() (model.RingView, model.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.progress.Dropped = b.ring.Dropped()
	return b.ring.View(), b.progress
}
