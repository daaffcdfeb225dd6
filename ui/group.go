package ui

import (
	"cmp"
	"path/filepath"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// The numbers of the panes of a group: the keys that go there.
const (
	membersPane    = 1
	lanesPane      = 2
	rebalancesPane = 3
	generationPane = 4
)

// groupView is the workspace of one group, the selected one: its members, who owned
// what when, its rebalances, and one of them closely. It lies over the explorer.
type groupView struct {
	workspace
	open    bool
	scrub   scrub
	members *members
	lanes   *lanes
}

func newGroupView() *groupView {
	v := &groupView{}
	v.members, v.lanes = newMembers(&v.scrub), newLanes(&v.scrub)
	v.workspace = workspace{
		panes: []Pane{v.members, v.lanes, newRebalances(&v.scrub), newGeneration(&v.scrub)},
		focus: membersPane, wide: v.layoutWide, alarm: func(*Frame, int) canvas.Seg { return canvas.Seg{} },
	}
	return v
}

// enter lays the view over the explorer, on what happens now.
func (v *groupView) enter(focus int) {
	v.open, v.focus, v.zoomed = true, focus, false
	v.scrub = scrub{}
}

// layoutWide has members above lanes above rebalances, beside them the one that is
// looked at. Members and lanes get what they need, as long as rebalances keep a part.
func (v *groupView) layoutWide(r canvas.Rect, f *Frame) {
	v.members.Arrange(f) // how many there are decides about the places of all
	least := max(7, r.H*35/100)
	members := min(v.members.lines(), max(5, r.H/3))
	lanes := 2
	if h := f.Histories[f.Sel.Group]; h != nil {
		lanes = len(v.lanes.rows.of(h))
	}
	lanes = max(8, min(lanes+laneLines, r.H-members-least))
	v.rects[membersPane-1], r = r.Top(members)
	v.rects[lanesPane-1], r = r.Top(lanes)
	v.rects[generationPane-1], v.rects[rebalancesPane-1] = r.Right(max(44, r.W*36/100))
}

// laneLines is what the lanes need besides a line for each: the frame, generations
// above, times and lag below.
const laneLines = 5

// reach says which time the lanes show, and how much of it a column is, if they are in
// sight on a screen of w columns that has room for it.
func (v *groupView) reach(f *Frame, w int) []canvas.Seg {
	line := v.lanes.line
	h := f.Histories[f.Sel.Group]
	if w < 150 || h == nil || len(h.Lanes) == 0 || line.n == 0 || len(v.rects) < lanesPane || v.rects[lanesPane-1].Empty() {
		return nil
	}
	to := line.at(line.n)
	if to.After(h.Seen) {
		to = h.Seen
	}
	return []canvas.Seg{
		{Text: clockDate(f.Now, line.at(0)) + " – " + clockDate(f.Now, to), Style: text},
		{Text: "  " + exactly(line.step) + " a column ", Style: muted},
	}
}

// drawPlace draws the part of the header that says where one is, from x on. It
// returns the cell after it.
func (a *App) drawPlace(f *Frame, c *canvas.Canvas, x, w int) int {
	if !a.group.open {
		return x
	}
	arrow := canvas.Seg{Text: " " + string(f.Marks.Here) + " ", Style: muted}
	if w >= 60 {
		x = c.Segs(x, 0, w-x, arrow, canvas.Seg{Text: "groups", Style: text})
	}
	x = c.Segs(x, 0, w-x, arrow)
	return c.Cut(x, 0, max(0, min(w-x-1, w/2)), cmp.Or(f.Sel.Group, "?"), bold)
}

// chip is what the header calls what is looked at: the cluster, or a recording.
func (a *App) chip(f *Frame) (name string, ground themes.Ground) {
	switch {
	case a.options.Replay != "":
		return "recording " + filepath.Base(a.options.Replay), themes.Resting
	case f.Cluster.ReadOnly:
		return cmp.Or(f.Cluster.Name, "?"), themes.WarnTint
	}
	return cmp.Or(f.Cluster.Name, "?"), themes.Resting
}

// trouble is the cluster's health if that is bad; nil if all is well.
func (a *App) trouble(f *Frame, health []canvas.Seg) []canvas.Seg {
	if a.options.Replay != "" || f.Counts.Offline+f.Counts.UnderReplicated == 0 && f.Serving() == len(f.Brokers) {
		return nil
	}
	return health
}

// recorded says of when a recording is.
func recorded(f *Frame) []canvas.Seg {
	h := f.Histories[f.Sel.Group]
	if h == nil {
		return []canvas.Seg{{Text: "reading the recording", Style: muted}}
	}
	var segs []canvas.Seg
	if n := len(f.Groups); n > 1 {
		i, _ := model.FindGroup(f.Groups, f.Sel.Group)
		segs = []canvas.Seg{{Text: "group " + count(i+1) + " of " + count(n) + "   ", Style: muted}}
	}
	return append(segs, canvas.Seg{Text: h.Begin.In(f.Now.Location()).Format("2006-01-02 15:04:05") + " to " + h.Seen.In(f.Now.Location()).Format(time.TimeOnly), Style: text})
}

// openGroup is the action that lays the view over the explorer.
func openGroup(v Verb) Action {
	return act("enter", "watch", "watch the group: members, who owned what when, rebalances", func(f *Frame) Intent {
		if f.Sel.Group == "" {
			return nil
		}
		return Do{v}
	})
}

// leaving is the action that goes back to the explorer. Esc does it too, once there
// is nothing else to step back from.
func leaving() Action {
	return verb("q", "back", "back to all groups", LeaveGroup).shown("esc")
}

// replaying are the actions of a recording as a whole.
func replaying() []Action {
	return []Action{
		act("n", "group", "to the next group of the recording", func(f *Frame) Intent { return nextGroup(f, +1) }),
		act("N", "", "to the group before", func(f *Frame) Intent { return nextGroup(f, -1) }).quiet(),
		verb("q", "", "quit", Quit).quiet(),
	}
}

// nextGroup selects the group n after the selected one.
func nextGroup(f *Frame, n int) Intent {
	if len(f.Groups) == 0 {
		return nil
	}
	i, _ := model.FindGroup(f.Groups, f.Sel.Group)
	s := f.Sel
	s.Group, s.Member = f.Groups[(i+n+len(f.Groups))%len(f.Groups)].ID, ""
	return Select{s}
}
