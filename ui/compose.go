package ui

import (
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// compose is a dialog: the form that sends a record. It is kept while it is closed,
// so a draft survives.
type compose struct {
	form       form
	topic      *pickField
	key, value *payloadField
	headers    *listField
	options    composeOptions
	many       composeMany
	unknown    bool // there is no topic of that name

	sending *model.Produce // what was sent and is not answered yet
	reading bool           // the file that is to be sent
	sent    *model.Sent    // the last record that was acknowledged
	landed  bool           // it was just now, and nothing was typed since
	problem error          // why the last one was not
	clash   string         // what is wrong with the form as it stands

	bulk     *bulk      // the sending of many that was last looked at; nil if none was
	past     []pastSend // what was sent, oldest first
	unkept   []byte     // lines about those that were sent since they were last kept
	numbered int        // the last of them
}

func newCompose() *compose {
	p := &compose{
		topic: newPick(topicNames), key: newKeyField(), value: newValueField(),
		headers: newList("none: ctrl+n adds one", headerKinds...),
		options: newComposeOptions(), many: newComposeMany(),
	}
	ofFile := func() bool { return p.many.from() == fromFile }
	p.form.rows = []formRow{
		{name: "topic", field: p.topic, note: p.topicNote},
		{name: "key", field: p.key, apart: true, hidden: ofFile},
		{field: p.key.mode, note: p.keyNote, hidden: ofFile},
		{field: p.key.schema.message, hidden: func() bool { return ofFile() || !p.key.picks() }},
		{name: "value", field: p.value, apart: true, hidden: ofFile},
		{field: p.value.mode, note: p.valueNote, hidden: ofFile},
		{field: p.value.schema.message, hidden: func() bool { return ofFile() || !p.value.picks() }},
		{name: "headers", field: p.headers, apart: true, hidden: ofFile},
	}
	p.form.rows = append(p.form.rows, p.options.rows()...)
	p.form.rows = append(p.form.rows, p.many.rows(p.schemaRows())...)
	return p
}

// topicNames are those of the topics there are.
func topicNames(f *Frame) []string {
	names := make([]string, len(f.Topics))
	for i, t := range f.Topics {
		names[i] = t.Name
	}
	return names
}

// open prepares the form for what is selected, unless there is a draft.
func (p *compose) open(s Selection) {
	if p.blank() || p.topic.value() == "" {
		p.topic.set(s.Topic)
		p.options.fix(s.Partition)
	}
	p.problem, p.clash, p.sent, p.landed = nil, "", nil, false
	p.form.focus(p.key)
	if p.topic.value() == "" {
		p.form.focus(p.topic)
	}
}

// fill has the form send a record again: to its topic, where its key leads to. A draft
// that was there is found among what was sent.
func (p *compose) fill(f *Frame, r model.Record) {
	if !p.blank() {
		p.remember(f.Now, p.draft(f), true)
	}
	p.fillCommand(&model.Produce{Topic: r.Topic, Partition: model.AllPartitions, Key: r.Key, Value: r.Value, Headers: r.Headers})
	p.options.number.set(strconv.Itoa(int(r.Partition)))
}

// draft is the form as it stands, whether it makes sense or not.
func (p *compose) draft(f *Frame) *model.Produce {
	if c, _ := p.record(f); c != nil {
		return c
	}
	return &model.Produce{Topic: p.name(), Partition: model.AllPartitions, Key: []byte(p.key.text.value()), Value: []byte(p.value.text.value())}
}

// fillCommand fills the form with what was sent.
func (p *compose) fillCommand(c *model.Produce) {
	p.topic.set(c.Topic)
	p.key.fill(c.Key)
	p.value.fill(c.Value)
	fillHeaders(p.headers, c.Headers)
	p.options.fill(c)
	p.many.kind.chosen = sendOne
	p.problem, p.clash, p.sent, p.landed = nil, "", nil, false
	p.form.focus(p.value)
}

// blank reports whether nothing was typed that would be lost.
func (p *compose) blank() bool {
	return len(p.key.text.text) == 0 && len(p.value.text.text) == 0 && len(p.value.path.text) == 0 && len(p.headers.items) == 0
}

// name is the topic as it stands in the form.
func (p *compose) name() string { return strings.TrimSpace(p.topic.value()) }

// Name implements Pane.
func (p *compose) Name() string { return "Compose" }

// Needs implements Pane.
func (p *compose) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListTopics{}, model.ListGroups{}}
	if t, ok := f.Topic(p.name()); ok {
		needs = append(needs, model.DescribeTopic{Name: t.Name}, model.DescribeTopicConfigs{Topics: model.NamesOf(t.Name)})
		needs = append(append(needs, p.key.schema.needs(f, t.Name)...), p.value.schema.needs(f, t.Name)...)
	}
	if q, ok := p.preview(); ok {
		needs = append(needs, q)
	}
	return append(needs, p.readersNeeds(f)...)
}

// Actions implements Pane.
func (p *compose) Actions() []Action {
	var actions []Action
	if p.landed {
		actions = append(actions, act("enter", "show in tail", "show the record that was sent in the tail", p.show))
	}
	actions = append(actions, act("ctrl+s", "send", "send the record", p.send))
	actions = append(actions, p.form.moves()...)
	if p.form.has(p.headers) && len(p.headers.items) > 0 {
		actions = append(actions, p.headerActions()...)
	}
	if p.key.schema.known() || p.value.schema.known() {
		actions = append(actions, act("ctrl+f", "example", "fill the value, or the key, with an example of its schema", p.fillIn))
	}
	return append(actions,
		act("ctrl+k", "key as", "give the key in the next way: none, empty, text, JSON, hex …", func(*Frame) Intent { p.key.mode.step(+1); return nil }),
		act("ctrl+t", "value as", "give the value in the next way: text, JSON, tombstone, file …", func(*Frame) Intent { p.value.mode.step(+1); return nil }),
		act("ctrl+e", "editor", "write the value, or the key, in your $EDITOR", p.edit),
		p.adds(),
		act("ctrl+p", "", "which partitioner explains where the topic's keys lie", p.audit).quiet(),
		act("ctrl+r", "sent", "what was sent, to be sent again", func(*Frame) Intent { return Open{newSentList(p)} }),
		act("ctrl+g", "tail", "show the record that was sent in the tail", p.show).quiet(),
	)
}

// headerActions are for the header that has the keys.
func (p *compose) headerActions() []Action {
	shift := func(by int) func(*Frame) Intent {
		return func(*Frame) Intent { p.headers.shift(by); return nil }
	}
	return []Action{
		act("ctrl+x", "drop header", "take the header away", func(*Frame) Intent { p.headers.drop(); return nil }),
		act("alt+up", "reorder", "move the header up", shift(-1)).shown("alt+↑/↓"),
		act("alt+down", "", "move the header down", shift(+1)).quiet(),
	}
}

// edit hands what is typed for the value, or for the key if that has the keys, to the
// user's editor.
func (p *compose) edit(*Frame) Intent {
	t, name := p.value, "value"
	if p.form.has(p.key) || p.form.has(p.key.mode) {
		t, name = p.key, "key"
	}
	ending := ".txt"
	if t.as() == asJSON || t.as() == asSchema {
		ending = ".json"
	}
	before := t.text.value()
	return Edit{Text: []byte(before), Name: name + ending, Then: func(_ *Frame, left []byte, err error) Intent {
		if err != nil {
			return Tell{err.Error()}
		}
		t.edited(before, left)
		return nil
	}}
}

// audit asks which partitioner the records of the topic were written with.
func (p *compose) audit(f *Frame) Intent {
	if _, ok := f.Topic(p.name()); !ok {
		return Tell{"name a topic first"}
	}
	return Open{newAudit(p.name())}
}

// adds is the action that adds a header, or to the cluster the topic that there is not.
func (p *compose) adds() Action {
	if p.unknown && p.form.has(p.topic) {
		return act("ctrl+n", "create topic", "create the topic that there is not", func(*Frame) Intent { return Open{newCreateTopic(p.name())} })
	}
	return act("ctrl+n", "header", "add a header", p.addHeader)
}

func (p *compose) addHeader(*Frame) Intent {
	p.headers.add()
	p.form.focus(p.headers)
	p.headers.item = len(p.headers.items) - 1
	return nil
}

// show goes to the record that was sent.
func (p *compose) show(*Frame) Intent {
	if p.sent == nil {
		return Tell{"nothing was sent yet"}
	}
	return showSent(p.sent)
}

// showSent goes to a record that was sent.
func showSent(sent *model.Sent) Intent {
	if sent.Offset == model.NoOffset {
		return Tell{"with acks=0 nobody says where the record is"}
	}
	return ShowRecord{sent.Topic, sent.Partition, sent.Offset}
}

// Typing implements Typist.
func (p *compose) Typing() bool { return true }

// Type implements Typist.
func (p *compose) Type(f *Frame, msg any) (Intent, bool) {
	used := p.form.take(f, msg, p.Actions())
	p.landed = p.landed && !used
	return nil, used
}

// Escape implements Escaper: first the names go that are offered.
func (p *compose) Escape() bool {
	open := p.topic.offers()
	p.topic.close()
	return open
}

// Arrange implements Arranger: it searches topics, and looks at the file.
func (p *compose) Arrange(f *Frame) func() any {
	p.key.schema.attend(f, p.name())
	p.value.schema.attend(f, p.name())
	_, known := f.Topic(p.name())
	p.unknown = !known && p.name() != "" && !f.Freshness(model.ListTopics{}).At.IsZero()
	if work := p.topic.arrange(f, f.TopicsAt); work != nil {
		return work
	}
	return p.value.look(f)
}

// Arranged implements Arranger.
func (p *compose) Arranged(result any) {
	if facts, ok := result.(fileFacts); ok {
		p.value.looked(facts)
	} else {
		p.topic.arranged(result)
	}
}

// composeFoot is how many lines there are below the form: where the record will go,
// and what became of the last one.
const composeFoot = 9

// leastFoot is how many of them are left where the form has no room.
const leastFoot = 7

// composeWidth is how wide the dialog is where there is room.
const composeWidth = 112

// Size implements Dialog.
func (p *compose) Size(f *Frame) (w, h int) {
	return composeWidth, 1 + p.form.height(f, composeWidth-4) + 1 + composeFoot + 2
}

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
	foot := composeFoot
	if h < p.form.height(f, w-2)+foot {
		foot = min(leastFoot, h/2)
	}
	rows, top := h-foot, 0
	if rows > p.form.height(f, w-2) {
		rows, top = rows-1, 1
	}
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: top, W: w - 1, H: rows}))
	rest := c.Sub(canvas.Rect{X: 1, Y: top + rows, W: w - 2, H: h - top - rows})
	p.drawForecast(f, rest)
}
