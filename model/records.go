package model

import (
	"fmt"
	"time"
)

// A Record is one message as it was read.
type Record struct {
	Topic       string
	Partition   int32
	Offset      int64
	Timestamp   time.Time
	LogAppend   bool   // Timestamp is the broker's (LogAppendTime), not the producer's (CreateTime)
	LeaderEpoch int32  // -1 if not known
	Key, Value  []byte // nil is null, which is not the same as empty; a null Value is a tombstone
	Headers     []Header
}

// A Header is one header of a record. Keys may repeat.
type Header struct {
	Key   string
	Value []byte // nil is null
}

// AllPartitions stands for every partition of a topic, where a partition id would.
const AllPartitions int32 = -1

// Tail asks for records as they are written. It never joins a group and never
// commits an offset.
type Tail struct {
	Topic     string
	Partition int32 // or AllPartitions
	From      From
	Last      int64 // with FromLast: how many records of each partition
	// Whole is for a reader that wants every record and can wait: nothing is
	// dropped, and a slow reader slows the reading down.
	Whole bool
}

func (Tail) query() {}

// Every implements Query. A tail has no end.
func (Tail) Every() time.Duration { return 0 }

// From is where a tail begins.
type From uint8

// The places a tail can begin at.
const (
	FromEnd From = iota
	FromBeginning
	FromLast
)

// TailLength is how many records of a tail are kept.
const TailLength = 2000

// A TailView is what is known of the tail that is open.
type TailView struct {
	Tail    Tail
	Records []Record // in the order read; at most TailLength
	Read    int64    // records read so far
	Dropped int64    // of Read: records that went by too fast to be shown
	Rate    float64  // records per second; negative if not known
	Since   time.Time
	At      time.Time // when Rate was last worked out
	Problem *Problem  // what last went wrong; the tail goes on

	readAt int64 // Read as of At
}

// TailOpened starts an empty view.
type TailOpened struct {
	Tail Tail
	At   time.Time
}

func (e TailOpened) apply(s *Snapshot) {
	s.Tail = TailView{Tail: e.Tail, Since: e.At, At: e.At, Rate: -1}
}

// RecordsRead appends records to the tail. Read counts all that were read since
// the last such event; those of them that are not in Records were dropped.
type RecordsRead struct {
	Tail    Tail
	At      time.Time
	Records []Record
	Read    int64
}

func (e RecordsRead) apply(s *Snapshot) {
	v := s.Tail
	if v.Tail != e.Tail {
		return // a tail that is no longer open
	}
	v.Records = last(TailLength, v.Records, e.Records)
	v.Read += e.Read
	v.Dropped += e.Read - int64(min(len(e.Records), TailLength))
	if len(e.Records) > 0 {
		v.Problem = nil
	}
	if d := e.At.Sub(v.At); d >= time.Second {
		v.Rate = float64(v.Read-v.readAt) / d.Seconds()
		v.At, v.readAt = e.At, v.Read
	}
	s.Tail = v
}

// TailTroubled says what went wrong with a tail that goes on trying; with a nil
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

// Produce sends one record.
type Produce struct {
	Topic     string
	Partition int32  // or AllPartitions: the partitioner picks, by the key's hash if there is a key
	Key       []byte // nil: no key
	Value     []byte // nil: a tombstone
	Headers   []Header
}

func (*Produce) command() {}

// String implements Command.
func (c *Produce) String() string { return "send a record to " + c.Topic }

// Sent is a record that a broker acknowledged.
type Sent struct {
	Topic     string
	Partition int32
	Offset    int64
	Timestamp time.Time
	Took      time.Duration // from sending to the acknowledgement
}

// String says where the record is: topic:partition:offset.
func (s Sent) String() string { return fmt.Sprintf("%s:%d:%d", s.Topic, s.Partition, s.Offset) }

// SentKept is how many acknowledgements are remembered.
const SentKept = 50

// Produced says that a record was acknowledged.
type Produced struct{ Sent Sent }

func (e Produced) apply(s *Snapshot) { s.Sent = last(SentKept, s.Sent, []Sent{e.Sent}) }
