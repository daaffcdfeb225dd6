package realkafka

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// CreateLargeTopic creates a topic of six partitions with one replica each, and writes
// n records to it, to read at full speed: values are JSON of so many bytes, 100 at
// least, under 4,096 keys.
func (c *Cluster) CreateLargeTopic(ctx context.Context, name string, bytes, n int) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds(Plaintext)...),
		kgo.DefaultProduceTopic(name), kgo.MaxBufferedRecords(200_000), kgo.MaxBufferedBytes(128<<20))
	if err != nil {
		return fmt.Errorf("realkafka: a client to fill a topic with: %w", err)
	}
	defer client.Close()
	if err := c.CreateTopic(ctx, name, 6, 1, nil); err != nil {
		return err
	}
	var once sync.Once
	var failed error
	pad := strings.Repeat("x", bytes)
	for i := range n {
		value := fmt.Appendf(nil, `{"id":%d,"status":"%s","total":%d.50,"note":"%s`, i, []string{"paid", "open"}[i%2], i%1000, pad)
		value = append(value[:bytes-2], `"}`...)
		client.Produce(ctx, &kgo.Record{Key: fmt.Appendf(nil, "user-%d", i%4096), Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				once.Do(func() { failed = err })
			}
		})
	}
	if err := errors.Join(client.Flush(ctx), failed); err != nil {
		return fmt.Errorf("realkafka: filling the topic %s: %w", name, err)
	}
	return nil
}
