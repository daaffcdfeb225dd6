package model

import (
	"encoding/binary"
	"slices"
	"sort"
)

// A Ring keeps the newest records of a tail within a budget of bytes. It copies what
// it keeps into chunks, which are pieces of memory without a pointer in them, so that
// the garbage collector has nothing to look at however many records there are. A chunk
// is written once, front to back; when the budget is used up, the oldest is let go
// whole. What was written never changes, so that a view of it needs no lock.
//
// A Ring belongs to one goroutine; its views may be read by any. The zero Ring keeps
// nothing: see NewRing.
type Ring struct {
	budget  int64
	size    int     // of a chunk
	largest int     // a record of more bytes than that is kept as its beginning
	chunks  []chunk // by age, and never empty ones but the last
	bytes   int64   // that chunks take
	kept    uint64  // records ever kept
	dropped int64   // records that were kept once and are not any more

	topics   []string // that entries name by index
	topic    int32    // of the last record: mostly it is that of the next
	markers  []marker // ends of transactions, by age
	unmarked uint64   // that of the newest which was forgotten though records of it may be kept
}

// A chunk is one piece of a Ring.
type chunk struct {
	before uint64   // records kept before its first
	data   []byte   // entries, each a head, then headers, key and value
	index  []uint32 // where in data each entry begins
}

// seq returns the number of the j-th record.
func (c *chunk) seq(j int) uint64 { return binary.LittleEndian.Uint64(c.data[c.index[j]:]) }

func (c *chunk) bytes() int64 { return int64(cap(c.data)) + 4*int64(cap(c.index)) + chunkHead }

const (
	// DefaultTailMemory is the budget of a tail that does not say another, in bytes.
	DefaultTailMemory = 64 << 20
	// LeastTailMemory is the smallest budget, in bytes.
	LeastTailMemory = 256 << 10

	largestChunk = 256 << 10
	chunkHead    = 128 // about what the rest of a chunk takes
	// previewKept is how much is kept of each of the headers, key and value of a record
	// that is too large.
	previewKept = 64 << 10
)

// NewRing returns a Ring of a budget in bytes, DefaultTailMemory if it is 0.
func NewRing(budget int64) *Ring {
	r := &Ring{}
	r.Resize(budget)
	return r
}

// Resize changes the budget.
func (r *Ring) Resize(budget int64) {
	if budget == 0 {
		budget = DefaultTailMemory
	}
	r.budget = max(budget, LeastTailMemory)
	r.size = int(min(r.budget/16, largestChunk))
	r.largest = int(min(r.budget/2, max(r.budget/8, 1<<20)))
	r.evict()
}

// Append copies a record into the ring, drops the oldest where there is no room, and
// returns how many bytes the record has. Its Seq must be larger than that of the record
// before. A record of more than an eighth of the budget (but at least 1 MiB, if that is
// not more than half of it) is kept as its beginning, and Record.Full says how much it
// was.
func (r *Ring) Append(record *Record) int64 {
	headers := headersSize(record.Headers)
	kept := keptSizes{headers: headers, key: len(record.Key), value: len(record.Value)}
	size := int64(headers - headerHead*len(record.Headers) + kept.key + kept.value)
	if headers+kept.key+kept.value > r.largest || record.IsCut() {
		kept, size = keptOf(record, r.largest), record.Sizes().Total()
	}
	e := entryOf(record, r.topicOf(record.Topic), kept)
	c := r.room(e.bytes())
	c.index = append(c.index, uint32(len(c.data)))
	c.data = e.appendTo(c.data, record, kept.full)
	r.kept++
	return size
}

// room returns the chunk that has room for an entry of n bytes.
func (r *Ring) room(n int) *chunk {
	if last := len(r.chunks) - 1; last >= 0 {
		if c := &r.chunks[last]; cap(c.data)-len(c.data) >= n && len(c.index) < cap(c.index) {
			return c
		}
	}
	entries := r.size / headBytes / 4 * 3
	if n > r.size {
		entries = 1
	}
	c := chunk{before: r.kept, data: make([]byte, 0, max(n, r.size)), index: make([]uint32, 0, entries)}
	r.bytes += c.bytes()
	r.chunks = append(r.chunks, c)
	r.evict()
	return &r.chunks[len(r.chunks)-1]
}

// evict drops the oldest chunks until the rest is within the budget; one stays.
func (r *Ring) evict() {
	n := 0
	for r.bytes > r.budget && n < len(r.chunks)-1 {
		r.bytes -= r.chunks[n].bytes()
		r.dropped += int64(len(r.chunks[n].index))
		n++
	}
	if n == 0 {
		return
	}
	kept := copy(r.chunks, r.chunks[n:])
	clear(r.chunks[kept:])
	r.chunks = r.chunks[:kept]
	r.unmark()
}

// topicOf returns the index of a topic, which it gets if it has none.
func (r *Ring) topicOf(name string) int32 {
	if int(r.topic) < len(r.topics) && r.topics[r.topic] == name {
		return r.topic
	}
	r.topic = int32(slices.Index(r.topics, name))
	if r.topic < 0 {
		r.topic = int32(len(r.topics))
		r.topics = append(r.topics, name)
	}
	return r.topic
}

// Dropped returns how many records were kept once and are not any more because of the
// budget.
func (r *Ring) Dropped() int64 { return r.dropped }

// Len returns how many records are kept.
func (r *Ring) Len() int { return RingView{chunks: r.chunks}.Len() }

// Retain keeps those records that keep says, and lets go of the others. Dropped counts
// anew. The record that keep is given is valid until it returns.
func (r *Ring) Retain(keep func(*Record) bool) {
	old := r.View()
	next := NewRing(r.budget)
	next.topics, next.topic, next.markers, next.unmarked = r.topics, r.topic, r.markers, r.unmarked
	next.kept = r.kept
	var record Record
	for i := range old.Len() {
		if old.Read(i, &record); keep(&record) {
			next.Append(&record)
		}
	}
	*r = *next
}

// View returns what the ring holds now. It costs a few words for each chunk.
func (r *Ring) View() RingView {
	return RingView{chunks: slices.Clone(r.chunks), topics: r.topics, markers: r.markers, unmarked: r.unmarked, bytes: r.bytes}
}

// A RingView is what a Ring held at one moment. It never changes, whatever becomes of
// the ring, and may be read by any number of goroutines. The zero RingView is empty.
//
// Records are numbered in two ways: by their place in the view, from 0 for the oldest,
// and by Record.Seq, which stays theirs in every view of the tail. A cursor holds a Seq,
// and asks for its place with Find.
type RingView struct {
	chunks   []chunk
	topics   []string
	markers  []marker
	unmarked uint64
	bytes    int64
}

// Len returns how many records there are.
func (v RingView) Len() int {
	if len(v.chunks) == 0 {
		return 0
	}
	last := &v.chunks[len(v.chunks)-1]
	return int(last.before-v.chunks[0].before) + len(last.index)
}

// Bytes returns how much memory the records take.
func (v RingView) Bytes() int64 { return v.bytes }

// Read fills in the i-th record. Its bytes are the ring's own: they are valid as long
// as somebody holds them, and nobody may change them. Headers are put into the slice
// that into already has, so that reading one record after the other allocates nothing.
func (v RingView) Read(i int, into *Record) {
	c, j := v.find(i)
	e, rest := readEntry(c.data[c.index[j]:])
	e.record(rest, into)
	into.Topic = v.topics[e.topic]
	if into.Transactional && into.Outcome == OutcomeUnknown {
		into.Outcome = v.outcome(&e)
	}
}

// At returns the i-th record. See Read.
func (v RingView) At(i int) Record {
	var record Record
	v.Read(i, &record)
	return record
}

// find returns the chunk that the i-th record is in, and its place there.
func (v RingView) find(i int) (*chunk, int) {
	n := v.chunks[0].before + uint64(i)
	at := sort.Search(len(v.chunks), func(k int) bool { return v.chunks[k].before > n }) - 1
	return &v.chunks[at], int(n - v.chunks[at].before)
}

// Seq returns the number of the i-th record.
func (v RingView) Seq(i int) uint64 {
	c, j := v.find(i)
	return c.seq(j)
}

// Find returns the place of the record with that number or, if it is not there, of the
// next one; Len if there is none.
func (v RingView) Find(seq uint64) int {
	at := sort.Search(len(v.chunks), func(k int) bool { return len(v.chunks[k].index) == 0 || v.chunks[k].seq(0) > seq }) - 1
	if at < 0 {
		return 0
	}
	c := &v.chunks[at]
	j := sort.Search(len(c.index), func(j int) bool { return c.seq(j) >= seq })
	return int(c.before-v.chunks[0].before) + j
}
