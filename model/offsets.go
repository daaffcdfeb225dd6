package model

import (
	"maps"
	"slices"
	"time"
)

// HistoryLength is how many rates of the past are kept, for sparklines.
const HistoryLength = 16

// NoOffset stands where an offset is not known.
const NoOffset int64 = -1

// Offsets are where the logs of a topic begin and end, and how fast they grow.
// All slices are indexed by partition id.
type Offsets struct {
	At      time.Time
	Start   []int64     // log start offset; NoOffset if not known
	End     []int64     // log end offset as consumers see it: the high watermark; NoOffset if not known
	Rate    []float64   // records per second between the last two answers; negative if not known
	History [][]float64 // of Rate, oldest first, at most HistoryLength; nil unless the topic was asked for on its own
	In      float64     // sum of the known rates; negative if none is known
	Problem *Problem    // why some are not known

	flows flows // In by the leader that took it
}

// flows are records per second by broker, in no order: a topic's leaders are few,
// and a map for each of 10,000 topics is slow to make and large.
type flows []brokerFlow

type brokerFlow struct {
	broker int32
	rate   float64
}

func (f flows) of(broker int32) float64 {
	for _, b := range f {
		if b.broker == broker {
			return b.rate
		}
	}
	return 0
}

func (f *flows) add(broker int32, rate float64) {
	for i := range *f {
		if b := &(*f)[i]; b.broker == broker {
			b.rate += rate
			return
		}
	}
	*f = append(*f, brokerFlow{broker, rate})
}

// Span is how many offsets lie between start and end over all partitions: at
// least the number of records, more where compaction, deletion or transaction
// markers left holes. It is negative if any partition is not known.
func (o *Offsets) Span() int64 {
	if o == nil || len(o.End) == 0 {
		return -1
	}
	var n int64
	for i := range o.End {
		if o.End[i] == NoOffset || i >= len(o.Start) || o.Start[i] == NoOffset {
			return -1
		}
		n += o.End[i] - o.Start[i]
	}
	return n
}

// ByBroker returns the records per second that broker takes as leader of the
// topic's partitions; negative if not known.
func (o *Offsets) ByBroker(broker int32) float64 {
	if o == nil || o.In < 0 {
		return -1
	}
	return o.flows.of(broker)
}

// ListOffsets asks where the partitions of topics begin and end.
type ListOffsets struct{ Topics Names }

func (ListOffsets) query() {}

// Every implements Query.
func (ListOffsets) Every() time.Duration { return time.Second }

// OffsetsListed brings the offsets of some topics: a part of the answer.
type OffsetsListed struct {
	At      time.Time
	Topics  []TopicOffsets
	Watched bool // the topic was asked for on its own: its history is kept
}

// TopicOffsets are the offsets of one topic, indexed by partition id.
type TopicOffsets struct {
	Name       string
	Start, End []int64
	Problem    *Problem
}

func (e OffsetsListed) apply(s *Snapshot) {
	flow := s.Flow
	flow.ByBroker = maps.Clone(flow.ByBroker)
	if flow.ByBroker == nil {
		flow.ByBroker = map[int32]float64{}
	}
	i := 0
	names := func(yield func(string) bool) {
		for i = range e.Topics {
			if !yield(e.Topics[i].Name) {
				return
			}
		}
	}
	s.changeTopics(names, func(t *Topic) {
		next := t.Offsets.next(t, e.Topics[i], e.At, e.Watched)
		flow.count(t.Offsets, -1)
		flow.count(next, +1)
		t.Offsets = next
	})
	s.Flow = flow.settled()
}

// shortest is the shortest time between two answers that a rate is worked out
// of: below, the clock's grain and the network's jitter are most of it.
const shortest = 300 * time.Millisecond

// next returns the offsets after an answer at the given time.
func (o *Offsets) next(t *Topic, got TopicOffsets, at time.Time, watched bool) *Offsets {
	n := &Offsets{At: at, Start: got.Start, End: got.End, Problem: got.Problem, In: -1}
	if o == nil {
		n.Rate = unknown(len(got.End))
		return n
	}
	if at.Sub(o.At) < shortest { // too soon for a rate: keep the base it is measured from
		n.At, n.End, n.Rate, n.History, n.In, n.flows = o.At, o.End, o.Rate, o.History, o.In, o.flows
		if watched { // the answer about all topics came just before: this one has its rates
			n.History = last(HistoryLength, o.History, [][]float64{o.Rate})
		}
		return n
	}
	n.Rate = unknown(len(got.End))
	n.flows = make(flows, 0, len(o.flows))
	for p := range got.End {
		if p >= len(o.End) || o.End[p] == NoOffset || got.End[p] == NoOffset {
			continue
		}
		n.Rate[p] = max(0, float64(got.End[p]-o.End[p])/at.Sub(o.At).Seconds())
		n.In = max(n.In, 0) + n.Rate[p]
		if p < len(t.Partitions) {
			n.flows.add(t.Partitions[p].Leader, n.Rate[p])
		}
	}
	n.History = o.History
	if watched {
		n.History = last(HistoryLength, o.History, [][]float64{n.Rate})
	}
	return n
}

func unknown(n int) []float64 {
	rates := make([]float64, n)
	for i := range rates {
		rates[i] = -1
	}
	return rates
}

// Flow is how much is written to the cluster.
type Flow struct {
	In       float64           // records per second over the topics whose rate is known
	Known    int               // topics whose rate is known
	ByBroker map[int32]float64 // In by leader
	History  []float64         // of In, one a sweep over all topics, oldest first
}

// without returns the flow less what was written to topics.
func (f Flow) without(topics []*Topic) Flow {
	if !slices.ContainsFunc(topics, func(t *Topic) bool { return t.rate() >= 0 }) {
		return f
	}
	f.ByBroker = maps.Clone(f.ByBroker)
	for _, t := range topics {
		f.count(t.Offsets, -1)
	}
	return f.settled()
}

// count adds what o tells n times.
func (f *Flow) count(o *Offsets, n int) {
	if o == nil || o.In < 0 {
		return
	}
	f.Known += n
	f.In += float64(n) * o.In
	for _, b := range o.flows {
		f.ByBroker[b.broker] += float64(n) * b.rate
	}
}

// settled takes away what sums of differences of floats leave behind.
func (f Flow) settled() Flow {
	f.In = max(f.In, 0)
	if f.Known == 0 {
		f.In, f.ByBroker = 0, nil
	}
	return f
}

// OffsetsSwept says that an answer over all topics is complete.
type OffsetsSwept struct{ At time.Time }

func (e OffsetsSwept) apply(s *Snapshot) {
	if s.Flow.Known > 0 {
		s.Flow.History = last(HistoryLength, s.Flow.History, []float64{s.Flow.In})
	}
}
