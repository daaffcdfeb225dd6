package ui

import (
	"strconv"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

const (
	bulkHead = 6 // lines above the partitions: what is sent, or how far it has come
	bulkFoot = 4 // lines below: what is asked, or what came of it
)

// Draw implements Pane.
func (p *bulk) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	s := p.sending(f)
	foot := min(bulkFoot+refusalLines(s), h/3)
	head := c.Sub(canvas.Rect{X: 1, W: w - 2, H: min(bulkHead, h-foot)})
	if s == nil {
		p.drawPreview(f, head)
	} else {
		p.drawProgress(f, head, s)
	}
	p.drawSpread(f, c.Sub(canvas.Rect{X: 1, Y: bulkHead, W: w - 2, H: h - foot - bulkHead}), s)
	rest := c.Sub(canvas.Rect{X: 1, Y: h - foot, W: w - 2, H: foot})
	rule(f, rest, 0)
	p.drawVerdict(f, rest, s)
}

// drawPreview draws what will be sent, and the first records of it.
func (p *bulk) drawPreview(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	c.Cut(1, 0, w-2, p.wish(), bold)
	preview := p.preview(f)
	if preview == nil {
		c.Cut(1, 1, w-2, "reading the first of them "+string(f.Marks.Ellipsis), muted)
		return
	}
	for i := range preview.Drafts[:min(len(preview.Drafts), 3)] {
		if y := i + 1; y < h {
			p.drawDraft(f, c.Sub(canvas.Rect{X: 1, Y: y, W: w - 2, H: 1}), &preview.Drafts[i])
		}
	}
	if h > 4 {
		c.Segs(1, 4, w-2, p.whereSegs(f, preview)...)
	}
}

// whereSegs introduces where the first records will go, and says which of them will not
// go anywhere.
func (p *bulk) whereSegs(f *Frame, preview *model.Preview) []canvas.Seg {
	of := "the first " + count(len(preview.Drafts))
	if !preview.More || p.command.Count == int64(len(preview.Drafts)) {
		of = plural(len(preview.Drafts), "record", "records")
	}
	fit := fittingOf(preview)
	if fit.first == nil {
		return []canvas.Seg{{Text: "where " + of + " will go:", Style: muted}}
	}
	says := count(fit.misfits) + " of " + of + " will be refused"
	return []canvas.Seg{{Text: mark(f.Marks.Attention, says), Style: warn}, {Text: "; where the others will go:", Style: muted}}
}

// drawDraft draws a record that is to be sent, or why it is not.
func (p *bulk) drawDraft(f *Frame, c *canvas.Canvas, d *model.Draft) {
	w, _ := c.Size()
	x := c.Put(0, 0, number(d.Line)+"  ", muted)
	if d.Problem != nil {
		c.Cut(x, 0, w-x, mark(f.Marks.Attention, d.Misfit.String()+", "+misfitReason(d.Problem)), warn)
		return
	}
	r := model.Record{Topic: p.command.Record.Topic, Key: d.Key, Value: d.Value}
	if !d.HasKey {
		r.Key = p.command.Record.Key
	}
	if !d.HasValue {
		r.Value = p.command.Record.Value
	}
	x = c.Put(x, 0, "key=", muted)
	x = c.Segs(x, 0, w/3, p.draftPart(f, &r, model.PartKey, w/3, strong, "")...)
	x = drawHeaders(f, c, x+2, w/2, d.Headers)
	x = c.Put(x, 0, "value=", muted)
	c.Segs(x, 0, w-x, p.draftPart(f, &r, model.PartValue, w-x, text, " tombstone")...)
}

// draftPart is a key or a value of a record that is to be sent: as it stands, or if it
// was encoded by a schema, what is read of it.
func (p *bulk) draftPart(f *Frame, r *model.Record, which model.Part, w int, st canvasStyle, null string) []canvas.Seg {
	shown := valueAsItStands(r.Value, w)
	switch {
	case p.command.Schemas.Of(which) != (model.SchemaRef{}):
		shown = f.part(r, which, model.FormatRegistry, w)
	case which == model.PartKey:
		shown = asTheyStand(r.Key, w)
	}
	return shown.segs(f, st, null)
}

// drawHeaders draws as many headers as fit before a cell, each name=value. It returns
// where the next thing stands.
func drawHeaders(f *Frame, c *canvas.Canvas, x, most int, headers []model.Header) int {
	for i, h := range headers {
		if x >= most {
			return c.Put(x, 0, "+"+count(len(headers)-i)+"  ", muted)
		}
		x = c.Segs(x, 0, 20, canvas.Seg{Text: h.Key + "=", Style: muted})
		shown := asTheyStand(h.Value, 24)
		x = c.Segs(x, 0, 24, shown.segs(f, text, "")...) + 2
	}
	return x
}

// drawProgress draws how far it has come.
func (p *bulk) drawProgress(f *Frame, c *canvas.Canvas, s *model.Sending) {
	w, _ := c.Size()
	c.Cut(1, 0, w-2, p.wish(), muted)
	settled := s.Settled()
	head := []canvas.Seg{{Text: number(settled), Style: strong}}
	switch {
	case s.Total > 0:
		head = append(head, canvas.Seg{Text: " of " + number(s.Total), Style: muted}, canvas.Seg{Text: " " + percent(float64(settled)/float64(s.Total)), Style: text})
		c.Bar(1, 1, w-2, f.Marks, float64(settled), float64(s.Total), lead)
	case s.Done:
		c.Bar(1, 1, w-2, f.Marks, 1, 1, lead)
	default:
		c.Cut(1, 1, w-2, "until the file ends "+string(f.Marks.Ellipsis), muted)
	}
	head = append(head, canvas.Seg{Text: "   " + rate(s.Rate) + "/s", Style: text}, canvas.Seg{Text: "   " + size(s.Bytes) + "   " + took(s), Style: muted})
	if left := s.Left; left >= 0 && !s.Done {
		head = append(head, canvas.Seg{Text: ", " + span(left) + " left", Style: muted})
	}
	c.Segs(1, 2, w-2, head...)
	c.Segs(1, 3, w-2, accountSegs(f, s)...)
}

// took is how long it has been going on, or took.
func took(s *model.Sending) string {
	d := max(0, s.At.Sub(s.Began))
	if d > 0 && d < time.Second {
		return millis(d)
	}
	return span(d)
}

// accountSegs are what became of the records.
func accountSegs(f *Frame, s *model.Sending) []canvas.Seg {
	segs := []canvas.Seg{{Text: mark(f.Marks.Stable, number(s.Acknowledged)+" acknowledged"), Style: good}}
	for _, part := range []struct {
		n    int64
		word string
		mark rune
		st   canvasStyle
	}{
		{s.Unconfirmed, "left, and nobody answers", f.Marks.Idle, text},
		{s.InFlight, "on their way", f.Marks.InFlight, change},
		{s.Refused, "refused", f.Marks.Offline, bad},
		{s.Unsent, "not sent", f.Marks.Idle, muted},
		{s.Unknown, "not known: they may be in the log", f.Marks.Attention, warn},
	} {
		if part.n > 0 {
			segs = append(segs, canvas.Seg{Text: "   " + mark(part.mark, number(part.n)+" "+part.word), Style: part.st})
		}
	}
	return segs
}

// drawVerdict draws what is asked of the user, or what came of it.
func (p *bulk) drawVerdict(f *Frame, c *canvas.Canvas, s *model.Sending) {
	w, h := c.Size()
	obstacle := p.obstacle(f)
	switch {
	case p.problem != nil:
		wrap(c, 1, 1, w-2, h-1, mark(f.Marks.Offline, p.problem.Error()), bad)
	case p.ended && s != nil:
		p.drawRefusals(c, p.drawAccount(f, c, s), s)
	case s != nil && s.Stopped:
		c.Cut(1, 1, w-2, "cancelled: waiting for what is on its way "+string(f.Marks.Ellipsis), change)
	case p.running && s != nil && s.Problem != nil:
		wrap(c, 1, 1, w-2, h-1, mark(f.Marks.Attention, s.Problem.Error()), warn)
	case p.running:
		c.Cut(1, 1, w-2, "esc sends no more, and says what was acknowledged; q leaves it to go on", muted)
	case obstacle != nil:
		wrap(c, 1, 1, w-2, h-1, mark(f.Marks.Attention, obstacle.Error()), warn)
	case p.strict:
		p.assent.draw(f, c, 1, 1, w-2, "send them to "+f.Cluster.Name)
	default:
		c.Cut(1, 1, w-2, "Nothing is sent yet: enter sends them.", muted)
	}
}

// drawAccount says in a sentence how it ended. It returns the line after.
func (p *bulk) drawAccount(f *Frame, c *canvas.Canvas, s *model.Sending) int {
	w, _ := c.Size()
	glyph, st := f.Marks.Stable, good
	switch {
	case !s.Whole():
		glyph, st = f.Marks.Attention, warn
	case s.Unconfirmed > 0:
		glyph, st = f.Marks.Idle, text
	}
	return wrap(c, 1, 1, w-2, 2, mark(glyph, p.account(s)), st)
}

// drawRefusals says which records were not acknowledged, and why; of what has no
// record, only why.
func (p *bulk) drawRefusals(c *canvas.Canvas, y int, s *model.Sending) {
	w, h := c.Size()
	switch len(s.Refusals) {
	case 0:
		if s.Problem != nil {
			wrap(c, 1, y, w-2, h-y, s.Problem.Error(), muted)
		}
		return
	case 1:
		wrap(c, 1, y, w-2, h-y, p.refusal(&s.Refusals[0]), muted)
		return
	}
	for i := range s.Refusals {
		if y < h {
			c.Cut(1, y, w-2, p.refusal(&s.Refusals[i]), muted)
			y++
		}
	}
}

// refusal says which record was not acknowledged, and why.
func (p *bulk) refusal(r *model.Refusal) string {
	return recordWord(p.draft.Kind) + " " + number(r.Line) + ": " + r.Problem.Error()
}

// refusalLines is how many lines more the refusals take at the end than one would.
func refusalLines(s *model.Sending) int {
	if s == nil || !s.Done {
		return 0
	}
	return min(max(len(s.Refusals)-1, 0), mostRefusals)
}

// mostRefusals is how many refusals are listed beside the first.
const mostRefusals = 6

// overall is how many records were settled a second, over all of the time.
func overall(s *model.Sending) float64 {
	d := s.At.Sub(s.Began).Seconds()
	if d <= 0 {
		return -1
	}
	return float64(s.Settled()) / d
}

// A bulkShare is what one partition gets.
type bulkShare struct {
	partition int32
	n         int64
}

// shares are what each partition got, or of the first records, will get; of those that
// may go anywhere, the number.
func (p *bulk) shares(f *Frame, t *model.Topic, s *model.Sending) (shares []bulkShare, anywhere int) {
	for i := range t.Partitions {
		shares = append(shares, bulkShare{partition: t.Partitions[i].ID})
	}
	add := func(partition int32, n int64) {
		if i := int(partition); i >= 0 && i < len(shares) && shares[i].partition == partition { // ids have no gaps
			shares[i].n += n
		}
	}
	if s != nil {
		for _, sent := range s.Partitions {
			add(sent.Partition, sent.Acknowledged)
		}
		return shares, 0
	}
	preview := p.preview(f)
	if preview == nil || len(t.Partitions) == 0 {
		return shares, 0
	}
	for i := range preview.Drafts {
		d := &preview.Drafts[i]
		if d.Problem != nil {
			continue
		}
		record := p.command.Record
		if d.Partition != model.AllPartitions && !p.command.Spread {
			record.Partition = d.Partition
		}
		if d.HasKey {
			record.Key = d.Key
		}
		if partition, _, ok := record.Predict(len(t.Partitions)); ok {
			add(partition, 1)
		} else {
			anywhere++
		}
	}
	return shares, anywhere
}

// drawSpread draws a bar for each partition, with its leader.
func (p *bulk) drawSpread(f *Frame, c *canvas.Canvas, s *model.Sending) {
	w, h := c.Size()
	t, ok := f.Topic(p.command.Record.Topic)
	if !ok || h < 1 {
		return
	}
	shares, anywhere := p.shares(f, t, s)
	if anywhere > 0 && h > 1 {
		_, why, _ := model.Predict(p.command.Record.Partitioner, nil, len(t.Partitions))
		c.Cut(1, h-1, w-2, plural(anywhere, "record", "records")+" without a partition of their own: "+why, muted)
		h--
	}
	most := int64(1)
	for _, x := range shares {
		most = max(most, x.n)
	}
	p.visible = h
	p.top = max(0, min(p.top, len(shares)-h))
	for y := range min(h, len(shares)-p.top) {
		p.drawShare(f, c.Sub(canvas.Rect{Y: y, W: w, H: 1}), t, shares[p.top+y], most)
	}
	c.Scroll(canvas.Rect{Y: -1, W: w, H: h + 2}, f.Marks, p.top, h, len(shares), f.Focused)
}

func (p *bulk) drawShare(f *Frame, c *canvas.Canvas, t *model.Topic, x bulkShare, most int64) {
	w, _ := c.Size()
	c.Right(1, 0, 6, strconv.Itoa(int(x.partition)), text)
	if r := t.Partition(x.partition); r != nil {
		c.Segs(9, 0, 22, leaderSegs(f, r)...)
	}
	c.Right(32, 0, 10, number(x.n), bold)
	if w > 50 {
		c.Bar(44, 0, w-46, f.Marks, float64(x.n), float64(most), lead)
	}
}
