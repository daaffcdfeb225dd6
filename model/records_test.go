package model

import (
	"testing"
	"time"
)

// read is an answer to a tail, so many milliseconds after noon: how many records
// come with it, of how many that were read.
func read(tail Tail, ms, first, records, of int) RecordsRead {
	e := RecordsRead{Tail: tail, At: noon.Add(time.Duration(ms) * time.Millisecond), Read: int64(of)}
	for i := range records {
		e.Records = append(e.Records, Record{Offset: int64(first + i)})
	}
	return e
}

func TestTail(t *testing.T) {
	tail := Tail{Topic: "t", Partition: AllPartitions}
	for _, c := range []struct {
		name                string
		events              []Event
		first, last, kept   int64
		read, dropped, rate float64
	}{
		{"opened", nil, 0, 0, 0, 0, 0, -1},
		{"a few", []Event{read(tail, 100, 0, 3, 3)}, 0, 2, 3, 3, 0, -1},
		{"nothing came", []Event{read(tail, 2000, 0, 0, 0)}, 0, 0, 0, 0, 0, 0},
		{"some dropped", []Event{read(tail, 1000, 50, 10, 60)}, 50, 59, 10, 60, 50, 60},
		{"a rate a second", []Event{read(tail, 2000, 0, 100, 100), read(tail, 2500, 100, 100, 100)}, 0, 199, 200, 200, 0, 50},
		{"the next second", []Event{read(tail, 2000, 0, 100, 100), read(tail, 3000, 100, 10, 10)}, 0, 109, 110, 110, 0, 10},
		{"full", []Event{read(tail, 0, 0, TailLength, TailLength), read(tail, 0, TailLength, 5, 5)}, 5, TailLength + 4, TailLength, TailLength + 5, 0, -1},
		{"more at once than are kept", []Event{read(tail, 0, 0, 7, 7), read(tail, 0, 7, TailLength+3, TailLength+3)}, 10, TailLength + 9, TailLength, TailLength + 10, 3, -1},
		{"of another tail", []Event{read(Tail{Topic: "other"}, 0, 0, 3, 3)}, 0, 0, 0, 0, 0, -1},
		{"opened again", []Event{read(tail, 0, 0, 3, 9), TailOpened{Tail: tail, At: noon}, read(tail, 0, 3, 1, 1)}, 3, 3, 1, 1, 0, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Snapshot{}.Apply(TailOpened{Tail: tail, At: noon})
			for _, e := range c.events {
				s = s.Apply(e)
			}
			v := s.Tail
			if float64(v.Read) != c.read || float64(v.Dropped) != c.dropped || v.Rate != c.rate {
				t.Errorf("read %d, dropped %d, rate %v; want %v, %v, %v", v.Read, v.Dropped, v.Rate, c.read, c.dropped, c.rate)
			}
			if int64(len(v.Records)) != c.kept {
				t.Fatalf("%d records are kept, want %d", len(v.Records), c.kept)
			}
			for i, r := range v.Records {
				if r.Offset != c.first+int64(i) {
					t.Fatalf("record %d has offset %d, want %d", i, r.Offset, c.first+int64(i))
				}
			}
			if c.kept > 0 && v.Records[c.kept-1].Offset != c.last {
				t.Errorf("the last offset is %d, want %d", v.Records[c.kept-1].Offset, c.last)
			}
		})
	}
}

func TestTroubleOfATail(t *testing.T) {
	tail := Tail{Topic: "t"}
	s := Snapshot{}.Apply(TailOpened{Tail: tail, At: noon})
	trouble := &Problem{Kind: Unreachable}
	if got := s.Apply(TailTroubled{Tail: Tail{Topic: "other"}, Problem: trouble}); got.Tail.Problem != nil {
		t.Error("the trouble of another tail shows")
	}
	s = s.Apply(TailTroubled{Tail: tail, Problem: trouble}).Apply(read(tail, 100, 0, 0, 0))
	if s.Tail.Problem != trouble {
		t.Error("an answer without records ended the trouble")
	}
	if s = s.Apply(read(tail, 200, 0, 1, 1)); s.Tail.Problem != nil {
		t.Error("records did not end the trouble")
	}
}

func TestSentAreKept(t *testing.T) {
	var s Snapshot
	for i := range SentKept + 2 {
		s = s.Apply(Produced{Sent{Topic: "t", Partition: 3, Offset: int64(i)}})
	}
	if n := len(s.Sent); n != SentKept || s.Sent[0].Offset != 2 || s.Sent[n-1].String() != "t:3:51" {
		t.Errorf("%d are kept, from %v to %v", n, s.Sent[0], s.Sent[n-1])
	}
}
