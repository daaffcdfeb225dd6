package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// topicConfigs is a dialog: the configs of a topic, which can be changed, or those of a
// broker, which cannot. What is to be changed is gathered, shown as it is and as it will
// be while the broker is asked whether it would take it, and changed at once.
type topicConfigs struct {
	configList
	proposal
	reviewing bool // the changes have the screen, not the list
	query     model.PlanConfigs
	done      *model.Configs // as read back after the change
	top       int            // of the changes
	height    int
}

func newTopicConfigs(of model.Resource) *topicConfigs {
	p := &topicConfigs{configList: newConfigList(of), query: model.PlanConfigs{Of: of}}
	p.bind()
	return p
}

// Name implements Pane.
func (p *topicConfigs) Name() string { return "Configs" }

// fixed reports whether the configs are only to be looked at.
func (p *topicConfigs) fixed() bool { return p.of.Kind == model.BrokerResource }

// Needs implements Pane. While the user agrees to a preview it stays as it is.
func (p *topicConfigs) Needs(*Frame) []model.Query {
	switch {
	case p.reviewing && p.settled():
		return []model.Query{p.query}
	case p.reviewing:
		return nil
	}
	return []model.Query{model.DescribeConfigs{Of: p.of}}
}

// plan is the preview of the changes; nil while there is none.
func (p *topicConfigs) plan(f *Frame) *model.ConfigsPlan {
	if p.reviewing && f.Plans.Configs != nil && f.Plans.Configs.Query == p.query {
		return f.Plans.Configs
	}
	return nil
}

// obstacle says why the changes cannot be made now; nil if they can.
func (p *topicConfigs) obstacle(f *Frame) *model.Problem {
	plan := p.plan(f)
	switch {
	case f.Cluster.ReadOnly:
		return readOnlyProblem
	case plan == nil:
		return nil
	}
	return plan.Refusal()
}

// Actions implements Pane.
func (p *topicConfigs) Actions() []Action {
	switch {
	case p.assent.asked:
		return []Action{act("enter", "change", "change the configs as shown", p.apply)}
	case p.reviewing:
		return append([]Action{act("ctrl+s", "change …", "change the configs as shown", p.agree)}, scrolling(&p.top, &p.height)...)
	case p.fixed():
		return append([]Action{p.copying()}, p.moves()...)
	}
	return append([]Action{
		act("enter", "edit", "type another value", p.edit),
		act("x", "default", "take what is set for the topic away, or what was wanted", p.configList.reset),
		act("a", "add", "set a config that is not listed", p.add).quiet(),
		act("ctrl+s", "review …", "look at the changes before they are made", p.review),
		p.copying(),
	}, p.moves()...)
}

func (p *topicConfigs) copying() Action {
	return act("y", "", "copy the config as name=value", func(*Frame) Intent {
		r, ok := p.under()
		if !ok || r.Sensitive {
			return Copy{What: "config"}
		}
		return Copy{What: "config", Text: r.Name + "=" + r.Value}
	}).quiet()
}

// review shows what is to be changed.
func (p *topicConfigs) review(*Frame) Intent {
	if len(p.changes) == 0 {
		return Tell{"nothing is changed yet: enter edits a config"}
	}
	p.query = model.PlanConfigs{Of: p.of, Changes: p.wanted()}
	p.reviewing, p.done, p.problem, p.top = true, nil, nil, 0
	return nil
}

// agree has the user agree to the changes. Where they may cost records, the topic's name
// has to be typed.
func (p *topicConfigs) agree(f *Frame) Intent {
	plan := p.plan(f)
	if plan == nil {
		return nil
	}
	word := ""
	if plan.Forgetful {
		word = p.of.Name
	}
	p.begin(word, p.obstacle(f))
	return nil
}

func (p *topicConfigs) apply(f *Frame) Intent {
	plan := p.plan(f)
	if plan == nil {
		return nil
	}
	return p.carryOut(&model.AlterConfigs{Plan: *plan})
}

// ran takes in how it went, and reports whether it was its own. What was changed is
// wanted no more; what was not stays.
func (p *topicConfigs) ran(m ranMsg) bool {
	c, ok := m.command.(*model.AlterConfigs)
	if !ok || !p.running || c.Plan.Query != p.query {
		return false
	}
	p.ended(m)
	for _, e := range m.events {
		if e, ok := e.(model.ConfigsAltered); ok {
			p.done = e.Configs
		}
	}
	if m.err == nil {
		p.reviewing = false
		clear(p.changes)
		p.version++
	}
	return true
}

// Escape implements Escaper: one step back, from the question to the changes, from there
// to the list, and out of its filter.
func (p *topicConfigs) Escape() bool {
	switch {
	case p.running:
		return false // it goes on, and the footer tells how it went
	case p.proposal.Escape():
		return true
	case p.reviewing:
		p.reviewing, p.problem = false, nil
		return true
	}
	return p.list.Escape()
}

// Arrange implements Arranger.
func (p *topicConfigs) Arrange(f *Frame) func() any { return p.arrange(f) }

// Typing implements Typist.
func (p *topicConfigs) Typing() bool {
	return p.assent.asked || !p.reviewing && p.configList.Typing()
}

// typing is what keys do while something is typed, for the footer.
func (p *topicConfigs) typing() []Action {
	if p.assent.asked {
		return append(p.Actions(), closing(p))
	}
	return p.configList.typing()
}

// Type implements Typist.
func (p *topicConfigs) Type(f *Frame, msg any) (Intent, bool) {
	if p.assent.asked {
		return nil, p.assent.take(msg)
	}
	return p.configList.Type(f, msg)
}

// Size implements Dialog.
func (p *topicConfigs) Size(*Frame) (w, h int) {
	n := max(12, len(p.now.rows))
	if p.reviewing {
		n = max(12, len(p.changes))
	}
	return 124, min(n, 30) + 1 + configsFoot + 2
}

// configsFoot is the lines below the list: a rule, the documentation, what is asked or
// what came of it.
const configsFoot = 7

// Head implements Pane.
func (p *topicConfigs) Head(f *Frame) Heading {
	h := proposing(f, p.Name(), "of", p.of.String())
	if p.reviewing {
		h.Facts = append(h.Facts, dots(f, p.changedSeg())...)
		return h
	}
	if facts := p.facts(f, model.DescribeConfigs{Of: p.of}, nil); facts != nil {
		h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), facts...)
	}
	if h.Right == nil && len(p.now.rows) > 0 {
		h.Right = p.head(f, len(p.now.rows))
	}
	return h
}

// Draw implements Pane.
func (p *topicConfigs) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	foot := min(configsFoot, max(3, h/2))
	body, below := c.Sub(canvas.Rect{W: w, H: h - foot}), c.Sub(canvas.Rect{Y: h - foot, W: w, H: foot})
	rule(f, below, 0)
	ends := below.Sub(canvas.Rect{Y: max(1, foot-3), W: w, H: min(3, foot-1)})
	if p.reviewing {
		p.drawChanges(f, body)
		p.drawPrice(f, below.Sub(canvas.Rect{Y: 1, W: w, H: max(0, foot-4)}))
		p.proposal.draw(f, ends, p.verdict(f))
		return
	}
	p.drawRows(f, body)
	if foot > 4 {
		p.drawUnder(f, below.Sub(canvas.Rect{Y: 1, W: w, H: foot - 4}))
	} else if p.typingValue() {
		p.drawUnder(f, ends)
		return
	}
	p.proposal.draw(f, ends, p.verdict(f))
}

// verdict is what the foot says.
func (p *topicConfigs) verdict(f *Frame) verdict {
	v := verdict{doing: "changing configs of " + p.of.String(), question: "change " + plural(len(p.changes), "config", "configs")}
	switch {
	case p.done != nil && !p.reviewing:
		v.done = []canvas.Seg{{Text: mark(f.Marks.Stable, "changed, and read back "), Style: good}, {Text: ago(f.Now, p.done.At), Style: muted}}
		if len(p.changes) > 0 {
			v.done, v.hint = nil, "ctrl+s looks at the changes before they are made."
		}
	case p.fixed():
		v.hint = "A broker's configs are only shown. What is sensitive is shown nowhere."
	case p.reviewing:
		v.obstacle = p.obstacle(f)
		v.hint = p.hint(f)
	case f.Cluster.ReadOnly:
		v.obstacle = readOnlyProblem
	case len(p.changes) > 0:
		v.hint = "Nothing is changed yet: ctrl+s looks at the changes before they are made."
	case len(p.now.rows) > 0:
		v.hint = "enter edits a config, x takes it back to its default."
	}
	return v
}

func (p *topicConfigs) hint(f *Frame) string {
	plan := p.plan(f)
	switch answer := f.Freshness(p.query); {
	case plan == nil && answer.Err != nil:
		return mark(f.Marks.Offline, answer.Err.Error())
	case plan == nil:
		return "asking the broker whether it would take this " + string(f.Marks.Ellipsis)
	case plan.Checked:
		return "The broker would take this. Nothing is changed yet: ctrl+s changes it, esc goes back."
	}
	return "Nothing is changed yet: ctrl+s changes it, esc goes back."
}

// configLineColumns are those of the changes.
func configLineColumns() []column[model.ConfigLine] {
	return []column[model.ConfigLine]{
		{title: "config", width: 20, flex: true, most: 46, cell: func(_ *Frame, l model.ConfigLine) canvas.Seg { return canvas.Seg{Text: l.Change.Name, Style: text} }},
		{title: "is", width: 12, flex: true, most: 40, cell: func(_ *Frame, l model.ConfigLine) canvas.Seg { return valueSeg(l.From, false, l.Unset, muted) }},
		{title: "from", width: 8, keep: 1, cell: func(_ *Frame, l model.ConfigLine) canvas.Seg {
			if l.Unset {
				return canvas.Seg{Text: dash, Style: muted}
			}
			return canvas.Seg{Text: l.Source.String(), Style: muted}
		}},
		{title: "will be", width: 14, flex: true, most: 40, cell: func(f *Frame, l model.ConfigLine) canvas.Seg {
			s := valueSeg(l.To, false, false, change)
			if l.Untold {
				s = canvas.Seg{Text: "its default", Style: change}
			}
			s.Text = string(f.Marks.Arrow) + " " + s.Text
			return s
		}},
		{title: "", width: 12, flex: true, keep: 2, cell: func(f *Frame, l model.ConfigLine) canvas.Seg {
			switch {
			case l.Problem != nil:
				return canvas.Seg{Text: mark(f.Marks.Offline, l.Problem.Says), Style: bad}
			case l.Untold:
				return canvas.Seg{Text: "which the brokers do not tell", Style: muted}
			case l.Change.Reset:
				return canvas.Seg{Text: "the default", Style: muted}
			case l.From == l.To:
				return canvas.Seg{Text: "the same, set for the topic", Style: muted}
			}
			return canvas.Seg{}
		}},
	}
}

// drawChanges draws each change, as it is and as it will be.
func (p *topicConfigs) drawChanges(f *Frame, c *canvas.Canvas) {
	_, h := c.Size()
	p.height = h - 1
	if plan := p.plan(f); plan != nil {
		p.top = max(0, min(p.top, len(plan.Lines)-p.height))
		drawTable(f, c, configLineColumns(), plan.Lines[p.top:])
	}
}

// drawPrice says what a change may cost.
func (p *topicConfigs) drawPrice(f *Frame, c *canvas.Canvas) {
	if plan := p.plan(f); plan != nil && plan.Forgetful {
		w, h := c.Size()
		wrap(c, 1, 0, w-2, h, mark(f.Marks.Attention, "Records that are kept now may be deleted soon after, for good: less retention, or another clean-up."), warn)
	}
}
