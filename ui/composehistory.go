package ui

import (
	"slices"
	"strconv"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// A pastSend is a record that was sent by hand, or many of them at once, or a draft that
// made room for another.
type pastSend struct {
	number  int
	at      time.Time
	command *model.Produce // of many: what they have in common
	many    *bulk          // nil for one record
	sent    *model.Sent
	problem error
	draft   bool
}

// pastKept is how many are kept.
const pastKept = 200

// remember notes a record that is about to be sent, or a draft.
func (p *compose) remember(at time.Time, c *model.Produce, draft bool) {
	p.numbered++
	p.past = append(p.past[max(0, len(p.past)-pastKept+1):], pastSend{number: p.numbered, at: at, command: c, draft: draft})
}

// rememberMany notes many records that are about to be sent.
func (p *compose) rememberMany(at time.Time, b *bulk) {
	p.remember(at, &b.command.Record, false)
	p.past[len(p.past)-1].many = b
}

// settleMany has it kept how many records went.
func (p *compose) settleMany(b *bulk) {
	for i := range p.past {
		if p.past[i].many == b {
			p.unkept = append(p.unkept, p.past[i].line()...)
		}
	}
}

// settle notes how it went.
func (p *compose) settle(c *model.Produce, sent *model.Sent, err error) {
	for i := range p.past {
		if p.past[i].command == c {
			p.past[i].sent, p.past[i].problem = sent, err
			p.unkept = append(p.unkept, p.past[i].line()...)
		}
	}
}

// sentList is a dialog: what was sent by hand, the newest first, to be sent again.
type sentList struct {
	list[pastSend]
	form *compose
	at   string // number of the one under the cursor
}

func newSentList(form *compose) *sentList {
	p := &sentList{form: form}
	id := func(s pastSend) string { return strconv.Itoa(s.number) }
	p.list = list[pastSend]{
		filter: newFilter(), id: id,
		words: func(s pastSend) string {
			if s.many != nil {
				return s.command.Topic + " " + s.many.what()
			}
			return s.command.Topic + " " + string(s.command.Key) + " " + preview(s.command.Value, 200)
		},
		find: func(rows []pastSend, at string) (int, bool) {
			i := slices.IndexFunc(rows, func(s pastSend) bool { return id(s) == at })
			return i, i >= 0
		},
		of:      func(*Selection) string { return p.at },
		pick:    func(_ *Selection, at string) { p.at = at },
		columns: sentColumns(), desc: true,
	}
	return p
}

func sentColumns() []column[pastSend] {
	return []column[pastSend]{
		{title: "sent", width: 8, cell: func(f *Frame, s pastSend) canvas.Seg {
			if f.Now.Sub(s.at) > 24*time.Hour {
				return canvas.Seg{Text: s.at.Format("02 Jan"), Style: muted}
			}
			return canvas.Seg{Text: s.at.Format(time.TimeOnly), Style: muted}
		}, figure: func(_ *model.Snapshot, s pastSend) float64 { return float64(s.number) }, falls: true},
		{title: "topic", width: 10, flex: true, ends: true, most: 28, cell: func(_ *Frame, s pastSend) canvas.Seg { return canvas.Seg{Text: s.command.Topic, Style: text} },
			word: func(s pastSend) string { return s.command.Topic }},
		{title: "went", width: 20, flex: true, most: 34, cell: wentSeg},
		{title: "key", width: 10, flex: true, most: 24, keep: 1, draw: func(f *Frame, c *canvas.Canvas, s pastSend, w int) {
			if s.many == nil {
				drawBytes(f, c, 0, w, s.command.Key, strong, "")
			}
		}, word: func(s pastSend) string { return string(s.command.Key) }},
		{title: "value", width: 16, flex: true, keep: 2, draw: func(f *Frame, c *canvas.Canvas, s pastSend, w int) {
			if s.many != nil {
				c.Cut(0, 0, w, s.many.what(), muted)
				return
			}
			drawValue(f, c, 0, w, s.command.Value)
		}},
	}
}

// manySeg says what became of many records.
func manySeg(f *Frame, b *bulk) canvas.Seg {
	s := b.sending(f)
	switch {
	case b.problem != nil:
		return canvas.Seg{Text: mark(f.Marks.Offline, sentence(b.problem)), Style: bad}
	case s == nil || !s.Done:
		says := "sending"
		if s != nil {
			says += ", " + number(s.Settled()) + " so far"
		}
		return canvas.Seg{Text: mark(f.Marks.InFlight, says), Style: change}
	case s.Whole() && s.Unconfirmed > 0:
		return canvas.Seg{Text: mark(f.Marks.Idle, number(s.Unconfirmed)+" left"), Style: text}
	case s.Whole():
		return canvas.Seg{Text: mark(f.Marks.Stable, number(s.Acknowledged)+" acknowledged"), Style: good}
	}
	says, sep := number(s.Acknowledged+s.Unconfirmed)+" of "+number(s.Taken()), ": "
	for _, of := range []struct {
		n    int64
		word string
	}{{s.Unknown, "unknown"}, {s.Refused, "refused"}, {s.Unsent, "not sent"}} {
		if of.n > 0 {
			says += sep + number(of.n) + " " + of.word
			sep = ", "
		}
	}
	return canvas.Seg{Text: mark(f.Marks.Attention, says), Style: warn}
}

// wentSeg says what became of it.
func wentSeg(f *Frame, s pastSend) canvas.Seg {
	switch {
	case s.many != nil:
		return manySeg(f, s.many)
	case s.draft:
		return canvas.Seg{Text: mark(f.Marks.Idle, "a draft"), Style: muted}
	case s.sent != nil:
		return canvas.Seg{Text: mark(f.Marks.Stable, strconv.Itoa(int(s.sent.Partition))+":"+number(s.sent.Offset)), Style: good}
	case s.problem != nil && kindOfProblem(s.problem) == model.Unknown:
		return canvas.Seg{Text: mark(f.Marks.Attention, "not known"), Style: warn}
	case s.problem != nil:
		return canvas.Seg{Text: mark(f.Marks.Offline, sentence(s.problem)), Style: bad}
	}
	return canvas.Seg{Text: mark(f.Marks.InFlight, "sending"), Style: change}
}

// Name implements Pane.
func (p *sentList) Name() string { return "Sent" }

// Needs implements Pane.
func (p *sentList) Needs(*Frame) []model.Query { return nil }

// Size implements Dialog.
func (p *sentList) Size(*Frame) (w, h int) { return 130, max(8, min(30, len(p.form.past)+5)) }

// Head implements Pane.
func (p *sentList) Head(f *Frame) Heading {
	facts := []canvas.Seg{{Text: "by hand", Style: muted}}
	if segs := p.filter.segs(); segs != nil {
		facts = segs
	}
	return Heading{Title: p.Name(), Facts: facts, Right: p.head(f, len(p.form.past))}
}

// Actions implements Pane.
func (p *sentList) Actions() []Action {
	if s, ok := p.under(); ok && s.many != nil {
		return append([]Action{
			act("enter", "account", "what became of the records", p.edit),
			act("a", "again", "fill the form with them, to be sent again", p.again),
			act("t", "tail", "show the first of them in the tail", p.show),
		}, p.moves()...)
	}
	return append([]Action{
		act("enter", "edit", "fill the form with it, to be changed and sent", p.edit),
		act("a", "again", "send it again as it is", p.again),
		act("t", "tail", "show it in the tail", p.show),
		act("y", "", "copy the value", func(*Frame) Intent {
			s, ok := p.under()
			if !ok {
				return nil
			}
			return Copy{What: "value", Text: string(s.command.Value)}
		}).quiet(),
	}, p.moves()...)
}

// under returns the record under the cursor.
func (p *sentList) under() (pastSend, bool) {
	line, ok := p.lineOf(p.at)
	if !ok {
		return pastSend{}, false
	}
	return p.list.at(line)
}

func (p *sentList) edit(*Frame) Intent {
	s, ok := p.under()
	switch {
	case !ok:
		return Back{}
	case s.many != nil:
		return Open{s.many}
	}
	p.form.fillCommand(s.command)
	return Back{}
}

func (p *sentList) again(f *Frame) Intent {
	s, ok := p.under()
	switch {
	case !ok:
		return nil
	case s.many != nil:
		p.form.fillMany(s.many.command, s.many.draft)
		return Back{}
	case p.form.sending != nil:
		return Tell{"one is being sent already"}
	}
	c := *s.command
	return p.form.run(f, &c)
}

func (p *sentList) show(f *Frame) Intent {
	s, ok := p.under()
	if ok && s.many != nil {
		return s.many.show(f)
	}
	if !ok || s.sent == nil {
		return Tell{"it is not known where that record is"}
	}
	return showSent(s.sent)
}

// Arrange implements Arranger.
func (p *sentList) Arrange(f *Frame) func() any {
	past := p.form.past
	version := uint64(len(past))
	for i := range past {
		version = version*31 + uint64(past[i].number)*4 + uint64(boolInt(past[i].sent != nil)) + 2*uint64(boolInt(past[i].problem != nil))
		version += uint64(boolInt(past[i].many != nil))
	}
	return p.arrange(f, version, "", false, func() []pastSend { return slices.Clone(past) })
}

// Draw implements Pane.
func (p *sentList) Draw(f *Frame, c *canvas.Canvas) {
	if len(p.form.past) == 0 {
		notice(f, c, muted, "nothing was sent yet", "What is sent with the form stands here, to be sent again.")
		return
	}
	p.draw(f, c, nil)
}
