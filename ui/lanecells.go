package ui

import (
	"slices"
	"sort"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// laneKind is what a cell of a lane tells. Where several hold in the time of one
// column, the greatest is shown: a gap never rounds away.
type laneKind uint8

const (
	laneBlank     laneKind = iota // nothing is known
	laneGone                      // there was no group
	laneOwned                     // its owner reads
	laneUnwatched                 // nobody looked
	laneNobody                    // nobody reads
)

// A laneCell is one partition in one column.
type laneCell struct {
	kind    laneKind
	owner   model.Owner // the last of the column, if owned
	past    bool        // as the log tells, of before kscope looked
	changed bool        // it had other owners in this column before
}

// A laneColumn is a column of time: the moments in it. From is -1 where nothing is
// known.
type laneColumn struct{ from, to int32 }

// columnsOf looks up the moments of all columns.
func columnsOf(h *model.History, t timeline) []laneColumn {
	columns := make([]laneColumn, t.n)
	end := columnOf(h.Seen, t.step)
	i := momentIndex(h, t.at(0))
	for x := range columns {
		if t.first+int64(x) > end {
			columns[x] = laneColumn{-1, -1}
			continue
		}
		from := i
		next := t.at(x + 1)
		if i+1 < len(h.Moments) && h.Moments[i+1].At.Before(next) {
			rest := h.Moments[i+1:]
			i += sort.Search(len(rest), func(j int) bool { return !rest[j].At.Before(next) })
		}
		if from < 0 && i >= 0 || from >= 0 && from < i && h.Moments[from+1].At.Equal(t.at(x)) {
			from++
		}
		columns[x] = laneColumn{int32(from), int32(i)}
	}
	return columns
}

// cell returns what one lane shows in the column.
func (col laneColumn) cell(h *model.History, lane int) laneCell {
	if col.from < 0 {
		return laneCell{}
	}
	cell := momentCell(&h.Moments[col.from], lane)
	for i := col.from + 1; i <= col.to; i++ {
		next := momentCell(&h.Moments[i], lane)
		next.changed = cell.changed || next.kind != cell.kind || next.owner != cell.owner
		if next.kind >= cell.kind {
			cell = next
		}
		cell.changed = next.changed
	}
	return cell
}

// momentCell returns what a lane was in a moment.
func momentCell(m *model.Moment, lane int) laneCell {
	owner := ownerAt(m, lane)
	cell := laneCell{kind: laneOwned, owner: owner, past: m.Past}
	switch {
	case m.Unwatched || owner == model.Unwatched:
		cell.kind, cell.owner = laneUnwatched, model.Unwatched
	case owner >= 0:
	case m.Gone:
		cell.kind = laneGone
	default:
		cell.kind = laneNobody
	}
	return cell
}

// ownerAt returns who owned a lane in a moment; of several sharers the first.
func ownerAt(m *model.Moment, lane int) model.Owner {
	if lane < len(m.Owners) && m.Owners[lane] != model.Nobody {
		return m.Owners[lane]
	}
	if s := sharersAt(m, lane); len(s) > 0 {
		return s[0]
	}
	return model.Nobody
}

// sharersAt returns the members of a share group that read a lane in a moment.
func sharersAt(m *model.Moment, lane int) []model.Owner {
	if lane < len(m.Sharers) {
		return m.Sharers[lane]
	}
	return nil
}

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
func drawShared(f *Frame, c *canvas.Canvas, h *model.History, columns []laneColumn, first int64, lane int) {
	var now []model.Owner
	since := 0
	for x, col := range columns {
		cell := col.cell(h, lane)
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
