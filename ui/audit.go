package ui

import (
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// audit is a dialog: which partitioner explains where the keyed records of a topic lie,
// and which keys lie on more than one partition.
type audit struct {
	topic string
	last  int64 // records that are looked at

	top, visible int // of the keys
}

// audited is how many of the last records an audit looks at, at first.
const audited = 100_000

func newAudit(topic string) *audit { return &audit{topic: topic, last: audited} }

// Name implements Pane.
func (p *audit) Name() string { return "Partitioner" }

func (p *audit) query() model.AuditPartitioner {
	return model.AuditPartitioner{Topic: p.topic, Last: p.last}
}

// Needs implements Pane.
func (p *audit) Needs(*Frame) []model.Query { return []model.Query{p.query()} }

// found is what was found so far; nil if nothing was.
func (p *audit) found(f *Frame) *model.Audit {
	if f.Audit == nil || f.Audit.Query != p.query() {
		return nil
	}
	return f.Audit
}

// Actions implements Pane.
func (p *audit) Actions() []Action {
	scroll := func(by func() int) func(*Frame) Intent {
		return func(*Frame) Intent { p.top = max(0, p.top+by()); return nil }
	}
	by := func(n int) func() int { return func() int { return n } }
	return []Action{
		act("j", "scroll", "scroll the keys", scroll(by(+1))).also("down").shown("j/k"),
		act("k", "", "scroll the keys back", scroll(by(-1))).also("up").quiet(),
		act("pgdown", "", "scroll the keys by a page", scroll(func() int { return max(1, p.visible) })).quiet(),
		act("pgup", "", "scroll the keys back by a page", scroll(func() int { return -max(1, p.visible) })).quiet(),
		act("+", "more", "look at ten times as many records", p.more(10, 1)),
		act("-", "fewer", "look at a tenth of the records", p.more(1, 10)),
	}
}

func (p *audit) more(times, part int64) func(*Frame) Intent {
	return func(*Frame) Intent {
		p.last, p.top = max(1000, min(p.last*times/part, model.AuditMost)), 0
		return nil
	}
}

// Size implements Dialog.
func (p *audit) Size(f *Frame) (w, h int) {
	keys := 1
	if a := p.found(f); a != nil {
		keys = max(1, len(a.Spread))
	}
	return composeWidth, auditHead + min(keys, 24) + 3
}

// Head implements Pane.
func (p *audit) Head(*Frame) Heading {
	return Heading{
		Title: p.Name(), Facts: []canvas.Seg{{Text: "of what is in ", Style: muted}, {Text: p.topic, Style: bold}},
		Right: []canvas.Seg{{Text: "last " + number(p.last), Style: muted}},
	}
}

// auditHead is how many lines there are above the keys.
const auditHead = 10

// Draw implements Pane.
func (p *audit) Draw(f *Frame, c *canvas.Canvas) {
	answer, a := f.Freshness(p.query()), p.found(f)
	switch {
	case answer.Err != nil && (a == nil || !a.Done):
		notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
	case a == nil:
		notice(f, c, muted, "reading the last "+number(p.last)+" records "+string(f.Marks.Ellipsis), "Only the keys are looked at. No group is joined, and nothing is changed.")
	default:
		p.drawAudit(f, c, a)
	}
}

// drawAudit draws what was found: in a sentence, in figures, and key by key.
func (p *audit) drawAudit(f *Frame, c *canvas.Canvas, a *model.Audit) {
	w, h := c.Size()
	says, st := a.Says(), bold
	if !a.Done {
		says, st = "so far: "+says, muted
	}
	y := wrap(c, 2, 0, w-4, 2, says, st)
	if a.Grown != nil {
		y = wrap(c, 2, y, w-4, 1, mark(f.Marks.Attention, plural(a.Grown.Placements, "key lies", "keys lie")+" where they would with "+plural(a.Grown.From, "partition", "partitions")+": they are from before partitions were added"), warn)
	}
	if a.Problem != nil {
		y = wrap(c, 2, y, w-4, 1, mark(f.Marks.Attention, a.Problem.Error()), warn)
	}
	c.Cut(2, y, w-4, auditFigures(f, a), muted)
	y = max(y+1, 4)
	for _, fit := range a.Fits {
		p.drawFit(f, c.Sub(canvas.Rect{X: 2, Y: y, W: w - 4, H: 1}), fit)
		y++
	}
	rule(f, c, y)
	p.drawSplits(f, c.Sub(canvas.Rect{Y: y + 1, W: w, H: h - y - 1}), a)
}

// auditFigures are what the verdict stands on.
func auditFigures(f *Frame, a *model.Audit) string {
	return strings.Join([]string{
		plural(int(a.Read), "record", "records") + " read", number(a.Keyless) + " without a key",
		plural(a.Placements, "place", "places") + " of a key", plural(a.Partitions, "partition", "partitions"),
	}, " "+string(f.Marks.Dot)+" ")
}

// drawFit draws how many keys lie where a partitioner puts them.
func (p *audit) drawFit(f *Frame, c *canvas.Canvas, fit model.Fit) {
	w, _ := c.Size()
	c.Cut(0, 0, 9, fit.Partitioner.Hash(), text)
	c.Cut(10, 0, 18, fit.Partitioner.Whose(), muted)
	c.Right(29, 0, 22, number(int64(fit.Placements))+" of "+number(int64(fit.Places)), bold)
	c.Right(52, 0, 6, strconv.Itoa(int(fit.Share()*100))+" %", text)
	if w > 66 {
		c.Bar(60, 0, w-61, f.Marks, fit.Share(), 1, lead)
	}
}

// drawSplits draws the keys that lie on more than one partition.
func (p *audit) drawSplits(f *Frame, c *canvas.Canvas, a *model.Audit) {
	w, h := c.Size()
	if a.Split == 0 {
		c.Cut(2, 0, w-4, mark(f.Marks.Stable, "no key lies on more than one partition"), good)
		return
	}
	says := plural(a.Split, "key lies", "keys lie") + " on more than one partition: their records have no order"
	if len(a.Spread) < a.Split {
		says += "; the first " + count(len(a.Spread)) + " of them"
	}
	c.Cut(2, 0, w-4, mark(f.Marks.Attention, says), warn)
	p.visible = max(0, h-1)
	p.top = max(0, min(p.top, len(a.Spread)-p.visible))
	for y := 1; y < h && p.top+y-1 < len(a.Spread); y++ {
		split := a.Spread[p.top+y-1]
		line := c.Sub(canvas.Rect{X: 4, Y: y, W: w - 6, H: 1})
		x := drawBytes(f, line, 0, (w-6)/3, split.Key, strong, "") + 2
		for _, part := range split.Partitions {
			x = line.Segs(x, 0, w-6-x, canvas.Seg{Text: strconv.Itoa(int(part.Partition)) + ":", Style: muted}, canvas.Seg{Text: number(part.Records) + "  ", Style: text})
		}
	}
	c.Scroll(canvas.Rect{Y: 0, W: w, H: h + 1}, f.Marks, p.top, p.visible, len(a.Spread), f.Focused)
}
