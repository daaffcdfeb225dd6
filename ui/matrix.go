package ui

import (
	"strconv"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A matrix is the part of a table that has a column for each broker. It scrolls
// sideways on its own, so that the broker in view stays in view.
type matrix struct {
	cell int // width of a broker's column
	left int // first broker shown
}

// fit chooses the width of a column for the brokers and returns that of the whole
// matrix, in at most room cells.
func (m *matrix) fit(brokers []model.Broker, room, widest int) int {
	m.cell = widest
	least := 3
	for _, b := range brokers {
		least = max(least, len(strconv.Itoa(int(b.ID)))+1)
	}
	for m.cell > least && m.cell*len(brokers) > room {
		m.cell--
	}
	return min(m.cell*len(brokers), max(room/m.cell, 1)*m.cell)
}

// visible returns the brokers that fit in w cells, with the one in view among
// them.
func (m *matrix) visible(brokers []model.Broker, inView int32, w int) []model.Broker {
	n := min(len(brokers), max(1, w/max(m.cell, 1)))
	for i, b := range brokers {
		if b.ID == inView {
			m.left = min(max(m.left, i-n+1), i)
		}
	}
	m.left = max(0, min(m.left, len(brokers)-n))
	return brokers[m.left : m.left+n]
}

// head draws the ids of the brokers, with their racks where there is room, and
// arrows where there are more than fit.
func (m *matrix) head(f *Frame, c *canvas.Canvas, w int) {
	shown := m.visible(f.Brokers, f.Sel.Broker, w)
	for i, b := range shown {
		st := muted
		switch {
		case b.ID == f.Sel.Broker:
			st = accent
		case !b.Serves():
			st = bad
		}
		x, room := i*m.cell, m.cell
		if i == 0 && m.left > 0 { // the arrow stands there
			x, room = x+1, room-1
		}
		label := strconv.Itoa(int(b.ID))
		if b.Rack != "" && canvas.Width(label+b.Rack)+1 <= room-1 {
			label += string(f.Marks.Dot) + b.Rack
		}
		c.Mid(x, 0, room, label, st)
	}
	if m.left > 0 {
		c.Put(0, 0, "‹", accent)
	}
	if m.left+len(shown) < len(f.Brokers) {
		c.Put(w-1, 0, "›", accent)
	}
}

// row draws what each broker is to a partition.
func (m *matrix) row(f *Frame, c *canvas.Canvas, p *model.Partition, changed bool, w int) {
	for i, b := range m.visible(f.Brokers, f.Sel.Broker, w) {
		role := p.Role(b.ID)
		glyph, st, ground := roleMark(f.Marks, role)
		x := i * m.cell
		if ground != themes.Keep {
			c.Tint(canvas.Rect{X: x + min(1, m.cell/4), W: max(m.cell-2, 1), H: 1}, ground)
		}
		if changed && role != model.NoReplica {
			st = change
		}
		c.Put(x+(m.cell-1)/2, 0, glyph, st)
	}
}

// roleMark is a broker's cell: a glyph that tells the role without its colour.
func roleMark(m *themes.Marks, r model.Role) (glyph string, st canvasStyle, ground themes.Ground) {
	switch r {
	case model.Leads:
		return string(m.Leader), lead, themes.LeaderTint
	case model.LeadsForAnother:
		return string(m.LeadsFor), change, themes.ChangeTint
	case model.PreferredFollows:
		return string(m.Preferred), themes.Style{Ink: themes.Change}, themes.Keep
	case model.Follows:
		return string(m.InSync), themes.Style{Ink: themes.Follower}, themes.Keep
	case model.Behind:
		return string(m.Behind) + "!", warn, themes.Keep
	case model.OfflineRole:
		return string(m.Offline), bad, themes.Keep
	}
	return string(m.None), faint, themes.Keep
}

// roleWord says a role in words.
func roleWord(r model.Role) string {
	return [...]string{"no replica", "leads", "leads for another", "preferred, follows", "in sync", "behind", "offline"}[r]
}

// legend explains the marks of a matrix.
func legend(f *Frame) []canvas.Seg {
	m := f.Marks
	var segs []canvas.Seg
	add := func(role model.Role, words string) {
		glyph, st, _ := roleMark(m, role)
		segs = append(segs, canvas.Seg{Text: glyph, Style: st}, canvas.Seg{Text: " " + words + "  ", Style: muted})
	}
	add(model.Leads, "leader")
	add(model.Follows, "in sync")
	add(model.LeadsForAnother, "leads in place of")
	add(model.PreferredFollows, "preferred")
	add(model.Behind, "behind")
	add(model.OfflineRole, "offline")
	return segs
}

// sideways moves the selected broker n columns.
func sideways(n int) func(f *Frame) Intent {
	return func(f *Frame) Intent {
		if len(f.Brokers) == 0 {
			return nil
		}
		at := 0
		for i, b := range f.Brokers {
			if b.ID == f.Sel.Broker {
				at = i
			}
		}
		s := f.Sel
		s.Broker = f.Brokers[max(0, min(at+n, len(f.Brokers)-1))].ID
		return Select{s}
	}
}

// sidewaysActions move over the brokers' columns.
func sidewaysActions() []Action {
	return []Action{
		act("h", "broker", "to the broker on the left", sideways(-1)).also("left").shown("h/l"),
		act("l", "", "to the broker on the right", sideways(+1)).also("right").quiet(),
	}
}
