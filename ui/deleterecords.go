package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
)

// deleteRecords is a dialog: it deletes the records of a topic that lie before an offset,
// a time, or its end. What that takes is shown as the form is filled, partition by
// partition; then the topic's name has to be typed; then it shows where the logs begin.
type deleteRecords struct {
	proposal
	topic     string
	field     deleteField
	to        int               // of deleteWays
	values    []textinput.Model // what was typed for each way
	single    bool              // of one partition alone
	partition textinput.Model
	opened    bool

	query   model.PlanDeletion // what the form says, unless it makes no sense
	wrong   string             // what makes no sense about it
	missing bool               // it only lacks something
	done    *model.RecordsPlan // as read back

	top, visible int // of the lines
}

// deleteField is which field has the keys.
type deleteField int

const (
	deleteToField deleteField = iota
	deleteValueField
	deleteOfField
	deletePartitionField
	deleteFields
)

// deleteWays are the ways to say up to where.
var deleteWays = []struct {
	to         model.DeleteTo
	word, says string
	label      string // of the field for its value; empty if it needs none
	hint       string
}{
	{model.DeleteToOffset, "an offset", "records before an offset go; the one at it stays", "offset", "a number, such as 120000"},
	{model.DeleteToTime, "a time", "records before the first that is not older go", "time", "2026-11-22 14:03, 14:03, 15m ago, or RFC 3339"},
	{model.DeleteToEnd, "the end", "every record that is there now goes; what is written meanwhile stays", "", ""},
}

func newDeleteRecords(topic string) *deleteRecords {
	p := &deleteRecords{topic: topic, partition: textinput.New()}
	for range deleteWays {
		p.values = append(p.values, textinput.New())
	}
	p.partition.CharLimit = 10
	return p
}

// Name implements Pane.
func (p *deleteRecords) Name() string { return "Delete records" }

// Needs implements Pane. While the user agrees to a preview it stays as it is.
func (p *deleteRecords) Needs(*Frame) []model.Query {
	if p.wrong != "" || !p.opened || !p.settled() || p.done != nil {
		return nil
	}
	return []model.Query{p.query}
}

// Settle implements Settler: the form is filled with the partition that is selected.
func (p *deleteRecords) Settle(f *Frame, _ *Selection) {
	if p.opened {
		return
	}
	p.opened = true
	if f.Sel.Topic == p.topic && f.Sel.Partition != model.AllPartitions {
		p.single = true
		p.partition.SetValue(strconv.Itoa(int(f.Sel.Partition)))
	}
	p.focus(deleteToField)
	p.read(f)
}

// read takes the form for what it says.
func (p *deleteRecords) read(f *Frame) {
	d := model.Deletion{Topic: p.topic, Partition: model.AllPartitions, To: deleteWays[p.to].to}
	p.done, p.problem, p.top = nil, nil, 0
	p.wrong, p.missing = p.readValue(f, &d)
	if p.wrong == "" && p.single {
		n, err := strconv.ParseInt(strings.TrimSpace(p.partition.Value()), 10, 32)
		d.Partition = int32(n)
		if err != nil || n < 0 {
			p.wrong, p.missing = "give the number of a partition", p.partition.Value() == ""
		}
	}
	if problem := d.Problem(); p.wrong == "" && problem != nil {
		p.wrong = problem.Error()
	}
	p.query = model.PlanDeletion{Deletion: d}
}

// readValue reads what the way needs. It returns what is wrong, and whether that is only
// that there is nothing yet.
func (p *deleteRecords) readValue(f *Frame, d *model.Deletion) (wrong string, missing bool) {
	way, typed := deleteWays[p.to], strings.TrimSpace(p.values[p.to].Value())
	if way.label != "" && typed == "" {
		return way.hint, true
	}
	ok := true
	switch way.to {
	case model.DeleteToOffset:
		d.Offset, ok = model.ParseOffset(typed)
	case model.DeleteToTime:
		if d.Time, ok = model.ParseTime(typed, f.Now); ok {
			d.Time = d.Time.UTC().Truncate(1e6)
		}
	case model.DeleteToEnd:
	}
	if !ok {
		return "this is not understood: type " + way.hint, false
	}
	return "", false
}

func (p *deleteRecords) focus(field deleteField) {
	p.field = field
	for i := range p.values {
		p.values[i].Blur()
	}
	p.partition.Blur()
	if in := p.input(); in != nil {
		in.Focus()
	}
}

// input is the text that keys go to; nil if they choose.
func (p *deleteRecords) input() *textinput.Model {
	switch p.field {
	case deleteValueField:
		return &p.values[p.to]
	case deletePartitionField:
		return &p.partition
	case deleteToField, deleteOfField, deleteFields:
	}
	return nil
}

// shows reports whether a field is of use as the form stands.
func (p *deleteRecords) shows(field deleteField) bool {
	switch field {
	case deleteValueField:
		return deleteWays[p.to].label != ""
	case deletePartitionField:
		return p.single
	case deleteToField, deleteOfField, deleteFields:
	}
	return true
}

// turn goes on to the next field that is of use, or back to the one before.
func (p *deleteRecords) turn(by deleteField) {
	field := p.field
	for {
		if field = (field + by + deleteFields) % deleteFields; p.shows(field) {
			p.focus(field)
			return
		}
	}
}

// choose goes to the next alternative of the field.
func (p *deleteRecords) choose(f *Frame, by int) {
	if p.field == deleteToField {
		p.to = (p.to + by + len(deleteWays)) % len(deleteWays)
	} else {
		p.single = !p.single
	}
	p.read(f)
}

// plan is the preview of what the form says; nil while there is none.
func (p *deleteRecords) plan(f *Frame) *model.RecordsPlan {
	switch {
	case p.done != nil:
		return p.done
	case p.wrong == "" && f.Plans.Records != nil && f.Plans.Records.Query == p.query:
		return f.Plans.Records
	}
	return nil
}

// obstacle says why nothing can be deleted now; nil if something can.
func (p *deleteRecords) obstacle(f *Frame) *model.Problem {
	if f.Cluster.ReadOnly {
		return readOnlyProblem
	}
	if plan := p.plan(f); plan != nil && p.done == nil {
		return plan.Refusal()
	}
	return nil
}

// Actions implements Pane.
func (p *deleteRecords) Actions() []Action {
	if p.assent.asked {
		return append([]Action{act("enter", "delete", "delete the records as shown", p.apply)}, scrollingArrows(&p.top, &p.visible)...)
	}
	next := func(by deleteField) func(*Frame) Intent {
		return func(*Frame) Intent { p.turn(by); return nil }
	}
	return append([]Action{
		act("ctrl+s", "delete …", "delete the records as shown, once the topic's name is typed", p.agree),
		act("tab", "next field", "to the next field", next(+1)),
		act("shift+tab", "", "to the field before", next(-1)).quiet(),
	}, scrollingArrows(&p.top, &p.visible)...)
}

func (p *deleteRecords) agree(f *Frame) Intent {
	if p.plan(f) != nil && p.done == nil {
		p.begin(p.topic, p.obstacle(f))
	}
	return nil
}

func (p *deleteRecords) apply(f *Frame) Intent {
	plan := p.plan(f)
	if plan == nil {
		return nil
	}
	return p.carryOut(&model.DeleteRecords{Plan: *plan})
}

// ran takes in how it went, and reports whether it was its own. What was typed stays.
func (p *deleteRecords) ran(m ranMsg) bool {
	c, ok := m.command.(*model.DeleteRecords)
	if !ok || !p.running || c.Plan.Query != p.query {
		return false
	}
	p.ended(m)
	for _, e := range m.events {
		if e, ok := e.(model.RecordsDeleted); ok {
			p.done = &e.Plan
		}
	}
	return true
}

// Typing implements Typist.
func (p *deleteRecords) Typing() bool { return true }

// Type implements Typist.
func (p *deleteRecords) Type(f *Frame, msg any) (Intent, bool) {
	if p.assent.asked {
		return nil, p.assent.take(msg)
	}
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey {
		switch key := k.String(); key {
		case "esc", "ctrl+c":
			return nil, false
		case "enter":
			p.turn(+1)
			return nil, true
		case "left", "right":
			if p.input() == nil {
				if p.settled() {
					p.choose(f, map[string]int{"left": -1, "right": +1}[key])
				}
				return nil, true
			}
		}
		if _, ok := find(p.Actions(), k.String()); ok {
			return nil, false
		}
	}
	in := p.input()
	if in == nil || p.running {
		return nil, true
	}
	before := in.Value()
	if *in, _ = in.Update(msg.(tea.Msg)); in.Value() != before {
		p.read(f)
	}
	return nil, true
}
