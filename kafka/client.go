// Package kafka speaks to a cluster. It turns model queries and commands into
// Kafka requests, and responses into model events.
//
// One file per noun, named as in package model. Each handler names the APIs it
// sends, what they cost, the ACL they need and the errors they give; that
// comment is the place to look when a screen is slow or empty.
//
// Requests go to chosen brokers by way of kgo.Broker.Request, hardly ever by way
// of kgo.Client.Request: the latter retries against brokers that are down, may
// overrun its context, and keeps what it learns of a large cluster in memory.
package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/decode"
	"kscope/kafka/registry"
	"kscope/model"
)

// A Client answers queries about one cluster. It is safe for concurrent use.
type Client struct {
	conn    model.Connection
	opts    []kgo.Opt // how to connect: what each kgo client of this one is made with
	cl      *kgo.Client
	pulse   *kgo.Client     // for probing brokers: on the others' connections a probe waits behind large answers
	timeout time.Duration   // for one request
	life    context.Context // done once the client is closed
	end     context.CancelFunc
	nodes   nodes
	quorum  quorum
	guesses guesses
	layout  layout
	places  places
	owners  owners
	sender  sender
	labs    labs
	tails   sessions

	registry *registry.Client // nil if none is named
	decoder  *decode.Decoder
}

const (
	defaultTimeout = 10 * time.Second
	dialTimeout    = 5 * time.Second
)

// Dial returns a client for the cluster that conn names. It reads the files that
// conn names, and sends nothing: the first Ask does. Further options come after
// its own, so that a dialer for a cluster in this process can be given.
//
// Errors are *model.Problem, of kind Invalid: a file that cannot be read or is
// not what it should be, settings that do not go together.
func Dial(conn model.Connection, opts ...kgo.Opt) (*Client, error) {
	own, err := options(conn)
	if err != nil {
		return nil, err
	}
	opts = append(own, opts...)
	c := &Client{conn: conn, opts: opts, timeout: timeoutOf(conn)}
	if err := c.openRegistry(); err != nil {
		return nil, err
	}
	for i, cl := range []**kgo.Client{&c.cl, &c.pulse, &c.quorum.cl} {
		if *cl, err = kgo.NewClient(opts...); err != nil {
			for _, made := range []*kgo.Client{c.cl, c.pulse}[:i] {
				made.Close()
			}
			return nil, invalid("The connection cannot be set up: "+err.Error(), "", err)
		}
	}
	c.quorum.leader = model.NoBroker
	c.life, c.end = context.WithCancel(context.Background())
	c.sender.opts, c.sender.limit = c.optsNow, c.timeout
	c.openLab()
	return c, nil
}

func timeoutOf(conn model.Connection) time.Duration {
	if conn.Timeout > 0 {
		return conn.Timeout
	}
	return defaultTimeout
}

// Close hangs up. What is under way ends, tails too; Close does not wait for that.
// Test consumers leave their groups first, for which it takes up to three seconds.
func (c *Client) Close() {
	c.labs.host.Close()
	c.end()
	c.tails.close()
	c.sender.close()
	c.quorum.cl.Close()
	c.pulse.Close()
	c.cl.Close()
	c.registry.Close()
}

// Ask answers q, handing each event to emit, and returns once the answer is
// complete or ctx is done. Emit is called from one goroutine at a time and may
// block; only a tail with Whole waits for it.
//
// Errors are *model.Problem, or ctx's own once it is done. Where a part of the
// answer failed, the event about that part says so and the error is nil.
func (c *Client) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	err := c.answer(own, q, emit)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case c.life.Err() != nil:
		return problemOf(kgo.ErrClientClosed)
	}
	return problemOf(err)
}

func (c *Client) answer(ctx context.Context, q model.Query, emit func(model.Event)) error {
	switch q := q.(type) {
	case model.ListBrokers:
		return c.listBrokers(ctx, emit)
	case model.ListTopics:
		return c.listTopics(ctx, emit)
	case model.DescribeTopic:
		return c.describeTopic(ctx, q, emit)
	case model.ListOffsets:
		return c.listOffsets(ctx, q, emit)
	case model.Diagnose:
		return c.diagnose(ctx, emit)
	case model.Tail:
		return c.tail(ctx, q, emit)
	case model.ListGroups:
		return c.listGroups(ctx, emit)
	case model.DescribeGroups:
		return c.describeGroups(ctx, q, emit)
	case model.ReadLags:
		return c.readLags(ctx, q, emit)
	case model.WatchGroup:
		return c.watchGroup(ctx, q, emit)
	case model.DescribeLogDirs:
		return c.describeLogDirs(ctx, emit)
	case model.DescribeTopicConfigs:
		return c.describeTopicConfigs(ctx, q, emit)
	case model.DescribeBrokerConfigs:
		return c.describeBrokerConfigs(ctx, emit)
	case model.WatchLab:
		return c.watchLab(ctx, emit)
	case model.PlanReset:
		return c.planReset(ctx, q, emit)
	case model.FetchSchema:
		return c.fetchSchema(ctx, q, emit)
	case model.ListSubjects:
		return c.listSubjects(ctx, emit)
	case model.SchemaOf:
		return c.describeSubject(ctx, q, emit)
	case model.PreviewMany:
		return c.previewMany(ctx, q, emit)
	case model.AuditPartitioner:
		return c.auditPartitioner(ctx, q, emit)
	case model.DescribeConfigs:
		return c.describeConfigs(ctx, q, emit)
	case model.PlanTopic:
		return c.planTopic(ctx, q, emit)
	case model.PlanPartitions:
		return c.planPartitions(ctx, q, emit)
	case model.PlanConfigs:
		return c.planConfigs(ctx, q, emit)
	case model.PlanDeletion:
		return c.planDeletion(ctx, q, emit)
	}
	return fmt.Errorf("no handler for %T", q)
}
