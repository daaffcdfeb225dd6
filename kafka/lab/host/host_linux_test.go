package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"kscope/kafka"
	"kscope/model"
)

// Whatever ends the parent, nothing is left.
func TestParentIsKilled(t *testing.T) {
	for name, end := range map[string]func(parent *exec.Cmd, child int) error{
		"parent killed": func(parent *exec.Cmd, _ int) error { return parent.Process.Kill() },
		"^C at both": func(parent *exec.Cmd, child int) error {
			return errors.Join(syscall.Kill(child, syscall.SIGINT), parent.Process.Kill())
		},
		"hung up": func(parent *exec.Cmd, child int) error {
			return errors.Join(syscall.Kill(child, syscall.SIGHUP), parent.Process.Kill())
		},
		"child terminated": func(_ *exec.Cmd, child int) error { return syscall.Kill(child, syscall.SIGTERM) },
		"stopped, ^Z, kill": func(parent *exec.Cmd, _ int) error {
			return errors.Join(parent.Process.Signal(syscall.SIGSTOP), parent.Process.Kill())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seeds, admin := cluster(t)
			cmd, child := family(t, seeds[0], "orders", model.LabPrefix+"1", model.LabCooperative)
			if err := end(cmd, child); err != nil {
				t.Fatal(err)
			}
			took := ends(t, child)
			t.Logf("the child ended after %v", took)
			noGroups(t, admin)
			_ = cmd.Process.Kill()
		})
	}
}

// family starts a parent whose host has two consumers at work, and returns it and the
// host's process id.
func family(t *testing.T, seed, topic, group string, a model.LabAssignor) (*exec.Cmd, int) {
	t.Helper()
	cmd := again("parent", seed, topic, group, string(a))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var child int
	if _, err := fmt.Fscanf(out, "ready %d\n", &child); err != nil {
		rest, _ := io.ReadAll(out)
		t.Fatalf("%v: %s", err, rest)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // until it is killed
	return cmd, child
}

// ends waits until a process is gone.
func ends(t *testing.T, pid int) time.Duration {
	t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if err := syscall.Kill(pid, 0); err != nil || zombie(pid) {
			return time.Since(began)
		}
		if time.Since(began) > 3*time.Minute {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("process %d goes on", pid)
		}
	}
}

// zombie reports whether a process has ended and nobody has asked how.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}

// A password takes no way but the pipe: what the child was started with is for all to
// see.
func TestPasswordIsNotShown(t *testing.T) {
	conn := model.Connection{Seeds: []string{"127.0.0.1:1"}, Mechanism: "PLAIN", Username: "ada", Password: model.NewSecret("s3cret"), Timeout: time.Second}
	client, err := kafka.Dial(conn)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	p := New(conn, asHost)
	client.HostLab(p)
	_ = client.Do(t.Context(), model.LabAdd{Group: "g", Topic: "t", Assignor: model.LabRange}, func(model.Event) {})
	for _, file := range []string{"cmdline", "environ"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.child.cmd.Process.Pid, file))
		if err != nil || bytes.Contains(b, []byte("s3cret")) {
			t.Errorf("%s: %q, %v", file, b, err)
		}
	}
	if got := connectionOf(conn).model(); got.Password.Reveal() != "s3cret" || !slices.Equal(got.Seeds, conn.Seeds) {
		t.Errorf("connection = %+v", got)
	}
}
