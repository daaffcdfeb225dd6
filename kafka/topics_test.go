package kafka

import (
	"math"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

func TestListTopics(t *testing.T) {
	for name, opts := range map[string][]kfake.Opt{
		"by pages":    nil,
		"by metadata": {kfake.MaxVersions(kversion.V3_5_0())},
	} {
		t.Run(name, func(t *testing.T) {
			opts = append(opts, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders", "audit"))
			c := dial(t, fake(t, opts...))
			listed := the[model.TopicsListed](t, ask(t, c, model.ListTopics{}))
			if len(listed.Topics) != 2 || listed.Topics[0].Name != "audit" || listed.Topics[1].Tally.Replicas != 12 {
				t.Fatalf("topics = %+v, want audit and orders", listed.Topics)
			}
			for i, p := range listed.Topics[1].Partitions {
				if p.ID != int32(i) || p.Leader == model.NoBroker || p.ISR() != 3 {
					t.Errorf("partition %d = %+v", i, p)
				}
			}
			if n := listed.Counts.Loads[0].Replicas; n != 8 {
				t.Errorf("broker 0 holds %d replicas, want 8", n)
			}
		})
	}
}

// A topic of more partitions than fit a page comes in one piece.
func TestListTopicsOverPages(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3500, "wide", "wider")))
	listed := the[model.TopicsListed](t, ask(t, c, model.ListTopics{}))
	if len(listed.Topics) != 2 {
		t.Fatalf("%d topics, want 2", len(listed.Topics))
	}
	described, err := c.describeAll(t.Context(), []string{"wider", "nope", "wide"})
	if err != nil || len(described) != 3 {
		t.Errorf("%d topics, %v, want 3", len(described), err)
	}
	for _, topic := range append(listed.Topics, described[1:]...) {
		if len(topic.Partitions) != 3500 || topic.Partitions[3499].ID != 3499 || topic.Tally.Replicas != 3*3500 {
			t.Errorf("%s has %d partitions, want 3500", topic.Name, len(topic.Partitions))
		}
	}
}

// The last replica of a partition stays in the ISR when its broker goes down.
func TestReplicaStates(t *testing.T) {
	s := newStore(1, 4)
	s.add(0, -1, 5, []int32{1, 2, 3, 4}, []int32{1, 2}, []int32{1, 3})
	p := s.cut()[0]
	if p.Leader != model.NoBroker || p.LeaderEpoch != 5 {
		t.Errorf("partition = %+v", p)
	}
	for i, want := range []model.ReplicaState{model.OfflineReplica, model.InSync, model.OfflineReplica, model.OutOfSync} {
		if p.Replicas[i].State != want {
			t.Errorf("replica %d is %d, want %d", p.Replicas[i].Broker, p.Replicas[i].State, want)
		}
	}
}

// A topic that may not be described comes with the right that is missing.
func TestTopicThatIsDenied(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.EnableSASL(), kfake.EnableACLs(), kfake.User("PLAIN", "alice", "secret"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Mechanism: "PLAIN", Username: "alice", Password: model.NewSecret("secret")})
	got := the[model.TopicDescribed](t, ask(t, c, model.DescribeTopic{Name: "orders"})).Topic
	if p := got.Problem; p == nil || p.Kind != model.Denied || p.Right.String() != "Describe on Topic orders" {
		t.Errorf("topic = %+v", got)
	}
	if topics := the[model.TopicsListed](t, ask(t, c, model.ListTopics{})).Topics; len(topics) != 0 {
		t.Errorf("topics = %+v", topics)
	}
}

func TestDescribeTopic(t *testing.T) {
	for name, opts := range map[string][]kfake.Opt{
		"by pages":    nil,
		"by metadata": {kfake.MaxVersions(kversion.V3_5_0())},
	} {
		t.Run(name, func(t *testing.T) {
			opts = append(opts, kfake.NumBrokers(1), kfake.SeedTopics(4, "orders"))
			cluster := fake(t, opts...)
			c := dial(t, cluster)
			got := the[model.TopicDescribed](t, ask(t, c, model.DescribeTopic{Name: "orders"})).Topic
			if got.Problem != nil || len(got.Partitions) != 4 || got.ID == [16]byte{} {
				t.Errorf("topic = %+v", got)
			}
			got = the[model.TopicDescribed](t, ask(t, c, model.DescribeTopic{Name: "nope"})).Topic
			if got.Name != "nope" || got.Problem == nil || got.Problem.Kind != model.Gone {
				t.Errorf("topic = %+v, want it to be gone", got)
			}
			if cluster.TopicInfo("nope") != nil {
				t.Error("asking about a topic created it")
			}
		})
	}
}

func TestMayWrite(t *testing.T) {
	for operations, want := range map[int32]model.Tristate{
		math.MinInt32: model.Unasked, // the broker does not tell
		0:             model.Unasked, // as something else that speaks the protocol may say
		1<<4 | 1<<8:   model.Yes,
		1<<3 | 1<<8:   model.No,
		1 << 8:        model.No,
	} {
		if got := mayWrite(operations); got != want {
			t.Errorf("%b is %v, want %v", operations, got, want)
		}
	}
}
