package ui

import (
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

func (p *members) memberColumns() []column[seated] {
	all := []struct {
		shown bool
		column[seated]
	}{
		{true, column[seated]{title: "member", width: p.has.name, flex: true, most: 40, draw: p.drawName, word: func(m seated) string { return m.name }}},
		{p.has.clients, column[seated]{title: "client id", width: 10, flex: true, ends: true, most: 24, keep: 7,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.client, muted) }, word: func(m seated) string { return m.client }}},
		{true, column[seated]{title: "host", width: 11, flex: true, most: 24, keep: 6,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(strings.TrimPrefix(m.host, "/"), muted) }, word: func(m seated) string { return m.host }}},
		{p.has.instances, column[seated]{title: "instance", width: 8, flex: true, ends: true, most: 20, keep: 10,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.instance, muted) }, word: func(m seated) string { return m.instance }}},
		{true, column[seated]{title: "member id", width: 14, flex: true, most: 46, keep: 12,
			cell: func(_ *Frame, m seated) canvas.Seg { return word(m.id, muted) }, word: func(m seated) string { return m.id }}},
		{p.has.racks, column[seated]{title: "rack", width: 6, flex: true, most: 12, keep: 11, cell: rackSeg}},
		{true, column[seated]{title: "here for", width: 8, keep: 4, cell: p.hereSeg,
			figure: func(_ *model.Snapshot, m seated) float64 { return float64(m.first.UnixMilli()) }}},
		{p.has.epochs, column[seated]{title: "epoch", width: 7, right: true, keep: 5, cell: memberEpochSeg,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(float64(m.epoch)) }}},
		{true, column[seated]{title: p.ownsTitle(), width: p.has.owns, flex: true, most: 48, cell: p.ownsSeg}},
		{true, column[seated]{title: p.ofTitle(), width: 6, right: true, keep: 8, cell: p.ownedSeg, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return float64(len(m.owns)) }}},
		{!p.has.past, column[seated]{title: "reads/s", width: 7, right: true, keep: 3, cell: func(_ *Frame, m seated) canvas.Seg { return rateSeg(m.lag.out) }, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(m.lag.out) }}},
		{!p.has.past, column[seated]{title: "lag", width: 7, right: true, cell: memberLagSeg, falls: true,
			figure: func(_ *model.Snapshot, m seated) float64 { return known(float64(m.lag.lag)) }}},
		{!p.has.past && p.has.kind != model.Share, column[seated]{title: "share of the lag", width: 16, flex: true, most: 20, keep: 9, draw: p.drawShare}},
		{!p.has.past, column[seated]{title: "clear in", width: 8, right: true, keep: 2, cell: memberClearSeg}},
		{!p.has.past, column[seated]{title: " note", width: p.has.note, flex: true, most: 64, keep: 1, draw: p.drawNote}},
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
	c.Name(2, 0, w-2, m.name, bold)
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
	if len(m.owns) == 0 {
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

// drawNote draws the note, a little off the figure before it.
func (p *members) drawNote(f *Frame, c *canvas.Canvas, m seated, w int) {
	note := p.noteSeg(f, m)
	c.Cut(1, 0, w-1, note.Text, note.Style)
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
	case m.idle != "":
		return canvas.Seg{Text: "idle: " + m.idle, Style: warn}
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
	if m.lag.known && m.lag.small() && m.lag.reads() {
		return canvas.Seg{Text: "now", Style: muted}
	}
	if m.lag.known && m.lag.small() {
		return canvas.Seg{Text: dash, Style: muted} // nothing was committed since it is measured
	}
	return clearSeg(m.lag.clear(), m.lag.lag)
}

// small reports whether a lag is what comes of committing only now and then.
func (l memberLag) small() bool {
	return l.in >= 0 && l.out >= 0 && float64(l.lag) <= max(l.in, l.out, 1)*keepsUp.Seconds()
}

// reads reports whether anything was committed, if anything was written. How much is
// no measure where the lag is small: a few seconds have one commit more or less.
func (l memberLag) reads() bool { return l.out > 0 || l.in == 0 }

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
	case l.small() && l.reads():
		return canvas.Seg{Text: "keeps up", Style: muted}
	case l.small():
		return canvas.Seg{} // not to be told yet: it may commit any moment
	case gain > 0.02*l.in:
		return canvas.Seg{Text: "catching up +" + rate(gain) + "/s", Style: change}
	case gain < -0.02*l.in:
		return canvas.Seg{Text: "falling behind −" + rate(-gain) + "/s", Style: warn}
	}
	return canvas.Seg{Text: "stays behind", Style: warn}
}
