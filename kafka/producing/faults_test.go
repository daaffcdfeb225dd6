//go:build realkafka

package producing

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka"
	"kscope/kafka/realkafka"
	"kscope/model"
)

// squared holds an account against the log: every acknowledged record lies there where
// it is said to, none twice, and nothing that was refused.
func squared(t *testing.T, s *model.Sending, records []*kgo.Record) {
	t.Helper()
	seen := map[string]bool{}
	on := map[int32]int64{}
	for _, r := range records {
		if seen[string(r.Value)] {
			t.Fatalf("%s is there twice", r.Value)
		}
		seen[string(r.Value)] = true
		on[r.Partition]++
	}
	if n := int64(len(records)); n < s.Acknowledged || n > s.Acknowledged+s.Unknown {
		t.Errorf("%d records lie there; %d are acknowledged, %d unknown, %d refused, %d not sent: %v", n, s.Acknowledged, s.Unknown, s.Refused, s.Unsent, s.Problem)
	}
	for _, p := range s.Partitions {
		if on[p.Partition] < p.Acknowledged || p.Last >= on[p.Partition] || p.First < 0 {
			t.Errorf("partition %d has %d records, and the account says %+v", p.Partition, on[p.Partition], p)
		}
	}
}

// TestABrokerIsKilledWhileManyAreSent: the account equals what lies in the log.
func TestABrokerIsKilledWhileManyAreSent(t *testing.T) {
	topic(t, "killed", 6, 3, map[string]string{"min.insync.replicas": "2"})
	const count = 100_000
	killed := false
	s := sendMany(t, t.Context(), dial(t), &model.SendMany{
		Record:   model.Produce{Topic: "killed", Partition: model.AllPartitions},
		Material: model.Template{Key: "user-{{n}}", Value: "{{n}}"}, Count: count,
		Rate: 25_000, // so that it is still under way
	}, func(s *model.Sending) {
		if !killed && s.Acknowledged > 20_000 {
			killed = true
			scene.Kill(2)
		}
	})
	defer restart(t, 2)
	if !killed || s.Acknowledged != count || s.Unknown+s.Refused+s.Unsent != 0 {
		t.Errorf("%+v", s)
	}
	squared(t, &s, written(t, "killed"))
}

func restart(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), forever)
	defer cancel()
	if err := scene.Start(ctx, n); err != nil {
		t.Fatal(err)
	}
}

// TestASendingIsCancelledWhileItsBrokerIsDown: on a topic whose leader is gone for good,
// the account closes in time, and equals what lies in the log once the leader is back.
func TestASendingIsCancelledWhileItsBrokerIsDown(t *testing.T) {
	topic(t, "alone", 3, 1, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	down := time.Time{}
	s := sendMany(t, ctx, dial(t), &model.SendMany{
		Record:   model.Produce{Topic: "alone", Partition: model.AllPartitions},
		Material: model.Template{Key: "user-{{n}}", Value: "{{n}}"}, Count: 1 << 40,
	}, func(s *model.Sending) {
		switch {
		case down.IsZero() && s.Acknowledged > 20_000:
			down = time.Now()
			scene.Kill(3)
		case !down.IsZero() && time.Since(down) > 2*time.Second:
			cancel()
		}
	})
	took := time.Since(down)
	restart(t, 3)
	if !s.Stopped || took > forever {
		t.Errorf("%v after the kill: %+v", took, s)
	}
	t.Logf("%d acknowledged, %d unknown, %d not sent, %d refused", s.Acknowledged, s.Unknown, s.Unsent, s.Refused)
	if s.Refused != 0 {
		t.Errorf("%d are refused: %v", s.Refused, s.Problem)
	}
	waitFor(t, "the partitions have leaders again", func() bool {
		offsets, err := scene.admin.ListEndOffsets(t.Context(), "alone")
		return err == nil && offsets.Error() == nil
	})
	squared(t, &s, written(t, "alone"))
}

// refusing returns the problem of a command that must fail, and leave nothing behind.
func refusing(t *testing.T, c *kafka.Client, cmd model.Command) *model.Problem {
	t.Helper()
	err := c.Do(t.Context(), cmd, func(e model.Event) { t.Errorf("%s: %+v", cmd, e) })
	var p *model.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%s: %v, want a problem", cmd, err)
	}
	return p
}

// TestRefusalsSayWhy: each in one sentence, and the log stays empty.
func TestRefusalsSayWhy(t *testing.T) {
	c, err := kafka.Dial(model.Connection{Seeds: scene.Seeds(realkafka.Plaintext), Timeout: 8 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	topic(t, "thin", 1, 2, map[string]string{"min.insync.replicas": "2"})
	topic(t, "narrow", 1, 1, map[string]string{"max.message.bytes": "1000", "message.timestamp.before.max.ms": "3600000", "message.timestamp.after.max.ms": "3600000"})
	for says, cmd := range map[string]*model.Produce{
		"The record of 2001 bytes is larger than topic narrow takes, which is 1000 bytes": {Topic: "narrow", Key: []byte("k"), Value: make([]byte, 2000)},
		"The record's time is out of the range that the topic takes":                      {Topic: "narrow", Timestamp: time.Now().Add(-2 * time.Hour)},
		"There is no topic nowhere":            {Topic: "nowhere"},
		"Topic narrow has no partition 7":      {Topic: "narrow", Partition: 7},
		"An idempotent producer waits for all": {Topic: "narrow", Delivery: model.Delivery{Acks: model.AcksNone, Idempotence: model.Idempotent}},
		"The record's time is before 1970":     {Topic: "narrow", Timestamp: time.UnixMilli(-1)},
	} {
		if p := refusing(t, c, cmd); !strings.HasPrefix(p.Says, says) {
			t.Errorf("%v, want %q", p, says)
		}
	}
	s := sendMany(t, t.Context(), c, &model.SendMany{Record: model.Produce{Topic: "narrow", Timestamp: time.Now().Add(2 * time.Hour)}, Count: 5}, nil)
	if s.Refused != 5 || !strings.HasPrefix(s.Problem.Says, "The record's time is out of the range") {
		t.Errorf("%+v", s)
	}
	thin(t, c)
	for _, name := range []string{"narrow", "thin"} {
		if n := len(written(t, name)); n != 0 {
			t.Errorf("%d records were left in %s", n, name)
		}
	}
}

// thin sends to a partition that has fewer in-sync replicas than it must.
func thin(t *testing.T, c *kafka.Client) {
	t.Helper()
	var found model.Topic
	describe := func() bool {
		err := c.Ask(t.Context(), model.DescribeTopic{Name: "thin"}, func(e model.Event) {
			if e, ok := e.(model.TopicDescribed); ok {
				found = e.Topic
			}
		})
		return err == nil && found.Problem == nil
	}
	waitFor(t, "thin is described", describe)
	p := &found.Partitions[0]
	follower := p.Replicas[0].Broker
	if follower == p.Leader {
		follower = p.Replicas[1].Broker
	}
	scene.Kill(int(follower))
	defer restart(t, int(follower))
	waitFor(t, "one replica is out of sync", func() bool { return describe() && found.Partitions[0].ISR() == 1 })
	problem := refusing(t, c, &model.Produce{Topic: "thin", Value: []byte("v")})
	if !strings.HasPrefix(problem.Says, "The partition of thin has fewer in-sync replicas than min.insync.replicas") {
		t.Errorf("%v (%v)", problem, problem.Cause)
	}
}
