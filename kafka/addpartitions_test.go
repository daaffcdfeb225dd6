package kafka

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

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
