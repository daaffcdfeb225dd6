package kafka

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// BenchmarkSendMany sends 200,000 records of 100 bytes by a bare loop over franz-go and
// by SendMany, in turn, to a fake cluster in this process. It shares the cores with
// both, so that the ratio says less than that of real brokers, in kafka/producing.
func BenchmarkSendMany(b *testing.B) {
	const records = 200_000
	for how, material := range map[string]model.Material{
		"constant":  nil,
		"templated": model.Template{NoKey: true, Value: `{"id":{{n}},"user":"user-{{int 1 1000}}","state":"{{choice "new" "paid" "sent"}}","at":"{{now}}","x":"----------"}`},
	} {
		b.Run(how, func(b *testing.B) {
			cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(6, "orders"), kfake.BrokerConfigs(map[string]string{
				"log.cleaner.backoff.ms": "500", "log.retention.bytes": "1000000", "log.segment.bytes": "1000000", // it lies in memory
			}))
			if err != nil {
				b.Fatal(err)
			}
			defer cluster.Close()
			c, err := Dial(model.Connection{Seeds: cluster.ListenAddrs()})
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			cmd := &model.SendMany{Record: model.Produce{Topic: "orders", Partition: model.AllPartitions, Value: make([]byte, 100)}, Material: material, Count: records}
			var ratios []float64
			for b.Loop() {
				begin := time.Now()
				sendBare(b, cluster.ListenAddrs(), records)
				bare := time.Since(begin)
				begin = time.Now()
				if err := c.Do(b.Context(), cmd, func(model.Event) {}); err != nil {
					b.Fatal(err)
				}
				ratios = append(ratios, bare.Seconds()/time.Since(begin).Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "ratio")
		})
	}
}

func sendBare(b *testing.B, seeds []string, records int) {
	b.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.DefaultProduceTopic("orders"), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	value := make([]byte, 100)
	for range records {
		cl.Produce(b.Context(), &kgo.Record{Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				b.Error(fmt.Errorf("bare: %w", err))
			}
		})
	}
	if err := cl.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}
