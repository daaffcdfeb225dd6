package kafka

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// Who looks at what is read may take long. What was read meanwhile is not lost when the
// partitions are placed anew.
func TestWhatWaitsIsHandedOnThoughTheTopicChanges(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	value := func(text string) { send(t, c, &model.Produce{Topic: "orders", Value: []byte(text)}) }
	opened, looked, release := make(chan struct{}), make(chan struct{}), make(chan struct{})
	values := make(chan string, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Ask(ctx, model.Tail{Targets: model.TargetOf("orders", model.AllPartitions), Whole: true}, func(e model.Event) {
			switch e := e.(type) {
			case model.TailOpened:
				close(opened)
			case model.RecordsRead:
				for r := range e.Records {
					if values <- string(r.Value); string(r.Value) == "a" {
						close(looked)
						<-release
					}
				}
			}
		})
	}()
	<-opened
	value("a")
	<-looked
	value("b")
	grow(t, c, "orders", 2)
	for deadline := time.Now().Add(forever); ; time.Sleep(10 * time.Millisecond) {
		if known, _ := c.layout.topic("orders"); len(known) == 2 {
			break // the tail has seen it
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody looks at the topic")
		}
	}
	close(release)
	value("c")
	if got := []string{<-values, <-values, <-values}; !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("read %q", got)
	}
	cancel()
	if err := <-ended; err != context.Canceled || len(values) > 0 {
		t.Errorf("%v, and %d more", err, len(values))
	}
}

// Of what is read without end, no more than two chunks are held: one that is looked at
// and one that waits.
func TestNoMoreIsReadAheadThanOneChunk(t *testing.T) {
	over := make(chan struct{})
	tail := newTailer(&Client{}, model.Tail{Whole: true}, newReading(model.Tail{Whole: true}), nil, over)
	read, handed := make(chan int), make(chan struct{})
	go func() {
		defer close(handed)
		for i := range 3 {
			read <- i
			tail.chunk.records = append(tail.chunk.records, &kgo.Record{Offset: int64(i)})
			tail.handOn(nil)
		}
	}()
	<-read
	first := <-tail.chunks
	<-read
	select {
	case <-read:
		t.Error("the third chunk is read while the first is looked at and the second waits")
	case second := <-tail.chunks:
		if first.records[0].Offset != 0 || second.records[0].Offset != 1 {
			t.Errorf("offsets %d, %d", first.records[0].Offset, second.records[0].Offset)
		}
	}
	<-read
	close(over)
	<-handed
}
