package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// A tailing is a tail that is open in a test.
type tailing struct {
	t      *testing.T
	events chan model.Event
	stop   func()
	view   model.Snapshot
}

// open opens a tail and waits until it is open.
func open(t *testing.T, c *Client, q model.Tail) *tailing {
	t.Helper()
	o := begin(t, c, q)
	o.until("it is open", func(v model.TailView) bool { return !v.Since.IsZero() })
	return o
}

// begin opens a tail.
func begin(t *testing.T, c *Client, q model.Tail) *tailing {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	events := make(chan model.Event, 1000)
	done := make(chan error, 1)
	go func() { done <- c.Ask(ctx, q, func(e model.Event) { events <- e }) }()
	var once sync.Once
	o := &tailing{t: t, events: events}
	o.stop = func() {
		once.Do(func() {
			cancel()
			err := <-done
			if taken := errors.Is(err, errTakenOver); err != context.Canceled && !taken {
				t.Errorf("the tail ended with %v", err)
			}
		})
	}
	t.Cleanup(o.stop)
	return o
}

// until applies events until the view is as wanted.
func (o *tailing) until(what string, ok func(model.TailView) bool) model.TailView {
	o.t.Helper()
	limit := time.After(forever)
	for !ok(o.view.Tail) {
		select {
		case e := <-o.events:
			o.view = o.view.Apply(e)
		case <-limit:
			o.t.Fatalf("waited in vain until %s; view: %d read, %d records, problem %v", what, o.view.Tail.Read, o.view.Tail.Ring.Len(), o.view.Tail.Problem)
		}
	}
	return o.view.Tail
}

func (o *tailing) read(n int64) model.TailView {
	o.t.Helper()
	return o.until(fmt.Sprintf("%d records are read", n), func(v model.TailView) bool { return v.Read >= n })
}

// kept returns the records that a tail holds.
func kept(v model.TailView) []model.Record {
	records := make([]model.Record, v.Ring.Len())
	for i := range records {
		records[i] = v.Ring.At(i)
	}
	return records
}

func values(records []model.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, fmt.Sprintf("%d:%d=%s", r.Partition, r.Offset, r.Value))
	}
	return strings.Join(all, " ")
}

// send produces one record and returns where it is.
func send(t *testing.T, c *Client, cmd *model.Produce) model.Sent {
	t.Helper()
	var sent model.Sent
	if err := c.Do(t.Context(), cmd, func(e model.Event) { sent = e.(model.Produced).Sent }); err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestTailFromTheEnd(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	seed(t, cluster, "orders", 3, 5)
	c := dial(t, cluster)
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)})
	sent := send(t, c, &model.Produce{
		Topic: "orders", Partition: 2, Key: []byte("k"), Value: []byte("new"),
		Headers: []model.Header{{Key: "h", Value: []byte("1")}, {Key: "h", Value: nil}},
	})
	r := kept(o.read(1))[0]
	if r.Topic != "orders" || r.Partition != 2 || r.Offset != 5 || string(r.Key) != "k" || string(r.Value) != "new" || !r.Timestamp.Equal(sent.Timestamp) {
		t.Errorf("record = %+v, sent = %+v", r, sent)
	}
	if len(r.Headers) != 2 || string(r.Headers[0].Value) != "1" || r.Headers[1].Value != nil {
		t.Errorf("headers = %+v", r.Headers)
	}
	send(t, c, &model.Produce{Topic: "orders", Partition: 0, Key: []byte{}, Value: nil})
	r = kept(o.read(2))[1]
	if r.Key == nil || r.Value != nil {
		t.Errorf("key = %#v, value = %#v, want an empty key and no value", r.Key, r.Value)
	}
}

func TestTailFromElsewhere(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(2, "orders"))
	seed(t, cluster, "orders", 2, 5)
	c := dial(t, cluster)
	all := model.TargetOf("orders", model.AllPartitions)
	for _, test := range []struct {
		name string
		tail model.Tail
		want int64
	}{
		{"beginning", model.Tail{Targets: all, From: model.Position{At: model.AtBeginning}}, 10},
		{"beginning of one", model.Tail{Targets: model.TargetOf("orders", 1), From: model.Position{At: model.AtBeginning}}, 5},
		{"last 2 of each", model.Tail{Targets: all, From: model.Position{At: model.AtLast, N: 2}}, 4},
		{"more than there are", model.Tail{Targets: model.TargetOf("orders", 0), From: model.Position{At: model.AtLast, N: 99}}, 5},
		{"whole", model.Tail{Targets: all, From: model.Position{At: model.AtBeginning}, Whole: true}, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := open(t, c, test.tail)
			v := o.read(test.want)
			if v.Read != test.want || v.Dropped != 0 || !test.tail.Whole && int64(v.Ring.Len()) != v.Read {
				t.Errorf("read %d, dropped %d: %s", v.Read, v.Dropped, values(kept(v)))
			}
		})
	}
}

// A reader that does not keep up gets the newest, and the exact count of the rest.
func TestTailCountsWhatItDrops(t *testing.T) {
	const each = 20_000
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "busy"))
	seed(t, cluster, "busy", 2, each)
	c := dial(t, cluster)
	ctx, cancel := context.WithCancel(t.Context())
	var s model.Snapshot
	q := model.Tail{Targets: model.TargetOf("busy", model.AllPartitions), From: model.Position{At: model.AtBeginning}, Memory: model.LeastTailMemory}
	err := c.Ask(ctx, q, func(e model.Event) {
		s = s.Apply(e)
		if _, ok := e.(model.TailRead); ok {
			time.Sleep(50 * time.Millisecond)
		}
		if s.Tail.Read >= 2*each {
			cancel()
		}
	})
	v := s.Tail
	if err != context.Canceled || v.Read != 2*each || v.Dropped == 0 || v.Dropped+int64(v.Ring.Len()) != 2*each {
		t.Errorf("read %d, kept %d, dropped %d, %v", v.Read, v.Ring.Len(), v.Dropped, err)
	}
	last := map[int32]int64{0: each, 1: each}
	for _, r := range slices.Backward(kept(v)) {
		if r.Offset != last[r.Partition]-1 {
			t.Fatalf("of partition %d offset %d comes before %d", r.Partition, r.Offset, last[r.Partition])
		}
		last[r.Partition] = r.Offset
	}
}

func TestWholeTailDropsNothing(t *testing.T) {
	const n = 30_000
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "busy"))
	seed(t, cluster, "busy", 1, n)
	ctx, cancel := context.WithCancel(t.Context())
	next := int64(0)
	q := model.Tail{Targets: model.TargetOf("busy", 0), From: model.Position{At: model.AtBeginning}, Whole: true}
	err := dial(t, cluster).Ask(ctx, q, func(e model.Event) {
		read, ok := e.(model.RecordsRead)
		if !ok {
			return
		}
		for r := range read.Records {
			if r.Offset != next {
				t.Errorf("offset %d after %d", r.Offset, next-1)
			}
			next = r.Offset + 1
		}
		if next == n {
			cancel()
		}
	})
	if err != context.Canceled || next != n {
		t.Errorf("read %d, %v", next, err)
	}
}

func TestTailOfATopicThatComesAndGoes(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)})
	send(t, c, &model.Produce{Topic: "orders", Partition: 0, Value: []byte("old")})
	o.read(1)
	cluster.DeleteTopic("orders")
	o.until("it is gone", func(v model.TailView) bool { return v.Problem != nil && v.Problem.Kind == model.Gone })
	if err := cluster.CreateTopic("orders", 2, nil); err != nil {
		t.Fatal(err)
	}
	send(t, c, &model.Produce{Topic: "orders", Partition: 1, Value: []byte("new")})
	if r := kept(o.read(2))[1]; string(r.Value) != "new" || r.Partition != 1 {
		t.Errorf("record = %+v", r)
	}
}

func TestTailTakesInNewPartitions(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)})
	grow(t, c, "orders", 3)
	sent := send(t, c, &model.Produce{Topic: "orders", Partition: 2, Value: []byte("x")})
	if r := kept(o.read(1))[0]; r.Partition != 2 || r.Offset != sent.Offset {
		t.Errorf("record = %+v", r)
	}
}

func grow(t *testing.T, c *Client, topic string, partitions int32) {
	t.Helper()
	req := kmsg.NewPtrCreatePartitionsRequest()
	rt := kmsg.NewCreatePartitionsRequestTopic()
	rt.Topic, rt.Count = topic, partitions
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(t.Context(), c.cl)
	if err != nil || resp.Topics[0].ErrorCode != 0 {
		t.Fatal(err, resp)
	}
}

// What was deleted before it was read is said, and the tail goes on after it.
func TestTailOutOfRange(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	seed(t, cluster, "orders", 1, 50)
	c := dial(t, cluster)
	var fetched sync.Map
	cluster.ControlKey(int16(kmsg.Fetch), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if _, second := fetched.LoadOrStore("x", true); !second {
			cluster.SleepControl(func() { deleteRecords(t, c, "orders", 0, 30) })
		}
		return nil, nil, false
	})
	o := open(t, c, model.Tail{Targets: model.TargetOf("orders", 0), From: model.Position{At: model.AtBeginning}})
	v := o.read(20)
	if first := v.Ring.At(0).Offset; !noticed(v, "Offsets 0 to 29 of orders/0 were deleted before they were read") || first != 30 || v.Read != 20 {
		t.Errorf("first %d, read %d: %v", first, v.Read, v.Notices)
	}
}

// noticed reports whether a tail has told of something.
func noticed(v model.TailView, text string) bool {
	return slices.ContainsFunc(v.Notices, func(n model.Notice) bool { return strings.Contains(n.Text, text) })
}

func deleteRecords(t *testing.T, c *Client, topic string, partition int32, before int64) {
	req := kmsg.NewPtrDeleteRecordsRequest()
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewDeleteRecordsRequestTopicPartition()
	rp.Partition, rp.Offset = partition, before
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	if _, err := req.RequestWith(context.Background(), c.cl); err != nil {
		t.Error(err)
	}
}

func TestTailOfATopicThatIsNotThere(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders")))
	o := open(t, c, model.Tail{Targets: model.TargetOf("nope", 0)})
	o.until("it is gone", func(v model.TailView) bool { return v.Problem != nil && v.Problem.Kind == model.Gone })
	o = open(t, c, model.Tail{Targets: model.TargetOf("orders", 7)})
	o.until("it is gone", func(v model.TailView) bool {
		return v.Problem != nil && strings.Contains(v.Problem.Says, "no partition 7")
	})
}
