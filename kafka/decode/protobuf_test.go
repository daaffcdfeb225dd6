package decode

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/twmb/franz-go/pkg/sr"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"kscope/model"
)

const moneyProto = `syntax = "proto3";
package shop;
message Money { int64 cents = 1; string currency = 2; }
`

const orderProto = `syntax = "proto3";
package shop;
import "money.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "confluent/meta.proto";
message Other { string x = 1; }
message Order {
  option (confluent.message_meta) = { doc: "an order" };
  enum State { UNKNOWN = 0; PAID = 1; }
  message Line {
    message Tax { double rate = 1; }
    string sku = 1;
    int32 number_of = 2;
    Tax tax = 3;
  }
  uint64 id = 7;
  State state = 1;
  optional string note = 2;
  repeated Line lines = 3;
  map<int32, Money> by_day = 4;
  bytes raw = 5;
  oneof pay { string card = 8; bool cash = 9; }
  google.protobuf.Timestamp at = 10;
  google.protobuf.Int64Value maybe = 11;
  google.protobuf.Any any = 12;
  google.protobuf.Struct more = 13;
  float f = 14;
  fixed64 big = 15;
  sint32 signed = 16;
}
`

const orderJSON = `{"id":18446744073709551615,"state":"PAID","note":"","lines":[{"sku":"a","number_of":2,"tax":{"rate":0.2}},{"sku":"","number_of":0}],` +
	`"by_day":{"-1":{"cents":9007199254740993,"currency":"EUR"},"2":{"cents":0,"currency":""}},"raw":"AP8=","cash":false,"at":"2026-03-01T12:00:00.123Z",` +
	`"maybe":"5","any":{"@type":"type.googleapis.com/shop.Other","x":"y"},"more":{"k":[1,null]},"f":0.1,"big":1,"signed":-1}`

func (b *bench) registerOrder() int32 {
	b.register("money", sr.TypeProtobuf, moneyProto)
	return b.register("orders-value", sr.TypeProtobuf, orderProto, sr.SchemaReference{Name: "money.proto", Subject: "money", Version: 1})
}

func TestProtobuf(t *testing.T) {
	b := newBench(t)
	id := b.registerOrder()
	for _, c := range []struct{ name, doc, index string }{
		{"shop.Other", `{"x":"y"}`, "\x00"},
		{"shop.Order", orderJSON, "\x02\x02"},
		{"shop.Order.Line", `{"sku":"a","number_of":1}`, "\x04\x02\x00"},
		{"shop.Order.Line.Tax", `{"rate":0.5}`, "\x06\x02\x00\x00"},
	} {
		data := b.encoded(id, c.name, c.doc)
		if !strings.HasPrefix(string(data[headerSize:]), c.index) {
			t.Errorf("%s begins with %x, want %x", c.name, data[headerSize:headerSize+4], c.index)
		}
		if d := b.reads(model.FormatAuto, data, c.doc); d.Schema.Name != c.name || d.Format != model.FormatProtobuf || d.Schema.Subject != "orders-value" {
			t.Errorf("%+v", d)
		}
		b.reads(model.FormatProtobuf, data, c.doc)
	}
	// The first message may be told at length as well: one index, which is 0.
	head := []byte{0, 0, 0, 0, byte(id)}
	b.reads(model.FormatAuto, append(head, "\x02\x00\x0a\x01y"...), `{"x":"y"}`)
	if d := b.Decode("orders", model.PartValue, model.FormatAuto, append(head, "\x00\x0a\x01y\x98\x06\x05"...)); d.Unknown != 3 || d.Text != `{"x":"y"}` {
		t.Errorf("a field that the schema lacks: %+v", d)
	}
	for data, says := range map[string]string{
		"\x02\x20":         "it names message 16, which the schema does not have",
		"\x04\x02\x09":     "it names message 1 -5, which the schema does not have",
		"":                 "the indexes of its message cannot be read",
		"\xff\xff\xff\xff": "the indexes of its message cannot be read",
		"\x00\x0a\x05y":    "cannot parse invalid wire-format data",
		"\x00\x0a\x01\xff": "invalid UTF-8",
	} {
		if d := b.Decode("orders", model.PartValue, model.FormatAuto, append(slices.Clone(head), data...)); d.Problem == nil || !strings.Contains(d.Problem.Says, says) {
			t.Errorf("%x: %+v", data, d)
		}
	}
}

func TestProtobufFaults(t *testing.T) {
	b := newBench(t)
	id := b.registerOrder()
	for _, c := range []struct{ doc, says, fix string }{
		{"{\n \"id\": 1,\n \"stat\": \"PAID\"}", `stat: Unknown field "stat"`, "see line 3, column 2"},
		{`{"id":"x"}`, `id: Invalid value for uint64 field id: "x"`, "see line 1, column 7"},
		{`{"id":-1}`, `id: Invalid value for uint64 field id: -1`, "see line 1, column 7"},
		{`{"lines":[{"sku":"a"},{"sku":7}]}`, `lines[1].sku: Invalid value for string field sku: 7`, "see line 1, column 30"},
		{`{"state":"LOST"}`, `state: Invalid value for enum field state: "LOST"`, ""},
		{`{"card":"x","cash":true}`, `cash: `, ""},
		{`{"id":1`, "The JSON ends too soon", "see line 1, column 8"},
		{`[]`, "", ""},
	} {
		_, err := b.Encode(model.SchemaRef{ID: id, Name: "shop.Order"}, []byte(c.doc))
		p, ok := err.(*model.Problem)
		if !ok || !strings.HasPrefix(strings.ToLower(p.Says), strings.ToLower(c.says)) || !strings.Contains(p.Fix, c.fix) {
			t.Errorf("%s: %v", c.doc, err)
		}
	}
	if _, err := b.Encode(model.SchemaRef{ID: id, Name: "shop.Lost"}, []byte("{}")); err == nil || err.Error() != "The schema has no message shop.Lost" {
		t.Errorf("%v", err)
	}
}

func TestProtobufExamples(t *testing.T) {
	b := newBench(t)
	b.registerOrder()
	s, err := b.Latest(t.Context(), "orders-value")
	if err != nil || !slices.Equal(s.Schema.Names, []string{"shop.Other", "shop.Order", "shop.Order.Line", "shop.Order.Line.Tax"}) {
		t.Fatalf("%+v, %v", s.Schema, err)
	}
	for i, example := range s.Examples {
		if _, err := b.Encode(s.Ref(i), []byte(example)); err != nil {
			t.Errorf("%s: %v\n%s", s.Schema.Names[i], err, example)
		}
	}
	if !strings.Contains(s.Examples[1], `"state": "PAID"`) || !strings.Contains(s.Examples[1], `"number_of": 1`) {
		t.Error(s.Examples[1])
	}
}

// descriptorFile is what protoc writes of the order, with what it imports or without.
func descriptorFile(t *testing.T, imports bool) string {
	t.Helper()
	texts := map[string]string{"order.proto": orderProto, "money.proto": moneyProto, "confluent/meta.proto": wellKnown["confluent/meta.proto"]}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(texts)})}
	files, err := compiler.Compile(t.Context(), "confluent/meta.proto", "money.proto", "order.proto")
	if err != nil {
		t.Fatal(err)
	}
	set := &descriptorpb.FileDescriptorSet{}
	for _, f := range files {
		if imports || f.Path() == "order.proto" {
			set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
		}
	}
	content, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "set.pb")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDescriptors(t *testing.T) {
	b := newBench(t)
	id := b.registerOrder()
	framed := b.encoded(id, "shop.Order", orderJSON)
	bare := framed[headerSize+2:]
	d, err := New(model.Connection{Proto: model.Proto{File: descriptorFile(t, true), Messages: []model.ProtoMessage{
		{Topic: "orders", Message: "shop.Order"}, {Topic: "orders", Part: model.PartKey, Message: "shop.Order.Line"},
	}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	own := &bench{Decoder: d, t: t}
	for _, format := range []model.Format{model.FormatAuto, model.FormatProtobuf} {
		if got := own.reads(format, bare, orderJSON); got.Schema.Name != "shop.Order" || got.Format != model.FormatProtobuf {
			t.Errorf("%+v", got)
		}
	}
	if got := d.Decode("orders", model.PartKey, model.FormatAuto, []byte("\x0a\x01a")); got.Text != `{"sku":"a","number_of":0}` {
		t.Errorf("%+v", got)
	}
	if got := d.Decode("others", model.PartValue, model.FormatProtobuf, bare); got.Problem == nil {
		t.Errorf("%+v", got)
	}
	if got := d.Decode("orders", model.PartValue, model.FormatAuto, []byte("no message")); got.Problem == nil || !strings.HasPrefix(got.Problem.Says, "This is no shop.Order: ") {
		t.Errorf("%+v", got)
	}
}

func TestDescriptorsThatCannotBeUsed(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("no descriptors"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, message, says string }{
		{"/nowhere/set.pb", "shop.Order", "The descriptor file /nowhere/set.pb cannot be read: no such file or directory"},
		{garbage, "shop.Order", "holds no Protobuf descriptors"},
		{descriptorFile(t, false), "shop.Order", "are not complete: "},
		{descriptorFile(t, true), "shop.Lost", "There is no message shop.Lost in "},
		{descriptorFile(t, true), "shop.Order.State", "There is no message shop.Order.State in "},
	} {
		_, err := New(model.Connection{Proto: model.Proto{File: c.file, Messages: []model.ProtoMessage{{Topic: "orders", Message: c.message}}}}, nil)
		p, ok := err.(*model.Problem)
		if !ok || p.Kind != model.Invalid || !strings.Contains(p.Says, c.says) {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}
