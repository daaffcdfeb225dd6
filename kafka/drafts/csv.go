package drafts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kscope/model"
)

// A table is rows of CSV, of which the first names the columns.
type table struct {
	rows    *csv.Reader
	in      *bounded
	null    string
	columns []func(d *model.Draft, cell string) string // says what is wrong with a cell
	failed  bool
}

func newTable(in io.Reader, null string) *table {
	b := &bounded{in: in}
	t := &table{rows: csv.NewReader(b), in: b, null: null}
	t.rows.ReuseRecord = true
	return t
}

// bounded reads no more than so many bytes for one row: a quote that is never closed
// would otherwise read the whole of a file as one cell.
type bounded struct {
	in   io.Reader
	left int
}

var errLongRow = errors.New("too long a row")

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Next implements model.Drafts.
func (t *table) Next() (model.Draft, bool, error) {
	if t.columns == nil {
		if err := t.head(); err != nil || t.failed {
			return model.Draft{}, false, err
		}
	}
	row, err := t.row()
	if err != nil || row == nil {
		return model.Draft{}, false, err
	}
	line, _ := t.rows.FieldPos(0)
	d := model.Draft{Line: int64(line), Partition: model.AllPartitions}
	for i, cell := range row {
		if says := t.columns[i](&d, cell); says != "" {
			line, column := t.rows.FieldPos(i)
			return model.Draft{}, false, problemAt(int64(line), column, says)
		}
	}
	return d, true, nil
}

// row reads a row; nil without an error once there are no more.
func (t *table) row() ([]string, error) {
	t.in.left = Longest
	row, err := t.rows.Read()
	var bad *csv.ParseError
	switch {
	case err == nil:
		return row, nil
	case errors.Is(err, io.EOF):
		return nil, nil
	case errors.Is(err, errLongRow):
		line, _ := t.rows.FieldPos(0)
		return nil, problemAt(int64(max(line, 1)), 0, fmt.Sprintf("the row that begins here is longer than %d bytes: is a quote missing?", Longest))
	case errors.Is(err, csv.ErrFieldCount):
		line, _ := t.rows.FieldPos(0)
		return nil, problemAt(int64(line), 0, fmt.Sprintf("the row has %d cells, and the first row names %d columns", len(row), len(t.columns)))
	case errors.As(err, &bad):
		return nil, problemAt(int64(bad.Line), bad.Column, bad.Err.Error())
	}
	return nil, unreadable(err)
}

// head reads the names of the columns.
func (t *table) head() error {
	row, err := t.row()
	if err != nil {
		return err
	}
	if row == nil {
		t.failed = true // an empty file has no records
		return nil
	}
	seen := map[string]bool{}
	for i, name := range row {
		name = strings.TrimPrefix(strings.TrimSpace(name), "\ufeff")
		set := t.column(name)
		line, column := t.rows.FieldPos(i)
		switch {
		case set == nil:
			return problemAt(int64(line), column, fmt.Sprintf("there is no column %q; there are key, value, partition, timestamp and header.NAME", name))
		case seen[name] && !strings.HasPrefix(name, headerColumn):
			return problemAt(int64(line), column, fmt.Sprintf("the column %s is there twice", name))
		}
		seen[name] = true
		t.columns = append(t.columns, set)
	}
	if !seen["key"] && !seen["value"] {
		t.columns = nil
		return problemAt(1, 1, "the first row must name the columns, and one of them must be key or value")
	}
	return nil
}

// headerColumn is how the name of a column with a header's values begins.
const headerColumn = "header."

// column returns what takes in the cells of a column; nil if there is none of that
// name.
func (t *table) column(name string) func(d *model.Draft, cell string) string {
	switch header, isHeader := strings.CutPrefix(name, headerColumn); {
	case isHeader && header != "":
		return func(d *model.Draft, cell string) string {
			d.Headers = append(d.Headers, model.Header{Key: header, Value: t.cell(cell)})
			return ""
		}
	case name == "key":
		return func(d *model.Draft, cell string) string { d.Key, d.HasKey = t.cell(cell), true; return "" }
	case name == "value":
		return func(d *model.Draft, cell string) string { d.Value, d.HasValue = t.cell(cell), true; return "" }
	case name == "partition":
		return partitionCell
	case name == "timestamp":
		return timestampCell
	}
	return nil
}

func (t *table) cell(cell string) []byte {
	if t.null != "" && cell == t.null {
		return nil
	}
	return []byte(cell)
}

func partitionCell(d *model.Draft, cell string) string {
	if cell == "" {
		return ""
	}
	n, err := strconv.ParseInt(cell, 10, 32)
	if err != nil || n < 0 {
		return "a partition must be a whole number from 0, or nothing"
	}
	d.Partition = int32(n)
	return ""
}

func timestampCell(d *model.Draft, cell string) string {
	if cell == "" {
		return ""
	}
	at, ok := timeOf(cell)
	if !ok {
		return "a timestamp must be milliseconds since 1970, as in 2026-03-01T12:00:00Z, or nothing"
	}
	d.Timestamp = at
	return ""
}
