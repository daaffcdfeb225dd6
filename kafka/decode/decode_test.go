package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy/xerial"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/vmihailenco/msgpack/v5"

	"kscope/model"
)

func bare(t testing.TB) *bench {
	t.Helper()
	d, err := New(model.Connection{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{Decoder: d, t: t}
}

func TestMsgpack(t *testing.T) {
	b := bare(t)
	var packed bytes.Buffer
	e := msgpack.NewEncoder(&packed)
	e.UseCompactInts(true)
	for _, v := range []any{
		map[string]any{"k": []any{nil, true, int64(-1), uint64(18446744073709551615), 9007199254740993, float32(0.1), 0.1, "é\n", []byte{0, 255}}},
	} {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	d := b.reads(model.FormatAuto, packed.Bytes(), `{"k":[null,true,-1,18446744073709551615,9007199254740993,0.1,0.1,"é\n","AP8="]}`)
	if d.Format != model.FormatMsgpack {
		t.Errorf("%+v", d)
	}
	for data, want := range map[string]string{
		"\x82\x02\xa1a\xa1b\xc0":                           `{"2":"a","b":null}`, // keys of any type, in their order
		"\x81\x92\x01\xa1x\x01":                            `{"[1,\"x\"]":1}`,
		"\x91\xd6\xff\x69\xa4\x2b\x80":                     `["2026-03-01T12:05:20Z"]`,
		"\x91\xd4\x05\xab":                                 `[{"type":5,"data":"qw=="}]`,
		"\xdc\x00\x01\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00": `["Infinity"]`,
	} {
		b.reads(model.FormatMsgpack, []byte(data), want)
	}
	for data, says := range map[string]string{
		"\x82\x01\x02": "EOF", "\x91\x01\x01": "it ends 1 bytes before the end", "\x91\xc1": "a byte c1",
		strings.Repeat("\x91", 1000) + "\x01": "more than 200 deep", "\xdd\xff\xff\xff\xff": "EOF",
	} {
		if d := b.Decode("t", model.PartValue, model.FormatMsgpack, []byte(data)); d.Problem == nil || !strings.Contains(d.Problem.Says, says) {
			t.Errorf("%x: %+v", data[:min(len(data), 20)], d.Problem)
		}
	}
}

func TestCBOR(t *testing.T) {
	b := bare(t)
	mode, err := cbor.EncOptions{Time: cbor.TimeRFC3339Nano, TimeTag: cbor.EncTagRequired}.EncMode()
	if err != nil {
		t.Fatal(err)
	}
	packed, err := mode.Marshal(map[string]any{
		"n": uint64(18446744073709551615), "i": -5, "f": 0.1, "s": "é", "b": []byte{0, 255}, "l": []any{nil, true},
		"t": time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC), "x": cbor.Tag{Number: 40, Content: "c"}, "m": map[int]string{2: "a", -1: "b"},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := b.reads(model.FormatAuto, packed, `{"b":"AP8=","f":0.1,"i":-5,"l":[null,true],"m":{"-1":"b","2":"a"},"n":18446744073709551615,"s":"é",`+
		`"t":"2026-03-01T12:00:00.005Z","x":{"tag":40,"value":"c"}}`)
	if d.Format != model.FormatCBOR {
		t.Errorf("%+v", d)
	}
	for data, want := range map[string]string{
		"\x9f\x01\x02\xff":                                 `[1,2]`,
		"\xd9\xd9\xf7\xa1\x41\x07\x01":                     `{"Bw==":1}`,
		"\x81\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00": `[18446744073709551616]`,
		"\x81\x3b\xff\xff\xff\xff\xff\xff\xff\xff":         `[-18446744073709551616]`,
		"\x82\xf7\xf8\xff":                                 `[null,{"simple":255}]`,
	} {
		b.reads(model.FormatCBOR, []byte(data), want)
	}
	for _, data := range []string{"\xa2\x01\x02\x01\x03", "\x81", "\x81\x01\x01", strings.Repeat("\x81", 1000) + "\x01"} {
		if d := b.Decode("t", model.PartValue, model.FormatCBOR, []byte(data)); d.Problem == nil {
			t.Errorf("%x: %+v", data[:min(len(data), 20)], d)
		}
	}
}

// packers pack bytes as other programs do.
var packers = map[string]func(io.Writer) io.WriteCloser{
	"gzip":   func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"zstd":   func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	"lz4":    func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) },
	"snappy": func(w io.Writer) io.WriteCloser { return s2.NewWriter(w, s2.WriterSnappyCompat()) },
}

func packed(t testing.TB, packing string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := packers[packing](&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPacked(t *testing.T) {
	b := bare(t)
	const doc = `{"a":[1,2,3]}`
	for packing := range packers {
		data := packed(t, packing, []byte(doc))
		for _, format := range []model.Format{model.FormatAuto, model.FormatJSON} {
			if d := b.reads(format, data, doc); d.Format != model.FormatJSON || strings.Join(d.Through, " ") != packing {
				t.Errorf("%s: %+v", packing, d)
			}
		}
		twice := packed(t, "gzip", data)
		if d := b.reads(model.FormatAuto, twice, doc); strings.Join(d.Through, " ") != "gzip "+packing {
			t.Errorf("%s: %+v", packing, d)
		}
		if d := b.Decode("t", model.PartValue, model.FormatHex, data); d.Through != nil {
			t.Errorf("%s: %+v", packing, d)
		}
		cut := data[:len(data)-2]
		if d := b.Decode("t", model.PartValue, model.FormatAuto, cut); d.Problem == nil || !strings.HasPrefix(d.Problem.Says, "This is no "+packing+", though it begins so: ") {
			t.Errorf("%s: %+v", packing, d)
		}
		bomb := packed(t, packing, make([]byte, mostUnpacked+1))
		if d := b.Decode("t", model.PartValue, model.FormatAuto, bomb); d.Problem == nil || !strings.HasSuffix(d.Problem.Says, "is larger than 16 MiB") {
			t.Errorf("%s: %+v", packing, d.Problem)
		}
		long := packed(t, packing, []byte(`{"a":"`+strings.Repeat("x", 1<<20)+`"}`))
		if d := b.Line("t", model.PartValue, model.FormatAuto, long, 30); d.Text != `{"a":"`+strings.Repeat("x", 24) || !d.Cut || len(d.Through) != 1 || d.Format != model.FormatJSON {
			t.Errorf("%s: %+v", packing, d)
		}
	}
	java := xerial.Encode(nil, []byte(doc))
	if d := b.reads(model.FormatAuto, java, doc); strings.Join(d.Through, " ") != "snappy" {
		t.Errorf("%+v", d)
	}
}

// TestWhatWasSeenBefore tells a number from a word of as many bytes.
func TestWhatWasSeenBefore(t *testing.T) {
	b := bare(t)
	key := func(topic, data string) model.Format {
		return b.Decode(topic, model.PartKey, model.FormatAuto, []byte(data)).Format
	}
	for _, c := range []struct {
		topic, data string
		want        model.Format
	}{
		{"words", "user", model.FormatText},
		{"numbers", "\x00\x00\x00\x01", model.FormatInt32},
		{"numbers", "user", model.FormatInt32},
		{"words", "user", model.FormatText},
		{"words", "longer", model.FormatText},
		{"words", "\x00\x00\x00\x01", model.FormatInt32},
		{"words", "user", model.FormatText},
	} {
		if got := key(c.topic, c.data); got != c.want {
			t.Errorf("%q in %s is %s, want %s", c.data, c.topic, got, c.want)
		}
	}
}

func TestWithoutARegistry(t *testing.T) {
	b := bare(t)
	data := []byte("\x00\x00\x00\x00\x07\x02hi\xff\xfe")
	for _, format := range []model.Format{model.FormatAuto, model.FormatRegistry} {
		d := b.Decode("t", model.PartValue, format, data)
		if d.Problem == nil || d.Problem.Error() != "No schema registry is named that could tell of schema 7: name it with --registry" || d.Pending || d.Format != model.FormatHex {
			t.Errorf("%+v", d)
		}
	}
	if d := b.Decode("t", model.PartKey, model.FormatAuto, []byte("\x00\x00\x00\x00\x07\x00\x00\x01")); d.Format != model.FormatInt64 || d.Problem != nil {
		t.Errorf("%+v", d)
	}
	if _, err := b.Encode(model.SchemaRef{ID: 7}, nil); err == nil || b.Pending(model.SchemaRef{ID: 7}) {
		t.Error("a schema is waited for that nobody can tell of")
	}
	if _, err := b.Fetch(t.Context(), 7); err == nil {
		t.Error("a schema is fetched from nowhere")
	}
}

func TestStrings(t *testing.T) {
	for _, s := range []string{"", "plain", "é\u2028\U0001f600", "\x00\x1f\"\\\n\r\t\x7f", "bad \xff\xc3 utf8"} {
		got := appendString(nil, s)
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != strings.ToValidUTF8(strings.ReplaceAll(s, "\xff\xc3", "\ufffd\ufffd"), "") {
			t.Errorf("%q: %s, %v", s, got, err)
		}
	}
}

// TestLinesAreKept holds that what is kept of lines is of the same bytes, and bounded.
func TestLinesAreKept(t *testing.T) {
	b := bare(t)
	buffer := []byte("\x81\xa1n\xcd\x00\x00") // {"n":0}
	for round := range 2 {
		for i := range 3 * mostLines {
			buffer[4], buffer[5] = byte(i>>8), byte(i)
			if d := b.Line("t", model.PartValue, model.FormatAuto, buffer, 40); d.Text != fmt.Sprintf(`{"n":%d}`, i) || d.JSON != nil {
				t.Fatalf("round %d: %x is %+v", round, buffer, d)
			}
		}
	}
	if n := len(b.lines.kept); n != mostLines || len(b.lines.order) != mostLines {
		t.Errorf("%d lines are kept", n)
	}
	b.Line("t", model.PartValue, model.FormatAuto, []byte(`{"a":1}`), 40)
	b.Line("t", model.PartValue, model.FormatMsgpack, []byte("\x81"), 40)
	for k := range b.lines.kept {
		if k.format != model.FormatAuto {
			t.Errorf("a line is kept of what cannot be read")
		}
	}
}
