package realkafka

import (
	"context"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// UnevenGroup is the group that CreateUnevenTopics commits offsets for.
const UnevenGroup = "billing"

type topic struct {
	name    string
	leaders []int // the preferred leader of each partition
	factor  int   // replicas of each partition
	configs map[string]string
	records int
	size    int // bytes of each value, about
	keys    int // how many different keys; 0 means none
}

// What an operator might find: brokers 1 to 3 lead 16, 9 and 9 partitions, hold
// unlike amounts of data, and one topic has no second copy of anything.
var unevenTopics = []topic{
	{name: "orders", leaders: []int{1, 1, 1, 2, 1, 1, 3, 1, 1, 2, 1, 1}, factor: 3, records: 3000, size: 120, keys: 40,
		configs: map[string]string{"min.insync.replicas": "2"}},
	{name: "payments", leaders: []int{1, 1, 2, 1, 1, 2}, factor: 2, records: 600, size: 300, keys: 200},
	{name: "clicks", leaders: []int{1, 2, 3, 1, 2, 3, 1, 2, 3}, factor: 3, records: 6000, size: 60},
	{name: "sessions", leaders: []int{3, 3, 3}, factor: 3, records: 400, size: 80, keys: 25,
		configs: map[string]string{"cleanup.policy": "compact"}},
	{name: "audit", leaders: []int{2}, factor: 1, records: 50, size: 8000},
	{name: "empty", leaders: []int{3, 2}, factor: 2},
	{name: "_schemas", leaders: []int{3}, factor: 3, records: 3, size: 200, keys: 3,
		configs: map[string]string{"cleanup.policy": "compact"}},
}

// CreateUnevenTopics fills a fresh cluster: topics of 1 to 12 partitions with 1 to 3
// replicas each, placed by hand so that some brokers lead and hold far more than
// others, with records in them, and a group that has read a half of one, so that
// __consumer_offsets exists. With fewer nodes than three, what is meant for a missing
// node falls to the others.
func (c *Cluster) CreateUnevenTopics(ctx context.Context) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds(Plaintext)...), kgo.UnknownTopicRetries(20),
		kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		return fmt.Errorf("realkafka: a client to create topics with: %w", err)
	}
	defer client.Close()
	for _, t := range unevenTopics {
		if err := c.createTopic(ctx, client, t); err != nil {
			return err
		}
		if err := fill(ctx, client, t); err != nil {
			return fmt.Errorf("realkafka: filling the topic %s: %w", t.name, err)
		}
	}
	if err := commitHalf(ctx, kadm.NewClient(client), "orders"); err != nil {
		return err
	}
	return c.everywhere(ctx, func(ctx context.Context, node int, broker *kgo.Broker) error {
		return knows(ctx, node, broker, &kmsg.CreateTopicsResponseTopic{Topic: "__consumer_offsets"})
	})
}

func (c *Cluster) createTopic(ctx context.Context, client *kgo.Client, t topic) error {
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic = t.name
	wanted.NumPartitions, wanted.ReplicationFactor = -1, -1 // given by the assignment
	for partition, leader := range t.leaders {
		assignment := kmsg.NewCreateTopicsRequestTopicReplicaAssignment()
		assignment.Partition = int32(partition)
		for i := range min(t.factor, c.options.Nodes) {
			assignment.Replicas = append(assignment.Replicas, int32((leader-1+i)%c.options.Nodes+1))
		}
		wanted.ReplicaAssignment = append(wanted.ReplicaAssignment, assignment)
	}
	wanted.Configs = configsOf(t.configs)
	return c.create(ctx, client, wanted)
}

func fill(ctx context.Context, client *kgo.Client, t topic) error {
	records := make([]*kgo.Record, t.records)
	for i := range records {
		records[i] = t.record(i)
	}
	return client.ProduceSync(ctx, records...).FirstErr()
}

// Record is number i of a topic: JSON of about the topic's size. A hundredth of the
// keyed records of a compacted topic are tombstones.
func (t topic) record(i int) *kgo.Record {
	r := &kgo.Record{Topic: t.name}
	if t.keys > 0 {
		r.Key = fmt.Appendf(nil, "%s-%d", t.name, i%t.keys)
	}
	if t.configs["cleanup.policy"] == "compact" && i%100 == 99 {
		return r
	}
	r.Value = fmt.Appendf(nil, `{"id":%d,"topic":%q,"note":%q}`, i, t.name, strings.Repeat("x", max(0, t.size-40)))
	return r
}

func commitHalf(ctx context.Context, admin *kadm.Client, topic string) error {
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return fmt.Errorf("realkafka: listing the ends of %s: %w", topic, err)
	}
	offsets := kadm.Offsets{}
	ends.Each(func(end kadm.ListedOffset) {
		offsets.AddOffset(end.Topic, end.Partition, end.Offset/2, end.LeaderEpoch)
	})
	if err := admin.CommitAllOffsets(ctx, UnevenGroup, offsets); err != nil {
		return fmt.Errorf("realkafka: committing offsets for the group %s: %w", UnevenGroup, err)
	}
	return nil
}
