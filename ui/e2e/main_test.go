//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the path of the built program.
var program string

// atEnd is what is to be taken down after all tests, last first.
var atEnd []func()

func TestMain(m *testing.M) {
	if os.Getenv(asJobShell) != "" {
		os.Exit(jobShell(os.Args[1:]))
	}
	if r := os.Getenv(asConsumer); r != "" {
		os.Exit(consume(r))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "kscope-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "kscope")
	if out, err := exec.Command("go", "build", "-o", program, "kscope").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the program cannot be built: %v\n%s", err, out)
		return 1
	}
	defer func() {
		for i := len(atEnd) - 1; i >= 0; i-- {
			atEnd[i]()
		}
	}()
	return m.Run()
}
