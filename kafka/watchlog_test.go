package kafka

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// The fake cluster writes no log of its groups. A test writes one by hand.
type groupLog struct {
	t         testing.TB
	cl        *kgo.Client
	partition int32
}

const logPartitions = 5

func fakeWithLog(t testing.TB) (*kfake.Cluster, *groupLog) {
	t.Helper()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"), kfake.SeedTopics(logPartitions, model.GroupTopic))
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cluster, &groupLog{t, cl, int32(model.GroupPartition("billing", logPartitions))}
}

func (l *groupLog) write(key, value []byte) time.Time {
	l.t.Helper()
	r := &kgo.Record{Topic: model.GroupTopic, Partition: l.partition, Key: key, Value: value}
	if err := l.cl.ProduceSync(l.t.Context(), r).FirstErr(); err != nil {
		l.t.Fatal(err)
	}
	return r.Timestamp
}

// generation writes a generation of a group whose members each have one partition of
// orders.
func (l *groupLog) generation(group string, n int32, members ...string) time.Time {
	l.t.Helper()
	key := kmsg.GroupMetadataKey{Version: 2, Group: group}
	protocol := "range"
	v := kmsg.GroupMetadataValue{Version: 3, ProtocolType: "consumer", Generation: n, Protocol: &protocol, CurrentStateTimestamp: time.Now().UnixMilli()}
	for i, id := range members {
		a := kmsg.ConsumerMemberAssignment{Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "orders", Partitions: []int32{int32(i)}}}}
		v.Members = append(v.Members, kmsg.GroupMetadataValueMember{MemberID: id, ClientID: id, Assignment: a.AppendTo(nil)})
	}
	return l.write(key.AppendTo(nil), v.AppendTo(nil))
}

func (l *groupLog) commits(group string, n int) {
	l.t.Helper()
	k := kmsg.OffsetCommitKey{Version: 1, Group: group, Topic: "orders"}
	v := kmsg.OffsetCommitValue{Version: 3}
	key, value := k.AppendTo(nil), v.AppendTo(nil)
	for range n {
		l.cl.Produce(l.t.Context(), &kgo.Record{Topic: model.GroupTopic, Partition: l.partition, Key: key, Value: value}, nil)
	}
	if err := l.cl.Flush(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// logged says what observations tell: generation and members.
func logged(all []model.Observation) string {
	var words []string
	for _, o := range all {
		word := fmt.Sprint(o.Group.Epoch)
		for _, m := range o.Group.Members {
			word += m.ID
		}
		if o.Past {
			word += "*"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func untilLogged(t testing.TB, w *watched, what string, from int, ok func(*model.GroupLogged) bool) (model.GroupLogged, int) {
	t.Helper()
	return until(t, w, what, from, func(e model.GroupLogged) bool { return ok(&e) })
}

func TestWatchGroupByItsLog(t *testing.T) {
	t.Parallel()
	cluster, log := fakeWithLog(t)
	first := log.generation("billing", 1, "a")
	log.commits("other", 3000)
	log.generation("other", 7, "x")
	log.generation("billing", 2, "a", "b")
	log.commits("billing", 10)
	w := watch(t, dial(t, cluster), "billing")

	e, next := untilLogged(t, w, "the past", 0, func(e *model.GroupLogged) bool { return e.Log.State == model.LogFollowed })
	if logged(e.Observations) != "1a* 2ab*" || !e.Anew || e.Log.Read != 1 || e.Log.From.UnixMilli() != first.UnixMilli() || e.Group != "billing" {
		t.Errorf("past = %s, %+v", logged(e.Observations), e)
	}
	log.generation("other", 8, "x")
	at := log.generation("billing", 3, "b")
	e, next = untilLogged(t, w, "a generation", next, func(e *model.GroupLogged) bool { return len(e.Observations) > 0 })
	o := e.Observations[0]
	if logged(e.Observations) != "3b" || e.Anew || e.Log.State != model.LogFollowed || o.At.UnixMilli() != at.UnixMilli() || o.Group.Coordinator == model.NoBroker {
		t.Errorf("new = %s, %+v", logged(e.Observations), e)
	}
	if q := o.Quiet["a"]; q.IsZero() || q.After(at) {
		t.Errorf("quiet = %v", o.Quiet)
	}

	// The leader goes elsewhere: nothing is told twice, and nothing is missing.
	for n := int32(4); n < 10; n++ {
		if err := cluster.MoveTopicPartition(model.GroupTopic, log.partition, n%3); err != nil {
			t.Fatal(err)
		}
		log.generation("billing", n, "b")
		e, next = untilLogged(t, w, "a generation after the leader moved", next, func(e *model.GroupLogged) bool { return len(e.Observations) > 0 })
		if want := fmt.Sprintf("%db", n); logged(e.Observations) != want || e.Log.State != model.LogFollowed {
			t.Errorf("new = %s, want %s; %+v", logged(e.Observations), want, e.Log)
		}
	}
}

// Records that are deleted before they are read have the past be told anew.
func TestWatchGroupAfterTheLogWasCut(t *testing.T) {
	t.Parallel()
	cluster, log := fakeWithLog(t)
	log.generation("billing", 1, "a")
	c := dial(t, cluster)
	f := &follower{w: newWatcher(c, "billing")}
	f.anew(t.Context())
	if _, problem := f.place(t.Context()); problem != nil || f.next != 0 || f.goal != 1 {
		t.Fatalf("%v, from %d to %d", problem, f.next, f.goal)
	}
	f.next, f.caught = 1, true
	if _, problem := f.place(t.Context()); problem != nil || f.next != 1 || !f.caught {
		t.Fatalf("%v, at %d", problem, f.next)
	}
	f.next = 7 // a replica without the latest records became leader
	if _, problem := f.place(t.Context()); problem != nil || f.next != 0 || f.caught {
		t.Fatalf("%v, at %d", problem, f.next)
	}
}

func TestWatchGroupWithoutALog(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(4, "orders"))
	w := watch(t, dial(t, cluster), "billing")
	e, _ := untilLogged(t, w, "that there is no log", 0, func(e *model.GroupLogged) bool { return e.Log.State == model.LogRefused })
	if e.Log.Problem == nil || e.Log.Problem.Kind != model.Gone || len(e.Observations) != 0 || e.Anew {
		t.Errorf("event = %+v, %v", e, e.Log.Problem)
	}
}

// A user who may not read the log is told what right is missing.
func TestWatchGroupDeniedItsLog(t *testing.T) {
	t.Parallel()
	cluster, _ := fakeWithLog(t)
	cluster.ControlKey(int16(kmsg.Fetch), func(kr kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		req := kr.(*kmsg.FetchRequest)
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		for _, rt := range req.Topics {
			topic := kmsg.NewFetchResponseTopic()
			topic.Topic, topic.TopicID = rt.Topic, rt.TopicID
			for _, rp := range rt.Partitions {
				p := kmsg.NewFetchResponseTopicPartition()
				p.Partition, p.ErrorCode = rp.Partition, 29
				topic.Partitions = append(topic.Partitions, p)
			}
			resp.Topics = append(resp.Topics, topic)
		}
		return resp, nil, true
	})
	w := watch(t, dial(t, cluster), "billing")
	e, next := untilLogged(t, w, "that it is denied", 0, func(e *model.GroupLogged) bool { return e.Log.State == model.LogRefused })
	if p := e.Log.Problem; p == nil || p.Kind != model.Denied || p.Right != (model.Right{Operation: "Read", Resource: "Topic __consumer_offsets"}) {
		t.Errorf("problem = %+v", p)
	}
	member(t, cluster.ListenAddrs(), "billing", "one")
	untilGroup(t, w, "the group, by polling", next, stableOf(1))
}

// While the past is read it is told how far; what it was is told as a whole.
func TestProgressOfReadingThePast(t *testing.T) {
	w := newWatcher(nil, "billing")
	w.events = make(chan model.Event, 10)
	f := &follower{w: w, from: 100, goal: 300}
	f.anew(t.Context())
	f.next = 150
	f.report(t.Context())
	f.report(t.Context()) // too soon to tell again
	f.next = 300
	f.report(t.Context())
	f.report(t.Context()) // nothing new
	var told []string
	for len(w.events) > 0 {
		e := (<-w.events).(model.GroupLogged)
		told = append(told, fmt.Sprint(e.Log.State, e.Log.Read, e.Anew))
	}
	if want := fmt.Sprintf("[%d 0.25 false %d 1 true]", model.LogReading, model.LogFollowed); fmt.Sprint(told) != want {
		t.Errorf("told %v, want %v", told, want)
	}
	if w.followed {
		t.Error("polls as seldom as if the log told of the group")
	}
}

// A log counts as one that tells of the group once it does, be it of the past or not.
func TestLogThatTells(t *testing.T) {
	for name, past := range map[string][]model.Observation{"of the past": {{}}, "of now": nil} {
		w := newWatcher(nil, "billing")
		w.events = make(chan model.Event, 10)
		f := &follower{w: w}
		f.anew(t.Context())
		f.past, f.next = past, 0
		f.report(t.Context())
		if w.followed != (past != nil) {
			t.Errorf("%s: followed %v", name, w.followed)
		}
		f.reportNew(t.Context(), []model.Observation{{}})
		if !w.followed {
			t.Errorf("%s: not followed", name)
		}
	}
}

func TestPastIsBounded(t *testing.T) {
	f := &follower{w: &watcher{}}
	for range 100 {
		seen := make([]model.Observation, 100)
		for i := range seen {
			seen[i].Group.Members = make([]model.Member, 100)
		}
		f.keep(seen)
		if f.weight > pastWeight || len(f.past) > model.MomentsKept {
			t.Fatalf("%d observations of weight %d", len(f.past), f.weight)
		}
	}
	if len(f.past) != pastWeight/101 {
		t.Errorf("%d observations of weight %d", len(f.past), f.weight)
	}
}

func TestPacer(t *testing.T) {
	var p pacer
	now, waited := time.Unix(1, 0), time.Duration(0)
	for range 2 * fetchBurst {
		waited += p.wait(now, 1)
	}
	if waited != fetchBurst*fetchSpacing {
		t.Errorf("waited %v", waited)
	}
	if d := p.wait(now, 0) + p.wait(now.Add(time.Second), 1); d != 0 {
		t.Errorf("waited %v, want none without records, and none after a second", d)
	}
}
