package ui

import (
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// Head implements Pane.
func (p *members) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: f.Sel.Group, Style: bold}}}
	if segs := p.filter.segs(); segs != nil {
		h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), segs...)
		return h
	}
	r := &p.roster
	if r.gone {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "gone", Style: warn})...)
		return h
	}
	if !r.at.IsZero() {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "as it was at " + clockDate(f.Now, r.at), Style: accent})...)
	} else if g := r.group; g != nil {
		if segs := missing("describing it", g.Problem); segs != nil {
			h.Facts = append(append(h.Facts, canvas.Seg{Text: "  "}), segs...)
		}
		h.Right = lagHead(f.Lags[g.ID])
	}
	h.Facts = append(h.Facts, p.stateFacts(f)...)
	return h
}

// lagHead is a group's total lag.
func lagHead(l *model.GroupLag) []canvas.Seg {
	if l == nil || l.Total == model.NoLag {
		return nil
	}
	segs := []canvas.Seg{{Text: "lag ", Style: muted}, {Text: number(l.Total), Style: bold}}
	if l.Unknown > 0 {
		segs = append(segs, canvas.Seg{Text: ", " + count(l.Unknown) + " unknown", Style: muted})
	}
	return segs
}

// stateFacts are the state of the group and how long it has lasted, its epoch, its
// kind, who assigns and who coordinates.
func (p *members) stateFacts(f *Frame) []canvas.Seg {
	r := &p.roster
	segs := []canvas.Seg{{Text: " " + string(f.Marks.Dot) + " ", Style: muted}, groupStateSeg(f, &model.Group{State: r.state})}
	if !r.since.IsZero() {
		segs = append(segs, canvas.Seg{Text: " for " + span(max(0, p.scrub.time(f.Now).Sub(r.since))), Style: muted})
	}
	segs = append(segs, p.epochFacts(f)...)
	if r.group != nil {
		segs = append(segs, dots(f, canvas.Seg{Text: r.group.Word(), Style: text})...)
	}
	segs = append(segs, dots(f, canvas.Seg{Text: r.assignor, Style: text})...)
	if r.group != nil && r.group.Coordinator != model.NoBroker && r.at.IsZero() {
		segs = append(segs, dots(f, canvas.Seg{Text: "coordinator ", Style: muted})...)
		segs = append(segs, canvas.Seg{Text: "broker " + count(int(r.group.Coordinator)), Style: text})
	}
	return segs
}

// epochFacts are the generation of a classic group, marked as such if it is
// inferred; of others the epoch, and the one of the assignment if that is older.
func (p *members) epochFacts(f *Frame) []canvas.Seg {
	r := &p.roster
	if r.epoch == model.NoEpoch {
		return nil
	}
	n := strconv.Itoa(int(r.epoch))
	if g := r.group; g == nil || g.Kind == model.Classic || g.Kind == "" {
		if h := history(f); g != nil && r.at.IsZero() && (h == nil && g.Inferred || h != nil && h.Inferred()) {
			n = "~" + n
		}
		return append(dots(f, canvas.Seg{Text: "generation ", Style: muted}), canvas.Seg{Text: n, Style: text})
	}
	segs := append(dots(f, canvas.Seg{Text: "epoch ", Style: muted}), canvas.Seg{Text: n, Style: text})
	if r.assignment != model.NoEpoch && r.assignment != r.epoch {
		segs = append(segs, canvas.Seg{Text: ", assigned " + strconv.Itoa(int(r.assignment)), Style: change})
	}
	return segs
}
