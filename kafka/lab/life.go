package lab

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// A life is what a test consumer is from when it joins until it leaves or dies: one
// client.
type life struct {
	m    *member
	cl   *kgo.Client
	line *line

	ctx    context.Context // of all that the client does
	abort  context.CancelFunc
	stop   context.CancelFunc // ends polling
	done   chan struct{}      // closed when polling has ended
	ending chan struct{}      // closed when nothing is held up any more

	mu     sync.Mutex
	unpoll context.CancelFunc // ends the poll that is under way
}

var _ kgo.HookGroupManageError = (*life)(nil)

// born starts a life: a client that joins the group by itself.
func born(m *member, session time.Duration) (*life, error) {
	o := &m.lab.options
	l := &life{m: m, line: newLine(o.Dial), done: make(chan struct{}), ending: make(chan struct{}), unpoll: func() {}}
	l.ctx, l.abort = context.WithCancel(context.Background())
	opts := append(o.Client(),
		kgo.DialTLSConfig(nil), // the dialer sees to it
		kgo.Dialer(l.line.connect),
		kgo.WithContext(l.ctx),
		kgo.WithHooks(l),
		kgo.ClientID(m.Name),
		kgo.ConsumerGroup(m.Group),
		kgo.ConsumeTopics(m.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()), // where nothing is committed
		kgo.SessionTimeout(session),
		kgo.HeartbeatInterval(o.Times.Heartbeat),
		kgo.RebalanceTimeout(o.Times.Poll),
		kgo.AutoCommitInterval(time.Second),
		kgo.FetchMaxWait(500*time.Millisecond),
		kgo.FetchMaxBytes(1<<20),
		kgo.FetchMaxPartitionBytes(256<<10),
		kgo.MaxConcurrentFetches(3),
		kgo.OnPartitionsAssigned(l.assigned),
		kgo.OnPartitionsRevoked(l.revoked),
		kgo.OnPartitionsLost(l.lost),
	)
	if m.InstanceID != "" {
		opts = append(opts, kgo.InstanceID(m.InstanceID))
	}
	var err error
	if l.cl, err = kgo.NewClient(append(opts, balancer(m.Assignor)...)...); err != nil {
		l.abort()
		return nil, err
	}
	polling, stop := context.WithCancel(l.ctx)
	l.stop = stop
	go l.poll(polling)
	return l, nil
}

// balancer returns the options for an assignor, nil if there is none of that name.
func balancer(a model.LabAssignor) []kgo.Opt {
	switch a {
	case model.LabRange:
		return []kgo.Opt{kgo.Balancers(kgo.RangeBalancer())}
	case model.LabRoundRobin:
		return []kgo.Opt{kgo.Balancers(kgo.RoundRobinBalancer())}
	case model.LabSticky:
		return []kgo.Opt{kgo.Balancers(kgo.StickyBalancer())}
	case model.LabCooperative:
		return []kgo.Opt{kgo.Balancers(kgo.CooperativeStickyBalancer())}
	case model.LabConsumer:
		return []kgo.Opt{kgo.Balancers(kgo.StickyBalancer()), kgo.ServerSideBalancer()} // uniform, to the broker
	}
	return nil
}

// poll reads records until ctx is done.
func (l *life) poll(ctx context.Context) {
	defer close(l.done)
	for ctx.Err() == nil {
		once, cancel := context.WithCancel(ctx)
		l.mu.Lock()
		l.unpoll = cancel
		l.mu.Unlock()
		if l.m.polling.pass(ctx.Done()) {
			fetches := l.cl.PollRecords(once, l.m.appetite())
			sleep(ctx, l.m.swallow(fetches.NumRecords(), failed(fetches)))
		}
		cancel()
	}
}

// failed returns an error of Kafka's among what was polled. That polling ended is
// none.
func failed(fetches kgo.Fetches) error {
	for _, e := range fetches.Errors() {
		var session *kgo.ErrGroupSession // told by the hook
		if !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, kgo.ErrClientClosed) && !errors.As(e.Err, &session) {
			return e.Err
		}
	}
	return nil
}

// unhand ends the poll that is under way: what it would have returned comes with
// the next one.
func (l *life) unhand() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unpoll()
}

// hold holds up what Java's consumer does from within poll, while nobody polls.
func (l *life) hold() {
	if !l.m.polling.isOpen() {
		l.m.polling.pass(l.ending)
	}
}

func (l *life) assigned(_ context.Context, _ *kgo.Client, added map[string][]int32) {
	l.hold()
	l.m.gain(l, added[l.m.Topic])
}

func (l *life) revoked(ctx context.Context, cl *kgo.Client, taken map[string][]int32) {
	l.hold()
	_ = cl.CommitUncommittedOffsets(ctx) // what cannot be committed is read again, as it should be
	l.m.lose(l, taken[l.m.Topic])
}

func (l *life) lost(_ context.Context, _ *kgo.Client, taken map[string][]int32) {
	l.m.lose(l, taken[l.m.Topic])
}

// OnGroupManageError implements kgo.HookGroupManageError. The client goes on trying.
func (l *life) OnGroupManageError(err error) { l.m.unsettled(l, err) }

// memberID returns the member id, empty if there is none yet.
func (l *life) memberID() string {
	id, _ := l.cl.GroupMetadata()
	return id
}

// leave ends the life as the client would: what was read is committed, and a
// dynamic member leaves the group. It is an error if that cannot be said in time.
func (l *life) leave(ctx context.Context) error {
	l.line.gate.set(true)
	close(l.ending)
	l.stop()
	<-l.done
	err := l.cl.LeaveGroupContext(ctx)
	l.bury()
	return err
}

// kill ends the life without a word to anybody.
func (l *life) kill() {
	l.line.close()
	close(l.ending)
	l.stop()
	l.bury()
	<-l.done
}

func (l *life) bury() {
	l.abort()
	l.cl.Close()
	l.line.close()
}
