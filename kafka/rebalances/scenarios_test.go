//go:build realkafka

package rebalances

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// TestRebalances plays the scenarios, those first that leave the cluster whole.
func TestRebalances(t *testing.T) {
	t.Run("side by side", func(t *testing.T) {
		for _, assignor := range []string{"range", "cooperative-sticky", "consumer"} {
			t.Run(assignor, func(t *testing.T) {
				t.Parallel()
				play(t, "join and leave", joinAndLeave, assignor)
				play(t, "killed", killed, assignor)
				play(t, "stopped", stopped, assignor)
				play(t, "rolling restart", rollingRestart, assignor)
				play(t, "rolling restart of static members", rollingStatic, assignor)
				play(t, "subscription", subscription, assignor)
				play(t, "partitions", partitions, assignor)
				play(t, "storm", storm, assignor)
			})
		}
		for _, assignor := range []string{"Range", "CooperativeSticky", "consumer"} {
			play(t, "Java "+assignor, javaJoinAndLeave, assignor)
		}
		t.Run("share", func(t *testing.T) { t.Parallel(); shareGroup(t) })
		t.Run("streams", func(t *testing.T) { t.Parallel(); streamsGroup(t) })
	})
	t.Run("coordinator killed", coordinatorKilled)
}

func play(t *testing.T, name string, scenario func(*testing.T, string), assignor string) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		scenario(t, assignor)
	})
}

// Ends holds the whole story against the coordinators.
func (g *group) ends(t testing.TB) {
	t.Helper()
	if g.classic() {
		g.tellsAll(t, g.generations(t))
	} else {
		g.tellsAll(t, g.epochs(t))
	}
}

func (g *group) classic() bool {
	switch g.assignor {
	case "consumer", "share", "streams":
		return false
	}
	return true
}

func joinAndLeave(t *testing.T, assignor string) {
	g := stageGroup(t, "joins-"+assignor, assignor, 6)
	g.step(t, "c1 joins", func() { g.inProcess(t, "c1") }).causes(t, model.Joined, "c1")
	var c2 *consumer
	g.step(t, "c2 joins", func() { c2 = g.inProcess(t, "c2") }).causes(t, model.Joined, "c2")
	g.step(t, "c3 joins", func() { g.inProcess(t, "c3") }).causes(t, model.Joined, "c3")
	g.step(t, "c2 leaves", func() { c2.leave() }).causes(t, model.Left, "c2")
	g.ends(t)
}

// Killed is the story of a group of three: a fourth joins, and there are more members
// than partitions; one is killed, and the idle one takes its place.
func killed(t *testing.T, assignor string) {
	g := stageGroup(t, "killed-"+assignor, assignor, 3)
	all := map[string]*consumer{}
	for _, name := range []string{"c1", "c2", "c3"} {
		g.step(t, name+" joins", func() { all[name] = g.child(t, name) }).causes(t, model.Joined, name)
	}
	fourth := g.step(t, "c4 joins", func() { all["c4"] = g.child(t, "c4") })
	fourth.causes(t, model.Joined, "c4")
	waits := idle(g.log.history())
	if len(waits) != 1 || len(idle(g.poll.history())) != 1 {
		t.Fatalf("idle are %v by the log and %v by polling", waits, idle(g.poll.history()))
	}
	victim := fourth.after[tp{g.topic, 2}]
	dies := g.step(t, victim+" is killed", all[victim].kill)
	dies.causes(t, model.Expired, victim)
	if !slices.Contains(slices.Collect(maps.Values(dies.after)), waits[0]) || len(idle(g.log.history())) != 0 {
		t.Errorf("%v was idle, and now there is %v", waits, dies.after)
	}
	g.ends(t)
	t.Logf("the story, by the log:\n%sby polling:\n%s", told(g.log.history()), told(g.poll.history()))
}

// Idle returns the members that own nothing.
func idle(h *model.History) []string {
	var all []string
	for _, p := range h.Moments[len(h.Moments)-1].Members {
		if p.Owned == 0 {
			all = append(all, h.Seats[p.Seat].ClientID)
		}
	}
	return all
}

// Stopped is a pause of the whole process that outlasts its session.
func stopped(t *testing.T, assignor string) {
	g := stageGroup(t, "stopped-"+assignor, assignor, 4)
	g.step(t, "c1 joins", func() { g.child(t, "c1") })
	var c2 *consumer
	g.step(t, "c2 joins", func() { c2 = g.child(t, "c2") })
	g.step(t, "c2 stands still", c2.stop).causes(t, model.Expired, "c2")
	g.step(t, "c2 goes on", c2.start).causes(t, model.Joined, "c2")
	g.ends(t)
	h := g.log.history()
	letters := map[int]bool{}
	for _, seat := range h.Seats {
		if seat.ClientID == "c2" {
			letters[seat.Letter] = true
		}
	}
	if len(letters) != 1 {
		t.Errorf("c2, who came back, has %d letters", len(letters))
	}
}

func rollingRestart(t *testing.T, assignor string) {
	g := stageGroup(t, "rolling-"+assignor, assignor, 6)
	all := map[string]*consumer{}
	for _, name := range []string{"c1", "c2", "c3"} {
		g.step(t, name+" joins", func() { all[name] = g.child(t, name) })
	}
	for _, name := range []string{"c1", "c2", "c3"} {
		g.step(t, name+" leaves", all[name].leave).causes(t, model.Left, name)
		g.step(t, name+" comes back", func() { g.child(t, name) }).causes(t, model.Joined, name)
	}
	g.ends(t)
}

// RollingStatic restarts static members faster than their session ends: they are given
// what they had, and there is no rebalance. Those of the consumer protocol are Java's:
// franz-go's do not say that they will be back, and are not given their place before
// their session is over.
func rollingStatic(t *testing.T, assignor string) {
	g := stageGroup(t, "static-"+assignor, assignor, 6)
	start := func(name string) *consumer { return g.child(t, name, instance("i-"+name), patient) }
	if assignor == "consumer" {
		g.session(t, patientSession)
		start = func(name string) *consumer { return g.java(t, name, verifiable{assignor, "i-" + name}) }
	}
	all := map[string]*consumer{}
	for _, name := range []string{"c1", "c2", "c3"} {
		g.step(t, name+" joins", func() { all[name] = start(name) }).causes(t, model.Joined, name)
	}
	before, _ := g.oracle.owners()
	for _, name := range []string{"c2", "c3"} {
		s := g.step(t, name+" restarts", func() {
			all[name].leave()
			all[name] = start(name)
		})
		if s.after.String() != before.String() {
			t.Errorf("%s has %v after its restart, before that it was %v", name, s.after, before)
		}
		s.nothing(t)
	}
	g.ends(t)
}

// Session sets after how long the members of a KIP-848 group are given up.
func (g *group) session(t testing.TB, milliseconds int) {
	t.Helper()
	config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	config.Name, config.Value = "consumer.session.timeout.ms", kmsg.StringPtr(fmt.Sprint(milliseconds))
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeGroupConfig, g.id
	resource.Configs = append(resource.Configs, config)
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	request.Resources = append(request.Resources, resource)
	response, err := request.RequestWith(t.Context(), scene.client)
	if err == nil {
		err = kerr.ErrorForCode(response.Resources[0].ErrorCode)
	}
	if err != nil {
		t.Fatal(err)
	}
}
