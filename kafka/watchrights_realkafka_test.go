//go:build realkafka

package kafka

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestWatchGroupWithRights watches a group as a user who is given one right after the
// other. What cannot be seen says which right is missing, and what can be seen is; a
// right that is given takes effect without anything being asked anew.
func TestWatchGroupWithRights(t *testing.T) {
	k := up(t, realkafka.DefaultVersion)
	leave := k.member(t, "eager", "watched", "one", nil)
	defer leave()
	w := watch(t, connect(t, k.alice()), "watched")

	g, next := untilGroup(t, w, "that it may not be described", 0, func(g *model.Group) bool { return g.Problem != nil })
	if g.Problem.Kind != model.Denied || g.Problem.Right.String() != "Describe on Group watched" {
		t.Errorf("group: %v, %v", g.Problem, g.Problem.Cause)
	}
	e, next := untilLogged(t, w, "that its log may not be read", next, func(e *model.GroupLogged) bool { return e.Log.State == model.LogRefused })
	if p := e.Log.Problem; p.Kind != model.Denied || p.Right.String() != "Read on Topic __consumer_offsets" {
		t.Errorf("log: %v, %v", p, p.Cause)
	}

	k.grant(t, kadm.NewACLs().Groups("watched").Operations(kmsg.ACLOperationDescribe))
	k.grant(t, kadm.NewACLs().Topics("orders").Operations(kmsg.ACLOperationDescribe))
	_, next = untilGroup(t, w, "the group", next, stableOf(1))
	read, next := until(t, w, "its lag", next, func(e model.LagsRead) bool { return e.Groups[0].Problem == nil && len(e.Groups[0].Topics) > 0 })
	if topic := read.Groups[0].Topics[0]; topic.Topic != "orders" || topic.Problem != nil || topic.Partitions[0].End < 0 {
		t.Errorf("lag = %+v", topic)
	}

	k.grant(t, kadm.NewACLs().Topics(model.GroupTopic).Operations(kmsg.ACLOperationDescribe))
	e, next = untilLogged(t, w, "that its log may be described but not read", next, func(e *model.GroupLogged) bool { return e.Log.State == model.LogRefused })
	if p := e.Log.Problem; p.Kind != model.Denied || p.Right.String() != "Read on Topic __consumer_offsets" {
		t.Errorf("log: %v, %v", p, p.Cause)
	}
	k.grant(t, kadm.NewACLs().Topics(model.GroupTopic).Operations(kmsg.ACLOperationRead))
	e, _ = untilLogged(t, w, "its past", next, func(e *model.GroupLogged) bool { return e.Log.State == model.LogFollowed })
	if n := len(e.Observations); !e.Anew || n == 0 || len(e.Observations[n-1].Group.Members) != 1 {
		t.Errorf("past = %+v", e)
	}
}
