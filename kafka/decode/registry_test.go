package decode

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"
	"go.uber.org/goleak"

	"kscope/kafka/registry"
	"kscope/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A bench is a decoder with a registry to itself.
type bench struct {
	*Decoder
	fake *srfake.Registry
	t    testing.TB
}

func newBench(t testing.TB) *bench {
	t.Helper()
	fake := srfake.New()
	t.Cleanup(fake.Close)
	client, err := registry.New(model.Registry{URLs: []string{fake.URL()}}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	d, err := New(model.Connection{}, client)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{d, fake, t}
}

// register registers a schema and fetches it.
func (b *bench) register(subject string, kind sr.SchemaType, text string, references ...sr.SchemaReference) int32 {
	b.t.Helper()
	id, _, err := b.fake.RegisterSchema(subject, sr.Schema{Schema: text, Type: kind, References: references})
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := b.Fetch(b.t.Context(), int32(id))
	if err != nil || s.Problem != nil {
		b.t.Fatal(err, s.Problem)
	}
	return int32(id)
}

// encoded is a document written by a schema.
func (b *bench) encoded(id int32, name, doc string) []byte {
	b.t.Helper()
	data, err := b.Encode(model.SchemaRef{ID: id, Name: name}, []byte(doc))
	if err != nil {
		b.t.Fatalf("%s: %v", doc, err)
	}
	return data
}

// reads checks what data says.
func (b *bench) reads(format model.Format, data []byte, want string) model.Decoded {
	b.t.Helper()
	d := b.Decode("orders", model.PartValue, format, data)
	if string(d.JSON) != want || d.Text != want || d.Problem != nil || !json.Valid(d.JSON) {
		b.t.Errorf("%x is %s, want %s; %v", data, d.Text, want, d.Problem)
	}
	if got := b.JSONOf("orders", model.PartValue, format, data); string(got) != want {
		b.t.Errorf("JSON of %x is %s, want %s", data, got, want)
	}
	return d
}

func TestASchemaIsWantedThenKnown(t *testing.T) {
	b := newBench(t)
	id, _, err := b.fake.RegisterSchema("orders-value", sr.Schema{Schema: `"string"`})
	if err != nil {
		t.Fatal(err)
	}
	data, _ := header.AppendEncode(nil, id, nil)
	data = append(data, "\x04hi"...)
	d := b.Decode("orders", model.PartValue, model.FormatAuto, data)
	if !d.Pending || d.Schema.ID != int32(id) || d.Text != "00000000010468690"[:16] {
		t.Fatalf("%+v", d)
	}
	wanted := b.Wanted()
	if !slices.Equal(wanted, []model.FetchSchema{d.Fetch()}) {
		t.Fatalf("wanted: %v", wanted)
	}
	if _, err := b.Fetch(t.Context(), wanted[0].ID); err != nil {
		t.Fatal(err)
	}
	d = b.reads(model.FormatAuto, data, `"hi"`)
	if d.Format != model.FormatAvro || d.Schema != (model.SchemaRef{ID: int32(id), Subject: "orders-value", Version: 1, Name: "string"}) {
		t.Errorf("%+v", d)
	}
	if w := b.Wanted(); len(w) != 0 {
		t.Errorf("still wanted: %v", w)
	}
}

func TestWhatTheRegistryDoesNotHave(t *testing.T) {
	b := newBench(t)
	data := []byte("\x00\x00\x00\x00\x63 and more")
	s, err := b.Fetch(t.Context(), 99)
	if err != nil || s.Problem == nil || s.Problem.Kind != model.Gone {
		t.Fatalf("%+v, %v", s, err)
	}
	if d := b.Decode("orders", model.PartValue, model.FormatRegistry, data); d.Pending || d.Problem == nil || d.Schema.ID != 99 || d.Format != model.FormatHex {
		t.Errorf("%+v", d)
	}
	if d := b.Decode("orders", model.PartValue, model.FormatAuto, data); d.Problem != nil || d.Format != model.FormatHex {
		t.Errorf("%+v", d)
	}
	if w := b.Wanted(); len(w) != 0 {
		t.Errorf("asked for again at once: %v", w)
	}
}

// TestARegistryThatFails comes back: what it could not tell is told then.
func TestARegistryThatFails(t *testing.T) {
	b := newBench(t)
	id, _, err := b.fake.RegisterSchema("orders-value", sr.Schema{Schema: `"string"`})
	if err != nil {
		t.Fatal(err)
	}
	b.fake.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down for repairs", http.StatusServiceUnavailable)
		return true
	})
	data := []byte("\x00\x00\x00\x00" + string(rune(id)) + "\x04hi")
	b.Decode("orders", model.PartValue, model.FormatAuto, data)
	if _, err := b.Fetch(t.Context(), int32(id)); err == nil || !strings.Contains(err.Error(), "503: down for repairs") {
		t.Fatal(err)
	}
	if d := b.Decode("orders", model.PartValue, model.FormatAuto, data); d.Pending || d.Problem == nil {
		t.Errorf("%+v", d)
	}
	if len(b.Wanted()) != 1 {
		t.Error("it is not asked for again")
	}
	b.fake.ClearInterceptors()
	if _, err := b.Fetch(t.Context(), int32(id)); err != nil {
		t.Fatal(err)
	}
	b.reads(model.FormatAuto, data, `"hi"`)
}

func TestAFetchThatIsGivenUp(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Fetch(ctx, 1); err != context.Canceled {
		t.Errorf("%v", err)
	}
	if k := b.schemas.known(1); k != nil {
		t.Errorf("it is remembered: %+v", k)
	}
}

func TestWantedIsBounded(t *testing.T) {
	b := newBench(t)
	for id := range 1000 {
		data, _ := header.AppendEncode(nil, id+1, nil)
		b.Decode("orders", model.PartValue, model.FormatRegistry, append(data, 'x'))
	}
	if n := len(b.Wanted()); n != mostWanted {
		t.Errorf("%d are wanted", n)
	}
}

func TestASchemaThatCannotBeUsed(t *testing.T) {
	b := newBench(t)
	for _, s := range []sr.Schema{
		{Schema: `{"type":"record"}`, Type: sr.TypeAvro},
		{Schema: `syntax = "proto3"; message A { B b = 1; }`, Type: sr.TypeProtobuf},
		{Schema: `syntax = "proto3"; import "elsewhere.proto"; message A {}`, Type: sr.TypeProtobuf},
		{Schema: `{"$ref":"http://example.com/elsewhere.json"}`, Type: sr.TypeJSON},
		{Schema: `{"type":"nonsense"}`, Type: sr.TypeJSON},
	} {
		id, _, err := b.fake.RegisterSchema("x"+s.Schema[:9], s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Fetch(t.Context(), int32(id))
		if err != nil || got.Problem == nil {
			t.Errorf("%s: %+v, %v", s.Schema, got, err)
			continue
		}
		t.Log(got.Problem)
		if w := b.Wanted(); len(w) != 0 {
			t.Errorf("asked for again: %v", w)
		}
	}
}

func TestWhoeverCannotGoOnWaitsForASchema(t *testing.T) {
	b := newBench(t)
	id, _, err := b.fake.RegisterSchema("orders-value", sr.Schema{Schema: `"string"`})
	if err != nil {
		t.Fatal(err)
	}
	asked, down := 0, true
	b.fake.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		asked++
		if down {
			http.Error(w, "down", http.StatusServiceUnavailable)
		}
		return down
	})
	data := append([]byte{0, 0, 0, 0, byte(id)}, "\x04hi"...)
	for range 100 {
		if b.Await(t.Context(), data) {
			t.Fatal("it says that there is a schema")
		}
	}
	if asked != 1 {
		t.Errorf("%d requests to a registry that fails", asked)
	}
	k, _ := b.schemas.byID.Load(int32(id))
	k.(*schema).retry = time.Now() // as two seconds later
	down = false
	if !b.Await(t.Context(), data) || b.Await(t.Context(), data) {
		t.Error("it is not fetched, or more than once")
	}
	b.reads(model.FormatAuto, data, `"hi"`)
	if b.Await(t.Context(), []byte("text")) || b.Await(t.Context(), []byte{0, 0, 0, 0, 99, 1}) || b.Await(t.Context(), []byte{0, 0, 0, 0, 99, 1}) || asked != 4 {
		t.Errorf("a schema that is not there was waited for; %d requests", asked)
	}
}
