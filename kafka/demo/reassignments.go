package demo

import (
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// reassignment is a change of replicas that is being carried out. The
// partition's replica list holds the new ones and the old ones meanwhile.
type reassignment struct {
	before, target   []int32
	adding, removing []int32
	from             time.Time
	takes            time.Duration
}

// done is the part that has been copied, 0 to 1.
func (r *reassignment) done(now time.Time) float64 {
	return min(1, max(0, float64(now.Sub(r.from))/float64(r.takes)))
}

// alterPartitionAssignments answers key 45 (KIP-455): it starts, replaces or
// cancels reassignments.
func (c *Cluster) alterPartitionAssignments(_ int32, req *kmsg.AlterPartitionAssignmentsRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.AlterPartitionAssignmentsResponse)
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	for _, rt := range req.Topics {
		st := kmsg.NewAlterPartitionAssignmentsResponseTopic()
		st.Topic = rt.Topic
		for _, rp := range rt.Partitions {
			sp := kmsg.NewAlterPartitionAssignmentsResponseTopicPartition()
			sp.Partition = rp.Partition
			if err := c.image.reassign(rt.Topic, rp.Partition, rp.Replicas, c.catchUp); err != nil {
				sp.ErrorCode, sp.ErrorMessage = err.Code, kmsg.StringPtr(err.Description)
			}
			st.Partitions = append(st.Partitions, sp)
		}
		resp.Topics = append(resp.Topics, st)
	}
	return resp, nil, true
}

// reassign gives a partition new replicas, nil to cancel. What runs already is
// replaced, starting from the replicas before it. Each copy takes the longer,
// the more of them run.
func (im *image) reassign(topic string, n int32, target []int32, takes time.Duration) *kerr.Error {
	p := im.partition(topic, n)
	switch {
	case p == nil:
		return kerr.UnknownTopicOrPartition
	case target == nil && p.moving == nil:
		return kerr.NoReassignmentInProgress
	case target != nil && !im.valid(target):
		return kerr.InvalidReplicaAssignment
	}
	im.changes++
	if p.moving != nil {
		im.cancel(im.byName[topic], n)
	}
	if target == nil {
		return nil
	}
	im.copying++
	p.moving = &reassignment{
		before:   p.replicas,
		target:   slices.Clone(target),
		adding:   without(target, p.replicas...),
		removing: without(p.replicas, target...),
		from:     time.Now(),
		takes:    takes + time.Duration(im.copying-1)*takes/8,
	}
	p.replicas = slices.Concat(target, p.moving.removing)
	if len(p.moving.adding) == 0 && im.ready(p) {
		im.finish(im.byName[topic], n)
	}
	return nil
}

// ready reports whether a reassignment can end: somebody leads, those added
// are up, and an in-sync replica remains.
func (im *image) ready(p *partition) bool {
	m := p.moving
	return p.leader >= 0 && im.offline(m.adding) == nil && len(inOrder(m.target, slices.Concat(p.isr, m.adding))) > 0
}

func (im *image) valid(replicas []int32) bool {
	for i, r := range replicas {
		if im.broker(r) == nil || slices.Contains(replicas[:i], r) {
			return false
		}
	}
	return len(replicas) > 0
}

// cancel puts the replicas back that a reassignment started from.
func (im *image) cancel(t *topic, n int32) {
	p := &t.parts[n]
	p.replicas = p.moving.before
	p.isr = without(p.isr, p.moving.adding...)
	p.moving = nil
	im.copying--
}

// finish makes the target of a reassignment the partition's replicas. Those
// added are in sync now; a leader that is removed hands over.
func (im *image) finish(t *topic, n int32) {
	p := &t.parts[n]
	isr := without(slices.Concat(p.isr, p.moving.adding), p.moving.removing...)
	p.replicas, p.isr = p.moving.target, inOrder(p.moving.target, isr)
	p.moving = nil
	im.copying--
	im.changes++
	if p.stuck != 0 && !slices.Contains(p.replicas, p.stuck) {
		p.stuck = 0
	}
	if !slices.Contains(p.replicas, p.leader) {
		// A move fails only for topics and brokers that kfake does not have.
		_ = im.lead(t, n, im.elect(p))
	}
}

// copyOn finishes the reassignments whose time has come and that can end.
func (im *image) copyOn(now time.Time) {
	if im.copying == 0 {
		return
	}
	im.eachPartition(func(t *topic, n int32, p *partition) {
		if m := p.moving; m != nil && m.done(now) == 1 && im.ready(p) {
			im.finish(t, n)
		}
	})
}

// listPartitionReassignments answers key 46; no topics asked for are all.
func (c *Cluster) listPartitionReassignments(_ int32, req *kmsg.ListPartitionReassignmentsRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.ListPartitionReassignmentsResponse)
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	for _, t := range c.image.topics {
		wanted := func(int32) bool { return true }
		if req.Topics != nil {
			i := slices.IndexFunc(req.Topics, func(rt kmsg.ListPartitionReassignmentsRequestTopic) bool { return rt.Topic == t.name })
			if i < 0 {
				continue
			}
			wanted = func(n int32) bool { return slices.Contains(req.Topics[i].Partitions, n) }
		}
		if st := moving(t, wanted); len(st.Partitions) > 0 {
			resp.Topics = append(resp.Topics, st)
		}
	}
	return resp, nil, true
}

func moving(t *topic, wanted func(n int32) bool) kmsg.ListPartitionReassignmentsResponseTopic {
	st := kmsg.NewListPartitionReassignmentsResponseTopic()
	st.Topic = t.name
	for i := range t.parts {
		p := &t.parts[i]
		if p.moving == nil || !wanted(int32(i)) {
			continue
		}
		sp := kmsg.NewListPartitionReassignmentsResponseTopicPartition()
		sp.Partition, sp.Replicas = int32(i), p.replicas
		sp.AddingReplicas, sp.RemovingReplicas = p.moving.adding, p.moving.removing
		st.Partitions = append(st.Partitions, sp)
	}
	return st
}
