package model

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// widths are the bytes of the formats that have a fixed number of them.
var widths = map[Format]int{
	FormatInt8: 1, FormatInt16: 2, FormatInt32: 4, FormatInt64: 8,
	FormatUint8: 1, FormatUint16: 2, FormatUint32: 4, FormatUint64: 8,
	FormatFloat32: 4, FormatFloat64: 8,
}

// ReadPlain reads bytes in a format that needs nothing else to be known: text, JSON,
// numbers, UUID, hex, base64. It reports false for the other formats.
func ReadPlain(format Format, data []byte) (Decoded, bool) {
	switch format {
	case FormatText:
		return Decoded{Format: format, Text: string(data)}, true
	case FormatHex:
		return Decoded{Format: format, Text: hex.EncodeToString(data)}, true
	case FormatBase64:
		return Decoded{Format: format, Text: base64.StdEncoding.EncodeToString(data)}, true
	case FormatJSON:
		return readJSON(data), true
	case FormatUUID:
		return readUUID(data), true
	}
	width, ok := widths[format]
	switch {
	case !ok:
		return Decoded{}, false
	case len(data) != width:
		return Unread(data, "This is no "+string(format)+": it has "+count(len(data), "byte")+", not "+strconv.Itoa(width), nil), true
	}
	return readNumber(format, data), true
}

// Unread is what is shown of bytes that cannot be read: they, and why.
func Unread(data []byte, says string, cause error) Decoded {
	return Decoded{Format: FormatHex, Text: hex.EncodeToString(data), Problem: &Problem{Kind: Failed, Says: says, Cause: cause}}
}

// count writes a number with its word.
func count(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return strconv.Itoa(n) + " " + word
}

func readJSON(data []byte) Decoded {
	compact, err := Compact(data)
	if err != nil {
		return Unread(data, "This is no JSON: "+err.Error(), err)
	}
	return OfJSON(FormatJSON, compact)
}

// OfJSON is what was read in a format and came out as JSON without white space.
func OfJSON(format Format, compact []byte) Decoded {
	return Decoded{Format: format, Text: string(compact), JSON: compact}
}

// Compact returns JSON without white space between its tokens. It is data itself
// where there is none.
func Compact(data []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(data))
	if err := json.Compact(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func readNumber(format Format, data []byte) Decoded {
	var text string
	switch format {
	case FormatInt8:
		text = strconv.FormatInt(int64(int8(data[0])), 10)
	case FormatInt16:
		text = strconv.FormatInt(int64(int16(binary.BigEndian.Uint16(data))), 10)
	case FormatInt32:
		text = strconv.FormatInt(int64(int32(binary.BigEndian.Uint32(data))), 10)
	case FormatInt64:
		text = strconv.FormatInt(int64(binary.BigEndian.Uint64(data)), 10)
	case FormatUint8:
		text = strconv.FormatUint(uint64(data[0]), 10)
	case FormatUint16:
		text = strconv.FormatUint(uint64(binary.BigEndian.Uint16(data)), 10)
	case FormatUint32:
		text = strconv.FormatUint(uint64(binary.BigEndian.Uint32(data)), 10)
	case FormatUint64:
		text = strconv.FormatUint(binary.BigEndian.Uint64(data), 10)
	case FormatFloat32:
		return readFloat(format, float64(math.Float32frombits(binary.BigEndian.Uint32(data))), 32)
	case FormatFloat64:
		return readFloat(format, math.Float64frombits(binary.BigEndian.Uint64(data)), 64)
	}
	return Decoded{Format: format, Text: text, JSON: []byte(text)}
}

// readFloat writes the shortest decimal number that is read as the same float.
func readFloat(format Format, f float64, bits int) Decoded {
	d := Decoded{Format: format, Text: strconv.FormatFloat(f, 'g', -1, bits)}
	if !math.IsNaN(f) && !math.IsInf(f, 0) {
		d.JSON = []byte(d.Text)
	}
	return d
}

func readUUID(data []byte) Decoded {
	switch {
	case len(data) == 16:
		return Decoded{Format: FormatUUID, Text: UUIDText(data)}
	case isUUIDText(data):
		return Decoded{Format: FormatUUID, Text: string(data)}
	}
	return Unread(data, "This is no UUID, which has 16 bytes, or 36 characters", nil)
}

// UUIDText writes 16 bytes as a UUID is written.
func UUIDText(data []byte) string {
	b := make([]byte, 36)
	at := 0
	for i, c := range data[:16] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b[at] = '-'
			at++
		}
		hex.Encode(b[at:], []byte{c})
		at += 2
	}
	return string(b)
}

func isUUIDText(data []byte) bool {
	if len(data) != 36 {
		return false
	}
	for i, c := range data {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !isHex(c) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// JSONLine returns how JSON begins, without white space between its tokens, in some
// most bytes. What is no JSON comes out without the white space as well. It reports
// whether there is more.
func JSONLine(data []byte, most int) (text string, cut bool) {
	b := make([]byte, 0, min(most, len(data)))
	quoted := false
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case len(b) >= most && utf8.RuneStart(c):
			return string(b), true
		case quoted && c == '\\' && i+1 < len(data):
			b = append(b, c)
			i++
			c = data[i]
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		b = append(b, c)
	}
	return string(b), false
}
