//go:build realkafka

package rebalances

import (
	"maps"
	"testing"
	"time"
)

// Each kind of witness is worth something: what it says of itself is what Kafka says of it.
func TestWitnesses(t *testing.T) {
	t.Run("franz-go in a child", func(t *testing.T) {
		t.Parallel()
		g := bare(t, "witness-child", "range", 4)
		g.child(t, "c1")
		c2 := g.child(t, "c2")
		g.described(t, g.settled(t))
		c2.stop()
		if alone := g.settled(t); len(alone) != 4 {
			t.Errorf("after c2 was stopped: %v", alone)
		}
		c2.start()
		g.described(t, g.settled(t))
		c2.kill()
		g.described(t, g.settled(t))
	})
	for _, assignor := range []string{"Range", "CooperativeSticky", "consumer"} {
		t.Run("VerifiableConsumer "+assignor, func(t *testing.T) {
			t.Parallel()
			g := bare(t, "witness-"+assignor, "", 4)
			g.java(t, "j1", verifiable{assignor: assignor})
			j2 := g.java(t, "j2", verifiable{assignor: assignor})
			g.described(t, g.settled(t))
			j2.leave()
			if alone := g.settled(t); len(alone) != 4 {
				t.Errorf("after j2 left: %v", alone)
			}
		})
	}
}

// Bare is a group that nobody looks at.
func bare(t testing.TB, name, assignor string, partitions int) *group {
	t.Helper()
	return &group{id: "g-" + name, topic: scene.topic(t, name, int32(partitions)), partitions: partitions, assignor: assignor, oracle: newOracle()}
}

// Described compares with what Kafka's describe says.
func (g *group) described(t testing.TB, want ownership) {
	t.Helper()
	var got ownership
	for deadline := time.Now().Add(forever); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		got = ownership{}
		if g.assignor == "" {
			all, err := scene.admin.DescribeConsumerGroups(t.Context(), g.id)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all[g.id].Members {
				m.Assignment.Each(func(topic string, p int32) { got[tp{topic, p}] = m.ClientID })
			}
		}
		if len(got) == 0 {
			all, err := scene.admin.DescribeGroups(t.Context(), g.id)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all[g.id].Members {
				if c, ok := m.Assigned.AsConsumer(); ok {
					for _, topic := range c.Topics {
						for _, p := range topic.Partitions {
							got[tp{topic.Topic, p}] = m.ClientID
						}
					}
				}
			}
		}
		if maps.Equal(got, want) {
			return
		}
	}
	t.Errorf("Kafka says %v, the consumers %v\n%s", got, want, g.oracle.story())
}
