package decode

import (
	"strconv"
	"time"
)

// appendTime appends a moment as RFC 3339 has it, in UTC; as seconds since 1970 if
// its year has not four digits.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return strconv.AppendInt(dst, t.Unix(), 10)
	}
	return append(t.AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
}
