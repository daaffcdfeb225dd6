package ui

import (
	"slices"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// ownership is the explorer's pane about the selected group: who owns what.
type ownership struct {
	list[owned]
	at string // id of the partition under the cursor
}

// owned is a partition that members of a group are assigned.
type owned struct {
	topic     string
	partition int32
	owners    []string // client ids
	member    string   // id of the first of them
}

func newOwnership() *ownership {
	p := &ownership{}
	p.list = list[owned]{
		filter: newFilter(),
		id:     func(o owned) string { return holdingID(o.topic, o.partition) },
		find: func(rows []owned, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(o owned) bool { return holdingID(o.topic, o.partition) == id })
			return i, i >= 0
		},
		of: func(*Selection) string { return p.at },
		pick: func(s *Selection, id string) {
			p.at = id
			if i, ok := p.find(p.now.rows, id); ok {
				s.Member = p.now.rows[i].member
			}
		},
		columns: []column[owned]{
			{title: "partition", width: 16, flex: true, most: 40, cell: func(_ *Frame, o owned) canvas.Seg {
				return canvas.Seg{Text: holdingID(o.topic, o.partition), Style: text}
			}},
			{title: "owner", width: 12, flex: true, most: 32, cell: func(_ *Frame, o owned) canvas.Seg {
				return canvas.Seg{Text: strings.Join(o.owners, ", "), Style: text}
			}, word: func(o owned) string { return strings.Join(o.owners, ", ") }},
		},
	}
	p.columns[0].word = func(o owned) string { return o.topic }
	return p
}

// ownedBy lists the partitions that members of a group are assigned, by topic and
// number.
func ownedBy(g *model.Group) []owned {
	var all []owned
	for i := range g.Members {
		m := &g.Members[i]
		for topic, partitions := range m.Assigned {
			for _, n := range partitions {
				all = append(all, owned{topic, n, []string{m.ClientID}, m.ID})
			}
		}
	}
	slices.SortStableFunc(all, compareOwned)
	out := all[:0]
	for _, o := range all {
		if n := len(out); n > 0 && compareOwned(out[n-1], o) == 0 {
			out[n-1].owners = append(out[n-1].owners, o.owners...)
			continue
		}
		out = append(out, o)
	}
	return out
}

func compareOwned(a, b owned) int {
	if d := strings.Compare(a.topic, b.topic); d != 0 {
		return d
	}
	return int(a.partition) - int(b.partition)
}

// Name implements Pane.
func (p *ownership) Name() string { return "Ownership" }

// Needs implements Pane.
func (p *ownership) Needs(f *Frame) []model.Query {
	if f.Sel.Group == "" {
		return []model.Query{model.ListGroups{}}
	}
	return []model.Query{model.ListGroups{}, model.DescribeGroups{Groups: model.NamesOf(f.Sel.Group)}}
}

// Actions implements Pane.
func (p *ownership) Actions() []Action { return append([]Action{openMembers()}, p.moves()...) }

// Arrange implements Arranger.
func (p *ownership) Arrange(f *Frame) func() any {
	return p.arrange(f, f.GroupsAt, f.Sel.Group, false, func() []owned {
		if g, ok := f.Group(f.Sel.Group); ok {
			return ownedBy(g)
		}
		return nil
	})
}

// Settle implements Settler: the cursor goes to the first partition.
func (p *ownership) Settle(f *Frame, _ *Selection) {
	scratch := f.Sel
	p.list.Settle(f, &scratch)
}

// Head implements Pane.
func (p *ownership) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	if segs := p.filter.segs(); segs != nil {
		h.Facts = segs
		return h
	}
	g, ok := f.Group(f.Sel.Group)
	if !ok {
		return h
	}
	h.Facts = append([]canvas.Seg{{Text: g.ID, Style: bold}}, dots(f, canvas.Seg{Text: g.Word(), Style: muted}, groupStateSeg(f, g), memberCount(g))...)
	return h
}

// Draw implements Pane.
func (p *ownership) Draw(f *Frame, c *canvas.Canvas) {
	g, ok := f.Group(f.Sel.Group)
	switch {
	case f.Sel.Group == "":
		notice(f, c, muted, "select a group to see who owns what", "")
	case !ok:
		notice(f, c, warn, "the group is gone", "")
	case g.Problem != nil && !g.Known:
		notice(f, c, bad, g.Problem.Says, g.Problem.Fix)
	case !g.Known:
		notice(f, c, muted, "asking for members "+string(f.Marks.Ellipsis), "")
	case len(g.Members) == 0:
		notice(f, c, muted, "no members", "The group has committed offsets, and nobody reads for it now.")
	case len(p.now.rows) == 0:
		notice(f, c, muted, "no member is assigned a partition", "")
	default:
		p.draw(f, c, func(o owned) rowState {
			if o.member == f.Sel.Member {
				return rowLinked
			}
			return rowPlain
		})
	}
}
