package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// budget is how many bytes of keys, values and headers wait for the screen.
const budget = 16 << 20

// recent is the newest records that wait for the screen, and how many were read
// in all. The reader never waits for it: what does not fit pushes out the oldest.
type recent struct {
	wake chan struct{} // holds a token when there is something to take

	mu      sync.Mutex
	records []*kgo.Record // in the order read
	bytes   int           // of records
	read    int64         // since the last take
}

func newRecent() *recent { return &recent{wake: make(chan struct{}, 1)} }

// add puts the records of a fetch in. Of more than are ever shown each partition
// gives its newest, in proportion, so that a busy one does not hide the others;
// the rest are only counted.
func (b *recent) add(fetches kgo.Fetches) {
	total := fetches.NumRecords()
	if total == 0 {
		return
	}
	b.mu.Lock()
	b.read += int64(total)
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		n := len(p.Records)
		if total > model.TailLength {
			n = (n*model.TailLength + total - 1) / total
		}
		for _, r := range p.Records[len(p.Records)-n:] {
			b.records = append(b.records, r)
			b.bytes += sizeOf(r)
		}
	})
	b.trim()
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// trim drops the oldest until the rest is within bounds. One record stays, however
// large it is.
func (b *recent) trim() {
	drop := 0
	for drop < len(b.records)-1 && (len(b.records)-drop > model.TailLength || b.bytes > budget) {
		b.bytes -= sizeOf(b.records[drop])
		drop++
	}
	if drop > 0 {
		kept := copy(b.records, b.records[drop:])
		clear(b.records[kept:])
		b.records = b.records[:kept]
	}
}

// take returns what is there, and how many records were read since the last take.
func (b *recent) take() (records []model.Record, read int64) {
	b.mu.Lock()
	taken := b.records
	read = b.read
	b.records, b.bytes, b.read = nil, 0, 0
	b.mu.Unlock()
	if len(taken) == 0 {
		return nil, read
	}
	records = make([]model.Record, len(taken))
	for i, r := range taken {
		records[i] = ownRecordOf(r)
	}
	return records, read
}

// sizeOf returns how many bytes a record brings: key, value, headers.
func sizeOf(r *kgo.Record) int {
	n := len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		n += len(h.Key) + len(h.Value)
	}
	return n
}
