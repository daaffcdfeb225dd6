//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
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
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "one\ntwo\nthree\n"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second) // whatever of them was sent by now is accounted for
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("it ended with %v and said %q", err, errs.String())
	}
	if n := strings.Count(out.String(), "returns:"); n > 0 && !strings.Contains(errs.String(), "acknowledged") {
		t.Errorf("%d records were told of, and then it said %q", n, errs.String())
	}
}
