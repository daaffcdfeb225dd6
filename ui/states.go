package ui

import (
	"errors"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// instead draws why a pane has no rows to show, if it has none: loading, failed
// or empty. It reports whether it did.
func instead(f *Frame, c *canvas.Canvas, rows int, q model.Query, what string) bool {
	if rows > 0 {
		return false
	}
	answer := f.Freshness(q)
	switch {
	case answer.Err != nil:
		notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
	case answer.At.IsZero():
		head := "asking for " + what + " " + string(f.Marks.Ellipsis)
		if waited := f.Now.Sub(answer.Asked); !answer.Asked.IsZero() && waited > 1e9 {
			head += " " + span(waited)
		}
		notice(f, c, muted, head, "")
	default:
		notice(f, c, muted, "no "+what, emptyHint(what))
	}
	return true
}

// arranging reports whether there are rows, all of them on their way: for that
// moment a list is blank, not empty.
func (l *list[R]) arranging(rows int) bool { return rows > 0 && !l.now.known }

// emptyHint says what one could do where there is nothing.
func emptyHint(what string) string {
	switch what {
	case "topics":
		return "None exist, or this user may Describe none: an ACL that is missing looks the same. i shows internal topics."
	case "groups":
		return "None exist, or this user may Describe none: an ACL that is missing looks the same."
	}
	return ""
}

// notice draws a sentence and what to do about it.
func notice(f *Frame, c *canvas.Canvas, st canvasStyle, head, more string) {
	w, h := c.Size()
	y := wrap(c, 2, 0, w-3, h, head, st)
	if more != "" {
		wrap(c, 2, y, w-3, h-y, more, muted)
	}
}

// sentence is the cause of an error, without what to do about it.
func sentence(err error) string {
	var p *model.Problem
	if errors.As(err, &p) {
		return p.Says
	}
	return err.Error()
}

// kindOfProblem is what kind of problem an error is.
func kindOfProblem(err error) model.ProblemKind {
	var p *model.Problem
	if errors.As(err, &p) {
		return p.Kind
	}
	return model.Failed
}

// fix is what to do about an error; empty if nothing is known.
func fix(err error) string {
	var p *model.Problem
	if errors.As(err, &p) {
		return p.Fix
	}
	return ""
}

// facts says what is wrong with the answers a list stands on: the last good rows
// stay on screen, and this says how old they are and why. Otherwise it says which
// right is missing, if one is.
func (l *list[R]) facts(f *Frame, q model.Query, denied []canvas.Seg) []canvas.Seg {
	if segs := l.filter.segs(); segs != nil {
		if p := l.filter.problem(); p != "" {
			segs = append(segs, canvas.Seg{Text: "  " + p, Style: bad})
		}
		return segs
	}
	if segs := stale(f, q); segs != nil {
		return segs
	}
	return denied
}

// heading is the frame of a list. What is wrong needs the room that the order
// would have, and so does a filter, which leaves it how many rows there are.
func (l *list[R]) heading(title string, facts, order []canvas.Seg) Heading {
	switch filtered := l.filter.segs() != nil; {
	case filtered && l.filter.problem() == "":
		order = order[:1]
	case facts != nil:
		order = nil
	}
	return Heading{Title: title, Facts: facts, Right: order}
}

// missing says which right is missing for a column; nil if p is no such problem.
func missing(what string, p *model.Problem) []canvas.Seg {
	if p == nil || p.Kind != model.Denied {
		return nil
	}
	return []canvas.Seg{{Text: what + " needs " + p.Right.String(), Style: warn}}
}

// stale says that an answer is old, and why; nil if it is not.
func stale(f *Frame, q model.Query) []canvas.Seg {
	answer := f.Freshness(q)
	if answer.Err == nil || answer.At.IsZero() {
		return nil
	}
	return []canvas.Seg{
		{Text: mark(f.Marks.Attention, ago(f.Now, answer.At)), Style: warn},
		{Text: ": " + sentence(answer.Err), Style: muted},
	}
}

// wrap writes prose over at most h lines of w cells, with a final … where it does
// not fit, and returns the line after it.
func wrap(c *canvas.Canvas, x, y, w, h int, prose string, st canvasStyle) int {
	lines := wrapped(prose, w)
	for i, line := range lines[:min(len(lines), max(h, 0))] {
		if i == h-1 && h < len(lines) {
			line += " …"
		}
		c.Cut(x, y, w, line, st)
		y++
	}
	return y
}

// wrapped breaks prose into lines of at most w cells, at spaces.
func wrapped(prose string, w int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(prose) {
		if line != "" && canvas.Width(line)+1+canvas.Width(word) > w {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
