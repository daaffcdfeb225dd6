package drafts

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"kscope/model"
)

// Longest is the most bytes that one record may take in the input: more than any
// broker takes by default, and little enough to hold.
const Longest = 64 << 20

// Read returns the records that in holds. How f names its path does not matter.
func Read(in io.Reader, f model.File) model.Drafts {
	switch f.Format {
	case model.JSONLines:
		return &jsonLines{lines: newLines(in)}
	case model.CSV:
		return newTable(in, f.Null)
	case model.Lines:
	}
	return &plainLines{lines: newLines(in), separator: []byte(f.Separator), null: f.Null}
}

// problemAt is what is wrong with the input, and where: column 0 is the whole line.
func problemAt(line int64, column int, says string) *model.Problem {
	at := "Line " + strconv.FormatInt(line, 10)
	if column > 0 {
		at += ", column " + strconv.Itoa(column)
	}
	return &model.Problem{Kind: model.Invalid, Says: at + ": " + says}
}

// columnAt is the column of a byte in a line, from 1, in characters.
func columnAt(line []byte, at int) int {
	return utf8.RuneCount(line[:min(max(at, 0), len(line))]) + 1
}

// lines reads lines of any length up to Longest.
type lines struct {
	in *bufio.Reader
	n  int64 // of the line that was read last
}

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReaderSize(in, 64<<10)} }

// next returns a line of its own, without its newline. The last need not have one.
func (l *lines) next() ([]byte, bool, error) {
	var line []byte
	l.n++
	for {
		part, err := l.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > Longest:
			return nil, false, problemAt(l.n, 0, fmt.Sprintf("it is longer than %d bytes", Longest))
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil:
			return line[:len(line)-1], true, nil
		case errors.Is(err, io.EOF):
			return line, len(line) > 0, nil
		default:
			return nil, false, unreadable(err)
		}
	}
}

func unreadable(err error) error {
	return &model.Problem{Kind: model.Failed, Says: "The input cannot be read: " + err.Error(), Cause: err}
}

// plainLines are values, or keys and values with a separator between.
type plainLines struct {
	*lines
	separator []byte
	null      string
}

// Next implements model.Drafts.
func (p *plainLines) Next() (model.Draft, bool, error) {
	line, ok, err := p.next()
	if !ok {
		return model.Draft{}, false, err
	}
	d := model.Draft{Line: p.n, Partition: model.AllPartitions, Value: line, HasValue: true}
	if len(p.separator) > 0 {
		d.HasKey = true
		if key, value, both := bytes.Cut(line, p.separator); both {
			d.Key, d.Value = key, value
		}
	}
	if line == nil {
		d.Value = []byte{}
	}
	if p.null != "" {
		d.Key, d.Value = unlessNull(d.Key, p.null), unlessNull(d.Value, p.null)
	}
	return d, true, nil
}

func unlessNull(b []byte, null string) []byte {
	if string(b) == null {
		return nil
	}
	return b
}

// timeOf reads a timestamp: milliseconds since 1970, or RFC 3339.
func timeOf(s string) (time.Time, bool) {
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.UnixMilli(ms), ms >= 0
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && t.UnixMilli() >= 0
}
