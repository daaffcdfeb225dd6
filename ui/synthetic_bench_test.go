package ui

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kscope/model"
)

// A synthetic is a cluster of any size that answers at once, from what was made
// beforehand. It costs nothing but the screen's own work.
type synthetic struct {
	brokers []model.Broker
	topics  []model.Topic
	counts  model.Counts
	sizes   []*model.LogDirs
	began   time.Time
	storm   storm         // a group that rebalances without end
	crowd   []model.Group // in its place; none if there is but the storm

	mu   sync.Mutex // guards what follows
	ring *model.Ring
	read int64
}

func newSynthetic(topics, partitions, brokers int) *synthetic {
	c := &synthetic{began: time.Now()}
	for i := range brokers {
		c.brokers = append(c.brokers, model.Broker{ID: int32(i + 1), Host: fmt.Sprintf("kafka-%d", i+1), Port: 9092, Rack: string(rune('a' + i%3))})
	}
	sizes := make([]map[string][]int64, brokers)
	for i := range sizes {
		sizes[i] = map[string][]int64{}
	}
	for i := range topics {
		t := model.Topic{Name: fmt.Sprintf("prod.checkout.events-created-%06d", i), ID: [16]byte{1, byte(i), byte(i >> 8), byte(i >> 16)}}
		for p := range partitions {
			t.Partitions = append(t.Partitions, model.Partition{ID: int32(p), Leader: c.holder(i+p, 0), Replicas: []model.Replica{
				{Broker: c.holder(i+p, 0)}, {Broker: c.holder(i+p, 1)}, {Broker: c.holder(i+p, 2)}}})
			for k := range 3 {
				c.grow(sizes[c.holder(i+p, k)-1], t.Name, p, partitions, int64(i+p)<<20)
			}
		}
		t.Tally = model.TallyOf(t.Partitions)
		c.topics = append(c.topics, t)
	}
	c.counts = model.CountsOf(c.topics)
	for i, s := range sizes {
		c.sizes = append(c.sizes, model.NewLogDirs(int32(i+1), c.began, []model.LogDir{{Path: "/data", Total: 1 << 40, Usable: 1 << 39}}, s))
	}
	return c
}

func (c *synthetic) holder(i, replica int) int32 { return int32((i+replica)%len(c.brokers)) + 1 }

// grow notes the size of a replica.
func (c *synthetic) grow(sizes map[string][]int64, topic string, partition, partitions int, bytes int64) {
	if sizes[topic] == nil {
		sizes[topic] = make([]int64, partitions)
		for i := range sizes[topic] {
			sizes[topic][i] = model.NoBytes
		}
	}
	sizes[topic][partition] = bytes
}

// Ask implements Source.
func (c *synthetic) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	switch q := q.(type) {
	case model.ListBrokers:
		emit(model.BrokersListed{At: time.Now(), Controller: 1, Brokers: c.brokers})
		var probes []model.Probe
		for _, b := range c.brokers {
			probes = append(probes, model.Probe{Broker: b.ID, Version: "4.1", Latency: time.Millisecond})
		}
		emit(model.BrokersProbed{At: time.Now(), Probes: probes})
	case model.ListTopics:
		emit(c.listing())
	case model.DescribeTopic:
		for i := range c.topics {
			if c.topics[i].Name == q.Name {
				emit(model.TopicDescribed{At: time.Now(), Topic: c.topics[i]})
			}
		}
	case model.ListOffsets:
		c.askOffsets(q, emit)
	case model.DescribeLogDirs:
		for _, l := range c.sizes {
			emit(model.LogDirsDescribed{LogDirs: l})
		}
	case model.DescribeTopicConfigs:
		configs := map[string]*model.TopicConfig{}
		for _, name := range q.Topics.List() {
			configs[name] = &model.TopicConfig{MinISR: 2, Cleanup: "delete", Retention: 24 * time.Hour}
		}
		emit(model.TopicConfigsDescribed{Configs: configs})
	case model.ListGroups:
		emit(c.groups())
	case model.DescribeGroups:
		emit(c.describedGroups(q.Groups))
	case model.ReadLags:
		emit(c.lags(q.Groups))
	case model.WatchGroup:
		emit(model.GroupLogged{At: time.Now(), Group: q.Group, Anew: true, Observations: c.storm.hour(), Log: followed})
		<-ctx.Done()
		return ctx.Err()
	case model.Tail:
		emit(model.TailOpened{Tail: q, At: time.Now()})
		emit(c.records(q, 100))
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

// Do implements Source.
func (c *synthetic) Do(context.Context, model.Command, func(model.Event)) error { return nil }

func (c *synthetic) listing() model.Event {
	return model.TopicsListed{At: time.Now(), Topics: c.topics, Counts: c.counts}
}

func (c *synthetic) askOffsets(q model.ListOffsets, emit func(model.Event)) {
	if !q.Topics.All() {
		_, watched := q.Topics.One()
		emit(model.OffsetsListed{At: time.Now(), Topics: c.offsetsOf(q.Topics.List()), Watched: watched})
		return
	}
	for turn := 0; turn*250 < len(c.topics); turn++ {
		emit(c.offsets(turn, 250))
	}
	emit(model.OffsetsSwept{At: time.Now()})
}

// offsets are those of the n topics whose turn it is.
func (c *synthetic) offsets(turn, n int) model.Event {
	var names []string
	for i := range min(n, len(c.topics)) {
		names = append(names, c.topics[(turn*n+i)%len(c.topics)].Name)
	}
	return model.OffsetsListed{At: time.Now(), Topics: c.offsetsOf(names)}
}

func (c *synthetic) offsetsOf(names []string) []model.TopicOffsets {
	written := time.Since(c.began).Milliseconds()
	topics := make([]model.TopicOffsets, len(names))
	for i, name := range names {
		topics[i] = model.TopicOffsets{Name: name}
		for p := range c.topics[0].Partitions {
			topics[i].Start = append(topics[i].Start, 0)
			topics[i].End = append(topics[i].End, written*int64(1+p))
		}
	}
	return topics
}

// records are n more records of the tail, with those before.
func (c *synthetic) records(tail model.Tail, n int) model.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ring == nil {
		c.ring = model.NewRing(0)
	}
	topic, _, _ := tail.Targets.One()
	now := time.Now()
	for range n {
		c.read++
		c.ring.Append(&model.Record{
			Seq: uint64(c.read), Topic: topic, Partition: int32(c.read % 20), Offset: c.read, Timestamp: now,
			Key: fmt.Appendf(nil, "user-%d", c.read%250), Value: fmt.Appendf(nil, `{"id":%d,"status":"shipped","total":%d.50,"at":"2026-03-01T14:12:03Z"}`, c.read, c.read%250),
		})
	}
	return model.TailRead{Tail: tail, At: now, Progress: model.Progress{Read: c.read, Matched: c.read, Dropped: c.ring.Dropped(), Behind: -1, Total: -1}, Ring: c.ring.View()}
}
