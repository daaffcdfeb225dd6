package ui

import (
	"math"
	"sort"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// drawLag draws the group's lag on the same clock.
func (p *lanes) drawLag(f *Frame, c *canvas.Canvas, h *model.History, l laneLayout) {
	values := lagsAt(h, p.line)
	most := 0.0
	for _, v := range values {
		if v > most {
			most = v
		}
	}
	c.Right(0, l.lag, l.lanes.X-2, "lag", muted)
	if l.high > 1 {
		drawHills(f, c.Sub(canvas.Rect{X: l.lanes.X, Y: l.lag, W: l.lanes.W, H: l.high}), values, most)
	} else {
		c.Spark(l.lanes.X, l.lag, l.lanes.W, f.Marks, values, themes.Follower.S())
	}
	switch {
	case len(h.Lag) == 0:
		c.Cut(l.lanes.X, l.lag, l.lanes.W, "not known yet", muted)
	case most > 0 && l.lagAt >= 0:
		c.Put(l.owner, l.lag, "peak", muted)
		c.Right(l.lagAt-l.name, l.lag, l.name+lagWidth-1, number(int64(most)), text)
	case most > 0 && l.owner >= 0:
		c.Segs(l.owner, l.lag, l.name+3, canvas.Seg{Text: "peak ", Style: muted}, canvas.Seg{Text: short(most), Style: text})
	}
}

// drawHills draws values between zero and the greatest of them over several lines:
// what is below the top of a column is a block.
func drawHills(f *Frame, c *canvas.Canvas, values []float64, most float64) {
	_, h := c.Size()
	block := themes.Style{Ink: themes.Follower, Attr: themes.Reverse}
	levels := len(f.Marks.Spark) - 1
	for x, v := range values {
		if math.IsNaN(v) {
			continue
		}
		steps := 1
		if most > 0 {
			steps = max(1, int(v/most*float64(h*levels)+0.5))
		}
		for y := h - 1; y >= 0 && steps > 0; y-- {
			if steps >= levels {
				c.Rune(x, y, ' ', block)
			} else {
				c.Rune(x, y, f.Marks.Spark[steps], themes.Follower.S())
			}
			steps -= levels
		}
	}
}

// laneLagSeg is how far a group is behind in one partition.
func laneLagSeg(lag *model.GroupLag, lane model.Lane) canvas.Seg {
	if p := lag.Partition(lane.Topic, lane.Partition); p != nil {
		return lagSeg(p.Lag)
	}
	return canvas.Seg{Text: dash, Style: muted}
}

// lagsAt returns the greatest lag that was known in each column: NaN where none was
// yet.
func lagsAt(h *model.History, t timeline) []float64 {
	values := make([]float64, t.n)
	i := sort.Search(len(h.Lag), func(i int) bool { return h.Lag[i].At.After(t.at(0)) })
	v := math.NaN()
	if i > 0 {
		v = lagValue(h.Lag[i-1])
	}
	end := columnOf(h.Seen, t.step)
	for x := range values {
		most := v
		for ; i < len(h.Lag) && columnOf(h.Lag[i].At, t.step) <= t.first+int64(x); i++ {
			v = lagValue(h.Lag[i])
			if !(most >= v) {
				most = v
			}
		}
		if t.first+int64(x) > end {
			most = math.NaN()
		}
		values[x] = most
	}
	return values
}

func lagValue(l model.LagAt) float64 { return known(float64(l.Lag)) }
