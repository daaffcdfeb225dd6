package grouplog

import (
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

func TestAssigned(t *testing.T) {
	a := kmsg.ConsumerMemberAssignment{Version: 1, Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "a", Partitions: []int32{2, 1}}, {Topic: "b"}}}
	for name, test := range map[string]struct {
		raw  []byte
		want string
		none bool
	}{
		"none":       {nil, "map[]", true},
		"two topics": {a.AppendTo(nil), "map[a:[1 2] b:[]]", false},
		"cut off":    {a.AppendTo(nil)[:9], "map[]", true},
		"foreign":    {[]byte(`{"connector":"x"}`), "map[]", true},
	} {
		if got := Assigned(test.raw); fmt.Sprint(got) != test.want || (got == nil) != test.none {
			t.Errorf("%s: %v, want %s", name, got, test.want)
		}
	}
}

func TestReadClassic(t *testing.T) {
	rack := "a"
	subscription := (&kmsg.ConsumerMemberMetadata{Version: 3, Topics: []string{"b", "a"}, Generation: 7, Rack: &rack}).AppendTo(nil)
	old := (&kmsg.ConsumerMemberMetadata{Version: 1, Topics: []string{"a"}}).AppendTo(nil)
	assignment := (&kmsg.ConsumerMemberAssignment{Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "a", Partitions: []int32{0}}}}).AppendTo(nil)
	connect := (&kmsg.ConnectMemberAssignment{Version: 1, Assignment: []kmsg.ConnectMemberAssignmentAssignment{
		{Connector: "sink", Tasks: []int16{1, -1, 0}}, {Connector: "alone", Tasks: []int16{-1}},
	}}).AppendTo(nil)
	for name, test := range map[string]struct {
		protocol                 string
		subscription, assignment []byte
		want                     string
	}{
		"consumer":                 {"consumer", subscription, assignment, "7 a [a b] map[a:[0]] []"},
		"of a client without it":   {"consumer", old, assignment, "-1  [a] map[a:[0]] []"},
		"nothing told":             {"consumer", nil, nil, "-1  [] map[] []"},
		"damaged":                  {"consumer", subscription[:5], assignment[:5], "-1  [] map[] []"},
		"connect":                  {"connect", []byte{0, 1}, connect, "-1  [] map[] [{active alone [-1] false} {active sink [0 1] false}]"},
		"connect, damaged":         {"connect", nil, connect[:9], "-1  [] map[] []"},
		"somebody's own":           {"mine", subscription, assignment, "-1  [] map[] []"},
		"no protocol: none joined": {"", nil, nil, "-1  [] map[] []"},
	} {
		m := model.Member{Epoch: model.NoEpoch, Assigned: map[string][]int32{}}
		ReadClassic(&m, test.protocol, test.subscription, test.assignment)
		if got := fmt.Sprint(m.Epoch, " ", m.Rack, " ", m.Subscribed, " ", m.Assigned, " ", m.Tasks); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// Members write their subscriptions and leaders their assignments: the bytes may be
// anything.
func FuzzReadClassic(f *testing.F) {
	a := kmsg.ConsumerMemberAssignment{Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "a", Partitions: []int32{1, 2}}}}
	s := kmsg.ConsumerMemberMetadata{Version: 3, Topics: []string{"a"}, Generation: 3}
	c := kmsg.ConnectMemberAssignment{Assignment: []kmsg.ConnectMemberAssignmentAssignment{{Connector: "x", Tasks: []int16{0}}}}
	f.Add(true, s.AppendTo(nil), a.AppendTo(nil))
	f.Add(false, []byte{}, c.AppendTo(nil))
	f.Add(true, []byte{0, 0, 0x7f, 0xff, 0xff, 0xff}, []byte{0, 0, 0x7f, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, consumer bool, subscription, assignment []byte) {
		m := model.Member{Epoch: model.NoEpoch}
		protocol := "connect"
		if consumer {
			protocol = "consumer"
		}
		ReadClassic(&m, protocol, subscription, assignment)
		tasks := 0
		for _, task := range m.Tasks {
			tasks += len(task.Partitions)
		}
		if m.Partitions()*4 > len(assignment) || tasks*2 > len(assignment) || len(m.Subscribed)*2 > len(subscription) || m.Epoch < model.NoEpoch {
			t.Errorf("%+v of %d and %d bytes", m, len(subscription), len(assignment))
		}
	})
}
