package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"

	"kscope/model"
)

const (
	orderAvro = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"},` +
		`{"name":"total","type":{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}}]}`
	orderProto = `syntax = "proto3"; package shop; message Order { int64 id = 1; message Line { int32 n = 1; } Line line = 2; }`
	orderJSON  = `{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}`
)

// dialWithSchemas brings up a cluster with a topic, and a registry with three subjects.
func dialWithSchemas(t *testing.T) (*kfake.Cluster, *Client, *srfake.Registry) {
	t.Helper()
	cluster, fake := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(6, "orders")), srfake.New()
	t.Cleanup(fake.Close)
	for subject, s := range map[string]sr.Schema{
		"orders-key": {Schema: `"string"`}, "avro": {Schema: orderAvro},
		"proto": {Type: sr.TypeProtobuf, Schema: orderProto}, "json": {Type: sr.TypeJSON, Schema: orderJSON},
		"broken": {Schema: `{"type":"record"}`},
	} {
		if _, _, err := fake.RegisterSchema(subject, s); err != nil {
			t.Fatal(err)
		}
	}
	return cluster, connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Registry: model.Registry{URLs: []string{fake.URL()}}}), fake
}

// schemaOf refers to the latest schema of a subject, by one of its names.
func schemaOf(t *testing.T, c *Client, subject string, name int) model.SchemaRef {
	t.Helper()
	return the[model.SubjectDescribed](t, ask(t, c, model.SchemaOf{Subject: subject})).Subject.Ref(name)
}

// fileOf writes a file of records.
func fileOf(t *testing.T, format model.FileFormat, lines ...string) model.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return model.File{Path: path, Format: format}
}

func TestSendManyBySchema(t *testing.T) {
	cluster, c, _ := dialWithSchemas(t)
	key := schemaOf(t, c, "orders-key", 0)
	for i, of := range []struct {
		subject, value, want string
		name                 int
	}{
		{"avro", `{"id":{{n}},"total":{"cents":5}}`, `{"id":%d,"total":{"cents":5}}`, 0},
		{"proto", `{"id":{{n}}}`, `{"id":%d}`, 0},
		{"proto", `{ "n": {{n}} }`, `{"n":%d}`, 1},
		{"json", `{ "id": {{n}} }`, `{"id":%d}`, 0},
	} {
		const n = 300
		value := schemaOf(t, c, of.subject, of.name)
		s, _ := sendAll(t, c, t.Context(), &model.SendMany{
			Record:   model.Produce{Topic: "orders", Partition: model.AllPartitions},
			Material: model.Template{Key: `"user-{{n}}"`, Value: of.value}, Count: n, Schemas: model.Schemas{Key: key, Value: value},
		}, nil)
		if !s.Whole() || s.Acknowledged != n {
			t.Fatalf("%s: %+v", of.subject, s)
		}
		seen := map[string]bool{}
		for _, r := range written(t, cluster.ListenAddrs(), "orders") {
			d := c.Decoder().Decode("orders", model.PartValue, model.FormatRegistry, r.Value)
			k := c.Decoder().Decode("orders", model.PartKey, model.FormatRegistry, r.Key)
			if d.Schema.ID != value.ID || d.Schema.Name != value.Name {
				continue // of a round before
			}
			if d.Problem != nil || k.Problem != nil || k.Schema.ID != key.ID || r.Partition != model.KeyPartition(r.Key, 6) {
				t.Fatalf("%x: %+v %+v on %d", r.Value, d, k, r.Partition)
			}
			seen[k.Text+d.Text] = true
		}
		for j := 1; j <= n; j++ {
			if want := fmt.Sprintf(`"user-%d"`+of.want, j, j); !seen[want] {
				t.Fatalf("%d: %s is not there: %d are", i, want, len(seen))
			}
		}
	}
}

func TestWhatDoesNotFitTheSchemaIsRefused(t *testing.T) {
	cluster, c, _ := dialWithSchemas(t)
	lines := []string{
		`{"key":"a","value":{"id":1,"total":{"cents":5}}}`,
		`{"key":"b","value":{"id":2,"total":{"cents":"many"}}}`,
		`{"key":"c","value":null}`,
		`{"value":{"id":4,"total":{"cents":7}}}`,
		`{"key":"e","value":"no JSON"}`,
	}
	cmd := &model.SendMany{
		Record:   model.Produce{Topic: "orders", Partition: model.AllPartitions, Key: []byte("base")},
		Material: fileOf(t, model.JSONLines, lines...), Schemas: model.Schemas{Value: schemaOf(t, c, "avro", 0)}, Each: true,
	}
	s, receipts := sendAll(t, c, t.Context(), cmd, nil)
	if s.Acknowledged != 3 || s.Refused != 2 || s.Unknown+s.Unsent != 0 || len(receipts) != 5 {
		t.Fatalf("%+v %+v", s, receipts)
	}
	const says = "The value does not fit avro v1 (id %d): total.cents: "
	want := fmt.Sprintf(says, cmd.Schemas.Value.ID)
	if r := s.Refusals; len(r) != 2 || r[0].Line != 2 || !strings.HasPrefix(r[0].Problem.Says, want) || r[0].Problem.Fix != "see its line 1, column 26" || r[1].Line != 5 {
		t.Errorf("%+v, want %s", r, want)
	}
	keys := map[string]bool{}
	for _, r := range written(t, cluster.ListenAddrs(), "orders") {
		keys[string(r.Key)] = r.Value == nil
	}
	if null, c := keys["c"]; len(keys) != 3 || !null || !c || keys["a"] || keys["base"] {
		t.Errorf("%v", keys)
	}

	strict := *cmd
	strict.Material, strict.Strict = model.Template{Value: `{"id":{{n}},"total":{"cents":{{choice "1" "null"}}}}`, NoKey: true, Seed: 2}, true
	strict.Count = 10_000
	s, _ = sendAll(t, c, t.Context(), &strict, nil)
	if s.Refused == 0 || s.Taken() >= strict.Count || s.Problem == nil || !strings.Contains(s.Problem.Says, "total.cents") {
		t.Errorf("%+v", s)
	}
}

func TestSchemasThatCannotBeUsedEndASendingBeforeIt(t *testing.T) {
	_, c, registry := dialWithSchemas(t)
	send := func(key, value string, schemas model.Schemas) error {
		cmd := &model.SendMany{Record: model.Produce{Topic: "orders", Key: []byte(key), Value: []byte(value)}, Count: 3, Schemas: schemas}
		return c.Do(t.Context(), cmd, func(e model.Event) { t.Errorf("%+v", e) })
	}
	avro := schemaOf(t, c, "avro", 0)
	for says, err := range map[string]error{
		"has no schema 4711":                  send("", "{}", model.Schemas{Value: model.SchemaRef{ID: 4711}}),
		"cannot be used":                      send("", "{}", model.Schemas{Value: schemaOf(t, c, "broken", 0)}),
		"The value does not fit avro v1 (id ": send("", `{"id":1}`, model.Schemas{Value: avro}),
		"The key does not fit avro v1 (id ":   send(`{"id":1}`, "{", model.Schemas{Key: avro}),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s", err, says)
		}
	}
	registry.Close()
	if err := send("", "{}", model.Schemas{Value: model.SchemaRef{ID: 4712}}); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("%v", err)
	}
	if err := send("", "{}", model.Schemas{Value: avro}); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("what is known needs no registry: %v", err)
	}
}

func TestPreviewManyBySchema(t *testing.T) {
	_, c, _ := dialWithSchemas(t)
	headers := []model.Header{{Key: "n", Value: []byte("h{{n}}")}, {Key: "null"}, {Key: "", Value: []byte{}}}
	p := the[model.ManyPreviewed](t, ask(t, c, model.PreviewMany{
		Key: `"{{n}}"`, Value: `{"id":{{choice "1" "true"}},"total":{"cents":{{n}}}}`, Seed: 3, N: 20, Headers: model.HeadersOf(headers),
		Schemas: model.Schemas{Key: schemaOf(t, c, "orders-key", 0), Value: schemaOf(t, c, "avro", 0)},
	})).Preview
	fits, misfits := 0, 0
	for i, d := range p.Drafts {
		if h := d.Headers; len(h) != 3 || string(h[0].Value) != fmt.Sprintf("h%d", i+1) || h[1].Value != nil || h[2].Value == nil || len(h[2].Value) > 0 {
			t.Errorf("%+v", h)
		}
		if d.Problem == nil {
			fits++
			if r := c.Decoder().Decode("orders", model.PartValue, model.FormatRegistry, d.Value); r.Text != fmt.Sprintf(`{"id":1,"total":{"cents":%d}}`, i+1) {
				t.Errorf("%+v", r)
			}
			continue
		}
		misfits++
		if d.Misfit != model.PartValue || !strings.Contains(d.Problem.Says, ": id: ") || !strings.HasPrefix(string(d.Value), `{"id":true`) || string(d.Key) != fmt.Sprintf(`"%d"`, i+1) {
			t.Errorf("%+v %v", d, d.Problem)
		}
	}
	if fits == 0 || misfits == 0 || fits+misfits != 20 || p.Problem != nil {
		t.Errorf("%d fit, %d do not: %v", fits, misfits, p.Problem)
	}
	p = the[model.ManyPreviewed](t, ask(t, c, model.PreviewMany{Value: "{}", N: 2, Schemas: model.Schemas{Value: model.SchemaRef{ID: 99}}})).Preview
	if p.Problem == nil || p.Problem.Kind != model.Gone || len(p.Drafts) != 0 {
		t.Errorf("%+v", p)
	}
}
