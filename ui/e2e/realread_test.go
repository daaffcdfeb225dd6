//go:build e2e && realkafka

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
)

// read reads a topic without a screen, where the clock is UTC, and returns the values in
// one line.
func (k *real) read(t *testing.T, topic string, flags ...string) string {
	t.Helper()
	args := append([]string{"tail", "-b", k.seeds(realkafka.Plaintext), topic, "-o", `%s\n`}, flags...)
	o := commandWith(t, []string{"TZ=UTC"}, "", args...)
	if o.status != 0 {
		t.Fatalf("%v: exit status %d, %s", args, o.status, o.err)
	}
	return strings.Join(strings.Fields(o.out), " ")
}

// byTime reads records that are so old as their values say: from a time, to one, between
// two. The ages are far enough apart for a machine that is busy.
func (k *real) byTime(t *testing.T) {
	if err := k.CreateTopic(t.Context(), "aged", 1, 3, nil); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	for _, age := range []string{"5h", "3h", "1h", "20m"} {
		d, err := time.ParseDuration(age)
		if err != nil {
			t.Fatal(err)
		}
		k.write(t, k.client, &kgo.Record{Topic: "aged", Value: []byte(age), Timestamp: now.Add(-d)})
	}
	ago := func(d time.Duration, layout string) string { return now.Add(-d).Format(layout) }
	for _, c := range []struct{ flags, want string }{
		{"--from beginning --to end", "5h 3h 1h 20m"},
		{"--from 40m --to end", "20m"},
		{"--from 2h --to end", "1h 20m"},
		{"--from 2h --to 40m", "1h"},
		{"--from " + ago(2*time.Hour, "15:04") + " --to end", "1h 20m"},
		{"--from " + ago(2*time.Hour, time.RFC3339) + " --to end", "1h 20m"},
		{"--from " + ago(4*time.Hour, time.RFC3339) + " --to " + ago(40*time.Minute, time.RFC3339), "3h 1h"},
		{"--from beginning --to " + ago(2*time.Hour, time.RFC3339), "5h 3h"},
	} {
		if got := k.read(t, "aged", strings.Fields(c.flags)...); got != c.want {
			t.Errorf("%s reads %q, want %q", c.flags, got, c.want)
		}
	}
}

// readCommitted leaves out what a transaction wrote that was aborted, and what comes after
// one that is open.
func (k *real) readCommitted(t *testing.T) {
	if err := k.CreateTopic(t.Context(), "bought", 1, 3, nil); err != nil {
		t.Fatal(err)
	}
	begin := func(id, value string) *kgo.Client {
		t.Helper()
		cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.TransactionalID(id))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cl.Close)
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		k.write(t, cl, &kgo.Record{Topic: "bought", Value: []byte(value)})
		return cl
	}
	end := func(cl *kgo.Client, how kgo.TransactionEndTry) { // and wait for the marker, which comes some time later
		t.Helper()
		before := k.logEnds(t, "bought")
		if err := cl.EndTransaction(t.Context(), how); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); k.logEnds(t, "bought") == before; time.Sleep(20 * time.Millisecond) {
			if time.Since(begin) > patience {
				t.Fatalf("no marker is behind %d", before)
			}
		}
	}
	end(begin("kept", "kept"), kgo.TryCommit)
	end(begin("returned", "returned"), kgo.TryAbort)
	k.write(t, k.client, &kgo.Record{Topic: "bought", Value: []byte("cash")})
	open := begin("open", "open")
	whole := []string{"--from", "beginning", "--to", "end"}
	if got := k.read(t, "bought", whole...); got != "kept returned cash open" {
		t.Errorf("it reads %q", got)
	}
	if got := k.read(t, "bought", append(whole, "--read-committed")...); got != "kept cash" {
		t.Errorf("with --read-committed it reads %q", got)
	}
	end(open, kgo.TryCommit)
	if got := k.read(t, "bought", append(whole, "--read-committed")...); got != "kept cash open" {
		t.Errorf("once it is committed it reads %q", got)
	}
}

func (k *real) write(t *testing.T, cl *kgo.Client, r *kgo.Record) {
	t.Helper()
	if err := cl.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
}
