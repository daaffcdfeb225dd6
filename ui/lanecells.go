package ui

import (
	"sort"
	"time"

	"kscope/model"
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
	i, _ := h.Find(t.at(0))
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

// A laneGrid keeps the cells of the lanes that are seen. Of a column with many
// moments they are dear, and most columns stay as they are.
type laneGrid struct {
	columns []gridColumn // column k at k modulo their number
	lanes   []int        // of the lines that are seen; -1 is no lane
	shown   [][]laneCell // of the columns that are seen, from the left, by line
}

// A gridColumn is the cells of one column, by line.
type gridColumn struct {
	key   gridKey
	cells []laneCell
}

// A gridKey tells whether the cells of a column are still right.
type gridKey struct {
	k           int64
	step        time.Duration
	from, to    time.Time
	first, last *model.Owner
	moments     int32
	past        bool
	known       bool
}

// fill brings the grid in line with a history, for n columns and some lanes.
func (g *laneGrid) fill(h *model.History, t timeline, columns []laneColumn, rows []laneRow) {
	if !g.same(rows) || len(g.columns) != len(columns) {
		g.lanes = g.lanes[:0]
		for _, row := range rows {
			g.lanes = append(g.lanes, row.lane)
		}
		g.columns = make([]gridColumn, len(columns))
	}
	g.shown = g.shown[:0]
	for x, col := range columns {
		key := gridKey{k: t.first + int64(x), step: t.step, known: true}
		if col.from >= 0 {
			from, to := &h.Moments[col.from], &h.Moments[col.to]
			key.from, key.to, key.moments = from.At, to.At, col.to-col.from+1
			key.first, key.last, key.past = firstOwner(from), firstOwner(to), to.Past
		}
		c := g.at(key.k)
		if c.key != key {
			c.key = key
			c.cells = col.cells(h, g.lanes, c.cells)
		}
		g.shown = append(g.shown, c.cells)
	}
}

// same reports whether the lines that are seen are those of the grid.
func (g *laneGrid) same(rows []laneRow) bool {
	if len(rows) != len(g.lanes) {
		return false
	}
	for y := range rows {
		if rows[y].lane != g.lanes[y] {
			return false
		}
	}
	return true
}

func firstOwner(m *model.Moment) *model.Owner {
	if len(m.Owners) == 0 {
		return nil
	}
	return &m.Owners[0]
}

// at returns column k, counted from 1970.
func (g *laneGrid) at(k int64) *gridColumn {
	n := int64(len(g.columns))
	return &g.columns[(k%n+n)%n]
}

// cells works out what some lanes show in the column.
func (col laneColumn) cells(h *model.History, lanes []int, cells []laneCell) []laneCell {
	cells = append(cells[:0], make([]laneCell, len(lanes))...)
	for i := col.from; i >= 0 && i <= col.to; i++ {
		m := &h.Moments[i]
		for y, lane := range lanes {
			if lane < 0 {
				continue
			}
			kind, owner := momentCell(m, lane)
			c := &cells[y]
			if i > col.from && (kind != c.kind || owner != c.owner) {
				c.changed = true
			}
			if kind >= c.kind {
				c.kind, c.owner, c.past = kind, owner, m.Past
			}
		}
	}
	return cells
}

// momentCell returns what a lane was in a moment.
func momentCell(m *model.Moment, lane int) (laneKind, model.Owner) {
	if m.Unwatched {
		return laneUnwatched, model.Unwatched
	}
	owner := model.Nobody
	if lane < len(m.Owners) {
		owner = m.Owners[lane]
	}
	if owner == model.Nobody && m.Sharers != nil {
		owner = ownerAt(m, lane)
	}
	switch {
	case owner >= 0:
		return laneOwned, owner
	case owner == model.Unwatched:
		return laneUnwatched, owner
	case m.Gone:
		return laneGone, owner
	}
	return laneNobody, owner
}
