package kafka

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// A tailer reads partitions and begins anew, where it was, when anything goes wrong.
// It does so itself because the client library notices a deleted topic only after
// 12 s, and asks for an offset that is out of range thousands of times a second.
//
// One goroutine places partitions and reads them; while it reads, another watches the
// topics (see watch). What either has to tell goes through the news.
type tailer struct {
	*reading
	c       *Client
	q       model.Tail
	targets *model.TargetSet
	filter  *filter // nil if everything passes

	state sync.Mutex // guards how topics and partitions are read, while one watches

	out     news
	trouble troubles
	chunks  chan chunk      // of a whole tail: what was read
	chunk   chunk           // what is being read
	before  chunk           // what was handed on last, and may be looked at
	over    <-chan struct{} // closed once nothing is handed on any more
	behind  reach
	halted  map[string][]int32 // partitions that were read to where they stop
	opening bool               // no partition of those of q was placed yet
	ended   model.Finish
	lost    lostBrokers
	size    *fetchSize // of this session
}

// A reading is where a tail is, and what it has kept: tails of one session hand it on.
type reading struct {
	q      model.Tail // of the tail that had it last
	opened time.Time
	topics map[string]*topicRead
	kept   *keeping
}

// A topicRead is a topic as it is read.
type topicRead struct {
	name       string
	id         [16]byte
	size       int // how many partitions it has; 0 if it was never described
	partitions map[int32]*partitionRead
	wanted     bool           // it is among the targets
	missed     bool           // there was no such topic: all that will be in it is new
	problem    *model.Problem // why it cannot be read; it is tried again
	failed     int            // times in a row
	retry      time.Time
	leaders    []int32 // by partition, as last described
}

// A partitionRead is a partition as it is read.
type partitionRead struct {
	id      int32
	wanted  bool
	fresh   bool  // it was not there when the tail began: it is read from its start
	late    bool  // it was, but had no leader
	next    int64 // the offset to go on at; model.NoOffset until that is known
	from    int64 // where next was at first
	stop    int64 // reading ends before it; model.NoOffset if it does not
	stopped bool  // it has come there
	high    int64 // where the log ended when that was last heard
}

const (
	// openingTime is how long a tail may take to find where it begins before it is
	// said to be open.
	openingTime = time.Second
	// watching is how often a tail looks whether its topics are still there, and have
	// new partitions or other leaders.
	watching = 2 * time.Second
	// again is how long it waits after trouble, at first.
	again = time.Second
)

func newReading(q model.Tail) *reading {
	return &reading{q: q, opened: time.Now(), topics: map[string]*topicRead{}, kept: newKeeping(q.Memory)}
}

func newTailer(c *Client, q model.Tail, r *reading, f *filter, over <-chan struct{}) *tailer {
	t := &tailer{
		reading: r, c: c, q: q, targets: q.Targets.Set(), filter: f, opening: true,
		chunks: make(chan chunk), over: over, halted: map[string][]int32{},
	}
	t.out.init()
	return t
}

// prepare finds where to begin, so that whatever is written once the tail is said
// to be open will be read.
func (t *tailer) prepare(ctx context.Context) *model.Problem {
	ctx, cancel := context.WithTimeout(ctx, openingTime)
	defer cancel()
	return t.place(ctx)
}

// run reads until ctx is done or all was read that was asked for. Problem is what
// prepare said.
func (t *tailer) run(ctx context.Context, problem *model.Problem) {
	for first := true; ctx.Err() == nil; first = false {
		if !first {
			problem = t.place(ctx)
		}
		t.general(problem)
		if problem == nil {
			problem = t.session(ctx)
			t.general(problem)
		}
		switch {
		case t.ended != model.NotFinished:
			return
		case problem != nil:
			pause(ctx, again)
		default:
			pause(ctx, again/10) // and place it anew
		}
	}
}

// session reads until something goes wrong, and says what; nil if partitions only have
// to be placed anew, ctx is done, or all is read.
func (t *tailer) session(ctx context.Context) *model.Problem {
	from := t.readable()
	if t.endIfRead() {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if len(from) == 0 { // until one can be read
		t.watch(ctx, cancel)
		return nil
	}
	t.size = newFetchSize(len(t.c.nodes.best()))
	cl, err := kgo.NewClient(t.options(from)...)
	if err != nil {
		return problemOf(err)
	}
	t.size.begin(cl.UpdateFetchMaxBytes)
	defer cl.Close()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		t.watch(ctx, cancel)
	}()
	err = t.read(ctx, cl)
	cancel(nil)
	<-watched
	if err == nil || errors.Is(err, errChanged) {
		return nil
	}
	return problemOf(err)
}

// readable returns where to begin with the partitions that can be read.
func (t *tailer) readable() map[string]map[int32]kgo.Offset {
	from := map[string]map[int32]kgo.Offset{}
	for name, topic := range t.topics {
		if !topic.wanted || topic.problem != nil {
			continue
		}
		for id, p := range topic.partitions {
			if !p.wanted || p.stopped || p.next == model.NoOffset {
				continue
			}
			if from[name] == nil {
				from[name] = map[int32]kgo.Offset{}
			}
			from[name][id] = kgo.NewOffset().At(p.next)
		}
	}
	return from
}

// options returns what the client that reads is made with. It has a fetch under way, or
// waiting, for each broker: were there fewer than brokers, those without records would
// keep the others waiting.
func (t *tailer) options(from map[string]map[int32]kgo.Offset) []kgo.Opt {
	isolation := kgo.ReadUncommitted()
	if t.committed() {
		isolation = kgo.ReadCommitted()
	}
	return slices.Concat(t.c.optsNow(), t.size.of(), []kgo.Opt{
		kgo.ConsumePartitions(from),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchIsolationLevel(isolation),
		kgo.KeepControlRecords(), // they take up offsets, and say what became of a transaction
		kgo.FetchMinBytes(1),
		kgo.FetchMaxWait(fetchWait),
		kgo.MaxDecompressBatchBytes(128 << 20),
		kgo.WithPools(&pools{}),
		kgo.WithHooks(t),
	})
}

// committed reports whether records of open and aborted transactions are left out.
func (t *tailer) committed() bool { return t.q.Committed && !t.q.Control }

// endIfRead ends the tail if all was read that was asked for.
func (t *tailer) endIfRead() bool {
	if t.ended != model.NotFinished || t.q.Until.At == model.StopNever || t.q.Until.At == model.StopAfter || t.opening {
		return t.ended != model.NotFinished
	}
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			if topic.wanted && p.wanted && !p.stopped {
				return false
			}
		}
		if topic.wanted && topic.problem != nil && topic.problem.Kind != model.Gone {
			return false
		}
	}
	t.ended = model.FinishedEnd
	return true
}

// noStop reports whether it is not known where the partition is read to.
func (p *partitionRead) noStop() bool { return p.stop == model.NoOffset }
