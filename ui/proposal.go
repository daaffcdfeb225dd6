package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// A proposal is what dialogs have in common that change topics, or where a group stands:
// whether the user agrees, that it is under way, and why it was not done.
type proposal struct {
	assent  assent
	running bool
	problem error // why the last attempt was not done, or not wholly
}

// settled reports whether nothing is asked or under way, so that the form may change.
func (p *proposal) settled() bool { return !p.running && !p.assent.asked }

// begin asks for the word, if nothing stands in the way.
func (p *proposal) begin(word string, obstacle *model.Problem) {
	if !p.running && obstacle == nil {
		p.problem = nil
		p.assent = assentTo(word)
		p.assent.ask()
	}
}

// carryOut runs a command, once the word was typed.
func (p *proposal) carryOut(c model.Command) Intent {
	if !p.assent.given() {
		return nil
	}
	p.assent.withdraw()
	p.running = true
	return Run{c}
}

// ended takes in how the command went.
func (p *proposal) ended(m ranMsg) { p.running, p.problem = false, m.err }

// Escape implements Escaper: what was asked is not agreed to.
func (p *proposal) Escape() bool { return p.assent.withdraw() }

// A verdict is what the foot of such a dialog says when nothing is asked.
type verdict struct {
	doing    string         // while it is under way
	question string         // what enter does, once the word is typed
	done     []canvas.Seg   // what came of it; nil if it was not done
	obstacle *model.Problem // why it cannot be done as things are
	hint     string         // what to press, if it can
}

// draw draws the foot over three lines.
func (p *proposal) draw(f *Frame, c *canvas.Canvas, v verdict) {
	w, h := c.Size()
	switch {
	case p.running:
		c.Cut(1, 0, w-2, v.doing+" "+string(f.Marks.Ellipsis), muted)
	case p.assent.asked:
		p.assent.draw(f, c, 1, 0, w-2, v.question)
	case p.problem != nil:
		y := wrap(c, 1, 0, w-2, min(h, 3), mark(f.Marks.Offline, p.problem.Error()), bad)
		c.Segs(1, y, w-2, v.done...)
	case v.done != nil:
		c.Segs(1, 0, w-2, v.done...)
	case v.obstacle != nil:
		wrap(c, 1, 0, w-2, min(h, 3), mark(f.Marks.Attention, v.obstacle.Error()), warn)
	default:
		wrap(c, 1, 0, w-2, min(h, 3), v.hint, muted)
	}
}

// proposing is the frame of such a dialog: what it is about, and whether it may be done.
func proposing(f *Frame, title, on, name string) Heading {
	h := Heading{Title: title, Facts: []canvas.Seg{{Text: on + " ", Style: muted}, {Text: name, Style: text}}}
	switch {
	case f.Cluster.ReadOnly:
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	case f.Cluster.Demo:
		h.Right = []canvas.Seg{{Text: "simulated", Style: muted}}
	}
	return h
}

// A noPlan is why there is no preview of what a form says.
type noPlan struct {
	query   model.Query
	wrong   string // what makes no sense about the form; empty if it does
	missing bool   // it only lacks something
	lacks   string // what that is
	asking  string // what is asked while there is no answer
}

// drawNoPlan says what the form lacks, what is wrong with it, or that it is asked.
func drawNoPlan(f *Frame, c *canvas.Canvas, n noPlan) {
	answer := f.Freshness(n.query)
	switch {
	case n.wrong != "" && n.missing:
		notice(f, c, muted, n.lacks, n.wrong)
	case n.wrong != "":
		notice(f, c, warn, mark(f.Marks.Attention, n.wrong), "")
	case answer.Err != nil:
		notice(f, c, bad, mark(f.Marks.Offline, sentence(answer.Err)), fix(answer.Err))
	default:
		notice(f, c, muted, n.asking+" "+string(f.Marks.Ellipsis), "")
	}
}

// scrollingArrows are the actions that scroll a preview while letters are typed.
func scrollingArrows(top, visible *int) []Action {
	scroll := func(by int) func(*Frame) Intent {
		return func(*Frame) Intent { *top = max(0, *top+by); return nil }
	}
	page := func(sign int) func(*Frame) Intent {
		return func(*Frame) Intent { *top = max(0, *top+sign*max(1, *visible-1)); return nil }
	}
	return []Action{
		act("down", "scroll", "scroll the preview", scroll(+1)).shown("↑/↓"),
		act("up", "", "scroll the preview back", scroll(-1)).quiet(),
		act("pgdown", "", "scroll the preview by a page", page(+1)).quiet(),
		act("pgup", "", "scroll the preview back by a page", page(-1)).quiet(),
	}
}
