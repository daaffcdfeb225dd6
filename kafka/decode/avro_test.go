package decode

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

const orderAvro = `{"type":"record","name":"Order","namespace":"shop","fields":[
	{"name":"id","type":"long"},
	{"name":"note","type":["null","string"],"default":null},
	{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
	{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
	{"name":"day","type":{"type":"int","logicalType":"date"}},
	{"name":"time","type":{"type":"int","logicalType":"time-millis"}},
	{"name":"local","type":{"type":"long","logicalType":"local-timestamp-micros"}},
	{"name":"ref","type":{"type":"string","logicalType":"uuid"}},
	{"name":"raw","type":"bytes"},
	{"name":"lasts","type":{"type":"fixed","name":"Lasts","size":12,"logicalType":"duration"}},
	{"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
	{"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
		{"name":"sku","type":"string"},{"name":"n","type":"int"},{"name":"price","type":"double"}]}}},
	{"name":"tags","type":{"type":"map","values":"float"}},
	{"name":"either","type":["int","string","Line"]},
	{"name":"next","type":["null","Order"],"default":null}
]}`

const orderDoc = `{"id":9007199254740993,"note":"hé\"llo","total":1234.50,"at":"2026-03-01T12:00:00.123Z","day":"2026-03-01","time":"03:04:05.006",` +
	`"local":"2026-03-01T12:00:00.000001","ref":"f47ac10b-58cc-4372-a567-0e02b2c3d479","raw":"\u0000aÿ","lasts":{"months":1,"days":2,"milliseconds":3},` +
	`"state":"PAID","lines":[{"sku":"a","n":1,"price":0.1},{"sku":"b","n":-2,"price":1e+300}],"tags":{"x":0.5,"y":"NaN"},` +
	`"either":{"sku":"c","n":3,"price":1},"next":null}`

func TestAvro(t *testing.T) {
	b := newBench(t)
	id := b.register("orders-value", sr.TypeAvro, orderAvro)
	data := b.encoded(id, "", orderDoc)
	d := b.reads(model.FormatAuto, data, orderDoc)
	if d.Schema != (model.SchemaRef{ID: id, Subject: "orders-value", Version: 1, Name: "shop.Order"}) || d.Format != model.FormatAvro {
		t.Errorf("%+v", d)
	}
	b.reads(model.FormatAvro, data, orderDoc)
	within := strings.Replace(orderDoc, `"next":null`, `"next":`+strings.Replace(orderDoc, `"either":{"sku":"c","n":3,"price":1}`, `"either":7`, 1), 1)
	b.reads(model.FormatAuto, b.encoded(id, "", within), within)
	tagged := strings.NewReplacer(`"note":"hé\"llo"`, `"note":{"string":"hé\"llo"}`, `{"sku":"c","n":3,"price":1}`, `{"shop.Line":{"sku":"c","n":3,"price":1}}`).Replace(orderDoc)
	b.reads(model.FormatAuto, b.encoded(id, "", tagged), orderDoc)

	for _, c := range []struct {
		format model.Format
		data   []byte
		says   string
	}{
		{model.FormatAuto, data[:len(data)-3], "It is not as its schema 1 says: "},
		{model.FormatAuto, append(data[:len(data):len(data)], 1, 2), "2 bytes follow its end"},
		{model.FormatProtobuf, data, "Its schema 1 is avro, not protobuf"},
		{model.FormatAvro, []byte("text"), "There is no schema's id before it"},
	} {
		if d := b.Decode("orders", model.PartValue, c.format, c.data); d.Problem == nil || !strings.Contains(d.Problem.Says, c.says) || d.Format != model.FormatHex {
			t.Errorf("%x: %+v", c.data, d)
		}
	}
}

func TestAvroReferences(t *testing.T) {
	b := newBench(t)
	b.register("money", sr.TypeAvro, `{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"}]}`)
	b.register("line", sr.TypeAvro, `{"type":"record","name":"Line","namespace":"shop","fields":[{"name":"price","type":"Money"}]}`,
		sr.SchemaReference{Name: "shop.Money", Subject: "money", Version: 1})
	id := b.register("orders-value", sr.TypeAvro, `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"line","type":"shop.Line"},{"name":"tip","type":"shop.Money"}]}`,
		sr.SchemaReference{Name: "shop.Line", Subject: "line", Version: 1}, sr.SchemaReference{Name: "shop.Money", Subject: "money", Version: 1})
	const doc = `{"line":{"price":{"cents":5}},"tip":{"cents":6}}`
	b.reads(model.FormatAuto, b.encoded(id, "", doc), doc)
}

func TestAvroFaults(t *testing.T) {
	b := newBench(t)
	id := b.register("orders-value", sr.TypeAvro, orderAvro)
	for _, c := range []struct{ old, new, says, fix string }{
		{`"id":9007199254740993`, `"id":"x"`, `id: wants a long, and this is "x"`, "see line 1, column 7"},
		{`"id":9007199254740993,`, ``, `Lacks the field id, which has no default and is a long`, "see line 1, column 1"},
		{`"id":9007199254740993`, `"id":1.5`, `id: wants a whole number of long, and this is 1.5`, "see line 1, column 7"},
		{`"total":1234.50`, `"total":1.234`, `total: has 3 digits after the point, and the schema keeps 2`, ""},
		{`"total":1234.50`, `"total":"x"`, `total: wants a number, and this is "x"`, ""},
		{`"day":"2026-03-01"`, `"day":"March"`, `day: wants a date as 2026-01-31, and this is "March"`, ""},
		{`"ref":"f47ac10b`, `"ref":"g47ac10b`, `ref: wants a UUID`, ""},
		{`"raw":"\u0000aÿ"`, `"raw":"€"`, `raw: bytes are characters up to U+00FF, and this has '€'`, ""},
		{`"days":2`, `"days":-2`, `lasts.days: wants a whole number up to 4294967295, and this is -2`, ""},
		{`"state":"PAID"`, `"state":"LOST"`, `state: wants one of NEW, PAID, and this is "LOST"`, ""},
		{`"n":-2`, "\n\"n\": 9999999999", `lines[1].n: wants an int, from -2147483648 to 2147483647, and this is 9999999999`, "see line 2, column 6"},
		{`"tags":{"x":0.5`, `"tags":{"x":true`, `tags.x: wants a number, and this is true`, ""},
		{`"either":{"sku":"c"`, `"either":{"sku":7`, `either.sku: wants a string, and this is 7`, ""},
		{`"either":{"sku":"c","n":3,"price":1}`, `"either":true`, `either: wants an int or a string or a shop.Line, and this is true`, ""},
		{`"next":null`, `"next":null,"extra":1`, `extra: the schema has no such field; it has id, note, total`, ""},
		{`"next":null`, `"next":{}`, `next: lacks the field id`, ""},
		{`"next":null}`, `"next":null`, `The JSON ends too soon`, ""},
		{`"next":null}`, `"next":null} x`, `Something follows the end of the JSON`, ""},
		{`"next":null}`, `"next":nil}`, `next: this is no JSON: invalid character`, ""},
	} {
		doc := strings.Replace(orderDoc, c.old, c.new, 1)
		_, err := b.Encode(model.SchemaRef{ID: id}, []byte(doc))
		p, ok := err.(*model.Problem)
		if !ok || !strings.HasPrefix(p.Says, c.says) || !strings.HasPrefix(p.Fix, "see line ") || !strings.Contains(p.Fix, c.fix) || p.Kind != model.Invalid {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestAvroExample(t *testing.T) {
	b := newBench(t)
	b.register("orders-value", sr.TypeAvro, orderAvro)
	s, err := b.Latest(t.Context(), "orders-value")
	if err != nil || len(s.Examples) != 1 || s.Version != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	if !json.Valid([]byte(s.Examples[0])) || !strings.Contains(s.Examples[0], "\n  \"id\": 1,\n") || !strings.Contains(s.Examples[0], `"next": null`) {
		t.Errorf("%s", s.Examples[0])
	}
	ref := s.Ref(0)
	data, err := b.Encode(ref, []byte(s.Examples[0]))
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Examples[0])
	}
	if d := b.Decode("orders", model.PartValue, model.FormatAuto, data); d.Problem != nil || d.Schema != ref {
		t.Errorf("%+v", d)
	}
}

// TestAvroOfJava holds the bytes of the Avro specification's own example.
func TestAvroOfTheSpecification(t *testing.T) {
	b := newBench(t)
	id := b.register("t-value", sr.TypeAvro, `{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}`)
	b.reads(model.FormatAuto, append([]byte{0, 0, 0, 0, byte(id)}, 0x36, 0x06, 0x66, 0x6f, 0x6f), `{"a":27,"b":"foo"}`)
}
