package kafka

import (
	"context"
	"errors"
	"net"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// described returns a group as it is at this moment, with its members.
//
// What kind it is was listed a while ago; a group that is not what it was then is
// listed anew. The error is of kind model.Gone if it is not there.
func (c *Client) described(ctx context.Context, name string) (*model.Group, error) {
	g, err := c.describedAs(ctx, name)
	if err != nil || g.Problem == nil || g.Problem.Kind != model.Gone {
		return g, err
	}
	if _, err := c.groups(ctx); err != nil {
		return nil, err
	}
	return c.describedAs(ctx, name)
}

// describedAs describes a group as of the kind that was last listed.
func (c *Client) describedAs(ctx context.Context, name string) (*model.Group, error) {
	var g *model.Group
	err := c.describeGroups(ctx, model.DescribeGroups{Groups: model.NamesOf(name)}, func(e model.Event) {
		if e, ok := e.(model.GroupsDescribed); ok {
			for i := range e.Groups {
				g = &e.Groups[i]
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if g == nil {
		return nil, ctx.Err()
	}
	return g, nil
}

// present is described, for a group that must be there and may be described.
func (c *Client) present(ctx context.Context, name string) (*model.Group, error) {
	g, err := c.described(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case g.Problem != nil:
		return nil, g.Problem
	case g.State == "Dead":
		return nil, goneGroup(name)
	}
	return g, nil
}

// goneGroup is the problem of a group that does not exist.
func goneGroup(name string) *model.Problem {
	return &model.Problem{
		Kind:  model.Gone,
		Says:  "There is no group " + name + " any more",
		Fix:   "check its name",
		Cause: kerr.GroupIDNotFound,
	}
}

// change sends a request that changes a group to its coordinator. Code is the error of
// the response as a whole. It is sent once more only if it was not carried out for
// certain; an *unknownOutcome says that it may have been.
func (c *Client) change(ctx context.Context, group string, ask func() kmsg.Request, code func(kmsg.Response) int16) (kmsg.Response, error) {
	var resp kmsg.Response
	err := c.atCoordinator(ctx, group, func(broker int32) (err error) {
		if resp, err = c.sendOnce(ctx, broker, ask()); err != nil {
			return err
		}
		return kerr.ErrorForCode(code(resp))
	}, func(err error) bool { return !mayHaveHappened(err) && (elsewhere(err) || connectionLost(err)) })
	return resp, err
}

// atCoordinator asks something of a group's coordinator. Where again says so of the
// error, the coordinator is looked for, and asked once more.
func (c *Client) atCoordinator(ctx context.Context, group string, ask func(broker int32) error, again func(error) bool) error {
	broker := model.NoBroker
	if at, ok := c.places.all()[group]; ok {
		broker = at.coordinator
	}
	err := ask(broker)
	if err == nil || ctx.Err() != nil || !again(err) {
		return err
	}
	_, unfound, failed := c.findCoordinators(ctx, []string{group})
	if failed != nil {
		return failed
	}
	if len(unfound) > 0 {
		return unfound[0].Problem
	}
	return ask(c.places.all()[group].coordinator)
}

// elsewhere reports whether a broker says that it does not coordinate the group.
func elsewhere(err error) bool {
	return errors.Is(err, kerr.NotCoordinator) || errors.Is(err, kerr.CoordinatorNotAvailable)
}

// sendOnce is to without a second attempt on another connection. Unless it is
// certain that nothing was sent, an error is an *unknownOutcome.
func (c *Client) sendOnce(ctx context.Context, id int32, req kmsg.Request) (kmsg.Response, error) {
	own, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.cl.Broker(int(id)).Request(own, req)
	if err == nil {
		return resp, nil
	}
	if ctx.Err() == nil && own.Err() != nil {
		err = &timeoutError{after: c.timeout, err: err}
	}
	if neverSent(err) {
		return nil, err
	}
	return nil, &unknownOutcome{err}
}

// neverSent reports whether err came before the request left: nobody was reached, or
// the broker does not know such a request.
func neverSent(err error) bool {
	return dialFailed(err) || tooOld(err) || refused(err) || contains(err, "unknown broker") || errors.Is(err, kgo.ErrClientClosed)
}

// dialFailed reports whether no connection came about.
func dialFailed(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// perhaps is the problem of a change that may have been made. Look says where one
// can see whether it was.
func perhaps(err error, what, look string) error {
	if !mayHaveHappened(err) {
		return err
	}
	return &model.Problem{Kind: model.Unknown, Says: what + ": the request was sent, and no answer came", Fix: look, Cause: err}
}

func mayHaveHappened(err error) bool {
	var unknown *unknownOutcome
	return errors.As(err, &unknown)
}
