package kafka

import (
	"context"
	"encoding/binary"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/demo"
	"kscope/model"
)

// A council is the quorum of a fake cluster, which has none itself.
type council struct {
	leader atomic.Int32
	code   atomic.Int32 // of the whole answer
	part   atomic.Int32 // of the partition
	silent atomic.Bool  // questions to it are lost
}

// convene gives a fake cluster of three brokers a quorum. Each answer about the
// brokers names another controller, as that of Kafka does.
func convene(t *testing.T) (*council, *Client) {
	t.Helper()
	cluster := fake(t, kfake.NumBrokers(3))
	q := &council{}
	cluster.ControlKey(int16(kmsg.ApiVersions), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.ApiVersionsResponse)
		for key, most := range map[kmsg.Key]int16{kmsg.ApiVersions: 3, kmsg.Metadata: 12, kmsg.DescribeCluster: 2, kmsg.DescribeQuorum: 2} {
			k := kmsg.NewApiVersionsResponseApiKey()
			k.ApiKey, k.MaxVersion = int16(key), most
			resp.ApiKeys = append(resp.ApiKeys, k)
		}
		return resp, nil, true
	})
	cluster.ControlKey(int16(kmsg.DescribeQuorum), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return q.answer(req.(*kmsg.DescribeQuorumRequest)), nil, true
	})
	var named int32
	cluster.ControlKey(int16(kmsg.DescribeCluster), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.DescribeClusterResponse)
		named = (named + 1) % 3
		resp.ControllerID = named
		for id, address := range cluster.ListenAddrs() {
			b := kmsg.NewDescribeClusterResponseBroker()
			b.NodeID, b.Host, b.Port = int32(id), "127.0.0.1", portOf(t, address)
			resp.Brokers = append(resp.Brokers, b)
		}
		return resp, nil, true
	})
	c, err := Dial(model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second}, kgo.Dialer(q.dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return q, c
}

func (q *council) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return unheard{conn, q}, err
}

// unheard is a connection on which questions to the quorum are lost while it is
// silent.
type unheard struct {
	net.Conn
	q *council
}

func (u unheard) Write(request []byte) (int, error) {
	if u.q.silent.Load() && binary.BigEndian.Uint16(request[4:]) == uint16(kmsg.DescribeQuorum) {
		return len(request), nil
	}
	return u.Conn.Write(request)
}

func (q *council) answer(req *kmsg.DescribeQuorumRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeQuorumResponse)
	if resp.ErrorCode = int16(q.code.Load()); resp.ErrorCode != 0 {
		return resp
	}
	for _, rt := range req.Topics {
		topic := kmsg.NewDescribeQuorumResponseTopic()
		topic.Topic = rt.Topic
		for _, rp := range rt.Partitions {
			p := kmsg.NewDescribeQuorumResponseTopicPartition()
			p.Partition, p.LeaderID, p.ErrorCode = rp.Partition, q.leader.Load(), int16(q.part.Load())
			topic.Partitions = append(topic.Partitions, p)
		}
		resp.Topics = append(resp.Topics, topic)
	}
	return resp
}

// controllers returns what several answers in a row take for the controller, and
// fails if a broker other than that is marked as such.
func controllers(t *testing.T, c *Client) []int32 {
	t.Helper()
	var found []int32
	for range 4 {
		e := the[model.BrokersListed](t, ask(t, c, model.ListBrokers{}))
		for _, b := range e.Brokers {
			if b.Controller != (b.ID == e.Controller) {
				t.Errorf("broker %d is marked: %v, and the controller is %d", b.ID, b.Controller, e.Controller)
			}
		}
		found = append(found, e.Controller)
	}
	return found
}

// allAre fails unless every one is the one that is wanted.
func allAre(t *testing.T, what string, got []int32, want int32) {
	t.Helper()
	for _, id := range got {
		if id != want {
			t.Errorf("%s: controllers %d, want %d each time", what, got, want)
			return
		}
	}
}

func TestTheControllerLeadsTheQuorum(t *testing.T) {
	q, c := convene(t)
	q.leader.Store(2)
	allAre(t, "broker 2 leads", controllers(t, c), 2)
	q.part.Store(int32(kerr.NotLeaderForPartition.Code))
	allAre(t, "nobody leads for now", controllers(t, c), 2)
	q.part.Store(0)
	q.leader.Store(1)
	ask(t, c, model.ListBrokers{})
	allAre(t, "broker 1 leads", controllers(t, c), 1)
	q.leader.Store(3000)
	ask(t, c, model.ListBrokers{})
	allAre(t, "a node that is no broker leads", controllers(t, c), 3000)
	q.code.Store(int32(kerr.ClusterAuthorizationFailed.Code))
	ask(t, c, model.ListBrokers{})
	allAre(t, "not permitted", controllers(t, c), model.NoBroker)
}

func TestTheControllerIsNotGuessed(t *testing.T) {
	q, c := convene(t)
	q.code.Store(int32(kerr.ClusterAuthorizationFailed.Code))
	allAre(t, "not permitted", controllers(t, c), model.NoBroker)

	q, c = convene(t)
	q.code.Store(int32(kerr.UnknownServerError.Code))
	allAre(t, "no answer yet", controllers(t, c), model.NoBroker)
	q.code.Store(0)
	q.leader.Store(1)
	ask(t, c, model.ListBrokers{})
	allAre(t, "an answer", controllers(t, c), 1)
}

// A quorum that does not answer holds up the first answer only, and no broker is
// blamed for it.
func TestAQuorumThatHangsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	q, c := convene(t)
	q.silent.Store(true)
	var s model.Snapshot
	fastest := time.Hour // of those after the first: a busy machine may hold up some
	for i := range 5 {
		begin, took := time.Now(), time.Duration(0)
		err := c.Ask(t.Context(), model.ListBrokers{}, func(e model.Event) {
			if _, ok := e.(model.BrokersListed); ok {
				took = time.Since(begin)
			}
			s = s.Apply(e)
		})
		if err != nil || s.Serving() != 3 || s.Cluster.Controller != model.NoBroker {
			t.Errorf("error %v, %d brokers serve, controller %d", err, s.Serving(), s.Cluster.Controller)
		}
		if i > 0 {
			fastest = min(fastest, took)
		}
	}
	if fastest >= quorumTime {
		t.Errorf("no answer came in less than %v", fastest)
	}
	for _, b := range s.Brokers {
		if b.State != model.Up || c.nodes.isLost(b.ID) {
			t.Errorf("broker %d is blamed: %+v", b.ID, b)
		}
	}
}

// Where brokers know no quorum, what they say of the controller holds.
func TestTheControllerOfOldBrokers(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3))
	c := dial(t, cluster)
	resp, _, err := c.first(t.Context(), brokersOnly)
	if err != nil {
		t.Fatal(err)
	}
	allAre(t, "no quorum", controllers(t, c), resp.(*kmsg.MetadataResponse).ControllerID)
}

func TestTheDemosController(t *testing.T) {
	cluster, err := demo.Start(t.Context(), demo.Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	c, err := Dial(model.Connection{Seeds: cluster.Seeds()}, kgo.Dialer(cluster.Dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	before := controllers(t, c)
	allAre(t, "the demo", before, before[0])
	if err := cluster.StopBroker(before[0]); err != nil {
		t.Fatal(err)
	}
	ask(t, c, model.ListBrokers{})
	after := controllers(t, c)
	allAre(t, "the demo with one broker stopped", after, after[0])
	if after[0] == before[0] || after[0] == model.NoBroker {
		t.Errorf("the controller was %d and is %d after that was stopped", before[0], after[0])
	}
}
