package ui

import (
	"math"
	"strconv"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// heat is the spread of the whole cluster: topics × brokers, shaded by a metric.
type heat struct {
	list[*model.Topic]
	matrix   matrix
	metric   model.Metric
	internal *bool // whether the topics pane shows internal topics
	most     float64
	row      []float64
	ids      []int32
	findings findingsMemo
}

// The columns of the heat map.
const (
	heatName = iota
	heatCells
	heatAll
	heatSkew
)

func newHeat(internal *bool) *heat {
	p := &heat{metric: model.Leaders, internal: internal}
	p.list = list[*model.Topic]{
		filter: newFilter(),
		id:     func(t *model.Topic) string { return t.Name },
		find:   model.FindTopic,
		of:     func(s *Selection) string { return s.Topic },
		pick:   pickTopic,
		sortBy: heatAll,
		desc:   true,
	}
	p.columns = p.heatColumns()
	return p
}

func (p *heat) heatColumns() []column[*model.Topic] {
	return []column[*model.Topic]{
		heatName:  {title: "topic", width: 10, flex: true, most: 34, cell: topicNameSeg, word: func(t *model.Topic) string { return t.Name }},
		heatCells: {title: "brokers", draw: p.drawCells, head: p.matrix.head},
		heatAll: {title: "all", width: 8, right: true, keep: 2, falls: true,
			cell: func(f *Frame, t *model.Topic) canvas.Seg {
				return canvas.Seg{Text: p.figure(total(p.values(f.Snapshot, t))), Style: text}
			},
			figure: p.sortable(func(row []float64, _ model.Skew) float64 { return known(total(row)) })},
		heatSkew: {title: "skew", width: 6, right: true, keep: 1, falls: true,
			cell: func(f *Frame, t *model.Topic) canvas.Seg {
				k, ok := f.TopicSkew(p.metric, t, p.ids, p.row)
				if !ok || k.Fair == 0 {
					return canvas.Seg{Text: dash, Style: muted}
				}
				if k.Crowded(k.Max) {
					return canvas.Seg{Text: percent(k.Over), Style: warn}
				}
				return canvas.Seg{Text: percent(k.Over), Style: muted}
			},
			figure: p.sortable(func(_ []float64, k model.Skew) float64 { return k.Over })},
	}
}

// sortable makes a figure of a topic's row that may be worked out off the loop:
// it shares nothing with the pane.
func (p *heat) sortable(of func(row []float64, k model.Skew) float64) func(*model.Snapshot, *model.Topic) float64 {
	metric := p.metric
	return func(s *model.Snapshot, t *model.Topic) float64 {
		ids := model.Sharing(s.Brokers)
		row := s.HeatRow(t, ids, metric, nil)
		return of(row, model.SkewOfValues(ids, row))
	}
}

// total adds up what is known of a row; negative if nothing is.
func total(row []float64) float64 {
	sum, any := 0.0, false
	for _, v := range row {
		if v != model.NotKnown {
			sum, any = sum+v, true
		}
	}
	if !any {
		return model.NotKnown
	}
	return sum
}

// figure writes a value of the metric.
func (p *heat) figure(v float64) string {
	switch {
	case v < 0:
		return dash
	case p.metric == model.InRate:
		return rate(v)
	case p.metric == model.Bytes:
		return short(v)
	}
	return short(v)
}

// values returns a topic's row in the order of all brokers; it is good until the
// next call.
func (p *heat) values(s *model.Snapshot, t *model.Topic) []float64 {
	p.row = s.HeatRow(t, p.ids, p.metric, p.row[:0])
	return p.row
}

// cellNeeds is the least width of a cell that holds a figure.
const cellNeeds = 5

func (p *heat) drawCells(f *Frame, c *canvas.Canvas, t *model.Topic, w int) {
	row := p.values(f.Snapshot, t)
	fair := model.SkewOfValues(p.ids, row)
	for i, b := range p.matrix.visible(f.Brokers, f.Sel.Broker, w) {
		v := at(row, int32(p.matrix.left+i), model.NotKnown)
		x, cw := i*p.matrix.cell, p.matrix.cell
		if v <= 0 {
			none := string(f.Marks.None)
			if v < 0 {
				none = dash
			}
			c.Right(x, 0, cw-1, none, faint)
		} else {
			p.drawCell(f, c, x, cw, v, fair.Crowded(v))
		}
		if f.Focused && b.ID == f.Sel.Broker && t.Name == f.Sel.Topic {
			c.Rune(x, 0, '›', accent)
			c.Rune(x+cw-1, 0, '‹', accent)
		}
	}
}

func (p *heat) drawCell(f *Frame, c *canvas.Canvas, x, cw int, v float64, crowded bool) {
	ground := themes.Heat(math.Sqrt(v / math.Max(p.most, v)))
	st := themes.Style{Ink: themes.Legible, Ground: ground}
	c.Fill(canvas.Rect{X: x, W: cw, H: 1}, ground)
	figure := p.figure(v)
	if crowded {
		st.Attr = themes.Bold
		if cw > canvas.Width(figure)+1 {
			figure = string(f.Marks.Attention) + figure
		}
	}
	if cw >= cellNeeds || canvas.Width(figure) < cw {
		c.Right(x, 0, cw-1, figure, st)
	}
}

// Name implements Pane.
func (p *heat) Name() string { return "Spread" }

// Needs implements Pane.
func (p *heat) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListBrokers{}, model.ListTopics{}, model.DescribeLogDirs{}}
	if f.Counts.Partitions <= manyPartitions || p.metric == model.InRate {
		needs = append(needs, model.ListOffsets{})
	}
	return needs
}

// Actions implements Pane.
func (p *heat) Actions() []Action {
	return append(append([]Action{
		act("m", "metric", "shade by the next metric: leaders, replicas, bytes, in/s", func(*Frame) Intent {
			p.metric = model.Metrics[(int(p.metric)+1)%len(model.Metrics)]
			p.columns = p.heatColumns()
			return nil
		}),
		act("enter", "topic", "show the topic's partitions", func(*Frame) Intent { return Do{ShowTopic} }),
		act("b", "broker", "show what the broker holds", func(*Frame) Intent { return Do{ShowBroker} }),
		act("y", "", "copy the topic's name", func(f *Frame) Intent { return Copy{What: "name", Text: f.Sel.Topic} }).quiet(),
	}, p.moves()...), sidewaysActions()...)
}

// Arrange implements Arranger.
func (p *heat) Arrange(f *Frame) func() any {
	all, internal := f.Topics, *p.internal
	extra := p.metric.String() + strconv.FormatBool(internal)
	many := f.Counts.Partitions > fewRows
	if work := p.findings.arrange(f); work != nil {
		return work
	}
	return p.arrange(f, f.TopicsAt, extra, many, shownTopics(all, internal))
}

// Arranged implements Arranger.
func (p *heat) Arranged(result any) {
	if w, ok := result.(findingsWorked); ok {
		p.findings.take(w)
		return
	}
	p.list.Arranged(result)
}

// Head implements Pane.
func (p *heat) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	if segs := p.filter.segs(); segs != nil {
		h.Facts = segs
	} else {
		h.Facts = []canvas.Seg{{Text: plural(len(p.now.order), "topic", "topics") + " × " + plural(len(f.Brokers), "broker", "brokers"), Style: text}}
	}
	for _, m := range model.Metrics {
		st := muted
		label := m.String()
		if m == p.metric {
			st = themes.Style{Ink: themes.Accent, Ground: themes.Selected, Attr: themes.Bold}
			label = " " + label + " "
		}
		h.Right = append(h.Right, canvas.Seg{Text: label, Style: st}, canvas.Seg{Text: " "})
	}
	return h
}

// sideWidth is the room of the panel beside the map, where there is room for it.
const sideWidth = 46

// Draw implements Pane.
func (p *heat) Draw(f *Frame, c *canvas.Canvas) {
	if p.arranging(len(f.Topics)) || instead(f, c, len(p.now.rows), model.ListTopics{}, "topics") {
		return
	}
	p.measure(f)
	w, h := c.Size()
	table := c.Bounds()
	if w >= 120 && h >= 16 {
		side, rest := table.Right(sideWidth)
		table = rest
		p.drawSide(f, c.Sub(side))
	}
	below := 0
	if h >= 12 {
		below = heatTotalLines
	}
	top, bottom := table.Top(table.H - below)
	p.columns[heatCells].width = p.matrix.fit(f.Brokers, table.W-3-10-8-6-4, 9)
	p.draw(f, c.Sub(top), nil)
	if below > 0 {
		p.drawTotals(f, c.Sub(bottom))
	}
}

// measure notes the brokers and the largest value on screen, which the shades
// are measured by.
func (p *heat) measure(f *Frame) {
	p.ids = p.ids[:0]
	for _, b := range f.Brokers {
		p.ids = append(p.ids, b.ID)
	}
	p.most = 0
	for line := p.top; line < p.top+max(p.visible, 1); line++ {
		if t, ok := p.at(line); ok {
			for _, v := range p.values(f.Snapshot, t) {
				p.most = max(p.most, v)
			}
		}
	}
}

// heatTotalLines is the room for the totals below the map.
const heatTotalLines = 5

func (p *heat) drawTotals(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	rule(f, c, 0)
	c.Put(2, 1, "all topics", bold)
	c.Put(2, 3, "against fair", muted)
	row := f.HeatTotals(p.ids, p.metric, nil)
	k, ok := f.TotalSkew(p.metric, model.Sharing(f.Brokers), nil)
	m := p.places[heatCells]
	part := c.Sub(canvas.Rect{X: m.x, W: m.w, H: heatTotalLines})
	for i := range p.matrix.visible(f.Brokers, f.Sel.Broker, m.w) {
		x, cw, v := i*p.matrix.cell, p.matrix.cell, at(row, int32(p.matrix.left+i), model.NotKnown)
		part.Right(x, 1, cw-1, p.figure(v), text)
		if ok && k.Max > 0 && v >= 0 {
			part.Bar(x+1, 2, cw-2, f.Marks, v, k.Max, lead)
			seg := againstFair(v, k)
			part.Right(x, 3, cw-1, seg.Text, seg.Style)
		}
	}
	if all := p.places[heatAll]; all.w > 0 {
		c.Right(all.x, 1, all.w, p.figure(total(row)), bold)
	}
	if s := p.places[heatSkew]; s.w > 0 && ok && k.Fair > 0 {
		c.Right(s.x, 1, s.w, percent(k.Over), bold)
	}
	p.drawShades(f, c.Sub(canvas.Rect{X: 2, Y: 4, W: w - 3, H: 1}))
}

// againstFair says how far a broker is from its fair share.
func againstFair(v float64, k model.Skew) canvas.Seg {
	if k.Fair == 0 {
		return canvas.Seg{Text: dash, Style: muted}
	}
	r := v/k.Fair - 1
	s := strconv.Itoa(int(math.Round(math.Abs(r)*100))) + "%"
	switch {
	case r > 0.25:
		return canvas.Seg{Text: "+" + s, Style: warn}
	case r > 0.005:
		return canvas.Seg{Text: "+" + s, Style: muted}
	case r < -0.005:
		return canvas.Seg{Text: "−" + s, Style: muted}
	}
	return canvas.Seg{Text: "=", Style: muted}
}

// drawShades explains the shades.
func (p *heat) drawShades(f *Frame, c *canvas.Canvas) {
	x, before := c.Put(0, 0, p.metric.String()+"  ", muted), ""
	for i := range themes.Heats {
		from := p.most * math.Pow(math.Max(0, float64(i)-0.5)/float64(themes.Heats-1), 2)
		label := string(f.Marks.AtLeast) + short(math.Max(from, 1))
		if label == before { // of small whole numbers there are fewer than shades
			continue
		}
		before = label
		c.Fill(canvas.Rect{X: x, W: 7, H: 1}, themes.Heat(float64(i)/float64(themes.Heats-1)))
		c.Right(x, 0, 6, label, themes.Style{Ink: themes.Legible, Ground: themes.Heat(float64(i) / float64(themes.Heats-1))})
		x += 7
	}
	w, _ := c.Size()
	c.Segs(x+2, 0, w-x-2, canvas.Seg{Text: string(f.Marks.None), Style: text}, canvas.Seg{Text: " none   ", Style: muted},
		canvas.Seg{Text: string(f.Marks.Attention), Style: text}, canvas.Seg{Text: " over 1.6 × its fair share", Style: muted})
}
