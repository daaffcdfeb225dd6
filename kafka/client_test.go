package kafka

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"kscope/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake starts a cluster in this process.
func fake(t testing.TB, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster
}

// dial connects to a cluster.
func dial(t testing.TB, cluster *kfake.Cluster) *Client {
	t.Helper()
	return connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second})
}

func connect(t testing.TB, conn model.Connection) *Client {
	t.Helper()
	c, err := Dial(conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// ask asks q and returns every event of the answer.
func ask(t testing.TB, c *Client, q model.Query) []model.Event {
	t.Helper()
	var events []model.Event
	if err := c.Ask(t.Context(), q, func(e model.Event) { events = append(events, e) }); err != nil {
		t.Fatalf("%T: %v", q, err)
	}
	return events
}

// the returns the only event of type E.
func the[E model.Event](t testing.TB, events []model.Event) E {
	t.Helper()
	all := every[E](events)
	if len(all) != 1 {
		t.Fatalf("%d events of type %T in %d, want one", len(all), *new(E), len(events))
	}
	return all[0]
}

func every[E model.Event](events []model.Event) []E {
	var all []E
	for _, e := range events {
		if e, ok := e.(E); ok {
			all = append(all, e)
		}
	}
	return all
}

// seed writes n records to each partition of a topic.
func seed(t testing.TB, cluster *kfake.Cluster, topic string, partitions int32, n int) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for p := range partitions {
		for range n {
			cl.Produce(context.Background(), &kgo.Record{Topic: topic, Partition: p, Value: []byte("v")}, nil)
		}
	}
	if err := cl.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var _ = slices.Sorted[string]
var _ = kmsg.Metadata
