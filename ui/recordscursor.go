package ui

import (
	"time"

	"kscope/model"
)

// A tailCursor is where one is in a tail, by the sequence number of a record: it
// stays on its record while others come and go.
type tailCursor struct {
	seq     uint64    // the record that the cursor is on, once it was moved
	moved   bool      // it does not follow the newest
	since   time.Time // when the tail was opened that the cursor is in
	top     uint64    // the record on the first line
	visible int       // lines for records

	// While the view is frozen it ends with the record last, and those that were on
	// screen are held: the stream may push them out.
	frozen bool
	last   uint64
	held   []heldRecord
}

// A heldRecord is kept though the ring may have let it go.
type heldRecord struct {
	seq    uint64
	record model.Record
}

// tailLines are the records that can be seen, one a line: those held that are older
// than any in the ring, and those in the ring.
type tailLines struct {
	held []heldRecord
	ring model.RingView
	n    int // of those in the ring
}

// lines returns what can be seen.
func (p *tailCursor) lines(f *Frame) tailLines {
	l := tailLines{ring: f.Tail.Ring}
	l.n = l.ring.Len()
	if !p.isFrozen(f) {
		return l
	}
	l.held, l.n = p.held, l.ring.Find(p.last+1)
	if l.n > 0 {
		for i := range p.held {
			if p.held[i].seq >= l.ring.Seq(0) {
				l.held = p.held[:i]
				break
			}
		}
	}
	return l
}

func (l *tailLines) len() int { return len(l.held) + l.n }

// seq is the sequence number of a line.
func (l *tailLines) seq(i int) uint64 {
	if i < len(l.held) {
		return l.held[i].seq
	}
	return l.ring.Seq(i - len(l.held))
}

// at is the record of a line.
func (l *tailLines) at(i int) model.Record {
	if i < len(l.held) {
		return l.held[i].record
	}
	return l.ring.At(i - len(l.held))
}

// find is the line of a record or, if it is gone, of the next one.
func (l *tailLines) find(seq uint64) int {
	for i := range l.held {
		if l.held[i].seq >= seq {
			return i
		}
	}
	return len(l.held) + min(l.ring.Find(seq), l.n)
}

// here reports whether what is known of the cursor is about this tail.
func (p *tailCursor) here(f *Frame) bool { return p.since.Equal(f.Tail.Since) }

// enter forgets what is known about another tail.
func (p *tailCursor) enter(f *Frame) {
	if !p.here(f) {
		*p = tailCursor{since: f.Tail.Since, visible: p.visible}
	}
}

// follows reports whether the cursor is on the newest record, and goes with it: it is
// in a tail that was opened after it was moved.
func (p *tailCursor) follows(f *Frame) bool { return !p.moved || !p.here(f) }

// isFrozen reports whether the view stands still.
func (p *tailCursor) isFrozen(f *Frame) bool { return p.frozen && p.here(f) }

// line is the line that the cursor is on, -1 if there is none.
func (p *tailCursor) line(f *Frame) int {
	l := p.lines(f)
	if p.follows(f) {
		return l.len() - 1
	}
	return min(l.find(p.seq), l.len()-1)
}

// under returns the record under the cursor.
func (p *tailCursor) under(f *Frame) (seq uint64, r model.Record, ok bool) {
	l := p.lines(f)
	i := p.line(f)
	if i < 0 {
		return 0, model.Record{}, false
	}
	return l.seq(i), l.at(i), true
}

// put puts the cursor on a line. On the last it follows.
func (p *tailCursor) put(f *Frame, line int) {
	p.enter(f)
	l := p.lines(f)
	if l.len() == 0 {
		return
	}
	line = max(0, min(line, l.len()-1))
	p.seq, p.moved = l.seq(line), line < l.len()-1
}

// first is the first line that shows: the page moves no further than it must.
func (p *tailCursor) first(f *Frame) int {
	l := p.lines(f)
	at, visible := p.line(f), max(p.visible, 1)
	top := l.len()
	if !p.follows(f) {
		top = l.find(p.top)
	}
	top = max(at-visible+1, min(top, at))
	return max(0, min(top, l.len()-visible))
}

// move moves the cursor by n lines.
func (p *tailCursor) move(f *Frame, n int) { p.goTo(f, p.line(f)+n) }

// goTo puts the cursor on a line, and moves the page no further than it must.
func (p *tailCursor) goTo(f *Frame, line int) {
	p.enter(f)
	p.keepTop(f)
	p.put(f, line)
	p.keepTop(f)
}

// keepTop notes which record is on the first line.
func (p *tailCursor) keepTop(f *Frame) {
	if l := p.lines(f); l.len() > 0 {
		p.top = l.seq(p.first(f))
	}
}

// freeze makes the view stand still, or go on: where the cursor is, or with the
// newest if it follows.
func (p *tailCursor) freeze(f *Frame) {
	if p.isFrozen(f) {
		p.frozen, p.held = false, nil
		return
	}
	p.enter(f)
	l := p.lines(f)
	p.held, p.last = nil, 0
	top := p.first(f)
	for i := top; i < min(l.len(), top+p.visible); i++ {
		p.held = append(p.held, heldRecord{l.seq(i), l.at(i)})
	}
	if n := l.len(); n > 0 {
		p.last = l.seq(n - 1)
	}
	p.frozen = true
}

// follow lets the view go on, with the newest record.
func (p *tailCursor) follow() { p.moved, p.frozen, p.held = false, false, nil }
