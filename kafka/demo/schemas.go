package demo

import (
	"fmt"
	"math"
	"net/http"

	"github.com/twmb/avro"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"
	"google.golang.org/protobuf/encoding/protowire"
)

// The ids of the demo's schemas. Two topics have values that need one.
const (
	scoreID    = 41
	positionID = 42
)

var scoreSchema = avro.MustParse(scoreText)

const scoreText = `{"type":"record","name":"Score","namespace":"shop.fraud","fields":[
  {"name":"order","type":"long"},
  {"name":"score","type":"double","doc":"0 is harmless, 1 is fraud"},
  {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
  {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
  {"name":"verdict","type":{"type":"enum","name":"Verdict","symbols":["PASS","REVIEW","BLOCK"]}},
  {"name":"rules","type":{"type":"array","items":"string"}},
  {"name":"reviewer","type":["null","string"],"default":null}
]}`

const positionText = `syntax = "proto3";
package shop.fleet;

import "google/protobuf/timestamp.proto";

message Position {
  message Point {
    double lat = 1;
    double lon = 2;
  }
  string van = 1;
  Point point = 2;
  uint32 speed = 3;
  google.protobuf.Timestamp at = 4;
}
`

// Registry returns a schema registry that has what the demo's topics need. It is
// served by nobody: it is called.
func Registry() http.Handler {
	r := srfake.NewRegistry()
	r.SeedSchema("fraud-scores-value", 1, scoreID, sr.Schema{Schema: scoreText, Type: sr.TypeAvro})
	r.SeedSchema("geo-positions-value", 1, positionID, sr.Schema{Schema: positionText, Type: sr.TypeProtobuf})
	return r.Handler()
}

// framed is a value as a registry's serializers write it.
func framed(id int, index []int, value []byte) []byte {
	var h sr.ConfluentHeader
	head, _ := h.AppendEncode(nil, id, index) // fails for no id
	return append(head, value...)
}

// score is Avro.
func score(m *maker, r *kgo.Record) {
	id, of := m.next(), m.rng.Float64()
	r.Key = fmt.Appendf(nil, "order-%d", id)
	v := map[string]any{
		"order": id, "score": math.Round(of*1e4) / 1e4, "amount": m.cents(700), "at": m.moment(),
		"verdict": []string{"PASS", "PASS", "PASS", "REVIEW", "BLOCK"}[int(of*5)], "rules": []string{"velocity", "geo"}[:m.rng.IntN(3)], "reviewer": nil,
	}
	if m.rng.IntN(10) == 0 {
		v["reviewer"] = map[string]any{"string": pick(m, given)}
	}
	value, err := scoreSchema.Encode(v)
	if err != nil {
		return // the value fits the schema: not reached, as a test holds
	}
	r.Value = framed(scoreID, nil, value)
}

// position is Protobuf.
func position(m *maker, r *kgo.Record) {
	m.seq++
	van := m.van()
	r.Key = []byte(van)
	point := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(m.degrees(47, 7)))
	point = protowire.AppendFixed64(protowire.AppendTag(point, 2, protowire.Fixed64Type), math.Float64bits(m.degrees(6, 9)))
	at := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(m.moment()/1000))
	v := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), van)
	v = protowire.AppendBytes(protowire.AppendTag(v, 2, protowire.BytesType), point)
	v = protowire.AppendVarint(protowire.AppendTag(v, 3, protowire.VarintType), uint64(m.few(120)))
	v = protowire.AppendBytes(protowire.AppendTag(v, 4, protowire.BytesType), at)
	r.Value = framed(positionID, []int{0}, v)
}
