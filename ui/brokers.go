package ui

import (
	"cmp"
	"slices"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// brokers lists the brokers: what each carries, against its fair share.
type brokers struct{ list[model.Broker] }

func newBrokers() *brokers {
	return &brokers{list[model.Broker]{
		columns: brokerColumns(),
		filter:  newFilter(),
		id:      func(b model.Broker) string { return strconv.Itoa(int(b.ID)) },
		find: func(rows []model.Broker, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(b model.Broker) bool { return strconv.Itoa(int(b.ID)) == id })
			return i, i >= 0
		},
		of: func(s *Selection) string {
			if s.Broker == model.NoBroker {
				return ""
			}
			return strconv.Itoa(int(s.Broker))
		},
		pick: func(s *Selection, id string) {
			if n, err := strconv.Atoi(id); err == nil {
				s.Broker = int32(n)
			}
		},
	}}
}

// stateColumn is where the state stands: it takes more room when there is trouble.
const stateColumn = 2

func brokerColumns() []column[model.Broker] {
	figure := func(get func(model.Load) int) func(*model.Snapshot, model.Broker) float64 {
		return func(s *model.Snapshot, b model.Broker) float64 { return float64(get(s.Counts.Loads[b.ID])) }
	}
	leaders := func(l model.Load) int { return l.Leaders }
	replicas := func(l model.Load) int { return l.Replicas }
	behind := func(l model.Load) int { return l.Behind }
	return []column[model.Broker]{
		{title: "id", width: 5, draw: drawBrokerID,
			figure: func(_ *model.Snapshot, b model.Broker) float64 { return float64(b.ID) }},
		{title: "rack", width: 6, flex: true, most: 12, keep: 3, cell: func(f *Frame, b model.Broker) canvas.Seg { return word(b.Rack, text) },
			word: func(b model.Broker) string { return b.Rack }},
		{title: "state", width: 5, flex: true, most: 11, keep: 2, cell: brokerStateSeg,
			figure: func(_ *model.Snapshot, b model.Broker) float64 { return float64(b.State) }, falls: true},
		{title: "host", width: 8, flex: true, most: 40, keep: 9, cell: func(f *Frame, b model.Broker) canvas.Seg { return word(b.Address(), muted) },
			word: model.Broker.Address},
		{title: "version", width: 7, keep: 10, cell: func(f *Frame, b model.Broker) canvas.Seg { return word(b.Version, muted) },
			word: func(b model.Broker) string { return b.Version }},
		{title: "leaders", width: 7, right: true, cell: loadCell(leaders), figure: figure(leaders), falls: true},
		{title: "", width: 6, keep: 8, draw: drawLeadersBar},
		{title: "skew", width: 6, right: true, keep: 5, cell: brokerSkewSeg, figure: leaderSkew, falls: true},
		{title: "replicas", width: 8, right: true, keep: 4, cell: loadCell(replicas), figure: figure(replicas), falls: true},
		{title: "size", width: 8, right: true, keep: 4, cell: brokerSizeSeg,
			figure: func(s *model.Snapshot, b model.Broker) float64 { return known(float64(brokerBytes(s, b.ID))) }, falls: true},
		{title: "in/s", width: 5, right: true, keep: 7, cell: func(f *Frame, b model.Broker) canvas.Seg { return rateSeg(brokerIn(f.Snapshot, b.ID)) },
			figure: func(s *model.Snapshot, b model.Broker) float64 { return known(brokerIn(s, b.ID)) }, falls: true},
		{title: "behind", width: 7, right: true, keep: 1, cell: behindSeg, figure: figure(behind), falls: true},
		{title: "answers", width: 7, right: true, keep: 11, cell: func(f *Frame, b model.Broker) canvas.Seg { return canvas.Seg{Text: millis(b.Latency), Style: muted} },
			figure: func(_ *model.Snapshot, b model.Broker) float64 { return float64(b.Latency) }, falls: true},
	}
}

func drawBrokerID(f *Frame, c *canvas.Canvas, b model.Broker, w int) {
	x := c.Cut(0, 0, w, strconv.Itoa(int(b.ID)), bold)
	if b.Controller && x+1 < w {
		c.Rune(x+1, 0, f.Marks.Controller, accent)
	}
}

func brokerStateSeg(f *Frame, b model.Broker) canvas.Seg {
	switch b.State {
	case model.Up:
		return canvas.Seg{Text: "up", Style: muted}
	case model.Unproven:
		return canvas.Seg{Text: "up" + string(f.Marks.Ellipsis), Style: muted}
	case model.Fenced:
		return canvas.Seg{Text: mark(f.Marks.Attention, "fenced"), Style: bad}
	case model.Unreached:
		return canvas.Seg{Text: mark(f.Marks.Offline, "no answer"), Style: bad}
	}
	return canvas.Seg{Text: mark(f.Marks.Offline, "gone"), Style: bad}
}

func loadCell(get func(model.Load) int) func(*Frame, model.Broker) canvas.Seg {
	return func(f *Frame, b model.Broker) canvas.Seg {
		if len(f.Topics) == 0 {
			return canvas.Seg{Text: dash, Style: muted}
		}
		n := get(f.Counts.Loads[b.ID])
		st := text
		if n == 0 {
			st = muted
		}
		return canvas.Seg{Text: count(n), Style: st}
	}
}

// drawLeadersBar draws a broker's leaders against those of the broker with most.
func drawLeadersBar(f *Frame, c *canvas.Canvas, b model.Broker, w int) {
	most := 0
	for _, l := range f.Counts.Loads {
		most = max(most, l.Leaders)
	}
	if most > 0 {
		c.Bar(0, 0, w, f.Marks, float64(f.Counts.Loads[b.ID].Leaders), float64(most), lead)
	}
}

// leaderSkew is how far a broker's leaders are from the fair share, as a ratio.
func leaderSkew(s *model.Snapshot, b model.Broker) float64 {
	n, total := 0, 0
	for _, o := range s.Brokers {
		if o.State != model.Missing {
			n++
		}
	}
	for _, l := range s.Counts.Loads {
		total += l.Leaders
	}
	fair := float64(total) / float64(max(n, 1))
	if fair == 0 {
		return known(-1)
	}
	return float64(s.Counts.Loads[b.ID].Leaders)/fair - 1
}

func brokerSkewSeg(f *Frame, b model.Broker) canvas.Seg { return skewSeg(leaderSkew(f.Snapshot, b)) }

// skewSeg shows a distance from the fair share: +12 %.
func skewSeg(r float64) canvas.Seg {
	switch {
	case r != r:
		return canvas.Seg{Text: dash, Style: muted}
	case r > 0.25:
		return canvas.Seg{Text: "+" + percent(r), Style: warn}
	case r > 0.005:
		return canvas.Seg{Text: "+" + percent(r), Style: muted}
	case r < -0.005:
		return canvas.Seg{Text: "−" + percent(-r), Style: muted}
	}
	return canvas.Seg{Text: "even", Style: muted}
}

func brokerBytes(s *model.Snapshot, id int32) int64 {
	if l := s.LogDirs[id]; l != nil && (l.Problem == nil || l.Bytes > 0) {
		return l.Bytes
	}
	return model.NoBytes
}

func brokerSizeSeg(f *Frame, b model.Broker) canvas.Seg {
	if l := f.LogDirs[b.ID]; l != nil && l.Problem != nil && l.Bytes == 0 {
		return problemSeg(l.Problem)
	}
	return canvas.Seg{Text: size(brokerBytes(f.Snapshot, b.ID)), Style: text}
}

// problemSeg is a cell whose figure is not to be had.
func problemSeg(p *model.Problem) canvas.Seg {
	if p.Kind == model.Denied {
		return canvas.Seg{Text: "denied", Style: warn}
	}
	return canvas.Seg{Text: dash, Style: muted}
}

func brokerIn(s *model.Snapshot, id int32) float64 {
	if s.Flow.Known == 0 {
		return -1
	}
	return s.Flow.ByBroker[id]
}

func rateSeg(r float64) canvas.Seg {
	st := text
	if r <= 0 {
		st = muted
	}
	return canvas.Seg{Text: rate(r), Style: st}
}

func behindSeg(f *Frame, b model.Broker) canvas.Seg {
	n := f.Counts.Loads[b.ID].Behind
	if n == 0 {
		return canvas.Seg{Text: "0", Style: muted}
	}
	return canvas.Seg{Text: mark(f.Marks.Attention, short(float64(n))), Style: warn}
}

// mark puts a mark before a word.
func mark(m rune, word string) string { return string(m) + " " + word }

// word is a cell of text, a dash where there is none.
func word(s string, st canvasStyle) canvas.Seg {
	return canvas.Seg{Text: cmp.Or(s, dash), Style: st}
}

// Name implements Pane.
func (p *brokers) Name() string { return "Brokers" }

// Needs implements Pane.
func (p *brokers) Needs(f *Frame) []model.Query {
	return []model.Query{model.ListBrokers{}, model.ListTopics{}, model.DescribeLogDirs{}}
}

// Actions implements Pane.
func (p *brokers) Actions() []Action {
	return append([]Action{
		act("enter", "its partitions", "show what the broker holds, in the spread pane", func(f *Frame) Intent {
			return All{Do{ShowBroker}, Focus{spreadPane}}
		}),
		act("y", "copy", "copy the broker's address", func(f *Frame) Intent {
			b, _ := f.Broker(f.Sel.Broker)
			return Copy{What: "address", Text: b.Address()}
		}).quiet(),
		act("c", "", "show the broker's configs", func(f *Frame) Intent {
			if f.Sel.Broker == model.NoBroker {
				return Tell{"select a broker first"}
			}
			return Open{newTopicConfigs(model.BrokersConfigs(f.Sel.Broker))}
		}).quiet(),
	}, p.moves()...)
}

// Arrange implements Arranger.
func (p *brokers) Arrange(f *Frame) func() any {
	version := f.BrokersAt
	if p.sortBy != 0 {
		version += f.TopicsAt
	}
	return p.arrange(f, version, "", false, func() []model.Broker { return f.Brokers })
}

// Head implements Pane.
func (p *brokers) Head(f *Frame) Heading {
	return p.heading(p.Name(), p.facts(f, model.ListBrokers{}, missing("size", f.LogDirsProblem())), p.head(f, len(f.Brokers)))
}

// Draw implements Pane.
func (p *brokers) Draw(f *Frame, c *canvas.Canvas) {
	if instead(f, c, len(f.Brokers), model.ListBrokers{}, "brokers") {
		return
	}
	leader := model.NoBroker
	if t, ok := f.Topic(f.Sel.Topic); ok {
		if p := t.Partition(f.Sel.Partition); p != nil {
			leader = p.Leader
		}
	}
	p.columns[stateColumn].width = 5
	if slices.ContainsFunc(f.Brokers, func(b model.Broker) bool { return b.State >= model.Unreached }) {
		p.columns[stateColumn].width = 11
	}
	w, h := c.Size()
	table := c.Bounds()
	if h >= len(f.Brokers)+1+fairLines {
		table, _ = table.Top(len(f.Brokers) + 1)
	}
	p.draw(f, c.Sub(table), func(b model.Broker) rowState {
		if b.ID == leader {
			return rowLinked
		}
		return rowPlain
	})
	if table.H < h {
		p.drawFair(f, c.Sub(canvas.Rect{Y: table.H, W: w, H: fairLines}))
	}
}

// fairLines is the room for the fair share below the brokers, where there is any.
const fairLines = 2

// drawFair draws what each broker would have if all had the same, below what they
// have.
func (p *brokers) drawFair(f *Frame, c *canvas.Canvas) {
	rule(f, c, 0)
	c.Put(2, 1, "fair share", muted)
	ids := model.Sharing(f.Brokers)
	for i, col := range p.columns {
		m, ok := fairMetrics[col.title]
		if k, known := f.TotalSkew(m, ids, nil); ok && known && p.places[i].w > 0 {
			c.Right(p.places[i].x, 1, p.places[i].w, metricValue(m, k.Fair), muted)
		}
	}
}

// fairMetrics are the columns that brokers share something in.
var fairMetrics = map[string]model.Metric{"leaders": model.Leaders, "replicas": model.Replicas, "size": model.Bytes, "in/s": model.InRate}
