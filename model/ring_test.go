package model

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// someRecord is a record of any shape.
func someRecord(dice *rand.Rand, seq uint64, most int) Record {
	text := func() []byte {
		switch dice.IntN(5) {
		case 0:
			return nil
		case 1:
			return []byte{}
		}
		b := make([]byte, 1+dice.IntN(most))
		for i := range b {
			b[i] = byte(dice.Uint32())
		}
		return b
	}
	r := Record{
		Seq: seq, Topic: fmt.Sprintf("topic-%d", dice.IntN(3)), Partition: int32(dice.IntN(9)), Offset: dice.Int64(),
		LogAppend: dice.IntN(2) == 0, LeaderEpoch: int32(dice.IntN(9)) - 1, Key: text(), Value: text(),
		Codec: Codec(dice.IntN(5)), ProducerID: dice.Int64N(9) - 1, ProducerEpoch: int16(dice.IntN(9)) - 1,
	}
	if dice.IntN(9) > 0 {
		r.Timestamp = time.UnixMilli(dice.Int64N(1 << 42)).UTC()
	}
	for range dice.IntN(4) {
		r.Headers = append(r.Headers, Header{Key: string(text()), Value: text()})
	}
	return r
}

// TestRing fills rings at random: the newest are there as they went in, every one that
// is not was counted, and the budget is kept.
func TestRing(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for _, most := range []int{10, 500, 40_000} {
		ring := NewRing(LeastTailMemory)
		var all []Record
		for range 3000 {
			r := someRecord(dice, uint64(len(all))*3+1, most)
			ring.Append(&r)
			all = append(all, r)
			if ring.bytes > LeastTailMemory {
				t.Fatalf("%d bytes are kept", ring.bytes)
			}
		}
		v := ring.View()
		dropped := len(all) - v.Len()
		if v.Len() == 0 || dropped == 0 || ring.Dropped() != int64(dropped) {
			t.Fatalf("%d of %d are kept, %d dropped", v.Len(), len(all), ring.Dropped())
		}
		var into Record
		for i, want := range all[dropped:] {
			v.Read(i, &into)
			if !reflect.DeepEqual(nilHeaders(into), nilHeaders(want)) {
				t.Fatalf("record %d is\n%+v, want\n%+v", i, into, want)
			}
			if v.Seq(i) != want.Seq || v.Find(want.Seq) != i || v.Find(want.Seq-1) != i {
				t.Fatalf("record %d has number %d and is found at %d", i, v.Seq(i), v.Find(want.Seq))
			}
		}
		if v.Find(0) != 0 || v.Find(1<<60) != v.Len() {
			t.Errorf("what is not there is found at %d and %d", v.Find(0), v.Find(1<<60))
		}
	}
}

func nilHeaders(r Record) Record {
	if len(r.Headers) == 0 {
		r.Headers = nil
	}
	return r
}

// TestAViewStays holds views while the ring goes on, and is resized, and lets go.
func TestAViewStays(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	ring := NewRing(LeastTailMemory)
	type seen struct {
		view RingView
		want []Record
	}
	var views []seen
	for seq := range uint64(4000) {
		r := someRecord(dice, seq+1, 300)
		ring.Append(&r)
		switch dice.IntN(200) {
		case 0:
			v := ring.View()
			s := seen{view: v}
			for i := range v.Len() {
				r := v.At(i)
				r.Key, r.Value = bytes.Clone(r.Key), bytes.Clone(r.Value)
				s.want = append(s.want, r)
			}
			views = append(views, s)
		case 1:
			ring.Retain(func(r *Record) bool { return r.Partition != 3 })
		case 2:
			ring.Resize(LeastTailMemory << dice.IntN(2))
		}
	}
	for _, s := range views {
		if s.view.Len() != len(s.want) {
			t.Fatalf("a view of %d has %d", len(s.want), s.view.Len())
		}
		for i, want := range s.want {
			if got := s.view.At(i); !bytes.Equal(got.Value, want.Value) || !bytes.Equal(got.Key, want.Key) || got.Seq != want.Seq {
				t.Fatalf("record %d of a view changed", i)
			}
		}
	}
}

func TestRetain(t *testing.T) {
	ring := NewRing(LeastTailMemory)
	for seq := range uint64(5000) {
		ring.Append(&Record{Seq: seq + 1, Topic: "t", Partition: int32(seq % 10), Value: make([]byte, 100)})
	}
	before := ring.View()
	ring.Retain(func(r *Record) bool { return r.Partition == 7 })
	v := ring.View()
	if got, want := v.Len(), before.Len()/10; got < want-1 || got > want+1 {
		t.Fatalf("%d are kept, want %d", got, want)
	}
	for i := range v.Len() {
		if r := v.At(i); r.Partition != 7 || r.Seq%10 != 8 || v.Find(r.Seq-5) != i {
			t.Fatalf("record %d is %+v", i, r)
		}
	}
	if ring.Dropped() != 0 {
		t.Error("what the filter took out counts as dropped")
	}
	ring.Retain(func(*Record) bool { return false })
	if v := ring.View(); v.Len() != 0 || v.Find(7) != 0 || v.Bytes() != 0 {
		t.Errorf("%d are left", v.Len())
	}
	ring.Append(&Record{Seq: 9000, Topic: "t"})
	if v := ring.View(); v.Len() != 1 || v.At(0).Seq != 9000 || v.Find(8999) != 0 || v.Find(9001) != 1 {
		t.Errorf("%d are kept", v.Len())
	}
}

// TestLargeRecords keeps the beginning of what is too large, and says how large it was.
func TestLargeRecords(t *testing.T) {
	ring := NewRing(16 << 20)
	value := bytes.Repeat([]byte("0123456789"), 300_000)
	headers := []Header{{Key: "small", Value: []byte("1")}, {Key: "large", Value: value}}
	ring.Append(&Record{Seq: 1, Topic: "t", Key: []byte("k"), Value: value[:1_500_000]})
	ring.Append(&Record{Seq: 2, Topic: "t", Key: []byte("k"), Value: value, Headers: headers})
	ring.Retain(func(*Record) bool { return true })
	v := ring.View()
	whole, cut := v.At(0), v.At(1)
	if whole.IsCut() || !bytes.Equal(whole.Value, value[:1_500_000]) {
		t.Errorf("a record of 1.5 MB is cut to %d", len(whole.Value))
	}
	want := Sizes{Key: 1, Value: 3_000_000, Headers: 3_000_011}
	if !cut.IsCut() || cut.Sizes() != want || string(cut.Key) != "k" || !bytes.Equal(cut.Value, value[:previewKept]) || len(cut.Headers) != 1 {
		t.Errorf("a record of 3 MB: %d kept, %d headers, %+v", len(cut.Value), len(cut.Headers), cut.Sizes())
	}
	for seq := range uint64(100) {
		ring.Append(&Record{Seq: seq + 3, Topic: "t", Value: value[:1_000_000]})
	}
	v = ring.View()
	if newest := v.At(v.Len() - 1); v.Bytes() > 16<<20 || v.Len() < 12 || newest.IsCut() {
		t.Errorf("%d records in %d bytes", v.Len(), v.Bytes())
	}
}

// TestOutcomes tells of each record what became of its transaction.
func TestOutcomes(t *testing.T) {
	ring := NewRing(0)
	seq := uint64(0)
	add := func(partition int32, producer int64, control Control) {
		seq++
		r := Record{Seq: seq, Topic: "t", Partition: partition, ProducerID: producer, Transactional: true, Control: control}
		if control == NotControl {
			ring.Append(&r)
		} else {
			ring.Mark(&r)
		}
	}
	add(0, 7, ControlCommit) // of what came before the tail
	add(0, 7, NotControl)
	add(0, 8, NotControl)
	add(1, 7, NotControl)
	add(0, 7, ControlAbort)
	add(0, 7, NotControl)
	add(0, 8, ControlCommit)
	add(1, 9, ControlCommit)
	ring.Append(&Record{Seq: 100, Topic: "t", ProducerID: 7})
	want := []Outcome{OutcomeAborted, OutcomeCommitted, OutcomeOpen, OutcomeOpen, OutcomeUnknown}
	check := func(when string) {
		t.Helper()
		v := ring.View()
		for i := range want {
			if got := v.At(i).Outcome; got != want[i] {
				t.Errorf("%s, record %d: %d, want %d", when, i, got, want[i])
			}
		}
	}
	check("at first")
	ring.Retain(func(*Record) bool { return true })
	check("retained")
	seq = 100
	for range mostMarkers + 1 {
		add(3, 1, ControlCommit)
	}
	want = []Outcome{OutcomeAborted, OutcomeCommitted, OutcomeUnknown, OutcomeUnknown, OutcomeUnknown}
	check("after many more")
	ring.Append(&Record{Seq: 1 << 40, Topic: "t", Transactional: true, Outcome: OutcomeCommitted})
	if v := ring.View(); v.At(5).Outcome != OutcomeCommitted {
		t.Error("what was known when it was read is not known any more")
	}
}

// BenchmarkRing appends records of 100 bytes, and reads them one after the other.
func BenchmarkRing(b *testing.B) {
	record := Record{Topic: "orders", Timestamp: time.Now(), Value: make([]byte, 100)}
	b.Run("append", func(b *testing.B) {
		ring := NewRing(0)
		b.ReportAllocs()
		for b.Loop() {
			record.Seq++
			ring.Append(&record)
		}
	})
	ring := NewRing(0)
	for range 500_000 {
		record.Seq++
		ring.Append(&record)
	}
	v := ring.View()
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			v.Read(i, &record)
			if i++; i == v.Len() {
				i = 0
			}
		}
	})
	b.Run("view", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v = ring.View()
		}
	})
}
