//go:build realkafka

package kafka

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

func (k *real) actInUse(t *testing.T) {
	k.idle(t, "other", "classics")
	k.idle(t, "another", "consumers-2")
	for group, opts := range map[string][]kgo.Opt{"classics": nil, "consumers-2": {kgo.ServerSideBalancer()}} {
		t.Run(group, func(t *testing.T) {
			k.joined(t, group, opts...)
			c := connect(t, k.plain())
			k.described(t, c, group)
			topic := map[string]string{"classics": "other", "consumers-2": "another"}[group]
			before := k.stands(t, group)
			plan := planned(t, c, group, model.Reset{To: model.ToEarliest, Topics: model.NamesOf(topic), Partition: everywhere})
			says := "Group " + group + " is in use by "
			if p := plan.Refusal(); p == nil || !strings.HasPrefix(p.Says, says) {
				t.Errorf("plan: %v", p)
			}
			for _, cmd := range []model.Command{&model.ResetOffsets{Plan: plan}, model.DeleteGroup{Group: group}} {
				if p := doing(t, c, cmd); !strings.HasPrefix(p.Says, says) {
					t.Errorf("%s: %+v", cmd, p)
				}
			}
			if after := k.stands(t, group); after != before {
				t.Errorf("%s is committed, was %s", after, before)
			}
			// The broker itself refuses, too, when a member comes at the last moment.
			failed, err := c.commit(t.Context(), &model.Group{ID: group, Kind: model.Classic}, plan.Lines)
			if err != nil || len(failed) != 3 {
				t.Fatalf("%v, %v", failed, err)
			}
			if p := slices.Collect(maps.Values(failed))[0]; p.Says != "A member has just come into group "+group {
				t.Errorf("%+v", p)
			}
			// Of a topic that nobody subscribes to offsets may go.
			does(t, c, model.DeleteOffsets{Group: group, Topic: topic})
			if after := k.stands(t, group); strings.Contains(after, topic) {
				t.Errorf("%s is committed", after)
			}
			k.subscribed(t, c, group)
		})
	}
}

// subscribed has the offsets of a topic refused that members subscribe to.
func (k *real) subscribed(t *testing.T, c *Client, group string) {
	t.Helper()
	err := c.deleteCommits(t.Context(), group, "orders", map[int32]int64{0: 0})
	if err == nil {
		t.Fatal("it was done")
	}
	g := k.described(t, c, group)
	p := problemOf(deleteProblem(err, &g, "orders"))
	if !strings.Contains(p.Says, ", and subscribes to orders") {
		t.Errorf("%+v", p)
	}
}

func (k *real) deletes(t *testing.T) {
	k.idle(t, "deleted", "leavers")
	c := connect(t, k.plain())
	does(t, c, model.DeleteOffsets{Group: "leavers", Topic: "deleted"})
	k.commits(t, "leavers-2", "deleted", 3, 0)
	listed := the[model.GroupsListed](t, does(t, c, model.DeleteGroup{Group: "leavers-2"}))
	if i, there := model.FindGroup(pointers(listed.Groups), "leavers-2"); there {
		t.Errorf("%+v", listed.Groups[i])
	}
	if got := k.stands(t, "leavers-2"); got != "" {
		t.Errorf("%s is committed", got)
	}
	if p := doing(t, c, model.DeleteGroup{Group: "leavers-2"}); p.Kind != model.Gone || p.Says != "There is no group leavers-2 any more" {
		t.Errorf("again: %+v", p)
	}
}

// A member that is removed is out of the group at once, whatever its protocol. One
// whose process runs on finds out by its next heartbeat, and joins again.
func (k *real) removesMembers(t *testing.T) {
	for name, opts := range map[string][]kgo.Opt{
		"dynamic":         nil,
		"static":          {kgo.InstanceID("i-1")},
		"consumer":        {kgo.ServerSideBalancer()},
		"consumer static": {kgo.ServerSideBalancer(), kgo.InstanceID("i-2")},
	} {
		t.Run(name, func(t *testing.T) { k.removesMember(t, name, opts...) })
	}
}

func (k *real) removesMember(t *testing.T, name string, opts ...kgo.Opt) {
	group := "remove-" + strings.ReplaceAll(name, " ", "-")
	k.joined(t, group, opts...)
	c := connect(t, k.plain())
	m := k.described(t, c, group).Members[0]
	begin := time.Now()
	events := does(t, c, model.RemoveMember{Group: group, MemberID: m.ID, InstanceID: m.InstanceID})
	if after := the[model.GroupsDescribed](t, events).Groups[0]; has(&after, m.ID) || time.Since(begin) > atOnce {
		t.Errorf("after %v: %+v", time.Since(begin), after)
	}
	if p := doing(t, c, model.RemoveMember{Group: group, MemberID: "nobody"}); p.Kind != model.Gone {
		t.Errorf("nobody: %+v", p)
	}
}

// now returns a group as it is.
func (k *real) now(t *testing.T, c *Client, group string) *model.Group {
	t.Helper()
	g, err := c.present(t.Context(), group)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Without rights, the one that is missing is named.
func (k *real) actRights(t *testing.T) {
	k.idle(t, "forbidden", "strangers")
	c := connect(t, k.alice())
	r := model.Reset{To: model.ToEarliest, Partition: everywhere}
	query := model.PlanReset{Group: "strangers", Reset: r}
	p := refusing(t, c, query)
	if p.Kind != model.Denied || p.Right.String() != "Describe on Group strangers" {
		t.Errorf("no rights: %+v", p)
	}
	admin := connect(t, k.plain())
	plan := planned(t, admin, "strangers", r)
	k.grant(t, kadm.NewACLs().Groups("strangers").Topics("forbidden").Operations(kadm.OpDescribe))
	planned(t, c, "strangers", r)
	for cmd, right := range map[model.Command]string{
		&model.ResetOffsets{Plan: plan}:                             "Read on Group strangers",
		model.DeleteGroup{Group: "strangers"}:                       "Delete on Group strangers",
		model.DeleteOffsets{Group: "strangers", Topic: "forbidden"}: "Delete on Group strangers",
	} {
		if p := doing(t, c, cmd); p.Kind != model.Denied || p.Right.String() != right {
			t.Errorf("%s: %+v, want %s", cmd, p, right)
		}
	}
}
