package export

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"kscope/model"
	"kscope/model/clean"
)

// Kafka's own words for who set a record's timestamp.
const createTime, logAppendTime = "CreateTime", "LogAppendTime"

// json appends an object on a line, with the names topic, partition, offset,
// timestamp, timestamp_type, leader_epoch, key, value, headers. A key or value that is
// not UTF-8 is base64, and key_encoding or value_encoding says so. Where it is read in
// a format, key_decoded or value_decoded is what it says, or key_problem or
// value_problem why it says nothing.
func (p *Printer) json(dst []byte, r *model.Record) []byte {
	dst = strconv.AppendInt(append(dst, p.place.of(r, jsonPlace)...), r.Offset, 10)
	dst = appendTime(append(dst, `,"timestamp":`...), r, "null")
	dst = append(dst, `,"timestamp_type":`...)
	if word := timestampType(r); word == "" {
		dst = append(dst, "null"...)
	} else {
		dst = append(append(append(dst, '"'), word...), '"')
	}
	dst = append(dst, `,"leader_epoch":`...)
	if r.LeaderEpoch < 0 {
		dst = append(dst, "null"...)
	} else {
		dst = strconv.AppendInt(dst, int64(r.LeaderEpoch), 10)
	}
	dst = p.jsonDecoded(appendBytes(dst, `,"key`, r.Key), r, model.PartKey)
	dst = p.jsonDecoded(appendBytes(dst, `,"value`, r.Value), r, model.PartValue)
	dst = appendHeaders(append(dst, `,"headers":`...), r.Headers)
	return append(dst, "}\n"...)
}

// jsonPlace appends what objects of a partition have in common.
func jsonPlace(dst []byte, topic string, partition int32) []byte {
	dst = appendText(append(dst, `{"topic":`...), topic)
	dst = strconv.AppendInt(append(dst, `,"partition":`...), int64(partition), 10)
	return append(dst, `,"offset":`...)
}

// appendTime appends the timestamp in milliseconds since 1970.
func appendTime(dst []byte, r *model.Record, none string) []byte {
	if r.Timestamp.IsZero() {
		return append(dst, none...)
	}
	return strconv.AppendInt(dst, r.Timestamp.UnixMilli(), 10)
}

func timestampType(r *model.Record) string {
	switch {
	case r.Timestamp.IsZero():
		return ""
	case r.LogAppend:
		return logAppendTime
	}
	return createTime
}

// jsonDecoded appends what a key or a value says, if that is asked for.
func (p *Printer) jsonDecoded(dst []byte, r *model.Record, part model.Part) []byte {
	d, asked := p.decoded(r, part)
	if !asked {
		return dst
	}
	switch name := part.String(); {
	case d.Problem != nil:
		return appendText(fmt.Appendf(dst, `,"%s_problem":`, name), d.Problem.Error())
	case d.Format == "":
		return fmt.Appendf(dst, `,"%s_decoded":null`, name)
	case d.JSON != nil:
		return escapeUnseen(fmt.Appendf(dst, `,"%s_decoded":`, name), d.JSON)
	default:
		return appendBytes(dst, `,"`+name+`_decoded`, []byte(d.Text))
	}
}

// appendHeaders appends a list of objects.
func appendHeaders(dst []byte, headers []model.Header) []byte {
	dst = append(dst, '[')
	for i := range headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendBytes(dst, `{"key`, []byte(headers[i].Key))
		dst = append(appendBytes(dst, `,"value`, headers[i].Value), '}')
	}
	return append(dst, ']')
}

// appendBytes appends a name, which begins with what is given, and bytes as JSON can
// hold them: as they are if they are UTF-8, else as base64, which a second name then
// says.
func appendBytes(dst []byte, name string, b []byte) []byte {
	dst = append(append(dst, name...), `":`...)
	if b == nil {
		return append(dst, "null"...)
	}
	begin := len(dst)
	dst, valid := appendQuoted(dst, b)
	if valid {
		return dst
	}
	dst = base64.StdEncoding.AppendEncode(append(dst[:begin], '"'), b)
	return append(append(append(dst, `",`...), name[1:]...), `_encoding":"base64"`...)
}

// appendText appends a string of JSON.
func appendText(dst []byte, s string) []byte {
	dst, _ = appendQuoted(dst, []byte(s))
	return dst
}

// longestEscape is how many bytes stand for a rune at most: two surrogates.
const longestEscape = 12

// appendQuoted appends a string of JSON that may go to a terminal as it stands, and
// reports whether s is UTF-8. What needs no escape it goes through eight bytes at a
// time: they are all put down, and what is not to stay of them is written over.
func appendQuoted(dst, s []byte) (to []byte, valid bool) {
	to = room(append(dst, '"'), len(s)+len(s)/8)
	valid = true
	n := len(dst) + 1
	for i := 0; i < len(s); {
		if len(to) < n+longestEscape+1 {
			to = room(to[:n], len(s)-i)
		}
		if len(s)-i >= 8 {
			w := binary.LittleEndian.Uint64(s[i:])
			binary.LittleEndian.PutUint64(to[n:], w)
			special := unplain(w)
			if special == 0 {
				i, n = i+8, n+8
				continue
			}
			plain := bits.TrailingZeros64(special) / 8
			i, n = i+plain, n+plain
		}
		switch c := s[i]; {
		case c == '"' || c == '\\':
			to[n], to[n+1] = '\\', c
			i, n = i+1, n+2
		case c >= ' ' && c < 0x7f:
			to[n] = c
			i, n = i+1, n+1
		default:
			r, size := utf8.DecodeRune(s[i:])
			valid = valid && (r != utf8.RuneError || size > 1)
			if escape := escapeOf(r, size); escape != "" {
				n += copy(to[n:], escape)
			} else {
				n += copy(to[n:], s[i:i+size])
			}
			i += size
		}
	}
	return append(to[:n], '"'), valid
}

// room returns dst with all the room it has, which is for more bytes than are said.
func room(dst []byte, more int) []byte {
	dst = slices.Grow(dst, more+2*longestEscape)
	return dst[:cap(dst)]
}

// unplain has a bit set in the lowest of eight bytes that is not printable ASCII, or is
// a quotation mark or a backslash; none below it. It is zero if there is no such byte.
func unplain(w uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := w^('"'*each), w^('\\'*each)
	// A byte that is zero, or below 0x20, borrows into its high bit; 0x7f carries into it.
	return (w | (w - 0x20*each) | (w + each) | (quote - each) | (backslash - each)) & high
}

// escapeOf is how JSON writes a rune of n bytes that cannot stand as it is; empty if
// it can.
func escapeOf(r rune, n int) string {
	switch {
	case r == utf8.RuneError && n == 1:
		return "\ufffd"
	case r == '"':
		return `\"`
	case r == '\\':
		return `\\`
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == '\b':
		return `\b`
	case r == '\f':
		return `\f`
	case r >= utf8.RuneSelf && clean.Plain(r):
		return ""
	case r < ' ' || r == '\u2028' || r == '\u2029' || Unseen(r):
		return escaped(r)
	}
	return ""
}

// escaped is a rune in hexadecimal, as two surrogates where it needs them.
func escaped(r rune) string {
	if r > 0xffff {
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// EscapeUnseen writes \u for what JSON allows to stand as it is, but a terminal would
// act upon. Outside of strings JSON has none of that.
func EscapeUnseen(json []byte) []byte { return escapeUnseen(nil, json) }

func escapeUnseen(dst, json []byte) []byte {
	begin := 0
	for i := 0; i < len(json); {
		r, n := rune(json[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(json[i:])
		}
		if Unseen(r) {
			dst = append(append(dst, json[begin:i]...), escaped(r)...)
			begin = i + n
		}
		i += n
	}
	return append(dst, json[begin:]...)
}

// Unseen reports whether a terminal acts upon a rune that JSON allows to stand as it
// is: DEL, C1 controls, bidi controls and other format characters.
func Unseen(r rune) bool {
	return r == 0x7f || r >= 0x80 && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r))
}
