package model

import (
	"fmt"
	"testing"
	"time"
)

// A large cluster: 10,000 topics of 20 partitions with 3 replicas on 100 brokers.
const (
	manyTopics     = 10_000
	manyPartitions = 20
	manyBrokers    = 100
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func largeBrokers() []Broker {
	var all []Broker
	for id := range int32(manyBrokers) {
		all = append(all, Broker{ID: id, Host: fmt.Sprintf("kafka-%d.example", id), Port: 9092, Rack: string('a' + id%3), State: Up})
	}
	return all
}

func largeTopics() []Topic {
	all := make([]Topic, manyTopics)
	for i := range all {
		t := &all[i]
		t.Name, t.ID[0], t.ID[1] = fmt.Sprintf("topic-%05d", i), byte(i), byte(i>>8)
		for p := range manyPartitions {
			at := int32(i + p)
			t.Partitions = append(t.Partitions, Partition{ID: int32(p), Leader: at % manyBrokers, Replicas: []Replica{
				{Broker: at % manyBrokers}, {Broker: (at + 1) % manyBrokers}, {Broker: (at + 2) % manyBrokers},
			}})
		}
		t.Tally = TallyOf(t.Partitions)
	}
	return all
}

// someOffsets returns the offsets of n topics after so many seconds.
func someOffsets(topics []Topic, n, seconds int) []TopicOffsets {
	all := make([]TopicOffsets, n)
	for i := range all {
		o := &all[i]
		o.Name, o.Start, o.End = topics[i].Name, make([]int64, manyPartitions), make([]int64, manyPartitions)
		for p := range o.End {
			o.End[p] = int64(100 * (p + 1) * seconds)
		}
	}
	return all
}

// large returns a snapshot of the large cluster about which everything is known.
func large() (Snapshot, []Topic) {
	topics := largeTopics()
	s := Snapshot{}.
		Apply(BrokersListed{At: noon, Brokers: largeBrokers()}).
		Apply(TopicsListed{At: noon, Topics: topics, Counts: CountsOf(topics)}).
		Apply(OffsetsListed{At: noon, Topics: someOffsets(topics, manyTopics, 0)}).
		Apply(OffsetsListed{At: noon.Add(time.Second), Topics: someOffsets(topics, manyTopics, 1)})
	configs := map[string]*TopicConfig{}
	for i := range topics {
		configs[topics[i].Name] = &TopicConfig{MinISR: 2}
	}
	s = s.Apply(TopicConfigsDescribed{configs})
	for id := range int32(manyBrokers) {
		sizes := map[string][]int64{}
		for i := range topics {
			for p := range topics[i].Partitions {
				if topics[i].Partitions[p].Role(id) != NoReplica {
					if sizes[topics[i].Name] == nil {
						sizes[topics[i].Name] = unknownBytes(manyPartitions)
					}
					sizes[topics[i].Name][p] = 1 << 20
				}
			}
		}
		s = s.Apply(LogDirsDescribed{NewLogDirs(id, noon, nil, sizes)})
	}
	return s, topics
}

func unknownBytes(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = NoBytes
	}
	return all
}

func BenchmarkApply(b *testing.B) {
	s, topics := large()
	groups := make([]Group, 1000)
	for i := range groups {
		groups[i] = Group{ID: fmt.Sprintf("group-%04d", i), Coordinator: int32(i % manyBrokers)}
	}
	s = s.Apply(GroupsListed{Groups: groups})
	probes := make([]Probe, manyBrokers)
	for i := range probes {
		probes[i] = Probe{Broker: int32(i), Version: "4.1", Latency: time.Millisecond}
	}
	tail, ring := Tail{Targets: TargetOf("topic-00000", AllPartitions)}, NewRing(0)
	for seq := range uint64(500_000) {
		ring.Append(&Record{Seq: seq + 1, Topic: "topic-00000", Value: make([]byte, 100)})
	}
	s = s.Apply(TailOpened{Tail: tail})
	counts := CountsOf(topics)
	changed := topics[5000]
	changed.Partitions = append([]Partition(nil), changed.Partitions...)
	changed.Partitions[0].Leader = (changed.Partitions[0].Leader + 1) % manyBrokers
	changed.Tally = TallyOf(changed.Partitions)
	later := noon.Add(2 * time.Second)
	for name, e := range map[string]Event{
		"TopicsListed":          TopicsListed{At: later, Topics: topics, Counts: counts},
		"TopicDescribed":        TopicDescribed{At: later, Topic: changed},
		"OffsetsListed60":       OffsetsListed{At: later, Topics: someOffsets(topics, 60, 2)},
		"OffsetsListed500":      OffsetsListed{At: later, Topics: someOffsets(topics, 500, 2)},
		"OffsetsSwept":          OffsetsSwept{At: later},
		"TopicConfigsDescribed": TopicConfigsDescribed{map[string]*TopicConfig{"topic-00000": {}, "topic-05000": {}}},
		"LogDirsDescribed":      LogDirsDescribed{s.LogDirs[7]},
		"BrokersListed":         BrokersListed{At: later, Brokers: largeBrokers()},
		"BrokersProbed":         BrokersProbed{At: later, Probes: probes},
		"GroupsListed":          GroupsListed{At: later, Groups: groups},
		"GroupsDescribed60":     GroupsDescribed{At: later, Groups: groups[:60]},
		"TailRead":              TailRead{Tail: tail, At: later, Ring: ring.View()},
		"Asked":                 Asked{Query: ListTopics{}, At: later},
		"Answered":              Answered{Query: ListTopics{}, At: later},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Apply(e)
			}
		})
	}
}

func BenchmarkDerive(b *testing.B) {
	s, topics := large()
	brokers, row := Sharing(s.Brokers), make([]float64, 0, manyBrokers)
	t := s.Topics[5000]
	lost := map[int32]bool{7: true}
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"CountsOf", func() { CountsOf(topics) }},
		{"SpreadOf", func() { SpreadOf(t, s.Brokers) }},
		{"TopicFigures", func() { sp := SpreadOf(t, s.Brokers); sp.Figures(t) }},
		{"ClusterFigures", func() { s.Figures() }},
		{"Findings", func() { s.Findings() }},
		{"Lose", func() { Lose(&s, s.Topics, lost) }},
		{"HeatRow/leaders", func() { s.HeatRow(t, brokers, Leaders, row) }},
		{"HeatRow/replicas", func() { s.HeatRow(t, brokers, Replicas, row) }},
		{"HeatRow/bytes", func() { s.HeatRow(t, brokers, Bytes, row) }},
		{"HeatRow/in", func() { s.HeatRow(t, brokers, InRate, row) }},
		{"HeatTotals", func() { s.HeatTotals(brokers, Leaders, row) }},
		{"TopicSkew/all", func() {
			for _, t := range s.Topics {
				s.TopicSkew(Replicas, t, brokers, row)
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.do()
			}
		})
	}
}
