//go:build realkafka

package lab

import (
	"maps"
	"testing"

	"kscope/kafka/realkafka"
)

// TestRealKafka plays the scenarios on Apache Kafka.
func TestRealKafka(t *testing.T) {
	properties := maps.Clone(brokers)
	properties["group.initial.rebalance.delay.ms"] = "0"
	cluster, err := realkafka.Up(t.Context(), realkafka.Options{ExtraProperties: properties})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	play(t, func(t *testing.T, name string) *bench { return openOn(t, cluster.Seeds(realkafka.Plaintext), name) })
}
