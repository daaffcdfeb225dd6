package ui

import (
	"math"
	"slices"

	"kscope/model"
	"kscope/ui/canvas"
)

// records is the tail: what is written to the selected topic, as it is written.
type records struct {
	only      bool // the selected partition alone
	from      model.PositionKind
	topic     string
	partition int32 // of the tail, or model.AllPartitions

	tailCursor
	tailLook
	marked *model.Record // to be compared with another
	above  int           // lines above the records: what is wrong, and the titles of columns
}

func newRecords() *records { return &records{partition: model.AllPartitions} }

// Name implements Pane.
func (p *records) Name() string { return "Tail" }

// tail is what is asked for: the selected topic, or one partition of it.
func (p *records) tail(f *Frame) model.Tail {
	partition := model.AllPartitions
	if p.only && f.Sel.Topic == p.topic {
		partition = p.partition
	}
	t := model.Tail{Targets: model.TargetOf(f.Sel.Topic, partition), From: model.Position{At: p.from}}
	if p.from == model.AtLast {
		t.From.N = lastRecords
	}
	return t
}

// Needs implements Pane.
func (p *records) Needs(f *Frame) []model.Query {
	if _, ok := f.Topic(f.Sel.Topic); !ok {
		return nil
	}
	if t := p.tail(f); t.Targets != (model.Targets{}) {
		return []model.Query{t}
	}
	return nil
}

// lastRecords is how many records of each partition a tail begins with that looks
// back.
const lastRecords = 20

// lookBack makes the tail begin at the end, with the last records, or at the
// beginning: each time with the next of these.
func (p *records) lookBack(*Frame) Intent {
	p.from = map[model.PositionKind]model.PositionKind{model.AtEnd: model.AtLast, model.AtLast: model.AtBeginning, model.AtBeginning: model.AtEnd}[p.from]
	p.follow()
	return Tell{"the tail begins " + fromWords[p.from]}
}

var fromWords = map[model.PositionKind]string{
	model.AtEnd:       "at the end",
	model.AtLast:      "with the last " + count(lastRecords) + " of each partition",
	model.AtBeginning: "at the beginning",
}

// narrow makes the tail read the selected partition alone, or the whole topic
// again.
func (p *records) narrow(f *Frame, only bool) {
	p.only = only && f.Sel.Partition != model.AllPartitions
	p.topic, p.partition = f.Sel.Topic, f.Sel.Partition
	p.follow()
}

// Actions implements Pane.
func (p *records) Actions() []Action {
	return slices.Concat(p.moving(), []Action{
		act("enter", "open", "open the record", p.open),
		act("space", "pause", "make the tail stand still, or go on: it is read all the same", p.pause),
		act("t", "partition", "tail the selected partition alone, or the whole topic", func(f *Frame) Intent {
			p.narrow(f, !p.only)
			if !p.only && f.Sel.Partition == model.AllPartitions {
				return Tell{"select a partition in pane 4 first"}
			}
			return nil
		}),
		act("b", "look back", "begin at the end, with the last records, or at the beginning", p.lookBack),
		act("u", "time", "times as local time, as UTC, as how long ago, or none", p.turnClock).quiet(),
		act("v", "columns", "records as lines or in columns", p.turnLayout).quiet(),
		act("c", "", "a colour for each partition, for each key, or none", p.turnColours).quiet(),
		act("m", "", "mark the record, to compare another with it", p.mark).quiet(),
		act("=", "", "compare the record with the marked one", p.compare).quiet(),
		act("y", "", "copy the record's value", func(f *Frame) Intent {
			_, r, ok := p.under(f)
			if !ok {
				return nil
			}
			return Copy{What: "value of " + place3(r), Text: string(r.Value)}
		}).quiet(),
	})
}

// moving are the keys that move the cursor.
func (p *records) moving() []Action {
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
		act("G", "follow", "follow the newest record", func(*Frame) Intent { p.follow(); return nil }).also("end"),
	}
}

// pause makes the view stand still, or go on.
func (p *records) pause(f *Frame) Intent {
	p.freeze(f)
	return nil
}

// open shows the record under the cursor.
func (p *records) open(f *Frame) Intent {
	if seq, r, ok := p.under(f); ok {
		return Open{newRecord(p, seq, f.Tail.Since, r)}
	}
	return nil
}

// mark keeps the record under the cursor, to compare another with it.
func (p *records) mark(f *Frame) Intent {
	_, r, ok := p.under(f)
	if !ok {
		return nil
	}
	return p.markRecord(r)
}

// markRecord keeps a record, to compare another with it; marked again, it is let go.
func (p *records) markRecord(r model.Record) Intent {
	if p.marked != nil && samePlace(p.marked, &r) {
		p.marked = nil
		return Tell{"no record is marked any more"}
	}
	p.marked = &r
	return Tell{place3(r) + " is marked: = on another record compares them"}
}

// compare lays the record under the cursor beside the marked one.
func (p *records) compare(f *Frame) Intent {
	_, r, ok := p.under(f)
	if !ok {
		return nil
	}
	return p.compareWith(r)
}

// compareWith lays a record beside the marked one.
func (p *records) compareWith(r model.Record) Intent {
	switch {
	case p.marked == nil:
		return Tell{"mark a record with m first, then compare another with it"}
	case samePlace(p.marked, &r):
		return Tell{"this is the marked record: go to another to compare them"}
	}
	return Open{newCompare(*p.marked, r)}
}

// Wheel implements Pointer.
func (p *records) Wheel(f *Frame, n int) Intent {
	p.move(f, n)
	return nil
}

// Click implements Pointer.
func (p *records) Click(f *Frame, _, y int) Intent {
	if y < p.above {
		return nil
	}
	line := p.first(f) + y - p.above
	p.keepTop(f)
	p.put(f, line)
	return nil
}

// Escape implements Escaper: the tail follows the newest record again.
func (p *records) Escape() bool {
	if !p.moved && !p.frozen {
		return false
	}
	p.follow()
	return true
}

// Head implements Pane.
func (p *records) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	t := p.tail(f)
	topic, partitions, _ := t.Targets.One()
	if topic == "" {
		return h
	}
	h.Facts = []canvas.Seg{{Text: topic, Style: bold}}
	if !partitions.All() {
		h.Facts = append(h.Facts, canvas.Seg{Text: ":" + partitions.String(), Style: accent})
	}
	if p.from != model.AtEnd {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "from " + map[model.PositionKind]string{model.AtLast: "the last " + count(lastRecords), model.AtBeginning: "the beginning"}[p.from], Style: muted})...)
	}
	h.Facts = append(h.Facts, dots(f, p.states(f)...)...)
	h.Right = p.newer(f)
	return h
}

// newer says how many records there are below what shows.
func (p *records) newer(f *Frame) []canvas.Seg {
	l := p.lines(f)
	n := l.len() - 1 - p.line(f)
	if p.isFrozen(f) {
		r := f.Tail.Ring
		n += r.Len() - l.n
		return []canvas.Seg{{Text: count(n) + " newer ", Style: warn}, {Text: "space goes on", Style: muted}}
	}
	if p.follows(f) {
		return nil
	}
	return []canvas.Seg{{Text: count(n) + " newer ", Style: warn}, {Text: "G follows", Style: muted}}
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
	state := canvas.Seg{Text: mark(f.Marks.Stable, "live"), Style: good}
	if p.isFrozen(f) {
		state = canvas.Seg{Text: mark(f.Marks.Idle, "stands still"), Style: warn}
	}
	return []canvas.Seg{
		state,
		{Text: rate(v.Speed.Rate(f.Now)) + "/s", Style: text},
		{Text: number(v.Read) + " read", Style: muted},
		{Text: number(v.Dropped) + " dropped", Style: dropped},
	}
}
