package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

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
	return []canvas.Seg{{Text: mark(f.Marks.Attention, "there is no topic of that name"), Style: warn}}
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
	p.drawOutcome(f, c, max(y, h-2))
}

// target is the partition that the record goes to, if that can be said; why says how
// that is known, or why it is not.
func (p *compose) target(t *model.Topic) (r *model.Partition, why string) {
	if p.partition.chosen == fixedPartition {
		n, err := strconv.ParseInt(p.number.value(), 10, 32)
		if err != nil {
			return nil, "the partition has no number yet"
		}
		if r = t.Partition(int32(n)); r == nil {
			return nil, "the topic has no partition " + p.number.value()
		}
		return r, "chosen by hand, whatever the key"
	}
	key := p.key.read()
	switch {
	case key.fault != "":
		return nil, "the key makes no sense yet"
	case p.key.isNull():
		return nil, "no key: the partitioner spreads records as it likes"
	}
	return t.Partition(model.KeyPartition(key.bytes, len(t.Partitions))), "murmur2 of the key, modulo " + count(len(t.Partitions)) + ", as Java's producer does"
}

// drawRoad draws the way of the record: partition, leader, reader.
func (p *compose) drawRoad(f *Frame, c *canvas.Canvas, y int, t *model.Topic) int {
	w, _ := c.Size()
	c.Tint(canvas.Rect{X: 0, Y: y, W: w, H: 1}, themes.LeaderTint)
	arrow := canvas.Seg{Text: "  " + string(f.Marks.Arrow) + "  ", Style: muted}
	r, why := p.target(t)
	if r == nil {
		c.Segs(1, y, w-2, canvas.Seg{Text: "any of " + plural(len(t.Partitions), "partition", "partitions"), Style: bold}, arrow, canvas.Seg{Text: why, Style: muted})
		return y + 1
	}
	segs := []canvas.Seg{{Text: "partition " + strconv.Itoa(int(r.ID)), Style: bold}, arrow}
	segs = append(segs, leaderSegs(f, r)...)
	c.Segs(1, y, w-2, append(segs, readerSegs(f, t.Name, r.ID, arrow)...)...)
	c.Segs(1, y+1, w-2, append(syncSegs(f, t, r), canvas.Seg{Text: " " + string(f.Marks.Dot) + " " + why, Style: muted})...)
	return y + 2
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

// syncSegs say how many replicas are in sync, and how many must be.
func syncSegs(f *Frame, t *model.Topic, r *model.Partition) []canvas.Seg {
	segs := []canvas.Seg{{Text: "in sync " + count(r.ISR()) + " of " + count(len(r.Replicas)), Style: muted}}
	if t.Config != nil && t.Config.MinISR > 0 {
		segs = append(segs, canvas.Seg{Text: ", min.insync " + count(t.Config.MinISR), Style: muted})
	}
	return segs
}

// readerSegs names the first known member that reads the partition, its group, and how
// far behind that is there.
func readerSegs(f *Frame, topic string, partition int32, arrow canvas.Seg) []canvas.Seg {
	for _, g := range f.Groups {
		m := g.Owner(topic, partition)
		if m == nil {
			continue
		}
		segs := []canvas.Seg{arrow, {Text: "read by ", Style: muted}, {Text: m.ClientID, Style: bold}, {Text: " in group ", Style: muted}, {Text: g.ID, Style: text}}
		if lag := partitionLag(f, g.ID, topic, partition); lag != model.NoLag {
			segs = append(segs, canvas.Seg{Text: ", lag ", Style: muted}, canvas.Seg{Text: number(lag), Style: text})
		}
		return segs
	}
	return nil
}

// partitionLag is a group's lag in a partition, model.NoLag if it is not known.
func partitionLag(f *Frame, group, topic string, partition int32) int64 {
	lag := f.Lags[group]
	if lag == nil {
		return model.NoLag
	}
	for _, t := range lag.Topics {
		at := slices.IndexFunc(t.Partitions, func(p model.PartitionLag) bool { return p.ID == partition })
		if t.Topic == topic && at >= 0 {
			return t.Partitions[at].Lag
		}
	}
	return model.NoLag
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
	if r, why := p.target(t); r != nil {
		all = append(all, refusals(t, r)...)
	} else if p.partition.chosen == fixedPartition && p.number.value() != "" {
		all = append(all, why)
	}
	if t.Config != nil && strings.Contains(t.Config.Cleanup, "compact") && p.key.isNull() {
		all = append(all, "the topic is compacted: a record without a key is refused")
	}
	if most := maxMessage(t); most > 0 && p.bytes() > most {
		all = append(all, "the record of "+size(p.bytes())+" is larger than max.message.bytes, "+size(most))
	}
	return all
}

// refusals say why a partition takes nothing now.
func refusals(t *model.Topic, r *model.Partition) []string {
	switch {
	case r.Offline():
		return []string{"partition " + count(int(r.ID)) + " has no leader: the record would be refused"}
	case t.Config != nil && r.ISR() < t.Config.MinISR:
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
		c.Segs(1, y, w-2, canvas.Seg{Text: mark(f.Marks.Stable, "acknowledged "), Style: good},
			canvas.Seg{Text: p.sent.String(), Style: strong},
			canvas.Seg{Text: " in " + millis(p.sent.Took) + ", " + p.sent.Timestamp.Format(time.TimeOnly), Style: muted})
		c.Cut(1, y+1, w-2, "partition "+strconv.Itoa(int(p.sent.Partition))+", offset "+number(p.sent.Offset)+leaderPhrase(f, p.sent), muted)
	}
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
