package ui

import (
	"strconv"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// A findingsMemo keeps what stands out in the cluster, worked out off the loop.
type findingsMemo struct {
	found  []model.Finding
	at     time.Time
	of     uint64
	wanted bool
}

// findingsWorked is findings that were worked out off the loop.
type findingsWorked struct {
	found []model.Finding
	at    time.Time
	of    uint64
}

// findingsHold is how long findings are shown before they are worked out again.
const findingsHold = 2 * time.Second

func (m *findingsMemo) arrange(f *Frame) func() any {
	if m.wanted || len(f.Topics) == 0 || m.of == f.TopicsAt || f.Now.Sub(m.at) < findingsHold {
		return nil
	}
	m.wanted = true
	snapshot, now, of := f.Snapshot, f.Now, f.TopicsAt
	return func() any { return findingsWorked{snapshot.Findings(), now, of} }
}

func (m *findingsMemo) take(w findingsWorked) {
	m.found, m.at, m.of, m.wanted = w.found, w.at, w.of, false
}

// drawSide draws, beside the map, the cell under the cursor and what stands out.
func (p *heat) drawSide(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	for y := range h {
		c.Rune(0, y, f.Marks.V, faint)
	}
	c = c.Sub(canvas.Rect{X: 2, W: w - 3, H: h})
	y := p.drawCellFacts(f, c)
	rule(f, c, y)
	p.findings.draw(f, c, y+1)
}

// drawCellFacts draws all metrics of the cell under the cursor.
func (p *heat) drawCellFacts(f *Frame, c *canvas.Canvas) int {
	t, ok := f.Topic(f.Sel.Topic)
	if !ok {
		return 0
	}
	w, _ := c.Size()
	c.Segs(0, 0, w, canvas.Seg{Text: t.Name, Style: bold}, canvas.Seg{Text: " on broker ", Style: muted},
		canvas.Seg{Text: strconv.Itoa(int(f.Sel.Broker)), Style: bold})
	ids := model.Sharing(f.Brokers)
	for i, m := range model.Metrics {
		v, ok := f.Metric(m, t, f.Sel.Broker)
		k, _ := f.TopicSkew(m, t, ids, nil)
		c.Put(0, i+2, m.String(), muted)
		st := text
		if k.Crowded(v) {
			st = warn
		}
		if !ok {
			v, st = model.NotKnown, muted
		}
		c.Right(10, i+2, 12, metricValue(m, v), st)
		c.Cut(24, i+2, w-24, "fair "+metricValue(m, k.Fair), muted)
	}
	return len(model.Metrics) + 3
}

// metricValue writes a value in full.
func metricValue(m model.Metric, v float64) string {
	switch {
	case v < 0:
		return dash
	case m == model.Bytes:
		return size(int64(v))
	case m == model.InRate:
		return rate(v)
	case v == float64(int64(v)):
		return number(int64(v))
	case v >= 1000:
		return number(int64(v + 0.5))
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// draw lists what stands out, worst first.
func (m *findingsMemo) draw(f *Frame, c *canvas.Canvas, y int) {
	w, h := c.Size()
	c.Put(0, y, "What stands out", bold)
	y += 2
	for _, g := range m.found {
		if y >= h-1 {
			return
		}
		glyph, st := f.Marks.Stable, good
		if g.Verdict > model.Good {
			glyph, st = f.Marks.Attention, verdictStyle(g.Verdict)
		}
		c.Rune(0, y, glyph, st)
		y = wrap(c, 2, y, w-2, h-y, g.Headline, text)
		y = wrap(c, 2, y, w-2, h-y, g.Explains, muted) + 1
	}
	if m.found == nil {
		c.Put(0, y, "looking "+string(f.Marks.Ellipsis), muted)
	}
}
