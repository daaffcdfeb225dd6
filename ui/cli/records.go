package cli

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"kscope/model"
	"kscope/model/clean"
)

// A recordRow is what `tail -o json` says of one record.
type recordRow struct {
	Topic         string      `json:"topic"`
	Partition     int32       `json:"partition"`
	Offset        int64       `json:"offset"`
	Timestamp     *int64      `json:"timestamp"` // milliseconds since 1970
	TimestampType *string     `json:"timestamp_type"`
	LeaderEpoch   *int32      `json:"leader_epoch"`
	Key           *string     `json:"key"`
	KeyEncoding   string      `json:"key_encoding,omitempty"`
	Value         *string     `json:"value"`
	ValueEncoding string      `json:"value_encoding,omitempty"`
	Headers       []headerRow `json:"headers"`
}

// A headerRow is one header of a record.
type headerRow struct {
	Key           string  `json:"key"`
	KeyEncoding   string  `json:"key_encoding,omitempty"`
	Value         *string `json:"value"`
	ValueEncoding string  `json:"value_encoding,omitempty"`
}

// Kafka's own words for who set a record's timestamp.
var createTime, logAppendTime = "CreateTime", "LogAppendTime"

func newRecordRow(r *model.Record) recordRow {
	row := recordRow{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Headers: make([]headerRow, len(r.Headers))}
	if !r.Timestamp.IsZero() {
		ms := r.Timestamp.UnixMilli()
		row.Timestamp, row.TimestampType = &ms, &createTime
		if r.LogAppend {
			row.TimestampType = &logAppendTime
		}
	}
	if r.LeaderEpoch >= 0 {
		row.LeaderEpoch = &r.LeaderEpoch
	}
	row.Key, row.KeyEncoding = textOf(r.Key)
	row.Value, row.ValueEncoding = textOf(r.Value)
	for i, h := range r.Headers {
		key, keyEncoding := textOf([]byte(h.Key))
		value, encoding := textOf(h.Value)
		row.Headers[i] = headerRow{*key, keyEncoding, value, encoding}
	}
	return row
}

// textOf returns bytes as JSON can hold them: as they are if they are UTF-8, else
// as base64, which the encoding then says. Null stays null.
func textOf(b []byte) (s *string, encoding string) {
	if b == nil {
		return nil, ""
	}
	t := string(b)
	if !utf8.ValidString(t) {
		t, encoding = base64.StdEncoding.EncodeToString(b), "base64"
	}
	return &t, encoding
}

// appendRecord appends a record as one line: topic:partition:offset key=… value=…
func appendRecord(line []byte, r *model.Record) []byte {
	line = appendPlace(line, r.Topic, r.Partition, r.Offset)
	line = appendPayload(append(line, " key="...), r.Key)
	line = appendPayload(append(line, " value="...), r.Value)
	return append(line, '\n')
}

// appendPlace appends topic:partition:offset.
func appendPlace(line []byte, topic string, partition int32, offset int64) []byte {
	line = append(clean.Append(line, []byte(topic)), ':')
	line = append(strconv.AppendInt(line, int64(partition), 10), ':')
	return strconv.AppendInt(line, offset, 10)
}

// appendPayload appends a key or a value. Null and empty are told apart from
// each other and from a payload that spells the same.
func appendPayload(line, payload []byte) []byte {
	switch s := string(payload); {
	case payload == nil:
		return append(line, "∅"...)
	case s == "":
		return append(line, `""`...)
	case s == "∅" || s == `""`:
		return strconv.AppendQuote(line, s)
	}
	return clean.Append(line, payload)
}
