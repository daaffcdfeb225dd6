package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/ui/canvas"
)

// reset is a dialog: it puts the offsets that a group has committed somewhere else.
// What that would do is shown as the form is filled, partition by partition; then the
// group's id has to be typed; then it shows what is committed.
type reset struct {
	proposal
	group            string
	opened           bool // it has been given what is selected
	field            resetField
	way              int               // of resetWays
	values           []textinput.Model // what was typed for each way
	scope            resetScope
	topic, partition textinput.Model

	query   model.PlanReset // what the form says, unless it makes no sense
	wrong   string          // what makes no sense about it
	missing bool            // it only lacks something
	file    resetFile

	done *model.ResetPlan // what was committed, as read back

	top, visible int // of the lines
}

// resetField is which field has the keys.
type resetField int

const (
	resetWayField resetField = iota
	resetValueField
	resetScopeField
	resetTopicField
	resetPartitionField
	resetFields
)

// resetScope is what a reset is about.
type resetScope int

const (
	resetAll resetScope = iota
	resetTopic
	resetPartition
	resetScopes
)

func newReset(group string) *reset {
	p := &reset{group: group, topic: textinput.New(), partition: textinput.New()}
	for range resetWays {
		p.values = append(p.values, textinput.New())
	}
	p.topic.CharLimit, p.partition.CharLimit = 249, 10
	return p
}

// Name implements Pane.
func (p *reset) Name() string { return "Reset offsets" }

// Needs implements Pane. While the user agrees to a preview it stays as it is.
func (p *reset) Needs(*Frame) []model.Query {
	if p.wrong != "" || p.query.Group == "" || !p.settled() || p.done != nil {
		return nil
	}
	return []model.Query{p.query}
}

// Settle implements Settler: the form is filled with what is selected.
func (p *reset) Settle(f *Frame, _ *Selection) {
	if p.opened {
		return
	}
	p.opened = true
	p.topic.SetValue(f.Sel.Topic)
	if f.Sel.Partition != model.AllPartitions {
		p.partition.SetValue(strconv.Itoa(int(f.Sel.Partition)))
	}
	p.focus(resetWayField)
	p.read(f)
}

// value is the field of the way that is chosen.
func (p *reset) value() *textinput.Model { return &p.values[p.way] }

// shows reports whether a field is of use as the form stands.
func (p *reset) shows(field resetField) bool {
	switch field {
	case resetValueField:
		return resetWays[p.way].label != ""
	case resetTopicField:
		return p.scope >= resetTopic
	case resetPartitionField:
		return p.scope >= resetPartition
	}
	return true
}

func (p *reset) focus(field resetField) {
	p.field = field
	for i := range p.values {
		p.values[i].Blur()
	}
	p.topic.Blur()
	p.partition.Blur()
	if in := p.input(); in != nil {
		in.Focus()
	}
}

// input is the text that keys go to; nil if they choose.
func (p *reset) input() *textinput.Model {
	switch p.field {
	case resetValueField:
		return p.value()
	case resetTopicField:
		return &p.topic
	case resetPartitionField:
		return &p.partition
	}
	return nil
}

// turn goes on to the next field that is of use, or back to the one before. It
// reports whether it came round.
func (p *reset) turn(by resetField) (round bool) {
	field := p.field
	for {
		next := (field + by + resetFields) % resetFields
		round = round || by > 0 && next < field
		field = next
		if p.shows(field) {
			p.focus(field)
			return round
		}
	}
}

// choose goes to the next alternative of the field.
func (p *reset) choose(f *Frame, by int) {
	if p.running {
		return
	}
	if p.field == resetWayField {
		p.way = (p.way + by + len(resetWays)) % len(resetWays)
	} else {
		p.scope = (p.scope + resetScope(by) + resetScopes) % resetScopes
	}
	p.read(f)
}

// plan is the preview of what the form says; nil while there is none.
func (p *reset) plan(f *Frame) *model.ResetPlan {
	switch {
	case p.done != nil:
		return p.done
	case p.wrong == "" && f.Plan != nil && f.Plan.Query == p.query:
		return f.Plan
	}
	return nil
}

// obstacle says why the reset cannot be carried out now; nil if it can.
func (p *reset) obstacle(f *Frame) *model.Problem {
	if f.Cluster.ReadOnly {
		return readOnlyProblem
	}
	if plan := p.plan(f); plan != nil && p.done == nil {
		return plan.Refusal()
	}
	return nil
}

// readOnlyProblem is what a dialog opens with that could only look.
var readOnlyProblem = &model.Problem{Kind: model.ReadOnly, Says: "kscope was started read-only: this can be looked at, and is not done", Fix: "start it without --read-only"}

// agree has the user agree to the preview, if it can be carried out.
func (p *reset) agree(f *Frame) Intent {
	if p.plan(f) != nil && p.done == nil {
		p.begin(newAssent(p.group).word, p.obstacle(f))
	}
	return nil
}

// Actions implements Pane.
func (p *reset) Actions() []Action {
	if p.assent.asked {
		return append([]Action{act("enter", "reset", "reset the offsets as shown", p.apply)}, scrollingArrows(&p.top, &p.visible)...)
	}
	next := func(by resetField) func(*Frame) Intent {
		return func(*Frame) Intent { p.turn(by); return nil }
	}
	return append([]Action{
		act("ctrl+s", "reset …", "reset the offsets as shown, once the group's id is typed", p.agree),
		act("tab", "next field", "to the next field", next(+1)),
		act("shift+tab", "", "to the field before", next(-1)).quiet(),
	}, scrollingArrows(&p.top, &p.visible)...)
}

func (p *reset) apply(f *Frame) Intent {
	plan := p.plan(f)
	if plan == nil {
		return nil
	}
	return p.carryOut(&model.ResetOffsets{Plan: *plan})
}

// ran takes in how it went, and reports whether it was its own. What was typed stays.
func (p *reset) ran(m ranMsg) bool {
	c, ok := m.command.(*model.ResetOffsets)
	if !ok || !p.running || c.Plan.Query != p.query {
		return false
	}
	p.ended(m)
	for _, e := range m.events {
		if e, ok := e.(model.OffsetsReset); ok {
			p.done = &e.Plan
		}
	}
	return true
}

// Typing implements Typist.
func (p *reset) Typing() bool { return true }

// Type implements Typist.
func (p *reset) Type(f *Frame, msg any) (Intent, bool) {
	if p.assent.asked {
		return nil, p.assent.take(msg)
	}
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey {
		switch key := k.String(); key {
		case "esc", "ctrl+c":
			return nil, false
		case "enter":
			if p.turn(+1) {
				p.focus(p.last())
				return p.agree(f), true
			}
			return nil, true
		case "left", "right":
			if p.input() == nil {
				p.choose(f, map[string]int{"left": -1, "right": +1}[key])
				return nil, true
			}
		}
		if _, ok := find(p.Actions(), k.String()); ok {
			return nil, false
		}
	}
	p.edit(f, msg)
	return nil, true
}

// last is the last field that is of use.
func (p *reset) last() resetField {
	field := resetFields - 1
	for !p.shows(field) {
		field--
	}
	return field
}

func (p *reset) edit(f *Frame, msg any) {
	in := p.input()
	if in == nil || p.running {
		return
	}
	before := in.Value()
	*in, _ = in.Update(msg.(tea.Msg))
	if in.Value() != before {
		p.read(f)
	}
}

// Size implements Dialog.
func (p *reset) Size(f *Frame) (w, h int) {
	lines := 8
	if plan := p.plan(f); plan != nil {
		lines = max(lines, len(plan.Lines))
	}
	return 120, resetHead + 1 + min(lines, 30) + resetFoot + 2
}

// Head implements Pane.
func (p *reset) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "of group ", Style: muted}, {Text: p.group, Style: text}}}
	if f.Cluster.ReadOnly {
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	}
	return h
}
