package grouplog

import (
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// ReadClassic completes a member of a classic group by what it said when it joined
// and what the leader assigned it. Brokers pass both on without looking: bytes that
// are not what the protocol type promises leave the fields as unknown, Assigned nil.
//
// Of protocol type consumer it reads topics, rack, generation and assignment
// (KIP-429, KIP-792, KIP-881). Connect's workers have tasks of connectors instead of
// partitions: they become Tasks, with the connector's name as the subtopology. All
// other types stay as they are.
func ReadClassic(m *model.Member, protocolType string, subscription, assignment []byte) {
	m.Assigned = nil
	switch protocolType {
	case "consumer":
		m.Assigned = Assigned(assignment)
		readSubscription(m, subscription)
	case "connect":
		m.Tasks = connectTasks(assignment)
	}
}

func readSubscription(m *model.Member, raw []byte) {
	var s kmsg.ConsumerMemberMetadata
	if len(raw) == 0 || s.ReadFrom(raw) != nil {
		return
	}
	m.Subscribed = slices.Sorted(slices.Values(append([]string{}, s.Topics...)))
	m.Epoch = max(model.NoEpoch, s.Generation)
	if s.Rack != nil {
		m.Rack = *s.Rack
	}
}

// Assigned reads what a member of a classic consumer group is assigned, in order;
// nil if the bytes are not that.
func Assigned(raw []byte) map[string][]int32 {
	var a kmsg.ConsumerMemberAssignment
	if len(raw) == 0 || a.ReadFrom(raw) != nil {
		return nil
	}
	topics := make(map[string][]int32, len(a.Topics))
	for _, t := range a.Topics {
		topics[t.Topic] = append(topics[t.Topic], t.Partitions...)
	}
	for t := range topics {
		slices.Sort(topics[t])
	}
	return topics
}

// connectTasks reads a Connect worker's assignment. A worker has the connectors
// themselves, too, as task -1: they are left out unless they are all it has.
func connectTasks(raw []byte) []model.Task {
	var a kmsg.ConnectMemberAssignment
	if len(raw) == 0 || a.ReadFrom(raw) != nil {
		return nil
	}
	of := map[string][]int32{}
	for _, c := range a.Assignment {
		for _, task := range c.Tasks {
			of[c.Connector] = append(of[c.Connector], int32(task))
		}
	}
	var tasks []model.Task
	for _, connector := range slices.Sorted(maps.Keys(of)) {
		ids := of[connector]
		slices.Sort(ids)
		if own := slices.DeleteFunc(slices.Clone(ids), func(id int32) bool { return id < 0 }); len(own) > 0 {
			ids = own
		}
		tasks = append(tasks, model.Task{Kind: model.ActiveTask, Subtopology: connector, Partitions: ids})
	}
	return tasks
}
