package kafka

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// doing returns the problem of a command that must fail.
func doing(t *testing.T, c *Client, cmd model.Command) *model.Problem {
	t.Helper()
	err := c.Do(t.Context(), cmd, func(e model.Event) { t.Errorf("%s: %+v", cmd, e) })
	var p *model.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%s: %v, want a problem", cmd, err)
	}
	return p
}

func TestProduce(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3), kfake.SeedTopics(12, "orders")))
	sent := send(t, c, &model.Produce{Topic: "orders", Partition: 7, Value: []byte("v")})
	if sent.Partition != 7 || sent.Offset != 0 || sent.Took <= 0 || time.Since(sent.Timestamp) > time.Minute {
		t.Errorf("sent = %+v", sent)
	}
	for i := range 50 {
		key := fmt.Appendf(nil, "key-%d", i)
		if sent := send(t, c, &model.Produce{Topic: "orders", Partition: model.AllPartitions, Key: key}); sent.Partition != model.KeyPartition(key, 12) {
			t.Errorf("%s went to %d, want %d", key, sent.Partition, model.KeyPartition(key, 12))
		}
	}
	spread := map[int32]bool{}
	for range 60 {
		spread[send(t, c, &model.Produce{Topic: "orders", Partition: model.AllPartitions}).Partition] = true
	}
	if len(spread) < 6 {
		t.Errorf("60 records without a key went to %d of 12 partitions", len(spread))
	}
}

// The leader writes it each time, and each time too few replicas have it.
func TestProduceThatTooFewReplicasHave(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second})
	cluster.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return producedWith(req.(*kmsg.ProduceRequest), kerr.NotEnoughReplicasAfterAppend), nil, true
	})
	if p := doing(t, c, &model.Produce{Topic: "orders", Value: []byte("v")}); p.Kind != model.Unknown || !strings.Contains(p.Says, "may have been written") {
		t.Errorf("%v", p)
	}
}

func TestChoose(t *testing.T) {
	c := &Client{}
	led := model.Partition{Leader: 1}
	topic := &model.Topic{Name: "orders", Partitions: []model.Partition{{ID: 0, Leader: model.NoBroker}, led, {ID: 2, Leader: model.NoBroker}}}
	topic.Partitions[1].ID = 1
	for range 20 {
		if p, problem := c.choose(topic, &model.Produce{Partition: model.AllPartitions}); p != 1 || problem != nil {
			t.Errorf("without a key: %d, %v, want the partition that has a leader", p, problem)
		}
	}
	if _, problem := c.choose(topic, &model.Produce{Partition: 2}); problem == nil || problem.Says != "Partition 2 of orders has no leader" {
		t.Errorf("a partition without a leader: %v", problem)
	}
	if _, problem := c.choose(&model.Topic{Name: "new"}, &model.Produce{}); problem == nil {
		t.Error("a topic without partitions takes a record")
	}
}

func TestProduceIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: forever})
	begin := time.Now()
	if p := doing(t, c, &model.Produce{Topic: "nope", Partition: model.AllPartitions}); p.Kind != model.Gone || time.Since(begin) > atOnce {
		t.Errorf("unknown topic: %v after %v", p, time.Since(begin))
	}
	if cluster.TopicInfo("nope") != nil {
		t.Error("the topic was created")
	}
	if p := doing(t, c, &model.Produce{Topic: "orders", Partition: 2}); p.Kind != model.Invalid || p.Fix != "choose one of 0 to 1" {
		t.Errorf("no such partition: %v", p)
	}
	if p := doing(t, c, &model.Produce{Topic: "orders", Value: make([]byte, 2<<20)}); p.Kind != model.Invalid || p.Says != "The record of 2097152 bytes is larger than topic orders takes, which is 1048588 bytes" {
		t.Errorf("too large: %v", p)
	}
}

// A record whose acknowledgement does not come may have been written.
func TestProduceWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: time.Second})
	late := make(chan struct{})
	cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.DropControl()
		cluster.SleepControl(func() { <-late })
		return nil, nil, false
	})
	begin := time.Now()
	if p := doing(t, c, &model.Produce{Topic: "orders", Value: []byte("v")}); p.Kind != model.Unknown || time.Since(begin) > atOnce {
		t.Errorf("%v after %v", p, time.Since(begin))
	}
	close(late) // the fake cluster handles one such request at a time
	send(t, c, &model.Produce{Topic: "orders", Value: []byte("w")})
}

func TestProduceThatNeverLeft(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: time.Second})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := c.Do(ctx, &model.Produce{Topic: "orders"}, func(model.Event) {})
	var p *model.Problem
	if !errors.As(err, &p) || p.Kind == model.Unknown {
		t.Errorf("%v, want a problem that does not leave it open", err)
	}
}

func TestReadOnly(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), ReadOnly: true})
	for _, cmd := range commands {
		if p := doing(t, c, cmd); p.Kind != model.ReadOnly {
			t.Errorf("%s: %v, want it refused", cmd, p)
		}
	}
	if end := the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{})).Topics[0].End[0]; end != 0 {
		t.Errorf("%d records were written", end)
	}
}

// commands holds one of every command; TestEveryCommandIsHere holds it to that.
var commands = []model.Command{
	&model.Produce{Topic: "orders", Value: []byte("v")},
	&model.SendMany{Record: model.Produce{Topic: "orders"}, Count: 3},
	model.StopBroker{ID: 1},
	model.StartBroker{ID: 1},
	&model.ResetOffsets{},
	model.DeleteGroup{Group: "billing"},
	model.DeleteOffsets{Group: "billing", Topic: "orders"},
	model.RemoveMember{Group: "billing", MemberID: "m"},
	model.CreateTopic{Topic: model.NewTopic{Name: "new", Partitions: 1, Replicas: 1}},
	model.AddPartitions{Topic: "orders", From: 1, Count: 2},
	&model.AlterConfigs{},
	model.DeleteTopic{Name: "orders"},
	&model.DeleteRecords{},
	model.LabAdd{Group: "kscope-lab-1", Topic: "orders", Assignor: model.LabRange},
	model.LabTell{Group: "kscope-lab-1", Member: "lab-1", Do: model.LabKill},
	model.LabEnd{Group: "kscope-lab-1", Delete: true},
}

func TestBrokersOfRealClustersAreNotStopped(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1)))
	for _, cmd := range []model.Command{model.StopBroker{}, model.StartBroker{}} {
		if p := doing(t, c, cmd); p.Kind != model.Unsupported {
			t.Errorf("%s: %v", cmd, p)
		}
	}
}

func TestEveryCommandIsHere(t *testing.T) {
	here := map[string]bool{}
	for _, cmd := range commands {
		here[strings.TrimPrefix(fmt.Sprintf("%T", cmd), "*")] = true
	}
	for name := range markedIn(t, "command") {
		if !here["model."+name] {
			t.Errorf("%s is not among the commands that read-only must refuse", name)
		}
	}
}
