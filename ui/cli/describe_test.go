package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

// described is a cluster with a group of each kind, seen from close by.
func described() *script {
	groups := []model.Group{
		{
			ID: "audit", Kind: model.Consumer, State: "Reconciling", ProtocolType: "consumer", Assignor: "uniform", Coordinator: 1,
			Epoch: 9, AssignmentEpoch: 8, Known: true, Members: []model.Member{
				{
					ID: "audit-id-1", ClientID: "audit", InstanceID: "audit-a", Rack: "b", Host: "10.0.0.1", Epoch: 9,
					Subscribed: []string{"orders"}, Assigned: map[string][]int32{"orders": {1, 0}}, Target: map[string][]int32{"orders": {0}},
				},
				{ID: "audit-id-2", ClientID: "audit", Host: "10.0.0.2", Epoch: 8, Pattern: "ord.*", Assigned: map[string][]int32{}, Target: map[string][]int32{"orders": {1}}},
			},
		},
		{
			ID: "billing", Kind: model.Classic, State: "Stable", ProtocolType: "consumer", Assignor: "range", Coordinator: 2,
			Epoch: 7, Inferred: true, AssignmentEpoch: model.NoEpoch, Leader: "b-1", Known: true, Members: []model.Member{
				{ID: "b-1", ClientID: "billing-1", Host: "10.0.0.3", Epoch: 6, Assigned: map[string][]int32{"orders": {0}, "payments": {0}}},
				{ID: "b-2", ClientID: "billing-2", Host: "10.0.0.3", Epoch: model.NoEpoch, Assigned: map[string][]int32{}},
			},
		},
		{
			ID: "pool", Kind: model.Share, State: "Stable", ProtocolType: "share", Assignor: "simple", Coordinator: 3,
			Epoch: 2, AssignmentEpoch: 2, Known: true, Members: []model.Member{
				{ID: "s-1", ClientID: "pool-1", Host: "10.0.0.4", Epoch: 2, Assigned: map[string][]int32{"orders": {0, 1}}},
				{ID: "s-2", ClientID: "pool-2", Host: "10.0.0.5", Epoch: 2, Assigned: map[string][]int32{"orders": {0}}},
			},
		},
		{ID: "sink", Kind: model.Classic, ProtocolType: "connect", Coordinator: model.NoBroker, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch, Known: true, State: "Stable", Members: []model.Member{
			{ID: "w-1", ClientID: "worker", Epoch: model.NoEpoch, SessionTimeout: time.Second},
		}},
		{
			ID: "totals", Kind: model.Streams, State: "Stable", ProtocolType: "streams", Coordinator: 1, Epoch: 3, AssignmentEpoch: 3, Known: true,
			Topology: &model.Topology{Epoch: 1, Subtopologies: []model.Subtopology{{ID: "0", Sources: []string{"orders"}, Changelogs: []string{"totals-store-changelog"}}}},
			Members: []model.Member{{
				ID: "t-1", ClientID: "totals", Host: "10.0.0.6", Epoch: 3, Assigned: map[string][]int32{"orders": {0}},
				Tasks: []model.Task{{Kind: model.ActiveTask, Subtopology: "0", Partitions: []int32{0}}, {Kind: model.WarmupTask, Subtopology: "0", Partitions: []int32{1}, Target: true}},
			}},
		},
	}
	lag := func(topic string, ps ...model.PartitionLag) model.TopicLag {
		return model.TopicLag{Topic: topic, Partitions: ps}
	}
	reads := []model.GroupRead{
		{ID: "audit", Topics: []model.TopicLag{lag("orders", model.PartitionLag{Committed: 300, Start: 10, End: 331}, model.PartitionLag{ID: 1, Committed: -1, Start: 0, End: 12})}},
		{ID: "billing", Topics: []model.TopicLag{
			lag("orders", model.PartitionLag{Committed: 331, Start: 10, End: 331}, model.PartitionLag{ID: 1, Committed: 2, Start: 0, End: 12}),
			{Topic: "payments", Partitions: []model.PartitionLag{{Committed: 5, Start: -1, End: -1}}, Problem: &model.Problem{Kind: model.Denied, Says: "No", Right: model.Right{Operation: "Describe", Resource: "Topic payments"}}},
		}},
		{ID: "pool", Topics: []model.TopicLag{lag("orders", model.PartitionLag{Committed: 300, Start: 10, End: 331}, model.PartitionLag{ID: 1, Committed: 12, Start: 0, End: 12})}},
		{ID: "totals", Problem: denied},
	}
	listed := slices.Clone(groups)
	for i := range listed {
		listed[i].Members, listed[i].Known = nil, false
	}
	s := &script{says: map[model.Query][]model.Event{model.ListGroups{}: {model.GroupsListed{At: at, Groups: listed}}}, fails: map[model.Query]error{}}
	for i := range groups {
		of := model.NamesOf(groups[i].ID)
		s.says[model.DescribeGroups{Groups: of}] = []model.Event{model.GroupsDescribed{At: at, Groups: groups[i : i+1]}}
	}
	for i := range reads {
		s.says[model.ReadLags{Groups: model.NamesOf(reads[i].ID)}] = []model.Event{model.LagsRead{At: at, Groups: reads[i : i+1]}}
	}
	for _, names := range [][]string{{"audit", "billing"}, {"audit", "billing", "pool", "sink", "totals"}} {
		of := model.NamesOf(names...)
		for _, name := range names {
			one := model.NamesOf(name)
			s.says[model.DescribeGroups{Groups: of}] = append(s.says[model.DescribeGroups{Groups: of}], s.says[model.DescribeGroups{Groups: one}]...)
			s.says[model.ReadLags{Groups: of}] = append(s.says[model.ReadLags{Groups: of}], s.says[model.ReadLags{Groups: one}]...)
		}
	}
	return s
}

func TestGroupsAreDescribed(t *testing.T) {
	for _, words := range []string{"audit", "billing", "pool", "sink", "totals", "billing audit"} {
		for _, format := range []string{"table", "json"} {
			name := "describe-" + strings.ReplaceAll(words, " ", "-") + "." + format
			t.Run(name, func(t *testing.T) {
				s := shell{script: described()}
				status, out, errs := s.run(t, onB("groups describe "+words+" -o "+format)...)
				if status != done || s.closed != 1 {
					t.Errorf("status %d, let go %d times", status, s.closed)
				}
				golden(t, name, out+"--- stderr\n"+errs)
			})
		}
	}
}

func TestDescribingWhatIsNotThere(t *testing.T) {
	s := shell{script: described()}
	status, out, errs := s.run(t, onB("groups describe nope -o json")...)
	if status != failed || out != "[]\n" || errs != "kscope: there is no group \"nope\", or no right to see it\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	status, out, errs = s.run(t, onB("groups describe nope sink")...)
	if status != failed || !strings.HasPrefix(out, "group        sink\n") || !strings.Contains(errs, `"nope"`) {
		t.Errorf("%d %q %q", status, out, errs)
	}

	s.script.says[model.DescribeGroups{Groups: model.NamesOf("sink")}] = []model.Event{model.GroupsDescribed{At: at, Groups: []model.Group{
		{ID: "sink", Problem: &model.Problem{Kind: model.Gone, Says: "There is no group sink any more"}},
	}}}
	status, out, errs = s.run(t, onB("groups describe sink -o json")...)
	if status != failed || !strings.Contains(out, `"members":null`) || !strings.Contains(errs, "There is no group sink any more") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	for _, words := range []string{"", "audit -o line"} {
		if status, _, errs := s.run(t, onB("groups describe "+words)...); status != misuse || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q", words, status, errs)
		}
	}
}

func TestAWholeDescriptionIsDocumented(t *testing.T) {
	s := shell{script: described()}
	_, out, _ := s.run(t, onB("groups describe audit billing pool sink totals -o json")...)
	var groups []any
	if err := json.Unmarshal([]byte(out), &groups); err != nil || len(groups) != 5 {
		t.Fatalf("%v: %s", err, out)
	}
	names := map[string]bool{}
	collect(groups, names)
	_, help, _ := s.run(t, "groups", "describe", "--help")
	for name := range names {
		if !strings.Contains(help, name) {
			t.Errorf("the help does not say %s", name)
		}
	}
	for _, word := range strings.FieldsFunc(describedNames, func(r rune) bool { return strings.ContainsRune(" []\n", r) }) {
		if !names[word] {
			t.Errorf("no group has %s", word)
		}
	}
}

// collect adds the names of all objects in v.
func collect(v any, names map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collect(e, names)
		}
	case map[string]any:
		for name, e := range v {
			names[name] = true
			collect(e, names)
		}
	}
}

func TestHostileMembersStayText(t *testing.T) {
	s := shell{script: &script{says: map[model.Query][]model.Event{
		model.ListGroups{}: {model.GroupsListed{At: at, Groups: []model.Group{{ID: "g"}}}},
		model.DescribeGroups{Groups: model.NamesOf("g")}: {model.GroupsDescribed{At: at, Groups: []model.Group{{
			ID: "g", Kind: model.GroupKind(nasty), State: nasty, Assignor: nasty, Leader: nasty, Known: true,
			Members: []model.Member{{ID: nasty, ClientID: nasty, InstanceID: nasty, Host: nasty, Rack: nasty, Assigned: map[string][]int32{nasty: {0}},
				Tasks: []model.Task{{Kind: model.TaskKind(nasty), Subtopology: nasty, Partitions: []int32{1}}}}},
		}}}},
	}}}
	for _, format := range listFormats {
		status, out, errs := s.run(t, onB("groups describe g -o "+format)...)
		if status != done {
			t.Errorf("%d %q", status, errs)
		}
		plain(t, out+errs)
	}
}
