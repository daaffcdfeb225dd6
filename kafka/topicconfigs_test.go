package kafka

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

func configsNow(t *testing.T, c *Client, of model.Resource) *model.Configs {
	t.Helper()
	return the[model.ConfigsDescribed](t, ask(t, c, model.DescribeConfigs{Of: of})).Configs
}

// describing has DescribeConfigs answered by hand.
func describing(cluster *kfake.Cluster, configs func(r kmsg.DescribeConfigsRequestResource) (int16, []kmsg.DescribeConfigsResponseResourceConfig)) {
	cluster.ControlKey(int16(kmsg.DescribeConfigs), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.DescribeConfigsResponse)
		for _, rr := range req.(*kmsg.DescribeConfigsRequest).Resources {
			r := kmsg.NewDescribeConfigsResponseResource()
			r.ResourceType, r.ResourceName = rr.ResourceType, rr.ResourceName
			r.ErrorCode, r.Configs = configs(rr)
			resp.Resources = append(resp.Resources, r)
		}
		return resp, nil, true
	})
}

func answered(name, value string, source kmsg.ConfigSource, synonyms ...string) kmsg.DescribeConfigsResponseResourceConfig {
	c := kmsg.NewDescribeConfigsResponseResourceConfig()
	c.Name, c.Value, c.Source = name, kmsg.StringPtr(value), source
	for i, v := range synonyms {
		s := kmsg.NewDescribeConfigsResponseResourceConfigConfigSynonym()
		s.Name, s.Value, s.Source = name, kmsg.StringPtr(v), source+kmsg.ConfigSource(i)
		c.ConfigSynonyms = append(c.ConfigSynonyms, s)
	}
	return c
}

func TestConfigsOfATopic(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	describing(cluster, func(kmsg.DescribeConfigsRequestResource) (int16, []kmsg.DescribeConfigsResponseResourceConfig) {
		long := answered("retention.ms", "60000", kmsg.ConfigSourceDynamicTopicConfig, "60000", "604800000")
		long.ConfigType = kmsg.ConfigTypeLong
		long.Documentation = kmsg.StringPtr("How long to keep <code>records</code> &mdash;\n if &quot;delete&quot;.<ul><li>a</li></ul> a < b")
		null := answered("compression.gzip.level", "", kmsg.ConfigSourceDefaultConfig)
		null.Value = nil
		return 0, []kmsg.DescribeConfigsResponseResourceConfig{long, null, answered("cleanup.policy", "delete", kmsg.ConfigSourceDefaultConfig)}
	})
	got := configsNow(t, c, model.TopicsConfigs("orders"))
	var lines []string
	for _, e := range got.Entries {
		lines = append(lines, fmt.Sprintf("%s=%s %v %s default %s of %s type %q", e.Name, e.Value, e.Unset, e.Source, e.Default, e.Of, e.Type))
	}
	want := `cleanup.policy=delete false default default delete of default type ""
compression.gzip.level= true default default  of default type ""
retention.ms=60000 false topic default 604800000 of broker type "long"`
	if s := strings.Join(lines, "\n"); s != want {
		t.Errorf("configs are\n%s\nwant\n%s", s, want)
	}
	if doc := got.Find("retention.ms").Documentation; doc != `How long to keep records — if "delete". a a < b` {
		t.Errorf("documentation is %q", doc)
	}
}

// TestSensitiveConfigs: kfake sends the values of what is sensitive, as a broker that is
// not Kafka's own may. They go no further than the handler.
func TestSensitiveConfigs(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	describing(cluster, func(kmsg.DescribeConfigsRequestResource) (int16, []kmsg.DescribeConfigsResponseResourceConfig) {
		jaas := answered("listener.name.sasl.plain.sasl.jaas.config", "password=hunter2", kmsg.ConfigSourceDynamicBrokerConfig, "password=hunter2", "password=hunter1")
		jaas.IsSensitive = true
		store := answered("ssl.keystore.password", "hunter2", kmsg.ConfigSourceStaticBrokerConfig, "hunter2")
		store.ConfigType = kmsg.ConfigTypePassword // and not marked
		return 0, []kmsg.DescribeConfigsResponseResourceConfig{jaas, store}
	})
	of := model.BrokersConfigs(0)
	var snapshot model.Snapshot
	for _, e := range ask(t, c, model.DescribeConfigs{Of: of}) {
		snapshot = snapshot.Apply(e)
	}
	if all := fmt.Sprintf("%+v", *snapshot.Configs[of]); strings.Contains(all, "hunter") {
		t.Errorf("a secret is in %s", all)
	}
	for _, e := range snapshot.Configs[of].Entries {
		if !e.Sensitive || e.Unset {
			t.Errorf("%+v, want it sensitive", e)
		}
	}
	plan := the[model.ConfigsPlanned](t, ask(t, c, model.PlanConfigs{Of: of, Changes: model.ConfigChangesOf(model.ConfigChange{Name: "ssl.keystore.password", Reset: true})})).Plan
	if p := plan.Refusal(); p == nil || !strings.Contains(p.Says, "is sensitive") {
		t.Errorf("changing a sensitive config: %v", p)
	}
}

func TestConfigsOfNobody(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	if got := configsNow(t, c, model.TopicsConfigs("nope")); got.Problem == nil || got.Problem.Kind != model.Gone || len(got.Entries) != 0 {
		t.Errorf("%+v, want it to be gone", got)
	}
	describing(cluster, func(r kmsg.DescribeConfigsRequestResource) (int16, []kmsg.DescribeConfigsResponseResourceConfig) {
		if r.ResourceType == kmsg.ConfigResourceTypeBroker {
			return kerr.ClusterAuthorizationFailed.Code, nil
		}
		return kerr.TopicAuthorizationFailed.Code, nil
	})
	for of, right := range map[model.Resource]string{
		model.TopicsConfigs("orders"): "DescribeConfigs on Topic orders", model.BrokersConfigs(0): "DescribeConfigs on Cluster",
		model.TopicsConfigs(""): "DescribeConfigs on Topic orders",
	} {
		if got := configsNow(t, c, of); got.Problem == nil || got.Problem.Right.String() != right {
			t.Errorf("%s: %v, want %s missing", of, got.Problem, right)
		}
	}
}

// What a new topic gets is told by one that there is, without what is set for it, or by
// a broker.
func TestConfigsOfANewTopic(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.BrokerConfigs(map[string]string{"log.retention.ms": "7000"}))
	c := dial(t, cluster)
	got := configsNow(t, c, model.TopicsConfigs(""))
	if e := got.Find("retention.ms"); got.Problem != nil || got.By.Kind != model.BrokerResource || e == nil || e.Value != "7000" || e.Overridden() && e.Source != model.FromBroker {
		t.Errorf("by a broker: %+v", got)
	}
	if err := cluster.CreateTopic("orders", 1, map[string]string{"retention.ms": "60000"}); err != nil {
		t.Fatal(err)
	}
	ask(t, c, model.ListTopics{})
	got = configsNow(t, c, model.TopicsConfigs(""))
	if e := got.Find("retention.ms"); got.By != model.TopicsConfigs("orders") || e == nil || e.Value == "60000" || e.Source == model.FromTopic {
		t.Errorf("by a topic: %+v", got)
	}
}

func TestAlterConfigs(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	of := model.TopicsConfigs("orders")
	planned := func(changes ...model.ConfigChange) model.ConfigsPlan {
		t.Helper()
		return the[model.ConfigsPlanned](t, ask(t, c, model.PlanConfigs{Of: of, Changes: model.ConfigChangesOf(changes...)})).Plan
	}
	set := planned(model.ConfigChange{Name: "retention.ms", Value: "60000"}, model.ConfigChange{Name: "cleanup.policy", Value: "compact, delete"})
	if set.Refusal() != nil || !set.Checked || !set.Forgetful || len(set.Lines) != 2 || set.Lines[1].From != "604800000" || set.Lines[1].To != "60000" {
		t.Fatalf("the plan is %+v", set)
	}
	after := the[model.ConfigsAltered](t, does(t, c, &model.AlterConfigs{Plan: set})).Configs
	if e := after.Find("retention.ms"); e.Value != "60000" || !e.Overridden() {
		t.Errorf("it is %+v", e)
	}
	if p := doing(t, c, &model.AlterConfigs{Plan: set}); p.Kind != model.Failed || !strings.Contains(p.Says, "was changed since the preview") {
		t.Errorf("a plan that is too old: %v", p)
	}
	reset := planned(model.ConfigChange{Name: "retention.ms", Reset: true})
	if reset.Lines[0].To != "604800000" || reset.Forgetful {
		t.Errorf("the plan is %+v", reset)
	}
	after = the[model.ConfigsAltered](t, does(t, c, &model.AlterConfigs{Plan: reset})).Configs
	if e := after.Find("retention.ms"); e.Value != "604800000" || e.Overridden() {
		t.Errorf("it is %+v", e)
	}
	if p := doing(t, c, &model.AlterConfigs{Plan: model.ConfigsPlan{Query: model.PlanConfigs{Of: model.BrokersConfigs(0)}}}); p.Kind != model.Unsupported {
		t.Errorf("a broker's: %v", p)
	}
}

func TestAlterConfigsIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	q := model.PlanConfigs{Of: model.TopicsConfigs("orders"), Changes: model.ConfigChangesOf(model.ConfigChange{Name: "retention.ms", Value: "1"})}
	for _, test := range []struct {
		err        *kerr.Error
		says, want string
	}{
		{kerr.InvalidConfig, "Invalid value x for configuration retention.ms", "Invalid value x for configuration retention.ms"},
		{kerr.PolicyViolation, "keep it an hour at least", "A policy of the cluster forbids this: keep it an hour at least"},
		{kerr.TopicAuthorizationFailed, "", "The right is missing: AlterConfigs on Topic orders"},
	} {
		cluster.ControlKey(int16(kmsg.IncrementalAlterConfigs), func(req kmsg.Request) (kmsg.Response, error, bool) {
			resp := req.ResponseKind().(*kmsg.IncrementalAlterConfigsResponse)
			r := kmsg.NewIncrementalAlterConfigsResponseResource()
			r.ErrorCode, r.ErrorMessage = test.err.Code, kmsg.StringPtr(test.says)
			resp.Resources = append(resp.Resources, r)
			return resp, nil, true
		})
		plan := the[model.ConfigsPlanned](t, ask(t, c, q)).Plan
		if p := plan.Refusal(); p == nil || p.Says != test.want {
			t.Errorf("%s: %v, want %s", test.err.Message, p, test.want)
		}
	}
}

func TestSameValue(t *testing.T) {
	for _, test := range []struct {
		kind, has, typed string
		want             bool
	}{
		{"long", "60000", " 060000", true}, {"long", "60000", "60001", false}, {"double", "0.5", "0.50", true}, {"long", "1", "x", false},
		{"boolean", "true", "TRUE", true}, {"list", "compact,delete", "compact, delete", true}, {"list", "compact", "compact,delete", false},
		{"string", "lz4", "lz4 ", true}, {"", "a", "b", false},
	} {
		if got := sameValue(&model.Config{Type: test.kind, Value: test.has}, test.typed); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

// Of what brokers have in several units Kafka does not tell a topic's default; a broker
// that may be asked does.
func TestDefaultsInUnits(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	denied := false
	describing(cluster, func(r kmsg.DescribeConfigsRequestResource) (int16, []kmsg.DescribeConfigsResponseResourceConfig) {
		switch {
		case r.ResourceType == kmsg.ConfigResourceTypeTopic:
			return 0, []kmsg.DescribeConfigsResponseResourceConfig{answered("retention.ms", "60000", kmsg.ConfigSourceDynamicTopicConfig, "60000")}
		case denied:
			return kerr.ClusterAuthorizationFailed.Code, nil
		}
		ms := answered("log.retention.ms", "", kmsg.ConfigSourceDefaultConfig)
		ms.Value = nil
		return 0, []kmsg.DescribeConfigsResponseResourceConfig{answered("log.retention.hours", "168", kmsg.ConfigSourceDefaultConfig), ms}
	})
	if e := configsNow(t, c, model.TopicsConfigs("orders")).Find("retention.ms"); e.Default != "604800000" || e.Of != model.FromDefault {
		t.Errorf("it is %+v", e)
	}
	denied = true
	reset := model.ConfigChange{Name: "retention.ms", Reset: true}
	plan := the[model.ConfigsPlanned](t, ask(t, c, model.PlanConfigs{Of: model.TopicsConfigs("orders"), Changes: model.ConfigChangesOf(reset)})).Plan
	if l := plan.Lines[0]; !l.Untold || !plan.Forgetful || plan.Refusal() != nil {
		t.Errorf("it is planned as %+v", l)
	}
}
