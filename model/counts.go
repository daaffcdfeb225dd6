package model

import "maps"

// Counts are totals over topics, kept up to date as single topics change.
type Counts struct {
	Topics          int
	Partitions      int
	Replicas        int
	UnderReplicated int
	Offline         int
	NotPreferred    int
	Loads           map[int32]Load // by broker id; brokers without replicas may be absent
}

// A Load is what one broker carries.
type Load struct {
	Leaders   int
	Preferred int // partitions whose preferred leader it is
	Displaced int // of Preferred: those that another leads, or nobody
	Replicas  int
	Behind    int // replicas that are out of sync or offline
}

// CountsOf adds up topics. It looks at every partition: call it off the loop.
func CountsOf(topics []Topic) Counts {
	c := Counts{Loads: map[int32]Load{}}
	var low [1000]Load // of brokers with low ids, as nearly all have: looking each replica's up in a map takes long
	for i := range topics {
		c.addTotals(&topics[i], +1)
		for j := range topics[i].Partitions {
			p := &topics[i].Partitions[j]
			for k, r := range p.Replicas {
				if r.Broker >= 0 && int(r.Broker) < len(low) {
					low[r.Broker].add(p, k, +1)
				} else {
					c.addReplica(p, k, +1)
				}
			}
		}
	}
	for id, l := range low {
		if l != (Load{}) {
			c.Loads[int32(id)] = l
		}
	}
	return c
}

// with returns the counts after t is there too.
func (c Counts) with(t *Topic) Counts {
	c.Loads = maps.Clone(c.Loads)
	c.add(t, +1)
	return c
}

// without returns the counts as they were without t.
func (c Counts) without(t *Topic) Counts {
	c.Loads = maps.Clone(c.Loads)
	c.add(t, -1)
	return c
}

func (c *Counts) add(t *Topic, n int) {
	if c.Loads == nil {
		c.Loads = map[int32]Load{}
	}
	c.addTotals(t, n)
	for i := range t.Partitions {
		for k := range t.Partitions[i].Replicas {
			c.addReplica(&t.Partitions[i], k, n)
		}
	}
}

func (c *Counts) addTotals(t *Topic, n int) {
	c.Topics += n
	c.Partitions += n * len(t.Partitions)
	c.Replicas += n * t.Tally.Replicas
	c.UnderReplicated += n * t.Tally.UnderReplicated
	c.Offline += n * t.Tally.Offline
	c.NotPreferred += n * t.Tally.NotPreferred
}

// addReplica counts the i-th replica of p n times.
func (c *Counts) addReplica(p *Partition, i, n int) {
	broker := p.Replicas[i].Broker
	l := c.Loads[broker]
	l.add(p, i, n)
	if l == (Load{}) {
		delete(c.Loads, broker) // the last replica is gone: nobody names it any more
		return
	}
	c.Loads[broker] = l
}

// add counts the i-th replica of p n times.
func (l *Load) add(p *Partition, i, n int) {
	r := p.Replicas[i]
	l.Replicas += n
	if r.State != InSync {
		l.Behind += n
	}
	if r.Broker == p.Leader {
		l.Leaders += n
	}
	if i > 0 {
		return
	}
	l.Preferred += n
	if r.Broker != p.Leader {
		l.Displaced += n
	}
}

// Imbalance is the share of the partitions a broker is preferred for that are
// not led by it: what the controllers of Kafka up to 3.9 with ZooKeeper compared
// with leader.imbalance.per.broker.percentage (10 by default). With KRaft the
// controller elects the preferred leader of each of them, whatever the share
// (KAFKA-18743). It is 0 for a broker that is preferred for none.
func (l Load) Imbalance() float64 {
	if l.Preferred == 0 {
		return 0
	}
	return float64(l.Displaced) / float64(l.Preferred)
}

// most returns the broker with the largest load of a kind, the lowest id of
// several; NoBroker if none has any.
func (c Counts) most(of func(Load) int) (broker int32, n int) {
	broker = NoBroker
	for b, l := range c.Loads {
		if v := of(l); v > n || v == n && n > 0 && b < broker {
			broker, n = b, v
		}
	}
	return broker, n
}
