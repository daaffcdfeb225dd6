package ui

import (
	"strconv"
	"unicode/utf8"

	"kscope/model"
	"kscope/ui/canvas"
)

// findKey is a dialog: it finds the records of a key, and reads for it no more than the
// partition that the key hashes to.
type findKey struct {
	tail  *records
	topic string
	form  form
	key   *textField
	by    *choiceField // partitioners, then all partitions
	from  *textField
	clash string
}

// newFindKey asks for a key of the selected topic; that of a record stands there
// already.
func newFindKey(tail *records, topic string, key []byte) *findKey {
	p := &findKey{tail: tail, topic: topic, key: newText("the key, as text"), by: newChoice(), from: newText("beginning, last:1000, an offset, 15m, 14:03")}
	for _, by := range hashing() {
		p.by.words = append(p.by.words, by.Hash())
	}
	p.by.words = append(p.by.words, "all partitions")
	p.from.set("beginning")
	if utf8.Valid(key) {
		p.key.set(string(key))
	}
	p.form.rows = []formRow{
		{name: "key", field: p.key},
		{name: "put there by", field: p.by, notes: p.byNotes, apart: true},
		{name: "from", field: p.from, notes: p.fromNotes, apart: true},
	}
	return p
}

// hashing are the partitioners that look at the key: the first of each hash.
func hashing() []model.Partitioner {
	var list []model.Partitioner
	seen := map[string]bool{"": true}
	for _, by := range model.Partitioners() {
		if !seen[by.Hash()] {
			seen[by.Hash()] = true
			list = append(list, by)
		}
	}
	return list
}

// Name implements Pane.
func (p *findKey) Name() string { return "Find by key" }

// Needs implements Pane.
func (p *findKey) Needs(*Frame) []model.Query { return []model.Query{model.ListTopics{}} }

// Size implements Dialog.
func (p *findKey) Size(f *Frame) (w, h int) { return 104, p.form.height(f, 100) + 6 }

// Head implements Pane.
func (p *findKey) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "in ", Style: muted}, {Text: p.topic, Style: bold}}}
}

// partition is the one that is read, and who puts the key there; AllPartitions if all
// are.
func (p *findKey) partition(f *Frame) (partition int32, by model.Partitioner) {
	t, ok := f.Topic(p.topic)
	if !ok || len(t.Partitions) == 0 || p.by.chosen >= len(hashing()) {
		return model.AllPartitions, 0
	}
	by = hashing()[p.by.chosen]
	if !by.Keyed([]byte(p.key.value())) {
		return model.AllPartitions, by
	}
	return by.Partition([]byte(p.key.value()), len(t.Partitions)), by
}

// byNotes say which partition is read, and why.
func (p *findKey) byNotes(f *Frame) [][]canvas.Seg {
	partition, by := p.partition(f)
	t, ok := f.Topic(p.topic)
	switch {
	case !ok:
		return noted(mark(f.Marks.Attention, "there is no topic "+p.topic), warn)
	case partition == model.AllPartitions:
		return noted("all "+plural(len(t.Partitions), "partition", "partitions")+" are read, whoever wrote the key", muted)
	}
	return [][]canvas.Seg{
		{{Text: "partition " + strconv.Itoa(int(partition)), Style: bold}, {Text: " of " + count(len(t.Partitions)) + " is read: " + by.Hash() + ", as " + by.Whose() + " has it", Style: muted}},
		{{Text: "what was written before partitions were added may lie elsewhere", Style: muted}},
	}
}

func (p *findKey) fromNotes(f *Frame) [][]canvas.Seg {
	from, err := model.ParsePosition(p.from.value(), f.Now)
	if err != nil {
		return wrong(f, p.from.value(), err)
	}
	return noted(positionWords(f, from), muted)
}

// Actions implements Pane.
func (p *findKey) Actions() []Action {
	return append([]Action{act("ctrl+s", "find", "read what has that key", p.find)}, p.form.moves()...)
}

// find has the tail read the records of the key.
func (p *findKey) find(f *Frame) Intent {
	from, err := model.ParsePosition(p.from.value(), f.Now)
	if err != nil {
		p.clash = "from makes no sense as it stands"
		return nil
	}
	partition, _ := p.partition(f)
	t := p.tail.tail(f)
	t.Targets, t.From, t.Until = model.TargetOf(p.topic, partition), from, model.Stop{At: model.StopAtEnd}
	if from.At == model.AtEnd {
		t.Until = model.Stop{}
	}
	t.Filter = "=key == " + strconv.Quote(p.key.value())
	if says, _ := f.filterFault(t.Filter); says != "" {
		p.clash = says
		return nil
	}
	p.tail.seek(f, t)
	return All{Close{p}, Do{ShowTail}}
}

// Typing implements Typist.
func (p *findKey) Typing() bool { return true }

// Type implements Typist. Enter in the key finds it.
func (p *findKey) Type(f *Frame, msg any) (Intent, bool) {
	p.clash = ""
	if isKeyPress(msg, "enter") && p.form.has(p.key) {
		return p.find(f), true
	}
	return nil, p.form.take(f, msg, p.Actions())
}

// Draw implements Pane.
func (p *findKey) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	top := min(1, max(0, h-6))
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: top, W: w - 1, H: max(0, h-top-2)}))
	if p.clash != "" {
		c.Cut(2, h-1, w-3, mark(f.Marks.Attention, p.clash), warn)
		return
	}
	c.Cut(2, h-1, w-3, "enter finds it: the tail reads up to where the log ends now", muted)
}
