package ui

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"kscope/model"
	"kscope/model/clean"
	"kscope/ui/canvas"
)

// record is a dialog: one record, whole.
type record struct {
	record model.Record
	top    int
	lines  []string // of the value, once they were made
	folded []string // lines as they fit into the width
	width  int      // that they were folded for
	height int
}

// Name implements Pane.
func (p *record) Name() string { return "Record" }

// Needs implements Pane.
func (p *record) Needs(*Frame) []model.Query { return nil }

// Size implements Dialog.
func (p *record) Size(*Frame) (w, h int) { return 120, len(p.body()) + len(p.record.Headers) + 10 }

// Head implements Pane.
func (p *record) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: place3(p.record), Style: bold}}}
}

// Actions implements Pane.
func (p *record) Actions() []Action {
	scroll := func(n int) func(*Frame) Intent {
		return func(*Frame) Intent { p.top = max(0, p.top+n); return nil }
	}
	return []Action{
		act("j", "scroll", "scroll down", scroll(+1)).also("down").shown("j/k"),
		act("k", "", "scroll up", scroll(-1)).also("up").quiet(),
		act("pgdown", "", "scroll down a page", func(*Frame) Intent { p.top += max(1, p.height-2); return nil }).quiet(),
		act("pgup", "", "scroll up a page", func(*Frame) Intent { p.top = max(0, p.top-p.height+2); return nil }).quiet(),
		act("y", "copy value", "copy the value", func(*Frame) Intent { return Copy{What: "value", Text: string(p.record.Value)} }),
		act("c", "copy key", "copy the key", func(*Frame) Intent { return Copy{What: "key", Text: string(p.record.Key)} }),
	}
}

// mostShown is how much of a value is laid out: what follows is said to be there.
const mostShown = 256 << 10

// body returns the value in lines: JSON indented with its numbers as they are,
// anything else as text.
func (p *record) body() []string {
	if p.lines == nil {
		p.lines = valueLines(p.record.Value)
	}
	return p.lines
}

func valueLines(value []byte) []string {
	switch {
	case value == nil:
		return []string{"∅ null: a tombstone on a compacted topic"}
	case len(value) == 0:
		return []string{`"" empty, which is not null`}
	}
	shown := value[:min(len(value), mostShown)]
	var pretty bytes.Buffer
	if (shown[0] == '{' || shown[0] == '[') && json.Indent(&pretty, value, "", "  ") == nil && pretty.Len() <= mostShown {
		shown = pretty.Bytes()
	}
	lines := clean.Lines(string(shown))
	if len(value) > mostShown {
		lines = append(lines, "… and "+size(int64(len(value)-mostShown))+" more")
	}
	return lines
}

// fold returns the value's lines broken where they are wider than w.
func (p *record) fold(w int) []string {
	if p.folded != nil && p.width == w {
		return p.folded
	}
	p.width, p.folded = w, []string{}
	for _, line := range p.body() {
		p.folded = append(p.folded, folded(line, max(w, 1))...)
	}
	return p.folded
}

// folded breaks a line into pieces of at most w cells, wherever that is.
func folded(line string, w int) []string {
	var pieces []string
	start, used := 0, 0
	for i, r := range line {
		cells := canvas.Width(string(r))
		if used+cells > w && used > 0 {
			pieces = append(pieces, line[start:i])
			start, used = i, 0
		}
		used += cells
	}
	return append(pieces, line[start:])
}

// Draw implements Pane.
func (p *record) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	y := p.drawFacts(f, c)
	rule(f, c, y)
	y++
	p.height = h - y
	lines := p.fold(w - 3)
	p.top = max(0, min(p.top, len(lines)-p.height))
	for i := p.top; i < len(lines) && y < h; i++ {
		c.Cut(2, y, w-3, lines[i], text)
		y++
	}
}

// drawFacts draws everything but the value.
func (p *record) drawFacts(f *Frame, c *canvas.Canvas) int {
	w, _ := c.Size()
	r, y := &p.record, 0
	fact := func(name string, draw func(x, w int)) {
		c.Put(2, y, name, muted)
		draw(14, w-15)
		y++
	}
	words := func(s string) func(x, w int) { return func(x, w int) { c.Cut(x, y, w, s, text) } }
	kind := "CreateTime, from the producer"
	if r.LogAppend {
		kind = "LogAppendTime, from the broker"
	}
	fact("timestamp", words(r.Timestamp.Format(time.RFC3339Nano)+"  "+kind))
	fact("epoch", words("leader epoch "+strconv.Itoa(int(r.LeaderEpoch))))
	fact("size", words("key "+byteCount(r.Key)+", value "+byteCount(r.Value)))
	fact("key", func(x, w int) {
		drawBytes(f, c.Sub(canvas.Rect{X: x, Y: y, W: w, H: 1}), 0, w, r.Key, strong, " no key")
	})
	for _, h := range r.Headers {
		fact("header", func(x, w int) {
			line := c.Sub(canvas.Rect{X: x, Y: y, W: w, H: 1})
			end := line.Cut(0, 0, w/2, h.Key, text)
			drawBytes(f, line, line.Put(end, 0, " = ", muted), w-end-3, h.Value, text, " null")
		})
	}
	return y
}

func byteCount(b []byte) string {
	if b == nil {
		return "null"
	}
	return plural(len(b), "byte", "bytes")
}
