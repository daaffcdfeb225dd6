package realkafka

import (
	"os/exec"
	"runtime"
)

// A spawner starts processes from one operating-system thread that lives as long
// as the spawner does. Linux ties a child's death signal to the thread that started
// it, not to the process, and Go may end a thread at any time.
type spawner struct {
	starts chan start
}

type start struct {
	cmd    *exec.Cmd
	result chan error
}

func newSpawner() *spawner {
	s := &spawner{starts: make(chan start)}
	go s.run()
	return s
}

func (s *spawner) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for start := range s.starts {
		start.result <- start.cmd.Start()
	}
}

func (s *spawner) start(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	s.starts <- start{cmd, result}
	return <-result
}

// Close ends the thread's duty. No start may follow.
func (s *spawner) close() { close(s.starts) }
