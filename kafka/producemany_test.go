package kafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// sendAll carries out a command and returns its last account, whose counts are checked
// to add up, and the receipts it told of.
func sendAll(t *testing.T, c *Client, ctx context.Context, cmd *model.SendMany, each func(s *model.Sending)) (model.Sending, []model.Receipt) {
	t.Helper()
	var last model.Sending
	var receipts []model.Receipt
	err := c.Do(ctx, cmd, func(e model.Event) {
		switch e := e.(type) {
		case model.ManySent:
			if last.Done {
				t.Error("an account comes after the last")
			}
			last = e.Sending
			if n := last.Taken(); cmd.Count > 0 && n > cmd.Count || last.InFlight < 0 {
				t.Errorf("%d of %d records are taken: %+v", n, cmd.Count, last)
			}
			if each != nil {
				each(&last)
			}
		case model.RecordsSettled:
			receipts = append(receipts, e.Receipts...)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	in := int64(0)
	for _, p := range last.Partitions {
		in += p.Acknowledged
	}
	if !last.Done || last.InFlight != 0 || last.Command != cmd || in != last.Acknowledged+last.Unconfirmed {
		t.Errorf("the last account is %+v", last)
	}
	return last, receipts
}

// written reads a topic from its beginning to its end.
func written(t *testing.T, seeds []string, topic string) []*kgo.Record {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(200*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	c := connect(t, model.Connection{Seeds: seeds})
	left := int64(0)
	ends := map[int32]int64{}
	for p, end := range the[model.OffsetsListed](t, ask(t, c, model.ListOffsets{Topics: model.NamesOf(topic)})).Topics[0].End {
		ends[int32(p)] = end
		left += end
	}
	var records []*kgo.Record
	ctx, cancel := context.WithTimeout(t.Context(), forever)
	defer cancel()
	for int64(len(records)) < left && ctx.Err() == nil {
		cl.PollFetches(ctx).EachRecord(func(r *kgo.Record) { records = append(records, r) })
	}
	if int64(len(records)) != left {
		t.Fatalf("%d of %d records could be read", len(records), left)
	}
	return records
}

func TestSendManyOfATemplate(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(6, "orders"))
	c := dial(t, cluster)
	cmd := &model.SendMany{
		Record:   model.Produce{Topic: "orders", Partition: model.AllPartitions, Headers: []model.Header{{Key: "source", Value: []byte("test")}}},
		Material: model.Template{Key: "user-{{n}}", Value: `{"n":{{n}},"key":"{{key}}"}`, Headers: []model.Header{{Key: "n", Value: []byte("{{n}}")}}, Seed: 1},
		Count:    30_000,
	}
	s, receipts := sendAll(t, c, t.Context(), cmd, nil)
	if s.Acknowledged != 30_000 || !s.Whole() || len(receipts) != 0 || len(s.Partitions) != 6 || s.Rate <= 0 || s.Left != 0 {
		t.Errorf("%+v", s)
	}
	seen := map[string]bool{}
	for _, r := range written(t, cluster.ListenAddrs(), "orders") {
		n := strings.TrimPrefix(string(r.Key), "user-")
		if want := fmt.Sprintf(`{"n":%s,"key":"user-%s"}`, n, n); string(r.Value) != want || seen[want] || r.Partition != model.KeyPartition(r.Key, 6) {
			t.Fatalf("%s: %s on %d", r.Key, r.Value, r.Partition)
		}
		if len(r.Headers) != 2 || string(r.Headers[0].Value) != "test" || string(r.Headers[1].Value) != n {
			t.Fatalf("%v", r.Headers)
		}
		seen[string(r.Value)] = true
	}
	if len(seen) != 30_000 {
		t.Errorf("%d records are there", len(seen))
	}
}

func TestSendManyOfAFile(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(3, "orders"))
	c := dial(t, cluster)
	path := filepath.Join(t.TempDir(), "records.jsonl")
	lines := `{"key":"a","value":"1","partition":2,"timestamp":1772366400000}
{"value":null}
{"key":"","value":""}
{"key":"lost","value":"x","partition":3}
{"key":"b","value":{"n":12345678901234567890},"headers":[{"key":"h","value":null}]}
`
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := &model.SendMany{
		Record: model.Produce{Topic: "orders", Partition: model.AllPartitions}, OwnTime: true, Each: true,
		Material: model.File{Path: path, Format: model.JSONLines},
	}
	s, receipts := sendAll(t, c, t.Context(), cmd, nil)
	if s.Acknowledged != 4 || s.Refused != 1 || s.Whole() || len(s.Refusals) != 1 || s.Refusals[0].Line != 4 || s.Problem.Says != "Topic orders has no partition 3" {
		t.Errorf("%+v", s)
	}
	for i, o := range receipts {
		if o.Line != int64(i+1) || (o.Problem == nil) != (i != 3) || o.Problem == nil && (o.Sent.Offset < 0 || o.Sent.Took <= 0) {
			t.Errorf("%d: %+v", i, o)
		}
	}
	if len(receipts) != 5 || receipts[0].Sent.String() != "orders:2:0" || receipts[0].Sent.Timestamp.UnixMilli() != 1772366400000 {
		t.Errorf("%+v", receipts)
	}
	found := map[string]string{}
	for _, r := range written(t, cluster.ListenAddrs(), "orders") {
		found[fmt.Sprintf("%q", r.Key)+fmt.Sprint(r.Key == nil)] = fmt.Sprintf("%q", r.Value) + fmt.Sprint(r.Value == nil, len(r.Headers))
	}
	want := map[string]string{`"a"false`: `"1"false 0`, `""true`: `""true 0`, `""false`: `""false 0`, `"b"false`: `"{\"n\":12345678901234567890}"false 1`}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("found %v", found)
	}
}

// Before anything is sent, it is said what cannot be.
func TestSendManyIsRefused(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "orders")))
	record := model.Produce{Topic: "orders", Partition: model.AllPartitions}
	for says, cmd := range map[string]*model.SendMany{
		"It is not said how many records are to be sent":              {Record: record},
		"A rate cannot be below zero":                                 {Record: record, Count: 1, Rate: -1},
		"The template of the value is wrong at column 3: there is no": {Record: record, Count: 1, Material: model.Template{Value: "{{nope}}"}},
		"The file cannot be read: /nowhere: no such file":             {Record: record, Material: model.File{Path: "/nowhere"}},
		"There is no topic nope":                                      {Record: model.Produce{Topic: "nope"}, Count: 1},
		"Topic orders has no partition 2":                             {Record: model.Produce{Topic: "orders", Partition: 2}, Count: 1},
		"An idempotent producer waits for all in-sync replicas":       {Record: model.Produce{Topic: "orders", Delivery: model.Delivery{Acks: model.AcksLeader, Idempotence: model.Idempotent}}, Count: 1},
	} {
		if p := doing(t, c, cmd); !strings.HasPrefix(p.Says, says) {
			t.Errorf("%v, want %q", p, says)
		}
	}
}

// A record that is too large is refused alone; those around it are not.
func TestSendManyRefusesOneRecord(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	input := "a\n" + strings.Repeat("x", 2<<20) + "\nb\n"
	path := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(path, []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	record := model.Produce{Topic: "orders", Partition: model.AllPartitions, Key: []byte("k")}
	s, _ := sendAll(t, c, t.Context(), &model.SendMany{Record: record, Material: model.File{Path: path}}, nil)
	if s.Acknowledged != 2 || s.Refused != 1 || !strings.HasPrefix(s.Problem.Says, "The record of 2097153 bytes is larger than topic orders takes, which is 1048588 bytes") {
		t.Errorf("%+v", s)
	}
	s, _ = sendAll(t, c, t.Context(), &model.SendMany{Record: record, Material: model.File{Path: path}, Strict: true}, nil)
	if s.Acknowledged != 1 || s.Refused != 1 {
		t.Errorf("strict: %+v", s)
	}
	if n := len(written(t, cluster.ListenAddrs(), "orders")); n != 3 {
		t.Errorf("%d records are there", n)
	}
}

func TestSendManyIsCancelled(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(3, "orders"))
	c := dial(t, cluster)
	ctx, cancel := context.WithCancel(t.Context())
	cmd := &model.SendMany{Record: model.Produce{Topic: "orders", Partition: model.AllPartitions, Value: []byte("v")}, Count: 1 << 40}
	s, _ := sendAll(t, c, ctx, cmd, func(s *model.Sending) {
		if s.Acknowledged > 1000 {
			cancel()
		}
	})
	if !s.Stopped || s.Unknown+s.Refused+s.Unsent != 0 || s.Acknowledged <= 1000 || s.Whole() {
		t.Errorf("%+v", s)
	}
	if n := int64(len(written(t, cluster.ListenAddrs(), "orders"))); n != s.Acknowledged {
		t.Errorf("%d are acknowledged and %d in the log", s.Acknowledged, n)
	}
}

func TestSendManyAtARate(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	begin := time.Now()
	s, _ := sendAll(t, dial(t, cluster), t.Context(), &model.SendMany{Record: model.Produce{Topic: "orders", Value: []byte("v")}, Count: 21, Rate: 40}, nil)
	if took := time.Since(begin); took < 500*time.Millisecond || s.Acknowledged != 21 {
		t.Errorf("%v for %+v", took, s)
	}
}

// What was sent when the broker fell silent is unknown, what never left is not, and
// the sending ends.
func TestSendManyToASilentBroker(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second})
	late := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(t.Context())
	cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		once.Do(cancel)
		cluster.SleepControl(func() { <-late })
		return nil, nil, false
	})
	s, _ := sendAll(t, c, ctx, &model.SendMany{Record: model.Produce{Topic: "orders", Value: []byte("v")}, Count: 1 << 30}, nil)
	if s.Unknown == 0 || s.Acknowledged != 0 || s.Problem.Kind != model.Unknown || !s.Stopped {
		t.Errorf("%+v", s)
	}
	close(late)
}

// What a leader wrote but too few replicas have is sent again; when that is given up,
// nobody knows whether it stays.
func TestSendManyThatTooFewReplicasHave(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second})
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	cluster.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		once.Do(cancel)
		return producedWith(req.(*kmsg.ProduceRequest), kerr.NotEnoughReplicasAfterAppend), nil, true
	})
	s, _ := sendAll(t, c, ctx, &model.SendMany{Record: model.Produce{Topic: "orders", Value: []byte("v")}, Count: 1 << 30}, nil)
	if s.Unknown == 0 || s.Unsent > 1 || s.Acknowledged != 0 || !s.Stopped {
		t.Errorf("%+v", s)
	}
}

// producedWith answers a request for each of its partitions with an error.
func producedWith(req *kmsg.ProduceRequest, err *kerr.Error) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, rt := range req.Topics {
		t := kmsg.NewProduceResponseTopic()
		t.Topic, t.TopicID = rt.Topic, rt.TopicID
		for _, rp := range rt.Partitions {
			p := kmsg.NewProduceResponseTopicPartition()
			p.Partition, p.ErrorCode = rp.Partition, err.Code
			t.Partitions = append(t.Partitions, p)
		}
		resp.Topics = append(resp.Topics, t)
	}
	return resp
}

func TestSendManyWithoutAcks(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	none := model.Delivery{Acks: model.AcksNone}
	s, _ := sendAll(t, c, t.Context(), &model.SendMany{Record: model.Produce{Topic: "orders", Value: []byte("v"), Delivery: none}, Count: 100}, nil)
	if s.Unconfirmed != 100 || s.Acknowledged != 0 || !s.Whole() || s.Partitions[0].Last != model.NoOffset {
		t.Errorf("%+v", s)
	}
	if sent := send(t, c, &model.Produce{Topic: "orders", Delivery: none}); sent.Offset != model.NoOffset || sent.String() != "orders:0:?" {
		t.Errorf("%+v", sent)
	}
}

// trickle is a stream that waits for records that never come.
type trickle struct {
	sent bool
	stop chan struct{}
}

func (s *trickle) Next() (model.Draft, bool, error) {
	if !s.sent {
		s.sent = true
		return model.Draft{Line: 1, Partition: model.AllPartitions, Value: []byte("v"), HasValue: true}, true, nil
	}
	<-s.stop
	return model.Draft{}, false, nil
}

func TestSendManyOfAStreamThatWaits(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	ctx, cancel := context.WithCancel(t.Context())
	from := &trickle{stop: make(chan struct{})}
	cmd := &model.SendMany{
		Record: model.Produce{Topic: "orders", Partition: model.AllPartitions}, Each: true,
		Material: model.Stream{From: from, Stop: sync.OnceFunc(func() { close(from.stop) })},
	}
	s, receipts := sendAll(t, dial(t, cluster), ctx, cmd, func(s *model.Sending) {
		if s.Acknowledged == 1 {
			cancel()
		}
	})
	if s.Acknowledged != 1 || len(receipts) != 1 || !s.Stopped {
		t.Errorf("%+v, %+v", s, receipts)
	}
}

func TestPreviewMany(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(1)))
	preview := func(q model.PreviewMany) model.Preview {
		return the[model.ManyPreviewed](t, ask(t, c, q)).Preview
	}
	p := preview(model.PreviewMany{Key: "k{{n}}", Value: "{{int 5 5}}", N: 2})
	if len(p.Drafts) != 2 || string(p.Drafts[1].Key) != "k2" || string(p.Drafts[1].Value) != "5" || !p.More || p.Problem != nil {
		t.Errorf("%+v", p)
	}
	path := filepath.Join(t.TempDir(), "f.csv")
	if err := os.WriteFile(path, []byte("key,value\na,b\nc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p = preview(model.PreviewMany{File: model.File{Path: path, Format: model.CSV}, N: 5})
	if len(p.Drafts) != 1 || p.Problem == nil || !strings.HasPrefix(p.Problem.Says, "Line 3: ") {
		t.Errorf("%+v %v", p, p.Problem)
	}
}

func TestAuditPartitioner(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(12, "orders"))
	c := dial(t, cluster)
	audit := func(last int64) *model.Audit {
		t.Helper()
		all := every[model.PartitionerAudited](ask(t, c, model.AuditPartitioner{Topic: "orders", Last: last}))
		return all[len(all)-1].Audit
	}
	if a := audit(100); !a.Done || a.Says() != "None of the 0 records has a key, so that they say nothing" {
		t.Errorf("%+v", a)
	}
	record := model.Produce{Topic: "orders", Partition: model.AllPartitions, Partitioner: model.ConsistentRandom}
	sendAll(t, c, t.Context(), &model.SendMany{Record: record, Material: model.Template{Key: "user-{{n}}"}, Count: 600}, nil)
	a := audit(1200)
	if p, ok := a.Verdict(); !ok || p != model.ConsistentRandom || a.Read != 600 || a.Says() != "CRC32 of the key explains them all, as librdkafka does" {
		t.Errorf("%v: %+v", a.Says(), a)
	}
	record.Partitioner = model.Murmur2
	sendAll(t, c, t.Context(), &model.SendMany{Record: record, Material: model.Template{Key: "user-{{n}}"}, Count: 600}, nil)
	a = audit(2400)
	if _, ok := a.Verdict(); ok || a.Split < 400 || len(a.Spread) != model.SplitsKept || !strings.HasPrefix(a.Says(), "No single partitioner explains them") {
		t.Errorf("%v: %+v", a.Says(), a)
	}
	if a := audit(120); a.Read > 120 {
		t.Errorf("%d records were read", a.Read)
	}
	err := c.Ask(t.Context(), model.AuditPartitioner{Topic: "nope"}, func(model.Event) {})
	var p *model.Problem
	if !errors.As(err, &p) || p.Kind != model.Gone {
		t.Error(err)
	}
}
