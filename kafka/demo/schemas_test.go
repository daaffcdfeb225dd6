package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/decode"
	"kscope/kafka/registry"
	"kscope/model"
)

// TestWhatNeedsASchemaIsReadByIt reads what the demo writes as the program does.
func TestWhatNeedsASchemaIsReadByIt(t *testing.T) {
	d, err := decode.New(model.Connection{}, registry.Within(Registry(), time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		topic string
		make  func(*maker, *kgo.Record)
		id    int32
		is    model.SchemaRef
		begin string
	}{
		{"fraud-scores", score, scoreID, model.SchemaRef{ID: scoreID, Subject: "fraud-scores-value", Version: 1, Name: "shop.fraud.Score"}, `{"order":`},
		{"geo-positions", position, positionID, model.SchemaRef{ID: positionID, Subject: "geo-positions-value", Version: 1, Name: "shop.fleet.Position"}, `{"van":"van-`},
	} {
		if _, err := d.Fetch(t.Context(), c.id); err != nil {
			t.Fatal(err)
		}
		m := newMaker(1, c.topic)
		for range 200 {
			var r kgo.Record
			c.make(m, &r)
			got := d.Decode(c.topic, model.PartValue, model.FormatAuto, r.Value)
			if got.Problem != nil || got.Schema != c.is || !strings.HasPrefix(got.Text, c.begin) || got.Unknown > 0 {
				t.Fatalf("%x: %+v", r.Value, got)
			}
		}
	}
}
