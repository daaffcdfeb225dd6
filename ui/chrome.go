package ui

import (
	"slices"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// drawHeader draws the top line: which cluster, how it is, how much is written to
// it, how old the figures are.
func (a *App) drawHeader(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	x := c.Put(1, 0, "kscope", accent) + 2
	name, ground := a.chip(f)
	x = c.Cut(x, 0, max(8, w/3), " "+name+" ", themes.Style{Ink: themes.Strong, Ground: ground, Attr: themes.Bold})
	x = a.drawPlace(f, c, x, w)
	if f.Cluster.ReadOnly && w >= 60 && a.options.Replay == "" {
		x = c.Put(x+1, 0, "read-only", warn)
	}
	switch {
	case a.group.open:
	case f.Cluster.Demo && w >= 150:
		x = c.Put(x+1, 0, "replication is simulated", muted)
	case f.Cluster.Demo && w >= 70:
		x = c.Put(x+1, 0, "simulated", muted)
	}
	facts := a.headerFacts(f, w)
	right := a.headerRight(f, w, w-5-x-canvas.SegsWidth(facts...))
	rw := canvas.SegsWidth(right...)
	c.Segs(x+2, 0, max(0, w-rw-5-x), facts...)
	c.Segs(max(x+1, w-rw-1), 0, rw, right...)
}

// headerFacts are the cluster's totals, or on a small screen its health alone.
func (a *App) headerFacts(f *Frame, w int) []canvas.Seg {
	health := clusterHealth(f)
	if a.group.open { // there is no room for what is well
		return a.trouble(f, health)
	}
	if w < 120 || len(f.Topics) == 0 {
		return health
	}
	brokers := text
	if f.Serving() < len(f.Brokers) {
		brokers = bad
	}
	sep := canvas.Seg{Text: " " + string(f.Marks.Dot) + " ", Style: muted}
	segs := []canvas.Seg{
		{Text: count(f.Serving()) + "/" + count(len(f.Brokers)), Style: brokers}, {Text: unit(len(f.Brokers), " broker"), Style: muted}, sep,
		{Text: count(f.Counts.Topics), Style: text}, {Text: unit(f.Counts.Topics, " topic"), Style: muted}, sep,
		{Text: count(f.Counts.Partitions), Style: text}, {Text: unit(f.Counts.Partitions, " partition"), Style: muted}, sep,
	}
	if !f.Freshness(model.ListGroups{}).At.IsZero() {
		segs = append(segs, canvas.Seg{Text: count(len(f.Groups)), Style: text}, canvas.Seg{Text: unit(len(f.Groups), " group"), Style: muted}, sep)
	}
	if w >= 160 && f.Cluster.Version != "" {
		segs = append(segs, canvas.Seg{Text: "Kafka ", Style: muted}, canvas.Seg{Text: f.Cluster.Version, Style: text}, sep)
	}
	if f.Counts.Offline+f.Counts.UnderReplicated > 0 || f.Serving() < len(f.Brokers) { // trouble comes first, where nothing cuts it
		return append(append(slices.Clip(health), sep), segs[:len(segs)-1]...)
	}
	return append(segs, health...)
}

// unit is the plural of one unless there is one of it.
func unit(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}

// clusterHealth says the worst of the cluster in a few words.
func clusterHealth(f *Frame) []canvas.Seg {
	down := 0
	for _, b := range f.Brokers {
		if b.State >= model.Unreached {
			down++
		}
	}
	var segs []canvas.Seg
	add := func(n int, word string, st canvasStyle, glyph rune) {
		if n == 0 {
			return
		}
		if segs != nil {
			segs = append(segs, canvas.Seg{Text: "  "})
		}
		segs = append(segs, canvas.Seg{Text: mark(glyph, count(n)+" "+word), Style: st})
	}
	add(down, unit(down, "broker")+" down", bad, f.Marks.Offline)
	add(f.Counts.Offline, "offline", bad, f.Marks.Offline)
	add(f.Counts.UnderReplicated, "under-replicated", warn, f.Marks.Attention)
	switch {
	case segs != nil:
		return segs
	case len(f.Brokers) == 0 || len(f.Topics) == 0:
		return nil
	}
	return []canvas.Seg{{Text: mark(f.Marks.Stable, "healthy"), Style: good}}
}

// headerRight is the rate into the cluster and the age of what is shown. Of the
// rate's past it shows as much as room has cells for: facts are not cut for it.
func (a *App) headerRight(f *Frame, w, room int) []canvas.Seg {
	if a.options.Replay != "" {
		return recorded(f)
	}
	age := a.age(f)
	if f.Flow.Known == 0 || w < 60 {
		return age
	}
	segs := []canvas.Seg{{Text: "in ", Style: muted}, {Text: rate(f.Flow.In) + "/s ", Style: text}}
	if w >= 100 {
		past := f.Flow.History
		n := min(len(past), max(0, room-canvas.SegsWidth(segs...)-canvas.SegsWidth(age...)))
		segs = append(segs, canvas.Seg{Text: sparkText(f.Marks, past[len(past)-n:]), Style: quiet})
	}
	return append(segs, age...)
}

// age says how old the oldest figure on screen is, and that it is not refreshed
// if that is so.
func (a *App) age(f *Frame) []canvas.Seg {
	oldest := f.Oldest(a.quick())
	switch {
	case a.feed.paused:
		return []canvas.Seg{{Text: "  paused ", Style: warn}, {Text: ago(f.Now, oldest), Style: warn}}
	case oldest.IsZero():
		return []canvas.Seg{{Text: "  connecting", Style: muted}}
	case f.Now.Sub(oldest) > staleAfter && a.troubled(f):
		return []canvas.Seg{{Text: "  " + mark(f.Marks.Attention, ago(f.Now, oldest)), Style: warn}}
	}
	return []canvas.Seg{{Text: "  " + ago(f.Now, oldest), Style: muted}}
}

// quick are the queries on screen that are asked most often: their answers say
// how old the picture is. What is asked rarely is rarely out of date.
func (a *App) quick() []model.Query {
	quick := make([]model.Query, 0, len(a.needs))
	for _, q := range a.needs {
		if q.Every() <= time.Second {
			quick = append(quick, q)
		}
	}
	return quick
}

// staleAfter is from what age on a figure that cannot be refreshed is marked.
const staleAfter = 5 * time.Second

// troubled reports whether any query on screen fails.
func (a *App) troubled(f *Frame) bool {
	for _, q := range a.needs {
		if f.Freshness(q).Err != nil {
			return true
		}
	}
	return false
}

// sparkText is a sparkline as text.
func sparkText(m *themes.Marks, values []float64) string {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	out := make([]rune, 0, len(values))
	for _, v := range values {
		level := 1
		if most > 0 {
			level = 1 + int(v/most*6+0.5)
		}
		out = append(out, m.Spark[level])
	}
	return string(out)
}

// drawFooter draws the bottom line: what the keys do, or what has just happened.
func (a *App) drawFooter(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	if a.notice != "" {
		c.Cut(1, 0, w-2, a.notice, a.noticeStyle)
		return
	}
	right := a.footerRight(f)
	rw := canvas.SegsWidth(right...)
	keys := footerKeys(a.offered())
	if len(keys) == 0 {
		return
	}
	last := keys[len(keys)-1] // help is never the one to go
	x := 1
	for i, k := range keys {
		need := actionWidth(k)
		if i < len(keys)-1 {
			need += 3 + actionWidth(last)
		}
		if x+need > w-rw-2 {
			continue
		}
		x = c.Put(x, 0, k.Key(), accent)
		x = c.Put(x+1, 0, k.Word, muted) + 3
	}
	c.Segs(max(x, w-rw-1), 0, rw, right...)
}

// offered is what keys do as the footer tells it: while a filter is open, what
// they do to it.
func (a *App) offered() []Action {
	if t, ok := a.holder().(interface{ typing() []Action }); ok && a.holder().(Typist).Typing() {
		return t.typing()
	}
	return a.actions()
}

func actionWidth(a Action) int { return canvas.Width(a.Key()) + 1 + canvas.Width(a.Word) }

func footerKeys(actions []Action) []Action {
	var keys []Action
	for _, a := range actions {
		if a.Footer && a.Word != "" {
			keys = append(keys, a)
		}
	}
	return keys
}

// footerRight says what is selected; of a group, which time its lanes show.
func (a *App) footerRight(f *Frame) []canvas.Seg {
	if a.group.open && a.top() == nil {
		return a.group.reach(f, a.width)
	}
	if a.top() != nil || f.Sel.Topic == "" {
		return nil
	}
	if f.Sel.Partition == model.AllPartitions {
		return nil
	}
	t, ok := f.Topic(f.Sel.Topic)
	if !ok {
		return nil
	}
	p := t.Partition(f.Sel.Partition)
	if p == nil {
		return nil
	}
	segs := []canvas.Seg{{Text: canvas.Truncate(holdingID(t.Name, p.ID), 32), Style: text}, {Text: " on ", Style: muted}}
	for _, r := range p.Replicas {
		st := text
		if r.State != model.InSync {
			st = warn
		}
		segs = append(segs, canvas.Seg{Text: count(int(r.Broker)) + " ", Style: st})
	}
	return segs
}
