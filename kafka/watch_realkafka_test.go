//go:build realkafka

package kafka

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestWatchGroupOnRealKafka watches every kind of group on brokers of each version,
// while members come and go. What the log tells and what polling sees must come to be
// the same, down to the members' epochs, and no record may be skipped.
func TestWatchGroupOnRealKafka(t *testing.T) {
	for _, version := range []string{"4.3.1", "3.9.1", "3.5.2"} {
		t.Run(version, func(t *testing.T) {
			k := upOne(t, version)
			for name, opts := range map[string][]kgo.Opt{
				"eager":       {kgo.Balancers(kgo.RangeBalancer())},
				"cooperative": {kgo.Balancers(kgo.CooperativeStickyBalancer())},
				"static":      {kgo.Balancers(kgo.RangeBalancer())},
				"consumer":    {kgo.ServerSideBalancer()},
				"share":       nil,
			} {
				if (name == "consumer" || name == "share") && version != "4.3.1" {
					continue
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					k.comeAndGo(t, name, opts)
				})
			}
			if version == "4.3.1" {
				t.Run("streams", func(t *testing.T) {
					t.Parallel()
					k.streams(t)
				})
			}
		})
	}
}

// TestWatchGroupThroughFailures kills the broker that coordinates a watched group, and
// so leads its log, twice over. What the log told all the while must be what it tells
// afresh: nothing twice, and nothing missing.
func TestWatchGroupThroughFailures(t *testing.T) {
	k := upNodes(t, realkafka.DefaultVersion, 3)
	opts := []kgo.Opt{kgo.Balancers(kgo.RangeBalancer())}
	c := connect(t, k.plain())
	w := watch(t, c, "watched")
	leave := map[string]func(){"one": k.member(t, "eager", "watched", "one", opts)}
	untilAgreed(t, w, "one", leave)
	for i, who := range []string{"two", "three"} {
		_, polled, _ := w.latest()
		killed := int(polled.Coordinator)
		k.Kill(killed)
		leave[who] = k.member(t, "eager", "watched", who, opts)
		untilAgreed(t, w, who, leave)
		if _, polled, _ = w.latest(); int(polled.Coordinator) == killed {
			t.Errorf("failure %d: the group is still at broker %d", i, killed)
		}
		if err := k.Start(t.Context(), killed); err != nil {
			t.Fatal(err)
		}
	}
	k.sameAfresh(t, w, "watched")
}

func upOne(t testing.TB, version string) *real {
	t.Helper()
	return upNodes(t, version, 1)
}

func upNodes(t testing.TB, version string, nodes int) *real {
	t.Helper()
	k := bringUp(t, realkafka.Options{Version: version, Nodes: nodes, ExtraProperties: map[string]string{
		"offsets.topic.num.partitions":     "3",
		"group.initial.rebalance.delay.ms": "0",
	}})
	if err := k.CreateTopic(context.Background(), "orders", 6, int16(nodes), nil); err != nil {
		t.Fatal(err)
	}
	writer, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	for i := range 60 {
		writer.Produce(context.Background(), &kgo.Record{Topic: "orders", Partition: int32(i % 6), Value: []byte("v")}, nil)
	}
	if err := writer.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *real) member(t testing.TB, kind, group, client string, opts []kgo.Opt) (leave func()) {
	opts = slices.Clone(opts)
	switch kind {
	case "share":
		opts = append(opts, kgo.ConsumerGroup(""), kgo.ShareGroup(group))
	case "static":
		opts = append(opts, kgo.InstanceID(client))
	}
	return member(t, k.Seeds(realkafka.Plaintext), group, client, opts...)
}

func (k *real) comeAndGo(t *testing.T, kind string, opts []kgo.Opt) {
	group := "watched-" + kind
	c := connect(t, k.plain())
	w := watch(t, c, group)
	leave := map[string]func(){}
	for _, step := range []string{"+one", "+two", "+three", "-two", "+two", "-one"} {
		if who := step[1:]; step[0] == '+' {
			leave[who] = k.member(t, kind, group, who, opts)
		} else {
			leave[who]()
			if kind == "static" { // which does not say that it leaves
				k.remove(t, group, who)
			}
			delete(leave, who)
		}
		untilAgreed(t, w, step, leave)
	}
	k.sameAfresh(t, w, group)
	until(t, w, "no lag", 0, func(e model.LagsRead) bool {
		r := e.Groups[0]
		if r.Problem != nil || len(r.Topics) != 1 || r.Topics[0].Topic != "orders" || len(r.Topics[0].Partitions) != 6 {
			return false
		}
		return !slices.ContainsFunc(r.Topics[0].Partitions, func(p model.PartitionLag) bool {
			return p.End != 10 || p.Start != 0 || p.Committed != 10 && kind != "share"
		})
	})
}

// remove has a static member leave.
func (k *real) remove(t *testing.T, group, instance string) {
	t.Helper()
	_, err := k.admin.LeaveGroup(t.Context(), kadm.LeaveGroup(group).InstanceIDs(instance))
	if err != nil {
		t.Fatal(err)
	}
}

// latest returns what the log and what polling told last, and all that the log told.
func (w *watched) latest() (logged, polled *model.Group, all []model.Observation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		switch e := e.(type) {
		case model.GroupLogged:
			if e.Anew {
				all = nil
			}
			all = append(all, e.Observations...)
		case model.GroupsDescribed:
			polled = &e.Groups[0]
		}
	}
	if len(all) > 0 {
		logged = &all[len(all)-1].Group
	}
	return logged, polled, all
}

// untilAgreed waits until the log and polling tell the same, of a stable group that
// has just those members and all of its partitions.
func untilAgreed(t *testing.T, w *watched, step string, members map[string]func()) {
	t.Helper()
	want := slices.Sorted(maps.Keys(members))
	end := time.Now().Add(forever)
	for {
		logged, polled, _ := w.latest()
		if logged != nil && polled != nil && polled.Problem == nil && polled.State == "Stable" && fmt.Sprint(clients(polled)) == fmt.Sprint(want) &&
			facts(logged, polled) == facts(polled, polled) {
			return
		}
		if time.Now().After(end) {
			if logged != nil && polled != nil {
				t.Fatalf("after %s the log tells\n%s\nand polling\n%s", step, facts(logged, polled), facts(polled, polled))
			}
			t.Fatalf("after %s: %v, %v", step, logged, polled)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func clients(g *model.Group) []string {
	var ids []string
	for i := range g.Members {
		ids = append(ids, g.Members[i].ClientID)
	}
	return ids
}

// facts says all of a group that both sources know; where polling does not know the
// generation, that is left out.
func facts(g, polled *model.Group) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s", g.Kind, g.State, g.ProtocolType, g.Assignor)
	if polled.Epoch != model.NoEpoch {
		fmt.Fprintf(&b, " %d", g.Epoch)
	}
	fmt.Fprintf(&b, " %d %v\n", g.AssignmentEpoch, g.Topology)
	for _, m := range g.Members {
		fmt.Fprintf(&b, "%s %s %s %q %s %d %s %v %q %v", m.ID, m.ClientID, m.InstanceID, m.Rack, m.Host, m.Epoch, m.Speaks, m.Subscribed, m.Pattern, inPartitions(m.Assigned))
		if polled.Kind != model.Classic {
			fmt.Fprintf(&b, " → %v %v", inPartitions(m.Target), inTasks(m.Tasks))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func inPartitions(all map[string][]int32) string {
	var words []string
	for topic, partitions := range all {
		for _, p := range partitions {
			words = append(words, fmt.Sprintf("%s/%d", topic, p))
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func inTasks(tasks []model.Task) string {
	var words []string
	for _, t := range tasks {
		for _, p := range t.Partitions {
			words = append(words, fmt.Sprintf("%s %s/%d %v", t.Kind, t.Subtopology, p, t.Target))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// sameAfresh reads the past of a group that was watched all the time, and finds what
// was seen then.
func (k *real) sameAfresh(t *testing.T, w *watched, group string) {
	t.Helper()
	c := connect(t, k.plain())
	e, _ := untilLogged(t, watch(t, c, group), "the past", 0, func(e *model.GroupLogged) bool { return e.Log.State == model.LogFollowed })
	_, _, live := w.latest()
	past := e.Observations
	for i := range max(len(live), len(past)) {
		if i >= len(live) || i >= len(past) {
			t.Fatalf("%d observations, and %d afresh", len(live), len(past))
		}
		l, p := &live[i], &past[i]
		p.Group.Assignor, l.Group.Assignor = cmp.Or(p.Group.Assignor, l.Group.Assignor), cmp.Or(l.Group.Assignor, p.Group.Assignor)
		if !l.At.Equal(p.At) || l.Gone != p.Gone || facts(&l.Group, &p.Group) != facts(&p.Group, &p.Group) {
			t.Errorf("observation %d was\n%v %s\nand is\n%v %s", i, l.At, facts(&l.Group, &p.Group), p.At, facts(&p.Group, &p.Group))
		}
	}
	k.noneSkipped(t, c, group)
}

// noneSkipped reads the group's partition once more and counts what cannot be read.
func (k *real) noneSkipped(t *testing.T, c *Client, group string) {
	t.Helper()
	f := &follower{w: newWatcher(c, group)}
	f.anew(t.Context())
	partition, problem := f.place(t.Context())
	if problem != nil {
		t.Fatal(problem)
	}
	cl, err := kgo.NewClient(append(c.optsNow(), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{model.GroupTopic: {partition: kgo.NewOffset().At(0)}}))...)
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), forever)
	defer cancel()
	for f.next < f.goal && ctx.Err() == nil {
		f.take(cl.PollFetches(ctx))
	}
	if n := f.replay.Skipped(); n != 0 || f.next < f.goal {
		t.Errorf("%d records of %s skipped; read to %d of %d", n, group, f.next, f.goal)
	}
}

// streams watches a Kafka Streams program on the streams protocol, then two of it.
func (k *real) streams(t *testing.T) {
	group := "watched-streams"
	if err := k.CreateTopic(t.Context(), "words", 3, 1, nil); err != nil {
		t.Fatal(err)
	}
	c := connect(t, k.plain())
	ask(t, c, model.ListTopics{})
	w := watch(t, c, group)
	source, err := filepath.Abs("rebalances/testdata/Streams.java")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	defer running.Wait()
	for n, want := range []int{1, 2} {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		cmd, err := k.StreamsProgram(ctx, source, strings.Join(k.Seeds(realkafka.Plaintext), ","), group, fmt.Sprint("s-", n), "words", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		open, err := cmd.StdinPipe() // the program ends with it
		if err != nil {
			t.Fatal(err)
		}
		defer open.Close()
		running.Go(func() { run(t, cmd) })
		untilStreams(t, w, c, want)
	}
	_, polled, _ := w.latest()
	if polled.Topology == nil || len(polled.Topology.Subtopologies) == 0 || len(polled.Members[0].Tasks) == 0 || polled.Members[0].Partitions() == 0 {
		t.Errorf("group = %+v", polled)
	}
}

func run(t *testing.T, cmd *exec.Cmd) {
	out, err := cmd.CombinedOutput()
	if err != nil && !strings.Contains(err.Error(), "killed") && !strings.Contains(err.Error(), "signal") && !strings.Contains(err.Error(), "143") {
		t.Logf("the program ended: %v\n%s", err, out)
	}
}

// untilStreams waits until both sources tell the same of a stable streams group.
func untilStreams(t *testing.T, w *watched, c *Client, members int) {
	t.Helper()
	end := time.Now().Add(forever)
	for {
		logged, polled, _ := w.latest()
		if logged != nil && polled != nil && polled.State == "Stable" && len(polled.Members) == members && facts(logged, polled) == facts(polled, polled) {
			return
		}
		if time.Now().After(end) {
			if logged != nil && polled != nil {
				t.Fatalf("the log tells\n%s\nand polling\n%s%v", facts(logged, polled), facts(polled, polled), polled.Problem)
			}
			t.Fatalf("%+v, %+v", logged, polled)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
