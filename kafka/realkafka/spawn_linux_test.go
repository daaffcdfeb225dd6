package realkafka

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const orphanage = "REALKAFKA_TEST_START_A_CHILD"

// TestMain lets the test binary be the process that dies: with the variable set it
// starts a child as the cluster does, says its id and waits for its own end.
func TestMain(m *testing.M) {
	if os.Getenv(orphanage) == "" {
		os.Exit(m.Run())
	}
	child := exec.Command("sleep", "300")
	child.SysProcAttr = childAttributes()
	if err := newSpawner().start(child); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(child.Process.Pid)
	time.Sleep(5 * time.Minute)
}

func TestAChildDiesWithItsParentHoweverThatEnds(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), orphanage+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	parent.Process.Kill()
	parent.Wait()
	if err != nil {
		t.Fatal(err)
	}
	child := strings.TrimSpace(line)
	deadline := time.Now().Add(time.Minute)
	for runs(child) {
		if time.Now().After(deadline) {
			t.Fatalf("the child %s outlives its parent", child)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Runs reports whether a process is there and more than a zombie that nobody has
// collected.
func runs(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
