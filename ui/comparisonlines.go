package ui

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"

	"kscope/model"
	"kscope/model/clean"
	"kscope/ui/canvas"
)

// A diffLine is a line of two records: of both, or of one of them.
type diffLine struct {
	name        string // of a fact; else the line goes over the whole width
	left, right string
	has         [2]bool // the left record has it, the right one
	head        bool    // the name of a part
	json        bool    // it is of JSON
	place       bool    // it says which record it is: that the two differ is no difference
}

// differs reports whether the two records do, in this line.
func (l *diffLine) differs() bool {
	return !l.place && (l.has[0] != l.has[1] || l.left != l.right)
}

// sign is the mark of a line that differs.
func (l *diffLine) sign(f *Frame) rune {
	switch {
	case !l.differs():
		return 0
	case !l.has[1]:
		return f.Marks.Removing
	case !l.has[0]:
		return f.Marks.Adding
	}
	return f.Marks.NotEqual
}

// segs is one side of a line.
func (l *diffLine) segs(side string, st canvasStyle) []canvas.Seg {
	switch {
	case l.head:
		return []canvas.Seg{{Text: side, Style: strong}}
	case l.json && !l.differs():
		return jsonSegs(side)
	case l.name != "":
		return []canvas.Seg{{Text: pad(l.name, factWidth), Style: muted}, {Text: side, Style: st}}
	}
	return []canvas.Seg{{Text: side, Style: st}}
}

// style is how a line looks: what differs stands out.
func (l *diffLine) style() canvasStyle {
	if l.differs() {
		return bold
	}
	return text
}

// beside are the rows of a line with the two records side by side.
func (l *diffLine) beside(f *Frame, line, w int) []diffRow {
	var left, right [][]canvas.Seg
	if l.has[0] {
		left = foldSegs(l.segs(l.left, l.style()), w, 2)
	}
	if l.has[1] {
		right = foldSegs(l.segs(l.right, l.style()), w, 2)
	}
	rows := make([]diffRow, max(len(left), len(right)))
	for i := range rows {
		rows[i] = diffRow{line: line, right: []canvas.Seg{{}}}
		if i < len(left) {
			rows[i].left = left[i]
		}
		if i < len(right) {
			rows[i].right = right[i]
		}
	}
	rows[0].sign = l.sign(f)
	return rows
}

// below are the rows of a line with one record below the other.
func (l *diffLine) below(f *Frame, line, w int) []diffRow {
	var rows []diffRow
	add := func(side string, sign rune) {
		for i, piece := range foldSegs(l.segs(side, l.style()), w, 2) {
			row := diffRow{line: line, left: piece}
			if i == 0 {
				row.sign = sign
			}
			rows = append(rows, row)
		}
	}
	switch {
	case l.differs() || l.place:
		if l.has[0] {
			add(l.left, f.Marks.Removing)
		}
		if l.has[1] {
			add(l.right, f.Marks.Adding)
		}
	default:
		add(l.left, 0)
	}
	return rows
}

// diffRecords compares two records part by part.
func diffRecords(f *Frame, tail *records, a, b *model.Record) []diffLine {
	both := [2]bool{true, true}
	lines := []diffLine{{left: place3(*a), right: place3(*b), has: both, head: true, place: true}}
	fact := func(name, left, right string) {
		lines = append(lines, diffLine{name: name, left: left, right: right, has: both})
	}
	fact("timestamp", a.Timestamp.Format(time.RFC3339Nano), b.Timestamp.Format(time.RFC3339Nano))
	lines[len(lines)-1].place = true
	fact("size", "key "+byteCount(a.Key)+", value "+byteCount(a.Value), "key "+byteCount(b.Key)+", value "+byteCount(b.Value))
	part := func(name string, left, right []string, asJSON bool) {
		lines = append(lines, diffLine{left: name, right: name, has: both, head: true})
		lines = append(lines, diffTexts(left, right, asJSON)...)
	}
	left, right, asJSON := alike(sideOf(f, tail, a, model.PartKey), sideOf(f, tail, b, model.PartKey))
	part("key", left, right, asJSON)
	if len(a.Headers)+len(b.Headers) > 0 {
		part("headers", headerLines(f, a.Headers), headerLines(f, b.Headers), false)
	}
	left, right, asJSON = alike(sideOf(f, tail, a, model.PartValue), sideOf(f, tail, b, model.PartValue))
	part("value", left, right, asJSON)
	return lines
}

// headerLines are headers as lines to be compared, in their order.
func headerLines(f *Frame, headers []model.Header) []string {
	lines := make([]string, 0, len(headers))
	for i := range headers {
		value := (&layout{f: f}).headerValue(headers[i].Value)
		lines = append(lines, cmp.Or(clean.Text(headers[i].Key), `""`)+" = "+clean.Text(value[0].Text))
	}
	return lines
}

// A side is the key or the value of one of two records.
type side struct {
	json  []byte // nil if it is none
	lines []string
}

// sideOf reads the key or the value of a record, to be compared.
func sideOf(f *Frame, tail *records, r *model.Record, which model.Part) side {
	data, form := r.Value, tail.format(r.Topic)
	format := form.value
	if which == model.PartKey {
		data, format = r.Key, form.key
	}
	switch {
	case data == nil:
		return side{lines: []string{string(f.Marks.Null) + " null"}}
	case len(data) == 0:
		return side{lines: []string{`"" empty`}}
	}
	d := f.Decoder.Decode(r.Topic, which, format, data)
	if d.Problem != nil || d.Pending || d.Format == model.FormatHex {
		return side{lines: byteLines(data)}
	}
	return side{json: d.JSON, lines: clean.Lines(d.Text[:min(len(d.Text), mostShown)])}
}

// alike returns two keys or values as lines that can be compared: if both are JSON,
// indented and with the names in order, so that it is no difference in which they
// were written.
func alike(a, b side) (left, right []string, isJSON bool) {
	if x, ok := inOrder(a.json); ok {
		if y, ok := inOrder(b.json); ok {
			return x, y, true
		}
	}
	return a.lines, b.lines, false
}

// inOrder lays out JSON with the names of each object in order, and with numbers as
// they are written.
func inOrder(b []byte) ([]string, bool) {
	if jsonLines(b) == nil {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(v) != nil {
		return nil, false
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i := range lines { // what follows a line is no difference in it
		lines[i] = strings.TrimSuffix(lines[i], ",")
	}
	return lines, true
}

// byteLines are bytes as lines.
func byteLines(b []byte) []string {
	var lines []string
	for _, l := range hexLines(b, 8) {
		line := ""
		for _, s := range l.segs {
			line += s.Text
		}
		lines = append(lines, line)
	}
	return lines
}

// diffTexts compares lines with lines. What was taken away and what came in its place
// lie beside each other.
func diffTexts(left, right []string, asJSON bool) []diffLine {
	dmp := diffmatchpatch.New()
	a, b, table := dmp.DiffLinesToRunes(joined(left), joined(right))
	var out []diffLine
	var gone []string
	flush := func(came []string) {
		for i := range max(len(gone), len(came)) {
			l := diffLine{json: asJSON}
			if i < len(gone) {
				l.left, l.has[0] = gone[i], true
			}
			if i < len(came) {
				l.right, l.has[1] = came[i], true
			}
			out = append(out, l)
		}
		gone = nil
	}
	for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), table) {
		lines := strings.Split(strings.TrimSuffix(d.Text, "\n"), "\n")
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			gone = append(gone, lines...)
		case diffmatchpatch.DiffInsert:
			flush(lines)
		case diffmatchpatch.DiffEqual:
			flush(nil)
			for _, line := range lines {
				out = append(out, diffLine{left: line, right: line, has: [2]bool{true, true}, json: asJSON})
			}
		}
	}
	flush(nil)
	return out
}

// joined is lines as one text, each ended.
func joined(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}
