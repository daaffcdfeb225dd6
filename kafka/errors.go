package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// A timeoutError says that a broker did not answer in time. The client library
// reports a bare context.DeadlineExceeded, which is also what a caller sees who
// gave up: the two must be told apart.
type timeoutError struct {
	after time.Duration
	err   error
}

func (e *timeoutError) Error() string { return fmt.Sprintf("no answer within %v", e.after) }

func (e *timeoutError) Unwrap() error { return e.err }

// errorOf returns the error of a code in a response, with the broker's own words
// where it gave some; nil for no error.
func errorOf(code int16, says *string) error {
	err := kerr.ErrorForCode(code)
	if err != nil && text(says) != "" {
		return fmt.Errorf("%w (%s)", err, *says)
	}
	return err
}

func contains(err error, s string) bool { return strings.Contains(err.Error(), s) }

// tooOld reports whether the broker does not know the request at all. The client
// library keeps the error to itself, so that only its text tells; a test against
// a cluster of an old version holds this.
func tooOld(err error) bool {
	return err != nil && (errors.Is(err, kerr.UnsupportedVersion) || contains(err, "broker is too old"))
}

// connectionLost reports whether err is about the way to a broker, so that
// another broker may answer.
func connectionLost(err error) bool {
	var network net.Error
	var late *timeoutError
	return errors.As(err, &network) || errors.As(err, &late) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded) ||
		contains(err, "unknown broker") || contains(err, "broker connection has died")
}

// problemOf says err as a *model.Problem: the cause and what to change.
func problemOf(err error) *model.Problem {
	var p *model.Problem
	if errors.As(err, &p) {
		return p
	}
	for _, of := range []func(error) *model.Problem{secureProblem, codeProblem, networkProblem} {
		if p := of(err); p != nil {
			p.Cause = err
			return p
		}
	}
	return &model.Problem{Kind: model.Failed, Says: sentence(err.Error()), Cause: err}
}

// problemAbout is problemOf for an answer about one thing: where it was denied,
// right is what is missing.
func problemAbout(err error, right model.Right) *model.Problem {
	p := *problemOf(err)
	if p.Kind == model.Denied {
		p.Right = right
		p.Says = "The right is missing: " + right.String()
		p.Fix = "ask for an ACL that grants it"
	}
	return &p
}

// sentence takes the full stop off.
func sentence(s string) string { return strings.TrimRight(strings.TrimSpace(s), ".") }

// A code is what is said of one of Kafka's own errors.
type code struct {
	err       *kerr.Error
	kind      model.ProblemKind
	says, fix string
}

var codes = []code{
	{kerr.TopicAuthorizationFailed, model.Denied, "A right on the topic is missing", "ask for an ACL that grants it"},
	{kerr.GroupAuthorizationFailed, model.Denied, "A right on the group is missing", "ask for an ACL that grants it"},
	{kerr.ClusterAuthorizationFailed, model.Denied, "A right on the cluster is missing", "ask for an ACL that grants it"},
	{kerr.SaslAuthenticationFailed, model.Refused, "The broker refuses the user name or the password", "check both, and that the user exists for this SASL mechanism"},
	{kerr.UnsupportedSaslMechanism, model.Refused, "The broker does not offer this SASL mechanism", "choose one that the listener offers"},
	{kerr.IllegalSaslState, model.Refused, "This listener does not take SASL", "leave the mechanism out, or use the port of a SASL listener"},
	{kerr.UnsupportedVersion, model.Unsupported, "The broker is too old for this request", "upgrade it, or do without"},
	{kerr.MismatchedEndpointType, model.Failed, "This is the port of a KRaft controller, not of a broker", "use the port of a broker's listener, often 9092"},
	{kerr.UnknownTopicOrPartition, model.Gone, "There is no such topic or partition", "check its name"},
	{kerr.UnknownTopicID, model.Gone, "The topic was deleted", "check its name"},
	{kerr.InvalidTopicException, model.Invalid, "This cannot be the name of a topic", "use letters, digits, dot, underscore and minus, at most 249"},
	{kerr.GroupIDNotFound, model.Gone, "There is no such group any more", "check its name"},
	{kerr.CoordinatorNotAvailable, model.Failed, "The group's coordinator is not available", "it is asked again; look whether __consumer_offsets has leaders"},
	{kerr.CoordinatorLoadInProgress, model.Failed, "The group's coordinator is still reading its log", "it is asked again"},
	{kerr.NotCoordinator, model.Failed, "The group's coordinator has moved to another broker", "it is looked for again"},
	{kerr.NotLeaderForPartition, model.Failed, "The leader has moved to another broker", "it is looked for again"},
	{kerr.LeaderNotAvailable, model.Failed, "The partition has no leader", "start a broker that holds a replica of it"},
	{kerr.NotEnoughReplicas, model.Failed, "Fewer replicas are in sync than min.insync.replicas", "wait until the replicas have caught up"},
	{kerr.RequestTimedOut, model.Timeout, "The broker gave up on the request in time", "look whether it is overloaded"},
	{kerr.KafkaStorageError, model.Failed, "A log directory of the broker is offline", "look into the broker's log"},
	{kerr.ThrottlingQuotaExceeded, model.Failed, "The broker's quota for this user is used up", "wait, or raise the quota"},
	{kerr.TopicAlreadyExists, model.Invalid, "A topic of that name exists already", "choose another name"},
	{kerr.InvalidReplicationFactor, model.Invalid, "There are not enough brokers for this replication factor", "choose a smaller one"},
	{kerr.InvalidReplicaAssignment, model.Invalid, "The replicas cannot be laid out so", "see which brokers there are"},
	{kerr.InvalidConfig, model.Invalid, "A config is not known, or not of that value", "correct it"},
	{kerr.InvalidRequest, model.Invalid, "The brokers take the request for invalid", "correct what was asked for"},
	{kerr.TopicDeletionDisabled, model.Failed, "The brokers do not delete topics: delete.topic.enable is false", "set it to true in server.properties, and restart them"},
	{kerr.ReassignmentInProgress, model.Failed, "Replicas of the topic are being moved", "wait until that is done"},
	{kerr.NotController, model.Failed, "The controller has moved", "try again in a moment"},
	{kerr.OffsetOutOfRange, model.Invalid, "The offset lies outside of the log", "look where the log begins and ends"},
	{kerr.InvalidPartitions, model.Invalid, "The number of partitions is not valid", "use at least 1"},
	{kerr.PolicyViolation, model.Invalid, "A policy of the cluster forbids this", "see what the broker says of it"},
	{kerr.InvalidTimestamp, model.Invalid, "The record's time is out of the range that the topic takes", "set the clock, or message.timestamp.before.max.ms and message.timestamp.after.max.ms"},
	{kerr.InvalidRecord, model.Invalid, "The topic does not take this record", "a compacted topic needs a key"},
	{kerr.CorruptMessage, model.Failed, "The record arrived damaged, or has no key on a compacted topic", "give it a key, or look into the broker's log"},
	{kerr.RebootstrapRequired, model.Unreachable, "This address belongs to another broker or cluster by now", "check the broker addresses"},
}

// codeProblem says errors that Kafka has a code for.
func codeProblem(err error) *model.Problem {
	var known *kerr.Error
	if !errors.As(err, &known) {
		if tooOld(err) {
			known = kerr.UnsupportedVersion
		} else {
			return nil
		}
	}
	for _, c := range codes {
		if errors.Is(known, c.err) {
			return &model.Problem{Kind: c.kind, Says: c.says, Fix: c.fix}
		}
	}
	return &model.Problem{Kind: model.Failed, Says: "The broker says " + known.Message + ": " + sentence(known.Description)}
}

// networkProblem says errors of names, addresses and connections.
func networkProblem(err error) *model.Problem {
	var name *net.DNSError
	var late *timeoutError
	var odd *oddResponse
	switch {
	case errors.As(err, &odd):
		return helloProblem(err)
	case errors.As(err, &name) && !name.IsTimeout:
		return unreachable("The name "+quote(name.Name)+" does not resolve", "check it, or use an address that resolves from this machine")
	case errors.As(err, &name):
		return unreachable("The name server does not answer for "+quote(name.Name), "check the network, or use an address")
	case errors.Is(err, syscall.ECONNREFUSED):
		return unreachable("Nothing listens at "+addressIn(err), "start the broker, or check host and port")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return unreachable("There is no way to "+addressIn(err)+" from this machine", "check the network or the VPN")
	case dialTimedOut(err):
		return unreachable(addressIn(err)+" does not answer", "check host and port; a firewall may drop the packets")
	case errors.As(err, &late):
		return &model.Problem{Kind: model.Timeout, Says: fmt.Sprintf("The broker did not answer within %v", late.after), Fix: "look whether it hangs or is overloaded"}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err), errors.Is(err, kgo.ErrRecordTimeout):
		return &model.Problem{Kind: model.Timeout, Says: "The broker did not answer in time", Fix: "look whether it hangs or is overloaded"}
	case errors.Is(err, context.Canceled):
		return &model.Problem{Kind: model.Failed, Says: "It was given up"}
	case errors.Is(err, kgo.ErrClientClosed):
		return &model.Problem{Kind: model.Failed, Says: "The connection was closed by kscope"}
	case contains(err, "unknown broker"):
		return unreachable("The cluster does not list this broker any more", "start it again")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), contains(err, "broker connection has died"):
		return unreachable("The broker closed the connection", "look into its log: it stopped, or refuses what kscope says of itself")
	}
	return nil
}

func unreachable(says, fix string) *model.Problem {
	return &model.Problem{Kind: model.Unreachable, Says: says, Fix: fix}
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

func dialTimedOut(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && op.Timeout()
}

// addressIn returns the address that err is about.
func addressIn(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return "the address"
}
