package demo

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// member is one consumer of a crew.
type member struct {
	client *kgo.Client
	stop   context.CancelFunc // ends consume
	abort  context.CancelFunc // ends whatever the client does
	done   chan struct{}

	mu      sync.Mutex
	crashed bool
	conns   map[net.Conn]struct{}
}

// shareWait is how long fetches of a share group wait for records. A member
// waits for its last one before it leaves, and Close for the member.
const shareWait = 150 * time.Millisecond

// join starts a group's member of a number, nil if its client cannot be made.
func (c *Cluster) join(cr *crew, number int) *member {
	name := fmt.Sprintf("%s-%d", cr.group, number+1)
	host := fmt.Sprintf("10.0.%d.%d", cr.host, number+1)
	m := &member{done: make(chan struct{}), conns: make(map[net.Conn]struct{})}
	opts := append([]kgo.Opt{
		kgo.ClientID(name),
		kgo.ConsumeTopics(cr.topics...),
		kgo.FetchMaxWait(time.Second),
		kgo.FetchMinBytes(8 << 10),
		kgo.FetchMaxBytes(1 << 20),
		kgo.FetchMaxPartitionBytes(256 << 10),
		kgo.Dialer(func(ctx context.Context, _, addr string) (net.Conn, error) {
			conn, err := c.dialFrom(ctx, host, addr)
			return m.track(conn, err)
		}),
	}, cr.opts...)
	if cr.group == pushGroup {
		opts = append(opts, kgo.ShareGroup(cr.group), kgo.FetchMaxWait(shareWait))
	} else {
		opts = append(opts, kgo.ConsumerGroup(cr.group), kgo.AutoCommitInterval(2*time.Second),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd().Relative(-20)))
	}
	if cr.named {
		opts = append(opts, kgo.InstanceID(name))
	}
	ctx, abort := context.WithCancel(context.Background())
	m.abort = abort
	var err error
	if m.client, err = c.client(append(opts, kgo.WithContext(ctx))...); err != nil {
		abort()
		return nil // the options are constants: not reached
	}
	ctx, m.stop = context.WithCancel(ctx)
	go m.consume(ctx, cr.slow)
	return m
}

// track remembers a connection, so that a crash can cut it.
func (m *member) track(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.crashed {
		conn.Close()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH}
	}
	m.conns[conn] = struct{}{}
	return &memberConn{Conn: conn, member: m}, nil
}

type memberConn struct {
	net.Conn
	member *member
}

func (c *memberConn) Close() error {
	c.member.mu.Lock()
	delete(c.member.conns, c.Conn)
	c.member.mu.Unlock()
	return c.Conn.Close()
}

// crash cuts the member off for good, so that it cannot say that it leaves.
func (m *member) crash() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.crashed = true
	for conn := range m.conns {
		conn.Close()
	}
}

// leaveWithin bounds how long a member may take to say goodbye.
const leaveWithin = 250 * time.Millisecond

func (m *member) leave() {
	m.stop()
	<-m.done
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	_ = m.client.LeaveGroupContext(ctx) // who cannot be told will notice
	m.abort()
	m.client.Close()
}

// The slow group reads slowBatch records a second for slowFor, less than are
// written, and then fastBatch for fastFor.
const (
	slowBatch, fastBatch = 60, 260
	slowFor, fastFor     = 80 * time.Second, 40 * time.Second
)

func (m *member) consume(ctx context.Context, slow bool) {
	defer close(m.done)
	began := time.Now()
	for ctx.Err() == nil {
		if !slow {
			m.client.PollRecords(ctx, 1000)
			continue
		}
		batch := slowBatch
		if time.Since(began)%(slowFor+fastFor) > slowFor {
			batch = fastBatch
		}
		m.client.PollRecords(ctx, batch)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
