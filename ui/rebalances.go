package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// rebalances lists the rebalances of the selected group, newest first. Its cursor is
// the time that all panes of the group look at.
type rebalances struct {
	list[*model.Rebalance]
	scrub *scrub
	of_   rebalancesKey
	turn  uint64 // of the rows
	sums  rebalanceSums
	flaps flapMemo
}

// A flapMemo keeps whether a group rebalances again and again: for a second, which
// is next to nothing to that.
type flapMemo struct {
	h    *model.History
	now  time.Time
	flap model.Flap
	is   bool
}

// of reports it.
func (m *flapMemo) of(h *model.History, now time.Time) (model.Flap, bool) {
	if passed := now.Sub(m.now); m.h != h || passed < 0 || passed >= time.Second {
		*m = flapMemo{h: h, now: now}
		m.flap, m.is = h.Flapping(now)
	}
	return m.flap, m.is
}

// A rebalancesKey tells whether the rows are still those of the history.
type rebalancesKey struct {
	group   string
	first   *model.Rebalance
	n       int
	dropped int
	open    *model.Rebalance
}

func newRebalances(s *scrub) *rebalances {
	p := &rebalances{scrub: s}
	p.list = list[*model.Rebalance]{
		filter:  newFilter(),
		columns: p.rebalanceColumns(model.Classic),
		id:      rebalanceID,
		find:    findRebalance,
		of:      p.current,
		pick:    p.goTo,
		sortBy:  rebalanceTime,
		desc:    true,
	}
	return p
}

// findRebalance looks a rebalance up by its id; rows are newest first.
func findRebalance(rows []*model.Rebalance, id string) (int, bool) {
	begun, _, _ := strings.Cut(id, " ")
	at, err := strconv.ParseInt(begun, 36, 64)
	if err != nil {
		return 0, false
	}
	i, _ := slices.BinarySearchFunc(rows, time.Unix(0, at), func(r *model.Rebalance, at time.Time) int { return at.Compare(r.Begun) })
	for ; i < len(rows) && rows[i].Begun.UnixNano() == at; i++ {
		if rebalanceID(rows[i]) == id {
			return i, true
		}
	}
	return 0, false
}

// current is the id of the rebalance that is looked at.
func (p *rebalances) current(*Selection) string {
	if r := p.selected(); r != nil {
		return rebalanceID(r)
	}
	return ""
}

// selected returns the rebalance that is looked at, of those in the list.
func (p *rebalances) selected() *model.Rebalance {
	rows, i := p.now.rows, 0
	if !p.scrub.follows() {
		i, _ = slices.BinarySearchFunc(rows, p.scrub.at, func(r *model.Rebalance, at time.Time) int { return at.Compare(r.Begun) })
		for j := i; p.scrub.picked != "" && j < len(rows) && rows[j].Begun.Equal(p.scrub.at); j++ {
			if rebalanceID(rows[j]) == p.scrub.picked {
				return rows[j]
			}
		}
	}
	if i >= len(rows) {
		return nil
	}
	return rows[i]
}

// goTo makes all panes look at a rebalance.
func (p *rebalances) goTo(_ *Selection, id string) {
	if i, ok := p.find(p.now.rows, id); ok {
		p.scrub.pick(p.now.rows[i])
	}
}

// Name implements Pane.
func (p *rebalances) Name() string { return "Rebalances" }

// Needs implements Pane.
func (p *rebalances) Needs(f *Frame) []model.Query { return watching(f) }

// Actions implements Pane.
func (p *rebalances) Actions() []Action {
	return append([]Action{
		act("enter", "before/after", "look at what the rebalance changed", func(*Frame) Intent { return Focus{generationPane} }),
		act("f", "now", "follow what happens now", func(*Frame) Intent { p.scrub.follow(); p.loose = false; return nil }),
		act("y", "", "copy the rebalance as a line of text", p.copied).quiet(),
	}, p.moves()...)
}

// Escape implements Escaper: first the filter goes, then the latest is followed.
func (p *rebalances) Escape() bool {
	if p.list.Escape() {
		return true
	}
	was := p.scrub.follows()
	p.scrub.follow()
	return !was
}

// Arrange implements Arranger. Even of all the rebalances that are kept it costs
// little, and one that goes on must be seen at once.
func (p *rebalances) Arrange(f *Frame) func() any {
	p.scrub.on(f.Sel.Group)
	key, h := rebalancesKey{group: f.Sel.Group}, history(f)
	if h != nil {
		key.n, key.dropped, key.open = len(h.Rebalances), h.Dropped, h.Open
		if key.n > 0 {
			key.first = &h.Rebalances[0]
		}
	}
	if key != p.of_ {
		if key.group != p.of_.group {
			p.top, p.loose = 0, false
			p.filter.clear()
		}
		p.of_ = key
		p.turn++
		if h != nil {
			p.words = func(r *model.Rebalance) string { return rebalanceWords(h, r) }
			p.columns = p.rebalanceColumns(h.Kind)
			if r := nth(h, 0); r != nil && !sameDay(f.Now, r.Begun.In(f.Now.Location())) {
				p.columns[rebalanceTime].width = len("22 Nov 15:04:05")
			}
		}
	}
	return p.arrange(f, p.turn, "", false, func() []*model.Rebalance { return rebalanceRows(h) })
}

// rebalanceRows lists what is known of a history's rebalances, newest first, so that
// of those that began at the same time the last is on top.
func rebalanceRows(h *model.History) []*model.Rebalance {
	if h == nil {
		return nil
	}
	rows := make([]*model.Rebalance, rebalancesOf(h))
	for i := range rows {
		rows[len(rows)-1-i] = nth(h, i)
	}
	return rows
}

// rebalanceWords is what a filter finds a rebalance by.
func rebalanceWords(h *model.History, r *model.Rebalance) string {
	return string(r.Trigger) + " " + whoWords(h, r.Who) + " " + generations(r, "→") + " " + originWords(r)
}

// Settle implements Settler: what is looked at changes only when the user wants it.
func (p *rebalances) Settle(f *Frame, s *Selection) {
	if p.jump && p.now.key.filter == p.filter.text() {
		p.list.Settle(f, s)
	}
}

// Head implements Pane.
func (p *rebalances) Head(f *Frame) Heading {
	head := Heading{Title: p.Name()}
	h := history(f)
	if h == nil || len(h.Moments) == 0 {
		return head
	}
	head.Right = p.sortedHead(f)
	if segs := p.filter.segs(); segs != nil {
		head.Facts, head.Right = segs, p.head(f, rebalancesOf(h))
		return head
	}
	head.Facts = []canvas.Seg{{Text: count(rebalancesOf(h) + h.Dropped), Style: text}}
	if !h.Begin.IsZero() {
		head.Facts = append(head.Facts, canvas.Seg{Text: " since " + clockShort(f.Now, h.Begin), Style: muted})
	}
	if h.Dropped > 0 {
		head.Facts = append(head.Facts, canvas.Seg{Text: ", the latest " + count(len(h.Rebalances)) + " kept", Style: muted})
	}
	if flap, ok := p.flaps.of(h, f.Now); ok {
		head.Facts = append(head.Facts, dots(f, canvas.Seg{Text: mark(f.Marks.Attention, flapWords(h, flap)), Style: warn})...)
	}
	return head
}

// sortedHead says in what order the list is, if it is not the usual one.
func (p *rebalances) sortedHead(f *Frame) []canvas.Seg {
	if p.sortBy == rebalanceTime && p.desc {
		return nil
	}
	return p.sortedBy(f.Marks)
}

// Draw implements Pane.
func (p *rebalances) Draw(f *Frame, c *canvas.Canvas) {
	h := history(f)
	if noHistory(f, c, h) {
		return
	}
	if len(p.now.rows) == 0 {
		noRebalances(f, c, h)
		return
	}
	w, height := c.Size()
	below := p.below(f, h, w)
	rows := max(min(len(p.now.order)+1, height), min(height-len(below)-2, 4))
	top, bottom := c.Bounds().Top(min(rows, max(height-p.room(height, len(below)), 2)))
	p.draw(f, c.Sub(top), nil)
	p.drawBelow(f, c.Sub(bottom), h, below)
}

// room is how many lines what is below the list gets, at most, where both want more
// than there are: as a list, a screen is of little use without rows.
func (p *rebalances) room(height, words int) int {
	switch {
	case height < 8:
		return 0
	case height < 12:
		return 2
	}
	return min(2+words, height/2)
}

// noRebalances says that there was none, and since when.
func noRebalances(f *Frame, c *canvas.Canvas, h *model.History) {
	since := "since " + clockDate(f.Now, h.Begin) + ", from when on something is known"
	if h.Log.State == model.LogReading {
		notice(f, c, muted, "none yet: reading the group's log "+string(f.Marks.Ellipsis)+" "+percent(h.Log.Read), "")
		return
	}
	more := "One shows here as soon as a member joins or leaves."
	if p := h.Log.Problem; p != nil && p.Kind == model.Denied {
		more += " Those of before are in the group's log, which needs " + p.Right.String() + "."
	}
	notice(f, c, muted, "no rebalance "+since, more)
}

// changeWords say what became of the partitions.
func changeWords(r *model.Rebalance) string {
	if r.Before == nil {
		return "who owned what before is not known"
	}
	return plural(r.Moved, "partition", "partitions") + " moved, " + count(r.Kept) + " kept, " + count(r.Lost) + " lost"
}

// copied copies the rebalance as a line of text.
func (p *rebalances) copied(f *Frame) Intent {
	h, r := history(f), p.selected()
	if h == nil || r == nil {
		return Tell{"there is no rebalance"}
	}
	words := []string{
		r.Begun.Format("2006-01-02T15:04:05.000Z07:00"), h.Group, generationWord(h.Kind) + " " + generations(r, "→"),
		cmpWord(string(r.Trigger)), whoWords(h, r.Who),
		changeWords(r),
		"took " + tookWords(r, f.Now), "pause " + pauseWords(r.Pause), "lag built " + lagWords(r.LagBuilt), originWords(r),
	}
	return Copy{What: "rebalance", Text: strings.Join(words, ", ")}
}
