package ui

import (
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

const (
	resetHead = 5 // lines above the preview: the form
	resetFoot = 4 // lines below it: totals, and what is asked or what came of it
)

// Draw implements Pane.
func (p *reset) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	p.drawForm(f, c.Sub(canvas.Rect{X: 1, W: w - 2, H: min(h, resetHead)}))
	rows := max(0, h-resetHead-resetFoot)
	p.drawPreview(f, c.Sub(canvas.Rect{Y: resetHead, W: w, H: rows}))
	p.drawFoot(f, c.Sub(canvas.Rect{X: 1, Y: resetHead + rows, W: w - 2, H: resetFoot}))
}

func (p *reset) drawForm(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	way := resetWays[p.way]
	var words []string
	for _, way := range resetWays {
		words = append(words, way.word)
	}
	fieldLabel(f, c, 0, "reset to", p.field == resetWayField)
	drawChoice(f, c, labelWidth, 0, words, p.way, p.field == resetWayField)
	c.Cut(labelWidth+1, 1, w-labelWidth-2, way.says, muted)
	if p.shows(resetValueField) {
		fieldLabel(f, c, 2, way.label, p.field == resetValueField)
		room := min(34, w-labelWidth-2)
		if way.to == model.FromFile {
			room = max(room, w/2)
		}
		drawInput(c, labelWidth+1, 2, room, p.value(), p.field == resetValueField)
		c.Cut(labelWidth+room+4, 2, w-labelWidth-room-4, p.meaning(f), muted)
	}
	fieldLabel(f, c, 3, "of", p.field == resetScopeField)
	drawChoice(f, c, labelWidth, 3, []string{"all it has offsets for", "one topic", "one partition"}, int(p.scope), p.field == resetScopeField)
	if p.shows(resetTopicField) {
		fieldLabel(f, c, 4, "topic", p.field == resetTopicField)
		drawInput(c, labelWidth+1, 4, min(34, w-labelWidth-2), &p.topic, p.field == resetTopicField)
	}
	if p.shows(resetPartitionField) && w > labelWidth+56 {
		on := p.field == resetPartitionField
		x := labelWidth + 38
		st := muted
		if on {
			st = accent
			c.Rune(x+10, 4, f.Marks.Link, accent)
		}
		c.Put(x, 4, "partition", st)
		drawInput(c, x+13, 4, 8, &p.partition, on)
	}
}

// fieldLabel names the field of a line, and marks the one with the keys.
func fieldLabel(f *Frame, c *canvas.Canvas, y int, name string, focused bool) {
	st := muted
	if focused {
		st = accent
		c.Rune(labelWidth-1, y, f.Marks.Link, accent)
	}
	c.Right(0, y, labelWidth-2, name, st)
}

// meaning says how a value was understood.
func (p *reset) meaning(f *Frame) string {
	r := &p.query.Reset
	if p.wrong != "" {
		return ""
	}
	switch r.To {
	case model.ToTime:
		return whenPhrase(r.Time.In(f.Now.Location()), f.Now)
	case model.ByDuration:
		return "since " + stamp(f.Now.Add(-r.Duration))
	case model.FromFile:
		return plural(strings.Count(strings.TrimSpace(r.File), "\n")+1, "line", "lines")
	}
	return ""
}

// resetColumns are those of the preview.
func resetColumns(done bool) []column[model.ResetLine] {
	figure := func(n int64, st canvasStyle) canvas.Seg {
		if n == 0 {
			return canvas.Seg{Text: "0", Style: muted}
		}
		return canvas.Seg{Text: number(n), Style: st}
	}
	now := "committed"
	if done {
		now = "is now"
	}
	return []column[model.ResetLine]{
		{title: "topic", width: 8, flex: true, most: 48, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return canvas.Seg{Text: l.Topic, Style: text} }},
		{title: "part", width: 4, right: true, cell: func(_ *Frame, l model.ResetLine) canvas.Seg {
			return canvas.Seg{Text: count(int(l.Partition)), Style: text}
		}},
		{title: "log start", width: 11, right: true, keep: 2, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return canvas.Seg{Text: offset(l.Start), Style: muted} }},
		{title: "log end", width: 11, right: true, keep: 1, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return canvas.Seg{Text: offset(l.End), Style: muted} }},
		{title: now, width: 11, right: true, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return canvas.Seg{Text: offset(l.From), Style: text} }},
		{title: "to", width: 11, right: true, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return canvas.Seg{Text: offset(l.To), Style: bold} }},
		{title: "skips", width: 9, right: true, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return figure(l.Skipped, warn) }},
		{title: "reads again", width: 11, right: true, cell: func(_ *Frame, l model.ResetLine) canvas.Seg { return figure(l.Again, change) }},
		{title: "", width: 8, flex: true, most: 60, cell: resetNote(done)},
	}
}

// resetNote says what is odd about a line, or how it went.
func resetNote(done bool) func(f *Frame, l model.ResetLine) canvas.Seg {
	return func(f *Frame, l model.ResetLine) canvas.Seg {
		switch {
		case l.Problem != nil:
			return canvas.Seg{Text: mark(f.Marks.Offline, l.Problem.Says), Style: bad}
		case done && l.From == l.To:
			return canvas.Seg{Text: mark(f.Marks.Stable, "done"), Style: good}
		case l.Clamped && l.To == l.Start:
			return canvas.Seg{Text: mark(f.Marks.Attention, "at log start"), Style: warn}
		case l.Clamped:
			return canvas.Seg{Text: mark(f.Marks.Attention, "at log end"), Style: warn}
		case l.From == model.NoOffset:
			return canvas.Seg{Text: "none so far", Style: muted}
		case l.From == l.To:
			return canvas.Seg{Text: "stays", Style: muted}
		}
		return canvas.Seg{}
	}
}

// drawPreview draws the lines of the plan, or why there are none.
func (p *reset) drawPreview(f *Frame, c *canvas.Canvas) {
	plan := p.plan(f)
	if plan == nil {
		drawNoPlan(f, c, noPlan{query: p.query, wrong: p.wrong, missing: p.missing, lacks: "say where to", asking: "asking what this would do"})
		return
	}
	p.top, p.visible = drawScrolled(f, c, resetColumns(p.done != nil), plan.Lines, p.top)
}

// drawFoot draws the totals, and what is asked of the user or what came of it.
func (p *reset) drawFoot(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	rule(f, c, 0)
	if plan := p.plan(f); plan != nil {
		c.Segs(1, 1, w-2, resetTotals(f, plan, p.done != nil)...)
	}
	p.proposal.draw(f, c.Sub(canvas.Rect{Y: 2, W: w, H: resetFoot - 2}), p.verdict(f))
}

// verdict is what the foot says.
func (p *reset) verdict(f *Frame) verdict {
	v := verdict{doing: "resetting", question: p.question(f), obstacle: p.obstacle(f)}
	switch {
	case p.done != nil && p.problem == nil:
		v.done = []canvas.Seg{{Text: mark(f.Marks.Stable, "reset, and read back "), Style: good}, {Text: ago(f.Now, p.done.At), Style: muted}}
	case p.plan(f) != nil:
		v.hint = "Nothing is changed yet: ctrl+s asks for the group's id, and resets."
	}
	return v
}

func (p *reset) question(f *Frame) string {
	n := 0
	if plan := p.plan(f); plan != nil {
		n = resettable(plan)
	}
	return "reset " + plural(n, "partition", "partitions")
}

// resettable counts the lines that are no problem.
func resettable(plan *model.ResetPlan) int {
	n := 0
	for i := range plan.Lines {
		if plan.Lines[i].Problem == nil {
			n++
		}
	}
	return n
}

// resetTotals are the figures over all lines.
func resetTotals(f *Frame, plan *model.ResetPlan, done bool) []canvas.Seg {
	skips, again := "skips ", "reads again "
	if done {
		skips, again = "skipped ", "will read again "
	}
	sep := canvas.Seg{Text: " " + string(f.Marks.Dot) + " ", Style: muted}
	segs := []canvas.Seg{
		{Text: plural(len(plan.Lines), "partition", "partitions"), Style: bold}, sep,
		{Text: skips, Style: muted}, {Text: recordsPhrase(plan.Skipped), Style: heed(plan.Skipped, warn)}, sep,
		{Text: again, Style: muted}, {Text: recordsPhrase(plan.Again), Style: heed(plan.Again, change)},
	}
	if clamped := clampedLines(plan); clamped > 0 {
		segs = append(segs, sep, canvas.Seg{Text: count(clamped) + " clamped", Style: warn})
	}
	if left := len(plan.Lines) - resettable(plan); left > 0 {
		segs = append(segs, sep, canvas.Seg{Text: count(left) + " left alone", Style: bad})
	}
	return segs
}

func clampedLines(plan *model.ResetPlan) int {
	n := 0
	for i := range plan.Lines {
		if plan.Lines[i].Clamped {
			n++
		}
	}
	return n
}

func recordsPhrase(n int64) string {
	if n == 1 {
		return "1 record"
	}
	return number(n) + " records"
}

// heed is the style of a figure that is worth a look unless it is 0.
func heed(n int64, st canvasStyle) canvasStyle {
	if n == 0 {
		return muted
	}
	return st
}
