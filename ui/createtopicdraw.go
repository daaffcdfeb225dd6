package ui

import (
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

const (
	createHead = 4 // lines above the configs: name, what is wrong with it, numbers
	createFoot = 7 // lines below them: a rule, where replicas go, a warning, what is asked or what came of it
	createDoc  = 2 // lines for what is known of a config
)

// Size implements Dialog.
func (p *createTopic) Size(*Frame) (w, h int) {
	if p.created != nil {
		return 100, createHead + createFoot + 3
	}
	return 112, createHead + min(max(8, len(p.now.rows)), 14) + 1 + createDoc + createFoot + 2
}

// Head implements Pane.
func (p *createTopic) Head(f *Frame) Heading {
	h := proposing(f, p.Name(), "on", f.Cluster.Name)
	if s := p.filter.segs(); s != nil && p.field == configsField {
		h.Facts = append(append(h.Facts, canvas.Seg{Text: "  configs ", Style: muted}), s...)
	}
	return h
}

// Draw implements Pane.
func (p *createTopic) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	if p.created != nil {
		p.drawCreated(f, c)
		return
	}
	head := min(createHead, max(1, h-4))
	p.drawForm(f, c.Sub(canvas.Rect{X: 1, W: w - 2, H: head}))
	foot := min(createFoot, max(3, h-head))
	rows := h - head - foot
	doc := createDoc
	if rows < 4 {
		doc = 0
	}
	if rows > 1 {
		p.drawRows(f, c.Sub(canvas.Rect{Y: head, W: w, H: rows - doc}))
	}
	if doc > 0 {
		p.drawUnder(f, c.Sub(canvas.Rect{Y: head + rows - doc, W: w, H: doc}))
	}
	below := c.Sub(canvas.Rect{Y: h - foot, W: w, H: foot})
	rule(f, below, 0)
	if foot == createFoot {
		p.drawPlacement(f, below.Sub(canvas.Rect{X: 1, Y: 1, W: w - 2, H: 2}))
		p.drawAutoCreate(f, below.Sub(canvas.Rect{X: 1, Y: 3, W: w - 2, H: 1}))
	}
	if doc == 0 && p.typingValue() {
		p.drawUnder(f, below.Sub(canvas.Rect{Y: 1, W: w, H: 2}))
		return
	}
	p.proposal.draw(f, below.Sub(canvas.Rect{Y: max(1, foot-3), W: w, H: min(3, foot-1)}), p.verdict(f))
}

func (p *createTopic) drawForm(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	fieldLabel(f, c, 0, "name", p.field == nameField)
	room := max(10, min(60, w-labelWidth-14))
	drawInput(c, labelWidth+1, 0, room, &p.name, p.field == nameField)
	c.Cut(labelWidth+room+4, 0, w-labelWidth-room-4, count(len(p.name.Value()))+" of 249", muted)
	p.drawName(f, c)
	fieldLabel(f, c, 2, "parts", p.field == partitionsField)
	drawInput(c, labelWidth+1, 2, 8, &p.partitions, p.field == partitionsField)
	x := labelWidth + 13
	st := muted
	if p.field == replicasField {
		st = accent
		c.Rune(x+19, 2, f.Marks.Link, accent)
	}
	c.Put(x, 2, "replication factor", st)
	drawInput(c, x+21, 2, 6, &p.replicas, p.field == replicasField)
	of := "of " + plural(f.Serving(), "live broker", "live brokers")
	if long := of + "; empty is their default"; canvas.Width(long) <= w-x-30 {
		of = long
	}
	c.Cut(x+30, 2, w-x-30, of, muted)
	fieldLabel(f, c, 3, "configs", p.field == configsField)
	if s := p.changedSeg(); s.Text != "" {
		c.Segs(labelWidth+1, 3, w-labelWidth-1, canvas.Seg{Text: plural(len(p.changes), "is set", "are set"), Style: s.Style}, p.sourceSeg(f))
		return
	}
	c.Segs(labelWidth+1, 3, w-labelWidth-1, canvas.Seg{Text: "none is set", Style: muted}, p.sourceSeg(f))
}

// sourceSeg says where the defaults are from.
func (p *createTopic) sourceSeg(f *Frame) canvas.Seg {
	now := f.Configs[p.configList.of]
	if now == nil || now.Problem != nil {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: "; the defaults are those of " + now.By.String(), Style: muted}
}

// drawName says what is wrong with the name as it is typed, or unwise.
func (p *createTopic) drawName(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	room := w - labelWidth - 1
	problem, caution := p.named.problem(f.Snapshot, p.name.Value()), model.NameCaution(p.name.Value())
	switch {
	case p.name.Value() == "":
		c.Cut(labelWidth+1, 1, room, "letters, digits, dot, underscore and minus", muted)
	case problem != nil:
		c.Cut(labelWidth+1, 1, room, mark(f.Marks.Attention, problem.Error()), warn)
	case caution != "":
		c.Cut(labelWidth+1, 1, room, caution, warn)
	}
}

// drawPlacement says where the replicas are likely to go.
func (p *createTopic) drawPlacement(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	plan := p.plan(f)
	switch {
	case plan == nil:
		return
	case plan.Placement.Problem != nil:
		c.Cut(0, 0, w, mark(f.Marks.Attention, plan.Placement.Problem.Says), warn)
		return
	case len(plan.Placement.Brokers) == 0:
		c.Cut(0, 0, w, "The brokers decide how many partitions and replicas there will be.", muted)
		return
	}
	segs := shareLine(f, sharesOf(f, nil, plan.Placement))
	segs = append([]canvas.Seg{{Text: "likely  ", Style: muted}}, segs...)
	if canvas.SegsWidth(segs...) > w {
		segs = likelySegs(f, plan)
	}
	c.Segs(0, 0, w, segs...)
	why := "A prediction: " + string(f.Marks.Leader) + " leaders of replicas, rack by rack; the controller begins at a broker of chance."
	if f.Cluster.Demo {
		why = "A prediction of what Kafka would do; the demo goes round its brokers, whatever the racks."
	}
	c.Cut(0, 1, w, why, muted)
}

// likelySegs sums up what many brokers are likely to get.
func likelySegs(f *Frame, plan *model.TopicPlan) []canvas.Seg {
	leads, holds := plan.Placement.Brokers[0].Leaders, plan.Placement.Brokers[0].Replicas
	for _, b := range plan.Placement.Brokers {
		leads = model.Span{Least: min(leads.Least, b.Leaders.Least), Most: max(leads.Most, b.Leaders.Most)}
		holds = model.Span{Least: min(holds.Least, b.Replicas.Least), Most: max(holds.Most, b.Replicas.Most)}
	}
	return []canvas.Seg{{Text: "likely each of " + count(len(plan.Placement.Brokers)) + " brokers leads ", Style: muted}, {Text: spanned(leads), Style: text},
		{Text: " and holds ", Style: muted}, {Text: spanned(holds), Style: text}}
}

// drawAutoCreate warns of clusters that create topics for whoever names one.
func (p *createTopic) drawAutoCreate(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	answer := f.Freshness(model.DescribeBrokerConfigs{})
	switch {
	case f.Cluster.AutoCreate == model.Yes:
		c.Cut(0, 0, w, mark(f.Marks.Attention, "auto.create.topics.enable is true: a client that mistypes a name creates a topic, with the brokers' defaults."), warn)
	case answer.Err != nil:
		c.Cut(0, 0, w, "Whether the brokers create topics by themselves cannot be read: "+sentence(answer.Err), muted)
	}
}

// verdict is what the foot says.
func (p *createTopic) verdict(f *Frame) verdict {
	v := verdict{doing: "creating topic " + p.name.Value(), question: p.question(f)}
	if p.name.Value() != "" || f.Cluster.ReadOnly {
		v.obstacle = p.obstacle(f)
	}
	switch answer, plan := f.Freshness(p.query), p.plan(f); {
	case p.wrong != nil:
		v.hint = "Name the topic. Nothing is created before ctrl+s."
	case plan == nil && answer.Err != nil:
		v.obstacle = &model.Problem{Says: "The brokers cannot be asked: " + sentence(answer.Err), Fix: fix(answer.Err)}
	case plan == nil:
		v.hint = "asking the brokers whether they would take it " + string(f.Marks.Ellipsis)
	default:
		v.hint = "The brokers would take it. Nothing is created yet: ctrl+s creates it."
	}
	return v
}

func (p *createTopic) question(f *Frame) string {
	n, factor := "the default of partitions", "the default factor"
	if plan := p.plan(f); plan != nil && plan.Partitions > 0 && plan.Replicas > 0 {
		n, factor = plural(plan.Partitions, "partition", "partitions"), strconv.Itoa(plan.Replicas)
	}
	return "create " + canvas.Truncate(p.name.Value(), 40) + " with " + n + ", replication factor " + factor
}

// drawCreated shows what was created.
func (p *createTopic) drawCreated(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	t := p.created
	if now, ok := f.Topic(t.Name); ok && now.Problem == nil {
		t = now
	}
	c.Right(1, 0, labelWidth-2, "topic", muted)
	c.Cut(labelWidth+2, 0, w-labelWidth-3, t.Name, bold)
	c.Segs(labelWidth+2, 1, w-labelWidth-3, factsLine(f, t)...)
	body := c.Sub(canvas.Rect{X: labelWidth, Y: 3, W: w - labelWidth, H: max(0, h-7)})
	drawTable(f, body, haveColumns(), sharesOf(f, t, model.Placement{}))
	below := c.Sub(canvas.Rect{Y: h - 4, W: w, H: 4})
	rule(f, below, 0)
	done := []canvas.Seg{{Text: mark(f.Marks.Stable, "created, and read back"), Style: good}, {Text: "; enter shows how it is spread", Style: muted}}
	p.proposal.draw(f, below.Sub(canvas.Rect{Y: 1, W: w, H: 3}), verdict{done: done})
}

// haveColumns are those of a table of what brokers have.
func haveColumns() []column[share] {
	columns := shareColumns(true)[:4]
	columns[2].cell = func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: count(s.leaders), Style: bold} }
	columns[3].cell = func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: count(s.replicas), Style: bold} }
	return columns
}
