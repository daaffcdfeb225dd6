package ui

import (
	"math"
	"slices"
	"strconv"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// lanes shows who owned which partition when: a row per partition, time to the
// right.
type lanes struct {
	scrub *scrub
	rows  laneRows
	grid  laneGrid
	line  timeline    // as last drawn
	area  canvas.Rect // of the lanes alone
	width int         // of the pane

	top     int
	visible int
	loose   bool // scrolled away from the selected partition, by the wheel
}

func newLanes(s *scrub) *lanes { return &lanes{scrub: s} }

// A laneRow is one line of the lanes: a partition, or the name of a topic above
// its partitions.
type laneRow struct {
	lane  int // index into the history's lanes; -1 is a topic's name
	label string
}

// laneRows keeps the lines of a history for as long as its lanes are the same.
type laneRows struct {
	lanes  []model.Lane
	rows   []laneRow
	line   []int // index into lanes -> line
	topics int
	label  int // width of the longest label of a partition
}

// of returns the lines of a history: by topic and partition, topics named if there
// are several.
func (r *laneRows) of(h *model.History) []laneRow {
	if n := len(h.Lanes); n == len(r.lanes) && (n == 0 || &h.Lanes[0] == &r.lanes[0]) {
		return r.rows
	}
	*r = laneRows{lanes: h.Lanes, line: make([]int, len(h.Lanes)), label: 1}
	order := make([]int, len(h.Lanes))
	several := false
	for i, l := range h.Lanes {
		order[i] = i
		several = several || l.Topic != h.Lanes[0].Topic
	}
	slices.SortFunc(order, func(a, b int) int { return compareLanes(h.Lanes[a], h.Lanes[b]) })
	for i, lane := range order {
		l := h.Lanes[lane]
		if i == 0 || l.Topic != h.Lanes[order[i-1]].Topic {
			r.topics++
			if several {
				r.rows = append(r.rows, laneRow{-1, l.Topic})
			}
		}
		label := strconv.Itoa(int(l.Partition))
		r.label = max(r.label, len(label))
		r.line[lane] = len(r.rows)
		r.rows = append(r.rows, laneRow{lane, label})
	}
	return r.rows
}

// selected returns the line of the selected partition; -1 if it is none of these.
func (r *laneRows) selected(s Selection) int {
	return slices.IndexFunc(r.rows, func(row laneRow) bool {
		return row.lane >= 0 && r.lanes[row.lane] == model.Lane{Topic: s.Topic, Partition: s.Partition}
	})
}

// Name implements Pane.
func (p *lanes) Name() string { return "Ownership" }

// Needs implements Pane.
func (p *lanes) Needs(f *Frame) []model.Query { return watching(f) }

// history returns what is known of the selected group's past; nil if nothing is.
func history(f *Frame) *model.History { return f.Histories[f.Sel.Group] }

// Arrange implements Arranger: another group is looked at from its latest on.
func (p *lanes) Arrange(f *Frame) func() any {
	if p.scrub.group != f.Sel.Group {
		p.scrub.on(f.Sel.Group)
		p.top, p.loose = 0, false
	}
	return nil
}

// Arranged implements Arranger.
func (p *lanes) Arranged(any) {}

// extent tells how much of the lanes is seen, for the mark on the frame.
func (p *lanes) extent() (top, seen, all int) { return p.top, p.visible, len(p.rows.rows) }

// Actions implements Pane.
func (p *lanes) Actions() []Action {
	return append(p.times(), p.partitions()...)
}

// times are what moves the time under the cursor.
func (p *lanes) times() []Action {
	page := func(sign int) func(*Frame) Intent {
		return func(f *Frame) Intent { return p.step(f, sign*max(1, p.line.n-1)) }
	}
	return []Action{
		act("h", "time", "back in time by a column", func(f *Frame) Intent { return p.step(f, -1) }).also("left").shown("h/l"),
		act("l", "", "on in time by a column", func(f *Frame) Intent { return p.step(f, +1) }).also("right").quiet(),
		act("{", "", "back in time by a page", page(-1)).also("shift+left").quiet(),
		act("}", "", "on in time by a page", page(+1)).also("shift+right").quiet(),
		act("[", "rebalance", "to the rebalance before", func(f *Frame) Intent { return p.leap(f, -1) }).shown("[ ]"),
		act("]", "", "to the next rebalance", func(f *Frame) Intent { return p.leap(f, +1) }).quiet(),
		act("+", "scale", "less time in a column", func(f *Frame) Intent { return p.rescale(f, -1) }).also("=").shown("+/-"),
		act("-", "", "more time in a column", func(f *Frame) Intent { return p.rescale(f, +1) }).quiet(),
		act("0", "", "to the beginning of what is known", func(f *Frame) Intent {
			if h := history(f); h != nil {
				p.scrub.within(h, h.Begin)
			}
			return nil
		}).also("home").quiet(),
		act("f", "now", "follow what happens now", func(*Frame) Intent { p.scrub.follow(); return nil }).also("end"),
	}
}

// partitions are what moves over the partitions.
func (p *lanes) partitions() []Action {
	step := func(n int) func(*Frame) Intent { return func(f *Frame) Intent { return p.move(f, n) } }
	page := func(sign int) func(*Frame) Intent {
		return func(f *Frame) Intent { return p.move(f, sign*max(1, p.visible-1)) }
	}
	return []Action{
		act("j", "partition", "to the partition below", step(+1)).also("down").shown("j/k"),
		act("k", "", "to the partition above", step(-1)).also("up").quiet(),
		act("pgdown", "", "down a page", page(+1)).also("ctrl+f", "ctrl+d").quiet(),
		act("pgup", "", "up a page", page(-1)).also("ctrl+b", "ctrl+u").quiet(),
		act("g", "", "to the first partition", step(math.MinInt32)).quiet(),
		act("G", "", "to the last partition", step(math.MaxInt32)).quiet(),
		act("y", "", "copy who owned the partition at that time", p.copied).quiet(),
	}
}

// step moves the time under the cursor n columns.
func (p *lanes) step(f *Frame, n int) Intent {
	h := history(f)
	if h == nil {
		return nil
	}
	step := p.scale(h)
	p.scrub.within(h, beginOf(columnOf(p.scrub.time(h.Seen), step)+int64(n), step))
	return nil
}

func (p *lanes) leap(f *Frame, n int) Intent {
	if h := history(f); h != nil {
		p.scrub.leap(h, n)
	}
	return nil
}

// rescale makes a column more time, or less. The time under the cursor stays in
// its place.
func (p *lanes) rescale(f *Frame, n int) Intent {
	h := history(f)
	if h == nil {
		return nil
	}
	was := p.scale(h)
	i := slices.Index(scales, was) + n
	p.scrub.scale = scales[max(0, min(i, len(scales)-1))]
	p.line.rescale(p.scrub.time(h.Seen), p.scrub.scale)
	return nil
}

// move selects the partition n lines from the selected one.
func (p *lanes) move(f *Frame, n int) Intent {
	h := history(f)
	if h == nil || len(p.rows.of(h)) == 0 {
		return nil
	}
	rows := p.rows.rows
	was := p.rows.selected(f.Sel)
	to := max(0, min(was+n, len(rows)-1))
	if was < 0 {
		to = max(0, min(p.top, len(rows)-1))
	}
	for to > 0 && to < len(rows)-1 && rows[to].lane < 0 {
		to += 1 - 2*boolInt(n < 0)
	}
	return p.selectLine(f, to)
}

// selectLine selects the partition of a line, or the first below a topic's name.
func (p *lanes) selectLine(f *Frame, line int) Intent {
	if line >= 0 && line < len(p.rows.rows)-1 && p.rows.rows[line].lane < 0 {
		line++
	}
	if line < 0 || line >= len(p.rows.rows) {
		return nil
	}
	p.loose = false
	lane := p.rows.lanes[p.rows.rows[line].lane]
	s := f.Sel
	s.Topic, s.Partition = lane.Topic, lane.Partition
	return Select{s}
}

// Click implements Pointer: it selects the partition and the time.
func (p *lanes) Click(f *Frame, x, y int) Intent {
	h := history(f)
	if h == nil {
		return nil
	}
	if x >= p.area.X && x < p.area.X+p.area.W {
		p.scrub.within(h, p.line.at(x-p.area.X))
	}
	if y < p.area.Y || y >= p.area.Y+p.area.H {
		return nil
	}
	return p.selectLine(f, p.top+y-p.area.Y)
}

// Wheel implements Pointer: it scrolls over the partitions, or in time if all of
// them are seen.
func (p *lanes) Wheel(f *Frame, n int) Intent {
	if len(p.rows.rows) <= p.visible {
		return p.step(f, n)
	}
	p.loose = true
	p.top = max(0, min(p.top+n, len(p.rows.rows)-p.visible))
	return nil
}

// Escape implements Escaper: it follows again.
func (p *lanes) Escape() bool {
	was := p.scrub.follows()
	p.scrub.follow()
	return !was
}

// copied copies who owned the selected partition at the time under the cursor.
func (p *lanes) copied(f *Frame) Intent {
	h := history(f)
	if h == nil {
		return nil
	}
	line := p.rows.selected(f.Sel)
	if line < 0 {
		return Tell{"select a partition first"}
	}
	at := p.scrub.time(h.Seen)
	m, _ := h.Find(at)
	if m < 0 {
		return Tell{"nothing is known of that time"}
	}
	owner := ownerAt(&h.Moments[m], p.rows.rows[line].lane)
	return Copy{What: "line", Text: at.Format(time.RFC3339Nano) + " " + holdingID(f.Sel.Topic, f.Sel.Partition) + " " + ownerName(h, owner)}
}

// ownerName is what an owner is called.
func ownerName(h *model.History, o model.Owner) string {
	switch {
	case o >= 0:
		return h.Seats[o].Name
	case o == model.Unwatched:
		return "not watched"
	}
	return "nobody"
}
