package drafts

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"kscope/model"
)

// shown writes a draft so that null and empty are told apart.
func shown(d model.Draft) string {
	text := func(b []byte, has bool) string {
		switch {
		case !has:
			return "-"
		case b == nil:
			return "null"
		}
		return fmt.Sprintf("%q", b)
	}
	s := fmt.Sprintf("%d: %s %s", d.Line, text(d.Key, d.HasKey), text(d.Value, d.HasValue))
	if d.Partition != model.AllPartitions {
		s += fmt.Sprintf(" @%d", d.Partition)
	}
	for _, h := range d.Headers {
		s += fmt.Sprintf(" %q=%s", h.Key, text(h.Value, true))
	}
	if !d.Timestamp.IsZero() {
		s += fmt.Sprintf(" t%d", d.Timestamp.UnixMilli())
	}
	return s
}

// all reads to the end, or to what is wrong.
func all(from model.Drafts) string {
	var lines []string
	for {
		d, ok, err := from.Next()
		if err != nil {
			return strings.Join(append(lines, "! "+err.Error()), "\n")
		}
		if !ok {
			return strings.Join(lines, "\n")
		}
		lines = append(lines, shown(d))
	}
}

type readCase struct {
	name  string
	file  model.File
	input string
	want  string
}

func TestRead(t *testing.T) {
	lines, jsonl, csv := model.File{}, model.File{Format: model.JSONLines}, model.File{Format: model.CSV}
	keyed := model.File{Separator: ":"}
	nulls := model.File{Separator: ":", Null: "NULL"}
	for _, c := range []readCase{
		{"nothing", lines, "", ""},
		{"lines", lines, "a\n\nb", "1: - \"a\"\n2: - \"\"\n3: - \"b\""},
		{"keys", keyed, "k:v\n:v\nk:\nv\na:b:c", "1: \"k\" \"v\"\n2: \"\" \"v\"\n3: \"k\" \"\"\n4: null \"v\"\n5: \"a\" \"b:c\""},
		{"nulls", nulls, "NULL:NULL\nNULLS:x", "1: null null\n2: \"NULLS\" \"x\""},
		{"a long separator", model.File{Separator: "=>"}, "a=b=>c", "1: \"a=b\" \"c\""},

		{"an object", jsonl, `{"key":"k","value":"v","partition":3,"timestamp":1772366400000,"headers":[{"key":"h","value":"1"},{"key":"h","value":null}]}`,
			`1: "k" "v" @3 "h"="1" "h"=null t1772366400000`},
		{"null, empty, not said", jsonl, "{\"key\":null,\"value\":null}\n\n{\"key\":\"\",\"value\":\"\"}\n{}", "1: null null\n3: \"\" \"\"\n4: - -"},
		{"JSON in JSON", jsonl, `{"value":{"n":12345678901234567890, "x":1.50}}`, `1: - "{\"n\":12345678901234567890, \"x\":1.50}"`},
		{"numbers", jsonl, `{"key":1.0,"value":true}`, `1: "1.0" "true"`},
		{"base64", jsonl, `{"key":"/w==","key_encoding":"base64","value_encoding":"base64","value":"","headers":[{"key":"/g==","key_encoding":"base64","value":"AA==","value_encoding":"base64"}]}`,
			`1: "\xff" "" "\xfe"="\x00"`},
		{"what a record once was", jsonl, `{"topic":"t","offset":5,"timestamp_type":"CreateTime","leader_epoch":null,"partition":null,"timestamp":null,"value":"v"}`, `1: - "v"`},
		{"a time in words", jsonl, `{"value":"","timestamp":"2026-03-01T12:00:00Z"}`, `1: - "" t1772366400000`},
		{"an unknown name", jsonl, "{\"value\":\"v\"}\n{\"vaule\": \"v\"}", "1: - \"v\"\n! Line 2, column 2: there is no field \"vaule\"; there are key, value, headers, partition and timestamp"},
		{"no object", jsonl, `["v"]`, `! Line 1, column 1: a record must be an object such as {"value": "v"}`},
		{"cut off", jsonl, `{"value":"v`, `! Line 1, column 12: the object does not end`},
		{"bad syntax", jsonl, `{"value" "v"}`, `! Line 1, column 9: expected colon after object key`},
		{"two objects", jsonl, `{"value":"v"} {}`, `! Line 1, column 16: there is more after the object`},
		{"bad base64", jsonl, `{"value":"?","value_encoding":"base64"}`, `! Line 1, column 30: it is said to be base64 and is not`},
		{"bad encoding", jsonl, `{"value":"x","value_encoding":"hex"}`, `! Line 1, column 31: an encoding must be base64`},
		{"bad partition", jsonl, `{"value":"x","partition":-1}`, `! Line 1, column 26: a partition must be a whole number from 0`},
		{"bad headers", jsonl, `{"headers":{"a":"b"}}`, `! Line 1, column 12: headers must be as in [{"key": "source", "value": "test"}]`},
		{"not UTF-8", jsonl, "{\"value\":\"\xff\"}", `! Line 1, column 11: it is not UTF-8: write such bytes as base64, and say so in value_encoding`},

		{"a table", csv, "key,value,partition,timestamp,header.a,header.a\nk,\"v,\n\"\"w\"\"\",2,1772366400000,1,\n,,,,,\n", "2: \"k\" \"v,\\n\\\"w\\\"\" @2 \"a\"=\"1\" \"a\"=\"\" t1772366400000\n4: \"\" \"\" \"a\"=\"\" \"a\"=\"\""},
		{"values only", csv, "value\r\na\r\n", `2: - "a"`},
		{"null cells", model.File{Format: model.CSV, Null: `\N`}, "key,value\n\\N,\\N", "2: null null"},
		{"a mark of the byte order", csv, "\ufeffvalue\na", `2: - "a"`},
		{"an empty table", csv, "", ""},
		{"no columns", csv, "a,b\n1,2", `! Line 1, column 1: there is no column "a"; there are key, value, partition, timestamp and header.NAME`},
		{"no value", csv, "partition\n1", `! Line 1, column 1: the first row must name the columns, and one of them must be key or value`},
		{"twice", csv, "key,value,key\n", `! Line 1, column 11: the column key is there twice`},
		{"too few cells", csv, "key,value\na,b\nc", "2: \"a\" \"b\"\n! Line 3: the row has 1 cells, and the first row names 2 columns"},
		{"a bad cell", csv, "value,partition\na,1\nb,x", "2: - \"a\" @1\n! Line 3, column 3: a partition must be a whole number from 0, or nothing"},
		{"a bare quote", csv, "value\na\"b", `! Line 2, column 2: bare " in non-quoted-field`},
	} {
		for how, in := range map[string]io.Reader{"": strings.NewReader(c.input), ", byte by byte": iotest.OneByteReader(strings.NewReader(c.input))} {
			if got := all(Read(in, c.file)); got != c.want {
				t.Errorf("%s%s:\n%s\nwant\n%s", c.name, how, got, c.want)
			}
		}
	}
}

// zeros is a file without newlines, and without end.
type zeros struct{ read int }

func (z *zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	z.read += len(b)
	return len(b), nil
}

func TestOneRecordIsBounded(t *testing.T) {
	for format, says := range map[model.FileFormat]string{
		model.Lines:     "Line 1: it is longer than 67108864 bytes",
		model.JSONLines: "Line 1: it is longer than 67108864 bytes",
		model.CSV:       "Line 1: the row that begins here is longer than 67108864 bytes: is a quote missing?",
	} {
		in := &zeros{}
		_, ok, err := Read(in, model.File{Format: format}).Next()
		if ok || err == nil || err.Error() != says {
			t.Errorf("%v: %v, want %s", format, err, says)
		}
		if in.read > Longest+1<<20 {
			t.Errorf("%v: %d bytes were read", format, in.read)
		}
	}
}

func TestInputThatBreaks(t *testing.T) {
	for _, format := range model.FileFormats() {
		in := io.MultiReader(strings.NewReader("value\n{}"), iotest.ErrReader(errors.New("it broke")))
		if got := all(Read(in, model.File{Format: format})); !strings.Contains(got, "! ") || format != model.JSONLines && !strings.HasSuffix(got, "! The input cannot be read: it broke") {
			t.Errorf("%v: %s", format, got)
		}
	}
}

// Whatever a file holds, reading it ends, and what is wrong has a place in it.
func FuzzRead(f *testing.F) {
	for _, in := range []string{"", "a\nb", "k:v", `{"key":"k","value":{"a":[1]},"headers":[{"key":"h"}]}`, "{\"value\":\"\\ud800\"}", "key,value\n\"a\nb\",c", "value\n\"", "{}{}", "\xff", `{"key":"AA==","key_encoding":"base64"}`} {
		for format := range uint8(3) {
			f.Add([]byte(in), format, ":", "NULL")
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, format uint8, separator, null string) {
		from := Read(strings.NewReader(string(in)), model.File{Format: model.FileFormat(format % 3), Separator: separator, Null: null})
		before := int64(0)
		for range len(in) + 2 {
			d, ok, err := from.Next()
			if err != nil {
				if !strings.Contains(err.Error(), "Line ") || !utf8.ValidString(err.Error()) {
					t.Fatalf("%q: %v", in, err)
				}
				return
			}
			if !ok {
				return
			}
			if d.Line <= before || d.Partition < model.AllPartitions {
				t.Fatalf("%q: %+v after line %d", in, d, before)
			}
			before = d.Line
		}
		t.Fatalf("%q has more records than bytes", in)
	})
}
