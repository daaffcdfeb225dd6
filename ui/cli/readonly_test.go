package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// changing are the commands that change something in the cluster, with each of the ways
// by which they do.
var changing = map[string][]string{
	"produce": {
		"produce orders -v x",
		"produce orders --tombstone -k k",
		"produce orders",
		"produce orders -o summary -K :",
		"produce orders --file FILE --format jsonl",
		"produce orders --file FILE --format csv",
		"produce orders -v x -n 3",
		"produce orders --template {{n}} -n 3 --key-template {{n}}",
		"produce orders -v x --acks 0",
		"produce orders -v x --acks 1 --no-idempotence",
	},
	"topics create": {
		"topics create new", "topics create new --partitions 3 --replication-factor 1 --config retention.ms=1",
	},
	"topics add-partitions": {"topics add-partitions orders --count 5 --yes"},
	"topics set":            {"topics set orders retention.ms=1 --yes", "topics set orders --reset retention.ms --yes"},
	"topics delete":         {"topics delete orders --yes"},
}

// harmless are those that do not, or not in a cluster that is named.
var harmless = map[string]bool{
	"": true, "brokers": true, "topics": true, "partitions": true, "groups": true, "groups describe": true, "groups watch": true,
	"tail": true, "export": true, "record": true, "replay": true, "demo": true, "version": true, "man": true, "help": true,
	"completion": true, "completion bash": true, "completion zsh": true, "completion fish": true, "completion powershell": true,
}

// TestReadOnlyHoldsForEveryCommand: each way to change a cluster without a screen is
// tried on one, and refused by package kafka. A command that is in neither list is one
// that nobody thought of.
func TestReadOnlyHoldsForEveryCommand(t *testing.T) {
	for _, path := range paths() {
		if name := strings.Join(path, " "); changing[name] == nil && !harmless[name] {
			t.Errorf("%q is neither among the commands that change something nor among the others", name)
		}
	}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	file := filepath.Join(t.TempDir(), "records")
	if err := os.WriteFile(file, []byte("value\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := dialling()
	for _, ways := range changing {
		for _, words := range ways {
			args := strings.Fields(strings.ReplaceAll(words, "FILE", file) + " --read-only -b " + cluster.ListenAddrs()[0])
			var out, errs bytes.Buffer
			status := Run(t.Context(), args, Streams{In: strings.NewReader("a:b\n"), Out: &out, Err: &errs}, d)
			if status != failed || out.Len() > 0 || !strings.Contains(errs.String(), "as kscope was started read-only") {
				t.Errorf("%s: %d %q %q", words, status, out.String(), errs.String())
			}
		}
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	if all, err := adm.ListTopics(t.Context()); err != nil || len(all) != 1 || len(all["orders"].Partitions) != 2 {
		t.Errorf("%v: the topics are %v", err, all)
	}
	configs, err := adm.DescribeTopicConfigs(t.Context(), "orders")
	if err != nil || slices.ContainsFunc(configs[0].Configs, func(c kadm.Config) bool { return c.Source == kmsg.ConfigSourceDynamicTopicConfig }) {
		t.Errorf("%v: the configs are %v", err, configs)
	}
	ends, err := adm.ListEndOffsets(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset != 0 {
			t.Errorf("%d records are in partition %d", o.Offset, o.Partition)
		}
	})
}
