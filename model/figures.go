package model

// A Figure is a number that is shown of a topic or a cluster, with what a user
// may ask about it. All texts are short and without line breaks.
type Figure struct {
	Name    string // leader skew
	Value   string // 25 %
	Says    string // what it comes from: broker 2 leads 5, fair share 4
	Verdict Verdict

	Means   string // what is counted, and why it matters
	Formula string
	Good    string // which values are good
	Do      string // what to do here and now
}

// Figures returns what is shown of one topic, in the order it is shown: leader
// skew, preferred leaders, in sync, racks, replica skew, then CMAK's three. The
// spread is that of t.
func (s *TopicSpread) Figures(t *Topic) []Figure {
	if s.Partitions == 0 {
		return nil
	}
	return []Figure{
		s.leaderSkew(), s.preferred(t), s.inSync(t), s.Racks.figure(s.Partitions), s.replicaSkew(),
		s.CMAK.spread(s.Replicas), s.CMAK.skewed(), s.CMAK.leaderSkewed(),
	}
}

func (s *TopicSpread) leaderSkew() Figure {
	displaced := s.Partitions - s.Preferred - s.Offline
	f := Figure{
		Name: "leader skew", Value: percent(s.Leaders.Over), Verdict: s.Leaders.countVerdict(),
		Says:    shares(s.Leaders, "leads", "lead"),
		Means:   "How far the broker that leads most partitions is over its fair share. All writes and most reads go to leaders.",
		Formula: "(most led − fair share) ÷ fair share; fair share = partitions led ÷ brokers that serve",
		Good:    "Up to 10 %, or as even as whole partitions allow.",
		Do:      "Nothing.",
	}
	switch {
	case f.Verdict <= Good:
	case displaced > 0:
		f.Do = "Elect preferred leaders first: " + things(displaced, "partition") + " " + verb(displaced, "has", "have") + " another. Nothing is copied."
	default:
		f.Do = "Reassign with the replicas in another order, so that another one is preferred, then elect. Nothing is copied."
	}
	return f
}

func (s *TopicSpread) replicaSkew() Figure {
	f := Figure{
		Name: "replica skew", Value: percent(s.Replicas.Over), Verdict: s.Replicas.countVerdict(),
		Says:    shares(s.Replicas, "holds", "hold"),
		Means:   "How far the broker that holds most replicas is over its fair share. Replicas take disk, and network to follow their leader.",
		Formula: "(most held − fair share) ÷ fair share; fair share = replicas ÷ brokers that serve",
		Good:    "Up to 10 %, or as even as whole replicas allow.",
		Do:      "Nothing.",
	}
	if f.Verdict > Good {
		f.Do = "Move replicas from broker " + id(s.Replicas.Most) + " to broker " + id(s.Replicas.Least) + ". Moving a replica copies it: use a throttle."
	}
	return f
}

// shares says who has the most of what can be counted.
func shares(k Skew, has, have string) string {
	switch {
	case k.Most == NoBroker:
		return "no broker serves"
	case k.Fair == 0:
		return "brokers " + have + " none"
	case k.Max == k.Min:
		return "each broker " + has + " " + amount(k.Max)
	case k.Even():
		return "brokers " + have + " " + amount(k.Min) + " or " + amount(k.Max) + ", as even as can be"
	}
	return "broker " + id(k.Most) + " " + has + " " + amount(k.Max) + ", fair share " + amount(k.Fair)
}

func (s *TopicSpread) preferred(t *Topic) Figure {
	f := Figure{
		Name: "preferred leaders", Value: number(s.Preferred) + " of " + number(s.Partitions), Verdict: Good,
		Says:    "every partition is led as planned",
		Means:   "Partitions led by the first replica of their assignment, the preferred leader. Spread is planned with them; after a restart others lead.",
		Formula: "partitions whose leader is their first replica, of all",
		Good:    "All of them.",
		Do:      "Nothing.",
	}
	if s.Preferred == s.Partitions {
		return f
	}
	f.Verdict = Watch
	for i := range t.Partitions {
		if p := &t.Partitions[i]; p.Leader != p.Preferred() {
			f.Says, f.Do = displaced(t, p, s.Partitions-s.Preferred-1)
			return f
		}
	}
	return f
}

// displaced says who leads p, and what keeps its preferred leader from it; more
// is how many other partitions there are like it.
func displaced(t *Topic, p *Partition, more int) (says, do string) {
	says = t.Name + "-" + id(p.ID) + ": "
	if p.Offline() {
		says += "nobody leads, " + id(p.Preferred()) + " should"
	} else {
		says += id(p.Leader) + " leads in place of " + id(p.Preferred())
	}
	if more > 0 {
		says += ", and " + number(more) + " more"
	}
	if role := p.Role(p.Preferred()); role == PreferredFollows {
		return says, "Wait: the controller elects preferred leaders every 5 minutes, unless auto.leader.rebalance.enable is off. kafka-leader-election does it now. Nothing is copied."
	}
	return says, "Bring broker " + id(p.Preferred()) + " back in sync: it cannot lead before."
}

func (s *TopicSpread) inSync(t *Topic) Figure {
	f := Figure{
		Name: "in sync", Value: number(s.InSync) + " of " + number(s.Partitions), Verdict: Good,
		Says:    "no replica is behind",
		Means:   "Partitions with all their replicas in the ISR, the set that has every acknowledged record. Only a replica in it may become leader.",
		Formula: "partitions whose ISR is as large as their replica list, of all",
		Good:    "All of them. A partition below min.insync.replicas refuses writes with acks=all.",
		Do:      "Nothing.",
	}
	if s.InSync == s.Partitions {
		return f
	}
	m := missing(t)
	f.Verdict, f.Says = Watch, m.says()
	f.Do = "Broker " + id(m.broker) + " is up: see whether its disk or its network is the limit."
	if l := s.load(m.broker); l == nil || !l.Serves {
		f.Do = "Start broker " + id(m.broker) + ": it catches up by itself."
	}
	switch under := s.Partitions - s.InSync; {
	case s.Offline > 0:
		f.Verdict = Bad
		f.Says = number(s.Offline) + " offline; " + f.Says
	case s.UnderMin > 0:
		f.Verdict = Bad
		f.Says += "; " + number(s.UnderMin) + " " + verb(s.UnderMin, "refuses", "refuse") + " acks=all"
	case s.AtMin == under:
		f.Says += "; still at min.insync " + number(s.MinISR)
	case s.AtMin > 0:
		f.Says += "; " + number(s.AtMin) + " at min.insync " + number(s.MinISR)
	case s.MinISR > 0:
		f.Says += "; still above min.insync " + number(s.MinISR)
	}
	return f
}

// An absence is the broker that most partitions miss from their ISR.
type absence struct {
	broker     int32
	partitions []int32 // those that miss it
	others     int     // partitions that miss another broker, but not this one
}

func missing(t *Topic) absence {
	misses := map[int32][]int32{}
	under := 0
	for i := range t.Partitions {
		p := &t.Partitions[i]
		if p.ISR() < len(p.Replicas) {
			under++
		}
		for _, r := range p.Replicas {
			if r.State != InSync {
				misses[r.Broker] = append(misses[r.Broker], p.ID)
			}
		}
	}
	worst := absence{broker: NoBroker}
	for b, list := range misses {
		if n := len(list) - len(worst.partitions); n > 0 || n == 0 && b < worst.broker {
			worst.broker, worst.partitions = b, list
		}
	}
	worst.others = under - len(worst.partitions)
	return worst
}

func (a absence) says() string {
	n := len(a.partitions)
	says := ids(a.partitions) + " " + verb(n, "misses", "miss") + " broker " + id(a.broker)
	if a.others > 0 {
		says += ", " + number(a.others) + " another"
	}
	return says
}
