package kafka

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

// A watched group is what came of watching one, all of it in order.
type watched struct {
	mu     sync.Mutex
	events []model.Event
	more   chan struct{} // holds a token when something came
	ended  chan error
}

func watch(t testing.TB, c *Client, group string) *watched {
	t.Helper()
	w := &watched{more: make(chan struct{}, 1), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		w.ended <- c.Ask(ctx, model.WatchGroup{Group: group}, func(e model.Event) {
			w.mu.Lock()
			w.events = append(w.events, e)
			w.mu.Unlock()
			select {
			case w.more <- struct{}{}:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-w.ended:
		case <-time.After(atOnce):
			t.Error("the watch did not end with its context")
		}
	})
	return w
}

// until waits for an event of type E that is as wanted, among those from the given
// one on, and returns it and the number of the one after it.
func until[E model.Event](t testing.TB, w *watched, what string, from int, ok func(E) bool) (E, int) {
	t.Helper()
	end := time.After(forever)
	for i := from; ; {
		w.mu.Lock()
		events := w.events
		w.mu.Unlock()
		for ; i < len(events); i++ {
			if e, is := events[i].(E); is && ok(e) {
				return e, i + 1
			}
		}
		select {
		case <-w.more:
		case <-end:
			for _, e := range events[from:] {
				t.Logf("%T %+v", e, e)
			}
			t.Fatalf("not seen: %s", what)
		}
	}
}

func untilGroup(t testing.TB, w *watched, what string, from int, ok func(*model.Group) bool) (*model.Group, int) {
	t.Helper()
	e, next := until(t, w, what, from, func(e model.GroupsDescribed) bool { return len(e.Groups) == 1 && ok(&e.Groups[0]) })
	return &e.Groups[0], next
}

// member joins a group and returns how to leave it.
func member(t testing.TB, seeds []string, group, client string, opts ...kgo.Opt) (leave func()) {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(seeds...), kgo.ConsumerGroup(group), kgo.ConsumeTopics("orders"), kgo.ClientID(client),
		kgo.HeartbeatInterval(200 * time.Millisecond), kgo.AutoCommitInterval(200 * time.Millisecond),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			cl.PollFetches(ctx)
		}
	})
	leave = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
		cl.Close()
	})
	t.Cleanup(leave)
	return leave
}

func stableOf(members int) func(*model.Group) bool {
	return func(g *model.Group) bool {
		return g.Problem == nil && g.State == "Stable" && len(g.Members) == members
	}
}

func TestWatchGroup(t *testing.T) {
	for name, opts := range map[string][]kgo.Opt{
		"eager":       {kgo.Balancers(kgo.RangeBalancer())},
		"cooperative": {kgo.Balancers(kgo.CooperativeStickyBalancer())},
		"consumer":    {kgo.ServerSideBalancer()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"), kfake.BrokerConfigs(map[string]string{"group.consumer.heartbeat.interval.ms": "200"}))
			seed(t, cluster, "orders", 4, 5)
			w := watch(t, dial(t, cluster), "billing")
			_, next := untilGroup(t, w, "that there is no group", 0, func(g *model.Group) bool { return isGone(g.Problem) })

			member(t, cluster.ListenAddrs(), "billing", "one", opts...)
			g, next := untilGroup(t, w, "the group", next, stableOf(1))
			if g.Members[0].ClientID != "one" || g.Members[0].Partitions() != 4 || len(g.Members[0].Subscribed) != 1 {
				t.Errorf("group = %+v", g)
			}
			read, next := until(t, w, "its lag", next, func(e model.LagsRead) bool {
				r := e.Groups[0]
				return r.Problem == nil && len(r.Topics) == 1 && r.Topics[0].Partitions[3].Committed == 5
			})
			if p := read.Groups[0].Topics[0].Partitions[3]; p.Start != 0 || p.End != 5 || p.Lag != 0 || p.ID != 3 {
				t.Errorf("lag = %+v", p)
			}
			leave := member(t, cluster.ListenAddrs(), "billing", "two", opts...)
			g, next = untilGroup(t, w, "two members", next, func(g *model.Group) bool {
				return stableOf(2)(g) && g.Members[0].Partitions() == 2 && g.Members[1].Partitions() == 2
			})
			if g.Epoch < 2 || g.Inferred != (name != "consumer") {
				t.Errorf("epoch = %d, inferred %v", g.Epoch, g.Inferred)
			}
			leave()
			untilGroup(t, w, "one member", next, func(g *model.Group) bool { return stableOf(1)(g) && g.Members[0].Partitions() == 4 })
		})
	}
}

// A group whose coordinator goes to another broker is found there, and nothing of it
// is lost to view.
func TestWatchGroupFollowsTheCoordinator(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	member(t, cluster.ListenAddrs(), "billing", "one")
	c := dial(t, cluster)
	w := watch(t, c, "billing")
	g, next := untilGroup(t, w, "the group", 0, stableOf(1))
	moved := (g.Coordinator + 1) % 3
	cluster.ControlKey(int16(kmsg.DescribeGroups), func(kr kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := kr.ResponseKind().(*kmsg.DescribeGroupsResponse)
		one := kmsg.NewDescribeGroupsResponseGroup()
		one.Group, one.ErrorCode = "billing", kerr.NotCoordinator.Code
		if cluster.CurrentNode() == moved {
			one.State, one.ErrorCode = "Empty", 0
		}
		resp.Groups = append(resp.Groups, one)
		return resp, nil, true
	})
	cluster.ControlKey(int16(kmsg.FindCoordinator), func(kr kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		req := kr.(*kmsg.FindCoordinatorRequest)
		resp := req.ResponseKind().(*kmsg.FindCoordinatorResponse)
		for _, key := range req.CoordinatorKeys {
			at := kmsg.NewFindCoordinatorResponseCoordinator()
			at.Key, at.NodeID = key, moved
			resp.Coordinators = append(resp.Coordinators, at)
		}
		return resp, nil, true
	})
	untilGroup(t, w, "the group at another broker", next, func(g *model.Group) bool { return g.Coordinator == moved && g.State == "Empty" })
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events[next:] {
		if e, ok := e.(model.GroupsDescribed); ok && e.Groups[0].Problem != nil {
			t.Errorf("a problem meanwhile: %v", e.Groups[0].Problem)
		}
	}
}

// Brokers before Kafka 3.0 are asked for one coordinator at a time, and list no kinds
// of group.
func TestWatchGroupOfOldBrokers(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"), kfake.MaxVersions(kversion.V2_8_0()))
	commitAt(t, cluster, "other", 1)
	commitAt(t, cluster, "third", 1)
	c := dial(t, cluster)
	w := watch(t, c, "billing")
	_, next := untilGroup(t, w, "that there is no group", 0, func(g *model.Group) bool { return isGone(g.Problem) })
	member(t, cluster.ListenAddrs(), "billing", "one")
	untilGroup(t, w, "the group", next, stableOf(1))
	found, unfound, err := c.findCoordinators(t.Context(), []string{"billing", "other", "third"})
	if err != nil || len(found) != 3 || len(unfound) != 0 {
		t.Errorf("found %v, not %v: %v", found, unfound, err)
	}
}

// A classic group that is deleted may come back as another kind.
func TestWatchGroupOfAnotherKind(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	leave := member(t, cluster.ListenAddrs(), "billing", "one")
	c := dial(t, cluster)
	w := watch(t, c, "billing")
	_, next := untilGroup(t, w, "the group", 0, stableOf(1))
	leave()
	_, next = untilGroup(t, w, "the empty group", next, func(g *model.Group) bool { return g.State == "Empty" })
	if _, err := kadm.NewClient(c.cl).DeleteGroup(t.Context(), "billing"); err != nil {
		t.Fatal(err)
	}
	_, next = untilGroup(t, w, "that it is gone", next, func(g *model.Group) bool { return isGone(g.Problem) })
	member(t, cluster.ListenAddrs(), "billing", "one", kgo.ServerSideBalancer())
	untilGroup(t, w, "the group as another kind", next, func(g *model.Group) bool { return stableOf(1)(g) && g.Kind == model.Consumer })
}

// Watching one group that nothing happens to costs less than five requests a second.
func TestWatchGroupIsDecent(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(12, "orders"))
	member(t, cluster.ListenAddrs(), "billing", "one")
	asked := &requests{}
	c, err := Dial(model.Connection{Seeds: cluster.ListenAddrs()}, kgo.WithHooks(asked))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	w := watch(t, c, "billing")
	next := 0
	lags := func(n int) {
		for range n {
			_, next = until(t, w, "its lag", next, func(e model.LagsRead) bool { return true })
		}
	}
	lags(3) // at first it is often looked whether its log can be read, which it cannot here
	before, begin := asked.count(), time.Now()
	lags(3)
	n, took := asked.count()-before, time.Since(begin)
	if float64(n)/took.Seconds() >= 5 {
		t.Errorf("%d requests in %v", n, took)
	}
}

// requests counts what is sent.
type requests struct {
	mu sync.Mutex
	n  map[int16]int
}

func (r *requests) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == nil {
		r.n = map[int16]int{}
	}
	r.n[key]++
}

func (r *requests) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := 0
	for _, n := range r.n {
		sum += n
	}
	return sum
}

// The busier the log is, the more seldom the lag is read.
func TestLagInterval(t *testing.T) {
	for name, test := range map[string]struct {
		followed bool
		requests int
		fetches  float64
		want     time.Duration
	}{
		"by polling":                   {false, 4, 0, 6 * time.Second},
		"by polling, many leaders":     {false, 9, 0, 12857 * time.Millisecond},
		"by polling, a large cluster":  {false, 100, 0, lagSlowest},
		"a quiet log":                  {true, 4, 0.5, 2 * time.Second},
		"a log with commits":           {true, 4, 2, 5714 * time.Millisecond},
		"a log with very many commits": {true, 4, 20, 13333 * time.Millisecond},
	} {
		w := &watcher{followed: test.followed}
		if got := w.lagInterval(test.requests, test.fetches).Truncate(time.Millisecond); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
