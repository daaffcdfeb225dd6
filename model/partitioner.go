package model

import (
	"fmt"
	"hash/crc32"
)

// A Partitioner is the rule by which a producer picks the partition of a record.
// Producers of different languages follow different rules, and a key that two of
// them write lies on two partitions.
type Partitioner uint8

// The partitioners. The zero value is what Java's producer does, and kscope too
// unless told otherwise.
const (
	// Murmur2 is Java's default: murmur2 of the key; without a key it stays with one
	// partition for a batch (KIP-480, KIP-794).
	Murmur2 Partitioner = iota
	// ConsistentRandom is librdkafka's default: CRC32 of the key; without one, or
	// with an empty one, any partition at random.
	ConsistentRandom
	// Murmur2Random is librdkafka's murmur2_random: Java's hash; without a key any
	// partition at random.
	Murmur2Random
	// FNV1aRandom is librdkafka's fnv1a_random: Sarama's hash; without a key any
	// partition at random.
	FNV1aRandom
	// SaramaHash is Sarama's default: FNV-1a of the key; without one any partition
	// at random.
	SaramaHash
	// RoundRobin takes the partitions in turn, whatever the key.
	RoundRobin
	// Sticky stays with one partition for a batch, whatever the key: Java's
	// partitioner.ignore.keys.
	Sticky
)

// Partitioners returns all there are, in the order of their values.
func Partitioners() []Partitioner {
	return []Partitioner{Murmur2, ConsistentRandom, Murmur2Random, FNV1aRandom, SaramaHash, RoundRobin, Sticky}
}

// partitioners are their words, and what they do.
var partitioners = [...]struct {
	word, hash, whose string
	idle              string // where a record without a key goes
}{
	Murmur2:          {"murmur2", "murmur2", "Java's producer", "stays with one partition until a batch is full, then takes another"},
	ConsistentRandom: {"consistent_random", "CRC32", "librdkafka", "takes any partition at random"},
	Murmur2Random:    {"murmur2_random", "murmur2", "librdkafka's murmur2_random", "takes any partition at random"},
	FNV1aRandom:      {"fnv1a_random", "FNV-1a", "librdkafka's fnv1a_random", "takes any partition at random"},
	SaramaHash:       {"sarama", "FNV-1a", "Sarama", "takes any partition at random"},
	RoundRobin:       {"round-robin", "", "round-robin", "takes the partitions in turn, whatever the key"},
	Sticky:           {"sticky", "", "the sticky partitioner", "stays with one partition until a batch is full, whatever the key"},
}

// String is the word by which it is chosen; librdkafka's are those of its own
// setting "partitioner".
func (p Partitioner) String() string {
	if int(p) < len(partitioners) {
		return partitioners[p].word
	}
	return fmt.Sprintf("Partitioner(%d)", p)
}

// Hash names the hash function: murmur2, CRC32, FNV-1a. It is empty for those that
// do not look at the key.
func (p Partitioner) Hash() string { return partitioners[p].hash }

// Whose names the client that does so: "Java's producer", "librdkafka", "Sarama".
func (p Partitioner) Whose() string { return partitioners[p].whose }

// PartitionerOf returns the partitioner of that word.
func PartitionerOf(word string) (Partitioner, bool) {
	for _, p := range Partitioners() {
		if p.String() == word {
			return p, true
		}
	}
	return 0, false
}

// Keyed reports whether the key alone says where the record goes. A nil key is
// none, which is not the same as an empty one; librdkafka's consistent_random
// takes an empty key for none all the same.
func (p Partitioner) Keyed(key []byte) bool {
	switch p {
	case Murmur2, Murmur2Random, FNV1aRandom, SaramaHash:
		return key != nil
	case ConsistentRandom:
		return len(key) > 0
	case RoundRobin, Sticky:
	}
	return false
}

// Predict says which of n partitions a record with that key goes to, and why. Where
// the key does not decide it, ok is false, partition is AllPartitions, and why says
// where the record may go.
func Predict(p Partitioner, key []byte, n int) (partition int32, why string, ok bool) {
	of := &partitioners[p]
	switch {
	case n < 1:
		return AllPartitions, "the topic has no partition yet", false
	case p.Keyed(key):
		return p.Partition(key, n), fmt.Sprintf("%s of the key, modulo %d, as %s does", of.hash, n, of.whose), true
	case of.hash == "":
		return AllPartitions, of.whose + " " + of.idle, false
	case key != nil:
		return AllPartitions, "an empty key is none to " + of.whose + ", which " + of.idle, false
	}
	return AllPartitions, "no key: " + of.whose + " " + of.idle, false
}

// Partition returns the one of n partitions that a key leads to, n being at least
// one. It must be Keyed.
func (p Partitioner) Partition(key []byte, n int) int32 { return placed(p.sum(key), n) }

// placed is the partition that a sum leads to. It lies in 31 bits for all hashes but
// CRC32 and the one FNV-1a that is the least of its kind.
func placed(sum uint32, n int) int32 { return int32(sum % uint32(n)) }

// sum is the hash of a key, as it is before it is divided by the number of
// partitions.
func (p Partitioner) sum(key []byte) uint32 {
	switch p {
	case ConsistentRandom:
		return crc32.ChecksumIEEE(key)
	case FNV1aRandom, SaramaHash:
		return fnv1a(key)
	case Murmur2, Murmur2Random, RoundRobin, Sticky:
	}
	return murmur2(key) & 0x7fffffff
}

// KeyPartition returns the partition that Kafka's Java producer sends a record with
// a key to: murmur2 of its bytes, made positive, modulo the number of partitions
// (BuiltInPartitioner.partitionForKey). An empty key is a key like any other; a
// record without one may go anywhere, and must not be asked about. There must be at
// least one partition.
func KeyPartition(key []byte, partitions int) int32 { return Murmur2.Partition(key, partitions) }

// KeysMoved counts the keys that a partitioner would put elsewhere after a topic has
// grown. Both numbers of partitions are at least one. Keys that it makes nothing of
// do not count.
func KeysMoved(p Partitioner, keys [][]byte, from, to int) int {
	moved := 0
	for _, key := range keys {
		if p.Keyed(key) && p.Partition(key, from) != p.Partition(key, to) {
			moved++
		}
	}
	return moved
}

// fnv1a is FNV-1a with 32 bits, taken for a signed number and made positive: what
// Sarama's NewHashPartitioner and librdkafka's rd_fnv1a do. Sarama divides first
// and makes the rest positive, which comes to the same.
func fnv1a(data []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range data {
		h = (h ^ uint32(b)) * 16777619
	}
	if int32(h) < 0 {
		h = -h
	}
	return h
}

// murmur2 is the hash of org.apache.kafka.common.utils.Utils: MurmurHash2 with
// Kafka's own seed.
func murmur2(data []byte) uint32 {
	const m, seed = 0x5bd1e995, 0x9747b28c
	h := uint32(seed) ^ uint32(len(data))
	for ; len(data) >= 4; data = data[4:] {
		k := uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 | uint32(data[3])<<24
		k *= m
		k ^= k >> 24
		h = h*m ^ k*m
	}
	switch len(data) {
	case 3:
		h ^= uint32(data[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(data[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(data[0])) * m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
