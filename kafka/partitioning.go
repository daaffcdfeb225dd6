package kafka

import (
	"math/rand/v2"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// partitioning is a partitioner of package model as franz-go has them. A record whose
// Partition is not negative goes there.
func partitioning(p model.Partitioner) kgo.Partitioner { return partitioner{p} }

type partitioner struct{ by model.Partitioner }

// batchful is for how many bytes a record without a key stays with a partition.
const batchful = 64 << 10

// ForTopic implements kgo.Partitioner.
func (p partitioner) ForTopic(topic string) kgo.TopicPartitioner {
	t := topicPartitioner{by: p.by}
	switch p.by {
	case model.Murmur2, model.Sticky:
		idle := kgo.UniformBytesPartitioner(batchful, true, false, nil).ForTopic(topic).(kgo.TopicBackupPartitioner)
		return &stickyPartitioner{t, idle}
	case model.RoundRobin:
		t.idle = kgo.RoundRobinPartitioner().ForTopic(topic).Partition
	case model.ConsistentRandom, model.Murmur2Random, model.FNV1aRandom, model.SaramaHash:
		t.idle = func(_ *kgo.Record, n int) int { return rand.IntN(n) }
	}
	return &t
}

// A topicPartitioner sends records where their keys lead, and others where idle says.
type topicPartitioner struct {
	by   model.Partitioner
	idle func(r *kgo.Record, n int) int
}

// RequiresConsistency implements kgo.TopicPartitioner: where a key leads does not
// depend on which partitions have a leader.
func (t *topicPartitioner) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition >= 0 || t.by.Keyed(r.Key)
}

// Partition implements kgo.TopicPartitioner.
func (t *topicPartitioner) Partition(r *kgo.Record, n int) int {
	switch {
	case r.Partition >= 0:
		return int(r.Partition)
	case t.by.Keyed(r.Key):
		return int(t.by.Partition(r.Key, n))
	}
	return t.idle(r, n)
}

// A stickyPartitioner sends records without a key to one partition for a while, and
// then to the one that fewest wait for.
type stickyPartitioner struct {
	topicPartitioner
	uniform kgo.TopicBackupPartitioner
}

// PartitionByBackup implements kgo.TopicBackupPartitioner.
func (t *stickyPartitioner) PartitionByBackup(r *kgo.Record, n int, backup kgo.TopicBackupIter) int {
	if t.RequiresConsistency(r) {
		return t.Partition(r, n)
	}
	return t.uniform.PartitionByBackup(r, n, backup)
}
