package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// answered is an answer about one topic, so many milliseconds after noon.
func answered(ms int, name string, end ...int64) OffsetsListed {
	start := make([]int64, len(end))
	return OffsetsListed{At: noon.Add(time.Duration(ms) * time.Millisecond), Topics: []TopicOffsets{{Name: name, Start: start, End: end}}}
}

func watched(e OffsetsListed) OffsetsListed {
	e.Watched = true
	return e
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []OffsetsListed
		rates   []float64
		in      float64
		end     []int64
	}{
		{"one answer has no rate", []OffsetsListed{answered(0, "t", 10, 20)}, []float64{-1, -1}, -1, []int64{10, 20}},
		{"two have", []OffsetsListed{answered(0, "t", 10, 20), answered(2000, "t", 30, 20)}, []float64{10, 0}, 10, []int64{30, 20}},
		{"the last two count", []OffsetsListed{answered(0, "t", 0, 0), answered(1000, "t", 100, 0), answered(2000, "t", 101, 7)}, []float64{1, 7}, 8, []int64{101, 7}},
		{"what is too soon is measured with the next", []OffsetsListed{answered(0, "t", 0, 0), answered(299, "t", 1000, 0), answered(1000, "t", 1000, 50)}, []float64{1000, 50}, 1050, []int64{1000, 50}},
		{"what is too soon keeps the last rate", []OffsetsListed{answered(0, "t", 0, 0), answered(1000, "t", 10, 0), answered(1200, "t", 99, 0)}, []float64{10, 0}, 10, []int64{10, 0}},
		{"an answer overtaken by another", []OffsetsListed{answered(1000, "t", 50, 0), answered(0, "t", 0, 0)}, []float64{-1, -1}, -1, []int64{50, 0}},
		{"an offset that goes back is no negative rate", []OffsetsListed{answered(0, "t", 500, 0), answered(1000, "t", 3, 4)}, []float64{0, 4}, 4, []int64{3, 4}},
		{"an offset that is not known", []OffsetsListed{answered(0, "t", NoOffset, 0), answered(1000, "t", 5, 5), answered(2000, "t", 6, NoOffset)}, []float64{1, -1}, 1, []int64{6, NoOffset}},
		{"none is known", []OffsetsListed{answered(0, "t", NoOffset, NoOffset), answered(1000, "t", NoOffset, NoOffset)}, []float64{-1, -1}, -1, []int64{NoOffset, NoOffset}},
		{"a new partition", []OffsetsListed{answered(0, "t", 0), answered(1000, "t", 8, 9)}, []float64{8, -1}, 8, []int64{8, 9}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshotOf("1 2", topicOf("t", "1 | 1", "2 | 2"))
			for _, e := range c.answers {
				s = s.Apply(e)
			}
			topic, _ := s.Topic("t")
			o := topic.Offsets
			if !slices.Equal(o.Rate, c.rates) || o.In != c.in || !slices.Equal(o.End, c.end) {
				t.Errorf("rates %v, in %v, end %v; want %v, %v, %v", o.Rate, o.In, o.End, c.rates, c.in, c.end)
			}
			if c.in >= 0 && s.Flow.In != c.in {
				t.Errorf("flow %v, want %v", s.Flow.In, c.in)
			}
			if (s.Flow.Known == 1) != (c.in >= 0) {
				t.Errorf("the rates of %d topics are known", s.Flow.Known)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	s := snapshotOf("1", topicOf("t", "1 | 1"))
	s = s.Apply(answered(0, "t", 0)).Apply(answered(1000, "t", 5))
	topic, _ := s.Topic("t")
	if topic.Offsets.History != nil {
		t.Errorf("a topic among others has the history %v", topic.Offsets.History)
	}
	for i := range HistoryLength + 3 {
		s = s.Apply(watched(answered(2000+1000*i, "t", int64(100*i)))).Apply(OffsetsSwept{})
	}
	topic, _ = s.Topic("t")
	h := topic.Offsets.History
	if len(h) != HistoryLength || h[HistoryLength-1][0] != 100 || len(s.Flow.History) != HistoryLength {
		t.Errorf("%d rates in the history, the last %v; %d of the flow", len(h), h[len(h)-1], len(s.Flow.History))
	}
	s = s.Apply(answered(60_000, "t", 9000))
	topic, _ = s.Topic("t")
	if len(topic.Offsets.History) != HistoryLength {
		t.Error("an answer about all topics lost the history")
	}
}

func TestASweepWithoutRatesIsNoHistory(t *testing.T) {
	s := snapshotOf("1", topicOf("t", "1 | 1")).Apply(answered(0, "t", 0)).Apply(OffsetsSwept{})
	if s.Flow.History != nil {
		t.Errorf("history = %v", s.Flow.History)
	}
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		o    *Offsets
		want int64
	}{
		{nil, -1},
		{&Offsets{}, -1},
		{&Offsets{Start: []int64{1, 2}, End: []int64{4, 8}}, 9},
		{&Offsets{Start: []int64{1, NoOffset}, End: []int64{4, 8}}, -1},
		{&Offsets{Start: []int64{1, 2}, End: []int64{4, NoOffset}}, -1},
		{&Offsets{Start: []int64{1}, End: []int64{4, 8}}, -1},
	} {
		if got := c.o.Span(); got != c.want {
			t.Errorf("span of %+v is %d, want %d", c.o, got, c.want)
		}
	}
}

func TestByBroker(t *testing.T) {
	s := busy(snapshotOf("1 2 3", topicOf("t", "1 | 1", "1 | 1", "3 | 3", "- | 2x")), map[int32]float64{1: 10, 3: 4, NoBroker: 1}, nil)
	topic, _ := s.Topic("t")
	for b, want := range map[int32]float64{1: 20, 2: 0, 3: 4} {
		if got := topic.Offsets.ByBroker(b); got != want {
			t.Errorf("broker %d takes %v, want %v", b, got, want)
		}
		if got := s.Flow.ByBroker[b]; got != want {
			t.Errorf("broker %d takes %v of all topics, want %v", b, got, want)
		}
	}
	var none *Offsets
	if got := none.ByBroker(1); got >= 0 {
		t.Errorf("what is not known is %v", got)
	}
}

func TestTheFlowOfTopicsThatAreGone(t *testing.T) {
	keep, gone := topicOf("keep", "1 | 1"), topicOf("gone", "2 | 2")
	flowing := func() Snapshot {
		s := snapshotOf("1 2", gone, keep)
		for i := range 2 {
			s = s.Apply(answered(1000*i, "gone", int64(100*i))).Apply(answered(1000*i, "keep", int64(10*i)))
		}
		return s
	}
	again := gone
	again.ID = [16]byte{9}
	was := gone
	was.ID = [16]byte{8}
	listed := func(topics ...Topic) Event { return TopicsListed{Topics: topics, Counts: CountsOf(topics)} }
	for _, c := range []struct {
		name   string
		events []Event
		in     float64
		known  int
	}{
		{"both are there", nil, 110, 2},
		{"listed again", []Event{listed(gone, keep)}, 110, 2},
		{"deleted", []Event{listed(keep)}, 10, 1},
		{"the last is deleted", []Event{listed(gone)}, 100, 1},
		{"all are deleted", []Event{listed()}, 0, 0},
		{"marked as deleted, still listed", []Event{TopicDescribed{Topic: Topic{Name: "gone", Problem: &Problem{Kind: Gone}}}}, 110, 2},
		{"recreated", []Event{listed(was, keep), listed(again, keep)}, 10, 1},
		{"described as recreated", []Event{listed(was, keep), TopicDescribed{Topic: again}}, 10, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := flowing()
			for _, e := range c.events {
				s = s.Apply(e)
			}
			if s.Flow.In != c.in || s.Flow.Known != c.known {
				t.Errorf("%v records a second of %d topics, want %v of %d", s.Flow.In, s.Flow.Known, c.in, c.known)
			}
			checkFlow(t, &s)
		})
	}
}

// checkFlow holds the flow against the topics it is of.
func checkFlow(t *testing.T, s *Snapshot) {
	t.Helper()
	in, known, by := 0.0, 0, map[int32]float64{}
	for _, topic := range s.Topics {
		if o := topic.Offsets; o != nil && o.In >= 0 {
			in += o.In
			known++
			for b := range int32(10) {
				by[b] += o.ByBroker(b)
			}
		}
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	if !near(s.Flow.In, in) || s.Flow.Known != known {
		t.Errorf("flow is %v of %d topics, they make %v of %d", s.Flow.In, s.Flow.Known, in, known)
	}
	for b, want := range by {
		if got := s.Flow.ByBroker[b]; !near(got, want) {
			t.Errorf("broker %d takes %v, its topics make %v", b, got, want)
		}
	}
}

// However topics come, go and change, the flow is the sum of theirs.
func TestFlowKeepsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		s := Snapshot{}
		for step := range 30 {
			s = s.Apply(randomEvent(r, step))
			checkFlow(t, &s)
		}
		if t.Failed() {
			return
		}
	}
}

func randomEvent(r *rand.Rand, step int) Event {
	name := fmt.Sprint("t", r.IntN(5))
	switch r.IntN(4) {
	case 0:
		var topics []Topic
		for i := range 5 {
			if r.IntN(3) > 0 {
				topics = append(topics, randomTopic(r, fmt.Sprint("t", i), 5))
				topics[len(topics)-1].ID[0] = byte(r.IntN(3))
			}
		}
		return TopicsListed{Topics: topics, Counts: CountsOf(topics)}
	case 1:
		return TopicDescribed{Topic: randomDescription(r, name)}
	}
	end := make([]int64, r.IntN(9))
	for i := range end {
		end[i] = int64(r.IntN(1000)) - 1
	}
	return answered(step*r.IntN(400), name, end...)
}
