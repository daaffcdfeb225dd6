package kafka

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"kscope/model"
)

// readLags answers model.ReadLags, in one event for each 100 groups of a
// coordinator and kind.
//
//	API   OffsetFetch (9) to the coordinators, 100 groups at a time with version 8
//	      (Kafka 3.0), else one by one; DescribeShareGroupOffsets (90) for share
//	      groups. When that is answered, ListOffsets (2) to the leaders of just those
//	      partitions, for the earliest and the latest offset. The layout is the one
//	      last listed or described
//	Cost  about 30 bytes a partition, and 110 for its offsets
//	ACL   Describe on the groups and on the topics; topics without it are left out,
//	      without an error
//	Error none for single groups and topics: they come with a Problem
func (c *Client) readLags(ctx context.Context, q model.ReadLags, emit func(model.Event)) error {
	names, err := c.groupNames(ctx, q.Groups)
	if err != nil {
		return err
	}
	lost := c.lagsOf(ctx, names, true, emit)
	if len(lost) > 0 && ctx.Err() == nil {
		found, unfound, err := c.findCoordinators(ctx, lost)
		if err != nil {
			return err
		}
		if len(unfound) > 0 {
			emit(lagsUnknown(unfound))
		}
		c.lagsOf(ctx, found, false, emit)
	}
	return ctx.Err()
}

func lagsUnknown(groups []model.Group) model.LagsRead {
	e := model.LagsRead{At: time.Now()}
	for i := range groups {
		e.Groups = append(e.Groups, model.GroupRead{ID: groups[i].ID, Problem: groups[i].Problem})
	}
	return e
}

// lagsOf reads groups at the coordinators they are believed to have. With retry it
// returns those whose coordinator has moved or does not answer, and says nothing of
// them.
func (c *Client) lagsOf(ctx context.Context, names []string, retry bool, emit func(model.Event)) (lost []string) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for p, names := range c.byPlace(names) {
		for chunk := range slices.Chunk(names, groupsAtOnce) {
			wg.Go(func() {
				reads := c.progress(ctx, p, chunk)
				if retry {
					reads = slices.DeleteFunc(reads, func(r model.GroupRead) bool {
						if !moved(r.Problem) {
							return false
						}
						mu.Lock()
						defer mu.Unlock()
						lost = append(lost, r.ID)
						return true
					})
				}
				if len(reads) == 0 {
					return
				}
				c.findEnds(ctx, reads, bothEnds)
				mu.Lock()
				defer mu.Unlock()
				if ctx.Err() == nil {
					emit(model.LagsRead{At: time.Now(), Groups: reads})
				}
			})
		}
	}
	wg.Wait()
	return lost
}

// byPlace sorts groups by where they are believed to be.
func (c *Client) byPlace(names []string) map[place][]string {
	at := c.places.all()
	sorted := map[place][]string{}
	for _, name := range names {
		p, ok := at[name]
		if !ok {
			p.coordinator = model.NoBroker
		}
		sorted[p] = append(sorted[p], name)
	}
	return sorted
}

// progress reads what groups of one place have committed. Partitions that their
// members own and that nothing was committed of are among them.
func (c *Client) progress(ctx context.Context, p place, names []string) []model.GroupRead {
	ask := c.offsetFetch
	if p.kind == model.Share {
		ask = c.shareOffsets
	}
	reads, err := ask(ctx, p.coordinator, names)
	if err != nil {
		problem := problemOf(err)
		reads = nil
		for _, name := range names {
			reads = append(reads, model.GroupRead{ID: name, Problem: problem})
		}
	}
	for i := range reads {
		r := &reads[i]
		for topic, partitions := range c.owners.of(r.ID) {
			r.Topics = withOwned(r.Topics, topic, partitions)
		}
		inOrder(r.Topics)
	}
	return reads
}

func inOrder(topics []model.TopicLag) {
	slices.SortFunc(topics, func(a, b model.TopicLag) int { return strings.Compare(a.Topic, b.Topic) })
	for i := range topics {
		slices.SortFunc(topics[i].Partitions, func(a, b model.PartitionLag) int { return cmp.Compare(a.ID, b.ID) })
	}
}

// withOwned adds those partitions of a topic that are not among topics.
func withOwned(topics []model.TopicLag, topic string, partitions []int32) []model.TopicLag {
	i := slices.IndexFunc(topics, func(t model.TopicLag) bool { return t.Topic == topic })
	if i < 0 {
		i = len(topics)
		topics = append(topics, model.TopicLag{Topic: topic})
	}
	t := &topics[i]
	for _, id := range partitions {
		if !slices.ContainsFunc(t.Partitions, func(p model.PartitionLag) bool { return p.ID == id }) {
			t.Partitions = append(t.Partitions, unreadPartition(id))
		}
	}
	return topics
}

func unreadPartition(id int32) model.PartitionLag {
	return model.PartitionLag{
		ID: id, Committed: model.NoOffset, Start: model.NoOffset, End: model.NoOffset, Lag: model.NoLag, In: -1, Out: -1,
	}
}
