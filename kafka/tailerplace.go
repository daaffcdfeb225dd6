package kafka

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// place finds out which partitions there are and where to read them from. What cannot
// be read of several topics is noted with them; the error is about all.
func (t *tailer) place(ctx context.Context) *model.Problem {
	names, err := t.names(ctx)
	if err != nil {
		return problemOf(err)
	}
	t.leave(names)
	if len(names) == 0 {
		t.opening = false
		return &model.Problem{Kind: model.Failed, Says: "No topic matches " + t.q.Targets.String(), Fix: "check it; a topic that matches is read once there is one"}
	}
	found, err := t.c.describeAll(ctx, names)
	if err != nil {
		return problemOf(err)
	}
	for _, name := range names {
		i := slices.IndexFunc(found, func(topic model.Topic) bool { return topic.Name == name })
		if i < 0 {
			found = append(found, model.Topic{Name: name, Problem: gone(name)})
			i = len(found) - 1
		}
		t.describe(&found[i])
	}
	if err := t.locate(ctx); err != nil {
		return problemOf(err)
	}
	t.opening = false
	t.count()
	t.assess()
	return nil
}

// leave takes all topics out that are not to be read any more: another target was
// chosen, in which case they are gone on with if they are chosen again, or they were
// deleted.
func (t *tailer) leave(names []string) {
	for name, topic := range t.topics {
		topic.wanted = false
		if !slices.Contains(names, name) && t.targets.Matches(name) {
			t.notice(false, "Topic %s was deleted", name)
			delete(t.topics, name)
		}
	}
}

// names returns the topics that are read now.
func (t *tailer) names(ctx context.Context) ([]string, error) {
	names := t.targets.Names()
	if !t.targets.Open() {
		return names, nil
	}
	if err := t.c.listTopics(ctx, func(model.Event) {}); err != nil {
		return nil, err
	}
	all, _ := t.c.layout.names()
	for _, name := range all {
		if t.targets.Matches(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// describe takes in what a topic is like now.
func (t *tailer) describe(found *model.Topic) {
	topic := t.topics[found.Name]
	if topic == nil {
		topic = &topicRead{name: found.Name, partitions: map[int32]*partitionRead{}, missed: !t.opening}
		t.topics[found.Name] = topic
		if !t.opening && found.Problem == nil {
			t.notice(false, "Topic %s matches: it is read from its beginning", found.Name)
		}
	}
	topic.wanted = true
	was := topic.problem
	topic.problem = t.readProblem(topic, found)
	if topic.problem != nil {
		t.failed(topic, was)
		return
	}
	if topic.size > 0 && topic.id != found.ID {
		t.notice(false, "Topic %s was deleted and made anew: it is read from its beginning", topic.name)
		topic.partitions, topic.size, topic.missed = map[int32]*partitionRead{}, 0, true
	} else if was != nil && was.Kind == model.Gone && topic.size > 0 {
		t.notice(false, "Topic %s is there again", topic.name)
	}
	topic.id = found.ID
	t.descend(topic, found)
}

// readProblem returns why a topic cannot be read; nil if it can, as far as is known.
func (t *tailer) readProblem(topic *topicRead, found *model.Topic) *model.Problem {
	if found.Problem != nil {
		topic.missed = topic.missed || found.Problem.Kind == model.Gone
		return asRead(found.Problem)
	}
	if wanted := t.targets.Partitions(topic.name); !wanted.All() && !slices.ContainsFunc(found.Partitions, func(p model.Partition) bool { return wanted.Has(p.ID) }) {
		return &model.Problem{
			Kind: model.Gone,
			Says: fmt.Sprintf("Topic %s has no partition %s", topic.name, wanted),
			Fix:  fmt.Sprintf("choose from 0 to %d", len(found.Partitions)-1),
		}
	}
	if topic.problem != nil && topic.problem.Kind != model.Gone && time.Now().Before(topic.retry) {
		return topic.problem
	}
	return nil
}

// asRead turns a problem of describing a topic into one of reading it.
func asRead(p *model.Problem) *model.Problem {
	if p.Kind != model.Denied {
		return p
	}
	return problemAbout(p, model.Right{Operation: "Read", Resource: p.Right.Resource})
}

// descend takes in which partitions a topic has.
func (t *tailer) descend(topic *topicRead, found *model.Topic) {
	wanted := t.targets.Partitions(topic.name)
	for _, p := range topic.partitions {
		p.wanted = false
	}
	added := []int32{}
	for i := range found.Partitions {
		id := found.Partitions[i].ID
		if !wanted.Has(id) {
			continue
		}
		p := topic.partitions[id]
		if p == nil {
			fresh := topic.missed || topic.size > 0 && int(id) >= topic.size
			p = &partitionRead{id: id, fresh: fresh, next: model.NoOffset, stop: model.NoOffset, high: model.NoOffset}
			topic.partitions[id] = p
			if fresh && !topic.missed {
				added = append(added, id)
			}
		}
		p.wanted = true
	}
	if len(added) > 0 {
		t.notice(false, "Topic %s got %s: read from the start", topic.name, partitionWords(added))
	}
	topic.size = max(topic.size, len(found.Partitions))
	topic.leaders = leadersOf(found)
}

// partitionWords writes partitions as one says them: partition 4, partitions 4 to 6.
func partitionWords(ids []int32) string {
	if len(ids) == 1 {
		return fmt.Sprintf("partition %d", ids[0])
	}
	return fmt.Sprintf("partitions %d to %d", ids[0], ids[len(ids)-1])
}

// leadersOf returns who leads each partition.
func leadersOf(topic *model.Topic) []int32 {
	leaders := make([]int32, len(topic.Partitions))
	for i := range topic.Partitions {
		leaders[i] = topic.Partitions[i].Leader
	}
	return leaders
}

// locate finds out where the partitions begin and end, and with it where to go on.
func (t *tailer) locate(ctx context.Context) error {
	var names []string
	for name, topic := range t.topics {
		if topic.wanted && topic.problem == nil {
			names = append(names, name)
		}
	}
	bounds, err := t.bounds(ctx, names)
	if err != nil {
		return err
	}
	for i := range bounds {
		topic := t.topics[bounds[i].name]
		if p := bounds[i].problem; p != nil && topic.problem == nil && (p.Kind == model.Denied || p.Kind == model.Gone) {
			topic.problem = asRead(p)
			t.failed(topic, nil)
			continue
		}
		for _, p := range topic.partitions {
			if p.wanted {
				t.placeOne(topic, p, bounds[i].of(p.id))
			}
		}
	}
	return nil
}

// placeOne sets where a partition is read from, given where its log starts and ends.
func (t *tailer) placeOne(topic *topicRead, p *partitionRead, b bound) {
	switch {
	case b.start == model.NoOffset || b.end == model.NoOffset:
		p.late = p.late || p.next == model.NoOffset
		return
	case p.next == model.NoOffset:
		p.next = t.begin(p, b)
		p.from = p.next
	case p.next < b.start:
		t.notice(true, "Offsets %d to %d of %s/%d were deleted before they were read", p.next, b.start-1, topic.name, p.id)
		p.next = b.start
	case p.next > b.end:
		t.notice(true, "The log of %s/%d ends at %d by now, before the %d that was read: a replica without the latest records became leader", topic.name, p.id, b.end, p.next)
		p.next = b.end
	}
	p.high = b.end
	t.stopAt(p, b)
}

// begin returns where a partition is read from at first.
func (t *tailer) begin(p *partitionRead, b bound) int64 {
	switch from := t.q.From; {
	case p.fresh || from.At == model.AtBeginning:
		return b.start
	case from.At == model.AtLast:
		return max(b.start, b.end-max(0, from.N))
	case from.At == model.AtOffset:
		return max(b.start, min(from.N, b.end))
	case (from.At == model.AtTime || p.late) && b.from != model.NoOffset:
		return b.from
	}
	return b.end
}

// stopAt sets where the reading of a partition ends, if that is not known yet.
func (t *tailer) stopAt(p *partitionRead, b bound) {
	if p.stop == model.NoOffset {
		switch until := t.q.Until; {
		case until.At == model.StopAtEnd && p.fresh:
			p.stop = p.from
		case until.At == model.StopAtEnd:
			p.stop = b.stable
		case until.At == model.StopAtTime && b.until != model.NoOffset:
			p.stop = b.until
		case until.At == model.StopAtTime && !time.Now().Before(until.Time):
			p.stop = b.stable
		}
	}
	p.stopped = p.stop != model.NoOffset && p.next >= p.stop
}

// failed remembers that a topic cannot be read, and when to try again.
func (t *tailer) failed(topic *topicRead, was *model.Problem) {
	const slowest = 30 * time.Second
	if was == nil || was.Kind != topic.problem.Kind {
		topic.failed = 0
		if topic.size > 0 { // it was read
			t.notice(false, "%s", topic.problem.Says)
		}
	}
	topic.retry = time.Now().Add(min(slowest, again<<min(topic.failed, 5)))
	topic.failed++
}

// recovered is called when a topic is read again that could not be.
func (t *tailer) recovered(topic *topicRead) {
	if topic.failed > 0 {
		topic.failed = 0
		t.notice(false, "Topic %s is read again, from where it was", topic.name)
	}
}

// sickness is what keeps topics from being read; nil if nothing does.
func (t *tailer) sickness() *model.Problem {
	var sick []*topicRead
	wanted := 0
	for _, topic := range t.topics {
		if topic.wanted {
			wanted++
			if topic.problem != nil {
				sick = append(sick, topic)
			}
		}
	}
	if len(sick) == 0 {
		return nil
	}
	first := slices.MinFunc(sick, func(a, b *topicRead) int { return strings.Compare(a.name, b.name) })
	if len(sick) == wanted {
		return first.problem
	}
	p := *first.problem
	p.Kind, p.Says = model.Failed, fmt.Sprintf("%d of %d topics cannot be read: %s", len(sick), wanted, lowered(p.Says))
	return &p
}

// lowered begins a sentence small, to stand within another.
func lowered(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
