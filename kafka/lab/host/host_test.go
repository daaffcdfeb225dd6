package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"kscope/kafka"
	"kscope/model"
)

// TestMain makes this program three programs: the tests, a host that they start, and
// a parent of a host that they can kill.
func TestMain(m *testing.M) {
	if len(os.Args) >= 2 {
		switch os.Args[1] {
		case Argument:
			os.Exit(Main())
		case "parent":
			os.Exit(parent(os.Args[2:]))
		case "crash":
			panic("it fell over")
		}
	}
	goleak.VerifyTestMain(m)
}

// again starts this program with other arguments.
func again(args ...string) *exec.Cmd { return exec.Command(os.Args[0], args...) }

func asHost() (*exec.Cmd, error) { return again(Argument), nil }

// parent has test consumers of a cluster run by a host, tells the host's process id,
// and waits to be killed. Its arguments: a seed, a topic, a group, an assignor.
func parent(args []string) int {
	conn := model.Connection{Seeds: args[:1], Timeout: time.Minute}
	client, err := kafka.Dial(conn)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	p := New(conn, asHost)
	client.HostLab(p)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	for range 2 {
		if err := client.Do(ctx, model.LabAdd{Group: args[2], Topic: args[1], Assignor: model.LabAssignor(args[3])}, func(model.Event) {}); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	_ = client.Ask(ctx, model.WatchLab{}, func(e model.Event) {
		if shared(e.(model.LabSeen).Lab) == 2 {
			fmt.Println("ready", p.child.cmd.Process.Pid)
		}
	})
	return 1
}

// shared counts the members that own something.
func shared(v model.LabView) (n int) {
	for _, m := range v.Members {
		if m.Owned > 0 && m.State == model.LabRunning {
			n++
		}
	}
	return n
}

func cluster(t *testing.T) (seeds []string, admin *kadm.Client) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(4, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return c.ListenAddrs(), kadm.NewClient(cl)
}

// hosted returns a client whose test consumers are run by a host.
func hosted(t *testing.T, seeds []string, command func() (*exec.Cmd, error)) (*kafka.Client, *Process) {
	t.Helper()
	conn := model.Connection{Seeds: seeds, Timeout: time.Minute}
	client, err := kafka.Dial(conn)
	if err != nil {
		t.Fatal(err)
	}
	p := New(conn, command)
	client.HostLab(p)
	t.Cleanup(client.Close)
	return client, p
}

func does(t *testing.T, c *kafka.Client, cmd model.Command) {
	t.Helper()
	if err := c.Do(t.Context(), cmd, func(model.Event) {}); err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
}

// watched waits until the lab looks as wanted.
func watched(t *testing.T, c *kafka.Client, what string, ok func(model.LabView) bool) (last model.LabView) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	err := c.Ask(ctx, model.WatchLab{}, func(e model.Event) {
		if ctx.Err() == nil {
			if last = e.(model.LabSeen).Lab; ok(last) {
				cancel()
			}
		}
	})
	if !ok(last) {
		t.Fatalf("not %s: %+v, %v", what, last, err)
	}
	return last
}

func noGroups(t *testing.T, admin *kadm.Client) {
	t.Helper()
	if groups, err := admin.ListGroups(t.Context()); err != nil || len(groups) > 0 {
		t.Errorf("groups = %v, %v", groups, err)
	}
}

// A host does all that a lab does, and is gone when the client is closed.
func TestHost(t *testing.T) {
	seeds, admin := cluster(t)
	client, p := hosted(t, seeds, asHost)
	group := model.LabPrefix + "1"
	if err := client.Do(t.Context(), model.LabEnd{Group: group}, func(model.Event) {}); err == nil || p.child != nil {
		t.Error("a process was started to end what never began")
	}
	add := model.LabAdd{Group: group, Topic: "orders", Assignor: model.LabRange, Static: true}
	does(t, client, add)
	does(t, client, add)
	v := watched(t, client, "shared out", func(v model.LabView) bool { return shared(v) == 2 })
	if m := v.Members[0]; m.Name != "lab-1" || m.InstanceID != "lab-1" || m.Group != group || m.Assignor != model.LabRange || m.MemberID == "" {
		t.Errorf("member = %+v", m)
	}
	does(t, client, model.LabTell{Group: group, Member: "lab-1", Do: model.LabKill})
	watched(t, client, "killed", func(v model.LabView) bool { return v.Members[0].State == model.LabKilled })
	var problem *model.Problem
	err := client.Do(t.Context(), model.LabAdd{Group: "x", Topic: "nope", Assignor: model.LabRange}, func(model.Event) {})
	if !errors.As(err, &problem) || problem.Kind != model.Gone {
		t.Errorf("a topic that is not there: %v", err)
	}
	client.Close()
	if !p.child.isOver() || p.child.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("the child is %v", p.child.cmd.ProcessState)
	}
	noGroups(t, admin)
	if err := client.Do(t.Context(), add, func(model.Event) {}); err == nil {
		t.Error("a closed lab took another consumer")
	}
}

// When the host dies, its consumers are shown as killed, and the next one is run by
// another.
func TestHostDies(t *testing.T) {
	seeds, _ := cluster(t)
	client, p := hosted(t, seeds, asHost)
	add := model.LabAdd{Group: model.LabPrefix + "1", Topic: "orders", Assignor: model.LabConsumer}
	does(t, client, add)
	watched(t, client, "joined", func(v model.LabView) bool { return shared(v) == 1 })
	if err := p.child.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	v := watched(t, client, "killed", func(v model.LabView) bool { return v.Members[0].State == model.LabKilled })
	if m := v.Members[0]; m.Owned != 0 || m.Problem == nil || !strings.Contains(m.Problem.Says, "ended") {
		t.Errorf("member = %+v", m)
	}
	add.Group = model.LabPrefix + "2"
	does(t, client, add)
	watched(t, client, "joined again", func(v model.LabView) bool { return len(v.Members) == 1 && shared(v) == 1 })
	if err := p.child.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	v = watched(t, client, "left", func(v model.LabView) bool { return v.Members[0].State == model.LabLeft })
	if m := v.Members[0]; m.Owned != 0 || m.Problem == nil || !strings.Contains(m.Problem.Says, "they left") {
		t.Errorf("member = %+v", m)
	}
}

// What a host says as it dies is told.
func TestHostFallsOver(t *testing.T) {
	seeds, _ := cluster(t)
	for name, test := range map[string]struct {
		command func() (*exec.Cmd, error)
		says    string
	}{
		"a panic":    {func() (*exec.Cmd, error) { return again("crash"), nil }, "panic: it fell over"},
		"no program": {func() (*exec.Cmd, error) { return exec.Command("/nowhere/kscope"), nil }, "cannot be started"},
		"no name":    {func() (*exec.Cmd, error) { return nil, errors.New("no name") }, "no name"},
	} {
		client, _ := hosted(t, seeds, test.command)
		err := client.Do(t.Context(), model.LabAdd{Group: "g", Topic: "orders", Assignor: model.LabRange}, func(model.Event) {})
		var p *model.Problem
		if !errors.As(err, &p) || !strings.Contains(p.Says, test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What cannot be connected is told for each command.
func TestServeRefused(t *testing.T) {
	in, out := io.Pipe()
	said := &lockedBuffer{}
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), in, said, func() {}) }()
	for _, r := range []request{{Connect: connectionOf(model.Connection{})}, {ID: 7, Tell: &model.LabTell{}}, {ID: 8}} {
		b, _ := line(r)
		_, _ = out.Write(b)
	}
	for !strings.Contains(said.String(), "\n") {
		time.Sleep(time.Millisecond)
	}
	_ = out.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r, err := parse[response]([]byte(said.String()))
	if err != nil || r.Done != 7 || r.Problem == nil || r.Problem.Kind != model.Invalid {
		t.Errorf("it said %s", said)
	}
	for _, first := range []string{"{}\n", "nonsense\n"} {
		if err := Serve(t.Context(), strings.NewReader(first), io.Discard, func() {}); err == nil {
			t.Errorf("%q was taken for a connection", first)
		}
	}
	if err := Serve(t.Context(), strings.NewReader(""), io.Discard, func() {}); err != nil {
		t.Error(err)
	}
}
