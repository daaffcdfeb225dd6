package ui

import (
	"fmt"
	"strings"
	"time"

	"kscope/model"
)

func init() { time.Local = time.UTC } // stories show times as they are here

// oddWritten writes a record of an odd kind to partition 0 of a topic.
func (s *script) oddWritten(kind, topic string) error {
	r := model.Record{Topic: topic, LeaderEpoch: 3, Key: []byte("user-500")}
	switch kind {
	case "rich":
		r.Value = []byte(`{"id":9007199254740993,"total":222.50,"status":"shipped","lines":[{"sku":"A-1","n":2},{"sku":"B-7","n":1}],"note":null,"tags":[]}`)
		r.Headers = []model.Header{
			{Key: "trace-id", Value: []byte("0b6f1c52-7a1e-4e0b-9d0c-3f2a8c11d97e")}, {Key: "retry", Value: []byte("1")},
			{Key: "retry", Value: []byte("2")}, {Key: "raw", Value: []byte{0, 0xff, 0x10}}, {Key: "schema"}, {Key: "", Value: []byte{}},
		}
	case "binary":
		r.Key, r.Value = []byte{0xca, 0xfe, 0xba}, []byte("\x00\x01binary\xff\xfe and more than one line of it \x1b[2J")
	case "huge":
		r.Value = []byte(`{"rows":[` + strings.Repeat(`{"k":"v"},`, 8000) + `{"k":"last"}]}`)
	case "endless": // one line, and no JSON
		r.Value = []byte(strings.Repeat("lorem ipsum ", 40000))
	case "empty":
		r.Key, r.Value = []byte{}, []byte{}
	case "null":
		r.Key, r.Value = nil, nil
	case "wide":
		r.Key, r.Value = []byte("キー"), []byte(`{"名前":"`+strings.Repeat("日本語", 60)+`","e":"é"}`)
	case "avro":
		r.Value = []byte{0, 0, 0, 0, 7, 42}
	case "lost":
		r.Value = []byte{0, 0, 0, 0, 9, 42}
	case "number":
		r.Key, r.Value = []byte{0, 0, 0, 0, 0, 0, 4, 210}, []byte{0x7b, 0x7d}
	case "aborted":
		r.Transactional, r.Outcome, r.ProducerID, r.ProducerEpoch, r.Value = true, model.OutcomeAborted, 4012, 3, []byte("never was")
		r.Codec = 4
	case "commit":
		r.Transactional, r.Control, r.ProducerID, r.Key, r.Value = true, model.ControlCommit, 4012, []byte{0, 0, 0, 1}, []byte{0, 0, 0, 0, 0, 0}
	default:
		return fmt.Errorf("what is a %s record?", kind)
	}
	s.write(r)
	return nil
}
