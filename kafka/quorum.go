package kafka

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// A quorum is who leads the controllers, as last heard. With KRaft the controller
// that Metadata and DescribeCluster name is a live broker of the answering one's
// own choice, another one each time: only the quorum itself knows.
type quorum struct {
	// Its own connections: a broker passes the question on to the controller and
	// answers nothing else meanwhile, which takes seconds while there is none.
	cl *kgo.Client

	mu     sync.Mutex
	asked  bool // once at least, whatever came of it
	absent bool // the brokers know no quorum, so that ZooKeeper has elected the controller
	leader int32
}

// quorumTime is how long the quorum has to say who leads it. The first answer
// about the brokers waits for that, later ones say what was heard last.
const quorumTime = time.Second

const metadataTopic = "__cluster_metadata"

// heard returns the controller as far as is known, given which one a broker has
// named, and whether the quorum has been asked at all.
func (q *quorum) heard(named int32) (controller int32, asked bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.absent {
		return named, q.asked
	}
	return q.leader, q.asked
}

// learn keeps what came of asking. A failure that says nothing of who leads leaves
// what was heard before.
func (q *quorum) learn(leader int32, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked = true
	switch {
	case err == nil:
		q.leader, q.absent = leader, false
	case tooOld(err):
		q.absent = true
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		q.leader, q.absent = model.NoBroker, false
	}
}

// followQuorum asks who leads the quorum. The channel is closed once that is
// answered, or given up.
func (c *Client) followQuorum(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(ctx, min(quorumTime, c.timeout/2)) // ends before send blames the broker
		defer cancel()
		resp, _, err := c.firstOf(ctx, unnamed(c.candidates(c.quorum.cl)), whoLeads)
		if err != nil {
			c.quorum.learn(model.NoBroker, err)
			return
		}
		c.quorum.learn(leaderOf(resp.(*kmsg.DescribeQuorumResponse)))
	}()
	return done
}

// unnamed returns the nodes without their ids: a broker that passes a question on
// to a quorum that hangs is not to blame for it.
func unnamed(nodes []node) []node {
	for i := range nodes {
		nodes[i].id = model.NoBroker
	}
	return nodes
}

// whoLeads asks about the quorum's only partition.
func whoLeads() kmsg.Request {
	req := kmsg.NewPtrDescribeQuorumRequest()
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic = metadataTopic
	topic.Partitions = append(topic.Partitions, kmsg.NewDescribeQuorumRequestTopicPartition())
	req.Topics = append(req.Topics, topic)
	return req
}

func leaderOf(resp *kmsg.DescribeQuorumResponse) (int32, error) {
	if err := errorOf(resp.ErrorCode, resp.ErrorMessage); err != nil {
		return model.NoBroker, err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			return p.LeaderID, errorOf(p.ErrorCode, p.ErrorMessage)
		}
	}
	return model.NoBroker, errors.New("the quorum was not described")
}
