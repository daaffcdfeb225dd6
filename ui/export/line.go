package export

import (
	"strconv"

	"kscope/model"
	"kscope/model/clean"
)

// line appends topic:partition:offset key=… value=…
func (p *Printer) line(dst []byte, r *model.Record) []byte {
	dst = strconv.AppendInt(append(dst, p.place.of(r, linePlace)...), r.Offset, 10)
	dst = appendPayload(append(dst, " key="...), p.payload(r, model.PartKey))
	dst = appendPayload(append(dst, " value="...), p.payload(r, model.PartValue))
	return append(dst, '\n')
}

// AppendPlace appends topic:partition:offset.
func AppendPlace(dst []byte, topic string, partition int32, offset int64) []byte {
	return strconv.AppendInt(linePlace(dst, topic, partition), offset, 10)
}

// linePlace appends all of it that records of a partition have in common.
func linePlace(dst []byte, topic string, partition int32) []byte {
	dst = append(clean.Append(dst, []byte(topic)), ':')
	return append(strconv.AppendInt(dst, int64(partition), 10), ':')
}

// A place is how a form writes where a record is, as far as the one before it is there
// too.
type place struct {
	topic     string
	partition int32
	text      []byte // empty: there was none before
}

// of returns how write writes it.
func (p *place) of(r *model.Record, write func(dst []byte, topic string, partition int32) []byte) []byte {
	if len(p.text) == 0 || p.partition != r.Partition || p.topic != r.Topic {
		p.topic, p.partition = r.Topic, r.Partition
		p.text = write(p.text[:0], r.Topic, r.Partition)
	}
	return p.text
}

// appendPayload appends a key or a value. Null and empty are told apart from each
// other and from a payload that spells the same.
func appendPayload(dst, payload []byte) []byte {
	switch {
	case payload == nil:
		return append(dst, "∅"...)
	case len(payload) == 0:
		return append(dst, `""`...)
	case string(payload) == "∅" || string(payload) == `""`:
		return strconv.AppendQuote(dst, string(payload))
	}
	return clean.Append(dst, payload)
}

// raw appends the value alone. Null is an empty line, as an empty value is.
func (p *Printer) raw(dst []byte, r *model.Record) []byte {
	return append(p.bytes(dst, p.payload(r, model.PartValue)), '\n')
}

// bytes appends bytes as they are, unless they go to a terminal.
func (p *Printer) bytes(dst, b []byte) []byte {
	if p.Safe {
		return clean.Append(dst, b)
	}
	return append(dst, b...)
}
