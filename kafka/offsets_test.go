package kafka

import (
	"fmt"
	"strings"
	"testing"
	"time"

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

// With one leader down the offsets of the others come, and a problem for the topic.
func TestListOffsetsWhenALeaderIsDown(t *testing.T) {
	cluster, gates, seeds := gated(t, 2, kfake.SeedTopics(4, "orders"))
	for p := range int32(4) { // left alone, one broker may lead them all
		if err := cluster.MoveTopicPartition("orders", p, p%2); err != nil {
			t.Fatal(err)
		}
	}
	c := connect(t, model.Connection{Seeds: seeds, Timeout: 2 * time.Second})
	ask(t, c, model.ListTopics{})
	partitions, _ := c.layout.topic("orders")
	gates[1].Close()
	gates[1].cut()
	got := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("orders")})).Topics[0]
	if got.Problem == nil || got.Problem.Kind != model.Unreachable {
		t.Errorf("problem = %v", got.Problem)
	}
	for i, p := range partitions {
		if known := got.End[i] != model.NoOffset; known != (p.Leader == 0) {
			t.Errorf("partition %d of leader %d ends at %d", i, p.Leader, got.End[i])
		}
	}
}

func TestChunks(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(3000, "a", "b", "c"), kfake.SeedTopics(6000, "d")))
	events := ask(t, c, model.ListOffsets{})
	var got []string
	for _, e := range every[model.OffsetsListed](events) {
		for _, topic := range e.Topics {
			got = append(got, fmt.Sprint(topic.Name, len(topic.End)))
		}
		got = append(got, ";")
	}
	if s := strings.Join(got, " "); s != "a3000 ; b3000 ; c3000 ; d6000 ;" {
		t.Errorf("chunks: %s", s)
	}
	the[model.OffsetsSwept](t, events)
}
