package model

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A GroupLag is how far a group is behind: what it has committed, and where the
// logs ended just after that was asked.
type GroupLag struct {
	At     time.Time
	Topics []TopicLag // by name
	Total  int64      // over the partitions where it is known; NoLag if none is
	// Unknown counts partitions without a committed offset or an end: they are not in
	// Total.
	Unknown int
	In, Out float64       // records per second written to and read from those partitions; negative if not known
	Clear   time.Duration // until Total is 0 at this pace; 0 if it is; Never, or -1 if not known
	Problem *Problem      // why some are not known

	earlier []lagReading // what rates are measured from, oldest first
}

// NoLag stands where a lag is not known.
const NoLag int64 = -1

// Never is the time to clear of a lag that does not shrink.
const Never = time.Duration(1<<63 - 1)

// TopicLag is a group's lag in one topic.
type TopicLag struct {
	Topic      string
	Partitions []PartitionLag // by id; only those the group has to do with
	// Compacted and Transactional say why lag counts more than the records still to be
	// read: compaction took some out, and transactions' markers have offsets too.
	Compacted, Transactional bool
	Problem                  *Problem
}

// PartitionLag is a group's lag in one partition. Offsets are NoOffset if not known.
type PartitionLag struct {
	ID        int32
	Committed int64   // next offset to be read; for a share group its start offset (SPSO)
	Start     int64   // log start offset
	End       int64   // high watermark
	Lag       int64   // End less Committed, never negative; NoLag if not known
	Deleted   int64   // records that were deleted before they were read
	In, Out   float64 // records per second; negative if not known
}

// ReadLags asks how far groups are behind.
type ReadLags struct{ Groups Names }

func (ReadLags) query() {}

// Every implements Query.
func (ReadLags) Every() time.Duration { return 5 * time.Second }

// LagsRead brings the lag of some groups, as it was read: In, Out and Clear are
// worked out when it is applied.
type LagsRead struct {
	At     time.Time
	Groups []GroupRead
}

// GroupRead is what was read of one group.
type GroupRead struct {
	ID      string
	Topics  []TopicLag // by name; rates are not looked at
	Problem *Problem
}

func (e LagsRead) apply(s *Snapshot) {
	s.Lags, s.Histories = maps.Clone(s.Lags), maps.Clone(s.Histories)
	if s.Lags == nil {
		s.Lags = map[string]*GroupLag{}
	}
	for _, read := range e.Groups {
		if known := s.Lags[read.ID]; known != nil && !e.At.After(known.At) {
			continue // told once more
		}
		lag := s.Lags[read.ID].next(read, e.At)
		s.Lags[read.ID] = lag
		if h := s.Histories[read.ID]; h != nil && lag.Total != NoLag {
			s.Histories[read.ID] = h.lagged(LagAt{At: e.At, Lag: lag.Total})
		}
	}
}

// A lagReading is an earlier answer. Its topics are never changed.
type lagReading struct {
	at     time.Time
	topics []TopicLag
}

// lagWindow is how far back rates are measured. Consumers commit every five seconds
// unless told otherwise: a shorter time would see none of it, or twice as much.
const lagWindow = 20 * time.Second

// lagReadings is how many earlier answers are kept at most, for whoever asks often.
const lagReadings = 16

// next returns a group's lag after an answer at the given time.
func (l *GroupLag) next(read GroupRead, at time.Time) *GroupLag {
	n := &GroupLag{At: at, Problem: read.Problem, Total: NoLag, In: -1, Out: -1}
	if l != nil {
		n.earlier = l.base(at)
	}
	var base lagReading
	if len(n.earlier) > 0 && at.Sub(n.earlier[0].at) >= shortest {
		base = n.earlier[0]
	}
	n.Topics = make([]TopicLag, len(read.Topics))
	for i, t := range read.Topics {
		t.Partitions = slices.Clone(t.Partitions)
		before, _ := find(base.topics, t.Topic)
		for j := range t.Partitions {
			t.Partitions[j].measure(before.partition(t.Partitions[j].ID), at.Sub(base.at))
			n.count(&t.Partitions[j])
		}
		n.Topics[i] = t
	}
	n.Clear = timeToClear(n.Total, n.In, n.Out)
	return n
}

// base returns the answers that the next one is compared with, l's included, without
// those that are too old and those that came too soon after another.
func (l *GroupLag) base(at time.Time) []lagReading {
	all := slices.Clone(l.earlier)
	if len(all) == 0 || l.At.Sub(all[len(all)-1].at) >= lagWindow/lagReadings {
		all = append(all, lagReading{l.At, l.Topics})
	}
	// The oldest stays while no other is older than the window.
	for len(all) > 1 && (len(all) > lagReadings || at.Sub(all[1].at) >= lagWindow) {
		all = all[1:]
	}
	return all
}

// find returns what was read of a topic.
func find(topics []TopicLag, topic string) (TopicLag, bool) {
	i, ok := slices.BinarySearchFunc(topics, topic, func(t TopicLag, topic string) int { return cmp.Compare(t.Topic, topic) })
	if !ok {
		return TopicLag{}, false
	}
	return topics[i], true
}

// partition returns the lag in one partition; nil if it is not there.
func (t *TopicLag) partition(id int32) *PartitionLag {
	i, ok := slices.BinarySearchFunc(t.Partitions, id, func(p PartitionLag, id int32) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return nil
	}
	return &t.Partitions[i]
}

// measure works out what follows from the offsets, and from those of before, which
// may be nil.
func (p *PartitionLag) measure(before *PartitionLag, passed time.Duration) {
	p.Lag, p.Deleted, p.In, p.Out = NoLag, 0, -1, -1
	p.In = pace(p.End, before, (*PartitionLag).end, passed)
	if p.Committed < 0 {
		return
	}
	if p.End >= 0 {
		p.Lag = max(0, p.End-p.Committed)
	}
	if p.Start >= 0 {
		p.Deleted = max(0, p.Start-p.Committed)
	}
	p.Out = pace(p.Committed, before, (*PartitionLag).committed, passed)
}

func (p *PartitionLag) end() int64       { return p.End }
func (p *PartitionLag) committed() int64 { return p.Committed }

// pace returns how fast an offset went on; negative if not known, or if it went back:
// the topic was made anew, or offsets were reset.
func pace(now int64, before *PartitionLag, offset func(*PartitionLag) int64, passed time.Duration) float64 {
	if before == nil || now < 0 || passed <= 0 || offset(before) < 0 || now < offset(before) {
		return -1
	}
	return float64(now-offset(before)) / passed.Seconds()
}

// count adds a partition to the sums.
func (l *GroupLag) count(p *PartitionLag) {
	if p.Lag == NoLag {
		l.Unknown++
		return
	}
	l.Total = max(l.Total, 0) + p.Lag
	if p.In >= 0 && p.Out >= 0 {
		l.In = max(l.In, 0) + p.In
		l.Out = max(l.Out, 0) + p.Out
	}
}

// Clear is how long it takes until the partition's lag is 0 at this pace: 0 if it is,
// Never if it does not shrink, -1 if not known.
func (p *PartitionLag) Clear() time.Duration { return timeToClear(p.Lag, p.In, p.Out) }

func timeToClear(lag int64, in, out float64) time.Duration {
	switch {
	case lag == 0:
		return 0
	case lag < 0 || in < 0 || out < 0:
		return -1
	case out <= in:
		return Never
	}
	seconds := float64(lag) / (out - in)
	if seconds >= Never.Seconds() {
		return Never
	}
	return time.Duration(seconds * float64(time.Second))
}

// Partition returns the lag in one partition of a topic; nil if nothing was read of it.
func (l *GroupLag) Partition(topic string, partition int32) *PartitionLag {
	if l == nil {
		return nil
	}
	t, ok := find(l.Topics, topic)
	if !ok {
		return nil
	}
	return t.partition(partition)
}
