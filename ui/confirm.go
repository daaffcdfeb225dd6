package ui

import (
	"cmp"
	"slices"

	"kscope/model"
	"kscope/ui/canvas"
)

// confirm is a dialog: something that cannot be taken back, what it means, who
// stands in its way, and the word that has to be typed for it. What came of it is
// told in the same place.
type confirm struct {
	name    string // of the dialog
	verb    string // what enter does: delete group billing
	did     string // what is said once it is done
	command model.Command
	needs   []model.Query
	wants   func(f *Frame) []model.Query // instead of needs, where they follow from what is known
	stakes  func(f *Frame) []stake
	// bar says why it cannot be done as things are; nil if it can.
	bar func(f *Frame) *model.Problem

	assent  assent
	running bool
	done    bool
	problem error
	after   func(events []model.Event) string
}

// A stake is a line of a dialog: what, and how it is.
type stake struct {
	name  string
	value canvas.Seg
}

// newDeleteGroup deletes a group with all that it has committed.
func newDeleteGroup(group string) *confirm {
	one := model.NamesOf(group)
	return begun(&confirm{
		name: "Delete group", verb: "delete the group and its offsets", did: "the group is gone, and is not listed any more",
		command: model.DeleteGroup{Group: group},
		needs:   []model.Query{model.ListGroups{}, model.DescribeGroups{Groups: one}, model.ReadLags{Groups: one}},
		stakes: func(f *Frame) []stake {
			return append(groupStakes(f, group), stake{"is lost", canvas.Seg{Text: committedPhrase(f.Lags[group], ""), Style: warn}},
				stake{"then", canvas.Seg{Text: "a consumer of that group id begins where its auto.offset.reset says", Style: muted}})
		},
		bar:    func(f *Frame) *model.Problem { return heldGroup(f, group) },
		assent: newAssent(group),
	})
}

// newDeleteOffsets deletes what a group has committed for one topic.
func newDeleteOffsets(group, topic string) *confirm {
	one := model.NamesOf(group)
	return begun(&confirm{
		name: "Delete offsets", verb: "delete the group's offsets for " + topic, did: "nothing is committed for " + topic + " any more",
		command: model.DeleteOffsets{Group: group, Topic: topic},
		needs:   []model.Query{model.ListGroups{}, model.DescribeGroups{Groups: one}, model.ReadLags{Groups: one}},
		stakes: func(f *Frame) []stake {
			return append(groupStakes(f, group), stake{"topic", canvas.Seg{Text: topic, Style: text}},
				stake{"is lost", canvas.Seg{Text: committedPhrase(f.Lags[group], topic), Style: warn}},
				stake{"then", canvas.Seg{Text: "the group begins there where its auto.offset.reset says", Style: muted}})
		},
		bar: func(f *Frame) *model.Problem {
			g, ok := f.Group(group)
			switch {
			case topic == "":
				return &model.Problem{Kind: model.Invalid, Says: "No topic is selected", Fix: "select it in the list of topics first"}
			case ok && g.Reads(topic):
				held := model.Held(g.ID, g.State, g.Members)
				held.Says += ", and reads " + topic
				return held
			case ok && g.Kind == model.Share:
				return heldGroup(f, group)
			}
			return nil // who subscribes without being assigned anything, the broker knows
		},
		assent: newAssent(topic),
	})
}

// newRemoveMember has a member leave its group.
func newRemoveMember(group, member string) *confirm {
	p := begun(&confirm{
		name: "Remove member", verb: "remove the member from group " + group, did: "the member is out of the group",
		command: model.RemoveMember{Group: group, MemberID: member},
		needs:   []model.Query{model.ListGroups{}, model.DescribeGroups{Groups: model.NamesOf(group)}},
		stakes:  func(f *Frame) []stake { return memberStakes(f, group, member) },
		bar: func(f *Frame) *model.Problem {
			if g, ok := f.Group(group); ok && g.Known && memberOf(g, member) == nil {
				return &model.Problem{Kind: model.Gone, Says: "Group " + group + " has no such member any more"}
			}
			return nil
		},
		assent: newAssent("remove"),
	})
	p.after = func(events []model.Event) string { return joinedAgain(events, member) }
	return p
}

// begun asks for the word at once: there is nothing else to fill in.
func begun(p *confirm) *confirm {
	p.assent.ask()
	return p
}

func memberOf(g *model.Group, id string) *model.Member {
	i := slices.IndexFunc(g.Members, func(m model.Member) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return &g.Members[i]
}

// heldGroup says who keeps a group from being changed; nil if nobody does, or it is
// not known.
func heldGroup(f *Frame, group string) *model.Problem {
	g, ok := f.Group(group)
	if !ok || !g.Known {
		return nil
	}
	return model.Held(g.ID, g.State, g.Members)
}

func groupStakes(f *Frame, group string) []stake {
	g, ok := f.Group(group)
	if !ok {
		return []stake{{"group", canvas.Seg{Text: group, Style: bold}}}
	}
	state := groupStateSeg(f, g)
	return []stake{
		{"group", canvas.Seg{Text: g.ID, Style: bold}},
		{"kind", canvas.Seg{Text: g.Word(), Style: text}},
		{"state", state},
		{"members", canvas.Seg{Text: count(len(g.Members)), Style: text}},
	}
}

// committedPhrase says how much a group has committed, for one topic or for all.
func committedPhrase(l *model.GroupLag, topic string) string {
	if l == nil || l.Problem != nil {
		return "whatever it has committed"
	}
	partitions, topics := 0, 0
	for _, t := range l.Topics {
		if topic != "" && t.Topic != topic {
			continue
		}
		before := partitions
		for _, p := range t.Partitions {
			if p.Committed != model.NoOffset {
				partitions++
			}
		}
		if partitions > before {
			topics++
		}
	}
	if partitions == 0 {
		return "nothing: it has committed no offset"
	}
	phrase := "the committed offsets of " + plural(partitions, "partition", "partitions")
	if topic == "" {
		phrase += " in " + plural(topics, "topic", "topics")
	}
	return phrase
}

func memberStakes(f *Frame, group, member string) []stake {
	stakes := []stake{{"group", canvas.Seg{Text: group, Style: bold}}, {"member id", canvas.Seg{Text: member, Style: text}}}
	then := "if its process runs on, it finds out by its next heartbeat and joins again"
	g, ok := f.Group(group)
	if !ok || memberOf(g, member) == nil {
		return append(stakes, stake{"then", canvas.Seg{Text: then, Style: muted}})
	}
	m := memberOf(g, member)
	stakes = append(stakes, stake{"client id", canvas.Seg{Text: cmp.Or(m.ClientID, dash), Style: text}}, stake{"host", canvas.Seg{Text: cmp.Or(m.Host, dash), Style: text}})
	if m.InstanceID != "" {
		stakes = append(stakes, stake{"instance", canvas.Seg{Text: m.InstanceID, Style: text}})
		then = "its partitions are not kept for it any more; " + then
	}
	takes := ": the rest of the group takes over"
	if len(g.Members) == 1 {
		takes = ": nobody is left to read them"
	}
	return append(stakes,
		stake{"gives up", canvas.Seg{Text: plural(m.Partitions(), "partition", "partitions") + takes, Style: warn}},
		stake{"then", canvas.Seg{Text: then, Style: muted}})
}

// joinedAgain says that a member that was removed is there again; empty if it is not.
func joinedAgain(events []model.Event, member string) string {
	for _, e := range events {
		if e, ok := e.(model.GroupsDescribed); ok && len(e.Groups) > 0 && memberOf(&e.Groups[0], member) != nil {
			return "the member was removed, and has joined again: its process runs on"
		}
	}
	return ""
}

// Name implements Pane.
func (p *confirm) Name() string { return p.name }

// Needs implements Pane.
func (p *confirm) Needs(f *Frame) []model.Query {
	switch {
	case p.done:
		return nil
	case p.wants != nil:
		return p.wants(f)
	}
	return p.needs
}

// obstacle says why it cannot be done as things are; nil if it can.
func (p *confirm) obstacle(f *Frame) *model.Problem {
	if f.Cluster.ReadOnly {
		return readOnlyProblem
	}
	return p.bar(f)
}

// Actions implements Pane.
func (p *confirm) Actions() []Action {
	if p.running || p.done {
		return nil
	}
	return []Action{act("enter", "do it", p.verb, p.carryOut)}
}

func (p *confirm) carryOut(f *Frame) Intent {
	if p.running || p.done || !p.assent.given() || p.obstacle(f) != nil {
		return nil
	}
	p.running, p.problem = true, nil
	return Run{p.command}
}

// ran takes in how it went, and reports whether it was its own.
func (p *confirm) ran(m ranMsg) bool {
	if !p.running || m.command != p.command {
		return false
	}
	p.running, p.problem, p.done = false, m.err, m.err == nil
	if p.done && p.after != nil {
		p.did = cmp.Or(p.after(m.events), p.did)
	}
	return true
}

// Typing implements Typist.
func (p *confirm) Typing() bool { return !p.running && !p.done }

// Type implements Typist.
func (p *confirm) Type(f *Frame, msg any) (Intent, bool) {
	return nil, p.obstacle(f) == nil && p.assent.take(msg)
}

// Size implements Dialog.
func (p *confirm) Size(f *Frame) (w, h int) { return 84, len(p.stakes(f)) + 7 }

// Head implements Pane.
func (p *confirm) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "on ", Style: muted}, {Text: f.Cluster.Name, Style: text}}}
	if f.Cluster.ReadOnly {
		h.Right = []canvas.Seg{{Text: "read-only", Style: warn}}
	}
	return h
}

// Draw implements Pane.
func (p *confirm) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	y := 0
	for _, s := range p.stakes(f) {
		if y >= h-4 && y > 0 {
			break // there is room for the question, always
		}
		c.Right(1, y, labelWidth, s.name, muted)
		y = max(y+1, wrap(c, labelWidth+3, y, w-labelWidth-5, 2, s.value.Text, s.value.Style))
	}
	rule(f, c, y)
	y++
	obstacle := p.obstacle(f)
	switch {
	case p.running:
		c.Cut(2, y, w-4, p.command.String()+" "+string(f.Marks.Ellipsis), muted)
	case p.done:
		wrap(c, 2, y, w-4, h-y, mark(f.Marks.Stable, p.did), good)
	case p.problem != nil:
		y = wrap(c, 2, y, w-4, 2, mark(f.Marks.Offline, p.problem.Error()), bad)
		p.assent.draw(f, c, 2, y, w-4, "try again")
	case obstacle != nil:
		wrap(c, 2, y, w-4, h-y, mark(f.Marks.Attention, obstacle.Error()), warn)
	default:
		p.assent.draw(f, c, 2, y, w-4, p.verb)
	}
}
