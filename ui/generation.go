package ui

import (
	"math"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// generation shows the rebalance that is looked at: who caused it, and what was
// whose before and after.
type generation struct {
	scrub *scrub
	page  generationPage
	top   int
	seen  int // lines shown when last drawn
}

func newGeneration(s *scrub) *generation { return &generation{scrub: s} }

// Name implements Pane.
func (p *generation) Name() string { return "Generation" }

// Needs implements Pane.
func (p *generation) Needs(f *Frame) []model.Query { return watching(f) }

// Actions implements Pane.
func (p *generation) Actions() []Action {
	step := func(n int) func(*Frame) Intent {
		return func(*Frame) Intent { p.scrollBy(n); return nil }
	}
	leap := func(n int) func(*Frame) Intent {
		return func(f *Frame) Intent {
			if h := history(f); h != nil {
				p.scrub.leap(h, n)
			}
			return nil
		}
	}
	page := func(sign int) func(*Frame) Intent {
		return func(*Frame) Intent { p.scrollBy(sign * max(1, p.seen-1)); return nil }
	}
	return []Action{
		act("j", "scroll", "down a line", step(+1)).also("down").shown("j/k"),
		act("k", "", "up a line", step(-1)).also("up").quiet(),
		act("pgdown", "", "down a page", page(+1)).also("ctrl+f", "ctrl+d").quiet(),
		act("pgup", "", "up a page", page(-1)).also("ctrl+b", "ctrl+u").quiet(),
		act("g", "", "to the first line", step(math.MinInt32)).also("home").quiet(),
		act("G", "", "to the last line", step(math.MaxInt32)).also("end").quiet(),
		act("[", "rebalance", "to the rebalance before", leap(-1)).also("h", "left").shown("[ ]"),
		act("]", "", "to the next rebalance", leap(+1)).also("l", "right").quiet(),
		act("f", "now", "follow what happens now", func(*Frame) Intent { p.scrub.follow(); return nil }),
	}
}

func (p *generation) scrollBy(n int) {
	p.top = max(0, min(p.top+n, p.page.lines()-p.seen))
}

// Click implements Pointer.
func (p *generation) Click(*Frame, int, int) Intent { return nil }

// Wheel implements Pointer.
func (p *generation) Wheel(_ *Frame, n int) Intent { p.scrollBy(n); return nil }

// Escape implements Escaper: the latest is followed again.
func (p *generation) Escape() bool {
	was := p.scrub.follows()
	p.scrub.follow()
	return !was
}

// extent tells how much of the page is seen.
func (p *generation) extent() (top, seen, all int) { return p.top, p.seen, p.page.lines() }

// Arrange implements Arranger: another rebalance is looked at from its first line.
func (p *generation) Arrange(f *Frame) func() any {
	p.scrub.on(f.Sel.Group)
	if p.page.of(f, p.scrub.rebalance(history(f))) {
		p.top = 0
	}
	return nil
}

// Arranged implements Arranger.
func (p *generation) Arranged(any) {}

// Head implements Pane.
func (p *generation) Head(f *Frame) Heading {
	h := history(f)
	r := p.scrub.rebalance(h)
	if r == nil {
		return Heading{Title: p.Name()}
	}
	head := Heading{Title: p.Name()}
	if generationWord(h.Kind) == "epoch" {
		head.Title = "Epoch"
	}
	if r.To != model.NoEpoch {
		head.Title += " " + strconv.Itoa(int(r.To))
	}
	took := tookSeg(f, r)
	if r.Ended.IsZero() {
		took.Text = mark(f.Marks.InFlight, took.Text)
	}
	head.Facts = append([]canvas.Seg{{Text: clockDate(f.Now, r.Begun), Style: text}}, dots(f, took)...)
	head.Facts = append(head.Facts, canvas.Seg{Text: "  " + originWords(r), Style: muted})
	return head
}

// Draw implements Pane.
func (p *generation) Draw(f *Frame, c *canvas.Canvas) {
	h := history(f)
	if noHistory(f, c, h) {
		return
	}
	r := p.scrub.rebalance(h)
	switch {
	case r == nil && rebalancesOf(h) == 0:
		noRebalances(f, c, h)
		return
	case r == nil:
		notice(f, c, muted, "no rebalance had begun by then", "] goes to the next one.")
		return
	}
	p.page.of(f, r)
	w, seen := c.Size()
	p.seen = seen
	p.page.make(f, w)
	p.top = max(0, min(p.top, p.page.lines()-p.seen))
	p.page.draw(f, c, p.top)
}
