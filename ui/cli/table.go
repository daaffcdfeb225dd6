package cli

import (
	"bufio"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"kscope/model/clean"
)

// A column is one column of a table of R.
type column[R any] struct {
	head string
	side side
	cell func(*R) string
}

// side is where a column's text leans to.
type side bool

const (
	left  side = false
	right side = true
)

// gap stands between two columns.
const gap = "  "

// writeTable writes rows as wide as they need to be, however wide the terminal:
// whoever reads a table from a pipe wants all of it. Errors stay in out.
func writeTable[R any](out *bufio.Writer, columns []column[R], rows []R, headers bool) {
	var cells [][]string
	if headers {
		cells = append(cells, heads(columns))
	}
	for i := range rows {
		line := make([]string, len(columns))
		for c := range columns {
			line[c] = clean.Text(columns[c].cell(&rows[i]))
		}
		cells = append(cells, line)
	}
	widths := widthsOf(len(columns), cells)
	var line strings.Builder
	for _, row := range cells {
		line.Reset()
		for c, cell := range row {
			if c > 0 {
				line.WriteString(gap)
			}
			pad(&line, cell, widths[c], columns[c].side)
		}
		out.WriteString(strings.TrimRight(line.String(), " "))
		out.WriteByte('\n')
	}
}

func heads[R any](columns []column[R]) []string {
	line := make([]string, len(columns))
	for c := range columns {
		line[c] = columns[c].head
	}
	return line
}

func widthsOf(columns int, cells [][]string) []int {
	widths := make([]int, columns)
	for _, row := range cells {
		for c, cell := range row {
			widths[c] = max(widths[c], ansi.StringWidth(cell))
		}
	}
	return widths
}

func pad(line *strings.Builder, cell string, width int, s side) {
	blank := strings.Repeat(" ", width-ansi.StringWidth(cell))
	if s == right {
		line.WriteString(blank)
	}
	line.WriteString(cell)
	if s == left {
		line.WriteString(blank)
	}
}

// dash stands in a table where something is not known, or there is nothing.
const dash = "–"

func orDash(s string) string {
	if s == "" {
		return dash
	}
	return s
}

// known writes what v points to; a dash if it is not known.
func known[T any](v *T, write func(T) string) string {
	if v == nil {
		return dash
	}
	return write(*v)
}

func same(s string) string { return s }

func is(b bool) *bool { return &b }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return dash
}

// id writes a whole number without separators, so that it can be copied.
func id[N int | int32 | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// size writes bytes without a blank, so that a table can be cut at blanks: 512B,
// 12.1MB.
func size(n int64) string {
	if n < 1000 {
		return id(n) + "B"
	}
	v := float64(n)
	units := []string{"kB", "MB", "GB", "TB", "PB"}
	for i, unit := range units {
		v /= 1000
		if v < 999.95 || i == len(units)-1 {
			return strconv.FormatFloat(v, 'f', 1, 64) + unit
		}
	}
	return dash
}
