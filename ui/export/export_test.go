package export

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kscope/model"
)

// some are records of every shape.
var some = []model.Record{
	{Topic: "orders", Partition: 3, Offset: 119529, Timestamp: time.UnixMilli(1772366400000), LeaderEpoch: 7, Key: []byte("user-42"), Value: []byte(`{"id":9911}`)},
	{Topic: "orders", Offset: 1, LeaderEpoch: -1, Value: []byte("a,\"b\"\n")},
	{Topic: "orders", Offset: 2, Timestamp: time.UnixMilli(5), LogAppend: true, Key: []byte{}, Headers: []model.Header{{Key: "h", Value: []byte("1")}, {Key: "h"}, {Key: "b", Value: []byte{0xff}}}},
	{Topic: "orders", Offset: 3, Timestamp: time.UnixMilli(5), Key: []byte("\xff\x00\x1b"), Value: []byte("\x1b[2J")},
}

func printed(t *testing.T, form string, d Decoding, safe bool, rs []model.Record) string {
	t.Helper()
	p, err := New(form, d)
	if err != nil {
		t.Fatalf("%s: %v", form, err)
	}
	p.Safe = safe
	out := p.Head()
	for i := range rs {
		out = p.Append(out, &rs[i])
	}
	return string(out)
}

func TestForms(t *testing.T) {
	for form, want := range map[string]string{
		"csv": `topic,partition,offset,timestamp,timestamp_type,leader_epoch,key,key_encoding,value,value_encoding,headers
orders,3,119529,1772366400000,CreateTime,7,user-42,,"{""id"":9911}",,[]
orders,0,1,,,,,,"a,""b""
",,[]
orders,0,2,5,LogAppendTime,0,"",,,,"[{""key"":""h"",""value"":""1""},{""key"":""h"",""value"":null},{""key"":""b"",""value"":""/w=="",""value_encoding"":""base64""}]"
orders,0,3,5,CreateTime,0,/wAb,base64,` + "\x1b[2J,,[]\n",
		"raw":             "{\"id\":9911}\na,\"b\"\n\n\n\x1b[2J\n",
		`%t/%p@%o %T\n`:   "orders/3@119529 1772366400000\norders/0@1 -1\norders/0@2 5\norders/0@3 5\n",
		`%k|%K|%S|%h\x0a`: "user-42|7|11|\n|-1|6|\n|0|-1|h=1,h=NULL,b=\xff\n\xff\x00\x1b|3|4|\n",
		`%R%s`:            "\x00\x00\x00\x0b{\"id\":9911}\x00\x00\x00\x06a,\"b\"\n\x00\x00\x00\x00\x00\x00\x00\x04\x1b[2J",
		`100%%\t\\\r\0`:   strings.Repeat("100%\t\\\r\x00", 4),
		"line":            "orders:3:119529 key=user-42 value={\"id\":9911}\norders:0:1 key=∅ value=a,\"b\"\\n\norders:0:2 key=\"\" value=∅\norders:0:3 key=\\xff^@^[ value=^[[2J\n",
	} {
		if got := printed(t, form, Decoding{}, false, some); got != want {
			t.Errorf("%s:\n%q\nwant\n%q", form, got, want)
		}
	}
	for form, want := range map[string]string{
		"raw": "{\"id\":9911}\na,\"b\"\\n\n\n^[[2J\n", `%k %h\n`: "user-42 \n \n h=1,h=NULL,b=\\xff\n\\xff^@^[ \n",
	} {
		if got := printed(t, form, Decoding{}, true, some); got != want {
			t.Errorf("%s to a terminal:\n%q\nwant\n%q", form, got, want)
		}
	}
}

func TestWrongForms(t *testing.T) {
	for form, want := range map[string]string{
		"table": "it must be line, json, csv, raw, or a form such as '%o %k: %s\\n'",
		"":      "it must be line, json",
		"%":     "something must follow the % at its end",
		`\`:     "something must follow the \\ at its end",
		"%x":    "there is no %x: use %t",
		"%é":    "there is no %é: use %t",
		"%\x1b": `there is no %\x1b: use`,
		`\q`:    "a backslash goes before",
		`\xzz`:  "a backslash goes before",
		`\x1`:   "a backslash goes before",
	} {
		if _, err := New(form, Decoding{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", form, err)
		}
	}
}

func TestDecoded(t *testing.T) {
	d := Decoding{Decoder: model.Plain{}, Key: model.FormatInt32, Value: model.FormatAuto}
	rs := []model.Record{
		{Topic: "t", LeaderEpoch: -1, Key: []byte{0, 0, 0, 7}, Value: []byte(`{"n": 12345678901234567890}`)},
		{Topic: "t", LeaderEpoch: -1, Key: []byte("x"), Value: []byte("hello\x1b")},
		{Topic: "t", LeaderEpoch: -1, Key: []byte{}},
	}
	for form, want := range map[string]string{
		"line": "t:0:0 key=7 value={\"n\":12345678901234567890}\nt:0:0 key=78 value=hello^[\nt:0:0 key=\"\" value=∅\n",
		`%k`:   "778",
	} {
		if got := printed(t, form, d, false, rs); got != want {
			t.Errorf("%s:\n%q\nwant\n%q", form, got, want)
		}
	}
	lines := strings.Split(printed(t, "json", d, false, rs), "\n")
	for i, want := range []string{
		`"key_decoded":7,"value":"{\"n\": 12345678901234567890}","value_decoded":{"n":12345678901234567890},"headers":[]}`,
		`"key":"x","key_problem":"This is no int32: it has 1 byte, not 4","value":"hello\u001b","value_decoded":"hello\u001b","headers":[]}`,
		`"key":"","key_decoded":null,"value":null,"value_decoded":null,"headers":[]}`,
	} {
		if !strings.HasSuffix(lines[i], want) || !json.Valid([]byte(lines[i])) {
			t.Errorf("%s\ndoes not end in %s", lines[i], want)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(printed(t, "csv", d, false, rs))).ReadAll()
	if err != nil || strings.Join(rows[0][11:], " ") != "key_decoded value_decoded" || rows[1][11] != "7" || rows[2][11] != "" || rows[2][12] != "hello\x1b" {
		t.Errorf("%q %v", rows, err)
	}
}

// A late is a decoder that lacks a schema until it is fetched.
type late struct {
	model.Plain
	fetched *bool
}

func (l late) Decode(topic string, part model.Part, format model.Format, data []byte) model.Decoded {
	if !*l.fetched {
		return model.Decoded{Format: model.FormatHex, Text: "00", Pending: true, Schema: model.SchemaRef{ID: 7}}
	}
	return model.Decoded{Format: model.FormatAvro, Text: `{"a":1}`, JSON: []byte(`{"a":1}`)}
}

func TestASchemaIsWaitedFor(t *testing.T) {
	fetched, asked := false, 0
	d := Decoding{Decoder: late{fetched: &fetched}, Value: model.FormatRegistry, Fetch: func(q model.FetchSchema) {
		fetched = q.ID == 7
		asked++
	}}
	if got := printed(t, "%s\n", d, false, []model.Record{{Value: []byte("x")}, {Value: []byte("y")}}); got != "{\"a\":1}\n{\"a\":1}\n" || asked != 1 {
		t.Errorf("%q, asked %d times", got, asked)
	}
}

// What is written as JSON and CSV is read back by the standard library as what it was.
func FuzzReadBack(f *testing.F) {
	for _, r := range some {
		f.Add(r.Topic, r.Key, r.Value, r.Key == nil)
	}
	f.Add("t", []byte("\u2028\u202e\U000e0041\ufffd"), []byte(" , \r\n\""), false)
	f.Fuzz(func(t *testing.T, topic string, key, value []byte, null bool) {
		r := model.Record{Topic: topic, Key: key, Value: value, Headers: []model.Header{{Key: topic, Value: value}}}
		if null {
			r.Key = nil
		}
		var row struct {
			Topic, KeyEncoding, ValueEncoding string
			Key, Value                        *string
			Headers                           []struct {
				Key, Value    string
				KeyEncoding   string `json:"key_encoding"`
				ValueEncoding string `json:"value_encoding"`
			}
		}
		line := printed(t, "json", Decoding{}, false, []model.Record{r})
		var names map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil || json.Unmarshal([]byte(line), &names) != nil {
			t.Fatalf("%v: %s", err, line)
		}
		same(t, r.Key, row.Key, names["key_encoding"])
		same(t, r.Value, row.Value, names["value_encoding"])
		same(t, []byte(topic), &row.Headers[0].Key, orNil(row.Headers[0].KeyEncoding))
		if row.Topic != strings.ToValidUTF8(topic, "\ufffd") && utf8.ValidString(topic) {
			t.Errorf("topic %q is %q", topic, row.Topic)
		}
		for _, c := range strings.TrimSuffix(line, "\n") {
			if c < ' ' || Unseen(c) {
				t.Fatalf("%q is in %q", c, line)
			}
		}
		rows, err := csv.NewReader(strings.NewReader(printed(t, "csv", Decoding{}, false, []model.Record{r}))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 11 {
			t.Fatalf("%v: %q", err, rows)
		}
		if unread := bytes.ReplaceAll(value, []byte("\r\n"), []byte("\n")); utf8.Valid(value) && rows[1][8] != string(unread) {
			t.Errorf("value %q is %q", value, rows[1][8])
		}
	})
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func same(t *testing.T, want []byte, got *string, encoding any) {
	t.Helper()
	switch {
	case want == nil || got == nil:
		if (got == nil) != (want == nil) {
			t.Errorf("%q is %v", want, got)
		}
	case encoding == "base64":
		if b, err := base64.StdEncoding.DecodeString(*got); err != nil || !bytes.Equal(b, want) {
			t.Errorf("%q is %q, %v", want, *got, err)
		}
	case *got != string(want):
		t.Errorf("%q is %q", want, *got)
	}
}

// Whatever form is asked for, it is refused or it prints.
func FuzzForm(f *testing.F) {
	for _, form := range []string{"line", "%t %p %o %k %s %h %T %S %K %R\\n", `\x41\\%%`} {
		f.Add(form)
	}
	f.Fuzz(func(t *testing.T, form string) {
		p, err := New(form, Decoding{})
		if err != nil {
			if err.Error() == "" {
				t.Error("refused without a word")
			}
			return
		}
		for i := range some {
			p.Append(nil, &some[i])
		}
	})
}
