package ui

import (
	"math"

	"kscope/model"
	"kscope/ui/canvas"
)

// groups lists the consumer groups.
type groups struct{ list[*model.Group] }

func newGroups() *groups {
	return &groups{list[*model.Group]{
		columns: groupColumns(),
		filter:  newFilter(),
		id:      func(g *model.Group) string { return g.ID },
		find:    model.FindGroup,
		of:      func(s *Selection) string { return s.Group },
		pick:    func(s *Selection, id string) { s.Group = id },
	}}
}

func groupColumns() []column[*model.Group] {
	return []column[*model.Group]{
		{title: "name", width: 12, flex: true, ends: true, cell: func(_ *Frame, g *model.Group) canvas.Seg { return canvas.Seg{Text: g.ID, Style: text} },
			word: func(g *model.Group) string { return g.ID }},
		{title: "kind", width: 8, keep: 3, cell: func(_ *Frame, g *model.Group) canvas.Seg { return canvas.Seg{Text: g.Word(), Style: muted} },
			word: (*model.Group).Word},
		{title: "state", width: 9, flex: true, most: 20, keep: 1, cell: groupStateSeg, word: func(g *model.Group) string { return g.State }},
		{title: "assignor", width: 10, flex: true, most: 20, keep: 9, cell: func(_ *Frame, g *model.Group) canvas.Seg { return word(g.Assignor, muted) },
			word: func(g *model.Group) string { return g.Assignor }},
		{title: "coord", width: 5, right: true, keep: 10, cell: coordinatorSeg,
			figure: func(_ *model.Snapshot, g *model.Group) float64 { return known(float64(g.Coordinator)) }},
		{title: "topics", width: 6, right: true, keep: 11, cell: groupTopicsSeg,
			figure: func(_ *model.Snapshot, g *model.Group) float64 { return figureIf(g.Known, len(g.Topics())) }, falls: true},
		{title: "parts", width: 5, right: true, keep: 8, cell: assignedSeg,
			figure: func(_ *model.Snapshot, g *model.Group) float64 { return figureIf(g.Known, assigned(g)) }, falls: true},
		{title: "members", width: 7, right: true, keep: 2, cell: membersSeg,
			figure: func(_ *model.Snapshot, g *model.Group) float64 { return figureIf(g.Known, len(g.Members)) }, falls: true},
		{title: "lag", width: 6, right: true, cell: groupLagSeg, falls: true,
			figure: func(s *model.Snapshot, g *model.Group) float64 { return lagFigure(s.Lags[g.ID]) }},
		{title: "in/s", width: 5, right: true, keep: 7, cell: groupRateSeg(func(l *model.GroupLag) float64 { return l.In }), falls: true,
			figure: lagRate(func(l *model.GroupLag) float64 { return l.In })},
		{title: "out/s", width: 5, right: true, keep: 6, cell: groupRateSeg(func(l *model.GroupLag) float64 { return l.Out }), falls: true,
			figure: lagRate(func(l *model.GroupLag) float64 { return l.Out })},
		{title: "clear in", width: 8, right: true, keep: 5, cell: groupClearSeg, falls: true,
			figure: func(s *model.Snapshot, g *model.Group) float64 { return clearFigure(s.Lags[g.ID]) }},
		{title: "reb 10m", width: 7, right: true, keep: 4, cell: groupRebalancesSeg, falls: true,
			figure: func(s *model.Snapshot, g *model.Group) float64 { return rebalancesFigure(s.Histories[g.ID]) }},
	}
}

func figureIf(known bool, n int) float64 {
	if !known {
		return math.NaN()
	}
	return float64(n)
}

// groupStateSeg marks states that pass, and is plain about those that last.
func groupStateSeg(f *Frame, g *model.Group) canvas.Seg {
	switch g.State {
	case "":
		return canvas.Seg{Text: dash, Style: muted}
	case "Stable":
		return canvas.Seg{Text: mark(f.Marks.Stable, g.State), Style: good}
	case "Empty", "Dead", "NotReady":
		return canvas.Seg{Text: mark(f.Marks.Idle, g.State), Style: muted}
	}
	return canvas.Seg{Text: mark(f.Marks.InFlight, g.State), Style: change}
}

func coordinatorSeg(_ *Frame, g *model.Group) canvas.Seg {
	if g.Coordinator == model.NoBroker {
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: count(int(g.Coordinator)), Style: muted}
}

// assigned counts the partitions that members are assigned.
func assigned(g *model.Group) int {
	n := 0
	for i := range g.Members {
		n += g.Members[i].Partitions()
	}
	return n
}

func assignedSeg(_ *Frame, g *model.Group) canvas.Seg { return memberFigure(g, assigned(g)) }
func membersSeg(_ *Frame, g *model.Group) canvas.Seg  { return memberFigure(g, len(g.Members)) }

// memberFigure is a figure that only a description of the group gives.
func memberFigure(g *model.Group, n int) canvas.Seg {
	switch {
	case !g.Known && g.Problem != nil:
		return problemSeg(g.Problem)
	case !g.Known:
		return canvas.Seg{Text: dash, Style: muted}
	case n == 0:
		return canvas.Seg{Text: "0", Style: muted}
	}
	return canvas.Seg{Text: count(n), Style: text}
}

// Name implements Pane.
func (p *groups) Name() string { return "Groups" }

// Needs implements Pane. Only the groups on screen are described.
func (p *groups) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListGroups{}}
	names := p.names(p.id)
	if names.None() {
		return needs
	}
	return append(needs, model.DescribeGroups{Groups: names}, model.ReadLags{Groups: names})
}

// Actions implements Pane.
func (p *groups) Actions() []Action {
	actions := append([]Action{openGroup(ShowGroup)}, groupChanges()...)
	actions = append(actions, act("y", "", "copy the group's id", func(f *Frame) Intent { return Copy{What: "group id", Text: f.Sel.Group} }).quiet())
	for i := range actions {
		actions[i].Do = p.inSight(actions[i].Do)
	}
	return append(actions, p.moves()...)
}

// inSight keeps an action from the selected group while a filter leaves no group at
// all: the one that is still selected is not the one that was looked for.
func (p *groups) inSight(do func(*Frame) Intent) func(*Frame) Intent {
	return func(f *Frame) Intent {
		if p.filter.narrows() && p.now.key.filter == p.filter.text() && len(p.now.order) == 0 {
			return Tell{"no group matches " + p.filter.text() + ": esc clears the filter"}
		}
		return do(f)
	}
}

// groupChanges are what can be done to the selected group.
func groupChanges() []Action {
	return []Action{
		act("o", "reset offsets", "put the group's committed offsets somewhere else", onGroup(func(f *Frame) Dialog { return newReset(f.Sel.Group) })),
		act("O", "", "delete the group's committed offsets for the selected topic", onGroup(func(f *Frame) Dialog { return newDeleteOffsets(f.Sel.Group, f.Sel.Topic) })).quiet(),
		act("X", "", "delete the group and all its committed offsets", onGroup(func(f *Frame) Dialog { return newDeleteGroup(f.Sel.Group) })).quiet(),
	}
}

// onGroup opens a dialog about the selected group, if there is one.
func onGroup(dialog func(f *Frame) Dialog) func(*Frame) Intent {
	return func(f *Frame) Intent {
		if _, ok := f.Group(f.Sel.Group); !ok {
			return Tell{"select a group first"}
		}
		return Open{dialog(f)}
	}
}

// Arrange implements Arranger.
func (p *groups) Arrange(f *Frame) func() any {
	all := f.Groups
	return p.arrange(f, f.GroupsAt, "", len(f.Groups) > fewRows, func() []*model.Group { return all })
}

// Head implements Pane.
func (p *groups) Head(f *Frame) Heading {
	return p.heading(p.Name(), p.facts(f, model.ListGroups{}, p.denied(f)), p.head(f, len(f.Groups)))
}

// denied says which right is missing for the selected group.
func (p *groups) denied(f *Frame) []canvas.Seg {
	if g, ok := f.Group(f.Sel.Group); ok {
		return missing("members", g.Problem)
	}
	return nil
}

// Draw implements Pane.
func (p *groups) Draw(f *Frame, c *canvas.Canvas) {
	if instead(f, c, len(f.Groups), model.ListGroups{}, "groups") {
		return
	}
	p.draw(f, c, func(g *model.Group) rowState {
		if f.Sel.Topic != "" && g.Reads(f.Sel.Topic) {
			return rowLinked
		}
		return rowPlain
	})
}
