package model

import "sort"

// A marker is the end of a transaction.
type marker struct {
	seq       uint64
	producer  int64
	topic     int32
	partition int32
	aborted   bool
}

// mostMarkers bounds how many ends of transactions a Ring remembers.
const mostMarkers = 1 << 14

// Mark takes in a control record, kept or not: the records of that producer in that
// partition that came since the mark before were committed or aborted. Its Seq is that of
// the last record before it, if it is none that is shown.
func (r *Ring) Mark(record *Record) {
	if len(r.chunks) == 0 || record.Control != ControlAbort && record.Control != ControlCommit {
		return
	}
	r.markers = append(r.markers, marker{
		seq: record.Seq, producer: record.ProducerID, topic: r.topicOf(record.Topic), partition: record.Partition,
		aborted: record.Control == ControlAbort,
	})
	if n := len(r.markers); n > mostMarkers {
		r.unmarked = r.markers[n/2-1].seq
		r.markers = append([]marker(nil), r.markers[n/2:]...)
	}
}

// unmark forgets the ends of transactions of which no record is kept.
func (r *Ring) unmark() {
	oldest := r.chunks[0].seq(0)
	r.markers = r.markers[sort.Search(len(r.markers), func(i int) bool { return r.markers[i].seq >= oldest }):]
}

// outcome returns what became of the transaction of a record: the first mark of its
// producer that comes after it says.
func (v *RingView) outcome(e *entry) Outcome {
	first := sort.Search(len(v.markers), func(i int) bool { return v.markers[i].seq >= e.seq })
	for i := first; i < len(v.markers); i++ {
		switch m := &v.markers[i]; {
		case m.producer != e.producer || m.partition != e.partition || m.topic != e.topic:
		case m.aborted:
			return OutcomeAborted
		default:
			return OutcomeCommitted
		}
	}
	if e.seq <= v.unmarked {
		return OutcomeUnknown
	}
	return OutcomeOpen
}
