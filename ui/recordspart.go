package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// A part is a key or a value on one line.
type part struct {
	text        string
	format      model.Format // that it was read as; empty if there is nothing to read
	json        bool         // text is compact JSON
	null, empty bool
	cut         bool   // there is more
	why         string // it cannot be read
	pending     bool   // its schema is on the way
}

// formats are how keys and values of a topic are read.
type formats struct{ key, value model.Format }

// format is how keys and values of a topic are read.
func (p *records) format(topic string) formats {
	if chosen, ok := p.formats[topic]; ok {
		return chosen
	}
	return formats{model.FormatAuto, model.FormatAuto}
}

// part reads a key or a value for w cells: no more of it is looked at than could show.
func (f *Frame) part(r *model.Record, which model.Part, format model.Format, w int) part {
	data := r.Value
	if which == model.PartKey {
		data = r.Key
	}
	most := 4*w + 16
	switch {
	case data == nil:
		return part{null: true}
	case len(data) == 0:
		return part{empty: true}
	}
	d := f.Decoder.Line(r.Topic, which, format, data, most)
	p := part{text: d.Text, format: d.Format, cut: d.Cut, pending: d.Pending}
	p.json = p.text != "" && (p.text[0] == '{' || p.text[0] == '[') && d.Format != model.FormatText && d.Format != model.FormatHex
	if d.Problem != nil {
		p.why = d.Problem.Says
	}
	return p
}

// width is the room that it wants, up to that of a key.
func (p *part) width() int {
	switch {
	case p.null:
		return 2
	case p.empty:
		return 2
	}
	return canvas.Width(p.text[:min(len(p.text), 4*mostKey+16)])
}

// segs is how it shows: ∅ is null, "" is empty, and they are never confused. Of JSON the
// names are muted, so that the eye finds the values.
func (p *part) segs(f *Frame, st canvasStyle, null string) []canvas.Seg {
	var segs []canvas.Seg
	switch {
	case p.null:
		return []canvas.Seg{{Text: string(f.Marks.Null), Style: change}, {Text: null, Style: muted}}
	case p.empty:
		return []canvas.Seg{{Text: `""`, Style: muted}}
	case p.pending:
		segs = []canvas.Seg{{Text: mark(f.Marks.InFlight, "its schema is asked for "), Style: muted}, {Text: p.text, Style: muted}}
	case p.why != "":
		segs = []canvas.Seg{{Text: mark(f.Marks.Attention, p.why+" "), Style: warn}, {Text: p.text, Style: muted}}
	case p.json:
		segs = jsonSegs(p.text)
	case p.format == model.FormatHex: // else it may be taken for text
		segs = []canvas.Seg{{Text: "0x", Style: muted}, {Text: p.text, Style: st}}
	default:
		segs = []canvas.Seg{{Text: p.text, Style: st}}
	}
	if p.cut {
		segs = append(segs, canvas.Seg{Text: string(f.Marks.Ellipsis), Style: muted})
	}
	return segs
}

// drawBytes draws a key or a value as it stands.
func drawBytes(f *Frame, c *canvas.Canvas, x, w int, b []byte, st canvasStyle, null string) int {
	p := asTheyStand(b, w)
	return c.Segs(x, 0, w, p.segs(f, st, null)...)
}

// asTheyStand is bytes that are not read as anything.
func asTheyStand(b []byte, w int) part {
	shown := preview(b, w)
	return part{null: b == nil, empty: b != nil && len(b) == 0, text: shown, cut: len(shown) < len(b)}
}

// valueAsItStands is a value that is not read as anything; of what looks like JSON the
// names are muted.
func valueAsItStands(b []byte, w int) part {
	p := asTheyStand(b, w)
	p.json = len(b) > 0 && (b[0] == '{' || b[0] == '[')
	return p
}

// drawValue draws a value as it stands.
func drawValue(f *Frame, c *canvas.Canvas, x, w int, b []byte) {
	p := valueAsItStands(b, w)
	c.Segs(x, 0, w, p.segs(f, text, " tombstone")...)
}

// preview is as much of a value as could show in w cells.
func preview(b []byte, w int) string {
	if most := 4*w + 16; len(b) > most {
		b = b[:most]
	}
	return string(b)
}
