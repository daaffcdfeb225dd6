//go:build realkafka

package rebalances

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"kscope/model"
)

// Subscription has members ask for another topic, and for one less.
func subscription(t *testing.T, assignor string) {
	g := stageGroup(t, "subscribes-"+assignor, assignor, 4)
	other := scene.topic(t, "subscribes-too-"+assignor, 2)
	var c1, c2 *consumer
	g.step(t, "c1 joins", func() { c1 = g.inProcess(t, "c1") })
	g.step(t, "c2 joins", func() { c2 = g.inProcess(t, "c2") })
	g.partitions += 2
	g.uneven = true
	g.step(t, "c1 wants another topic", func() { c1.cl.AddConsumeTopics(other) }).causes(t, model.Resubscribed, "c1")
	g.uneven = false
	g.step(t, "c2 wants it too", func() {
		before := g.oracle.assignments("c2")
		c2.cl.AddConsumeTopics(other)
		g.oracle.until(t, "c2 to be assigned anew", func() (ownership, bool) {
			all, _ := g.oracle.owners()
			return all, g.oracle.assignments("c2") > before
		})
	}).causes(t, model.Resubscribed, "c2")
	g.ends(t)
}

// Partitions adds some to the topic. The consumers of this group commit nothing, and
// nobody else may.
func partitions(t *testing.T, assignor string) {
	g := stageGroup(t, "grows-"+assignor, assignor, 2)
	g.step(t, "c1 joins", func() { g.inProcess(t, "c1", mute) })
	g.step(t, "c2 joins", func() { g.inProcess(t, "c2", mute) })
	g.step(t, "two partitions more", func() {
		if _, err := scene.admin.CreatePartitions(t.Context(), 2, g.topic); err != nil {
			t.Fatal(err)
		}
		g.partitions += 2
	}).causes(t, model.Repartition)
	g.ends(t)
	if offsets, err := scene.admin.FetchOffsets(t.Context(), g.id); err != nil || len(offsets) > 0 {
		t.Errorf("nobody commits, and yet there is %v, %v", offsets, err)
	}
}

func mute(s *spec)    { s.Mute = true }
func patient(s *spec) { s.Patient = true }

// Stormy is how many rebalances make a storm.
const stormy = 10

// Storm has members come and go faster than anybody can look, until there were enough
// rebalances: a busy machine makes one of several.
func storm(t *testing.T, assignor string) {
	g := stageGroup(t, "storm-"+assignor, assignor, 12)
	g.step(t, "c0 joins", func() { g.inProcess(t, "c0") })
	dice := rand.New(rand.NewPCG(1, 2))
	g.step(t, "many come and go", func() {
		var all []*consumer
		for n := 0; n < 40 || n < 400 && len(g.log.history().Rebalances) < stormy; n++ {
			if len(all) > 4 || len(all) > 0 && dice.IntN(2) == 0 {
				i := dice.IntN(len(all))
				all[i].leave()
				all = append(all[:i], all[i+1:]...)
			} else {
				all = append(all, g.inProcess(t, fmt.Sprintf("s%d", n)))
			}
			time.Sleep(time.Duration(dice.IntN(400)) * time.Millisecond)
		}
	})
	g.ends(t)
	if n := len(g.log.history().Rebalances); n < stormy {
		t.Errorf("that was no storm: %d rebalances", n)
	}
}

// JavaJoinAndLeave is played by Kafka's own consumers.
func javaJoinAndLeave(t *testing.T, assignor string) {
	g := stageGroup(t, "java-"+assignor, assignor, 5)
	g.step(t, "j1 joins", func() { g.java(t, "j1", verifiable{assignor: assignor}) }).causes(t, model.Joined, "j1")
	var j2 *consumer
	g.step(t, "j2 joins", func() { j2 = g.java(t, "j2", verifiable{assignor: assignor}) }).causes(t, model.Joined, "j2")
	g.step(t, "j2 leaves", j2.leave).causes(t, model.Left, "j2")
	var j3 *consumer
	g.step(t, "j3 joins", func() { j3 = g.java(t, "j3", verifiable{assignor: assignor}) }).causes(t, model.Joined, "j3")
	g.step(t, "j3 is killed", j3.kill).causes(t, model.Expired, "j3")
	g.ends(t)
}
