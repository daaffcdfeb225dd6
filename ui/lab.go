package ui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// lab is a dialog at the foot of the screen: test consumers of kscope's own, told
// to join, leave, die and dawdle while the panes above show what the group makes
// of it. It is kept while it is closed.
type lab struct {
	list[model.LabMember]
	version  uint64 // of the rows: the lab has few, and is drawn anew each time
	at       string // name of the member under the cursor
	group    textinput.Model
	naming   bool
	named    bool // the group's name is the user's
	topic    string
	assignor int // of labAssignors
	static   bool
	speed    int // of labSpeeds, for those to come

	agreed  bool // the user knows that the cluster is a real one
	asking  bool // and is being asked
	asksEnd bool
}

// labAssignors are what the lab can do, with what each is for.
var labAssignors = []struct {
	assignor model.LabAssignor
	says     string
}{
	{model.LabRange, "eager: everybody stops; partitions are dealt out topic by topic"},
	{model.LabRoundRobin, "eager: everybody stops; partitions are dealt out like cards"},
	{model.LabSticky, "eager: everybody stops, but most get back what they had"},
	{model.LabCooperative, "cooperative: only partitions that move stop (KIP-429), in two rebalances"},
	{model.LabConsumer, "KIP-848: the coordinator assigns, and members converge one by one"},
}

// labSpeeds are how many records a second a test consumer may read; 0 is any
// number.
var labSpeeds = []int{0, 1000, 100, 10, 1}

func newLab() *lab {
	p := &lab{group: textinput.New()}
	p.group.Prompt = ""
	p.group.CharLimit = 249
	p.list = list[model.LabMember]{
		filter: newFilter(),
		id:     func(m model.LabMember) string { return m.Name },
		find: func(rows []model.LabMember, id string) (int, bool) {
			i := slices.IndexFunc(rows, func(m model.LabMember) bool { return m.Name == id })
			return i, i >= 0
		},
		of:      func(*Selection) string { return p.at },
		pick:    func(_ *Selection, id string) { p.at = id },
		columns: labColumns(),
	}
	return p
}

func labColumns() []column[model.LabMember] {
	return []column[model.LabMember]{
		{title: "consumer", width: 10, flex: true, most: 16, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return canvas.Seg{Text: m.Name, Style: text} }},
		{title: "state", width: 10, cell: labStateSeg},
		{title: "group", width: 18, flex: true, ends: true, most: 28, keep: 4, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return canvas.Seg{Text: m.Group, Style: muted} }},
		{title: "assignor", width: 11, flex: true, most: 18, keep: 5, cell: func(_ *Frame, m model.LabMember) canvas.Seg {
			return canvas.Seg{Text: string(m.Assignor), Style: muted}
		}},
		{title: "instance", width: 10, flex: true, most: 18, keep: 6, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return word(m.InstanceID, muted) }},
		{title: "owns", width: 4, right: true, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return labOwnsSeg(m) }},
		{title: "read", width: 8, right: true, keep: 2, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return canvas.Seg{Text: number(m.Read), Style: text} }},
		{title: "speed", width: 7, right: true, keep: 3, cell: func(_ *Frame, m model.LabMember) canvas.Seg { return canvas.Seg{Text: speedWord(m.Slow), Style: muted} }},
		{title: "", width: 22, flex: true, keep: 1, cell: labNoteSeg},
	}
}

func speedWord(slow int) string {
	if slow == 0 {
		return "any"
	}
	return count(slow) + "/s"
}

func labOwnsSeg(m model.LabMember) canvas.Seg {
	if m.State == model.LabRunning && m.Owned == 0 {
		return canvas.Seg{Text: "idle", Style: warn}
	}
	return canvas.Seg{Text: count(m.Owned), Style: text}
}

// labStateSeg marks what a test consumer does.
func labStateSeg(f *Frame, m model.LabMember) canvas.Seg {
	switch m.State {
	case model.LabRunning:
		return canvas.Seg{Text: mark(f.Marks.Stable, string(m.State)), Style: good}
	case model.LabKilled:
		return canvas.Seg{Text: mark(f.Marks.Offline, string(m.State)), Style: bad}
	case model.LabLeft:
		return canvas.Seg{Text: mark(f.Marks.Idle, string(m.State)), Style: muted}
	case model.LabPaused, model.LabStalled:
		return canvas.Seg{Text: mark(f.Marks.Attention, string(m.State)), Style: warn}
	}
	return canvas.Seg{Text: mark(f.Marks.InFlight, string(m.State)), Style: change}
}

// labNoteSeg says what is going to happen to a test consumer, or what went wrong.
func labNoteSeg(_ *Frame, m model.LabMember) canvas.Seg {
	switch {
	case m.Problem != nil:
		return canvas.Seg{Text: m.Problem.Says, Style: bad}
	case m.State == model.LabPaused:
		return canvas.Seg{Text: "does not poll: it leaves once the longest time between polls is over", Style: muted}
	case m.State == model.LabStalled:
		return canvas.Seg{Text: "says nothing: it is thrown out once its session is over", Style: muted}
	case m.State == model.LabKilled:
		return canvas.Seg{Text: "the group finds out once its session is over", Style: muted}
	}
	return canvas.Seg{}
}

// open prepares the lab for a topic; a group that has test consumers stays.
func (p *lab) open(f *Frame) {
	p.asking, p.asksEnd = false, false
	if len(living(f.Lab.Members)) > 0 {
		return
	}
	p.topic = cmp.Or(f.Sel.Topic, p.topic)
	if !p.named {
		p.group.SetValue(model.LabPrefix + p.topic)
	}
}

// living are the test consumers that have not left and were not killed.
func living(members []model.LabMember) []model.LabMember {
	return slices.DeleteFunc(slices.Clone(members), func(m model.LabMember) bool {
		return m.State == model.LabLeft || m.State == model.LabKilled
	})
}

// Name implements Pane.
func (p *lab) Name() string { return "Lab" }

// Needs implements Pane.
func (p *lab) Needs(*Frame) []model.Query { return []model.Query{model.WatchLab{}} }

// Drawer implements Drawer.
func (p *lab) Drawer() {}

// Size implements Dialog.
func (p *lab) Size(*Frame) (w, h int) { return 400, max(9, min(14, len(p.now.rows)+7)) }

// Actions implements Pane.
func (p *lab) Actions() []Action {
	if p.naming {
		return []Action{act("enter", "done", "keep the name", func(*Frame) Intent { p.rename(); return nil })}
	}
	return append([]Action{
		act("a", "add", "add a test consumer to the group", p.add),
		p.tells("x", "remove", "have the test consumer leave the group and stop", model.LabLeave),
		p.tells("K", "kill", "cut it off without leaving: its session has to expire", model.LabKill),
		p.tells("P", "pause", "have it stop polling past the longest time between polls", model.LabPause),
		p.tells("H", "hang", "have it stop heartbeating too, as in a long garbage collection", model.LabStall),
		p.tells("c", "continue", "have a paused or hanging test consumer go on", model.LabResume),
		p.tells("R", "restart", "restart it: with an instance id, without leaving", model.LabRestart),
		act("m", "assignor", "next assignor, for a group that is still empty", p.nextAssignor),
		act("i", "static", "give those to come an instance id (static membership), or none", func(*Frame) Intent { p.static = !p.static; return nil }),
		act("<", "", "have it read slower, so that lag builds", func(f *Frame) Intent { return p.paced(f, +1) }).also(",").quiet(),
		act(">", "", "have it read faster", func(f *Frame) Intent { return p.paced(f, -1) }).also(".").quiet(),
		act("n", "name", "name the group", p.rechristen),
		act("E", "end", "have all test consumers leave; the lab's own group is deleted", p.end),
	}, p.moves()...)
}

// add adds a test consumer. On a cluster that is not the demo's it asks first.
func (p *lab) add(f *Frame) Intent {
	group := strings.TrimSpace(p.group.Value())
	switch {
	case f.Cluster.ReadOnly:
		return Tell{"kscope was started read-only: test consumers would commit offsets"}
	case p.topic == "":
		return Tell{"select a topic first"}
	case group == "":
		return p.rechristen(f)
	case !f.Cluster.Demo && !p.agreed && !p.asking:
		p.asking = true
		return nil
	}
	p.agreed, p.asking, p.asksEnd = true, false, false
	add := model.LabAdd{Group: group, Topic: p.topic, Assignor: labAssignors[p.assignor].assignor, Static: p.static, Slow: labSpeeds[p.speed]}
	s := f.Sel
	s.Group, s.Topic = group, p.topic
	return All{Select{s}, Run{add}}
}

// tells is an action on the test consumer under the cursor.
func (p *lab) tells(key, word, help string, verb model.LabVerb) Action {
	return act(key, word, help, func(f *Frame) Intent {
		p.asksEnd = false
		m, ok := p.under()
		if !ok {
			return Tell{"there is no test consumer yet: a adds one"}
		}
		return Run{model.LabTell{Group: m.Group, Member: m.Name, Do: verb}}
	})
}

// under returns the test consumer under the cursor.
func (p *lab) under() (model.LabMember, bool) {
	line, ok := p.lineOf(p.at)
	if !ok {
		return model.LabMember{}, false
	}
	return p.list.at(line)
}

// paced has the consumer under the cursor read slower or faster, and if there is
// none, those to come.
func (p *lab) paced(_ *Frame, by int) Intent {
	m, ok := p.under()
	if !ok {
		p.speed = max(0, min(len(labSpeeds)-1, p.speed+by))
		return nil
	}
	i := max(0, min(len(labSpeeds)-1, slices.Index(labSpeeds, m.Slow)+by))
	return Run{model.LabTell{Group: m.Group, Member: m.Name, Do: model.LabSlow, Slow: labSpeeds[i]}}
}

// nextAssignor goes to the next assignor. A group has one at a time.
func (p *lab) nextAssignor(f *Frame) Intent {
	if len(living(f.Lab.Members)) > 0 {
		return Tell{"the group's members must agree on an assignor: end the lab, or name another group"}
	}
	p.assignor = (p.assignor + 1) % len(labAssignors)
	return nil
}

func (p *lab) rechristen(*Frame) Intent {
	p.naming = true
	p.group.Focus()
	p.group.CursorEnd()
	return nil
}

func (p *lab) rename() {
	p.naming, p.named = false, true
	p.group.Blur()
}

// end ends the lab of a group, once it was pressed twice.
func (p *lab) end(f *Frame) Intent {
	m, ok := p.under()
	if !ok {
		return Tell{"there is no test consumer yet: a adds one"}
	}
	if !p.asksEnd {
		p.asksEnd = true
		return nil
	}
	p.asksEnd = false
	return Run{model.LabEnd{Group: m.Group, Delete: true}}
}

// Typing implements Typist.
func (p *lab) Typing() bool { return p.naming || p.list.Typing() }

// Type implements Typist.
func (p *lab) Type(f *Frame, msg any) (Intent, bool) {
	if !p.naming {
		return p.list.Type(f, msg)
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter", "esc":
			p.rename()
			return nil, true
		case "ctrl+c":
			return nil, false
		}
	}
	p.group, _ = p.group.Update(msg.(tea.Msg))
	return nil, true
}

// Arrange implements Arranger.
func (p *lab) Arrange(f *Frame) func() any {
	p.version++
	return p.arrange(f, p.version, "", false, func() []model.LabMember { return f.Lab.Members })
}

// Head implements Pane.
func (p *lab) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "test consumers of kscope's own", Style: muted}}}
	if f.Cluster.ReadOnly {
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	} else if n := len(living(f.Lab.Members)); n > 0 {
		h.Right = []canvas.Seg{{Text: plural(n, "is a member", "are members"), Style: text}}
	}
	return h
}

// Draw implements Pane.
func (p *lab) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	p.drawWish(f, c)
	c.Cut(2, 1, w-4, labAssignors[p.assignor].says, muted)
	body := c.Sub(canvas.Rect{Y: 2, W: w, H: h - 2})
	switch {
	case p.asking:
		notice(f, body, warn, "This is a real cluster: "+f.Cluster.Name,
			"Test consumers join group "+p.group.Value()+", read "+p.topic+" and commit offsets for that group. Press a again to add one, esc to let it be.")
	case p.asksEnd:
		notice(f, body, warn, "End the lab?", "Its consumers leave, and the group is deleted with its offsets. Press E again to end it.")
	case len(f.Lab.Members) == 0 && f.Cluster.ReadOnly:
		notice(f, body, warn, "kscope was started read-only", "Test consumers join a group and commit offsets for it: start it without --read-only.")
	case len(f.Lab.Members) == 0:
		notice(f, body, muted, "no test consumer yet", "a adds one to the group; add more, kill one, pause one, and watch the panes above.")
	default:
		p.draw(f, body, nil)
	}
}

// drawWish draws what the next test consumer will be.
func (p *lab) drawWish(f *Frame, c *canvas.Canvas) {
	w, _ := c.Size()
	c.Fill(canvas.Rect{Y: 0, W: w, H: 1}, themes.Field)
	name := []canvas.Seg{{Text: p.group.Value(), Style: bold}}
	if p.naming {
		name = typed(p.group.Value(), p.group.Position(), bold)
	}
	segs := append([]canvas.Seg{{Text: "group ", Style: muted}}, name...)
	segs = append(segs,
		canvas.Seg{Text: "   topic ", Style: muted}, word(p.topic, bold),
		canvas.Seg{Text: "   assignor ", Style: muted}, canvas.Seg{Text: string(labAssignors[p.assignor].assignor), Style: bold},
		canvas.Seg{Text: "   members ", Style: muted}, canvas.Seg{Text: map[bool]string{true: "static", false: "dynamic"}[p.static], Style: bold},
		canvas.Seg{Text: "   speed ", Style: muted}, canvas.Seg{Text: speedWord(labSpeeds[p.speed]), Style: bold})
	c.Segs(2, 0, w-4, segs...)
}
