package ui

import (
	"strconv"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// Draw implements Pane.
func (p *records) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	t := p.tail(f)
	if t.Targets == (model.Targets{}) {
		notice(f, c, muted, "select a topic to read it", "")
		return
	}
	p.above = p.drawTop(f, c)
	p.visible = max(0, h-p.above)
	c = c.Sub(canvas.Rect{Y: p.above, W: w, H: p.visible})
	v, answer := &f.Tail, f.Freshness(t)
	switch {
	case !p.is(v) && answer.Err != nil, p.is(v) && answer.Err != nil && v.Problem == nil:
		notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
	case !p.is(v):
	case p.lineCount(f) > 0:
		p.drawRecords(f, c)
	case v.Problem == nil:
		p.drawNone(f, c)
	}
}

// lineCount is how many records can be seen.
func (p *records) lineCount(f *Frame) int {
	l := p.lines(f)
	return l.len()
}

// drawNone says why there are no records.
func (p *records) drawNone(f *Frame, c *canvas.Canvas) {
	v := &f.Tail
	switch {
	case v.Tail.Filter != "" && v.Read > 0:
		notice(f, c, muted, "none of the "+number(v.Read)+" records read passes the filter", "/ changes it, esc drops it.")
	case v.Finished != model.NotFinished:
		notice(f, c, muted, "there is nothing to read there", "b begins elsewhere, o says from where and until when.")
	case v.Tail.From.At != model.AtEnd && v.Behind != 0 && v.Read == 0:
		notice(f, c, muted, "reading "+string(f.Marks.Ellipsis), "")
	default:
		notice(f, c, muted, "nothing has been written since "+v.Since.Format("15:04:05"), "b looks back at what is there, p sends a record.")
	}
}

// A tailRow is a record that shows.
type tailRow struct {
	record     model.Record
	key, value part
	state      rowState
}

// drawRecords draws the records around the cursor.
func (p *records) drawRecords(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	columns := p.inColumns(w) && h > 1
	if columns {
		p.above++
		p.visible = h - 1
	}
	page := tailPage{look: &p.tailLook, search: &p.search, w: w - 3, rows: p.rows(f, w)}
	p.keepTop(f)
	page.measure(f)
	if columns {
		page.layColumns()
		page.drawTitles(c.Sub(canvas.Rect{X: 2, W: w - 3, H: 1}))
		c = c.Sub(canvas.Rect{Y: 1, W: w, H: h - 1})
	}
	for y := range page.rows {
		row := &page.rows[y]
		drawRowState(f, c, y, row.state)
		at := c.Sub(canvas.Rect{X: 2, Y: y, W: w - 3, H: 1})
		if columns {
			page.drawColumns(f, at, row)
		} else {
			page.drawLine(f, at, row)
		}
	}
}

// rows are the records that show.
func (p *records) rows(f *Frame, w int) []tailRow {
	l := p.lines(f)
	first, line := p.first(f), p.line(f)
	rows := make([]tailRow, 0, p.visible)
	for i := first; i < min(l.len(), first+p.visible); i++ {
		r := tailRow{record: l.at(i), state: rowPlain}
		switch {
		case i == line && (f.Focused || !p.follows(f)):
			r.state = rowSelected
		case r.record.Partition == f.Sel.Partition && r.record.Topic == f.Sel.Topic && !p.isNarrow(f):
			r.state = rowLinked
		}
		form := p.format(r.record.Topic)
		r.key = f.part(&r.record, model.PartKey, form.key, mostKey)
		r.value = f.part(&r.record, model.PartValue, form.value, w)
		rows = append(rows, r)
	}
	return rows
}

// place3 is where a record is: topic:partition:offset.
func place3(r model.Record) string {
	return r.Topic + ":" + strconv.Itoa(int(r.Partition)) + ":" + strconv.FormatInt(r.Offset, 10)
}

// A tailPage is the records that show, and the room that their parts take.
type tailPage struct {
	look   *tailLook
	search *tailSearch
	w      int
	rows   []tailRow
	clock  func(time.Time) string // nil if times do not show

	time, place, topic, partition, offset, key, size, format int // widths

	topics bool // there are several
	mixed  bool // values are of several formats
}

// measure finds out how much room the parts of the records want.
func (p *tailPage) measure(f *Frame) {
	if clock, ok := p.look.timeForm(f, p.w, p.rows); ok {
		p.clock = clock
	}
	p.size = len("size")
	for i := range p.rows {
		r := &p.rows[i].record
		p.place = max(p.place, canvas.Width(place3(*r)))
		p.key = max(p.key, min(p.rows[i].key.width(), mostKey))
		p.format = max(p.format, len(p.rows[i].value.format))
		p.mixed = p.mixed || p.rows[i].value.format != "" && p.rows[i].value.format != p.rows[0].value.format
		p.topic = max(p.topic, canvas.Width(r.Topic))
		p.partition = max(p.partition, len(strconv.Itoa(int(r.Partition))))
		p.offset = max(p.offset, len(strconv.FormatInt(r.Offset, 10)))
		p.size = max(p.size, canvas.Width(sizesSeg(r).Text))
		p.topics = p.topics || r.Topic != p.rows[0].record.Topic
		if p.clock != nil {
			p.time = max(p.time, canvas.Width(p.clock(r.Timestamp)))
		}
	}
	p.place, p.key = min(p.place, p.w/3), min(p.key, p.w/4)
}

// drawLine draws a record as one line: topic:partition:offset key=… value=…
func (p *tailPage) drawLine(f *Frame, c *canvas.Canvas, row *tailRow) {
	w, _ := c.Size()
	r, x := &row.record, 0
	if p.clock != nil {
		c.Put(0, 0, p.clock(r.Timestamp), muted)
		x = p.time + 2
	}
	end := x + p.place
	tail := ":" + strconv.Itoa(int(r.Partition)) + ":" + strconv.FormatInt(r.Offset, 10)
	if room := p.place - len(tail); room > 0 {
		x = c.Cut(x, 0, room, r.Topic, muted)
	}
	x = c.Put(x, 0, ":", muted)
	x = c.Put(x, 0, strconv.Itoa(int(r.Partition)), p.look.partitionStyle(f, r))
	c.Put(x, 0, ":"+strconv.FormatInt(r.Offset, 10), muted)
	x = c.Put(end+2, 0, "key=", muted)
	c.Segs(x, 0, p.key, p.search.light(row.key.segs(f, p.look.keyStyle(r), ""))...)
	x = c.Put(x+p.key+2, 0, "value=", muted)
	c.Segs(x, 0, w-x, p.search.light(row.segs(f))...)
}

// segs is the value of a record, and what Kafka says of it.
func (r *tailRow) segs(f *Frame) []canvas.Seg {
	if r.record.Control != model.NotControl {
		return []canvas.Seg{{Text: controlWords(&r.record), Style: change}}
	}
	segs := r.value.segs(f, text, " tombstone")
	if r.record.Transactional && r.record.Outcome == model.OutcomeAborted {
		segs = append([]canvas.Seg{{Text: mark(f.Marks.Offline, "aborted "), Style: warn}}, segs...)
	}
	return segs
}

// controlWords says what a control record tells.
func controlWords(r *model.Record) string {
	words := "a control record"
	switch r.Control {
	case model.ControlAbort:
		words = "abort: the transaction ends here"
	case model.ControlCommit:
		words = "commit: the transaction ends here"
	}
	return words + ", producer " + strconv.FormatInt(r.ProducerID, 10)
}

// leastValue is what of the width a value keeps; columns go for it.
const leastValue = 24

// layColumns decides which columns have room: the time, the topic and the sizes go
// first.
func (p *tailPage) layColumns() {
	p.partition, p.offset = max(p.partition, len("part")), max(p.offset, len("offset"))
	p.key = max(p.key, len("key"))
	p.topic = min(p.topic, 24)
	if !p.topics {
		p.topic = 0
	}
	if p.format = max(p.format, len("format")); !p.mixed {
		p.format = 0
	}
	for _, optional := range []*int{&p.size, &p.format, &p.topic, &p.time} {
		if p.width() > p.w-leastValue {
			*optional = 0
		}
	}
}

// width is what all columns but the value take.
func (p *tailPage) width() int {
	n := 0
	for _, w := range []int{p.time, p.topic, p.partition, p.offset, p.key, p.size, p.format} {
		if w > 0 {
			n += w + 2
		}
	}
	return n
}

// each calls do with the place of each column that has room.
func (p *tailPage) each(do func(title string, x, w int)) {
	x := 0
	for _, col := range []struct {
		title string
		w     int
	}{{"time", p.time}, {"topic", p.topic}, {"part", p.partition}, {"offset", p.offset}, {"key", p.key}, {"size", p.size}, {"format", p.format}} {
		if col.w > 0 {
			do(col.title, x, col.w)
			x += col.w + 2
		}
	}
	do("value", x, max(0, p.w-x))
}

func (p *tailPage) drawTitles(c *canvas.Canvas) {
	p.each(func(title string, x, w int) {
		if title == "part" || title == "offset" || title == "size" {
			c.Right(x, 0, w, title, muted)
			return
		}
		c.Cut(x, 0, w, title, muted)
	})
}

// drawColumns draws a record in columns.
func (p *tailPage) drawColumns(f *Frame, c *canvas.Canvas, row *tailRow) {
	r := &row.record
	p.each(func(title string, x, w int) {
		switch title {
		case "time":
			c.Cut(x, 0, w, p.clock(r.Timestamp), muted)
		case "topic":
			c.Name(x, 0, w, r.Topic, text)
		case "part":
			c.Right(x, 0, w, strconv.Itoa(int(r.Partition)), p.look.partitionStyle(f, r))
		case "offset":
			c.Right(x, 0, w, strconv.FormatInt(r.Offset, 10), muted)
		case "key":
			c.Segs(x, 0, w, p.search.light(row.key.segs(f, p.look.keyStyle(r), ""))...)
		case "size":
			c.Right(x, 0, w, sizesSeg(r).Text, muted)
		case "format":
			c.Cut(x, 0, w, string(row.value.format), muted)
		case "value":
			c.Segs(x, 0, w, p.search.light(row.segs(f))...)
		}
	})
}

// mostKey is the most room a key gets in a line.
const mostKey = 24

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
