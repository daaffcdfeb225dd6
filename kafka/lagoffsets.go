package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// offsetFetch reads the committed offsets of groups other than share groups.
func (c *Client) offsetFetch(ctx context.Context, coordinator int32, names []string) ([]model.GroupRead, error) {
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = names[0] // brokers before Kafka 3.0 look at nothing else
	for _, name := range names {
		g := kmsg.NewOffsetFetchRequestGroup()
		g.Group = name
		req.Groups = append(req.Groups, g)
	}
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	r := resp.(*kmsg.OffsetFetchResponse)
	if r.Version < 8 {
		return c.fetchEach(ctx, coordinator, names, r)
	}
	c.learnTopics(ctx, func(yield func(string, [16]byte)) {
		for i := range r.Groups {
			for j := range r.Groups[i].Topics {
				yield(r.Groups[i].Topics[j].Topic, r.Groups[i].Topics[j].TopicID)
			}
		}
	})
	reads := make([]model.GroupRead, 0, len(names))
	for i := range r.Groups {
		g := &r.Groups[i]
		read := model.GroupRead{ID: g.Group, Problem: groupProblem(g.Group, "", g.ErrorCode, nil)}
		for j := range g.Topics {
			t := &g.Topics[j]
			topic := model.TopicLag{Topic: c.topicName(t.Topic, t.TopicID)}
			for _, p := range t.Partitions {
				addOffset(&topic, p.Partition, p.Offset, p.ErrorCode)
			}
			read.Topics = append(read.Topics, topic)
		}
		reads = append(reads, read)
	}
	return reads, nil
}

// fetchEach asks a broker before Kafka 3.0, which takes one group at a time and has
// answered for the first.
func (c *Client) fetchEach(ctx context.Context, coordinator int32, names []string, first *kmsg.OffsetFetchResponse) ([]model.GroupRead, error) {
	reads := []model.GroupRead{readOf(names[0], first)}
	for _, name := range names[1:] {
		req := kmsg.NewPtrOffsetFetchRequest()
		req.Group = name
		resp, err := c.to(ctx, coordinator, req)
		if err != nil {
			return nil, err
		}
		reads = append(reads, readOf(name, resp.(*kmsg.OffsetFetchResponse)))
	}
	return reads, nil
}

func readOf(name string, r *kmsg.OffsetFetchResponse) model.GroupRead {
	read := model.GroupRead{ID: name, Problem: groupProblem(name, "", r.ErrorCode, nil)}
	for i := range r.Topics {
		topic := model.TopicLag{Topic: r.Topics[i].Topic}
		for _, p := range r.Topics[i].Partitions {
			addOffset(&topic, p.Partition, p.Offset, p.ErrorCode)
		}
		read.Topics = append(read.Topics, topic)
	}
	return read
}

// addOffset adds what was committed of a partition.
func addOffset(t *model.TopicLag, partition int32, offset int64, code int16) {
	if err := kerr.ErrorForCode(code); err != nil {
		t.Problem = problemAbout(err, model.Right{Operation: "Describe", Resource: "Topic " + t.Topic})
		offset = model.NoOffset
	}
	p := unreadPartition(partition)
	p.Committed = max(offset, model.NoOffset)
	t.Partitions = append(t.Partitions, p)
}

// shareOffsets reads where the partitions of share groups begin. Those that nobody
// has read from yet have no such offset.
func (c *Client) shareOffsets(ctx context.Context, coordinator int32, names []string) ([]model.GroupRead, error) {
	req := kmsg.NewPtrDescribeShareGroupOffsetsRequest()
	for _, name := range names {
		g := kmsg.NewDescribeShareGroupOffsetsRequestGroup()
		g.GroupID = name
		req.Groups = append(req.Groups, g)
	}
	resp, err := c.to(ctx, coordinator, req)
	if err != nil {
		return nil, err
	}
	r := resp.(*kmsg.DescribeShareGroupOffsetsResponse)
	c.learnTopics(ctx, func(yield func(string, [16]byte)) {
		for i := range r.Groups {
			for j := range r.Groups[i].Topics {
				yield(r.Groups[i].Topics[j].Topic, r.Groups[i].Topics[j].TopicID)
			}
		}
	})
	reads := make([]model.GroupRead, 0, len(names))
	for i := range r.Groups {
		g := &r.Groups[i]
		read := model.GroupRead{ID: g.GroupID, Problem: groupProblem(g.GroupID, "", g.ErrorCode, g.ErrorMessage)}
		for j := range g.Topics {
			t := &g.Topics[j]
			topic := model.TopicLag{Topic: c.topicName(t.Topic, t.TopicID)}
			for _, p := range t.Partitions {
				addOffset(&topic, p.Partition, p.StartOffset, p.ErrorCode)
			}
			read.Topics = append(read.Topics, topic)
		}
		reads = append(reads, read)
	}
	return reads, nil
}
