package ui

import (
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// composeOptions are the fields that say where records go, and how.
type composeOptions struct {
	partition   *choiceField // the partitioner's, or fixed
	number      *textField   // of the fixed one
	partitioner *choiceField
	folded      *choiceField // whether the rest shows
	acks        *choiceField
	compression *choiceField
	timestamp   *textField
	idempotence *choiceField
}

// The ways to say which partition.
const (
	byPartitioner = iota
	fixedPartition
)

// The choices of whether the rest of the options shows.
const (
	foldedAway = iota
	unfolded
)

func newComposeOptions() composeOptions {
	o := composeOptions{
		partition: newChoice("by the partitioner", "fixed"), number: newText("its number"),
		partitioner: newChoice(), folded: newChoice("as usual", "change"),
		acks: newChoice(), compression: newChoice(), timestamp: newText("when it is sent"),
		idempotence: newChoice("with acks=all", "yes", "no"),
	}
	for _, p := range model.Partitioners() {
		o.partitioner.words = append(o.partitioner.words, p.String())
	}
	for _, a := range model.AllAcks() {
		o.acks.words = append(o.acks.words, a.String())
	}
	for _, c := range model.Compressions() {
		o.compression.words = append(o.compression.words, c.String())
	}
	o.number.width, o.number.most, o.number.takes = 14, 10, isDigit
	o.timestamp.width = 34
	return o
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// rows are those of the form.
func (o *composeOptions) rows() []formRow {
	fixed := func() bool { return o.fixed() }
	hidden := func() bool { return o.folded.chosen == foldedAway }
	return []formRow{
		{name: "partition", field: o.partition, apart: true},
		{field: o.number, hidden: func() bool { return !o.fixed() }},
		{name: "partitioner", field: o.partitioner, hidden: fixed, note: o.partitionerNote},
		{name: "options", field: o.folded, note: o.summary},
		{name: "acks", field: o.acks, hidden: hidden, note: o.acksNote},
		{name: "compression", field: o.compression, hidden: hidden},
		{name: "timestamp", field: o.timestamp, hidden: hidden, note: o.timeNote},
		{name: "idempotence", field: o.idempotence, hidden: hidden, note: o.idempotenceNote},
	}
}

func (o *composeOptions) fixed() bool { return o.partition.chosen == fixedPartition }

// rule is the partitioner that is chosen.
func (o *composeOptions) rule() model.Partitioner {
	return model.Partitioners()[o.partitioner.chosen]
}

// delivery is how records are sent.
func (o *composeOptions) delivery() model.Delivery {
	return model.Delivery{
		Acks: model.AllAcks()[o.acks.chosen], Compression: model.Compressions()[o.compression.chosen],
		Idempotence: model.Idempotence(o.idempotence.chosen),
	}
}

// fill has the options be those of a record.
func (o *composeOptions) fill(c *model.Produce) {
	o.fix(c.Partition)
	if c.Partition != model.AllPartitions {
		o.partition.chosen = fixedPartition
	}
	o.partitioner.chosen = int(c.Partitioner)
	o.acks.chosen, o.compression.chosen = int(c.Delivery.Acks), int(c.Delivery.Compression)
	o.idempotence.chosen = int(c.Delivery.Idempotence)
	o.timestamp.set("")
	if !c.Timestamp.IsZero() {
		o.timestamp.set(c.Timestamp.Format(time.RFC3339Nano))
	}
	if o.folded.chosen = foldedAway; c.Delivery != (model.Delivery{}) || !c.Timestamp.IsZero() {
		o.folded.chosen = unfolded
	}
}

// fix notes a partition, and leaves it to the partitioner all the same.
func (o *composeOptions) fix(partition int32) {
	o.partition.chosen = byPartitioner
	o.number.set("")
	if partition != model.AllPartitions {
		o.number.set(strconv.Itoa(int(partition)))
	}
}

// read puts the options into a record, and returns what is wrong with them.
func (o *composeOptions) read(f *Frame, c *model.Produce) (wrong string) {
	c.Partition, c.Partitioner, c.Delivery = model.AllPartitions, o.rule(), o.delivery()
	if o.fixed() {
		n, err := strconv.ParseInt(o.number.value(), 10, 32)
		if err != nil {
			return "give the number of the partition"
		}
		c.Partition = int32(n)
	}
	if typed := strings.TrimSpace(o.timestamp.value()); typed != "" {
		at, ok := timestampIn(typed, f.Now)
		if !ok {
			return "the timestamp is not understood: type 2026-11-22 14:03, 14:03, 15m ago, RFC 3339 or milliseconds"
		}
		c.Timestamp = at.Truncate(time.Millisecond)
	}
	if p := c.Check(); p != nil {
		return p.Error()
	}
	return ""
}

// timestampIn reads the time of a record: as model.ParseTime does, or milliseconds since
// 1970.
func timestampIn(typed string, now time.Time) (time.Time, bool) {
	if ms, err := strconv.ParseInt(typed, 10, 64); err == nil {
		return time.UnixMilli(ms), true
	}
	return model.ParseTime(typed, now)
}

// partitionerNote says what the partitioner does.
func (o *composeOptions) partitionerNote(*Frame) []canvas.Seg {
	p := o.rule()
	if p.Hash() == "" {
		return []canvas.Seg{{Text: "whatever the key", Style: muted}}
	}
	return []canvas.Seg{{Text: p.Hash() + ", as " + p.Whose() + " does", Style: muted}}
}

// summary says what the folded options are.
func (o *composeOptions) summary(f *Frame) []canvas.Seg {
	if o.folded.chosen == unfolded {
		return nil
	}
	d := o.delivery()
	parts := []string{"acks=" + d.Acks.String(), "compression " + d.Compression.String(), "not idempotent", "stamped when it is sent"}
	if d.Idempotent() {
		parts[2] = "idempotent"
	}
	if o.timestamp.value() != "" {
		parts[3] = "stamped " + o.timestamp.value()
	}
	return []canvas.Seg{{Text: strings.Join(parts, " "+string(f.Marks.Dot)+" "), Style: muted}}
}

func (o *composeOptions) acksNote(*Frame) []canvas.Seg {
	says := map[model.Acks]string{
		model.AcksAll:    "every in-sync replica has it",
		model.AcksLeader: "the leader alone has it: lost if it dies before a follower does",
		model.AcksNone:   "nobody answers: no offset, nor whether it was written",
	}
	return []canvas.Seg{{Text: says[o.delivery().Acks], Style: muted}}
}

// timeNote says what time was understood.
func (o *composeOptions) timeNote(f *Frame) []canvas.Seg {
	typed := strings.TrimSpace(o.timestamp.value())
	if typed == "" {
		return nil
	}
	at, ok := timestampIn(typed, f.Now)
	if !ok {
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "not understood yet"), Style: warn}}
	}
	return []canvas.Seg{{Text: whenPhrase(at.In(f.Now.Location()), f.Now), Style: muted}}
}

func (o *composeOptions) idempotenceNote(f *Frame) []canvas.Seg {
	if p := o.delivery().Check(); p != nil {
		return []canvas.Seg{{Text: mark(f.Marks.Attention, p.Error()), Style: warn}}
	}
	if o.delivery().Idempotent() {
		return []canvas.Seg{{Text: "a repetition is written once", Style: muted}}
	}
	return []canvas.Seg{{Text: "it is sent once, and may get lost", Style: muted}}
}
