package ui

import (
	"slices"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// members is the pane of a group's members: what each owns, and how it keeps up.
// While one looks back it shows them as they were.
type members struct {
	list[seated]
	scrub    *scrub
	recorded bool // there is no cluster, and nothing can be changed

	roster roster
	only   string // the topic that all of it is about, if there is one
	has    memberShows
	key    rosterKey
	turn   uint64 // of the roster
	most   int    // rows that there ever were
}

// A rosterKey tells whether a roster is still right.
type rosterKey struct {
	group   string
	history *model.History
	lag     *model.GroupLag
	groups  uint64
	topics  uint64
	at      time.Time
}

// memberShows say which columns have anything to show.
type memberShows struct {
	kind                              model.GroupKind
	clients, instances, racks, epochs bool
	past                              bool
	partitions                        int
	name, owns, note                  int // widths
}

func newMembers(s *scrub) *members {
	p := &members{scrub: s}
	p.list = list[seated]{
		filter: newFilter(),
		id:     func(m seated) string { return m.id },
		find: func(rows []seated, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(m seated) bool { return m.id == id })
			return i, i >= 0
		},
		of:   func(s *Selection) string { return s.Member },
		pick: func(s *Selection, id string) { s.Member = id },
	}
	p.columns = p.memberColumns()
	return p
}

// Name implements Pane.
func (p *members) Name() string { return "Members" }

// Needs implements Pane.
func (p *members) Needs(f *Frame) []model.Query { return watching(f) }

// watching is what the panes of a group need: all that happens to it.
func watching(f *Frame) []model.Query {
	needs := []model.Query{model.ListGroups{}}
	if f.Sel.Group != "" {
		needs = append(needs, model.WatchGroup{Group: f.Sel.Group})
	}
	return needs
}

// Actions implements Pane.
func (p *members) Actions() []Action {
	actions := append([]Action{
		act("enter", "member", "show all there is to know about the member", func(f *Frame) Intent {
			if i, ok := p.find(p.now.rows, f.Sel.Member); ok {
				return Open{newMember(f.Sel.Group, p.now.rows[i].id)}
			}
			return nil
		}),
	}, p.moves()...)
	if !p.recorded {
		actions = append(actions, act("x", "", "have the member leave the group", func(f *Frame) Intent {
			if i, ok := p.find(p.now.rows, f.Sel.Member); ok && p.now.rows[i].member != nil {
				return Open{newRemoveMember(f.Sel.Group, f.Sel.Member)}
			}
			return Tell{"select a member that is there first"}
		}).quiet())
	}
	if p.has.kind == model.Streams {
		actions = append(actions, act("t", "topology", "show what the streams group computes", func(f *Frame) Intent { return Open{&topology{group: f.Sel.Group}} }))
	}
	return append(actions, act("y", "", "copy the member's id", func(f *Frame) Intent { return Copy{What: "member id", Text: f.Sel.Member} }).quiet())
}

// Arrange implements Arranger. The roster is worked out anew only when something
// that it is made of changes.
func (p *members) Arrange(f *Frame) func() any {
	p.scrub.on(f.Sel.Group)
	key := rosterKey{f.Sel.Group, f.Histories[f.Sel.Group], f.Lags[f.Sel.Group], f.GroupsAt, f.TopicsAt, p.scrub.at}
	if p.key != key {
		if p.key.group != key.group {
			p.filter.clear()
			p.top, p.line, p.most = 0, 0, 0
			p.has.name, p.has.owns, p.has.note = 0, 0, 0
		}
		p.key, p.roster = key, rosterOf(f, p.scrub.at)
		p.turn++
		p.only = p.roster.onlyTopic()
		p.most = max(p.most, len(p.roster.rows))
		p.fit(f)
	}
	rows := p.roster.rows
	return p.arrange(f, p.turn, "", false, func() []seated { return rows })
}

// fit gives the list the columns that have something to show, and those of words the
// width they need: of one group they only grow, so that nothing jumps to and fro. The
// order stays by the column that it was by.
func (p *members) fit(f *Frame) {
	has := memberShows{past: !p.roster.at.IsZero(), partitions: p.roster.partitions}
	if p.roster.group != nil {
		has.kind = p.roster.group.Kind
	}
	has.name, has.owns, has.note = max(p.has.name, 10), max(p.has.owns, 6), max(p.has.note, 13)
	for i := range p.roster.rows {
		m := &p.roster.rows[i]
		has.name = max(has.name, min(2+canvas.Width(m.name), 26))
		has.owns = max(has.owns, min(canvas.Width(lanesText(m.owns, p.only)), 18))
		has.note = max(has.note, min(canvas.Width(p.noteSeg(f, *m).Text)+1, 36))
		has.clients = has.clients || m.client != m.name
		has.instances = has.instances || m.instance != "" && m.instance != m.name
		has.racks = has.racks || m.member != nil && m.member.Rack != ""
		has.epochs = has.epochs || m.epoch >= 0 && has.kind != model.Classic && has.kind != ""
	}
	if has == p.has {
		return
	}
	by := p.columns[p.sortBy].title
	p.has = has
	p.columns = p.memberColumns()
	p.sortBy = max(0, slices.IndexFunc(p.columns, func(c column[seated]) bool { return c.title == by }))
	p.now.known = false
}

// Settle implements Settler: no member is selected until the user selects one, or
// filters.
func (p *members) Settle(f *Frame, s *Selection) {
	if p.jump {
		p.list.Settle(f, s)
	}
}

// lines is how many lines the pane can make use of, frame included.
func (p *members) lines() int {
	n := max(p.most, 1) + 3
	if p.footing() != nil {
		n++
	}
	return n
}

// footing is the line below the members: what nobody owns.
func (p *members) footing() []canvas.Seg {
	r := &p.roster
	if len(r.unowned) == 0 || len(r.rows) == 0 {
		return nil
	}
	return []canvas.Seg{
		{Text: "nobody reads " + plural(len(r.unowned), "partition", "partitions") + ": ", Style: warn},
		{Text: lanesText(r.unowned, p.only), Style: text},
	}
}

// Draw implements Pane.
func (p *members) Draw(f *Frame, c *canvas.Canvas) {
	if insteadOfMembers(f, c, &p.roster) {
		return
	}
	w, h := c.Size()
	if foot := p.footing(); foot != nil && h >= 3 {
		c.Segs(2, h-1, w-3, foot...)
		h--
	}
	var r *model.Rebalance
	past := f.Histories[f.Sel.Group]
	if past != nil {
		r = p.scrub.rebalance(past)
	}
	p.draw(f, c.Sub(canvas.Rect{W: w, H: h}), func(m seated) rowState {
		if r != nil && slices.ContainsFunc(r.Who, func(seat int) bool { return past.Seats[seat].Letter == m.letter }) {
			return rowLinked // it caused the rebalance that is looked at
		}
		return rowPlain
	})
}

// insteadOfMembers draws why there are no members to show. It reports whether it
// did.
func insteadOfMembers(f *Frame, c *canvas.Canvas, r *roster) bool {
	switch g := r.group; {
	case len(r.rows) > 0:
		return false
	case f.Sel.Group == "":
		notice(f, c, muted, "select a group to see its members", "")
	case !r.at.IsZero() && r.gone:
		notice(f, c, muted, "the group was not there at "+clockDate(f.Now, r.at), "")
	case !r.at.IsZero():
		notice(f, c, muted, "no members at "+clockDate(f.Now, r.at), "")
	case g == nil && f.Freshness(model.ListGroups{}).At.IsZero():
		instead(f, c, 0, model.ListGroups{}, "groups")
	case g == nil || r.gone:
		notice(f, c, warn, "the group is gone", "It was deleted, or its last offsets expired, or this user may no longer Describe it.")
	case g.Problem != nil && !g.Known:
		notice(f, c, bad, g.Problem.Says, g.Problem.Fix)
	case !g.Known:
		notice(f, c, muted, "asking for members "+string(f.Marks.Ellipsis), "")
	case r.rebalancing():
		notice(f, c, change, "no members at this moment: the group rebalances", "")
	default:
		notice(f, c, muted, "no members", offsetsOnly(g, f.Lags[g.ID]))
	}
	return true
}

// offsetsOnly says what a group without members still has.
func offsetsOnly(g *model.Group, l *model.GroupLag) string {
	whom := "nobody reads for it now."
	if g.Simple() {
		whom = "nobody ever joined it: whoever commits them assigns itself partitions."
	}
	if l == nil || len(l.Topics) == 0 {
		return "The group has committed offsets, and " + whom
	}
	names := make([]string, len(l.Topics))
	for i, t := range l.Topics {
		names[i] = t.Topic
	}
	s := "The group has committed offsets in " + strings.Join(names, ", ") + ", and " + whom
	if l.Total > 0 {
		s += " It is " + number(l.Total) + " records behind."
	}
	return s
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
