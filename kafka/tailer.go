package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// A tailer reads the partitions of a topic and begins anew, where it was, when
// anything goes wrong. It does so itself because the client library notices a
// deleted topic only after 12 s, and asks for an offset that is out of range
// thousands of times a second.
type tailer struct {
	c *Client
	q model.Tail

	topic      string
	partitions model.Partitions

	recent   *recent          // what was read, unless the tail is whole
	chunks   chan kgo.Fetches // what was read, if it is
	taken    chan struct{}    // a chunk was handed on
	troubles chan *model.Problem

	known map[int32]bool  // partitions that are read
	next  map[int32]int64 // the offset after the last that was read; see where it is absent
	id    [16]byte        // of the topic
	begun bool            // it has been placed once
	sick  bool            // the last trouble is not over
	lossy bool            // nothing was read since records were lost
}

func newTailer(c *Client, q model.Tail) *tailer {
	topic, partitions, _ := q.Targets.One()
	return &tailer{
		c: c, q: q, topic: topic, partitions: partitions,
		recent:   newRecent(q.Memory),
		chunks:   make(chan kgo.Fetches),
		taken:    make(chan struct{}),
		troubles: make(chan *model.Problem),
		known:    map[int32]bool{},
		next:     map[int32]int64{},
	}
}

const (
	// openingTime is how long a tail may take to find where it begins before it is
	// said to be open.
	openingTime = time.Second
	// watching is how often the tail looks whether its topic is still there, and has
	// new partitions.
	watching = 2 * time.Second
	// again is how long it waits after trouble.
	again = time.Second
)

// prepare finds where to begin, so that whatever is written once the tail is said
// to be open will be read.
func (t *tailer) prepare(ctx context.Context) *model.Problem {
	ctx, cancel := context.WithTimeout(ctx, openingTime)
	defer cancel()
	return t.place(ctx)
}

// run reads until ctx is done. Placed says that prepare has found where to begin.
func (t *tailer) run(ctx context.Context, placed bool) {
	for ctx.Err() == nil {
		var problem *model.Problem
		if !placed {
			problem = t.place(ctx)
		}
		if problem == nil {
			problem = t.session(ctx)
		}
		placed = false
		if problem != nil {
			t.trouble(ctx, problem)
			pause(ctx, again)
		} else {
			pause(ctx, again/4) // and place it anew
		}
	}
}

// trouble says what went wrong, and goes on until well is called.
func (t *tailer) trouble(ctx context.Context, p *model.Problem) {
	t.sick = true
	t.say(ctx, p)
}

// well says that the trouble is over.
func (t *tailer) well(ctx context.Context) {
	if t.sick {
		t.sick = false
		t.say(ctx, nil)
	}
}

func (t *tailer) say(ctx context.Context, p *model.Problem) {
	select {
	case t.troubles <- p:
	case <-ctx.Done():
	}
}

// place finds out which partitions there are and where to read them from.
func (t *tailer) place(ctx context.Context) *model.Problem {
	topic, err := t.c.describe(ctx, t.topic)
	if err != nil {
		return problemOf(err)
	}
	if topic.Problem != nil {
		return asRead(topic.Problem)
	}
	if t.begun && topic.ID != t.id { // deleted, and made anew: all that is in it is new
		t.known, t.next = map[int32]bool{}, map[int32]int64{}
	}
	partitions, problem := t.wanted(&topic)
	if problem != nil {
		return problem
	}
	a := newAsking([]string{t.topic}, map[int32]*model.Problem{})
	if err := t.c.offsetsOf(ctx, a); err != nil {
		return problemOf(err)
	}
	t.id = topic.ID
	for _, p := range partitions {
		t.placeOne(ctx, p, offsetAt(a.topics[0].Start, p), offsetAt(a.topics[0].End, p))
	}
	t.begun = true
	return nil
}

// asRead turns a problem of describing a topic into one of reading it.
func asRead(p *model.Problem) *model.Problem {
	if p.Kind != model.Denied {
		return p
	}
	return problemAbout(p, model.Right{Operation: "Read", Resource: p.Right.Resource})
}

func offsetAt(offsets []int64, partition int32) int64 {
	if int(partition) < len(offsets) {
		return offsets[partition]
	}
	return model.NoOffset
}

// wanted returns the partitions to read.
func (t *tailer) wanted(topic *model.Topic) ([]int32, *model.Problem) {
	var ids []int32
	for i := range topic.Partitions {
		if id := topic.Partitions[i].ID; t.partitions.Has(id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 && !t.partitions.All() {
		return nil, &model.Problem{
			Kind: model.Gone,
			Says: fmt.Sprintf("Topic %s has no partition %s", t.topic, t.partitions),
			Fix:  fmt.Sprintf("choose one of 0 to %d", len(topic.Partitions)-1),
		}
	}
	return ids, nil
}

// placeOne sets where a partition is read from, given where its log starts and
// ends; where that is not known, the client library looks when it can.
func (t *tailer) placeOne(ctx context.Context, p int32, start, end int64) {
	at, ok := t.next[p]
	fresh := t.begun && !t.known[p] // it was not there when the tail began
	t.known[p] = true
	switch {
	case start == model.NoOffset || end == model.NoOffset:
		return
	case ok && at < start:
		t.lose(ctx, fmt.Sprintf("Offsets %d to %d of %s/%d were deleted before they were read", at, start-1, t.topic, p),
			"raise the topic's retention, or read faster")
		t.next[p] = start
	case ok && at > end:
		t.lose(ctx, fmt.Sprintf("The log of %s/%d ends at %d by now, before the %d that was read", t.topic, p, end, at),
			"a replica without the latest records became leader; the tail goes on at the end")
		t.next[p] = end
	case ok:
	case fresh, t.q.From.At == model.AtBeginning:
		t.next[p] = start
	case t.q.From.At == model.AtLast:
		t.next[p] = max(start, end-max(0, t.q.From.N))
	default:
		t.next[p] = end
	}
}

// lose says that records cannot be read. It stands until others are.
func (t *tailer) lose(ctx context.Context, says, fix string) {
	t.sick, t.lossy = false, true
	t.say(ctx, &model.Problem{Kind: model.Failed, Says: says, Fix: fix, Cause: kerr.OffsetOutOfRange})
}

// offset returns where the client library shall begin to read a partition.
func (t *tailer) offset(p int32) kgo.Offset {
	if at, ok := t.next[p]; ok {
		return kgo.NewOffset().At(at)
	}
	switch t.q.From.At {
	case model.AtBeginning:
		return kgo.NewOffset().AtStart()
	case model.AtLast:
		return kgo.NewOffset().AtEnd().Relative(-max(0, t.q.From.N))
	}
	return kgo.NewOffset().AtEnd()
}

// session reads until something goes wrong, and says what; nil if the partitions
// only have to be placed anew, or ctx is done.
func (t *tailer) session(ctx context.Context) *model.Problem {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	partitions := map[int32]kgo.Offset{}
	for p := range t.known {
		partitions[p] = t.offset(p)
	}
	cl, err := kgo.NewClient(append(t.c.optsNow(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{t.topic: partitions}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchMaxBytes(8<<20),
		kgo.FetchMaxPartitionBytes(1<<20),
		kgo.MaxConcurrentFetches(4),
		kgo.MaxDecompressBatchBytes(128<<20),
		kgo.FetchMaxWait(2*time.Second),
	)...)
	if err != nil {
		return problemOf(err)
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		t.watch(ctx, len(t.known), cancel)
	}()
	t.well(ctx)
	problem := t.read(ctx, cl)
	cancel(nil)
	<-watched
	cl.Close()
	if problem == nil {
		errors.As(context.Cause(ctx), &problem)
	}
	return problem
}

// errChanged ends a session because the topic has other partitions, or is another
// topic of the same name.
var errChanged = errors.New("the topic has changed")

// watch ends the session when the topic is gone or has changed, and says when
// partitions have no leader to read them from.
func (t *tailer) watch(ctx context.Context, partitions int, end context.CancelCauseFunc) {
	leaderless := 0
	for {
		pause(ctx, watching)
		if ctx.Err() != nil {
			return
		}
		topic, err := t.c.describe(ctx, t.topic)
		if err != nil {
			continue // brokers come and go; the reading goes on or says what it lacks
		}
		if topic.Problem != nil {
			end(asRead(topic.Problem))
			return
		}
		wanted, problem := t.wanted(&topic)
		if problem != nil {
			end(problem)
			return
		}
		if topic.ID != t.id || len(wanted) != partitions {
			end(errChanged)
			return
		}
		if n := without(&topic, wanted); n != leaderless {
			leaderless = n
			t.say(ctx, leaderlessProblem(t.topic, n, len(wanted)))
		}
	}
}

// without counts the partitions that have no leader.
func without(topic *model.Topic, wanted []int32) int {
	n := 0
	for i := range topic.Partitions {
		if p := &topic.Partitions[i]; p.Offline() && slices.Contains(wanted, p.ID) {
			n++
		}
	}
	return n
}

// leaderlessProblem says that partitions cannot be read; nil if all can.
func leaderlessProblem(topic string, n, of int) *model.Problem {
	if n == 0 {
		return nil
	}
	return &model.Problem{
		Kind: model.Failed,
		Says: fmt.Sprintf("%d of %d partitions of %s have no leader, so that nothing can be read of them", n, of, topic),
		Fix:  "start a broker that holds a replica",
	}
}

// read takes in what the client library has fetched, until something goes wrong;
// an offset out of range is for place to say, which knows how far.
func (t *tailer) read(ctx context.Context, cl *kgo.Client) *model.Problem {
	for {
		err := t.take(ctx, t.poll(ctx, cl))
		switch {
		case ctx.Err() != nil, errors.Is(err, kerr.OffsetOutOfRange):
			return nil
		case err != nil:
			return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + t.topic})
		}
	}
}

// wholeChunk is how many records of a whole tail are handed on at once.
const wholeChunk = 1000

func (t *tailer) poll(ctx context.Context, cl *kgo.Client) kgo.Fetches {
	if t.q.Whole {
		return cl.PollRecords(ctx, wholeChunk)
	}
	return cl.PollFetches(ctx)
}

// take hands records on, remembers how far they go, and returns what went wrong.
func (t *tailer) take(ctx context.Context, fetches kgo.Fetches) (failed error) {
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if n := len(p.Records); n > 0 {
			t.next[p.Partition] = p.Records[n-1].Offset + 1
		}
	})
	if t.q.Whole {
		t.takeWhole(ctx, fetches)
	} else {
		t.recent.add(fetches)
	}
	if t.lossy && fetches.NumRecords() > 0 {
		t.lossy = false
		t.say(ctx, nil)
	}
	fetches.EachError(func(_ string, _ int32, err error) {
		if failed == nil || errors.Is(failed, kerr.OffsetOutOfRange) {
			failed = err
		}
	})
	return failed
}

// takeWhole hands records on, and waits until they are no longer looked at.
func (t *tailer) takeWhole(ctx context.Context, fetches kgo.Fetches) {
	if fetches.NumRecords() == 0 {
		return
	}
	select {
	case t.chunks <- fetches:
	case <-ctx.Done():
		return
	}
	<-t.taken
}
