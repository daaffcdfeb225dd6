package demo

import (
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// firstController is the node that kfake takes for the controller, for good:
// it answers what only a controller may. Brokers of a KRaft cluster pass such
// requests on, and so do the hooks here, whoever got them.
const firstController = 2

// internal has the topics that Kafka itself marks so.
var internal = map[string]bool{offsetsTopic: true, "__transaction_state": true, "__share_group_state": true}

// createTopics answers key 19: kfake makes the topics, the image lays out
// their replicas.
func (c *Cluster) createTopics(_ int32, req *kmsg.CreateTopicsRequest) (kmsg.Response, error, bool) {
	if marked(&req.UnknownTags) {
		return nil, nil, false
	}
	resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
	inner := *req
	inner.Version = inner.MaxVersion()
	inner.Topics = slices.DeleteFunc(slices.Clone(req.Topics), func(rt kmsg.CreateTopicsRequestTopic) bool {
		err, says := c.refuses(rt)
		if err != nil {
			st := kmsg.NewCreateTopicsResponseTopic()
			st.Topic, st.ErrorCode, st.ErrorMessage = rt.Topic, err.Code, kmsg.StringPtr(says)
			resp.Topics = append(resp.Topics, st)
		}
		return err != nil
	})
	mark(&inner.UnknownTags)
	made := inner.ResponseKind().(*kmsg.CreateTopicsResponse)
	if err := c.pass(firstController, &inner, made); err != nil {
		return nil, err, true
	}
	resp.Topics = append(resp.Topics, made.Topics...)
	if req.ValidateOnly {
		return resp, nil, true
	}
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	for _, st := range made.Topics {
		if st.ErrorCode == 0 {
			c.lay(st.Topic, int(st.ReplicationFactor), assignment(req, st.Topic))
		}
	}
	return resp, nil, true
}

// refuses gives what Kafka would object to in a new topic that kfake does not
// check: its name, its configs, and replicas on brokers that are down or do not exist.
func (c *Cluster) refuses(rt kmsg.CreateTopicsRequestTopic) (err *kerr.Error, says string) {
	if says := nameWrong(rt.Topic); says != "" {
		return kerr.InvalidTopicException, says
	}
	for _, rc := range rt.Configs {
		if says := wrong(rc.Name, rc.Value); says != "" {
			return kerr.InvalidConfig, says
		}
	}
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	for _, a := range rt.ReplicaAssignment {
		if !c.image.valid(a.Replicas) {
			return kerr.InvalidReplicaAssignment, kerr.InvalidReplicaAssignment.Description
		}
	}
	if live := len(c.image.live()); int(rt.ReplicationFactor) > live {
		return kerr.InvalidReplicationFactor, fmt.Sprintf("The target replication factor of %d cannot be reached because only %d broker(s) are registered.", rt.ReplicationFactor, live)
	}
	return nil, ""
}

func assignment(req *kmsg.CreateTopicsRequest, topic string) [][]int32 {
	var out [][]int32
	for _, rt := range req.Topics {
		if rt.Topic != topic || len(rt.ReplicaAssignment) == 0 {
			continue
		}
		out = make([][]int32, len(rt.ReplicaAssignment))
		for _, a := range rt.ReplicaAssignment {
			out[a.Partition] = a.Replicas
		}
	}
	return out
}

// lay brings a topic that kfake has into the image, with the replicas given
// for its partitions or, where none are, spread over the live brokers. The
// image must be locked.
func (c *Cluster) lay(name string, factor int, replicas [][]int32) *topic {
	info, infos := c.fake.TopicInfo(name), c.fake.PartitionInfos(name)
	if info == nil {
		return nil // deleted again by another client
	}
	if old := c.image.byName[name]; old != nil {
		c.image.drop(old)
	}
	t := &topic{name: name, id: info.TopicID, factor: factor, internal: internal[name]}
	t.parts = make([]partition, 0, len(infos))
	c.image.add(t)
	for i, pi := range infos {
		t.parts = append(t.parts, partition{leader: pi.Leader, epoch: pi.Epoch})
		var own []int32
		if i < len(replicas) {
			own = replicas[i]
		}
		c.image.place(t, int32(i), own)
	}
	return t
}

// place gives a new partition its replicas, and the first of them that is
// alive to lead. Nil replicas are spread: each topic starts at a broker of its
// own and goes round.
func (im *image) place(t *topic, n int32, replicas []int32) {
	if replicas == nil {
		live := im.live()
		for i := range min(max(t.factor, 1), len(live)) {
			replicas = append(replicas, live[(int(hash(t.name)%31)+int(n)+i)%len(live)])
		}
	}
	p := &t.parts[n]
	p.replicas = replicas
	p.isr = without(replicas, im.offline(replicas)...)
	if node := im.elect(p); node != p.leader {
		// A move fails only for topics and brokers that kfake does not have.
		_ = im.lead(t, n, node)
	}
}

func (im *image) live() []int32 {
	var ids []int32
	for _, b := range im.brokers {
		if b.up {
			ids = append(ids, b.id)
		}
	}
	return ids
}

// createPartitions answers key 37.
func (c *Cluster) createPartitions(_ int32, req *kmsg.CreatePartitionsRequest) (kmsg.Response, error, bool) {
	if marked(&req.UnknownTags) {
		return nil, nil, false
	}
	if resp := c.tooFew(req); resp != nil {
		return resp, nil, true
	}
	inner := *req
	inner.Version = inner.MaxVersion()
	inner.Topics = slices.Clone(req.Topics)
	for i := range inner.Topics {
		inner.Topics[i].Assignment = nil // the image's business; kfake would let followers serve
	}
	mark(&inner.UnknownTags)
	resp := req.ResponseKind().(*kmsg.CreatePartitionsResponse)
	made := inner.ResponseKind().(*kmsg.CreatePartitionsResponse)
	if err := c.pass(firstController, &inner, made); err != nil {
		return nil, err, true
	}
	resp.Topics = made.Topics
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	for i, st := range made.Topics {
		if st.ErrorCode == 0 && !req.ValidateOnly {
			c.grow(st.Topic, req.Topics[i].Assignment)
		}
	}
	return resp, nil, true
}

// tooFew answers a request for one topic that would not grow by it; nil if it would, or
// if there are several. kfake takes as many partitions as there are for success.
func (c *Cluster) tooFew(req *kmsg.CreatePartitionsRequest) *kmsg.CreatePartitionsResponse {
	if len(req.Topics) != 1 {
		return nil
	}
	rt := req.Topics[0]
	has := int32(len(c.fake.PartitionInfos(rt.Topic)))
	if has == 0 || rt.Count > has {
		return nil
	}
	resp := req.ResponseKind().(*kmsg.CreatePartitionsResponse)
	st := kmsg.NewCreatePartitionsResponseTopic()
	st.Topic, st.ErrorCode = rt.Topic, kerr.InvalidPartitions.Code
	st.ErrorMessage = kmsg.StringPtr(fmt.Sprintf("The topic %s currently has %d partition(s); %d would not be an increase.", rt.Topic, has, rt.Count))
	resp.Topics = append(resp.Topics, st)
	return resp
}

func (c *Cluster) grow(name string, assigned []kmsg.CreatePartitionsRequestTopicAssignment) {
	t := c.image.byName[name]
	if t == nil {
		return
	}
	had := len(t.parts)
	for i, pi := range c.fake.PartitionInfos(name) {
		if i < had {
			continue
		}
		var own []int32
		if i-had < len(assigned) && c.image.valid(assigned[i-had].Replicas) {
			own = assigned[i-had].Replicas
		}
		t.parts = append(t.parts, partition{leader: pi.Leader, epoch: pi.Epoch})
		c.image.place(t, int32(i), own)
	}
}

// deleteTopics answers key 20.
func (c *Cluster) deleteTopics(_ int32, req *kmsg.DeleteTopicsRequest) (kmsg.Response, error, bool) {
	if marked(&req.UnknownTags) {
		return nil, nil, false
	}
	inner := *req
	inner.Version = inner.MaxVersion()
	inner.Topics = slices.Clone(req.Topics)
	for _, name := range req.TopicNames { // up to version 5
		rt := kmsg.NewDeleteTopicsRequestTopic()
		rt.Topic = kmsg.StringPtr(name)
		inner.Topics = append(inner.Topics, rt)
	}
	inner.TopicNames = nil
	mark(&inner.UnknownTags)
	resp := req.ResponseKind().(*kmsg.DeleteTopicsResponse)
	gone := inner.ResponseKind().(*kmsg.DeleteTopicsResponse)
	if err := c.pass(firstController, &inner, gone); err != nil {
		return nil, err, true
	}
	resp.Topics = gone.Topics
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	for _, st := range gone.Topics {
		if t := c.image.byID[st.TopicID]; t != nil && st.ErrorCode == 0 {
			c.image.drop(t)
		}
	}
	return resp, nil, true
}
