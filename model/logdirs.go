package model

import (
	"slices"
	"time"
)

// LogDirs are the log directories of one broker and what its replicas take up in
// them. It is never changed once it is in a Snapshot.
type LogDirs struct {
	Broker  int32
	At      time.Time
	Dirs    []LogDir
	Bytes   int64    // of all replicas
	Problem *Problem // why it could not be read; what was known stays

	topics     map[string]topicBytes // nil while the broker has told nothing
	partitions []int32               // of each topic in a row, by id
	bytes      []int64               // of those
}

// topicBytes is where in LogDirs the replicas of a topic are. A slice for each
// topic would take several times the room on a cluster of many brokers.
type topicBytes struct {
	total    int64
	from, to int32
}

// A LogDir is one of a broker's log.dirs.
type LogDir struct {
	Path    string
	Total   int64    // of the volume, in bytes; NoBytes before Kafka 3.3 (KIP-827)
	Usable  int64    // free on the volume, in bytes; NoBytes before Kafka 3.3
	Problem *Problem // an offline directory
}

// NoBytes stands where a size is not known.
const NoBytes int64 = -1

// NewLogDirs returns the log directories of a broker; sizes maps topics to bytes
// by partition id, NoBytes where the broker holds no replica. It adds up sizes:
// call it off the loop.
func NewLogDirs(broker int32, at time.Time, dirs []LogDir, sizes map[string][]int64) *LogDirs {
	l := &LogDirs{Broker: broker, At: at, Dirs: dirs, topics: make(map[string]topicBytes, len(sizes))}
	n := 0
	for _, bytes := range sizes {
		n += held(bytes)
	}
	l.partitions, l.bytes = make([]int32, 0, n), make([]int64, 0, n)
	for topic, bytes := range sizes {
		l.add(topic, bytes)
	}
	return l
}

// held counts the replicas that the broker holds.
func held(bytes []int64) int {
	n := 0
	for _, b := range bytes {
		if b != NoBytes {
			n++
		}
	}
	return n
}

func (l *LogDirs) add(topic string, bytes []int64) {
	t := topicBytes{from: int32(len(l.bytes))}
	for p, b := range bytes {
		if b != NoBytes {
			l.partitions, l.bytes = append(l.partitions, int32(p)), append(l.bytes, b)
			t.total += b
		}
	}
	if t.to = int32(len(l.bytes)); t.to > t.from {
		l.topics[topic] = t
		l.Bytes += t.total
	}
}

// Replica returns the bytes of a partition's replica on the broker, NoBytes if it
// has none or they are not known.
func (l *LogDirs) Replica(topic string, partition int32) int64 {
	if l == nil {
		return NoBytes
	}
	t := l.topics[topic]
	if i, ok := slices.BinarySearch(l.partitions[t.from:t.to], partition); ok {
		return l.bytes[int(t.from)+i]
	}
	return NoBytes
}

// Topic returns the bytes that the broker's replicas of a topic take up, NoBytes
// if it has none or they are not known.
func (l *LogDirs) Topic(topic string) int64 {
	if l == nil {
		return NoBytes
	}
	if t, ok := l.topics[topic]; ok {
		return t.total
	}
	return NoBytes
}

// TopicBytes returns what all replicas of a topic take up, NoBytes if no broker
// told.
func (s *Snapshot) TopicBytes(topic string) int64 {
	total := NoBytes
	for _, l := range s.LogDirs {
		if n := l.Topic(topic); n != NoBytes {
			total = max(total, 0) + n
		}
	}
	return total
}

// PartitionBytes returns the size of a partition's largest replica, NoBytes if no
// broker told. A follower that catches up is smaller than its leader.
func (s *Snapshot) PartitionBytes(topic string, partition int32) int64 {
	most := NoBytes
	for _, l := range s.LogDirs {
		most = max(most, l.Replica(topic, partition))
	}
	return most
}

// LogDirsProblem returns why some sizes are not known, nil if none failed.
func (s *Snapshot) LogDirsProblem() *Problem {
	for _, l := range s.LogDirs {
		if l.Problem != nil {
			return l.Problem
		}
	}
	return nil
}

// DescribeLogDirs asks every broker what its replicas take up.
type DescribeLogDirs struct{}

func (DescribeLogDirs) query() {}

// Every implements Query.
func (DescribeLogDirs) Every() time.Duration { return 5 * time.Second }

// LogDirsDescribed brings the log directories of one broker: a part of the
// answer. With a Problem, what was known before stays.
type LogDirsDescribed struct{ LogDirs *LogDirs }

func (e LogDirsDescribed) apply(s *Snapshot) {
	l := *e.LogDirs
	if old := s.LogDirs[l.Broker]; old != nil && l.Problem != nil {
		problem := l.Problem
		l = *old
		l.Problem = problem
	}
	s.LogDirs = with(s.LogDirs, l.Broker, &l)
	s.TopicsAt++ // sizes are a column of topics
}
