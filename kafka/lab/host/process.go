// Package host runs test consumers in a process of their own: this program, started
// once more. It outlives its parent by as long as it takes to have them leave and to
// delete their groups, so that nothing is left of them whichever way the parent
// ends.
//
// The two speak by lines of JSON over the child's standard input and output, see
// request and response. A password takes this way too: neither the command line nor
// the environment shows it.
package host

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"kscope/kafka"
	"kscope/model"
)

// A Process is a kafka.LabHost. The process is started when the first test consumer
// is added, and again if it came to an end by itself.
type Process struct {
	conn    model.Connection
	command func() (*exec.Cmd, error)

	mu      sync.Mutex
	child   *child // nil before the first
	closed  bool
	view    model.LabView
	changed chan struct{} // closed at the next change of view
}

var _ kafka.LabHost = (*Process)(nil)

// New returns a host for test consumers of the cluster that conn names. Command
// makes the command whose main function is Main; Self does.
func New(conn model.Connection, command func() (*exec.Cmd, error)) *Process {
	return &Process{conn: conn, command: command, changed: make(chan struct{})}
}

// Self makes the command that starts this program as a host.
func Self() (*exec.Cmd, error) {
	path := "/proc/self/exe" // this very program, also when its file was replaced meanwhile
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(path, Argument)
	cmd.Args[0] = os.Args[0]
	return cmd, nil
}

// Do implements kafka.LabHost.
func (p *Process) Do(ctx context.Context, cmd model.Command) error {
	r, err := requestOf(cmd)
	if err != nil {
		return err
	}
	c, err := p.running(r.Add != nil)
	if err != nil {
		return err
	}
	return c.ask(ctx, r)
}

// running returns the child, which is started if need be.
func (p *Process) running(start bool) (*child, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return nil, &model.Problem{Kind: model.Failed, Says: "The lab is closed"}
	case p.child != nil && !p.child.isOver():
		return p.child, nil
	case !start:
		return nil, &model.Problem{Kind: model.Gone, Says: "There are no test consumers", Fix: "add one first"}
	}
	c, err := spawn(p)
	if err != nil {
		return nil, &model.Problem{Kind: model.Failed, Says: "The process for the test consumers cannot be started: " + err.Error(), Cause: err}
	}
	p.child = c
	return c, nil
}

// Watch implements kafka.LabHost.
func (p *Process) Watch(ctx context.Context, emit func(model.LabView)) error {
	for {
		p.mu.Lock()
		view, changed := p.view, p.changed
		p.mu.Unlock()
		emit(view)
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// see takes a view over.
func (p *Process) see(v model.LabView) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.view = v
	close(p.changed)
	p.changed = make(chan struct{})
}

// patience is how long Close waits for the child. It goes on by itself then.
const patience = 4 * time.Second

// Close implements kafka.LabHost.
func (p *Process) Close() {
	p.mu.Lock()
	p.closed = true
	c := p.child
	p.mu.Unlock()
	if c == nil {
		return
	}
	_ = c.in.Close()
	select {
	case <-c.over:
	case <-time.After(patience):
	}
}

// A child is the process, once started.
type child struct {
	host *Process
	cmd  *exec.Cmd
	in   io.WriteCloser
	says tail          // the end of its standard error
	over chan struct{} // closed when it has ended

	mu      sync.Mutex // guards in too
	asked   int64
	answers map[int64]chan response
}

func spawn(p *Process) (*child, error) {
	cmd, err := p.command()
	if err != nil {
		return nil, err
	}
	c := &child{host: p, cmd: cmd, over: make(chan struct{}), answers: map[int64]chan response{}}
	apart(cmd)
	cmd.Stderr = &c.says
	if c.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go c.listen(out)
	return c, c.write(request{Connect: connectionOf(p.conn)})
}

func (c *child) isOver() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}

func (c *child) write(r request) error {
	b, err := line(r)
	if err == nil {
		_, err = c.in.Write(b)
	}
	return err
}

// ask sends a command and waits for the answer.
func (c *child) ask(ctx context.Context, r request) error {
	answer := make(chan response, 1)
	c.mu.Lock()
	c.asked++
	r.ID = c.asked
	c.answers[r.ID] = answer
	err := c.write(r)
	c.mu.Unlock()
	defer c.forget(r.ID)
	if err != nil {
		return c.ended()
	}
	select {
	case a := <-answer:
		if p := a.Problem.model(); p != nil {
			return p
		}
		return nil
	case <-c.over:
		return c.ended()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *child) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.answers, id)
}

// listen takes what the child says until it has ended.
func (c *child) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		r, err := parse[response](lines.Bytes())
		switch {
		case err != nil:
		case r.Members != nil:
			c.host.see(viewOf(r.Members))
		case r.Done != 0:
			c.answered(r)
		}
	}
	_ = c.in.Close() // if it was we who did not understand: it ends
	_ = c.cmd.Wait() // why is in what it said
	close(c.over)
	c.host.bereft(c)
}

func (c *child) answered(r response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer, ok := c.answers[r.Done]; ok {
		answer <- r
		delete(c.answers, r.Done)
	}
}

// ended is the problem of a child that is no more.
func (c *child) ended() *model.Problem {
	if c.isOver() && c.cmd.ProcessState.ExitCode() == 0 {
		return &model.Problem{Kind: model.Failed, Says: "The process of the test consumers was ended by somebody, and they left", Fix: "add test consumers anew"}
	}
	says := "The process of the test consumers has ended"
	if last := c.says.line(); last != "" {
		says += ": " + last
	}
	return &model.Problem{Kind: model.Failed, Says: says, Fix: "add test consumers anew; groups notice that the old ones are gone once their sessions are over"}
}

// bereft shows that no consumer is left: they died with the child, or left if it was
// asked to end.
func (p *Process) bereft(c *child) {
	p.mu.Lock()
	view := model.LabView{Members: slices.Clone(p.view.Members)}
	closed := p.closed
	p.mu.Unlock()
	if closed {
		p.see(model.LabView{})
		return
	}
	problem, state := c.ended(), model.LabKilled
	if c.cmd.ProcessState.ExitCode() == 0 {
		state = model.LabLeft
	}
	for i := range view.Members {
		m := &view.Members[i]
		if m.State != model.LabLeft && m.State != model.LabKilled {
			m.State, m.Owned, m.Problem = state, 0, problem
		}
	}
	p.see(view)
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailSize = 4 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	t.kept = t.kept[max(0, len(t.kept)-tailSize):]
	return len(b), nil
}

// line returns a line that says most: that of a panic, or the last one.
func (t *tail) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.kept)), "\n")
	if i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "panic: ") || strings.HasPrefix(l, "fatal error: ") }); i >= 0 {
		return lines[i]
	}
	return lines[len(lines)-1]
}
