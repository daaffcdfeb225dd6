package kafka

import (
	"math/rand/v2"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// What the form foretells is what the client does.
func TestKeysGoWhereTheModelSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	partitioner := kgo.StickyKeyPartitioner(nil).ForTopic("orders")
	for range 20_000 {
		key := make([]byte, random.IntN(64))
		for i := range key {
			key[i] = byte(random.Uint32())
		}
		n := 1 + random.IntN(1000)
		want := partitioner.Partition(&kgo.Record{Key: key}, n)
		if got := model.KeyPartition(key, n); int(got) != want {
			t.Fatalf("key %x over %d partitions: model says %d, the client %d", key, n, got, want)
		}
	}
}
