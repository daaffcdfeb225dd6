//go:build realkafka

package realkafka

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestARegistryComesBackAndLeavesNothing(t *testing.T) {
	goroutines := goleak.IgnoreCurrent()
	r, err := UpRegistry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := r.process.Pid
	r.Kill()
	if r.answers(t.Context()) {
		t.Error("it answers though it was killed")
	}
	if err := r.Start(t.Context()); err != nil {
		t.Error(err)
	}
	if !r.answers(t.Context()) {
		t.Error("it does not answer")
	}
	last := r.process.Pid
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, pid := range []int{first, last} {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("the process %d is still there", pid)
		}
	}
	if _, err := os.Stat(r.dir); !os.IsNotExist(err) {
		t.Errorf("the registry's folder %s is still there", r.dir)
	}
	if claim, err := net.Listen("tcp", loopback(r.ports.base)); err != nil {
		t.Errorf("the registry's ports are still taken: %v", err)
	} else {
		claim.Close()
	}
	goleak.VerifyNone(t, goroutines)
}
