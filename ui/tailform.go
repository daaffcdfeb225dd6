package ui

import (
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// tailForm is a dialog: what a tail reads, from where, until when, and what of it.
type tailForm struct {
	tail   *records
	form   form
	topics *pickField
	from   *textField
	until  *textField
	filter *textField

	transactions, marks *choiceField
	clash               string // why it could not be applied
}

// The choices about transactions.
const (
	allRecords = iota
	committedOnly
)

// newTailForm opens the form on a tail as it is.
func newTailForm(tail *records, f *Frame) *tailForm {
	p := &tailForm{
		tail: tail, topics: newPick(topicNames),
		from:         newText("end, beginning, last:100, an offset, 15m, 14:03, 2026-11-22T14:03:00Z"),
		until:        newText("never, end, after:100, 14:03, in 15m"),
		filter:       newText("text, ~regexp, or =value.total > 100"),
		transactions: newChoice("all records", "committed only"),
		marks:        newChoice("hidden", "shown"),
	}
	t := tail.tail(f)
	p.topics.list, p.topics.most = true, 0
	p.topics.hint = "orders, orders:0-3, ~^order"
	p.topics.set(t.Targets.String())
	p.from.set(t.From.String())
	p.until.set(t.Until.String())
	p.filter.set(t.Filter)
	p.filter.most = mostTyped
	p.transactions.chosen, p.marks.chosen = boolInt(t.Committed), boolInt(t.Control)
	p.form.rows = []formRow{
		{name: "topics", field: p.topics, notes: p.topicsNotes},
		{name: "from", field: p.from, notes: p.fromNotes, apart: true},
		{name: "until", field: p.until, notes: p.untilNotes},
		{name: "filter", field: p.filter, notes: p.filterNotes, apart: true},
		{name: "transactions", field: p.transactions, note: p.transactionsNote, apart: true},
		{name: "marks", field: p.marks, note: p.marksNote},
	}
	return p
}

// Name implements Pane.
func (p *tailForm) Name() string { return "Tail from …" }

// Needs implements Pane.
func (p *tailForm) Needs(*Frame) []model.Query { return []model.Query{model.ListTopics{}} }

// read reads the form, or names the first field that makes no sense: why, is below it.
func (p *tailForm) read(f *Frame) (t model.Tail, senseless string) {
	var err error
	if t.Targets, err = model.ParseTargets(p.topics.value()); err != nil {
		return t, "topics"
	}
	if t.From, err = model.ParsePosition(p.from.value(), f.Now); err != nil {
		return t, "from"
	}
	if t.Until, err = model.ParseStop(p.until.value(), t.From, f.Now); err != nil {
		return t, "until"
	}
	t.Filter = strings.TrimSpace(p.filter.value())
	if says, _ := f.filterFault(t.Filter); says != "" {
		return t, "filter"
	}
	t.Committed, t.Control = p.transactions.chosen == committedOnly, p.marks.chosen == 1
	return t, ""
}

// tailFormNotes is how wide what is said below a field may be.
const tailFormNotes = 82

// wrong is what is wrong with a field.
func wrong(f *Frame, typed string, err error) [][]canvas.Seg {
	says, st := mark(f.Marks.Attention, err.Error()), warn
	if strings.TrimSpace(typed) == "" {
		says, st = err.Error(), muted
	}
	var lines [][]canvas.Seg
	for _, line := range wrapped(says, tailFormNotes) {
		lines = append(lines, []canvas.Seg{{Text: line, Style: st}})
	}
	return lines
}

// noted is one line below a field.
func noted(says string, st canvasStyle) [][]canvas.Seg {
	return [][]canvas.Seg{{{Text: says, Style: st}}}
}

// topicsNotes says how many topics and partitions are meant.
func (p *tailForm) topicsNotes(f *Frame) [][]canvas.Seg {
	targets, err := model.ParseTargets(p.topics.value())
	if err != nil {
		return wrong(f, p.topics.value(), err)
	}
	set, topics, partitions := targets.Set(), 0, 0
	var missing []string
	for _, name := range set.Names() {
		if _, ok := f.Topic(name); !ok {
			missing = append(missing, name)
		}
	}
	for _, t := range f.Topics {
		if set.Matches(t.Name) {
			topics++
			partitions += meant(t, set)
		}
	}
	if missing != nil && !f.Freshness(model.ListTopics{}).At.IsZero() {
		return noted(mark(f.Marks.Attention, "there is no topic "+strings.Join(missing, ", ")), warn)
	}
	return noted(plural(topics, "topic", "topics")+", "+plural(partitions, "partition", "partitions"), muted)
}

// meant counts the partitions of a topic that are meant.
func meant(t *model.Topic, set *model.TargetSet) int {
	n, wanted := 0, set.Partitions(t.Name)
	for i := range t.Partitions {
		if wanted.Has(t.Partitions[i].ID) {
			n++
		}
	}
	return n
}

// fromNotes says how the beginning was understood.
func (p *tailForm) fromNotes(f *Frame) [][]canvas.Seg {
	from, err := model.ParsePosition(p.from.value(), f.Now)
	if err != nil {
		return wrong(f, p.from.value(), err)
	}
	return noted(positionWords(f, from), muted)
}

// positionWords says where a reading begins.
func positionWords(f *Frame, from model.Position) string {
	switch from.At {
	case model.AtBeginning:
		return "at the beginning: all that is kept"
	case model.AtLast:
		return "with the last " + number(from.N) + " of each partition"
	case model.AtOffset:
		return "at offset " + number(from.N) + " in every partition"
	case model.AtTime:
		return "at " + whenPhrase(from.Time.In(f.Now.Location()), f.Now)
	}
	return "at the end: what is written from now on"
}

// untilNotes says how the end was understood.
func (p *tailForm) untilNotes(f *Frame) [][]canvas.Seg {
	from, _ := model.ParsePosition(p.from.value(), f.Now)
	until, err := model.ParseStop(p.until.value(), from, f.Now)
	if err != nil {
		return wrong(f, p.until.value(), err)
	}
	return noted(stopWords(f, until), muted)
}

// stopWords says where a reading ends.
func stopWords(f *Frame, until model.Stop) string {
	switch until.At {
	case model.StopAtEnd:
		return "where the logs end when it begins"
	case model.StopAfter:
		return "after " + number(until.N) + " records"
	case model.StopAtTime:
		return "before " + whenPhrase(until.Time.In(f.Now.Location()), f.Now)
	}
	return "it goes on"
}

// filterNotes point at what is wrong with the filter.
func (p *tailForm) filterNotes(f *Frame) [][]canvas.Seg {
	says, column := f.filterFault(strings.TrimSpace(p.filter.value()))
	if says == "" {
		return nil
	}
	return [][]canvas.Seg{{{Text: blanks(column + 1)}, {Text: string(f.Marks.Up), Style: bad}, {Text: " " + says, Style: bad}}}
}

func (p *tailForm) transactionsNote(*Frame) []canvas.Seg {
	words := [...]string{"also those of transactions that are open or were aborted", "read_committed: only up to the first transaction that is open"}
	return []canvas.Seg{{Text: words[p.transactions.chosen], Style: muted}}
}

func (p *tailForm) marksNote(*Frame) []canvas.Seg {
	words := [...]string{"the ends of transactions do not show", "the ends of transactions show, and what was aborted"}
	return []canvas.Seg{{Text: words[p.marks.chosen], Style: muted}}
}

// Actions implements Pane.
func (p *tailForm) Actions() []Action {
	return append([]Action{act("ctrl+s", "read", "read that", p.apply)}, p.form.moves()...)
}

// apply has the tail read what the form says.
func (p *tailForm) apply(f *Frame) Intent {
	t, senseless := p.read(f)
	if p.clash = ""; senseless != "" {
		p.clash = senseless + " makes no sense as it stands"
		return nil
	}
	p.tail.seek(f, t)
	return All{Close{p}, Do{ShowTail}}
}

// Typing implements Typist.
func (p *tailForm) Typing() bool { return true }

// Type implements Typist. Enter in the last field that is typed into reads.
func (p *tailForm) Type(f *Frame, msg any) (Intent, bool) {
	p.clash = ""
	return nil, p.form.take(f, msg, p.Actions())
}

// Escape implements Escaper: first the names go that are offered.
func (p *tailForm) Escape() bool {
	open := p.topics.offers()
	p.topics.close()
	return open
}

// Arrange implements Arranger: it searches topics.
func (p *tailForm) Arrange(f *Frame) func() any { return p.topics.arrange(f, f.TopicsAt) }

// Arranged implements Arranger.
func (p *tailForm) Arranged(result any) { p.topics.arranged(result) }

// Size implements Dialog.
func (p *tailForm) Size(f *Frame) (w, h int) { return 104, p.form.height(f, 104-4) + 6 }

// Head implements Pane.
func (p *tailForm) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Right: []canvas.Seg{{Text: "no group is joined, nothing is committed", Style: muted}}}
}

// Draw implements Pane.
func (p *tailForm) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	top := min(1, max(0, h-8))
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: top, W: w - 1, H: max(0, h-top-2)}))
	if p.clash != "" {
		c.Cut(2, h-1, w-3, mark(f.Marks.Attention, p.clash), warn)
		return
	}
	c.Cut(2, h-1, w-3, "ctrl+s reads that: what is read already stays where it still belongs", muted)
}
