package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// The numbers of the explorer's panes: the keys that go there.
const (
	brokersPane   = 1
	topicsPane    = 2
	groupsPane    = 3
	spreadPane    = 4
	ownershipPane = 5
	tailPane      = 6
)

// explorer is the workspace below everything: the cluster.
type explorer struct {
	workspace
	spread    *spread
	ownership *ownership
	tail      *records
	upper     int // number of the pane at the upper right: spread or ownership
}

func newExplorer() *explorer {
	topics := newTopics()
	e := &explorer{spread: newSpread(topics), ownership: newOwnership(), tail: newRecords(), upper: spreadPane}
	e.workspace = workspace{
		panes: []Pane{newBrokers(), topics, newGroups(), e.spread, e.ownership, e.tail},
		focus: topicsPane, foot: tailPane, wide: e.layoutWide, alarm: alarm,
	}
	return e
}

func (e *explorer) layoutWide(r canvas.Rect, f *Frame) {
	left, right := r.Left(max(49, min(r.W*36/100, 84)))
	brokers := max(len(f.Brokers), 1) + 3
	if left.H >= 34 {
		brokers += fairLines
	}
	e.rects[brokersPane-1], left = left.Top(min(brokers, max(5, left.H/3)))
	groups := min(max(len(f.Groups), 1)+3, max(5, left.H*2/5))
	e.rects[groupsPane-1], e.rects[topicsPane-1] = left.Bottom(groups)
	e.follow()
	e.rects[e.upper-1], e.rects[tailPane-1] = right.Top(e.upperHeight(right.H, f))
}

// follow has the upper right show what belongs to the pane in focus. The tail
// belongs to either.
func (e *explorer) follow() {
	switch e.focus {
	case groupsPane, ownershipPane:
		e.upper = ownershipPane
	case brokersPane, topicsPane, spreadPane:
		e.upper = spreadPane
	}
}

// upperHeight is what the pane at the upper right needs, as long as the tail keeps
// a part.
func (e *explorer) upperHeight(h int, f *Frame) int {
	switch {
	case e.upper == ownershipPane:
		return min(max(e.ownership.lines(f), 14), h*65/100)
	case e.spread.zoom != zoomTopic:
		return h * 65 / 100
	}
	rows := 6
	if t, ok := f.Topic(f.Sel.Topic); ok {
		rows = len(t.Partitions)
	}
	return min(max(rows+3+totalLines, 14), h*60/100)
}

// alarm is the figure of a pane that is out of sight and needs attention.
func alarm(f *Frame, number int) canvas.Seg {
	n := 0
	switch number {
	case brokersPane:
		for _, b := range f.Brokers {
			if b.State >= model.Unreached {
				n++
			}
		}
	case topicsPane:
		n = f.Counts.Offline + f.Counts.UnderReplicated
	case groupsPane:
		for _, g := range f.Groups {
			if g.State != "Stable" && g.State != "Empty" && g.State != "" {
				n++
			}
		}
		if n > 0 {
			return canvas.Seg{Text: string(f.Marks.InFlight) + count(n), Style: change}
		}
	}
	if n == 0 {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: string(f.Marks.Attention) + count(n), Style: warn}
}
