//go:build realkafka

package rebalances

import (
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// A group is a group under test, and those who look on.
type group struct {
	id         string
	topic      string
	partitions int
	assignor   string // of franz-go consumers
	uneven     bool   // not all have the same subscription
	oracle     *oracle
	log, poll  *watcher
}

// StageGroup prepares a group on a topic of its own, and two who look on. The group does not
// exist before its first member does.
func stageGroup(t testing.TB, name, assignor string, partitions int) *group {
	t.Helper()
	g := &group{id: "g-" + name, topic: scene.topic(t, name, int32(partitions)), partitions: partitions, assignor: assignor, oracle: newOracle()}
	g.log = watch(t, "log", scene.door(), g.id)
	g.poll = watch(t, "poll", scene.sideDoor(), g.id)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the consumers:\n%s", g.oracle.story())
			for _, r := range scene.rulings(t, g.id) {
				t.Logf("%s node %d %s", r.at.Format("05.000"), r.node, r.says)
			}
			t.Logf("by the log:\n%s\nby polling:\n%s", told(g.log.history()), told(g.poll.history()))
		}
	})
	return g
}

// Settled waits until the consumers agree on who owns what.
func (g *group) settled(t testing.TB) ownership {
	t.Helper()
	return g.oracle.settled(t, g.partitions, g.uneven)
}

var (
	dealt   = regexp.MustCompile(`Assignment received from leader .* for generation (\d+)\.`)
	emptied = regexp.MustCompile(`with generation (\d+) is now empty`)
	bumped  = regexp.MustCompile(`(?:Bumped (?:streams )?group epoch to|new target assignment for epoch) (\d+) `)
)

// Generations returns those of a classic group that were carried through, as the
// coordinators say, ascending: the leader's assignment came, or nobody was left. One
// that was overtaken by the next before that was none: no consumer ever heard of it.
func (g *group) generations(t testing.TB) []int32 { return g.numbers(t, dealt, emptied) }

// Epochs returns the group epochs there were, ascending. Coordinators say nothing of
// those that somebody brings about who leaves, but never leave out a number.
func (g *group) epochs(t testing.TB) []int32 {
	told := g.numbers(t, bumped)
	if len(told) == 0 {
		return nil
	}
	var all []int32
	for n := told[0]; n <= told[len(told)-1]; n++ {
		all = append(all, n)
	}
	return all
}

func (g *group) numbers(t testing.TB, lines ...*regexp.Regexp) []int32 {
	t.Helper()
	var all []int32
	for _, r := range scene.rulings(t, g.id) {
		for _, line := range lines {
			if m := line.FindStringSubmatch(r.says); m != nil {
				n, _ := strconv.Atoi(m[1])
				all = append(all, int32(n))
			}
		}
	}
	slices.Sort(all)
	return all
}
