package demo

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 3 * time.Minute

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// start gives a cluster and a client of it, both ended with the test.
func start(t *testing.T, opts Options) (*Cluster, *kgo.Client) {
	t.Helper()
	c, err := Start(within(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, connect(t, c)
}

func connect(t *testing.T, c *Cluster, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(c.Seeds()...), kgo.Dialer(c.Dial), kgo.MetadataMinAge(20 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 10 * time.Millisecond }),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

// until repeats a check until it passes.
func until(t *testing.T, what string, check func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !check(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("still not: " + what)
		}
	}
}

func request[R kmsg.Response](t *testing.T, cl *kgo.Client, req kmsg.Request) R {
	t.Helper()
	resp, err := cl.Request(within(t), req)
	if err != nil {
		t.Fatalf("%s: %v", kmsg.NameForKey(req.Key()), err)
	}
	return resp.(R)
}

// describe asks for a topic by the page API.
func describe(t *testing.T, cl *kgo.Client, topic string) []kmsg.DescribeTopicPartitionsResponseTopicPartition {
	t.Helper()
	req := kmsg.NewPtrDescribeTopicPartitionsRequest()
	req.ResponsePartitionLimit = pageMost
	rt := kmsg.NewDescribeTopicPartitionsRequestTopic()
	rt.Topic = topic
	req.Topics = append(req.Topics, rt)
	resp := request[*kmsg.DescribeTopicPartitionsResponse](t, cl, req)
	if code := resp.Topics[0].ErrorCode; code != 0 {
		t.Fatalf("topic %s: error %d", topic, code)
	}
	return resp.Topics[0].Partitions
}

func TestListenTakesLoopbackOnly(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:9092", "192.168.1.7:9092", ":9092", "example.com:9092", "9092", "127.0.0.1:65534", "127.0.0.1:x"} {
		if c, err := Start(within(t), Options{Listen: listen}); err == nil {
			c.Close()
			t.Errorf("%q was taken", listen)
		}
	}
}

func TestListenServesPorts(t *testing.T) {
	c, err := Start(within(t), Options{Listen: "127.0.0.1:0", Still: true, young: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds()...), kgo.DefaultProduceTopic("returns"))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if err := cl.ProduceSync(within(t), kgo.StringRecord("x")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	before := c.Seeds()[0]
	if err := errors.Join(c.StopBroker(1), c.StartBroker(1)); err != nil {
		t.Fatal(err)
	}
	if after := c.Seeds()[0]; after != before {
		t.Errorf("broker 1 came back as %s, was %s", after, before)
	}
	conn, err := net.Dial("tcp", before)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestDialFailsAsRealDialsDo(t *testing.T) {
	c, _ := start(t, Options{Still: true, young: true})
	var unknown *net.DNSError
	if _, err := c.Dial(t.Context(), "tcp", "elsewhere:9092"); !errors.As(err, &unknown) {
		t.Errorf("unknown host: %v", err)
	}
	if err := c.StopBroker(2); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Dial(t.Context(), "tcp", c.Seeds()[1]); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("broker down: %v", err)
	}
}

// TestAsItStarts looks at one cluster from all sides, changing nothing.
func TestAsItStarts(t *testing.T) {
	c, cl := start(t, Options{Still: true})
	for name, test := range map[string]func(*testing.T, *Cluster, *kgo.Client){
		"history": testHistory, "spread": testSpread, "log dirs": testLogDirs,
		"racks in configs": testRacks, "hostile payloads": testHostile,
	} {
		t.Run(name, func(t *testing.T) { test(t, c, cl) })
	}
}

func testHistory(t *testing.T, c *Cluster, cl *kgo.Client) {
	adm := kadm.NewClient(cl)
	starts, err := adm.ListStartOffsets(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ends, err := adm.ListEndOffsets(within(t))
	if err != nil {
		t.Fatal(err)
	}
	partitions := 0
	for _, s := range catalog() {
		partitions += len(snapshot(c)[s.name])
		var records, cut int64
		for p, end := range ends[s.name] {
			records += end.Offset
			cut += starts[s.name][p].Offset
		}
		if got := int(records); got < s.past {
			t.Errorf("%s has %d records, want %d", s.name, got, s.past)
		}
		if s.past > 100 && s.configs["cleanup.policy"] == "delete" && cut == 0 {
			t.Errorf("%s: nothing was cut off", s.name)
		}
	}
	if partitions < 150 || partitions > 250 {
		t.Errorf("%d partitions", partitions)
	}
	early, err := adm.ListOffsetsAfterMilli(within(t), time.Now().Add(-2*time.Hour).UnixMilli(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := early.Lookup("orders", 0); o.Offset <= starts["orders"][0].Offset || o.Offset >= ends["orders"][0].Offset {
		t.Errorf("two hours ago orders-0 was at %d, not within its log", o.Offset)
	}
	if c.fake.GroupInfo(nightlyGroup) == nil {
		t.Error("the group without members is missing")
	}
}

func TestAsItRuns(t *testing.T) {
	c, cl := start(t, Options{})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Settle(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("settling in no time: %v", err)
	}
	if err := c.Settle(within(t)); err != nil {
		t.Fatal(err)
	}
	t.Run("traffic", func(t *testing.T) { testTraffic(t, cl) })
	t.Run("groups", func(t *testing.T) { testGroups(t, cl) })
	t.Run("a broker stops", func(t *testing.T) { testRecovery(t, c) })
}

// testRecovery stops the broker that most groups have their coordinator on.
func testRecovery(t *testing.T, c *Cluster) {
	busiest := c.fake.CoordinatorFor("billing")
	if err := c.StopBroker(busiest); err != nil {
		t.Fatal(err)
	}
	before := ends(c, "clicks")
	until(t, "every partition is written to", func() bool {
		for p, end := range ends(c, "clicks") {
			if end == before[p] {
				return false
			}
		}
		return true
	})
	if err := c.StartBroker(busiest); err != nil {
		t.Fatal(err)
	}
	for p, part := range snapshot(c)["scratch"] { // one of them had its only replica there
		if part.leader < 0 {
			t.Errorf("scratch-%d is still offline", p)
		}
	}
	if err := c.Settle(within(t)); err != nil {
		t.Error(err)
	}
}

func ends(c *Cluster, topic string) []int64 {
	var out []int64
	for _, pi := range c.fake.PartitionInfos(topic) {
		out = append(out, pi.HighWatermark)
	}
	return out
}

func testTraffic(t *testing.T, cl *kgo.Client) {
	adm := kadm.NewClient(cl)
	before, err := adm.ListEndOffsets(within(t), "orders", "clicks", "payments")
	if err != nil {
		t.Fatal(err)
	}
	until(t, "every topic is written to", func() bool {
		after, err := adm.ListEndOffsets(within(t), "orders", "clicks", "payments")
		if err != nil {
			t.Fatal(err)
		}
		moved := map[string]bool{}
		after.Each(func(o kadm.ListedOffset) {
			if was, _ := before.Lookup(o.Topic, o.Partition); o.Offset > was.Offset {
				moved[o.Topic] = true
			}
		})
		return len(moved) == 3
	})
	until(t, "members commit", func() bool {
		committed, err := adm.FetchOffsets(within(t), "billing")
		return err == nil && len(committed["orders"]) > 0
	})
}

func testGroups(t *testing.T, cl *kgo.Client) {
	kinds := map[string]string{}
	for _, shard := range cl.RequestSharded(within(t), kmsg.NewPtrListGroupsRequest()) {
		for _, g := range shard.Resp.(*kmsg.ListGroupsResponse).Groups {
			kinds[g.Group] = g.GroupType
		}
	}
	for group, kind := range map[string]string{"billing": "classic", "fulfilment": "classic", "analytics": "consumer", pushGroup: "share", nightlyGroup: "classic"} {
		if kinds[group] != kind {
			t.Errorf("%s is %q, want %q", group, kinds[group], kind)
		}
	}
	described, err := kadm.NewClient(cl).DescribeGroups(within(t), "payments-ledger")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(described["payments-ledger"].Members); n != 8 {
		t.Errorf("%d members, want 8", n)
	}
	idle := 0
	for _, m := range described["payments-ledger"].Members {
		if m.ClientHost[:8] != "/10.0.13" {
			t.Errorf("member %s is on %s", m.ClientID, m.ClientHost)
		}
		if a, ok := m.Assigned.AsConsumer(); ok && len(a.Topics) == 0 {
			idle++
		}
	}
	if idle != 2 {
		t.Errorf("%d members own nothing, want 2 of 8", idle)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	for name, stop := range map[string][]int32{"all brokers up": nil, "all brokers down": {1, 2, 3}} {
		t.Run(name, func(t *testing.T) {
			c, err := Start(within(t), Options{young: true})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // members are joining
			for _, id := range stop {
				if err := c.StopBroker(id); err != nil {
					t.Fatal(err)
				}
			}
			c.Close()
			c.Close()
			goleak.VerifyNone(t)
			if err := c.Settle(within(t)); !errors.Is(err, net.ErrClosed) {
				t.Errorf("settling a closed cluster: %v", err)
			}
			if err := c.StopBroker(1); !errors.Is(err, net.ErrClosed) {
				t.Errorf("stopping a broker of a closed cluster: %v", err)
			}
			if _, err := c.Dial(context.Background(), "tcp", c.Seeds()[0]); err == nil {
				t.Error("a closed cluster can be dialled")
			}
		})
	}
}

func TestSameSeedSameRecords(t *testing.T) {
	read := func() []string {
		c, _ := start(t, Options{Still: true, Seed: 7})
		cl := connect(t, c, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"emails": {0: kgo.NewOffset().AtStart()}}))
		var out []string
		for _, r := range cl.PollRecords(within(t), 20).Records() {
			out = append(out, string(r.Key)+string(r.Value))
		}
		return out
	}
	if a, b := read(), read(); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("%d and %d records, not the same", len(a), len(b))
	}
}
