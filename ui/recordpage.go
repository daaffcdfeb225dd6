package ui

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kscope/model"
	"kscope/model/clean"
	"kscope/ui/canvas"
)

// laying returns what lays a record out: its facts, key, headers and value. It may
// be run off the loop.
func (p *record) laying(f *Frame, key pageKey) func() any {
	r, now := p.record, *f
	return func() any {
		l := layout{f: &now, key: key, topic: r.Topic}
		l.facts(&r)
		if r.Control != model.NotControl {
			return laidOut{key, page{l.lines}}
		}
		l.part(model.PartKey, r.Key, key.formats.key, "no key")
		l.headers(r.Headers)
		l.part(model.PartValue, r.Value, key.formats.value, "a tombstone on a compacted topic")
		return laidOut{key, page{l.lines}}
	}
}

// A layout is a page in the making.
type layout struct {
	f     *Frame
	key   pageKey
	topic string
	lines []docLine
}

// factWidth is the room for the names of facts.
const factWidth = 12

// fact adds a line that begins with a name.
func (l *layout) fact(name string, segs ...canvas.Seg) {
	head := canvas.Seg{Text: pad(name, factWidth), Style: muted}
	l.lines = append(l.lines, docLine{segs: append([]canvas.Seg{head}, segs...), indent: factWidth})
}

// pad fills a word up with blanks.
func pad(s string, w int) string {
	for len(s) < w {
		s += " "
	}
	return s
}

// facts adds when and where the record was written, and how it came.
func (l *layout) facts(r *model.Record) {
	kind := "CreateTime, from the producer"
	if r.LogAppend {
		kind = "LogAppendTime, from the broker"
	}
	l.fact("timestamp", canvas.Seg{Text: r.Timestamp.Format(time.RFC3339Nano), Style: text},
		canvas.Seg{Text: "  " + kind, Style: muted})
	key, value := byteCount(r.Key), byteCount(r.Value)
	if r.IsCut() {
		key, value = number(r.Full.Key)+" bytes", number(r.Full.Value)+" bytes"
	}
	l.fact("size", dotted(l.f, canvas.Seg{Text: "key " + key, Style: text}, canvas.Seg{Text: "value " + value, Style: text},
		canvas.Seg{Text: plural(len(r.Headers), "header", "headers"), Style: text})...)
	l.place(r)
	l.batch(r)
}

// batch adds how the record was written: compressed, by which producer, in a
// transaction, or by the broker itself.
func (l *layout) batch(r *model.Record) {
	compression := "not compressed"
	if r.Codec != 0 {
		compression = "compressed by " + r.Codec.String()
	}
	segs := []canvas.Seg{{Text: compression, Style: text}}
	switch {
	case r.ProducerID < 0:
	case r.Transactional:
		segs = append(segs, canvas.Seg{Text: "in a transaction" + outcomeWords[r.Outcome], Style: text})
	case r.Control == model.NotControl:
		segs = append(segs, canvas.Seg{Text: "idempotent", Style: text})
	}
	if r.ProducerID >= 0 {
		segs = append(segs, canvas.Seg{Text: "producer " + strconv.FormatInt(r.ProducerID, 10) + ", epoch " + strconv.Itoa(int(r.ProducerEpoch)), Style: text})
	}
	l.fact("batch", dotted(l.f, segs...)...)
	if r.Control != model.NotControl {
		l.fact("control", canvas.Seg{Text: controlWords(r), Style: change}, canvas.Seg{Text: ": written by the broker, never seen by consumers", Style: muted})
	}
	if r.IsCut() {
		l.fact("cut", canvas.Seg{Text: mark(l.f.Marks.Attention, "only the beginning is kept"), Style: warn},
			canvas.Seg{Text: ": the record is too large for what the tail may keep", Style: muted})
	}
}

var outcomeWords = map[model.Outcome]string{
	model.OutcomeUnknown: "", model.OutcomeOpen: " that is open", model.OutcomeCommitted: " that was committed", model.OutcomeAborted: " that was aborted",
}

// place adds who leads and reads the partition, and whether the key belongs there.
func (l *layout) place(r *model.Record) {
	segs := []canvas.Seg{{Text: strconv.Itoa(int(r.Partition)), Style: bold}}
	t, ok := l.f.Topic(r.Topic)
	if ok {
		if part := t.Partition(r.Partition); part != nil && part.Leader != model.NoBroker {
			segs = append(segs, canvas.Seg{Text: "led by broker " + strconv.Itoa(int(part.Leader)), Style: text})
		}
	}
	if r.LeaderEpoch >= 0 {
		segs = append(segs, canvas.Seg{Text: "leader epoch " + strconv.Itoa(int(r.LeaderEpoch)), Style: text})
	}
	for _, reader := range readers(l.f, r.Topic, r.Partition) {
		var words strings.Builder
		for _, seg := range reader[:min(len(reader), 4)] { // the lag behind it would go out of date here
			words.WriteString(seg.Text)
		}
		segs = append(segs, canvas.Seg{Text: words.String(), Style: text})
	}
	l.fact("partition", dotted(l.f, segs...)...)
	if ok && r.Key != nil && len(t.Partitions) > 0 {
		l.home(r, len(t.Partitions))
	}
}

// home adds where Java's producer would have put the key.
func (l *layout) home(r *model.Record, partitions int) {
	home := model.KeyPartition(r.Key, partitions)
	if home == r.Partition {
		l.fact("key's home", canvas.Seg{Text: "partition " + strconv.Itoa(int(home)), Style: text}, canvas.Seg{Text: ", as murmur2 has it", Style: muted})
		return
	}
	l.fact("key's home", canvas.Seg{Text: mark(l.f.Marks.NotEqual, "partition "+strconv.Itoa(int(home))), Style: warn},
		canvas.Seg{Text: " by murmur2: another partitioner put it here, or partitions were added", Style: muted})
}

// dotted puts dots between facts.
func dotted(f *Frame, segs ...canvas.Seg) []canvas.Seg {
	if out := dots(f, segs...); len(out) > 0 {
		return out[1:]
	}
	return nil
}

// byteCount says how many bytes there are, or that there is null.
func byteCount(b []byte) string {
	if b == nil {
		return "null"
	}
	return plural(len(b), "byte", "bytes")
}

// head adds the name of a part of the record, and what it is.
func (l *layout) head(name string, segs ...canvas.Seg) {
	l.lines = append(l.lines, docLine{}, docLine{segs: append([]canvas.Seg{{Text: pad(name, factWidth), Style: strong}}, segs...), indent: factWidth})
}

// part adds a key or a value, as it is read.
func (l *layout) part(which model.Part, b []byte, format model.Format, null string) {
	name := which.String()
	switch {
	case b == nil:
		l.head(name, canvas.Seg{Text: string(l.f.Marks.Null), Style: change}, canvas.Seg{Text: " null: " + null, Style: muted})
		return
	case len(b) == 0:
		l.head(name, canvas.Seg{Text: `""`, Style: text}, canvas.Seg{Text: " empty, which is not null", Style: muted})
		return
	case l.key.hex:
		l.head(name, canvas.Seg{Text: "bytes", Style: muted})
		l.nest(l.bytes(b))
		return
	}
	d := l.f.Decoder.Decode(l.topic, which, format, b)
	l.head(name, dotted(l.f, l.readAs(&d)...)...)
	lines := jsonLines(d.JSON)
	switch {
	case d.Problem != nil:
		l.line(canvas.Seg{Text: "  " + mark(l.f.Marks.Attention, d.Problem.Error()), Style: warn})
		lines = l.bytes(b)
	case d.Pending:
		l.line(canvas.Seg{Text: "  " + mark(l.f.Marks.InFlight, "the registry is asked for schema "+strconv.Itoa(int(d.Schema.ID))+" "+string(l.f.Marks.Ellipsis)), Style: muted})
		lines = l.bytes(b)
	case lines != nil:
	case d.Format == model.FormatHex:
		lines = l.bytes(b)
	default:
		lines = textLines(d.Text, text)
	}
	l.nest(lines)
}

// readAs says what bytes were read as.
func (l *layout) readAs(d *model.Decoded) []canvas.Seg {
	segs := []canvas.Seg{{Text: string(d.Format), Style: text}}
	if d.Problem != nil || d.Pending {
		segs[0] = canvas.Seg{Text: "bytes", Style: text}
	}
	for _, packed := range d.Through {
		segs = append(segs, canvas.Seg{Text: "packed in " + packed, Style: muted})
	}
	if d.Schema != (model.SchemaRef{}) {
		segs = append(segs, canvas.Seg{Text: d.Schema.String(), Style: muted})
	}
	return segs
}

// line adds a line.
func (l *layout) line(segs ...canvas.Seg) {
	l.lines = append(l.lines, docLine{segs: segs, indent: 4})
}

// bytes lays out bytes, as many a line as there is room for.
func (l *layout) bytes(b []byte) []docLine {
	if l.key.wide {
		return hexLines(b, 16)
	}
	return hexLines(b, 8)
}

// nest adds the lines of a part, a little indented.
func (l *layout) nest(lines []docLine) {
	for _, line := range lines {
		line.segs = append([]canvas.Seg{{Text: "  "}}, line.segs...)
		line.indent += 2
		l.lines = append(l.lines, line)
	}
}

// headers adds the headers in their order. A name that repeats says so; a value
// that is no text is hexadecimal.
func (l *layout) headers(headers []model.Header) {
	if len(headers) == 0 {
		return
	}
	seen := map[string]int{}
	widest := 0
	for i := range headers {
		widest = max(widest, min(canvas.Width(headers[i].Key), 32))
	}
	l.head("headers", canvas.Seg{Text: count(len(headers)), Style: muted})
	for i := range headers {
		h := &headers[i]
		seen[h.Key]++
		name := cmp.Or(clean.Text(h.Key), `""`)
		segs := []canvas.Seg{{Text: "  " + name, Style: text}, {Text: blanks(widest-canvas.Width(name)) + " = ", Style: muted}}
		segs = append(segs, l.headerValue(h.Value)...)
		if n := seen[h.Key]; n > 1 {
			segs = append(segs, canvas.Seg{Text: "  the same name again, " + ordinal(n), Style: muted})
		}
		l.lines = append(l.lines, docLine{segs: segs, indent: 4})
	}
}

// headerValue shows the value of a header.
func (l *layout) headerValue(b []byte) []canvas.Seg {
	switch {
	case b == nil:
		return []canvas.Seg{{Text: string(l.f.Marks.Null), Style: change}, {Text: " null", Style: muted}}
	case len(b) == 0:
		return []canvas.Seg{{Text: `""`, Style: muted}}
	case len(b) > 4096:
		return []canvas.Seg{{Text: preview(b, 512), Style: text}, {Text: "… " + size(int64(len(b))), Style: muted}}
	case !utf8.Valid(b):
		return []canvas.Seg{{Text: hexRow(b, len(b)), Style: text}, {Text: "  " + plural(len(b), "byte", "bytes"), Style: muted}}
	}
	return []canvas.Seg{{Text: string(b), Style: text}}
}

// blanks is so many blanks, none if there are less than one.
func blanks(n int) string { return pad("", n) }

// ordinal writes 2nd, 3rd, 4th.
func ordinal(n int) string {
	switch n {
	case 2:
		return "2nd"
	case 3:
		return "3rd"
	}
	return strconv.Itoa(n) + "th"
}
