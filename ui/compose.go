package ui

import (
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// compose is a dialog: the form that sends one record. It is kept while it is
// closed, so a draft survives.
type compose struct {
	topic     textinput.Model
	key       textinput.Model
	value     textarea.Model
	field     composeField
	noKey     bool // null, which is not the same as empty
	tombstone bool // a null value

	sending bool
	sent    *model.Sent // the last record that was acknowledged
	problem error       // why the last one was not
	clash   string      // what is wrong with the form as it stands
}

// composeField is which field has the keys.
type composeField int

const (
	topicField composeField = iota
	keyField
	valueField
	composeFields
)

func newCompose() *compose {
	p := &compose{topic: textinput.New(), key: textinput.New(), value: textarea.New(), noKey: true, field: valueField}
	p.topic.CharLimit = 249
	p.value.CharLimit = 0
	p.value.MaxHeight = 0
	p.value.ShowLineNumbers = false
	p.value.SetWidth(4096) // lines are cut where they are drawn, not wrapped here
	p.focus(valueField)
	return p
}

// open prepares the form for a topic, unless there is a draft for another one.
func (p *compose) open(topic string) {
	if p.key.Value() == "" && p.value.Value() == "" || p.topic.Value() == "" {
		p.topic.SetValue(topic)
	}
	p.problem, p.clash, p.sent = nil, "", nil
	p.focus(valueField)
	if p.topic.Value() == "" {
		p.focus(topicField)
	}
}

func (p *compose) focus(field composeField) {
	p.field = (field + composeFields) % composeFields
	p.topic.Blur()
	p.key.Blur()
	p.value.Blur()
	switch p.field {
	case topicField:
		p.topic.Focus()
	case keyField:
		p.key.Focus()
	case valueField:
		p.value.Focus()
	}
}

// Name implements Pane.
func (p *compose) Name() string { return "Compose" }

// Needs implements Pane.
func (p *compose) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListTopics{}}
	if t, ok := f.Topic(p.topic.Value()); ok {
		needs = append(needs, model.DescribeTopic{Name: t.Name})
	}
	return needs
}

// Actions implements Pane.
func (p *compose) Actions() []Action {
	return []Action{
		act("ctrl+s", "send", "send the record", p.send),
		act("tab", "next field", "to the next field", func(*Frame) Intent { p.focus(p.field + 1); return nil }),
		act("shift+tab", "", "to the field before", func(*Frame) Intent { p.focus(p.field - 1); return nil }).quiet(),
		act("ctrl+k", "key or none", "send a key, or none: a null key is not an empty one", func(*Frame) Intent {
			p.noKey = !p.noKey
			if !p.noKey {
				p.focus(keyField)
			}
			return nil
		}),
		act("ctrl+t", "tombstone", "send a null value: on a compacted topic it deletes the key", func(*Frame) Intent { p.tombstone = !p.tombstone; return nil }),
		act("ctrl+g", "tail", "show the record that was sent in the tail", p.show),
	}
}

// show goes to the record that was sent.
func (p *compose) show(f *Frame) Intent {
	if p.sent == nil {
		return Tell{"nothing was sent yet"}
	}
	s := f.Sel
	s.Topic, s.Partition = p.sent.Topic, p.sent.Partition
	return All{Back{}, Select{s}, Do{ShowTail}}
}

// send sends the record once the form makes sense.
func (p *compose) send(f *Frame) Intent {
	name := strings.TrimSpace(p.topic.Value())
	switch _, ok := f.Topic(name); {
	case p.sending:
		return nil
	case name == "":
		p.clash = "name a topic"
	case !ok && !f.Freshness(model.ListTopics{}).At.IsZero():
		p.clash = "there is no topic of that name, and kscope creates none by accident"
	default:
		p.clash, p.problem, p.sent, p.sending = "", nil, nil, true
		return Run{p.record(name)}
	}
	return nil
}

func (p *compose) record(topic string) *model.Produce {
	c := &model.Produce{Topic: topic, Partition: model.AllPartitions}
	if !p.noKey {
		c.Key = []byte(p.key.Value())
	}
	if !p.tombstone {
		c.Value = []byte(p.value.Value())
	}
	return c
}

// ran takes in how sending went. What failed keeps the form as it was.
func (p *compose) ran(m ranMsg) {
	p.sending, p.problem = false, m.err
	for _, e := range m.events {
		if e, ok := e.(model.Produced); ok {
			p.sent = &e.Sent
		}
	}
}

// Typing implements Typist.
func (p *compose) Typing() bool { return true }

// Type implements Typist: keys with a meaning of their own are left to the
// actions, the rest is text.
func (p *compose) Type(f *Frame, msg any) (Intent, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc", "ctrl+c":
			return nil, false
		case "enter":
			if p.field != valueField {
				p.focus(p.field + 1)
				return nil, true
			}
		case "up", "down":
			if p.field != valueField {
				return nil, true
			}
		}
		if _, ok := find(p.Actions(), k.String()); ok {
			return nil, false
		}
	}
	p.edit(msg.(tea.Msg))
	return nil, true
}

func (p *compose) edit(msg tea.Msg) {
	switch p.field {
	case topicField:
		p.topic, _ = p.topic.Update(msg)
	case keyField:
		p.key, _ = p.key.Update(msg)
		p.noKey = p.noKey && p.key.Value() == ""
	case valueField:
		p.value, _ = p.value.Update(msg)
		p.tombstone = p.tombstone && p.value.Value() == ""
	}
}

// Size implements Dialog.
func (p *compose) Size(*Frame) (w, h int) { return 104, 22 }

// Head implements Pane.
func (p *compose) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "a record to ", Style: muted}, {Text: f.Cluster.Name, Style: text}}}
	if f.Cluster.ReadOnly {
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	}
	return h
}

// Draw implements Pane.
func (p *compose) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	c = c.Sub(canvas.Rect{X: 1, W: w - 2, H: h})
	p.label(f, c, 1, "topic", topicField)
	p.drawLine(c, 1, p.topic.Value(), p.topic.Position(), p.field == topicField)
	if t, ok := f.Topic(p.topic.Value()); ok {
		c.Segs(labelWidth, 2, w-labelWidth-2, factsLine(f, t)...)
	}
	p.label(f, c, 4, "key", keyField)
	if p.noKey && p.key.Value() == "" && p.field != keyField {
		c.Segs(labelWidth, 4, w-labelWidth-2, canvas.Seg{Text: string(f.Marks.Null), Style: change}, canvas.Seg{Text: " none: any partition may get the record", Style: muted})
	} else {
		p.drawLine(c, 4, p.key.Value(), p.key.Position(), p.field == keyField)
	}
	p.choice(c, 5, []string{"none", "text"}, boolInt(!p.noKey))
	p.label(f, c, 7, "value", valueField)
	rows := max(1, h-14)
	p.drawValue(f, c, 7, rows)
	p.choice(c, 7+rows, []string{"text", "tombstone"}, boolInt(p.tombstone))
	p.drawForecast(f, c, h-5)
	p.drawOutcome(f, c, h-3)
}

// labelWidth is the room for the names of fields.
const labelWidth = 10

func (p *compose) label(f *Frame, c *canvas.Canvas, y int, name string, field composeField) {
	st := muted
	if p.field == field {
		st = accent
		c.Rune(labelWidth-2, y, f.Marks.Link, accent)
	}
	c.Right(0, y, labelWidth-3, name, st)
}

// drawLine draws a field of one line, scrolled so that the cursor shows.
func (p *compose) drawLine(c *canvas.Canvas, y int, value string, at int, focused bool) {
	w, _ := c.Size()
	room := w - labelWidth - 1
	c.Fill(canvas.Rect{X: labelWidth - 1, Y: y, W: room + 2, H: 1}, themes.Field)
	if !focused {
		c.Cut(labelWidth, y, room, value, text)
		return
	}
	value, at = around(value, at, room)
	c.Segs(labelWidth, y, room, typed(value, at, text)...)
}

// around returns the part of a line that begins so that the cursor shows in room
// cells, and where the cursor is in it.
func around(line string, at, room int) (string, int) {
	runes := []rune(line)
	at = min(at, len(runes))
	from := at
	for w := 3; from > 0; from-- { // a wide cursor, and the … after it
		if w += canvas.Width(string(runes[from-1])); w > room {
			break
		}
	}
	return string(runes[from:]), at - from
}

// drawValue draws the value's lines around the cursor.
func (p *compose) drawValue(f *Frame, c *canvas.Canvas, y, rows int) {
	w, _ := c.Size()
	room := w - labelWidth - 1
	c.Fill(canvas.Rect{X: labelWidth - 1, Y: y, W: room + 2, H: rows}, themes.Field)
	if p.tombstone {
		c.Segs(labelWidth, y, room, canvas.Seg{Text: string(f.Marks.Null), Style: change}, canvas.Seg{Text: " null: deletes the key from a compacted topic", Style: muted})
		return
	}
	lines := strings.Split(p.value.Value(), "\n")
	top := max(0, p.value.Line()-rows+1)
	for i := range rows {
		n := top + i
		switch {
		case n >= len(lines):
			return
		case n == p.value.Line() && p.field == valueField:
			line, at := around(lines[n], p.value.Column(), room)
			c.Segs(labelWidth, y+i, room, typed(line, at, text)...)
		default:
			c.Cut(labelWidth, y+i, room, lines[n], text)
		}
	}
}

// choice draws alternatives with the chosen one standing out.
func (p *compose) choice(c *canvas.Canvas, y int, words []string, chosen int) {
	x := labelWidth
	for i, word := range words {
		st := muted
		if i == chosen {
			st = themes.Style{Ink: themes.Strong, Ground: themes.Resting, Attr: themes.Bold}
		}
		x = c.Put(x, y, " "+word+" ", st) + 1
	}
}

// drawForecast says where the record will go, before it is sent: the partition
// that the key's hash picks, who leads it and who reads it.
func (p *compose) drawForecast(f *Frame, c *canvas.Canvas, y int) {
	t, ok := f.Topic(p.topic.Value())
	if !ok || len(t.Partitions) == 0 {
		return
	}
	w, _ := c.Size()
	c.Tint(canvas.Rect{X: labelWidth - 1, Y: y, W: w - labelWidth + 1, H: 1}, themes.LeaderTint)
	arrow := canvas.Seg{Text: "  " + string(f.Marks.Arrow) + "  ", Style: muted}
	if p.noKey {
		c.Segs(labelWidth, y, w-labelWidth-1, canvas.Seg{Text: "any of " + plural(len(t.Partitions), "partition", "partitions"), Style: bold}, arrow,
			canvas.Seg{Text: "no key: the partitioner spreads records as it likes", Style: muted})
		return
	}
	r := t.Partition(model.KeyPartition([]byte(p.key.Value()), len(t.Partitions)))
	if r == nil {
		return
	}
	segs := []canvas.Seg{{Text: "partition " + strconv.Itoa(int(r.ID)), Style: bold}, arrow}
	c.Segs(labelWidth, y, w-labelWidth-1, append(append(segs, leaderSegs(f, r)...), readerSegs(f, t.Name, r.ID, arrow)...)...)
	c.Cut(labelWidth, y+1, w-labelWidth-1, "murmur2 of the key, modulo "+count(len(t.Partitions))+", as Java's producer does", muted)
}

// leaderSegs names the broker that will take the record, or says that none will.
func leaderSegs(f *Frame, r *model.Partition) []canvas.Seg {
	if r.Leader == model.NoBroker {
		return []canvas.Seg{{Text: mark(f.Marks.Offline, "offline: it would be refused"), Style: bad}}
	}
	segs := []canvas.Seg{{Text: string(f.Marks.Leader), Style: lead}, {Text: " broker " + strconv.Itoa(int(r.Leader)), Style: bold}}
	if b, ok := f.Broker(r.Leader); ok && b.Rack != "" {
		segs = append(segs, canvas.Seg{Text: " (rack " + b.Rack + ")", Style: muted})
	}
	return segs
}

// readerSegs names the first known member that reads the partition, and its group.
func readerSegs(f *Frame, topic string, partition int32, arrow canvas.Seg) []canvas.Seg {
	for _, g := range f.Groups {
		if m := g.Owner(topic, partition); m != nil {
			return []canvas.Seg{arrow, {Text: "read by ", Style: muted}, {Text: m.ClientID, Style: bold}, {Text: " in group ", Style: muted}, {Text: g.ID, Style: text}}
		}
	}
	return nil
}

// drawOutcome says what became of the last record.
func (p *compose) drawOutcome(f *Frame, c *canvas.Canvas, y int) {
	w, _ := c.Size()
	switch {
	case p.sending:
		c.Cut(labelWidth, y, w-labelWidth, "sending "+string(f.Marks.Ellipsis), muted)
	case p.clash != "":
		wrap(c, labelWidth, y, w-labelWidth-1, 3, mark(f.Marks.Attention, p.clash), warn)
	case p.problem != nil:
		wrap(c, labelWidth, y, w-labelWidth-1, 3, mark(f.Marks.Offline, p.problem.Error()), bad)
	case p.sent != nil:
		c.Segs(labelWidth, y, w-labelWidth, canvas.Seg{Text: mark(f.Marks.Stable, "acknowledged "), Style: good},
			canvas.Seg{Text: p.sent.String(), Style: strong},
			canvas.Seg{Text: " in " + millis(p.sent.Took) + ", " + p.sent.Timestamp.Format(time.TimeOnly), Style: muted})
		c.Cut(labelWidth, y+1, w-labelWidth, "partition "+strconv.Itoa(int(p.sent.Partition))+", offset "+number(p.sent.Offset)+leaderPhrase(f, p.sent), muted)
	}
}

// leaderPhrase says which broker took the record.
func leaderPhrase(f *Frame, s *model.Sent) string {
	t, ok := f.Topic(s.Topic)
	if !ok {
		return ""
	}
	if r := t.Partition(s.Partition); r != nil && r.Leader != model.NoBroker {
		return ", taken by broker " + strconv.Itoa(int(r.Leader))
	}
	return ""
}

// factsLine are a topic's facts on a line of their own.
func factsLine(f *Frame, t *model.Topic) []canvas.Seg {
	segs := dots(f, topicFacts(t)...)
	if len(segs) > 0 {
		segs = segs[1:]
	}
	for i := range segs {
		segs[i].Style = muted
	}
	return segs
}
