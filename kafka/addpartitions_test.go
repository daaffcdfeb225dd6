package kafka

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

func TestAddPartitions(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders")))
	plan := the[model.PartitionsPlanned](t, ask(t, c, model.PlanPartitions{Topic: "orders", Count: 5})).Plan
	if plan.Refusal() != nil || !plan.Checked || plan.Now != 3 || plan.Replicas != 3 || len(plan.Placement.Brokers) != 3 {
		t.Fatalf("the plan is %+v", plan)
	}
	for count, says := range map[int]string{3: "has 3 partitions, and none can be taken away", 1: "has 3 partitions", 1_000_000: "too many"} {
		plan := the[model.PartitionsPlanned](t, ask(t, c, model.PlanPartitions{Topic: "orders", Count: count})).Plan
		if p := plan.Refusal(); p == nil || !strings.Contains(p.Says, says) {
			t.Errorf("%d: %v", count, p)
		}
	}
	grown := the[model.PartitionsAdded](t, does(t, c, model.AddPartitions{Topic: "orders", From: 3, Count: 5})).Topic
	if len(grown.Partitions) != 5 || grown.Tally.Offline != 0 {
		t.Errorf("it is %+v", grown)
	}
	if p := doing(t, c, model.AddPartitions{Topic: "orders", From: 3, Count: 9}); p.Kind != model.Failed || !strings.Contains(p.Says, "had 3 partitions when that was planned, and has 5") {
		t.Errorf("a plan that is too old: %v", p)
	}
	if p := doing(t, c, model.AddPartitions{Topic: "nope", From: 3, Count: 9}); p.Kind != model.Gone {
		t.Errorf("a topic that is not there: %v", p)
	}
}

func TestSampleKeys(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(4, "orders", "empty"))
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for i := range 400 {
		r := &kgo.Record{Topic: "orders", Key: fmt.Appendf(nil, "user-%d", i%100), Value: []byte("v")}
		if i%10 == 0 {
			r.Key = nil
		}
		if err := cl.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	c := dial(t, cluster)
	all := the[model.KeysSampled](t, ask(t, c, model.SampleKeys{Topic: "orders", Last: 4000})).Keys
	if all.Records != 400 || all.Keyed != 360 || len(all.Keys) != 90 {
		t.Errorf("%d records, %d keyed, %d keys", all.Records, all.Keyed, len(all.Keys))
	}
	moved, strays := all.Moves(4, 6)
	want := 0
	for i := range 100 {
		key := fmt.Appendf(nil, "user-%d", i)
		if i%10 != 0 && model.KeyPartition(key, 4) != model.KeyPartition(key, 6) {
			want++
		}
	}
	if moved != want || strays != 0 || moved == 0 {
		t.Errorf("%d keys move, and %d stray; want %d and none", moved, strays, want)
	}
	few := the[model.KeysSampled](t, ask(t, c, model.SampleKeys{Topic: "orders", Last: 40})).Keys
	if few.Records > 40 || few.Records < 30 {
		t.Errorf("%d records", few.Records)
	}
	if none := the[model.KeysSampled](t, ask(t, c, model.SampleKeys{Topic: "empty", Last: 40})).Keys; none.Records != 0 || none.At.IsZero() {
		t.Errorf("%+v", none)
	}
	if groups := the[model.GroupsListed](t, ask(t, c, model.ListGroups{})).Groups; len(groups) != 0 {
		t.Errorf("a group was made: %+v", groups)
	}
}
