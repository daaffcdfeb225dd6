package model

import (
	"cmp"
	"slices"
)

// A TopicSpread is how one topic lies over the brokers.
type TopicSpread struct {
	Brokers    []BrokerLoad // one for each broker given, in that order
	Partitions int
	Leaders    Skew // of partitions led, over the brokers that serve
	Replicas   Skew // of replicas, over the brokers that serve

	Preferred int // partitions led by their preferred leader
	InSync    int // partitions with every replica in sync
	Offline   int // partitions without a leader
	MinISR    int // min.insync.replicas; 0 if not known
	AtMin     int // partitions with a replica out of sync and just MinISR in sync; 0 if not known
	UnderMin  int // partitions with a replica out of sync and fewer than MinISR in sync; 0 if not known

	Racks RackSpread
	CMAK  CMAK
}

// A BrokerLoad is what a broker carries.
type BrokerLoad struct {
	Broker int32
	Serves bool // it has a part in the fair share: see Broker.Serves
	Load
}

// Serves reports whether the broker has a part in what the cluster does: it is
// listed and not fenced. That kscope cannot reach it makes no difference.
func (b Broker) Serves() bool { return b.State != Fenced && b.State != Missing }

// Sharing returns the ids of the brokers that serve: those among which a fair
// share is reckoned.
func Sharing(brokers []Broker) []int32 {
	ids := make([]int32, 0, len(brokers))
	for i := range brokers {
		if brokers[i].Serves() {
			ids = append(ids, brokers[i].ID)
		}
	}
	return ids
}

// SpreadOf works out how a topic lies over brokers, which are sorted by ID. It
// looks at every replica of the topic.
func SpreadOf(t *Topic, brokers []Broker) TopicSpread {
	s := TopicSpread{Partitions: len(t.Partitions), Offline: t.Tally.Offline, Brokers: make([]BrokerLoad, len(brokers))}
	for i, b := range brokers {
		s.Brokers[i] = BrokerLoad{Broker: b.ID, Serves: b.Serves()}
	}
	if t.Config != nil {
		s.MinISR = max(0, t.Config.MinISR)
	}
	racks := newRackSpreader(brokers)
	for i := range t.Partitions {
		p := &t.Partitions[i]
		s.addPartition(p)
		racks.add(p)
	}
	sharing := Sharing(brokers)
	s.Leaders = SkewOf(sharing, func(id int32) float64 { return float64(s.load(id).Leaders) })
	s.Replicas = SkewOf(sharing, func(id int32) float64 { return float64(s.load(id).Replicas) })
	s.Racks = racks.RackSpread
	s.CMAK = CMAKOf(t, len(sharing))
	return s
}

func (s *TopicSpread) addPartition(p *Partition) {
	for i, r := range p.Replicas {
		if l := s.load(r.Broker); l != nil {
			l.add(p, i, +1)
		}
	}
	if p.Leader != NoBroker && p.Leader == p.Preferred() {
		s.Preferred++
	}
	isr := p.ISR()
	switch {
	case isr == len(p.Replicas):
		s.InSync++
	case s.MinISR > 0 && isr < s.MinISR:
		s.UnderMin++
	case s.MinISR > 0 && isr == s.MinISR:
		s.AtMin++
	}
}

// load returns where the broker is counted, nil if it is not among those given.
func (s *TopicSpread) load(broker int32) *BrokerLoad {
	i, ok := slices.BinarySearchFunc(s.Brokers, broker, func(l BrokerLoad, id int32) int { return cmp.Compare(l.Broker, id) })
	if !ok {
		return nil
	}
	return &s.Brokers[i]
}
