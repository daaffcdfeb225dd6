package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// advertised connects to each broker at the address it gives to clients, and asks
// for its API versions.
func (d *diagnosing) advertised(ctx context.Context) finding {
	brokers := d.meta.Brokers
	if len(brokers) == 0 {
		return failed(&model.Problem{Kind: model.Failed, Says: "The broker lists no brokers, not even itself", Fix: "look whether it has joined the cluster: its log says"})
	}
	parts := make([]model.Step, len(brokers))
	problems := make([]*model.Problem, len(brokers))
	var wg sync.WaitGroup
	for i, b := range brokers {
		wg.Go(func() {
			begin := time.Now()
			address := net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port)))
			problems[i] = d.reach(ctx, address)
			parts[i] = model.Step{Name: stepAdvertised, Of: fmt.Sprintf("broker %d", b.NodeID), State: model.StepPassed, Detail: address, Took: time.Since(begin)}
			if p := problems[i]; p != nil {
				parts[i].State, parts[i].Detail = model.StepFailed, address+": "+p.Says
			}
		})
	}
	wg.Wait()
	f := finding{parts: parts}
	reached := 0
	for i, p := range problems {
		switch {
		case p == nil:
			reached++
		case f.problem == nil:
			f.problem = p
			if len(brokers) > 1 {
				f.problem = unreachedProblem(parts[i], p)
			}
		}
	}
	f.detail = fmt.Sprintf("%d of %d brokers can be reached at the address they give", reached, len(brokers))
	f.goOn = reached > 0
	if reached == 0 {
		f.problem = noneReached(problems)
	}
	return f
}

const adviseListeners = "set advertised.listeners of the brokers to addresses that this machine can reach, or run kscope where these can be reached"

func unreachedProblem(part model.Step, p *model.Problem) *model.Problem {
	return &model.Problem{
		Kind:  p.Kind,
		Says:  "The cluster answers, but " + part.Of + " cannot be reached at the address it gives, " + part.Detail,
		Fix:   "start it; if it runs, " + adviseListeners,
		Cause: p,
	}
}

func noneReached(problems []*model.Problem) *model.Problem {
	says := "The cluster answers, but it sends clients to addresses that cannot be reached from this machine"
	unresolved := 0
	for _, p := range problems {
		if name := (&net.DNSError{}); errors.As(p, &name) {
			unresolved++
		}
	}
	if unresolved == len(problems) {
		says = "The cluster answers, but it sends clients to addresses that do not resolve from this machine"
	}
	return &model.Problem{Kind: model.Unreachable, Says: says, Fix: adviseListeners, Cause: problems[0]}
}

// reach connects to a broker, and returns what prevents it.
func (d *diagnosing) reach(ctx context.Context, address string) *model.Problem {
	conn, err := d.c.dial(ctx, address)
	if err != nil {
		return problemOf(err)
	}
	w := d.c.wire(conn)
	defer w.close()
	if d.config != nil {
		host, _, _ := net.SplitHostPort(address)
		if _, err := w.secure(ctx, d.config, host); err != nil {
			return problemOf(ofOtherCA(err, d.c.conn))
		}
	}
	if _, err := w.versions(ctx); err != nil {
		return helloProblem(err)
	}
	return nil
}

// topics looks whether any topic may be described. Brokers leave out those that may
// not, without an error.
func (d *diagnosing) topics(ctx context.Context) finding {
	seen, err := d.anyTopic(ctx)
	if err != nil {
		return failed(problemOf(err))
	}
	if seen != "" {
		return finding{detail: seen}
	}
	if d.mayDescribe(ctx) {
		return finding{detail: "none: the cluster is empty"}
	}
	p := problemAbout(kerr.TopicAuthorizationFailed, model.Right{Operation: "Describe", Resource: "Topic *"})
	p.Says = "No topic can be seen: there is none, or " + d.who() + " lacks the right Describe on all of them"
	return finding{detail: "none can be seen", problem: p}
}

func (d *diagnosing) who() string {
	if d.c.conn.Username != "" {
		return "the user " + d.c.conn.Username
	}
	return "this client"
}

// anyTopic says what can be seen of topics; nothing if there is none.
func (d *diagnosing) anyTopic(ctx context.Context) (string, error) {
	if page := kmsg.NewPtrDescribeTopicPartitionsRequest(); settle(page, d.hello) {
		page.ResponsePartitionLimit = 1
		resp, err := d.wire.ask(ctx, page)
		if err != nil {
			return "", err
		}
		if r := resp.(*kmsg.DescribeTopicPartitionsResponse); len(r.Topics) > 0 || r.NextCursor != nil {
			return "can be described", nil
		}
		return "", nil
	}
	all := kmsg.NewPtrMetadataRequest()
	settle(all, d.hello)
	resp, err := d.wire.ask(ctx, all)
	if err != nil {
		return "", err
	}
	if n := len(resp.(*kmsg.MetadataResponse).Topics); n > 0 {
		return strings.TrimSuffix(fmt.Sprintf("%d topics", n), map[bool]string{true: "s"}[n == 1]), nil
	}
	return "", nil
}

// describeBit is Describe in a set of authorized operations (KIP-430).
const describeBit = 1 << 8

// mayDescribe reports whether the cluster grants Describe on itself: a client with
// that, and no topic, has come to an empty cluster.
func (d *diagnosing) mayDescribe(ctx context.Context) bool {
	req := kmsg.NewPtrDescribeClusterRequest()
	req.IncludeClusterAuthorizedOperations, req.EndpointType = true, 1
	if !settle(req, d.hello) {
		return true
	}
	resp, err := d.wire.ask(ctx, req)
	return err == nil && resp.(*kmsg.DescribeClusterResponse).ClusterAuthorizedOperations&describeBit != 0
}
