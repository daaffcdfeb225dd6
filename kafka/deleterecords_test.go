package kafka

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

func deletionOf(t *testing.T, c *Client, d model.Deletion) model.RecordsPlan {
	t.Helper()
	return the[model.DeletionPlanned](t, ask(t, c, model.PlanDeletion{Deletion: d})).Plan
}

// cuts is what a plan says of each partition: from>to.
func cuts(p model.RecordsPlan) string {
	var lines []string
	for _, l := range p.Lines {
		lines = append(lines, fmt.Sprintf("%d: %d>%d of %d", l.Partition, l.Start, l.To, l.End))
	}
	return strings.Join(lines, ", ")
}

func TestDeleteRecords(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	seed(t, cluster, "orders", 3, 10)
	c := dial(t, cluster)
	all := model.Deletion{Topic: "orders", Partition: model.AllPartitions, To: model.DeleteToOffset, Offset: 4}
	plan := deletionOf(t, c, all)
	if cuts(plan) != "0: 0>4 of 10, 1: 0>4 of 10, 2: 0>4 of 10" || plan.Goes != 12 || plan.Refusal() != nil {
		t.Fatalf("the plan is %s", cuts(plan))
	}
	after := the[model.RecordsDeleted](t, does(t, c, &model.DeleteRecords{Plan: plan})).Plan
	if cuts(after) != "0: 4>4 of 10, 1: 4>4 of 10, 2: 4>4 of 10" {
		t.Errorf("it is %s", cuts(after))
	}
	again := deletionOf(t, c, all)
	if p := again.Refusal(); p == nil || !strings.Contains(p.Says, "There is nothing to delete") {
		t.Errorf("again: %v", p)
	}
	one := deletionOf(t, c, model.Deletion{Topic: "orders", Partition: 1, To: model.DeleteToOffset, Offset: 99})
	if cuts(one) != "1: 4>10 of 10" || !one.Lines[0].Clamped {
		t.Errorf("past the end: %s", cuts(one))
	}
	seed(t, cluster, "orders", 3, 1) // written since: it stays
	does(t, c, &model.DeleteRecords{Plan: one})
	if end := deletionOf(t, c, model.Deletion{Topic: "orders", Partition: model.AllPartitions}); cuts(end) != "0: 4>11 of 11, 1: 10>11 of 11, 2: 4>11 of 11" {
		t.Errorf("in the end: %s", cuts(end))
	}
	later := model.Deletion{Topic: "orders", Partition: 0, To: model.DeleteToTime, Time: time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)}
	earlier := later
	earlier.Time = later.Time.Add(-24 * time.Hour)
	if a, b := cuts(deletionOf(t, c, later)), cuts(deletionOf(t, c, earlier)); a != "0: 4>11 of 11" || b != "0: 4>4 of 11" {
		t.Errorf("by time: %s and %s", a, b)
	}
}

func TestDeleteRecordsIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	seed(t, cluster, "orders", 2, 10)
	if err := cluster.CreateTopic("users", 1, map[string]string{"cleanup.policy": "compact"}); err != nil {
		t.Fatal(err)
	}
	c := dial(t, cluster)
	for says, d := range map[string]model.Deletion{
		"There is no topic nope":          {Topic: "nope", Partition: model.AllPartitions},
		"Topic orders has no partition 7": {Topic: "orders", Partition: 7},
		"An offset is not negative":       {Topic: "orders", Partition: 0, To: model.DeleteToOffset, Offset: -1},
		"No topic is named":               {},
	} {
		err := c.Ask(t.Context(), model.PlanDeletion{Deletion: d}, func(model.Event) {})
		if err == nil || problemOf(err).Says != says {
			t.Errorf("%+v: %v, want %s", d, err, says)
		}
	}
	seed(t, cluster, "users", 1, 3)
	if p := doing(t, c, &model.DeleteRecords{Plan: deletionOf(t, c, model.Deletion{Topic: "users", Partition: model.AllPartitions})}); !strings.Contains(p.Says, "is compacted") {
		t.Errorf("a compacted topic: %v", p)
	}
	plan := deletionOf(t, c, model.Deletion{Topic: "orders", Partition: model.AllPartitions})
	refuse(cluster, kerr.TopicAuthorizationFailed, 0, 1)
	if p := doing(t, c, &model.DeleteRecords{Plan: plan}); p.Kind != model.Denied || p.Right.String() != "Delete on Topic orders" {
		t.Errorf("denied: %v", p)
	}
	refuse(cluster, kerr.KafkaStorageError, 1)
	var events []model.Event
	err := c.Do(t.Context(), &model.DeleteRecords{Plan: plan}, func(e model.Event) { events = append(events, e) })
	if err == nil || problemOf(err).Says != "Of 1 of 2 partitions nothing was deleted (1): A log directory of the broker is offline" {
		t.Errorf("partly: %v", err)
	}
	if after := the[model.RecordsDeleted](t, events).Plan; cuts(after) != "0: 10>10 of 10, 1: 0>10 of 10" || after.Lines[1].Problem == nil {
		t.Errorf("partly: %s", cuts(after))
	}
}

// refuse has the next deletion refused for some partitions; of the others it says that it
// was done, and does it.
func refuse(cluster *kfake.Cluster, err *kerr.Error, partitions ...int32) {
	cluster.ControlKey(int16(kmsg.DeleteRecords), func(req kmsg.Request) (kmsg.Response, error, bool) {
		resp := req.ResponseKind().(*kmsg.DeleteRecordsResponse)
		for _, rt := range req.(*kmsg.DeleteRecordsRequest).Topics {
			st := kmsg.NewDeleteRecordsResponseTopic()
			st.Topic = rt.Topic
			for _, rp := range rt.Partitions {
				sp := kmsg.NewDeleteRecordsResponseTopicPartition()
				sp.Partition = rp.Partition
				for _, p := range partitions {
					if p == rp.Partition {
						sp.ErrorCode = err.Code
					}
				}
				if sp.ErrorCode == 0 {
					_ = cluster.DeleteRecords(rt.Topic, rp.Partition, rp.Offset)
				}
				st.Partitions = append(st.Partitions, sp)
			}
			resp.Topics = append(resp.Topics, st)
		}
		return resp, nil, true
	})
}
