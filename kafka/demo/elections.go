package demo

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// electLeaders answers key 43. Preferred: the first replica, which must be
// alive and in sync. Unclean: for a partition without a leader, the first live
// replica, in sync or not. Asked for all partitions, it reports only those it
// tried to change, as Kafka does.
func (c *Cluster) electLeaders(_ int32, req *kmsg.ElectLeadersRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.ElectLeadersResponse)
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	if req.Topics == nil {
		for _, t := range c.image.topics {
			all := make([]int32, len(t.parts))
			for p := range all {
				all[p] = int32(p)
			}
			c.electTopic(resp, t.name, all, req.ElectionType, true)
		}
	}
	for _, rt := range req.Topics {
		c.electTopic(resp, rt.Topic, rt.Partitions, req.ElectionType, false)
	}
	c.coordinators.place()
	return resp, nil, true
}

func (c *Cluster) electTopic(resp *kmsg.ElectLeadersResponse, topic string, partitions []int32, kind int8, terse bool) {
	st := kmsg.NewElectLeadersResponseTopic()
	st.Topic = topic
	for _, n := range partitions {
		sp := kmsg.NewElectLeadersResponseTopicPartition()
		sp.Partition = n
		if err := c.image.electOne(topic, n, kind); err != nil {
			sp.ErrorCode, sp.ErrorMessage = err.Code, kmsg.StringPtr(err.Description)
		}
		if terse && sp.ErrorCode == kerr.ElectionNotNeeded.Code {
			continue
		}
		st.Partitions = append(st.Partitions, sp)
	}
	if len(st.Partitions) > 0 {
		resp.Topics = append(resp.Topics, st)
	}
}

func (im *image) electOne(topic string, n int32, kind int8) *kerr.Error {
	p := im.partition(topic, n)
	if p == nil {
		return kerr.UnknownTopicOrPartition
	}
	node, err := im.choose(p, kind)
	if err != nil {
		return err
	}
	if im.lead(im.byName[topic], n, node) != nil {
		return kerr.UnknownServerError
	}
	return nil
}

const unclean = 1 // ElectionType; 0 is preferred

// choose gives the leader an election would make, or why it makes none.
func (im *image) choose(p *partition, kind int8) (int32, *kerr.Error) {
	if kind == unclean {
		if p.leader >= 0 {
			return 0, kerr.ElectionNotNeeded
		}
		live := slices.IndexFunc(p.replicas, im.alive)
		if live < 0 {
			return 0, kerr.EligibleLeadersNotAvailable
		}
		p.isr = []int32{p.replicas[live]}
		return p.replicas[live], nil
	}
	want := p.replicas[0]
	switch {
	case p.leader == want:
		return 0, kerr.ElectionNotNeeded
	case !im.alive(want) || !slices.Contains(p.isr, want):
		return 0, kerr.PreferredLeaderNotAvailable
	}
	return want, nil
}
