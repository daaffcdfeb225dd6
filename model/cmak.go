package model

import "math"

// CMAK is the three percentages that CMAK, formerly Kafka Manager, shows of a
// topic, for those who know them. They are whole numbers, cut, not rounded.
//
// All three look at the brokers that hold an in-sync replica of the topic: a
// broker that holds none is neither skewed nor part of the average.
type CMAK struct {
	// Spread is the brokers that hold an in-sync replica, of all brokers: 100 × held ÷ brokers.
	Spread int
	// Skewed is those of them that hold more in-sync replicas than
	// ⌈partitions ÷ held × replication factor⌉.
	Skewed int
	// LeaderSkewed is those of them that lead more partitions than
	// ⌈partitions ÷ held⌉.
	LeaderSkewed int

	Held    int // brokers that hold an in-sync replica
	Brokers int // brokers there are

	holds, leads excess
}

// An excess is how many brokers have more than average, rounded up.
type excess struct{ brokers, average int }

// CMAKOf computes CMAK's figures as its class TopicIdentity does
// (kafka.manager.model.ActorModel, 3.0.0.6); brokers is how many are registered.
// Without partitions, where CMAK fails, nothing is skewed.
func CMAKOf(t *Topic, brokers int) CMAK {
	c := CMAK{Brokers: brokers}
	held, leads := map[int32]int{}, map[int32]int{}
	for i := range t.Partitions {
		p := &t.Partitions[i]
		for _, r := range p.Replicas {
			if r.State != InSync {
				continue
			}
			held[r.Broker]++
			if r.Broker == p.Leader {
				leads[r.Broker]++
			}
		}
	}
	c.Held = len(held)
	c.Spread = 100 // everything is spread if there is nowhere to
	if brokers > 0 {
		c.Spread = 100 * c.Held / brokers
	}
	if c.Held == 0 {
		return c
	}
	share := float64(len(t.Partitions)) / float64(c.Held)
	rf := float64(len(t.Partitions[0].Replicas))
	c.holds, c.leads = over(held, share*rf), over(leads, share)
	c.Skewed = 100 * c.holds.brokers / c.Held
	c.LeaderSkewed = 100 * c.leads.brokers / c.Held
	return c
}

func over(counts map[int32]int, average float64) excess {
	e := excess{average: int(math.Ceil(average))}
	for _, n := range counts {
		if n > e.average {
			e.brokers++
		}
	}
	return e
}

func (c CMAK) spread(replicas Skew) Figure {
	f := Figure{
		Name: "brokers spread", Value: whole(c.Spread), Verdict: Good,
		Says:    number(c.Held) + " of " + things(c.Brokers, "broker") + " " + verb(c.Held, "holds", "hold") + " a replica in sync",
		Means:   "How much of the cluster the topic uses, as CMAK reckons it.",
		Formula: "100 × brokers with a replica in sync ÷ brokers",
		Good:    "100 %, where the topic has that many replicas. CMAK warns up to 75 %.",
		Do:      "Nothing.",
	}
	if c.Held < c.Brokers && !replicas.Even() {
		f.Verdict, f.Do = Watch, "Move replicas to broker "+id(replicas.Least)+". Moving a replica copies it."
	}
	return f
}

func (c CMAK) skewed() Figure {
	return c.holds.figure(Figure{
		Name: "brokers skewed", Value: whole(c.Skewed),
		Says:    c.holds.says(c.Held, "holds", "hold"),
		Means:   "How many brokers hold more of the topic than the average, rounded up, as CMAK reckons it. It does not say how much more.",
		Formula: "100 × brokers with more than ⌈partitions ÷ holding brokers × replication factor⌉ in sync ÷ holding brokers",
		Do:      "See replica skew, which says how much more.",
	})
}

func (c CMAK) leaderSkewed() Figure {
	return c.leads.figure(Figure{
		Name: "leader skewed", Value: whole(c.LeaderSkewed),
		Says:    c.leads.says(c.Held, "leads", "lead"),
		Means:   "How many brokers lead more of the topic than the average, rounded up, as CMAK reckons it. It does not say how much more.",
		Formula: "100 × brokers that lead more than ⌈partitions ÷ holding brokers⌉ ÷ holding brokers",
		Do:      "See leader skew, which says how much more.",
	})
}

// figure judges f: it warns where CMAK does. CMAK's red is no more than a warning
// here, for a skew alone breaks nothing.
func (e excess) figure(f Figure) Figure {
	f.Good, f.Verdict = "0 %. CMAK warns above, in red from 34 %.", Watch
	if e.brokers == 0 {
		f.Verdict, f.Do = Good, "Nothing."
	}
	return f
}

func (e excess) says(held int, has, have string) string {
	if e.brokers == 0 {
		return "no broker " + has + " more than " + number(e.average)
	}
	return number(e.brokers) + " of " + things(held, "broker") + " " + verb(e.brokers, has, have) + " more than " + number(e.average)
}

func whole(percentage int) string { return number(percentage) + " %" }
