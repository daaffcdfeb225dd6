package model

import "time"

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

func (e LagsRead) apply(s *Snapshot) {}
