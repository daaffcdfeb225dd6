package cli

import (
	"bufio"
	"slices"
	"strings"

	"kscope/model/clean"
)

// writeGroups writes a page for each group: facts, members, partitions. Errors
// stay in out.
func writeGroups(out *bufio.Writer, groups []describedGroup) {
	for i := range groups {
		if i > 0 {
			out.WriteByte('\n')
		}
		groups[i].write(out)
	}
}

func (g *describedGroup) write(out *bufio.Writer) {
	writeTable(out, factColumns, g.facts(), false)
	if len(g.Members) > 0 {
		out.WriteByte('\n')
		writeTable(out, g.memberColumns(), g.Members, true)
	}
	if len(g.Partitions) > 0 {
		out.WriteByte('\n')
		writeTable(out, partitionColumns, g.Partitions, true)
	}
}

// A fact is a line above the tables.
type fact struct{ what, says string }

var factColumns = []column[fact]{
	{"", left, func(f *fact) string { return f.what }},
	{"", left, func(f *fact) string { return f.says }},
}

func (g *describedGroup) facts() []fact {
	all := []fact{
		{"group", g.Group},
		{"type", g.word},
		{"state", known(g.State, same)},
		{"protocol", known(g.Protocol, same)},
		{"coordinator", known(g.Coordinator, id)},
		{"epoch", g.epochs()},
	}
	if g.Leader != nil {
		all = append(all, fact{"leader", g.nameOf(*g.Leader)})
	}
	if t := g.Topology; t != nil {
		all = append(all, fact{"topology", "epoch " + id(t.Epoch) + ", " + plural(int64(len(t.Subtopologies)), "subtopology", "subtopologies")})
	}
	return append(all, fact{"members", g.crowd()}, fact{"partitions", g.spread()}, fact{"lag", g.behind()})
}

// epochs says which generation it is, or how far the members are from the group's
// epoch.
func (g *describedGroup) epochs() string {
	switch {
	case g.Epoch == nil:
		return dash
	case g.EpochInferred:
		return "~" + id(*g.Epoch) + " (inferred)"
	case g.AssignmentEpoch != nil && *g.AssignmentEpoch != *g.Epoch:
		return id(*g.Epoch) + ", assignment of " + id(*g.AssignmentEpoch)
	}
	return id(*g.Epoch)
}

// nameOf returns what the tables call a member.
func (g *describedGroup) nameOf(memberID string) string {
	for i := range g.Members {
		if g.Members[i].MemberID == memberID {
			return g.Members[i].name
		}
	}
	return memberID
}

// crowd counts the members, and names those that have nothing to do.
func (g *describedGroup) crowd() string {
	if g.Members == nil {
		return dash
	}
	var idle []string
	for i := range g.Members {
		if m := &g.Members[i]; m.Assignment != nil && len(m.Assignment)+len(m.Tasks) == 0 {
			idle = append(idle, m.name)
		}
	}
	says := id(len(g.Members))
	if len(idle) > 0 {
		says += ", idle " + few(idle)
	}
	return says
}

// spread counts the partitions, and names those that nobody owns though there are
// members. What members of a foreign protocol own is not known.
func (g *describedGroup) spread() string {
	var unowned []string
	for i := range g.Partitions {
		if p := &g.Partitions[i]; len(p.MemberIDs) == 0 {
			unowned = append(unowned, p.Topic+"-"+id(p.Partition))
		}
	}
	says := id(len(g.Partitions))
	foreign := func(m describedMember) bool { return m.Assignment == nil }
	if len(unowned) > 0 && len(g.Members) > 0 && !slices.ContainsFunc(g.Members, foreign) {
		says += ", unowned " + few(unowned)
	}
	return says
}

func (g *describedGroup) behind() string {
	says := known(g.Lag, id)
	if g.unknown > 0 {
		says += ", not known of " + plural(int64(g.unknown), "partition")
	}
	return says
}

// memberColumns are the columns of the members, without those that are empty for
// each of them.
func (g *describedGroup) memberColumns() []column[describedMember] {
	instances, racks, targets, tasks := false, false, false, false
	for i := range g.Members {
		m := &g.Members[i]
		instances = instances || m.InstanceID != nil
		racks = racks || m.Rack != nil
		targets = targets || m.Target != nil
		tasks = tasks || len(m.Tasks) > 0
	}
	all := []column[describedMember]{
		{"MEMBER", left, func(m *describedMember) string { return m.name }},
		{"CLIENT", left, func(m *describedMember) string { return orDash(m.ClientID) }},
		{"HOST", left, func(m *describedMember) string { return orDash(m.Host) }},
	}
	add := func(wanted bool, c column[describedMember]) {
		if wanted {
			all = append(all, c)
		}
	}
	add(instances, column[describedMember]{"INSTANCE", left, func(m *describedMember) string { return known(m.InstanceID, same) }})
	add(racks, column[describedMember]{"RACK", left, func(m *describedMember) string { return known(m.Rack, same) }})
	add(true, column[describedMember]{"EPOCH", right, func(m *describedMember) string { return known(m.Epoch, id) }})
	add(true, column[describedMember]{"PARTITIONS", right, func(m *describedMember) string { return counted(m.Assignment) }})
	add(targets, column[describedMember]{"TARGET", right, func(m *describedMember) string { return counted(m.Target) }})
	add(tasks, column[describedMember]{"TASKS", left, (*describedMember).taskWords})
	add(true, column[describedMember]{"LAG", right, func(m *describedMember) string { return known(m.lag, id) }})
	add(true, column[describedMember]{"MEMBER ID", left, func(m *describedMember) string { return m.MemberID }})
	return all
}

// counted counts partitions; a dash if there is no telling.
func counted(of []topicPartition) string {
	if of == nil {
		return dash
	}
	return id(len(of))
}

// taskWords says what a member of a streams group does: "active 0_0 0_1, standby
// 0_2", and + before what it is still to get.
func (m *describedMember) taskWords() string {
	var kinds []string
	words := map[string][]string{}
	for _, t := range m.Tasks {
		if words[t.Type] == nil {
			kinds = append(kinds, t.Type)
		}
		for _, p := range t.Partitions {
			word := t.Subtopology + "_" + id(p)
			if t.Target {
				word = "+" + word
			}
			words[t.Type] = append(words[t.Type], word)
		}
	}
	for i, kind := range kinds {
		kinds[i] = kind + " " + strings.Join(words[kind], " ")
	}
	return clean.Text(orDash(strings.Join(kinds, ", ")))
}

var partitionColumns = []column[describedPartition]{
	{"TOPIC", left, func(p *describedPartition) string { return p.Topic }},
	{"PARTITION", right, func(p *describedPartition) string { return id(p.Partition) }},
	{"COMMITTED", right, func(p *describedPartition) string { return known(p.CommittedOffset, id) }},
	{"START", right, func(p *describedPartition) string { return known(p.LogStartOffset, id) }},
	{"END", right, func(p *describedPartition) string { return known(p.LogEndOffset, id) }},
	{"LAG", right, func(p *describedPartition) string { return known(p.Lag, id) }},
	{"OWNER", left, func(p *describedPartition) string { return orDash(strings.Join(p.owners, ", ")) }},
}
