//go:build realkafka

package producing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka"
	"kscope/kafka/realkafka"
	"kscope/model"
)

// BenchmarkSendMany sends records by a bare loop over franz-go and by SendMany, in turn,
// on the same topic of the same brokers. The bare loop's values are constant, whatever
// ours are. Ratio is the median of the rounds' ratios.
//
//	go test -tags realkafka -run '^$' -bench SendMany -benchtime 5x ./kafka/producing
func BenchmarkSendMany(b *testing.B) {
	for _, size := range []struct {
		word           string
		bytes, records int
	}{{"100B", 100, 1_000_000}, {"1KiB", 1024, 250_000}} {
		for _, how := range []string{"constant", "templated", "fake"} {
			b.Run(size.word+"/"+how, func(b *testing.B) {
				name := fmt.Sprintf("bench-%s-%s-%d", size.word, how, time.Now().UnixNano())
				topic(b, name, 6, 1, nil)
				defer func() { _, _ = scene.admin.DeleteTopics(b.Context(), name) }()
				c := dial(b)
				cmd := commandOf(how, name, size.bytes, size.records)
				var bare, ours, ratios []float64
				bareRate(b, name, size.bytes, size.records/10) // the brokers are warm from here on
				for b.Loop() {
					x, y := bareRate(b, name, size.bytes, size.records), ourRate(b, c, cmd)
					bare, ours, ratios = append(bare, x), append(ours, y), append(ratios, y/x)
				}
				b.ReportMetric(median(bare)/1000, "bare-krec/s")
				b.ReportMetric(median(ours)/1000, "kscope-krec/s")
				b.ReportMetric(median(ratios), "ratio")
			})
		}
	}
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// commandOf makes values of that length.
func commandOf(how, topic string, bytes, records int) *model.SendMany {
	cmd := &model.SendMany{Record: model.Produce{Topic: topic, Partition: model.AllPartitions, Value: make([]byte, bytes)}, Count: int64(records)}
	text := ""
	switch how {
	case "templated":
		text = `{"id":{{n}},"user":"user-{{int 1 1000}}","state":"{{choice "new" "paid" "sent"}}","at":"{{now}}"}`
	case "fake":
		text = `{"id":{{n}},"mail":"{{fake "email"}}"}`
	default:
		return cmd
	}
	cmd.Material = model.Template{NoKey: true, Value: text + strings.Repeat("x", max(0, bytes-95))}
	return cmd
}

func bareRate(b *testing.B, topic string, bytes, records int) float64 {
	b.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(scene.Seeds(realkafka.Plaintext)...), kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	value := make([]byte, bytes)
	begin := time.Now()
	for range records {
		cl.Produce(b.Context(), &kgo.Record{Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				b.Error(err)
			}
		})
	}
	if err := cl.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	return float64(records) / time.Since(begin).Seconds()
}

func ourRate(b *testing.B, c *kafka.Client, cmd *model.SendMany) float64 {
	b.Helper()
	begin := time.Now()
	s := sendMany(b, b.Context(), c, cmd, nil)
	if s.Acknowledged != cmd.Count {
		b.Fatalf("%+v", s)
	}
	return float64(cmd.Count) / time.Since(begin).Seconds()
}
