package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kscope/kafka/drafts"
	"kscope/model"
)

func TestProduceDelivers(t *testing.T) {
	for words, want := range map[string]model.Produce{
		"--acks 1 --compression zstd":              {Delivery: model.Delivery{Acks: model.AcksLeader, Compression: model.Zstd}},
		"--no-idempotence":                         {Delivery: model.Delivery{Idempotence: model.NotIdempotent}},
		"--partitioner consistent_random":          {Partitioner: model.ConsistentRandom},
		"--timestamp 2026-03-01T12:00:00.0019Z":    {Timestamp: time.Date(2026, 3, 1, 12, 0, 0, 1_000_000, time.UTC)},
		"--timestamp @1772366400000":               {Timestamp: time.UnixMilli(1772366400000)},
		"--timestamp now --acks ALL --partition 3": {Partition: 3},
	} {
		s := shell{script: accepting()}
		status, _, errs := s.run(t, onB("produce orders -v x "+words)...)
		if want.Topic, want.Value = "orders", []byte("x"); want.Partition == 0 {
			want.Partition = model.AllPartitions
		}
		if status != done || errs != "" || len(s.script.done) != 1 || !reflect.DeepEqual(s.script.done[0], want) {
			t.Errorf("%s: %d %q %+v", words, status, errs, s.script.done)
		}
	}
}

// lines sent as what they are: key, value.
func keysAndValues(records []model.Produce) string {
	var all []string
	show := func(b []byte) string {
		if b == nil {
			return "∅"
		}
		return string(b)
	}
	for _, r := range records {
		all = append(all, show(r.Key)+"="+show(r.Value))
	}
	return strings.Join(all, " ")
}

func TestProduceReadsKeys(t *testing.T) {
	for words, want := range map[string]string{
		"-K : --null NULL": "k=v =e ∅=plain x= ∅=∅",
		"-K :":             "k=v =e ∅=plain x= NULL=NULL",
		"":                 "∅=k:v ∅=:e ∅=plain ∅=x: ∅=NULL:NULL",
		"-k all":           "all=k:v all=:e all=plain all=x: all=NULL:NULL",
		"-n 2 -K :":        "k=v =e",
	} {
		s := shell{script: accepting(), stdin: strings.NewReader("k:v\n:e\nplain\nx:\nNULL:NULL\n")}
		status, _, errs := s.run(t, onB("produce orders "+words)...)
		if got := keysAndValues(s.script.done); status != done || errs != "" || got != want {
			t.Errorf("%s: %d %q, %s", words, status, errs, got)
		}
	}
}

func TestProduceReadsFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	csv, jsonl := file("a.csv", "key,value,partition\nk,v,3\n"), file("b.jsonl", `{"key":null,"value":"w","partition":2,"timestamp":1772366400000}`)
	s := shell{script: accepting()}
	if status, out, errs := s.run(t, onB("produce orders --format csv --file "+csv)...); status != done || out != "orders:4:100\n" || s.script.done[0].Partition != 3 {
		t.Errorf("%d %q %q %+v", status, out, errs, s.script.done)
	}
	s = shell{script: accepting()}
	if status, _, errs := s.run(t, onB("produce orders --format jsonl --ignore-partitions --timestamp input --file "+jsonl)...); status != done || s.script.done[0].Partition != model.AllPartitions || s.script.done[0].Timestamp.UnixMilli() != 1772366400000 {
		t.Errorf("%d %q %+v", status, errs, s.script.done)
	}
	bad := file("c.jsonl", "{\"value\":\"a\"}\n{\"vaule\":1}\n")
	s = shell{script: accepting()}
	status, out, errs := s.run(t, onB("produce orders --format jsonl --file "+bad)...)
	if status != failed || out != "orders:4:100\n" || !strings.HasPrefix(errs, "kscope: Line 2, column 2: there is no field \"vaule\"") || !strings.HasSuffix(errs, "kscope: 1 record acknowledged\n") {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestProduceFromATemplate(t *testing.T) {
	s := shell{script: accepting()}
	status, out, errs := s.run(t, append(onB("produce orders -n 3 -k {{n}}"), "--template", "v{{n 7}}")...)
	want := "3 records acknowledged in 2s, 1000 a second, 0B\nPARTITION  RECORDS  FIRST  LAST\n        4        3    100   102\n"
	if status != done || errs != "" || out != want || keysAndValues(s.script.done) != "{{n}}=v7 {{n}}=v8 {{n}}=v9" {
		t.Errorf("%d %q %q %s", status, out, errs, keysAndValues(s.script.done))
	}
	s = shell{script: accepting()}
	status, out, _ = s.run(t, append(onB("produce orders -n 2 --rate 50 --tombstone -o line"), "--key-template", "k{{n}}")...)
	if c := s.script.many[0]; status != done || out != "orders:4:100\norders:4:101\n" || keysAndValues(s.script.done) != "k1=∅ k2=∅" || c.Rate != 50 {
		t.Errorf("%d %q %s %+v", status, out, keysAndValues(s.script.done), c)
	}
	s = shell{script: accepting()}
	status, out, _ = s.run(t, onB("produce orders -n 2 -v x -o summary-json")...)
	if status != done || out != `{"acknowledged":2,"unconfirmed":0,"refused":0,"unsent":0,"unknown":0,"bytes":0,"milliseconds":2000,"partitions":[{"partition":4,"acknowledged":2,"first_offset":100,"last_offset":101}],"error":null}`+"\n" {
		t.Errorf("%d %q", status, out)
	}
	s = shell{script: accepting()}
	if status, _, errs := s.run(t, append(onB("produce orders -n 2"), "--template", "{{nope}}")...); status != failed || !strings.HasPrefix(errs, "kscope: The template of the value is wrong at column 3: there is no function") {
		t.Errorf("%d %q", status, errs)
	}
}

// dry is a cluster that describes a topic, and takes nothing.
func dry() *script {
	topic := model.Topic{Name: "orders"}
	for i := range int32(12) {
		topic.Partitions = append(topic.Partitions, model.Partition{ID: i, Leader: 1 + i%3})
	}
	topic.Partitions[5].Leader = model.NoBroker
	return &script{says: map[model.Query][]model.Event{model.DescribeTopic{Name: "orders"}: {model.TopicDescribed{At: at, Topic: topic}}}}
}

func TestProduceForetells(t *testing.T) {
	for words, want := range map[string]string{
		"-v x -k user-42":                        "orders:4 leader 2 murmur2 of the key, modulo 12, as Java's producer does\n",
		"-v x":                                   "orders:? no key: Java's producer stays with one partition until a batch is full, then takes another\n",
		"-v x --partition 3":                     "orders:3 leader 1 the partition was chosen by hand\n",
		"-v x -k k -o json --partitioner sarama": `{"topic":"orders","partition":10,"leader":2,"why":"FNV-1a of the key, modulo 12, as Sarama does"}` + "\n",
		"-v x -o json":                           `{"topic":"orders","partition":null,"leader":null,"why":"no key: Java's producer stays with one partition until a batch is full, then takes another"}` + "\n",
		"--template x --key-template u{{n}} -n 3": "3 records would be sent to orders\nPARTITION  RECORDS\n        4        1\n        6        1\n       10        1\n",
		"-n 4 -v x -o summary-json":               `{"partitions":[],"any":4}` + "\n",
	} {
		s := shell{script: dry()}
		status, out, errs := s.run(t, onB("produce orders --dry-run "+words)...)
		if status != done || out != want || errs != "" || len(s.script.done) > 0 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
	s := shell{script: dry(), stdin: strings.NewReader("{\"value\":\"\",\"partition\":5}\n{\"value\":\"\",\"partition\":12}\n")}
	status, out, errs := s.run(t, onB("produce orders --dry-run --format jsonl")...)
	if status != failed || out != "orders:5 no leader the partition was chosen by hand\norders:12 topic orders has no partition 12\n" || errs != "kscope: 2 records would be refused\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

// What tail prints, produce sends: the same record, whatever its bytes.
func TestRoundTripOfTailAndProduce(t *testing.T) {
	records := []model.Record{
		{Topic: "t", Partition: 2, Offset: 7, Timestamp: at, LeaderEpoch: 3, Key: []byte("k"), Value: []byte("v")},
		{Topic: "t", Partition: 0, Timestamp: at, LeaderEpoch: -1},
		{Topic: "t", Timestamp: at, Key: []byte{}, Value: []byte{}, Headers: []model.Header{{Key: "h"}, {Key: "h", Value: []byte{}}, {Key: "", Value: []byte("\xfe")}, {Key: "\xff", Value: []byte("x")}}},
		{Topic: "t", Timestamp: at, Key: []byte("\xff\x00"), Value: []byte(nasty)},
		{Topic: "t", Timestamp: at, Key: []byte("\u2028\ufeff\U0001f600"), Value: []byte("{\"n\":1}\n")},
	}
	var lines bytes.Buffer
	for i := range records {
		lines.Write(formed(t, "json").Append(nil, &records[i]))
	}
	from := drafts.Read(&lines, model.File{Format: model.JSONLines})
	for i, r := range records {
		d, ok, err := from.Next()
		if !ok || err != nil {
			t.Fatal(i, err)
		}
		if d.Partition != r.Partition || !d.HasKey || !d.HasValue || !reflect.DeepEqual(d.Key, r.Key) || !reflect.DeepEqual(d.Value, r.Value) || !reflect.DeepEqual(d.Headers, r.Headers) || !d.Timestamp.Equal(r.Timestamp) {
			t.Errorf("%d: %+v is %+v", i, r, d)
		}
	}
}

// Interrupted, it says what became of what it had begun.
func TestProduceInterruptedInTheMiddle(t *testing.T) {
	s := &sender{app: &app{std: Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}, output: "summary-json"}
	s.last = model.Sending{Done: true, Stopped: true, Acknowledged: 40, Unsent: 2, Unknown: 3, Problem: &model.Problem{Says: "The record may have been written"}}
	err := s.outcome(&model.SendMany{Count: 100})
	if got := s.app.std.Err.(*bytes.Buffer).String(); err == nil || got != "kscope: The record may have been written\nkscope: 40 records acknowledged, 2 not sent, 3 unknown: they may have been written, 55 not begun\n" {
		t.Errorf("%v %q", err, got)
	}
}

// numbers is a material that ends.
type numbers struct{ n, end int64 }

func (m *numbers) Next() (model.Draft, bool, error) {
	if m.n++; m.n > m.end {
		return model.Draft{}, false, nil
	}
	return model.Draft{Line: m.n}, true, nil
}

// What is read ahead comes in order, whoever is faster, and nothing is read on once it
// has ended.
func TestPump(t *testing.T) {
	for _, end := range []int64{0, 1, pumped - 1, pumped, pumped + 1, 20 * pumped} {
		p := newPump(t.Context(), &numbers{end: end})
		for want := int64(1); ; want++ {
			d, ok, err := p.Next()
			if err != nil || ok != (want <= end) || ok && d.Line != want {
				t.Fatalf("of %d: %d %v %v, want %d", end, d.Line, ok, err, want)
			}
			if !ok {
				break
			}
			if want%1000 == 0 {
				time.Sleep(time.Millisecond) // so that it fills up now and then
			}
		}
		p.end()
	}
	p := newPump(t.Context(), &numbers{end: 1 << 40})
	p.Next()
	p.end()
}
