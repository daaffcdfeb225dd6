package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// controlled puts a request about topics to the controller. Brokers of a KRaft cluster
// pass it on, whoever of them is named as the controller. Code is the first error in the
// response that is about the controller. It is sent once more only if it was not carried
// out for certain; an *unknownOutcome says that it may have been.
func (c *Client) controlled(ctx context.Context, ask func() kmsg.Request, code func(kmsg.Response) int16) (kmsg.Response, error) {
	return c.atController(ctx, func(broker int32) (kmsg.Response, error) {
		resp, err := c.sendOnce(ctx, broker, ask())
		if err == nil && kerr.ErrorForCode(code(resp)) == kerr.RequestTimedOut {
			err = &unknownOutcome{kerr.RequestTimedOut}
		}
		return resp, err
	}, code)
}

// validated is controlled for a request that changes nothing.
func (c *Client) validated(ctx context.Context, ask func() kmsg.Request, code func(kmsg.Response) int16) (kmsg.Response, error) {
	return c.atController(ctx, func(broker int32) (kmsg.Response, error) { return c.to(ctx, broker, ask()) }, code)
}

func (c *Client) atController(ctx context.Context, send func(broker int32) (kmsg.Response, error), code func(kmsg.Response) int16) (kmsg.Response, error) {
	var failed error
	for range tries {
		listed, err := c.describeCluster(ctx)
		if err != nil {
			return nil, err
		}
		controller := listed.Controller
		if controller < 0 && len(listed.Brokers) > 0 {
			controller = listed.Brokers[0].ID
		}
		resp, err := send(controller)
		switch {
		case err == nil && kerr.ErrorForCode(code(resp)) == kerr.NotController:
			failed = kerr.NotController
		case err == nil:
			return resp, nil
		case mayHaveHappened(err) || !connectionLost(err):
			return nil, err
		default:
			failed = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, failed
}

// brokersSay says why brokers do not make a change, in their own words where they gave
// some; nil for no error. Right is what is missing where it was denied.
func brokersSay(code int16, says *string, right model.Right) *model.Problem {
	err := kerr.ErrorForCode(code)
	if err == nil {
		return nil
	}
	p := problemAbout(err, right)
	words := sentence(text(says))
	if words == "" || p.Kind == model.Denied {
		return p
	}
	switch {
	case errors.Is(err, kerr.PolicyViolation):
		p.Says += ": " + words
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID), errors.Is(err, kerr.TopicAlreadyExists), errors.Is(err, kerr.TopicDeletionDisabled):
	default:
		p.Says = words
	}
	return p
}

// until describes a topic again and again until it is as it was meant to be, since
// brokers hear of a change a while after it was made: no longer than one request may
// take. It returns the topic as it was
// last; ok is false if it was never as meant.
func (c *Client) until(ctx context.Context, name string, meant func(*model.Topic) bool) (topic model.Topic, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		found, failed := c.describe(ctx, name)
		if failed == nil {
			topic, err = found, nil
			if meant(&topic) {
				return topic, true, nil
			}
		} else if ctx.Err() == nil {
			err = failed
		}
		pause(ctx, wait)
		if ctx.Err() != nil {
			return topic, false, err
		}
	}
}

// unseen says of a change that was made, but not seen, what is known of it.
func (c *Client) unseen(what string, err error) *model.Problem {
	p := &model.Problem{Kind: model.Unknown, Says: what + fmt.Sprintf(", but brokers do not say so after %v", c.timeout), Fix: "look again in a moment", Cause: err}
	if err != nil {
		p.Says = what + ", but could not be read back: " + sentence(problemOf(err).Says)
	}
	return p
}
