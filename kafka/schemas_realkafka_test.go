//go:build realkafka

package kafka

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestRealRegistry reads what Java's serializers write, and other writers of the same
// format, with a real registry beside real Kafka.
func TestRealRegistry(t *testing.T) {
	registry, err := realkafka.UpRegistry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := registry.Close(); err != nil {
			t.Error(err)
		}
	})
	cluster, err := realkafka.Up(t.Context(), realkafka.Options{Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	own, err := sr.NewClient(sr.URLs(registry.URL()))
	if err != nil {
		t.Fatal(err)
	}
	k := &withRegistry{Cluster: cluster, registry: registry, own: own}
	t.Run("Java writes Avro and numbers", k.java)
	t.Run("Protobuf with imports", k.protobuf)
	t.Run("JSON Schema with a reference", k.jsonSchema)
	t.Run("what kscope writes", k.written)
	t.Run("many that kscope writes", k.many)
	t.Run("a login", k.login)
	t.Run("down and back", k.downAndBack)
}

// A withRegistry is a cluster with a registry beside it.
type withRegistry struct {
	*realkafka.Cluster
	registry *realkafka.Registry
	own      *sr.Client
}

func (k *withRegistry) dial(t *testing.T, r model.Registry) *Client {
	t.Helper()
	c, err := Dial(model.Connection{Seeds: k.Seeds(realkafka.Plaintext), Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func (k *withRegistry) client(t *testing.T) *Client {
	return k.dial(t, model.Registry{URLs: []string{k.registry.URL()}})
}

// topics creates topics of one partition.
func (k *withRegistry) topics(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := k.CreateTopic(t.Context(), name, 1, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// records reads the first n records of a topic.
func (k *withRegistry) records(t *testing.T, topic string, n int) []*kgo.Record {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), forever)
	defer cancel()
	var records []*kgo.Record
	for len(records) < n {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("%d of %d records of %s: %v", len(records), n, topic, err)
		}
		records = append(records, fetches.Records()...)
	}
	return records
}

// decoded reads bytes as a pane does: what the decoder lacks is asked for.
func decoded(t *testing.T, c *Client, topic string, part model.Part, format model.Format, data []byte) model.Decoded {
	t.Helper()
	d := c.Decoder().Decode(topic, part, format, data)
	if !d.Pending {
		return d
	}
	wanted := c.Decoder().Wanted()
	if !slices.Contains(wanted, d.Fetch()) {
		t.Errorf("schema %d is not wanted: %v", d.Schema.ID, wanted)
	}
	for _, q := range wanted {
		if err := c.Ask(t.Context(), q, func(model.Event) {}); err != nil {
			t.Fatal(err)
		}
	}
	return c.Decoder().Decode(topic, part, format, data)
}

const javaSchema = `{"type":"record","name":"Order","namespace":"shop","fields":[
	{"name":"id","type":"long"},
	{"name":"total","type":{"type":"record","name":"Money","fields":[
		{"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
		{"name":"currency","type":{"type":"enum","name":"Currency","symbols":["EUR","USD"]}}]}},
	{"name":"note","type":["null","string"],"default":null},
	{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
	{"name":"tags","type":{"type":"map","values":"float"}},
	{"name":"lines","type":{"type":"array","items":"int"}},
	{"name":"raw","type":"bytes"},
	{"name":"next","type":["null","Order"],"default":null}]}`

func (k *withRegistry) java(t *testing.T) {
	k.topics(t, "java-orders", "java-numbers")
	source, err := filepath.Abs("testdata/Writes.java")
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := realkafka.SerdesProgram(t.Context(), source, strings.Join(k.Seeds(realkafka.Plaintext), ","), k.registry.Own(), "java-orders", "java-numbers")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(javaSchema)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "done\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	c := k.client(t)
	const order = `{"id":9007199254740993,"total":{"amount":-12.34,"currency":"EUR"},"note":"hé\n","at":"2026-03-01T12:00:00.123Z",` +
		`"tags":{"k":1.5},"lines":[1,-2],"raw":"\u0000ÿ","next":null}`
	orders := k.records(t, "java-orders", 2)
	for i, want := range []struct{ key, value string }{{"-42", order}, {"1772366400123", strings.Replace(order, `"hé\n"`, "null", 1)}} {
		d := decoded(t, c, "java-orders", model.PartValue, model.FormatAuto, orders[i].Value)
		if d.Text != want.value || d.Format != model.FormatAvro || d.Problem != nil || d.Schema.Subject != "java-orders-value" || d.Schema.Version != 1 || d.Schema.Name != "shop.Order" {
			t.Errorf("%+v\nwant %s", d, want.value)
		}
		if d := decoded(t, c, "java-orders", model.PartKey, model.FormatAuto, orders[i].Key); d.Text != want.key {
			t.Errorf("key %x is %+v, want %s", orders[i].Key, d, want.key)
		}
	}
	numbers := k.records(t, "java-numbers", 5)
	for i, want := range []struct {
		format model.Format
		text   string
	}{
		{model.FormatInt16, "-7"}, {model.FormatFloat32, "0.1"}, {model.FormatFloat64, "1e+300"},
		{model.FormatUUID, "f47ac10b-58cc-4372-a567-0e02b2c3d479"}, {model.FormatText, "hé"},
	} {
		if d := c.Decoder().Decode("java-numbers", model.PartValue, want.format, numbers[i].Value); d.Text != want.text || d.Problem != nil {
			t.Errorf("%x as %s is %+v, want %s", numbers[i].Value, want.format, d, want.text)
		}
	}
}

func (k *withRegistry) create(t *testing.T, subject string, s sr.Schema) sr.SubjectSchema {
	t.Helper()
	made, err := k.own.CreateSchema(t.Context(), subject, s)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (k *withRegistry) protobuf(t *testing.T) {
	k.create(t, "money", sr.Schema{Type: sr.TypeProtobuf, Schema: `syntax = "proto3"; package shop; message Money { int64 cents = 1; }`})
	made := k.create(t, "protos-value", sr.Schema{Type: sr.TypeProtobuf, Schema: `syntax = "proto3";
package shop;
import "money.proto";
import "google/protobuf/timestamp.proto";
message Other { string x = 1; }
message Order {
  message Line { string sku = 1; Money price = 2; }
  message Empty { message Deep { int32 n = 1; } }
  repeated Line lines = 1;
  google.protobuf.Timestamp at = 2;
}
`, References: []sr.SchemaReference{{Name: "money.proto", Subject: "money", Version: 1}}})
	var h sr.ConfluentHeader
	c := k.client(t)
	for _, m := range []struct {
		index      []int
		data       string
		name, want string
	}{
		{[]int{0}, "\x0a\x01y", "shop.Other", `{"x":"y"}`},
		{[]int{1}, "\x0a\x07\x0a\x01a\x12\x02\x08\x05\x12\x02\x08\x07", "shop.Order", `{"lines":[{"sku":"a","price":{"cents":5}}],"at":"1970-01-01T00:00:07Z"}`},
		{[]int{1, 0}, "\x0a\x01a", "shop.Order.Line", `{"sku":"a"}`},
		{[]int{1, 1, 0}, "\x08\x09", "shop.Order.Empty.Deep", `{"n":9}`},
	} {
		data, err := h.AppendEncode(nil, made.ID, m.index)
		if err != nil {
			t.Fatal(err)
		}
		d := decoded(t, c, "protos", model.PartValue, model.FormatAuto, append(data, m.data...))
		if d.Text != m.want || d.Schema.Name != m.name || d.Format != model.FormatProtobuf || d.Schema.Subject != "protos-value" {
			t.Errorf("%v: %+v, want %s", m.index, d, m.want)
		}
	}
}

func (k *withRegistry) jsonSchema(t *testing.T) {
	k.create(t, "cents", sr.Schema{Type: sr.TypeJSON, Schema: `{"$schema":"http://json-schema.org/draft-07/schema#","type":"integer","minimum":0}`})
	made := k.create(t, "jsons-value", sr.Schema{Type: sr.TypeJSON, Schema: `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"total":{"$ref":"cents.json"}},"required":["total"]}`,
		References: []sr.SchemaReference{{Name: "cents.json", Subject: "cents", Version: 1}}})
	c := k.client(t)
	var serde sr.Serde
	type order struct {
		Total int64 `json:"total"`
	}
	serde.Register(made.ID, order{}, sr.EncodeFn(json.Marshal))
	data, err := serde.Encode(order{9007199254740993})
	if err != nil {
		t.Fatal(err)
	}
	if d := decoded(t, c, "jsons", model.PartValue, model.FormatAuto, data); d.Text != `{"total":9007199254740993}` || d.Format != model.FormatJSONSchema || d.Schema.Subject != "jsons-value" {
		t.Errorf("%+v", d)
	}
	_, err = c.Decoder().Encode(model.SchemaRef{ID: int32(made.ID)}, []byte(`{"total":-1}`))
	if err == nil || err.Error() != "total: minimum: got -1, want 0: see line 1, column 10" {
		t.Errorf("%v", err)
	}
}

// written holds that what kscope writes by the latest schema of each subject reads the
// same again, by way of a broker.
func (k *withRegistry) written(t *testing.T) {
	k.topics(t, "written")
	c := k.client(t)
	s := model.Snapshot{}
	hear := func(e model.Event) { s = s.Apply(e) }
	if err := c.Ask(t.Context(), model.ListSubjects{}, hear); err != nil {
		t.Fatal(err)
	}
	var sent [][]byte
	for _, subject := range s.Subjects {
		if err := c.Ask(t.Context(), model.SchemaOf{Subject: subject}, hear); err != nil {
			t.Fatal(err)
		}
		latest := s.SubjectSchemas[subject]
		for i, example := range latest.Examples {
			data, err := c.Decoder().Encode(latest.Ref(i), []byte(example))
			if err != nil {
				t.Errorf("%s: %v\n%s", subject, err, example)
				continue
			}
			if err := c.Do(t.Context(), &model.Produce{Topic: "written", Partition: 0, Value: data}, func(model.Event) {}); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, data)
		}
	}
	if len(sent) < 8 {
		t.Fatalf("only %d examples, of %v", len(sent), s.Subjects)
	}
	for i, r := range k.records(t, "written", len(sent)) {
		if d := decoded(t, c, "written", model.PartValue, model.FormatAuto, r.Value); d.Problem != nil || d.JSON == nil || d.Schema.ID == 0 || string(r.Value) != string(sent[i]) {
			t.Errorf("%x: %+v", r.Value, d)
		}
	}
}

// many holds that many records are encoded as they are sent, that what does not fit is
// refused alone, and that a schema that comes later is not needed.
func (k *withRegistry) many(t *testing.T) {
	k.topics(t, "many-avro", "many-proto", "many-json")
	k.create(t, "many-key", sr.Schema{Schema: `"string"`})
	k.create(t, "many-avro-value", sr.Schema{Schema: javaSchema})
	k.create(t, "many-proto-value", sr.Schema{Type: sr.TypeProtobuf, Schema: `syntax = "proto3"; package shop; message Order { int64 id = 1; repeated string tags = 2; }`})
	k.create(t, "many-json-value", sr.Schema{Type: sr.TypeJSON, Schema: `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}`})
	c := k.client(t)
	for topic, template := range map[string]string{
		"many-avro":  `{"id":{{n}},"total":{"amount":{{n}}.5,"currency":"EUR"},"note":null,"at":"2026-03-01T12:00:00.123Z","tags":{"k":1.5},"lines":[1,-2],"raw":"","next":null}`,
		"many-proto": `{"id":{{n}},"tags":["a","{{n}}"]}`,
		"many-json":  `{"id": {{n}}}`,
	} {
		const n = 2000
		schemas := model.Schemas{Key: schemaOf(t, c, "many-key", 0), Value: schemaOf(t, c, topic+"-value", 0)}
		base := model.Produce{Topic: topic, Partition: model.AllPartitions}
		s, _ := sendAll(t, c, t.Context(), &model.SendMany{Record: base, Material: model.Template{Key: `"user-{{n}}"`, Value: template}, Count: n, Schemas: schemas}, nil)
		if !s.Whole() {
			t.Fatalf("%s: %+v", topic, s)
		}
		good := strings.ReplaceAll(template, "{{n}}", "7")
		lines := fileOf(t, model.Lines, good, `{"id":"no number"}`, good)
		s, _ = sendAll(t, c, t.Context(), &model.SendMany{Record: base, Material: lines, Schemas: model.Schemas{Value: schemas.Value}}, nil)
		if s.Acknowledged != 2 || s.Refused != 1 || s.Refusals[0].Line != 2 || !strings.Contains(s.Refusals[0].Problem.Says, "The value does not fit "+topic+"-value v1 (id ") {
			t.Fatalf("%s: %+v", topic, s)
		}
		reader := k.client(t) // one that knows no schema yet
		for i, r := range k.records(t, topic, n+2) {
			want := i + 1
			if i >= n {
				want = 7
			} else if d := decoded(t, reader, topic, model.PartKey, model.FormatRegistry, r.Key); d.Text != fmt.Sprintf(`"user-%d"`, want) {
				t.Fatalf("%s: key %x is %+v", topic, r.Key, d)
			}
			d := decoded(t, reader, topic, model.PartValue, model.FormatRegistry, r.Value)
			if d.Problem != nil || d.Schema.ID != schemas.Value.ID || !strings.HasPrefix(d.Text, fmt.Sprintf(`{"id":%d`, want)) {
				t.Fatalf("%s: value %x is %+v", topic, r.Value, d)
			}
		}
	}
}
