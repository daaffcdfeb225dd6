package ui

import (
	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A sum is one figure below a table: what it is, its value, what it comes from.
type sum struct {
	name, value, note string
	style             canvasStyle
}

// totalLines is the room for the totals below a topic's matrix: a rule, four
// figures and the legend.
const totalLines = 6

// A spreadMemo keeps what was worked out of a topic for as long as it holds.
type spreadMemo struct {
	topic   *model.Topic
	brokers uint64
	spread  model.TopicSpread
	figures []model.Figure

	readersOf string
	groups    uint64
	reading   []*model.Group
}

// of returns the spread of a topic and its figures.
func (m *spreadMemo) of(s *model.Snapshot, t *model.Topic) (*model.TopicSpread, []model.Figure) {
	same := m.topic != nil && len(m.topic.Partitions) == len(t.Partitions) && (len(t.Partitions) == 0 || &m.topic.Partitions[0] == &t.Partitions[0])
	if !same || m.topic.Config != t.Config || m.brokers != s.BrokersAt {
		m.topic, m.brokers = t, s.BrokersAt
		m.spread = model.SpreadOf(t, s.Brokers)
		m.figures = m.spread.Figures(t)
	}
	return &m.spread, m.figures
}

// readers returns the groups that are known to read a topic.
func (m *spreadMemo) readers(s *model.Snapshot, topic string) []*model.Group {
	if m.readersOf == topic && m.groups == s.GroupsAt {
		return m.reading
	}
	m.readersOf, m.groups, m.reading = topic, s.GroupsAt, m.reading[:0]
	for _, g := range s.Groups {
		if len(g.Members) > 0 && g.Reads(topic) {
			m.reading = append(m.reading, g)
		}
	}
	return m.reading
}

// verdictStyle is how a figure looks.
func verdictStyle(v model.Verdict) canvasStyle {
	switch v {
	case model.Watch:
		return warn
	case model.Bad:
		return bad
	}
	return text
}

// figureSums turns the first n figures into lines.
func figureSums(figures []model.Figure, n int) []sum {
	var rows []sum
	for i, g := range figures {
		if i == n {
			break
		}
		rows = append(rows, sum{g.Name, g.Value, g.Says, verdictStyle(g.Verdict)})
	}
	return rows
}

// drawTotals draws what a topic's matrix adds up to: leaders under the brokers'
// columns, figures beside them.
func (p *partitions) drawTotals(f *Frame, c *canvas.Canvas, t *model.Topic) {
	w, h := c.Size()
	rule(f, c, 0)
	spread, figures := p.memo.of(f.Snapshot, t)
	places := p.places
	if len(places) <= matrixColumn {
		return
	}
	m := places[matrixColumn]
	p.drawLoads(f, c, spread, m)
	x := m.x + m.w + 2
	rows := p.loss.sums()
	if rows == nil {
		rows = figureSums(figures, h-2)
	}
	drawSums(c.Sub(canvas.Rect{X: x, Y: 1, W: w - x - 1, H: h - 2}), rows)
	c.Segs(2, h-1, w-3, legend(f)...)
}

// drawLoads draws, under each broker's column, how many partitions it leads.
func (p *partitions) drawLoads(f *Frame, c *canvas.Canvas, spread *model.TopicSpread, m place) {
	part := c.Sub(canvas.Rect{X: m.x, Y: 1, W: m.w, H: 3})
	c.Put(1, 1, "lead", muted)
	c.Put(1, 3, "hold", muted)
	led := p.leads(spread)
	most := 0
	for _, n := range led {
		most = max(most, n)
	}
	for i, b := range p.matrix.visible(f.Brokers, f.Sel.Broker, m.w) {
		x, n := i*p.matrix.cell, led[b.ID]
		st := bold
		if p.loss.lost[b.ID] {
			st = bad
		}
		part.Mid(x, 0, p.matrix.cell, count(n), st)
		if most > 0 {
			part.Bar(x+1, 1, p.matrix.cell-2, f.Marks, float64(n), float64(most), lead)
		}
		for _, l := range spread.Brokers {
			if l.Broker == b.ID {
				part.Mid(x, 2, p.matrix.cell, count(l.Replicas), muted)
			}
		}
	}
}

// leads counts what each broker leads of the topic, in the what-if if that is on.
func (p *partitions) leads(spread *model.TopicSpread) map[int32]int {
	led := make(map[int32]int, len(spread.Brokers))
	if !p.loss.on() {
		for _, l := range spread.Brokers {
			led[l.Broker] = l.Leaders
		}
		return led
	}
	for _, r := range p.now.rows {
		after, _ := p.loss.after(r)
		led[after.Leader]++
	}
	return led
}

// drawSums draws figures, one a line: name, value, what it comes from.
func drawSums(c *canvas.Canvas, rows []sum) {
	w, _ := c.Size()
	name, value := 0, 0
	for _, r := range rows {
		name, value = max(name, canvas.Width(r.name)+1), max(value, canvas.Width(r.value))
	}
	for y, r := range rows {
		c.Cut(0, y, name, r.name, muted)
		c.Right(name, y, value, r.value, r.style)
		c.Cut(name+value+2, y, w-name-value-2, r.note, muted)
	}
}

// rule draws the dashed line above totals.
func rule(f *Frame, c *canvas.Canvas, y int) {
	w, _ := c.Size()
	for x := range w {
		c.Rune(x, y, f.Marks.Dash, themes.Style{Ink: themes.Faint})
	}
}
