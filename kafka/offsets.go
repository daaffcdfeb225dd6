package kafka

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// listOffsets answers model.ListOffsets: in one event for each few thousand
// partitions, whole topics in each.
//
//	API   ListOffsets (2) twice, for the earliest and the latest offset, to each
//	      leader at once. The layout is the one last listed or described; a topic
//	      that is not in it is described first, and so is one that a broker says
//	      it does not lead any more
//	Cost  about 55 bytes a partition both ways, twice; 5,000 partitions at a time
//	ACL   Describe on the topics
//	Error none for single topics: they come with a Problem, and model.NoOffset
//	      for partitions without a leader
func (c *Client) listOffsets(ctx context.Context, q model.ListOffsets, emit func(model.Event)) error {
	names, err := c.namesOf(ctx, q.Topics)
	if err != nil {
		return err
	}
	_, watched := q.Topics.One()
	dead := map[int32]*model.Problem{}
	for len(names) > 0 {
		chunk, rest := c.chunk(names)
		a := newAsking(chunk, dead)
		if err := c.offsetsOf(ctx, a); err != nil {
			return err
		}
		emit(model.OffsetsListed{At: time.Now(), Topics: a.topics, Watched: watched})
		names = rest
	}
	if q.Topics.All() {
		emit(model.OffsetsSwept{At: time.Now()})
	}
	return nil
}

// namesOf returns the topics that names stands for, sorted.
func (c *Client) namesOf(ctx context.Context, names model.Names) ([]string, error) {
	if !names.All() {
		return slices.Compact(slices.Sorted(slices.Values(names.List()))), nil
	}
	all, listed := c.layout.names()
	if !listed {
		if err := c.listTopics(ctx, func(model.Event) {}); err != nil {
			return nil, err
		}
		all, _ = c.layout.names()
	}
	slices.Sort(all)
	return all, nil
}

// chunkSize is how many partitions are asked about at once: the client library
// takes about 1.5 KB of memory for each.
const chunkSize = 5000

// chunk splits off the topics that are asked about next: at least one.
func (c *Client) chunk(names []string) (chunk, rest []string) {
	partitions := 0
	for i, name := range names {
		known, _ := c.layout.topic(name)
		partitions += len(known)
		if i > 0 && partitions > chunkSize {
			return names[:i], names[i:]
		}
	}
	return names, nil
}

// offsetsOf asks for the offsets of topics, and once more for those whose layout
// was not right.
func (c *Client) offsetsOf(ctx context.Context, a *asking) error {
	unknown := a.place(c)
	if err := c.refresh(ctx, a, unknown); err != nil {
		return err
	}
	moved := a.ask(ctx, c)
	if len(moved) > 0 && ctx.Err() == nil {
		if err := c.refresh(ctx, a, moved); err != nil {
			return err
		}
		a.ask(ctx, c)
	}
	return ctx.Err()
}

// refresh describes topics, and places them anew.
func (c *Client) refresh(ctx context.Context, a *asking, names []string) error {
	if len(names) == 0 {
		return nil
	}
	topics, err := c.describeAll(ctx, names)
	if err != nil {
		return err
	}
	for _, name := range names {
		i := slices.IndexFunc(topics, func(t model.Topic) bool { return t.Name == name })
		if i < 0 {
			a.fail(name, gone(name))
		} else if topics[i].Problem != nil {
			a.fail(name, topics[i].Problem)
		} else {
			a.add(name, topics[i].Partitions)
		}
	}
	return nil
}

// asking is the offsets of some topics while they are asked for.
type asking struct {
	mu     sync.Mutex
	topics []model.TopicOffsets
	index  map[string]int
	moved  map[string]bool // topics that another broker leads by now
	todo   map[int32]map[string][]epochOf
	which  []int64                  // what is asked for: earliest into Start, anything else into End
	dead   map[int32]*model.Problem // brokers that did not answer, also in chunks before

	isolation int8 // of the latest offset: committed is before any transaction that is open
}

// epochOf is a partition to ask about, and the epoch of the leader it is believed
// to have: a broker that knows better says so.
type epochOf struct{ partition, epoch int32 }

func newAsking(names []string, dead map[int32]*model.Problem) *asking {
	a := &asking{
		index: make(map[string]int, len(names)), todo: map[int32]map[string][]epochOf{},
		which: []int64{earliest, latest}, dead: dead,
	}
	for i, name := range names {
		a.topics = append(a.topics, model.TopicOffsets{Name: name})
		a.index[name] = i
	}
	return a
}

// place sorts the partitions by leader, and returns the topics that are not in
// the layout.
func (a *asking) place(c *Client) (unknown []string) {
	for i := range a.topics {
		name := a.topics[i].Name
		if partitions, ok := c.layout.topic(name); ok {
			a.add(name, partitions)
		} else {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func (a *asking) fail(name string, p *model.Problem) { a.topics[a.index[name]].Problem = p }

// add puts the partitions of a topic on the list of their leaders.
func (a *asking) add(name string, partitions []model.Partition) {
	size := 0
	for _, p := range partitions {
		size = max(size, int(p.ID)+1)
		if p.Leader == model.NoBroker {
			continue
		}
		if a.todo[p.Leader] == nil {
			a.todo[p.Leader] = map[string][]epochOf{}
		}
		a.todo[p.Leader][name] = append(a.todo[p.Leader][name], epochOf{p.ID, p.LeaderEpoch})
	}
	t := &a.topics[a.index[name]]
	t.Start, t.End, t.Problem = unknownOffsets(size), unknownOffsets(size), nil
}

func unknownOffsets(n int) []int64 {
	offsets := make([]int64, n)
	for i := range offsets {
		offsets[i] = model.NoOffset
	}
	return offsets
}

const (
	latest   int64 = -1
	earliest int64 = -2
)

// ask sends what is on the list to every leader at once, and returns the topics
// whose layout was not right.
func (a *asking) ask(ctx context.Context, c *Client) (moved []string) {
	todo := a.todo
	a.todo, a.moved = map[int32]map[string][]epochOf{}, map[string]bool{}
	var wg sync.WaitGroup
	for leader, topics := range todo {
		a.mu.Lock()
		p := a.dead[leader]
		a.mu.Unlock()
		if p != nil {
			a.failAll(topics, p)
			continue
		}
		for _, which := range a.which {
			wg.Go(func() {
				req := offsetsRequest(topics, which)
				req.IsolationLevel = a.isolation
				resp, err := c.to(ctx, leader, req)
				if err != nil {
					a.failLeader(leader, topics, err)
					return
				}
				a.take(resp.(*kmsg.ListOffsetsResponse), which)
			})
		}
	}
	wg.Wait()
	for name := range a.moved {
		moved = append(moved, name)
	}
	return moved
}

func offsetsRequest(topics map[string][]epochOf, which int64) *kmsg.ListOffsetsRequest {
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID = -1
	req.Topics = make([]kmsg.ListOffsetsRequestTopic, 0, len(topics))
	for name, partitions := range topics {
		t := kmsg.NewListOffsetsRequestTopic()
		t.Topic = name
		t.Partitions = make([]kmsg.ListOffsetsRequestTopicPartition, 0, len(partitions))
		for _, p := range partitions {
			rp := kmsg.NewListOffsetsRequestTopicPartition()
			rp.Partition, rp.CurrentLeaderEpoch, rp.Timestamp, rp.MaxNumOffsets = p.partition, p.epoch, which, 1
			t.Partitions = append(t.Partitions, rp)
		}
		req.Topics = append(req.Topics, t)
	}
	return req
}

// failLeader notes that a broker did not answer, for each topic it leads. Leaders
// move when a broker goes: the layout is asked for again.
func (a *asking) failLeader(leader int32, topics map[string][]epochOf, err error) {
	problem := problemOf(err)
	a.failAll(topics, problem)
	if !connectionLost(err) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dead[leader] = problem
	for name := range topics {
		a.moved[name] = true
	}
}

func (a *asking) failAll(topics map[string][]epochOf, p *model.Problem) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name := range topics {
		a.topics[a.index[name]].Problem = p
	}
}

// take puts the offsets of a response in their places.
func (a *asking) take(resp *kmsg.ListOffsetsResponse, which int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range resp.Topics {
		j, ok := a.index[resp.Topics[i].Topic]
		if !ok {
			continue
		}
		t := &a.topics[j]
		into := t.End
		if which == earliest {
			into = t.Start
		}
		for k := range resp.Topics[i].Partitions {
			a.takeOne(t, into, &resp.Topics[i].Partitions[k])
		}
	}
}

func (a *asking) takeOne(t *model.TopicOffsets, into []int64, p *kmsg.ListOffsetsResponseTopicPartition) {
	if int(p.Partition) >= len(into) || p.Partition < 0 {
		return
	}
	switch err := kerr.ErrorForCode(p.ErrorCode); err {
	case nil:
		into[p.Partition] = offsetOf(p)
	case kerr.NotLeaderForPartition, kerr.FencedLeaderEpoch, kerr.UnknownLeaderEpoch, kerr.UnknownTopicOrPartition, kerr.ReplicaNotAvailable:
		a.moved[t.Name] = true
		t.Problem = cmp.Or(t.Problem, problemOf(err))
	case kerr.LeaderNotAvailable, kerr.OffsetNotAvailable, kerr.KafkaStorageError:
		// A new leader that does not know its high watermark yet: the next answer has it.
	default:
		t.Problem = problemAbout(err, model.Right{Operation: "Describe", Resource: "Topic " + t.Name})
	}
}

// offsetOf returns the offset of a response of any version.
func offsetOf(p *kmsg.ListOffsetsResponseTopicPartition) int64 {
	if len(p.OldStyleOffsets) > 0 {
		return p.OldStyleOffsets[0]
	}
	return p.Offset
}
