//go:build e2e

package e2e

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFilterLetsThroughWhatItSays(t *testing.T) {
	t.Parallel()
	begin := []string{"tail", "--demo", "orders", "--from", "beginning", "--count", "20", "-o"}
	for _, line := range strings.Split(strings.TrimSpace(ok(t, append(begin, "%s\\n", "--filter", `=value.total > 400 and value.state in ["PAID", "SHIPPED"] and any(value.items, .quantity > 1)`)...)), "\n") {
		var order struct {
			Total float64
			State string
			Items []struct{ Quantity int }
		}
		if err := json.Unmarshal([]byte(line), &order); err != nil || order.Total <= 400 || order.State != "PAID" && order.State != "SHIPPED" || order.Items[0].Quantity < 2 {
			t.Errorf("%s, %v", line, err)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(ok(t, append(begin, "%k %s\\n", "--filter", "~\"state\":\"(PACKED|PAID)\"")...)), "\n") {
		if !strings.Contains(line, "PACKED") && !strings.Contains(line, "PAID") {
			t.Errorf("%s", line)
		}
	}
	o := command(t, "", "tail", "--demo", "orders", "--filter", "=valu.total > 1")
	if o.status != 2 || o.out != "" || o.err != "kscope: --filter: unknown name valu, at valu.total > 1\n" {
		t.Errorf("%+v", o)
	}
}

// The records of a key lie in the partition that Java's producer would choose.
func TestRecordsOfAKey(t *testing.T) {
	t.Parallel()
	some := ok(t, "tail", "--demo", "orders", "--from", "beginning", "--count", "1", "-o", "%p %k")
	partition, key, _ := strings.Cut(some, " ")
	lines := strings.Split(strings.TrimSpace(ok(t, "tail", "--demo", "orders", "--from", "beginning", "--count", "1", "--key", key, "-o", "%p %k\\n")), "\n")
	if len(lines) != 1 || lines[0] != partition+" "+key {
		t.Errorf("%q of %s in %s", lines, key, partition)
	}
}

func TestSeveralTopicsUpToATime(t *testing.T) {
	t.Parallel()
	o := command(t, "", "tail", "--demo", "~^(orders|payments)$", "--from", "last:1", "--to", "in 10s", "-o", "%t\\n")
	if o.status != 0 || !strings.Contains(o.out, "orders\n") || !strings.Contains(o.out, "payments\n") || !strings.HasSuffix(o.err, " records\n") {
		t.Errorf("%d %q %q", o.status, o.err, o.out)
	}
}

func TestExportedFilesAreWhatTailPrints(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "orders.csv")
	o := command(t, "", "export", "--demo", "orders:0", "-f", name, "-o", "csv", "--from", "last:50")
	if o.status != 0 || o.out != "" || o.err != "kscope: 50 records\n" {
		t.Fatalf("%+v", o)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 51 || rows[0][8] != "value" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[0] != "orders" || row[1] != "0" || !json.Valid([]byte(row[8])) {
			t.Errorf("%q", row)
		}
	}
	if o = command(t, "", "export", "--demo", "orders", "-f", name); o.status != 2 || !strings.Contains(o.err, "is there already") {
		t.Errorf("%+v", o)
	}
}
