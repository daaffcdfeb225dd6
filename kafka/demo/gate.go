package demo

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// gate is the listener that one kfake broker accepts on. kfake keeps it for as
// long as the cluster lives; stopping a broker closes the gate, which refuses
// and cuts clients but leaves kfake's own state alone. (Removing a node from
// kfake instead would give every partition a random leader and leave clients
// connected to a broker object that answers nothing.)
type gate struct {
	advertised string                       // host:port that clients are told
	bind       func() (net.Listener, error) // nil: reached by dial alone

	accepted chan net.Conn
	done     chan struct{}

	mu     sync.Mutex
	open   bool
	closed bool
	tcp    net.Listener // while open, if bind is set
	conns  map[*gateConn]struct{}
	wg     sync.WaitGroup
}

func newGate(advertised string, bind func() (net.Listener, error)) *gate {
	return &gate{
		advertised: advertised,
		bind:       bind,
		accepted:   make(chan net.Conn),
		done:       make(chan struct{}),
		conns:      make(map[*gateConn]struct{}),
	}
}

// unlock opens the gate: from now on clients can connect.
func (g *gate) unlock() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open || g.closed {
		return nil
	}
	if g.bind != nil {
		l, err := g.bind()
		if err != nil {
			return err
		}
		g.tcp = l
		g.advertised = l.Addr().String()
		g.wg.Add(1)
		go g.acceptFrom(l)
	}
	g.open = true
	return nil
}

// lock refuses new clients and cuts those connected.
func (g *gate) lock() {
	g.mu.Lock()
	g.open = false
	l := g.tcp
	g.tcp = nil
	conns := g.conns
	g.conns = make(map[*gateConn]struct{})
	g.mu.Unlock()
	if l != nil {
		l.Close()
	}
	for c := range conns {
		c.Conn.Close()
	}
}

func (g *gate) acceptFrom(l net.Listener) {
	defer g.wg.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
		if !g.admit(context.Background(), conn, host) {
			conn.Close()
		}
	}
}

// dial connects to the broker by a pipe, if the gate is open. The broker takes
// the caller to be at the address host.
func (g *gate) dial(ctx context.Context, host string) (net.Conn, error) {
	server, client := net.Pipe()
	if g.admit(ctx, server, host) {
		return client, nil
	}
	server.Close()
	client.Close()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: g.Addr(), Err: syscall.ECONNREFUSED}
}

func (g *gate) admit(ctx context.Context, conn net.Conn, host string) bool {
	c := &gateConn{Conn: conn, gate: g, host: gateAddr("/" + host)}
	g.mu.Lock()
	if !g.open {
		g.mu.Unlock()
		return false
	}
	g.conns[c] = struct{}{}
	g.mu.Unlock()
	if g.hand(ctx, c) {
		return true
	}
	g.forget(c)
	return false
}

// passage connects to the broker whether the gate is open or not: the way in
// for the cluster's own requests.
func (g *gate) passage(ctx context.Context) (net.Conn, error) {
	server, client := net.Pipe()
	if g.hand(ctx, server) {
		return client, nil
	}
	server.Close()
	client.Close()
	return nil, net.ErrClosed
}

func (g *gate) hand(ctx context.Context, conn net.Conn) bool {
	select {
	case g.accepted <- conn:
		return true
	case <-g.done:
	case <-ctx.Done():
	}
	return false
}

func (g *gate) forget(c *gateConn) {
	g.mu.Lock()
	delete(g.conns, c)
	g.mu.Unlock()
}

// Accept implements [net.Listener] for kfake.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case c := <-g.accepted:
		return c, nil
	case <-g.done:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]: it ends the gate for good.
func (g *gate) Close() error {
	g.mu.Lock()
	first := !g.closed
	g.closed = true
	g.mu.Unlock()
	if first {
		close(g.done)
	}
	g.lock()
	g.wg.Wait()
	return nil
}

// Addr implements [net.Listener]: what kfake advertises.
func (g *gate) Addr() net.Addr {
	g.mu.Lock()
	defer g.mu.Unlock()
	return gateAddr(g.advertised)
}

// gateConn is a client's connection as the broker holds it.
type gateConn struct {
	net.Conn
	gate *gate
	host gateAddr
}

func (c *gateConn) Close() error {
	c.gate.forget(c)
	return c.Conn.Close()
}

// RemoteAddr is the client's address in the form that brokers report for group
// members: "/10.0.3.7".
func (c *gateConn) RemoteAddr() net.Addr { return c.host }

type gateAddr string

func (gateAddr) Network() string  { return "tcp" }
func (a gateAddr) String() string { return string(a) }
