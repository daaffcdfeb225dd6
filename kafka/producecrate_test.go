package kafka

import (
	"errors"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// aBulk is a sending to one partition whose client is the test.
func aBulk(t *testing.T) *bulk {
	cmd := &model.SendMany{Record: model.Produce{Topic: "orders"}, Count: 1 << 40}
	return (&Client{timeout: time.Second}).newBulk(t.Context(), cmd, &model.Topic{Name: "orders", Partitions: make([]model.Partition, 1)}, model.TopicConfig{}, &moment{})
}

// A crate is filled again once all that was in it is settled, and not before.
func TestCratesAreFilledAgain(t *testing.T) {
	b := aBulk(t)
	var first *crate
	var records []*kgo.Record
	for line := range int64(crateful) {
		c, r := b.record(line + 1)
		if first == nil {
			first = c
		}
		if c != first {
			t.Fatalf("record %d is in another crate", line)
		}
		r.Value = []byte("value")
		records = append(records, r)
		b.taken.Add(1)
	}
	for i, r := range records {
		if c, _ := b.record(0); c == first {
			t.Fatalf("the crate is filled again while %d records of it are on their way", crateful-i)
		}
		if i == 7 {
			first.settled(r, errors.New("lost"))
			continue
		}
		first.settled(r, nil)
	}
	b.crate = nil
	if c, _ := b.record(0); c != first {
		t.Error("the crate is not filled again")
	}
	a := b.copied()
	if a.Acknowledged != crateful-1 || a.Unsent+a.Unknown != 1 || a.InFlight != 0 || a.Bytes != (crateful-1)*int64(len("value")) {
		t.Errorf("%+v", a)
	}
	if len(a.Refusals) != 1 || a.Refusals[0].Line != 8 {
		t.Errorf("%+v", a.Refusals)
	}
}

// A sending has stalled once nothing was settled for a long time, while something was
// on its way and somebody looked.
func TestStalled(t *testing.T) {
	b := aBulk(t)
	now := b.account.At
	look := func(times int, after time.Duration) {
		for range times {
			now = now.Add(after)
			b.timed(now)
		}
	}
	long := int((b.patience + b.grace) / time.Second)
	look(10*long, time.Second)
	if b.stalled() {
		t.Error("with nothing on its way")
	}
	_, r := b.record(1)
	b.taken.Add(1)
	look(long, time.Hour)
	if b.stalled() {
		t.Error("after a few looks, however long ago")
	}
	look(1, time.Second)
	if !b.stalled() {
		t.Error("it was not seen")
	}
	b.crate.settled(r, nil)
	b.taken.Add(1)
	look(1, time.Second)
	if b.stalled() {
		t.Error("although a record was settled")
	}
}
