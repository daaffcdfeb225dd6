//go:build realkafka

package rebalances

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
)

// ChildSpec is set in the environment of a process that is to be a consumer.
const childSpec = "REBALANCES_TEST_CONSUMER"

// A spec says what a franz-go consumer is.
type spec struct {
	Seeds    []string
	Client   string // client id
	Group    string
	Topics   []string
	Assignor string // range, roundrobin, sticky, cooperative-sticky, or consumer for KIP-848
	Instance string
	Mute     bool // it commits nothing
	Patient  bool // its session is as long as a machine may take for anything
}

var balancers = map[string]func() kgo.GroupBalancer{
	"range": kgo.RangeBalancer, "roundrobin": kgo.RoundRobinBalancer, "sticky": kgo.StickyBalancer,
	"cooperative-sticky": kgo.CooperativeStickyBalancer, "consumer": kgo.RangeBalancer,
}

// Options returns how the consumer is made. Say is called with what happens to it.
func (s spec) options(say func(event)) []kgo.Opt {
	report := func(name string) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, cl *kgo.Client, partitions map[string][]int32) {
			e := event{Timestamp: time.Now().UnixMilli(), Name: name, Partitions: flat(partitions)}
			e.Member, e.Generation = cl.GroupMetadata()
			say(e)
		}
	}
	timeout := session * time.Millisecond
	if s.Patient {
		timeout = patientSession * time.Millisecond
	}
	revoke := report(revoked)
	commit := func(ctx context.Context, cl *kgo.Client, partitions map[string][]int32) {
		if !s.Mute {
			cl.CommitUncommittedOffsets(ctx) // as is good manners
		}
		revoke(ctx, cl, partitions)
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(s.Seeds...), kgo.ClientID(s.Client), kgo.ConsumerGroup(s.Group), kgo.ConsumeTopics(s.Topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.Balancers(balancers[s.Assignor]()),
		kgo.HeartbeatInterval(heartbeat * time.Millisecond), kgo.SessionTimeout(timeout),
		kgo.RebalanceTimeout(10 * time.Second), kgo.AutoCommitInterval(time.Second),
		kgo.MetadataMinAge(100 * time.Millisecond), kgo.MetadataMaxAge(time.Second),
		kgo.OnPartitionsAssigned(report(assigned)), kgo.OnPartitionsRevoked(commit), kgo.OnPartitionsLost(revoke),
	}
	if s.Assignor == "consumer" {
		opts = append(opts, kgo.ServerSideBalancer())
	}
	if s.Instance != "" {
		opts = append(opts, kgo.InstanceID(s.Instance))
	}
	if s.Mute {
		opts = append(opts, kgo.DisableAutoCommit())
	}
	return opts
}

// Consume starts a consumer that reads until the client is closed.
func (s spec) consume(say func(event)) (*kgo.Client, error) {
	say(event{Timestamp: time.Now().UnixMilli(), Name: started})
	cl, err := kgo.NewClient(s.options(say)...)
	if err != nil {
		return nil, err
	}
	go func() {
		for !cl.PollFetches(context.Background()).IsClientClosed() {
		}
	}()
	return cl, nil
}

// BeConsumer is the life of a child: a consumer until standard input ends.
func beConsumer(encoded string) (exit int) {
	var s spec
	if err := json.Unmarshal([]byte(encoded), &s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	var mu sync.Mutex
	say := func(e event) {
		mu.Lock()
		defer mu.Unlock()
		json.NewEncoder(os.Stdout).Encode(e)
	}
	cl, err := s.consume(say)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	io.Copy(io.Discard, os.Stdin)
	cl.Close()
	say(event{Timestamp: time.Now().UnixMilli(), Name: ended})
	return 0
}

// InProcess starts a franz-go consumer in this process.
func (g *group) inProcess(t testing.TB, client string, change ...func(*spec)) *consumer {
	t.Helper()
	c := &consumer{client: client, oracle: g.oracle}
	var err error
	if c.cl, err = g.spec(client, change).consume(func(e event) { g.oracle.hear(client, e) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.leave)
	return c
}

// Child starts a franz-go consumer in a process of its own.
func (g *group) child(t testing.TB, client string, change ...func(*spec)) *consumer {
	t.Helper()
	encoded, err := json.Marshal(g.spec(client, change))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	realkafka.Tie(cmd)
	cmd.Env = append(os.Environ(), childSpec+"="+string(encoded))
	return g.run(t, client, cmd)
}

func (g *group) spec(client string, change []func(*spec)) spec {
	s := spec{Seeds: scene.Seeds(realkafka.Plaintext), Client: client, Group: g.id, Topics: []string{g.topic}, Assignor: g.assignor}
	for _, c := range change {
		c(&s)
	}
	return s
}

func instance(id string) func(*spec) { return func(s *spec) { s.Instance = id } }
