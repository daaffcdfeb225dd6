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
		l := layout{f: &now, key: key}
		l.facts(&r)
		l.part("key", r.Key, "no key")
		l.headers(r.Headers)
		l.part("value", r.Value, "a tombstone on a compacted topic")
		return laidOut{key, page{l.lines}}
	}
}

// A layout is a page in the making.
type layout struct {
	f     *Frame
	key   pageKey
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
	l.fact("size", dotted(l.f, canvas.Seg{Text: "key " + byteCount(r.Key), Style: text}, canvas.Seg{Text: "value " + byteCount(r.Value), Style: text},
		canvas.Seg{Text: plural(len(r.Headers), "header", "headers"), Style: text})...)
	l.place(r)
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

// part adds a key or a value.
func (l *layout) part(name string, b []byte, null string) {
	switch {
	case b == nil:
		l.head(name, canvas.Seg{Text: string(l.f.Marks.Null), Style: change}, canvas.Seg{Text: " null: " + null, Style: muted})
		return
	case len(b) == 0:
		l.head(name, canvas.Seg{Text: `""`, Style: text}, canvas.Seg{Text: " empty, which is not null", Style: muted})
		return
	}
	if lines := jsonLines(b); lines != nil && !l.key.hex {
		l.head(name, canvas.Seg{Text: "JSON", Style: muted})
		l.nest(lines)
		return
	}
	if !l.key.hex && utf8.Valid(b) {
		l.head(name, canvas.Seg{Text: "text", Style: muted})
		l.nest(textLines(string(b), text))
		return
	}
	why := "bytes: not UTF-8"
	if l.key.hex {
		why = "bytes"
	}
	l.head(name, canvas.Seg{Text: why, Style: muted})
	l.nest(l.bytes(b))
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
