package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// commits are committed offsets by topic and partition; for a share group the
// offsets that its partitions start at. A partition without one is absent.
type commits map[string]map[int32]int64

// at returns the offset of a partition; model.NoOffset if it has none.
func (c commits) at(topic string, partition int32) int64 {
	if offset, ok := c[topic][partition]; ok {
		return offset
	}
	return model.NoOffset
}

func (c commits) put(topic string, partition int32, offset int64) {
	if offset < 0 || topic == "" {
		return
	}
	if c[topic] == nil {
		c[topic] = map[int32]int64{}
	}
	c[topic][partition] = offset
}

// commitsOf reads all that a group has committed.
//
//	API   OffsetFetch (9); for share groups DescribeShareGroupOffsets (90, Kafka 4.1),
//	      to the coordinator
//	Cost  about 20 bytes a partition
//	ACL   Describe on the group; topics without Describe are left out, without an error
func (c *Client) commitsOf(ctx context.Context, g *model.Group) (commits, error) {
	if g.Kind == model.Share {
		return c.shareStarts(ctx, g.ID)
	}
	resp, err := c.inquire(ctx, g.ID, func() kmsg.Request { return fetchAll(g.ID) }, func(r kmsg.Response) int16 {
		fetched := r.(*kmsg.OffsetFetchResponse)
		if len(fetched.Groups) > 0 {
			return fetched.Groups[0].ErrorCode
		}
		return fetched.ErrorCode
	})
	if err != nil {
		return nil, aboutGroup(err, "Describe", g.ID)
	}
	return c.commitsIn(ctx, resp.(*kmsg.OffsetFetchResponse))
}

// fetchAll asks for all committed offsets of a group, in any version.
func fetchAll(group string) kmsg.Request {
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = group
	one := kmsg.NewOffsetFetchRequestGroup()
	one.Group = group
	req.Groups = []kmsg.OffsetFetchRequestGroup{one}
	return req
}

// commitsIn reads a response. From version 10 on it names topics by their ids: where
// one is younger than the list of topics, that is read anew. Those that are not known
// then were deleted.
func (c *Client) commitsIn(ctx context.Context, resp *kmsg.OffsetFetchResponse) (commits, error) {
	found, listed := commits{}, false
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			found.put(t.Topic, p.Partition, p.Offset)
		}
	}
	for _, g := range resp.Groups {
		for _, t := range g.Topics {
			name := c.layout.name(t.Topic, t.TopicID)
			if name == "" && !listed {
				if err := c.listTopics(ctx, func(model.Event) {}); err != nil {
					return nil, err
				}
				name, listed = c.layout.name(t.Topic, t.TopicID), true
			}
			for _, p := range t.Partitions {
				if kerr.ErrorForCode(p.ErrorCode) == nil {
					found.put(name, p.Partition, p.Offset)
				}
			}
		}
	}
	return found, nil
}

// shareStarts reads where the partitions of a share group start.
func (c *Client) shareStarts(ctx context.Context, group string) (commits, error) {
	resp, err := c.inquire(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrDescribeShareGroupOffsetsRequest()
		one := kmsg.NewDescribeShareGroupOffsetsRequestGroup()
		one.GroupID = group
		req.Groups = []kmsg.DescribeShareGroupOffsetsRequestGroup{one}
		return req
	}, func(r kmsg.Response) int16 {
		if groups := r.(*kmsg.DescribeShareGroupOffsetsResponse).Groups; len(groups) > 0 {
			return groups[0].ErrorCode
		}
		return kerr.GroupIDNotFound.Code
	})
	if err != nil {
		return nil, aboutGroup(err, "Describe", group)
	}
	found := commits{}
	for _, t := range resp.(*kmsg.DescribeShareGroupOffsetsResponse).Groups[0].Topics {
		for _, p := range t.Partitions {
			found.put(t.Topic, p.Partition, p.StartOffset)
		}
	}
	return found, nil
}

// aboutGroup is problemAbout for an answer about a group.
func aboutGroup(err error, operation, group string) *model.Problem {
	p := problemAbout(err, model.Right{Operation: operation, Resource: "Group " + group})
	if p.Kind == model.Gone {
		p.Says = "There is no group " + group + " any more"
	}
	return p
}
