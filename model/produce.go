package model

import (
	"fmt"
	"strconv"
	"time"
)

// Produce sends one record.
type Produce struct {
	Topic       string
	Partition   int32       // or AllPartitions: Partitioner picks
	Partitioner Partitioner // of a record for AllPartitions
	Key         []byte      // nil: no key, which is not the same as an empty one
	Value       []byte      // nil: a tombstone, which is not the same as an empty value
	Headers     []Header
	Timestamp   time.Time // in whole milliseconds; zero: the moment of sending
	Delivery    Delivery
}

func (*Produce) command() {}

// String implements Command.
func (c *Produce) String() string { return "send a record to " + c.Topic }

// Check says what is wrong with the record before anything is sent; nil if nothing
// is. The problem is of kind Invalid.
func (c *Produce) Check() *Problem {
	switch {
	case c.Topic == "":
		return &Problem{Kind: Invalid, Says: "No topic is named", Fix: "name one"}
	case c.Partition < AllPartitions:
		return &Problem{Kind: Invalid, Says: "There is no partition " + strconv.Itoa(int(c.Partition)), Fix: "partitions begin at 0"}
	case !c.Timestamp.IsZero() && c.Timestamp.Before(time.UnixMilli(0)):
		return &Problem{Kind: Invalid, Says: "The record's time is before 1970", Fix: "Kafka has no such timestamps, take a later one"}
	}
	return c.Delivery.Check()
}

// Predict says where the record goes among n partitions, and why: see the function
// of that name. A fixed partition is its own prediction.
func (c *Produce) Predict(n int) (partition int32, why string, ok bool) {
	if c.Partition >= 0 {
		return c.Partition, "the partition was chosen by hand", true
	}
	return Predict(c.Partitioner, c.Key, n)
}

// Delivery is how records are sent. The zero value is the safest: every in-sync
// replica must have the record, and the broker writes what is repeated once.
type Delivery struct {
	Acks        Acks
	Idempotence Idempotence
	Compression Compression
}

// Check says which settings contradict each other; nil if none do. The problem is
// of kind Invalid.
func (d Delivery) Check() *Problem {
	if d.Idempotence == Idempotent && d.Acks != AcksAll {
		return &Problem{
			Kind: Invalid,
			Says: "An idempotent producer waits for all in-sync replicas, and acks=" + d.Acks.String() + " does not",
			Fix:  "use acks=all, or send without idempotence",
		}
	}
	return nil
}

// Idempotent reports whether the broker is to write a record that is repeated once.
func (d Delivery) Idempotent() bool {
	return d.Idempotence == Idempotent || d.Idempotence == IdempotentIfAll && d.Acks == AcksAll
}

// Acks is who must have a record before it counts as acknowledged.
type Acks uint8

// The three there are.
const (
	AcksAll    Acks = iota // every in-sync replica
	AcksLeader             // the leader alone: lost if it dies before a follower has it
	AcksNone               // nobody: no offset comes back, nor whether it was written
)

// AllAcks returns all there are, in the order of their values.
func AllAcks() []Acks { return []Acks{AcksAll, AcksLeader, AcksNone} }

// String is Kafka's word: all, 1 or 0.
func (a Acks) String() string { return [...]string{"all", "1", "0"}[a] }

// Idempotence is whether the broker is to write a record that is repeated once
// (enable.idempotence).
type Idempotence uint8

// As in Java's producer, what is not said follows from the acks.
const (
	IdempotentIfAll Idempotence = iota // if the acks are AcksAll
	Idempotent
	NotIdempotent // the record is sent once; where no answer comes it stays unknown
)

// Compression is how a batch of records is compressed on its way and in the log.
type Compression uint8

// The five there are.
const (
	NoCompression Compression = iota
	Gzip
	Snappy
	LZ4
	Zstd
)

// Compressions returns all there are, in the order of their values.
func Compressions() []Compression {
	return []Compression{NoCompression, Gzip, Snappy, LZ4, Zstd}
}

// String is Kafka's word.
func (c Compression) String() string { return [...]string{"none", "gzip", "snappy", "lz4", "zstd"}[c] }

// Sent is a record that a broker acknowledged, or with AcksNone was not asked to.
type Sent struct {
	Topic     string
	Partition int32
	Predicted int32 // what the key led to before it was sent; AllPartitions if nothing could be said
	Offset    int64 // NoOffset with AcksNone: nobody says where the record is, nor whether it is
	Timestamp time.Time
	Took      time.Duration // from sending to the acknowledgement
}

// String says where the record is: topic:partition:offset, with ? for an offset that
// nobody tells.
func (s Sent) String() string {
	if s.Offset == NoOffset {
		return fmt.Sprintf("%s:%d:?", s.Topic, s.Partition)
	}
	return fmt.Sprintf("%s:%d:%d", s.Topic, s.Partition, s.Offset)
}

// SentKept is how many acknowledgements are remembered.
const SentKept = 50

// Produced says that a record was acknowledged.
type Produced struct{ Sent Sent }

func (e Produced) apply(s *Snapshot) { s.Sent = last(SentKept, s.Sent, []Sent{e.Sent}) }
