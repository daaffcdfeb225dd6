package model

import (
	"slices"
	"testing"
)

func groupIDs(s Snapshot) []string {
	var ids []string
	for _, g := range s.Groups {
		ids = append(ids, g.ID)
	}
	return ids
}

func TestGroupsListedCarriesOver(t *testing.T) {
	members := []Member{{ID: "m1", Assigned: map[string][]int32{"orders": {0, 1}}}}
	s := Snapshot{}.
		Apply(GroupsListed{Groups: []Group{{ID: "a", State: "Stable"}, {ID: "b", State: "Empty"}}}).
		Apply(GroupsDescribed{Groups: []Group{{ID: "a", State: "Stable", Assignor: "range", Members: members, Known: true}}}).
		Apply(GroupsListed{Groups: []Group{{ID: "a", Coordinator: 3}, {ID: "c", State: "Dead"}}})

	if got := groupIDs(s); !slices.Equal(got, []string{"a", "c"}) {
		t.Fatalf("groups = %v, want a and c", got)
	}
	a, ok := s.Group("a")
	if !ok || a.State != "Stable" || a.Assignor != "range" || len(a.Members) != 1 || !a.Known || a.Coordinator != 3 {
		t.Errorf("group a = %+v, want what was known of it, at its new coordinator", a)
	}
	if c, _ := s.Group("c"); c.Known || c.State != "Dead" {
		t.Errorf("group c = %+v", c)
	}
	s = s.Apply(GroupsListed{Groups: []Group{{ID: "a", State: "Empty", Assignor: "sticky"}}})
	if a, _ := s.Group("a"); a.State != "Empty" || a.Assignor != "sticky" {
		t.Errorf("group a = %+v, want what was listed last", a)
	}
	if _, ok := s.Group("b"); ok {
		t.Error("group b is listed")
	}
}

func TestGroupsOfABrokerThatDoesNotAnswer(t *testing.T) {
	before := []Group{{ID: "at-1", Coordinator: 1}, {ID: "at-2", Coordinator: 2}, {ID: "deleted", Coordinator: 1}, {ID: "moved", Coordinator: 2}}
	now := []Group{{ID: "at-1", Coordinator: 1}, {ID: "moved", Coordinator: 1}}
	failed := []*Problem{{Kind: Unreachable}}
	for _, c := range []struct {
		name string
		e    GroupsListed
		want []string
	}{
		{"all answered", GroupsListed{Groups: now}, []string{"at-1", "moved"}},
		{"broker 2 did not", GroupsListed{Groups: now, Problems: failed}, []string{"at-1", "at-2", "moved"}},
	} {
		s := Snapshot{}.Apply(GroupsListed{Groups: before}).Apply(c.e)
		if got := groupIDs(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if g, _ := s.Group("moved"); g.Coordinator != 1 {
			t.Errorf("%s: the group that moved is at %d", c.name, g.Coordinator)
		}
	}
}

func TestGroupsDescribed(t *testing.T) {
	s := Snapshot{}.Apply(GroupsListed{Groups: []Group{{ID: "a"}, {ID: "b"}}})
	at := s.GroupsAt
	s = s.Apply(GroupsDescribed{Groups: []Group{{ID: "b", State: "Stable", Members: make([]Member, 2), Known: true}, {ID: "nobody listed"}}})
	if b, _ := s.Group("b"); len(b.Members) != 2 || len(s.Groups) != 2 || s.GroupsAt == at {
		t.Errorf("group b = %+v, of %d in listing %d", b, len(s.Groups), s.GroupsAt)
	}
	s = s.Apply(GroupsDescribed{Groups: []Group{{ID: "b", Problem: &Problem{Kind: Denied}}}})
	if b, _ := s.Group("b"); len(b.Members) != 2 || b.State != "Stable" || b.Problem == nil {
		t.Errorf("group b = %+v, want what was known and the problem", b)
	}
	s = s.Apply(GroupsDescribed{Groups: []Group{{ID: "b", Known: true}}})
	if b, _ := s.Group("b"); b.Problem != nil || len(b.Members) != 0 {
		t.Errorf("group b = %+v, want no members and no problem", b)
	}
}

func TestOwners(t *testing.T) {
	g := Group{Members: []Member{
		{ID: "m1", Assigned: map[string][]int32{"orders": {0, 2}, "carts": {1}}},
		{ID: "m2", Assigned: map[string][]int32{"orders": {1}, "idle": nil}},
		{ID: "m3"},
	}}
	for _, c := range []struct {
		topic     string
		partition int32
		owner     string
	}{{"orders", 0, "m1"}, {"orders", 1, "m2"}, {"orders", 3, ""}, {"carts", 1, "m1"}, {"idle", 0, ""}} {
		owner := ""
		if m := g.Owner(c.topic, c.partition); m != nil {
			owner = m.ID
		}
		if owner != c.owner {
			t.Errorf("%s-%d is owned by %q, want %q", c.topic, c.partition, owner, c.owner)
		}
	}
	for topic, want := range map[string]bool{"orders": true, "carts": true, "idle": false, "none": false} {
		if got := g.Reads(topic); got != want {
			t.Errorf("reads %s: %t, want %t", topic, got, want)
		}
	}
	for i, want := range []int{3, 1, 0} {
		if got := g.Members[i].Partitions(); got != want {
			t.Errorf("%s is assigned %d partitions, want %d", g.Members[i].ID, got, want)
		}
	}
}

func TestWordOfAGroup(t *testing.T) {
	for _, c := range []struct {
		g    Group
		want string
	}{
		{Group{Kind: Classic, ProtocolType: "consumer"}, "classic"},
		{Group{Kind: Classic, ProtocolType: "connect"}, "connect"},
		{Group{Kind: Classic}, "classic"},
		{Group{}, "classic"},
		{Group{Kind: Classic, State: "Empty"}, "simple"},
		{Group{State: "Empty"}, "simple"},
		{Group{Kind: Classic, State: "Empty", ProtocolType: "consumer"}, "classic"},
		{Group{Kind: Classic, State: "Dead"}, "classic"},
		{Group{Kind: Share, State: "Empty"}, "share"},
		{Group{Kind: Consumer, ProtocolType: "consumer"}, "consumer"},
		{Group{Kind: Share}, "share"},
		{Group{Kind: Streams}, "streams"},
		{Group{Kind: "quorum-of-cats"}, "quorum-of-cats"},
	} {
		if got := c.g.Word(); got != c.want {
			t.Errorf("%+v goes by %q, want %q", c.g, got, c.want)
		}
	}
}
