package model

import "slices"

// A Metric is what the heat map of topics and brokers shows.
type Metric uint8

// The metrics.
const (
	Leaders  Metric = iota // partitions led
	Replicas               // replicas held
	Bytes                  // bytes that replicas take up in log directories
	InRate                 // records per second written to partitions led
)

// Metrics lists every metric in the order they are offered.
var Metrics = []Metric{Leaders, Replicas, Bytes, InRate}

// String names the metric.
func (m Metric) String() string { return [...]string{"leaders", "replicas", "bytes", "in/s"}[m] }

// NotKnown stands where a metric's value is not known.
const NotKnown = -1.0

// HeatRow appends to into the value of m of each broker for one topic, NotKnown
// where it is not known, and returns the longer slice. It allocates nothing if
// into has room. Brokers are sorted. It looks at every replica of the topic for
// Leaders and Replicas.
func (s *Snapshot) HeatRow(t *Topic, brokers []int32, m Metric, into []float64) []float64 {
	start := len(into)
	for _, b := range brokers {
		into = append(into, s.cell(t, b, m))
	}
	if m != Leaders && m != Replicas {
		return into
	}
	row := into[start:]
	for i := range t.Partitions {
		p := &t.Partitions[i]
		if m == Leaders {
			tick(brokers, row, p.Leader)
			continue
		}
		for _, r := range p.Replicas {
			tick(brokers, row, r.Broker)
		}
	}
	return into
}

// tick counts one more for the broker, if it has a column.
func tick(brokers []int32, row []float64, broker int32) {
	if i, ok := slices.BinarySearch(brokers, broker); ok {
		row[i]++
	}
}

// cell is what is known of a broker and a topic without looking at partitions.
func (s *Snapshot) cell(t *Topic, broker int32, m Metric) float64 {
	switch m {
	case Bytes:
		return s.bytesOn(t.Name, broker)
	case InRate:
		return t.Offsets.ByBroker(broker)
	default:
		return 0
	}
}

// bytesOn returns what a topic takes up on a broker: nothing, if the broker told
// its sizes and has none of it.
func (s *Snapshot) bytesOn(topic string, broker int32) float64 {
	l := s.LogDirs[broker]
	if l == nil || l.topics == nil {
		return NotKnown
	}
	return float64(max(0, l.Topic(topic)))
}

// Metric returns the value of m for one topic on one broker. It is HeatRow for a
// single cell, and looks at as much.
func (s *Snapshot) Metric(m Metric, t *Topic, broker int32) (value float64, known bool) {
	var cell [1]float64
	s.HeatRow(t, []int32{broker}, m, cell[:0])
	return cell[0], cell[0] != NotKnown
}

// HeatTotals appends to into the value of m of each broker over all topics,
// NotKnown where it is not known, and returns the longer slice. It costs a look
// at each broker.
func (s *Snapshot) HeatTotals(brokers []int32, m Metric, into []float64) []float64 {
	for _, b := range brokers {
		into = append(into, s.total(b, m))
	}
	return into
}

func (s *Snapshot) total(broker int32, m Metric) float64 {
	load := s.Counts.Loads[broker]
	switch m {
	case Leaders:
		return float64(load.Leaders)
	case Replicas:
		return float64(load.Replicas)
	case Bytes:
		if l := s.LogDirs[broker]; l != nil && l.topics != nil {
			return float64(l.Bytes)
		}
		return NotKnown
	}
	if s.Flow.Known == 0 {
		return NotKnown
	}
	return max(0, s.Flow.ByBroker[broker])
}

// TopicSkew works out how brokers share one topic. It reports false if that is
// not known of any of them. Brokers are sorted, and only those that serve: see
// Sharing. row is for its use and may be nil. It looks at every replica: to sort
// topics by it, call it off the loop.
func (s *Snapshot) TopicSkew(m Metric, t *Topic, brokers []int32, row []float64) (Skew, bool) {
	row = s.HeatRow(t, brokers, m, row[:0])
	return SkewOfValues(brokers, row), anyKnown(row)
}

// TotalSkew works out how brokers share all topics, as TopicSkew does.
func (s *Snapshot) TotalSkew(m Metric, brokers []int32, row []float64) (Skew, bool) {
	row = s.HeatTotals(brokers, m, row[:0])
	return SkewOfValues(brokers, row), anyKnown(row)
}

func anyKnown(row []float64) bool {
	return slices.ContainsFunc(row, func(v float64) bool { return v != NotKnown })
}
