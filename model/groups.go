package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Group is a set of consumers that share the work, and their committed
// offsets.
type Group struct {
	ID           string
	Kind         GroupKind
	State        string // as Kafka spells it: Stable, PreparingRebalance, Empty, Assigning, …; empty if not known
	ProtocolType string // consumer, connect, or what a client called it; empty for simple groups
	Assignor     string // range, cooperative-sticky, uniform, …; empty if not known
	Coordinator  int32  // broker id, or NoBroker if not known

	// Epoch numbers the rebalances: the generation of a classic group, the group
	// epoch of others; NoEpoch if not known. Kafka does not tell a classic group's:
	// it is one more than the newest that a member's subscription says it came from,
	// and Inferred.
	Epoch           int32
	Inferred        bool
	AssignmentEpoch int32     // of the target assignment (KIP-848 and its like); NoEpoch where there is none
	Leader          string    // id of the member that assigns, in classic groups; empty if not known
	Topology        *Topology // of a streams group; nil if it has none, or it is not known

	Members []Member // by client id, then member id
	Known   bool     // Members was asked for and answered
	Problem *Problem // why it could not be described
}

// GroupKind is the protocol a group's members speak, as Kafka spells it.
type GroupKind string

// The kinds of group. A broker may list others; they are shown by their own word.
const (
	Classic  GroupKind = "classic"
	Consumer GroupKind = "consumer" // KIP-848
	Share    GroupKind = "share"    // KIP-932
	Streams  GroupKind = "streams"  // KIP-1071
)

// Word is what a table shows as the group's kind: classic groups that are not
// consumers go by their protocol type, such as connect, and those that nobody ever
// joined are simple, as Kafka calls it: they only have offsets.
func (g *Group) Word() string {
	switch {
	case g.Simple():
		return "simple"
	case g.Kind == Classic && g.ProtocolType != "" && g.ProtocolType != "consumer":
		return g.ProtocolType
	case g.Kind == "":
		return "classic" // brokers before Kafka 3.8 know no other
	}
	return string(g.Kind)
}

// Simple reports whether nobody ever joined the group: its offsets are committed by
// clients that assign themselves partitions. Without a state nothing is known of it.
func (g *Group) Simple() bool {
	return (g.Kind == Classic || g.Kind == "") && g.ProtocolType == "" && g.State == "Empty"
}

// Topics are what the members are assigned partitions of, in order.
func (g *Group) Topics() []string {
	topics := map[string]bool{}
	for i := range g.Members {
		for t := range g.Members[i].Assigned {
			topics[t] = true
		}
	}
	return slices.Sorted(maps.Keys(topics))
}

// Reads reports whether any member is assigned a partition of the topic.
func (g *Group) Reads(topic string) bool {
	for i := range g.Members {
		if len(g.Members[i].Assigned[topic]) > 0 {
			return true
		}
	}
	return false
}

// Owner returns the member that is assigned the partition; nil if none is. In a
// share group several may be: the first is returned.
func (g *Group) Owner(topic string, partition int32) *Member {
	for i := range g.Members {
		if slices.Contains(g.Members[i].Assigned[topic], partition) {
			return &g.Members[i]
		}
	}
	return nil
}

// NoEpoch stands where an epoch or a generation is not known, or does not exist.
const NoEpoch int32 = -1

// Rebalancing reports whether the members are not agreed on who owns what.
func (g *Group) Rebalancing() bool {
	switch g.State {
	case "PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling":
		return true
	}
	return false
}

// Cooperative reports whether members go on reading what they keep during a
// rebalance (KIP-429, and every kind but the classic).
func (g *Group) Cooperative() bool {
	return g.Kind != Classic && g.Kind != "" || strings.HasPrefix(g.Assignor, "cooperative")
}

// A Topology is what a streams group computes (KIP-1071).
type Topology struct {
	Epoch         int32
	Subtopologies []Subtopology
}

// A Subtopology is a part of a topology that is computed on its own. It has one
// task for each partition of its largest source topic.
type Subtopology struct {
	ID         string
	Sources    []string // topics it reads, repartition topics included
	Sinks      []string // repartition topics it writes
	Changelogs []string // topics that keep its state
}

// ListGroups asks for every group: id, kind, state.
type ListGroups struct{}

func (ListGroups) query() {}

// Every implements Query.
func (ListGroups) Every() time.Duration { return time.Second }

// DescribeGroups asks for the members of groups and what they are assigned.
type DescribeGroups struct{ Groups Names }

func (DescribeGroups) query() {}

// Every implements Query.
func (DescribeGroups) Every() time.Duration { return time.Second }

// GroupsListed replaces the list of groups. What was known of their members is
// carried over.
type GroupsListed struct {
	At     time.Time
	Groups []Group // by ID
	// Problems are of brokers that did not answer. Their groups are not in Groups:
	// those last seen at a broker that lists none now stay as they were.
	Problems []*Problem
}

func (e GroupsListed) apply(s *Snapshot) {
	before := s.Groups
	next, same := carried(e.Groups, before)
	if same == len(before) && same == len(next) {
		return
	}
	if len(e.Problems) > 0 {
		next = withUnheard(next, before)
	}
	s.Groups = next
	s.GroupsAt++
	s.vanished(e.At, before)
}

// carried returns the groups listed with what was known of them before, and how many of
// them are just as they were. Both are sorted, and may be long.
func carried(listed []Group, before []*Group) (next []*Group, same int) {
	next = make([]*Group, len(listed))
	j := 0
	for i := range listed {
		g := &listed[i]
		for j < len(before) && before[j].ID < g.ID {
			j++
		}
		switch {
		case j == len(before) || before[j].ID != g.ID:
			own := *g
			next[i] = &own
		case g.listedAs(before[j]):
			next[i] = before[j]
			same++
		default:
			own := *g
			own.carry(before[j])
			next[i] = &own
		}
	}
	return next, same
}

// listedAs reports whether a listing says nothing of the group that was not known.
func (g *Group) listedAs(old *Group) bool {
	return g.Kind == old.Kind && (g.State == old.State || g.State == "") && g.ProtocolType == old.ProtocolType &&
		g.Coordinator == old.Coordinator && (g.Assignor == old.Assignor || g.Assignor == "")
}

// carry completes a listed group by what was known of it.
func (g *Group) carry(old *Group) {
	g.Members, g.Known, g.Problem = old.Members, old.Known, old.Problem
	g.Assignor = cmp.Or(g.Assignor, old.Assignor)
	g.State = cmp.Or(g.State, old.State)
	g.Epoch, g.Inferred, g.AssignmentEpoch = old.Epoch, old.Inferred, old.AssignmentEpoch
	g.Leader, g.Topology = old.Leader, old.Topology
}

// withUnheard returns the groups listed and those of before whose coordinator
// lists no group any more: it may be the one that did not answer.
func withUnheard(listed, before []*Group) []*Group {
	heard := map[int32]bool{}
	for _, g := range listed {
		heard[g.Coordinator] = true
	}
	all := slices.Clone(listed)
	for _, g := range before {
		if _, ok := FindGroup(listed, g.ID); !ok && !heard[g.Coordinator] {
			all = append(all, g)
		}
	}
	slices.SortFunc(all, func(a, b *Group) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// GroupsDescribed brings some groups with their members.
type GroupsDescribed struct {
	At     time.Time
	Groups []Group
}

func (e GroupsDescribed) apply(s *Snapshot) {
	next := slices.Clone(s.Groups)
	for i := range e.Groups {
		g := e.Groups[i]
		j, ok := FindGroup(next, g.ID)
		if !ok {
			continue
		}
		if old := next[j]; g.Problem != nil {
			problem := g.Problem
			g = *old
			g.Problem = problem
		}
		next[j] = &g
	}
	s.Groups = next
	s.GroupsAt++
	s.polled(e.At, e.Groups)
}

// Group returns the group of that id.
func (s *Snapshot) Group(id string) (*Group, bool) {
	if i, ok := FindGroup(s.Groups, id); ok {
		return s.Groups[i], true
	}
	return nil, false
}

// FindGroup returns where the group of that id is, or would be, in groups.
func FindGroup(groups []*Group, id string) (int, bool) {
	return slices.BinarySearchFunc(groups, id, func(g *Group, id string) int { return strings.Compare(g.ID, id) })
}
