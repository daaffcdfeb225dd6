package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// member is a dialog: all there is to know about one member of a group.
type member struct {
	group, id string
	top       int
	height    int
	count     int // of lines when last drawn
}

func newMember(group, id string) *member { return &member{group: group, id: id} }

// Name implements Pane.
func (p *member) Name() string { return "Member" }

// Needs implements Pane.
func (p *member) Needs(*Frame) []model.Query {
	return []model.Query{model.ListGroups{}, model.WatchGroup{Group: p.group}}
}

// Actions implements Pane.
func (p *member) Actions() []Action {
	return append(scrolling(&p.top, &p.height),
		act("y", "copy", "copy the member's id", func(*Frame) Intent { return Copy{What: "member id", Text: p.id} }))
}

// Size implements Dialog.
func (p *member) Size(f *Frame) (w, h int) { return 110, len(p.traits(f)) + 2 }

// A trait is a line of a dialog: what it is, and what it is like.
type trait struct {
	name string
	segs []canvas.Seg
}

// row returns the member as it is now; nil if it is gone.
func (p *member) row(f *Frame) (*seated, roster) {
	own := *f
	own.Sel.Group = p.group
	r := rosterOf(&own, time.Time{})
	for i := range r.rows {
		if r.rows[i].id == p.id {
			return &r.rows[i], r
		}
	}
	return nil, r
}

// Head implements Pane.
func (p *member) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	if m, _ := p.row(f); m != nil {
		h.Facts = []canvas.Seg{{Text: letterOf(m.letter), Style: memberInk(m.letter)}, {Text: " " + m.name, Style: bold}}
	} else if s := p.seat(f); s != nil {
		h.Facts = append([]canvas.Seg{{Text: letterOf(s.Letter), Style: memberInk(s.Letter)}, {Text: " " + s.Name, Style: bold}},
			dots(f, canvas.Seg{Text: "gone", Style: warn})...)
	}
	h.Facts = append(h.Facts, canvas.Seg{Text: " of " + p.group, Style: muted})
	if p.count > p.height {
		h.Right = []canvas.Seg{{Text: "j/k scrolls", Style: muted}}
	}
	return h
}

// seat is the member's in the group's history; nil if it has none.
func (p *member) seat(f *Frame) *model.Seat {
	h := f.Histories[p.group]
	if h == nil {
		return nil
	}
	i := slices.IndexFunc(h.Seats, func(s model.Seat) bool { return s.MemberID == p.id })
	if i < 0 {
		return nil
	}
	return &h.Seats[i]
}

// traits are the dialog's lines.
func (p *member) traits(f *Frame) []trait {
	m, r := p.row(f)
	if m == nil {
		return p.past(f)
	}
	traits := identity(m.id, m.client, m.host)
	if r.group == nil || r.group.Kind != model.Share {
		traits = append(traits, membership(m.instance))
	}
	traits = append(traits, p.presence(f, m)...)
	if m.member != nil {
		traits = append(traits, protocolTraits(f, r.group, m)...)
		traits = append(traits, trait{})
		traits = append(traits, assignmentTraits(f, r.group, m)...)
		traits = append(traits, taskTraits(f, m.member)...)
	}
	return traits
}

// past are the traits about a member that is gone.
func (p *member) past(f *Frame) []trait {
	s := p.seat(f)
	if s == nil {
		return []trait{{"", []canvas.Seg{{Text: "the member is gone", Style: warn}}}}
	}
	return append(identity(s.MemberID, s.ClientID, s.Host), membership(s.InstanceID),
		plainTrait("first seen", clockDate(f.Now, s.First)),
		trait{"last seen", []canvas.Seg{{Text: clockDate(f.Now, s.Last), Style: text}, {Text: ", " + ago(f.Now, s.Last), Style: muted}}})
}

func plainTrait(name, value string) trait {
	return trait{name, []canvas.Seg{{Text: value, Style: text}}}
}

// identity are the names that a member goes by.
func identity(id, client, host string) []trait {
	return []trait{plainTrait("member id", cmp.Or(id, dash)), plainTrait("client id", cmp.Or(client, dash)),
		plainTrait("host", cmp.Or(strings.TrimPrefix(host, "/"), dash))}
}

// membership tells a static member from a dynamic one (KIP-345).
func membership(instance string) trait {
	if instance != "" {
		return trait{"instance id", []canvas.Seg{{Text: instance, Style: text}, {Text: "  static: a restart within the session moves nothing", Style: muted}}}
	}
	return trait{"instance id", []canvas.Seg{{Text: "none", Style: muted}, {Text: "  dynamic: every restart is a rebalance", Style: muted}}}
}

// presence says since when a member is there, and what it did to the group.
func (p *member) presence(f *Frame, m *seated) []trait {
	var traits []trait
	if m.member != nil && m.member.Rack != "" {
		traits = append(traits, plainTrait("rack", m.member.Rack))
	}
	h := f.Histories[p.group]
	if h == nil || m.first.IsZero() {
		return traits
	}
	here := trait{"here for", []canvas.Seg{{Text: span(max(0, f.Now.Sub(m.first))), Style: text}, {Text: ", since " + clockDate(f.Now, m.first), Style: muted}}}
	if m.longer {
		here.segs = []canvas.Seg{{Text: "at least " + span(max(0, f.Now.Sub(m.first))), Style: text}, {Text: ": it was there when kscope first looked", Style: muted}}
	}
	caused := 0
	for i := range h.Rebalances {
		if slices.ContainsFunc(h.Rebalances[i].Who, func(seat int) bool { return h.Seats[seat].Letter == m.letter }) {
			caused++
		}
	}
	traits = append(traits, here)
	if caused > 0 {
		traits = append(traits, trait{"caused", []canvas.Seg{{Text: plural(caused, "rebalance", "rebalances"), Style: text},
			{Text: " of " + count(len(h.Rebalances)) + " known, by whatever member id", Style: muted}}})
	}
	return traits
}

// protocolTraits are what the group's protocol tells of a member.
func protocolTraits(f *Frame, g *model.Group, m *seated) []trait {
	var traits []trait
	if m.epoch >= 0 {
		name, note := "epoch", ""
		if g.Kind == model.Classic || g.Kind == "" {
			name, note = "generation", "  that it came from, as its subscription says"
		} else if m.behindWith != model.NoEpoch {
			note = "  the group is at " + strconv.Itoa(int(m.behindWith)) + ": it has still to converge"
		}
		traits = append(traits, trait{name, []canvas.Seg{{Text: strconv.Itoa(int(m.epoch)), Style: text}, {Text: note, Style: muted}}})
	}
	if m.member.State != "" {
		traits = append(traits, plainTrait("state", m.member.State))
	}
	if m.member.Speaks != "" {
		traits = append(traits, trait{"speaks", []canvas.Seg{{Text: m.member.Speaks, Style: text}, {Text: "  the older protocol, in a group of the newer", Style: muted}}})
	}
	if m.id == g.Leader && g.Leader != "" {
		traits = append(traits, trait{"leader", []canvas.Seg{{Text: "yes", Style: text}, {Text: "  it assigns the partitions to all", Style: muted}}})
	}
	if d := m.member.SessionTimeout; d > 0 {
		traits = append(traits, trait{"session", []canvas.Seg{{Text: exactly(d), Style: text}, {Text: "  without a heartbeat, and it is thrown out", Style: muted}}})
	}
	if d := m.member.RebalanceTimeout; d > 0 {
		traits = append(traits, trait{"rebalance", []canvas.Seg{{Text: exactly(d), Style: text}, {Text: "  between polls, and it is thrown out", Style: muted}}})
	}
	return append(traits, subscriptionTraits(m.member)...)
}

// exactly writes a time-out as it was set: 45 s, 500 ms, 5 min.
func exactly(d time.Duration) string {
	switch {
	case d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d%time.Second == 0:
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
}

func subscriptionTraits(m *model.Member) []trait {
	var traits []trait
	if m.Pattern != "" {
		traits = append(traits, plainTrait("pattern", m.Pattern))
	}
	if m.Subscribed != nil {
		traits = append(traits, plainTrait("subscribed", cmp.Or(strings.Join(m.Subscribed, ", "), dash)))
	}
	return traits
}

// assignmentTraits are the partitions that a member has, is to get and is to give.
func assignmentTraits(f *Frame, g *model.Group, m *seated) []trait {
	if m.foreign != "" {
		return []trait{{"owns", []canvas.Seg{{Text: "its assignment is written in the protocol of " + m.foreign + ", which is not Kafka's", Style: muted}}}}
	}
	verb := "owns"
	if g.Kind == model.Share {
		verb = "shares"
	}
	if len(m.owns) == 0 {
		traits := []trait{{verb, []canvas.Seg{{Text: "nothing", Style: warn}}}}
		if m.idle != "" {
			traits = append(traits, trait{"idle", []canvas.Seg{{Text: m.idle, Style: text}}})
		}
		return append(traits, coming(m)...)
	}
	want := lanesOf(m.member.Target)
	table := laneLags(f, g, m.owns)
	var traits []trait
	for i, l := range m.owns {
		segs := table[i]
		if _, keeps := slices.BinarySearchFunc(want, l, compareLanes); m.member.Target != nil && !keeps {
			segs = append(segs, canvas.Seg{Text: "  to be given up", Style: change})
		}
		traits = append(traits, trait{verb, segs})
		verb = ""
	}
	return append(traits, coming(m)...)
}

// coming are the partitions that a member is to get.
func coming(m *seated) []trait {
	var traits []trait
	for _, l := range lanesOf(m.member.Target) {
		if _, has := slices.BinarySearchFunc(m.owns, l, compareLanes); !has {
			traits = append(traits, trait{"", []canvas.Seg{{Text: holdingID(l.Topic, l.Partition), Style: muted}, {Text: "  to come", Style: change}}})
		}
	}
	return traits
}

// laneLags say how far a group is behind in each of some partitions, one below the
// other.
func laneLags(f *Frame, g *model.Group, lanes []model.Lane) [][]canvas.Seg {
	committed := "  committed "
	if g.Kind == model.Share {
		committed = "  share start "
	}
	cells, widths := make([][4]string, len(lanes)), [4]int{}
	for i, l := range lanes {
		cells[i] = [4]string{holdingID(l.Topic, l.Partition), dash, dash, dash}
		if lag := f.Lags[g.ID].Partition(l.Topic, l.Partition); lag != nil {
			cells[i] = [4]string{cells[i][0], offset(lag.Committed), offset(lag.End), lagSeg(lag.Lag).Text}
		}
		for k, cell := range cells[i] {
			widths[k] = max(widths[k], canvas.Width(cell))
		}
	}
	rows := make([][]canvas.Seg, len(lanes))
	for i, l := range lanes {
		blank := func(k int) string { return strings.Repeat(" ", widths[k]-canvas.Width(cells[i][k])) }
		rows[i] = []canvas.Seg{
			{Text: cells[i][0] + blank(0), Style: text}, {Text: committed + blank(1), Style: muted}, {Text: cells[i][1], Style: text},
			{Text: " of " + blank(2), Style: muted}, {Text: cells[i][2], Style: text}, {Text: "  lag " + blank(3), Style: muted}, {Text: cells[i][3], Style: text},
		}
		if lag := f.Lags[g.ID].Partition(l.Topic, l.Partition); lag != nil && lag.Deleted > 0 {
			rows[i] = append(rows[i], canvas.Seg{Text: "  " + mark(f.Marks.Attention, number(lag.Deleted)+" deleted before they were read"), Style: bad})
		}
	}
	return rows
}

// taskTraits are the tasks of a member of a streams group.
func taskTraits(f *Frame, m *model.Member) []trait {
	var traits []trait
	name := "tasks"
	for _, t := range m.Tasks {
		lanes := make([]model.Lane, len(t.Partitions))
		for i, n := range slices.Sorted(slices.Values(t.Partitions)) {
			lanes[i] = model.Lane{Partition: n}
		}
		segs := []canvas.Seg{{Text: string(t.Kind), Style: text}, {Text: "  subtopology ", Style: muted}, {Text: t.Subtopology, Style: text},
			{Text: "  partitions ", Style: muted}, {Text: runs(lanes), Style: text}}
		if t.Target {
			segs = append(segs, canvas.Seg{Text: "  to come", Style: change})
		}
		traits = append(traits, trait{name, segs})
		name = ""
	}
	return traits
}

// Draw implements Pane.
func (p *member) Draw(f *Frame, c *canvas.Canvas) {
	traits := p.traits(f)
	p.count = len(traits)
	p.top, p.height = drawTraits(c, traits, p.top)
}

// drawTraits draws as many traits as fit, the first of them being number top. It
// returns which one that really was, and how many there is room for.
func drawTraits(c *canvas.Canvas, traits []trait, top int) (from, room int) {
	w, h := c.Size()
	top = max(0, min(top, len(traits)-h))
	for y := range min(h, len(traits)-top) {
		c.Cut(2, y, 12, traits[top+y].name, muted)
		c.Segs(16, y, w-17, traits[top+y].segs...)
	}
	return top, h
}
