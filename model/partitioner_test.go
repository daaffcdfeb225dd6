package model

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// The hashes are those of UtilsTest.testMurmur2 in Kafka's own tests.
func TestMurmur2(t *testing.T) {
	for key, want := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		if got := int32(murmur2([]byte(key))); got != want {
			t.Errorf("murmur2(%q) = %d, want %d", key, got, want)
		}
	}
}

// someKeys are keys of all lengths and bytes, the empty one among them.
func someKeys(n int) [][]byte {
	random := rand.New(rand.NewPCG(3, 4))
	keys := [][]byte{{}, []byte("ключ"), []byte("鍵"), {0}, {0xff, 0xfe}}
	for len(keys) < n {
		key := make([]byte, random.IntN(40))
		for i := range key {
			key[i] = byte(random.Uint32())
		}
		keys = append(keys, key)
	}
	return keys
}

// Sarama divides first and makes the rest positive; librdkafka the other way round.
func TestFNV1aIsThatOfBoth(t *testing.T) {
	for _, key := range someKeys(5000) {
		h := fnv.New32a()
		h.Write(key)
		for _, n := range []int32{1, 2, 3, 7, 12, 100, math.MaxInt32} {
			sarama := int32(h.Sum32()) % n
			if sarama < 0 {
				sarama = -sarama
			}
			if got := SaramaHash.Partition(key, int(n)); got != sarama {
				t.Fatalf("%x over %d: %d, want %d", key, n, got, sarama)
			}
		}
	}
	if got := placed(1<<31, 3); got != 2 { // of the one sum that has no positive counterpart
		t.Errorf("%d", got)
	}
}

func TestPartitionIsOneOfThem(t *testing.T) {
	for _, p := range Partitioners() {
		for _, key := range someKeys(500) {
			for _, n := range []int{1, 2, 3, 12, 97, 1000} {
				if got, _, ok := Predict(p, key, n); ok && (got < 0 || int(got) >= n) || !ok && got != AllPartitions {
					t.Errorf("%v: %x over %d: %d", p, key, n, got)
				}
			}
		}
	}
}

func TestPredictSaysWhy(t *testing.T) {
	key, empty, none := []byte("k"), []byte{}, []byte(nil)
	for _, c := range []struct {
		p   Partitioner
		key []byte
		n   int
		ok  bool
		why string
	}{
		{Murmur2, key, 12, true, "murmur2 of the key, modulo 12, as Java's producer does"},
		{Murmur2, empty, 12, true, "murmur2 of the key"},
		{Murmur2, none, 12, false, "no key: Java's producer stays with one partition"},
		{ConsistentRandom, key, 3, true, "CRC32 of the key, modulo 3, as librdkafka does"},
		{ConsistentRandom, empty, 3, false, "an empty key is none to librdkafka, which takes any partition at random"},
		{ConsistentRandom, none, 3, false, "no key: librdkafka takes any"},
		{Murmur2Random, empty, 3, true, "murmur2 of the key, modulo 3, as librdkafka's murmur2_random does"},
		{FNV1aRandom, none, 3, false, "no key"},
		{SaramaHash, empty, 3, true, "FNV-1a of the key, modulo 3, as Sarama does"},
		{RoundRobin, key, 3, false, "round-robin takes the partitions in turn, whatever the key"},
		{Sticky, none, 3, false, "the sticky partitioner stays with one partition"},
		{Murmur2, key, 0, false, "the topic has no partition yet"},
	} {
		_, why, ok := Predict(c.p, c.key, c.n)
		if ok != c.ok || !strings.HasPrefix(why, c.why) {
			t.Errorf("%v of %q: %v, %q, want %q", c.p, c.key, ok, why, c.why)
		}
	}
}

func TestPartitionersHaveWords(t *testing.T) {
	for _, p := range Partitioners() {
		if back, ok := PartitionerOf(p.String()); !ok || back != p {
			t.Errorf("%v is %v", p, back)
		}
	}
	if _, ok := PartitionerOf("nope"); ok {
		t.Error("nope is a partitioner")
	}
}

func TestKeysMoved(t *testing.T) {
	keys := someKeys(1000)
	if n := KeysMoved(Murmur2, keys, 12, 12); n != 0 {
		t.Errorf("%d move nowhere", n)
	}
	if n := KeysMoved(Murmur2, keys, 6, 12); n < 400 || n > 600 { // half of them stay
		t.Errorf("%d of 1000 keys move", n)
	}
	if n := KeysMoved(RoundRobin, keys, 6, 12); n != 0 {
		t.Errorf("%d keys move that do not count", n)
	}
}
