package model

import (
	"encoding/binary"
	"math"
	"time"
	"unsafe"
)

// An entry is what a Ring keeps of a record besides its bytes.
type entry struct {
	seq           uint64
	offset        int64
	timestamp     int64 // milliseconds since 1970; noTimestamp if there is none
	producer      int64
	headers       int32 // how many bytes of them follow; then of key and value,
	key, value    int32 // noBytes if null
	partition     int32
	epoch         int32
	topic         int32 // index in the ring's topics
	producerEpoch int16
	attributes    uint16
}

const (
	headBytes   = 60
	noBytes     = -1
	noTimestamp = math.MinInt64
)

// The attributes of an entry. The lowest bits are the codec, those above them the kind
// of control record.
const (
	entryCodec   = 7
	entryControl = 7 << controlShift
	controlShift = 3
)

const (
	entryLogAppend = 1 << (8 + iota)
	entryTransactional
	entryCommitted // known when it was put in, and so is
	entryAborted
	entryCut // the true sizes of headers, key and value come first
)

// entryOf returns the entry of a record of which so much is kept.
func entryOf(r *Record, topic int32, kept keptSizes) entry {
	e := entry{
		seq: r.Seq, offset: r.Offset, timestamp: noTimestamp, producer: r.ProducerID,
		partition: r.Partition, epoch: r.LeaderEpoch, topic: topic, producerEpoch: r.ProducerEpoch,
		headers: int32(kept.headers), key: noBytes, value: noBytes,
		attributes: uint16(r.Codec)&entryCodec | uint16(r.Control)<<controlShift&entryControl,
	}
	if !r.Timestamp.IsZero() {
		e.timestamp = r.Timestamp.UnixMilli()
	}
	if r.Key != nil {
		e.key = int32(kept.key)
	}
	if r.Value != nil {
		e.value = int32(kept.value)
	}
	if r.LogAppend {
		e.attributes |= entryLogAppend
	}
	if r.Transactional {
		e.attributes |= entryTransactional
	}
	switch r.Outcome {
	case OutcomeCommitted:
		e.attributes |= entryCommitted
	case OutcomeAborted:
		e.attributes |= entryAborted
	}
	if kept.full != (Sizes{}) {
		e.attributes |= entryCut
	}
	return e
}

// keptSizes is how many bytes of a record are kept, and, if that is not all, how many
// there were.
type keptSizes struct {
	headers, key, value int
	full                Sizes
}

// keptOf returns what is kept of a record: all of it, or if that is more than largest
// the beginning.
func keptOf(r *Record, largest int) keptSizes {
	all := keptSizes{headersSize(r.Headers), len(r.Key), len(r.Value), r.Full}
	if all.headers+len(r.Key)+len(r.Value) <= largest {
		return all
	}
	cut := keptSizes{key: min(all.key, previewKept), value: min(all.value, previewKept), full: r.Sizes()}
	for _, h := range r.Headers { // as many as fit
		n := headerSize(h)
		if cut.headers+n > previewKept {
			break
		}
		cut.headers += n
	}
	return cut
}

const sizesBytes = 24

// bytes returns how many the entry takes.
func (e *entry) bytes() int {
	n := headBytes + int(e.headers) + max(0, int(e.key)) + max(0, int(e.value))
	if e.attributes&entryCut != 0 {
		n += sizesBytes
	}
	return n
}

// appendTo writes the entry and what is kept of the record.
func (e *entry) appendTo(data []byte, r *Record, full Sizes) []byte {
	data = e.appendHead(data)
	if e.attributes&entryCut != 0 {
		for _, n := range []int64{full.Headers, full.Key, full.Value} {
			data = binary.LittleEndian.AppendUint64(data, uint64(n))
		}
	}
	for end, i := len(data)+int(e.headers), 0; len(data) < end; i++ {
		data = appendHeader(data, r.Headers[i])
	}
	data = append(data, r.Key[:max(0, e.key)]...)
	return append(data, r.Value[:max(0, e.value)]...)
}

func (e *entry) appendHead(data []byte) []byte {
	n := len(data)
	data = data[:n+headBytes]
	b := (*[headBytes]byte)(data[n:])
	binary.LittleEndian.PutUint64(b[0:], e.seq)
	binary.LittleEndian.PutUint64(b[8:], uint64(e.offset))
	binary.LittleEndian.PutUint64(b[16:], uint64(e.timestamp))
	binary.LittleEndian.PutUint64(b[24:], uint64(e.producer))
	binary.LittleEndian.PutUint32(b[32:], uint32(e.headers))
	binary.LittleEndian.PutUint32(b[36:], uint32(e.key))
	binary.LittleEndian.PutUint32(b[40:], uint32(e.value))
	binary.LittleEndian.PutUint32(b[44:], uint32(e.partition))
	binary.LittleEndian.PutUint32(b[48:], uint32(e.epoch))
	binary.LittleEndian.PutUint32(b[52:], uint32(e.topic))
	binary.LittleEndian.PutUint16(b[56:], uint16(e.producerEpoch))
	binary.LittleEndian.PutUint16(b[58:], e.attributes)
	return data
}

// readEntry reads the head of an entry; what follows it are the record's bytes.
func readEntry(data []byte) (e entry, rest []byte) {
	b := (*[headBytes]byte)(data)
	return entry{
		seq:           binary.LittleEndian.Uint64(b[0:]),
		offset:        int64(binary.LittleEndian.Uint64(b[8:])),
		timestamp:     int64(binary.LittleEndian.Uint64(b[16:])),
		producer:      int64(binary.LittleEndian.Uint64(b[24:])),
		headers:       int32(binary.LittleEndian.Uint32(b[32:])),
		key:           int32(binary.LittleEndian.Uint32(b[36:])),
		value:         int32(binary.LittleEndian.Uint32(b[40:])),
		partition:     int32(binary.LittleEndian.Uint32(b[44:])),
		epoch:         int32(binary.LittleEndian.Uint32(b[48:])),
		topic:         int32(binary.LittleEndian.Uint32(b[52:])),
		producerEpoch: int16(binary.LittleEndian.Uint16(b[56:])),
		attributes:    binary.LittleEndian.Uint16(b[58:]),
	}, data[headBytes:]
}

// record fills in all of a record but its topic, given what follows the head.
func (e *entry) record(rest []byte, r *Record) {
	headers := r.Headers[:0]
	*r = Record{
		Seq: e.seq, Partition: e.partition, Offset: e.offset, LeaderEpoch: e.epoch,
		ProducerID: e.producer, ProducerEpoch: e.producerEpoch,
		LogAppend:     e.attributes&entryLogAppend != 0,
		Transactional: e.attributes&entryTransactional != 0,
		Codec:         Codec(e.attributes & entryCodec),
		Control:       Control(e.attributes & entryControl >> controlShift),
	}
	switch {
	case e.attributes&entryCommitted != 0:
		r.Outcome = OutcomeCommitted
	case e.attributes&entryAborted != 0:
		r.Outcome = OutcomeAborted
	}
	if e.timestamp != noTimestamp {
		r.Timestamp = time.UnixMilli(e.timestamp).UTC()
	}
	if e.attributes&entryCut != 0 {
		r.Full.Headers = int64(binary.LittleEndian.Uint64(rest))
		r.Full.Key = int64(binary.LittleEndian.Uint64(rest[8:]))
		r.Full.Value = int64(binary.LittleEndian.Uint64(rest[16:]))
		rest = rest[sizesBytes:]
	}
	r.Headers = readHeaders(rest[:e.headers], headers)
	rest = rest[e.headers:]
	if e.key >= 0 {
		r.Key = rest[:e.key:e.key]
		rest = rest[e.key:]
	}
	if e.value >= 0 {
		r.Value = rest[:e.value:e.value]
	}
}

// Headers are kept one after the other: the length of the key and of the value, which
// is noBytes for null, and their bytes.
const headerHead = 8

func headerSize(h Header) int { return headerHead + len(h.Key) + len(h.Value) }

func headersSize(headers []Header) int {
	n := 0
	for i := range headers {
		n += headerSize(headers[i])
	}
	return n
}

func appendHeader(data []byte, h Header) []byte {
	value := int32(len(h.Value))
	if h.Value == nil {
		value = noBytes
	}
	data = binary.LittleEndian.AppendUint32(data, uint32(len(h.Key)))
	data = binary.LittleEndian.AppendUint32(data, uint32(value))
	data = append(data, h.Key...)
	return append(data, h.Value...)
}

// readHeaders appends the headers in b to headers; nil stays nil if there are none.
// Keys are not copied, as what a ring has written never changes.
func readHeaders(b []byte, headers []Header) []Header {
	for len(b) > 0 {
		key := int(binary.LittleEndian.Uint32(b))
		value := int32(binary.LittleEndian.Uint32(b[4:]))
		b = b[headerHead:]
		h := Header{Key: unsafe.String(unsafe.SliceData(b), key)}
		b = b[key:]
		if value >= 0 {
			h.Value = b[:value:value]
			b = b[value:]
		}
		headers = append(headers, h)
	}
	return headers
}
