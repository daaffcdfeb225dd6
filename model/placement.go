package model

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// A Placement is where the replicas of new partitions are likely to go. Where the
// controller begins is left to chance: so each figure is the least and the most of
// several tries.
type Placement struct {
	Brokers []Placed // by id, of those that replicas can go to
	Problem *Problem // why there is no placement
}

// Placed is what a broker is likely to get.
type Placed struct {
	Broker            int32
	Rack              string
	Leaders, Replicas Span // of new partitions
}

// Span is a number that is known only within bounds.
type Span struct{ Least, Most int }

// Exact reports whether the number is known.
func (s Span) Exact() bool { return s.Least == s.Most }

func (s Span) with(n int) Span { return Span{min(s.Least, n), max(s.Most, n)} }

// placementTries is how often the placement is tried; no more replicas are placed than
// placementMost over all tries, but for the first.
const (
	placementTries = 24
	placementMost  = 400_000
)

// PredictPlacement predicts where replicas of new partitions go, by the rules of
// KRaft's controller (StripedReplicaPlacer): round the racks, and within each round its
// brokers, beginning at one of chance. Brokers that are fenced or missing are not
// counted on, which is a little more careful than the controller.
func PredictPlacement(brokers []Broker, partitions, replicas int) Placement {
	live := slices.DeleteFunc(slices.Clone(brokers), func(b Broker) bool { return b.State == Fenced || b.State == Missing })
	if replicas > len(live) {
		return Placement{Problem: tooFewBrokers(replicas, len(live))}
	}
	if replicas < 1 || partitions < 1 {
		return Placement{}
	}
	p := Placement{}
	slices.SortFunc(live, func(a, b Broker) int { return cmp.Compare(a.ID, b.ID) })
	for try := range placementTries {
		if try > 0 && try*partitions*replicas > placementMost {
			break
		}
		leaders, held := place(live, partitions, replicas, rand.New(rand.NewPCG(1, uint64(try))))
		for i, b := range live {
			if try == 0 {
				p.Brokers = append(p.Brokers, Placed{Broker: b.ID, Rack: b.Rack, Leaders: Span{leaders[i], leaders[i]}, Replicas: Span{held[i], held[i]}})
				continue
			}
			placed := &p.Brokers[i]
			placed.Leaders, placed.Replicas = placed.Leaders.with(leaders[i]), placed.Replicas.with(held[i])
		}
	}
	return p
}

func tooFewBrokers(replicas, live int) *Problem {
	return &Problem{
		Kind: Invalid,
		Says: "A replication factor of " + number(replicas) + " needs as many brokers, and " + number(live) + " serve",
		Fix:  "choose at most " + number(live),
	}
}

// place places replicas once. It returns how many partitions each broker leads and how
// many replicas it holds, by their places in brokers.
func place(brokers []Broker, partitions, replicas int, chance *rand.Rand) (leaders, held []int) {
	leaders, held = make([]int, len(brokers)), make([]int, len(brokers))
	racks := stripesOf(brokers, chance)
	first := chance.IntN(len(racks))
	round := 0
	for range partitions {
		if round == len(brokers) && round > 1 {
			chance.Shuffle(len(racks), func(i, j int) { racks[i], racks[j] = racks[j], racks[i] })
			for _, r := range racks {
				chance.Shuffle(len(r.brokers), func(i, j int) { r.brokers[i], r.brokers[j] = r.brokers[j], r.brokers[i] })
			}
			round = 0
		}
		leads := true
		for at, left, vain := first, replicas, 0; left > 0 && vain <= len(racks); at = (at + 1) % len(racks) {
			vain++
			if b, ok := racks[at].next(round); ok {
				held[b]++
				if leads {
					leaders[b]++
				}
				leads, vain = false, 0
				left--
			}
		}
		round++
		first = (first + 1) % len(racks)
	}
	return leaders, held
}

// A stripe is a rack, whose brokers are dealt out one after the other, each once in a
// round.
type stripe struct {
	rack    string
	brokers []int
	dealt   int // in this round
	begin   int
	round   int
}

func stripesOf(brokers []Broker, chance *rand.Rand) []*stripe {
	var racks []*stripe
	for i, b := range brokers {
		at := slices.IndexFunc(racks, func(s *stripe) bool { return s.rack == b.Rack })
		if at < 0 {
			at = len(racks)
			racks = append(racks, &stripe{rack: b.Rack})
		}
		racks[at].brokers = append(racks[at].brokers, i)
	}
	for _, r := range racks {
		r.begin = chance.IntN(len(r.brokers))
	}
	slices.SortFunc(racks, func(a, b *stripe) int { return cmp.Compare(a.rack, b.rack) })
	return racks
}

// next deals a broker; false once all of the rack were dealt in the round.
func (s *stripe) next(round int) (int, bool) {
	if s.round != round {
		s.round, s.dealt = round, 0
		s.begin = (s.begin + 1) % len(s.brokers)
	}
	if s.dealt >= len(s.brokers) {
		return 0, false
	}
	b := s.brokers[(s.dealt+s.begin)%len(s.brokers)]
	s.dealt++
	return b, true
}
