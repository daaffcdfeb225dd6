package demo

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	clusterID      = "kscope-demo-cluster-00"
	defaultCatchUp = 4 * time.Second
	stepEvery      = 100 * time.Millisecond
)

var racks = [...]string{"a", "b", "c"} // of brokers 1, 2, 3

// Simulated says in short sentences what of the demo cluster is not as in real
// Kafka, for people who look at it.
var Simulated = []string{
	"brokers 1, 2 and 3 are one process; records are kept in memory, a few megabytes a topic",
	"followers copy nothing: ISR, replica sizes and catching up are shown as Kafka would, but no record is ever lost",
	"a stopped broker is noticed at once instead of when its session expires",
	"when a broker stops, coordinators of all groups may move, not only its own",
	"__consumer_offsets is empty: groups and their offsets are kept elsewhere",
	"the partition audit-log-1 never has its second replica in sync, as if that disk were too slow",
	"topics have ten of Kafka's configs, those that are acted on; replicas of a new topic are laid out round the brokers, whatever their racks",
	"disk totals in the log directories are made up, partition sizes are real",
	"the schema registry, which geo-positions (Protobuf) and fraud-scores (Avro) need, is in the same process",
}

// Options says what cluster to start; the zero value is the one that `kscope
// --demo` shows.
type Options struct {
	// Listen is the loopback host:port of the first broker, such as
	// 127.0.0.1:9092; the others take the next ports (port 0: any three). Empty
	// means no ports at all, [Cluster.Dial] is the only way in.
	Listen string
	// Still leaves out what changes by itself: no traffic and no group members.
	// Topics, their history and the offsets of groups without members are there.
	Still bool
	// CatchUp is the longest that a replica takes to get back in sync or to be
	// copied to a new broker, 4 s if zero.
	CatchUp time.Duration
	// Seed makes the data; runs with the same seed begin with the same records.
	Seed uint64

	young bool // no history: tests that do not look at it start sooner
}

// Cluster is a running demo cluster. Its methods may be called from any
// goroutine.
type Cluster struct {
	fake         *kfake.Cluster
	image        *image
	coordinators *coordinators
	passages     map[int32]*passage
	versions     *kmsg.ApiVersionsResponse // what apiVersions answers

	huge    bool
	still   bool
	seed    uint64
	catchUp time.Duration
	started time.Time

	ctx     context.Context // ends when Close begins
	cancel  context.CancelFunc
	workers sync.WaitGroup

	life    sync.RWMutex // held while kfake is called from outside
	closed  bool
	closing atomic.Bool // kfake no longer answers
}

// Start starts a demo cluster of three brokers with topics, history and,
// unless [Options].Still, traffic and groups. ctx bounds the start alone; the
// cluster runs until [Cluster.Close]. It is an error if Options.Listen is not
// a loopback address or its ports are taken.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	c, err := open(opts)
	if err != nil {
		return nil, err
	}
	c.coordinators.groups = demoGroups()
	if err := c.furnish(ctx, opts.young); err != nil {
		c.Close()
		return nil, err
	}
	c.work(c.step)
	if !opts.Still {
		c.work(c.produceAll)
		c.work(c.produceTransactions)
		c.work(c.runGroups)
		c.still = false
	}
	return c, nil
}

// open starts an empty cluster.
func open(opts Options, more ...kfake.Opt) (*Cluster, error) {
	gates, err := newGates(opts.Listen)
	if err != nil {
		return nil, err
	}
	c := &Cluster{
		passages: make(map[int32]*passage),
		still:    true,
		seed:     opts.Seed,
		catchUp:  opts.CatchUp,
		started:  time.Now(),
	}
	if c.catchUp == 0 {
		c.catchUp = defaultCatchUp
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	if c.fake, err = startFake(gates, more); err != nil {
		c.cancel()
		closeGates(gates)
		return nil, err
	}
	c.image = newImage(c.fake.MoveTopicPartition)
	c.image.controller = firstController
	c.coordinators = &coordinators{fake: c.fake, image: c.image, strangers: make(map[string]bool)}
	for i, rack := range racks {
		id := int32(i + 1)
		c.image.brokers = append(c.image.brokers, &broker{id: id, rack: rack, gate: gates[id], up: true})
		c.passages[id] = &passage{gate: gates[id]}
	}
	if err := c.askVersions(); err != nil {
		c.Close()
		return nil, err
	}
	c.hookAll()
	return c, nil
}

// startFake starts kfake with brokers 1, 2 and 3. kfake numbers its first
// brokers from 0 and makes the last of them the controller; so it starts with
// 0, 1 and 2, gets 3 and loses 0. Ports stand for gates.
func startFake(gates []*gate, more []kfake.Opt) (*kfake.Cluster, error) {
	options := append([]kfake.Opt{
		kfake.Ports(0, 1, 2),
		kfake.ListenFn(func(_, address string) (net.Listener, error) {
			_, port, _ := net.SplitHostPort(address)
			i, _ := strconv.Atoi(port)
			return gates[i], nil
		}),
		kfake.ClusterID(clusterID),
		kfake.GroupMinSessionTimeout(time.Second),
		kfake.BrokerConfigs(map[string]string{
			"log.cleaner.backoff.ms":                    "5000",
			"group.consumer.heartbeat.interval.ms":      "1000",
			"group.consumer.session.timeout.ms":         "10000",
			"group.share.session.timeout.ms":            "10000",
			"group.share.heartbeat.interval.ms":         "2000",
			"max.incremental.fetch.session.cache.slots": "200",
		}),
	}, more...)
	fake, err := kfake.NewCluster(options...)
	if err != nil {
		return nil, err
	}
	if _, _, err = fake.AddNode(3, 3); err == nil {
		err = fake.RemoveNode(0)
	}
	if err != nil {
		fake.Close()
		return nil, err
	}
	return fake, nil
}

// newGates makes the gates of kfake's brokers 0, which is never reached, to 3.
func newGates(listen string) ([]*gate, error) {
	gates := []*gate{newGate("kafka-0.demo:9092", nil)}
	host, port, err := loopback(listen)
	if err != nil {
		return nil, err
	}
	for i := 1; i <= len(racks); i++ {
		g := newGate(fmt.Sprintf("kafka-%d.demo:9092", i), nil)
		if listen != "" {
			at := port
			if port != 0 {
				at += i - 1
			}
			g = newGate(net.JoinHostPort(host, strconv.Itoa(at)), nil)
			g.bind = func() (net.Listener, error) { return net.Listen("tcp", g.advertised) }
		}
		gates = append(gates, g)
		if err := g.unlock(); err != nil {
			closeGates(gates)
			return nil, fmt.Errorf("listening for broker %d: %w", i, err)
		}
	}
	return gates, nil
}

func closeGates(gates []*gate) {
	for _, g := range gates {
		g.Close()
	}
}

// loopback splits a host:port and refuses hosts that others can reach: the
// demo asks nobody who they are.
func loopback(listen string) (host string, port int, err error) {
	if listen == "" {
		return "", 0, nil
	}
	host, digits, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, err
	}
	if port, err = strconv.Atoi(digits); err != nil || port < 0 || port > 65535-len(racks) {
		return "", 0, fmt.Errorf("%q is not a port for the first of %d brokers", digits, len(racks))
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", 0, fmt.Errorf("%s is not a loopback address; the demo cluster lets in everyone who reaches it", listen)
	}
	return host, port, nil
}

// Seeds gives the brokers' addresses (host:port), for kgo.SeedBrokers.
func (c *Cluster) Seeds() []string {
	var seeds []string
	for _, b := range c.Brokers() {
		seeds = append(seeds, b.Addr)
	}
	return seeds
}

// Dial connects to a broker of the cluster by an in-memory pipe, for
// kgo.Dialer; it works whether the cluster listens on ports or not. network is
// not looked at. It fails as a real dial does: *net.DNSError for an address
// that is no broker's, connection refused for a broker that is down.
func (c *Cluster) Dial(ctx context.Context, _, addr string) (net.Conn, error) {
	return c.dialFrom(ctx, "127.0.0.1", addr)
}

// dialFrom dials as a client on another host.
func (c *Cluster) dialFrom(ctx context.Context, from, addr string) (net.Conn, error) {
	for _, b := range c.image.brokers { // which are never added to or removed
		if b.gate.Addr().String() == addr {
			return b.gate.dial(ctx, from)
		}
	}
	host, _, _ := net.SplitHostPort(addr)
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
}

// Close ends the cluster: its own clients leave their groups, connections are
// cut, ports freed. It returns when no goroutine of the cluster is left that
// could do anything, and may be called again.
func (c *Cluster) Close() {
	c.cancel()
	c.workers.Wait()
	c.life.Lock()
	defer c.life.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.closing.Store(true)
	c.fake.Close()
	for _, p := range c.passages {
		p.close()
	}
	for _, b := range c.image.brokers {
		b.gate.Close()
	}
}

// work runs fn, which ends when c.ctx does, and has Close wait for it.
func (c *Cluster) work(fn func()) { c.workers.Go(fn) }

// step lets time pass for what takes time in the image.
func (c *Cluster) step() {
	tick := time.NewTicker(stepEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case now := <-tick.C:
			c.image.mu.Lock()
			c.image.copyOn(now)
			c.image.catchUp(now, c.catchUp)
			c.image.mu.Unlock()
		}
	}
}
