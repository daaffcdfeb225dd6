package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// at is the time of everything in these tests.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A script is a cluster that says what it is told to say.
type script struct {
	says  map[model.Query][]model.Event
	fails map[model.Query]error
	tail  func(ctx context.Context, q model.Tail, emit func(model.Event)) error
	watch func(ctx context.Context, group string, emit func(model.Event)) error
	told  func() // called once watch has nothing more to tell
	do    func(c *model.Produce) (*model.Sent, error)

	decoder model.Decoder // nil: model.Plain

	lock  sync.Mutex
	asked []model.Query
	done  []model.Produce
	many  []*model.SendMany
}

// Decoder implements ui.Decoding.
func (s *script) Decoder() model.Decoder {
	if s.decoder == nil {
		return model.Plain{}
	}
	return s.decoder
}

func (s *script) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	s.lock.Lock()
	s.asked = append(s.asked, q)
	s.lock.Unlock()
	if q, ok := q.(model.Tail); ok && s.tail != nil {
		return s.tail(ctx, q, emit)
	}
	if q, ok := q.(model.WatchGroup); ok && s.watch != nil {
		return s.watch(ctx, q.Group, emit)
	}
	for _, e := range s.says[q] {
		emit(e)
	}
	return s.fails[q]
}

func (s *script) Do(ctx context.Context, cmd model.Command, emit func(model.Event)) error {
	if many, ok := cmd.(*model.SendMany); ok {
		return s.doMany(ctx, many, emit)
	}
	one, ok := cmd.(*model.Produce)
	if !ok { // topics are changed in a cluster of its own: see change_test.go
		return &model.Problem{Kind: model.Unsupported, Says: "Cannot " + cmd.String() + " by a script"}
	}
	c := *one
	s.done = append(s.done, c)
	sent, err := s.do(&c)
	if sent != nil {
		emit(model.Produced{Sent: *sent})
	}
	return err
}

// doMany sends the records of a command one by one, as a cluster that takes them by do.
func (s *script) doMany(ctx context.Context, cmd *model.SendMany, emit func(model.Event)) error {
	a := model.Sending{Command: cmd, Total: cmd.Count, Rate: 1000, Began: at, At: at.Add(2 * time.Second)}
	s.many = append(s.many, cmd)
	drafts, err := drawing(cmd, s.Decoder())
	for err == nil && (cmd.Count == 0 || a.Taken() < cmd.Count) {
		var d model.Draft
		var ok bool
		if d, ok, err = drafts.Next(); !ok || err != nil {
			break
		}
		if problem := s.doDraft(cmd, &d, &a, emit); problem != nil && (cmd.Strict || problem.Kind == model.Denied) {
			break
		}
	}
	if a.Stopped = ctx.Err() != nil; err != nil {
		a.Problem = &model.Problem{Says: err.Error()}
	}
	a.Done = true
	emit(model.ManySent{Sending: a})
	return nil
}

func (s *script) doDraft(cmd *model.SendMany, d *model.Draft, a *model.Sending, emit func(model.Event)) *model.Problem {
	r := cmd.Record
	if d.HasKey {
		r.Key = d.Key
	}
	if d.HasValue {
		r.Value = d.Value
	}
	if d.Partition >= 0 && !cmd.Spread {
		r.Partition = d.Partition
	}
	r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], d.Headers...)
	if cmd.OwnTime && !d.Timestamp.IsZero() {
		r.Timestamp = d.Timestamp
	}
	receipt := model.Receipt{Line: d.Line}
	sent, err := (*model.Sent)(nil), error(d.Problem)
	if d.Problem == nil {
		s.done = append(s.done, r)
		sent, err = s.do(&r)
	}
	var problem *model.Problem
	if errors.As(err, &problem) {
		a.Refused++
		a.Problem, receipt.Problem = problem, problem
	} else {
		a.Acknowledged++
		receipt.Sent = *sent
		a.Partitions = []model.PartitionSent{{Partition: sent.Partition, Acknowledged: a.Acknowledged, First: 100, Last: sent.Offset}}
	}
	if cmd.Each {
		emit(model.RecordsSettled{Command: cmd, Receipts: []model.Receipt{receipt}})
	}
	return problem
}

// A shell runs command lines against a script.
type shell struct {
	script *script
	env    map[string]string
	stdin  io.Reader
	out    io.Writer // instead of the buffer that run returns
	ctx    context.Context

	inTerminal, outTerminal bool

	connection model.Connection // that was connected to
	demo       *DemoOptions     // that was asked for
	explored   *Explore         // that was opened
	served     []any            // what ServeDemo was given
	closed     int              // how often a cluster was let go of
	connectErr error
}

func (s *shell) run(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	std := Streams{In: s.stdin, Out: &o, Err: &e, InTerminal: s.inTerminal, OutTerminal: s.outTerminal}
	if std.In == nil {
		std.In = strings.NewReader("")
	}
	if s.out != nil {
		std.Out = s.out
	}
	ctx := s.ctx
	if ctx == nil {
		ctx = t.Context()
	}
	s.closed = 0
	status = Run(ctx, args, std, s.deps())
	return status, o.String(), e.String()
}

func (s *shell) deps() Deps {
	letGo := func() { s.closed++ }
	return Deps{
		Version: "v1.2.3",
		Getenv:  func(name string) string { return s.env[name] },
		Connect: func(_ context.Context, c model.Connection) (ui.Source, func(), error) {
			s.connection = c
			return s.script, letGo, s.connectErr
		},
		Demo: func(_ context.Context, o DemoOptions) (ui.Source, func(), error) {
			s.demo = &o
			return s.script, letGo, nil
		},
		ServeDemo: func(_ context.Context, listen string, topics, partitions int, out io.Writer) error {
			s.served = []any{listen, topics, partitions}
			_, err := io.WriteString(out, "listening\n")
			return err
		},
		CheckFilter: func(filter string) (string, int) {
			if at := strings.Index(filter, "wrong"); at >= 0 {
				return "this is wrong", at
			}
			return "", 0
		},
		Explore: func(_ context.Context, _ ui.Source, x Explore) int {
			s.explored = &x
			return 0
		},
	}
}

// onB returns a command line against the scripted cluster.
func onB(words string) []string { return append(strings.Fields(words), "-b", "kafka-1:9092") }

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n--- got\n%s--- want\n%s", name, got, want)
	}
}

// plain fails the test if text holds anything that a terminal would act upon.
func plain(t *testing.T, text string) {
	t.Helper()
	for _, r := range strings.ReplaceAll(text, "\n", "") {
		if r < 0x20 || export.Unseen(r) {
			t.Errorf("%q goes out as it is in %q", r, text)
		}
	}
}

func replicas(states ...any) []model.Replica {
	var rs []model.Replica
	for i := 0; i < len(states); i += 2 {
		rs = append(rs, model.Replica{Broker: int32(states[i].(int)), State: states[i+1].(model.ReplicaState)})
	}
	return rs
}

func topicsListed(ts ...model.Topic) model.Event {
	for i := range ts {
		ts[i].Tally = model.TallyOf(ts[i].Partitions)
	}
	return model.TopicsListed{At: at, Topics: ts, Counts: model.CountsOf(ts)}
}

// small is a cluster of three brokers, of which one is down.
func small() *script {
	in, out, off := model.InSync, model.OutOfSync, model.OfflineReplica
	all := model.Names{}
	dirs := func(broker int32, sizes map[string][]int64) model.Event {
		return model.LogDirsDescribed{LogDirs: model.NewLogDirs(broker, at, nil, sizes)}
	}
	return &script{
		says: map[model.Query][]model.Event{
			model.ListBrokers{}: {
				model.BrokersListed{At: at, ClusterID: "c", Controller: 2, Brokers: []model.Broker{
					{ID: 1, Host: "kafka-1.example", Port: 9092, Rack: "a"},
					{ID: 2, Host: "kafka-2.example", Port: 9092, Rack: "b", Controller: true},
				}},
				model.BrokersProbed{At: at, Probes: []model.Probe{{Broker: 1, Latency: 1}, {Broker: 2, Latency: 1}}},
			},
			model.ListTopics{}: {topicsListed(
				model.Topic{Name: "__consumer_offsets", Internal: true, ID: [16]byte{1}, Partitions: []model.Partition{
					{ID: 0, Leader: 1, LeaderEpoch: 3, Replicas: replicas(1, in)},
				}},
				model.Topic{Name: "orders", ID: [16]byte{0xfb, 0xef, 0xff}, Partitions: []model.Partition{
					{ID: 0, Leader: 1, LeaderEpoch: 7, Replicas: replicas(1, in, 2, in)},
					{ID: 1, Leader: 2, LeaderEpoch: -1, Replicas: replicas(1, out, 2, in)},
				}},
				model.Topic{Name: "payments", Partitions: []model.Partition{
					{ID: 0, Leader: model.NoBroker, LeaderEpoch: 2, Replicas: replicas(3, off)},
				}},
			)},
			model.DescribeLogDirs{}: {
				dirs(1, map[string][]int64{"__consumer_offsets": {900}, "orders": {1200, 340_000}}),
				dirs(2, map[string][]int64{"orders": {1200, 12_100_000}}),
			},
			model.DescribeTopicConfigs{Topics: all}: {model.TopicConfigsDescribed{Configs: map[string]*model.TopicConfig{
				"__consumer_offsets": {MinISR: 1}, "orders": {MinISR: 2}, "payments": {MinISR: 1},
			}}},
			model.ListOffsets{Topics: all}: {model.OffsetsListed{At: at, Topics: []model.TopicOffsets{
				{Name: "orders", Start: []int64{0, 10}, End: []int64{120331, 10}},
				{Name: "payments", Start: []int64{-1}, End: []int64{-1}},
			}}},
			model.ListGroups{}: {model.GroupsListed{At: at, Groups: []model.Group{
				{ID: "audit", Kind: model.Consumer, State: "Stable", Assignor: "uniform", Coordinator: 1},
				{ID: "billing", Kind: model.Classic, State: "Empty", ProtocolType: "consumer", Coordinator: 2},
				{ID: "sink", State: "", ProtocolType: "connect", Kind: model.Classic, Coordinator: model.NoBroker},
			}}},
			model.DescribeGroups{Groups: all}: {model.GroupsDescribed{At: at, Groups: []model.Group{
				{ID: "audit", Kind: model.Consumer, State: "Stable", Assignor: "uniform", Coordinator: 1, Known: true, Members: make([]model.Member, 2)},
				{ID: "billing", Kind: model.Classic, State: "Empty", ProtocolType: "consumer", Coordinator: 2, Known: true},
			}}},
			model.ReadLags{Groups: all}: {model.LagsRead{At: at, Groups: []model.GroupRead{
				{ID: "audit", Topics: []model.TopicLag{{Topic: "orders", Partitions: []model.PartitionLag{
					{ID: 0, Committed: 120000, Start: 0, End: 120331}, {ID: 1, Committed: model.NoOffset, Start: 10, End: 10},
				}}}},
				{ID: "billing", Topics: []model.TopicLag{{Topic: "orders", Partitions: []model.PartitionLag{
					{ID: 0, Committed: 120331, Start: 0, End: 120331},
				}}}},
			}}},
		},
		fails: map[model.Query]error{},
	}
}

// empty is a cluster that has one broker and nothing on it.
func empty() *script {
	return &script{says: map[model.Query][]model.Event{
		model.ListBrokers{}: {model.BrokersListed{At: at, Controller: 1, Brokers: []model.Broker{{ID: 1, Host: "::1", Port: 9092, Controller: true}}}},
		model.ListTopics{}:  {topicsListed()},
		model.ListGroups{}:  {model.GroupsListed{At: at}},
	}}
}

// nasty is what a name may hold, if a broker is not what it seems.
const nasty = "a\x1b[31m\x00\n\u009b2J\u202eb\u200b\U000e0041\x7f文"

// hostile is a cluster whose every name wants to take the terminal over.
func hostile() *script {
	return &script{says: map[model.Query][]model.Event{
		model.ListBrokers{}: {model.BrokersListed{At: at, Brokers: []model.Broker{{ID: 1, Host: nasty, Port: 9092, Rack: nasty}}}},
		model.ListTopics{}: {topicsListed(
			model.Topic{Name: nasty, Partitions: []model.Partition{{Replicas: replicas(1, model.InSync), Leader: 1}}},
			model.Topic{Name: "plain", Problem: &model.Problem{Says: nasty}})},
		model.DescribeLogDirs{}: {model.LogDirsDescribed{LogDirs: &model.LogDirs{Broker: 1, Problem: &model.Problem{Says: nasty}}}},
		model.ListGroups{}:      {model.GroupsListed{At: at, Groups: []model.Group{{ID: nasty, Kind: model.GroupKind(nasty), State: nasty, Assignor: nasty}}}},
	}}
}
