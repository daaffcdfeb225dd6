package model

import (
	"iter"
	"time"
)

// Tail asks for records as they are written, or for those of a stretch of the log. It
// never joins a group and never commits an offset.
//
// Tails of the same Session that is not 0 follow each other: the next goes on with the
// records, places and counts of the one before, without a gap and without reading
// anything twice, if it is asked for within a few seconds. What it keeps passes its
// own Filter; partitions that only one of both reads are left, or begun, where a tail
// of their own would be. If From is another one, it begins anew.
type Tail struct {
	Session uint64
	Targets Targets
	From    Position
	Until   Stop
	Filter  string // what is kept, as kafka/match reads it; empty keeps all
	// The formats in which the filter reads keys and values; empty is FormatAuto.
	KeyFormat, ValueFormat Format
	// Committed leaves out the records of transactions that were aborted or are open
	// (read_committed).
	Committed bool
	// Control shows what is hidden otherwise: the marks that end transactions, and, also
	// with Committed, the records that were aborted.
	Control bool
	Memory  int64 // budget of the ring in bytes; 0 is DefaultTailMemory
	// Whole is for a reader that wants every record and can wait: nothing is kept, records
	// come with RecordsRead, and a slow reader slows the reading down.
	Whole bool
}

func (Tail) query() {}

// Every implements Query. A tail has no end: one with a stop stays open when it is
// there, unless it is Whole.
func (Tail) Every() time.Duration { return 0 }

// Progress is how far a tail has come. All counts are since it began.
type Progress struct {
	Read    int64 // records read
	Bytes   int64 // of their keys, values and headers
	Matched int64 // of Read: those that passed the filter
	Dropped int64 // of Matched: those that are not kept any more
	// Unclear counts records of which the filter could not make something out, a field
	// that is text where it compares numbers. Complaint is the last such thing.
	Unclear   int64
	Complaint string
	// Behind is how many offsets the logs go on after what was read, over all
	// partitions; -1 if not known.
	Behind int64
	// Done of Total offsets are read, of a tail that stops at a place; Total is -1 if
	// that is not known, or the tail does not.
	Done, Total int64
}

// A TailView is what is known of the tail that is open.
type TailView struct {
	Tail  Tail
	Since time.Time // when it began
	At    time.Time // when it was last heard of
	Progress
	Ring     RingView // the records, in the order they were read
	Speed    Meter    // of records
	Flow     Meter    // of bytes
	Problem  *Problem // what goes wrong; the tail goes on by itself
	Notices  []Notice // what happened, by age; at most NoticesKept
	Finished Finish
}

// Finish says that a tail is over, and why.
type Finish uint8

// The reasons.
const (
	NotFinished  Finish = iota
	FinishedEnd         // all partitions were read to where the tail stops
	FinishedMany        // as many records were read as were wanted
)

// NoticesKept is how many notices of a tail are kept.
const NoticesKept = 50

// A Notice is one thing that happened to a tail, in a line.
type Notice struct {
	At   time.Time
	Text string // a sentence without its full stop
	// Lossy says that records were missed, or may come twice.
	Lossy bool
}

// TailOpened starts a view: an empty one unless it goes on with that of the tail before.
type TailOpened struct {
	Tail   Tail
	At     time.Time
	GoesOn bool
}

func (e TailOpened) apply(s *Snapshot) {
	if e.GoesOn && s.Tail.Tail.Session == e.Tail.Session {
		s.Tail.Tail, s.Tail.Finished, s.Tail.Problem = e.Tail, NotFinished, nil
		return
	}
	s.Tail = TailView{
		Tail: e.Tail, Since: e.At, At: e.At, Progress: Progress{Behind: -1, Total: -1},
		Speed: NewMeter(e.At), Flow: NewMeter(e.At),
	}
}

// TailRead says what a tail holds, which is nothing if it is Whole, and how far it has
// come. It comes when there is something new, but no more often than a screen can show.
type TailRead struct {
	Tail Tail
	At   time.Time
	Progress
	Ring RingView
}

func (e TailRead) apply(s *Snapshot) {
	v := &s.Tail
	if v.Tail != e.Tail {
		return // a tail that is no longer open
	}
	v.At, v.Progress, v.Ring = e.At, e.Progress, e.Ring
	v.Speed = v.Speed.Count(e.At, e.Read)
	v.Flow = v.Flow.Count(e.At, e.Bytes)
}

// RecordsRead hands on records of a tail that is Whole, in the order read. Records may
// be gone through once, until the event is handled: what is kept of a record longer has
// to be copied.
type RecordsRead struct {
	Tail    Tail
	At      time.Time
	Records iter.Seq[*Record]
	Progress
}

func (e RecordsRead) apply(s *Snapshot) {
	if s.Tail.Tail == e.Tail {
		s.Tail.At, s.Tail.Progress = e.At, e.Progress
	}
}

// TailTroubled says what goes wrong with a tail that goes on trying; with a nil
// Problem, that it is well again.
type TailTroubled struct {
	Tail    Tail
	Problem *Problem
}

func (e TailTroubled) apply(s *Snapshot) {
	if s.Tail.Tail == e.Tail {
		s.Tail.Problem = e.Problem
	}
}

// TailNoticed says what happened to a tail.
type TailNoticed struct {
	Tail   Tail
	Notice Notice
}

func (e TailNoticed) apply(s *Snapshot) {
	if s.Tail.Tail == e.Tail {
		s.Tail.Notices = last(NoticesKept, s.Tail.Notices, []Notice{e.Notice})
	}
}

// TailFinished says that a tail has read all that it was asked for.
type TailFinished struct {
	Tail   Tail
	At     time.Time
	Finish Finish
}

func (e TailFinished) apply(s *Snapshot) {
	if s.Tail.Tail == e.Tail {
		s.Tail.Finished, s.Tail.At = e.Finish, e.At
	}
}
