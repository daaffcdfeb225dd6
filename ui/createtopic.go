package ui

import (
	"cmp"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
)

// createTopic is a dialog: the form that creates a topic. While it is filled the brokers
// are asked whether they would take it, and it shows where the replicas are likely to go.
// Once it is created it shows where they are.
type createTopic struct {
	configList
	proposal
	field                      createField
	name, partitions, replicas textinput.Model
	opened                     bool // it has been given what clusters are like

	query model.PlanTopic // what the form says, unless it makes no sense
	wrong *model.Problem  // what makes no sense about it
	named nameMemo

	created *model.Topic // as read back
	chosen  bool         // it was selected
}

// createField is which field has the keys.
type createField int

const (
	nameField createField = iota
	partitionsField
	replicasField
	configsField
	createFields
)

// newCreateTopic opens the form on a name, which may be empty.
func newCreateTopic(name string) *createTopic {
	p := &createTopic{configList: newConfigList(model.TopicsConfigs("")), name: textinput.New(), partitions: textinput.New(), replicas: textinput.New()}
	p.bind()
	p.name.CharLimit, p.partitions.CharLimit, p.replicas.CharLimit = 300, 6, 5
	p.name.SetValue(name)
	p.name.CursorEnd()
	p.focus(nameField)
	return p
}

// Name implements Pane.
func (p *createTopic) Name() string { return "Create topic" }

// Needs implements Pane. While the user agrees to a preview it stays as it is.
func (p *createTopic) Needs(f *Frame) []model.Query {
	needs := []model.Query{model.ListBrokers{}, model.ListTopics{}}
	if p.created != nil {
		return append(needs, model.DescribeTopic{Name: p.created.Name})
	}
	needs = append(needs, model.DescribeConfigs{Of: p.configList.of}, model.DescribeBrokerConfigs{})
	if p.wrong == nil && p.settled() {
		needs = append(needs, p.query)
	}
	return needs
}

// Settle implements Settler: the numbers that most topics have are put in, and a topic
// that was created is selected.
func (p *createTopic) Settle(f *Frame, s *Selection) {
	if !p.opened && f.Serving() > 0 {
		p.opened = true
		p.partitions.SetValue(strconv.Itoa(max(1, f.Serving())))
		p.replicas.SetValue(strconv.Itoa(min(3, f.Serving())))
	}
	if p.created != nil && !p.chosen {
		if _, ok := f.Topic(p.created.Name); ok {
			p.chosen = true
			pickTopic(s, p.created.Name)
		}
	}
	if p.created == nil && p.settled() {
		p.read(f)
	}
	p.list.Settle(f, s)
}

// read takes the form for what it says.
func (p *createTopic) read(f *Frame) {
	t := model.NewTopic{Name: p.name.Value(), Configs: p.wanted()}
	var ok, okToo bool
	t.Partitions, ok = countOf(p.partitions.Value())
	t.Replicas, okToo = countOf(p.replicas.Value())
	p.query = model.PlanTopic{Topic: t}
	switch {
	case !ok:
		p.wrong = &model.Problem{Kind: model.Invalid, Says: "The number of partitions is not a number", Fix: "leave it empty for the brokers' default"}
	case !okToo:
		p.wrong = &model.Problem{Kind: model.Invalid, Says: "The replication factor is not a number", Fix: "leave it empty for the brokers' default"}
	default:
		p.wrong = cmp.Or(t.Problem(), p.named.problem(f.Snapshot, t.Name))
	}
}

// A nameMemo keeps what is wrong with a name: to find that out is a look at each topic.
type nameMemo struct {
	name  string
	at    uint64 // of the topics
	wrong *model.Problem
}

// problem says why no topic of that name can be created; nil if one can.
func (m *nameMemo) problem(s *model.Snapshot, name string) *model.Problem {
	if m.name != name || m.at != s.TopicsAt || m.at == 0 {
		m.name, m.at = name, s.TopicsAt
		m.wrong = cmp.Or(model.TopicNameProblem(name), model.NameClash(name, s.Topics))
	}
	return m.wrong
}

// countOf reads a number; an empty one is left to the brokers.
func countOf(typed string) (int, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return model.BrokerDefault, true
	}
	n, err := strconv.Atoi(typed)
	return max(n, 0), err == nil
}

func (p *createTopic) focus(field createField) {
	p.field = (field + createFields) % createFields
	for i, in := range []*textinput.Model{&p.name, &p.partitions, &p.replicas} {
		if in.Blur(); createField(i) == p.field {
			in.Focus()
		}
	}
}

// text is the field that keys go to; nil if that is the list of configs.
func (p *createTopic) text() *textinput.Model {
	switch p.field {
	case nameField:
		return &p.name
	case partitionsField:
		return &p.partitions
	case replicasField:
		return &p.replicas
	case configsField, createFields:
	}
	return nil
}

// plan is the preview of what the form says; nil while there is none.
func (p *createTopic) plan(f *Frame) *model.TopicPlan {
	if p.wrong == nil && f.Plans.Topic != nil && f.Plans.Topic.Query == p.query {
		return f.Plans.Topic
	}
	return nil
}

// obstacle says why the topic cannot be created now; nil if it can.
func (p *createTopic) obstacle(f *Frame) *model.Problem {
	plan := p.plan(f)
	switch {
	case f.Cluster.ReadOnly && (p.wrong == nil || p.name.Value() == ""):
		return readOnlyProblem
	case p.wrong != nil:
		return p.wrong
	case plan == nil:
		return nil
	case !plan.Checked:
		return cmp.Or(plan.Refusal(), plan.Placement.Problem)
	}
	return plan.Refusal()
}

// Actions implements Pane.
func (p *createTopic) Actions() []Action {
	switch {
	case p.created != nil:
		return []Action{act("enter", "show it", "show how the topic is spread", p.show)}
	case p.assent.asked:
		return []Action{act("enter", "create", "create the topic", p.apply)}
	}
	next := func(by createField) func(*Frame) Intent {
		return func(*Frame) Intent { p.focus(p.field + by); return nil }
	}
	actions := []Action{
		act("ctrl+s", "create …", "create the topic", p.agree),
		act("tab", "next field", "to the next field; the last is the list of configs", next(+1)),
		act("shift+tab", "", "to the field before", next(-1)).quiet(),
	}
	if p.field != configsField {
		return actions
	}
	return append(append(actions,
		act("enter", "edit", "type a value", p.edit),
		act("x", "default", "leave the config at its default after all", p.configList.reset),
		act("a", "add", "set a config that is not listed", p.add)), p.moves()...)
}

// agree has the user agree to the preview.
func (p *createTopic) agree(f *Frame) Intent {
	if p.plan(f) != nil {
		p.begin("", p.obstacle(f))
	}
	return nil
}

func (p *createTopic) apply(*Frame) Intent {
	return p.carryOut(model.CreateTopic{Topic: p.query.Topic})
}

// show closes the form; what it lies over shows the topic.
func (p *createTopic) show(*Frame) Intent { return All{Back{}, Do{ShowTopic}} }

// ran takes in how it went, and reports whether it was its own. What failed leaves the
// form as it was.
func (p *createTopic) ran(m ranMsg) bool {
	if !p.running || m.command != model.Command(model.CreateTopic{Topic: p.query.Topic}) {
		return false
	}
	p.ended(m)
	for _, e := range m.events {
		if e, ok := e.(model.TopicCreated); ok {
			p.created = &e.Topic
		}
	}
	return true
}

// Escape implements Escaper.
func (p *createTopic) Escape() bool { return p.proposal.Escape() || p.list.Escape() }

// Arrange implements Arranger.
func (p *createTopic) Arrange(f *Frame) func() any { return p.arrange(f) }

// Typing implements Typist.
func (p *createTopic) Typing() bool {
	return p.created == nil && (p.assent.asked || p.field != configsField || p.configList.Typing())
}

// typing is what keys do while something is typed, for the footer.
func (p *createTopic) typing() []Action {
	if p.assent.asked || p.field != configsField {
		return append(p.Actions(), closing(p))
	}
	return p.configList.typing()
}

// Type implements Typist.
func (p *createTopic) Type(f *Frame, msg any) (Intent, bool) {
	switch in := p.text(); {
	case p.assent.asked:
		return nil, p.assent.take(msg)
	case in == nil:
		return p.configList.Type(f, msg)
	case p.running:
		return nil, false
	default:
		return nil, p.edited(in, msg)
	}
}

// edited gives a key to a field, and reports whether it made use of it.
func (p *createTopic) edited(in *textinput.Model, msg any) bool {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc", "ctrl+c":
			return false
		case "enter", "down":
			p.focus(p.field + 1)
			return true
		case "up":
			p.focus(max(nameField, p.field-1))
			return true
		}
		if _, ok := find(p.Actions(), k.String()); ok {
			return false
		}
	}
	before := in.Value()
	if *in, _ = in.Update(msg.(tea.Msg)); in.Value() != before {
		p.problem = nil
	}
	return true
}
