package ui

import (
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// rebalanceSums is what the rebalances of the list come to, as long as its rows are
// the same. The one under way is not in them: its figures grow.
type rebalanceSums struct {
	order   *int32
	n       int
	sum     rebalanceSum
	longest time.Duration
}

// A rebalanceSum adds rebalances up. What is not known of some makes a sum no more
// than the least that it can be.
type rebalanceSum struct {
	moved, kept, lost int
	took, pause       time.Duration
	built             int64

	unseen, unpaused, unbuilt int // of how many that is not known
	uncompared                int // of how many it is not known who owned what before
	polled                    int // of how many a time is polled
}

func (s *rebalanceSum) add(r *model.Rebalance, now time.Time) {
	s.moved += r.Moved
	s.kept += r.Kept
	s.lost += r.Lost
	s.uncompared += boolInt(r.Before == nil)
	took, seen := tookBy(r, now)
	s.took += took
	s.unseen += boolInt(!seen)
	s.polled += boolInt(seen && r.Within > 0)
	s.pause += max(0, r.Pause)
	s.unpaused += boolInt(r.Pause < 0)
	s.built += max(0, r.LagBuilt)
	s.unbuilt += boolInt(r.LagBuilt < 0)
}

// atLeast writes a sum of which some is not known: a ? if that is all.
func (s *rebalanceSum) atLeast(figure string, zero bool, unknown int) string {
	switch {
	case unknown == 0:
		return figure
	case zero:
		return "?"
	}
	return "≥" + figure
}

// about writes how long all took: about so long, if a time is polled.
func (s *rebalanceSum) about() string {
	if s.polled > 0 && s.unseen == 0 {
		return "~" + tenths(s.took)
	}
	return seconds(s.took)
}

// total adds up what is in the list, the one under way as it is by now.
func (p *rebalances) total(f *Frame) rebalanceSum {
	if len(p.now.order) == 0 {
		return rebalanceSum{}
	}
	m := &p.sums
	if m.order != &p.now.order[0] || m.n != len(p.now.order) {
		*m = rebalanceSums{order: &p.now.order[0], n: len(p.now.order)}
		for _, i := range p.now.order {
			if r := p.now.rows[i]; !r.Ended.IsZero() {
				m.sum.add(r, f.Now)
				took, _ := tookBy(r, f.Now)
				m.longest = max(m.longest, took)
			}
		}
	}
	sum := m.sum
	if last := p.now.rows[0]; last.Ended.IsZero() && p.now.lines[0] >= 0 {
		sum.add(last, f.Now)
	}
	return sum
}

// below is what is to be said below the list, in w cells: what its words mean, and
// what to do about a group that rebalances again and again.
func (p *rebalances) below(f *Frame, h *model.History, w int) [][]canvas.Seg {
	sum := p.total(f)
	lines := [][]canvas.Seg{{
		{Text: "p·s", Style: text}, {Text: " partition-seconds without an owner.  ", Style: muted},
		{Text: "kept", Style: text}, {Text: keptWords(h), Style: muted},
	}}
	if sum.unseen > 0 {
		lines = append(lines, []canvas.Seg{{Text: "≥", Style: text}, {Text: " at least: of " + plural(sum.unseen, "rebalance", "rebalances") + " the beginning was not seen.", Style: muted}})
	}
	if sum.polled > 0 {
		lines = append(lines, []canvas.Seg{{Text: "~", Style: text}, {Text: " about: of " + plural(sum.polled, "rebalance", "rebalances") + " a time is polled.", Style: muted}})
	}
	if segs := missing("the log", h.Log.Problem); segs != nil {
		lines = append(lines, append(segs, canvas.Seg{Text: ": no past, and what is shorter than a poll may be missed.", Style: muted}))
	}
	if flap, ok := p.flaps.of(h, f.Now); ok {
		lines = append(lines, nil)
		for i, line := range wrapped(flapAdvice(h, flap, f.Now), max(w-5, 1)) {
			lead := canvas.Seg{Text: "  "}
			if i == 0 {
				lead = canvas.Seg{Text: string(f.Marks.Attention) + " ", Style: warn}
			}
			lines = append(lines, []canvas.Seg{lead, {Text: line, Style: text}})
		}
	}
	return lines
}

// keptWords say what happened meanwhile to the partitions that kept their owner. A group
// that is empty by now has no assignor any more: the last one it had counts.
func keptWords(h *model.History) string {
	assignor := ""
	for i := len(h.Moments) - 1; i >= 0 && assignor == ""; i-- {
		assignor = h.Moments[i].Assignor
	}
	if (&model.Group{Kind: h.Kind, Assignor: assignor}).Cooperative() {
		return " partitions were read all the while."
	}
	return " partitions came back to the owner they had."
}

// drawBelow draws the sums below the list's columns, then what is to be said.
func (p *rebalances) drawBelow(f *Frame, c *canvas.Canvas, h *model.History, lines [][]canvas.Seg) {
	w, height := c.Size()
	if height < 2 {
		return
	}
	rule(f, c, 0)
	sum := p.total(f)
	put := func(column int, s string, st canvasStyle) {
		if at := p.places[column]; at.w > 0 {
			c.Right(at.x, 1, at.w, s, st)
		}
	}
	c.Cut(p.places[rebalanceTime].x, 1, w-3, "together", muted)
	counted := func(n int) string { return sum.atLeast(count(n), n == 0, sum.uncompared) }
	put(rebalanceMoved, counted(sum.moved), bold)
	put(rebalanceKept, counted(sum.kept), muted)
	put(rebalanceLost, counted(sum.lost), muted)
	put(rebalanceTook, sum.atLeast(sum.about(), sum.took == 0, sum.unseen), bold)
	put(rebalancePause, sum.atLeast(pauseWords(sum.pause), sum.pause == 0, sum.unpaused), bold)
	put(rebalanceLag, strings.Replace(sum.atLeast(number(sum.built), sum.built == 0, sum.unbuilt), "?", dash, 1), bold)
	for i, line := range lines {
		if y := 2 + i; y < height {
			c.Segs(2, y, w-3, line...)
		}
	}
}
