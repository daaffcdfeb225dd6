package ui

import (
	"slices"
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// members is a dialog: the members of one group and what each is assigned.
type members struct {
	list[model.Member]
	group string
	at    string // id of the member under the cursor
}

func newMembers(group string) *members {
	p := &members{group: group}
	p.list = list[model.Member]{
		filter: newFilter(),
		id:     func(m model.Member) string { return m.ID },
		find: func(rows []model.Member, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(m model.Member) bool { return m.ID == id })
			return i, i >= 0
		},
		of:   func(*Selection) string { return p.at },
		pick: func(_ *Selection, id string) { p.at = id },
		columns: []column[model.Member]{
			{title: "client id", width: 12, flex: true, most: 24, cell: func(_ *Frame, m model.Member) canvas.Seg { return word(m.ClientID, text) },
				word: func(m model.Member) string { return m.ClientID }},
			{title: "member id", width: 16, flex: true, most: 48, keep: 4, cell: func(_ *Frame, m model.Member) canvas.Seg { return word(m.ID, muted) },
				word: func(m model.Member) string { return m.ID }},
			{title: "instance", width: 8, flex: true, most: 20, keep: 6, cell: func(_ *Frame, m model.Member) canvas.Seg { return word(m.InstanceID, muted) },
				word: func(m model.Member) string { return m.InstanceID }},
			{title: "host", width: 12, flex: true, most: 20, keep: 5, cell: func(_ *Frame, m model.Member) canvas.Seg { return word(m.Host, muted) },
				word: func(m model.Member) string { return m.Host }},
			{title: "parts", width: 5, right: true, cell: memberPartsSeg,
				figure: func(_ *model.Snapshot, m model.Member) float64 { return float64(m.Partitions()) }, falls: true},
			{title: "assigned", width: 12, flex: true, keep: 3, cell: func(_ *Frame, m model.Member) canvas.Seg { return word(assignment(m), text) },
				word: assignment},
		},
	}
	return p
}

func memberPartsSeg(f *Frame, m model.Member) canvas.Seg {
	if n := m.Partitions(); n > 0 {
		return canvas.Seg{Text: count(n), Style: text}
	}
	return canvas.Seg{Text: "idle", Style: warn}
}

// assignment writes what a member is assigned: orders 0-3 7, payments 1.
func assignment(m model.Member) string {
	topics := make([]string, 0, len(m.Assigned))
	for t := range m.Assigned {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	for i, t := range topics {
		topics[i] = t + " " + ranges(m.Assigned[t])
	}
	return strings.Join(topics, ", ")
}

// ranges writes partition ids with runs drawn together: 0-3 7.
func ranges(ids []int32) string {
	ids = slices.Sorted(slices.Values(ids))
	var parts []string
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1] == ids[j]+1 {
			j++
		}
		s := strconv.Itoa(int(ids[i]))
		if j > i {
			s += "-" + strconv.Itoa(int(ids[j]))
		}
		parts = append(parts, s)
		i = j + 1
	}
	return strings.Join(parts, " ")
}

// Name implements Pane.
func (p *members) Name() string { return "Members" }

// openMembers is the action that goes into the selected group.
func openMembers() Action {
	return act("enter", "members", "show the group's members and what each is assigned", func(f *Frame) Intent {
		if _, ok := f.Group(f.Sel.Group); !ok {
			return nil
		}
		return Open{newMembers(f.Sel.Group)}
	})
}

// Needs implements Pane.
func (p *members) Needs(*Frame) []model.Query {
	return []model.Query{model.ListGroups{}, model.DescribeGroups{Groups: model.NamesOf(p.group)}}
}

// Actions implements Pane.
func (p *members) Actions() []Action {
	return append(p.moves(), act("y", "copy", "copy the member's id", func(*Frame) Intent { return Copy{What: "member id", Text: p.at} }))
}

// Arrange implements Arranger.
func (p *members) Arrange(f *Frame) func() any {
	return p.arrange(f, f.GroupsAt, "", false, func() []model.Member {
		if g, ok := f.Group(p.group); ok {
			return g.Members
		}
		return nil
	})
}

// Size implements Dialog.
func (p *members) Size(*Frame) (w, h int) { return 130, max(10, len(p.now.rows)+6) }

// Head implements Pane.
func (p *members) Head(f *Frame) Heading {
	h := Heading{Title: "Group", Facts: []canvas.Seg{{Text: p.group, Style: bold}}}
	g, ok := f.Group(p.group)
	if !ok {
		return h
	}
	h.Facts = append(h.Facts, dots(f,
		canvas.Seg{Text: g.Word(), Style: muted}, groupStateSeg(f, g),
		canvas.Seg{Text: g.Assignor, Style: muted}, memberCount(g))...)
	if g.Coordinator != model.NoBroker {
		h.Right = []canvas.Seg{{Text: "coordinator ", Style: muted}, {Text: strconv.Itoa(int(g.Coordinator)), Style: text}}
	}
	return h
}

// memberCount says how many members a group has; nothing if that is not known.
func memberCount(g *model.Group) canvas.Seg {
	if !g.Known {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: plural(len(g.Members), "member", "members"), Style: text}
}

// dots puts a muted dot before each seg that has text.
func dots(f *Frame, segs ...canvas.Seg) []canvas.Seg {
	var out []canvas.Seg
	for _, s := range segs {
		if s.Text != "" {
			out = append(out, canvas.Seg{Text: " " + string(f.Marks.Dot) + " ", Style: muted}, s)
		}
	}
	return out
}

// Draw implements Pane.
func (p *members) Draw(f *Frame, c *canvas.Canvas) {
	g, ok := f.Group(p.group)
	switch {
	case !ok:
		notice(f, c, warn, "the group is gone", "")
	case g.Problem != nil && !g.Known:
		notice(f, c, bad, g.Problem.Says, g.Problem.Fix)
	case len(g.Members) == 0 && g.Known:
		notice(f, c, muted, "no members", "The group has committed offsets, and nobody reads for it now.")
	case !g.Known:
		notice(f, c, muted, "asking for members "+string(f.Marks.Ellipsis), "")
	default:
		p.draw(f, c, nil)
	}
}
