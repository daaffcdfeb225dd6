package ui

import (
	"slices"
	"strconv"
	"strings"

	"kscope/model"
)

// A reading is what a tail reads: the selected topic, or what was asked for.
type reading struct {
	session uint64        // a tail of another session knows nothing of this one
	topic   string        // the selected topic, as of the session
	own     model.Targets // some partitions of that topic; the zero Targets is all
	pinned  model.Targets // what is read whatever is selected; the zero Targets is nothing
	from    model.Position
	until   model.Stop
	filter  string

	memory             int64 // of what is kept; 0 is what is kept if nothing is said
	committed, control bool
	stopped            bool // nothing is read until it begins again
	ended              bool // all is read
}

// tail is what is asked for.
func (p *reading) tail(f *Frame) model.Tail {
	t := model.Tail{
		Session: p.session, Targets: model.TargetOf(f.Sel.Topic, model.AllPartitions), From: p.from, Until: p.until,
		Filter: p.filter, Committed: p.committed, Control: p.control, Memory: p.memory,
	}
	switch {
	case p.pinned != (model.Targets{}):
		t.Targets = p.pinned
	case p.own != (model.Targets{}) && f.Sel.Topic == p.topic:
		t.Targets = p.own
	}
	return t
}

// is reports whether a view is of this reading, as it is or as it was just before.
func (p *reading) is(v *model.TailView) bool {
	return v.Tail.Session == p.session && v.Tail.Session != 0 && !v.Since.IsZero()
}

// attend begins another session when another topic is selected: what was asked for about
// the one before is not asked of it.
func (p *reading) attend(f *Frame) {
	if p.session > 0 && (p.pinned != (model.Targets{}) || f.Sel.Topic == p.topic) {
		return
	}
	p.session++
	p.topic, p.own = f.Sel.Topic, model.Targets{}
	p.until, p.filter, p.stopped = model.Stop{}, "", false
}

// again begins another session with the same reading.
func (p *reading) again() { p.session, p.stopped = p.session+1, false }

// lastRecords is how many records of each partition a tail begins with that looks
// back.
const lastRecords = 20

// lookBack makes the tail begin at the end, with the last records, or at the
// beginning: each time with the next of these.
func (p *records) lookBack(f *Frame) Intent {
	switch p.from.At {
	case model.AtEnd:
		p.from = model.Position{At: model.AtLast, N: lastRecords}
	case model.AtLast:
		p.from = model.Position{At: model.AtBeginning}
	default:
		p.from = model.Position{}
	}
	p.until = model.Stop{}
	p.again()
	p.follow()
	return Tell{"the tail begins " + positionWords(f, p.from)}
}

// narrow makes the tail read the selected partition alone, or the whole selected topic
// again.
func (p *records) narrow(f *Frame, only bool) {
	p.topic, p.own, p.pinned = f.Sel.Topic, model.Targets{}, model.Targets{}
	if only && f.Sel.Partition != model.AllPartitions {
		p.own = model.TargetOf(f.Sel.Topic, f.Sel.Partition)
	}
	p.again()
	p.follow()
}

// isNarrow reports whether something else is read than the whole selected topic.
func (p *records) isNarrow(f *Frame) bool {
	return p.tail(f).Targets != model.TargetOf(f.Sel.Topic, model.AllPartitions)
}

// seek has the tail read something else. What is read already stays as far as it
// belongs there.
func (p *records) seek(f *Frame, t model.Tail) {
	was := p.tail(f)
	t.Session, t.Memory = was.Session, was.Memory
	p.pinned, p.own = model.Targets{}, model.Targets{}
	switch topic, _, one := t.Targets.One(); {
	case t.Targets == model.TargetOf(f.Sel.Topic, model.AllPartitions):
		p.topic = f.Sel.Topic
	case one && topic == f.Sel.Topic:
		p.topic, p.own = topic, t.Targets
	default:
		p.pinned = t.Targets
	}
	p.from, p.until, p.filter, p.committed, p.control = t.From, t.Until, t.Filter, t.Committed, t.Control
	p.filterLine.in.set(t.Filter)
	if t == was || p.stopped || topicsOf(t.Targets) != topicsOf(was.Targets) {
		p.again()
	}
	p.follow()
}

// topicsOf are the topics of targets without their partitions.
func topicsOf(t model.Targets) string {
	_, pattern, _ := strings.Cut(t.String(), "~")
	return strings.Join(t.Set().Names(), ",") + "~" + pattern
}

// toggle has the tail read the selected partition too, or leave it out, while it goes
// on.
func (p *records) toggle(f *Frame) Intent {
	topic, ok := f.Topic(f.Sel.Topic)
	if !ok || f.Sel.Partition == model.AllPartitions {
		return Tell{"select a partition in pane 4 first"}
	}
	t := p.tail(f)
	set := t.Targets.Set()
	var ids []string
	reads := set.Matches(topic.Name)
	had := reads && set.Partitions(topic.Name).Has(f.Sel.Partition)
	for i := range topic.Partitions {
		id := topic.Partitions[i].ID
		if id == f.Sel.Partition && !had || id != f.Sel.Partition && reads && set.Partitions(topic.Name).Has(id) {
			ids = append(ids, strconv.Itoa(int(id)))
		}
	}
	targets, err := p.with(t.Targets, topic, ids)
	if err != nil {
		return Tell{"the tail needs one partition at least"}
	}
	t.Targets = targets
	stands, moved, seq := p.frozen, p.moved, p.seq
	p.seek(f, t)
	p.frozen, p.moved, p.seq = stands, moved, seq
	place := topic.Name + ":" + strconv.Itoa(int(f.Sel.Partition))
	if had {
		return Tell{"the tail leaves " + place + " out"}
	}
	return Tell{"the tail reads " + place + " too"}
}

// with are targets with these partitions of a topic, which may be none.
func (p *records) with(t model.Targets, topic *model.Topic, ids []string) (model.Targets, error) {
	var items []string
	set := t.Set()
	for _, name := range set.Names() {
		if name == topic.Name {
			continue
		}
		if parts := set.Partitions(name); !parts.All() {
			name += ":" + parts.String()
		}
		items = append(items, name)
	}
	switch {
	case len(ids) == len(topic.Partitions):
		items = append(items, topic.Name)
	case len(ids) > 0:
		items = append(items, topic.Name+":"+strings.Join(ids, ","))
	}
	if _, pattern, ok := strings.Cut(t.String(), "~"); ok {
		items = append(items, "~"+pattern)
	}
	return model.ParseTargets(slices.Compact(items)...)
}

// stop ends the reading, or begins it again.
func (p *records) stop(*Frame) Intent {
	if p.stopped {
		p.again()
		p.follow()
		return nil
	}
	p.stopped = true
	return nil
}

// ends reports whether the reading has an end.
func (p *reading) ends() bool { return p.until.At != model.StopNever }
