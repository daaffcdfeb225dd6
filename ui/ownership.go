package ui

import (
	"cmp"
	"slices"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// ownership is the explorer's pane about the selected group: who owned what when.
// Of a group whose past is not known it is a list of who owns what now.
type ownership struct {
	list[owned]
	at    string // id of the partition under the cursor of the list
	scrub scrub
	lanes *lanes
	past  bool // lanes are shown
}

// owned is a partition that members of a group are assigned.
type owned struct {
	lane    model.Lane
	owners  []string // names; several in a share group
	letters []int
	member  string // id of the first of them
}

func newOwnership() *ownership {
	p := &ownership{}
	p.lanes = newLanes(&p.scrub)
	p.list = list[owned]{
		filter: newFilter(),
		id:     owned.id,
		find: func(rows []owned, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(o owned) bool { return o.id() == id })
			return i, i >= 0
		},
		of: func(*Selection) string { return p.at },
		pick: func(s *Selection, id string) {
			p.at = id
			if i, ok := p.find(p.now.rows, id); ok {
				s.Member = p.now.rows[i].member
			}
		},
		columns: ownedColumns(),
	}
	return p
}

func ownedColumns() []column[owned] {
	return []column[owned]{
		{title: "partition", width: 14, flex: true, most: 40, cell: func(_ *Frame, o owned) canvas.Seg { return canvas.Seg{Text: o.id(), Style: text} }},
		{title: "owner", width: 10, flex: true, most: 36, draw: drawOwnersOf, word: func(o owned) string { return strings.Join(o.owners, ", ") }},
		{title: "lag", width: 7, right: true, keep: 1, falls: true,
			cell: func(f *Frame, o owned) canvas.Seg {
				if l := f.Lags[f.Sel.Group].Partition(o.lane.Topic, o.lane.Partition); l != nil {
					return lagSeg(l.Lag)
				}
				return canvas.Seg{Text: dash, Style: muted}
			}},
		{title: "clear in", width: 8, right: true, keep: 2,
			cell: func(f *Frame, o owned) canvas.Seg {
				if l := f.Lags[f.Sel.Group].Partition(o.lane.Topic, o.lane.Partition); l != nil {
					return clearSeg(l.Clear(), l.Lag)
				}
				return canvas.Seg{Text: dash, Style: muted}
			}},
	}
}

func (o owned) id() string { return holdingID(o.lane.Topic, o.lane.Partition) }

// drawOwnersOf draws the letters of a partition's owners, and their names.
func drawOwnersOf(_ *Frame, c *canvas.Canvas, o owned, w int) {
	x := 0
	for _, l := range o.letters {
		x = c.Cut(x, 0, max(0, w-x), letterOf(l), memberInk(l))
	}
	c.Cut(x+1, 0, max(0, w-x-1), strings.Join(o.owners, ", "), text)
}

// ownedBy lists the partitions that members own, by topic and number.
func ownedBy(r *roster) []owned {
	var all []owned
	for _, m := range r.rows {
		for _, l := range m.owns {
			all = append(all, owned{l, []string{m.name}, []int{m.letter}, m.id})
		}
	}
	slices.SortStableFunc(all, func(a, b owned) int { return compareLanes(a.lane, b.lane) })
	out := all[:0]
	for _, o := range all {
		if n := len(out); n > 0 && out[n-1].lane == o.lane {
			out[n-1].owners, out[n-1].letters = append(out[n-1].owners, o.owners...), append(out[n-1].letters, o.letters...)
			continue
		}
		out = append(out, o)
	}
	return out
}

// Name implements Pane.
func (p *ownership) Name() string { return "Ownership" }

// Needs implements Pane.
func (p *ownership) Needs(f *Frame) []model.Query { return watching(f) }

// Actions implements Pane.
func (p *ownership) Actions() []Action {
	if p.past {
		return append([]Action{openGroup(ShowLanes)}, p.lanes.Actions()...)
	}
	return append([]Action{openGroup(ShowGroup)}, p.moves()...)
}

// Arrange implements Arranger.
func (p *ownership) Arrange(f *Frame) func() any {
	h := f.Histories[f.Sel.Group]
	p.past = h != nil && len(h.Lanes) > 0
	if p.past {
		p.forget()
		return p.lanes.Arrange(f)
	}
	return p.arrange(f, f.GroupsAt, f.Sel.Group, false, func() []owned {
		r := rosterOf(f, p.scrub.at)
		return ownedBy(&r)
	})
}

// Settle implements Settler: the cursor goes to the first partition of the list.
func (p *ownership) Settle(f *Frame, _ *Selection) {
	scratch := f.Sel
	p.list.Settle(f, &scratch)
}

// Typing implements Typist.
func (p *ownership) Typing() bool { return !p.past && p.list.Typing() }

// Escape implements Escaper.
func (p *ownership) Escape() bool {
	if p.past {
		return p.lanes.Escape()
	}
	return p.list.Escape()
}

// Click implements Pointer.
func (p *ownership) Click(f *Frame, x, y int) Intent {
	if p.past {
		return p.lanes.Click(f, x, y)
	}
	return p.list.Click(f, x, y)
}

// Wheel implements Pointer.
func (p *ownership) Wheel(f *Frame, n int) Intent {
	if p.past {
		return p.lanes.Wheel(f, n)
	}
	return p.list.Wheel(f, n)
}

// extent tells how much of the pane is seen.
func (p *ownership) extent() (top, seen, all int) {
	if p.past {
		return p.lanes.extent()
	}
	return p.list.extent()
}

// Head implements Pane.
func (p *ownership) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	if segs := p.filter.segs(); segs != nil && !p.past {
		h.Facts = segs
		return h
	}
	g, ok := f.Group(f.Sel.Group)
	if !ok {
		return h
	}
	h.Facts = append([]canvas.Seg{{Text: g.ID, Style: bold}}, dots(f, groupStateSeg(f, g), canvas.Seg{Text: g.Word(), Style: muted}, memberCount(g))...)
	h.Right = lagHead(f.Lags[g.ID])
	return h
}

// memberCount says how many members a group has; nothing if that is not known.
func memberCount(g *model.Group) canvas.Seg {
	if !g.Known {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: plural(len(g.Members), "member", "members"), Style: text}
}

// Draw implements Pane.
func (p *ownership) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	switch {
	case p.past && h < 6:
		p.lanes.Draw(f, c)
	case p.past:
		p.lanes.Draw(f, c.Sub(canvas.Rect{W: w, H: h - 1}))
		c.Segs(2, h-1, w-3, lastRebalance(f, f.Histories[f.Sel.Group])...)
	case len(p.now.rows) > 0:
		p.draw(f, c, func(o owned) rowState {
			if o.member == f.Sel.Member && o.member != "" {
				return rowLinked
			}
			return rowPlain
		})
	default:
		p.nothing(f, c)
	}
}

// lines is how many lines the pane can make use of, frame included.
func (p *ownership) lines(f *Frame) int {
	if h := f.Histories[f.Sel.Group]; h != nil && len(h.Lanes) > 0 {
		p.lanes.rows.of(h)
		return len(p.lanes.rows.rows) + laneLines + 1
	}
	return len(p.now.rows) + 3
}

// nothing says why nobody owns anything.
func (p *ownership) nothing(f *Frame, c *canvas.Canvas) {
	if f.Sel.Group == "" {
		notice(f, c, muted, "select a group to see who owns what", "")
		return
	}
	r := rosterOf(f, p.scrub.at)
	if insteadOfMembers(f, c, &r) {
		return
	}
	if g := r.group; g != nil && len(r.rows) > 0 && r.rows[0].foreign != "" {
		notice(f, c, muted, plural(len(r.rows), "member", "members")+"; what they do is written in the protocol of "+r.rows[0].foreign,
			"Kafka keeps it, and does not read it.")
		return
	}
	notice(f, c, muted, plural(len(r.rows), "member", "members")+", none with a partition", "")
}

// lastRebalance says what happened to a group last.
func lastRebalance(f *Frame, h *model.History) []canvas.Seg {
	r := h.Open
	switch {
	case r != nil:
		return []canvas.Seg{{Text: mark(f.Marks.InFlight, "a rebalance is under way"), Style: change}, {Text: ", for " + span(max(0, r.Took(f.Now))), Style: muted}}
	case len(h.Rebalances) == 0:
		return []canvas.Seg{{Text: "no rebalance since " + clockDate(f.Now, h.Begin), Style: muted}}
	}
	r = &h.Rebalances[len(h.Rebalances)-1]
	segs := []canvas.Seg{{Text: "last rebalance ", Style: muted}, {Text: ago(f.Now, cmp.Or(r.Ended, r.Begun)), Style: text}}
	if r.Trigger != "" {
		segs = append(segs, canvas.Seg{Text: ": ", Style: muted}, triggerSeg(f, r))
	}
	for i, seat := range r.Who {
		if i == 3 {
			segs = append(segs, canvas.Seg{Text: " and " + count(len(r.Who)-i) + " more", Style: muted})
			break
		}
		s := &h.Seats[seat]
		segs = append(segs, canvas.Seg{Text: " "}, canvas.Seg{Text: letterOf(s.Letter), Style: memberInk(s.Letter)}, canvas.Seg{Text: " " + s.Name, Style: text})
	}
	if r.Before != nil {
		segs = append(segs, canvas.Seg{Text: ", " + count(r.Moved) + " moved", Style: muted})
	}
	if r.Took(f.Now) >= 0 {
		segs = append(segs, canvas.Seg{Text: ", took " + tookWords(r, f.Now), Style: muted})
	}
	if flap, ok := h.Flapping(f.Now); ok {
		segs = append(segs, canvas.Seg{Text: "  " + mark(f.Marks.Attention, flapWords(h, flap)), Style: warn})
	}
	return segs
}
