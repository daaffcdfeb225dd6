package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka"
	"kscope/model"
	"kscope/ui"
)

// A kafkaShell runs command lines against a cluster by the real client.
type kafkaShell struct {
	t       *testing.T
	at      string
	typed   string // on a terminal, if there is one
	hasTerm bool
}

func newKafkaShell(t *testing.T) *kafkaShell {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(2, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return &kafkaShell{t: t, at: cluster.ListenAddrs()[0]}
}

// admin is a client that has nothing in its cache.
func (k *kafkaShell) admin() *kadm.Client {
	k.t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.at))
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(cl.Close)
	return kadm.NewClient(cl)
}

// dialling are dependencies that connect to the cluster that is named.
func dialling() Deps {
	return Deps{
		Getenv: func(string) string { return "" },
		Connect: func(_ context.Context, c model.Connection) (ui.Source, func(), error) {
			client, err := kafka.Dial(c)
			if err != nil {
				return nil, nil, err
			}
			return client, client.Close, nil
		},
	}
}

func (k *kafkaShell) run(words string) (status int, out, errs string) {
	var o, e bytes.Buffer
	std := Streams{In: strings.NewReader(k.typed), Out: &o, Err: &e, InTerminal: k.hasTerm, ErrTerminal: k.hasTerm}
	status = Run(k.t.Context(), append(strings.Fields(words), "-b", k.at), std, dialling())
	return status, o.String(), e.String()
}

// partitions is how many a topic has; 0 if it is not there.
func (k *kafkaShell) partitions(topic string) int {
	k.t.Helper()
	all, err := k.admin().ListTopics(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	return len(all[topic].Partitions)
}

// config is the value of a topic's config.
func (k *kafkaShell) config(topic, name string) string {
	k.t.Helper()
	all, err := k.admin().DescribeTopicConfigs(k.t.Context(), topic)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, c := range all[0].Configs {
		if c.Key == name {
			return c.MaybeValue()
		}
	}
	return ""
}

func TestTopicsAreCreated(t *testing.T) {
	k := newKafkaShell(t)
	const create = "topics create new --partitions 6 --replication-factor 2 --config retention.ms=60000 --config cleanup.policy=compact"
	status, out, errs := k.run(create + " --dry-run")
	if status != done || errs != "" || k.partitions("new") != 0 || !strings.HasPrefix(out, "new would be created: 6 partitions, replication factor 2\ncleanup.policy=compact\nretention.ms=60000\nBROKER  RACK   LEADERS  REPLICAS\n") || strings.Count(out, "\n") != 7 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs = k.run(create); status != done || errs != "" || out != "created new: 6 partitions, replication factor 2\n" || k.partitions("new") != 6 || k.config("new", "retention.ms") != "60000" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs = k.run(create); status != failed || out != "" || !strings.Contains(errs, "exists") {
		t.Errorf("again: %d %q %q", status, out, errs)
	}
	if status, out, errs = k.run("topics"); status != done || !strings.Contains(out, "new ") || !strings.Contains(out, "orders ") {
		t.Errorf("the list: %d %q %q", status, out, errs)
	}
}

func TestPartitionsAreAdded(t *testing.T) {
	k := newKafkaShell(t)
	status, out, errs := k.run("topics add-partitions orders --count 5 --dry-run")
	if status != done || !strings.HasPrefix(out, "orders has 2 partitions, and would have 5; most keys would lead elsewhere\nthe new ones:\nBROKER") || k.partitions("orders") != 2 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs = k.run("topics add-partitions orders --count 5"); status != misuse || out != "" || errs != "kscope: this cannot be taken back: look at it with --dry-run, and say --yes\n" || k.partitions("orders") != 2 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs = k.run("topics add-partitions orders --count 5 --yes"); status != done || out != "orders has 5 partitions now\n" || k.partitions("orders") != 5 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, _, errs = k.run("topics add-partitions orders --count 5 --yes"); status != failed || !strings.Contains(errs, "Topic orders has 5 partitions, and none can be taken away") {
		t.Errorf("%d %q", status, errs)
	}
}

func TestConfigsAreSet(t *testing.T) {
	k := newKafkaShell(t)
	status, out, errs := k.run("topics set orders max.message.bytes=2097152")
	if status != done || errs != "" || out != "max.message.bytes=2097152\n" || k.config("orders", "max.message.bytes") != "2097152" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	status, out, errs = k.run("topics set orders retention.ms=1000 --reset max.message.bytes --dry-run")
	if status != done || errs != "" || !strings.Contains(out, "retention.ms       604800000  1000\nrecords may be deleted that are kept now\n") || k.config("orders", "retention.ms") == "1000" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs = k.run("topics set orders retention.ms=1000"); status != misuse || out != "" || !strings.Contains(errs, "say --yes") || k.config("orders", "retention.ms") == "1000" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	k.hasTerm, k.typed = true, "orders\n"
	if status, out, errs = k.run("topics set orders retention.ms=1000 --reset max.message.bytes"); status != done || out != "max.message.bytes=1048588\nretention.ms=1000\n" || !strings.HasSuffix(errs, "type orders to change configs of topic orders: ") || k.config("orders", "retention.ms") != "1000" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestTopicsAreDeleted(t *testing.T) {
	k := newKafkaShell(t)
	status, out, errs := k.run("topics delete orders --dry-run")
	if status != done || out != "orders would be lost: 2 partitions, replication factor 3; 0 records, by their offsets\n" || k.partitions("orders") != 2 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	k.hasTerm = true
	for _, typed := range []string{"", "order\n", "yes\n"} {
		k.typed = typed
		if status, out, errs = k.run("topics delete orders"); status != failed || out != "" || !strings.HasSuffix(errs, "type orders to delete topic orders: kscope: nothing was changed\n") || k.partitions("orders") != 2 {
			t.Errorf("%q: %d %q %q", typed, status, out, errs)
		}
	}
	if status, out, errs = k.run("topics delete orders --yes"); status != done || out != "deleted orders\n" || errs != "" || k.partitions("orders") != 0 {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, _, errs = k.run("topics delete orders --yes"); status != failed || !strings.Contains(errs, "orders") {
		t.Errorf("%d %q", status, errs)
	}
}

func TestTopicsAreChangedWrongly(t *testing.T) {
	k := newKafkaShell(t)
	for words, says := range map[string]string{
		"topics create":                        "kscope topics create takes the name of one topic",
		"topics create a/b":                    "cannot be in the name of a topic",
		"topics create a --partitions 0":       "it must be a whole number from 1",
		"topics create a --config x":           "it must be key=value",
		"topics add-partitions orders":         "say by --count how many",
		"topics set orders":                    "nothing is to be changed",
		"topics set orders x":                  "must be key=value",
		"topics set orders a=1 --reset a":      "a is to be changed twice",
		"topics set":                           "takes the name of a topic",
		"topics delete orders other":           "takes the name of one topic",
		"topics create a --partitions 2 --yes": "there is no flag --yes",
	} {
		if status, out, errs := k.run(words); status != misuse || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
	for words, says := range map[string]string{
		"topics add-partitions lost --count 4 --yes": "lost",
		"topics set lost a=1":                        "lost",
		"topics create orders":                       "Topic orders exists already: choose another name",
		"topics create __consumer_offsets":           "Kafka creates __consumer_offsets itself",
		"topics create a --replication-factor 9":     "eplication",
	} {
		if status, out, errs := k.run(words); status != failed || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}
