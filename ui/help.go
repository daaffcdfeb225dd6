package ui

import (
	"cmp"

	"kscope/model"
	"kscope/ui/canvas"
)

// help is a dialog: what keys do. It is given the actions that dispatch, so there
// is nothing here to keep up to date.
type help struct {
	sections []section
	top      int
	height   int
	long     bool // there is more than shows
}

// A section is the actions of one pane, or sentences.
type section struct {
	title   string
	actions []Action
	notes   []string
}

// Name implements Pane.
func (p *help) Name() string { return "Help" }

// Needs implements Pane.
func (p *help) Needs(*Frame) []model.Query { return nil }

// Actions implements Pane.
func (p *help) Actions() []Action { return scrolling(&p.top, &p.height) }

// scrolling are the actions of a dialog that only scrolls.
func scrolling(top, height *int) []Action {
	by := func(n func() int) func(*Frame) Intent {
		return func(*Frame) Intent { *top = max(0, *top+n()); return nil }
	}
	return []Action{
		act("j", "scroll", "scroll down", by(func() int { return 1 })).also("down").shown("j/k"),
		act("k", "", "scroll up", by(func() int { return -1 })).also("up").quiet(),
		act("pgdown", "", "down a page", by(func() int { return *height - 1 })).also("ctrl+f").quiet(),
		act("pgup", "", "up a page", by(func() int { return 1 - *height })).also("ctrl+b").quiet(),
	}
}

// A helpLine is a heading, or a key with what it does, or how that goes on, or a line of
// a note.
type helpLine struct{ title, key, help, note string }

// helpWidth is how wide the dialog is where there is room, and keysWidth how much of it
// keys take.
const helpWidth, keysWidth = 96, 24

// lines are those of a width of w cells.
func (p *help) lines(w int) []helpLine {
	var lines []helpLine
	for i, s := range p.sections {
		if i > 0 {
			lines = append(lines, helpLine{})
		}
		lines = append(lines, helpLine{title: s.title})
		for _, a := range s.actions {
			if a.Help == "" {
				continue
			}
			key := keyNames(a)
			for _, line := range wrapped(a.Help, w-keysWidth-3) {
				lines = append(lines, helpLine{key: key, help: line})
				key = ""
			}
		}
		for _, note := range s.notes {
			for j, line := range wrapped(note, w-7) {
				lines = append(lines, helpLine{note: [...]string{"- ", "  "}[min(j, 1)] + line})
			}
		}
	}
	return lines
}

// keyNames lists all keys of an action.
func keyNames(a Action) string {
	s := ""
	for i, k := range a.Keys {
		if i > 0 {
			s += " "
		}
		s += keyName(k)
	}
	return s
}

// Size implements Dialog.
func (p *help) Size(*Frame) (w, h int) { return helpWidth, len(p.lines(helpWidth-2)) + 4 }

// Head implements Pane.
func (p *help) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "what keys do here", Style: muted}}}
	if p.long || p.height == 0 {
		h.Right = []canvas.Seg{{Text: "j/k scrolls", Style: muted}}
	}
	return h
}

// Draw implements Pane.
func (p *help) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	lines := p.lines(w)
	p.height, p.long = h, len(lines) > h
	p.top = max(0, min(p.top, len(lines)-h))
	for y := range min(h, len(lines)-p.top) {
		l := lines[p.top+y]
		c.Cut(2, y, w-3, l.title, bold)
		c.Cut(2, y, w-3, l.note, text)
		c.Cut(2, y, keysWidth-2, l.key, accent)
		c.Cut(keysWidth+2, y, w-keysWidth-3, l.help, text)
	}
}

// explain is a dialog: what the figures of the spread mean, with the values of
// the topic in view or of the whole cluster.
type explain struct {
	topic  string // empty: the cluster
	memo   spreadMemo
	top    int
	height int
}

// Name implements Pane.
func (p *explain) Name() string { return "Figures" }

// Needs implements Pane.
func (p *explain) Needs(*Frame) []model.Query {
	if p.topic == "" {
		return []model.Query{model.ListBrokers{}, model.ListTopics{}, model.DescribeLogDirs{}}
	}
	return []model.Query{model.ListBrokers{}, model.DescribeTopic{Name: p.topic}, model.DescribeTopicConfigs{Topics: model.NamesOf(p.topic)}}
}

// Actions implements Pane.
func (p *explain) Actions() []Action { return scrolling(&p.top, &p.height) }

// Size implements Dialog.
func (p *explain) Size(*Frame) (w, h int) { return 110, 46 }

// Head implements Pane.
func (p *explain) Head(*Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: cmp.Or(p.topic, "all topics"), Style: bold}, {Text: "  what each says, what is good, what to do", Style: muted}}}
}

// Draw implements Pane.
func (p *explain) Draw(f *Frame, c *canvas.Canvas) {
	figures := f.Figures()
	if p.topic != "" {
		t, ok := f.Topic(p.topic)
		if !ok {
			notice(f, c, muted, "the topic is gone", "")
			return
		}
		_, figures = p.memo.of(f.Snapshot, t)
	}
	w, h := c.Size()
	lines := explained(figures, w-26)
	p.height = h
	p.top = max(0, min(p.top, len(lines)-h))
	for y := range min(h, len(lines)-p.top) {
		l := lines[p.top+y]
		c.Cut(2, y, 18, l.name, muted)
		c.Segs(22, y, w-23, l.segs...)
	}
}

// An explainLine is one line of an explanation.
type explainLine struct {
	name string
	segs []canvas.Seg
}

// explained lays figures out: value and cause, meaning, formula, what is good,
// what to do.
func explained(figures []model.Figure, w int) []explainLine {
	var lines []explainLine
	for _, g := range figures {
		lines = append(lines, explainLine{"", []canvas.Seg{{Text: g.Name, Style: bold}, {Text: "  " + g.Value, Style: verdictStyle(g.Verdict)}, {Text: "  " + g.Says, Style: text}}})
		for _, part := range []struct{ name, prose string }{{"what it is", g.Means}, {"formula", g.Formula}, {"good", g.Good}, {"what to do", g.Do}} {
			for i, line := range wrapped(part.prose, w) {
				name := part.name
				if i > 0 {
					name = ""
				}
				lines = append(lines, explainLine{name, []canvas.Seg{{Text: line, Style: muted}}})
			}
		}
		lines = append(lines, explainLine{})
	}
	return lines
}
