//go:build realkafka

package kafka

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// A broker is killed and started again under everything that runs.
func (k *real) killedBroker(t *testing.T) {
	const victim = 2
	if err := k.createTopic(t, "watched", 6, nil); err != nil {
		t.Fatal(err)
	}
	conn := k.plain()
	conn.Timeout = forever
	c := connect(t, conn)
	s := known(t, c)
	watched, _ := s.Topic("watched")
	led := model.NoBroker
	for _, p := range watched.Partitions {
		if p.Leader == victim {
			led = p.ID
		}
	}
	o := open(t, c, model.Tail{Targets: model.TargetOf("watched", model.AllPartitions)})
	send(t, c, &model.Produce{Topic: "watched", Partition: led, Value: []byte("before")})
	o.read(1)

	single := open(t, c, model.Tail{Targets: model.TargetOf("audit", model.AllPartitions)}) // it has no copy elsewhere

	k.Kill(victim)
	took := eventually(t, c, "said to be unreached", forever, model.ListBrokers{}, &s, func() bool {
		b, _ := s.Broker(victim)
		return b.State == model.Unreached && b.Problem != nil || b.State == model.Fenced || b.State == model.Missing
	})
	b, _ := s.Broker(victim)
	t.Logf("broker %d is shown as state %d after %v: %v", victim, b.State, took, b.Problem)
	took = eventually(t, c, "led by others", forever, model.ListTopics{}, &s, func() bool {
		return s.Counts.Loads[victim].Leaders == 0
	})
	t.Logf("its leaders have moved after %v", took)
	if s.Counts.Offline == 0 || s.Counts.UnderReplicated == 0 {
		t.Errorf("counts = %+v, want the partition without another copy offline", s.Counts)
	}
	single.until("it has no leader", func(v model.TailView) bool {
		return v.Problem != nil && strings.Contains(v.Problem.Says, "no leader")
	})
	ask(t, c, model.ListOffsets{})
	for _, q := range []model.Query{model.ListGroups{}, model.DescribeLogDirs{}, model.DescribeTopicConfigs{}} {
		begin := time.Now()
		ask(t, c, q)
		if took := time.Since(begin); took > atOnce {
			t.Errorf("%T took %v", q, took)
		}
	}
	send(t, c, &model.Produce{Topic: "watched", Partition: led, Value: []byte("meanwhile")})
	if v := o.read(2); string(kept(v)[1].Value) != "meanwhile" {
		t.Errorf("read %s", values(kept(v)))
	}
	stays := connect(t, model.Connection{Seeds: []string{k.Address(realkafka.Plaintext, victim), k.Address(realkafka.Plaintext, 1)}, Timeout: forever})
	if listed := the[model.BrokersListed](t, ask(t, stays, model.ListBrokers{})); len(listed.Brokers) < 2 {
		t.Errorf("with the first seed down: %+v", listed)
	}

	if err := k.Start(t.Context(), victim); err != nil {
		t.Fatal(err)
	}
	took = eventually(t, c, "up again", forever, model.ListBrokers{}, &s, func() bool {
		b, _ := s.Broker(victim)
		return b.State == model.Up
	})
	t.Logf("it is up again on screen %v after it was", took)
	took = eventually(t, c, "in sync again", forever, model.ListTopics{}, &s, func() bool {
		return s.Counts.Offline == 0 && s.Counts.UnderReplicated == 0
	})
	t.Logf("everything is in sync %v later", took)
	single.until("it has a leader again", func(v model.TailView) bool { return v.Problem == nil })
	send(t, c, &model.Produce{Topic: "audit", Partition: 0, Value: []byte("after")})
	single.read(1)
	send(t, c, &model.Produce{Topic: "watched", Partition: led, Value: []byte("after")})
	if v := o.read(3); v.Read != 3 || string(kept(v)[2].Value) != "after" {
		t.Errorf("read %d: %s", v.Read, values(kept(v)))
	}
}

// A topic is deleted and made anew while it is tailed.
func (k *real) deletedTopic(t *testing.T) {
	if err := k.createTopic(t, "brief", 2, nil); err != nil {
		t.Fatal(err)
	}
	c := connect(t, k.plain())
	o := open(t, c, model.Tail{Targets: model.TargetOf("brief", model.AllPartitions)})
	send(t, c, &model.Produce{Topic: "brief", Partition: 0, Value: []byte("old")})
	o.read(1)
	if err := k.DeleteTopic(t.Context(), "brief"); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	o.until("it is gone", func(v model.TailView) bool { return v.Problem != nil && v.Problem.Kind == model.Gone })
	t.Logf("the tail says so after %v", time.Since(begin))
	if p := doing(t, c, &model.Produce{Topic: "brief"}); p.Kind != model.Gone {
		t.Errorf("produce: %v", p)
	}
	if err := k.createTopic(t, "brief", 1, nil); err != nil {
		t.Fatal(err)
	}
	send(t, c, &model.Produce{Topic: "brief", Partition: 0, Value: []byte("new")})
	if v := o.read(2); string(kept(v)[1].Value) != "new" || kept(v)[1].Offset != 0 {
		t.Errorf("read %s", values(kept(v)))
	}
}

// joined reads orders with a member of a group of any kind.
func (k *real) joined(t *testing.T, group string, opts ...kgo.Opt) {
	t.Helper()
	join(t, k.Seeds(realkafka.Plaintext), group, opts...)
}

// described returns a group once it has members that are assigned something.
func (k *real) described(t *testing.T, c *Client, id string) model.Group {
	t.Helper()
	var s model.Snapshot
	for _, e := range ask(t, c, model.ListGroups{}) {
		s = s.Apply(e)
	}
	var g model.Group
	eventually(t, c, fmt.Sprintf("assigned to members of %s", id), forever, model.DescribeGroups{Groups: model.NamesOf(id)}, &s, func() bool {
		found, ok := s.Group(id)
		if !ok {
			return false
		}
		g = *found
		return g.Problem == nil && len(g.Members) > 0 && g.Members[0].Partitions() > 0
	})
	return g
}

func (k *real) groups(t *testing.T) {
	k.joined(t, "classic", kgo.InstanceID("i-1"))
	c := connect(t, k.plain())
	g := k.described(t, c, "classic")
	orders, _ := c.layout.topic("orders")
	if len(orders) == 0 {
		ask(t, c, model.ListTopics{})
		orders, _ = c.layout.topic("orders")
	}
	m := g.Members[0]
	if g.Kind != model.Classic || g.State != "Stable" || g.ProtocolType != "consumer" || g.Coordinator < 1 || g.Assignor == "" {
		t.Errorf("group = %+v", g)
	}
	if m.ClientID != "classic-client" || m.InstanceID != "i-1" || m.Host != "127.0.0.1" || len(m.Assigned["orders"]) != len(orders) {
		t.Errorf("member = %+v", m)
	}
	empty := every[model.GroupsDescribed](ask(t, c, model.DescribeGroups{Groups: model.NamesOf(realkafka.UnevenGroup, "nope")}))
	for _, e := range empty {
		for _, g := range e.Groups {
			if gone := g.Problem != nil && g.Problem.Kind == model.Gone; gone != (g.ID == "nope") || !gone && g.State != "Empty" {
				t.Errorf("group = %+v, problem %v", g, g.Problem)
			}
		}
	}
}

func (k *real) newGroups(t *testing.T) {
	k.joined(t, "consumers", kgo.ServerSideBalancer())
	share, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.ShareGroup("sharers"), kgo.ConsumeTopics("orders"), kgo.ClientID("sharer"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(share.Close)
	c := connect(t, k.plain())
	g := k.described(t, c, "consumers")
	if g.Kind != model.Consumer || g.State != "Stable" || g.Members[0].Epoch < 1 || g.Owner("orders", 0) == nil || g.Assignor == "" {
		t.Errorf("group = %+v", g)
	}
	var s model.Snapshot
	eventually(t, c, "the share group is listed", forever, model.ListGroups{}, &s, func() bool {
		_, ok := s.Group("sharers")
		return ok
	})
	g = k.described(t, c, "sharers")
	if g.Kind != model.Share || g.Owner("orders", 0) == nil || g.Members[0].ClientID != "sharer" {
		t.Errorf("group = %+v", g)
	}
}
