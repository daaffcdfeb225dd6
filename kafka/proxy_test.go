package kafka

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// A gate is a listener in front of a broker, at which what may go wrong on the way
// is brought about.
type gate struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	pass  func(in net.Conn) bool // nil: always
	wg    sync.WaitGroup
}

func newGate(t testing.TB, to string, pass func(in net.Conn) bool) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{Listener: l, pass: pass}
	g.wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			g.wg.Go(func() { g.serve(in, to) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		g.cut()
		g.wg.Wait()
	})
	return g
}

func (g *gate) address() string { return g.Addr().String() }

// keep remembers a connection until the gate is cut.
func (g *gate) keep(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = append(g.conns, c)
}

// cut closes every connection.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		c.Close()
	}
	g.conns = nil
}

func (g *gate) serve(in net.Conn, to string) {
	defer in.Close()
	g.keep(in)
	if g.pass != nil && !g.pass(in) {
		return
	}
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	g.keep(out)
	g.wg.Go(func() {
		io.Copy(in, out)
		in.Close()
	})
	io.Copy(out, in)
}

// closing is a gate that closes what does not begin like a request, as brokers do
// when the length of one is past socket.request.max.bytes.
func closing(t testing.TB, to string) string {
	return newGate(t, to, nil).first4(to)
}

// first4 is a gate that looks at the first four bytes.
func (g *gate) first4(to string) string {
	g.pass = func(in net.Conn) bool {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:]); err != nil || binary.BigEndian.Uint32(head[:]) > 100<<20 {
			return false
		}
		out, err := net.Dial("tcp", to)
		if err != nil {
			return false
		}
		defer out.Close()
		g.keep(out)
		out.Write(head[:])
		g.wg.Go(func() {
			io.Copy(in, out)
			in.Close()
		})
		io.Copy(out, in)
		return false
	}
	return g.address()
}
