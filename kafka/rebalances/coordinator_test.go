//go:build realkafka

package rebalances

import (
	"context"
	"testing"
	"time"

	"kscope/model"
)

// CoordinatorKilled kills the broker that coordinates groups, under them and under who
// looks on. That alone is no rebalance.
func coordinatorKilled(t *testing.T) {
	var groups []*group
	for _, assignor := range []string{"range", "cooperative-sticky", "consumer"} {
		g := stageGroup(t, "moved-"+assignor, assignor, 4)
		g.step(t, "c1 joins", func() { g.inProcess(t, "c1") })
		g.step(t, "c2 joins", func() { g.inProcess(t, "c2") })
		groups = append(groups, g)
	}
	coordinators := scene.admin.FindGroupCoordinators(t.Context(), groups[0].id)
	if err := coordinators.Error(); err != nil {
		t.Fatal(err)
	}
	broker := int(coordinators[groups[0].id].NodeID)
	scene.Kill(broker)
	t.Cleanup(func() {
		if err := scene.Start(context.Background(), broker); err != nil {
			t.Error(err)
		}
	})
	for _, g := range groups {
		for _, w := range []*watcher{g.log, g.poll} {
			w.until(t, "another coordinator", func(h *model.History) bool {
				m := h.Moments[len(h.Moments)-1]
				return int(m.Coordinator) != broker && h.Seen.After(m.At)
			})
		}
	}
	for _, g := range groups {
		g.agreed(t, "the coordinator was killed") // a consumer may be without partitions until it has found the next
		g.step(t, "c3 joins", func() { g.inProcess(t, "c3") })
		time.Sleep(time.Second) // for what may come late
		g.agreed(t, "c3 has joined, and a while is over")
		g.ends(t)
	}
}
