package host

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"kscope/kafka"
	"kscope/model"
)

// Argument is the command line of a host, as a whole.
const Argument = "lab-host"

const (
	cleanUp = 15 * time.Second // for consumers to leave and groups to be deleted
	atMost  = 20 * time.Second // for the process to end after its parent
)

// Main is the host's main function: it serves standard input until that ends, which
// it does however the parent ends, and returns the exit status. What ends its parent
// from a terminal, such as ^C, does not end it: it has to clean up.
func Main() int {
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := Serve(ctx, os.Stdin, os.Stdout, func() { time.AfterFunc(atMost, func() { os.Exit(1) }) }); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		return 1
	}
	return 0
}

// Serve runs test consumers as in tells it, line by line, until in ends or ctx is
// done. Then it calls ending, has all consumers leave, and deletes the groups that
// are the lab's own by name. What becomes of them it reports to out. It is an error
// if in does not say first how to connect.
func Serve(ctx context.Context, in io.Reader, out io.Writer, ending func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{out: out}
	lines := read(ctx, in)
	first, ok := next(ctx, lines)
	if !ok {
		return nil // the parent is gone already
	}
	hello, err := parse[request](first)
	if err != nil || hello.Connect == nil {
		return errors.New("the first line does not say how to connect")
	}
	if s.client, s.refused = kafka.Dial(hello.Connect.model()); s.refused == nil {
		go s.watch(ctx)
	}
	for line, ok := next(ctx, lines); ok; line, ok = next(ctx, lines) {
		go s.answer(ctx, line) // not waited for: who reads out may have stopped doing so
	}
	ending()
	cancel()
	if s.refused == nil {
		end, done := context.WithTimeout(context.Background(), cleanUp)
		defer done()
		s.client.EndLab(end)
		s.client.Close()
	}
	return nil
}

// read returns the lines of in, until it or ctx ends. A read that is under way does
// not end with ctx.
func read(ctx context.Context, in io.Reader) <-chan []byte {
	lines := make(chan []byte)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, longest)
		for scanner.Scan() {
			select {
			case lines <- bytes.Clone(scanner.Bytes()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// next returns the next line; none once there is no more, or ctx is done.
func next(ctx context.Context, lines <-chan []byte) (line []byte, ok bool) {
	select {
	case line, ok = <-lines:
		return line, ok
	case <-ctx.Done():
		return nil, false
	}
}

// A server is a host at work.
type server struct {
	client  *kafka.Client
	refused error // why there is no client

	mu  sync.Mutex
	out io.Writer
}

func (s *server) watch(ctx context.Context) {
	_ = s.client.Ask(ctx, model.WatchLab{}, func(e model.Event) {
		if seen, ok := e.(model.LabSeen); ok {
			s.send(response{Members: membersOf(seen.Lab)})
		}
	})
}

// answer carries out one request. Lines that ask for nothing are skipped.
func (s *server) answer(ctx context.Context, line []byte) {
	r, err := parse[request](line)
	cmd := r.command()
	if err != nil || cmd == nil {
		return
	}
	if err = s.refused; err == nil {
		err = s.client.Do(ctx, cmd, func(model.Event) {})
	}
	var p *model.Problem
	if err != nil && !errors.As(err, &p) {
		p = &model.Problem{Kind: model.Failed, Says: err.Error()}
	}
	s.send(response{Done: r.ID, Problem: problemOf(p)})
}

// send writes a line. Where nobody reads any more, nobody needs it.
func (s *server) send(r response) {
	b, err := line(r)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.out.Write(b)
}
