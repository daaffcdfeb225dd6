package model

import (
	"strconv"
	"time"
)

// A Record is one message as it was read.
type Record struct {
	Seq           uint64 // its number among the records that the tail has read; 0 outside of one
	Topic         string
	Partition     int32
	Offset        int64
	Timestamp     time.Time // UTC, to the millisecond; zero if there is none, as before Kafka 0.10
	LogAppend     bool      // Timestamp is the broker's (LogAppendTime), not the producer's (CreateTime)
	LeaderEpoch   int32     // -1 if not known
	Key, Value    []byte    // nil is null, which is not the same as empty; a null Value is a tombstone
	Headers       []Header
	Codec         Codec // of the batch it was written in
	ProducerID    int64 // of an idempotent or transactional producer; else negative
	ProducerEpoch int16
	Transactional bool
	Outcome       Outcome // of the transaction, if Transactional
	Control       Control // what it tells, if it is none of a producer's but a mark of Kafka's own
	Full          Sizes   // how large it was, if only its beginning was kept; else zero
}

// Sizes are numbers of bytes.
type Sizes struct{ Key, Value, Headers int64 }

// IsCut reports whether only the beginning of the record was kept.
func (r *Record) IsCut() bool { return r.Full != Sizes{} }

// Sizes returns how many bytes the record has: of headers, keys and values together.
func (r *Record) Sizes() Sizes {
	if r.IsCut() {
		return r.Full
	}
	s := Sizes{Key: int64(len(r.Key)), Value: int64(len(r.Value))}
	for i := range r.Headers {
		s.Headers += int64(len(r.Headers[i].Key) + len(r.Headers[i].Value))
	}
	return s
}

// Total returns the sum.
func (s Sizes) Total() int64 { return s.Key + s.Value + s.Headers }

// A Codec is how a batch of records was compressed, by the number that Kafka's protocol
// has for it.
type Codec uint8

// String returns Kafka's word for the codec, as in the config compression.type.
func (c Codec) String() string {
	if words := [...]string{"none", "gzip", "snappy", "lz4", "zstd"}; int(c) < len(words) {
		return words[c]
	}
	return "codec " + strconv.Itoa(int(c))
}

// Control is what a control record tells: they are written by brokers, at the end of
// each transaction, and take up an offset.
type Control uint8

// The kinds of control record. Kafka's own numbers are one less.
const (
	NotControl    Control = iota
	ControlAbort          // the producer's open transaction was aborted
	ControlCommit         // it was committed
	ControlOther
)

// Outcome is what became of the transaction that a record was written in.
type Outcome uint8

// The outcomes.
const (
	OutcomeUnknown Outcome = iota // its end was read, but not kept
	OutcomeOpen                   // no end of it has been read
	OutcomeCommitted
	OutcomeAborted
)

// A Header is one header of a record. Keys may repeat.
type Header struct {
	Key   string
	Value []byte // nil is null
}

// AllPartitions stands for every partition of a topic, where a partition id would.
const AllPartitions int32 = -1
