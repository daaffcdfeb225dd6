package lab

import (
	"context"
	"errors"
	"fmt"
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

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A bench is a lab and the cluster it runs on.
type bench struct {
	*Lab
	t     *testing.T
	admin *kadm.Client
	cl    *kgo.Client
}

// quick are times so short that tests need not wait long for them.
var quick = Times{Session: 1500 * time.Millisecond, Heartbeat: 100 * time.Millisecond, Poll: 1500 * time.Millisecond}

// set up a lab on a cluster with a topic of four partitions, orders.
func setUp(t *testing.T) *bench {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"), kfake.GroupMinSessionTimeout(500*time.Millisecond),
		kfake.BrokerConfigs(map[string]string{"group.consumer.heartbeat.interval.ms": "100", "group.consumer.session.timeout.ms": "1500"}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	connect := []kgo.Opt{kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.MetadataMinAge(50 * time.Millisecond), kgo.RecordPartitioner(kgo.ManualPartitioner())}
	cl, err := kgo.NewClient(connect...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	dialer := &net.Dialer{}
	b := &bench{t: t, admin: kadm.NewClient(cl), cl: cl, Lab: Open(Options{
		Client:  func() []kgo.Opt { return slices.Clone(connect) },
		Dial:    dialer.DialContext,
		Explain: func(err error) *model.Problem { return &model.Problem{Says: err.Error(), Cause: err} },
		Times:   quick,
	})}
	t.Cleanup(b.Close)
	return b
}

// add adds test consumers to the group reading orders, and waits until each has its
// share.
func (b *bench) add(group string, cmds ...model.LabAdd) {
	b.t.Helper()
	for _, cmd := range cmds {
		cmd.Group, cmd.Topic = group, "orders"
		if err := b.Add(cmd); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) told(group, member string, do model.LabVerb, more ...int) {
	b.t.Helper()
	cmd := model.LabTell{Group: group, Member: member, Do: do}
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
func (b *bench) shares(group, want string) {
	b.t.Helper()
	b.until("shared out as "+want, func() string {
		got := b.owners(group)
		if got != want {
			return "it is " + got
		}
		var own []string
		view, _ := b.view()
		for _, m := range view.Members {
			if m.Group == group && m.State == model.LabRunning && strings.Contains(want, m.Name+":") && !strings.Contains(want, fmt.Sprintf("%s:%d", m.Name, m.Owned)) {
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
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
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

// write writes n records to each partition of orders.
func (b *bench) write(n int) {
	b.t.Helper()
	for p := range int32(4) {
		for range n {
			b.cl.Produce(b.t.Context(), &kgo.Record{Topic: "orders", Partition: p, Value: []byte("v")}, nil)
		}
	}
	if err := b.cl.Flush(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

var assignors = []model.LabAssignor{model.LabRange, model.LabRoundRobin, model.LabSticky, model.LabCooperative, model.LabConsumer}

// each runs a test with each assignor, dynamic and static.
func each(t *testing.T, test func(t *testing.T, b *bench, add model.LabAdd)) {
	for _, a := range assignors {
		for _, static := range []bool{false, true} {
			name := string(a)
			if static {
				name += ", static"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, setUp(t), model.LabAdd{Assignor: a, Static: static})
			})
		}
	}
}

// Consumers join, share, leave at once, and leave nothing behind.
func TestJoinAndLeave(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.add("g", add)
		b.shares("g", "lab-1:4")
		b.add("g", add)
		b.shares("g", "lab-1:2 lab-2:2")
		if m := b.member("lab-2"); m.State != model.LabRunning || m.MemberID == "" || m.Problem != nil || (m.InstanceID == "lab-2") != add.Static {
			t.Errorf("member = %+v", m)
		}
		began := time.Now()
		b.told("g", "lab-2", model.LabLeave)
		if left := b.owners("g"); strings.Contains(left, "lab-2") {
			t.Errorf("the group still has %s", left)
		}
		b.shares("g", "lab-1:4")
		if m := b.member("lab-2"); m.State != model.LabLeft || m.Owned != 0 {
			t.Errorf("member = %+v", m)
		}
		t.Logf("left and taken over within %v", time.Since(began))
		if err := b.End(t.Context(), model.LabEnd{Group: "g", Delete: true}); err != nil {
			t.Error(err)
		}
		if listed, err := b.admin.ListGroups(t.Context()); err != nil || len(listed) > 0 {
			t.Errorf("groups left: %v, %v", listed, err)
		}
	})
}

// One that is killed keeps what it owned until its session is over.
func TestKill(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.add("g", add, add)
		b.shares("g", "lab-1:2 lab-2:2")
		b.told("g", "lab-1", model.LabKill)
		if got := b.owners("g"); got != "lab-1:2 lab-2:2" {
			t.Errorf("right after the kill the group has %q", got)
		}
		if m := b.member("lab-1"); m.State != model.LabKilled || m.Owned != 0 {
			t.Errorf("member = %+v", m)
		}
		b.shares("g", "lab-2:4")
	})
}

// What was killed is thrown out when the lab ends, and its group deleted at once.
func TestEndThrowsOutTheKilled(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.options.Times.Session = time.Minute
		b.add(OwnPrefix+"x", add, add)
		b.shares(OwnPrefix+"x", "lab-1:2 lab-2:2")
		b.told(OwnPrefix+"x", "lab-1", model.LabKill)
		b.told(OwnPrefix+"x", "lab-2", model.LabStall)
		began := time.Now()
		b.Close()
		if took := time.Since(began); took > defaults.Close+time.Second {
			t.Errorf("closing took %v", took)
		}
		if listed, err := b.admin.ListGroups(t.Context()); err != nil || len(listed) > 0 {
			t.Errorf("groups left: %v, %v", listed, err)
		}
		if err := b.Add(model.LabAdd{Group: "g", Topic: "orders", Assignor: model.LabRange}); err == nil {
			t.Error("a closed lab took another consumer")
		}
	})
}

// One that hangs is thrown out once its session is over, and comes back.
func TestStall(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.add("g", add, add)
		b.shares("g", "lab-1:2 lab-2:2")
		b.told("g", "lab-1", model.LabStall)
		if m := b.member("lab-1"); m.State != model.LabStalled || m.Owned != 2 {
			t.Errorf("member = %+v, want it to believe what it knows", m)
		}
		b.shares("g", "lab-2:4")
		b.told("g", "lab-1", model.LabResume)
		b.shares("g", "lab-1:2 lab-2:2")
		b.runs("lab-1")
	})
}

// One that does not poll stays for as long as max.poll.interval.ms allows, then is
// gone, a static one later, and rejoins when it goes on.
func TestPause(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.add("g", add, add)
		b.shares("g", "lab-1:2 lab-2:2")
		b.told("g", "lab-1", model.LabPause)
		read := b.member("lab-1").Read
		b.write(5)
		b.until("read by the other", func() string {
			if n := b.member("lab-2").Read; n != 10 {
				return fmt.Sprint(n)
			}
			return ""
		})
		if m := b.member("lab-1"); m.Read != read || m.State != model.LabPaused {
			t.Errorf("member = %+v, want it to read nothing", m)
		}
		if add.Static && add.Assignor == model.LabConsumer {
			b.until("out", func() string { return strings.Trim(fmt.Sprint(b.member("lab-1").Owned), "0") })
			b.shares("g", "lab-1:2 lab-2:2") // kfake ends the session of nobody who said that he comes back; Kafka does
		} else {
			b.shares("g", "lab-2:4")
		}
		if m := b.member("lab-1"); m.State != model.LabPaused || m.Owned != 0 || m.Problem == nil {
			t.Errorf("member = %+v, want it to know that it is out", m)
		}
		b.told("g", "lab-1", model.LabResume)
		b.shares("g", "lab-1:2 lab-2:2")
		b.runs("lab-1")
	})
}

// A pause that is over in time goes unnoticed.
func TestShortPause(t *testing.T) {
	b := setUp(t)
	b.add("g", model.LabAdd{Assignor: model.LabRange})
	b.shares("g", "lab-1:4")
	id := b.member("lab-1").MemberID
	b.told("g", "lab-1", model.LabPause)
	b.told("g", "lab-1", model.LabPause)
	time.Sleep(quick.Poll / 2)
	b.told("g", "lab-1", model.LabResume)
	b.told("g", "lab-1", model.LabResume)
	time.Sleep(quick.Poll)
	b.write(1)
	b.until("reading on", func() string {
		if m := b.member("lab-1"); m.Read != 4 || m.MemberID != id {
			return fmt.Sprintf("%+v", m)
		}
		return ""
	})
}

// A static one is back with what it had and nobody else notices; a dynamic one
// comes back as another member.
func TestRestart(t *testing.T) {
	each(t, func(t *testing.T, b *bench, add model.LabAdd) {
		b.add("g", add, add)
		b.shares("g", "lab-1:2 lab-2:2")
		id := b.member("lab-1").MemberID
		b.told("g", "lab-1", model.LabRestart)
		b.shares("g", "lab-1:2 lab-2:2")
		b.runs("lab-1")
		if m := b.member("lab-1"); m.MemberID == id {
			t.Errorf("member = %+v, want it to be another one", m)
		}
		b.told("g", "lab-1", model.LabKill)
		b.told("g", "lab-1", model.LabRestart)
		b.shares("g", "lab-1:2 lab-2:2")
	})
}

// A slow one reads no more than it is told to, until it is told otherwise.
func TestSlow(t *testing.T) {
	b := setUp(t)
	b.add("g", model.LabAdd{Assignor: model.LabSticky, Slow: 20})
	b.shares("g", "lab-1:4")
	b.write(1) // so that something is committed
	b.until("reading", func() string { return strings.Trim(fmt.Sprint(b.member("lab-1").Read), "1234") })
	b.write(500)
	began, from := time.Now(), b.member("lab-1").Read
	time.Sleep(2 * time.Second)
	most := int64(time.Since(began).Seconds()*20) + 20
	if n := b.member("lab-1").Read - from; n < 10 || n > most {
		t.Errorf("it read %d records in 2 s, want some 40", n)
	}
	b.told("g", "lab-1", model.LabSlow, 0)
	b.until("all read", func() string {
		if n := b.member("lab-1").Read; n != 2004 {
			return fmt.Sprint(n)
		}
		return ""
	})
	if err := b.Tell(t.Context(), model.LabTell{Group: "g", Member: "lab-1", Do: model.LabSlow, Slow: -1}); err == nil {
		t.Error("it reads less than nothing")
	}
}

// What makes no sense is refused, and sends nothing.
func TestRefusals(t *testing.T) {
	b := setUp(t)
	b.add("g", model.LabAdd{Assignor: model.LabRange})
	b.shares("g", "lab-1:4")
	for name, err := range map[string]error{
		"no group":         b.Add(model.LabAdd{Topic: "orders", Assignor: model.LabRange}),
		"no topic":         b.Add(model.LabAdd{Group: "g", Assignor: model.LabRange}),
		"no assignor":      b.Add(model.LabAdd{Group: "g", Topic: "orders"}),
		"negative":         b.Add(model.LabAdd{Group: "g", Topic: "orders", Assignor: model.LabRange, Slow: -1}),
		"another assignor": b.Add(model.LabAdd{Group: "g", Topic: "orders", Assignor: model.LabSticky}),
		"nobody":           b.Tell(t.Context(), model.LabTell{Group: "g", Member: "lab-9", Do: model.LabLeave}),
		"another group's":  b.Tell(t.Context(), model.LabTell{Group: "h", Member: "lab-1", Do: model.LabLeave}),
		"no verb":          b.Tell(t.Context(), model.LabTell{Group: "g", Member: "lab-1", Do: "dance"}),
		"no lab":           b.End(t.Context(), model.LabEnd{Group: "h", Delete: true}),
	} {
		var p *model.Problem
		if !errors.As(err, &p) || p.Says == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.told("g", "lab-1", model.LabLeave)
	if err := b.Tell(t.Context(), model.LabTell{Group: "g", Member: "lab-1", Do: model.LabPause}); err == nil {
		t.Error("one that has left can be paused")
	}
	if _, ids := b.Has("g"); len(ids) != 1 {
		t.Errorf("ids = %v", ids)
	}
}

// Groups of the user's own name stay, with their offsets, unless he says otherwise.
func TestEndKeepsGroups(t *testing.T) {
	b := setUp(t)
	b.add("mine", model.LabAdd{Assignor: model.LabRange})
	b.add(OwnPrefix+"kept", model.LabAdd{Assignor: model.LabConsumer})
	b.shares("mine", "lab-1:4")
	b.shares(OwnPrefix+"kept", "lab-2:4")
	if err := b.End(t.Context(), model.LabEnd{Group: OwnPrefix + "kept"}); err != nil {
		t.Fatal(err)
	}
	b.Close()
	listed, err := b.admin.ListGroups(t.Context())
	if err != nil || len(listed) != 2 || b.owners("mine") != "" || b.owners(OwnPrefix+"kept") != "" {
		t.Errorf("groups = %v, %v", listed, err)
	}
}

// A view comes at once, and after a change, but not with every record.
func TestWatch(t *testing.T) {
	b := setUp(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	views := make(chan model.LabView)
	ended := make(chan error, 1)
	go func() { ended <- b.Watch(ctx, func(v model.LabView) { views <- v }) }()
	if v := <-views; len(v.Members) != 0 {
		t.Errorf("view = %+v", v)
	}
	b.add("g", model.LabAdd{Assignor: model.LabRange})
	seen := 0
	began := time.Now()
	writing := make(chan bool)
	go func() {
		defer close(writing)
		for range 100 {
			b.cl.ProduceSync(ctx, &kgo.Record{Topic: "orders", Value: []byte("v")})
			time.Sleep(10 * time.Millisecond)
		}
	}()
	for v := range views {
		seen++
		if v.Members[0].Read > 20 {
			break
		}
	}
	if most := int(time.Since(began)/rest) + 2; seen > most {
		t.Errorf("%d views in %v, want %d at most", seen, time.Since(began), most)
	}
	cancel()
	<-writing
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("watching ended with %v", err)
	}
}
