package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// writeArray writes rows as one JSON array, an element a line. No rows are an
// empty array.
func writeArray[R any](out *bufio.Writer, rows []R) error {
	if len(rows) == 0 {
		out.WriteString("[]\n")
		return nil
	}
	between := "[\n"
	for i := range rows {
		line, err := encode(&rows[i])
		if err != nil {
			return err
		}
		out.WriteString(between)
		out.Write(line)
		between = ",\n"
	}
	out.WriteString("\n]\n")
	return nil
}

// encode returns v as JSON on one line that may go to a terminal as it stands.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeUnseen(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// escapeUnseen writes \u for what JSON allows to stand as it is, but a terminal
// would act upon: DEL, C1 controls, bidi controls and other format characters.
// Outside of strings JSON has none of them.
func escapeUnseen(line []byte) []byte {
	if !bytes.ContainsFunc(line, unseen) {
		return line
	}
	safe := make([]byte, 0, len(line)+32)
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		switch {
		case !unseen(r):
			safe = append(safe, line[:n]...)
		case r > 0xffff:
			r -= 0x10000
			safe = fmt.Appendf(safe, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			safe = fmt.Appendf(safe, `\u%04x`, r)
		}
		line = line[n:]
	}
	return safe
}

func unseen(r rune) bool {
	return r == 0x7f || r >= 0x80 && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r))
}
