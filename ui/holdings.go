package ui

import (
	"slices"
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// A holding is one partition that a broker has a replica of.
type holding struct {
	topic     *model.Topic
	partition int32 // index into the topic's partitions
	role      model.Role
}

func (h holding) part() *model.Partition { return &h.topic.Partitions[h.partition] }

// holdings is the spread of one broker: what it leads and what it follows.
type holdings struct {
	list[holding]
	broker int32
	above  int // lines above the list, which say what is wrong with the broker
}

func newHoldings() *holdings {
	p := &holdings{broker: model.NoBroker}
	p.list = list[holding]{
		columns: p.holdingColumns(),
		filter:  newFilter(),
		id:      func(h holding) string { return holdingID(h.topic.Name, h.part().ID) },
		find:    findHolding,
		of: func(s *Selection) string {
			if s.Partition == model.AllPartitions {
				return ""
			}
			return holdingID(s.Topic, s.Partition)
		},
		pick: func(s *Selection, id string) {
			i := strings.LastIndexByte(id, '-')
			if n, err := strconv.Atoi(id[i+1:]); err == nil {
				s.Topic, s.Partition = id[:i], int32(n)
			}
		},
	}
	return p
}

// holdingID names a partition as Kafka's logs do: topic-partition.
func holdingID(topic string, partition int32) string {
	return topic + "-" + strconv.Itoa(int(partition))
}

// findHolding looks a partition up: rows are in the order of topics, then ids.
func findHolding(rows []holding, id string) (int, bool) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return 0, false
	}
	n, err := strconv.Atoi(id[i+1:])
	if err != nil {
		return 0, false
	}
	return slices.BinarySearchFunc(rows, id[:i], func(h holding, topic string) int {
		if d := strings.Compare(h.topic.Name, topic); d != 0 {
			return d
		}
		return int(h.part().ID) - n
	})
}

func (p *holdings) holdingColumns() []column[holding] {
	broker := p.broker
	return []column[holding]{
		{title: "topic", width: 12, flex: true, most: 60, cell: func(_ *Frame, h holding) canvas.Seg { return canvas.Seg{Text: h.topic.Name, Style: text} },
			word: func(h holding) string { return h.topic.Name }},
		{title: "part", width: 5, right: true, cell: func(_ *Frame, h holding) canvas.Seg {
			return canvas.Seg{Text: strconv.Itoa(int(h.part().ID)), Style: bold}
		}, figure: func(_ *model.Snapshot, h holding) float64 { return float64(h.part().ID) }},
		{title: "role", width: 20, keep: 1, cell: holdingRoleSeg, figure: func(_ *model.Snapshot, h holding) float64 { return float64(h.role) }},
		{title: "leader", width: 6, right: true, keep: 3, cell: func(f *Frame, h holding) canvas.Seg {
			if h.part().Leader == model.NoBroker {
				return canvas.Seg{Text: "none", Style: bad}
			}
			return canvas.Seg{Text: strconv.Itoa(int(h.part().Leader)), Style: muted}
		}, figure: func(_ *model.Snapshot, h holding) float64 { return float64(h.part().Leader) }},
		{title: "in sync", width: 7, right: true, keep: 4, cell: func(_ *Frame, h holding) canvas.Seg {
			isr, all := h.part().ISR(), len(h.part().Replicas)
			st := muted
			if isr < all {
				st = warn
			}
			return canvas.Seg{Text: strconv.Itoa(isr) + " of " + strconv.Itoa(all), Style: st}
		}, figure: func(_ *model.Snapshot, h holding) float64 { return float64(h.part().ISR() - len(h.part().Replicas)) }},
		{title: "in/s", width: 5, right: true, keep: 5, cell: func(f *Frame, h holding) canvas.Seg {
			return rateSeg(partitionRate(f.Snapshot, h.topic.Name, h.part().ID))
		}, figure: func(s *model.Snapshot, h holding) float64 { return known(partitionRate(s, h.topic.Name, h.part().ID)) }, falls: true},
		{title: "size", width: 8, right: true, keep: 2, cell: func(f *Frame, h holding) canvas.Seg {
			return canvas.Seg{Text: size(f.LogDirs[broker].Replica(h.topic.Name, h.part().ID)), Style: text}
		}, figure: func(s *model.Snapshot, h holding) float64 {
			return known(float64(s.LogDirs[broker].Replica(h.topic.Name, h.part().ID)))
		}, falls: true},
	}
}

func holdingRoleSeg(f *Frame, h holding) canvas.Seg {
	glyph, st, _ := roleMark(f.Marks, h.role)
	return canvas.Seg{Text: glyph + " " + roleWord(h.role), Style: st}
}

// holdingsOf lists what a broker holds, about as many replicas as given. It looks
// at every replica.
func holdingsOf(topics []*model.Topic, broker int32, replicas int) []holding {
	rows := make([]holding, 0, replicas)
	for _, t := range topics {
		for i := range t.Partitions {
			if r := t.Partitions[i].Role(broker); r != model.NoReplica {
				rows = append(rows, holding{t, int32(i), r})
			}
		}
	}
	return rows
}

// Name implements Pane.
func (p *holdings) Name() string { return "Partitions" }

// Needs implements Pane.
func (p *holdings) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListBrokers{}, model.ListTopics{}, model.DescribeLogDirs{}}
	if f.Counts.Partitions <= manyPartitions {
		return append(needs, model.ListOffsets{})
	}
	return append(needs, model.ListOffsets{Topics: p.names(func(h holding) string { return h.topic.Name })})
}

// Actions implements Pane.
func (p *holdings) Actions() []Action {
	return append(append([]Action{
		act("enter", "topic", "show the partition's topic", func(*Frame) Intent { return Do{ShowTopic} }),
		act("y", "", "copy topic-partition", func(f *Frame) Intent {
			return Copy{What: "partition", Text: holdingID(f.Sel.Topic, f.Sel.Partition)}
		}).quiet(),
	}, p.moves()...), sidewaysActions()...)
}

// Arrange implements Arranger.
func (p *holdings) Arrange(f *Frame) func() any {
	if p.broker != f.Sel.Broker {
		p.broker, p.top, p.line, p.now.known = f.Sel.Broker, 0, 0, false
		p.columns = p.holdingColumns()
	}
	all, broker, replicas := f.Topics, p.broker, f.Counts.Loads[p.broker].Replicas
	return p.arrange(f, f.TopicsAt, strconv.Itoa(int(broker)), f.Counts.Replicas > fewRows, func() []holding { return holdingsOf(all, broker, replicas) })
}

// Settle implements Settler: looking at a broker does not select a partition.
func (p *holdings) Settle(f *Frame, s *Selection) {
	if p.jump {
		p.list.Settle(f, s)
	}
}

// Head implements Pane.
func (p *holdings) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Right: p.head(f, len(p.now.rows))}
	b, ok := f.Broker(f.Sel.Broker)
	if !ok {
		return h
	}
	if segs := p.filter.segs(); segs != nil {
		h.Facts = segs
		return h
	}
	l := f.Counts.Loads[b.ID]
	h.Facts = append([]canvas.Seg{{Text: "broker " + strconv.Itoa(int(b.ID)), Style: bold}},
		dots(f, canvas.Seg{Text: rackWord(b), Style: muted}, brokerStateSeg(f, b),
			canvas.Seg{Text: "leads " + count(l.Leaders), Style: text}, canvas.Seg{Text: "holds " + count(l.Replicas), Style: text})...)
	return h
}

func rackWord(b model.Broker) string {
	if b.Rack == "" {
		return ""
	}
	if strings.HasPrefix(b.Rack, "rack") {
		return b.Rack
	}
	return "rack " + b.Rack
}

// Click implements Pointer.
func (p *holdings) Click(f *Frame, x, y int) Intent {
	if y < p.above {
		return nil
	}
	return p.list.Click(f, x, y-p.above)
}

// Draw implements Pane.
func (p *holdings) Draw(f *Frame, c *canvas.Canvas) {
	if instead(f, c, len(f.Topics), model.ListTopics{}, "topics") {
		return
	}
	w, h := c.Size()
	b, _ := f.Broker(p.broker)
	p.above = 0
	if b.Problem != nil && h > 6 {
		p.above = wrap(c, 2, 0, w-3, 3, b.Problem.Error(), bad)
		c = c.Sub(canvas.Rect{Y: p.above, W: w, H: h - p.above})
	}
	if len(p.now.rows) == 0 {
		if p.now.known {
			notice(f, c, muted, "the broker holds no partitions", "New brokers get none until topics are created or partitions reassigned.")
		}
		return
	}
	p.draw(f, c, nil)
}
