package kafka

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// listTopics answers model.ListTopics.
//
//	API   the first time Metadata (3) for all topics, from one broker: a person
//	      waits for it. Then DescribeTopicPartitions (75, Kafka 3.8 with KRaft), in
//	      pages of 2,000 partitions, all from one broker; Metadata where that is
//	      missing
//	Cost  45 bytes a partition. 200,000 partitions: with Metadata one response, 9 MB
//	      and 80 MB of memory at the peak; 100 pages take twice as long, and 15 MB
//	ACL   Describe on the topics; those without it are left out, without an error
func (c *Client) listTopics(ctx context.Context, emit func(model.Event)) error {
	var topics []model.Topic
	err := c.once(ctx, func(n node) (err error) {
		if c.layout.isListed() {
			topics, err = c.topicPages(ctx, n, nil)
			if !tooOld(err) {
				return err
			}
		}
		topics, err = c.topicsOfMetadata(ctx, n, nil)
		return err
	})
	if err != nil {
		return err
	}
	finish(topics)
	c.layout.replace(topics)
	emit(model.TopicsListed{At: time.Now(), Topics: topics, Counts: model.CountsOf(topics)})
	return nil
}

// describeTopic answers model.DescribeTopic.
//
//	API   DescribeTopicPartitions (75) or Metadata (3), for the one topic
//	Cost  a page of 90 KB for each 2,000 partitions
//	ACL   Describe on the topic
//	Error none: a topic that is gone or may not be described comes with a Problem
func (c *Client) describeTopic(ctx context.Context, q model.DescribeTopic, emit func(model.Event)) error {
	topic, err := c.describe(ctx, q.Name)
	if err != nil {
		return err
	}
	emit(model.TopicDescribed{At: time.Now(), Topic: topic})
	return nil
}

// describe returns one topic, and remembers its layout. A topic that is gone or
// may not be described has a Problem.
func (c *Client) describe(ctx context.Context, name string) (model.Topic, error) {
	found, err := c.describeAll(ctx, []string{name})
	if err != nil {
		return model.Topic{}, err
	}
	for _, t := range found {
		if t.Name == name {
			return t, nil
		}
	}
	return model.Topic{Name: name, Problem: gone(name)}, nil
}

// describeAll is describe for several topics.
func (c *Client) describeAll(ctx context.Context, names []string) ([]model.Topic, error) {
	var topics []model.Topic
	err := c.once(ctx, func(n node) (err error) {
		topics, err = c.topicPages(ctx, n, names)
		if tooOld(err) {
			topics, err = c.topicsOfMetadata(ctx, n, names)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	finish(topics)
	for _, t := range topics {
		c.layout.put(t)
	}
	return topics, nil
}

// pageSize is how many partitions a page holds: as many as a broker gives unless
// max.request.partition.size.limit says less.
const pageSize = 2000

// topicPages reads topics page by page; all of them if names is nil.
func (c *Client) topicPages(ctx context.Context, n node, names []string) ([]model.Topic, error) {
	names = slices.Sorted(slices.Values(names)) // brokers want them so
	var topics []model.Topic
	var cursor *kmsg.DescribeTopicPartitionsRequestCursor
	for {
		req := kmsg.NewPtrDescribeTopicPartitionsRequest()
		req.ResponsePartitionLimit = pageSize
		req.Cursor = cursor
		for _, name := range names {
			if cursor == nil || name >= cursor.Topic {
				req.Topics = append(req.Topics, kmsg.DescribeTopicPartitionsRequestTopic{Topic: name})
			}
		}
		resp, err := c.send(ctx, n, req)
		if err != nil {
			return nil, err
		}
		page := resp.(*kmsg.DescribeTopicPartitionsResponse)
		topics = appendPage(topics, page)
		next := page.NextCursor
		if next == nil || cursor != nil && cursor.Topic == next.Topic && cursor.Partition == next.Partition {
			return topics, nil
		}
		cursor = &kmsg.DescribeTopicPartitionsRequestCursor{Topic: next.Topic, Partition: next.Partition}
	}
}

// appendPage adds a page to topics. The first topic of a page may go on where
// the last of the page before ended.
func appendPage(topics []model.Topic, page *kmsg.DescribeTopicPartitionsResponse) []model.Topic {
	partitions, replicas := 0, 0
	for i := range page.Topics {
		partitions += len(page.Topics[i].Partitions)
		for j := range page.Topics[i].Partitions {
			replicas += len(page.Topics[i].Partitions[j].Replicas)
		}
	}
	store := newStore(partitions, replicas)
	for i := range page.Topics {
		t := &page.Topics[i]
		for j := range t.Partitions {
			p := &t.Partitions[j]
			store.add(p.Partition, p.LeaderID, p.LeaderEpoch, p.Replicas, p.ISR, p.OfflineReplicas)
		}
		topic := topicOf(text(t.Topic), t.TopicID, t.IsInternal, t.ErrorCode, store.cut())
		topic.Write = mayWrite(t.AuthorizedOperations)
		if last := len(topics) - 1; last >= 0 && topics[last].Name == topic.Name {
			topics[last].Partitions = append(topics[last].Partitions, topic.Partitions...)
			continue
		}
		topics = append(topics, topic)
	}
	return topics
}

// topicsOfMetadata reads topics in one response; all of them if names is nil.
func (c *Client) topicsOfMetadata(ctx context.Context, n node, names []string) ([]model.Topic, error) {
	req := kmsg.NewPtrMetadataRequest()
	req.AllowAutoTopicCreation = false
	req.IncludeTopicAuthorizedOperations = names != nil // of all it would cost the broker too much
	for _, name := range names {
		req.Topics = append(req.Topics, kmsg.MetadataRequestTopic{Topic: kmsg.StringPtr(name)})
	}
	resp, err := c.send(ctx, n, req)
	if err != nil {
		return nil, err
	}
	r := resp.(*kmsg.MetadataResponse)
	topics := make([]model.Topic, 0, len(r.Topics))
	for i := range r.Topics {
		t := &r.Topics[i]
		replicas := 0
		for j := range t.Partitions {
			replicas += len(t.Partitions[j].Replicas)
		}
		store := newStore(len(t.Partitions), replicas)
		for j := range t.Partitions {
			p := &t.Partitions[j]
			store.add(p.Partition, p.Leader, p.LeaderEpoch, p.Replicas, p.ISR, p.OfflineReplicas)
		}
		topic := topicOf(text(t.Topic), t.TopicID, t.IsInternal, t.ErrorCode, store.cut())
		topic.Write = mayWrite(t.AuthorizedOperations)
		topics = append(topics, topic)
	}
	return topics, nil
}

// mayWrite reads what the user may do to a topic, a bit for each of Kafka's operations.
// Who was told of the topic may Describe it: operations without that are none.
func mayWrite(operations int32) model.Tristate {
	const write, describe = 1 << 4, 1 << 8
	switch {
	case operations < 0 || operations&describe == 0:
		return model.Unasked
	case operations&write != 0:
		return model.Yes
	}
	return model.No
}

func topicOf(name string, id [16]byte, internal bool, code int16, partitions []model.Partition) model.Topic {
	t := model.Topic{Name: strings.Clone(name), ID: id, Internal: internal, Partitions: partitions}
	switch err := kerr.ErrorForCode(code); err {
	case nil, kerr.LeaderNotAvailable:
	case kerr.UnknownTopicOrPartition, kerr.UnknownTopicID, kerr.InvalidTopicException:
		t.Problem = gone(name)
	default:
		t.Problem = problemAbout(err, model.Right{Operation: "Describe", Resource: "Topic " + name})
	}
	return t
}

// finish puts topics and their partitions in order and counts them.
func finish(topics []model.Topic) {
	slices.SortFunc(topics, func(a, b model.Topic) int { return strings.Compare(a.Name, b.Name) })
	byID := func(a, b model.Partition) int { return int(a.ID) - int(b.ID) }
	for i := range topics {
		if !slices.IsSortedFunc(topics[i].Partitions, byID) {
			slices.SortFunc(topics[i].Partitions, byID)
		}
		topics[i].Tally = model.TallyOf(topics[i].Partitions)
	}
}

// A store holds the partitions and replicas of many topics in two arrays: of
// 200,000 partitions, each an allocation of its own, the garbage collector would
// have to look at every one.
type store struct {
	partitions []model.Partition
	replicas   []model.Replica
}

func newStore(partitions, replicas int) *store {
	return &store{make([]model.Partition, 0, partitions), make([]model.Replica, 0, replicas)}
}

func (s *store) add(id, leader, epoch int32, replicas, isr, offline []int32) {
	begin := len(s.replicas)
	for _, r := range replicas {
		s.replicas = append(s.replicas, model.Replica{Broker: r, State: stateOf(r, isr, offline)})
	}
	end := len(s.replicas)
	if leader < 0 {
		leader = model.NoBroker
	}
	s.partitions = append(s.partitions, model.Partition{ID: id, Leader: leader, LeaderEpoch: epoch, Replicas: s.replicas[begin:end:end]})
}

// stateOf tells a replica's state. The last replica of a partition stays in the
// ISR when its broker goes down: offline comes first.
func stateOf(broker int32, isr, offline []int32) model.ReplicaState {
	switch {
	case slices.Contains(offline, broker):
		return model.OfflineReplica
	case slices.Contains(isr, broker):
		return model.InSync
	}
	return model.OutOfSync
}

// cut returns the partitions added since the last cut.
func (s *store) cut() []model.Partition {
	n := len(s.partitions)
	cut := s.partitions[:n:n]
	s.partitions = s.partitions[n:]
	return cut
}

// gone is the problem of a topic that does not exist.
func gone(topic string) *model.Problem {
	return &model.Problem{
		Kind:  model.Gone,
		Says:  "There is no topic " + topic,
		Fix:   "check its name, or create it",
		Cause: kerr.UnknownTopicOrPartition,
	}
}
