package model

import "testing"

func TestIdleReason(t *testing.T) {
	s := snapshotOf("1·a 2·b 3·c", topicOf("carts", "1 | 1", "2 | 2"), topicOf("orders", "1 | 1", "2 | 2"))
	member := func(topics ...string) Member {
		return Member{ID: "idle", Subscribed: append([]string{}, topics...), Assigned: map[string][]int32{}}
	}
	busy := Member{ID: "busy", Subscribed: []string{"carts", "orders"}, Assigned: map[string][]int32{"orders": {0}}}
	waits := member("orders")
	waits.Target = map[string][]int32{"orders": {0}}
	unknown := member()
	unknown.Subscribed = nil
	for _, c := range []struct {
		name string
		g    Group
		m    Member
		want string
	}{
		{"it reads", Group{}, busy, ""},
		{"it runs a task", Group{Kind: Streams}, Member{Tasks: []Task{{Kind: ActiveTask}}}, ""},
		{"it keeps a copy only", Group{Kind: Streams}, Member{Tasks: []Task{{Kind: StandbyTask}}}, "is assigned nothing"},
		{"it is to get some", Group{Kind: Consumer, State: "Reconciling"}, waits, "waits for 1 partition that others are to give up"},
		{"rebalancing", Group{State: "PreparingRebalance"}, member("orders"), "the group is rebalancing"},
		{"no topic", Group{}, member(), "subscribes to nothing"},
		{"not known", Group{}, unknown, "is assigned nothing"},
		{"no such topic", Group{}, member("nonsense"), "subscribes to nonsense, which does not exist"},
		{"no such topics", Group{}, member("nonsense", "rubbish"), "subscribes to nonsense and rubbish, which do not exist"},
		{"too many members", Group{Members: []Member{busy, busy, busy}}, member("orders"), "3 members, 2 partitions"},
		{"range", Group{Assignor: "range", Members: []Member{busy, busy, busy}}, member("carts", "orders"), "range divides each topic on its own: 3 members, at most 2 partitions"},
		{"share groups share", Group{Kind: Share, Members: []Member{busy, busy, busy}}, member("orders"), "is assigned nothing"},
		{"enough of them", Group{Members: []Member{busy}}, member("orders"), "is assigned nothing"},
	} {
		if got := s.IdleReason(&c.g, &c.m); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
