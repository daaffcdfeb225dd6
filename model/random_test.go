package model

import "math/rand/v2"

// randomTopic returns a topic with up to 8 partitions on brokers 1 to n, whose
// leaders are alive and in sync.
func randomTopic(r *rand.Rand, name string, n int) Topic {
	t := Topic{Name: name}
	for id := range r.IntN(9) {
		p := Partition{ID: int32(id), Leader: NoBroker, LeaderEpoch: int32(r.IntN(5))}
		for _, b := range r.Perm(n)[:1+r.IntN(min(n, 4))] {
			p.Replicas = append(p.Replicas, Replica{Broker: int32(b + 1), State: ReplicaState(r.IntN(3))})
		}
		if i := r.IntN(len(p.Replicas)); p.Replicas[i].State == InSync {
			p.Leader = p.Replicas[i].Broker
		}
		t.Partitions = append(t.Partitions, p)
	}
	t.Tally = TallyOf(t.Partitions)
	return t
}
