package ui

import (
	"math"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// topics lists the topics of the cluster.
type topics struct {
	list[*model.Topic]
	internal bool // show internal topics too
	began    bool // the busiest topic was selected
}

func newTopics() *topics {
	return &topics{list: list[*model.Topic]{
		columns: topicColumns(&sizesMemo{}),
		filter:  newFilter(),
		id:      func(t *model.Topic) string { return t.Name },
		find:    model.FindTopic,
		of:      func(s *Selection) string { return s.Topic },
		pick:    pickTopic,
		sortBy:  rateColumn,
		desc:    true,
	}}
}

// pickTopic selects a topic as a whole.
func pickTopic(s *Selection, name string) {
	if s.Topic != name {
		s.Topic, s.Partition = name, model.AllPartitions
	}
}

// leastName is the least room for a topic's name. Longer names are given room
// before less needed columns are, but not all of it: see nameWidth.
const leastName = 12

func topicColumns(sizes *sizesMemo) []column[*model.Topic] {
	return []column[*model.Topic]{
		{title: "name", width: leastName, flex: true, cell: topicNameSeg, word: func(t *model.Topic) string { return t.Name }},
		{title: "parts", width: 5, right: true, keep: 5,
			cell: func(_ *Frame, t *model.Topic) canvas.Seg {
				return canvas.Seg{Text: count(len(t.Partitions)), Style: text}
			},
			figure: func(_ *model.Snapshot, t *model.Topic) float64 { return float64(len(t.Partitions)) }, falls: true},
		{title: "rf", width: 3, right: true, keep: 6, cell: rfSeg,
			figure: func(_ *model.Snapshot, t *model.Topic) float64 { return float64(t.Tally.RF) }, falls: true},
		{title: "health", width: 10, keep: 1, cell: healthSeg,
			figure: func(_ *model.Snapshot, t *model.Topic) float64 {
				h, n := t.Health()
				return float64(h)*1e6 + float64(n)
			}, falls: true},
		{title: "min.isr", width: 7, right: true, keep: 8, cell: minISRSeg,
			figure: func(_ *model.Snapshot, t *model.Topic) float64 { return configFigure(t) }, falls: true},
		{title: "size", width: 8, right: true, keep: 4, cell: sizes.seg,
			figure: func(s *model.Snapshot, t *model.Topic) float64 { return known(float64(s.TopicBytes(t.Name))) }, falls: true},
		{title: "records", width: 8, right: true, keep: 9, cell: topicSpanSeg,
			figure: func(_ *model.Snapshot, t *model.Topic) float64 { return known(float64(t.Offsets.Span())) }, falls: true},
		{title: "in/s", width: 5, right: true, keep: 2, cell: func(_ *Frame, t *model.Topic) canvas.Seg { return rateSeg(topicIn(t)) },
			figure: func(_ *model.Snapshot, t *model.Topic) float64 { return known(topicIn(t)) }, falls: true},
	}
}

// rateColumn is where in/s stands among the columns of topics.
const rateColumn = 7

func topicNameSeg(f *Frame, t *model.Topic) canvas.Seg {
	switch {
	case t.Name == f.Sel.Topic:
		return canvas.Seg{Text: t.Name, Style: bold}
	case t.Internal:
		return canvas.Seg{Text: t.Name, Style: muted}
	}
	return canvas.Seg{Text: t.Name, Style: text}
}

func rfSeg(_ *Frame, t *model.Topic) canvas.Seg {
	if t.Tally.MixedRF {
		return canvas.Seg{Text: "mix", Style: warn}
	}
	return canvas.Seg{Text: strconv.Itoa(t.Tally.RF), Style: muted}
}

// healthSeg is a topic's health in a word or two, with how many partitions have
// it.
func healthSeg(f *Frame, t *model.Topic) canvas.Seg {
	if t.Problem != nil && t.Problem.Kind != model.Gone {
		return problemSeg(t.Problem)
	}
	h, n := t.Health()
	switch h {
	case model.Healthy:
		return canvas.Seg{Text: "ok", Style: muted}
	case model.UnderReplicated:
		return canvas.Seg{Text: mark(f.Marks.Attention, count(n)+" URP"), Style: warn}
	case model.AtMinISR:
		return canvas.Seg{Text: mark(f.Marks.Attention, count(n)+" at min"), Style: warn}
	case model.UnderMinISR:
		return canvas.Seg{Text: mark(f.Marks.Attention, count(n)+" <min"), Style: bad}
	case model.Offline:
		return canvas.Seg{Text: mark(f.Marks.Offline, count(n)+" offl."), Style: bad}
	}
	return canvas.Seg{Text: mark(f.Marks.Offline, "deleted"), Style: bad}
}

func configFigure(t *model.Topic) float64 {
	if t.Config == nil || t.Config.MinISR == 0 {
		return math.NaN()
	}
	return float64(t.Config.MinISR)
}

func minISRSeg(_ *Frame, t *model.Topic) canvas.Seg {
	switch {
	case t.Config != nil && t.Config.Problem != nil:
		return problemSeg(t.Config.Problem)
	case t.Config == nil || t.Config.MinISR == 0:
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: strconv.Itoa(t.Config.MinISR), Style: muted}
}

// A sizesMemo keeps the sizes of topics that were drawn, for as long as they hold:
// each is a sum over all brokers.
type sizesMemo struct {
	at    uint64
	known map[string]int64
}

func (m *sizesMemo) of(s *model.Snapshot, topic string) int64 {
	if m.known == nil || m.at != s.TopicsAt {
		m.at, m.known = s.TopicsAt, map[string]int64{}
	}
	n, ok := m.known[topic]
	if !ok {
		n = s.TopicBytes(topic)
		m.known[topic] = n
	}
	return n
}

func (m *sizesMemo) seg(f *Frame, t *model.Topic) canvas.Seg {
	n := m.of(f.Snapshot, t.Name)
	if n == model.NoBytes {
		if p := f.LogDirsProblem(); p != nil {
			return problemSeg(p)
		}
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: size(n), Style: text}
}

func topicSpanSeg(_ *Frame, t *model.Topic) canvas.Seg {
	if n := t.Offsets.Span(); n >= 0 {
		return canvas.Seg{Text: short(float64(n)), Style: text}
	}
	return canvas.Seg{Text: dash, Style: muted}
}

func topicIn(t *model.Topic) float64 {
	if t.Offsets == nil {
		return -1
	}
	return t.Offsets.In
}

// Name implements Pane.
func (p *topics) Name() string { return "Topics" }

// manyPartitions is from where on the offsets of all topics are asked for only if
// something on screen depends on all of them.
const manyPartitions = 20_000

// windowStep is in what steps the topics on screen are asked about.
const windowStep = 32

// Needs implements Pane. Of a small cluster everything is asked; of a large one
// the offsets and configs of what is on screen, unless the order depends on all.
func (p *topics) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListTopics{}, model.DescribeLogDirs{}}
	if len(f.Topics) == 0 {
		return needs
	}
	if f.Counts.Partitions <= manyPartitions || p.sortBy == rateColumn {
		needs = append(needs, model.ListOffsets{})
	}
	names := p.names(p.id)
	if f.Counts.Partitions > manyPartitions && p.sortBy != rateColumn {
		needs = append(needs, model.ListOffsets{Topics: names})
	}
	return append(needs, model.DescribeTopicConfigs{Topics: names})
}

// nameWidth is the room that the names on screen want, within bounds.
func (p *topics) nameWidth(pane int) int {
	w, most := leastName, max(leastName, pane*28/100)
	for line := p.top; line < p.top+max(p.visible, 1) && w < most; line++ {
		if t, ok := p.at(line); ok {
			w = max(w, min(canvas.Width(t.Name), most))
		}
	}
	return w
}

// Actions implements Pane.
func (p *topics) Actions() []Action {
	return append([]Action{
		act("enter", "open", "show the topic's partitions", func(*Frame) Intent { return All{Do{ShowTopic}, Focus{spreadPane}} }),
		act("i", "internal", "show or hide internal topics", func(*Frame) Intent { p.internal = !p.internal; return nil }).quiet(),
		act("y", "", "copy the topic's name", func(f *Frame) Intent { return Copy{What: "name", Text: f.Sel.Topic} }).quiet(),
	}, append(changesOfTopics(), p.moves()...)...)
}

// changesOfTopics are the actions that look into the selected topic's configs, or change
// topics.
func changesOfTopics() []Action {
	about := func(open func(topic string) Dialog) func(f *Frame) Intent {
		return func(f *Frame) Intent {
			if f.Sel.Topic == "" {
				return Tell{"select a topic first"}
			}
			return Open{open(f.Sel.Topic)}
		}
	}
	return []Action{
		act("n", "", "create a topic", func(*Frame) Intent { return Open{newCreateTopic("")} }).quiet(),
		act("A", "", "which partitioner explains where the topic's keys lie", about(func(topic string) Dialog { return newAudit(topic) })).quiet(),
		act("c", "", "show the topic's configs, and change them", about(func(topic string) Dialog { return newTopicConfigs(model.TopicsConfigs(topic)) })).quiet(),
		act("+", "", "add partitions to the topic", about(func(topic string) Dialog { return newAddPartitions(topic) })).quiet(),
		act("d", "", "delete records of the topic, or of one partition", about(func(topic string) Dialog { return newDeleteRecords(topic) })).quiet(),
		act("X", "", "delete the topic and all its records", func(f *Frame) Intent {
			t, ok := f.Topic(f.Sel.Topic)
			if !ok {
				return Tell{"select a topic first"}
			}
			return Open{newDeleteTopic(t)}
		}).quiet(),
	}
}

// Arrange implements Arranger.
func (p *topics) Arrange(f *Frame) func() any {
	extra := ""
	if p.internal {
		extra = "internal"
	}
	return p.arrange(f, f.TopicsAt, extra, len(f.Topics) > fewRows, shownTopics(f.Topics, p.internal))
}

// shownTopics returns a function that leaves internal topics out, or not.
func shownTopics(all []*model.Topic, internal bool) func() []*model.Topic {
	return func() []*model.Topic {
		if internal {
			return all
		}
		rows := make([]*model.Topic, 0, len(all))
		for _, t := range all {
			if !t.Internal {
				rows = append(rows, t)
			}
		}
		return rows
	}
}

// Settle implements Settler. The list begins with the busiest topic, and rates are
// known only after a second look: until somebody touches a key, that is the one
// selected. A cluster too large for the rates of everything begins in the order
// of names.
func (p *topics) Settle(f *Frame, s *Selection) {
	if s.Topic == "" && f.Counts.Partitions > manyPartitions && p.sortBy == rateColumn {
		p.sortBy, p.desc = 0, false
	}
	if last, ok := p.at(len(p.now.order) - 1); ok && f.Untouched && !p.began && topicIn(last) >= 0 { // unknown rates come last
		row, _ := p.at(0)
		p.pick(s, row.Name)
		p.began = true
	}
	p.list.Settle(f, s)
}

// Head implements Pane.
func (p *topics) Head(f *Frame) Heading {
	return p.heading(p.Name(), p.facts(f, model.ListTopics{}, p.denied(f)), p.head(f, len(f.Topics)))
}

// denied says which right is missing, for the selected topic or for all sizes.
func (p *topics) denied(f *Frame) []canvas.Seg {
	if t, ok := f.Topic(f.Sel.Topic); ok {
		if t.Problem != nil && t.Problem.Kind == model.Denied {
			return missing(t.Name, t.Problem)
		}
		if t.Config != nil && t.Config.Problem != nil && t.Config.Problem.Kind == model.Denied {
			return missing("min.isr", t.Config.Problem)
		}
	}
	return missing("size", f.LogDirsProblem())
}

// Draw implements Pane.
func (p *topics) Draw(f *Frame, c *canvas.Canvas) {
	if p.arranging(len(f.Topics)) || instead(f, c, len(p.now.rows), model.ListTopics{}, "topics") {
		return
	}
	w, _ := c.Size()
	p.columns[0].width = p.nameWidth(w)
	var group *model.Group
	if g, ok := f.Group(f.Sel.Group); ok {
		group = g
	}
	p.draw(f, c, func(t *model.Topic) rowState {
		if group != nil && group.Reads(t.Name) {
			return rowLinked
		}
		return rowPlain
	})
}
