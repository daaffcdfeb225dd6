package model

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// events is one event of each kind that changes something of known, and a second
// one of each that would write where the first one wrote, were anything shared.
func events(times int) []Event {
	at := noon.Add(time.Duration(10+times) * time.Second)
	name := fmt.Sprint("only-", times)
	topics := []Topic{topicOf(name, "3 | 3 1 2"), topicOf("orders", "2 | 1 2")}
	tail := Tail{Targets: TargetOf("orders", AllPartitions)}
	offsets := answered(5000+times, "orders", int64(1000+times), 7)
	offsets.Watched = true
	return []Event{
		Asked{Query: ListTopics{}, At: at},
		Answered{Query: ListTopics{}, At: at, Err: errors.New(name)},
		Forgotten{Queries: []Query{ListTopics{}}},
		Diagnosed{Diagnosis{Started: at, Steps: []Step{{Name: name}}}},
		BrokersListed{At: at, Controller: 1, Brokers: brokersIn("2·x 3·y 8·z")},
		BrokersProbed{At: at, Probes: probesIn("1=ok 2=" + name)},
		BrokerConfigsDescribed{AutoCreate: Tristate(1 + times%2)},
		TopicsListed{At: at, Topics: topics, Counts: CountsOf(topics)},
		TopicDescribed{At: at, Topic: topicOf("orders", "9 | 9 8")},
		TopicConfigsDescribed{map[string]*TopicConfig{"orders": {MinISR: 5 + times}}},
		offsets,
		OffsetsSwept{At: at},
		LogDirsDescribed{NewLogDirs(1, at, nil, map[string][]int64{name: {1}})},
		GroupsListed{Groups: []Group{{ID: "billing", State: name}, {ID: "z" + name}}, Problems: []*Problem{{}}},
		GroupsDescribed{Groups: []Group{{ID: "billing", Assignor: name, Known: true}}},
		TailOpened{Tail: Tail{Targets: TargetOf(name, AllPartitions)}, At: at},
		TailRead{Tail: tail, At: at, Progress: Progress{Read: 3}, Ring: ringOf(name).View()},
		RecordsRead{Tail: tail, At: at, Progress: Progress{Read: 4}},
		TailTroubled{Tail: tail, Problem: &Problem{Says: name}},
		TailNoticed{Tail: tail, Notice: Notice{Text: name}},
		TailFinished{Tail: tail, At: at, Finish: FinishedEnd},
		Produced{Sent{Topic: name}},
		ManySent{Sending{Acknowledged: int64(1 + times), Partitions: []PartitionSent{{Partition: 1, Acknowledged: 1}}}},
		RecordsSettled{Receipts: []Receipt{{Line: 1, Sent: Sent{Topic: name}}, {Line: 2, Problem: &Problem{Says: name}}}},
		ManyPreviewed{Preview{Drafts: []Draft{{Value: []byte(name)}}}},
		PartitionerAudited{&Audit{Read: int64(1 + times)}},
		GroupRetold{Group: Group{ID: "billing", State: name}, History: &History{Group: "billing", Begin: at}, Lag: &GroupLag{At: at}},
		GroupLogged{At: at, Group: "billing", Log: LogState{State: LogFollowed, Read: 1}, Observations: []Observation{
			{At: at, Origin: Logged, Group: Group{ID: "billing", State: "Stable", Epoch: int32(8 + times), Members: memberships("m:1 " + name + ":2")}},
		}},
		GroupLogged{At: at, Group: "billing", Anew: true, Log: LogState{State: LogReading, Read: 0.5}, Observations: []Observation{
			{At: at, Origin: Logged, Past: true, Group: Group{ID: "billing", State: "Stable", Epoch: int32(8 + times), Members: memberships("m:1 " + name + ":2")}},
		}},
		lagsRead(at, "billing", 10+times, 30),
		ResetPlanned{ResetPlan{State: name, Lines: []ResetLine{{Topic: name}}}},
		OffsetsReset{ResetPlan{State: name, Lines: []ResetLine{{Topic: name}}}},
		LabSeen{LabView{[]LabMember{{Name: name}}}},
		SchemaFetched{&Schema{ID: int32(7 + times), Text: name}},
		SubjectsListed{[]string{name}},
		SubjectDescribed{&Subject{Name: name, Schema: &Schema{ID: int32(9 + times)}}},
		ConfigsDescribed{&Configs{Of: TopicsConfigs("orders"), At: at, Entries: []Config{{Name: name}}}},
		ConfigsPlanned{ConfigsPlan{Lines: []ConfigLine{{To: name}}}},
		ConfigsAltered{&Configs{Of: TopicsConfigs("orders"), At: at, Entries: []Config{{Value: name}}}},
		TopicPlanned{TopicPlan{Query: PlanTopic{NewTopic{Name: name}}}},
		TopicCreated{At: at, Topic: topicOf("a"+name, "3 | 3 1 2")},
		PartitionsPlanned{PartitionsPlan{Now: times}},
		PartitionsAdded{At: at, Topic: topicOf("orders", "9 | 9 8", "8 | 8 9")},
		DeletionPlanned{RecordsPlan{Cleanup: name, Lines: []DeletionLine{{To: int64(times)}}}},
		RecordsDeleted{RecordsPlan{Cleanup: name, Lines: []DeletionLine{{To: int64(times)}}}},
		TopicDeleted{At: at, Name: "orders", Problem: &Problem{Kind: Gone, Says: name}},
	}
}

// memberships writes members down, each with the partitions of orders that it is
// assigned: "m1:0,1 m2:2 m3:".
func memberships(text string) []Member {
	var all []Member
	for _, f := range strings.Fields(text) {
		name, list, _ := strings.Cut(f, ":")
		m := Member{ID: name, ClientID: name, Epoch: NoEpoch, Subscribed: []string{"orders"}}
		for _, p := range strings.Split(list, ",") {
			if p != "" {
				if m.Assigned == nil {
					m.Assigned = map[string][]int32{}
				}
				m.Assigned["orders"] = append(m.Assigned["orders"], brokerOf(p))
			}
		}
		all = append(all, m)
	}
	return all
}

// ringOf is a ring that holds a record of each topic.
func ringOf(topics ...string) *Ring {
	ring := NewRing(0)
	for i, topic := range topics {
		ring.Append(&Record{Seq: uint64(i + 1), Topic: topic, Value: []byte(topic)})
	}
	return ring
}

// lagsRead is an answer about one partition of orders.
func lagsRead(at time.Time, group string, committed, end int) LagsRead {
	return LagsRead{At: at, Groups: []GroupRead{{ID: group, Topics: []TopicLag{{Topic: "orders", Partitions: []PartitionLag{
		{ID: 0, Committed: int64(committed), Start: 0, End: int64(end)},
	}}}}}}
}

// known is a snapshot in which everything has a value.
func known() Snapshot {
	s := busy(snapshotOf("1·a 2·b 3·c", minISR(orders(), 2), topicOf("t", "1 | 1", "2 | 2", "3 | 3")), map[int32]float64{1: 5, 2: 6, 3: 7}, map[int32]int64{1: 1, 2: 2})
	s = s.Apply(watched(answered(0, "orders", 1, 2))).Apply(watched(answered(1000, "orders", 3, 5)))
	tail := Tail{Targets: TargetOf("orders", AllPartitions)}
	for _, e := range []Event{
		OffsetsSwept{},
		Answered{Query: ListTopics{}, At: noon},
		GroupsListed{Groups: []Group{{ID: "audit"}, {ID: "billing", State: "Stable"}}},
		GroupsDescribed{Groups: []Group{{ID: "billing", Members: []Member{{ID: "m", Assigned: map[string][]int32{"orders": {1}}}}}}},
		TailOpened{Tail: tail, At: noon},
		TailRead{Tail: tail, At: noon, Progress: Progress{Read: 2}, Ring: ringOf("orders", "orders").View()},
		TailNoticed{Tail: tail, Notice: Notice{Text: "a"}},
		Produced{Sent{Topic: "orders"}},
		Diagnosed{Diagnosis{Started: noon, Steps: []Step{{Name: "resolve"}}}},
		GroupLogged{At: noon, Group: "billing", Observations: []Observation{
			{At: noon, Origin: Logged, Group: Group{ID: "billing", State: "Stable", Epoch: 7, Members: memberships("m:1")}},
		}},
		lagsRead(noon, "billing", 5, 5),
	} {
		s = s.Apply(e)
	}
	return s
}

func TestApplyLeavesTheOldSnapshotAlone(t *testing.T) {
	s := known()
	before := everything(s)
	for i, e := range events(0) {
		next := s.Apply(e)
		after := everything(next)
		if after == before {
			t.Errorf("%T changes nothing: the test sees nothing", e)
		}
		if got := everything(s); got != before {
			t.Fatalf("%T changed the snapshot it was applied to", e)
		}
		s.Apply(events(1)[i])
		next.Apply(events(1)[i])
		if got := everything(next); got != after {
			t.Errorf("two snapshots that follow the same one by %T share what they write", e)
		}
	}
}

func TestEventsAreNotChangedByApply(t *testing.T) {
	s := known()
	for _, e := range events(0) {
		before := everything(e)
		next := s.Apply(e).Apply(e)
		for _, later := range events(1) {
			next = next.Apply(later)
		}
		if got := everything(e); got != before {
			t.Errorf("%T was changed", e)
		}
	}
}

// Every kind of event there is stands in events.
func TestEveryEventIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, e := range events(0) {
		tried[reflect.TypeOf(e).Name()] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "apply" {
				if name := f.Recv.List[0].Type.(*ast.Ident).Name; !tried[name] {
					t.Errorf("%s is not tried", name)
				}
			}
		}
	}
}

// everything writes a value down with everything it points to.
func everything(v any) string {
	var b strings.Builder
	deep(&b, reflect.ValueOf(v))
	return b.String()
}

func deep(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		deep(b, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			b.WriteByte(' ')
			deep(b, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		fmt.Fprintf(b, "[%d", v.Len())
		for i := range v.Len() {
			b.WriteByte(' ')
			deep(b, v.Index(i))
		}
	case reflect.Map:
		deepMap(b, v)
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

func deepMap(b *strings.Builder, v reflect.Value) {
	var entries []string
	for it := v.MapRange(); it.Next(); {
		var e strings.Builder
		fmt.Fprint(&e, it.Key().Type(), " ")
		deep(&e, it.Key())
		e.WriteByte(':')
		deep(&e, it.Value())
		entries = append(entries, e.String())
	}
	slices.Sort(entries)
	fmt.Fprintf(b, "{%s}", strings.Join(entries, ","))
}

func TestListingsAreCounted(t *testing.T) {
	s := known()
	for _, e := range events(0) {
		next := s.Apply(e)
		for what, changed := range map[string][2]bool{
			"topics":  {&s.Topics[0] != &next.Topics[0] || len(s.Topics) != len(next.Topics), s.TopicsAt != next.TopicsAt},
			"groups":  {&s.Groups[0] != &next.Groups[0], s.GroupsAt != next.GroupsAt},
			"brokers": {&s.Brokers[0] != &next.Brokers[0], s.BrokersAt != next.BrokersAt},
		} {
			if changed[0] && !changed[1] {
				t.Errorf("%T makes other %s of the same number", e, what)
			}
		}
	}
}

func TestLast(t *testing.T) {
	for _, c := range []struct {
		n    int
		a, b []int
		want []int
	}{
		{3, nil, nil, nil},
		{3, []int{1}, []int{2}, []int{1, 2}},
		{3, []int{1, 2}, []int{3, 4}, []int{2, 3, 4}},
		{3, []int{1, 2}, []int{3, 4, 5}, []int{3, 4, 5}},
		{3, []int{1, 2}, []int{3, 4, 5, 6}, []int{4, 5, 6}},
		{3, []int{1, 2, 3}, nil, []int{1, 2, 3}},
	} {
		if got := last(c.n, c.a, c.b); !slices.Equal(got, c.want) {
			t.Errorf("last %d of %v and %v is %v, want %v", c.n, c.a, c.b, got, c.want)
		}
	}
}
