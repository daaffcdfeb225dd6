package model

// A RackSpread is how the replicas of each partition lie over racks.
type RackSpread struct {
	Racks    int  // racks that brokers name
	Known    bool // the rack of every broker that holds a replica is known
	Unlisted bool // one that is not known is of a broker that the cluster does not list
	Least    int  // racks that the replicas of the worst placed partition lie in
	Possible int  // racks they could lie in: its replication factor, or Racks if that is less
	Shared   int  // partitions with two replicas in one rack though there are racks enough
	Survive  int  // partitions with in-sync replicas in two racks or more
}

// A rackSpreader adds up partitions, of one topic or of many.
type rackSpreader struct {
	RackSpread
	of   map[int32]int // broker -> which rack, from 0, or noRack; absent if it is not known
	seen []int         // by rack: the last partition that has a replica there
	live []int         // by rack: the last partition that has an in-sync replica there
	n    int           // partitions seen
}

// noRack is the rack of a broker that is listed and names none.
const noRack = -1

func newRackSpreader(brokers []Broker) *rackSpreader {
	s := &rackSpreader{of: make(map[int32]int, len(brokers))}
	names := map[string]int{}
	for i := range brokers {
		b := &brokers[i]
		if b.Rack == "" {
			if b.State != Missing {
				s.of[b.ID] = noRack
			}
			continue
		}
		if _, ok := names[b.Rack]; !ok {
			names[b.Rack] = len(names)
		}
		s.of[b.ID] = names[b.Rack]
	}
	s.Racks, s.Known = len(names), len(names) > 0
	s.seen, s.live = make([]int, len(names)), make([]int, len(names))
	return s
}

// add counts one more partition, and reports whether it has two replicas in one
// rack though there are racks enough.
func (s *rackSpreader) add(p *Partition) (shared bool) {
	s.n++
	racks, live, known := 0, 0, true
	for _, r := range p.Replicas {
		rack, ok := s.of[r.Broker]
		if !ok || rack == noRack {
			known = false
			s.Unlisted = s.Unlisted || !ok
			continue
		}
		if s.seen[rack] != s.n {
			s.seen[rack] = s.n
			racks++
		}
		if r.State == InSync && s.live[rack] != s.n {
			s.live[rack] = s.n
			live++
		}
	}
	if live > 1 {
		s.Survive++
	}
	if !known {
		s.Known = false
		return false
	}
	return s.place(racks, min(len(p.Replicas), s.Racks))
}

// place notes a partition whose replicas lie in so many racks of so many that
// are possible.
func (s *rackSpreader) place(racks, possible int) (shared bool) {
	if s.Possible == 0 || possible-racks > s.Possible-s.Least || possible-racks == s.Possible-s.Least && racks < s.Least {
		s.Least, s.Possible = racks, possible
	}
	if racks < possible {
		s.Shared++
	}
	return racks < possible
}

// figure is the rack figure of a topic.
func (r *RackSpread) figure(partitions int) Figure {
	f := Figure{
		Name: "racks", Value: number(r.Least) + " of " + number(r.Possible), Verdict: Good,
		Says:    "every partition survives a rack",
		Means:   "Racks that the replicas of a partition lie in, for the worst placed one. What fails together, a zone or a power line, should be a rack.",
		Formula: "racks with a replica, of the fewer of replicas and racks",
		Good:    "All that are possible, with replicas in sync in two or more.",
		Do:      "Nothing.",
	}
	switch {
	case r.Racks == 0:
		f.Value, f.Verdict, f.Says = "–", Unjudged, "no broker names a rack"
		f.Do = "Set broker.rack on every broker, and new topics are spread over racks."
	case r.Unlisted:
		f.Value, f.Verdict, f.Says = "–", Unjudged, "the rack of a missing broker is not known"
		f.Do = "Start the broker that is missing."
	case !r.Known:
		f.Value, f.Verdict, f.Says = "–", Unjudged, "not every broker names its rack"
		f.Do = "Set broker.rack on every broker: Kafka spreads over racks only then."
	case r.Shared > 0:
		f.Verdict, f.Says = Watch, things(r.Shared, "partition")+" "+verb(r.Shared, "has", "have")+" two replicas in one rack"
		f.Do = "Reassign " + verb(r.Shared, "it", "them") + " with a replica in another rack."
	case r.Racks == 1:
		f.Verdict, f.Says = Watch, "there is but one rack to lose"
		f.Do = "Set broker.rack to what fails together, if anything smaller does."
	case r.Survive < partitions:
		f.Verdict, f.Says, f.Do = Watch, r.unsafe(partitions), "Bring the replicas that are behind back in sync."
		if r.Possible == 1 {
			f.Do = "Add replicas, if the topic should outlive its broker."
		}
	}
	return f
}

// unsafe says how many partitions a lost rack takes offline.
func (r *RackSpread) unsafe(partitions int) string {
	switch n := partitions - r.Survive; {
	case r.Possible == 1:
		return "with one replica, no partition survives its rack"
	case n == partitions:
		return "no partition survives the loss of one rack"
	default:
		return things(n, "partition") + " in sync in one rack only"
	}
}
