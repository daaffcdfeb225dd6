//go:build realkafka

package kafka

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// BenchmarkTailLatency measures how long after a broker's ack a record is in the view of
// a tail, at twenty records a second. The figures are milliseconds.
//
//	go test -tags realkafka -run '^$' -bench TailLatency -benchtime 300x ./kafka
func BenchmarkTailLatency(b *testing.B) {
	cluster, err := realkafka.Up(b.Context(), realkafka.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			b.Error(err)
		}
	})
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...), kgo.DefaultProduceTopic("slow"), kgo.ProducerLinger(0))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(cl.Close)
	if _, err := kadm.NewClient(cl).CreateTopic(b.Context(), benchPartitions, 3, nil, "slow"); err != nil {
		b.Fatal(err)
	}
	b.Run("model", func(b *testing.B) { ackToView(b, cluster, cl) })
}

func ackToView(b *testing.B, cluster *realkafka.Cluster, cl *kgo.Client) {
	c := connect(b, model.Connection{Seeds: cluster.Seeds(realkafka.Plaintext)})
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	opened, seen, done := make(chan struct{}), make(chan time.Time, 1), make(chan struct{})
	var s model.Snapshot
	open := false
	go func() {
		defer close(done)
		_ = c.Ask(ctx, model.Tail{Targets: model.TargetOf("slow", model.AllPartitions)}, func(e model.Event) {
			before := s.Tail.Ring.Len()
			s = s.Apply(e)
			switch {
			case s.Tail.Ring.Len() > before:
				seen <- time.Now()
			case before == 0 && !open && !s.Tail.Since.IsZero():
				open = true
				close(opened)
			}
		})
	}()
	<-opened
	var took []time.Duration
	for b.Loop() {
		if err := cl.ProduceSync(b.Context(), kgo.StringRecord("x")).FirstErr(); err != nil {
			b.Fatal(err)
		}
		acked := time.Now()
		took = append(took, (<-seen).Sub(acked))
		time.Sleep(50 * time.Millisecond)
	}
	cancel()
	<-done
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}
