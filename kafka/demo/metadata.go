package demo

import (
	"net"
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Everything is allowed in the demo, so these are all operations that a topic
// and a cluster know (KIP-430, bits by kmsg.ACLOperation).
const (
	topicOperations   = 1<<3 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8 | 1<<10 | 1<<11
	clusterOperations = 1<<5 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11 | 1<<12
	notAsked          = -2147483648
)

// metadata answers key 3 from the image. Topics are never created by it.
func (c *Cluster) metadata(_ int32, req *kmsg.MetadataRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.MetadataResponse)
	resp.ClusterID = kmsg.StringPtr(clusterID)
	build := func() {
		c.image.mu.RLock()
		defer c.image.mu.RUnlock()
		c.image.metadata(req, resp)
	}
	if req.Topics == nil && c.huge {
		c.aside(build)
	} else {
		build()
	}
	return resp, nil, true
}

func (im *image) metadata(req *kmsg.MetadataRequest, resp *kmsg.MetadataResponse) {
	for _, b := range im.brokers {
		if b.up {
			sb := kmsg.NewMetadataResponseBroker()
			sb.NodeID, sb.Rack = b.id, kmsg.StringPtr(b.rack)
			sb.Host, sb.Port = b.endpoint()
			resp.Brokers = append(resp.Brokers, sb)
		}
	}
	resp.ControllerID = im.controller
	if req.IncludeClusterAuthorizedOperations {
		resp.AuthorizedOperations = clusterOperations
	}
	operations := int32(notAsked)
	if req.IncludeTopicAuthorizedOperations {
		operations = topicOperations
	}
	for _, t := range im.asked(req, resp) {
		resp.Topics = append(resp.Topics, im.describe(t, operations))
	}
}

// asked resolves the topics of a request, once each; those unknown go into the
// response as errors.
func (im *image) asked(req *kmsg.MetadataRequest, resp *kmsg.MetadataResponse) []*topic {
	if req.Topics == nil || req.Version == 0 && len(req.Topics) == 0 {
		resp.Topics = make([]kmsg.MetadataResponseTopic, 0, len(im.topics))
		return im.topics
	}
	var found []*topic
	for _, rt := range req.Topics {
		var t *topic
		missing := kmsg.NewMetadataResponseTopic()
		switch {
		case rt.TopicID != [16]byte{}:
			t = im.byID[rt.TopicID]
			missing.TopicID, missing.ErrorCode = rt.TopicID, kerr.UnknownTopicID.Code
		case rt.Topic != nil:
			t = im.byName[*rt.Topic]
			missing.Topic, missing.ErrorCode = rt.Topic, kerr.UnknownTopicOrPartition.Code
		default:
			continue
		}
		if t == nil {
			resp.Topics = append(resp.Topics, missing)
		} else if !slices.Contains(found, t) {
			found = append(found, t)
		}
	}
	return found
}

func (im *image) describe(t *topic, operations int32) kmsg.MetadataResponseTopic {
	st := kmsg.NewMetadataResponseTopic()
	st.Topic, st.TopicID, st.IsInternal = kmsg.StringPtr(t.name), t.id, t.internal
	st.AuthorizedOperations = operations
	st.Partitions = make([]kmsg.MetadataResponseTopicPartition, len(t.parts))
	for i := range t.parts {
		p, sp := &t.parts[i], &st.Partitions[i]
		sp.Partition = int32(i)
		sp.Leader, sp.LeaderEpoch = p.leader, p.epoch
		sp.Replicas, sp.ISR = p.replicas, p.isr
		sp.OfflineReplicas = im.offline(p.replicas)
		if p.leader < 0 {
			sp.ErrorCode = kerr.LeaderNotAvailable.Code
		}
	}
	return st
}

func (b *broker) endpoint() (string, int32) {
	host, port, _ := net.SplitHostPort(b.gate.Addr().String())
	n, _ := strconv.Atoi(port)
	return host, int32(n)
}

// describeCluster answers key 60. Brokers that are down are fenced, and listed
// only to who asks for fenced ones (version 2).
func (c *Cluster) describeCluster(_ int32, req *kmsg.DescribeClusterRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.DescribeClusterResponse)
	if req.EndpointType == 2 { // controllers: not reachable from outside
		resp.ErrorCode = kerr.MismatchedEndpointType.Code
		return resp, nil, true
	}
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	resp.ClusterID, resp.ControllerID = clusterID, c.image.controller
	if req.IncludeClusterAuthorizedOperations {
		resp.ClusterAuthorizedOperations = clusterOperations
	}
	for _, b := range c.image.brokers {
		if b.up || req.IncludeFencedBrokers {
			sb := kmsg.NewDescribeClusterResponseBroker()
			sb.NodeID, sb.Rack, sb.IsFenced = b.id, kmsg.StringPtr(b.rack), !b.up
			sb.Host, sb.Port = b.endpoint()
			resp.Brokers = append(resp.Brokers, sb)
		}
	}
	return resp, nil, true
}
