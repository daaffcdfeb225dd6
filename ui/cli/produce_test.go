package cli

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"kscope/kafka/drafts"
	"kscope/model"
)

// accepting is a cluster that acknowledges every record.
func accepting() *script {
	s := &script{}
	s.do = func(c *model.Produce) (*model.Sent, error) {
		return &model.Sent{Topic: c.Topic, Partition: max(c.Partition, 4), Offset: int64(99 + len(s.done)), Timestamp: at}, nil
	}
	return s
}

// refusing is one that refuses records of that value.
func refusing(value string, p error) *script {
	s := accepting()
	accept := s.do
	s.do = func(c *model.Produce) (*model.Sent, error) {
		if string(c.Value) == value {
			return nil, p
		}
		return accept(c)
	}
	return s
}

func TestProduceSendsWhatItIsTold(t *testing.T) {
	all := model.AllPartitions
	for words, want := range map[string]model.Produce{
		"-v|hello":                             {Partition: all, Value: []byte("hello")},
		"-v|":                                  {Partition: all, Value: []byte{}},
		"-v|x|-k|":                             {Partition: all, Value: []byte("x"), Key: []byte{}},
		"-v|x|-k|user-42":                      {Partition: all, Value: []byte("x"), Key: []byte("user-42")},
		"--tombstone|-k|user-42":               {Partition: all, Key: []byte("user-42")},
		"--value=x|--partition|2":              {Partition: 2, Value: []byte("x")},
		"-v|x|-H|a=1|--header|a=2=3|-H|b=":     {Partition: all, Value: []byte("x"), Headers: []model.Header{{Key: "a", Value: []byte("1")}, {Key: "a", Value: []byte("2=3")}, {Key: "b", Value: []byte{}}}},
		"-v|a, b\nc|-H|comma=1,2|--key=--flag": {Partition: all, Key: []byte("--flag"), Value: []byte("a, b\nc"), Headers: []model.Header{{Key: "comma", Value: []byte("1,2")}}},
	} {
		s := shell{script: accepting(), stdin: strings.NewReader("not read")}
		status, out, errs := s.run(t, append(onB("produce orders"), strings.Split(words, "|")...)...)
		want.Topic = "orders"
		if status != done || errs != "" || len(s.script.done) != 1 || !reflect.DeepEqual(s.script.done[0], want) {
			t.Errorf("%s: %d %q %+v", words, status, errs, s.script.done)
		}
		if wantOut := map[bool]string{true: "orders:2:100\n", false: "orders:4:100\n"}[want.Partition == 2]; want.Partition != 2 && out != wantOut {
			t.Errorf("%s: %q", words, out)
		}
	}
}

func TestProduceReadsLines(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	for in, want := range map[string][]string{
		"":                     nil,
		"a":                    {"a"},
		"a\nb\n":               {"a", "b"},
		"a\n\nb":               {"a", "", "b"},
		"\n":                   {""},
		"a\r\n\x00\xff\n":      {"a\r", "\x00\xff"},
		long + "\n" + long[1:]: {long, long[1:]},
	} {
		s := shell{script: accepting(), stdin: strings.NewReader(in)}
		status, out, errs := s.run(t, onB("produce orders -k k")...)
		var got []string
		for _, r := range s.script.done {
			if r.Value == nil || string(r.Key) != "k" {
				t.Errorf("%+v", r)
			}
			got = append(got, string(r.Value))
		}
		if status != done || errs != "" || !reflect.DeepEqual(got, want) || strings.Count(out, "\n") != len(want) {
			t.Errorf("%.20q: %d %q %d values", in, status, errs, len(got))
		}
	}
}

func TestProduceAtATerminalSaysHow(t *testing.T) {
	s := shell{script: accepting(), stdin: strings.NewReader("a\n"), inTerminal: true}
	if _, out, errs := s.run(t, onB("produce orders")...); errs != "kscope: type a record a line, ctrl+d ends\n" || out != "orders:4:100\n" {
		t.Errorf("%q %q", out, errs)
	}
}

func TestProducePrintsJSON(t *testing.T) {
	s := shell{script: refusing("bad", &model.Problem{Says: "too \"large\"\x1b"}), stdin: strings.NewReader("a\nbad\nb")}
	status, out, errs := s.run(t, onB("produce orders -o json")...)
	want := `{"topic":"orders","partition":4,"offset":100,"timestamp":1772366400000}
{"error":"too \"large\"\u001b"}
{"topic":"orders","partition":4,"offset":102,"timestamp":1772366400000}
`
	if status != failed || out != want || errs != "kscope: line 2: too \"large\"^[\nkscope: 2 records acknowledged, 1 refused\n" {
		t.Errorf("%d %s%s", status, out, errs)
	}
}

// What was refused is told with its line, and how many there were at the end.
func TestProduceTellsOfEachRefusal(t *testing.T) {
	for kind, says := range map[model.ProblemKind]string{model.Denied: "1 record acknowledged, 1 refused", model.Failed: "3 records acknowledged, 1 refused"} {
		s := shell{script: refusing("bad", &model.Problem{Kind: kind, Says: "No"}), stdin: strings.NewReader("a\nbad\nb\nc\n")}
		status, out, errs := s.run(t, onB("produce orders")...)
		if status != failed || errs != "kscope: line 2: No\nkscope: "+says+"\n" || strings.Count(out, "\n") != len(s.script.done)-1 {
			t.Errorf("%v: %d, %q %q", kind, status, out, errs)
		}
	}
	s := shell{script: refusing("bad", &model.Problem{Says: "No"}), stdin: strings.NewReader("bad\nb\nc\n")}
	if status, _, errs := s.run(t, onB("produce orders --strict")...); status != failed || len(s.script.done) != 1 {
		t.Errorf("strict: %d, %q, %d sent", status, errs, len(s.script.done))
	}
}

func TestProduceThatIsRefused(t *testing.T) {
	readOnly := &model.Problem{Kind: model.ReadOnly, Says: "kscope was started with --read-only"}
	s := shell{script: refusing("x", readOnly)}
	status, out, errs := s.run(t, onB("produce orders -v x --read-only")...)
	if status != failed || out != "" || errs != "kscope: kscope was started with --read-only\n" || !s.connection.ReadOnly {
		t.Errorf("%d %q %q", status, out, errs)
	}
	s = shell{script: &script{do: func(*model.Produce) (*model.Sent, error) { return nil, nil }}}
	if status, _, errs = s.run(t, onB("produce orders -v x")...); status != failed || !strings.Contains(errs, "no broker said where it is") {
		t.Errorf("%d %q", status, errs)
	}
	s = shell{script: refusing("x", context.Canceled)}
	if status, _, errs = s.run(t, onB("produce orders -v x")...); status != failed || !strings.Contains(errs, "interrupted before a broker acknowledged") {
		t.Errorf("%d %q", status, errs)
	}
}

func TestProduceUsedWrongly(t *testing.T) {
	for words, says := range map[string]string{
		"-v x --tombstone":   "--tombstone has no value",
		"-v x -H a":          "it must be key=value",
		"-v x -H =a":         "it must be key=value",
		"-v x --partition x": "it must be a whole number from 0 to 2147483647",
		"-v x -o table":      "it must be line, json, summary or summary-json",

		"-v x --template y -n 2":            "--template and --value both say what the value is",
		"--template x":                      "say by -n how many records are wanted",
		"--key-template x -n 1":             "--key-template needs a value",
		"-k a -K b":                         "--key and --key-separator both say what the key is",
		"-v x --format csv":                 "are about records that are read",
		"--format csv -K :":                 "--key-separator is about lines",
		"--rate 0":                          "--rate must be above zero",
		"-v x --seed 3":                     "--seed is about templates",
		"-v x --acks 2":                     "it must be all, 1 or 0",
		"-v x --partitioner crc":            "it must be murmur2, consistent_random,",
		"-v x --compression brotli":         "it must be none, gzip, snappy, lz4 or zstd",
		"-v x --timestamp 25:61":            "--timestamp must be a time such as",
		"-v x --timestamp input":            "--timestamp input is about records that are read",
		"-v x --timestamp 1969-12-31":       "The record's time is before 1970",
		"--file /nowhere/at/all":            "--file cannot be read: /nowhere/at/all: no such file",
		"--partition 1 --ignore-partitions": "--partition names one",
	} {
		s := shell{script: accepting()}
		status, out, errs := s.run(t, onB("produce orders "+words)...)
		if status != misuse || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 || len(s.script.done) > 0 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}

func TestProduceWhoseInputBreaks(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "a\nb") // the reader sees what of it came through
		w.CloseWithError(errors.New("it broke"))
	}()
	s := shell{script: accepting(), stdin: r}
	status, _, errs := s.run(t, onB("produce orders")...)
	if status != failed || !strings.Contains(errs, "The input cannot be read: it broke") {
		t.Errorf("%d %q", status, errs)
	}

	s = shell{script: accepting(), stdin: io.LimitReader(zeros{}, drafts.Longest+5)}
	if status, _, errs := s.run(t, onB("produce orders")...); status != failed || !strings.HasPrefix(errs, "kscope: Line 1: it is longer than 67108864 bytes\n") {
		t.Errorf("%d %q", status, errs)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// TestProduceInterrupted waits for a line that never comes.
func TestProduceInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close() // lets the goroutine that waits for input go
	s := shell{script: accepting(), stdin: r, ctx: ctx}
	status := make(chan int)
	go func() {
		n, _, _ := s.run(t, onB("produce orders")...)
		status <- n
	}()
	if _, err := io.WriteString(w, "a\n"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if n := <-status; n != done {
		t.Errorf("status %d", n)
	}
}
