package lab

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"kscope/model"
)

// TestMain has more tests run at once than there are processors: they mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set("12")
	}
	goleak.VerifyTestMain(m)
}

// A bench is a lab, the cluster it runs on, and a topic of four partitions and a
// group for one test.
type bench struct {
	*Lab
	t            *testing.T
	cl           *kgo.Client
	admin        *kadm.Client
	topic, group string
	fake         bool   // it is kfake, not Kafka
	cut          func() // ends the cluster
	way          *line  // to the cluster
}

// quick are times so short that tests need not wait long for them; but for closing,
// which many do at once here.
var quick = Times{Session: 2 * time.Second, Heartbeat: 100 * time.Millisecond, Poll: 2 * time.Second, Close: 10 * time.Second}

// brokers have brokers take times that are as short.
var brokers = map[string]string{
	"group.min.session.timeout.ms":             "1000",
	"group.consumer.min.session.timeout.ms":    "1000",
	"group.consumer.session.timeout.ms":        "2000",
	"group.consumer.min.heartbeat.interval.ms": "50",
	"group.consumer.heartbeat.interval.ms":     "100",
}

// setUp opens a lab on a cluster for it alone.
func setUp(t *testing.T) *bench {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.GroupMinSessionTimeout(time.Second), kfake.BrokerConfigs(brokers))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	b := openOn(t, cluster.ListenAddrs(), "1")
	b.fake, b.cut = true, cluster.Close
	return b
}

// openOn opens a lab on a cluster that others may use under other names.
func openOn(t *testing.T, seeds []string, name string) *bench {
	t.Helper()
	connect := []kgo.Opt{kgo.SeedBrokers(seeds...), kgo.MetadataMinAge(50 * time.Millisecond), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(100)}
	cl, err := kgo.NewClient(connect...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	dialer := &net.Dialer{}
	way := newLine(dialer.DialContext)
	t.Cleanup(way.close)
	b := &bench{t: t, cl: cl, way: way, admin: kadm.NewClient(cl), topic: "orders-" + name, group: model.LabPrefix + name, Lab: Open(Options{
		Client:  func() []kgo.Opt { return slices.Clone(connect) },
		Dial:    way.connect,
		Explain: func(err error, _, _ string) *model.Problem { return &model.Problem{Says: err.Error(), Cause: err} },
		Times:   quick,
	})}
	if _, err := b.admin.CreateTopic(t.Context(), 4, -1, nil, b.topic); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// add adds test consumers that read the topic to the group.
func (b *bench) add(cmds ...model.LabAdd) {
	b.t.Helper()
	for _, cmd := range cmds {
		cmd.Group, cmd.Topic = b.group, b.topic
		if err := b.Add(cmd); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) told(member string, do model.LabVerb, more ...int) {
	b.t.Helper()
	cmd := model.LabTell{Group: b.group, Member: member, Do: do}
	if len(more) > 0 {
		cmd.Slow = more[0]
	}
	if err := b.Tell(b.t.Context(), cmd); err != nil {
		b.t.Fatalf("%s: %v", cmd, err)
	}
}

// member returns what the lab says of a consumer.
func (b *bench) member(name string) model.LabMember {
	b.t.Helper()
	view, _ := b.view()
	for _, m := range view.Members {
		if m.Name == name {
			return m
		}
	}
	b.t.Fatalf("there is no %s in %+v", name, view)
	return model.LabMember{}
}

// generation is the generation, or epoch, of the group that a consumer knows.
func (b *bench) generation(name string) int32 {
	_, generation := b.inside(name).current().cl.GroupMetadata()
	return generation
}

// partitions are those that a consumer believes to own.
func (b *bench) partitions(name string) string {
	m := b.inside(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprint(slices.Sorted(maps.Keys(m.owned)))
}

func (b *bench) inside(name string) *member {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.members[slices.IndexFunc(b.members, func(m *member) bool { return m.Name == name })]
}

// settled waits until a generation lasts, and returns it.
func (b *bench) settled(name string) int32 {
	b.t.Helper()
	now := b.generation(name)
	b.until("settled", func() string {
		before := now
		time.Sleep(5 * quick.Heartbeat)
		if now = b.generation(name); now != before {
			return fmt.Sprint(now)
		}
		return ""
	})
	return now
}

// gone checks that the group is no more.
func (b *bench) gone() {
	b.t.Helper()
	listed, err := b.admin.ListGroups(b.t.Context())
	if _, there := listed[b.group]; err != nil || there {
		b.t.Errorf("groups left: %v, %v", listed, err)
	}
}

// owners says who owns how many partitions, as the group's coordinator has it:
// "lab-1:2 lab-2:2".
func (b *bench) owners(group string) string {
	var shares []string
	if next, err := b.admin.DescribeConsumerGroups(context.Background(), group); err == nil && next[group].Err == nil {
		for _, m := range next[group].Members {
			n := 0
			for _, t := range m.Assignment {
				n += len(t)
			}
			shares = append(shares, fmt.Sprintf("%s:%d", m.ClientID, n))
		}
	} else {
		groups, err := b.admin.DescribeGroups(context.Background(), group)
		if err != nil {
			return err.Error()
		}
		for _, m := range groups[group].Members {
			n := 0
			if c, ok := m.Assigned.AsConsumer(); ok {
				for _, t := range c.Topics {
					n += len(t.Partitions)
				}
			}
			shares = append(shares, fmt.Sprintf("%s:%d", m.ClientID, n))
		}
	}
	slices.Sort(shares)
	return strings.Join(shares, " ")
}

// shares waits until the group is shared out as wanted, by its coordinator's account
// and by the consumers' own.
func (b *bench) shares(want string) {
	b.t.Helper()
	b.until("shared out as "+want, func() string {
		got := b.owners(b.group)
		if got != want {
			return "it is " + got
		}
		var own []string
		view, _ := b.view()
		for _, m := range view.Members {
			if (m.State == model.LabStarting || m.State == model.LabRunning) && strings.Contains(want, m.Name+":") && !strings.Contains(want, fmt.Sprintf("%s:%d", m.Name, m.Owned)) {
				own = append(own, fmt.Sprintf("%s says %d", m.Name, m.Owned))
			}
		}
		return strings.Join(own, ", ")
	})
}

// runs waits until a consumer is at work.
func (b *bench) runs(name string) {
	b.t.Helper()
	b.until("running", func() string {
		if m := b.member(name); m.State != model.LabRunning || m.Problem != nil {
			return fmt.Sprintf("%+v", m)
		}
		return ""
	})
}

func (b *bench) until(what string, lacks func() string) {
	b.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		l := lacks()
		if l == "" {
			return
		}
		if time.Now().After(deadline) {
			view, _ := b.view()
			b.t.Fatalf("not %s: %s; the lab is %+v", what, l, view)
		}
	}
}

// write writes n records to each partition.
func (b *bench) write(n int) {
	b.t.Helper()
	for p := range int32(4) {
		for range n {
			b.cl.Produce(b.t.Context(), &kgo.Record{Topic: b.topic, Partition: p, Value: []byte("v")}, nil)
		}
	}
	if err := b.cl.Flush(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// reads writes until these consumers have read something: before they know where a
// partition ends, they begin behind what is written.
func (b *bench) reads(names ...string) {
	b.t.Helper()
	for _, name := range names {
		b.until("reading", func() string {
			b.write(1)
			if b.member(name).Read == 0 {
				return name + " is not"
			}
			return ""
		})
	}
}
