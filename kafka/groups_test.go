package kafka

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// join makes a member of a group that reads orders, and waits until it is
// assigned something.
func join(t *testing.T, seeds []string, group string, opts ...kgo.Opt) {
	t.Helper()
	assigned := make(chan bool, 100)
	cl, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(seeds...), kgo.ConsumerGroup(group), kgo.ConsumeTopics("orders"), kgo.ClientID(group + "-client"),
		kgo.OnPartitionsAssigned(func(context.Context, *kgo.Client, map[string][]int32) { assigned <- true }),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	select {
	case <-assigned:
	case <-time.After(forever):
		t.Fatalf("no member of %s was assigned anything", group)
	}
}

func TestGroups(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	join(t, cluster.ListenAddrs(), "billing", kgo.InstanceID("i-1"))
	join(t, cluster.ListenAddrs(), "audit", kgo.ServerSideBalancer())
	c := dial(t, cluster)
	ask(t, c, model.ListTopics{}) // the fake cluster names topics by id where real ones give the name

	listed := the[model.GroupsListed](t, ask(t, c, model.ListGroups{}))
	if len(listed.Groups) != 2 || len(listed.Problems) != 0 || listed.Groups[0].ID != "audit" || listed.Groups[0].Kind != model.Consumer || listed.Groups[1].Kind != model.Classic {
		t.Fatalf("groups = %+v", listed)
	}
	got := map[string]model.Group{}
	for _, e := range every[model.GroupsDescribed](ask(t, c, model.DescribeGroups{Groups: model.NamesOf("billing", "audit", "nope")})) {
		for _, g := range e.Groups {
			got[g.ID] = g
		}
	}
	for _, id := range []string{"billing", "audit"} {
		g := got[id]
		if g.Problem != nil || !g.Known || g.State != "Stable" || len(g.Members) != 1 || g.Coordinator == model.NoBroker || g.Assignor == "" {
			t.Fatalf("%s = %+v", id, g)
		}
		m := g.Members[0]
		if m.ClientID != id+"-client" || !strings.HasPrefix(m.Host, "127.0.0.1") || m.Partitions() != 4 || g.Owner("orders", 3) == nil {
			t.Errorf("member of %s = %+v", id, m)
		}
	}
	if m := got["billing"].Members[0]; m.InstanceID != "i-1" || m.Epoch != -1 {
		t.Errorf("member = %+v", m)
	}
	if m := got["audit"].Members[0]; m.Epoch < 1 || fmt.Sprint(m.Subscribed, m.Target) != "[orders] map[orders:[0 1 2 3]]" {
		t.Errorf("member = %+v", m)
	}
	if g := got["audit"]; g.Epoch < 1 || g.AssignmentEpoch != g.Epoch || g.Inferred {
		t.Errorf("audit = %+v", g)
	}
	if g := got["billing"]; g.Epoch != model.NoEpoch || g.AssignmentEpoch != model.NoEpoch || fmt.Sprint(g.Members[0].Subscribed, g.Members[0].Target) != "[orders] map[]" {
		t.Errorf("billing = %+v", g)
	}
	if p := got["nope"].Problem; p == nil || p.Kind != model.Gone {
		t.Errorf("nope = %+v, want it to be gone", got["nope"])
	}
}

// A group whose coordinator has moved since it was listed is found again.
func TestDescribeGroupsFollowsTheCoordinator(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	join(t, cluster.ListenAddrs(), "billing")
	c := dial(t, cluster)
	right := the[model.GroupsListed](t, ask(t, c, model.ListGroups{})).Groups[0].Coordinator
	c.places.move("billing", (right+1)%3)
	g := the[model.GroupsDescribed](t, ask(t, c, model.DescribeGroups{Groups: model.NamesOf("billing")})).Groups[0]
	if g.Problem != nil || g.Coordinator != right || len(g.Members) != 1 {
		t.Errorf("group = %+v, want it at %d", g, right)
	}
}

// What an online upgrade or a broker of the future may say: shown, not guessed at.
func TestDescribeGroupsOfUnknownKind(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	c := dial(t, cluster)
	c.places.replace([]model.Group{{ID: "g", Kind: "quorum", Coordinator: 0}})
	g := the[model.GroupsDescribed](t, ask(t, c, model.DescribeGroups{Groups: model.NamesOf("g")})).Groups[0]
	if g.Problem == nil || g.Problem.Kind != model.Unsupported || g.Known {
		t.Errorf("group = %+v", g)
	}
}

func TestSourcesOfStreams(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"), kfake.SeedTopics(4, "clicks")))
	ask(t, c, model.ListTopics{})
	topology := topologyOf(&kmsg.StreamsGroupDescribeResponseGroupTopology{
		Epoch: 3,
		Subtopologies: []kmsg.StreamsGroupDescribeResponseGroupTopologySubtopology{{
			SubtopologyID: "0", SourceTopics: []string{"orders", "clicks"}, RepartitionSourceTopics: []kmsg.TopicInfo{{Topic: "by-user"}},
			StateChangelogTopics: []kmsg.TopicInfo{{Topic: "store"}}, RepartitionSinkTopics: []string{"by-user"},
		}},
	})
	if got := fmt.Sprint(*topology); got != "{3 [{0 [orders clicks by-user] [by-user] [store]}]}" {
		t.Errorf("topology = %v", got)
	}
	tasks := []kmsg.TaskIDs{{SubtopologyID: "0", Partitions: []int32{1, 3}}, {SubtopologyID: "9", Partitions: []int32{1}}}
	if got := fmt.Sprint(c.sourcesOf(topology, tasks)); got != "map[by-user:[1 3] clicks:[1 3] orders:[1]]" {
		t.Errorf("sources = %v", got)
	}
	if got := c.sourcesOf(nil, tasks); got == nil || len(got) != 0 {
		t.Errorf("sources without a topology = %v, want known to be none", got)
	}
}

func TestTasksOfStreams(t *testing.T) {
	now := &kmsg.StreamsAssignment{
		ActiveTasks:  []kmsg.TaskIDs{{SubtopologyID: "0", Partitions: []int32{0, 1}}},
		StandbyTasks: []kmsg.TaskIDs{{SubtopologyID: "0", Partitions: []int32{2}}},
	}
	target := &kmsg.StreamsAssignment{
		ActiveTasks:  []kmsg.TaskIDs{{SubtopologyID: "0", Partitions: []int32{0, 2}}},
		StandbyTasks: []kmsg.TaskIDs{{SubtopologyID: "0", Partitions: []int32{2}}},
		WarmupTasks:  []kmsg.TaskIDs{{SubtopologyID: "1", Partitions: []int32{5}}},
	}
	want := "[{active 0 [0 1] false} {standby 0 [2] false} {active 0 [2] true} {warmup 1 [5] true}]"
	if got := fmt.Sprint(tasksOf(now, target)); got != want {
		t.Errorf("tasks = %v, want %v", got, want)
	}
}

func TestInferEpoch(t *testing.T) {
	for name, test := range map[string]struct {
		state  string
		epochs []int32
		want   int32
	}{
		"the first generation":         {"Stable", []int32{-1, -1}, model.NoEpoch},
		"one came anew":                {"Stable", []int32{4, -1, 4}, 5},
		"one had missed a generation":  {"Stable", []int32{3, 4}, 5},
		"nothing is told meanwhile":    {"PreparingRebalance", []int32{4}, model.NoEpoch},
		"a group without members":      {"Empty", nil, model.NoEpoch},
		"it had just begun":            {"Stable", []int32{0}, 1},
		"no member's client tells one": {"Stable", []int32{-1}, model.NoEpoch},
	} {
		g := model.Group{State: test.state, Epoch: model.NoEpoch}
		for _, e := range test.epochs {
			g.Members = append(g.Members, model.Member{Epoch: e})
		}
		inferEpoch(&g)
		if g.Epoch != test.want || g.Inferred != (test.want != model.NoEpoch) {
			t.Errorf("%s: %d, inferred %v, want %d", name, g.Epoch, g.Inferred, test.want)
		}
	}
}
