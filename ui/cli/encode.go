package cli

import (
	"bufio"
	"bytes"
	"encoding/json"

	"kscope/ui/export"
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
	return export.EscapeUnseen(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
