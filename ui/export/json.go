package export

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"

	"kscope/model"
)

// Kafka's own words for who set a record's timestamp.
const createTime, logAppendTime = "CreateTime", "LogAppendTime"

// json appends an object on a line, with the names topic, partition, offset,
// timestamp, timestamp_type, leader_epoch, key, value, headers. A key or value that is
// not UTF-8 is base64, and key_encoding or value_encoding says so. Where it is read in
// a format, key_decoded or value_decoded is what it says, or key_problem or
// value_problem why it says nothing.
func (p *Printer) json(dst []byte, r *model.Record) []byte {
	dst = appendText(append(dst, `{"topic":`...), r.Topic)
	dst = strconv.AppendInt(append(dst, `,"partition":`...), int64(r.Partition), 10)
	dst = strconv.AppendInt(append(dst, `,"offset":`...), r.Offset, 10)
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
	switch name := part.String(); {
	case !asked:
		return dst
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
	switch {
	case b == nil:
		return append(dst, "null"...)
	case utf8.Valid(b):
		return appendQuoted(dst, b)
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, '"'), b)
	return append(append(append(dst, `",`...), name[1:]...), `_encoding":"base64"`...)
}

// appendText appends a string of JSON.
func appendText(dst []byte, s string) []byte { return appendQuoted(dst, []byte(s)) }

// appendQuoted appends a string of JSON that may go to a terminal as it stands.
func appendQuoted(dst, s []byte) []byte {
	dst = append(dst, '"')
	begin := 0
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(s[i:])
		} else if plain[r] {
			i++
			continue
		}
		if escape := escapeOf(r, n); escape != "" {
			dst = append(append(dst, s[begin:i]...), escape...)
			begin = i + n
		}
		i += n
	}
	return append(append(dst, s[begin:]...), '"')
}

// plain are the ASCII characters that need no escape in a string of JSON.
var plain = func() (is [utf8.RuneSelf]bool) {
	for c := range is {
		is[c] = c >= ' ' && c != '"' && c != '\\' && c != 0x7f
	}
	return is
}()

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
