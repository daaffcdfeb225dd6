package ui

import (
	"strings"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// diagnosis is the dialog that is shown while no broker could be used yet: what
// was tried, what failed, what to change. It goes away by itself.
type diagnosis struct {
	seeds, protocol string
	top, height     int // scrolled so far; lines there are room for
}

// Name implements Pane.
func (p *diagnosis) Name() string { return "Connecting" }

// Needs implements Pane.
func (p *diagnosis) Needs(*Frame) []model.Query {
	return []model.Query{model.ListBrokers{}, model.Diagnose{}}
}

// Actions implements Pane.
func (p *diagnosis) Actions() []Action {
	return append([]Action{
		verb("r", "try now", "try again at once", Refresh),
		act("y", "copy the diagnosis", "copy the diagnosis; no secret is in it", func(f *Frame) Intent {
			return Copy{What: "diagnosis", Text: diagnosisText(&f.Diagnosis)}
		}),
	}, scrolling(&p.top, &p.height)...)
}

// diagnosisText is the diagnosis as plain text, for a ticket.
func diagnosisText(d *model.Diagnosis) string {
	var b strings.Builder
	for _, s := range d.Steps {
		b.WriteString(stepWords[s.State] + " " + s.Name)
		if s.Of != "" {
			b.WriteString(" " + s.Of)
		}
		b.WriteString(" " + millis(s.Took) + " " + s.Detail + "\n")
	}
	if d.Problem != nil {
		b.WriteString(d.Problem.Error() + "\n")
	}
	return b.String()
}

var stepWords = map[model.StepState]string{
	model.StepWaiting: "not tried", model.StepUnderWay: "trying", model.StepPassed: "passed",
	model.StepFailed: "FAILED", model.StepSkipped: "not needed",
}

// Size implements Dialog.
func (p *diagnosis) Size(f *Frame) (w, h int) { return 112, max(16, len(f.Diagnosis.Steps)+13) }

// Head implements Pane.
func (p *diagnosis) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "to ", Style: muted}, {Text: p.seeds, Style: bold}, {Text: " " + string(f.Marks.Dot) + " " + p.protocol, Style: muted}}}
	if n := f.Diagnosis.Tries; n > 1 {
		h.Right = []canvas.Seg{{Text: "tried " + count(n) + " times", Style: muted}}
	}
	return h
}

// Draw implements Pane.
func (p *diagnosis) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	_, need := p.Size(f)
	p.height, p.top = h, max(0, min(p.top, need-h))
	h += p.top
	c = c.Sub(canvas.Rect{Y: -p.top, W: w, H: h}) // what is scrolled away lies outside
	d := &f.Diagnosis
	y := 1
	switch err := f.Freshness(model.ListBrokers{}).Err; {
	case d.Problem != nil:
		y = wrap(c, 2, y, w-4, 3, mark(f.Marks.Offline, d.Problem.Says), bad)
	case err != nil:
		y = wrap(c, 2, y, w-4, 3, mark(f.Marks.Offline, sentence(err)), bad)
	default:
		y = wrap(c, 2, y, w-4, 1, "asking "+p.seeds+" for the brokers "+string(f.Marks.Ellipsis), muted)
	}
	y++
	for i := range d.Steps {
		if y >= h {
			return
		}
		drawStep(f, c, y, &d.Steps[i])
		y++
	}
	p.drawFix(f, c, y+1)
}

// drawFix says what to change.
func (p *diagnosis) drawFix(f *Frame, c *canvas.Canvas, y int) {
	w, h := c.Size()
	fixes := ""
	if d := f.Diagnosis.Problem; d != nil {
		fixes = d.Fix
	} else if err := f.Freshness(model.ListBrokers{}).Err; err != nil {
		fixes = fix(err)
	}
	if fixes != "" {
		c.Put(2, y, "Change", bold)
		y = wrap(c, 12, y, w-14, h-y, fixes, text)
	}
	wrap(c, 12, y+1, w-14, h-y-1, "kscope keeps trying, and goes on by itself once the cluster answers.", muted)
}

// drawStep draws one step: how it went, how long it took, what was found.
func drawStep(f *Frame, c *canvas.Canvas, y int, s *model.Step) {
	w, _ := c.Size()
	glyph, st, name := f.Marks.Idle, muted, muted
	switch s.State {
	case model.StepUnderWay:
		glyph, st, name = f.Marks.InFlight, change, text
	case model.StepPassed:
		glyph, st, name = f.Marks.Stable, good, text
	case model.StepFailed:
		glyph, st, name = f.Marks.Offline, bad, bad
		c.Tint(canvas.Rect{X: 2, Y: y, W: w - 4, H: 1}, themes.BadTint)
	}
	x := 3
	if s.Of != "" {
		x = 5
	}
	c.Rune(x, y, glyph, st)
	label := s.Name
	if s.Of != "" {
		label = s.Of
	}
	c.Cut(x+2, y, 28-x, label, name)
	if s.Took > 0 {
		c.Right(30, y, 8, millis(s.Took), muted)
	}
	detail := muted
	if s.State == model.StepFailed {
		detail = text
	}
	c.Cut(41, y, w-43, s.Detail, detail)
}
