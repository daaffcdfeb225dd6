//go:build e2e

package e2e

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// object is one JSON object of the output for machines.
type object map[string]any

// objects parses what a command printed: an array, or an object a line. It fails
// the test unless each object has exactly these names, in this order.
func objects(t *testing.T, out string, names ...string) []object {
	t.Helper()
	var raw []json.RawMessage
	if strings.HasPrefix(out, "[") {
		if err := json.Unmarshal([]byte(out), &raw); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
	} else {
		for line := range strings.Lines(out) {
			raw = append(raw, json.RawMessage(line))
		}
	}
	all := make([]object, len(raw))
	for i, r := range raw {
		if err := json.Unmarshal(r, &all[i]); err != nil {
			t.Fatalf("%v in %s", err, r)
		}
		if got := namesIn(t, r); !slices.Equal(got, names) {
			t.Fatalf("the names are %v, not %v", got, names)
		}
	}
	return all
}

// namesIn returns the names of a JSON object as they stand.
func namesIn(t *testing.T, r json.RawMessage) []string {
	t.Helper()
	var names []string
	d := json.NewDecoder(strings.NewReader(string(r)))
	for depth, name := 0, true; ; {
		tok, err := d.Token()
		if err != nil {
			return names
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			name = depth == 1 || name
			continue
		}
		if depth == 1 {
			if s, ok := tok.(string); ok && name {
				names = append(names, s)
				name = false
				continue
			}
			name = true
		}
	}
}

func ok(t *testing.T, args ...string) string {
	t.Helper()
	o := command(t, "", args...)
	if o.status != 0 || o.err != "" {
		t.Fatalf("%v: exit status %d, %s", args, o.status, o.err)
	}
	return o.out
}

func TestTheClusterAsJSON(t *testing.T) {
	t.Parallel()
	brokers := objects(t, ok(t, "brokers", "--demo", "-o", "json"), "id", "host", "port", "rack", "controller", "up", "leaders", "replicas", "log_bytes")
	if len(brokers) != 3 || brokers[0]["id"] != 1.0 || brokers[0]["rack"] != "a" || brokers[0]["up"] != true {
		t.Errorf("the brokers are %v", brokers)
	}
	topics := objects(t, ok(t, "topics", "--demo", "-o", "json"), "name", "id", "internal", "partitions", "replication_factor", "under_replicated", "offline", "min_insync_replicas", "log_bytes")
	i := slices.IndexFunc(topics, func(o object) bool { return o["name"] == "orders" })
	if i < 0 || topics[i]["partitions"] != 12.0 || topics[i]["replication_factor"] != 3.0 || topics[i]["min_insync_replicas"] != 2.0 || topics[i]["internal"] != false {
		t.Errorf("the topics are %v", topics)
	}
	partitions := objects(t, ok(t, "partitions", "--demo", "-o", "json", "orders", "clicks"), "topic", "partition", "leader", "leader_epoch", "replicas", "isr", "offline_replicas", "log_start_offset", "log_end_offset", "log_bytes")
	if len(partitions) != 36 {
		t.Errorf("there are %d partitions, not 36", len(partitions))
	}
	for _, p := range partitions {
		if r, ok := p["replicas"].([]any); !ok || len(r) != 3 || p["log_end_offset"].(float64) < p["log_start_offset"].(float64) {
			t.Errorf("a partition is %v", p)
		}
	}
}

// serve serves a demo cluster on loopback until the test ends, and returns where.
func serve(t *testing.T) string {
	t.Helper()
	c := exec.Command(program, "demo", "--listen", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("the served cluster ended with %v", err)
		}
	})
	var seeds []string
	for lines := bufio.NewScanner(out); len(seeds) < 3 && lines.Scan(); {
		seeds = append(seeds, lines.Text())
	}
	return strings.Join(seeds, ",")
}

// The members of the demo's groups take a moment to come together.
func TestGroupsAsJSONAndAsATable(t *testing.T) {
	t.Parallel()
	seeds := serve(t)
	var groups []object
	settled := func() bool {
		groups = objects(t, ok(t, "groups", "-b", seeds, "-o", "json"), "group", "type", "state", "protocol", "coordinator", "members", "lag")
		types := map[any]bool{}
		for _, g := range groups {
			types[g["type"]] = g["state"] == "Stable"
		}
		return types["classic"] && types["consumer"]
	}
	for end := time.Now().Add(patience); !settled(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the groups are %v", groups)
		}
	}
	if table := ok(t, "groups", "-b", seeds); !strings.Contains(table, "billing") || !strings.Contains(table, "consumer") {
		t.Errorf("the table is\n%s", table)
	}
	if status := commandWith(t, []string{"KSCOPE_BROKERS=" + seeds}, "", "brokers"); status.status != 0 {
		t.Errorf("with KSCOPE_BROKERS: %+v", status)
	}
}

func TestTheClusterAsTables(t *testing.T) {
	t.Parallel()
	for _, c := range [][]string{{"brokers", "controller"}, {"topics", "orders"}, {"partitions", "orders"}} {
		if out := ok(t, c[0], "--demo"); !strings.Contains(strings.ToLower(out), c[1]) {
			t.Errorf("%s prints\n%s", c[0], out)
		}
	}
}

var recordNames = []string{"topic", "partition", "offset", "timestamp", "timestamp_type", "leader_epoch", "key", "value", "headers"}

func TestTailPrintsRecords(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(ok(t, "tail", "--demo", "orders", "--count", "7")), "\n")
	if len(lines) != 7 {
		t.Errorf("there are %d lines: %q", len(lines), lines)
	}
	for _, l := range lines {
		if !strings.HasPrefix(l, "orders:") || !strings.Contains(l, " key=user-") || !strings.Contains(l, " value={") {
			t.Errorf("a line is %q", l)
		}
	}
	for _, r := range objects(t, ok(t, "tail", "--demo", "orders", "-n", "2", "--partition", "3", "--count", "2", "-o", "json"), recordNames...) {
		if r["topic"] != "orders" || r["partition"] != 3.0 {
			t.Errorf("a record is %v", r)
		}
	}
}

func TestBytesThatAreNotTextAreBase64(t *testing.T) {
	t.Parallel()
	out := ok(t, "tail", "--demo", "dead-letters", "--from", "beginning", "--count", "100", "-o", "json")
	found := false
	for line := range strings.Lines(out) {
		var r object
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r["value_encoding"] == "base64" {
			found = true
			if _, err := base64.StdEncoding.DecodeString(r["value"].(string)); err != nil {
				t.Error(err)
			}
		}
	}
	if !found {
		t.Error("no record of 100 had bytes that are not UTF-8")
	}
}

func TestProduceSaysWhereRecordsAre(t *testing.T) {
	t.Parallel()
	if out := ok(t, "produce", "--demo", "returns", "-k", "k", "-v", "v"); !strings.HasPrefix(out, "returns:") || !strings.HasSuffix(out, ":0\n") {
		t.Errorf("it prints %q", out)
	}
	o := command(t, "one\ntwo\n\nfour", "produce", "--demo", "returns", "-k", "same", "-o", "json")
	sent := objects(t, o.out, "topic", "partition", "offset", "timestamp")
	if len(sent) != 4 || o.status != 0 {
		t.Fatalf("%+v", o)
	}
	for i, s := range sent {
		if s["partition"] != sent[0]["partition"] || s["offset"] != float64(i) {
			t.Errorf("record %d is at %v", i, s)
		}
	}
}

func TestAReaderThatGoesAwayEndsTheTailQuietly(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), program, "tail", "--demo", "orders")
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "orders:") {
		t.Errorf("the first line is %q, %v", line, err)
	}
	_ = out.Close()
	begin := time.Now()
	if err := c.Wait(); err != nil || errs.Len() > 0 {
		t.Errorf("it ended with %v after %v and said %q", err, time.Since(begin), errs.String())
	}
}

func TestAnInterruptedTailSaysHowManyRecordsThereWere(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), program, "tail", "--demo", "orders")
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	if _, err := r.ReadString('\n'); err != nil {
		t.Error(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_, _ = r.WriteTo(&strings.Builder{})
	if err := c.Wait(); err != nil || !strings.Contains(errs.String(), " records\n") {
		t.Errorf("it ended with %v and said %q", err, errs.String())
	}
}

func TestWhatNeedsNoCluster(t *testing.T) {
	t.Parallel()
	if out := ok(t, "version"); !strings.HasPrefix(out, "kscope ") || out != ok(t, "--version") {
		t.Errorf("the version is %q", out)
	}
	if out := ok(t, "man"); !strings.HasPrefix(out, ".") || !strings.Contains(out, "kscope") {
		t.Errorf("the manual begins with %.80q", out)
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if out := ok(t, "completion", shell); !strings.Contains(out, "kscope") {
			t.Errorf("the completion for %s is %.80q", shell, out)
		}
	}
	if out := ok(t, "--help"); !strings.Contains(out, "topics") || !strings.Contains(out, "--demo") {
		t.Errorf("the help is %q", out)
	}
}

func TestTheCompletionIsGoodBash(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), "bash", "-n")
	c.Stdin = strings.NewReader(ok(t, "completion", "bash"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTopicNamesAreCompleted(t *testing.T) {
	t.Parallel()
	out := says(t, "__complete", "tail", "--demo", "ord")
	if !strings.HasPrefix(out, "orders") {
		t.Errorf("ord completes to %q", out)
	}
}

// says is ok for a command that also says something on standard error.
func says(t *testing.T, args ...string) string {
	t.Helper()
	o := command(t, "", args...)
	if o.status != 0 {
		t.Fatalf("%v: exit status %d, %s", args, o.status, o.err)
	}
	return o.out
}
