package kafka

import (
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

// commitAt commits offsets of orders for a group without members.
func commitAt(t testing.TB, cluster *kfake.Cluster, group string, at ...int64) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	var offsets kadm.Offsets
	for p, o := range at {
		if o >= 0 {
			offsets.AddOffset("orders", int32(p), o, -1)
		}
	}
	if err := kadm.NewClient(cl).CommitAllOffsets(t.Context(), group, offsets); err != nil {
		t.Fatal(err)
	}
}

func lagsIn(events []model.Event) map[string]model.GroupRead {
	got := map[string]model.GroupRead{}
	for _, e := range every[model.LagsRead](events) {
		for _, r := range e.Groups {
			got[r.ID] = r
		}
	}
	return got
}

// offsetsIn says a read as topic: partition committed/start-end lag.
func offsetsIn(r model.GroupRead) string {
	s := ""
	for _, t := range r.Topics {
		s += t.Topic + ":"
		for _, p := range t.Partitions {
			s += fmt.Sprintf(" %d %d/%d-%d %d", p.ID, p.Committed, p.Start, p.End, p.Lag)
		}
	}
	return s
}

func TestReadLags(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	seed(t, cluster, "orders", 3, 10)
	commitAt(t, cluster, "behind", 4, 10, 12)
	commitAt(t, cluster, "some", -1, 7)
	member(t, cluster.ListenAddrs(), "new", "one", kgo.DisableAutoCommit())
	c := dial(t, cluster)
	eventually := time.Now().Add(forever)
	for {
		e := ask(t, c, model.DescribeGroups{Groups: model.NamesOf("new")})
		if g := the[model.GroupsDescribed](t, e).Groups[0]; len(g.Members) == 1 && g.Members[0].Partitions() == 3 {
			break
		} else if time.Now().After(eventually) {
			t.Fatalf("group = %+v", g)
		}
	}
	if all := lagsIn(ask(t, c, model.ReadLags{})); len(all) != 3 {
		t.Errorf("all = %+v", all)
	}
	got := lagsIn(ask(t, c, model.ReadLags{Groups: model.NamesOf("behind", "some", "new", "nobody")}))
	for group, want := range map[string]string{
		"behind": "orders: 0 4/0-10 6 1 10/0-10 0 2 12/0-10 0", // never negative
		"some":   "orders: 1 7/0-10 3",
		"new":    "orders: 0 -1/0-10 -1 1 -1/0-10 -1 2 -1/0-10 -1", // owned, and nothing committed
		"nobody": "",
	} {
		if s := offsetsIn(got[group]); s != want {
			t.Errorf("%s: %s, want %s; problem %v", group, s, want, got[group].Problem)
		}
	}
}

// Brokers before Kafka 3.0 take one group in a request.
func TestReadLagsOfOldBrokers(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(2, "orders"), kfake.MaxVersions(kversion.V2_8_0()))
	seed(t, cluster, "orders", 2, 10)
	want := map[string]string{}
	for i := range 5 {
		group := fmt.Sprintf("g-%d", i)
		commitAt(t, cluster, group, int64(i), 10)
		want[group] = fmt.Sprintf("orders: 0 %d/0-10 %d 1 10/0-10 0", i, 10-i)
	}
	got := lagsIn(ask(t, dial(t, cluster), model.ReadLags{}))
	for group, want := range want {
		if s := offsetsIn(got[group]); s != want {
			t.Errorf("%s: %s, want %s; problem %v", group, s, want, got[group].Problem)
		}
	}
}

// A share group has a start offset in each partition instead of a committed one.
func TestReadLagsOfShareGroups(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(2, "orders"))
	seed(t, cluster, "orders", 2, 10)
	c := dial(t, cluster)
	c.places.replace([]model.Group{{ID: "pool", Kind: model.Share, Coordinator: 1}})
	cluster.ControlKey(int16(kmsg.DescribeShareGroupOffsets), func(kr kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := kr.ResponseKind().(*kmsg.DescribeShareGroupOffsetsResponse)
		g, topic := kmsg.NewDescribeShareGroupOffsetsResponseGroup(), kmsg.NewDescribeShareGroupOffsetsResponseGroupTopic()
		for p, start := range []int64{3, -1} {
			one := kmsg.NewDescribeShareGroupOffsetsResponseGroupTopicPartition()
			one.Partition, one.StartOffset = int32(p), start
			topic.Partitions = append(topic.Partitions, one)
		}
		g.GroupID, topic.Topic = "pool", "orders"
		g.Topics = append(g.Topics, topic)
		resp.Groups = append(resp.Groups, g)
		return resp, nil, true
	})
	got := lagsIn(ask(t, c, model.ReadLags{Groups: model.NamesOf("pool")}))
	if s, want := offsetsIn(got["pool"]), "orders: 0 3/0-10 7 1 -1/0-10 -1"; s != want {
		t.Errorf("%s, want %s; problem %v", s, want, got["pool"].Problem)
	}
}

// What a group has committed for a topic that is gone is said to be of a topic that
// is gone.
func TestReadLagsOfDeletedTopic(t *testing.T) {
	t.Parallel()
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders")))
	ask(t, c, model.ListTopics{})
	reads := []model.GroupRead{{ID: "g", Topics: []model.TopicLag{
		{Topic: "gone", Partitions: []model.PartitionLag{unreadPartition(0)}},
		{Topic: "orders", Partitions: []model.PartitionLag{unreadPartition(1)}},
	}}}
	c.findEnds(t.Context(), reads, bothEnds)
	if p := reads[0].Topics[0].Problem; p == nil || p.Kind != model.Gone {
		t.Errorf("gone = %+v", reads[0].Topics[0])
	}
	if p := reads[0].Topics[1]; p.Problem != nil || p.Partitions[0].End != 0 {
		t.Errorf("orders = %+v", p)
	}
}

// A layout that is out of date is read anew.
func TestReadLagsAfterLeadersMoved(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	seed(t, cluster, "orders", 3, 10)
	commitAt(t, cluster, "behind", 4, 5, 6)
	c := dial(t, cluster)
	ask(t, c, model.ListTopics{})
	for p := range int32(3) {
		if err := cluster.MoveTopicPartition("orders", p, (p+1)%3); err != nil {
			t.Fatal(err)
		}
	}
	got := lagsIn(ask(t, c, model.ReadLags{Groups: model.NamesOf("behind")}))
	if s, want := offsetsIn(got["behind"]), "orders: 0 4/0-10 6 1 5/0-10 5 2 6/0-10 4"; s != want || got["behind"].Topics[0].Problem != nil {
		t.Errorf("%s, want %s; %+v", s, want, got["behind"])
	}
}

func TestNaturesOfTopics(t *testing.T) {
	t.Parallel()
	compact := "compact,delete"
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders", "payments", "plain"))
	txn, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.TransactionalID("till"), kgo.DefaultProduceTopic("payments"))
	if err != nil {
		t.Fatal(err)
	}
	defer txn.Close()
	if _, err := kadm.NewClient(txn).AlterTopicConfigs(t.Context(), []kadm.AlterConfig{{Name: "cleanup.policy", Value: &compact}}, "orders"); err != nil {
		t.Fatal(err)
	}
	if err := txn.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := txn.ProduceSync(t.Context(), kgo.StringRecord("v")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	c := dial(t, cluster)
	ask(t, c, model.ListTopics{})
	if got := fmt.Sprint(c.naturesOf(t.Context(), []string{"orders", "payments", "plain"})); got != "map[orders:{true false} payments:{false true} plain:{false false}]" {
		t.Errorf("natures = %v", got)
	}
	if err := txn.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
}
