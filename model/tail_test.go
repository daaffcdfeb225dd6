package model

import (
	"testing"
	"time"
)

// sawTail is what a tail holds so many milliseconds after noon.
func sawTail(tail Tail, ms int, read int64, ring *Ring) TailRead {
	return TailRead{Tail: tail, At: noon.Add(time.Duration(ms) * time.Millisecond), Progress: Progress{Read: read, Bytes: 10 * read}, Ring: ring.View()}
}

func TestTail(t *testing.T) {
	tail := Tail{Session: 1, Targets: TargetOf("t", AllPartitions)}
	other := Tail{Session: 2, Targets: TargetOf("t", AllPartitions)}
	ring := NewRing(0)
	for i := range 3 {
		ring.Append(&Record{Seq: uint64(i + 1), Topic: "t", Offset: int64(i)})
	}
	s := Snapshot{}.Apply(TailOpened{Tail: tail, At: noon})
	if v := s.Tail; v.Ring.Len() != 0 || v.Behind != -1 || v.Total != -1 || !v.Since.Equal(noon) {
		t.Errorf("opened: %+v", v)
	}
	s = s.Apply(sawTail(tail, 100, 3, ring))
	if v := s.Tail; v.Ring.Len() != 3 || v.Read != 3 || v.Ring.At(2).Offset != 2 {
		t.Errorf("read: %+v", v.Progress)
	}
	if got := s.Apply(sawTail(other, 100, 9, ring)).Tail; got.Read != 3 {
		t.Error("what another tail has read shows")
	}
	if v := s.Apply(TailOpened{Tail: tail, At: noon.Add(time.Second)}).Tail; v.Read != 0 || v.Ring.Len() != 0 {
		t.Error("a tail that was opened anew holds records")
	}
	if v := s.Apply(TailOpened{Tail: other, At: noon, GoesOn: true}).Tail; v.Read != 0 {
		t.Error("a tail goes on with that of another session")
	}
	filtered := tail
	filtered.Filter = "x"
	s = s.Apply(TailFinished{Tail: tail, Finish: FinishedEnd}).Apply(TailOpened{Tail: filtered, At: noon.Add(time.Second), GoesOn: true})
	if v := s.Tail; v.Tail != filtered || v.Read != 3 || v.Ring.Len() != 3 || !v.Since.Equal(noon) || v.Finished != NotFinished {
		t.Errorf("gone on: %+v", v)
	}
}

func TestTroubleOfATail(t *testing.T) {
	tail := Tail{Targets: TargetOf("t", AllPartitions)}
	other := Tail{Targets: TargetOf("other", AllPartitions)}
	s := Snapshot{}.Apply(TailOpened{Tail: tail, At: noon})
	trouble := &Problem{Kind: Unreachable}
	for _, e := range []Event{
		TailTroubled{Tail: other, Problem: trouble}, TailNoticed{Tail: other}, TailFinished{Tail: other, Finish: FinishedEnd},
	} {
		if got := s.Apply(e).Tail; got.Problem != nil || got.Notices != nil || got.Finished != NotFinished {
			t.Errorf("%T of another tail shows", e)
		}
	}
	s = s.Apply(TailTroubled{Tail: tail, Problem: trouble}).Apply(sawTail(tail, 100, 0, NewRing(0)))
	if s.Tail.Problem != trouble {
		t.Error("the trouble ended by itself")
	}
	if s = s.Apply(TailTroubled{Tail: tail}); s.Tail.Problem != nil {
		t.Error("the trouble did not end")
	}
	for range NoticesKept + 3 {
		s = s.Apply(TailNoticed{Tail: tail, Notice: Notice{At: noon, Text: "The leader of t/3 moved from 1 to 2"}})
	}
	if n := len(s.Tail.Notices); n != NoticesKept {
		t.Errorf("%d notices are kept", n)
	}
	if s = s.Apply(TailFinished{Tail: tail, At: noon, Finish: FinishedMany}); s.Tail.Finished != FinishedMany {
		t.Error("it is not finished")
	}
}

func TestMeter(t *testing.T) {
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	m := NewMeter(noon)
	if got := m.Rate(at(900)); got != -1 {
		t.Errorf("the rate is %v before a second has passed", got)
	}
	m = m.Count(at(100), 10).Count(at(900), 30)
	for _, c := range []struct {
		ms   int
		want float64
	}{{1000, 30}, {1900, 30}, {2000, 15}, {3000, 0}, {90_000, 0}} {
		if got := m.Rate(at(c.ms)); got != c.want {
			t.Errorf("after %d ms the rate is %v, want %v", c.ms, got, c.want)
		}
	}
	m = m.Count(at(3500), 80)
	if got := m.History(at(4000), 9); len(got) != 4 || got[0] != 30 || got[1] != 0 || got[3] != 50 {
		t.Errorf("history %v", got)
	}
	total := int64(80)
	for ms := 4000; ms < 100_000; ms += 250 {
		total += 25
		m = m.Count(at(ms), total)
	}
	history := m.History(at(100_000), 1000)
	if len(history) != MeterKept-1 {
		t.Fatalf("%d seconds are kept", len(history))
	}
	for _, n := range history {
		if n != 100 {
			t.Fatalf("history %v", history)
		}
	}
	if m = m.Count(at(500_000), total+7); m.Rate(at(501_000)) != 3.5 || m.History(at(501_000), 59)[0] != 0 {
		t.Errorf("after a silence: %v", m.History(at(501_000), 59))
	}
	if m = m.Count(at(400_000), total+8); m.Rate(at(501_000)) != 4 {
		t.Error("a clock that was set back lost a count")
	}
}
