package ui

import (
	"math"
	"slices"
	"time"

	"kscope/model"
)

// records is the tail: what is written to the selected topic, as it is written.
type records struct {
	reading
	tailCursor
	tailLook
	formats    map[string]formats // by topic, where they were chosen
	search     tailSearch
	filterLine typedLine
	hidden     time.Time     // notices up to then do not show
	marked     *model.Record // to be compared with another
	wanted     *wantedRecord // where the cursor is to go
	above      int           // lines above the records
}

func newRecords() *records { return &records{formats: map[string]formats{}} }

// Name implements Pane.
func (p *records) Name() string { return "Tail" }

// Settle implements Settler. It gives the selection nothing: the tail goes where it
// goes.
func (p *records) Settle(f *Frame, _ *Selection) {
	session := p.session
	p.ended = p.is(&f.Tail) && f.Tail.Finished != model.NotFinished
	if p.attend(f); p.session != session {
		p.filterLine.clear()
		p.search.clear()
	}
	p.reach(f)
}

// Needs implements Pane.
func (p *records) Needs(f *Frame) []model.Query {
	t := p.tail(f)
	switch _, known := f.Topic(f.Sel.Topic); {
	case p.stopped, t.Targets == model.Targets{}, p.pinned == model.Targets{} && !known:
		return nil
	}
	return append([]model.Query{t}, lacked(f)...)
}

// Arrange implements Arranger: it looks for what is searched.
func (p *records) Arrange(f *Frame) func() any {
	if f.Tail.Ring.Len() > 0 {
		p.search.forget(f.Tail.Ring.Seq(0))
	}
	return p.search.arrange(f)
}

// Arranged implements Arranger.
func (p *records) Arranged(result any) { p.search.arranged(result) }

// Actions implements Pane.
func (p *records) Actions() []Action {
	return slices.Concat(p.moving(), []Action{
		act("enter", "open", "open the record", p.open),
		act("space", "pause", "make the tail stand still, or go on: it is read all the same", p.pause),
	}, p.choosing(), p.looking(), []Action{
		act("m", "", "mark the record, to compare another with it", p.mark).quiet(),
		act("=", "", "compare the record with the marked one", p.compare).quiet(),
		act("x", "", "write records to a file: JSON Lines, CSV, values", func(f *Frame) Intent { return Open{newExporting(p, f)} }).quiet(),
		act("y", "", "copy the record's value", func(f *Frame) Intent {
			_, r, ok := p.under(f)
			if !ok {
				return nil
			}
			return Copy{What: "value of " + place3(r), Text: string(r.Value)}
		}).quiet(),
	})
}

// choosing are the keys that say what is read.
func (p *records) choosing() []Action {
	return []Action{
		act("/", "filter", "let only some records through: text, ~regexp or =condition", p.openFilter),
		act("f", "find", "find a text in the records that are kept", p.openSearch),
		act("n", "", "to the next record that has it", func(f *Frame) Intent { return p.stepHit(f, +1) }).quiet(),
		act("N", "", "to the record before that has it", func(f *Frame) Intent { return p.stepHit(f, -1) }).quiet(),
		act("K", "", "find by key: read only the partition that it hashes to", p.findKey).quiet(),
		act("o", "from …", "read other topics, from elsewhere, until some time", func(f *Frame) Intent { return Open{newTailForm(p, f)} }),
		act("t", "partition", "tail the selected partition alone, or the whole topic", func(f *Frame) Intent {
			only := !p.isNarrow(f)
			p.narrow(f, only)
			if only && f.Sel.Partition == model.AllPartitions {
				return Tell{"select a partition in pane 4 first"}
			}
			return nil
		}),
		act("a", "", "read the selected partition too, or leave it out", p.toggle).quiet(),
		act("b", "look back", "begin at the end, with the last records, or at the beginning", p.lookBack),
		act("s", "", "stop reading, or begin again", p.stop).quiet(),
		act("h", "", "hide what happened to the tail", p.hide).quiet(),
	}
}

// looking are the keys that change how records look.
func (p *records) looking() []Action {
	return []Action{
		act("d", "read as", "read keys and values of the topic as something else", p.readAs),
		act("u", "time", "times as local time, as UTC, as how long ago, or none", p.turnClock).quiet(),
		act("v", "columns", "records as lines or in columns", p.turnLayout).quiet(),
		act("c", "", "a colour for each partition, for each key, or none", p.turnColours).quiet(),
	}
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

// findKey asks for a key, which is that of the record under the cursor.
func (p *records) findKey(f *Frame) Intent {
	_, r, ok := p.under(f)
	switch {
	case ok:
		return Open{newFindKey(p, r.Topic, r.Key)}
	case f.Sel.Topic == "":
		return Tell{"select a topic first"}
	}
	return Open{newFindKey(p, f.Sel.Topic, nil)}
}

// readAs asks how the topic under the cursor is read.
func (p *records) readAs(f *Frame) Intent {
	_, r, ok := p.under(f)
	if !ok {
		return Tell{"there is no record yet to try it on"}
	}
	return Open{newDecoding(p, r)}
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
	return Open{newCompare(p, *p.marked, r)}
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
