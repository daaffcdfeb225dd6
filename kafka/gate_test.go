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
	look func(head [4]byte) bool // whether a connection that begins so is let through; nil: all are
	hang bool                    // connections are accepted, and nothing is ever answered

	wg    sync.WaitGroup
	mu    sync.Mutex
	conns []net.Conn
}

func (g *gate) open(t testing.TB, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.Listener = l
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
	return l.Addr().String()
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

func (g *gate) keep(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = append(g.conns, c)
}

func (g *gate) hangs(hang bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hang = hang
}

func (g *gate) passing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.hang
}

func (g *gate) serve(in net.Conn, to string) {
	defer in.Close()
	g.keep(in)
	var head [4]byte
	if g.look != nil {
		if _, err := io.ReadFull(in, head[:]); err != nil || !g.look(head) {
			return
		}
	}
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	g.keep(out)
	if g.look != nil {
		_, _ = out.Write(head[:])
	}
	g.wg.Go(func() {
		g.copy(in, out)
		in.Close()
	})
	g.copy(out, in)
}

func (g *gate) copy(to io.Writer, from io.Reader) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if g.passing() {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// closing returns the address of a gate that closes what does not begin like a
// request, as brokers do when its length is past socket.request.max.bytes.
func closing(t testing.TB, to string) string {
	t.Helper()
	g := &gate{look: func(head [4]byte) bool { return binary.BigEndian.Uint32(head[:]) < 100<<20 }}
	return g.open(t, to)
}

func portOf(t testing.TB, address string) int32 {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return int32(a.Port)
}
