package ui

import (
	"encoding/json"
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// bulk is a dialog: many records that are to be sent, are being sent, or were. First it
// shows what they will be and where they will go, then how far it has come, then the
// account.
type bulk struct {
	form    *compose
	command *model.SendMany
	query   model.PreviewMany // of the first records
	draft   manyDraft         // what the form said of them
	final   *model.Sending    // the account, once it is closed

	assent  assent
	asJSON  [2]bool // key, value: what they must be once they are filled in
	checked *model.Preview
	fault   string // what is wrong with what was previewed

	strict  bool // it is a real cluster, and they are many: the topic's name is typed
	running bool
	ended   bool
	problem error // why nothing was sent

	top, visible int // of the partitions
}

// harmless is how many records are sent to a real cluster without more ado.
const harmless = 300

func newBulk(f *Frame, form *compose, c *model.SendMany, q model.PreviewMany) *bulk {
	p := &bulk{form: form, command: c, query: q, draft: form.manyDraft(), assent: newAssent(c.Record.Topic)}
	if form.many.from() == fromForm {
		p.asJSON = [2]bool{form.key.as() == asJSON, form.value.as() == asJSON}
	}
	p.strict = !f.Cluster.Demo && (c.Count == 0 || c.Count > harmless)
	if p.strict && !f.Cluster.ReadOnly {
		p.assent.ask()
	}
	return p
}

// Name implements Pane.
func (p *bulk) Name() string { return "Send many" }

// Needs implements Pane.
func (p *bulk) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.DescribeTopic{Name: p.command.Record.Topic}}
	if !p.running && !p.ended {
		needs = append(append(needs, p.query), lacked(f)...)
	}
	return needs
}

// sending is how far it has come; nil before it began.
func (p *bulk) sending(f *Frame) *model.Sending {
	if p.final != nil || f.Sending == nil || f.Sending.Command != p.command {
		return p.final
	}
	return f.Sending
}

// Actions implements Pane.
func (p *bulk) Actions() []Action {
	var actions []Action
	switch {
	case p.running:
		actions = append(actions, act("esc", "cancel", "send no more, and say what was acknowledged", func(*Frame) Intent { return Stop{p.command} }))
	case !p.ended:
		actions = append(actions, act("enter", "send", "send them", p.begin))
	default:
		actions = append(actions, act("t", "tail", "show the first of them in the tail", p.show))
	}
	return append(actions, p.scrolling()...)
}

// scrolling is what keys do to the partitions.
func (p *bulk) scrolling() []Action {
	scroll := func(by int) func(*Frame) Intent {
		return func(*Frame) Intent { p.top = max(0, p.top+by); return nil }
	}
	page := func(sign int) func(*Frame) Intent {
		return func(*Frame) Intent { p.top = max(0, p.top+sign*max(1, p.visible)); return nil }
	}
	return []Action{
		act("down", "scroll", "scroll the partitions", scroll(+1)).shown("↑/↓"),
		act("up", "", "scroll the partitions back", scroll(-1)).quiet(),
		act("pgdown", "", "scroll the partitions by a page", page(+1)).quiet(),
		act("pgup", "", "scroll the partitions back by a page", page(-1)).quiet(),
	}
}

// obstacle says why nothing can be sent as things are; nil if it can.
func (p *bulk) obstacle(f *Frame) *model.Problem {
	if f.Cluster.ReadOnly {
		return readOnlyProblem
	}
	preview := p.preview(f)
	switch {
	case preview != nil && preview.Problem != nil:
		return preview.Problem
	case preview != nil && p.faultOf(preview) != "":
		return &model.Problem{Kind: model.Invalid, Says: p.fault, Fix: "change the template"}
	case preview != nil && len(preview.Drafts) > 0 && fittingOf(preview).misfits == len(preview.Drafts):
		return preview.Drafts[0].Problem
	case preview != nil && len(preview.Drafts) == 0:
		return &model.Problem{Kind: model.Invalid, Says: "There is no record in the file", Fix: "name another one"}
	}
	return nil
}

// faultOf says which of the first records is not what it must be; empty if all are.
func (p *bulk) faultOf(preview *model.Preview) string {
	if p.checked == preview {
		return p.fault
	}
	p.checked, p.fault = preview, ""
	for _, d := range preview.Drafts {
		for i, b := range [][]byte{d.Key, d.Value} {
			if p.asJSON[i] && !json.Valid(b) {
				p.fault = "The " + []string{"key", "value"}[i] + " of record " + number(d.Line) + " is no JSON once it is filled in, " + jsonFault(string(b))
				return p.fault
			}
		}
	}
	return ""
}

// preview is what the first records are; nil while that is not known.
func (p *bulk) preview(f *Frame) *model.Preview {
	if f.Preview == nil || f.Preview.Query != p.query {
		return nil
	}
	return f.Preview
}

// begin sends them, once the user has agreed.
func (p *bulk) begin(f *Frame) Intent {
	if p.running || p.ended || p.preview(f) == nil || p.obstacle(f) != nil || p.strict && !p.assent.given() {
		return nil
	}
	p.assent.withdraw()
	p.running = true
	p.form.rememberMany(f.Now, p)
	return Run{p.command}
}

// ran takes in how it went, with the last account there is, and reports whether it was
// its own.
func (p *bulk) ran(m ranMsg, s *model.Sending) bool {
	if m.command != model.Command(p.command) || !p.running {
		return false
	}
	p.running, p.ended, p.problem = false, true, m.err
	if s != nil && s.Command == p.command {
		p.final = s
	}
	p.form.settleMany(p)
	return true
}

// account says in a sentence how it ended, for when the dialog is closed.
func (p *bulk) account(s *model.Sending) string {
	switch {
	case s.Whole() && s.Unconfirmed > 0:
		return "All " + number(s.Unconfirmed) + " left in " + took(s) + ": with acks=0 nobody says whether they were written"
	case s.Whole():
		return "All " + number(s.Acknowledged) + " were acknowledged, in " + took(s) + ": " + rate(overall(s)) + " a second"
	}
	says := number(s.Acknowledged+s.Unconfirmed) + " of " + number(s.Taken()) + " were acknowledged"
	if s.Stopped {
		says = "Cancelled: " + says
	}
	if s.Refused+s.Unsent+s.Unknown == 0 {
		return says + ", and no other was sent"
	}
	if s.Unknown > 0 {
		return says + ", and of " + number(s.Unknown) + " it is not known: look into the tail before you send again"
	}
	return says + "; none of the others is in the log"
}

// ending says how a command ended that did well: of a sending of many, with its account.
func (p *compose) ending(m ranMsg, s *model.Sending) (says string, st canvasStyle) {
	if p.bulk == nil || s == nil || s.Command != p.bulk.command || m.command != model.Command(s.Command) {
		return "done", good
	}
	if s.Whole() {
		return p.bulk.account(s), good
	}
	return p.bulk.account(s), warn
}

// show goes to the first record in the log.
func (p *bulk) show(f *Frame) Intent {
	s := p.sending(f)
	if s == nil || len(s.Partitions) == 0 {
		return Tell{"no record was acknowledged"}
	}
	first := s.Partitions[0]
	return showSent(&model.Sent{Topic: p.command.Record.Topic, Partition: first.Partition, Offset: first.First})
}

// Typing implements Typist.
func (p *bulk) Typing() bool { return p.assent.asked }

// Type implements Typist.
func (p *bulk) Type(_ *Frame, msg any) (Intent, bool) { return nil, p.assent.take(msg) }

// Size implements Dialog.
func (p *bulk) Size(f *Frame) (w, h int) {
	rows := 1
	if t, ok := f.Topic(p.command.Record.Topic); ok {
		rows = len(t.Partitions)
	}
	return composeWidth, bulkHead + min(max(rows, 1), 40) + 1 + bulkFoot + 2
}

// Head implements Pane.
func (p *bulk) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "to ", Style: muted}, {Text: p.command.Record.Topic, Style: bold}, {Text: " on ", Style: muted}, {Text: f.Cluster.Name, Style: text}}}
	if f.Cluster.ReadOnly {
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	}
	return h
}

// what says how many records, and of what.
func (p *bulk) what() string {
	c := p.command
	says := "all records of the file"
	if c.Count > 0 {
		says = plural(int(c.Count), "record", "records")
	}
	if file, ok := c.Material.(model.File); ok {
		return says + " out of " + file.Path
	}
	return says + " by templates"
}

// wish says what is sent, and how.
func (p *bulk) wish() string {
	c, says := p.command, p.what()
	if c.Rate > 0 {
		says += ", " + strconv.FormatFloat(c.Rate, 'f', -1, 64) + " a second"
	} else {
		says += ", as fast as it goes"
	}
	d := c.Record.Delivery
	says += ", acks=" + d.Acks.String() + ", compression " + d.Compression.String()
	for _, part := range []model.Part{model.PartKey, model.PartValue} {
		if ref := c.Schemas.Of(part); ref != (model.SchemaRef{}) {
			says += ", " + part.String() + "s by " + ref.String()
		}
	}
	return says
}
