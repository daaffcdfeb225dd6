package kafka

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

// labIs waits until what the lab looks like is as wanted.
func (c *Client) labIs(t *testing.T, what string, ok func(model.LabView) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), forever)
	defer cancel()
	var last model.LabView
	err := c.Ask(ctx, model.WatchLab{}, func(e model.Event) {
		if ctx.Err() == nil {
			if last = e.(model.LabSeen).Lab; ok(last) {
				cancel()
			}
		}
	})
	if !ok(last) {
		t.Fatalf("not %s: %+v, %v", what, last, err)
	}
}

func own(n ...int) func(model.LabView) bool {
	return func(v model.LabView) bool {
		var owned []int
		for _, m := range v.Members {
			owned = append(owned, m.Owned)
		}
		return slices.Equal(owned, n)
	}
}

// Test consumers show in the same panes as if they were somebody else's, and are gone
// when the client is closed.
func TestLab(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	c, other := dial(t, cluster), dial(t, cluster)
	group := model.LabPrefix + "1"
	add := model.LabAdd{Group: group, Topic: "orders", Assignor: model.LabCooperative}
	for range 2 {
		does(t, c, add)
	}
	c.labIs(t, "shared out", own(2, 2))
	ask(t, other, model.ListGroups{})
	g := the[model.GroupsDescribed](t, ask(t, other, model.DescribeGroups{Groups: model.NamesOf(group)})).Groups[0]
	if len(g.Members) != 2 || g.Members[0].ClientID != "lab-1" || g.Members[0].Partitions() != 2 || g.Assignor != "cooperative-sticky" {
		t.Errorf("group = %+v", g)
	}
	if p := doing(t, other, add); p == nil || p.Kind != model.Invalid || !strings.Contains(p.Says, "members") {
		t.Errorf("another lab in the group: %v", p)
	}
	does(t, c, model.LabTell{Group: group, Member: "lab-2", Do: model.LabLeave})
	c.labIs(t, "one's", own(4, 0))
	c.Close()
	if groups := the[model.GroupsListed](t, ask(t, other, model.ListGroups{})).Groups; len(groups) > 0 {
		t.Errorf("groups = %+v", groups)
	}
}

// A group that somebody may need is not touched, nor is a topic made.
func TestLabDisturbsNobody(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	join(t, cluster.ListenAddrs(), "billing")
	join(t, cluster.ListenAddrs(), model.LabPrefix+"2")
	c := dial(t, cluster)
	does(t, c, model.LabAdd{Group: "mine", Topic: "orders", Assignor: model.LabConsumer})
	c.labIs(t, "joined", own(4))
	does(t, c, model.LabEnd{Group: "mine"})
	later := dial(t, cluster)
	for name, test := range map[string]struct {
		c            *Client
		group, topic string
		kind         model.ProblemKind
	}{
		"at work":       {c, "billing", "orders", model.Invalid},
		"a lab at work": {c, model.LabPrefix + "2", "orders", model.Invalid},
		"left by a lab": {later, "mine", "orders", model.Invalid},
		"no topic":      {c, "new", "nope", model.Gone},
		"no name":       {c, "", "orders", model.Invalid},
		"no topic name": {c, "new", "", model.Invalid},
	} {
		p := doing(t, test.c, model.LabAdd{Group: test.group, Topic: test.topic, Assignor: model.LabRange})
		if p == nil || p.Kind != test.kind {
			t.Errorf("%s: %v", name, p)
		}
	}
	does(t, c, model.LabAdd{Group: "mine", Topic: "orders", Assignor: model.LabConsumer}) // the lab's own, again
	does(t, c, model.LabEnd{Group: "mine", Delete: true})
	var groups []string
	for _, g := range the[model.GroupsListed](t, ask(t, c, model.ListGroups{})).Groups {
		groups = append(groups, g.ID)
	}
	if !slices.Equal(groups, []string{"billing", model.LabPrefix + "2"}) {
		t.Errorf("groups = %v", groups)
	}
	if topics := the[model.TopicsListed](t, ask(t, c, model.ListTopics{})).Topics; len(topics) != 1 {
		t.Errorf("topics = %+v", topics)
	}
}

// Brokers that cannot assign are not asked to: the client library would have the
// members assign, and the group would be of another kind than its name says.
func TestLabOnOldBrokers(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.MaxVersions(kversion.V3_9_0())))
	add := model.LabAdd{Group: "g", Topic: "orders", Assignor: model.LabConsumer}
	if p := doing(t, c, add); p.Kind != model.Unsupported {
		t.Errorf("%v", p)
	}
	add.Assignor = model.LabSticky
	does(t, c, add)
	c.labIs(t, "joined", own(1))
}

func TestProblemOfConsumer(t *testing.T) {
	for err, right := range map[error]string{
		kerr.TopicAuthorizationFailed: "Read on Topic orders",
		kerr.GroupAuthorizationFailed: "Read on Group g",
	} {
		if p := problemOfConsumer(err, "g", "orders"); p.Kind != model.Denied || p.Right.String() != right {
			t.Errorf("%v: %+v", err, p)
		}
	}
}
