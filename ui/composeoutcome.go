package ui

import (
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// outcomeLines is how many lines say what became of the last record.
const outcomeLines = 3

// drawOutcome says what became of the last record.
func (p *compose) drawOutcome(f *Frame, c *canvas.Canvas, y int) {
	w, h := c.Size()
	switch {
	case p.sending != nil || p.reading:
		c.Cut(1, y, w-2, "sending "+string(f.Marks.Ellipsis), muted)
	case p.clash != "":
		wrap(c, 1, y, w-2, h-y, mark(f.Marks.Attention, p.clash), warn)
	case p.problem != nil:
		wrap(c, 1, y, w-2, h-y, mark(f.Marks.Offline, p.problem.Error()), bad)
	case p.sent != nil:
		p.drawSent(f, c, y)
	}
}

// drawSent says where the record is, whether that was foreseen, and who has read it.
func (p *compose) drawSent(f *Frame, c *canvas.Canvas, y int) {
	w, _ := c.Size()
	s := p.sent
	c.Segs(1, y, w-2, canvas.Seg{Text: mark(f.Marks.Stable, "acknowledged "), Style: good},
		canvas.Seg{Text: s.String(), Style: strong},
		canvas.Seg{Text: " in " + millis(s.Took) + ", stamped " + s.Timestamp.Format("15:04:05.000"), Style: muted})
	segs := []canvas.Seg{{Text: "partition " + strconv.Itoa(int(s.Partition)), Style: text}, p.foreseen(f)}
	c.Segs(1, y+1, w-2, append(segs, canvas.Seg{Text: ", offset " + number(s.Offset) + leaderPhrase(f, s) + "; enter shows it in the tail", Style: muted})...)
	c.Segs(1, y+2, w-2, readBy(f, s)...)
}

// foreseen compares the partition with the one that was predicted.
func (p *compose) foreseen(f *Frame) canvas.Seg {
	switch p.sent.Predicted {
	case model.AllPartitions:
		return canvas.Seg{}
	case p.sent.Partition:
		return canvas.Seg{Text: ", as predicted", Style: good}
	}
	return canvas.Seg{Text: mark(f.Marks.Attention, ", not "+strconv.Itoa(int(p.sent.Predicted))+" as predicted"), Style: warn}
}

// leaderPhrase says which broker took the record.
func leaderPhrase(f *Frame, s *model.Sent) string {
	t, ok := f.Topic(s.Topic)
	if !ok {
		return ""
	}
	if r := t.Partition(s.Partition); r != nil && r.Leader != model.NoBroker {
		return ", taken by broker " + strconv.Itoa(int(r.Leader))
	}
	return ""
}

// readBy says of each group that reads the partition whether it has come to the
// record, by what it has committed.
func readBy(f *Frame, s *model.Sent) []canvas.Seg {
	var segs []canvas.Seg
	for _, g := range f.Groups {
		if g.Owner(s.Topic, s.Partition) == nil {
			continue
		}
		if segs != nil {
			segs = append(segs, canvas.Seg{Text: "; ", Style: muted})
		}
		segs = append(segs, canvas.Seg{Text: g.ID + " ", Style: text}, progressTo(f, g.ID, s))
	}
	return segs
}

// progressTo says how far a group is from a record.
func progressTo(f *Frame, group string, s *model.Sent) canvas.Seg {
	lag := partitionLag(f, group, s.Topic, s.Partition)
	switch {
	case lag == nil || lag.Committed == model.NoOffset:
		return canvas.Seg{Text: "may have read it or not: nothing is known of its lag", Style: muted}
	case lag.Committed > s.Offset:
		return canvas.Seg{Text: mark(f.Marks.Stable, "has read it, and committed"), Style: good}
	}
	return canvas.Seg{Text: "has " + plural(int(s.Offset-lag.Committed), "record", "records") + " before it to read", Style: change}
}
