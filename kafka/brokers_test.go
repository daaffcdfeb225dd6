package kafka

import (
	"net"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

func TestListBrokers(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3), kfake.ClusterID("lab")))
	events := ask(t, c, model.ListBrokers{})
	listed := the[model.BrokersListed](t, events)
	if listed.ClusterID != "lab" || len(listed.Brokers) != 3 || listed.Brokers[0].Host != "127.0.0.1" {
		t.Errorf("listed = %+v", listed)
	}
	for _, p := range the[model.BrokersProbed](t, events).Probes {
		if p.Problem != nil || p.Latency <= 0 {
			t.Errorf("probe = %+v, want an answer", p)
		}
	}
}

// gated makes a fake cluster whose brokers are reached through gates only.
func gated(t *testing.T, brokers int, opts ...kfake.Opt) (*kfake.Cluster, []*gate, []string) {
	t.Helper()
	cluster := fake(t, append(opts, kfake.NumBrokers(brokers))...)
	var gates []*gate
	var seeds []string
	for _, address := range cluster.ListenAddrs() {
		g := &gate{}
		seeds = append(seeds, g.open(t, address))
		gates = append(gates, g)
	}
	port := func(id int32) int32 {
		return int32(gates[id].Addr().(*net.TCPAddr).Port)
	}
	cluster.ControlKey(int16(kmsg.DescribeCluster), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.DescribeClusterResponse)
		resp.ClusterID = "lab"
		for id := range int32(brokers) {
			resp.Brokers = append(resp.Brokers, kmsg.DescribeClusterResponseBroker{NodeID: id, Host: "127.0.0.1", Port: port(id)})
		}
		return resp, nil, true
	})
	cluster.ControlKey(int16(kmsg.Metadata), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if topics := req.(*kmsg.MetadataRequest).Topics; topics == nil || len(topics) > 0 {
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.MetadataResponse)
		for id := range int32(brokers) {
			resp.Brokers = append(resp.Brokers, kmsg.MetadataResponseBroker{NodeID: id, Host: "127.0.0.1", Port: port(id)})
		}
		return resp, nil, true
	})
	return cluster, gates, seeds
}

// stateOfBroker asks once and returns what is known of a broker then.
func stateOfBroker(t *testing.T, c *Client, s *model.Snapshot, id int32) model.Broker {
	t.Helper()
	for _, e := range ask(t, c, model.ListBrokers{}) {
		*s = s.Apply(e)
	}
	b, _ := s.Broker(id)
	return b
}

// What waits for a timeout takes forever; what does not happens at once, even where the
// machine is busy with other things.
const (
	forever = 3 * time.Minute
	atOnce  = time.Minute
)

// A broker that is gone, or hangs, is said to be unreached though the cluster still
// lists it; that takes no longer than a probe may, whichever broker it is, and the
// rest goes on working.
func TestListBrokersWhenOneIsDown(t *testing.T) {
	t.Parallel()
	for id := range int32(3) {
		_, gates, seeds := gated(t, 3, kfake.SeedTopics(6, "orders"))
		c := connect(t, model.Connection{Seeds: seeds, Timeout: forever})
		var s model.Snapshot
		if b := stateOfBroker(t, c, &s, id); b.State != model.Up {
			t.Fatalf("broker %d = %+v, want it up", id, b)
		}
		gates[id].Close()
		gates[id].cut()
		begin := time.Now()
		b := stateOfBroker(t, c, &s, id)
		if b.State != model.Unreached || b.Problem == nil || b.Problem.Kind != model.Unreachable || time.Since(begin) > atOnce {
			t.Errorf("stopped broker %d = %+v, problem %v, after %v", id, b, b.Problem, time.Since(begin))
		}
		if s.Serving() != 2 {
			t.Errorf("%d brokers serve, want 2", s.Serving())
		}
		ask(t, c, model.ListTopics{})
	}
}

func TestListBrokersWhenOneHangs(t *testing.T) {
	t.Parallel()
	for id := range int32(2) {
		_, gates, seeds := gated(t, 2, kfake.SeedTopics(6, "orders"))
		c := connect(t, model.Connection{Seeds: seeds, Timeout: forever})
		var s model.Snapshot
		stateOfBroker(t, c, &s, id)
		gates[id].hangs(true)
		begin := time.Now()
		b := stateOfBroker(t, c, &s, id)
		if b.State != model.Unreached || b.Problem == nil || b.Problem.Kind != model.Timeout || time.Since(begin) > atOnce {
			t.Errorf("hanging broker %d = %+v, problem %v, after %v", id, b, b.Problem, time.Since(begin))
		}
		begin = time.Now()
		ask(t, c, model.ListTopics{})
		if took := time.Since(begin); took > atOnce {
			t.Errorf("listing topics took %v", took)
		}
	}
}

func TestListBrokersFromOldOnes(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(2), kfake.MaxVersions(kversion.V2_7_0())))
	if listed := the[model.BrokersListed](t, ask(t, c, model.ListBrokers{})); len(listed.Brokers) != 2 {
		t.Errorf("listed = %+v", listed)
	}
}

func TestFencedBrokers(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	cluster.ControlKey(int16(kmsg.DescribeCluster), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if !req.(*kmsg.DescribeClusterRequest).IncludeFencedBrokers {
			t.Error("fenced brokers are not asked for")
		}
		resp := req.ResponseKind().(*kmsg.DescribeClusterResponse)
		resp.Brokers = []kmsg.DescribeClusterResponseBroker{{NodeID: 7, Host: "gone", Port: 1, IsFenced: true}, {NodeID: 0, Host: "127.0.0.1", Port: 1}}
		return resp, nil, true
	})
	events := ask(t, dial(t, cluster), model.ListBrokers{})
	if b := the[model.BrokersListed](t, events).Brokers; b[0].ID != 0 || b[1].State != model.Fenced {
		t.Errorf("brokers = %+v", b)
	}
	if probes := the[model.BrokersProbed](t, events).Probes; len(probes) != 1 || probes[0].Broker != 0 {
		t.Errorf("probes = %+v, want none of the fenced broker", probes)
	}
}

func TestVersionOf(t *testing.T) {
	for want, versions := range map[string]*kversion.Versions{"3.5": kversion.V3_5_0(), "3.9": kversion.V3_9_0(), "4.1": kversion.V4_1_0()} {
		resp := kmsg.NewPtrApiVersionsResponse()
		versions.EachMaxKeyVersion(func(k, v int16) {
			resp.ApiKeys = append(resp.ApiKeys, kmsg.ApiVersionsResponseApiKey{ApiKey: k, MaxVersion: v})
		})
		if got := versionOf(resp); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := versionOf(kmsg.NewPtrApiVersionsResponse()); got != "" {
		t.Errorf("%q of a broker that knows nothing", got)
	}
}
