package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/twmb/avro"
	"github.com/twmb/franz-go/pkg/sr"
	"github.com/vmihailenco/msgpack/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"kscope/model"
)

// visible is how many rows a screen shows.
const visible = 50

// rows are the values of one format that a screen shows.
type rows struct {
	name   string
	values [][]byte
}

func rowsOf(b *bench) []rows {
	id := b.register("avro", sr.TypeAvro, orderAvro)
	proto := b.registerOrder()
	schema := b.register("json", sr.TypeJSON, moneySchema)
	packedMsgpack := func(i int) []byte {
		data, err := msgpack.Marshal(map[string]any{"id": i, "name": "ada", "lines": []any{1, 2.5, nil}})
		if err != nil {
			b.t.Fatal(err)
		}
		return data
	}
	var all []rows
	for _, of := range []struct {
		name string
		make func(i int) []byte
	}{
		{"text", func(i int) []byte { return fmt.Appendf(nil, "a line of a log, number %d, of the usual length", i) }},
		{"json", func(i int) []byte {
			return fmt.Appendf(nil, `{"id": %d, "name": "ada", "lines": [1, 2.5, null], "note": "as long as it is"}`, i)
		}},
		{"json of 1 MB", func(int) []byte {
			return append(append([]byte(`{"a":"`), bytes.Repeat([]byte("x"), 1<<20)...), `"}`...)
		}},
		{"int64", func(i int) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, byte(i)} }},
		{"msgpack", packedMsgpack},
		{"gzip of json", func(i int) []byte { return packed(b.t, "gzip", fmt.Appendf(nil, `{"id": %d, "name": "ada"}`, i)) }},
		{"avro", func(int) []byte { return b.encoded(id, "", orderDoc) }},
		{"protobuf", func(int) []byte { return b.encoded(proto, "shop.Order", orderJSON) }},
		{"json-schema", func(i int) []byte { return b.encoded(schema, "", fmt.Sprintf(`{"cents":%d}`, i)) }},
	} {
		r := rows{name: of.name}
		for i := range visible {
			r.values = append(r.values, of.make(i))
		}
		all = append(all, r)
	}
	return all
}

// BenchmarkVisibleRows reads what a screen of 50 rows shows, once: a frame.
func BenchmarkVisibleRows(b *testing.B) {
	bench := newBench(b)
	for _, r := range rowsOf(bench) {
		b.Run(r.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, v := range r.values {
					if d := bench.Line("orders", model.PartValue, model.FormatAuto, v, 400); d.Text == "" || d.Problem != nil {
						b.Fatalf("%+v", d)
					}
				}
			}
		})
	}
}

// BenchmarkJSONOf reads one value for a filter, beside what the library alone does.
func BenchmarkJSONOf(b *testing.B) {
	bench := newBench(b)
	for _, r := range rowsOf(bench) {
		b.Run(r.name, func(b *testing.B) {
			for b.Loop() {
				bench.JSONOf("orders", model.PartValue, model.FormatAuto, r.values[0])
			}
		})
	}
	b.Run("avro, the library alone", func(b *testing.B) {
		schema := avro.MustParse(orderAvro)
		data := bench.encoded(1, "", orderDoc)[headerSize:]
		for b.Loop() {
			var v any
			if _, err := schema.Decode(data, &v); err != nil {
				b.Fatal(err)
			}
			if _, err := schema.EncodeJSON(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("protobuf, the library alone, without JSON", func(b *testing.B) {
		v, _ := bench.schemas.byID.Load(int32(3))
		m, err := v.(*schema).codec.(*protobufCodec).named("shop.Order")
		if err != nil {
			b.Fatal(err)
		}
		data := bench.encoded(3, "shop.Order", orderJSON)[headerSize+2:]
		for b.Loop() {
			if err := proto.Unmarshal(data, dynamicpb.NewMessage(m)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json, encoding/json alone", func(b *testing.B) {
		for b.Loop() {
			var v any
			if err := json.Unmarshal([]byte(orderDoc), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
