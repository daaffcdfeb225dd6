package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/decode"
	"kscope/kafka/match"
	"kscope/model"
)

// A filter tells which records a tail keeps. It is used by one goroutine.
type filter struct {
	matcher *match.Matcher
	state   *match.State
}

// newFilter compiles the filter of a tail; nil if everything passes. The error is a
// *model.Problem, whose Cause is a *match.Fault. A schema that a condition lacks is
// fetched until ctx is done.
func newFilter(ctx context.Context, q model.Tail, decoder *decode.Decoder) (*filter, error) {
	if q.Filter == "" {
		return nil, nil
	}
	matcher, err := match.Compile(q.Filter, readAs(ctx, q, decoder))
	if err != nil {
		return nil, invalid("The filter cannot be used: "+err.Error(), "", err)
	}
	return &filter{matcher, matcher.NewState()}, nil
}

// readAs returns what reads keys and values as JSON, for conditions about fields. No
// record is passed over because its schema is on its way: that is waited for.
func readAs(ctx context.Context, q model.Tail, decoder *decode.Decoder) match.JSON {
	formats := [...]model.Format{model.PartValue: q.ValueFormat, model.PartKey: q.KeyFormat}
	for i := range formats {
		if formats[i] == "" {
			formats[i] = model.FormatAuto
		}
	}
	return func(topic string, part model.Part, data []byte) []byte {
		if formats[part] == model.FormatAuto && (data[0] == '{' || data[0] == '[') {
			return data // JSON, or nothing that has fields
		}
		json := decoder.JSONOf(topic, part, formats[part], data)
		if json == nil && decoder.Await(ctx, data) {
			json = decoder.JSONOf(topic, part, formats[part], data)
		}
		return json
	}
}

// match reports whether a record is kept.
func (f *filter) match(r *kgo.Record) bool { return f.state.Match(r) }

// kept reports whether one is kept on that is in the ring. Scratch is for its use.
func (f *filter) keeps(r *model.Record, scratch *kgo.Record) bool {
	headers := scratch.Headers[:0]
	for i := range r.Headers {
		headers = append(headers, kgo.RecordHeader{Key: r.Headers[i].Key, Value: r.Headers[i].Value})
	}
	*scratch = kgo.Record{
		Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp,
		Key: r.Key, Value: r.Value, Headers: headers,
	}
	return f.state.Match(scratch)
}

// complaints returns of how many records the filter could not make something out, and
// the last such thing.
func (f *filter) complaints() (records int64, last string) {
	records, err := f.matcher.Complaints()
	if err != nil {
		last = err.Error()
	}
	return records, last
}
