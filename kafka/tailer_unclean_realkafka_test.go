//go:build realkafka

package kafka

import (
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// uncleanLeader: a replica without the latest records becomes leader. What was lost is
// told of, and the tail goes on with what is written in its place.
func (k *real) uncleanLeader(t *testing.T) {
	const topic = "unclean"
	if err := k.CreateTopic(t.Context(), topic, 1, 2, map[string]string{"unclean.leader.election.enable": "true"}); err != nil {
		t.Fatal(err)
	}
	write := func(from, to int) {
		t.Helper()
		cl := k.sender(t)
		for i := from; i < to; i++ {
			send1(t, cl, &kgo.Record{Topic: topic, Value: []byte(strconv.Itoa(i))})
		}
	}
	o := open(t, connect(t, k.plain()), model.Tail{Targets: model.TargetOf(topic, model.AllPartitions)})
	p := k.single(t, topic, func(p kadm.PartitionDetail) bool { return len(p.ISR) == 2 })
	leader, follower := p.Leader, p.Replicas[0]
	if follower == leader {
		follower = p.Replicas[1]
	}
	write(0, 5)
	o.read(5)
	k.Kill(int(follower))
	k.single(t, topic, func(p kadm.PartitionDetail) bool { return len(p.ISR) == 1 })
	write(5, 10)
	o.read(10)

	k.Kill(int(leader))
	if err := k.Start(t.Context(), int(follower)); err != nil {
		t.Fatal(err)
	}
	k.single(t, topic, func(p kadm.PartitionDetail) bool { return p.Leader == follower })
	const lost = "Offsets 5 to 9 of unclean/0 were lost and written anew: a replica without the latest records became leader"
	v := o.until("the loss is told of", func(v model.TailView) bool { return noticed(v, "became leader") })
	if !noticed(v, lost) {
		t.Errorf("notices %+v", v.Notices)
	}
	write(100, 103)
	v = o.read(13)
	if got, want := values(kept(v)[10:]), "0:5=100 0:6=101 0:7=102"; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
	if err := k.Start(t.Context(), int(leader)); err != nil {
		t.Fatal(err)
	}
	k.inSync(t, topic)
}

// single waits until the partition of a topic that has one is as wanted.
func (k *real) single(t *testing.T, topic string, wanted func(kadm.PartitionDetail) bool) (p kadm.PartitionDetail) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		topics, err := k.admin.ListTopics(t.Context(), topic)
		if p = topics[topic].Partitions[0]; err == nil && p.Leader >= 0 && wanted(p) {
			return p
		}
		if time.Since(begin) > forever {
			t.Fatalf("%s is not as wanted after %v: %+v, %v", topic, forever, p, err)
		}
	}
}
