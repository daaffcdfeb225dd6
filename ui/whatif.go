package ui

import (
	"maps"
	"strconv"
	"strings"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A lossView is the what-if: brokers that the user marked as lost, and what that
// would do. Nothing of it is sent.
type lossView struct {
	lost   map[int32]bool
	loss   model.Loss // of the brokers in done, over all topics
	done   lossKey
	wanted lossKey
}

// A lossKey tells whether a loss is still right.
type lossKey struct {
	lost    string
	version uint64
}

// lossWorked is a loss that was worked out off the loop.
type lossWorked struct {
	key  lossKey
	loss model.Loss
}

func (v *lossView) on() bool { return len(v.lost) > 0 }

// toggle marks a broker as lost, or takes it back.
func (v *lossView) toggle(broker int32) {
	next := maps.Clone(v.lost)
	if next == nil {
		next = map[int32]bool{}
	}
	if next[broker] {
		delete(next, broker)
	} else {
		next[broker] = true
	}
	v.lost = next
}

// after returns the partition as it would be, and whether another leads it then.
func (v *lossView) after(p *model.Partition) (*model.Partition, bool) {
	if !v.on() {
		return p, false
	}
	next := model.AfterLoss(*p, v.lost)
	return &next, next.Leader != p.Leader
}

// names lists the brokers that are marked as lost: 2, 3.
func (v *lossView) names(f *Frame) string {
	var ids []string
	for _, b := range f.Brokers {
		if v.lost[b.ID] {
			ids = append(ids, strconv.Itoa(int(b.ID)))
		}
	}
	return strings.Join(ids, ", ")
}

// arrange works the loss out over all topics, off the loop.
func (v *lossView) arrange(f *Frame) func() any {
	key := lossKey{v.names(f), f.TopicsAt}
	if !v.on() || key == v.done || key == v.wanted {
		return nil
	}
	v.wanted = key
	snapshot, topics, lost := f.Snapshot, f.Topics, v.lost
	return func() any { return lossWorked{key, model.Lose(snapshot, topics, lost)} }
}

func (v *lossView) take(w lossWorked) { v.loss, v.done, v.wanted = w.loss, w.key, lossKey{} }

// head says that what is on screen is not so; nil if it is.
func (v *lossView) head(f *Frame) []canvas.Seg {
	if !v.on() {
		return nil
	}
	return []canvas.Seg{
		{Text: " what if ", Style: themes.Style{Ink: themes.Change, Ground: themes.ChangeTint, Attr: themes.Bold}},
		{Text: unit(len(v.lost), " broker") + " " + v.names(f) + " lost ", Style: change},
		{Text: string(f.Marks.Dot) + " nothing is sent", Style: muted},
	}
}

// sums says what the loss does to the cluster: one line for each thing.
func (v *lossView) sums() []sum {
	if !v.on() || v.done.lost == "" {
		return nil
	}
	t := v.loss.Total
	rows := []sum{
		{"leaders that move", count(t.Moves), inAll(ratePhrase(t.MovesRate, "are redirected")), judged(t.Moves, change)},
		{"go offline", count(t.Offline), inAll(ratePhrase(t.OfflineRate, "cannot be written")), judged(t.Offline, bad)},
		{"refuse acks=all", count(t.Refuses), inAll(ratePhrase(t.RefusesRate, "are refused")), judged(t.Refuses, warn)},
	}
	groups := sum{"coordinators lost", plural(len(v.loss.Groups), "group", "groups"), "they pause until another broker takes over", muted}
	if len(v.loss.Groups) == 0 {
		groups.note = "no group that is known is touched"
	}
	return append(rows, groups)
}

// inAll says that a figure is of the whole cluster, and what comes of it.
func inAll(phrase string) string {
	if phrase == "" {
		return "in all topics"
	}
	return "in all topics, " + phrase
}

func judged(n int, st canvasStyle) canvasStyle {
	if n == 0 {
		return muted
	}
	return st
}

func ratePhrase(r float64, what string) string {
	if r <= 0 {
		return ""
	}
	return rate(r) + " records/s " + what
}

// whatIf is the action that marks the selected broker as lost, or takes it back.
func (v *lossView) whatIf() Action {
	return act("w", "what if", "see what the loss of the selected broker does; nothing is sent", func(f *Frame) Intent {
		if f.Sel.Broker == model.NoBroker {
			return Tell{"select a broker first"}
		}
		v.toggle(f.Sel.Broker)
		return nil
	})
}
