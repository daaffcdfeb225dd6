package demo

import (
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// describeConfigs answers key 32: kfake's answer, with the broker's own rack
// where kfake gives one name for all, and with documentation, of which it has none.
func (c *Cluster) describeConfigs(node int32, req *kmsg.DescribeConfigsRequest) (kmsg.Response, error, bool) {
	ofBroker := func(rr kmsg.DescribeConfigsRequestResource) bool {
		return rr.ResourceType == kmsg.ConfigResourceTypeBroker && rr.ResourceName != ""
	}
	if marked(&req.UnknownTags) || !req.IncludeDocumentation && !slices.ContainsFunc(req.Resources, ofBroker) {
		return nil, nil, false
	}
	inner := *req
	inner.Version = inner.MaxVersion()
	mark(&inner.UnknownTags)
	resp := inner.ResponseKind().(*kmsg.DescribeConfigsResponse)
	if err := c.pass(node, &inner, resp); err != nil {
		return nil, err, true
	}
	resp.Version = req.Version
	for _, rr := range resp.Resources {
		if req.IncludeDocumentation {
			document(&rr)
		}
		for i := range rr.Configs {
			if rr.Configs[i].Name == "broker.rack" {
				rr.Configs[i].Value = kmsg.StringPtr(c.rackOf(rr.ResourceName))
			}
		}
	}
	return resp, nil, true
}

func (c *Cluster) rackOf(id string) string {
	n, _ := strconv.Atoi(id)
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	if b := c.image.broker(int32(n)); b != nil {
		return b.rack
	}
	return ""
}

// alterScram answers key 51, which kfake takes on one node only.
func (c *Cluster) alterScram(node int32, req *kmsg.AlterUserSCRAMCredentialsRequest) (kmsg.Response, error, bool) {
	if node == firstController {
		return nil, nil, false
	}
	resp := req.ResponseKind().(*kmsg.AlterUserSCRAMCredentialsResponse)
	return resp, c.pass(firstController, req, resp), true
}

// offsetForLeaderEpoch answers key 23. kfake, between a change of leader and
// the first record written after it, answers that it does not know the epoch,
// which clients take for lost records and start over. Nothing is ever lost
// here, so every epoch up to now ends at the end of the log.
func (c *Cluster) offsetForLeaderEpoch(node int32, req *kmsg.OffsetForLeaderEpochRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.OffsetForLeaderEpochResponse)
	for _, rt := range req.Topics {
		st := kmsg.NewOffsetForLeaderEpochResponseTopic()
		st.Topic = rt.Topic
		for _, rp := range rt.Partitions {
			sp := kmsg.NewOffsetForLeaderEpochResponseTopicPartition()
			sp.Partition = rp.Partition
			switch pi := c.fake.PartitionInfo(rt.Topic, rp.Partition); {
			case pi == nil:
				sp.ErrorCode = kerr.UnknownTopicOrPartition.Code
			case pi.Leader != node:
				sp.ErrorCode = kerr.NotLeaderForPartition.Code
			case rp.CurrentLeaderEpoch >= 0 && rp.CurrentLeaderEpoch < pi.Epoch:
				sp.ErrorCode = kerr.FencedLeaderEpoch.Code
			case rp.CurrentLeaderEpoch > pi.Epoch:
				sp.ErrorCode = kerr.UnknownLeaderEpoch.Code
			default:
				sp.LeaderEpoch, sp.EndOffset = min(rp.LeaderEpoch, pi.Epoch), pi.HighWatermark
			}
			st.Partitions = append(st.Partitions, sp)
		}
		resp.Topics = append(resp.Topics, st)
	}
	return resp, nil, true
}
