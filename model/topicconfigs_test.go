package model

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestConfigChanges(t *testing.T) {
	odd := []ConfigChange{{Name: "b", Value: "x=1,2:3"}, {Name: "a", Reset: true}, {Name: "", Value: ""}, {Name: "b", Value: "\xff\n"}}
	got := ConfigChangesOf(odd...)
	want := []ConfigChange{{Name: "", Value: ""}, {Name: "a", Reset: true}, {Name: "b", Value: "\xff\n"}}
	if !slices.Equal(got.List(), want) {
		t.Errorf("%q, want %q", got.List(), want)
	}
	if got != ConfigChangesOf(want...) {
		t.Error("the same changes are not equal")
	}
	if none := ConfigChangesOf(); none != (ConfigChanges{}) || none.List() != nil {
		t.Errorf("none is %q", none.List())
	}
}

// planOf is the plan of one change to a topic that has something of everything.
func planOf(c ConfigChange) ConfigsPlan {
	now := &Configs{Entries: []Config{
		{Name: "cleanup.policy", Value: "compact", Source: FromTopic, Default: "delete", Of: FromDefault},
		{Name: "max.message.bytes", Value: "1000", Source: FromStatic, ReadOnly: true, Default: "1000", Of: FromStatic},
		{Name: "retention.ms", Value: "3600000", Source: FromTopic, Default: "60000", Of: FromCluster},
		{Name: "secret", Sensitive: true, Source: FromTopic},
	}}
	return NewConfigsPlan(time.Time{}, PlanConfigs{Of: TopicsConfigs("orders"), Changes: ConfigChangesOf(c)}, now)
}

func TestConfigsPlan(t *testing.T) {
	for _, test := range []struct {
		change    ConfigChange
		from, to  string
		forgetful bool
		problem   string
	}{
		{ConfigChange{Name: "retention.ms", Value: "7200000"}, "3600000", "7200000", false, ""},
		{ConfigChange{Name: "retention.ms", Value: "-1"}, "3600000", "-1", false, ""},
		{ConfigChange{Name: "retention.ms", Value: "1000"}, "3600000", "1000", true, ""},
		{ConfigChange{Name: "retention.ms", Value: "soon"}, "3600000", "soon", false, ""}, // for the broker to refuse
		{ConfigChange{Name: "retention.ms", Reset: true}, "3600000", "60000", true, ""},
		{ConfigChange{Name: "cleanup.policy", Value: "delete"}, "compact", "delete", true, ""},
		{ConfigChange{Name: "max.message.bytes", Value: "10"}, "1000", "10", false, ""},
		{ConfigChange{Name: "secret", Value: "x"}, "", "x", false, "secret is sensitive: kscope neither shows nor changes it"},
		{ConfigChange{Name: "new.in.kafka.9", Value: "x"}, "", "x", false, ""},
		{ConfigChange{Name: "new.in.kafka.9", Reset: true}, "", "", false, "topic orders has no config new.in.kafka.9"},
	} {
		p := planOf(test.change)
		l := p.Lines[0]
		says := ""
		if refused := p.Refusal(); refused != nil {
			says = refused.Says
		}
		if l.From != test.from || l.To != test.to || p.Forgetful != test.forgetful || says != test.problem {
			t.Errorf("%s: %+v, forgetful %v, refused %q", test.change, l, p.Forgetful, says)
		}
	}
	none := planOf(ConfigChange{})
	none.Lines = nil
	if none.Refusal() == nil {
		t.Error("a plan without changes is taken")
	}
}

// TestConfigsAreKeptOfAFew: what is looked at grows with the user's curiosity.
func TestConfigsAreKeptOfAFew(t *testing.T) {
	s := Snapshot{}
	begin := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for i := range 100 {
		s = s.Apply(ConfigsDescribed{Configs: &Configs{Of: BrokersConfigs(int32(i)), At: begin.Add(time.Duration(i) * time.Second)}})
	}
	if len(s.Configs) != configsKept || s.Configs[Resource{BrokerResource, strconv.Itoa(99)}] == nil {
		t.Errorf("%d are kept", len(s.Configs))
	}
}
