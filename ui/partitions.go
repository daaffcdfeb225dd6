package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// partitions is the spread of one topic: a row for each partition, a column for
// each broker.
type partitions struct {
	list[*model.Partition]
	matrix matrix
	memo   spreadMemo
	topic  string // whose rows are shown
	loss   *lossView
}

// matrixColumn is where the matrix stands among the columns.
const matrixColumn = 1

func newPartitions(loss *lossView) *partitions {
	p := &partitions{loss: loss}
	p.list = list[*model.Partition]{
		columns: p.partitionColumns(),
		filter:  newFilter(),
		id:      func(p *model.Partition) string { return strconv.Itoa(int(p.ID)) },
		find: func(rows []*model.Partition, id string) (int, bool) {
			n, err := strconv.Atoi(id)
			return n, err == nil && n >= 0 && n < len(rows)
		},
		of: func(s *Selection) string {
			if s.Partition == model.AllPartitions {
				return ""
			}
			return strconv.Itoa(int(s.Partition))
		},
		pick: func(s *Selection, id string) {
			if n, err := strconv.Atoi(id); err == nil {
				s.Partition = int32(n)
			}
		},
	}
	return p
}

func (p *partitions) partitionColumns() []column[*model.Partition] {
	topic := p.topic
	id := func(_ *model.Snapshot, p *model.Partition) float64 { return float64(p.ID) }
	return []column[*model.Partition]{
		{title: "part", width: 5, right: true, figure: id,
			cell: func(_ *Frame, p *model.Partition) canvas.Seg {
				return canvas.Seg{Text: strconv.Itoa(int(p.ID)), Style: bold}
			}},
		{title: "brokers", draw: p.drawRoles, head: p.matrix.head},
		{title: "leader", width: 6, keep: 2, cell: p.leaderSeg, figure: func(_ *model.Snapshot, p *model.Partition) float64 { return float64(p.Leader) }},
		{title: "isr", width: 6, flex: true, most: 8, keep: 2, cell: p.isrSeg, figure: func(_ *model.Snapshot, p *model.Partition) float64 { return float64(p.ISR()) }},
		{title: "epoch", width: 5, right: true, keep: 9, cell: epochSeg, figure: func(_ *model.Snapshot, p *model.Partition) float64 { return known(float64(p.LeaderEpoch)) }},
		{title: "log start", width: 11, right: true, keep: 8, cell: p.startSeg, figure: p.offsetFigure(func(o *model.Offsets) []int64 { return o.Start }), falls: true},
		{title: "log end", width: 11, right: true, keep: 3, cell: p.endSeg, figure: p.offsetFigure(func(o *model.Offsets) []int64 { return o.End }), falls: true},
		{title: "in/s", width: 5, right: true, keep: 4, cell: func(f *Frame, r *model.Partition) canvas.Seg { return rateSeg(p.rate(f, r.ID)) },
			figure: func(s *model.Snapshot, r *model.Partition) float64 { return known(partitionRate(s, topic, r.ID)) }, falls: true},
		{title: "last 16 s", width: 12, keep: 7, draw: p.drawHistory},
		{title: "size", width: 8, right: true, keep: 5, cell: p.sizeSeg,
			figure: func(s *model.Snapshot, r *model.Partition) float64 {
				return known(float64(s.PartitionBytes(topic, r.ID)))
			}, falls: true},
		{title: "read by", width: 9, flex: true, most: 30, keep: 6, cell: p.readerSeg},
	}
}

func (p *partitions) drawRoles(f *Frame, c *canvas.Canvas, r *model.Partition, w int) {
	after, changed := p.loss.after(r)
	p.matrix.row(f, c, after, changed, w)
}

func (p *partitions) leaderSeg(f *Frame, r *model.Partition) canvas.Seg {
	r, changed := p.loss.after(r)
	switch {
	case r.Leader == model.NoBroker:
		return canvas.Seg{Text: mark(f.Marks.Offline, "none"), Style: bad}
	case r.Leader != r.Preferred():
		return canvas.Seg{Text: strconv.Itoa(int(r.Leader)) + string(f.Marks.NotEqual) + strconv.Itoa(int(r.Preferred())), Style: change}
	case changed:
		return canvas.Seg{Text: strconv.Itoa(int(r.Leader)), Style: change}
	}
	return canvas.Seg{Text: strconv.Itoa(int(r.Leader)), Style: text}
}

func (p *partitions) isrSeg(_ *Frame, r *model.Partition) canvas.Seg {
	r, _ = p.loss.after(r)
	var b strings.Builder
	for _, rep := range r.Replicas {
		if rep.State == model.InSync {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(int(rep.Broker)))
		}
	}
	if r.ISR() < len(r.Replicas) {
		return word(b.String(), warn)
	}
	return word(b.String(), muted)
}

func epochSeg(_ *Frame, r *model.Partition) canvas.Seg {
	if r.LeaderEpoch < 0 {
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: count(int(r.LeaderEpoch)), Style: muted}
}

func (p *partitions) offsets(s *model.Snapshot) *model.Offsets {
	if t, ok := s.Topic(p.topic); ok {
		return t.Offsets
	}
	return nil
}

func (p *partitions) offsetFigure(get func(*model.Offsets) []int64) func(*model.Snapshot, *model.Partition) float64 {
	topic := p.topic
	return func(s *model.Snapshot, r *model.Partition) float64 {
		if t, ok := s.Topic(topic); ok && t.Offsets != nil {
			return known(float64(at(get(t.Offsets), r.ID, model.NoOffset)))
		}
		return known(-1)
	}
}

// at returns the value of a partition, or what stands for an unknown one.
func at[T any](values []T, id int32, unknown T) T {
	if id >= 0 && int(id) < len(values) {
		return values[id]
	}
	return unknown
}

func (p *partitions) startSeg(f *Frame, r *model.Partition) canvas.Seg {
	if o := p.offsets(f.Snapshot); o != nil {
		return canvas.Seg{Text: offset(at(o.Start, r.ID, model.NoOffset)), Style: muted}
	}
	return canvas.Seg{Text: dash, Style: muted}
}

func (p *partitions) endSeg(f *Frame, r *model.Partition) canvas.Seg {
	o := p.offsets(f.Snapshot)
	switch {
	case o == nil:
		return canvas.Seg{Text: dash, Style: muted}
	case o.Problem != nil && at(o.End, r.ID, model.NoOffset) == model.NoOffset:
		return problemSeg(o.Problem)
	}
	return canvas.Seg{Text: offset(at(o.End, r.ID, model.NoOffset)), Style: text}
}

func (p *partitions) rate(f *Frame, id int32) float64 { return partitionRate(f.Snapshot, p.topic, id) }

func partitionRate(s *model.Snapshot, topic string, id int32) float64 {
	if t, ok := s.Topic(topic); ok && t.Offsets != nil {
		return at(t.Offsets.Rate, id, -1)
	}
	return -1
}

// drawHistory draws the partition's rate over the last answers.
func (p *partitions) drawHistory(f *Frame, c *canvas.Canvas, r *model.Partition, w int) {
	o := p.offsets(f.Snapshot)
	if o == nil {
		return
	}
	values := make([]float64, 0, model.HistoryLength)
	for _, sample := range o.History {
		values = append(values, max(0, at(sample, r.ID, 0)))
	}
	c.Spark(0, 0, w, f.Marks, values, quiet)
}

func (p *partitions) sizeSeg(f *Frame, r *model.Partition) canvas.Seg {
	n := f.PartitionBytes(p.topic, r.ID)
	if n == model.NoBytes {
		if problem := f.LogDirsProblem(); problem != nil {
			return problemSeg(problem)
		}
	}
	return canvas.Seg{Text: size(n), Style: text}
}

// readerSeg names the member that reads the partition, of the selected group if
// that reads the topic, else of the first that does.
func (p *partitions) readerSeg(f *Frame, r *model.Partition) canvas.Seg {
	if g, ok := f.Group(f.Sel.Group); ok {
		if m := g.Owner(p.topic, r.ID); m != nil {
			return canvas.Seg{Text: m.ClientID, Style: text}
		}
	}
	for _, g := range p.memo.readers(f.Snapshot, p.topic) {
		if m := g.Owner(p.topic, r.ID); m != nil {
			return canvas.Seg{Text: m.ClientID, Style: muted}
		}
	}
	return canvas.Seg{Text: dash, Style: muted}
}

// Name implements Pane.
func (p *partitions) Name() string { return "Partitions" }

// Needs implements Pane.
func (p *partitions) Needs(f *Frame) []model.Query {
	if f.Sel.Topic == "" {
		return []model.Query{model.ListTopics{}, model.ListBrokers{}}
	}
	one := model.NamesOf(f.Sel.Topic)
	return []model.Query{
		model.ListTopics{}, model.ListBrokers{}, model.DescribeTopic{Name: f.Sel.Topic},
		model.ListOffsets{Topics: one}, model.DescribeTopicConfigs{Topics: one}, model.DescribeLogDirs{},
	}
}

// Actions implements Pane.
func (p *partitions) Actions() []Action {
	return append(append([]Action{
		act("enter", "tail it", "tail this partition alone", func(f *Frame) Intent { return All{Do{TailPartition}, Focus{tailPane}} }),
		verb("a", "", "have the tail read this partition too, or leave it out", TailToggle).quiet(),
		act("y", "", "copy topic-partition", func(f *Frame) Intent {
			return Copy{What: "partition", Text: f.Sel.Topic + "-" + strconv.Itoa(int(f.Sel.Partition))}
		}).quiet(),
	}, p.moves()...), sidewaysActions()...)
}

// Arrange implements Arranger.
func (p *partitions) Arrange(f *Frame) func() any {
	if p.topic != f.Sel.Topic {
		p.topic, p.now.known, p.top, p.line = f.Sel.Topic, false, 0, 0
		p.filter.clear()
		p.columns = p.partitionColumns()
	}
	t, ok := f.Topic(p.topic)
	if !ok {
		p.now = arrangement[*model.Partition]{}
		return nil
	}
	return p.arrange(f, f.TopicsAt, p.topic, len(t.Partitions) > fewRows, func() []*model.Partition {
		rows := make([]*model.Partition, len(t.Partitions))
		for i := range rows {
			rows[i] = &t.Partitions[i]
		}
		return rows
	})
}

// Settle implements Settler: a topic as a whole stays selected until one goes to
// one of its partitions.
func (p *partitions) Settle(f *Frame, s *Selection) {
	if p.jump {
		p.list.Settle(f, s)
	}
}

// Head implements Pane.
func (p *partitions) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	t, ok := f.Topic(f.Sel.Topic)
	if !ok {
		return h
	}
	h.Facts = append(h.Facts, canvas.Seg{Text: t.Name, Style: bold})
	if segs := p.facts(f, model.DescribeTopic{Name: t.Name}, nil); segs != nil {
		h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), segs...)
	} else {
		h.Facts = append(h.Facts, dots(f, topicFacts(t)...)...)
	}
	h.Right = p.loss.head(f)
	if h.Right == nil {
		h.Right = []canvas.Seg{healthSeg(f, t)}
	}
	return h
}

// topicFacts are a topic's partitions and settings, in a few words each.
func topicFacts(t *model.Topic) []canvas.Seg {
	segs := []canvas.Seg{{Text: plural(len(t.Partitions), "partition", "partitions"), Style: text}, {Text: "RF " + strconv.Itoa(t.Tally.RF), Style: text}}
	switch c := t.Config; {
	case c == nil:
	case c.Problem != nil && c.Problem.Kind == model.Denied:
		segs = append(segs, canvas.Seg{Text: "config: needs " + c.Problem.Right.String(), Style: warn})
	default:
		if c.MinISR > 0 {
			segs = append(segs, canvas.Seg{Text: "min.insync " + strconv.Itoa(c.MinISR), Style: text})
		}
		segs = append(segs, canvas.Seg{Text: kept(c), Style: text})
	}
	return segs
}

// kept says how long records are kept; empty if that is not known.
func kept(c *model.TopicConfig) string {
	switch {
	case c.Cleanup == "compact":
		return "compacted"
	case c.Retention < 0:
		return "kept for ever"
	case c.Retention == 0:
		return ""
	}
	s := "kept " + strings.Replace(span(c.Retention.Truncate(time.Second)), ".0 s", " s", 1)
	if strings.Contains(c.Cleanup, "compact") {
		s += ", compacted"
	}
	return s
}

// Draw implements Pane.
func (p *partitions) Draw(f *Frame, c *canvas.Canvas) {
	t, ok := f.Topic(f.Sel.Topic)
	switch {
	case !ok && f.Sel.Topic != "" && !f.Freshness(model.ListTopics{}).At.IsZero():
		notice(f, c, warn, f.Sel.Topic+" is no longer there", "It was deleted, or this user may no longer Describe it. Select another topic.")
		return
	case !ok:
		instead(f, c, 0, model.ListTopics{}, "topics")
		return
	case t.Problem != nil && t.Problem.Kind == model.Gone:
		notice(f, c, warn, t.Name+" was deleted", "Its last known partitions are shown in the cluster's figures until the next listing.")
		return
	case len(t.Partitions) == 0 && t.Problem != nil:
		notice(f, c, bad, t.Problem.Says, t.Problem.Fix)
		return
	}
	p.drawTable(f, c, t)
}

// drawTable draws the matrix and, below it, what it adds up to.
func (p *partitions) drawTable(f *Frame, c *canvas.Canvas, t *model.Topic) {
	w, h := c.Size()
	widest := 7
	if w < 100 {
		widest = 6
	}
	p.columns[matrixColumn].width = p.matrix.fit(f.Brokers, max(w/2, w-70), widest)
	below := p.room(h, len(t.Partitions))
	table, rest := c.Bounds().Top(h - below)
	p.draw(f, c.Sub(table), p.readBy(f))
	switch {
	case below == 1:
		c.Segs(2, h-1, w-3, legend(f)...)
	case below > 1:
		p.drawTotals(f, c.Sub(rest), t)
	}
}

// readBy links the partitions that the selected member reads.
func (p *partitions) readBy(f *Frame) func(*model.Partition) rowState {
	g, ok := f.Group(f.Sel.Group)
	if !ok || f.Sel.Member == "" {
		return nil
	}
	i := slices.IndexFunc(g.Members, func(m model.Member) bool { return m.ID == f.Sel.Member })
	if i < 0 {
		return nil
	}
	reads := g.Members[i].Assigned[p.topic]
	return func(r *model.Partition) rowState {
		if slices.Contains(reads, r.ID) {
			return rowLinked
		}
		return rowPlain
	}
}

// fewLines is how many partitions show before there is room for totals.
const fewLines = 8

// room is how many lines the totals get: all they need, one for the legend, or
// none where every line is wanted for partitions.
func (p *partitions) room(h, rows int) int {
	switch {
	case h-1-totalLines >= min(rows, fewLines):
		return totalLines
	case h >= 8:
		return 1
	}
	return 0
}
