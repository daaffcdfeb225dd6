package ui

import (
	"math"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// recently is how far back rebalances are counted in the list of groups.
const recently = 10 * time.Minute

// lagSeg writes a lag in at most six cells.
func lagSeg(lag int64) canvas.Seg {
	switch {
	case lag == model.NoLag:
		return canvas.Seg{Text: dash, Style: muted}
	case lag == 0:
		return canvas.Seg{Text: "0", Style: muted}
	case lag < 100_000:
		return canvas.Seg{Text: number(lag), Style: text}
	}
	return canvas.Seg{Text: short(float64(lag)), Style: text}
}

func groupLagSeg(f *Frame, g *model.Group) canvas.Seg {
	l := f.Lags[g.ID]
	switch {
	case l == nil:
		return canvas.Seg{Text: dash, Style: muted}
	case l.Total == model.NoLag && l.Problem != nil:
		return problemSeg(l.Problem)
	}
	return lagSeg(l.Total)
}

func lagFigure(l *model.GroupLag) float64 {
	if l == nil || l.Total == model.NoLag {
		return math.NaN()
	}
	return float64(l.Total)
}

func groupRateSeg(of func(*model.GroupLag) float64) func(*Frame, *model.Group) canvas.Seg {
	return func(f *Frame, g *model.Group) canvas.Seg {
		if l := f.Lags[g.ID]; l != nil {
			return canvas.Seg{Text: rate(of(l)), Style: muted}
		}
		return canvas.Seg{Text: dash, Style: muted}
	}
}

func lagRate(of func(*model.GroupLag) float64) func(*model.Snapshot, *model.Group) float64 {
	return func(s *model.Snapshot, g *model.Group) float64 {
		if l := s.Lags[g.ID]; l != nil {
			return known(of(l))
		}
		return math.NaN()
	}
}

// clearSeg says when a lag is made up for.
func clearSeg(d time.Duration, lag int64) canvas.Seg {
	switch {
	case lag == model.NoLag || d < 0:
		return canvas.Seg{Text: dash, Style: muted}
	case lag == 0 || d < time.Second:
		return canvas.Seg{Text: "now", Style: muted}
	case d == model.Never:
		return canvas.Seg{Text: "never", Style: warn}
	}
	return canvas.Seg{Text: span(d), Style: text}
}

func groupClearSeg(f *Frame, g *model.Group) canvas.Seg {
	if l := f.Lags[g.ID]; l != nil {
		return clearSeg(l.Clear, l.Total)
	}
	return canvas.Seg{Text: dash, Style: muted}
}

func clearFigure(l *model.GroupLag) float64 {
	if l == nil || l.Clear < 0 {
		return math.NaN()
	}
	return l.Clear.Seconds()
}

// groupRebalancesSeg counts the rebalances of the last minutes: fainter where the
// group has not been watched for so long.
func groupRebalancesSeg(f *Frame, g *model.Group) canvas.Seg {
	h := f.Histories[g.ID]
	if h == nil {
		return canvas.Seg{Text: dash, Style: muted}
	}
	n, whole := h.Recent(h.Seen, recently)
	if _, flaps := h.Flapping(h.Seen); flaps {
		return canvas.Seg{Text: mark(f.Marks.Attention, count(n)), Style: warn}
	}
	if n == 0 || !whole {
		return canvas.Seg{Text: count(n), Style: muted}
	}
	return canvas.Seg{Text: count(n), Style: text}
}

func rebalancesFigure(h *model.History) float64 {
	if h == nil {
		return math.NaN()
	}
	n, _ := h.Recent(h.Seen, recently)
	return float64(n)
}

func groupTopicsSeg(_ *Frame, g *model.Group) canvas.Seg { return memberFigure(g, len(g.Topics())) }
