//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// What tail prints in JSON, produce takes.
func TestProduceTakesWhatTailPrints(t *testing.T) {
	t.Parallel()
	printed := command(t, "", "tail", "--demo", "orders", "--from", "beginning", "--count", "200", "-o", "json")
	if printed.status != 0 {
		t.Fatalf("%+v", printed)
	}
	o := command(t, printed.out, "produce", "--demo", "returns", "--format", "jsonl", "--ignore-partitions", "-o", "summary-json")
	sums := objects(t, o.out, "acknowledged", "unconfirmed", "refused", "unsent", "unknown", "bytes", "milliseconds", "partitions", "error")
	if o.status != 0 || len(sums) != 1 || sums[0]["acknowledged"] != 200.0 || sums[0]["error"] != nil {
		t.Errorf("%+v", o)
	}
}

func TestProduceFromATemplateSumsUp(t *testing.T) {
	t.Parallel()
	out := ok(t, "produce", "--demo", "returns", "--key-template", "user-{{int 1 50}}", "--template", `{{n}} {{fake "email"}}`, "-n", "20000", "--compression", "lz4")
	if !strings.HasPrefix(out, "20000 records acknowledged in ") || !strings.Contains(out, "PARTITION  RECORDS  FIRST") {
		t.Errorf("it prints %q", out)
	}
}

func TestProduceForetellsWithoutSending(t *testing.T) {
	t.Parallel()
	out := ok(t, "produce", "--demo", "returns", "-k", "user-42", "-v", "x", "--dry-run")
	if !strings.HasPrefix(out, "returns:") || !strings.Contains(out, "murmur2 of the key") {
		t.Errorf("it prints %q", out)
	}
}

// Interrupted, it says what became of all that it had begun.
func TestAnInterruptedSendingIsAccountedFor(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), program, "produce", "--demo", "returns", "-o", "line")
	var errs bytes.Buffer
	c.Stderr = &errs
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "one\ntwo\nthree\n"); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for n := range 3 {
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "returns:") {
			t.Fatalf("line %d is %q, %v", n+1, line, err)
		}
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("it ended with %v and said %q", err, errs.String())
	}
	if !strings.Contains(errs.String(), "3 records acknowledged") {
		t.Errorf("three records were told of, and then it said %q", errs.String())
	}
}
