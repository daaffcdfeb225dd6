package model

import (
	"strings"
	"testing"
)

func TestTopicNameProblem(t *testing.T) {
	for name, says := range map[string]string{
		"orders": "", "a": "", "Orders.v2_final-1": "", strings.Repeat("x", 249): "", "...": "",
		"":                       "A topic needs a name",
		".":                      "The name of a topic cannot be .",
		"..":                     "The name of a topic cannot be ..",
		"a b":                    `' ' cannot be in the name of a topic`,
		"straße":                 `'ß' cannot be in the name of a topic`,
		"a/b":                    `'/' cannot be in the name of a topic`,
		"a\x1b[2J":               `'\x1b' cannot be in the name of a topic`,
		"a\xff":                  `'�' cannot be in the name of a topic`,
		strings.Repeat("x", 250): "The name is 250 characters long, and Kafka takes 249",
	} {
		got := ""
		if p := TopicNameProblem(name); p != nil {
			got = p.Says
		}
		if got != says {
			t.Errorf("%q: %q, want %q", name, got, says)
		}
	}
}

func TestNameClash(t *testing.T) {
	topics := []*Topic{{Name: "a.b"}, {Name: "orders"}, {Name: "x_y.z"}}
	for name, says := range map[string]string{
		"orders": "Topic orders exists already", "orders2": "", "a.b": "Topic a.b exists already", "ab": "", "a-b": "",
		"a_b":                "The name collides with topic a.b: in names of metrics . and _ are the same",
		"x.y_z":              "The name collides with topic x_y.z: in names of metrics . and _ are the same",
		"__consumer_offsets": "Kafka creates __consumer_offsets itself, as it needs it",
	} {
		got := ""
		if p := NameClash(name, topics); p != nil {
			got = p.Says
		}
		if got != says {
			t.Errorf("%s: %q, want %q", name, got, says)
		}
	}
}

func TestNameCaution(t *testing.T) {
	for name, want := range map[string]bool{"orders": false, "a.b": false, "a_b": false, "a.b_c": true, "__own": true} {
		if got := NameCaution(name) != ""; got != want {
			t.Errorf("%s: %q", name, NameCaution(name))
		}
	}
}

func TestTopicCreated(t *testing.T) {
	s := Snapshot{}.Apply(TopicsListed{Topics: []Topic{{Name: "a"}, {Name: "c"}}, Counts: CountsOf([]Topic{{Name: "a"}, {Name: "c"}})})
	before := s
	made := Topic{Name: "b", Partitions: []Partition{{ID: 0, Leader: 1, Replicas: []Replica{{Broker: 1}}}}}
	made.Tally = TallyOf(made.Partitions)
	s = s.Apply(TopicCreated{Topic: made}).Apply(TopicCreated{Topic: made})
	var names []string
	for _, topic := range s.Topics {
		names = append(names, topic.Name)
	}
	if strings.Join(names, " ") != "a b c" || s.Counts.Partitions != 1 || len(before.Topics) != 2 {
		t.Errorf("there are %v, %d partitions; before %d topics", names, s.Counts.Partitions, len(before.Topics))
	}
	s = s.Apply(TopicDeleted{Name: "b", Problem: &Problem{Kind: Gone}})
	if b, _ := s.Topic("b"); b.Problem == nil || len(b.Partitions) != 1 {
		t.Errorf("deleted, it is %+v", b)
	}
}
