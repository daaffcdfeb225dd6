package model

import "time"

// LogDirs are the log directories of one broker and what its replicas take up in
// them. It is never changed once it is in a Snapshot.
type LogDirs struct {
	Broker  int32
	At      time.Time
	Dirs    []LogDir
	Bytes   int64    // of all replicas
	Problem *Problem // why it could not be read; what was known stays

	replicas map[string][]int64 // topic -> bytes by partition id, NoBytes where it holds none
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
	if sizes == nil {
		sizes = map[string][]int64{} // it told that it has none
	}
	l := &LogDirs{Broker: broker, At: at, Dirs: dirs, replicas: sizes}
	for _, bytes := range sizes {
		l.Bytes += sum(bytes)
	}
	return l
}

func sum(bytes []int64) int64 {
	var n int64
	for _, b := range bytes {
		n += max(b, 0)
	}
	return n
}

// Replica returns the bytes of a partition's replica on the broker, NoBytes if it
// has none or they are not known.
func (l *LogDirs) Replica(topic string, partition int32) int64 {
	if l == nil {
		return NoBytes
	}
	if bytes := l.replicas[topic]; partition >= 0 && int(partition) < len(bytes) {
		return bytes[partition]
	}
	return NoBytes
}

// Topic returns the bytes that the broker's replicas of a topic take up, NoBytes
// if it has none or they are not known.
func (l *LogDirs) Topic(topic string) int64 {
	if l == nil {
		return NoBytes
	}
	bytes, ok := l.replicas[topic]
	if !ok {
		return NoBytes
	}
	return sum(bytes)
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
