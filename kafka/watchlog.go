package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/grouplog"
	"kscope/model"
)

// A follower reads the log of a watched group: its partition of __consumer_offsets,
// from the beginning, and then on as it comes. When anything goes wrong it goes on
// where it was.
type follower struct {
	w      *watcher
	replay *grouplog.Replayer
	topic  [16]byte

	next int64 // the offset after the last that was read; model.NoOffset at first
	from int64 // where reading began
	goal int64 // where the past ends: what is before was written before it was asked

	caught bool                // the past was read and told
	past   []model.Observation // until then
	weight int                 // of past, in members
	oldest time.Time           // of the oldest record that was read
	reread bool                // the past was told before
	told   time.Time           // when something was last told

	failed int // times in a row that the log could not be read

	heard    atomic.Int64 // when a fetch was last answered, in Unix nanoseconds
	answered atomic.Bool  // one was, in this session
	idle     atomic.Bool  // the last brought nothing
}

const (
	// So many records are read of the past at most. The groups that are not classic are
	// told by records that may be as old as their members, so that more are read.
	pastRecords      = 2_000_000
	pastRecordsWhole = 20_000_000
	// pastWeight bounds what is kept of the past, in members over all observations.
	pastWeight = 200_000
	// fetchWait is how long a broker waits for records that are not there yet.
	fetchWait = 2 * time.Second
	// fetchLost is after what time without an answer the log is taken for lost.
	fetchLost = 10 * time.Second
	// A fetch that brings nothing takes fewer bytes than that.
	fetchEmpty = 100
	// fetchSpacing is how far apart the fetches of a busy partition are, once there were
	// fetchBurst of them in a second.
	fetchSpacing = 50 * time.Millisecond
	fetchBurst   = 10
	// progressEach is how often it is told how far the past was read.
	progressEach = 200 * time.Millisecond
	// A log that cannot be read is tried again more and more seldom, down to that.
	retrySlowest = 30 * time.Second
)

// follow reads the group's log until ctx is done.
//
//	API   DescribeTopicPartitions (75) or Metadata (3) of __consumer_offsets,
//	      ListOffsets (2) and Fetch (1) of the group's partition, on connections of its
//	      own, without a group
//	Cost  all the partition's records of the past, at most 2,000,000, or 20,000,000 if
//	      the group is not classic; then what comes, in at most 20 fetches a second
//	ACL   Read on Topic __consumer_offsets
//	Error GroupLogged with model.LogRefused says why it cannot be read; it is tried
//	      again every now and then
func (w *watcher) follow(ctx context.Context) {
	select {
	case <-w.looked: // what kind of group it is
	case <-ctx.Done():
		return
	}
	f := &follower{w: w}
	f.anew(ctx)
	for ctx.Err() == nil {
		problem := f.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if problem == nil { // go on at once, where it was
			pause(ctx, again/4)
			continue
		}
		w.setFollowed(false)
		f.tell(ctx, model.GroupLogged{Log: model.LogState{State: model.LogRefused, Problem: problem}})
		f.anew(ctx) // what polling tells meanwhile is to be replaced by all that happened
		f.failed++
		pause(ctx, min(retrySlowest, again<<min(f.failed-1, 10)))
	}
}

// anew has the log be read from its beginning.
func (f *follower) anew(ctx context.Context) {
	f.replay = grouplog.NewReplayer(f.w.group, logTopics{ctx, f.w.c})
	f.next, f.caught, f.past, f.weight, f.oldest = model.NoOffset, false, nil, 0, time.Time{}
}

func (w *watcher) setFollowed(followed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.followed = followed
}

// hint has the group looked at soon.
func (w *watcher) hint() {
	select {
	case w.hints <- struct{}{}:
	default:
	}
}

// session reads until something goes wrong, and says what; nil if the log only has to
// be placed anew.
func (f *follower) session(ctx context.Context) *model.Problem {
	partition, problem := f.place(ctx)
	if problem != nil {
		return problem
	}
	f.heard.Store(time.Now().UnixNano())
	f.idle.Store(false)
	f.answered.Store(false)
	cl, err := kgo.NewClient(append(f.w.c.optsNow(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{model.GroupTopic: {partition: kgo.NewOffset().At(f.next)}}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.KeepControlRecords(), // offsets count: the past may end with one
		kgo.FetchMinBytes(1),
		kgo.FetchMaxWait(fetchWait),
		kgo.FetchMaxBytes(4<<20),
		kgo.FetchMaxPartitionBytes(4<<20),
		kgo.MaxConcurrentFetches(1),
		kgo.MaxDecompressBatchBytes(128<<20),
		kgo.WithHooks(f),
	)...)
	if err != nil {
		return problemOf(err)
	}
	defer cl.Close()
	return f.read(ctx, cl)
}

// OnBrokerE2E implements kgo.HookBrokerE2E: it takes down that the log's leader
// answers.
func (f *follower) OnBrokerE2E(_ kgo.BrokerMetadata, key int16, e2e kgo.BrokerE2E) {
	if key == int16(kmsg.Fetch) && e2e.Err() == nil {
		f.heard.Store(time.Now().UnixNano())
		f.idle.Store(e2e.BytesRead < fetchEmpty)
		f.answered.Store(true)
		f.w.fetched.Add(1)
	}
}

// place finds the group's partition and where to read it from.
func (f *follower) place(life context.Context) (partition int32, problem *model.Problem) {
	ctx, cancel := context.WithTimeout(life, f.w.c.timeout)
	defer cancel()
	topic, err := f.w.c.describe(ctx, model.GroupTopic)
	switch {
	case err != nil:
		return 0, problemOf(err)
	case topic.Problem != nil:
		return 0, asRead(topic.Problem)
	case len(topic.Partitions) == 0:
		return 0, gone(model.GroupTopic)
	}
	partition = int32(model.GroupPartition(f.w.group, len(topic.Partitions)))
	one := unreadPartition(partition)
	reads := []model.GroupRead{{Topics: []model.TopicLag{{Topic: model.GroupTopic, Partitions: []model.PartitionLag{one}}}}}
	f.w.c.findEnds(ctx, reads, bothEnds)
	read := &reads[0].Topics[0]
	start, end := read.Partitions[0].Start, read.Partitions[0].End
	if start == model.NoOffset || end == model.NoOffset {
		return 0, cmp.Or(read.Problem, leaderlessProblem([]string{fmt.Sprintf("%s/%d", model.GroupTopic, partition)}))
	}
	if f.next != model.NoOffset && f.topic == topic.ID && f.next >= start && f.next <= end {
		return partition, nil
	}
	f.anew(life)
	f.w.setFollowed(false)
	f.topic, f.goal = topic.ID, end
	f.from = max(start, end-f.w.pastRecords())
	f.next = f.from
	return partition, nil
}

func (w *watcher) pastRecords() int64 {
	if at, _ := w.where(); at.kind == model.Classic || at.kind == "" {
		return pastRecords
	}
	return pastRecordsWhole
}

// read takes in what is fetched.
func (f *follower) read(ctx context.Context, cl *kgo.Client) *model.Problem {
	var pace pacer
	for {
		fetches := f.poll(ctx, cl)
		if ctx.Err() != nil {
			return nil
		}
		f.take(fetches)
		if err := firstError(fetches); err != nil {
			return f.trouble(ctx, err)
		}
		if f.answered.Load() {
			f.report(ctx)
		}
		if silent := time.Since(time.Unix(0, f.heard.Load())); silent > fetchLost {
			return &model.Problem{
				Kind: model.Unreachable,
				Says: "The leader of the group's partition of " + model.GroupTopic + " does not answer",
				Fix:  "look whether its broker runs",
			}
		}
		if f.caught {
			pause(ctx, pace.wait(time.Now(), fetches.NumRecords()))
		}
	}
}

// trouble says what to do about an error of a fetch: nil to place the log anew.
func (f *follower) trouble(ctx context.Context, err error) *model.Problem {
	var lost *kgo.ErrDataLoss
	switch {
	case errors.As(err, &lost): // a replica without the latest records became leader
		f.anew(ctx)
		return nil
	case errors.Is(err, kerr.OffsetOutOfRange):
		return nil
	}
	return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + model.GroupTopic})
}

// poll waits for records, but not for ever: the leader may be lost.
func (f *follower) poll(ctx context.Context, cl *kgo.Client) kgo.Fetches {
	limit := fetchWait
	if !f.caught {
		limit = progressEach
	}
	own, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return cl.PollFetches(own)
}

// firstError returns what went wrong with a fetch; the end of a poll is not that.
func firstError(fetches kgo.Fetches) error {
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) && !errors.Is(e.Err, context.Canceled) {
			return e.Err
		}
	}
	return nil
}

func (f *follower) take(fetches kgo.Fetches) {
	fetches.EachRecord(func(r *kgo.Record) {
		if r.Offset < f.next {
			return
		}
		f.next = r.Offset + 1
		if f.oldest.IsZero() {
			f.oldest = r.Timestamp
		}
		if !r.Attrs.IsControl() {
			f.replay.Add(r.Key, r.Value, r.Timestamp)
		}
	})
}

// report hands on what the records tell. The past goes as a whole, once it was read.
func (f *follower) report(ctx context.Context) {
	f.replay.Assigns(f.w.assignor())
	seen := f.replay.Take()
	if f.caught {
		f.reportNew(ctx, seen)
		return
	}
	f.keep(seen)
	state := model.LogState{State: model.LogReading, Read: f.share(), From: f.oldest}
	if f.next < f.goal && !f.idle.Load() {
		if time.Since(f.told) >= progressEach {
			f.tell(ctx, model.GroupLogged{Log: state})
		}
		return
	}
	f.tell(ctx, model.GroupLogged{Anew: true, Observations: f.past, Log: f.following()})
	f.w.setFollowed(len(f.past) > 0) // a log without a word of the group may not be where it is kept
	f.caught, f.reread, f.past, f.weight, f.failed = true, true, nil, 0, 0
	f.w.hint()
}

// reportNew hands on what was seen just now.
func (f *follower) reportNew(ctx context.Context, seen []model.Observation) {
	if len(seen) == 0 {
		return
	}
	f.w.hint()
	at, _ := f.w.where()
	for i := range seen {
		seen[i].Group.Coordinator = at.coordinator
	}
	f.tell(ctx, model.GroupLogged{Observations: seen, Log: f.following()})
	f.w.setFollowed(true)
}

func (f *follower) following() model.LogState {
	return model.LogState{State: model.LogFollowed, Read: 1, From: f.oldest}
}

// share returns how much was read of the past.
func (f *follower) share() float64 {
	if f.goal <= f.from {
		return 1
	}
	return min(1, float64(f.next-f.from)/float64(f.goal-f.from))
}

// keep adds to the past, and drops the oldest of it where it becomes too much.
func (f *follower) keep(seen []model.Observation) {
	for i := range seen {
		seen[i].Past = !f.reread || seen[i].At.Before(f.w.begun)
		f.past = append(f.past, seen[i])
		f.weight += 1 + len(seen[i].Group.Members)
	}
	drop := 0
	for len(f.past)-drop > model.MomentsKept || f.weight > pastWeight && len(f.past)-drop > 1 {
		f.weight -= 1 + len(f.past[drop].Group.Members)
		drop++
	}
	if drop > 0 {
		f.past = append([]model.Observation(nil), f.past[drop:]...)
		f.oldest = f.past[0].At
	}
}

// tell hands on an event of the log.
func (f *follower) tell(ctx context.Context, e model.GroupLogged) {
	e.At, e.Group = time.Now(), f.w.group
	f.told = e.At
	f.w.emit(ctx, e)
}

// A pacer keeps the fetches of a busy partition apart.
type pacer struct {
	since time.Time
	n     int
}

// wait returns how long to wait before the next fetch, after one that brought so many
// records.
func (p *pacer) wait(now time.Time, records int) time.Duration {
	if records == 0 {
		return 0
	}
	if now.Sub(p.since) >= time.Second {
		p.since, p.n = now, 0
	}
	if p.n++; p.n <= fetchBurst {
		return 0
	}
	return fetchSpacing
}

// logTopics tells of topics what the group's log does not.
type logTopics struct {
	ctx context.Context
	c   *Client
}

// Name implements grouplog.Topics.
func (t logTopics) Name(id [16]byte) string {
	t.c.learnTopics(t.ctx, func(yield func(string, [16]byte)) { yield("", id) })
	return t.c.topicName("", id)
}

// Partitions implements grouplog.Topics.
func (t logTopics) Partitions(topic string) int {
	known, _ := t.c.layout.topic(topic)
	return len(known)
}
