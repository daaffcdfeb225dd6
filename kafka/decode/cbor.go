package decode

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// cborDocument reports whether CBOR that begins with c is a map, an array, or says
// of itself that it is CBOR.
func cborDocument(c byte) bool { return c >= 0x80 && c <= 0xbf || c == 0xd9 }

var cborMode = must(cbor.DecOptions{
	DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: deepest, IntDec: cbor.IntDecConvertNone,
	MapKeyByteString: cbor.MapKeyByteStringAllowed, UTF8: cbor.UTF8DecodeInvalid, BigIntDec: cbor.BigIntDecodePointer,
	TimeTagToAny: cbor.TimeTagToRFC3339Nano,
}.DecMode())

// must is for what only a mistake in this package can make fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// appendCBOR appends CBOR as JSON: members by name, as CBOR gives them no order,
// bytes in base64, times in RFC 3339, other tags as their number and what they are of.
func appendCBOR(dst, data []byte) ([]byte, error) {
	var v any
	rest, err := cborMode.UnmarshalFirst(data, &v)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("it ends %d bytes before the end", len(rest))
	}
	return appendCBORValue(dst, v), nil
}

func appendCBORValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case uint64:
		return strconv.AppendUint(dst, v, 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case *big.Int:
		return v.Append(dst, 10)
	case big.Int:
		return v.Append(dst, 10)
	case float64:
		return appendFloat(dst, v, 64)
	case string:
		return appendString(dst, v)
	case []byte:
		return appendBase64(dst, v)
	case cbor.ByteString:
		return appendBase64(dst, []byte(v))
	case time.Time:
		return appendTime(dst, v)
	case []any:
		return appendCBORArray(dst, v)
	case map[any]any:
		return appendCBORMap(dst, v)
	case cbor.Tag:
		dst = strconv.AppendUint(append(dst, `{"tag":`...), v.Number, 10)
		return append(appendCBORValue(append(dst, `,"value":`...), v.Content), '}')
	case cbor.SimpleValue:
		return append(strconv.AppendUint(append(dst, `{"simple":`...), uint64(v), 10), '}')
	}
	return appendString(dst, fmt.Sprint(reflect.TypeOf(v)))
}

func appendCBORArray(dst []byte, v []any) []byte {
	dst = append(dst, '[')
	for i, e := range v {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCBORValue(dst, e)
	}
	return append(dst, ']')
}

func appendCBORMap(dst []byte, v map[any]any) []byte {
	type member struct {
		name  string // with its quotes
		value any
	}
	members := make([]member, 0, len(v))
	for k, e := range v {
		members = append(members, member{string(keyed(appendCBORValue(nil, k), 0)), e})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCBORValue(append(append(dst, m.name...), ':'), m.value)
	}
	return append(dst, '}')
}
