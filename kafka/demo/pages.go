package demo

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// pageMost is Kafka's default of max.request.partition.size.limit.
const pageMost = 2000

// describeTopicPartitions answers key 75 (KIP-966) from the image: topics by
// name, cut after as many partitions as asked for, with a cursor to go on at.
func (c *Cluster) describeTopicPartitions(_ int32, req *kmsg.DescribeTopicPartitionsRequest) (kmsg.Response, error, bool) {
	if req.Cursor != nil && req.Cursor.Partition < 0 {
		return nil, kerr.InvalidRequest, true
	}
	resp := req.ResponseKind().(*kmsg.DescribeTopicPartitionsResponse)
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	c.image.page(req, resp)
	return resp, nil, true
}

func (im *image) page(req *kmsg.DescribeTopicPartitionsRequest, resp *kmsg.DescribeTopicPartitionsResponse) {
	room := min(max(int(req.ResponsePartitionLimit), 1), pageMost)
	from, start := "", int32(0)
	if req.Cursor != nil {
		from, start = req.Cursor.Topic, req.Cursor.Partition
	}
	im.eachNamed(req, from, func(name string, t *topic) bool {
		at := int32(0)
		if name == from {
			at = start
		}
		if room == 0 {
			resp.NextCursor = cursorAt(name, at)
			return false
		}
		st := kmsg.NewDescribeTopicPartitionsResponseTopic()
		st.Topic = kmsg.StringPtr(name)
		if t == nil {
			st.ErrorCode = kerr.UnknownTopicOrPartition.Code
			resp.Topics = append(resp.Topics, st)
			return true
		}
		st.TopicID, st.IsInternal, st.AuthorizedOperations = t.id, t.internal, topicOperations
		end := min(len(t.parts), int(at)+room)
		for p := int(at); p < end; p++ {
			st.Partitions = append(st.Partitions, im.describePartition(t, int32(p)))
		}
		room -= len(st.Partitions)
		resp.Topics = append(resp.Topics, st)
		if end < len(t.parts) {
			resp.NextCursor = cursorAt(name, int32(end))
			return false
		}
		return true
	})
}

// eachNamed calls fn for the topics of a request from a name on, in order,
// until fn returns false. The topic is nil if there is none of that name.
func (im *image) eachNamed(req *kmsg.DescribeTopicPartitionsRequest, from string, fn func(name string, t *topic) bool) {
	if len(req.Topics) == 0 {
		at, _ := im.search(from)
		for _, t := range im.topics[at:] {
			if !fn(t.name, t) {
				return
			}
		}
		return
	}
	names := make([]string, 0, len(req.Topics))
	for _, rt := range req.Topics {
		names = append(names, rt.Topic)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name >= from && !fn(name, im.byName[name]) {
			return
		}
	}
}

func (im *image) describePartition(t *topic, n int32) kmsg.DescribeTopicPartitionsResponseTopicPartition {
	p := &t.parts[n]
	sp := kmsg.NewDescribeTopicPartitionsResponseTopicPartition()
	sp.Partition, sp.LeaderID, sp.LeaderEpoch = n, p.leader, p.epoch
	sp.Replicas, sp.ISR = p.replicas, p.isr
	sp.OfflineReplicas = im.offline(p.replicas)
	sp.EligibleLeaderReplicas, sp.LastKnownELR = []int32{}, []int32{} // the feature is off
	if p.leader < 0 {
		sp.ErrorCode = kerr.LeaderNotAvailable.Code
	}
	return sp
}

func cursorAt(topic string, partition int32) *kmsg.DescribeTopicPartitionsResponseNextCursor {
	cursor := kmsg.NewDescribeTopicPartitionsResponseNextCursor()
	cursor.Topic, cursor.Partition = topic, partition
	return &cursor
}
