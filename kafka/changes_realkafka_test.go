//go:build realkafka

package kafka

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// changes creates topics, changes them and deletes them.
func (k *real) changes(t *testing.T) {
	t.Run("create", k.creates)
	t.Run("place", k.places)
	t.Run("add partitions", k.grows)
	t.Run("configs", k.alters)
	t.Run("configs of a broker", k.hidesSecrets)
	t.Run("delete records", k.cuts)
	t.Run("delete", k.drops)
}

func newTopic(name string, partitions, replicas int, configs ...string) model.NewTopic {
	var changes []model.ConfigChange
	for _, c := range configs {
		name, value, _ := strings.Cut(c, "=")
		changes = append(changes, model.ConfigChange{Name: name, Value: value})
	}
	return model.NewTopic{Name: name, Partitions: partitions, Replicas: replicas, Configs: model.ConfigChangesOf(changes...)}
}

// create creates a topic, and waits until each broker knows of it.
func (k *real) create(t *testing.T, c *Client, topic model.NewTopic) model.Topic {
	t.Helper()
	created := the[model.TopicCreated](t, does(t, c, model.CreateTopic{Topic: topic})).Topic
	k.partitions(t, topic.Name, len(created.Partitions))
	return created
}

// partitions waits until each broker says that a topic has so many.
func (k *real) partitions(t *testing.T, topic string, n int) {
	t.Helper()
	k.everywhere(t, fmt.Sprintf("%s has %d partitions", topic, n), func(c *Client) (string, bool) {
		found, err := c.describe(t.Context(), topic)
		return fmt.Sprintf("%+v, %v", found, err), err == nil && found.Problem == nil && len(found.Partitions) == n
	})
}

// configured waits until each broker says that a config of a topic has that value.
func (k *real) configured(t *testing.T, topic, config, value string) {
	t.Helper()
	k.everywhere(t, config+" is "+value, func(c *Client) (string, bool) {
		e := configsNow(t, c, model.TopicsConfigs(topic)).Find(config)
		return fmt.Sprintf("%+v", e), e != nil && e.Value == value
	})
}

// What the brokers refuse they refuse in a plan already, and then nothing was created.
func (k *real) creates(t *testing.T) {
	c := connect(t, k.plain())
	for _, test := range []struct {
		topic model.NewTopic
		says  string
	}{
		{newTopic("orders", 1, 1), "A topic of that name exists already"},
		{newTopic("un.planned", 4, 4), "replication factor"},
		{newTopic("un.planned", 1, 1, "retention.sm=1"), "Unknown topic config name: retention.sm"},
		{newTopic("un.planned", 1, 1, "retention.ms=soon"), "Invalid value soon for configuration retention.ms"},
		{newTopic("un.planned", 1, 1, "min.insync.replicas=0"), "min.insync.replicas"},
		{newTopic("un.planned", 1, 1, "cleanup.policy=burn"), "cleanup.policy"},
	} {
		plan := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: test.topic})).Plan
		if p := plan.Refusal(); p == nil || p.Kind != model.Invalid || !strings.Contains(p.Says, test.says) || !plan.Checked {
			t.Errorf("planning %+v: %v, want %q", test.topic, p, test.says)
		}
		if p := doing(t, c, model.CreateTopic{Topic: test.topic}); p.Kind != model.Invalid || !strings.Contains(p.Says, test.says) {
			t.Errorf("creating %+v: %v, want %q", test.topic, p, test.says)
		}
	}
	made := newTopic("planned.topic", model.BrokerDefault, model.BrokerDefault, "retention.ms=86400000", "cleanup.policy=compact, delete")
	plan := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: made})).Plan
	if plan.Refusal() != nil || plan.Partitions != 3 || plan.Replicas != 3 {
		t.Fatalf("the plan is %+v: %v", plan, plan.Refusal())
	}
	if details, err := k.admin.ListTopics(t.Context(), "planned.topic", "un.planned"); err != nil || details.Has("planned.topic") || details.Has("un.planned") {
		t.Fatalf("planned, there is %v, %v", details, err)
	}
	created := k.create(t, c, made)
	if len(created.Partitions) != 3 || created.Tally.RF != 3 || created.Tally.Offline != 0 || created.ID == [16]byte{} {
		t.Errorf("created %+v", created)
	}
	if p := doing(t, c, model.CreateTopic{Topic: newTopic("planned_topic", 1, 1)}); p.Kind != model.Invalid || !strings.Contains(p.Says, "collide") {
		t.Errorf("a name that collides: %v", p)
	}
	configs := the[model.ConfigsDescribed](t, ask(t, c, model.DescribeConfigs{Of: model.TopicsConfigs("planned.topic")})).Configs
	if e := configs.Find("retention.ms"); e.Value != "86400000" || e.Source != model.FromTopic || e.Default != "604800000" || e.Of != model.FromDefault {
		t.Errorf("retention.ms is %+v", e)
	}
}

// Where it is certain how many replicas a broker gets, it gets as many.
func (k *real) places(t *testing.T) {
	c := connect(t, k.plain())
	for i, test := range []struct{ partitions, factor int }{{6, 3}, {3, 2}, {3, 1}, {9, 3}, {1, 3}} {
		topic := newTopic(fmt.Sprint("placed-", i), test.partitions, test.factor)
		plan := the[model.TopicPlanned](t, ask(t, c, model.PlanTopic{Topic: topic})).Plan
		created := the[model.TopicCreated](t, does(t, c, model.CreateTopic{Topic: topic})).Topic
		leads, holds := map[int32]int{}, map[int32]int{}
		for _, p := range created.Partitions {
			leads[p.Preferred()]++
			for _, r := range p.Replicas {
				holds[r.Broker]++
			}
		}
		for _, b := range plan.Placement.Brokers {
			if b.Leaders.Exact() && b.Leaders.Least != leads[b.Broker] || b.Replicas.Exact() && b.Replicas.Least != holds[b.Broker] {
				t.Errorf("%d partitions, %d replicas: broker %d leads %d and holds %d, predicted %v and %v",
					test.partitions, test.factor, b.Broker, leads[b.Broker], holds[b.Broker], b.Leaders, b.Replicas)
			}
		}
		if b := plan.Placement.Brokers; len(b) != 3 || test.partitions > 1 && !b[0].Leaders.Exact() {
			t.Errorf("%d partitions, %d replicas: predicted %v", test.partitions, test.factor, b)
		}
	}
}

func (k *real) grows(t *testing.T) {
	c := connect(t, k.plain())
	k.create(t, c, newTopic("grown", 3, 3))
	plan := the[model.PartitionsPlanned](t, ask(t, c, model.PlanPartitions{Topic: "grown", Count: 6})).Plan
	if plan.Refusal() != nil || !plan.Checked || plan.Now != 3 || plan.Placement.Brokers[0].Replicas != (model.Span{Least: 3, Most: 3}) {
		t.Fatalf("the plan is %+v: %v", plan, plan.Refusal())
	}
	k.partitions(t, "grown", 3) // planned is not done
	grown := the[model.PartitionsAdded](t, does(t, c, model.AddPartitions{Topic: "grown", From: 3, Count: 6})).Topic
	if len(grown.Partitions) != 6 || grown.Tally.RF != 3 || grown.Tally.MixedRF || grown.Tally.Offline != 0 {
		t.Errorf("it is %+v", grown)
	}
	k.partitions(t, "grown", 6)
	if p := doing(t, c, model.AddPartitions{Topic: "grown", From: 3, Count: 9}); p.Kind != model.Failed {
		t.Errorf("a plan that is too old: %v", p)
	}
}

func (k *real) alters(t *testing.T) {
	c := connect(t, k.plain())
	k.create(t, c, newTopic("altered", 1, 3))
	of := model.TopicsConfigs("altered")
	now := the[model.ConfigsDescribed](t, ask(t, c, model.DescribeConfigs{Of: of})).Configs
	if len(now.Entries) < 20 {
		t.Errorf("%d configs", len(now.Entries))
	}
	for _, e := range now.Entries {
		if e.Type == "" || e.Documentation == "" || strings.ContainsAny(e.Documentation, "<>") && strings.Contains(e.Documentation, "</") || e.Source == model.FromUnknown {
			t.Errorf("%s: type %q, from %s, %q", e.Name, e.Type, e.Source, e.Documentation)
		}
	}
	fresh := the[model.ConfigsDescribed](t, ask(t, c, model.DescribeConfigs{Of: model.TopicsConfigs("")})).Configs
	if fresh.Problem != nil || len(fresh.Entries) != len(now.Entries) {
		t.Errorf("a new topic has %d configs, %v, one that is there %d", len(fresh.Entries), fresh.Problem, len(now.Entries))
	}
	plan := func(changes ...model.ConfigChange) model.ConfigsPlan {
		t.Helper()
		return the[model.ConfigsPlanned](t, ask(t, c, model.PlanConfigs{Of: of, Changes: model.ConfigChangesOf(changes...)})).Plan
	}
	for _, wrong := range []model.ConfigChange{{Name: "retention.ms", Value: "soon"}, {Name: "retention.sm", Value: "1"}} {
		p := plan(wrong)
		if p := p.Refusal(); p == nil || p.Kind != model.Invalid || !strings.Contains(p.Says, wrong.Name) {
			t.Errorf("%s: %v", wrong, p)
		}
	}
	set := plan(model.ConfigChange{Name: "retention.ms", Value: " 0060000"}, model.ConfigChange{Name: "cleanup.policy", Value: "compact, delete"},
		model.ConfigChange{Name: "preallocate", Value: "TRUE"})
	after := the[model.ConfigsAltered](t, does(t, c, &model.AlterConfigs{Plan: set})).Configs
	if e := after.Find("retention.ms"); e.Value != "60000" || !e.Overridden() || e.Default != "604800000" {
		t.Errorf("set, it is %+v", e)
	}
	k.configured(t, "altered", "retention.ms", "60000")
	if p := doing(t, c, &model.AlterConfigs{Plan: set}); p.Kind != model.Failed || !strings.Contains(p.Says, "was changed since the preview") {
		t.Errorf("a plan that is too old: %v", p)
	}
	after = the[model.ConfigsAltered](t, does(t, c, &model.AlterConfigs{Plan: plan(model.ConfigChange{Name: "retention.ms", Reset: true})})).Configs
	if e := after.Find("retention.ms"); e.Value != "604800000" || e.Overridden() {
		t.Errorf("reset, it is %+v", e)
	}
}

// hidesSecrets looks for the passwords of the users in all there is to see of a broker.
func (k *real) hidesSecrets(t *testing.T) {
	c := connect(t, k.plain())
	of := model.BrokersConfigs(1)
	var snapshot model.Snapshot
	for _, e := range ask(t, c, model.DescribeConfigs{Of: of}) {
		snapshot = snapshot.Apply(e)
	}
	configs := snapshot.Configs[of]
	sensitive := 0
	for _, e := range configs.Entries {
		if e.Sensitive {
			sensitive++
		}
		if e.Sensitive && e.Value+e.Default != "" || strings.Contains(fmt.Sprintf("%+v", e), realkafka.AdminPassword) {
			t.Errorf("%s shows what it should not", e.Name)
		}
	}
	if jaas := configs.Find("listener.name.sasl_ssl.plain.sasl.jaas.config"); jaas != nil && !jaas.Sensitive || sensitive < 5 || len(configs.Entries) < 150 {
		t.Errorf("%d of %d configs are sensitive; that with the passwords is %+v", sensitive, len(configs.Entries), jaas)
	}
}

// filled makes a topic of two partitions, with as many records in each.
func (k *real) filled(t *testing.T, topic string, n int, configs map[string]string) {
	t.Helper()
	if err := k.createTopic(t, topic, 2, configs); err != nil {
		t.Fatal(err)
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for i := range 2 * n {
		cl.Produce(t.Context(), &kgo.Record{Topic: topic, Partition: int32(i % 2), Key: []byte("k"), Value: []byte("v")}, nil)
	}
	if err := cl.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (k *real) cuts(t *testing.T) {
	c := connect(t, k.plain())
	k.filled(t, "cut", 50, nil)
	plan := deletionOf(t, c, model.Deletion{Topic: "cut", Partition: model.AllPartitions, To: model.DeleteToOffset, Offset: 20})
	does(t, c, &model.DeleteRecords{Plan: plan})
	one := deletionOf(t, c, model.Deletion{Topic: "cut", Partition: 1, To: model.DeleteToTime, Time: time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)})
	if cuts(plan) != "0: 0>20 of 50, 1: 0>20 of 50" || cuts(one) != "1: 20>50 of 50" {
		t.Errorf("planned %s, then %s", cuts(plan), cuts(one))
	}
	done := the[model.RecordsDeleted](t, does(t, c, &model.DeleteRecords{Plan: one})).Plan
	starts, err := k.admin.ListStartOffsets(t.Context(), "cut")
	if err != nil {
		t.Fatal(err)
	}
	zero, _ := starts.Lookup("cut", 0)
	last, _ := starts.Lookup("cut", 1)
	if cuts(done) != "1: 50>50 of 50" || zero.Offset != 20 || last.Offset != 50 {
		t.Errorf("read back %s; the logs begin at %d and %d", cuts(done), zero.Offset, last.Offset)
	}
	k.filled(t, "compacted", 10, map[string]string{"cleanup.policy": "compact"})
	kept := deletionOf(t, c, model.Deletion{Topic: "compacted", Partition: model.AllPartitions})
	if p := kept.Refusal(); p == nil || !strings.Contains(p.Says, "is compacted") {
		t.Errorf("a compacted topic is planned: %v", p)
	}
	kept.Cleanup = "" // as if the configs could not be read
	if p := doing(t, c, &model.DeleteRecords{Plan: kept}); p.Kind != model.Invalid || !strings.Contains(p.Says, "cleanup.policy has delete") {
		t.Errorf("records of a compacted topic: %v", p)
	}
}

func (k *real) drops(t *testing.T) {
	c := connect(t, k.plain())
	made := k.create(t, c, newTopic("dropped", 3, 3))
	if p := doing(t, c, model.DeleteTopic{Name: "dropped", ID: [16]byte{1}}); p.Kind != model.Gone {
		t.Errorf("another topic of that name: %v", p)
	}
	the[model.TopicDeleted](t, does(t, c, model.DeleteTopic{Name: "dropped", ID: made.ID}))
	k.everywhere(t, "the topic is gone", func(c *Client) (string, bool) {
		found, err := c.describe(t.Context(), "dropped")
		return fmt.Sprintf("%+v, %v", found, err), err == nil && found.Problem != nil && found.Problem.Kind == model.Gone
	})
	if p := doing(t, c, model.DeleteTopic{Name: "dropped", ID: made.ID}); p.Kind != model.Gone {
		t.Errorf("again: %v", p)
	}
}

// changeRights: a user without rights is told which one is missing, for each change.
func (k *real) changeRights(t *testing.T) {
	k.filled(t, "guarded", 5, nil)
	admin, alice := connect(t, k.plain()), connect(t, k.alice())
	create := newTopic("alices", 1, 1)
	denied := func(what string, p *model.Problem, right string) {
		t.Helper()
		if p == nil || p.Kind != model.Denied || p.Right.String() != right {
			t.Errorf("%s: %v, want %s missing", what, p, right)
		}
	}
	plan := the[model.TopicPlanned](t, ask(t, alice, model.PlanTopic{Topic: create})).Plan
	denied("planning a topic", plan.Refusal(), "Create on Topic alices")
	denied("creating a topic", doing(t, alice, model.CreateTopic{Topic: create}), "Create on Topic alices")
	denied("configs", the[model.ConfigsDescribed](t, ask(t, alice, model.DescribeConfigs{Of: model.TopicsConfigs("guarded")})).Configs.Problem, "DescribeConfigs on Topic guarded")
	denied("configs of a broker", the[model.ConfigsDescribed](t, ask(t, alice, model.DescribeConfigs{Of: model.BrokersConfigs(1)})).Configs.Problem, "DescribeConfigs on Cluster")
	denied("what is not even seen", doing(t, alice, model.DeleteTopic{Name: "guarded"}), "Describe on Topic guarded")

	k.grant(t, kadm.NewACLs().Topics("guarded").Operations(kadm.OpDescribe, kadm.OpDescribeConfigs))
	of := model.TopicsConfigs("guarded")
	changes := model.PlanConfigs{Of: of, Changes: model.ConfigChangesOf(model.ConfigChange{Name: "retention.ms", Value: "60000"})}
	altering := the[model.ConfigsPlanned](t, ask(t, alice, changes)).Plan
	denied("planning configs", altering.Refusal(), "AlterConfigs on Topic guarded")
	growing := the[model.PartitionsPlanned](t, ask(t, alice, model.PlanPartitions{Topic: "guarded", Count: 3})).Plan
	denied("planning partitions", growing.Refusal(), "Alter on Topic guarded")
	records := deletionOf(t, admin, model.Deletion{Topic: "guarded", Partition: model.AllPartitions})
	for cmd, right := range map[model.Command]string{
		&model.AlterConfigs{Plan: the[model.ConfigsPlanned](t, ask(t, admin, changes)).Plan}: "AlterConfigs on Topic guarded",
		model.AddPartitions{Topic: "guarded", From: 2, Count: 3}:                             "Alter on Topic guarded",
		&model.DeleteRecords{Plan: records}:                                                  "Delete on Topic guarded",
		model.DeleteTopic{Name: "guarded"}:                                                   "Delete on Topic guarded",
	} {
		denied(cmd.String(), doing(t, alice, cmd), right)
	}
	if starts, err := k.admin.ListStartOffsets(t.Context(), "guarded"); err != nil || len(starts["guarded"]) != 2 || starts["guarded"][0].Offset != 0 {
		t.Errorf("it was changed all the same: %v, %v", starts, err)
	}
}
