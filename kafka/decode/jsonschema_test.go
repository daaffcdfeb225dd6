package decode

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

const moneySchema = `{"type":"object","properties":{"cents":{"type":"integer","minimum":0}},"required":["cents"],"additionalProperties":false}`

const orderSchema = `{"$schema":"http://json-schema.org/draft-07/schema#","title":"Order","type":"object",
	"properties":{"id":{"type":"integer"},"state":{"enum":["NEW","PAID"]},"total":{"$ref":"money.json"},"lines":{"type":"array","items":{"$ref":"#/definitions/line"}},
		"note":{"oneOf":[{"type":"null"},{"type":"string"}]},"at":{"type":"string","format":"date-time"}},
	"required":["id","total"],"additionalProperties":false,
	"definitions":{"line":{"type":"object","properties":{"sku":{"type":"string","minLength":1},"next":{"$ref":"#/definitions/line"}},"required":["sku"]}}}`

func TestJSONSchema(t *testing.T) {
	b := newBench(t)
	b.register("money", sr.TypeJSON, moneySchema)
	id := b.register("orders-value", sr.TypeJSON, orderSchema, sr.SchemaReference{Name: "money.json", Subject: "money", Version: 1})
	const doc = `{"id":9007199254740993,"total":{"cents":5},"lines":[{"sku":"a"}]}`
	data := b.encoded(id, "", "{\n \"id\": 9007199254740993, \"total\": {\"cents\": 5}, \"lines\": [ {\"sku\":\"a\"} ] }")
	if d := b.reads(model.FormatAuto, data, doc); d.Format != model.FormatJSONSchema || d.Schema.String() != "orders-value v1 (id 2)" {
		t.Errorf("%+v", d)
	}
	b.reads(model.FormatJSONSchema, data, doc)
	if d := b.Decode("orders", model.PartValue, model.FormatAuto, []byte{0, 0, 0, 0, byte(id), '{'}); d.Problem == nil {
		t.Errorf("%+v", d)
	}
	for _, c := range []struct{ doc, says, fix string }{
		{`{"id":1}`, "Missing property 'total'", "see line 1, column 1"},
		{`{"id":1.5,"total":{"cents":5}}`, "id: got number, want integer", "see line 1, column 7"},
		{"{\"id\":1,\n\"total\":{\"cents\":-5}}", "total.cents: minimum: got -5, want 0", "see line 2, column 18"},
		{`{"id":1,"total":{"cents":5},"state":"LOST"}`, "state: value must be one of", ""},
		{`{"id":1,"total":{"cents":5},"lines":[{"sku":"a"},{"sku":""}]}`, "lines[1].sku: minLength: got 0, want 1", ""},
		{`{"id":1,"total":{"cents":5},"x":1}`, "Additional properties 'x' not allowed", ""},
		{`{"id":1,`, "The JSON ends too soon", ""},
	} {
		_, err := b.Encode(model.SchemaRef{ID: id}, []byte(c.doc))
		p, ok := err.(*model.Problem)
		if !ok || !strings.HasPrefix(p.Says, c.says) || !strings.Contains(p.Fix, c.fix) {
			t.Errorf("%s: %v", c.doc, err)
		}
	}
	s, err := b.Latest(t.Context(), "orders-value")
	if err != nil || len(s.Examples) != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := b.Encode(s.Ref(0), []byte(s.Examples[0])); err != nil {
		t.Errorf("%v\n%s", err, s.Examples[0])
	}
	if !strings.Contains(s.Examples[0], `"state": "NEW"`) || !strings.Contains(s.Examples[0], `"sku": "sku"`) {
		t.Error(s.Examples[0])
	}
}
