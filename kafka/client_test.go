package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
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
	return connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 20 * time.Second})
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

// fakeTLS returns the address of a broker that speaks TLS.
func fakeTLS(t testing.TB, cert issued) string {
	t.Helper()
	config := &tls.Config{Certificates: []tls.Certificate{cert.Certificate}}
	return fake(t, kfake.NumBrokers(1), kfake.TLS(config)).ListenAddrs()[0]
}

// fakeSASL returns the address of a broker that wants SASL.
func fakeSASL(t testing.TB) string {
	t.Helper()
	return fake(t, kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser("PLAIN", "alice", "secret")).ListenAddrs()[0]
}

// Whatever hangs, an answer ends with its context, and after the timeout of a
// request.
func TestAskEndsInTime(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	hang := (&gate{hang: true}).open(t, cluster.ListenAddrs()[0])
	for _, q := range queries {
		if _, ok := q.(model.PreviewMany); ok {
			continue // it asks nobody
		}
		c := connect(t, model.Connection{Seeds: []string{hang}, Registry: model.Registry{URLs: []string{"http://" + hang}}, Timeout: 300 * time.Millisecond})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		begin := time.Now()
		err := c.Ask(ctx, q, func(model.Event) {})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > atOnce {
			t.Errorf("%T: %v after %v, want it to end with its context", q, err, time.Since(begin))
		}
		cancel()
		if q.Every() == 0 || q == (model.Diagnose{}) {
			continue
		}
		begin = time.Now()
		var p *model.Problem
		err = c.Ask(t.Context(), q, func(model.Event) {})
		if !errors.As(err, &p) || p.Kind != model.Timeout || time.Since(begin) > atOnce {
			t.Errorf("%T: %v after %v, want a timeout", q, err, time.Since(begin))
		}
	}
}

// A tail, too, ends when the client is closed.
func TestCloseEndsEverything(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders")))
	open, ended := make(chan bool, 1), make(chan error, 1)
	go func() {
		ended <- c.Ask(t.Context(), model.Tail{Targets: model.TargetOf("orders", 0)}, func(e model.Event) {
			if _, ok := e.(model.TailOpened); ok {
				open <- true
			}
		})
	}()
	<-open
	c.Close()
	var p *model.Problem
	if err := <-ended; !errors.As(err, &p) || !errors.Is(err, kgo.ErrClientClosed) {
		t.Errorf("the tail ended with %v", err)
	}
	if err := c.Ask(t.Context(), model.ListTopics{}, func(model.Event) {}); !errors.As(err, &p) {
		t.Errorf("listing topics gave %v", err)
	}
	if p := doing(t, c, &model.Produce{Topic: "orders"}); p == nil {
		t.Error("a record was sent")
	}
}

// queries holds one of every query; TestEveryQueryIsHere holds it to that.
var queries = []model.Query{
	model.ListBrokers{},
	model.ListTopics{},
	model.DescribeTopic{Name: "orders"},
	model.ListOffsets{},
	model.DescribeLogDirs{},
	model.DescribeTopicConfigs{},
	model.DescribeBrokerConfigs{},
	model.ListGroups{},
	model.DescribeGroups{},
	model.ReadLags{},
	model.WatchGroup{Group: "billing"},
	model.Tail{Targets: model.TargetOf("orders", 0)},
	model.Diagnose{},
	model.WatchLab{},
	model.PlanReset{Group: "billing", Reset: model.Reset{To: model.ToEarliest, Partition: model.AllPartitions}},
	model.PreviewMany{Value: "{{n}}", N: 3},
	model.AuditPartitioner{Topic: "orders", Last: 100},
	model.DescribeConfigs{Of: model.BrokersConfigs(0)},
	model.PlanTopic{Topic: model.NewTopic{Name: "new", Partitions: 1, Replicas: 1}},
	model.PlanPartitions{Topic: "orders", Count: 3},
	model.PlanConfigs{Of: model.TopicsConfigs("orders"), Changes: model.ConfigChangesOf(model.ConfigChange{Name: "retention.ms", Value: "1000"})},
	model.PlanDeletion{Deletion: model.Deletion{Topic: "orders", Partition: model.AllPartitions}},
	model.ListSubjects{},
	model.SchemaOf{Subject: "orders-value"},
	model.FetchSchema{ID: 7},
}

func TestEveryQueryIsHere(t *testing.T) {
	here := map[string]bool{}
	for _, q := range queries {
		here[fmt.Sprintf("%T", q)] = true
	}
	for name := range markedIn(t, "query") {
		if !here["model."+name] {
			t.Errorf("%s is not among the queries that are tested to end in time", name)
		}
	}
}

// markedIn returns the types of package model that have a method of that name.
func markedIn(t *testing.T, method string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../model/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	types := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`func \(\*?(\w+)\) `+method+`\(\)`).FindAllSubmatch(source, -1) {
			types[string(found[1])] = true
		}
	}
	if len(types) == 0 {
		t.Fatalf("no type of package model has a method %s", method)
	}
	return types
}

// Any number of panes may ask at once; the race detector looks on.
func TestConcurrentUse(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	leaveAt(t, cluster.ListenAddrs(), "billing", 0, 0)
	c := dial(t, cluster)
	var wg sync.WaitGroup
	for range 4 {
		for _, q := range queries {
			switch q.(type) {
			case model.ListSubjects, model.SchemaOf, model.FetchSchema:
				continue // they are put to a schema registry
			}
			if q.Every() == 0 {
				continue
			}
			wg.Go(func() {
				if err := c.Ask(t.Context(), q, func(model.Event) {}); err != nil {
					t.Errorf("%T: %v", q, err)
				}
			})
		}
	}
	wg.Wait()
}
