package ui

import (
	"slices"
	"strconv"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A moveTable lists the partitions that a rebalance gave to another owner. Only
// lines on screen are made.
type moveTable struct {
	h      *model.History
	r      *model.Rebalance
	w      int
	shared bool         // who reads a partition of a share group no more, and who from now on
	moves  []model.Move // of shared partitions, one that goes and one that comes in a line
	order  []int        // of the moves, by topic and partition; below 0 is the name of the next one's topic
}

func newMoveTable(h *model.History, r *model.Rebalance, w int) moveTable {
	t := moveTable{h: h, r: r, w: w, moves: r.Moves, shared: h.Kind == model.Share}
	if t.shared {
		t.moves = paired(r.Moves)
	}
	moves := make([]int, len(t.moves))
	for i := range moves {
		moves[i] = i
	}
	slices.SortFunc(moves, func(a, b int) int { return compareLanes(t.lane(a), t.lane(b)) })
	several := onlyTopic(h) == ""
	for i, m := range moves {
		if several && (i == 0 || t.lane(m).Topic != t.lane(moves[i-1]).Topic) {
			t.order = append(t.order, -1)
		}
		t.order = append(t.order, m)
	}
	return t
}

// paired has one reader that goes from a partition and one that comes to it be one move:
// nobody is there where the other is missing.
func paired(moves []model.Move) []model.Move {
	var pairs []model.Move
	begin := 0 // of the pairs of a lane
	for i, m := range moves {
		if i > 0 && m.Lane != moves[i-1].Lane {
			begin = len(pairs)
		}
		free := slices.IndexFunc(pairs[begin:], func(p model.Move) bool { return p.To == model.Nobody })
		if m.From == model.Nobody && free >= 0 {
			pairs[begin+free].To = m.To
			continue
		}
		pairs = append(pairs, m)
	}
	return pairs
}

// lane is the partition of a move.
func (t *moveTable) lane(move int) model.Lane { return t.h.Lanes[t.moves[move].Lane] }

// Widths of the columns of moves.
const (
	moveLane = 5  // of a partition's number
	moveFrom = 10 // of a name, at least
	moveWait = 9
)

func (t *moveTable) lines() int {
	switch {
	case t.r == nil:
		return 0
	case len(t.moves) == 0:
		return 1
	}
	return len(t.order) + 1
}

// lay returns where the parts of a line are; columns without room have no width.
func (t *moveTable) lay() (lane, name, wait, lag int) {
	lane, wait, lag = moveLane, moveWait, lagWidth
	if t.shared {
		wait = 0 // others read it meanwhile, or nobody does at all
	}
	name = (t.w - 2 - lane - 3 - 5 - wait - lag) / 2
	if name < moveFrom+2 {
		lag = 0
		name = (t.w - 2 - lane - 3 - 5 - wait) / 2
	}
	return lane, min(name, mostName+2), wait, lag
}

// draw draws line i: the head, or a move.
func (t *moveTable) draw(f *Frame, c *canvas.Canvas, y, i int) {
	if len(t.moves) == 0 {
		c.Cut(2, y, t.w-3, noMoves(t.r), muted)
		return
	}
	lane, name, wait, lag := t.lay()
	from, to := 2+lane+2, 2+lane+2+name+3
	if i == 0 {
		c.Right(2, y, lane, "part", muted)
		t.drawHead(c, y, from, to)
		return
	}
	if t.order[i-1] < 0 {
		c.Cut(2, y, t.w-3, t.lane(t.order[i]).Topic, bold)
		return
	}
	m := t.moves[t.order[i-1]]
	l := t.h.Lanes[m.Lane]
	c.Right(2, y, lane, strconv.Itoa(int(l.Partition)), bold)
	t.drawReader(f, c, from, y, name, m.From)
	if !t.shared {
		c.Rune(from+name+1, y, f.Marks.Arrow, muted)
	}
	t.drawReader(f, c, to, y, name, m.To)
	if wait > 0 {
		waited := waitedSeg(m.Unowned)
		c.Right(to+name, y, wait, waited.Text, waited.Style)
	}
	if lag > 0 {
		seg := laneLagSeg(f.Lags[t.h.Group], l)
		c.Right(to+name+wait, y, lag, seg.Text, seg.Style)
	}
}

// drawHead draws what is above the columns.
func (t *moveTable) drawHead(c *canvas.Canvas, y, from, to int) {
	lane, name, wait, lag := t.lay()
	was, is := "from", "to"
	if t.shared {
		was, is = "reads no more", "reads now"
	}
	c.Right(2, y, lane, "part", muted)
	c.Cut(from, y, name, was, muted)
	c.Cut(to, y, name, is, muted)
	if wait > 0 {
		c.Right(to+name, y, wait, "no owner", muted)
	}
	c.Right(to+name+wait, y, lag, "lag now", muted)
}

// drawReader draws who owns a partition, or reads one that is shared.
func (t *moveTable) drawReader(f *Frame, c *canvas.Canvas, x, y, w int, o model.Owner) {
	if t.shared && o < 0 {
		c.Cut(x, y, w, dash, muted)
		return
	}
	drawOwnerName(f, c, x, y, w, t.h, o)
}

// waitedSeg says how long a partition had no owner.
func waitedSeg(d time.Duration) canvas.Seg {
	switch {
	case d < 0:
		return canvas.Seg{Text: "?", Style: muted}
	case d == 0:
		return canvas.Seg{Text: "none", Style: muted}
	}
	return canvas.Seg{Text: seconds(d), Style: text}
}

// noMoves says why no partition is listed.
func noMoves(r *model.Rebalance) string {
	switch {
	case r.Before == nil:
		return changeWords(r)
	case r.Ended.IsZero():
		return "no partition has another owner yet"
	}
	return "no partition has another owner than before"
}

// drawOwnerName draws who owns a partition.
func drawOwnerName(f *Frame, c *canvas.Canvas, x, y, w int, h *model.History, o model.Owner) {
	switch {
	case o >= 0:
		drawSeat(c, x, y, w, h, int(o), text)
	case o == model.Unwatched:
		c.Cut(x, y, w, "? not known", muted)
	default:
		c.Rune(x, y, f.Marks.Unowned, themes.Warn.S())
		c.Cut(x+2, y, w-2, "nobody", themes.Warn.S())
	}
}
