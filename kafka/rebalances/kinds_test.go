//go:build realkafka

package rebalances

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"kscope/model"
)

// ShareGroup shares each partition among members (KIP-932). They say only what they
// read, so what they are assigned is held against that.
func shareGroup(t *testing.T) {
	g := stageGroup(t, "share", "share", 4)
	g.sharer(t, "s1")
	s2 := g.sharer(t, "s2")
	g.bothShow(t, "two members with all partitions between them", func(h *model.History) bool {
		return len(present(h)) == 2 && covered(h) == 4
	})
	g.log.until(t, "the log to be followed", followed)
	s2.kill()
	h := g.bothShow(t, "one member with all partitions", func(h *model.History) bool {
		return slices.Equal(present(h), []string{"s1"}) && covered(h) == 4
	})
	for _, h := range h {
		last := h.Rebalances[len(h.Rebalances)-1]
		if h.Kind != model.Share || last.Trigger != model.Expired && last.Trigger != model.Departed {
			t.Errorf("%s, the last rebalance is %s", h.Kind, toldRebalance(h, &last))
		}
	}
	g.readWhatTheyHad(t)
	g.polledTrue(t, g.toldAllOf(t, g.epochs(t)))
	g.onlyDrivers(t)
}

// BothShow waits until both onlookers show something, and returns what they show.
func (g *group) bothShow(t testing.TB, what string, ok func(*model.History) bool) []*model.History {
	t.Helper()
	settled := func(h *model.History) bool { return h.Open == nil && len(h.Moments) > 0 && ok(h) }
	return []*model.History{g.log.until(t, what, settled), g.poll.until(t, what, settled)}
}

func followed(h *model.History) bool { return h.Log.State == model.LogFollowed }

// Present returns the client ids of the members at the end of a history, in order.
func present(h *model.History) []string {
	var all []string
	for _, p := range h.Moments[len(h.Moments)-1].Members {
		all = append(all, h.Seats[p.Seat].ClientID)
	}
	slices.Sort(all)
	return all
}

// Covered counts the lanes that somebody shares at the end of a history.
func covered(h *model.History) int {
	n := 0
	for _, sharers := range h.Moments[len(h.Moments)-1].Sharers {
		if len(sharers) > 0 {
			n++
		}
	}
	return n
}

// ReadWhatTheyHad checks that who read a partition was assigned it at some moment.
func (g *group) readWhatTheyHad(t testing.TB) {
	t.Helper()
	h := g.log.history()
	had := map[string]bool{}
	for i := range h.Moments {
		for lane, sharers := range h.Moments[i].Sharers {
			for _, seat := range sharers {
				had[fmt.Sprint(h.Seats[seat].ClientID, tp{h.Lanes[lane].Topic, h.Lanes[lane].Partition})] = true
			}
		}
	}
	g.oracle.mu.Lock()
	defer g.oracle.mu.Unlock()
	read := 0
	for client, w := range g.oracle.consumers {
		for _, p := range slices.Collect(maps.Keys(w.read)) {
			read++
			if !had[fmt.Sprint(client, p)] {
				t.Errorf("%s read %s, and is not told to have had it", client, p)
			}
		}
	}
	if read == 0 {
		t.Error("nothing was read: this says nothing")
	}
}

// StreamsGroup deals out tasks (KIP-1071): each is a partition of the topic, or of the
// one between the two subtopologies.
func streamsGroup(t *testing.T) {
	g := stageGroup(t, "streams", "streams", 4)
	g.streams(t, "s1")
	g.tasksShown(t, 8)
	g.log.until(t, "the log to be followed", followed)
	s2 := g.streams(t, "s2")
	g.tasksShown(t, 8)
	s2.leave()
	g.tasksShown(t, 8)
	g.polledTrue(t, g.toldAllOf(t, g.epochs(t)))
}

// TasksShown waits until the tasks are dealt out evenly, and both onlookers show it.
func (g *group) tasksShown(t testing.TB, tasks int) {
	t.Helper()
	want := g.oracle.until(t, "tasks to be dealt out", func() (ownership, bool) { return g.oracle.tasks(tasks) })
	g.bothShow(t, want.String(), func(h *model.History) bool {
		got := map[string]int{}
		for p, client := range latest(h) {
			if p.Topic == g.topic {
				got[fmt.Sprint(client[:2], p.Partition)]++
			}
		}
		for p, client := range want {
			if p.Topic == "0" && got[fmt.Sprint(client, p.Partition)] != 1 {
				return false
			}
		}
		return true
	})
}

// Tasks returns who has which task, as a partition of a topic with the subtopology's name.
func (o *oracle) tasks(count int) (ownership, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, least, live := ownership{}, count, 0
	for client, w := range o.consumers {
		if w.gone {
			continue
		}
		live++
		least = min(least, len(w.tasks))
		for _, task := range w.tasks {
			var p tp
			fmt.Sscanf(task, "%1s_%d", &p.Topic, &p.Partition)
			all[p] = client
		}
	}
	return all, len(all) == count && least == count/live
}
