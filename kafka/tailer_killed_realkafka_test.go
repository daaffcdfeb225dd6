//go:build realkafka

package kafka

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// Every broker is killed and started again, while numbers are written to each
// partition. Tails miss none of them and see none twice.
func (k *real) killedInTurn(t *testing.T) {
	const partitions = 6
	if err := k.createTopic(t, "numbers", partitions, map[string]string{"min.insync.replicas": "2"}); err != nil {
		t.Fatal(err)
	}
	c := connect(t, k.plain())
	q := model.Tail{Targets: model.TargetOf("numbers", model.AllPartitions)}
	screen := open(t, c, q)
	q.Whole = true
	whole := countNumbers(t, c, q)

	cl := k.sender(t)
	stop := make(chan struct{})
	var sent [partitions]int
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond): // so that all fit into memory, however long brokers take
			}
			for p := range int32(partitions) {
				cl.Produce(context.Background(), &kgo.Record{Topic: "numbers", Partition: p, Value: []byte(strconv.Itoa(sent[p]))}, nil)
				sent[p]++
			}
		}
	})
	for victim := 1; victim <= 3; victim++ {
		k.Kill(victim)
		time.Sleep(3 * time.Second) // that numbers are written meanwhile
		if err := k.Start(t.Context(), victim); err != nil {
			t.Fatal(err)
		}
		k.inSync(t, "numbers")
	}
	close(stop)
	wg.Wait()
	if err := cl.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, n := range sent {
		total += int64(n)
	}
	v := screen.read(total)
	t.Logf("%d numbers; %v", total, v.Notices)
	next := map[int32]int{}
	for _, r := range kept(v) {
		if string(r.Value) != strconv.Itoa(next[r.Partition]) {
			t.Fatalf("in partition %d number %s after %d", r.Partition, r.Value, next[r.Partition]-1)
		}
		next[r.Partition]++
	}
	for p, n := range sent {
		if next[int32(p)] != n {
			t.Errorf("partition %d: %d of %d numbers", p, next[int32(p)], n)
		}
	}
	if slices.ContainsFunc(v.Notices, func(n model.Notice) bool { return n.Lossy }) || !noticed(v, "leader") {
		t.Errorf("notices %+v", v.Notices)
	}
	whole.wait(t, total)
}

// inSync waits until a topic has all its replicas.
func (k *real) inSync(t *testing.T, topic string) {
	t.Helper()
	for deadline := time.Now().Add(forever); ; time.Sleep(200 * time.Millisecond) {
		topics, err := k.admin.ListTopics(t.Context(), topic)
		if err == nil && !slices.ContainsFunc(topics[topic].Partitions.Sorted(), func(p kadm.PartitionDetail) bool { return len(p.ISR) < len(p.Replicas) || p.Leader < 0 }) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not in sync: %v", topic, err)
		}
	}
}

// A counting is a whole tail that checks that numbers follow each other.
type counting struct {
	read chan int64
	stop func()
}

func countNumbers(t *testing.T, c *Client, q model.Tail) *counting {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &counting{read: make(chan int64, 1)}
	opened, done := make(chan struct{}), make(chan struct{})
	next := map[int32]int{}
	go func() {
		defer close(done)
		_ = c.Ask(ctx, q, func(e model.Event) {
			switch e := e.(type) {
			case model.TailOpened:
				close(opened)
			case model.TailNoticed:
				if e.Notice.Lossy {
					t.Error(e.Notice.Text)
				}
			case model.RecordsRead:
				for r := range e.Records {
					if string(r.Value) != strconv.Itoa(next[r.Partition]) {
						t.Errorf("whole: in partition %d number %s after %d", r.Partition, r.Value, next[r.Partition]-1)
					}
					next[r.Partition]++
				}
				select {
				case <-w.read:
				default:
				}
				w.read <- e.Read
			}
		})
	}()
	w.stop = func() { cancel(); <-done }
	t.Cleanup(w.stop)
	<-opened
	return w
}

func (w *counting) wait(t *testing.T, total int64) {
	t.Helper()
	limit := time.After(forever)
	for read := int64(0); read < total; {
		select {
		case read = <-w.read:
		case <-limit:
			t.Fatalf("whole: %d of %d numbers", read, total)
		}
	}
	w.stop()
}
