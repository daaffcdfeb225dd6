package kafka

import (
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"

	"kscope/model"
)

func TestSchemasComeFromTheRegistry(t *testing.T) {
	fake := srfake.New()
	defer fake.Close()
	id, _, err := fake.RegisterSchema("orders-value", sr.Schema{Schema: `{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}`})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Dial(model.Connection{Seeds: []string{"127.0.0.1:1"}, Registry: model.Registry{URLs: []string{fake.URL()}}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := model.Snapshot{}
	hear := func(e model.Event) { s = s.Apply(e) }
	for _, q := range []model.Query{
		model.ListSubjects{}, model.SchemaOf{Subject: "orders-value"}, model.SchemaOf{Subject: "lost"},
		model.FetchSchema{ID: int32(id)}, model.FetchSchema{ID: 77},
	} {
		if err := c.Ask(t.Context(), q, hear); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
	}
	order := s.SubjectSchemas["orders-value"]
	if !slices.Equal(s.Subjects, []string{"orders-value"}) || order == nil || order.Examples[0] != "{\n  \"id\": 1\n}" || s.SubjectSchemas["lost"].Schema != nil {
		t.Errorf("%+v %+v", s.Subjects, order)
	}
	if s.Schemas[int32(id)].Names[0] != "Order" || s.Schemas[77].Problem.Kind != model.Gone {
		t.Errorf("%+v", s.Schemas)
	}
	data, err := c.Decoder().Encode(order.Ref(0), []byte(`{"id":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if d := c.Decoder().Decode("orders", model.PartValue, model.FormatAuto, data); d.Text != `{"id":7}` {
		t.Errorf("%+v", d)
	}
}

func TestWithoutARegistryEverySchemaIsRefused(t *testing.T) {
	c, err := Dial(model.Connection{Seeds: []string{"127.0.0.1:1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, q := range []model.Query{model.ListSubjects{}, model.SchemaOf{Subject: "a"}, model.FetchSchema{ID: 1}} {
		if err := c.Ask(t.Context(), q, func(model.Event) {}); err == nil || !strings.HasPrefix(err.Error(), "No schema registry is named") {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
