//go:build realkafka

package kafka

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// Each way not to get in has its own sentence, in the answer to any question and in
// the diagnosis.
func (k *real) refusals(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*model.Connection)
		kind   model.ProblemKind
		asked  string // what a question says
		found  string // what the diagnosis says
		steps  string
	}{
		{"plaintext to TLS", func(c *model.Connection) { *c = k.plain(); c.Seeds = k.Seeds(realkafka.TLS) },
			model.Insecure, "The listener speaks TLS, but kscope does not", "The listener speaks TLS, but kscope does not", "ppfwwww"},
		{"TLS to plaintext", func(c *model.Connection) { c.Seeds = k.Seeds(realkafka.Plaintext) },
			model.Insecure, "kscope speaks TLS, but the listener does not", "kscope speaks TLS, but the listener does not", "ppfwwww"},
		{"unknown CA", func(c *model.Connection) { c.CAFile = k.TLS.UntrustedCA },
			model.Insecure, "did not issue the broker's certificate", "did not issue the broker's certificate", "ppfwwww"},
		{"another name", func(c *model.Connection) { c.ServerName = "kafka.example" },
			model.Insecure, `is not for "kafka.example"`, `is not for "kafka.example"`, "ppfwwww"},
		{"no client certificate", func(c *model.Connection) { c.Seeds = k.Seeds(realkafka.SSL) },
			model.Insecure, "wants a client certificate", "wants a client certificate", "ppfwwww"},
		{"wrong password, PLAIN", func(c *model.Connection) {
			*c = k.alice()
			c.Mechanism = "PLAIN"
			c.Password = model.NewSecret("wrong")
		},
			model.Refused, "refuses the user name or the password", "refuses the user name or the password", "pppfwww"},
		{"wrong password, SCRAM", func(c *model.Connection) { *c = k.alice(); c.Password = model.NewSecret("wrong") },
			model.Refused, "refuses the user name or the password", "refuses the user name or the password", "pppfwww"},
		{"SASL missing", func(c *model.Connection) { c.Seeds = k.Seeds(realkafka.SASLSSL) },
			model.Refused, "it may want SASL", "The listener wants SASL (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512)", "pppfwww"},
		{"SASL to a listener without", func(c *model.Connection) { *c = k.alice(); c.Seeds = k.Seeds(realkafka.TLS) },
			model.Refused, "does not take SASL", "does not take SASL", "pppfwww"},
		{"controller", func(c *model.Connection) { *c = model.Connection{Seeds: k.Seeds(realkafka.Controller)} },
			model.Failed, "KRaft controller", "KRaft controller", "ppssfww"},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := k.door(realkafka.TLS, "")
			test.change(&conn)
			c := connect(t, conn)
			for _, q := range []model.Query{model.ListBrokers{}, model.ListTopics{}} {
				if p := refusing(t, c, q); p.Kind != test.kind || !strings.Contains(p.Error(), test.asked) {
					t.Errorf("%T: %v (%v), want %q", q, p, p.Cause, test.asked)
				}
			}
			check(t, test.name, diagnose(t, conn), test.steps, test.kind, test.found)
		})
	}
	t.Run("advertised nowhere", func(t *testing.T) {
		conn := model.Connection{Seeds: k.Seeds(realkafka.Unreachable)}
		check(t, "advertised nowhere", diagnose(t, conn), "ppsspfw", model.Unreachable, "addresses that do not resolve from this machine")
		probes := the[model.BrokersProbed](t, ask(t, connect(t, conn), model.ListBrokers{})).Probes
		for _, p := range probes {
			if p.Problem == nil || p.Problem.Kind != model.Unreachable || !strings.Contains(p.Problem.Says, "internal.invalid") {
				t.Errorf("probe = %+v, problem %v", p, p.Problem)
			}
		}
		if len(probes) != 3 {
			t.Errorf("%d probes, want 3", len(probes))
		}
	})
}

// Without a right each answer says which is missing, and nothing else fails for it.
func (k *real) noRights(t *testing.T) {
	c := connect(t, k.alice())
	events := ask(t, c, model.ListBrokers{})
	if probes := the[model.BrokersProbed](t, events).Probes; len(probes) != 3 || probes[0].Problem != nil {
		t.Errorf("probes = %+v", probes)
	}
	if e := the[model.BrokersListed](t, events); e.Controller != model.NoBroker {
		t.Errorf("controller %d, want none: Describe on Cluster is missing", e.Controller)
	}
	if topics := the[model.TopicsListed](t, ask(t, c, model.ListTopics{})).Topics; len(topics) != 0 {
		t.Errorf("topics = %+v, want none", topics)
	}
	denied := func(what string, p *model.Problem, right string) {
		t.Helper()
		if p == nil || p.Kind != model.Denied || p.Right.String() != right {
			t.Errorf("%s: %v, right %q; want %q", what, p, p.Right, right)
		}
	}
	denied("topic", the[model.TopicDescribed](t, ask(t, c, model.DescribeTopic{Name: "orders"})).Topic.Problem, "Describe on Topic orders")
	denied("offsets", the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("orders")})).Topics[0].Problem, "Describe on Topic orders")
	denied("configs", the[model.TopicConfigsDescribed](t, ask(t, c, model.DescribeTopicConfigs{Topics: model.NamesOf("orders")})).Configs["orders"].Problem, "DescribeConfigs on Topic orders")
	denied("broker configs", refusing(t, c, model.DescribeBrokerConfigs{}), "DescribeConfigs on Cluster")
	dirs := every[model.LogDirsDescribed](ask(t, c, model.DescribeLogDirs{}))
	for _, e := range dirs {
		denied("log dirs", e.LogDirs.Problem, "Describe on Cluster")
	}
	if len(dirs) != 3 {
		t.Errorf("%d answers about log dirs, want 3", len(dirs))
	}
	denied("group", every[model.GroupsDescribed](ask(t, c, model.DescribeGroups{Groups: model.NamesOf(realkafka.UnevenGroup)}))[0].Groups[0].Problem, "Describe on Group "+realkafka.UnevenGroup)
	denied("produce", doing(t, c, &model.Produce{Topic: "orders"}), "Write on Topic orders")
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", 0)})
	denied("tail", o.until("it is denied", func(v model.TailView) bool { return v.Problem != nil }).Problem, "Read on Topic orders")
	check(t, "diagnosis", diagnose(t, k.alice()), "ppppppf", model.Denied, "the user alice lacks the right Describe")
}

// With Describe alone, reading and writing are what is denied.
func (k *real) someRights(t *testing.T) {
	k.grant(t, kadm.NewACLs().Topics("orders").Operations(kadm.OpDescribe))
	c := connect(t, k.alice())
	var s model.Snapshot
	eventually(t, c, "orders is seen", forever, model.ListTopics{}, &s, func() bool { return len(s.Topics) == 1 && s.Topics[0].Name == "orders" })
	if got := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{})).Topics[0]; got.Problem != nil || got.End[0] <= 0 {
		t.Errorf("offsets = %+v", got)
	}
	if p := doing(t, c, &model.Produce{Topic: "orders"}); p.Kind != model.Denied || p.Right.String() != "Write on Topic orders" {
		t.Errorf("produce: %v, %v", p, p.Cause)
	}
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", 0), From: model.Position{At: model.AtBeginning}})
	v := o.until("it is denied", func(v model.TailView) bool { return v.Problem != nil })
	if v.Problem.Kind != model.Denied || v.Problem.Right.String() != "Read on Topic orders" || v.Read != 0 {
		t.Errorf("tail: %v, read %d", v.Problem, v.Read)
	}
}
