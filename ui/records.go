package ui

import (
	"math"
	"strconv"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// records is the tail: what is written to the selected topic, as it is written.
type records struct {
	only      bool // the selected partition alone
	from      model.From
	topic     string
	partition int32     // of the tail, or model.AllPartitions
	back      int       // how many records the cursor is above the newest; 0 follows
	at        int64     // records read when the cursor left the newest
	since     time.Time // when the tail was opened that the cursor is in
	visible   int
	above     int // lines above the records, which say what is wrong
}

func newRecords() *records { return &records{partition: model.AllPartitions} }

// Name implements Pane.
func (p *records) Name() string { return "Tail" }

// tail is what is asked for: the selected topic, or one partition of it.
func (p *records) tail(f *Frame) model.Tail {
	t := model.Tail{Topic: f.Sel.Topic, Partition: model.AllPartitions, From: p.from}
	if p.from == model.FromLast {
		t.Last = lastRecords
	}
	if p.only && f.Sel.Topic == p.topic {
		t.Partition = p.partition
	}
	return t
}

// Needs implements Pane.
func (p *records) Needs(f *Frame) []model.Query {
	if _, ok := f.Topic(f.Sel.Topic); !ok {
		return nil
	}
	return []model.Query{p.tail(f)}
}

// lastRecords is how many records of each partition a tail begins with that looks
// back.
const lastRecords = 20

// lookBack makes the tail begin at the end, with the last records, or at the
// beginning: each time with the next of these.
func (p *records) lookBack(*Frame) Intent {
	p.from = map[model.From]model.From{model.FromEnd: model.FromLast, model.FromLast: model.FromBeginning, model.FromBeginning: model.FromEnd}[p.from]
	p.back = 0
	return Tell{"the tail begins " + fromWords[p.from]}
}

var fromWords = map[model.From]string{
	model.FromEnd:       "at the end",
	model.FromLast:      "with the last " + count(lastRecords) + " of each partition",
	model.FromBeginning: "at the beginning",
}

// narrow makes the tail read the selected partition alone, or the whole topic
// again.
func (p *records) narrow(f *Frame, only bool) {
	p.only = only && f.Sel.Partition != model.AllPartitions
	p.topic, p.partition, p.back = f.Sel.Topic, f.Sel.Partition, 0
}

// Actions implements Pane.
func (p *records) Actions() []Action {
	step := func(n func() int) func(*Frame) Intent {
		return func(f *Frame) Intent { return p.Wheel(f, n()) }
	}
	by := func(n int) func() int { return func() int { return n } }
	return []Action{
		act("j", "move", "to the next record", step(by(+1))).also("down").shown("j/k"),
		act("k", "", "to the record before", step(by(-1))).also("up").quiet(),
		act("pgdown", "", "down a page", step(func() int { return p.visible })).also("ctrl+f", "ctrl+d").quiet(),
		act("pgup", "", "up a page", step(func() int { return -p.visible })).also("ctrl+b", "ctrl+u").quiet(),
		act("g", "", "to the oldest record kept", step(by(math.MinInt32))).also("home").quiet(),
		act("G", "follow", "follow the newest record", step(by(math.MaxInt32))).also("end"),
		act("enter", "open", "open the record", p.open),
		act("t", "partition", "tail the selected partition alone, or the whole topic", func(f *Frame) Intent {
			p.narrow(f, !p.only)
			if !p.only && f.Sel.Partition == model.AllPartitions {
				return Tell{"select a partition in pane 4 first"}
			}
			return nil
		}),
		act("b", "look back", "begin at the end, with the last records, or at the beginning", p.lookBack),
		act("y", "", "copy the record's value", func(f *Frame) Intent {
			r, ok := p.under(f)
			if !ok {
				return nil
			}
			return Copy{What: "value of " + place3(r), Text: string(r.Value)}
		}).quiet(),
	}
}

// open shows the record under the cursor.
func (p *records) open(f *Frame) Intent {
	if r, ok := p.under(f); ok {
		return Open{&record{record: r}}
	}
	return nil
}

// line returns the index of the record under the cursor. The cursor stays on its
// record while others are read, until that one is dropped.
func (p *records) line(f *Frame) int {
	n := len(f.Tail.Records)
	if p.follows(f) {
		return n - 1
	}
	return max(0, n-1-p.back-int(f.Tail.Read-f.Tail.Dropped-p.at))
}

// follows reports whether the cursor is on the newest record: it is in a tail that
// was opened after it was moved.
func (p *records) follows(f *Frame) bool { return p.back == 0 || !p.since.Equal(f.Tail.Since) }

// under returns the record under the cursor.
func (p *records) under(f *Frame) (model.Record, bool) {
	if i := p.line(f); i >= 0 && i < len(f.Tail.Records) {
		return f.Tail.Records[i], true
	}
	return model.Record{}, false
}

// Wheel implements Pointer.
func (p *records) Wheel(f *Frame, n int) Intent {
	line, last := p.line(f), len(f.Tail.Records)-1
	line = max(0, min(line+n, last))
	p.back, p.at, p.since = max(0, last-line), f.Tail.Read-f.Tail.Dropped, f.Tail.Since
	return nil
}

// Click implements Pointer.
func (p *records) Click(f *Frame, _, y int) Intent {
	if y < p.above {
		return nil
	}
	return p.Wheel(f, p.first(f)+y-p.above-p.line(f))
}

// first is the record on the top line.
func (p *records) first(f *Frame) int {
	line := p.line(f)
	return max(0, min(line+p.visible/2, len(f.Tail.Records)-1)-p.visible+1)
}

// Head implements Pane.
func (p *records) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	t := p.tail(f)
	if t.Topic == "" {
		return h
	}
	h.Facts = []canvas.Seg{{Text: t.Topic, Style: bold}}
	if t.Partition != model.AllPartitions {
		h.Facts = append(h.Facts, canvas.Seg{Text: ":" + strconv.Itoa(int(t.Partition)), Style: accent})
	}
	if p.from != model.FromEnd {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "from " + map[model.From]string{model.FromLast: "the last " + count(lastRecords), model.FromBeginning: "the beginning"}[p.from], Style: muted})...)
	}
	h.Facts = append(h.Facts, dots(f, p.states(f)...)...)
	if !p.follows(f) {
		h.Right = []canvas.Seg{{Text: count(len(f.Tail.Records)-1-p.line(f)) + " newer ", Style: warn}, {Text: "G follows", Style: muted}}
	}
	return h
}

// states says how the tail goes.
func (p *records) states(f *Frame) []canvas.Seg {
	v := &f.Tail
	switch {
	case v.Tail != p.tail(f) && f.Freshness(p.tail(f)).Err != nil:
		return []canvas.Seg{{Text: mark(f.Marks.Offline, "cannot be read"), Style: bad}}
	case v.Tail != p.tail(f):
		return []canvas.Seg{{Text: "opening " + string(f.Marks.Ellipsis), Style: muted}}
	case v.Problem != nil:
		return []canvas.Seg{{Text: mark(f.Marks.InFlight, "waiting"), Style: warn}, {Text: number(v.Read) + " read", Style: muted}}
	case f.Paused:
		return []canvas.Seg{{Text: "paused", Style: warn}, {Text: count(int(v.Dropped)) + " dropped", Style: muted}}
	}
	dropped := muted
	if v.Dropped > 0 {
		dropped = warn
	}
	return []canvas.Seg{
		{Text: mark(f.Marks.Stable, "live"), Style: good},
		{Text: rate(v.Rate) + "/s", Style: text},
		{Text: number(v.Read) + " read", Style: muted},
		{Text: number(v.Dropped) + " dropped", Style: dropped},
	}
}

// Draw implements Pane.
func (p *records) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	v := &f.Tail
	p.visible = h
	switch answer := f.Freshness(p.tail(f)); {
	case f.Sel.Topic == "":
		notice(f, c, muted, "select a topic to read it", "")
		return
	case v.Tail != p.tail(f):
		if answer.Err != nil {
			notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
		}
		return
	case answer.Err != nil && v.Problem == nil:
		notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
		return
	}
	p.above = 0
	if v.Problem != nil {
		p.above = wrap(c, 2, 0, w-3, 2, v.Problem.Error(), warn)
		c = c.Sub(canvas.Rect{Y: p.above, W: w, H: h - p.above})
		p.visible = h - p.above
	}
	if len(v.Records) == 0 && v.Problem == nil {
		notice(f, c, muted, "nothing has been written since "+v.Since.Format("15:04:05"), "b looks back at what is there, p sends a record.")
		return
	}
	p.drawLines(f, c)
}

// drawLines draws the records around the cursor.
func (p *records) drawLines(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	v := &f.Tail
	first, line := p.first(f), p.line(f)
	shown := v.Records[first:min(first+p.visible, len(v.Records))]
	place, key := 0, 0
	for i := range shown {
		place = max(place, canvas.Width(place3(shown[i])))
		key = max(key, min(keyWidth(shown[i].Key), mostKey))
	}
	for y := range shown {
		r := &shown[y]
		st := rowPlain
		switch {
		case first+y == line && (f.Focused || !p.follows(f)):
			st = rowSelected
		case r.Partition == f.Sel.Partition && !p.only:
			st = rowLinked
		}
		drawRowState(f, c, y, st)
		drawRecord(f, c.Sub(canvas.Rect{X: 2, Y: y, W: w - 3, H: 1}), r, min(place, w/3), min(key, w/4))
	}
}

// place3 is where a record is: topic:partition:offset.
func place3(r model.Record) string {
	return r.Topic + ":" + strconv.Itoa(int(r.Partition)) + ":" + strconv.FormatInt(r.Offset, 10)
}

// drawRecord draws one line: topic:partition:offset key=… value=…
func drawRecord(f *Frame, c *canvas.Canvas, r *model.Record, place, key int) {
	w, _ := c.Size()
	x := 0
	if w >= 90 {
		x = c.Put(0, 0, r.Timestamp.Format("15:04:05.000"), muted) + 2
	}
	end := x + place
	tail := ":" + strconv.Itoa(int(r.Partition)) + ":" + strconv.FormatInt(r.Offset, 10)
	if room := place - len(tail); room > 0 {
		x = c.Cut(x, 0, room, r.Topic, muted)
	}
	x = c.Put(x, 0, ":", muted)
	inView := text
	if r.Partition == f.Sel.Partition {
		inView = accent
	}
	x = c.Put(x, 0, strconv.Itoa(int(r.Partition)), inView)
	c.Put(x, 0, ":"+strconv.FormatInt(r.Offset, 10), muted)
	x = c.Put(end+2, 0, "key=", muted)
	drawBytes(f, c, x, key, r.Key, strong, "")
	x = c.Put(x+key+2, 0, "value=", muted)
	drawValue(f, c, x, w-x, r.Value)
}

// mostKey is the most room a key gets in a line.
const mostKey = 24

// keyWidth is the room that a key wants.
func keyWidth(key []byte) int {
	if len(key) == 0 {
		return 2
	}
	return canvas.Width(preview(key, mostKey))
}

// drawBytes draws a key or a value: ∅ is null, "" is empty, and they are never
// confused. Bytes that are not text are shown as such by the canvas.
func drawBytes(f *Frame, c *canvas.Canvas, x, w int, b []byte, st canvasStyle, null string) int {
	switch {
	case b == nil:
		x = c.Cut(x, 0, w, string(f.Marks.Null), change)
		return c.Cut(x, 0, max(0, w-1), null, muted)
	case len(b) == 0:
		return c.Cut(x, 0, w, `""`, muted)
	}
	return c.Cut(x, 0, w, preview(b, w), st)
}

// preview is as much of a value as could show in w cells: no more is made safe
// and measured, however large the value is.
func preview(b []byte, w int) string {
	if most := 4*w + 16; len(b) > most {
		b = b[:most]
	}
	return string(b)
}

// drawValue draws a value; of what looks like JSON the names are muted, so that
// the eye finds the values.
func drawValue(f *Frame, c *canvas.Canvas, x, w int, b []byte) {
	if len(b) == 0 || b[0] != '{' && b[0] != '[' {
		drawBytes(f, c, x, w, b, text, " tombstone")
		return
	}
	segs := jsonSegs(preview(b, w))
	if len(b) > 4*w+16 {
		segs = append(segs, canvas.Seg{Text: string(f.Marks.Ellipsis), Style: muted})
	}
	c.Segs(x, 0, w, segs...)
}

// jsonSegs colours compact JSON. It does not parse: what is no JSON comes out as
// it went in.
func jsonSegs(s string) []canvas.Seg {
	var segs []canvas.Seg
	for i := 0; i < len(s); {
		end, st := i+1, themes.Style{Ink: themes.Muted}
		switch c := s[i]; {
		case c == '"':
			end = stringEnd(s, i)
			if end >= len(s) || s[end] != ':' {
				st = text
			}
		case c != '{' && c != '}' && c != '[' && c != ']' && c != ',' && c != ':' && c != ' ':
			st = text
			for end < len(s) && s[end] != ',' && s[end] != '}' && s[end] != ']' && s[end] != '"' {
				end++
			}
		}
		segs = append(segs, canvas.Seg{Text: s[i:end], Style: st})
		i = end
	}
	return segs
}

// stringEnd returns the index after the string literal that begins at i.
func stringEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return len(s)
}
