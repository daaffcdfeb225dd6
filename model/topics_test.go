package model

import (
	"reflect"
	"slices"
	"testing"
)

func TestRole(t *testing.T) {
	for _, c := range []struct {
		partition string
		want      map[int32]Role
	}{
		{"1 | 1 2 3! 4x", map[int32]Role{1: Leads, 2: Follows, 3: Behind, 4: OfflineRole, 5: NoReplica}},
		{"2 | 1 2 3", map[int32]Role{1: PreferredFollows, 2: LeadsForAnother, 3: Follows}},
		{"2 | 1! 2", map[int32]Role{1: Behind, 2: LeadsForAnother}},
		{"2 | 1x 2", map[int32]Role{1: OfflineRole, 2: LeadsForAnother}},
		{"- | 1x 2!", map[int32]Role{1: OfflineRole, 2: Behind, NoBroker: NoReplica}},
	} {
		p := topicOf("t", c.partition).Partitions[0]
		for b, want := range c.want {
			if got := p.Role(b); got != want {
				t.Errorf("%s: broker %d has role %d, want %d", c.partition, b, got, want)
			}
		}
	}
}

func TestTally(t *testing.T) {
	for _, c := range []struct {
		name  string
		topic Topic
		want  Tally
	}{
		{"no partitions", topicOf("t"), Tally{}},
		{"healthy", topicOf("t", "1 | 1 2", "2 | 2 1"), Tally{Replicas: 4, RF: 2, MinISR: 2}},
		{"orders", orders(), Tally{Replicas: 36, RF: 3, UnderReplicated: 2, NotPreferred: 1, MinISR: 2}},
		{"offline", topicOf("t", "- | 1x", "2 | 2"), Tally{Replicas: 2, RF: 1, UnderReplicated: 1, Offline: 1}},
		{"mixed", topicOf("t", "1 | 1 2", "2 | 2", "1 | 3! 1"), Tally{Replicas: 5, RF: 2, MixedRF: true, UnderReplicated: 1, NotPreferred: 1, MinISR: 1}},
	} {
		if c.topic.Tally != c.want {
			t.Errorf("%s: tally = %+v, want %+v", c.name, c.topic.Tally, c.want)
		}
	}
}

func TestHealth(t *testing.T) {
	gone := topicOf("t", "1 | 1", "1 | 1")
	gone.Problem = &Problem{Kind: Gone}
	denied := topicOf("t", "1 | 1 2!")
	denied.Problem = &Problem{Kind: Denied}
	unread := topicOf("t", "1 | 1 2!")
	unread.Config = &TopicConfig{Problem: &Problem{Kind: Denied}}
	for _, c := range []struct {
		name  string
		topic Topic
		want  Health
		n     int
	}{
		{"healthy", minISR(topicOf("t", "1 | 1 2"), 2), Healthy, 0},
		{"one replica at min.insync.replicas is no news", minISR(topicOf("t", "1 | 1"), 1), Healthy, 0},
		{"under-replicated, config not asked for", topicOf("t", "1 | 1 2!", "1 | 1 2", "2 | 1x 2"), UnderReplicated, 2},
		{"under-replicated, config not readable", unread, UnderReplicated, 1},
		{"above min.insync.replicas", minISR(topicOf("t", "1 | 1 2 3!"), 1), UnderReplicated, 1},
		{"the worst partition counts", minISR(topicOf("t", "1 | 1 2 3!", "1 | 1 2 3", "1 | 1 2!"), 2), UnderMinISR, 1},
		{"at min.insync.replicas", minISR(topicOf("t", "1 | 1 2 3!", "1 | 1 2 3", "1 | 3! 2 1"), 2), AtMinISR, 2},
		{"under min.insync.replicas", minISR(topicOf("t", "1 | 1 2! 3!", "1 | 1 2 3!"), 2), UnderMinISR, 1},
		{"offline is worse", minISR(topicOf("t", "1 | 1 2! 3!", "- | 1x 2x", "- | 3x"), 2), Offline, 2},
		{"deleted is worst", gone, Deleted, 2},
		{"another problem is none of the topic's", denied, UnderReplicated, 1},
		{"no partitions", topicOf("t"), Healthy, 0},
	} {
		if got, n := c.topic.Health(); got != c.want || n != c.n {
			t.Errorf("%s: health %d of %d partitions, want %d of %d", c.name, got, n, c.want, c.n)
		}
	}
	if !slices.IsSorted([]Health{Healthy, UnderReplicated, AtMinISR, UnderMinISR, Offline, Deleted}) {
		t.Error("healths do not compare, best first")
	}
}

func TestPartitionByID(t *testing.T) {
	topic := topicOf("t", "1 | 1", "2 | 2")
	sparse := Topic{Partitions: []Partition{{ID: 3}, {ID: 7}}}
	for _, c := range []struct {
		topic Topic
		id    int32
		found bool
	}{
		{topic, 1, true}, {topic, 2, false}, {topic, -1, false}, {sparse, 7, true}, {sparse, 0, false}, {sparse, 1, false},
	} {
		if p := c.topic.Partition(c.id); (p != nil) != c.found || p != nil && p.ID != c.id {
			t.Errorf("partition %d is %+v", c.id, p)
		}
	}
}

func TestPreferred(t *testing.T) {
	p := topicOf("t", "2 | 3 2").Partitions[0]
	if p.Preferred() != 3 {
		t.Errorf("preferred leader %d, want 3", p.Preferred())
	}
	if none := (&Partition{}); none.Preferred() != NoBroker {
		t.Errorf("preferred leader %d of no replicas", none.Preferred())
	}
}

func withID(t Topic, id byte) Topic {
	t.ID[0] = id
	return t
}

func TestTopicsListedCarriesOver(t *testing.T) {
	for _, c := range []struct {
		name     string
		was, now Topic
		carried  bool
	}{
		{"the same topic", withID(orders(), 1), withID(orders(), 1), true},
		{"with other partitions", withID(orders(), 1), withID(topicOf("orders", "1 | 1"), 1), true},
		{"recreated", withID(orders(), 1), withID(orders(), 2), false},
		{"without ids", orders(), orders(), true},
		{"an id that was not known", orders(), withID(orders(), 2), true},
		{"another topic", withID(orders(), 1), withID(topicOf("carts", "1 | 1"), 1), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := snapshotOf("1 2 3", topicOf("a", "1 | 1"), c.was, topicOf("z", "1 | 1"))
			s = s.Apply(TopicConfigsDescribed{map[string]*TopicConfig{c.was.Name: {MinISR: 2}}}).Apply(answered(0, c.was.Name, 5))
			topics := []Topic{topicOf("b", "1 | 1"), c.now}
			s = s.Apply(TopicsListed{Topics: topics, Counts: CountsOf(topics)})

			got, ok := s.Topic(c.now.Name)
			if !ok || !reflect.DeepEqual(got.Partitions, c.now.Partitions) {
				t.Fatalf("listed as %+v", got)
			}
			if (got.Offsets != nil) != c.carried || (got.Config != nil) != c.carried {
				t.Errorf("offsets %v, config %v; carried over: %t", got.Offsets, got.Config, c.carried)
			}
			if _, ok := s.Topic("z"); ok || len(s.Topics) != 2 || s.Counts.Topics != 2 {
				t.Errorf("%d topics, %d counted", len(s.Topics), s.Counts.Topics)
			}
		})
	}
}

func TestTopicDescribed(t *testing.T) {
	start := snapshotOf("1 2 3", withID(orders(), 1)).
		Apply(TopicConfigsDescribed{map[string]*TopicConfig{"orders": {MinISR: 2}}}).
		Apply(answered(0, "orders", 5))
	for _, c := range []struct {
		name       string
		described  Topic
		partitions int
		health     Health
		carried    bool
	}{
		{"changed", withID(topicOf("orders", "- | 1x"), 1), 1, Offline, true},
		{"recreated", withID(topicOf("orders", "1 | 1"), 2), 1, Healthy, false},
		{"gone", Topic{Name: "orders", Problem: &Problem{Kind: Gone}}, 12, Deleted, true},
		{"denied", Topic{Name: "orders", Problem: &Problem{Kind: Denied}}, 12, AtMinISR, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start.Apply(TopicDescribed{Topic: c.described})
			got, _ := s.Topic("orders")
			if health, _ := got.Health(); len(got.Partitions) != c.partitions || health != c.health {
				t.Errorf("%d partitions, health %d; want %d, %d", len(got.Partitions), health, c.partitions, c.health)
			}
			if (got.Offsets != nil) != c.carried || (got.Config != nil) != c.carried {
				t.Errorf("offsets %v, config %v; carried over: %t", got.Offsets, got.Config, c.carried)
			}
			if got.Problem != c.described.Problem || s.TopicsAt == start.TopicsAt {
				t.Errorf("problem %v, listing %d", got.Problem, s.TopicsAt)
			}
			if want := CountsOf([]Topic{*got}); !reflect.DeepEqual(s.Counts, want) {
				t.Errorf("counts = %+v, want %+v", s.Counts, want)
			}
		})
	}
}

func TestATopicThatIsNotListedIsNotDescribed(t *testing.T) {
	s := snapshotOf("1", topicOf("a", "1 | 1"))
	got := s.Apply(TopicDescribed{Topic: topicOf("b", "1 | 1")})
	if len(got.Topics) != 1 || got.TopicsAt != s.TopicsAt {
		t.Errorf("%d topics in listing %d", len(got.Topics), got.TopicsAt)
	}
}

func TestAListingForgetsThatATopicWasGone(t *testing.T) {
	s := snapshotOf("1", topicOf("t", "1 | 1")).Apply(TopicDescribed{Topic: Topic{Name: "t", Problem: &Problem{Kind: Gone}}})
	topics := []Topic{topicOf("t", "1 | 1")}
	s = s.Apply(TopicsListed{Topics: topics, Counts: CountsOf(topics)})
	if got, _ := s.Topic("t"); got.Problem != nil {
		t.Errorf("problem = %v", got.Problem)
	}
}

func TestFindTopic(t *testing.T) {
	s := snapshotOf("1", topicOf("b", "1 | 1"), topicOf("d", "1 | 1"))
	for name, want := range map[string]struct {
		i  int
		ok bool
	}{"a": {0, false}, "b": {0, true}, "c": {1, false}, "d": {1, true}, "e": {2, false}} {
		if i, ok := FindTopic(s.Topics, name); i != want.i || ok != want.ok {
			t.Errorf("%s is at %d, %t; want %d, %t", name, i, ok, want.i, want.ok)
		}
	}
}
