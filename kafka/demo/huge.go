package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Size of the scale cluster where none is given.
const (
	hugeTopics     = 10_000
	hugePartitions = 20
)

// Huge starts a cluster of three brokers with many topics (10,000 if zero) of
// as many partitions each (20 if zero), three replicas and names of about 33
// characters: for benchmarks. There are no records and no groups; the bytes in
// its log directories are made up. listen is as in [Options].Listen; ctx
// bounds the start alone.
func Huge(ctx context.Context, topics, partitions int, listen string) (*Cluster, error) {
	if topics == 0 {
		topics = hugeTopics
	}
	if partitions == 0 {
		partitions = hugePartitions
	}
	names := make([]string, topics)
	for i := range names {
		names[i] = hugeName(i)
	}
	c, err := open(Options{Listen: listen}, kfake.SeedTopics(int32(partitions), names...))
	if err != nil {
		return nil, err
	}
	c.huge = true
	c.image.mu.Lock()
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		c.adopt(name)
	}
	slices.SortFunc(c.image.topics, func(a, b *topic) int { return strings.Compare(a.name, b.name) })
	c.image.mu.Unlock()
	if err := ctx.Err(); err != nil {
		c.Close()
		return nil, err
	}
	c.work(c.step)
	return c, nil
}

var (
	domains = []string{"checkout", "logistics", "identity", "warehouse", "marketing", "pricing", "catalogue", "support"}
	events  = []string{"created", "updated", "removed", "approved", "rejected", "replayed"}
)

func hugeName(i int) string {
	return fmt.Sprintf("prod.%s.events-%s-%06d", domains[i%len(domains)], events[i/7%len(events)], i)
}

// orders3 has the replica lists that three replicas on three brokers can have,
// by the leader and one of two orders of the followers. Partitions share them.
var orders3 = [3][2][]int32{
	{{1, 2, 3}, {1, 3, 2}},
	{{2, 3, 1}, {2, 1, 3}},
	{{3, 1, 2}, {3, 2, 1}},
}

// adopt brings a topic that kfake began with into the image, with the leaders
// that kfake gave it; the topics must be sorted afterwards. One partition in 64 has lost a replica from its ISR, one
// in 50 is not led by its preferred leader.
func (c *Cluster) adopt(name string) {
	info, infos := c.fake.TopicInfo(name), c.fake.PartitionInfos(name)
	h := hash(name)
	t := &topic{name: name, id: info.TopicID, factor: len(racks), parts: make([]partition, len(infos))}
	t.size = func(p int32) int64 { return 1<<20 + int64((h+uint32(p)*2654435761)%(96<<20)) }
	for i, pi := range infos {
		replicas := orders3[pi.Leader-1][i&1]
		p := partition{replicas: replicas, isr: replicas, leader: pi.Leader, epoch: pi.Epoch}
		if (h+uint32(i))%50 == 0 {
			p.replicas = orders3[pi.Leader%3][0]
			p.isr = p.replicas
		}
		if (h+uint32(i))%64 == 1 {
			p.stuck = without(p.replicas, pi.Leader)[0]
			p.isr = without(p.replicas, p.stuck)
		}
		t.parts[i] = p
	}
	c.image.topics = append(c.image.topics, t)
	c.image.byName[t.name], c.image.byID[t.id] = t, t
}
