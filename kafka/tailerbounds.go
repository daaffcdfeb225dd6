package kafka

import (
	"context"
	"time"

	"kscope/model"
)

// A bound is where the log of a partition begins and ends, and where times are in it.
// Offsets are model.NoOffset if they are not known, or there is none.
type bound struct {
	start, end int64
	stable     int64 // end, without transactions that are open if those are left out
	from       int64 // the first record that is not older than the tail begins
	until      int64 // the first that is not older than it ends
}

// bounds are those of a topic.
type bounds struct {
	name    string
	problem *model.Problem // why some are not known
	offsets [5][]int64     // by partition: the fields of bound
}

func (b *bounds) of(partition int32) bound {
	at := func(which int) int64 { return offsetAt(b.offsets[which], partition) }
	return bound{at(0), at(1), at(2), at(3), at(4)}
}

func offsetAt(offsets []int64, partition int32) int64 {
	if int(partition) < len(offsets) {
		return offsets[partition]
	}
	return model.NoOffset
}

const (
	uncommitted int8 = iota
	committed
)

// bounds asks for the bounds of topics, and no more than is needed: where times are
// only while a partition has no place yet.
func (t *tailer) bounds(ctx context.Context, names []string) ([]bounds, error) {
	all := make([]bounds, len(names))
	a := newAsking(names, map[int32]*model.Problem{})
	if err := t.c.offsetsOf(ctx, a); err != nil {
		return nil, err
	}
	for i := range a.topics {
		all[i] = bounds{name: names[i], problem: a.topics[i].Problem}
		all[i].offsets = [5][]int64{a.topics[i].Start, a.topics[i].End, a.topics[i].End}
	}
	ask := func(into int, which int64, isolation int8) error {
		a := newAsking(names, map[int32]*model.Problem{})
		a.which, a.isolation = []int64{which}, isolation
		if err := t.c.offsetsOf(ctx, a); err != nil {
			return err
		}
		for i := range a.topics {
			all[i].offsets[into] = a.topics[i].End
		}
		return nil
	}
	if from, ok := t.placedBy(); ok {
		if err := ask(3, from.UnixMilli(), uncommitted); err != nil {
			return nil, err
		}
	}
	if until := t.q.Until; until.At != model.StopNever && t.committed() {
		if err := ask(2, latest, committed); err != nil {
			return nil, err
		}
	}
	if until := t.q.Until; until.At == model.StopAtTime {
		return all, ask(4, until.Time.UnixMilli(), uncommitted)
	}
	return all, nil
}

// placedBy returns the time that partitions are to be placed by which have no place
// yet, if there are any.
func (t *tailer) placedBy() (time.Time, bool) {
	late := false
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			late = late || p.late && p.next == model.NoOffset
		}
	}
	switch {
	case late && t.q.From.At == model.AtEnd:
		return t.opened, true // what was written since
	case t.q.From.At == model.AtTime && (t.opening || t.unplaced()):
		return t.q.From.Time, true
	}
	return time.Time{}, false
}

func (t *tailer) unplaced() bool {
	for _, topic := range t.topics {
		for _, p := range topic.partitions {
			if p.wanted && p.next == model.NoOffset {
				return true
			}
		}
	}
	return false
}
