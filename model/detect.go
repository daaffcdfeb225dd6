package model

import (
	"encoding/json"
	"unicode/utf8"
)

// DetectPlain says what bytes, which are not none, look like: FormatJSON,
// FormatText, FormatUUID, FormatInt32, FormatInt64; FormatHex if like none of
// them. See Ambiguous for what it cannot tell by itself.
//
// Whole numbers of a fixed width are looked for in keys; in values only such as are
// not large, for a value of eight bytes may be anything.
func DetectPlain(part Part, data []byte) Format {
	switch {
	case Readable(data):
		if LooksLikeJSON(data) && json.Valid(data) {
			return FormatJSON
		}
		return FormatText
	case len(data) == 16 && data[6]>>4 >= 1 && data[6]>>4 <= 8 && data[8]>>6 == 2:
		return FormatUUID
	case (len(data) == 4 || len(data) == 8) && (part == PartKey || data[0] == 0 || data[0] == 0xff):
		return wholeNumber(data)
	}
	return FormatHex
}

// Ambiguous returns what else text may be: a whole number whose bytes all happen to
// be letters. It is FormatText where there is no doubt.
func Ambiguous(data []byte) Format {
	if len(data) == 4 || len(data) == 8 {
		return wholeNumber(data)
	}
	return FormatText
}

func wholeNumber(data []byte) Format {
	if len(data) == 4 {
		return FormatInt32
	}
	return FormatInt64
}

// LooksLikeJSON reports whether text begins as a JSON object, array or string does.
// That other text may be a number as well, or true, makes it no document.
func LooksLikeJSON(data []byte) bool {
	for _, c := range data {
		switch c {
		case ' ', '\t', '\n', '\r':
		case '{', '[', '"':
			return true
		default:
			return false
		}
	}
	return false
}

// checkedText is how much of a long text is looked at to tell that it is one.
const checkedText = 4 << 10

// Readable reports whether bytes are text: UTF-8 in which only tabs and line ends
// are for control, or at least such as has one broken character among many. Of long
// ones it looks at how they begin.
func Readable(data []byte) bool {
	seen := data[:min(len(data), checkedText)]
	odd := 0
	for i := 0; i < len(seen); {
		c := seen[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x1b || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(seen[i:])
		if r == utf8.RuneError && size == 1 && (len(seen) == len(data) || len(seen)-i >= utf8.UTFMax) {
			odd++
		}
		i += size
	}
	return odd*16 <= len(seen) && (odd == 0 || len(seen) >= 32)
}
