package model

import (
	"slices"
	"testing"
	"time"
)

// lagOf applies an answer about the one partition of orders after so many seconds.
func lagOf(s Snapshot, seconds int, committed, start, end int64) Snapshot {
	return s.Apply(LagsRead{At: noon.Add(time.Duration(seconds) * time.Second), Groups: []GroupRead{{ID: "billing", Topics: []TopicLag{{
		Topic: "orders", Partitions: []PartitionLag{{ID: 3, Committed: committed, Start: start, End: end, Lag: 77, Deleted: 77, In: 77, Out: 77}},
	}}}}})
}

func TestLagOfAPartition(t *testing.T) {
	for _, c := range []struct {
		name                  string
		committed, start, end int64
		lag, deleted          int64
	}{
		{"behind", 10, 0, 15, 5, 0},
		{"caught up", 15, 0, 15, 0, 0},
		{"committed after the end was asked for", 17, 0, 15, 0, 0},
		{"never committed", NoOffset, 0, 15, NoLag, 0},
		{"the end is not known", 10, NoOffset, NoOffset, NoLag, 0},
		{"some were deleted before they were read", 10, 12, 15, 5, 2},
		{"all were", 10, 15, 15, 5, 5},
	} {
		p := lagOf(Snapshot{}, 0, c.committed, c.start, c.end).Lags["billing"].Partition("orders", 3)
		if p.Lag != c.lag || p.Deleted != c.deleted || p.In != -1 || p.Out != -1 {
			t.Errorf("%s: %+v, want a lag of %d, %d deleted, and no rates yet", c.name, *p, c.lag, c.deleted)
		}
	}
}

func TestLagOfAGroup(t *testing.T) {
	read := func(at int, partitions ...PartitionLag) LagsRead {
		return LagsRead{At: noon.Add(time.Duration(at) * time.Second), Groups: []GroupRead{{ID: "billing", Topics: []TopicLag{{Topic: "orders", Partitions: partitions}}}}}
	}
	s := Snapshot{}.
		Apply(read(0, PartitionLag{ID: 0, Committed: 0, End: 100}, PartitionLag{ID: 1, Committed: 50, End: 50}, PartitionLag{ID: 2, Committed: NoOffset, End: 9})).
		Apply(read(5, PartitionLag{ID: 0, Committed: 100, End: 150}, PartitionLag{ID: 1, Committed: 60, End: 65}, PartitionLag{ID: 2, Committed: NoOffset, End: 90}))
	l := s.Lags["billing"]
	if l.Total != 55 || l.Unknown != 1 || l.In != 13 || l.Out != 22 || l.Clear != 55*time.Second/9 {
		t.Errorf("%+v", l)
	}
	if p := l.Partition("orders", 2); p.In <= 0 || p.Out != -1 || p.Clear() != -1 {
		t.Errorf("a partition without a commit: %+v", p)
	}
	if l.Partition("orders", 9) != nil || l.Partition("carts", 0) != nil || s.Lags["none"].Partition("orders", 0) != nil {
		t.Error("there is lag where nothing was read")
	}
	if empty := (Snapshot{}).Apply(read(0)).Lags["billing"]; empty.Total != NoLag || empty.Clear != -1 {
		t.Errorf("a group that has committed nothing: %+v", empty)
	}
}

func TestTimeToClear(t *testing.T) {
	for _, c := range []struct {
		lag     int64
		in, out float64
		want    time.Duration
	}{
		{0, 10, 0, 0}, {0, -1, -1, 0}, {NoLag, 1, 2, -1}, {10, -1, 5, -1}, {10, 5, -1, -1},
		{10, 5, 5, Never}, {10, 5, 4, Never}, {10, 5, 7, 5 * time.Second}, {1 << 60, 0, 0.001, Never},
	} {
		if got := timeToClear(c.lag, c.in, c.out); got != c.want {
			t.Errorf("%d behind, %v in and %v out: %v, want %v", c.lag, c.in, c.out, got, c.want)
		}
	}
}

// Consumers commit every five seconds, and lag may be read every second: rates are
// those of some time.
func TestRatesOfThoseWhoCommitNowAndThen(t *testing.T) {
	var s Snapshot
	for at := range 60 {
		s = lagOf(s, at, int64(at/5*5*100), 0, int64(at*100)) // all 5 s 500 records
		if l := s.Lags["billing"]; at > 10 && (l.Out < 65 || l.Out > 135 || l.In < 99 || l.In > 101) {
			t.Errorf("after %d s: in %v, out %v", at, l.In, l.Out)
		}
		if n := len(s.Lags["billing"].earlier); n > lagReadings {
			t.Fatalf("%d earlier answers are kept", n)
		}
	}
}

func TestRatesThatAreNotKnown(t *testing.T) {
	for _, c := range []struct {
		name           string
		seconds        int
		committed, end int64
		in, out        float64
	}{
		{"offsets were reset", 10, 50, 300, 10, -1},
		{"the topic was made anew", 10, 0, 20, -1, -1},
		{"going on", 10, 150, 300, 10, 5},
	} {
		l := lagOf(lagOf(Snapshot{}, 0, 100, 0, 200), c.seconds, c.committed, 0, c.end).Lags["billing"]
		if p := l.Partition("orders", 3); p.In != c.in || p.Out != c.out {
			t.Errorf("%s: %+v", c.name, *p)
		}
	}
	soon := lagOf(Snapshot{}, 0, 100, 0, 200)
	soon = soon.Apply(LagsRead{At: noon.Add(time.Millisecond), Groups: soonAfter})
	if l := soon.Lags["billing"]; l.In != -1 || l.Total != 5 {
		t.Errorf("a rate after a millisecond: %+v", l)
	}
}

var soonAfter = []GroupRead{{ID: "billing", Topics: []TopicLag{{Topic: "orders", Partitions: []PartitionLag{{ID: 3, Committed: 200, End: 205}}}}}}

// Lag becomes a sample of the group's history.
func TestLagIsSampled(t *testing.T) {
	s := lagOf(Snapshot{}.polls("0s poll 1? Stable range a-1:0"), 1, 10, 0, 15)
	if lag := s.Histories["billing"].Lag; len(lag) != 1 || lag[0].Lag != 5 {
		t.Errorf("samples: %v", lag)
	}
	if lag := lagOf(s, 2, NoOffset, 0, 15).Histories["billing"].Lag; len(lag) != 1 {
		t.Errorf("a lag that is not known is sampled: %v", lag)
	}
}

// Which is heard first, a group's lag or what the group is, does not matter to what is
// kept of it.
func TestLagIsKeptThoughItComesFirst(t *testing.T) {
	lag := LagsRead{At: sinceNoon("1s"), Groups: lagsRead(noon, "billing", 0, 9).Groups}
	first := Snapshot{}.Apply(lag).polls("1s poll 7? Stable range a-1:0,1").Histories["billing"]
	last := Snapshot{}.polls("1s poll 7? Stable range a-1:0,1").Apply(lag).Histories["billing"]
	if len(last.Lag) != 1 || !slices.Equal(first.Lag, last.Lag) {
		t.Errorf("samples: %v, or %v", first.Lag, last.Lag)
	}
}
