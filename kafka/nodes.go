package kafka

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// nodes is what is known of which brokers answer, so that a question any broker
// can answer is not put to one that is down.
type nodes struct {
	mu    sync.Mutex
	ids   []int32          // as last listed, without fenced ones
	at    map[int32]string // addresses as last listed
	heard map[int32]time.Time
	lost  map[int32]bool // the last request failed
}

// listed remembers which brokers there are.
func (n *nodes) listed(ids []int32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ids = ids
}

// readdress reports whether a broker is new, or has another address than before.
func (n *nodes) readdress(brokers []model.Broker) bool {
	at := make(map[int32]string, len(brokers))
	for _, b := range brokers {
		at[b.ID] = b.Address()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	moved := false
	for id, address := range at {
		if old, ok := n.at[id]; !ok || old != address {
			moved = true
		}
	}
	n.at = at
	return moved
}

// answered remembers how a request to a broker went.
func (n *nodes) answered(id int32, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.heard == nil {
		n.heard, n.lost = map[int32]time.Time{}, map[int32]bool{}
	}
	n.lost[id] = err != nil
	if err == nil {
		n.heard[id] = time.Now()
	}
}

// best returns the brokers, those first that are most likely to answer.
func (n *nodes) best() []int32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids := slices.Clone(n.ids)
	slices.SortStableFunc(ids, func(a, b int32) int {
		if n.lost[a] != n.lost[b] {
			if n.lost[a] {
				return 1
			}
			return -1
		}
		return 0
	})
	return ids
}

// addresses returns where brokers are that answered last time.
func (n *nodes) addresses() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var found []string
	for _, id := range n.ids {
		if _, ok := n.heard[id]; ok && !n.lost[id] && n.at[id] != "" {
			found = append(found, n.at[id])
		}
	}
	return found
}

// isLost reports whether the last request to a broker failed.
func (n *nodes) isLost(id int32) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lost[id]
}

// recently is how old an answer may be to trust in the next.
const recently = 3 * time.Second

// fresh returns a broker that has answered recently, if there is one.
func (n *nodes) fresh() (int32, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range n.ids {
		if !n.lost[id] && time.Since(n.heard[id]) < recently {
			return id, true
		}
	}
	return model.NoBroker, false
}

// optsNow returns what a further kgo client is made with. It first asks brokers that
// are known to answer: a seed may be down by now, or hang.
func (c *Client) optsNow() []kgo.Opt {
	seeds, err := seedsOf(c.conn)
	if err != nil {
		return c.opts
	}
	return append(c.opts[:len(c.opts):len(c.opts)], kgo.SeedBrokers(append(c.nodes.addresses(), seeds...)...))
}

// A node is a broker, or a seed whose broker id is not known.
type node struct {
	*kgo.Broker
	id   int32  // model.NoBroker for a seed
	seed string // its address; empty for a broker
}

// candidates returns every node there is to ask by cl, the most promising first.
func (c *Client) candidates(cl *kgo.Client) []node {
	var found []node
	for _, id := range c.nodes.best() {
		found = append(found, node{Broker: cl.Broker(int(id)), id: id})
	}
	seeds, _ := seedsOf(c.conn) // each client was made with them, in their order
	for i, b := range cl.SeedBrokers() {
		n := node{Broker: b, id: model.NoBroker}
		if i < len(seeds) {
			n.seed = seeds[i]
		}
		found = append(found, n)
	}
	return found
}

// send sends req to one broker and waits for the response, no longer than the
// timeout of a request, and less for a broker that did not answer last time. A
// connection that turned out to be closed is replaced
// once: brokers close idle ones, and every one when they restart.
func (c *Client) send(ctx context.Context, n node, req kmsg.Request) (kmsg.Response, error) {
	limit := c.timeout
	if c.nodes.isLost(n.id) {
		limit = min(limit, probeTimeout)
	}
	own, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	resp, err := n.Request(own, req)
	if err != nil && own.Err() == nil && kgo.IsRetryableBrokerErr(err) {
		resp, err = n.Request(own, req)
	}
	if n.id != model.NoBroker && ctx.Err() == nil && !tooOld(err) {
		c.nodes.answered(n.id, err)
	}
	if err != nil && ctx.Err() == nil && own.Err() != nil {
		err = &timeoutError{after: limit, err: err}
	}
	return resp, ofOtherCA(err, c.conn)
}

// meet is send, to somebody who may be no broker.
func (c *Client) meet(ctx context.Context, n node, req kmsg.Request) (resp kmsg.Response, err error) {
	if n.seed == "" || len(c.nodes.best()) > 0 {
		return c.send(ctx, n, req)
	}
	err = c.unlessWeb(ctx, n.seed, func(ctx context.Context) error {
		resp, err = c.send(ctx, n, req)
		return err
	})
	return resp, err
}

// to is send to the broker of that id.
func (c *Client) to(ctx context.Context, id int32, req kmsg.Request) (kmsg.Response, error) {
	return c.send(ctx, node{Broker: c.cl.Broker(int(id)), id: id}, req)
}

// patience is how long a broker has before another one is asked as well.
const patience = 500 * time.Millisecond

// first puts a question that any broker can answer: to the most promising, and
// when that fails or takes long to the next one too. It returns the first answer
// and who gave it, or the first error if nobody could answer. Ask makes the
// request; it must be cheap, as several may be under way.
func (c *Client) first(ctx context.Context, ask func() kmsg.Request) (kmsg.Response, node, error) {
	return c.firstOf(ctx, c.candidates(c.cl), ask)
}

// firstOf is first among certain nodes.
func (c *Client) firstOf(ctx context.Context, waiting []node, ask func() kmsg.Request) (kmsg.Response, node, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type reply struct {
		resp kmsg.Response
		node node
		err  error
	}
	replies := make(chan reply, len(waiting))
	asked := 0
	next := func() {
		if len(waiting) == 0 {
			return
		}
		n := waiting[0]
		waiting = waiting[1:]
		asked++
		go func() {
			resp, err := c.meet(ctx, n, ask())
			replies <- reply{resp, n, err}
		}()
	}
	next()
	var failed error
	for asked > 0 {
		select {
		case r := <-replies:
			if r.err == nil {
				return r.resp, r.node, nil
			}
			asked--
			if failed == nil || refused(r.err) {
				failed = r.err
			}
			if refused(r.err) {
				waiting = nil // a wrong password at every broker, every second, locks users out
			}
			next()
		case <-time.After(patience):
			next()
		}
	}
	return nil, node{id: model.NoBroker}, failed
}

// refused reports whether a broker does not let the user in. The others will not
// either.
func refused(err error) bool {
	return errors.Is(err, kerr.SaslAuthenticationFailed) || errors.Is(err, kerr.UnsupportedSaslMechanism) || errors.Is(err, kerr.IllegalSaslState)
}

// reachable returns a node that answers. It asks who is in the cluster, since that
// is a question that a controller, too, answers: with the error that says so.
func (c *Client) reachable(ctx context.Context) (node, error) {
	if id, ok := c.nodes.fresh(); ok {
		return node{Broker: c.cl.Broker(int(id)), id: id}, nil
	}
	resp, n, err := c.first(ctx, whoIsThere)
	if tooOld(err) {
		_, n, err = c.first(ctx, brokersOnly)
	} else if err == nil {
		r := resp.(*kmsg.DescribeClusterResponse)
		err = errorOf(r.ErrorCode, r.ErrorMessage)
	}
	return n, err
}

// whoIsThere asks for the brokers, fenced ones too.
func whoIsThere() kmsg.Request {
	req := kmsg.NewPtrDescribeClusterRequest()
	req.EndpointType = 1 // brokers, not controllers
	req.IncludeFencedBrokers = true
	return req
}

// brokersOnly asks for the brokers, and for no topics.
func brokersOnly() kmsg.Request {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{}
	req.AllowAutoTopicCreation = false
	return req
}

// tries is how many brokers are asked for something that costs much.
const tries = 3

// once runs a question that costs much against one broker that answers, and
// against another one if the connection breaks meanwhile.
func (c *Client) once(ctx context.Context, ask func(node) error) error {
	var err error
	for range tries {
		n, failed := c.reachable(ctx)
		if failed != nil {
			return failed
		}
		err = ask(n)
		if err == nil || ctx.Err() != nil || !connectionLost(err) {
			return err
		}
	}
	return err
}
