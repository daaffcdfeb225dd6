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
	case <-time.After(20 * time.Second):
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
	if m := got["audit"].Members[0]; m.Epoch < 1 {
		t.Errorf("member = %+v", m)
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

func TestSourcesOfStreams(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"), kfake.SeedTopics(4, "clicks")))
	ask(t, c, model.ListTopics{})
	topology := &kmsg.StreamsGroupDescribeResponseGroupTopology{Subtopologies: []kmsg.StreamsGroupDescribeResponseGroupTopologySubtopology{
		{SubtopologyID: "0", SourceTopics: []string{"orders", "clicks"}, RepartitionSourceTopics: []kmsg.TopicInfo{{Topic: "by-user"}}},
	}}
	if got := fmt.Sprint(sourcesOf(topology)); got != "map[0:[orders clicks by-user]]" {
		t.Errorf("sources = %v", got)
	}
	if got := fmt.Sprint(c.existing("orders", []int32{1, 3}), c.existing("clicks", []int32{1, 3}), c.existing("by-user", []int32{7})); got != "[1] [1 3] [7]" {
		t.Errorf("existing = %v", got)
	}
}

func TestAssigned(t *testing.T) {
	a := kmsg.ConsumerMemberAssignment{Version: 1, Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "a", Partitions: []int32{1, 2}}, {Topic: "b"}}}
	for name, test := range map[string]struct {
		raw  []byte
		want string
	}{
		"none":       {nil, "map[]"},
		"two topics": {a.AppendTo(nil), "map[a:[1 2] b:[]]"},
		"cut off":    {a.AppendTo(nil)[:9], "map[]"},
		"foreign":    {[]byte(`{"connector":"x"}`), "map[]"},
	} {
		if got := fmt.Sprint(assigned(test.raw)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// Members write their assignments, so that the bytes may be anything.
func FuzzAssigned(f *testing.F) {
	a := kmsg.ConsumerMemberAssignment{Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "a", Partitions: []int32{1, 2}}}}
	f.Add(a.AppendTo(nil))
	f.Add([]byte{0, 0, 0x7f, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		partitions := 0
		for _, ps := range assigned(raw) {
			partitions += len(ps)
		}
		if partitions*4 > len(raw) {
			t.Errorf("%d partitions of %d bytes", partitions, len(raw))
		}
	})
}
