package kafka

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// leaveAt makes a group that has no members and has committed the same offset for
// each of the partitions of orders.
func leaveAt(t *testing.T, seeds []string, group string, at int64, partitions ...int32) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(seeds...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	offsets := kadm.Offsets{}
	for _, p := range partitions {
		offsets.AddOffset("orders", p, at, -1)
	}
	if _, err := kadm.NewClient(cl).CommitOffsets(t.Context(), group, offsets); err != nil {
		t.Fatal(err)
	}
}

// planned asks for a plan.
func planned(t *testing.T, c *Client, group string, r model.Reset) model.ResetPlan {
	t.Helper()
	return the[model.ResetPlanned](t, ask(t, c, model.PlanReset{Group: group, Reset: r})).Plan
}

// does carries out a command, and returns the events that came of it.
func does(t *testing.T, c *Client, cmd model.Command) []model.Event {
	t.Helper()
	var events []model.Event
	if err := c.Do(t.Context(), cmd, func(e model.Event) { events = append(events, e) }); err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return events
}

// told writes the lines of a plan: topic/partition from>to.
func told(p model.ResetPlan) string {
	var lines []string
	for _, l := range p.Lines {
		line := fmt.Sprintf("%s/%d %d>%d", l.Topic, l.Partition, l.From, l.To)
		if l.Clamped {
			line += "!"
		}
		if l.Problem != nil {
			line += " " + l.Problem.Says
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

var everywhere = model.AllPartitions

func TestPlanReset(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"), kfake.SeedTopics(1, "empty"))
	seed(t, cluster, "orders", 3, 10)
	leaveAt(t, cluster.ListenAddrs(), "billing", 4, 0, 1)
	c := dial(t, cluster)
	all, orders := model.Names{}, model.NamesOf("orders")
	for _, test := range []struct {
		name  string
		reset model.Reset
		want  string
	}{
		{"earliest", model.Reset{To: model.ToEarliest, Topics: all, Partition: everywhere}, "orders/0 4>0, orders/1 4>0"},
		{"latest", model.Reset{To: model.ToLatest, Topics: all, Partition: everywhere}, "orders/0 4>10, orders/1 4>10"},
		{"a named topic as a whole", model.Reset{To: model.ToLatest, Topics: orders, Partition: everywhere}, "orders/0 4>10, orders/1 4>10, orders/2 -1>10"},
		{"one partition", model.Reset{To: model.ToOffset, Offset: 7, Topics: orders, Partition: 1}, "orders/1 4>7"},
		{"beyond the end", model.Reset{To: model.ToOffset, Offset: 70, Topics: orders, Partition: 1}, "orders/1 4>10!"},
		{"forward", model.Reset{To: model.ByShift, Offset: 3, Topics: all, Partition: everywhere}, "orders/0 4>7, orders/1 4>7"},
		{"back too far", model.Reset{To: model.ByShift, Offset: -9, Topics: orders, Partition: everywhere}, "orders/0 4>0!, orders/1 4>0!, orders/2 -1>-1 Nothing is committed to shift"},
		{"before all", model.Reset{To: model.ToTime, Time: time.UnixMilli(1), Topics: all, Partition: everywhere}, "orders/0 4>0, orders/1 4>0"},
		{"after all", model.Reset{To: model.ByDuration, Topics: all, Partition: everywhere}, "orders/0 4>10, orders/1 4>10"},
		{"another topic", model.Reset{To: model.ToEarliest, Topics: model.NamesOf("empty"), Partition: everywhere}, "empty/0 -1>0"},
		{"a file", model.Reset{To: model.FromFile, File: "orders,2,3\norders,0,99\nnope,0,1\norders,9,1", Topics: all, Partition: everywhere},
			"nope/0 -1>-1 There is no topic nope, orders/0 4>10!, orders/2 -1>3, orders/9 -1>-1 Topic orders has no partition 9"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planned(t, c, "billing", test.reset)
			if got := told(p); got != test.want {
				t.Errorf("planned %s\nwant    %s", got, test.want)
			}
			if p.State != "Empty" || p.Kind != model.Classic || p.Refusal() != nil {
				t.Errorf("plan = %+v", p)
			}
		})
	}
}

func TestPlanResetIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0)
	c := dial(t, cluster)
	for name, test := range map[string]struct {
		group string
		reset model.Reset
		kind  model.ProblemKind
		says  string
	}{
		"no such group":     {"nope", model.Reset{To: model.ToEarliest}, model.Gone, "There is no group nope any more"},
		"no such topic":     {"billing", model.Reset{To: model.ToEarliest, Topics: model.NamesOf("nope"), Partition: everywhere}, model.Gone, "There is no topic nope"},
		"no such partition": {"billing", model.Reset{To: model.ToEarliest, Topics: model.NamesOf("orders"), Partition: 5}, model.Invalid, "Topic orders has no partition 5"},
		"which topic's":     {"billing", model.Reset{To: model.ToEarliest, Partition: 5}, model.Invalid, "One partition of several topics cannot be meant"},
		"a bad file":        {"billing", model.Reset{To: model.FromFile, File: "orders,0,1\norders,x,1", Partition: everywhere}, model.Invalid, `Line 2 of the file: "x" is no partition`},
	} {
		if name == "no such group" {
			test.reset.Partition = everywhere
		}
		t.Run(name, func(t *testing.T) {
			p := problemOf(c.Ask(t.Context(), model.PlanReset{Group: test.group, Reset: test.reset}, func(model.Event) {}))
			if p.Kind != test.kind || p.Says != test.says {
				t.Errorf("%+v, want %q", p, test.says)
			}
		})
	}
}

func TestResetOffsets(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	seed(t, cluster, "orders", 3, 10)
	leaveAt(t, cluster.ListenAddrs(), "billing", 4, 0, 1)
	c := dial(t, cluster)
	plan := planned(t, c, "billing", model.Reset{To: model.ToOffset, Offset: 6, Topics: model.NamesOf("orders"), Partition: everywhere})
	if plan.Skipped != 4 || plan.Again != 0 {
		t.Errorf("plan = %+v", plan)
	}
	done := the[model.OffsetsReset](t, does(t, c, &model.ResetOffsets{Plan: plan})).Plan
	if got, want := told(done), "orders/0 6>6, orders/1 6>6, orders/2 6>6"; got != want {
		t.Errorf("read back %s, want %s", got, want)
	}
	if got, want := told(plan), "orders/0 4>6, orders/1 4>6, orders/2 -1>6"; got != want {
		t.Errorf("the plan that was given became %s", got)
	}
	// It was made before the last reset.
	p := doing(t, c, &model.ResetOffsets{Plan: plan})
	if p.Kind != model.Failed || p.Says != "The offsets moved since the preview: partition 0 of orders was at 4, and is at 6" {
		t.Errorf("an old plan: %+v", p)
	}
}

func TestResetOffsetsOfAGroupInUse(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0)
	c := dial(t, cluster)
	r := model.Reset{To: model.ToEarliest, Partition: everywhere}
	before := planned(t, c, "billing", r)
	join(t, cluster.ListenAddrs(), "billing")
	says := "Group billing is in use by billing-client at 127.0.0.1"
	if p := doing(t, c, &model.ResetOffsets{Plan: before}); !strings.HasPrefix(p.Says, says) || p.Fix != "stop them first" {
		t.Errorf("with a member that came after the preview: %+v", p)
	}
	plan := planned(t, c, "billing", r)
	if p := plan.Refusal(); p == nil || len(plan.Holders) != 1 || !strings.HasPrefix(p.Says, says) {
		t.Errorf("plan = %+v, %v", plan, p)
	}
	for _, cmd := range []model.Command{model.DeleteGroup{Group: "billing"}, model.DeleteOffsets{Group: "billing", Topic: "orders"}} {
		if p := doing(t, c, cmd); p.Kind != model.Failed || !strings.HasPrefix(p.Says, says) {
			t.Errorf("%s: %+v", cmd, p)
		}
	}
}

// A broker may refuse a commit for some partitions, and then tells which.
func TestResetOffsetsInPart(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	seed(t, cluster, "orders", 2, 10)
	leaveAt(t, cluster.ListenAddrs(), "billing", 4, 0, 1)
	c := dial(t, cluster)
	refuse := func(which func(int32) bool) {
		cluster.ControlKey(int16(kmsg.OffsetCommit), func(r kmsg.Request) (kmsg.Response, error, bool) {
			req := r.(*kmsg.OffsetCommitRequest)
			resp := req.ResponseKind().(*kmsg.OffsetCommitResponse)
			topic := kmsg.OffsetCommitResponseTopic{Topic: req.Topics[0].Topic, TopicID: req.Topics[0].TopicID}
			for _, p := range req.Topics[0].Partitions {
				one := kmsg.OffsetCommitResponseTopicPartition{Partition: p.Partition}
				if which(p.Partition) {
					one.ErrorCode = kerr.TopicAuthorizationFailed.Code
				}
				topic.Partitions = append(topic.Partitions, one)
			}
			resp.Topics = append(resp.Topics, topic)
			return resp, nil, true
		})
	}
	plan := planned(t, c, "billing", model.Reset{To: model.ToLatest, Partition: everywhere})

	refuse(func(int32) bool { return true })
	if p := doing(t, c, &model.ResetOffsets{Plan: plan}); p.Kind != model.Denied || p.Right.String() != "Read on Topic orders" {
		t.Errorf("all refused: %+v", p)
	}
	refuse(func(p int32) bool { return p == 1 })
	var events []model.Event
	p := problemOf(c.Do(t.Context(), &model.ResetOffsets{Plan: plan}, func(e model.Event) { events = append(events, e) }))
	if !strings.HasPrefix(p.Says, "2 of 2 partitions were not reset (orders/0, orders/1): ") { // the fake answer committed nothing
		t.Errorf("some refused: %+v", p)
	}
	if got := told(the[model.OffsetsReset](t, events).Plan); got != "orders/0 4>10 it is at 4 by now, orders/1 4>10 The right is missing: Read on Topic orders" {
		t.Errorf("read back: %s", got)
	}
}

// When no answer comes, what is committed tells how it went; where that cannot be
// read either, nothing is claimed.
func TestResetOffsetsWithoutAnAnswer(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	seed(t, cluster, "orders", 1, 10)
	leaveAt(t, cluster.ListenAddrs(), "billing", 4, 0)
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: time.Second})
	plan := planned(t, c, "billing", model.Reset{To: model.ToLatest, Partition: everywhere})
	cutOff := func() {
		cluster.ControlKey(int16(kmsg.OffsetCommit), func(kmsg.Request) (kmsg.Response, error, bool) {
			return nil, errors.New("cut off"), true // it hangs up
		})
	}
	cutOff()
	if p := doing(t, c, &model.ResetOffsets{Plan: plan}); p.Kind != model.Unknown || !strings.HasPrefix(p.Says, "The offsets of group billing may have been reset") {
		t.Errorf("not done: %+v", p)
	}
	cutOff()
	fetches := 0
	cluster.ControlKey(int16(kmsg.OffsetFetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if fetches++; fetches == 1 {
			cluster.KeepControl()
			return nil, nil, false
		}
		return fetched(r, cluster.TopicInfo("orders").TopicID, 10), nil, true
	})
	if done := the[model.OffsetsReset](t, does(t, c, &model.ResetOffsets{Plan: plan})).Plan; told(done) != "orders/0 10>10" {
		t.Errorf("done: %s", told(done))
	}
}

// fetched answers that partition 0 of orders has that offset committed.
func fetched(r kmsg.Request, id [16]byte, offset int64) kmsg.Response {
	req := r.(*kmsg.OffsetFetchRequest)
	resp := req.ResponseKind().(*kmsg.OffsetFetchResponse)
	p := kmsg.NewOffsetFetchResponseGroupTopicPartition()
	p.Offset = offset
	topic := kmsg.NewOffsetFetchResponseGroupTopic()
	topic.Topic, topic.TopicID, topic.Partitions = "orders", id, []kmsg.OffsetFetchResponseGroupTopicPartition{p}
	resp.Groups = []kmsg.OffsetFetchResponseGroup{{Group: req.Groups[0].Group, Topics: []kmsg.OffsetFetchResponseGroupTopic{topic}}}
	return resp
}

// A change whose answer is lost may have been made, and says so; reading back tells if
// it was.
func TestChangesWithoutAnAnswer(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	seeds := cluster.ListenAddrs()
	leaveAt(t, seeds, "billing", 0, 0)
	join(t, seeds, "audit")
	join(t, seeds, "fraud", kgo.ServerSideBalancer())
	c := connect(t, model.Connection{Seeds: seeds, Timeout: time.Second})
	ask(t, c, model.ListTopics{})
	for _, test := range []struct {
		key  kmsg.Key
		cmd  model.Command
		says string
	}{
		{kmsg.DeleteGroups, model.DeleteGroup{Group: "billing"}, "Group billing may have been deleted"},
		{kmsg.OffsetDelete, model.DeleteOffsets{Group: "billing", Topic: "orders"}, "The offsets of group billing for orders may have been deleted"},
		{kmsg.LeaveGroup, model.RemoveMember{Group: "audit", MemberID: memberIDs(t, c, "audit")[0]}, "may have been removed"},
		{kmsg.ConsumerGroupHeartbeat, model.RemoveMember{Group: "fraud", MemberID: memberIDs(t, c, "fraud")[0]}, "may have been removed"},
	} {
		cluster.ControlKey(int16(test.key), func(r kmsg.Request) (kmsg.Response, error, bool) {
			if beat, ok := r.(*kmsg.ConsumerGroupHeartbeatRequest); ok && beat.MemberEpoch != leaveEpoch {
				cluster.KeepControl()
				return nil, nil, false // the member's own
			}
			return nil, errors.New("cut off"), true // it hangs up
		})
		p := problemOf(c.Do(t.Context(), test.cmd, func(model.Event) {})) // the group as it is then
		if p.Kind != model.Unknown || !strings.Contains(p.Says, test.says) {
			t.Errorf("%s: %+v", test.cmd, p)
		}
	}
}

func memberIDs(t *testing.T, c *Client, group string) []string {
	t.Helper()
	g, err := c.present(t.Context(), group)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range g.Members {
		ids = append(ids, g.Members[i].ID)
	}
	return ids
}

// Changes find a coordinator that has moved.
func TestChangesFollowTheCoordinator(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0)
	c := dial(t, cluster)
	ask(t, c, model.ListGroups{})
	wrong := func() { c.places.move("billing", (c.places.all()["billing"].coordinator+1)%3) }
	wrong()
	if got, err := c.commitsOf(t.Context(), &model.Group{ID: "billing", Kind: model.Classic}); err != nil || got.at("orders", 0) != 0 {
		t.Errorf("committed: %v, %v", got, err)
	}
	wrong()
	if failed, err := c.commit(t.Context(), &model.Group{ID: "billing", Kind: model.Classic}, []model.ResetLine{{Topic: "orders", To: 0}}); err != nil || len(failed) != 0 {
		t.Errorf("commit: %v, %v", failed, err)
	}
	wrong()
	does(t, c, model.DeleteGroup{Group: "billing"})
}

func TestDeleteGroup(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0)
	leaveAt(t, cluster.ListenAddrs(), "audit", 0, 0)
	c := dial(t, cluster)
	listed := the[model.GroupsListed](t, does(t, c, model.DeleteGroup{Group: "billing"}))
	if len(listed.Groups) != 1 || listed.Groups[0].ID != "audit" {
		t.Errorf("groups = %+v", listed.Groups)
	}
	if p := doing(t, c, model.DeleteGroup{Group: "billing"}); p.Kind != model.Gone {
		t.Errorf("again: %+v", p)
	}
}

func TestDeleteOffsets(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0, 1)
	c := dial(t, cluster)
	if p := doing(t, c, model.DeleteOffsets{Group: "billing", Topic: "nope"}); p.Kind != model.Gone || p.Says != "Group billing has committed nothing for nope" {
		t.Errorf("%+v", p)
	}
	does(t, c, model.DeleteOffsets{Group: "billing", Topic: "orders"})
	if p := doing(t, c, model.DeleteOffsets{Group: "billing", Topic: "orders"}); p.Kind != model.Gone {
		t.Errorf("again: %+v", p)
	}
}

func TestRemoveMember(t *testing.T) {
	for name, opts := range map[string][]kgo.Opt{
		"dynamic":  nil,
		"static":   {kgo.InstanceID("i-1")},
		"consumer": {kgo.ServerSideBalancer()},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
			join(t, cluster.ListenAddrs(), "billing", opts...)
			c := dial(t, cluster)
			ask(t, c, model.ListTopics{})
			ask(t, c, model.ListGroups{})
			before := the[model.GroupsDescribed](t, ask(t, c, model.DescribeGroups{Groups: model.NamesOf("billing")})).Groups[0]
			m := before.Members[0]
			if p := doing(t, c, model.RemoveMember{Group: "billing", MemberID: "nope"}); p.Kind != model.Gone || p.Says != "Group billing has no member nope any more" {
				t.Errorf("%+v", p)
			}
			after := the[model.GroupsDescribed](t, does(t, c, model.RemoveMember{Group: "billing", MemberID: m.ID, InstanceID: m.InstanceID})).Groups[0]
			if has(&after, m.ID) {
				t.Errorf("%s is still in the group: %+v", m.ID, after)
			}
		})
	}
}
