package demo

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// historyAge is how far back the records reach that are there at the start.
const historyAge = 6 * time.Hour

// furnish makes the topics, unless young their history, and the offsets of the
// group that has no members.
func (c *Cluster) furnish(ctx context.Context, young bool) error {
	specs := catalog()
	for _, s := range specs {
		if err := c.fake.CreateTopic(s.name, int32(s.partitions), s.configs); err != nil {
			return fmt.Errorf("creating topic %s: %w", s.name, err)
		}
	}
	c.image.mu.Lock()
	for _, s := range specs {
		replicas := s.layout()
		if s.name == offsetsTopic {
			c.coordinators.preferHomes(replicas)
		}
		c.lay(s.name, s.factor, replicas)
	}
	err := c.image.blemish()
	c.coordinators.place()
	c.image.mu.Unlock()
	if err != nil {
		return err
	}
	cl, err := c.client(c.from("10.0.3.2"), kgo.ClientID("history"), kgo.MetadataMinAge(10*time.Millisecond), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.DisableIdempotentWrite())
	if err != nil {
		return err
	}
	defer cl.Close()
	if !young {
		if err := c.writeHistory(ctx, cl, specs); err != nil {
			return fmt.Errorf("writing the topics' history: %w", err)
		}
	}
	return c.leaveOffsets(ctx, kadm.NewClient(cl))
}

// blemish makes what a tool should find: a partition that is not led by its
// preferred leader, and one that is always under-replicated.
func (im *image) blemish() error {
	orders := im.byName["orders"]
	audit := im.partition("audit-log", 1)
	audit.stuck = audit.replicas[1]
	audit.isr = without(audit.isr, audit.stuck)
	return im.lead(orders, 3, orders.parts[3].replicas[1])
}

// preferHomes has the partitions of __consumer_offsets be led by the brokers
// that kfake has made coordinators.
func (co *coordinators) preferHomes(replicas [][]int32) {
	for _, g := range co.groups {
		p := offsetsPartition(g, len(replicas))
		node := co.fake.CoordinatorFor(g)
		replicas[p] = append([]int32{node}, without(replicas[p], node)...)
	}
}

// from has a client connect as if it ran on another host.
func (c *Cluster) from(host string) kgo.Opt {
	return kgo.Dialer(func(ctx context.Context, _, addr string) (net.Conn, error) { return c.dialFrom(ctx, host, addr) })
}

// client makes a client of the demo's own. The options must have a dialer.
func (c *Cluster) client(opts ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(c.Seeds()...),
		kgo.MetadataMinAge(250 * time.Millisecond),
		kgo.DisableClientMetrics(),
	}, opts...)...)
}

// writeHistory writes each topic's past records in a few rounds, so that the
// logs have several batches, and then cuts off the oldest of them.
func (c *Cluster) writeHistory(ctx context.Context, cl *kgo.Client, specs []spec) error {
	const rounds = 4
	now := time.Now()
	feeds := newFeeds(specs, c.seed)
	for round := range rounds {
		for _, f := range feeds {
			for i := f.past * round / rounds; i < f.past*(round+1)/rounds; i++ {
				r := f.record()
				r.Timestamp = past(now, i, f.past, historyAge)
				cl.Produce(ctx, r, nil)
			}
		}
		if err := cl.Flush(ctx); err != nil {
			return err
		}
	}
	for _, s := range specs {
		if s.configs["cleanup.policy"] == "delete" {
			c.cutOldest(s.name)
		}
	}
	return nil
}

// cutOldest has retention have been at work: log start offsets are not zero.
func (c *Cluster) cutOldest(topic string) {
	for _, pi := range c.fake.PartitionInfos(topic) {
		at := pi.HighWatermark * int64(5+hash(topic)%20) / 100
		// It fails only for a partition that is not there.
		_ = c.fake.DeleteRecords(topic, pi.Partition, at)
	}
}
