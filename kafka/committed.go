package kafka

import (
	"context"

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
	ask := c.offsetFetch
	if g.Kind == model.Share {
		ask = c.shareOffsets
	}
	var topics []model.TopicLag
	err := c.atCoordinator(ctx, g.ID, func(broker int32) error {
		reads, err := ask(ctx, broker, []string{g.ID})
		if err != nil {
			return err
		}
		for i := range reads {
			if reads[i].Problem != nil {
				return reads[i].Problem
			}
			topics = reads[i].Topics
		}
		return nil
	}, func(err error) bool { return elsewhere(err) || connectionLost(err) })
	if err != nil {
		return nil, aboutGroup(err, "Describe", g.ID)
	}
	found := commits{}
	for _, t := range topics {
		for _, p := range t.Partitions {
			found.put(t.Topic, p.ID, p.Committed)
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
