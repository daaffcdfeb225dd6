package ui

import (
	"slices"
	"strconv"
	"strings"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// manyGroups is up to how many groups all are described, so that the one is found that
// reads a partition.
const manyGroups = 200

// readersNeeds are the queries that tell who reads the topic, and how far behind.
func (p *compose) readersNeeds(f *Frame) []model.Query {
	var all, reading []string
	for _, g := range f.Groups {
		all = append(all, g.ID)
		if g.Reads(p.name()) {
			reading = append(reading, g.ID)
		}
	}
	if len(all) > manyGroups {
		all = reading
	}
	var needs []model.Query
	if len(all) > 0 {
		needs = append(needs, model.DescribeGroups{Groups: model.NamesOf(all...)})
	}
	if len(reading) > 0 {
		needs = append(needs, model.ReadLags{Groups: model.NamesOf(reading...)})
	}
	return needs
}

// topicNote says what the topic is, or that there is none.
func (p *compose) topicNote(f *Frame) []canvas.Seg {
	name := p.name()
	t, ok := f.Topic(name)
	switch {
	case ok:
		return factsLine(f, t)
	case name == "" || p.topic.offers() || f.Freshness(model.ListTopics{}).At.IsZero():
		return nil
	}
	return []canvas.Seg{{Text: mark(f.Marks.Attention, "there is no topic of that name"), Style: warn}, {Text: "; ctrl+n creates it", Style: muted}}
}

// drawForecast says where the record will go before it is sent, what stands against
// it, and what became of the last one.
func (p *compose) drawForecast(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	rule(f, c, 0)
	y := 1
	if t, ok := f.Topic(p.name()); ok && len(t.Partitions) > 0 {
		y = p.drawRoad(f, c, y, t)
	}
	for _, warning := range p.warnings(f) {
		if y < h-2 {
			y = wrap(c, 1, y, w-2, 2, mark(f.Marks.Attention, warning), warn)
		}
	}
	p.drawOutcome(f, c, max(y, h-outcomeLines))
}

// target is the partition that the record goes to, if that can be said; why says how
// that is known, or why it is not.
func (p *compose) target(t *model.Topic) (r *model.Partition, why string) {
	if p.options.fixed() {
		return p.fixedTarget(t)
	}
	key := p.key.read()
	switch {
	case p.many.from() == fromFile, p.many.from() == fromForm && p.key.varies():
		return nil, "each record has a key of its own: ctrl+s shows where the first of them go"
	case key.fault != "":
		return nil, "the key makes no sense yet"
	}
	partition, why, ok := model.Predict(p.options.rule(), key.bytes, len(t.Partitions))
	if !ok {
		return nil, why
	}
	return t.Partition(partition), why
}

// varies reports whether the key is a template, so that each record has another.
func (t *payloadField) varies() bool {
	return t.as() != asHex && t.as() != asBase64 && t.rest[t.as()] == "" && strings.Contains(t.text.value(), "{{")
}

// fixedTarget is the partition that was chosen.
func (p *compose) fixedTarget(t *model.Topic) (r *model.Partition, why string) {
	n, err := strconv.ParseInt(p.options.number.value(), 10, 32)
	if err != nil {
		return nil, "the partition has no number yet"
	}
	if r = t.Partition(int32(n)); r == nil {
		return nil, "the topic has no partition " + p.options.number.value()
	}
	why = "chosen by hand"
	if key := p.key.read(); p.many.from() == sendOne && key.fault == "" {
		if home, _, ok := model.Predict(p.options.rule(), key.bytes, len(t.Partitions)); ok && home != r.ID {
			why += "; the key would lead to partition " + strconv.Itoa(int(home))
		}
	}
	return r, why
}

// drawRoad draws the way of the record: partition, leader, readers; then why. It
// returns the line after.
func (p *compose) drawRoad(f *Frame, c *canvas.Canvas, y int, t *model.Topic) int {
	w, _ := c.Size()
	r, why := p.target(t)
	if r == nil {
		y = drawParts(f, c, y, [][]canvas.Seg{{{Text: "any of " + plural(len(t.Partitions), "partition", "partitions"), Style: bold}}})
		return wrap(c, 1, y, w-2, 2, why, muted)
	}
	parts := [][]canvas.Seg{{{Text: "partition " + strconv.Itoa(int(r.ID)), Style: bold}}, leaderSegs(f, r)}
	y = drawParts(f, c, y, append(parts, readers(f, t.Name, r.ID)...))
	return wrap(c, 1, y, w-2, 2, inSync(t, r)+" "+string(f.Marks.Dot)+" "+why, muted)
}

// drawParts draws what follows from one another, with arrows between, over as many
// lines as it takes.
func drawParts(f *Frame, c *canvas.Canvas, y int, parts [][]canvas.Seg) int {
	w, _ := c.Size()
	line := func() { c.Tint(canvas.Rect{X: 0, Y: y, W: w, H: 1}, themes.LeaderTint) }
	line()
	x := 1
	for i, part := range parts {
		arrow := 0
		if i > 0 {
			arrow = 5
		}
		if x > 1 && x+arrow+canvas.SegsWidth(part...) > w-1 {
			y, x = y+1, 1
			line()
		}
		if i > 0 {
			x = c.Put(x, y, "  "+string(f.Marks.Arrow)+"  ", muted)
		}
		x = c.Segs(x, y, w-1-x, part...)
	}
	return y + 1
}

// leaderSegs names the broker that will take the record, or says that none will.
func leaderSegs(f *Frame, r *model.Partition) []canvas.Seg {
	if r.Leader == model.NoBroker {
		return []canvas.Seg{{Text: mark(f.Marks.Offline, "no leader"), Style: bad}}
	}
	segs := []canvas.Seg{{Text: string(f.Marks.Leader), Style: lead}, {Text: " broker " + strconv.Itoa(int(r.Leader)), Style: bold}}
	if b, ok := f.Broker(r.Leader); ok && b.Rack != "" {
		segs = append(segs, canvas.Seg{Text: " (rack " + b.Rack + ")", Style: muted})
	}
	return segs
}

// inSync says how many replicas are in sync, and how many must be.
func inSync(t *model.Topic, r *model.Partition) string {
	says := "in sync " + count(r.ISR()) + " of " + count(len(r.Replicas))
	if t.Config != nil && t.Config.MinISR > 0 {
		says += ", min.insync " + count(t.Config.MinISR)
	}
	return says
}

// mostReaders is how many groups that read a partition are named.
const mostReaders = 3

// readers name the members that read the partition, each with its group and how far
// behind that is there: one part for each group.
func readers(f *Frame, topic string, partition int32) [][]canvas.Seg {
	var parts [][]canvas.Seg
	more := 0
	for _, g := range f.Groups {
		m := g.Owner(topic, partition)
		switch {
		case m == nil:
			continue
		case len(parts) == mostReaders:
			more++
			continue
		}
		segs := []canvas.Seg{{Text: "read by ", Style: muted}, {Text: m.ClientID, Style: bold}, {Text: " in group ", Style: muted}, {Text: g.ID, Style: text}}
		if lag := partitionLag(f, g.ID, topic, partition); lag != nil && lag.Lag != model.NoLag {
			segs = append(segs, canvas.Seg{Text: ", lag ", Style: muted}, canvas.Seg{Text: number(lag.Lag), Style: text})
		}
		parts = append(parts, segs)
	}
	if more > 0 {
		parts = append(parts, []canvas.Seg{{Text: "and " + plural(more, "more group", "more groups"), Style: muted}})
	}
	return parts
}

// partitionLag is a group's lag in a partition; nil if it is not known.
func partitionLag(f *Frame, group, topic string, partition int32) *model.PartitionLag {
	lag := f.Lags[group]
	if lag == nil {
		return nil
	}
	for i := range lag.Topics {
		t := &lag.Topics[i]
		at := slices.IndexFunc(t.Partitions, func(p model.PartitionLag) bool { return p.ID == partition })
		if t.Topic == topic && at >= 0 {
			return &t.Partitions[at]
		}
	}
	return nil
}

// warnings say why the record would be refused as things are.
func (p *compose) warnings(f *Frame) []string {
	var all []string
	if f.Cluster.ReadOnly {
		all = append(all, "kscope was started read-only: this can be tried, and is not sent")
	}
	t, ok := f.Topic(p.name())
	if !ok {
		return all
	}
	if t.Write == model.No {
		all = append(all, "this user may not write to the topic: ask for Write on Topic "+t.Name)
	}
	if trouble := p.registryTrouble(f); trouble != "" {
		all = append(all, trouble)
	}
	if r, why := p.target(t); r != nil {
		all = append(all, refusals(t, r, p.options.delivery().Acks)...)
	} else if p.options.fixed() && p.options.number.value() != "" {
		all = append(all, why)
	}
	if t.Config != nil && strings.Contains(t.Config.Cleanup, "compact") && p.key.isNull() && p.many.from() != fromFile {
		all = append(all, "the topic is compacted: a record without a key is refused")
	}
	if most := maxMessage(t); most > 0 && p.many.from() == sendOne && p.bytes() > most {
		all = append(all, "the record of "+size(p.bytes())+" is larger than max.message.bytes, "+size(most))
	}
	return all
}

// refusals say why a partition takes nothing now.
func refusals(t *model.Topic, r *model.Partition, acks model.Acks) []string {
	switch {
	case r.Offline():
		return []string{"partition " + count(int(r.ID)) + " has no leader: the record would be refused"}
	case acks == model.AcksAll && t.Config != nil && r.ISR() < t.Config.MinISR:
		return []string{"partition " + count(int(r.ID)) + " has fewer replicas in sync than min.insync.replicas: acks=all is refused"}
	}
	return nil
}

func maxMessage(t *model.Topic) int64 {
	if t.Config == nil {
		return 0
	}
	return t.Config.MaxMessage
}

// bytes is roughly how large the record is in the log, its batch included.
func (p *compose) bytes() int64 {
	n := int64(len(p.key.read().bytes))
	if p.value.as() == asFile {
		n += p.value.file.size
	} else {
		n += int64(len(p.value.read().bytes))
	}
	for _, item := range p.headers.items {
		n += int64(len(item.name.text) + len(item.value.text))
	}
	return n + batchBytes
}

// batchBytes is what a batch of one record takes up beside key, value and headers.
const batchBytes = 70

// factsLine are a topic's facts on a line of their own.
func factsLine(f *Frame, t *model.Topic) []canvas.Seg {
	segs := dots(f, topicFacts(t)...)
	if len(segs) > 0 {
		segs = segs[1:]
	}
	for i := range segs {
		segs[i].Style = muted
	}
	return segs
}
