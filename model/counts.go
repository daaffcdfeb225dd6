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
	Replicas  int
	Behind    int // replicas that are out of sync or offline
}

// CountsOf adds up topics. It looks at every partition: call it off the loop.
func CountsOf(topics []Topic) Counts {
	c := Counts{Loads: map[int32]Load{}}
	for i := range topics {
		c.add(&topics[i], +1)
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
	c.Topics += n
	c.Partitions += n * len(t.Partitions)
	c.Replicas += n * t.Tally.Replicas
	c.UnderReplicated += n * t.Tally.UnderReplicated
	c.Offline += n * t.Tally.Offline
	c.NotPreferred += n * t.Tally.NotPreferred
	for i := range t.Partitions {
		c.addPartition(&t.Partitions[i], n)
	}
}

func (c *Counts) addPartition(p *Partition, n int) {
	for i, r := range p.Replicas {
		s := c.Loads[r.Broker]
		s.Replicas += n
		if r.State != InSync {
			s.Behind += n
		}
		if i == 0 {
			s.Preferred += n
		}
		if r.Broker == p.Leader {
			s.Leaders += n
		}
		c.Loads[r.Broker] = s
	}
}
