package recording

import (
	"cmp"
	"slices"
	"time"

	"kscope/model"
)

// groupFields are the names of model.Group on a line. What is not known, or not
// there, is left out.
type groupFields struct {
	Type            string        `json:"type,omitzero"`
	State           string        `json:"state,omitzero"`
	ProtocolType    string        `json:"protocol_type,omitzero"`
	Protocol        string        `json:"protocol,omitzero"`
	Coordinator     *int32        `json:"coordinator,omitzero"`
	Epoch           *int32        `json:"epoch,omitzero"`
	EpochInferred   bool          `json:"epoch_inferred,omitzero"`
	AssignmentEpoch *int32        `json:"assignment_epoch,omitzero"`
	Leader          string        `json:"leader,omitzero"`
	Topology        *topologyLine `json:"topology,omitzero"`
	Known           bool          `json:"known,omitzero"`
	Members         []memberLine  `json:"members,omitzero"`
	Problem         *problemLine  `json:"problem,omitzero"`
}

type topologyLine struct {
	Epoch         int32             `json:"epoch"`
	Subtopologies []subtopologyLine `json:"subtopologies"`
}

type subtopologyLine struct {
	Subtopology string   `json:"subtopology"`
	Sources     []string `json:"sources,omitzero"`
	Sinks       []string `json:"sinks,omitzero"`
	Changelogs  []string `json:"changelogs,omitzero"`
}

type memberLine struct {
	MemberID           string       `json:"member_id"`
	ClientID           string       `json:"client_id"`
	Host               string       `json:"host"`
	InstanceID         string       `json:"instance_id,omitzero"`
	Rack               string       `json:"rack,omitzero"`
	Epoch              *int32       `json:"epoch,omitzero"`
	State              string       `json:"state,omitzero"`
	Speaks             string       `json:"speaks,omitzero"`
	Subscribed         []string     `json:"subscribed,omitzero"`
	Pattern            string       `json:"pattern,omitzero"`
	Assignment         []assignment `json:"assignment,omitzero"`
	Target             []assignment `json:"target,omitzero"`
	Tasks              []taskLine   `json:"tasks,omitzero"`
	SessionTimeoutMs   int64        `json:"session_timeout_ms,omitzero"`
	RebalanceTimeoutMs int64        `json:"rebalance_timeout_ms,omitzero"`
}

type assignment struct {
	Topic      string  `json:"topic"`
	Partitions []int32 `json:"partitions"`
}

type taskLine struct {
	Type        string  `json:"type"`
	Subtopology string  `json:"subtopology"`
	Partitions  []int32 `json:"partitions"`
	Target      bool    `json:"target,omitzero"`
}

func fieldsOf(g *model.Group) groupFields {
	return groupFields{
		Type: string(g.Kind), State: g.State, ProtocolType: g.ProtocolType, Protocol: g.Assignor,
		Coordinator: unless(model.NoBroker, g.Coordinator), Epoch: unless(model.NoEpoch, g.Epoch), EpochInferred: g.Inferred,
		AssignmentEpoch: unless(model.NoEpoch, g.AssignmentEpoch), Leader: g.Leader, Topology: topologyLineOf(g.Topology),
		Known: g.Known, Members: each(g.Members, memberLineOf), Problem: problemLineOf(g.Problem),
	}
}

func (f *groupFields) group(id string) model.Group {
	return model.Group{
		ID: id, Kind: model.GroupKind(f.Type), State: f.State, ProtocolType: f.ProtocolType, Assignor: f.Protocol,
		Coordinator: or(f.Coordinator, model.NoBroker), Epoch: or(f.Epoch, model.NoEpoch), Inferred: f.EpochInferred,
		AssignmentEpoch: or(f.AssignmentEpoch, model.NoEpoch), Leader: f.Leader, Topology: f.Topology.topology(),
		Known: f.Known, Members: each(f.Members, (*memberLine).member), Problem: f.Problem.problem(),
	}
}

func memberLineOf(m *model.Member) memberLine {
	return memberLine{
		MemberID: m.ID, ClientID: m.ClientID, Host: m.Host, InstanceID: m.InstanceID, Rack: m.Rack,
		Epoch: unless(model.NoEpoch, m.Epoch), State: m.State, Speaks: m.Speaks, Subscribed: m.Subscribed, Pattern: m.Pattern,
		Assignment: assignmentOf(m.Assigned), Target: assignmentOf(m.Target), Tasks: each(m.Tasks, taskLineOf),
		SessionTimeoutMs: m.SessionTimeout.Milliseconds(), RebalanceTimeoutMs: m.RebalanceTimeout.Milliseconds(),
	}
}

func (l *memberLine) member() model.Member {
	return model.Member{
		ID: l.MemberID, ClientID: l.ClientID, Host: l.Host, InstanceID: l.InstanceID, Rack: l.Rack,
		Epoch: or(l.Epoch, model.NoEpoch), State: l.State, Speaks: l.Speaks, Subscribed: l.Subscribed, Pattern: l.Pattern,
		Assigned: partitionsOf(l.Assignment), Target: partitionsOf(l.Target), Tasks: each(l.Tasks, (*taskLine).task),
		SessionTimeout: milliseconds(l.SessionTimeoutMs), RebalanceTimeout: milliseconds(l.RebalanceTimeoutMs),
	}
}

func taskLineOf(t *model.Task) taskLine {
	return taskLine{string(t.Kind), t.Subtopology, t.Partitions, t.Target}
}

func (l *taskLine) task() model.Task {
	return model.Task{Kind: model.TaskKind(l.Type), Subtopology: l.Subtopology, Partitions: l.Partitions, Target: l.Target}
}

func topologyLineOf(t *model.Topology) *topologyLine {
	if t == nil {
		return nil
	}
	return &topologyLine{t.Epoch, each(t.Subtopologies, func(s *model.Subtopology) subtopologyLine {
		return subtopologyLine{s.ID, s.Sources, s.Sinks, s.Changelogs}
	})}
}

func (l *topologyLine) topology() *model.Topology {
	if l == nil {
		return nil
	}
	return &model.Topology{Epoch: l.Epoch, Subtopologies: each(l.Subtopologies, func(s *subtopologyLine) model.Subtopology {
		return model.Subtopology{ID: s.Subtopology, Sources: s.Sources, Sinks: s.Sinks, Changelogs: s.Changelogs}
	})}
}

// assignmentOf lists what a member has, by topic; nil for none.
func assignmentOf(topics map[string][]int32) []assignment {
	if topics == nil {
		return nil
	}
	all := make([]assignment, 0, len(topics))
	for topic, partitions := range topics {
		all = append(all, assignment{topic, partitions})
	}
	slices.SortFunc(all, func(a, b assignment) int { return cmp.Compare(a.Topic, b.Topic) })
	return all
}

func partitionsOf(all []assignment) map[string][]int32 {
	if all == nil {
		return nil
	}
	topics := make(map[string][]int32, len(all))
	for _, a := range all {
		topics[a.Topic] = append(topics[a.Topic], a.Partitions...)
	}
	return topics
}

// each turns every element of a list; nil stays nil.
func each[A, B any](list []A, turn func(*A) B) []B {
	if list == nil {
		return nil
	}
	turned := make([]B, len(list))
	for i := range list {
		turned[i] = turn(&list[i])
	}
	return turned
}

// unless is nil for the value that stands for none.
func unless[N comparable](none, n N) *N {
	if n == none {
		return nil
	}
	return &n
}

func or[N any](n *N, none N) N {
	if n == nil {
		return none
	}
	return *n
}

// longest is the longest time that fits; a longer one is not a timeout.
const longest = int64(1<<63-1) / int64(time.Millisecond)

func milliseconds(n int64) time.Duration {
	if n < 0 || n > longest {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}
