package model

import (
	"fmt"
	"testing"
	"time"
)

// auditOf audits a topic with n partitions where each key was put by one of the ways,
// in turn.
func auditOf(n, keys int, ways ...func(key []byte) int32) *Audit {
	var a Auditor
	for i := range keys {
		key := fmt.Appendf(nil, "user-%d", i)
		for range 1 + i%3 {
			a.Add(ways[i%len(ways)](key), key)
		}
	}
	return a.Audit(AuditPartitioner{}, time.Time{}, n)
}

func by(p Partitioner, n int) func([]byte) int32 {
	return func(key []byte) int32 { return p.Partition(key, n) }
}

func TestAuditTellsPartitionersApart(t *testing.T) {
	always := func(p int32) func([]byte) int32 { return func([]byte) int32 { return p } }
	for _, c := range []struct {
		name string
		a    *Audit
		says string
		ok   bool
	}{
		{"Java", auditOf(12, 300, by(Murmur2, 12)), "murmur2 of the key explains them all, as Java's producer does", true},
		{"librdkafka", auditOf(12, 300, by(ConsistentRandom, 12)), "CRC32 of the key explains them all, as librdkafka does", true},
		{"Sarama", auditOf(12, 300, by(SaramaHash, 12)), "FNV-1a of the key explains them all, as Sarama does", true},
		{"two of them", auditOf(12, 300, by(Murmur2, 12), by(SaramaHash, 12)), "No single partitioner explains them: 163 of 300 lie where murmur2 of Java's producer puts them, 159 where FNV-1a of Sarama does", false},
		{"none", auditOf(12, 300, always(3)), "No partitioner explains them: the best, FNV-1a of the key, puts 33 of 300 where they lie", false},
		{"one partition", auditOf(1, 300, always(0)), "The topic has one partition, where every partitioner puts every key", false},
		{"few keys", auditOf(12, 3, by(Murmur2, 12)), "3 different keys are too few to tell partitioners apart", false},
		{"nothing", auditOf(12, 0), "None of the 0 records has a key, so that they say nothing", false},
	} {
		if _, ok := c.a.Verdict(); ok != c.ok || c.a.Says() != c.says {
			t.Errorf("%s: %v, %q, want %q", c.name, ok, c.a.Says(), c.says)
		}
	}
}

// A topic that had six partitions once: its old keys lie where murmur2 puts them
// modulo 6, and those written since on both.
func TestAuditSeesThatATopicHasGrown(t *testing.T) {
	var a Auditor
	for i := range 200 {
		key := fmt.Appendf(nil, "user-%d", i)
		a.Add(Murmur2.Partition(key, 6), key)
		if i%2 == 0 {
			a.Add(Murmur2.Partition(key, 12), key)
		}
	}
	got := a.Audit(AuditPartitioner{}, time.Time{}, 12)
	if got.Fits[0].Partitioner != Murmur2 || got.Grown == nil || got.Grown.From != 6 {
		t.Errorf("%+v, grown %+v", got.Fits, got.Grown)
	}
	if got.Split < 30 || len(got.Spread) == 0 || len(got.Spread[0].Partitions) != 2 {
		t.Errorf("%d keys are split: %+v", got.Split, got.Spread)
	}
	if steady := auditOf(12, 300, by(Murmur2, 12)); steady.Grown != nil {
		t.Errorf("it has grown from %+v", steady.Grown)
	}
}

func TestAuditCountsRecordsAndKeys(t *testing.T) {
	var a Auditor
	for range 5 {
		a.Add(Murmur2.Partition([]byte("hot"), 4), []byte("hot"))
	}
	a.Add(0, nil)
	a.Add(Murmur2.Partition([]byte{}, 4), []byte{})
	got := a.Audit(AuditPartitioner{}, time.Time{}, 4)
	if got.Read != 7 || got.Keyless != 1 || got.Placements != 2 {
		t.Errorf("%+v", got)
	}
	for _, f := range got.Fits {
		want := int64(6)
		if f.Partitioner == ConsistentRandom { // an empty key is none to it
			want = 5
		}
		if f.Of != want {
			t.Errorf("%v judges %d records, want %d", f.Partitioner, f.Of, want)
		}
	}
}

func TestAuditForetellsWhatMoves(t *testing.T) {
	a := auditOf(6, 1000, by(SaramaHash, 6))
	moved, of, p := a.Moved(12)
	if p != SaramaHash || of != 1000 || moved < 400 || moved > 600 {
		t.Errorf("%d of %d move by %v", moved, of, p)
	}
	if moved, _, _ := a.Moved(6); moved != 0 {
		t.Errorf("%d move nowhere", moved)
	}
}

// What was told does not change when more is read.
func TestAuditsStayAsTheyAre(t *testing.T) {
	var a Auditor
	a.Add(1, []byte("k"))
	first := a.Audit(AuditPartitioner{}, time.Time{}, 4)
	a.Add(1, []byte("k"))
	a.Add(2, []byte("k"))
	if first.Placements != 1 || first.Split != 0 || first.keys[0].records != 1 {
		t.Errorf("%+v", first)
	}
}
