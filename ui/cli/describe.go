package cli

import (
	"bufio"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kscope/model"
)

// A describedGroup is what `groups describe` says of one group.
type describedGroup struct {
	Group           string               `json:"group"`
	Type            string               `json:"type"`
	State           *string              `json:"state"`
	ProtocolType    *string              `json:"protocol_type"`
	Protocol        *string              `json:"protocol"`
	Coordinator     *int32               `json:"coordinator"`
	Epoch           *int32               `json:"epoch"`
	EpochInferred   bool                 `json:"epoch_inferred"`
	AssignmentEpoch *int32               `json:"assignment_epoch"`
	Leader          *string              `json:"leader"`
	Lag             *int64               `json:"lag"`
	Topology        *describedTopology   `json:"topology"`
	Members         []describedMember    `json:"members"`
	Partitions      []describedPartition `json:"partitions"`

	word    string
	unknown int // partitions without a lag
}

// A describedTopology is what a streams group computes.
type describedTopology struct {
	Epoch         int32                  `json:"epoch"`
	Subtopologies []describedSubtopology `json:"subtopologies"`
}

type describedSubtopology struct {
	Subtopology string   `json:"subtopology"`
	Sources     []string `json:"sources"`
	Sinks       []string `json:"sinks"`
	Changelogs  []string `json:"changelogs"`
}

// A describedMember is what it says of one member.
type describedMember struct {
	MemberID   string           `json:"member_id"`
	ClientID   string           `json:"client_id"`
	Host       string           `json:"host"`
	InstanceID *string          `json:"instance_id"`
	Rack       *string          `json:"rack"`
	Epoch      *int32           `json:"epoch"`
	Subscribed []string         `json:"subscribed"`
	Pattern    *string          `json:"pattern"`
	Assignment []topicPartition `json:"assignment"`
	Target     []topicPartition `json:"target"`
	Tasks      []describedTask  `json:"tasks"`

	name string
	lag  *int64
}

type describedTask struct {
	Type        string  `json:"type"`
	Subtopology string  `json:"subtopology"`
	Partitions  []int32 `json:"partitions"`
	Target      bool    `json:"target"`
}

type topicPartition struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
}

// A describedPartition is what it says of one partition that the group has to do
// with.
type describedPartition struct {
	Topic           string   `json:"topic"`
	Partition       int32    `json:"partition"`
	CommittedOffset *int64   `json:"committed_offset"`
	LogStartOffset  *int64   `json:"log_start_offset"`
	LogEndOffset    *int64   `json:"log_end_offset"`
	Lag             *int64   `json:"lag"`
	MemberID        *string  `json:"member_id"`
	MemberIDs       []string `json:"member_ids"`

	owners []string // as the table calls them
}

const describedNames = `group type state protocol_type protocol coordinator epoch epoch_inferred
assignment_epoch leader lag topology[epoch subtopologies[subtopology sources sinks changelogs]]
members[member_id client_id host instance_id rack epoch subscribed pattern assignment[topic partition]
target[topic partition] tasks[type subtopology partitions target]]
partitions[topic partition committed_offset log_start_offset log_end_offset lag member_id member_ids]`

func (a *app) describeGroups() *cobra.Command {
	output := "table"
	c := &cobra.Command{
		Use:   "describe GROUP...",
		Short: "Print the members of groups, what each owns, and how far it is behind",
		Long: `Print the members of groups, what each owns, and how far it is behind.

EPOCH is the generation of a classic group, which Kafka does not tell: it is
inferred from what the members say of the one they came from, and marked ~. Of
other groups it is the group epoch. COMMITTED of a share group is its start
offset, and a partition may be several members'. LAG is the log end less the
committed offset; where compaction or transactions left offsets without a record
it counts these too.` + aboutJSON(describedNames) + `
The member_id of a partition is that of its owner: null if nobody owns it, if
members share it, or if their protocol is not a consumer's; member_ids are all
who read it.` + aboutMissing,
		Example: examples(
			"kscope groups describe -b kafka-1:9092 billing",
			"kscope groups describe -b kafka-1:9092 billing -o json | jq '.[0].partitions[] | select(.member_id == null)'"),
		Args: someGroups,
	}
	c.Flags().VarP(choice{&output, "FORMAT", listFormats}, "output", "o", "print tables, or json for machines")
	completes(c, "output", listFormats...)
	c.RunE = a.running(func(ctx context.Context, names []string) error {
		groups, n, err := a.describe(ctx, names)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(a.std.Out)
		if output == "json" {
			err = writeArray(out, groups)
		} else {
			writeGroups(out, groups)
		}
		if err = cmp.Or(err, out.Flush()); err != nil {
			return err
		}
		return exit(n.status)
	})
	return c
}

// someGroups takes the names of one group or more.
func someGroups(c *cobra.Command, names []string) error {
	if len(names) == 0 || slices.Contains(names, "") {
		return wrong("%s takes the names of one group or more", c.CommandPath())
	}
	return nil
}

func (a *app) describe(ctx context.Context, names []string) ([]describedGroup, *notes, error) {
	source, letGo, err := a.open(ctx, DemoOptions{Settled: true})
	if err != nil {
		return nil, nil, err
	}
	defer letGo()
	n := &notes{app: a}
	groups, err := (&answer{source: source}).described(ctx, want{names: names}, n)
	return groups, n, err
}

// described asks for everything about the groups that are wanted.
func (a *answer) described(ctx context.Context, w want, n *notes) ([]describedGroup, error) {
	listed, err := a.groups(ctx, w, n)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	of := namesOf(w, listed, groupID)
	a.askGroups(ctx, of, n)
	all := make([]describedGroup, len(listed))
	for i, g := range listed {
		if now, ok := a.Group(g.ID); ok {
			g = now
		}
		all[i] = describedOf(g, a.Lags[g.ID])
		n.member(g, w)
		n.lag(g.ID, a.Lags[g.ID])
	}
	n.flush()
	return all, nil
}

func describedOf(g *model.Group, lag *model.GroupLag) describedGroup {
	row := rowOf(g, lag)
	d := describedGroup{
		Group: row.Group, Type: row.Type, State: row.State, Protocol: row.Protocol, Coordinator: row.Coordinator, Lag: row.Lag,
		ProtocolType: filled(g.ProtocolType), Leader: filled(g.Leader),
		Epoch: epoch(g.Epoch), EpochInferred: g.Inferred, AssignmentEpoch: epoch(g.AssignmentEpoch),
		Topology: describedTopologyOf(g.Topology), word: row.word,
	}
	if lag != nil {
		d.unknown = lag.Unknown
	}
	if g.Known {
		d.Members = make([]describedMember, len(g.Members))
		for i := range g.Members {
			d.Members[i] = describedMemberOf(g, &g.Members[i], lag)
		}
	}
	d.Partitions = describedPartitionsOf(g, lag)
	return d
}

func describedTopologyOf(t *model.Topology) *describedTopology {
	if t == nil {
		return nil
	}
	d := &describedTopology{Epoch: t.Epoch, Subtopologies: make([]describedSubtopology, len(t.Subtopologies))}
	for i, s := range t.Subtopologies {
		d.Subtopologies[i] = describedSubtopology{s.ID, list(s.Sources), list(s.Sinks), list(s.Changelogs)}
	}
	return d
}

func describedMemberOf(g *model.Group, m *model.Member, lag *model.GroupLag) describedMember {
	d := describedMember{
		MemberID: m.ID, ClientID: m.ClientID, Host: m.Host, InstanceID: filled(m.InstanceID), Rack: filled(m.Rack),
		Epoch: epoch(m.Epoch), Subscribed: m.Subscribed, Pattern: filled(m.Pattern),
		Assignment: topicPartitions(m.Assigned), Target: topicPartitions(m.Target), name: memberName(g, m),
	}
	for _, t := range m.Tasks {
		d.Tasks = append(d.Tasks, describedTask{string(t.Kind), t.Subtopology, list(t.Partitions), t.Target})
	}
	for _, tp := range d.Assignment {
		if p := lag.Partition(tp.Topic, tp.Partition); p != nil && p.Lag != model.NoLag {
			sum := p.Lag
			if d.lag != nil {
				sum += *d.lag
			}
			d.lag = &sum
		}
	}
	return d
}

// topicPartitions lists what a map holds, by topic and partition; nil for none.
func topicPartitions(of map[string][]int32) []topicPartition {
	if of == nil {
		return nil
	}
	all := []topicPartition{}
	for topic, partitions := range of {
		for _, p := range partitions {
			all = append(all, topicPartition{topic, p})
		}
	}
	slices.SortFunc(all, topicPartition.compare)
	return all
}

func (a topicPartition) compare(b topicPartition) int {
	return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

// describedPartitionsOf lists the partitions that a group has to do with: those
// whose lag was asked for, and those that a member is assigned.
func describedPartitionsOf(g *model.Group, lag *model.GroupLag) []describedPartition {
	rows := map[topicPartition]*describedPartition{}
	row := func(tp topicPartition) *describedPartition {
		if rows[tp] == nil {
			rows[tp] = &describedPartition{Topic: tp.Topic, Partition: tp.Partition, MemberIDs: []string{}}
		}
		return rows[tp]
	}
	if lag != nil {
		for _, t := range lag.Topics {
			for _, p := range t.Partitions {
				r := row(topicPartition{t.Topic, p.ID})
				r.CommittedOffset, r.LogStartOffset, r.LogEndOffset = offset(p.Committed), offset(p.Start), offset(p.End)
				r.Lag = offset(p.Lag)
			}
		}
	}
	for i := range g.Members {
		m := &g.Members[i]
		for _, tp := range topicPartitions(m.Assigned) {
			r := row(tp)
			r.MemberIDs = append(r.MemberIDs, m.ID)
			r.owners = append(r.owners, memberName(g, m))
		}
	}
	all := make([]describedPartition, 0, len(rows))
	for _, r := range rows {
		if len(r.MemberIDs) == 1 && g.Kind != model.Share {
			r.MemberID = &r.MemberIDs[0]
		}
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b describedPartition) int {
		return topicPartition{a.Topic, a.Partition}.compare(topicPartition{b.Topic, b.Partition})
	})
	return all
}

// memberName is what a table calls a member: its instance id, or its client id
// unless others of the group have the same, or its member id.
func memberName(g *model.Group, m *model.Member) string {
	if m.InstanceID != "" {
		return m.InstanceID
	}
	same := func(o model.Member) bool { return o.ID != m.ID && o.ClientID == m.ClientID }
	if m.ClientID == "" || slices.ContainsFunc(g.Members, same) {
		return m.ID
	}
	return m.ClientID
}

// filled is nil for an empty text, which stands for what is not there.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func epoch(n int32) *int32 {
	if n == model.NoEpoch {
		return nil
	}
	return &n
}

// offset is nil for one that is not known. A lag is no other.
func offset(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}

// list is v, but never null in JSON.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}
