//go:build realkafka

package kafka

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestRealKafka runs the package against Apache Kafka: three brokers of each
// version, one cluster after another. What the fake cluster does otherwise than
// Kafka is only tested here: errors of TLS and SASL, rights, kinds of group, and a
// broker that is killed.
func TestRealKafka(t *testing.T) {
	for _, version := range []struct {
		number, shown string
		all           bool
	}{{"4.3.1", "4.3", true}, {"3.9.1", "3.9", false}, {"3.5.2", "3.5", false}} {
		t.Run(version.number, func(t *testing.T) {
			k := up(t, version.number)
			k.shown = version.shown
			t.Run("listeners", k.listeners)
			t.Run("topics", k.topics)
			t.Run("tail", k.tail)
			t.Run("produce", k.produce)
			t.Run("groups", k.groups)
			t.Run("the lab", k.lab)
			t.Run("changes to topics", k.changes)
			if version.all {
				t.Run("refusals", k.refusals)
				t.Run("no rights", k.noRights)
				t.Run("some rights", k.someRights)
				t.Run("rights for the lab", k.labRights)
				t.Run("rights for changes", k.changeRights)
				t.Run("new kinds of group", k.newGroups)
				t.Run("a deleted topic", k.deletedTopic)
			}
			t.Run("the controller", k.controller)
			t.Run("a killed broker", k.killedBroker)
		})
	}
}

// A real is a cluster under test.
type real struct {
	*realkafka.Cluster
	shown string // its version as kscope shows it
	admin *kadm.Client
}

// up brings up three brokers with uneven topics.
func up(t *testing.T, version string) *real {
	t.Helper()
	k := bringUp(t, realkafka.Options{
		Version: version,
		Secure:  true,
		// Small pages, so that topics go on from one to the next.
		ExtraProperties: map[string]string{"max.request.partition.size.limit": "10"},
	})
	if err := k.CreateUnevenTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

// bringUp brings up a cluster until the test is over, and a client that changes it.
func bringUp(t testing.TB, options realkafka.Options) *real {
	t.Helper()
	cluster, err := realkafka.Up(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...), kgo.MetadataMinAge(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &real{Cluster: cluster, admin: kadm.NewClient(cl)}
}

// door returns how a listener is reached by somebody with every right.
func (k *real) door(listener realkafka.Listener, mechanism string) model.Connection {
	conn := model.Connection{Seeds: k.Seeds(listener), Timeout: 30 * time.Second}
	switch listener {
	case realkafka.SSL:
		conn.CAFile, conn.CertFile, conn.KeyFile = k.TLS.CA, k.TLS.ClientCert, k.TLS.ClientKey
	case realkafka.TLS, realkafka.SASLSSL:
		conn.CAFile = k.TLS.CA
	}
	if mechanism != "" {
		conn.Mechanism, conn.Username, conn.Password = mechanism, realkafka.Admin, model.NewSecret(realkafka.AdminPassword)
	}
	return conn
}

func (k *real) plain() model.Connection { return k.door(realkafka.Plaintext, "") }

// alice returns how Alice comes in, who has no rights but those she is given.
func (k *real) alice() model.Connection {
	conn := k.door(realkafka.SASLSSL, "SCRAM-SHA-512")
	conn.Username, conn.Password = realkafka.Alice, model.NewSecret(realkafka.AlicePassword)
	return conn
}

// known asks all there is to ask about a cluster.
func known(t *testing.T, c *Client) model.Snapshot {
	t.Helper()
	var s model.Snapshot
	for _, q := range []model.Query{
		model.ListBrokers{}, model.ListTopics{}, model.ListOffsets{}, model.DescribeLogDirs{}, model.DescribeTopicConfigs{},
		model.ListGroups{}, model.DescribeGroups{},
	} {
		if err := c.Ask(t.Context(), q, func(e model.Event) { s = s.Apply(e) }); err != nil {
			t.Errorf("%T: %v", q, err)
		}
	}
	return s
}

// eventually asks q again and again until the snapshot is as wanted, and returns how
// long that took.
func eventually(t *testing.T, c *Client, what string, within time.Duration, q model.Query, s *model.Snapshot, ok func() bool) time.Duration {
	t.Helper()
	begin := time.Now()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		err := c.Ask(ctx, q, func(e model.Event) { *s = s.Apply(e) })
		cancel()
		took := time.Since(begin)
		if ok() {
			return took
		}
		if took > within {
			t.Fatalf("after %v: not %s; last error %v", took, what, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// refusing asks q, and returns the problem that must come of it.
func refusing(t *testing.T, c *Client, q model.Query) *model.Problem {
	t.Helper()
	err := c.Ask(t.Context(), q, func(model.Event) {})
	var p *model.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%T: %v, want a problem", q, err)
	}
	return p
}

// The same is seen through every door.
func (k *real) listeners(t *testing.T) {
	for _, door := range []struct {
		listener  realkafka.Listener
		mechanism string
		steps     string
	}{
		{realkafka.Plaintext, "", "ppssppp"},
		{realkafka.TLS, "", "pppsppp"},
		{realkafka.SSL, "", "pppsppp"},
		{realkafka.SASLPlaintext, "PLAIN", "ppspppp"},
		{realkafka.SASLSSL, "PLAIN", "ppppppp"},
		{realkafka.SASLSSL, "SCRAM-SHA-256", "ppppppp"},
		{realkafka.SASLSSL, "SCRAM-SHA-512", "ppppppp"},
	} {
		t.Run(string(door.listener)+door.mechanism, func(t *testing.T) {
			conn := k.door(door.listener, door.mechanism)
			c := connect(t, conn)
			s := known(t, c)
			eventually(t, c, "all brokers serve", forever, model.ListBrokers{}, &s, func() bool { return s.Serving() == 3 }) // a probe has little time
			if s.Cluster.ID != k.ID || s.Cluster.Version != k.shown || len(s.Brokers) != 3 || s.Brokers[1].Rack != realkafka.Rack(2) {
				t.Errorf("cluster = %+v, brokers = %+v", s.Cluster, s.Brokers)
			}
			if s.Counts.Partitions < 34 || len(s.LogDirs) != 3 || s.LogDirsProblem() != nil || s.TopicBytes("orders") <= 0 || len(s.Groups) == 0 {
				t.Errorf("counts = %+v, log dirs = %+v, groups = %+v", s.Counts, s.LogDirs, s.Groups)
			}
			if orders, ok := s.Topic("orders"); !ok || orders.Offsets.Span() <= 0 || orders.Config.MinISR < 1 {
				t.Errorf("orders = %+v", orders)
			}
			if d := diagnose(t, conn); d.Problem != nil || states(d) != door.steps || !strings.Contains(lines(d), "Kafka "+k.shown) {
				t.Errorf("diagnosis: %v, %s\n%s", d.Problem, states(d), lines(d))
			}
		})
	}
}

// What is read agrees with what Kafka's own kind of client sees.
func (k *real) topics(t *testing.T) {
	s := known(t, connect(t, k.plain()))
	theirs, err := k.admin.ListTopicsWithInternal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(theirs) != len(s.Topics) {
		t.Errorf("%d topics, want %d", len(s.Topics), len(theirs))
	}
	ends, err := k.admin.ListEndOffsets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range s.Topics {
		their := theirs[topic.Name]
		if topic.ID != their.ID || topic.Internal != their.IsInternal || len(topic.Partitions) != len(their.Partitions) {
			t.Errorf("%s = %+v, want %+v", topic.Name, topic, their)
		}
		for i := range topic.Partitions {
			p, q := &topic.Partitions[i], their.Partitions[int32(i)]
			if p.Leader != q.Leader || p.LeaderEpoch != q.LeaderEpoch || len(p.Replicas) != len(q.Replicas) || p.ISR() != len(q.ISR) || p.Preferred() != q.Replicas[0] {
				t.Errorf("%s/%d = %+v, want %+v", topic.Name, i, p, q)
			}
			if end, ok := ends.Lookup(topic.Name, int32(i)); ok && topic.Offsets.End[i] != end.Offset {
				t.Errorf("%s/%d ends at %d, want %d", topic.Name, i, topic.Offsets.End[i], end.Offset)
			}
		}
	}
	c := connect(t, k.plain())
	if got := the[model.BrokerConfigsDescribed](t, ask(t, c, model.DescribeBrokerConfigs{})); got.AutoCreate != model.No {
		t.Errorf("auto create is %v, want no", got.AutoCreate)
	}
	if got := the[model.TopicDescribed](t, ask(t, c, model.DescribeTopic{Name: "nope"})).Topic; got.Problem == nil || got.Problem.Kind != model.Gone {
		t.Errorf("nope = %+v", got)
	}
}

// A tail sees what is sent, and leaves no trace of itself.
func (k *real) tail(t *testing.T) {
	c := connect(t, k.plain())
	before := the[model.GroupsListed](t, ask(t, c, model.ListGroups{})).Groups
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)})
	sent := send(t, c, &model.Produce{Topic: "orders", Partition: 3, Key: []byte("k"), Value: nil, Headers: []model.Header{{Key: "h", Value: []byte("1")}}})
	r := kept(o.read(1))[0]
	if r.Partition != sent.Partition || r.Offset != sent.Offset || string(r.Key) != "k" || r.Value != nil || !r.Timestamp.Equal(sent.Timestamp) {
		t.Errorf("read %+v, sent %+v", r, sent)
	}
	all := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf("orders")})).Topics[0]
	want := int64(0)
	for p := range all.End {
		want += all.End[p] - all.Start[p]
	}
	whole := open(t, c, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions), From: model.Position{At: model.AtBeginning}, Whole: true})
	if v := whole.read(want); v.Read != want || v.Dropped != 0 {
		t.Errorf("read %d, dropped %d, want %d", v.Read, v.Dropped, want)
	}
	last := open(t, c, model.Tail{Targets: model.TargetOf("orders", 3), From: model.Position{At: model.AtLast, N: 2}})
	if v := last.read(2); v.Read != 2 || kept(v)[1].Offset != sent.Offset {
		t.Errorf("the last two are %s", values(kept(v)))
	}
	if after := the[model.GroupsListed](t, ask(t, c, model.ListGroups{})).Groups; len(after) != len(before) {
		t.Errorf("groups before: %+v, after: %+v", before, after)
	}
}

func (k *real) produce(t *testing.T) {
	c := connect(t, k.plain())
	if err := k.createTopic(t, "sent", 12, map[string]string{"max.message.bytes": "1000"}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "a", "key-1", "user-42"} {
		if sent := send(t, c, &model.Produce{Topic: "sent", Partition: model.AllPartitions, Key: []byte(key)}); sent.Partition != model.KeyPartition([]byte(key), 12) || sent.Took <= 0 {
			t.Errorf("%q: %+v, want partition %d", key, sent, model.KeyPartition([]byte(key), 12))
		}
	}
	if p := doing(t, c, &model.Produce{Topic: "sent", Value: make([]byte, 2000)}); p.Kind != model.Invalid || !strings.Contains(p.Says, "2000 bytes is larger than topic sent takes, which is 1000") {
		t.Errorf("too large: %v", p)
	}
	if p := doing(t, c, &model.Produce{Topic: "nope"}); p.Kind != model.Gone {
		t.Errorf("unknown topic: %v", p)
	}
	if topics, err := k.admin.ListTopics(t.Context(), "nope"); err == nil && topics["nope"].Err == nil {
		t.Error("the topic was created")
	}
	if err := k.createTopic(t, "keyed", 1, map[string]string{"cleanup.policy": "compact"}); err != nil {
		t.Fatal(err)
	}
	if p := doing(t, c, &model.Produce{Topic: "keyed", Value: []byte("v")}); p.Kind != model.Invalid || !strings.Contains(p.Fix, "needs a key") {
		t.Errorf("no key on a compacted topic: %v", p)
	}
}

// createTopic creates a topic of three replicas that can be used through any broker.
func (k *real) createTopic(t *testing.T, name string, partitions int32, configs map[string]string) error {
	t.Helper()
	return k.CreateTopic(t.Context(), name, partitions, 3, configs)
}

// everywhere waits until each broker says so: they hear of a change one after the other,
// and tests ask now this one and now that one. Check is asked with a client that knows
// one broker only; what it says tells what was seen last.
func (k *real) everywhere(t *testing.T, what string, check func(c *Client) (says string, holds bool)) {
	t.Helper()
	for _, seed := range k.Seeds(realkafka.Plaintext) {
		c := connect(t, model.Connection{Seeds: []string{seed}})
		says, holds := check(c)
		for begin := time.Now(); !holds; says, holds = check(c) {
			if time.Since(begin) > forever {
				t.Fatalf("%s: of that %s does not know after %v: %s", what, seed, forever, says)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}
