//go:build realkafka

package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"kscope/kafka/realkafka"
)

// A screen is what the command has printed so far.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) await(t *testing.T, want string) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		s.mu.Lock()
		found := strings.Contains(s.text.String(), want)
		s.mu.Unlock()
		if found {
			return
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", want, s.text.String())
}

func TestAPersonBreaksAndMendsACluster(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	keys, typed := io.Pipe()
	out := &screen{}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, realkafka.Options{Nodes: 2, Secure: true}, filling{uneven: true, large: 1000}, keys, out)
	}()

	out.await(t, "or ^C to end")
	for _, want := range []string{"the topic large has 1000 records", "PLAINTEXT ", "SASL_SSL ", "ca.pem", "client-key.pem", "log of node 2"} {
		out.await(t, want)
	}
	for _, step := range []struct{ line, want string }{
		{"stop 2", "stop 2: done, running are now [1]"},
		{"start 3", "with N from 1 to 2"},
		{"kill 1", "kill 1: done, running are now []"},
		{"mend 1", "no such command: mend"},
		{"", ""},
	} {
		if _, err := io.WriteString(typed, step.line+"\n"); err != nil {
			t.Fatal(err)
		}
		out.await(t, step.want)
	}
	typed.Close()
	select {
	case err := <-ended:
		t.Fatalf("the end of the input ended the cluster: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
