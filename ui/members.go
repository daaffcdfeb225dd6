package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// members is the pane of a group's members: what each owns, and how it keeps up.
// While one looks back it shows them as they were.
type members struct {
	list[seated]
	scrub *scrub

	roster roster
	only   string // the topic that all of it is about, if there is one
	has    memberShows
	key    rosterKey
	turn   uint64 // of the roster
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

func (p *members) memberColumns() []column[seated] {
	all := []struct {
		shown bool
		column[seated]
	}{
		{true, column[seated]{title: "member", width: 14, flex: true, most: 32, draw: p.drawName, word: func(m seated) string { return m.name }}},
		{p.has.clients, column[seated]{title: "client id", width: 10, flex: true, most: 24, keep: 7,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.client, muted) }, word: func(m seated) string { return m.client }}},
		{true, column[seated]{title: "host", width: 11, flex: true, most: 24, keep: 6,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(strings.TrimPrefix(m.host, "/"), muted) }, word: func(m seated) string { return m.host }}},
		{p.has.instances, column[seated]{title: "instance", width: 8, flex: true, most: 20, keep: 10,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.instance, muted) }, word: func(m seated) string { return m.instance }}},
		{true, column[seated]{title: "member id", width: 14, flex: true, most: 46, keep: 12,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.id, muted) }, word: func(m seated) string { return m.id }}},
		{p.has.racks, column[seated]{title: "rack", width: 6, flex: true, most: 12, keep: 11, cell: rackSeg}},
		{true, column[seated]{title: "here for", width: 9, right: true, keep: 4, cell: p.hereSeg,
			figure: func(_ *model.Snapshot, m seated) float64 { return float64(m.first.UnixMilli()) }}},
		{p.has.epochs, column[seated]{title: "epoch", width: 7, right: true, keep: 5, cell: memberEpochSeg,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(float64(m.epoch)) }}},
		{true, column[seated]{title: p.ownsTitle(), width: 12, flex: true, most: 48, cell: p.ownsSeg}},
		{true, column[seated]{title: p.ofTitle(), width: 6, right: true, keep: 8, cell: p.ownedSeg, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return float64(len(m.owns)) }}},
		{!p.has.past, column[seated]{title: "reads/s", width: 7, right: true, keep: 3, cell: func(_ *Frame, m seated) canvas.Seg { return rateSeg(m.lag.out) }, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(m.lag.out) }}},
		{!p.has.past, column[seated]{title: "lag", width: 7, right: true, cell: memberLagSeg, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(float64(m.lag.lag)) }}},
		{!p.has.past && p.has.kind != model.Share, column[seated]{title: "share of the lag", width: 16, flex: true, most: 20, keep: 9, draw: p.drawShare}},
		{!p.has.past, column[seated]{title: "clear in", width: 8, right: true, keep: 2, cell: memberClearSeg}},
		{!p.has.past, column[seated]{title: "note", width: 12, flex: true, most: 64, keep: 1, cell: p.noteSeg}},
	}
	var columns []column[seated]
	for _, c := range all {
		if c.shown {
			columns = append(columns, c.column)
		}
	}
	return columns
}

func (p *members) ownsTitle() string {
	switch p.has.kind {
	case model.Share:
		return "shares"
	case model.Streams:
		return "reads"
	}
	return "owns"
}

// ofTitle says how many partitions there are.
func (p *members) ofTitle() string {
	if p.has.partitions == 0 {
		return "parts"
	}
	return "of " + count(p.has.partitions)
}

// drawName draws a member's letter in its colour, and its name.
func (p *members) drawName(_ *Frame, c *canvas.Canvas, m seated, w int) {
	c.Put(0, 0, letterOf(m.letter), memberInk(m.letter))
	c.Cut(2, 0, w-2, m.name, bold)
}

// memberInk is how the letter of a consumer looks.
func memberInk(letter int) canvasStyle {
	return themes.Style{Ink: themes.Member(letter), Attr: themes.Bold}
}

func rackSeg(_ *Frame, m seated) canvas.Seg {
	if m.member == nil {
		return word("", muted)
	}
	return word(m.member.Rack, muted)
}

// hereSeg says since how long the member is there; at least, if it was there when
// the history begins.
func (p *members) hereSeg(f *Frame, m seated) canvas.Seg {
	if m.first.IsZero() {
		return canvas.Seg{Text: dash, Style: muted}
	}
	here := max(0, p.scrub.time(f.Now).Sub(m.first))
	switch {
	case m.longer:
		return canvas.Seg{Text: string(f.Marks.AtLeast) + span(here), Style: muted}
	case here < newcomer:
		return canvas.Seg{Text: span(here), Style: change}
	}
	return canvas.Seg{Text: span(here), Style: text}
}

// newcomer is for how long a member that came is marked as new.
const newcomer = 10 * time.Second

// memberEpochSeg shows a member that converges as 11→12.
func memberEpochSeg(f *Frame, m seated) canvas.Seg {
	switch {
	case m.epoch < 0:
		return canvas.Seg{Text: dash, Style: muted}
	case m.behindWith != model.NoEpoch:
		return canvas.Seg{Text: strconv.Itoa(int(m.epoch)) + string(f.Marks.Arrow) + strconv.Itoa(int(m.behindWith)), Style: change}
	}
	return canvas.Seg{Text: strconv.Itoa(int(m.epoch)), Style: muted}
}

func (p *members) ownsSeg(_ *Frame, m seated) canvas.Seg {
	switch {
	case m.foreign != "":
		return canvas.Seg{Text: "in its own protocol", Style: muted}
	case len(m.owns) == 0:
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: lanesText(m.owns, p.only), Style: text}
}

// ownedSeg counts the partitions of a member, and those that it is to have.
func (p *members) ownedSeg(f *Frame, m seated) canvas.Seg {
	n := count(len(m.owns))
	switch {
	case m.foreign != "":
		return canvas.Seg{Text: dash, Style: muted}
	case m.to >= 0 && m.to != len(m.owns):
		return canvas.Seg{Text: n + string(f.Marks.Arrow) + count(m.to), Style: change}
	case len(m.owns) == 0:
		return canvas.Seg{Text: n, Style: warn}
	}
	return canvas.Seg{Text: n, Style: text}
}

func memberLagSeg(_ *Frame, m seated) canvas.Seg {
	if !m.lag.known {
		return canvas.Seg{Text: dash, Style: muted}
	}
	return lagSeg(m.lag.lag)
}

// drawShare draws how much of the group's lag is the member's.
func (p *members) drawShare(f *Frame, c *canvas.Canvas, m seated, w int) {
	total := int64(0)
	for i := range p.roster.rows {
		total += max(0, p.roster.rows[i].lag.lag)
	}
	if m.lag.known && total > 0 {
		c.Bar(0, 0, w, f.Marks, float64(m.lag.lag), float64(total), themes.Style{Ink: themes.Member(m.letter)})
	}
}

// noteSeg says the one thing about a member that is most worth saying.
func (p *members) noteSeg(f *Frame, m seated) canvas.Seg {
	switch {
	case m.foreign != "":
		return canvas.Seg{Text: "its assignment is " + m.foreign + "'s own", Style: muted}
	case m.lag.deleted > 0:
		return canvas.Seg{Text: mark(f.Marks.Attention, number(m.lag.deleted)+" deleted before they were read"), Style: bad}
	case m.get > 0 || m.give > 0:
		return canvas.Seg{Text: targetWords(m), Style: change}
	case m.behindWith != model.NoEpoch:
		return canvas.Seg{Text: "converging", Style: change}
	case len(m.owns) == 0 && p.roster.rebalancing():
		return canvas.Seg{Text: "waits for its assignment", Style: change}
	case len(m.owns) == 0:
		return canvas.Seg{Text: "idle", Style: warn}
	}
	return m.lag.pace()
}

// targetWords say what a member is still to get and to give.
func targetWords(m seated) string {
	var words []string
	if m.get > 0 {
		words = append(words, "to get "+count(m.get))
	}
	if m.give > 0 {
		words = append(words, "to give "+count(m.give))
	}
	return strings.Join(words, ", ")
}

// rebalancing reports whether the members are not agreed on who owns what.
func (r *roster) rebalancing() bool {
	g := model.Group{State: r.state}
	return g.Rebalancing()
}

// clear is how long it takes a member to make up for its lag.
func (l memberLag) clear() time.Duration {
	if !l.known {
		return -1
	}
	p := model.PartitionLag{Lag: l.lag, In: l.in, Out: l.out}
	return p.Clear()
}

// memberClearSeg says when a member has made up for its lag: one that keeps up has.
func memberClearSeg(_ *Frame, m seated) canvas.Seg {
	if m.lag.known && m.lag.small() && m.lag.out >= m.lag.in*slower {
		return canvas.Seg{Text: "now", Style: muted}
	}
	return clearSeg(m.lag.clear(), m.lag.lag)
}

// small reports whether a lag is what comes of committing only now and then.
func (l memberLag) small() bool {
	return l.in >= 0 && l.out >= 0 && float64(l.lag) <= max(l.in, l.out, 1)*keepsUp.Seconds()
}

// slower is how much slower a member may read than is written, for the short time
// that is measured, and still keep up.
const slower = 0.8

// keepsUp is how much a member may be behind, in time, and still keep up: it
// commits only now and then what it has read.
const keepsUp = 10 * time.Second

// pace says whether a member keeps up.
func (l memberLag) pace() canvas.Seg {
	if !l.known || l.in < 0 || l.out < 0 {
		return canvas.Seg{}
	}
	gain := l.out - l.in
	switch {
	case l.lag == 0 && l.out == 0:
		return canvas.Seg{Text: "nothing to read", Style: muted}
	case l.small() && l.out >= l.in*slower:
		return canvas.Seg{Text: "keeps up", Style: muted}
	case gain > 0.02*l.in:
		return canvas.Seg{Text: "catching up +" + rate(gain) + "/s", Style: change}
	case gain < -0.02*l.in:
		return canvas.Seg{Text: "falling behind −" + rate(-gain) + "/s", Style: warn}
	}
	return canvas.Seg{Text: "stays behind", Style: warn}
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
	if p.has.kind == model.Streams {
		actions = append(actions, act("t", "topology", "show what the streams group computes", func(f *Frame) Intent { return Open{&topology{group: f.Sel.Group}} }))
	}
	return append(actions, act("y", "", "copy the member's id", func(f *Frame) Intent { return Copy{What: "member id", Text: f.Sel.Member} }).quiet())
}

// Arrange implements Arranger. The roster is worked out anew only when something
// that it is made of changes.
func (p *members) Arrange(f *Frame) func() any {
	key := rosterKey{f.Sel.Group, f.Histories[f.Sel.Group], f.Lags[f.Sel.Group], f.GroupsAt, f.TopicsAt, p.scrub.at}
	if p.key != key {
		if p.key.group != key.group {
			p.filter.clear()
			p.top, p.line = 0, 0
		}
		p.key, p.roster = key, rosterOf(f, p.scrub.at)
		p.turn++
		p.only = p.roster.onlyTopic()
		p.fit()
	}
	rows := p.roster.rows
	return p.arrange(f, p.turn, "", false, func() []seated { return rows })
}

// fit gives the list the columns that have something to show. The order stays by
// the column that it was by.
func (p *members) fit() {
	has := memberShows{past: !p.roster.at.IsZero(), partitions: p.roster.partitions}
	if p.roster.group != nil {
		has.kind = p.roster.group.Kind
	}
	for _, m := range p.roster.rows {
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
	n := max(len(p.roster.rows), 1) + 3
	if p.footing() != nil {
		n++
	}
	return n
}

// Head implements Pane.
func (p *members) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: f.Sel.Group, Style: bold}}}
	if segs := p.filter.segs(); segs != nil {
		h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), segs...)
		return h
	}
	r := &p.roster
	if r.gone {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "gone", Style: warn})...)
		return h
	}
	if !r.at.IsZero() {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "as it was at " + clock(r.at), Style: accent})...)
	} else if g := r.group; g != nil {
		if segs := missing("describing it", g.Problem); segs != nil {
			h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), segs...)
		}
		h.Right = lagHead(f.Lags[g.ID])
	}
	h.Facts = append(h.Facts, p.stateFacts(f)...)
	return h
}

// clock is a time of day; of another day than today's it would mislead, but what is
// kept is rarely so old.
func clock(t time.Time) string { return t.Format("15:04:05") }

// lagHead is a group's total lag.
func lagHead(l *model.GroupLag) []canvas.Seg {
	if l == nil || l.Total == model.NoLag {
		return nil
	}
	segs := []canvas.Seg{{Text: "lag ", Style: muted}, {Text: number(l.Total), Style: bold}}
	if l.Unknown > 0 {
		segs = append(segs, canvas.Seg{Text: ", " + count(l.Unknown) + " unknown", Style: muted})
	}
	return segs
}

// stateFacts are the state of the group and how long it has lasted, its epoch, its
// kind, who assigns and who coordinates.
func (p *members) stateFacts(f *Frame) []canvas.Seg {
	r := &p.roster
	segs := []canvas.Seg{{Text: " " + string(f.Marks.Dot) + " ", Style: muted}, groupStateSeg(f, &model.Group{State: r.state})}
	if !r.since.IsZero() {
		segs = append(segs, canvas.Seg{Text: " for " + span(max(0, p.scrub.time(f.Now).Sub(r.since))), Style: muted})
	}
	segs = append(segs, p.epochFacts(f)...)
	if r.group != nil {
		segs = append(segs, dots(f, canvas.Seg{Text: r.group.Word(), Style: text})...)
	}
	segs = append(segs, dots(f, canvas.Seg{Text: r.assignor, Style: text})...)
	if r.group != nil && r.group.Coordinator != model.NoBroker && r.at.IsZero() {
		segs = append(segs, dots(f, canvas.Seg{Text: "coordinator ", Style: muted})...)
		segs = append(segs, canvas.Seg{Text: "broker " + count(int(r.group.Coordinator)), Style: text})
	}
	return segs
}

// epochFacts are the generation of a classic group, marked as such if it is
// inferred; of others the epoch, and the one of the assignment if that is older.
func (p *members) epochFacts(f *Frame) []canvas.Seg {
	r := &p.roster
	if r.epoch == model.NoEpoch {
		return nil
	}
	n := strconv.Itoa(int(r.epoch))
	if g := r.group; g == nil || g.Kind == model.Classic || g.Kind == "" {
		if g != nil && g.Inferred && r.at.IsZero() {
			n = "~" + n
		}
		return append(dots(f, canvas.Seg{Text: "generation ", Style: muted}), canvas.Seg{Text: n, Style: text})
	}
	segs := append(dots(f, canvas.Seg{Text: "epoch ", Style: muted}), canvas.Seg{Text: n, Style: text})
	if r.assignment != model.NoEpoch && r.assignment != r.epoch {
		segs = append(segs, canvas.Seg{Text: ", assigned " + strconv.Itoa(int(r.assignment)), Style: change})
	}
	return segs
}

// footing is the line below the members: what nobody owns.
func (p *members) footing() []canvas.Seg {
	r := &p.roster
	if len(r.unowned) == 0 || len(r.rows) == 0 {
		return nil
	}
	return []canvas.Seg{
		{Text: plural(len(r.unowned), "partition", "partitions") + " without an owner: ", Style: warn},
		{Text: lanesText(r.unowned, p.only), Style: text},
	}
}

// Draw implements Pane.
func (p *members) Draw(f *Frame, c *canvas.Canvas) {
	if insteadOfMembers(f, c, &p.roster) {
		return
	}
	w, h := c.Size()
	if foot := p.footing(); foot != nil && h > 3 {
		c.Segs(2, h-1, w-3, foot...)
		h--
	}
	p.draw(f, c.Sub(canvas.Rect{W: w, H: h}), nil)
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
		notice(f, c, muted, "the group was not there at "+clock(r.at), "")
	case !r.at.IsZero():
		notice(f, c, muted, "no members at "+clock(r.at), "")
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
		notice(f, c, muted, "no members", offsetsOnly(f.Lags[g.ID]))
	}
	return true
}

// offsetsOnly says what an empty group still has.
func offsetsOnly(l *model.GroupLag) string {
	if l == nil || len(l.Topics) == 0 {
		return "The group has committed offsets, and nobody reads for it now."
	}
	names := make([]string, len(l.Topics))
	for i, t := range l.Topics {
		names[i] = t.Topic
	}
	s := "The group has committed offsets in " + strings.Join(names, ", ") + ", and nobody reads for it now."
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
