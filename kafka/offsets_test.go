package kafka

import (
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"kscope/model"
)

func TestListOffsets(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"), kfake.SeedTopics(1, "empty"))
	seed(t, cluster, "orders", 4, 7)
	c := dial(t, cluster)

	one := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("orders")}))
	if !one.Watched || len(one.Topics) != 1 || fmt.Sprint(one.Topics[0].Start, one.Topics[0].End) != "[0 0 0 0] [7 7 7 7]" {
		t.Errorf("offsets = %+v", one)
	}
	events := ask(t, c, model.ListOffsets{})
	all := the[model.OffsetsListed](t, events)
	if all.Watched || len(all.Topics) != 2 || all.Topics[0].Name != "empty" || all.Topics[1].End[3] != 7 {
		t.Errorf("offsets = %+v", all)
	}
	the[model.OffsetsSwept](t, events)
	if events := ask(t, c, model.ListOffsets{Topics: model.NamesOf()}); len(every[model.OffsetsSwept](events)) != 0 {
		t.Errorf("asking about no topic gave %+v", events)
	}
}

func TestListOffsetsOfATopicThatIsNotThere(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders")))
	got := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("nope", "orders")})).Topics
	if got[0].Problem == nil || got[0].Problem.Kind != model.Gone || got[1].Problem != nil || got[1].End[0] != 0 {
		t.Errorf("offsets = %+v", got)
	}
}

// A leader that moved since the layout was read is found again in the same answer.
func TestListOffsetsFollowsTheLeader(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "orders"))
	seed(t, cluster, "orders", 1, 7)
	c := dial(t, cluster)
	ask(t, c, model.ListTopics{})
	if err := cluster.MoveTopicPartition("orders", 0, (cluster.LeaderFor("orders", 0)+1)%3); err != nil {
		t.Fatal(err)
	}
	got := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("orders")})).Topics[0]
	if got.Problem != nil || got.End[0] != 7 {
		t.Errorf("offsets = %+v, want 7", got)
	}
}
