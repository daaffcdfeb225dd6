package model

import (
	"strconv"
	"strings"
	"testing"
)

// topicOf writes a topic down: one text for each partition, its leader, then its
// replicas in the order of the assignment: "2 | 1 2 3!". A replica with ! is out
// of sync, one with x is offline; the leader - is none.
func topicOf(name string, partitions ...string) Topic {
	t := Topic{Name: name}
	for i, text := range partitions {
		leader, replicas, _ := strings.Cut(text, "|")
		p := Partition{ID: int32(i), Leader: brokerOf(leader), LeaderEpoch: 7}
		for _, r := range strings.Fields(replicas) {
			state := InSync
			switch {
			case strings.HasSuffix(r, "!"):
				state = OutOfSync
			case strings.HasSuffix(r, "x"):
				state = OfflineReplica
			}
			p.Replicas = append(p.Replicas, Replica{Broker: brokerOf(strings.TrimRight(r, "!x")), State: state})
		}
		t.Partitions = append(t.Partitions, p)
	}
	t.Tally = TallyOf(t.Partitions)
	return t
}

// written is the opposite of topicOf, for one partition.
func written(p Partition) string {
	s := "-"
	if p.Leader != NoBroker {
		s = strconv.Itoa(int(p.Leader))
	}
	s += " |"
	for _, r := range p.Replicas {
		s += " " + strconv.Itoa(int(r.Broker)) + [...]string{"", "!", "x"}[r.State]
	}
	return s
}

func brokerOf(text string) int32 {
	text = strings.TrimSpace(text)
	if text == "-" {
		return NoBroker
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return int32(n)
}

// minISR gives the topic a configuration.
func minISR(t Topic, n int) Topic {
	t.Config = &TopicConfig{MinISR: n}
	return t
}

// brokersIn writes brokers down: id·rack, or id alone; ! is unreached, ? fenced,
// x missing.
func brokersIn(text string) []Broker {
	var all []Broker
	for _, f := range strings.Fields(text) {
		b := Broker{Host: "kafka", Port: 9092}
		for mark, state := range map[string]BrokerState{"!": Unreached, "?": Fenced, "x": Missing} {
			if strings.HasSuffix(f, mark) {
				f, b.State = strings.TrimSuffix(f, mark), state
			}
		}
		n, rack, _ := strings.Cut(f, "·")
		b.ID, b.Rack = brokerOf(n), rack
		all = append(all, b)
	}
	return all
}

// snapshotOf returns what is known of a cluster of these brokers and topics,
// which are sorted by name.
func snapshotOf(brokers string, topics ...Topic) Snapshot {
	s := Snapshot{Brokers: brokersIn(brokers)}
	configs := map[string]*TopicConfig{}
	for _, t := range topics {
		if t.Config != nil {
			configs[t.Name] = t.Config
		}
	}
	return s.Apply(TopicsListed{Topics: topics, Counts: CountsOf(topics)}).Apply(TopicConfigsDescribed{configs})
}

func TestNotation(t *testing.T) {
	for _, text := range []string{"2 | 1 2 3!", "- | 4x", "10 | 10 11x 12"} {
		if got := written(topicOf("t", text).Partitions[0]); got != text {
			t.Errorf("%q is written %q", text, got)
		}
	}
}
