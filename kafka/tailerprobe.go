package kafka

import (
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// probe looks whether offsets that are to be read hold no records, and goes past them if
// so. The client library goes past them, too, and does not tell.
//
//	API   Fetch (1) of one partition, without waiting
//	Cost  at most 1 MiB, or one batch
func (t *tailer) probe(ctx context.Context, topic *topicRead, p *partitionRead) {
	known, _ := t.c.layout.topic(topic.name)
	i := slices.IndexFunc(known, func(k model.Partition) bool { return k.ID == p.id })
	if i < 0 || known[i].Leader == model.NoBroker {
		return
	}
	req := kmsg.NewPtrFetchRequest()
	req.ReplicaID, req.MaxBytes = -1, 1<<20
	level := kgo.ReadUncommitted()
	if t.committed() {
		req.IsolationLevel, level = committed, kgo.ReadCommitted()
	}
	asked := kmsg.NewFetchRequestTopic()
	asked.Topic, asked.TopicID = topic.name, topic.id
	one := kmsg.NewFetchRequestTopicPartition()
	one.Partition, one.FetchOffset, one.PartitionMaxBytes = p.id, p.next, 1<<20
	asked.Partitions = append(asked.Partitions, one)
	req.Topics = append(req.Topics, asked)
	resp, err := t.c.to(ctx, known[i].Leader, req)
	if err != nil {
		return // what is wrong, the reading tells
	}
	for i := range resp.(*kmsg.FetchResponse).Topics {
		for j := range resp.(*kmsg.FetchResponse).Topics[i].Partitions {
			fetched, next := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{
				KeepControlRecords: true, Offset: p.next, IsolationLevel: level, Topic: topic.name, Partition: p.id,
			}, &resp.(*kmsg.FetchResponse).Topics[i].Partitions[j], kgo.DefaultDecompressor(), nil)
			if fetched.Err == nil && len(fetched.Records) == 0 && next > p.next {
				t.passTo(p, next)
			}
		}
	}
}

// passTo goes on behind offsets that hold no records.
func (t *tailer) passTo(p *partitionRead, next int64) {
	t.state.Lock()
	defer t.state.Unlock()
	t.behind.add(p, -1)
	p.next = next
	p.stopped = p.stop != model.NoOffset && p.next >= p.stop
	t.behind.add(p, +1)
	t.kept.reached(t.behind, t.filter)
	t.out.nudge()
}
