package ui

import (
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// Head implements Pane.
func (p *records) Head(f *Frame) Heading {
	h := Heading{Title: p.Name()}
	t := p.tail(f)
	if t.Targets == (model.Targets{}) {
		return h
	}
	h.Facts = append(p.readsSegs(t), dots(f, p.states(f)...)...)
	h.Facts = append(h.Facts, dots(f, p.beginSegs(f, t)...)...)
	if p.is(&f.Tail) && !p.stopped && !f.Paused {
		h.Facts = append(h.Facts, dots(f, pulse(f, &f.Tail))...)
	}
	h.Right = p.newer(f)
	return h
}

// readsSegs says what is read.
func (p *records) readsSegs(t model.Tail) []canvas.Seg {
	topic, partitions, one := t.Targets.One()
	segs := []canvas.Seg{{Text: t.Targets.String(), Style: bold}}
	if one {
		segs = []canvas.Seg{{Text: topic, Style: bold}}
		if !partitions.All() {
			segs = append(segs, canvas.Seg{Text: ":" + partitions.String(), Style: accent})
		}
	}
	if p.pinned != (model.Targets{}) {
		segs = append(segs, canvas.Seg{Text: " pinned", Style: muted})
	}
	return segs
}

// beginSegs says where the reading begins and ends, unless it is from now on.
func (p *records) beginSegs(f *Frame, t model.Tail) []canvas.Seg {
	var segs []canvas.Seg
	switch t.From.At {
	case model.AtEnd:
	case model.AtBeginning:
		segs = append(segs, canvas.Seg{Text: "from the beginning", Style: muted})
	case model.AtLast:
		segs = append(segs, canvas.Seg{Text: "from the last " + number(t.From.N), Style: muted})
	case model.AtOffset:
		segs = append(segs, canvas.Seg{Text: "from offset " + number(t.From.N), Style: muted})
	case model.AtTime:
		segs = append(segs, canvas.Seg{Text: "from " + clockDate(f.Now, t.From.Time), Style: muted})
	}
	switch t.Until.At {
	case model.StopNever:
	case model.StopAtEnd:
		segs = append(segs, canvas.Seg{Text: "to the end", Style: muted})
	case model.StopAfter:
		segs = append(segs, canvas.Seg{Text: number(t.Until.N) + " records", Style: muted})
	case model.StopAtTime:
		segs = append(segs, canvas.Seg{Text: "to " + clockDate(f.Now, t.Until.Time), Style: muted})
	}
	if t.Committed {
		segs = append(segs, canvas.Seg{Text: "committed", Style: muted})
	}
	return segs
}

// newer says how many records there are below the one under the cursor, and what goes to
// them.
func (p *records) newer(f *Frame) []canvas.Seg {
	l := p.lines(f)
	n := l.len() - 1 - p.line(f)
	says := canvas.Seg{Text: "G follows", Style: muted}
	switch {
	case p.isFrozen(f):
		n += f.Tail.Ring.Len() - l.n
		says.Text = "space goes on"
	case p.follows(f):
		return nil
	}
	if n == 0 {
		return []canvas.Seg{says}
	}
	return []canvas.Seg{{Text: count(n) + " newer ", Style: warn}, says}
}

// sparkLength is how many seconds of the rate's past show.
const sparkLength = 10

// states says how the tail goes.
func (p *records) states(f *Frame) []canvas.Seg {
	v, t := &f.Tail, p.tail(f)
	switch answer := f.Freshness(t); {
	case p.stopped:
		segs := []canvas.Seg{{Text: mark(f.Marks.Idle, "stopped"), Style: warn}}
		if p.is(v) {
			segs = append(segs, p.counts(v)...)
		}
		return segs
	case !p.is(v) && answer.Err != nil:
		return []canvas.Seg{{Text: mark(f.Marks.Offline, "cannot be read"), Style: bad}}
	case !p.is(v):
		return []canvas.Seg{{Text: "opening " + string(f.Marks.Ellipsis), Style: muted}}
	case v.Problem != nil:
		return append([]canvas.Seg{{Text: mark(f.Marks.InFlight, "waiting"), Style: warn}}, p.counts(v)...)
	case v.Finished != model.NotFinished:
		return append([]canvas.Seg{{Text: mark(f.Marks.Stable, "ended"), Style: good}}, p.counts(v)...)
	case f.Paused:
		return append([]canvas.Seg{{Text: "paused", Style: warn}}, p.counts(v)...)
	}
	state := canvas.Seg{Text: mark(f.Marks.Stable, "live"), Style: good}
	if p.isFrozen(f) {
		state = canvas.Seg{Text: mark(f.Marks.Idle, "stands still"), Style: warn}
	}
	segs := []canvas.Seg{state, {Text: rate(v.Speed.Rate(f.Now)) + "/s", Style: text}}
	return append(segs, p.counts(v)...)
}

// pulse is the past of the rate, if there was anything.
func pulse(f *Frame, v *model.TailView) canvas.Seg {
	past, some := []float64{}, false
	for _, n := range v.Speed.History(f.Now, sparkLength) {
		past, some = append(past, float64(n)), some || n > 0
	}
	if !some {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: sparkText(f.Marks, past), Style: quiet}
}

// counts says how much was read, let through, let go, and is to come.
func (p *records) counts(v *model.TailView) []canvas.Seg {
	segs := []canvas.Seg{{Text: number(v.Read) + " read", Style: muted}}
	if v.Tail.Filter != "" {
		segs = append(segs, canvas.Seg{Text: number(v.Matched) + " matched", Style: accent})
	}
	dropped := muted
	if v.Dropped > 0 {
		dropped = warn
	}
	segs = append(segs, canvas.Seg{Text: number(v.Dropped) + " dropped", Style: dropped})
	if v.Behind > 0 && v.Finished == model.NotFinished {
		segs = append(segs, canvas.Seg{Text: number(v.Behind) + " behind", Style: text})
	}
	return segs
}

// progress is how much of a reading that ends is done, and of how much; ok is false if
// that is not known.
func progress(v *model.TailView) (done, total int64, ok bool) {
	if v.Finished != model.NotFinished {
		return 0, 0, false
	}
	return v.Done, v.Total, v.Total > 0
}

// drawProgress draws how far a reading that ends has come, and how long it may take.
func drawProgress(f *Frame, c *canvas.Canvas, y int, began time.Time, done, total int64, keys string) {
	w, _ := c.Size()
	part := float64(done) / float64(max(total, 1))
	bar := max(10, min(40, w/3))
	c.Bar(2, y, bar, f.Marks, part, 1, accent)
	segs := []canvas.Seg{{Text: percent(part), Style: bold}}
	if took := f.Now.Sub(began); part > 0 && part < 1 && took > time.Second {
		segs = append(segs, canvas.Seg{Text: "about " + span(time.Duration(float64(took)*(1-part)/part)) + " left", Style: text})
	}
	segs = append(segs, canvas.Seg{Text: number(done) + " of " + number(total), Style: muted}, canvas.Seg{Text: keys, Style: muted})
	c.Segs(bar+4, y, w-bar-5, dotted(f, segs...)...)
}

// drawTop draws what stands above the records: what is typed, what happens to the tail,
// and how far it is. It returns the line after.
func (p *records) drawTop(f *Frame, c *canvas.Canvas) int {
	w, h := c.Size()
	y := p.drawTyped(f, c)
	v := &f.Tail
	if !p.is(v) {
		return y
	}
	if done, total, ok := progress(v); ok && !p.stopped && y < h-1 {
		drawProgress(f, c, y, v.Since, done, total, "s stops")
		y++
	}
	if v.Problem != nil && y < h-1 {
		y = wrap(c, 2, y, w-3, min(2, h-1-y), v.Problem.Error(), warn)
	}
	if news := p.news(v); len(news) > 0 && y < h-1 {
		p.drawNotice(f, c, y, news)
		y++
	}
	return y
}

// drawTyped draws the lines of the filter and of the search.
func (p *records) drawTyped(f *Frame, c *canvas.Canvas) int {
	w, h := c.Size()
	y := 0
	if l := &p.filterLine; (l.typing || p.filter != "") && y < h-1 {
		c.Segs(2, y, w-3, p.filterSegs(f)...)
		y++
		if l.typing && l.fault != "" && y < h-1 {
			at := min(len("filter ")+2+canvas.Width(string(l.in.text[:min(l.column, len(l.in.text))])), w-4)
			c.Rune(at, y, f.Marks.Up, bad)
			if room := w - at - 3; room >= canvas.Width(l.fault) || at < w/2 {
				c.Cut(at+2, y, room, l.fault, bad)
			} else {
				c.Right(2, y, at-3, canvas.Truncate(l.fault, at-3), bad)
			}
			y++
		}
	}
	if p.search.on() && y < h-1 {
		c.Segs(2, y, w-3, p.search.segs(f, p.seqUnder(f))...)
		y++
	}
	return y
}

// filterSegs is the line of the filter.
func (p *records) filterSegs(f *Frame) []canvas.Seg {
	segs := append([]canvas.Seg{{Text: "filter ", Style: accent}}, p.filterLine.segs()...)
	switch v := &f.Tail; {
	case !p.filterLine.typing && p.is(v) && v.Unclear > 0:
		return append(segs, canvas.Seg{Text: "  " + mark(f.Marks.Attention, number(v.Unclear)+" unclear"), Style: warn}, canvas.Seg{Text: ": " + v.Complaint, Style: muted})
	case !p.filterLine.typing:
		return append(segs, canvas.Seg{Text: "  / changes it, esc drops it", Style: muted})
	case p.filterLine.text() == "":
		return append(segs, canvas.Seg{Text: "  text, ~regexp, or =value.total > 100; up: those before", Style: muted})
	}
	return segs
}

// seqUnder is the sequence number of the record under the cursor; 0 if there is none.
func (p *records) seqUnder(f *Frame) uint64 {
	l := p.lines(f)
	if i := p.line(f); i >= 0 {
		return l.seq(i)
	}
	return 0
}

// news are the notices that were not hidden.
func (p *records) news(v *model.TailView) []model.Notice {
	for i := range v.Notices {
		if v.Notices[i].At.After(p.hidden) {
			return v.Notices[i:]
		}
	}
	return nil
}

// drawNotice draws the newest notice, and how many there are.
func (p *records) drawNotice(f *Frame, c *canvas.Canvas, y int, news []model.Notice) {
	w, _ := c.Size()
	n := news[len(news)-1]
	segs := []canvas.Seg{{Text: clockDate(f.Now, n.At) + " ", Style: muted}}
	if n.Lossy {
		segs = append(segs, canvas.Seg{Text: mark(f.Marks.Attention, n.Text), Style: warn})
	} else {
		segs = append(segs, canvas.Seg{Text: n.Text, Style: text})
	}
	keys := "h hides"
	if more := len(news) - 1; more > 0 {
		keys = count(more) + " before, h hides"
	}
	room := w - 3 - canvas.Width(keys) - 2
	c.Segs(2, y, room, segs...)
	c.Right(2, y, w-3, keys, muted)
}

// hide hides the notices there are.
func (p *records) hide(f *Frame) Intent {
	if n := len(f.Tail.Notices); n > 0 {
		p.hidden = f.Tail.Notices[n-1].At
	}
	return nil
}
