package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"syscall"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/export"
)

// following is a cluster with a topic of two partitions, on which records come
// in as told; the tail then waits as long as it may, or ends with an error.
func following(err error, events ...model.Event) *script {
	return &script{
		says: map[model.Query][]model.Event{
			model.DescribeTopic{Name: "orders"}: {model.TopicDescribed{Topic: model.Topic{Name: "orders", Partitions: make([]model.Partition, 2)}}},
			model.DescribeTopic{Name: "pay"}:    {model.TopicDescribed{Topic: model.Topic{Name: "pay", Partitions: make([]model.Partition, 12)}}},
			model.DescribeTopic{Name: "nope"}:   {model.TopicDescribed{Topic: model.Topic{Name: "nope", Problem: &model.Problem{Kind: model.Gone, Says: "There is no topic nope"}}}},
		},
		fails: map[model.Query]error{},
		tail: func(ctx context.Context, _ model.Tail, emit func(model.Event)) error {
			for _, e := range events {
				emit(e)
			}
			if err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
	}
}

func came(rs ...model.Record) model.Event {
	return model.RecordsRead{At: at, Records: each(rs)}
}

// each goes through records.
func each(rs []model.Record) iter.Seq[*model.Record] {
	return func(yield func(*model.Record) bool) {
		for i := range rs {
			if !yield(&rs[i]) {
				return
			}
		}
	}
}

// some are records of every shape.
var some = []model.Record{
	{Topic: "orders", Partition: 3, Offset: 119529, Timestamp: at, LeaderEpoch: 7, Key: []byte("user-42"), Value: []byte(`{"id":9911,"total":12.50}`)},
	{Topic: "orders", Offset: 120330, LeaderEpoch: -1, Value: []byte("hello")},
	{Topic: "orders", Partition: 7, Offset: 118844, Timestamp: at, LogAppend: true, Key: []byte{}, Headers: []model.Header{{Key: "h", Value: []byte("1")}, {Key: "h"}, {Key: "b\xff", Value: []byte{0xff}}}},
	{Topic: "orders", Offset: 1, Timestamp: at, Key: []byte("\xff\x00"), Value: []byte("\x1b]52;c;x\x07\n\u009b2J\u202e")},
	{Topic: "orders", Offset: 2, Timestamp: at, Key: []byte("∅"), Value: []byte(`""`)},
	{Topic: "orders", Offset: 3, Timestamp: at, Key: []byte(""), Value: []byte("文 <&>")},
}

// interruptedAfter returns a context that ends once the script's tail waits.
func (s *shell) tailing(t *testing.T, words string) (status int, out, errs string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := s.script.tail
	s.script.tail = func(inner context.Context, q model.Tail, emit func(model.Event)) error {
		return told(inner, q, func(e model.Event) {
			if e == nil {
				cancel() // as an interrupt would
				return
			}
			emit(e)
		})
	}
	s.ctx = ctx
	return s.run(t, onB(words)...)
}

func TestTailPrintsALineARecord(t *testing.T) {
	s := shell{script: following(nil, came(some...), came(), nil)}
	status, out, errs := s.tailing(t, "tail orders")
	if status != done || errs != "kscope: 6 records\n" || s.closed != 1 {
		t.Errorf("%d %q", status, errs)
	}
	golden(t, "tail.line", out)
	plain(t, out)
	if got, want := s.script.asked[1], (model.Tail{Targets: model.TargetOf("orders", model.AllPartitions), Whole: true}); got != want {
		t.Errorf("asked %+v", got)
	}
}

func TestTailPrintsJSON(t *testing.T) {
	s := shell{script: following(nil, came(some...), nil)}
	status, out, _ := s.tailing(t, "tail orders -o json")
	if status != done {
		t.Errorf("status %d", status)
	}
	golden(t, "tail.json", out)
	plain(t, out)
	names := "topic partition offset timestamp timestamp_type leader_epoch key value headers"
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if got := namesIn(lines[0]); got != names {
		t.Errorf("%q", got)
	}
	for i, line := range lines {
		var row recordRow
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if row.ValueEncoding == "" && row.Value != nil && *row.Value != string(some[i].Value) {
			t.Errorf("%q is read back as %q", some[i].Value, *row.Value)
		}
	}
}

func TestTailOfWhatIsNotThere(t *testing.T) {
	s := shell{script: following(nil, nil)}
	if status, out, errs := s.run(t, onB("tail nope")...); status != failed || out != "" || errs != "kscope: There is no topic nope\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, _, errs := s.run(t, onB("tail orders --partition 2")...); status != failed || errs != "kscope: Topic orders has no partition 2: its partitions are 0 to 1\n" {
		t.Errorf("%d %q", status, errs)
	}
	s.script.fails[model.DescribeTopic{Name: "orders"}] = errors.New("nobody answers")
	if status, _, errs := s.run(t, onB("tail orders")...); status != failed || errs != "kscope: nobody answers\n" {
		t.Errorf("%d %q", status, errs)
	}
}

func TestTailEndsByCount(t *testing.T) {
	s := shell{script: following(nil, came(some[:2]...), came(some[2:]...), came(some...))}
	status, out, errs := s.run(t, onB("tail orders --count 3")...)
	if status != done || strings.Count(out, "\n") != 3 || errs != "" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestTroubleOfATail(t *testing.T) {
	trouble := func(kind model.ProblemKind, says string) model.Event {
		return model.TailTroubled{Problem: &model.Problem{Kind: kind, Says: says}}
	}
	down := trouble(model.Unreachable, "Broker 1 is down")
	s := shell{script: following(nil, down, down, came(some[0]), down, model.TailTroubled{}, nil)}
	status, out, errs := s.tailing(t, "tail orders")
	if want := strings.Repeat("kscope: Broker 1 is down\n", 2) + "kscope: 1 record\n"; status != done || errs != want || strings.Count(out, "\n") != 1 {
		t.Errorf("%d %q %q", status, out, errs)
	}

	s = shell{script: following(nil, came(some[0]), trouble(model.Gone, "Topic orders was deleted"), came(some[1]))}
	status, out, errs = s.run(t, onB("tail orders")...)
	if status != failed || errs != "kscope: Topic orders was deleted\n" || strings.Count(out, "\n") != 1 {
		t.Errorf("%d %q %q", status, out, errs)
	}

	s = shell{script: following(errors.New("it is over"), came(some[0]))}
	if status, _, errs = s.run(t, onB("tail orders")...); status != failed || errs != "kscope: it is over\n" {
		t.Errorf("%d %q", status, errs)
	}

	lost := model.RecordsRead{Records: each(some[:1]), Progress: model.Progress{Read: 3, Matched: 3, Dropped: 2}}
	s = shell{script: following(nil, lost, nil)}
	if status, _, errs = s.tailing(t, "tail orders"); status != failed || errs != "kscope: 1 record\nkscope: 2 records more went by too fast to be printed\n" {
		t.Errorf("%d %q", status, errs)
	}
}

func TestTailWhoseReaderIsGone(t *testing.T) {
	for err, want := range map[error]int{syscall.EPIPE: done, errors.New("disk full"): failed} {
		s := shell{script: following(nil, came(some...), came(some...)), out: &gone{err: err}}
		status, _, errs := s.run(t, onB("tail orders")...)
		if status != want || (errs == "") != (want == done) {
			t.Errorf("%v: %d %q", err, status, errs)
		}
	}
}

// TestTailPrintsAtOnce reads a tail through a pipe while it is still waiting for
// more.
func TestTailPrintsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	s := shell{script: following(nil, came(some[1])), out: w, ctx: ctx}
	status := make(chan int)
	go func() {
		n, _, _ := s.run(t, onB("tail orders")...)
		status <- n
	}()
	line := make([]byte, 80)
	n, err := r.Read(line)
	if err != nil || string(line[:n]) != "orders:0:120330 key=∅ value=hello\n" {
		t.Errorf("%q %v", line[:n], err)
	}
	cancel()
	if n := <-status; n != done {
		t.Errorf("status %d", n)
	}
}

func FuzzRecords(f *testing.F) {
	for _, r := range some {
		f.Add(r.Topic, r.Key, r.Value, r.Key == nil)
	}
	f.Fuzz(func(t *testing.T, topic string, key, value []byte, null bool) {
		r := model.Record{Topic: topic, Key: key, Value: value, Timestamp: at, Headers: []model.Header{{Key: topic, Value: value}}}
		if null {
			r.Key = nil
		}
		line := formed(t, "line").Append(nil, &r)
		plain(t, string(line))
		if bytes.Count(line, []byte("\n")) != 1 {
			t.Errorf("%q is not one line", line)
		}
		encoded := formed(t, "json").Append(nil, &r)
		plain(t, string(encoded))
		var back recordRow
		if err := json.Unmarshal(encoded, &back); err != nil {
			t.Fatalf("%v: %s", err, encoded)
		}
		for _, p := range []struct {
			got, enc string
			null     bool
			want     []byte
		}{{deref(back.Key), back.KeyEncoding, back.Key == nil, r.Key}, {deref(back.Value), back.ValueEncoding, back.Value == nil, r.Value}} {
			if p.null != (p.want == nil) || !bytes.Equal(decoded(t, p.got, p.enc), p.want) {
				t.Errorf("%q is read back as %q (%s)", p.want, p.got, p.enc)
			}
		}
	})
}

// A recordRow is what -o json says of one record.
type recordRow struct {
	Key           *string `json:"key"`
	KeyEncoding   string  `json:"key_encoding"`
	Value         *string `json:"value"`
	ValueEncoding string  `json:"value_encoding"`
}

func formed(t testing.TB, form string) *export.Printer {
	t.Helper()
	p, err := export.New(form, export.Decoding{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func decoded(t *testing.T, s, encoding string) []byte {
	t.Helper()
	if encoding == "" {
		return []byte(s)
	}
	var b []byte
	if err := json.Unmarshal([]byte(`"`+s+`"`), &b); err != nil { // JSON's own bytes are base64
		t.Fatal(err)
	}
	return b
}

func BenchmarkTail(b *testing.B) {
	for _, form := range []string{"line", "json", "csv", "raw", `%o %k: %s\n`} {
		b.Run(form, func(b *testing.B) { benchmarkTail(b, form) })
	}
}

// benchmarkTail prints a hundred records at a time.
func benchmarkTail(b *testing.B, form string) {
	records := make([]model.Record, 100)
	for i := range records {
		records[i] = model.Record{Topic: "orders", Partition: 3, Offset: int64(i), Timestamp: at.Add(time.Second), Key: []byte("user-42"), Value: bytes.Repeat([]byte(`{"id":9911},`), 16)}
	}
	p := &printer{out: io.Discard, form: formed(b, form), left: 1 << 62}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.print(each(records)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(records))/b.Elapsed().Seconds(), "records/s")
}
