package demo

import (
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const metadataTopic = "__cluster_metadata"

// apiVersions answers key 18: kfake's own keys, and DescribeQuorum, which it
// lacks. Errors (a version that is not known, another cluster's or node's
// connection, KIP-1242) are left to kfake.
func (c *Cluster) apiVersions(node int32, req *kmsg.ApiVersionsRequest) (kmsg.Response, error, bool) {
	if req.Version > c.versions.Version || req.ClusterID != nil && (*req.ClusterID != clusterID || req.NodeID != node) {
		return nil, nil, false
	}
	if req.ClusterID == nil && req.NodeID >= 0 {
		return nil, nil, false
	}
	resp := *c.versions
	resp.Version = req.Version
	return &resp, nil, true
}

// askVersions learns kfake's keys, before apiVersions is hooked, and adds what
// the hooks answer on their own.
func (c *Cluster) askVersions() error {
	req := kmsg.NewPtrApiVersionsRequest()
	req.Version = req.MaxVersion()
	req.ClientSoftwareName, req.ClientSoftwareVersion = "kscope", "demo"
	resp := req.ResponseKind().(*kmsg.ApiVersionsResponse)
	if err := c.passages[firstController].ask(c.ctx, req, resp); err != nil {
		return err
	}
	quorum := kmsg.NewApiVersionsResponseApiKey()
	quorum.ApiKey = int16(kmsg.DescribeQuorum)
	quorum.MaxVersion = kmsg.NewPtrDescribeQuorumRequest().MaxVersion()
	resp.ApiKeys = append(resp.ApiKeys, quorum)
	c.versions = resp
	return nil
}

// describeQuorum answers key 55: every broker is a voter too. The log grows
// with each change of the image, and by two no-op records a second as in real
// Kafka.
func (c *Cluster) describeQuorum(_ int32, req *kmsg.DescribeQuorumRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.DescribeQuorumResponse)
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	now := time.Now()
	p := kmsg.NewDescribeQuorumResponseTopicPartition()
	p.LeaderID, p.LeaderEpoch = c.image.controller, c.image.quorum
	p.HighWatermark = c.metadataEnd(now)
	for _, b := range c.image.brokers {
		p.CurrentVoters = append(p.CurrentVoters, c.voter(b, now))
		if req.Version >= 2 {
			resp.Nodes = append(resp.Nodes, quorumNode(b))
		}
	}
	t := kmsg.NewDescribeQuorumResponseTopic()
	t.Topic, t.Partitions = metadataTopic, append(t.Partitions, p)
	resp.Topics = append(resp.Topics, t)
	return resp, nil, true
}

func (c *Cluster) metadataEnd(at time.Time) int64 {
	return 1000 + c.image.changes + int64(at.Sub(c.started)/(500*time.Millisecond))
}

func (c *Cluster) voter(b *broker, now time.Time) kmsg.DescribeQuorumResponseTopicPartitionReplicaState {
	last := now
	if !b.up {
		last = b.seen
	}
	v := kmsg.NewDescribeQuorumResponseTopicPartitionReplicaState()
	v.ReplicaID = b.id
	v.LogEndOffset = c.metadataEnd(last)
	v.LastFetchTimestamp, v.LastCaughtUpTimestamp = last.UnixMilli(), last.UnixMilli()
	return v
}

func quorumNode(b *broker) kmsg.DescribeQuorumResponseNode {
	n := kmsg.NewDescribeQuorumResponseNode()
	n.NodeID = b.id
	l := kmsg.NewDescribeQuorumResponseNodeListener()
	l.Name, l.Host, l.Port = "CONTROLLER", "", 9093
	l.Host, _ = b.endpoint()
	n.Listeners = append(n.Listeners, l)
	return n
}
