//go:build realkafka

package producing

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"kscope/kafka"
	"kscope/kafka/realkafka"
	"kscope/model"
)

// A stage is the cluster that everything plays on.
type stage struct {
	*realkafka.Cluster
	admin *kadm.Client
}

var scene stage

// TestMain brings the cluster up, and looks for goroutines that outlive it.
func TestMain(m *testing.M) {
	exit := onStage(m)
	if err := goleak.Find(); err != nil && exit == 0 {
		fmt.Fprintln(os.Stderr, err)
		exit = 1
	}
	os.Exit(exit)
}

func onStage(m *testing.M) int {
	cluster, err := realkafka.Up(context.Background(), realkafka.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer cluster.Close()
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer cl.Close()
	scene = stage{cluster, kadm.NewClient(cl)}
	return m.Run()
}

// topic makes a topic that can be used through any broker.
func topic(t testing.TB, name string, partitions int32, replicas int16, configs map[string]string) {
	t.Helper()
	if err := scene.CreateTopic(t.Context(), name, partitions, replicas, configs); err != nil {
		t.Fatal(err)
	}
}

// forever is longer than anything takes, however busy the machine.
const forever = 4 * time.Minute

// waitFor waits until something holds.
func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(forever); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass within %v that %s", forever, what)
		}
	}
}

func dial(t testing.TB) *kafka.Client {
	t.Helper()
	c, err := kafka.Dial(model.Connection{Seeds: scene.Seeds(realkafka.Plaintext)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// sendMany carries out a command and returns its last account.
func sendMany(t testing.TB, ctx context.Context, c *kafka.Client, cmd *model.SendMany, each func(s *model.Sending)) model.Sending {
	t.Helper()
	var last model.Sending
	err := c.Do(ctx, cmd, func(e model.Event) {
		if e, ok := e.(model.ManySent); ok {
			last = e.Sending
			if each != nil {
				each(&last)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !last.Done || last.InFlight != 0 {
		t.Fatalf("the last account is %+v", last)
	}
	return last
}

// written reads a topic to its end, by franz-go alone.
func written(t testing.TB, name string) []*kgo.Record {
	t.Helper()
	ends, err := scene.admin.ListEndOffsets(t.Context(), name)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	left := int64(0)
	ends.Each(func(o kadm.ListedOffset) { left += o.Offset })
	cl, err := kgo.NewClient(kgo.SeedBrokers(scene.Seeds(realkafka.Plaintext)...), kgo.ConsumeTopics(name), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), forever)
	defer cancel()
	var records []*kgo.Record
	for int64(len(records)) < left && ctx.Err() == nil {
		cl.PollFetches(ctx).EachRecord(func(r *kgo.Record) { records = append(records, r) })
	}
	if int64(len(records)) != left {
		t.Fatalf("%d of %d records could be read", len(records), left)
	}
	return records
}

// feed runs a program to its end with that standard input, and returns what it printed.
func feed(t testing.TB, cmd *exec.Cmd, input []byte) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s%s", cmd.Args, err, out.Bytes(), errs.Bytes())
	}
	return out.String()
}

// saramaSender builds the program that sends by Sarama, once.
var saramaSender = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kscope-sarama-")
	if err != nil {
		return "", err
	}
	path := dir + "/saramasender"
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = "sarama"
	build.Env = append(os.Environ(), "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the program that uses Sarama cannot be built: %w\n%s", err, out)
	}
	return path, nil
})
