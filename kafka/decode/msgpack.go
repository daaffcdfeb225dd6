package decode

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// deepest is how deep values may lie within each other.
const deepest = 200

var errTooDeep = fmt.Errorf("its values lie more than %d deep within each other", deepest)

// msgpackDocument reports whether msgpack that begins with c is a map or an array.
func msgpackDocument(c byte) bool {
	return msgpcode.IsFixedMap(c) || msgpcode.IsFixedArray(c) || c >= msgpcode.Array16 && c <= msgpcode.Map32
}

// appendMsgpack appends msgpack as JSON: maps in the order they are in, bytes in
// base64, times in RFC 3339, other extensions as their type and bytes.
func appendMsgpack(dst, data []byte) ([]byte, error) {
	in := bytes.NewReader(data)
	d := msgpackReader{msgpack.NewDecoder(in)} // which reads no further than it must
	dst, err := d.value(dst, 0)
	if err == nil && in.Len() > 0 {
		err = fmt.Errorf("it ends %d bytes before the end", in.Len())
	}
	return dst, err
}

type msgpackReader struct{ *msgpack.Decoder }

func (d msgpackReader) value(dst []byte, depth int) ([]byte, error) {
	if depth > deepest {
		return nil, errTooDeep
	}
	c, err := d.PeekCode()
	switch {
	case err != nil:
		return nil, err
	case msgpcode.IsFixedMap(c) || c == msgpcode.Map16 || c == msgpcode.Map32:
		return d.object(dst, depth+1)
	case msgpcode.IsFixedArray(c) || c == msgpcode.Array16 || c == msgpcode.Array32:
		return d.array(dst, depth+1)
	case msgpcode.IsString(c):
		s, err := d.DecodeString()
		return appendString(dst, s), err
	case msgpcode.IsBin(c):
		b, err := d.DecodeBytes()
		return appendBase64(dst, b), err
	case msgpcode.IsExt(c):
		return d.extension(dst)
	}
	return d.scalar(dst, c)
}

func (d msgpackReader) scalar(dst []byte, c byte) ([]byte, error) {
	switch {
	case c == msgpcode.Nil:
		return append(dst, "null"...), d.DecodeNil()
	case c == msgpcode.True || c == msgpcode.False:
		b, err := d.DecodeBool()
		return strconv.AppendBool(dst, b), err
	case c == msgpcode.Float:
		f, err := d.DecodeFloat32()
		return appendFloat(dst, float64(f), 32), err
	case c == msgpcode.Double:
		f, err := d.DecodeFloat64()
		return appendFloat(dst, f, 64), err
	case c == msgpcode.Uint64:
		n, err := d.DecodeUint64()
		return strconv.AppendUint(dst, n, 10), err
	case c == 0xc1:
		return nil, errors.New("there is a byte c1, which nothing begins with")
	}
	n, err := d.DecodeInt64()
	return strconv.AppendInt(dst, n, 10), err
}

func (d msgpackReader) object(dst []byte, depth int) ([]byte, error) {
	n, err := d.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	dst = append(dst, '{')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		from := len(dst)
		if dst, err = d.value(dst, depth); err != nil {
			return nil, err
		}
		dst = append(keyed(dst, from), ':')
		if dst, err = d.value(dst, depth); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// keyed makes the JSON that begins at from the name of a member: what is no string
// becomes one that holds its JSON.
func keyed(dst []byte, from int) []byte {
	if dst[from] == '"' {
		return dst
	}
	return appendString(dst[:from], string(dst[from:]))
}

func (d msgpackReader) array(dst []byte, depth int) ([]byte, error) {
	n, err := d.DecodeArrayLen()
	if err != nil {
		return nil, err
	}
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = d.value(dst, depth); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// timestampExtension is the type of a time; the lengths are those it may have.
const timestampExtension = -1

func (d msgpackReader) extension(dst []byte) ([]byte, error) {
	raw, err := d.DecodeRaw()
	if err != nil {
		return nil, err
	}
	in := msgpack.NewDecoder(bytes.NewReader(raw))
	kind, size, err := in.DecodeExtHeader()
	if err != nil {
		return nil, err
	}
	if kind == timestampExtension && (size == 4 || size == 8 || size == 12) {
		t, err := msgpack.NewDecoder(bytes.NewReader(raw)).DecodeTime()
		return appendTime(dst, t), err
	}
	dst = strconv.AppendInt(append(dst, `{"type":`...), int64(kind), 10)
	return append(appendBase64(append(dst, `,"data":`...), raw[len(raw)-size:]), '}'), nil
}
