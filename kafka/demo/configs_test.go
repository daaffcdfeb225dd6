package demo

import (
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestChangesAreRefusedAsByKafka: where kfake takes anything, the demo does not.
func TestChangesAreRefusedAsByKafka(t *testing.T) {
	_, cl := start(t, Options{Still: true, young: true})
	create := func(name string, partitions int32, factor int16, config, value string) *kerr.Error {
		req := kmsg.NewPtrCreateTopicsRequest()
		rt := kmsg.NewCreateTopicsRequestTopic()
		rt.Topic, rt.NumPartitions, rt.ReplicationFactor = name, partitions, factor
		if config != "" {
			rt.Configs = []kmsg.CreateTopicsRequestTopicConfig{{Name: config, Value: &value}}
		}
		req.Topics, req.ValidateOnly = append(req.Topics, rt), true
		return kerr.TypedErrorForCode(request[*kmsg.CreateTopicsResponse](t, cl, req).Topics[0].ErrorCode)
	}
	alter := func(config, value string) *kerr.Error {
		req := kmsg.NewPtrIncrementalAlterConfigsRequest()
		req.Resources = []kmsg.IncrementalAlterConfigsRequestResource{{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: "scratch",
			Configs: []kmsg.IncrementalAlterConfigsRequestResourceConfig{{Name: config, Value: &value}}}}
		return kerr.TypedErrorForCode(request[*kmsg.IncrementalAlterConfigsResponse](t, cl, req).Resources[0].ErrorCode)
	}
	grow := func(n int32) *kerr.Error {
		req := kmsg.NewPtrCreatePartitionsRequest()
		req.Topics = []kmsg.CreatePartitionsRequestTopic{{Topic: "scratch", Count: n}}
		req.ValidateOnly = true
		return kerr.TypedErrorForCode(request[*kmsg.CreatePartitionsResponse](t, cl, req).Topics[0].ErrorCode)
	}
	for what, got := range map[string][2]*kerr.Error{
		"a topic":                 {create("new", 3, 3, "", ""), nil},
		"a name with a blank":     {create("a b", 3, 3, "", ""), kerr.InvalidTopicException},
		"no name":                 {create("", 3, 3, "", ""), kerr.InvalidTopicException},
		"more replicas":           {create("new", 3, 4, "", ""), kerr.InvalidReplicationFactor},
		"a config":                {create("new", 3, 3, "retention.ms", "-1"), nil},
		"an unknown config":       {create("new", 3, 3, "retention", "1"), kerr.InvalidConfig},
		"a config that is none":   {create("new", 3, 3, "retention.ms", "soon"), kerr.InvalidConfig},
		"a config that is less":   {create("new", 3, 3, minISRConfig, "0"), kerr.InvalidConfig},
		"altered":                 {alter("cleanup.policy", "compact, delete"), nil},
		"altered to no word":      {alter("cleanup.policy", "burn"), kerr.InvalidConfig},
		"altered, an unknown one": {alter("retention", "1"), kerr.InvalidConfig},
		"as many partitions":      {grow(3), kerr.InvalidPartitions},
		"fewer partitions":        {grow(1), kerr.InvalidPartitions},
		"more partitions":         {grow(4), nil},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %v, want %v", what, got[0], got[1])
		}
	}
}

func TestRecordsOfCompactedTopicsAreNotDeleted(t *testing.T) {
	_, cl := start(t, Options{Still: true, young: true})
	admin := kadm.NewClient(cl)
	at := kadm.Offsets{}
	at.AddOffset("users", 0, 0, -1)
	at.AddOffset("scratch", 0, 0, -1)
	done, err := admin.DeleteRecords(within(t), at)
	if err != nil {
		t.Fatal(err)
	}
	users, _ := done.Lookup("users", 0)
	scratch, _ := done.Lookup("scratch", 0)
	if users.Err != kerr.PolicyViolation || scratch.Err != nil {
		t.Errorf("users: %v, scratch: %v", users.Err, scratch.Err)
	}
}

func TestConfigsAreDocumented(t *testing.T) {
	_, cl := start(t, Options{Still: true, young: true})
	req := kmsg.NewPtrDescribeConfigsRequest()
	req.IncludeDocumentation = true
	req.Resources = []kmsg.DescribeConfigsRequestResource{{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: "orders"}}
	configs := request[*kmsg.DescribeConfigsResponse](t, cl, req).Resources[0].Configs
	for _, c := range configs {
		if c.Documentation == nil || *c.Documentation == "" {
			t.Errorf("%s is not documented", c.Name)
		}
	}
	for name := range settings {
		if !slices.ContainsFunc(configs, func(c kmsg.DescribeConfigsResponseResourceConfig) bool { return c.Name == name }) {
			t.Errorf("kfake has no config %s", name)
		}
	}
}
