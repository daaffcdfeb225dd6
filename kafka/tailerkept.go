package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// keeping is what a tail has kept for the screen, which looks at it when it can, and how
// far it has come. The reader waits for nobody: it holds the lock for no longer than
// it takes to copy what one partition brought.
type keeping struct {
	mu       sync.Mutex
	ring     *model.Ring
	headers  []model.Header // of the record that goes into the ring: one for all
	progress model.Progress
	skipped  int64  // records that matched and were never kept
	version  uint64 // of all this; it grows
}

func newKeeping(memory int64) *keeping {
	return &keeping{ring: model.NewRing(memory), progress: model.Progress{Behind: -1, Total: -1}, version: 1}
}

// since returns what is kept, and its version, unless that is the one given.
func (k *keeping) since(version uint64) (model.RingView, model.Progress, uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.version == version {
		return model.RingView{}, model.Progress{}, version
	}
	k.progress.Dropped = k.skipped + k.ring.Dropped()
	return k.ring.View(), k.progress, k.version
}

// now returns how far the tail has come.
func (k *keeping) now() model.Progress {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.progress
}

// reached notes how far it is to the ends, and what the filter complains of.
func (k *keeping) reached(r reach, f *filter) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p := k.progress
	k.progress.Behind, k.progress.Done, k.progress.Total = r.progress(p.Matched)
	if f != nil {
		k.progress.Unclear, k.progress.Complaint = f.complaints()
	}
	if k.progress != p {
		k.version++
	}
}

// add keeps a record.
func (k *keeping) add(r *kgo.Record, committed bool) {
	record := model.Record{Headers: k.headers[:0]} // on the stack, where the garbage collector has no part in it
	convert(r, &record)
	k.progress.Read++
	k.progress.Matched++
	record.Seq = uint64(k.progress.Read)
	if committed && record.Transactional {
		record.Outcome = model.OutcomeCommitted
	}
	k.progress.Bytes += k.ring.Append(&record)
	if len(record.Headers) > 0 {
		k.headers = record.Headers
	}
}

// pass counts a record that is not kept.
func (k *keeping) pass(r *kgo.Record) {
	k.progress.Read++
	k.progress.Bytes += int64(sizeOf(r))
}

// skip counts a record that matches, and would be pushed out before anybody had looked at
// it.
func (k *keeping) skip(r *kgo.Record) {
	k.pass(r)
	k.progress.Matched++
	k.skipped++
}

// fillings is how many times what is kept the records are that are still to be read.
func (k *keeping) fillings(r *reach) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ring.Dropped() == 0 || r.unknown > 0 || r.passed == 0 {
		return 0
	}
	left := r.behind
	if !r.endless {
		left = r.total - r.done
	}
	density := min(1, float64(k.progress.Read)/float64(r.passed)) // of records among offsets: the log cleaner takes some out
	return int64(float64(left) * density / float64(k.ring.Len()))
}

// mark takes in the end of a transaction.
func (k *keeping) mark(r *kgo.Record) {
	var record model.Record
	convert(r, &record)
	record.Seq = uint64(k.progress.Read)
	k.ring.Mark(&record)
}

// A reach is how far it is to the ends of the logs, and to where reading stops, over
// all partitions.
type reach struct {
	behind, done, total int64
	passed              int64 // offsets that were read or jumped over
	unknown             int   // partitions of which that is not known
	endless             bool  // there is no place where reading stops
	wanted              int64 // records, if there is a number of them to read
}

// add takes a partition in, with sign 1, or out, with -1.
func (r *reach) add(p *partitionRead, sign int64) {
	if p.next == model.NoOffset || p.high == model.NoOffset {
		r.unknown += int(sign)
		return
	}
	r.behind += sign * max(0, p.high-p.next)
	r.passed += sign * (p.next - p.from)
	if p.stop != model.NoOffset {
		r.done += sign * (min(p.next, p.stop) - p.from)
		r.total += sign * max(0, p.stop-p.from)
	}
}

func (r *reach) progress(matched int64) (behind, done, total int64) {
	behind, done, total = r.behind, r.done, r.total
	if r.unknown > 0 {
		behind = -1
	}
	switch {
	case r.wanted > 0:
		return behind, min(matched, r.wanted), r.wanted
	case r.endless || r.unknown > 0:
		return behind, 0, -1
	}
	return behind, done, total
}
