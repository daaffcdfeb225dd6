package lab

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
)

// Dial connects to a broker, as net.Dialer.DialContext does. TLS, where there is
// any, is its business.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// A line is how one consumer reaches the brokers. It can be stalled: what is on
// its way stays there, and nobody is told. And it can be cut.
type line struct {
	dial  Dial
	gate  *gate // shut while it is stalled
	cut   context.Context
	sever context.CancelFunc
	pumps sync.WaitGroup

	mu sync.Mutex // guards pumps.Add against what waits for them
}

func newLine(dial Dial) *line {
	l := &line{dial: dial, gate: newGate()}
	l.cut, l.sever = context.WithCancel(context.Background())
	return l
}

// connect is a Dial. What it returns is the near end of a pipe, whose far end is
// pumped to and from the broker: a pipe keeps its deadlines while nothing moves.
func (l *line) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if !l.gate.pass(ctx.Done()) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: context.Cause(ctx)}
	}
	conn, err := l.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut.Err() != nil {
		_ = conn.Close()
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	near, far := net.Pipe()
	hangUp := sync.OnceFunc(func() {
		_ = conn.Close()
		_ = far.Close()
	})
	stop := context.AfterFunc(l.cut, hangUp)
	for _, way := range [][2]net.Conn{{far, conn}, {conn, far}} {
		l.pumps.Go(func() {
			defer stop()
			defer hangUp()
			l.pump(way[0], way[1])
		})
	}
	return near, nil
}

// pump copies until one side hangs up or the line is cut.
func (l *line) pump(from io.Reader, to io.Writer) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !l.gate.pass(l.cut.Done()) {
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// close cuts the line, and returns once nothing is left of it.
func (l *line) close() {
	l.mu.Lock()
	l.sever()
	l.mu.Unlock()
	l.pumps.Wait()
}
