package decode

import (
	"encoding/json"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

// consistent checks what must hold of whatever was read.
func consistent(t *testing.T, b *bench, format model.Format, data []byte) {
	t.Helper()
	d := b.Decode("orders", model.PartValue, format, data)
	switch {
	case d.JSON != nil && (!json.Valid(d.JSON) || d.Text != string(d.JSON)):
		t.Errorf("%q as %s gives %q, which is no JSON", data, format, d.Text)
	case d.Problem != nil && (d.Format != model.FormatHex || d.JSON != nil):
		t.Errorf("%q as %s cannot be read, and is %+v", data, format, d)
	case len(data) > 0 && (d.Format == "" || d.Format == model.FormatAuto || d.Format == model.FormatRegistry):
		t.Errorf("%q as %s was read as %q", data, format, d.Format)
	}
	if again := b.JSONOf("orders", model.PartValue, format, data); again != nil && !json.Valid(again) {
		t.Errorf("JSON of %q as %s is %q", data, format, again)
	}
	b.Line("orders", model.PartValue, format, data, 40)
}

func FuzzDecode(f *testing.F) {
	for i, data := range []string{"text", `{"a":1}`, "\x00\x00\x00\x2a", "\x81\xa1a\x01", "\xa1\x61a\x01", "\x00\x00\x00\x00\x01\x02", "\x1f\x8b\x08\x00\x00\x00\x00\x00"} {
		f.Add([]byte(data), uint8(i))
	}
	for packing := range packers {
		f.Add(packed(f, packing, []byte(`{"a":[1,2]}`)), uint8(0))
	}
	b := bare(f)
	f.Add([]byte("\xff\x06\x00\x00sNaPpY"), uint8(0)) // nothing, packed
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		consistent(t, b, model.Formats()[int(n)%len(model.Formats())], data)
	})
}

func FuzzMsgpack(f *testing.F) {
	f.Add([]byte("\x82\xa1a\x01\xa1b\x93\xc0\xc3\xcb\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\x91\xd6\xff\x69\xa4\x2b\x80"))
	b := bare(f)
	f.Fuzz(func(t *testing.T, data []byte) { consistent(t, b, model.FormatMsgpack, data) })
}

func FuzzCBOR(f *testing.F) {
	f.Add([]byte("\xa2\x61a\x01\x61b\x83\xf6\xf5\xfb\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\xd9\xd9\xf7\xa1\x41\x07\xc1\x1a\x69\xa4\x2b\x80"))
	b := bare(f)
	f.Fuzz(func(t *testing.T, data []byte) { consistent(t, b, model.FormatCBOR, data) })
}

// framedFuzz fuzzes what follows the header of a schema.
func framedFuzz(f *testing.F, b *bench, id int32, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s[headerSize:])
	}
	head, _ := header.AppendEncode(nil, int(id), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		consistent(t, b, model.FormatAuto, append(head[:headerSize:headerSize], data...))
	})
}

func FuzzAvro(f *testing.F) {
	b := newBench(f)
	id := b.register("orders-value", sr.TypeAvro, orderAvro)
	framedFuzz(f, b, id, b.encoded(id, "", orderDoc))
}

func FuzzProtobuf(f *testing.F) {
	b := newBench(f)
	id := b.registerOrder()
	framedFuzz(f, b, id, b.encoded(id, "shop.Order", orderJSON), b.encoded(id, "shop.Order.Line.Tax", `{"rate":1}`), b.encoded(id, "shop.Other", `{"x":"y"}`))
}

// FuzzEncode holds that whatever is taken is read again, and that whatever is not
// is told where.
func FuzzEncode(f *testing.F) {
	b := newBench(f)
	ids := []model.SchemaRef{
		{ID: b.register("avro", sr.TypeAvro, orderAvro)}, {ID: b.registerOrder(), Name: "shop.Order"},
		{ID: b.register("json", sr.TypeJSON, moneySchema)},
	}
	for i, doc := range []string{orderDoc, orderJSON, `{"cents":5}`, `{"id":`, "[[[", `{"lines":[{"sku":7}]}`} {
		f.Add([]byte(doc), uint8(i))
	}
	f.Fuzz(func(t *testing.T, doc []byte, n uint8) {
		data, err := b.Encode(ids[int(n)%len(ids)], doc)
		if err != nil {
			if p, ok := err.(*model.Problem); !ok || p.Says == "" {
				t.Errorf("%q: %v", doc, err)
			}
			return
		}
		if d := b.Decode("t", model.PartValue, model.FormatRegistry, data); d.Problem != nil {
			t.Errorf("%q is written as %x, which cannot be read: %v", doc, data, d.Problem)
		}
	})
}
