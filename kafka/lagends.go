package kafka

import (
	"context"
	"errors"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

var (
	bothEnds = []int64{earliest, latest}
	onlyEnd  = []int64{latest}
)

// findEnds completes what groups have committed by where the logs of just those
// partitions begin and end.
func (c *Client) findEnds(ctx context.Context, reads []model.GroupRead, which []int64) (requests int) {
	e := &ends{which: which, of: map[string]map[int32]*extent{}}
	for i := range reads {
		for _, t := range reads[i].Topics {
			e.want(t)
		}
	}
	wrong := e.ask(ctx, c, e.unknown(c))
	if len(wrong) > 0 && ctx.Err() == nil {
		e.ask(ctx, c, wrong)
	}
	for i := range reads {
		e.fill(reads[i].Topics)
	}
	return e.requests
}

// ends is where the logs of some partitions begin and end.
type ends struct {
	which    []int64
	requests int

	mu       sync.Mutex
	of       map[string]map[int32]*extent
	problems map[string]*model.Problem
	stale    map[string]bool // topics that another broker leads by now, or that are gone
}

type extent struct{ start, end int64 }

func (e *ends) want(t model.TopicLag) {
	if e.of[t.Topic] == nil {
		e.of[t.Topic] = map[int32]*extent{}
	}
	for _, p := range t.Partitions {
		e.of[t.Topic][p.ID] = &extent{model.NoOffset, model.NoOffset}
	}
}

// unknown returns the topics that are not in the layout, or have more partitions by
// now.
func (e *ends) unknown(c *Client) (names []string) {
	for name, wanted := range e.of {
		known, ok := c.layout.topic(name)
		for id := range wanted {
			ok = ok && int(id) < len(known)
		}
		if !ok {
			names = append(names, name)
		}
	}
	return names
}

// ask describes topics anew, asks the leaders of all partitions whose extent is not
// known, and returns the topics for which the layout was not right.
func (e *ends) ask(ctx context.Context, c *Client, anew []string) (stale []string) {
	e.refresh(ctx, c, anew)
	e.stale = map[string]bool{}
	var wg sync.WaitGroup
	for leader, topics := range e.byLeader(c) {
		for _, which := range e.which {
			e.requests++
			wg.Go(func() {
				resp, err := c.to(ctx, leader, offsetsRequest(topics, which))
				if err != nil {
					e.fail(topics, err)
					return
				}
				e.take(resp.(*kmsg.ListOffsetsResponse), which)
			})
		}
	}
	wg.Wait()
	for name := range e.stale {
		stale = append(stale, name)
	}
	return stale
}

func (e *ends) refresh(ctx context.Context, c *Client, names []string) {
	e.problems = map[string]*model.Problem{}
	if len(names) == 0 {
		return
	}
	e.requests++
	topics, err := c.describeAll(ctx, names)
	for _, name := range names {
		e.problems[name] = gone(name)
		if err != nil {
			e.problems[name] = problemOf(err)
		}
	}
	for i := range topics {
		e.problems[topics[i].Name] = topics[i].Problem
	}
}

func (e *ends) byLeader(c *Client) map[int32]map[string][]epochOf {
	todo := map[int32]map[string][]epochOf{}
	for name, wanted := range e.of {
		known, _ := c.layout.topic(name)
		for i := range known {
			p := &known[i]
			if x := wanted[p.ID]; x == nil || x.end != model.NoOffset || p.Leader == model.NoBroker {
				continue
			}
			if todo[p.Leader] == nil {
				todo[p.Leader] = map[string][]epochOf{}
			}
			todo[p.Leader][name] = append(todo[p.Leader][name], epochOf{p.ID, p.LeaderEpoch})
		}
	}
	return todo
}

// fail notes that a broker did not answer. Leaders move when a broker goes.
func (e *ends) fail(topics map[string][]epochOf, err error) {
	problem := problemOf(err)
	e.mu.Lock()
	defer e.mu.Unlock()
	for name := range topics {
		e.problems[name] = problem
		if connectionLost(err) {
			e.stale[name] = true
		}
	}
}

func (e *ends) take(resp *kmsg.ListOffsetsResponse, which int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range resp.Topics {
		t := &resp.Topics[i]
		for j := range t.Partitions {
			p := &t.Partitions[j]
			x := e.of[t.Topic][p.Partition]
			switch err := kerr.ErrorForCode(p.ErrorCode); {
			case x == nil:
			case err != nil:
				e.refused(t.Topic, err)
			case which == earliest:
				x.start = offsetOf(p)
			default:
				x.end = offsetOf(p)
			}
		}
	}
}

func (e *ends) refused(topic string, err error) {
	switch {
	case errors.Is(err, kerr.LeaderNotAvailable), errors.Is(err, kerr.OffsetNotAvailable):
		// A new leader that does not know its high watermark yet: the next answer has it.
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		e.problems[topic] = problemAbout(err, model.Right{Operation: "Describe", Resource: "Topic " + topic})
	default:
		e.problems[topic] = problemOf(err)
		e.stale[topic] = true
	}
}

func (e *ends) fill(topics []model.TopicLag) {
	for i := range topics {
		t := &topics[i]
		if p := e.problems[t.Topic]; p != nil && t.Problem == nil {
			t.Problem = p
		}
		for j := range t.Partitions {
			p := &t.Partitions[j]
			if x := e.of[t.Topic][p.ID]; x != nil {
				p.Start, p.End = x.start, x.end
			}
			if p.Committed >= 0 && p.End >= 0 {
				p.Lag = max(0, p.End-p.Committed)
			}
		}
	}
}
