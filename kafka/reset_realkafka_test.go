//go:build realkafka

package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// TestRealKafkaActs resets, deletes and removes on Apache Kafka, beside Kafka's own
// tools, which are asked what they would do.
func TestRealKafkaActs(t *testing.T) {
	k := up(t, "4.3.1")
	t.Run("plans", k.resetPlans)
	t.Run("reset", k.reset)
	t.Run("a share group", k.resetShare)
	t.Run("in use", k.actInUse)
	t.Run("delete", k.deletes)
	t.Run("remove members", k.removesMembers)
	t.Run("a streams group", k.resetStreams)
	t.Run("rights", k.actRights)
}

// TestOldRealKafkaActs does what there is to do on brokers that know none but classic
// groups.
func TestOldRealKafkaActs(t *testing.T) {
	k := up(t, "3.5.2")
	t.Run("plans", k.resetPlans)
	t.Run("reset", k.reset)
	t.Run("delete", k.deletes)
	t.Run("remove a member", func(t *testing.T) { k.removesMember(t, "dynamic") })
	t.Run("remove a static member", func(t *testing.T) { k.removesMember(t, "static", kgo.InstanceID("i-1")) })
}

// groupTool is Kafka's own tool for groups.
func (k *real) groupTool() string {
	if strings.HasPrefix(k.Version(), "3.5.") {
		return "kafka.admin.ConsumerGroupCommand"
	}
	return "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
}

// idle makes a topic of three partitions with a hundred records a second apart in
// each, the first ten of partition 0 deleted, and a group that has committed 40 for
// partitions 0 and 1.
func (k *real) idle(t *testing.T, topic, group string) (first time.Time) {
	t.Helper()
	if err := k.createTopic(t, topic, 3, nil); err != nil {
		t.Fatal(err)
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	first = time.Now().Add(-100 * time.Second).Truncate(time.Second)
	for n := range 300 {
		cl.Produce(t.Context(), &kgo.Record{Topic: topic, Partition: int32(n % 3), Value: []byte("v"), Timestamp: first.Add(time.Duration(n/3) * time.Second)}, nil)
	}
	if err := cl.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	cut := kadm.Offsets{}
	cut.AddOffset(topic, 0, 10, -1)
	deleted, err := k.admin.DeleteRecords(t.Context(), cut)
	if err == nil {
		err = deleted.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	k.commits(t, group, topic, 40, 0, 1)
	return first
}

func (k *real) commits(t *testing.T, group, topic string, at int64, partitions ...int32) {
	t.Helper()
	offsets := kadm.Offsets{}
	for _, p := range partitions {
		offsets.AddOffset(topic, p, at, -1)
	}
	for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) { // a coordinator may still be reading its log
		err := k.admin.CommitAllOffsets(t.Context(), group, offsets)
		if err == nil {
			return
		}
		if time.Since(begin) > forever {
			t.Fatal(err)
		}
	}
}

// stands returns what a group has committed, as another client reads it.
func (k *real) stands(t *testing.T, group string) string {
	t.Helper()
	offsets, err := k.admin.FetchOffsets(t.Context(), group)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	offsets.Each(func(o kadm.OffsetResponse) { all = append(all, fmt.Sprintf("%s/%d %d", o.Topic, o.Partition, o.At)) })
	slices.Sort(all)
	return strings.Join(all, ", ")
}

var toolLine = regexp.MustCompile(`(?m)^(\S+)\s+(\S+)\s+(\d+)\s+(\d+)\s*$`)

// theirs is what Kafka's own tool would do, without doing it.
func (k *real) theirs(t *testing.T, group string, args ...string) string {
	t.Helper()
	args = append([]string{"--bootstrap-server", k.Seeds(realkafka.Plaintext)[0], "--group", group, "--reset-offsets", "--dry-run"}, args...)
	out, err := k.Tool(t.Context(), k.groupTool(), args...)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, m := range toolLine.FindAllStringSubmatch(string(out), -1) {
		lines = append(lines, fmt.Sprintf("%s/%s>%s", m[2], m[3], m[4])) // GROUP TOPIC PARTITION NEW-OFFSET
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

func ours(p model.ResetPlan) string {
	var lines []string
	for _, l := range p.Lines {
		if l.Problem == nil {
			lines = append(lines, fmt.Sprintf("%s/%d>%d", l.Topic, l.Partition, l.To))
		}
	}
	return strings.Join(lines, ", ")
}

func (k *real) resetPlans(t *testing.T) {
	first := k.idle(t, "planned", "planners")
	c := connect(t, k.plain())
	file := "planned,0,50\nplanned,1,5000\nplanned,2,3\n"
	path := filepath.Join(t.TempDir(), "offsets.csv")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	middle := first.Add(61*time.Second + 500*time.Millisecond).UTC()
	one := model.NamesOf("planned")
	for name, test := range map[string]struct {
		args  string
		reset model.Reset
	}{
		"earliest":         {"--all-topics --to-earliest", model.Reset{To: model.ToEarliest}},
		"latest":           {"--topic planned --to-latest", model.Reset{To: model.ToLatest, Topics: one}},
		"one partition":    {"--topic planned:1 --to-latest", model.Reset{To: model.ToLatest, Topics: one, Partition: 1}},
		"offset":           {"--topic planned --to-offset 70", model.Reset{To: model.ToOffset, Offset: 70, Topics: one}},
		"before the log":   {"--topic planned --to-offset 7", model.Reset{To: model.ToOffset, Offset: 7, Topics: one}},
		"beyond the log":   {"--all-topics --to-offset 700", model.Reset{To: model.ToOffset, Offset: 700}},
		"forward":          {"--all-topics --shift-by 15", model.Reset{To: model.ByShift, Offset: 15}},
		"back too far":     {"--all-topics --shift-by -35", model.Reset{To: model.ByShift, Offset: -35}},
		"a time":           {"--topic planned --to-datetime " + middle.Format("2006-01-02T15:04:05.000"), model.Reset{To: model.ToTime, Time: middle, Topics: one}},
		"a time too young": {"--topic planned --to-datetime 2099-01-01T00:00:00.000", model.Reset{To: model.ToTime, Time: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), Topics: one}},
		"an hour":          {"--topic planned --by-duration PT1H", model.Reset{To: model.ByDuration, Duration: time.Hour, Topics: one}},
		"no time at all":   {"--topic planned --by-duration PT0S", model.Reset{To: model.ByDuration, Topics: one}},
		"a file":           {"--from-file " + path, model.Reset{To: model.FromFile, File: file}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.reset.Partition == 0 {
				test.reset.Partition = everywhere
			}
			want := k.theirs(t, "planners", strings.Fields(test.args)...)
			if got := ours(planned(t, c, "planners", test.reset)); got != want || want == "" {
				t.Errorf("planned %s\nKafka's tool plans %s", got, want)
			}
		})
	}
	if got := k.stands(t, "planners"); got != "planned/0 40, planned/1 40" {
		t.Errorf("planning changed what is committed: %s", got)
	}
}

func (k *real) reset(t *testing.T) {
	k.idle(t, "moved", "movers")
	c := connect(t, k.plain())
	plan := planned(t, c, "movers", model.Reset{To: model.ToOffset, Offset: 70, Topics: model.NamesOf("moved"), Partition: everywhere})
	if plan.Skipped != 60 || plan.State != "Empty" {
		t.Errorf("plan = %+v", plan)
	}
	done := the[model.OffsetsReset](t, does(t, c, &model.ResetOffsets{Plan: plan})).Plan
	want := "moved/0 70, moved/1 70, moved/2 70"
	if got := k.stands(t, "movers"); got != want || told(done) != "moved/0 70>70, moved/1 70>70, moved/2 70>70" {
		t.Errorf("%s is committed, %s was read back", got, told(done))
	}
	k.commits(t, "movers", "moved", 71, 2)
	if p := doing(t, c, &model.ResetOffsets{Plan: done}); !strings.HasPrefix(p.Says, "The offsets moved since the preview: partition 2 of moved was at 70, and is at 71") {
		t.Errorf("%+v", p)
	}
}

// A share group's partitions have a start offset in place of a committed one.
func (k *real) resetShare(t *testing.T) {
	k.idle(t, "shared", "unshared")
	sharer, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.ShareGroup("share"), kgo.ConsumeTopics("shared"), kgo.ClientID("sharer"))
	if err != nil {
		t.Fatal(err)
	}
	defer sharer.Close()
	c := connect(t, k.plain())
	k.listed(t, c, "share")
	g := k.described(t, c, "share")
	r := model.Reset{To: model.ToOffset, Offset: 30, Topics: model.NamesOf("shared"), Partition: everywhere}
	plan := planned(t, c, "share", r)
	if p := plan.Refusal(); p == nil || !strings.HasPrefix(p.Says, "Group share is in use by sharer at ") {
		t.Errorf("in use: %+v", p)
	}
	does(t, c, model.RemoveMember{Group: "share", MemberID: g.Members[0].ID})
	sharer.Close()
	k.emptied(t, c, "share")
	plan = planned(t, c, "share", r)
	done := the[model.OffsetsReset](t, does(t, c, &model.ResetOffsets{Plan: plan})).Plan
	if got := told(done); got != "shared/0 30>30, shared/1 30>30, shared/2 30>30" {
		t.Errorf("read back %s", got)
	}
	does(t, c, model.DeleteOffsets{Group: "share", Topic: "shared"})
	if p := doing(t, c, model.DeleteOffsets{Group: "share", Topic: "shared"}); p.Kind != model.Gone {
		t.Errorf("again: %+v", p)
	}
	does(t, c, model.DeleteGroup{Group: "share"})
}

// listed waits until a group is there.
func (k *real) listed(t *testing.T, c *Client, group string) {
	t.Helper()
	var s model.Snapshot
	eventually(t, c, group+" is listed", forever, model.ListGroups{}, &s, func() bool { _, ok := s.Group(group); return ok })
}

// emptied waits until a group has no members.
func (k *real) emptied(t *testing.T, c *Client, group string) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		g, err := c.described(t.Context(), group)
		if err == nil && g.Problem == nil && len(g.Members) == 0 && g.State == "Empty" {
			return
		}
		if time.Since(begin) > forever {
			t.Fatalf("group %s is not empty: %+v, %v", group, g, err)
		}
	}
}

// A member of a streams group that was killed holds the group until its session is
// over, unless it is removed.
func (k *real) resetStreams(t *testing.T) {
	k.idle(t, "streamed", "unstreamed")
	source, err := filepath.Abs("rebalances/testdata/Streams.java")
	if err != nil {
		t.Fatal(err)
	}
	program, err := k.StreamsProgram(t.Context(), source, strings.Join(k.Seeds(realkafka.Plaintext), ","), "streamers", "streamer", "streamed", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := program.StdinPipe(); err != nil { // it ends with its input
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	kill := sync.OnceFunc(func() {
		program.Process.Kill()
		program.Wait()
	})
	t.Cleanup(kill)
	c := connect(t, k.plain())
	k.listed(t, c, "streamers")
	g := k.described(t, c, "streamers")
	if g.Kind != model.Streams {
		t.Fatalf("group = %+v", g)
	}
	kill()
	r := model.Reset{To: model.ToOffset, Offset: 20, Topics: model.NamesOf("streamed"), Partition: everywhere}
	plan := planned(t, c, "streamers", r)
	if p := plan.Refusal(); p == nil || !strings.HasPrefix(p.Says, "Group streamers is in use by ") {
		t.Errorf("held by one that was killed: %+v", p)
	}
	for _, m := range k.now(t, c, "streamers").Members {
		does(t, c, model.RemoveMember{Group: "streamers", MemberID: m.ID, InstanceID: m.InstanceID})
	}
	k.emptied(t, c, "streamers")
	done := the[model.OffsetsReset](t, does(t, c, &model.ResetOffsets{Plan: planned(t, c, "streamers", r)})).Plan
	if want := "streamed/0 20>20, streamed/1 20>20, streamed/2 20>20"; told(done) != want {
		t.Errorf("read back %s, want %s", told(done), want)
	}
	does(t, c, model.DeleteGroup{Group: "streamers"})
}
