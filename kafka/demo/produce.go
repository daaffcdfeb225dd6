package demo

import (
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const minISRConfig = "min.insync.replicas"

// produce answers key 0 where kfake would take records that Kafka refuses:
// with acks=all, for partitions whose ISR is smaller than
// min.insync.replicas. The rest of the request is passed on.
func (c *Cluster) produce(node int32, req *kmsg.ProduceRequest) (kmsg.Response, error, bool) {
	if req.Acks != -1 || marked(&req.UnknownTags) {
		return nil, nil, false
	}
	short := c.short(req)
	if short == nil {
		return nil, nil, false
	}
	inner := *req
	inner.Version = max(req.Version, 9) // the first that can be marked
	inner.Topics = nil
	mark(&inner.UnknownTags)
	refused := req.ResponseKind().(*kmsg.ProduceResponse)
	for _, rt := range req.Topics {
		taken, st := part(rt, short[topicKey(rt)])
		if len(taken.Partitions) > 0 {
			inner.Topics = append(inner.Topics, taken)
		}
		if len(st.Partitions) > 0 {
			refused.Topics = append(refused.Topics, st)
		}
	}
	if len(inner.Topics) == 0 {
		return refused, nil, true
	}
	resp := inner.ResponseKind().(*kmsg.ProduceResponse)
	if err := c.pass(node, &inner, resp); err != nil {
		return nil, err, true
	}
	resp.Version = req.Version
	for _, st := range refused.Topics {
		merge(resp, st)
	}
	return resp, nil, true
}

// part splits a topic of a request into what can be written and the refusal of
// the rest.
func part(rt kmsg.ProduceRequestTopic, short []int32) (taken kmsg.ProduceRequestTopic, refused kmsg.ProduceResponseTopic) {
	taken, taken.Partitions = rt, nil
	refused = kmsg.NewProduceResponseTopic()
	refused.Topic, refused.TopicID = rt.Topic, rt.TopicID
	for _, rp := range rt.Partitions {
		if !slices.Contains(short, rp.Partition) {
			taken.Partitions = append(taken.Partitions, rp)
			continue
		}
		sp := kmsg.NewProduceResponseTopicPartition()
		sp.Partition, sp.BaseOffset = rp.Partition, -1
		sp.ErrorCode = kerr.NotEnoughReplicas.Code
		refused.Partitions = append(refused.Partitions, sp)
	}
	return taken, refused
}

func merge(resp *kmsg.ProduceResponse, st kmsg.ProduceResponseTopic) {
	for i := range resp.Topics {
		if rt := &resp.Topics[i]; rt.Topic == st.Topic && rt.TopicID == st.TopicID {
			rt.Partitions = append(rt.Partitions, st.Partitions...)
			return
		}
	}
	resp.Topics = append(resp.Topics, st)
}

// topicKey is the topic of a request by what it is named by: its name, or from
// version 13 on its id.
func topicKey(rt kmsg.ProduceRequestTopic) string {
	if rt.Topic != "" {
		return rt.Topic
	}
	return string(rt.TopicID[:])
}

// short gives the partitions of a request, by topicKey, whose ISR is smaller
// than the topic's min.insync.replicas; nil if there are none.
func (c *Cluster) short(req *kmsg.ProduceRequest) map[string][]int32 {
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	var out map[string][]int32
	for _, rt := range req.Topics {
		t := c.image.byName[rt.Topic]
		if rt.Topic == "" {
			t = c.image.byID[rt.TopicID]
		}
		if t == nil {
			continue
		}
		least := -1 // not looked up yet
		for _, rp := range rt.Partitions {
			if int(rp.Partition) >= len(t.parts) || rp.Partition < 0 {
				continue
			}
			p := &t.parts[rp.Partition]
			if len(p.isr) >= len(p.replicas) {
				continue
			}
			if least < 0 {
				least = c.minISR(t.name)
			}
			if len(p.isr) < least {
				if out == nil {
					out = make(map[string][]int32)
				}
				out[topicKey(rt)] = append(out[topicKey(rt)], rp.Partition)
			}
		}
	}
	return out
}

// minISR is the topic's own min.insync.replicas, else the cluster's.
func (c *Cluster) minISR(topic string) int {
	least := 1
	if info := c.fake.TopicInfo(topic); info != nil && info.Configs[minISRConfig] != nil {
		least, _ = strconv.Atoi(*info.Configs[minISRConfig])
	}
	return least
}
