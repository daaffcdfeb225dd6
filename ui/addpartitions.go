package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/ui/canvas"
)

// addPartitions is a dialog: it gives a topic more partitions. It shows which keys would
// go elsewhere, and where the new replicas are likely to go; then the topic's name has to
// be typed, since no partition can be taken away again; then it shows where they are.
type addPartitions struct {
	proposal
	topic  string
	opened bool
	sample int64 // of how many records the keys are looked at
	count  textinput.Model

	query  model.PlanPartitions // what the form says, unless it is no number
	wrong  *model.Problem
	change model.AddPartitions // what is under way, or was done
	done   *model.Topic        // as read back

	top, visible int // of the brokers
}

// The keys of the last records are looked at: of so many, unless they are so large that
// it would cost more than so many bytes; of fewer where it is not known how large they are.
const (
	sampledMost  = 10_000
	sampledBytes = 32 << 20
	sampledBlind = 1_000
)

// sampled is of how many of a topic's records the keys are looked at.
func sampled(f *Frame, t *model.Topic) int64 {
	bytes, records := f.TopicBytes(t.Name), t.Offsets.Span()
	switch {
	case records == 0:
		return sampledMost
	case bytes < 0 || records < 0 || t.Tally.RF == 0:
		return sampledBlind
	}
	each := max(1, bytes/int64(t.Tally.RF)/records)
	return max(1, min(sampledMost, sampledBytes/each))
}

func (p *addPartitions) audit() model.AuditPartitioner {
	return model.AuditPartitioner{Topic: p.topic, Last: p.sample}
}

func newAddPartitions(topic string) *addPartitions {
	p := &addPartitions{topic: topic, count: textinput.New()}
	p.count.CharLimit = 6
	p.count.Focus()
	return p
}

// Name implements Pane.
func (p *addPartitions) Name() string { return "Add partitions" }

// Needs implements Pane. While the user agrees to a preview it stays as it is.
func (p *addPartitions) Needs(*Frame) []model.Query {
	needs := []model.Query{model.ListBrokers{}, model.DescribeTopic{Name: p.topic}}
	if p.done != nil {
		return needs
	}
	if p.opened {
		needs = append(needs, p.audit())
	}
	if p.wrong == nil && p.opened && p.settled() {
		needs = append(needs, p.query)
	}
	return needs
}

// Settle implements Settler: the form begins with one partition more.
func (p *addPartitions) Settle(f *Frame, _ *Selection) {
	t, ok := f.Topic(p.topic)
	if !ok || len(t.Partitions) == 0 {
		return
	}
	if !p.opened {
		p.opened, p.sample = true, sampled(f, t)
		p.count.SetValue(strconv.Itoa(len(t.Partitions) + 1))
		p.count.CursorEnd()
	}
	if p.done == nil && p.settled() {
		n, err := strconv.Atoi(p.count.Value())
		p.query, p.wrong = model.PlanPartitions{Topic: p.topic, Count: n}, model.CountProblem(p.topic, len(t.Partitions), n)
		if err != nil {
			p.wrong = &model.Problem{Kind: model.Invalid, Says: "That is not a number of partitions", Fix: "type more than " + count(len(t.Partitions))}
		}
	}
}

// plan is the preview of what the form says; nil while there is none.
func (p *addPartitions) plan(f *Frame) *model.PartitionsPlan {
	if p.wrong == nil && f.Plans.Partitions != nil && f.Plans.Partitions.Query == p.query {
		return f.Plans.Partitions
	}
	return nil
}

// obstacle says why the partitions cannot be added now; nil if they can.
func (p *addPartitions) obstacle(f *Frame) *model.Problem {
	plan := p.plan(f)
	switch {
	case f.Cluster.ReadOnly:
		return readOnlyProblem
	case p.wrong != nil:
		return p.wrong
	case plan == nil:
		return nil
	case !plan.Checked && plan.Refusal() == nil:
		return plan.Placement.Problem
	}
	return plan.Refusal()
}

// Actions implements Pane.
func (p *addPartitions) Actions() []Action {
	switch {
	case p.done != nil:
		return []Action{act("enter", "show it", "show how the topic is spread", func(*Frame) Intent { return All{Back{}, Do{ShowTopic}} })}
	case p.assent.asked:
		return append([]Action{act("enter", "add", "add the partitions", p.apply)}, scrollingArrows(&p.top, &p.visible)...)
	}
	return append([]Action{act("ctrl+s", "add …", "add the partitions, once the topic's name is typed", p.agree)}, scrollingArrows(&p.top, &p.visible)...)
}

func (p *addPartitions) agree(f *Frame) Intent {
	if plan := p.plan(f); plan != nil {
		p.change = model.AddPartitions{Topic: p.topic, From: plan.Now, Count: plan.Query.Count}
		p.begin(p.topic, p.obstacle(f))
	}
	return nil
}

func (p *addPartitions) apply(*Frame) Intent { return p.carryOut(p.change) }

// ran takes in how it went, and reports whether it was its own.
func (p *addPartitions) ran(m ranMsg) bool {
	if !p.running || m.command != model.Command(p.change) {
		return false
	}
	p.ended(m)
	for _, e := range m.events {
		if e, ok := e.(model.PartitionsAdded); ok {
			p.done = &e.Topic
		}
	}
	return true
}

// Typing implements Typist.
func (p *addPartitions) Typing() bool { return p.done == nil }

// Type implements Typist.
func (p *addPartitions) Type(_ *Frame, msg any) (Intent, bool) {
	if p.assent.asked {
		return nil, p.assent.take(msg)
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if _, ok := find(p.Actions(), k.String()); ok || k.String() == "esc" || k.String() == "ctrl+c" {
			return nil, false
		}
	}
	if p.settled() {
		p.count, _ = p.count.Update(msg.(tea.Msg))
		p.problem = nil
	}
	return nil, true
}

const (
	addHead = 7 // lines above the brokers: the number, the keys
	addFoot = 5 // below them: a rule, what is predicted, what is asked or what came of it
)

// Size implements Dialog.
func (p *addPartitions) Size(f *Frame) (w, h int) {
	return 96, addHead + 1 + max(3, min(len(f.Brokers), 14)) + addFoot + 2
}

// Head implements Pane.
func (p *addPartitions) Head(f *Frame) Heading { return proposing(f, p.Name(), "to", p.topic) }

// Draw implements Pane.
func (p *addPartitions) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	head, foot := min(addHead, max(2, h-5)), min(addFoot, max(3, h/2))
	t, _ := f.Topic(p.topic)
	p.drawForm(f, c.Sub(canvas.Rect{X: 1, W: w - 2, H: head}), t)
	p.drawBrokers(f, c.Sub(canvas.Rect{Y: head, W: w, H: max(0, h-head-foot)}), t)
	below := c.Sub(canvas.Rect{Y: h - foot, W: w, H: foot})
	rule(f, below, 0)
	if plan := p.plan(f); plan != nil && p.done == nil && foot == addFoot {
		why := "A prediction: the controller goes round the racks from a broker of chance."
		if plan.Placement.Problem != nil {
			why = plan.Placement.Problem.Says
		}
		c.Cut(2, h-foot+1, w-4, why, muted)
	}
	p.proposal.draw(f, below.Sub(canvas.Rect{Y: max(1, foot-3), W: w, H: min(3, foot-1)}), p.verdict(f))
}

func (p *addPartitions) drawForm(f *Frame, c *canvas.Canvas, t *model.Topic) {
	w, _ := c.Size()
	fieldLabel(f, c, 0, "parts", p.done == nil)
	if p.done != nil {
		c.Cut(labelWidth+1, 0, w-labelWidth-1, plural(len(p.done.Partitions), "partition", "partitions"), bold)
		return
	}
	drawInput(c, labelWidth+1, 0, 8, &p.count, true)
	if t != nil {
		c.Cut(labelWidth+13, 0, w-labelWidth-13, "after it: "+count(len(t.Partitions))+" so far, and none can be taken away", muted)
	}
	c.Right(0, 2, labelWidth-2, "keys", muted)
	wrap(c, labelWidth+1, 2, w-labelWidth-2, 2, "A key's partition is its hash modulo their number: with more of them most keys move, and the order of their records is lost.", warn)
	if says, st := p.moving(f); says != "" {
		wrap(c, labelWidth+1, 4, w-labelWidth-2, 2, says, st)
	}
}

// moving says how many of the keys that were found would move, by the partitioner that
// explains where they are.
func (p *addPartitions) moving(f *Frame) (string, canvasStyle) {
	plan, audit := p.plan(f), f.Audit
	answer := f.Freshness(p.audit())
	if audit == nil || audit.Query != p.audit() {
		if answer.Err != nil {
			return "How many do cannot be told: " + sentence(answer.Err), muted
		}
		return "reading the keys of the last records " + string(f.Marks.Ellipsis), muted
	}
	switch {
	case audit.Read == 0:
		return "The topic holds no record: no key moves.", muted
	case audit.Placements == 0:
		return "The last " + recordsPhrase(audit.Read) + " have no key: nothing moves.", muted
	case plan == nil:
		return "", muted
	}
	moved, of, by := audit.Moved(plan.Query.Count)
	says := "Of " + plural(of, "key", "keys") + " in the last " + recordsPhrase(audit.Read) + " " + plural(moved, "moves", "move") +
		" (" + percent(float64(moved)/float64(max(of, 1))) + "), by " + by.Hash() + " of the key"
	if _, explained := audit.Verdict(); explained {
		return says + ", which is where they are.", change
	}
	return says + "; but that does not explain where they are.", change
}

// drawBrokers draws what each broker has of the topic, and what it is likely to get.
func (p *addPartitions) drawBrokers(f *Frame, c *canvas.Canvas, t *model.Topic) {
	_, h := c.Size()
	columns, shares := shareColumns(true), sharesOf(f, t, model.Placement{})
	switch plan := p.plan(f); {
	case p.done != nil:
		columns = haveColumns()
	case plan != nil:
		shares = sharesOf(f, t, plan.Placement)
	default:
		columns = columns[:4]
	}
	p.visible = max(0, h-1)
	p.top = max(0, min(p.top, len(shares)-p.visible))
	drawTable(f, c, columns, shares[p.top:])
}

// verdict is what the foot says.
func (p *addPartitions) verdict(f *Frame) verdict {
	v := verdict{doing: p.change.String(), question: p.change.String(), obstacle: p.obstacle(f)}
	switch answer, plan := f.Freshness(p.query), p.plan(f); {
	case p.done != nil:
		v.done = []canvas.Seg{{Text: mark(f.Marks.Stable, "added, and read back"), Style: good}, {Text: "; enter shows how the topic is spread", Style: muted}}
	case plan == nil && answer.Err != nil && v.obstacle == nil:
		v.obstacle = &model.Problem{Says: sentence(answer.Err), Fix: fix(answer.Err)}
	case plan == nil:
		v.hint = "asking the brokers whether they would take it " + string(f.Marks.Ellipsis)
	default:
		v.hint = "The brokers would take it. Nothing is changed yet: ctrl+s asks for the topic's name, and adds them."
	}
	return v
}
