package model

// Figures returns what is shown of the cluster as a whole, in the order it is
// shown: skew of leaders, replicas, bytes and writes, preferred leaders, in sync,
// offline. It is nil while topics or brokers are not known. It costs a look at
// each broker.
func (s *Snapshot) Figures() []Figure {
	sharing := Sharing(s.Brokers)
	if len(sharing) == 0 || s.Counts.Partitions == 0 {
		return nil
	}
	return []Figure{
		s.leadersFigure(sharing), s.replicasFigure(sharing),
		s.flowFigure(Bytes, sharing), s.flowFigure(InRate, sharing),
		s.preferredFigure(), s.inSyncFigure(), s.offlineFigure(),
	}
}

func (s *Snapshot) leadersFigure(sharing []int32) Figure {
	k, _ := s.TotalSkew(Leaders, sharing, nil)
	f := Figure{
		Name: "leader skew", Value: percent(k.Over), Verdict: k.countVerdict(),
		Says:    shares(k, "leads", "lead"),
		Means:   "How far the broker that leads most partitions is over its fair share. All writes and most reads go to leaders.",
		Formula: "(most led − fair share) ÷ fair share; fair share = partitions led ÷ brokers that serve",
		Good:    "Up to 10 %. Above, see whether writes are skewed too.",
		Do:      "Nothing.",
	}
	switch {
	case f.Verdict <= Good:
	case s.Counts.NotPreferred > 0:
		f.Do = "Elect preferred leaders first: nothing is copied."
	default:
		f.Do = "Find the topics with the largest skew in the heat map, and reassign those."
	}
	return f
}

func (s *Snapshot) replicasFigure(sharing []int32) Figure {
	k, _ := s.TotalSkew(Replicas, sharing, nil)
	f := Figure{
		Name: "replica skew", Value: percent(k.Over), Verdict: k.countVerdict(),
		Says:    shares(k, "holds", "hold"),
		Means:   "How far the broker that holds most replicas is over its fair share. Replicas take disk, memory and network.",
		Formula: "(most held − fair share) ÷ fair share; fair share = replicas of brokers that serve ÷ brokers that serve",
		Good:    "Up to 10 %. A broker that was just added holds none.",
		Do:      "Nothing.",
	}
	if f.Verdict > Good {
		f.Do = "Move replicas from broker " + id(k.Most) + " to broker " + id(k.Least) + ". Moving a replica copies it: use a throttle."
	}
	return f
}

// flowFigure is the figure of what varies by nature: bytes or records written.
func (s *Snapshot) flowFigure(m Metric, sharing []int32) Figure {
	k, known := s.TotalSkew(m, sharing, nil)
	f := Figure{
		Name: "byte skew", Value: percent(k.Over), Verdict: k.flowVerdict(), Says: "no broker holds any",
		Means:   "How far the broker with most bytes in its log directories is over its fair share. The fullest disk is the first to stop a broker.",
		Formula: "(most bytes − fair share) ÷ fair share; fair share = bytes ÷ brokers that serve",
		Good:    "Up to 25 %, with room on every disk.",
		Do:      "Nothing.",
	}
	if m == InRate {
		f.Name, f.Says = "write skew", "nothing is written"
		f.Means = "How far the broker that takes most records a second is over its fair share. It counts records, not bytes, of the topics whose rate is known."
		f.Formula = "(most records a second − fair share) ÷ fair share; fair share = records a second ÷ brokers that serve"
		f.Good = "Up to 25 %; it changes from moment to moment."
	}
	switch {
	case !known:
		f.Value, f.Says = "–", "not known"
	case k.Fair > 0:
		n := float64(len(sharing))
		f.Says = "broker " + id(k.Most) + " has " + percent(k.Max/(k.Fair*n)) + ", fair share " + percent(1/n)
	}
	if f.Verdict > Good {
		f.Do = "Sort the heat map's topics by skew: few topics make most of it."
	}
	return f
}

func (s *Snapshot) preferredFigure() Figure {
	n := s.Counts.Partitions
	displaced := 0
	for _, l := range s.Counts.Loads {
		displaced += l.Displaced
	}
	f := Figure{
		Name: "preferred leaders", Value: number(n-displaced) + " of " + number(n), Verdict: Good,
		Says:    "every partition is led as planned",
		Means:   "Partitions led by the first replica of their assignment. A broker's imbalance is its share of those it should lead and does not.",
		Formula: "per broker: partitions it is preferred for and does not lead ÷ partitions it is preferred for",
		Good:    "All of them; up to 10 % a broker is what Kafka with ZooKeeper left alone.",
		Do:      "Nothing.",
	}
	if displaced > 0 {
		worst, _ := s.Counts.most(func(l Load) int { return l.Displaced })
		most := s.Counts.Loads[worst]
		f.Verdict = Watch
		f.Says = "broker " + id(worst) + " does not lead " + number(most.Displaced) + " of its " + number(most.Preferred) + ", imbalance " + percent(most.Imbalance())
		f.Do = "Wait: the controller elects preferred leaders every 5 minutes, unless auto.leader.rebalance.enable is off. kafka-leader-election does it now."
	}
	return f
}

func (s *Snapshot) inSyncFigure() Figure {
	n, under := s.Counts.Partitions, s.Counts.UnderReplicated
	f := Figure{
		Name: "in sync", Value: number(n-under) + " of " + number(n), Verdict: Good,
		Says:    "no replica is behind",
		Means:   "Partitions with all their replicas in the ISR, the set that has every acknowledged record. Only a replica in it may become leader.",
		Formula: "partitions whose ISR is as large as their replica list, of all",
		Good:    "All of them. Fewer are expected while a broker restarts.",
		Do:      "Nothing.",
	}
	if under == 0 {
		return f
	}
	worst, most := s.Counts.most(func(l Load) int { return l.Behind })
	f.Verdict = Watch
	f.Says = "broker " + id(worst) + " is behind with " + things(most, "replica")
	f.Do = "See whether broker " + id(worst) + " is up, and whether its disk or network is the limit."
	return f
}

func (s *Snapshot) offlineFigure() Figure {
	f := Figure{
		Name: "offline", Value: number(s.Counts.Offline), Verdict: Good,
		Says:    "every partition has a leader",
		Means:   "Partitions without a leader. They take no reads and no writes.",
		Formula: "partitions whose leader is none",
		Good:    "0.",
		Do:      "Nothing.",
	}
	if s.Counts.Offline > 0 {
		f.Verdict = Bad
		f.Says = things(s.Counts.Offline, "partition") + " cannot be read or written"
		f.Do = "Start the brokers that hold their replicas."
	}
	return f
}
