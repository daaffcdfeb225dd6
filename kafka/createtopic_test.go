package kafka

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// orders is a topic to be created, with two configs.
var orders = model.NewTopic{Name: "orders", Partitions: 6, Replicas: 2, Configs: model.ConfigChangesOf(
	model.ConfigChange{Name: "retention.ms", Value: "60000"}, model.ConfigChange{Name: "cleanup.policy", Value: "compact"},
)}

func TestCreateTopic(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3)))
	plan := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: orders})).Plan
	if plan.Refusal() != nil || !plan.Checked || plan.Partitions != 6 || plan.Replicas != 2 || len(plan.Placement.Brokers) != 3 {
		t.Fatalf("the plan is %+v", plan)
	}
	if listed := the[model.TopicsListed](t, ask(t, c, model.ListTopics{})); len(listed.Topics) != 0 {
		t.Fatalf("a plan created %+v", listed.Topics)
	}
	made := the[model.TopicCreated](t, does(t, c, model.CreateTopic{Topic: orders})).Topic
	if made.Name != "orders" || len(made.Partitions) != 6 || made.Tally.RF != 2 || made.Tally.Offline != 0 {
		t.Errorf("created %+v", made)
	}
	configs := the[model.ConfigsDescribed](t, ask(t, c, model.DescribeConfigs{Of: model.TopicsConfigs("orders")})).Configs
	if e := configs.Find("retention.ms"); e == nil || e.Value != "60000" || !e.Overridden() {
		t.Errorf("retention.ms is %+v", e)
	}
}

func TestCreateTopicIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(1, "orders", "a.b"))
	c := dial(t, cluster)
	for _, test := range []struct {
		topic model.NewTopic
		says  string
	}{
		{model.NewTopic{Name: "orders", Partitions: 1, Replicas: 1}, "A topic of that name exists already"},
		{model.NewTopic{Name: "a_b", Partitions: 1, Replicas: 1}, "This cannot be the name of a topic"},
		{model.NewTopic{Name: "x y", Partitions: 1, Replicas: 1}, "' ' cannot be in the name of a topic"},
		{model.NewTopic{Name: "new", Partitions: 0, Replicas: 1}, "A topic has at least one partition"},
		{model.NewTopic{Name: "new", Partitions: 1, Replicas: 3}, "There are not enough brokers for this replication factor"},
	} {
		plan := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: test.topic})).Plan
		if p := plan.Refusal(); p == nil || p.Says != test.says {
			t.Errorf("planning %+v: %v, want %s", test.topic, p, test.says)
		}
		if p := doing(t, c, model.CreateTopic{Topic: test.topic}); p.Says != test.says {
			t.Errorf("creating %+v: %v, want %s", test.topic, p, test.says)
		}
	}
}

// answerOnce has the next creation answered with an error, after it was done or not.
func answerCreation(cluster *kfake.Cluster, code int16, says string) {
	cluster.ControlKey(int16(kmsg.CreateTopics), func(req kmsg.Request) (kmsg.Response, error, bool) {
		resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
		for _, rt := range req.(*kmsg.CreateTopicsRequest).Topics {
			st := kmsg.NewCreateTopicsResponseTopic()
			st.Topic, st.ErrorCode, st.ErrorMessage = rt.Topic, code, kmsg.StringPtr(says)
			resp.Topics = append(resp.Topics, st)
		}
		return resp, nil, true
	})
}

func TestCreateTopicSaysWhatBrokersSay(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	c := dial(t, cluster)
	cmd := model.CreateTopic{Topic: model.NewTopic{Name: "new", Partitions: 1, Replicas: 1}}
	for _, test := range []struct {
		err  *kerr.Error
		says string
		kind model.ProblemKind
		want string
	}{
		{kerr.PolicyViolation, "names must begin with team-.", model.Invalid, "A policy of the cluster forbids this: names must begin with team-"},
		{kerr.InvalidConfig, "Unknown topic config name: foo", model.Invalid, "Unknown topic config name: foo"},
		{kerr.InvalidReplicationFactor, "Replication factor is above the maximum", model.Invalid, "Replication factor is above the maximum"},
		{kerr.TopicAuthorizationFailed, "Authorization failed.", model.Denied, "The right is missing: Create on Topic new"},
		{kerr.ThrottlingQuotaExceeded, "", model.Failed, "The broker's quota for this user is used up"},
	} {
		answerCreation(cluster, test.err.Code, test.says)
		if p := doing(t, c, cmd); p.Says != test.want || p.Kind != test.kind {
			t.Errorf("%s: %v (kind %d), want %s", test.err.Message, p, p.Kind, test.want)
		}
	}
	answerCreation(cluster, kerr.NotController.Code, "") // it is looked for again
	does(t, c, cmd)
}

// An answer that is lost leaves it open who made the topic that is there.
func TestCreateTopicWithoutAnAnswer(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "other"))
	c := dial(t, cluster)
	answerCreation(cluster, kerr.RequestTimedOut.Code, "")
	if err := cluster.CreateTopic("new", 1, nil); err != nil {
		t.Fatal(err)
	}
	var events []model.Event
	err := c.Do(t.Context(), model.CreateTopic{Topic: model.NewTopic{Name: "new", Partitions: 1, Replicas: 1}}, func(e model.Event) { events = append(events, e) })
	p := problemOf(err)
	if p.Kind != model.Unknown || !strings.Contains(p.Says, "this created it, or somebody else did") || len(every[model.TopicCreated](events)) != 1 {
		t.Errorf("%v, and %v", p, events)
	}
}

// TestReadOnlyValidatesNothing: a cluster that is only looked at is not even asked
// whether it would take a change.
func TestReadOnlyValidatesNothing(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	var asked atomic.Int32
	for _, key := range []kmsg.Key{kmsg.CreateTopics, kmsg.CreatePartitions, kmsg.IncrementalAlterConfigs, kmsg.DeleteTopics, kmsg.DeleteRecords} {
		cluster.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
			asked.Add(1)
			cluster.KeepControl()
			return nil, nil, false
		})
	}
	plan := func(c *Client) {
		topic := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: model.NewTopic{Name: "new", Partitions: 2, Replicas: 1}})).Plan
		partitions := the[model.PartitionsPlanned](t, ask(t, c, model.PlanPartitions{Topic: "orders", Count: 3})).Plan
		configs := the[model.ConfigsPlanned](t, ask(t, c, model.PlanConfigs{
			Of: model.TopicsConfigs("orders"), Changes: model.ConfigChangesOf(model.ConfigChange{Name: "retention.ms", Value: "1000"}),
		})).Plan
		ask(t, c, model.PlanDeletion{Deletion: model.Deletion{Topic: "orders", Partition: model.AllPartitions}})
		for what, checked := range map[string]bool{"topic": topic.Checked, "partitions": partitions.Checked, "configs": configs.Checked} {
			if checked == c.conn.ReadOnly {
				t.Errorf("the plan of a %s: checked is %v, read-only %v", what, checked, c.conn.ReadOnly)
			}
		}
	}
	plan(connect(t, model.Connection{Seeds: cluster.ListenAddrs(), ReadOnly: true}))
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests that could change something", n)
	}
	plan(connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second}))
	if n := asked.Load(); n != 3 {
		t.Errorf("%d requests to validate, want 3", n)
	}
}
