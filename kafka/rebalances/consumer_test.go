//go:build realkafka

package rebalances

import (
	"bufio"
	"encoding/json"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A consumer is a member of a group under test, whatever it is made of.
type consumer struct {
	client string
	oracle *oracle
	cl     *kgo.Client // if it lives in this process
	cmd    *exec.Cmd   // if it does not
	stdin  io.WriteCloser
	done   chan struct{} // closed when its process is gone
	hangup bool          // it is asked to end by SIGTERM, not by the end of its input
	once   sync.Once
}

// Run starts a process that prints events.
func (g *group) run(t testing.TB, client string, cmd *exec.Cmd) *consumer {
	t.Helper()
	c := &consumer{client: client, oracle: g.oracle, cmd: cmd, done: make(chan struct{})}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	errs := &tail{}
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g.oracle.hear(client, event{Timestamp: time.Now().UnixMilli(), Name: started})
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var e event
			if json.Unmarshal(lines.Bytes(), &e) == nil {
				g.oracle.hear(client, e)
			}
		}
		cmd.Wait() // how it ended is what the test makes of it
		close(c.done)
	}()
	t.Cleanup(c.kill)
	t.Cleanup(func() {
		if t.Failed() && errs.String() != "" {
			t.Logf("%s said: %s", client, errs)
		}
	})
	return c
}

// Leave has the consumer end as it does when it is asked to: a member that is not
// static says goodbye. It returns once it is gone.
func (c *consumer) leave() {
	c.once.Do(func() {
		if c.cl != nil {
			c.cl.Close()
			c.oracle.dead(c.client)
			return
		}
		if c.hangup {
			c.cmd.Process.Signal(syscall.SIGTERM)
		}
		c.stdin.Close()
		<-c.done
		c.oracle.dead(c.client)
	})
}

// Kill ends the process without a word.
func (c *consumer) kill() {
	c.once.Do(func() {
		c.cmd.Process.Kill()
		c.oracle.dead(c.client)
		<-c.done
	})
}

// Stop has the process stand still; start has it go on.
func (c *consumer) stop()  { c.cmd.Process.Signal(syscall.SIGSTOP); c.oracle.dead(c.client) }
func (c *consumer) start() { c.cmd.Process.Signal(syscall.SIGCONT); c.oracle.alive(c.client) }

// A tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (k *tail) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.text = append(k.text, p...)
	k.text = k.text[max(0, len(k.text)-4000):]
	return len(p), nil
}

func (k *tail) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return string(k.text)
}
