package ui

import (
	"slices"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A laneRun is neighbouring cells of a lane that look alike.
type laneRun struct {
	laneCell
	from   int
	letter bool // the owner's letter stands at the beginning
}

// draw draws the run until column to.
func (r laneRun) draw(f *Frame, c *canvas.Canvas, h *model.History, to int) {
	n := to - r.from
	switch r.kind {
	case laneNobody:
		c.Run(r.from, 0, n, f.Marks.Unowned, themes.Warn.S())
	case laneUnwatched:
		c.Run(r.from, 0, n, f.Marks.Unwatched, muted)
	case laneOwned:
		letter := h.Seats[r.owner].Letter
		c.Run(r.from, 0, n, laneMark(f, r.past), laneStyle(letter))
		if r.letter {
			c.Put(r.from, 0, letterOf(letter), memberInk(letter).On(themes.MemberTint(letter)))
		}
	}
}

// laneMark is the line of a lane that is owned.
func laneMark(f *Frame, past bool) rune {
	if past {
		return f.Marks.LanePast
	}
	return f.Marks.Lane
}

// laneStyle is the look of a lane's line: there, but not to be read.
func laneStyle(letter int) canvasStyle {
	return themes.Style{Ink: themes.Member(letter), Ground: themes.MemberTint(letter), Attr: themes.Thin}
}

// drawShared draws the lane of a share group: its sharers' colours take turns, and
// their letters stand where they change.
func (p *lanes) drawShared(f *Frame, c *canvas.Canvas, h *model.History, columns []laneColumn, y, lane int) {
	var now []model.Owner
	since, first := 0, p.line.first
	for x, col := range columns {
		cell := p.grid.shown[x][y]
		if cell.kind != laneOwned {
			laneRun{laneCell: cell, from: x}.draw(f, c, h, x+1)
			now = nil
			continue
		}
		sharers := sharersAt(&h.Moments[col.to], lane)
		if len(sharers) == 0 {
			sharers = []model.Owner{cell.owner}
		}
		if cell.changed || !slices.Equal(sharers, now) {
			now, since = sharers, x
		}
		letter := h.Seats[now[int((first+int64(x))%int64(len(now)))]].Letter
		c.Run(x, 0, 1, laneMark(f, cell.past), laneStyle(letter))
		drawSharer(c, h, now, x, since)
	}
}

// mostSharers is how many sharers of a partition are named; of more there is the
// number.
const mostSharers = 4

// drawSharer writes the letter of the sharer that column x has room for.
func drawSharer(c *canvas.Canvas, h *model.History, sharers []model.Owner, x, since int) {
	i := x - since
	if n := "×" + count(len(sharers)); len(sharers) > mostSharers {
		if runes := []rune(n); i < len(runes) {
			c.Rune(x, 0, runes[i], bold)
		}
		return
	}
	if i < len(sharers) {
		letter := h.Seats[sharers[i]].Letter
		c.Put(x, 0, letterOf(letter), memberInk(letter).On(themes.MemberTint(letter)))
	}
}

// sharerSegs names the sharers of a partition in w cells.
func sharerSegs(h *model.History, sharers []model.Owner, w int) []canvas.Seg {
	if len(sharers) == 1 && w > 4 {
		s := &h.Seats[sharers[0]]
		return []canvas.Seg{{Text: letterOf(s.Letter), Style: memberInk(s.Letter)}, {Text: " " + s.Name, Style: text}}
	}
	if 2*len(sharers) > w {
		return []canvas.Seg{{Text: "× " + count(len(sharers)), Style: text}}
	}
	var segs []canvas.Seg
	for _, o := range sharers {
		segs = append(segs, canvas.Seg{Text: letterOf(h.Seats[o].Letter) + " ", Style: memberInk(h.Seats[o].Letter)})
	}
	return segs
}
