package export

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"kscope/model"
)

// csvHead names the columns.
func (p *Printer) csvHead() string {
	head := "topic,partition,offset,timestamp,timestamp_type,leader_epoch,key,key_encoding,value,value_encoding,headers"
	if p.decoding.Key != "" {
		head += ",key_decoded"
	}
	if p.decoding.Value != "" {
		head += ",value_decoded"
	}
	return head + "\n"
}

// csv appends a row as RFC 4180 has it, though lines end in a newline alone. Null is
// nothing, and what is empty is a pair of quotes. Headers are a list as in the JSON.
func (p *Printer) csv(dst []byte, r *model.Record) []byte {
	dst = p.cell(dst, []byte(r.Topic))
	dst = strconv.AppendInt(append(dst, ','), int64(r.Partition), 10)
	dst = strconv.AppendInt(append(dst, ','), r.Offset, 10)
	dst = appendTime(append(dst, ','), r, "")
	dst = append(append(dst, ','), timestampType(r)...)
	dst = append(dst, ',')
	if r.LeaderEpoch >= 0 {
		dst = strconv.AppendInt(dst, int64(r.LeaderEpoch), 10)
	}
	dst = p.cells(append(dst, ','), r.Key)
	dst = p.cells(append(dst, ','), r.Value)
	p.scratch = appendHeaders(p.scratch[:0], r.Headers)
	dst = p.cell(append(dst, ','), p.scratch)
	for _, part := range []model.Part{model.PartKey, model.PartValue} {
		if d, asked := p.decoded(r, part); asked {
			dst = append(dst, ',')
			p.tellUnread(r, part, d.Problem)
			if d.Format != "" && d.Problem == nil {
				dst = p.cell(dst, []byte(d.Text))
			}
		}
	}
	return append(dst, '\n')
}

// cells appends bytes, and how they are written.
func (p *Printer) cells(dst, b []byte) []byte {
	switch {
	case b == nil:
		return append(dst, ',')
	case utf8.Valid(b):
		return append(p.cell(dst, b), ',')
	}
	return append(base64.StdEncoding.AppendEncode(dst, b), ",base64"...)
}

// cell appends one field, in quotes where it needs them.
func (p *Printer) cell(dst, b []byte) []byte {
	if p.Safe && bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' || Unseen(r) }) {
		b = p.bytes(nil, b)
	}
	if len(b) > 0 && !quotable(b) {
		return append(dst, b...)
	}
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return append(append(dst, b...), '"')
		}
		dst = append(append(dst, b[:i+1]...), '"')
		b = b[i+1:]
	}
}

// quotable reports whether a field needs quotes: for what is between fields and rows,
// and for blanks that some would take away.
func quotable(b []byte) bool {
	return b[0] == ' ' || b[len(b)-1] == ' ' || bytes.IndexByte(b, '"') >= 0 || bytes.IndexByte(b, ',') >= 0 ||
		bytes.IndexByte(b, '\n') >= 0 || bytes.IndexByte(b, '\r') >= 0
}
