package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

const (
	deleteHead = 5 // lines above the preview: the form
	deleteFoot = 5 // below it: a rule, totals, what is asked or what came of it
)

// Size implements Dialog.
func (p *deleteRecords) Size(f *Frame) (w, h int) {
	lines := 6
	if plan := p.plan(f); plan != nil {
		lines = max(lines, len(plan.Lines))
	}
	return 104, deleteHead + 1 + min(lines, 24) + deleteFoot + 2
}

// Head implements Pane.
func (p *deleteRecords) Head(f *Frame) Heading { return proposing(f, p.Name(), "of", p.topic) }

// Draw implements Pane.
func (p *deleteRecords) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	head, foot := min(deleteHead, max(3, h-5)), min(deleteFoot, max(3, h/2))
	p.drawForm(f, c.Sub(canvas.Rect{X: 1, W: w - 2, H: head}))
	rows := max(0, h-head-foot)
	p.drawPreview(f, c.Sub(canvas.Rect{Y: head, W: w, H: rows}))
	below := c.Sub(canvas.Rect{Y: h - foot, W: w, H: foot})
	rule(f, below, 0)
	if plan := p.plan(f); plan != nil && foot == deleteFoot {
		below.Segs(2, 1, w-4, p.totals(f, plan)...)
	}
	p.proposal.draw(f, below.Sub(canvas.Rect{Y: max(1, foot-3), W: w, H: min(3, foot-1)}), p.verdict(f, rows == 0))
}

func (p *deleteRecords) drawForm(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	way := deleteWays[p.to]
	var words []string
	for _, way := range deleteWays {
		words = append(words, way.word)
	}
	fieldLabel(f, c, 0, "up to", p.field == deleteToField)
	drawChoice(f, c, labelWidth, 0, words, p.to, p.field == deleteToField)
	c.Cut(labelWidth+1, 1, w-labelWidth-2, way.says, muted)
	if p.shows(deleteValueField) {
		fieldLabel(f, c, 2, way.label, p.field == deleteValueField)
		room := min(34, w-labelWidth-2)
		drawInput(c, labelWidth+1, 2, room, &p.values[p.to], p.field == deleteValueField)
		if way.to == model.DeleteToTime && p.wrong == "" {
			c.Cut(labelWidth+room+4, 2, w-labelWidth-room-4, whenPhrase(p.query.Deletion.Time.In(f.Now.Location()), f.Now), muted)
		}
	}
	fieldLabel(f, c, 3, "of", p.field == deleteOfField)
	x := drawChoice(f, c, labelWidth, 3, []string{"all partitions", "one partition"}, boolInt(p.single), p.field == deleteOfField)
	if p.single {
		if p.field == deletePartitionField {
			c.Rune(x, 3, f.Marks.Link, accent)
		}
		drawInput(c, x+2, 3, 8, &p.partition, p.field == deletePartitionField)
	}
}

// deletionColumns are those of the preview.
func deletionColumns(done bool) []column[model.DeletionLine] {
	begins := "log start"
	if done {
		begins = "begins at"
	}
	return []column[model.DeletionLine]{
		{title: "part", width: 5, right: true, cell: func(_ *Frame, l model.DeletionLine) canvas.Seg {
			return canvas.Seg{Text: count(int(l.Partition)), Style: text}
		}},
		{title: begins, width: 13, right: true, cell: func(_ *Frame, l model.DeletionLine) canvas.Seg { return canvas.Seg{Text: offset(l.Start), Style: text} }},
		{title: "log end", width: 13, right: true, keep: 1, cell: func(_ *Frame, l model.DeletionLine) canvas.Seg { return canvas.Seg{Text: offset(l.End), Style: muted} }},
		{title: "first kept", width: 13, right: true, cell: func(_ *Frame, l model.DeletionLine) canvas.Seg { return canvas.Seg{Text: offset(l.To), Style: bold} }},
		{title: "goes", width: 11, right: true, cell: func(_ *Frame, l model.DeletionLine) canvas.Seg {
			if l.Problem != nil {
				return canvas.Seg{Text: dash, Style: muted}
			}
			return canvas.Seg{Text: number(l.Goes), Style: heed(l.Goes, warn)}
		}},
		{title: "", width: 10, flex: true, most: 60, keep: 2, cell: func(f *Frame, l model.DeletionLine) canvas.Seg {
			switch {
			case l.Problem != nil:
				return canvas.Seg{Text: mark(f.Marks.Offline, l.Problem.Says), Style: bad}
			case done && l.Goes > 0:
				return canvas.Seg{Text: mark(f.Marks.Stable, "done"), Style: good}
			case l.Goes == 0:
				return canvas.Seg{Text: "nothing lies before it", Style: muted}
			case l.Clamped:
				return canvas.Seg{Text: mark(f.Marks.Attention, "at log end"), Style: warn}
			case l.To == l.End:
				return canvas.Seg{Text: "all of it", Style: warn}
			}
			return canvas.Seg{}
		}},
	}
}

// drawPreview draws the lines of the plan, or why there are none.
func (p *deleteRecords) drawPreview(f *Frame, c *canvas.Canvas) {
	plan := p.plan(f)
	if plan == nil {
		drawNoPlan(f, c, noPlan{query: p.query, wrong: p.wrong, missing: p.missing, lacks: "say up to where", asking: "asking what that would take"})
		return
	}
	p.top, p.visible = drawScrolled(f, c, deletionColumns(p.done != nil), plan.Lines, p.top)
}

// totals are the figures over all lines.
func (p *deleteRecords) totals(f *Frame, plan *model.RecordsPlan) []canvas.Seg {
	goes := "goes: "
	if p.done != nil {
		goes = "gone: "
	}
	of := 0
	for i := range plan.Lines {
		if plan.Lines[i].Goes > 0 && plan.Lines[i].Problem == nil {
			of++
		}
	}
	segs := []canvas.Seg{{Text: goes, Style: muted}, {Text: recordsPhrase(plan.Goes), Style: heed(plan.Goes, warn)},
		{Text: " of " + plural(of, "partition", "partitions") + ", by their offsets", Style: muted}}
	if plan.Cleanup == "compact,delete" {
		segs = append(segs, canvas.Seg{Text: "; compaction took some of them before", Style: muted})
	}
	return segs
}

// verdict is what the foot says: where there is no room for a preview, also what the form
// lacks.
func (p *deleteRecords) verdict(f *Frame, alone bool) verdict {
	plan := p.plan(f)
	v := verdict{doing: "deleting records of " + p.topic, question: "delete records", obstacle: p.obstacle(f)}
	switch {
	case p.done != nil:
		v.done = []canvas.Seg{{Text: mark(f.Marks.Stable, "deleted, and read back "), Style: good}, {Text: ago(f.Now, p.done.At), Style: muted}}
		if p.problem != nil {
			v.done = nil
		}
	case plan != nil:
		v.question = "delete " + recordsPhrase(plan.Goes) + ", for good"
		v.hint = "Nothing is deleted yet: ctrl+s asks for the topic's name, and deletes."
	case alone:
		v.hint = p.wrong
	}
	return v
}
