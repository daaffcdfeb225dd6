package model

// KeyPartition returns the partition that Kafka's Java producer, and kscope, send
// a record with a key to: murmur2 of its bytes, made positive, modulo the number
// of partitions (BuiltInPartitioner.partitionForKey). An empty key is a key like
// any other; a record without one may go anywhere, and must not be asked about.
// There must be at least one partition.
func KeyPartition(key []byte, partitions int) int32 {
	return int32(murmur2(key)&0x7fffffff) % int32(partitions)
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
