package kafka

import (
	"cmp"
	"context"
	"hash/fnv"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"kscope/model"
)

// listBrokers answers model.ListBrokers: first what the cluster says, then who
// really answers.
//
//	API   DescribeCluster (60), to any broker; Metadata (3) without topics where
//	      that is missing (before Kafka 2.8). Fenced brokers come with version 2
//	      of it (Kafka 4.0, KIP-1073). Then ApiVersions (18) to each broker at once.
//	      DescribeQuorum (55) for the controller; of clusters with ZooKeeper, which
//	      do not know it, what the first answer says
//	Cost  one request a broker and second, under 5 KB each, and one more
//	ACL   Describe on Cluster for the controller, which is model.NoBroker without;
//	      none for the rest
//	Error when no broker answers; one that does not is in BrokersProbed
func (c *Client) listBrokers(ctx context.Context, emit func(model.Event)) error {
	listed, err := c.describeCluster(ctx)
	if err != nil {
		return err
	}
	var ids []int32
	for _, b := range listed.Brokers {
		if b.State != model.Fenced {
			ids = append(ids, b.ID)
		}
	}
	if c.nodes.readdress(listed.Brokers) {
		c.cl.ForceMetadataRefresh() // the client library has no address yet, or the old one
		c.pulse.ForceMetadataRefresh()
		c.quorum.cl.ForceMetadataRefresh()
	}
	c.nodes.listed(ids)
	followed := c.followQuorum(ctx)
	if _, asked := c.quorum.heard(model.NoBroker); !asked {
		<-followed // who asks only once would not hear of the controller
	}
	controller, _ := c.quorum.heard(listed.Controller)
	emit(led(listed, controller))
	if probes := c.probe(ctx, ids); len(probes) > 0 {
		emit(model.BrokersProbed{At: time.Now(), Probes: probes})
	}
	<-followed
	return ctx.Err()
}

// led says which node is the controller. That may be none of the brokers.
func led(e model.BrokersListed, controller int32) model.BrokersListed {
	e.Controller = controller
	for i := range e.Brokers {
		e.Brokers[i].Controller = e.Brokers[i].ID == controller
	}
	return e
}

func (c *Client) describeCluster(ctx context.Context) (model.BrokersListed, error) {
	resp, _, err := c.first(ctx, whoIsThere)
	if tooOld(err) {
		return c.brokersOfMetadata(ctx)
	}
	if err != nil {
		return model.BrokersListed{}, err
	}
	r := resp.(*kmsg.DescribeClusterResponse)
	if err := errorOf(r.ErrorCode, r.ErrorMessage); err != nil {
		return model.BrokersListed{}, err
	}
	e := model.BrokersListed{At: time.Now(), ClusterID: r.ClusterID, Controller: r.ControllerID}
	for _, b := range r.Brokers {
		e.Brokers = append(e.Brokers, brokerOf(b.NodeID, b.Host, b.Port, b.Rack))
		if b.IsFenced {
			e.Brokers[len(e.Brokers)-1].State = model.Fenced
		}
	}
	sortBrokers(e.Brokers)
	return e, nil
}

func (c *Client) brokersOfMetadata(ctx context.Context) (model.BrokersListed, error) {
	resp, _, err := c.first(ctx, brokersOnly)
	if err != nil {
		return model.BrokersListed{}, err
	}
	r := resp.(*kmsg.MetadataResponse)
	e := model.BrokersListed{At: time.Now(), ClusterID: text(r.ClusterID), Controller: r.ControllerID}
	for _, b := range r.Brokers {
		e.Brokers = append(e.Brokers, brokerOf(b.NodeID, b.Host, b.Port, b.Rack))
	}
	sortBrokers(e.Brokers)
	return e, nil
}

func brokerOf(id int32, host string, port int32, rack *string) model.Broker {
	return model.Broker{ID: id, Host: host, Port: port, Rack: text(rack)}
}

func sortBrokers(brokers []model.Broker) {
	slices.SortFunc(brokers, func(a, b model.Broker) int { return cmp.Compare(a.ID, b.ID) })
}

// probeTimeout is how long a broker has to say its API versions. With a poll a
// second, a broker that hangs is shown as such after 3 s.
const probeTimeout = 2 * time.Second

// probe asks each broker for its API versions, all at once. It returns nothing
// while the client library itself has not learned of any broker: it would blame
// all of them for one seed that hangs.
func (c *Client) probe(ctx context.Context, ids []int32) []model.Probe {
	probes := make([]model.Probe, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { probes[i] = c.probeOne(ctx, id) })
	}
	wg.Wait()
	if ctx.Err() != nil || len(c.pulse.DiscoveredBrokers()) == 0 {
		return nil
	}
	return probes
}

func (c *Client) probeOne(ctx context.Context, id int32) model.Probe {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	begin := time.Now()
	resp, err := c.send(ctx, node{Broker: c.pulse.Broker(int(id)), id: id}, apiVersions())
	if ctx.Err() != nil && err != nil {
		c.nodes.answered(id, err)
		err = &timeoutError{after: probeTimeout, err: err}
	}
	if err != nil {
		return model.Probe{Broker: id, Problem: problemOf(err)}
	}
	return model.Probe{Broker: id, Latency: time.Since(begin), Version: c.guesses.versionOf(resp.(*kmsg.ApiVersionsResponse))}
}

func apiVersions() kmsg.Request {
	req := kmsg.NewPtrApiVersionsRequest()
	req.ClientSoftwareName, req.ClientSoftwareVersion = "kscope", "0"
	return req
}

// guesses are the releases that were guessed: a guess costs half a millisecond, and
// the brokers of a cluster know the same requests, every second.
type guesses struct {
	mu    sync.Mutex
	known map[uint64]string // by a hash of the requests
}

func (g *guesses) versionOf(resp *kmsg.ApiVersionsResponse) string {
	h := fnv.New64a()
	for _, k := range resp.ApiKeys {
		h.Write([]byte{byte(k.ApiKey >> 8), byte(k.ApiKey), byte(k.MaxVersion >> 8), byte(k.MaxVersion)})
	}
	key := h.Sum64()
	g.mu.Lock()
	defer g.mu.Unlock()
	version, ok := g.known[key]
	if !ok {
		version = versionOf(resp)
		if g.known == nil {
			g.known = map[uint64]string{}
		}
		g.known[key] = version
	}
	return version
}

var release = regexp.MustCompile(`^(?:at least |unknown custom version at least )?v(\d+\.\d+)$`)

// versionOf guesses the release of Kafka from the requests it knows, as "4.1";
// empty if they fit none. Two releases that know the same requests cannot be told
// apart: the older one is named.
func versionOf(resp *kmsg.ApiVersionsResponse) string {
	guess := kversion.FromApiVersionsResponse(resp).VersionGuess()
	if found := release.FindStringSubmatch(guess); found != nil {
		return found[1]
	}
	return ""
}

// text returns what s points to; empty for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
