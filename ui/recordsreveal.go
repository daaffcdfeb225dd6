package ui

import (
	"time"

	"kscope/model"
)

// A wantedRecord is one that the cursor of a tail is to go to once it is read.
type wantedRecord struct {
	topic     string
	partition int32
	offset    int64
	at        time.Time // since when
	sought    bool      // the tail was sent to where it is
}

// revealing is how long a tail that reads the partition anyway has to come to a record
// before it is sent there.
const revealing = time.Second

// reveal puts the cursor on a record, and has the tail read it where it has not. The
// record's topic is selected already.
func (p *records) reveal(f *Frame, topic string, partition int32, offset int64) {
	p.wanted = &wantedRecord{topic: topic, partition: partition, offset: offset, at: f.Now}
	p.follow()
	p.reach(f)
}

// reach goes on with what reveal began: it is called until the record is there.
func (p *records) reach(f *Frame) {
	w := p.wanted
	switch {
	case w == nil || p.onto(f, w):
		p.wanted = nil
	case w.sought:
	case !p.covers(f, w) || f.Now.Sub(w.at) > revealing:
		w.sought = true
		p.seek(f, model.Tail{Targets: model.TargetOf(w.topic, w.partition), From: model.Position{At: model.AtOffset, N: w.offset}})
	}
}

// covers reports whether the tail that is open comes by the record, if it was not
// written long ago.
func (p *records) covers(f *Frame, w *wantedRecord) bool {
	t := p.tail(f)
	set := t.Targets.Set()
	return f.Tail.Tail == t && !p.stopped && t.Filter == "" && !p.ends() && !f.Tail.Since.IsZero() &&
		set.Matches(w.topic) && set.Partitions(w.topic).Has(w.partition)
}

// mostRevealed is how many of the newest records are looked through for one.
const mostRevealed = 20_000

// onto puts the cursor on a record if it was read. It stays there, also if the record
// is the newest.
func (p *records) onto(f *Frame, w *wantedRecord) bool {
	if !p.is(&f.Tail) {
		return false
	}
	ring := f.Tail.Ring
	for i := ring.Len() - 1; i >= max(0, ring.Len()-mostRevealed); i-- {
		r := ring.At(i)
		if r.Topic == w.topic && r.Partition == w.partition && r.Offset == w.offset {
			p.goToSeq(f, ring.Seq(i))
			p.seq, p.moved = ring.Seq(i), true
			return true
		}
	}
	return false
}
