package ui

import (
	"slices"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// A page is a record laid out in lines.
type page struct{ lines []docLine }

// A pageKey is what a page depends on.
type pageKey struct {
	place   string
	hex     bool
	wide    bool // there is room for 16 bytes a line
	formats formats
	schemas int           // how many were fetched
	outcome model.Outcome // of its transaction, as far as it is known
}

// A docRow is a row of the screen: a piece of a line.
type docRow struct {
	line int
	segs []canvas.Seg
}

// laidOut is a page that was laid out off the loop.
type laidOut struct {
	key  pageKey
	page page
}

// largePage is from how many bytes on a page is laid out off the loop.
const largePage = 32 << 10

// wideBytes is the width from which on 16 bytes fit on a line.
const wideBytes = 80

// Arrange implements Arranger: the page is laid out, off the loop if it is large.
func (p *record) Arrange(f *Frame) func() any {
	key := pageKey{
		place: place3(p.record), hex: p.hex, wide: p.width >= wideBytes || p.width == 0,
		formats: p.tail.format(p.record.Topic), schemas: len(f.Schemas), outcome: p.record.Outcome,
	}
	if p.wanted == key {
		return nil
	}
	p.wanted = key
	work := p.laying(f, key)
	if len(p.record.Key)+len(p.record.Value) < largePage {
		if p.Arranged(work()); p.width > 0 { // so that the dialog has its size from the first
			p.lay(f, p.width)
		}
		return nil
	}
	p.page, p.rows = page{}, nil
	return work
}

// Arranged implements Arranger.
func (p *record) Arranged(result any) {
	if laid, ok := result.(laidOut); ok && laid.key == p.wanted {
		p.page, p.stale = laid.page, true
	}
}

// Draw implements Pane.
func (p *record) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	p.height = h
	if p.page.lines == nil {
		notice(f, c, muted, "laying out "+size(int64(len(p.record.Key)+len(p.record.Value)))+" "+string(f.Marks.Ellipsis), "")
		return
	}
	p.lay(f, w-3)
	p.scroll()
	for y := 0; y < h && p.top+y < len(p.rows); y++ {
		row := &p.rows[p.top+y]
		switch {
		case row.line != p.cursor || y > 0 && p.rows[p.top+y-1].line == p.cursor:
		case p.opens(row.line) > 0:
			drawRowState(f, c, y, rowSelected)
		default:
			c.Rune(0, y, f.Marks.Here, muted)
		}
		c.Segs(2, y, w-3, row.segs...)
	}
}

// scroll brings the cursor into view.
func (p *record) scroll() {
	p.cursor = min(p.cursor, max(0, len(p.page.lines)-1))
	at := p.row(p.cursor)
	last := at
	for last+1 < len(p.rows) && p.rows[last+1].line == p.cursor {
		last++
	}
	if len(p.rows) > 0 {
		p.cursor = p.rows[at].line
	}
	p.top = min(p.top, last)          // some of the line is seen,
	p.top = max(p.top, at-p.height+1) // wherever it is long,
	if last-at < p.height {           // and all of it where it has room
		p.top = max(min(p.top, at), last-p.height+1)
	}
	p.top = max(0, min(p.top, len(p.rows)-p.height))
}

// lay breaks the page into rows, without what is folded away.
func (p *record) lay(f *Frame, w int) {
	if !p.stale && p.width == w {
		return
	}
	p.stale, p.width = false, w
	p.rows = p.rows[:0]
	for i := 0; i < len(p.page.lines); i++ {
		line := &p.page.lines[i]
		segs := line.segs
		hidden := p.folds[i] && line.end > 0
		if hidden {
			segs = p.closed(f, i)
		}
		for _, piece := range foldSegs(segs, w, line.indent) {
			p.rows = append(p.rows, docRow{i, piece})
		}
		if hidden {
			i += line.end
		}
	}
}

// closed is a line with what it opens folded away: { … } 12 lines.
func (p *record) closed(f *Frame, i int) []canvas.Seg {
	line := &p.page.lines[i]
	closer := canvas.Seg{}
	for _, s := range p.page.lines[i+line.end].segs {
		if closer = s; strings.TrimLeft(s.Text, " ") != "" {
			break
		}
	}
	return append(slices.Clone(line.segs), canvas.Seg{Text: " " + string(f.Marks.Ellipsis) + " ", Style: accent},
		closer, canvas.Seg{Text: "  " + plural(line.end-1, "line", "lines"), Style: muted})
}
