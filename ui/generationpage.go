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

// A generationPage is what is said of one rebalance, made once for as long as
// nothing of it changes.
type generationPage struct {
	r     *model.Rebalance
	h     *model.History // of one under way: it goes on
	w     int
	head  [][]pageCell
	moves moveTable
	tail  [][]pageCell
}

// A pageCell is a text in a line of the page.
type pageCell struct {
	x, w  int
	right bool
	segs  []canvas.Seg
}

// pageLabel is the width of what stands before a line, with the margin.
const pageLabel = 12

// of makes the page one of a rebalance, and reports whether it was another's.
func (p *generationPage) of(f *Frame, r *model.Rebalance) bool {
	h := history(f)
	if p.r == r && (r == nil || p.h == h || !r.Ended.IsZero()) {
		return false
	}
	other := p.r == nil || r == nil || !p.r.Begun.Equal(r.Begun)
	*p = generationPage{r: r, h: h, w: p.w}
	return other
}

// lines counts the lines of the page.
func (p *generationPage) lines() int { return len(p.head) + p.moves.lines() + len(p.tail) }

// make words the page for a width.
func (p *generationPage) make(f *Frame, w int) {
	if p.w == w && p.head != nil {
		return
	}
	p.w, p.h = w, history(f)
	p.head = append(p.head[:0], causeLines(f, p.h, p.r, w)...)
	p.moves = newMoveTable(p.h, p.r, w)
	p.tail = append(keptLines(p.h, p.r, w), phaseLines(p.r, w)...)
	p.tail = append(p.tail, shareLines(f, p.h, p.r, w)...)
}

// draw draws the page from line top on.
func (p *generationPage) draw(f *Frame, c *canvas.Canvas, top int) {
	_, h := c.Size()
	for y := range h {
		i := top + y
		switch {
		case i < len(p.head):
			drawCells(c, y, p.head[i])
		case i < len(p.head)+p.moves.lines():
			p.moves.draw(f, c, y, i-len(p.head))
		case i < p.lines():
			drawCells(c, y, p.tail[i-len(p.head)-p.moves.lines()])
		}
	}
}

func drawCells(c *canvas.Canvas, y int, cells []pageCell) {
	for _, cell := range cells {
		if cell.right {
			c.Right(cell.x, y, cell.w, cell.segs[0].Text, cell.segs[0].Style)
			continue
		}
		c.Segs(cell.x, y, cell.w, cell.segs...)
	}
}

// pageFact is a line of the page: what it is about, and what there is to say.
func pageFact(label string, w int, segs ...canvas.Seg) []pageCell {
	return []pageCell{
		{x: 2, w: pageLabel - 3, segs: []canvas.Seg{{Text: label, Style: muted}}},
		{x: pageLabel, w: w - pageLabel - 1, segs: segs},
	}
}

// causeLines say what set the rebalance off, and how the group was before and after.
func causeLines(f *Frame, h *model.History, r *model.Rebalance, w int) [][]pageCell {
	segs := append([]canvas.Seg{triggerSeg(f, r), {Text: "  "}}, seatSegs(h, r.Who, 3)...)
	if len(r.Who) == 1 {
		segs = append(segs, canvas.Seg{Text: "  " + strings.TrimPrefix(h.Seats[r.Who[0]].Host, "/"), Style: muted})
	}
	lines := [][]pageCell{pageFact("trigger", w, segs...)}
	for _, why := range reasons(h, r) {
		lines = append(lines, pageFact("", w, canvas.Seg{Text: why, Style: muted}))
	}
	lines = append(lines, pageFact("before", w, sideSegs(f, r.Before)...))
	after := r.After
	if r.Ended.IsZero() {
		after = &h.Moments[len(h.Moments)-1]
		lines = append(lines, pageFact("now", w, sideSegs(f, after)...))
	} else {
		lines = append(lines, pageFact("after", w, sideSegs(f, after)...))
	}
	if after != nil && after.AssignmentEpoch != model.NoEpoch && generationWord(h.Kind) == "epoch" {
		lines = append(lines, pageFact("epochs", w, epochSegs(r.Before, after)...))
	}
	return append(lines, nil)
}

// seatSegs name at most n members, and how many others there are.
func seatSegs(h *model.History, seats []int, n int) []canvas.Seg {
	var segs []canvas.Seg
	for i, seat := range seats {
		if i == n {
			return append(segs, canvas.Seg{Text: "and " + count(len(seats)-n) + " more", Style: muted})
		}
		if seat >= 0 && seat < len(h.Seats) {
			s := &h.Seats[seat]
			segs = append(segs, canvas.Seg{Text: letterOf(s.Letter), Style: memberInk(s.Letter)}, canvas.Seg{Text: " " + s.Name + " ", Style: text})
		}
	}
	return segs
}

// longSilence is longer than consumers usually take between commits: a member that is
// gone after that may have been dead for as long.
const longSilence = 10 * time.Second

// reasons say more about the cause: whether a consumer came back, and after how long.
func reasons(h *model.History, r *model.Rebalance) []string {
	var lines []string
	if r.Trigger == model.Expired && r.Silence > 0 || r.Trigger == model.Departed && r.Silence >= longSilence {
		lines = append(lines, "had committed nothing for "+span(r.Silence))
	}
	if len(r.Who) != 1 || r.Trigger != model.Joined && r.Trigger != model.Rejoined {
		return lines
	}
	s := &h.Seats[r.Who[0]]
	for i := range h.Seats[:r.Who[0]] {
		if h.Seats[i].Letter == s.Letter && h.Seats[i].MemberID != s.MemberID {
			lines = append(lines, "the same client, with a new member id")
			break
		}
	}
	i, _ := slices.BinarySearchFunc(h.Rebalances, r.Begun, func(o model.Rebalance, at time.Time) int { return o.Begun.Compare(at) })
	for i--; i >= 0; i-- {
		if o := &h.Rebalances[i]; gave(o.Trigger) && slices.ContainsFunc(o.Who, func(seat int) bool { return h.Seats[seat].Letter == s.Letter }) {
			return append(lines, s.Name+" "+wentWord(o.Trigger)+" "+span(r.Begun.Sub(o.Begun))+" earlier")
		}
	}
	return lines
}

// gave reports whether a member went.
func gave(t model.Trigger) bool {
	return t == model.Left || t == model.Expired || t == model.Departed
}

func wentWord(t model.Trigger) string {
	if t == model.Departed {
		return "went"
	}
	return string(t)
}

// sideSegs say how the group was in a moment: members, and how even they had it.
func sideSegs(f *Frame, m *model.Moment) []canvas.Seg {
	if m == nil {
		return []canvas.Seg{{Text: "not known", Style: muted}}
	}
	segs := []canvas.Seg{{Text: plural(len(m.Members), "member", "members"), Style: text}}
	if len(m.Members) == 0 {
		return segs
	}
	least, most := m.Members[0].Owned, m.Members[0].Owned
	idle := 0
	for _, p := range m.Members {
		least, most = min(least, p.Owned), max(most, p.Owned)
		idle += boolInt(p.Owned == 0)
	}
	each := plural(least, "partition", "partitions") + " each"
	if len(m.Members) == 1 {
		each = plural(least, "partition", "partitions")
	}
	if least != most {
		each = count(least) + " to " + count(most) + " partitions each"
	}
	segs = append(segs, canvas.Seg{Text: "  " + each, Style: muted})
	if idle > 0 && most > 0 {
		segs = append(segs, canvas.Seg{Text: "  " + count(idle) + " idle", Style: warn})
	}
	return segs
}

// epochSegs show how far the group has come: its epoch, that of the assignment, and
// how many members have come to it.
func epochSegs(before, after *model.Moment) []canvas.Seg {
	there := 0
	for _, p := range after.Members {
		there += boolInt(p.Epoch >= after.Epoch)
	}
	st := text
	if there < len(after.Members) {
		st = change
	}
	segs := []canvas.Seg{{Text: "group ", Style: muted}, {Text: epochFrom(before, after, func(m *model.Moment) int32 { return m.Epoch }), Style: text},
		{Text: "  assignment ", Style: muted}, {Text: epochFrom(before, after, func(m *model.Moment) int32 { return m.AssignmentEpoch }), Style: text}}
	return append(segs, canvas.Seg{Text: "  "}, canvas.Seg{Text: count(there) + " of " + count(len(after.Members)), Style: st}, canvas.Seg{Text: " members there", Style: muted})
}

func epochFrom(before, after *model.Moment, of func(*model.Moment) int32) string {
	if before == nil || of(before) == of(after) || of(before) == model.NoEpoch {
		return strconv.Itoa(int(of(after)))
	}
	return strconv.Itoa(int(of(before))) + "→" + strconv.Itoa(int(of(after)))
}

// keptLines list what stayed with whom.
func keptLines(h *model.History, r *model.Rebalance, w int) [][]pageCell {
	if r.Before == nil || r.After == nil || r.Kept == 0 {
		return nil
	}
	kept := map[int][]model.Lane{}
	for lane, owner := range r.Before.Owners {
		if owner >= 0 && ownerAt(r.After, lane) == owner {
			letter := h.Seats[owner].Letter
			kept[letter] = append(kept[letter], h.Lanes[lane])
		}
	}
	var letters []int
	for letter, lanes := range kept {
		slices.SortFunc(lanes, compareLanes)
		letters = append(letters, letter)
	}
	slices.Sort(letters)
	only := onlyTopic(h)
	lines, line, room := [][]pageCell{nil}, []canvas.Seg(nil), w-pageLabel-1
	flush := func() {
		if line != nil {
			lines = append(lines, pageFact(map[bool]string{true: "kept"}[len(lines) == 1], w, line...))
		}
		line = nil
	}
	for _, letter := range letters {
		what := lanesText(kept[letter], only) + "   "
		if need := canvas.SegsWidth(line...) + 2 + canvas.Width(what) - 3; line != nil && need > room {
			flush()
		}
		line = append(line, canvas.Seg{Text: letterOf(letter) + " ", Style: memberInk(letter)}, canvas.Seg{Text: what, Style: text})
	}
	flush()
	return lines
}

// onlyTopic is the topic of all lanes; empty if there are several.
func onlyTopic(h *model.History) string {
	for i := range h.Lanes {
		if h.Lanes[i].Topic != h.Lanes[0].Topic {
			return ""
		}
	}
	if len(h.Lanes) == 0 {
		return ""
	}
	return h.Lanes[0].Topic
}

// phaseLines say how long the group was in each state meanwhile.
func phaseLines(r *model.Rebalance, w int) [][]pageCell {
	if len(r.Phases) == 0 {
		return nil
	}
	var segs []canvas.Seg
	for _, p := range r.Phases {
		if p.For == 0 && r.Ended.IsZero() {
			continue // it has only begun
		}
		segs = append(segs, canvas.Seg{Text: phaseWord(p.State) + " ", Style: muted}, canvas.Seg{Text: seconds(p.For) + "  ", Style: text})
	}
	if segs == nil {
		return nil
	}
	return [][]pageCell{pageFact("phases", w, segs...)}
}

// phaseWord is what a state of the group means to a rebalance.
func phaseWord(state string) string {
	switch state {
	case "PreparingRebalance":
		return "joining"
	case "CompletingRebalance":
		return "syncing"
	case "Assigning":
		return "assigning"
	case "Reconciling":
		return "reconciling"
	case "Stable":
		return "converging" // a share group's members come to its epoch one by one
	}
	return cmp.Or(state, "?")
}
