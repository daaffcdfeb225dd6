//go:build e2e

package bench

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Programs are built once.
var (
	built    = map[string]string{}
	building sync.Mutex
)

func program(b *testing.B, pkg string) string {
	b.Helper()
	building.Lock()
	defer building.Unlock()
	if built[pkg] == "" {
		dir, err := os.MkdirTemp("", "kscope-bench")
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(dir, filepath.Base(pkg))
		if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
			b.Fatalf("building %s: %v\n%s", pkg, err, out)
		}
		built[pkg] = path
	}
	return built[pkg]
}

func kscope(b *testing.B) string { return program(b, "kscope") }

func TestMain(m *testing.M) {
	code := m.Run()
	for _, path := range built {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// serve starts a cluster in a process of its own, and returns its first address:
// the demo cluster if topics is 0.
func serve(b *testing.B, topics, partitions int) string {
	b.Helper()
	args := []string{"demo", "--listen", "127.0.0.1:0"}
	if topics > 0 {
		args = append(args, "--topics", strconv.Itoa(topics), "--partitions", strconv.Itoa(partitions))
	}
	cluster := exec.Command(kscope(b), args...)
	out, err := cluster.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cluster.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cluster.Process.Signal(os.Interrupt)
		_ = cluster.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal("the cluster does not say where it listens: ", err)
	}
	return strings.TrimSpace(line)
}
