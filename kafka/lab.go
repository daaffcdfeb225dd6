package kafka

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/lab"
	"kscope/model"
)

// A LabHost is where test consumers run.
type LabHost interface {
	// Do carries out a model.LabAdd, LabTell or LabEnd. Errors are *model.Problem.
	Do(ctx context.Context, cmd model.Command) error
	// Watch hands emit what the lab looks like, now and whenever that has changed,
	// until ctx is done. That is its error.
	Watch(ctx context.Context, emit func(model.LabView)) error
	// Close has the consumers leave, and takes a few seconds at most.
	Close()
}

// HostLab has the test consumers run somewhere else than in this process, such as in
// one that outlives it. It is called before the client is used.
func (c *Client) HostLab(h LabHost) { c.labs.host = h }

// labs is the lab in this process, and where test consumers are run.
type labs struct {
	host LabHost
	own  *lab.Lab
	add  sync.Mutex // held while a consumer is added: whether its group is the lab's must stay true
}

// openLab makes the lab in this process. It has no consumers, and sends nothing.
func (c *Client) openLab() {
	dial, _ := c.cl.OptValue(kgo.Dialer).(func(context.Context, string, string) (net.Conn, error))
	c.labs.own = lab.Open(lab.Options{Client: c.optsNow, Dial: dial, Explain: problemOfConsumer})
	c.labs.host = ownLab{c}
}

// problemOfConsumer is problemOf for one that reads a topic as a member of a group.
func problemOfConsumer(err error, group, topic string) *model.Problem {
	if errors.Is(err, kerr.TopicAuthorizationFailed) {
		return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + topic})
	}
	return problemAbout(err, model.Right{Operation: "Read", Resource: "Group " + group})
}

// watchLab answers model.WatchLab.
func (c *Client) watchLab(ctx context.Context, emit func(model.Event)) error {
	return c.labs.host.Watch(ctx, func(v model.LabView) { emit(model.LabSeen{Lab: v}) })
}

// ownLab is the lab in this process, as a host.
type ownLab struct{ c *Client }

// Watch implements LabHost.
func (h ownLab) Watch(ctx context.Context, emit func(model.LabView)) error {
	return h.c.labs.own.Watch(ctx, emit)
}

// Close implements LabHost.
func (h ownLab) Close() { h.c.labs.own.Close() }

// Do implements LabHost.
func (h ownLab) Do(ctx context.Context, cmd model.Command) error {
	switch cmd := cmd.(type) {
	case model.LabAdd:
		return h.c.labAdd(ctx, cmd)
	case model.LabTell:
		return h.c.labs.own.Tell(ctx, cmd)
	case model.LabEnd:
		return h.c.labEnd(ctx, cmd)
	default:
		return errors.New("no command of the lab: " + cmd.String())
	}
}

// EndLab has all test consumers of this process leave, as Close does, and takes as
// long as ctx allows.
func (c *Client) EndLab(ctx context.Context) { c.labs.own.CloseContext(ctx) }

// labAdd carries out model.LabAdd. It disturbs nobody else's group: the group must
// be the lab's, or new, or empty and of a name that only labs have. It creates no
// topic.
//
//	API   ApiVersions (18) for a group whose broker assigns; DescribeTopicPartitions
//	      (75) or Metadata (3), ListGroups (16), and what describes the group; then
//	      what a consumer sends
//	ACL   Read on the topic and on the group, Describe on the group
//	Error Invalid, Gone, Denied, Unsupported
func (c *Client) labAdd(ctx context.Context, cmd model.LabAdd) error {
	c.labs.add.Lock()
	defer c.labs.add.Unlock()
	if cmd.Assignor == model.LabConsumer {
		if err := c.brokersAssign(ctx); err != nil {
			return err
		}
	}
	if cmd.Topic != "" {
		topic, err := c.describe(ctx, cmd.Topic)
		if err != nil {
			return err
		}
		if topic.Problem != nil {
			return topic.Problem
		}
	}
	if cmd.Group != "" {
		if err := c.isFree(ctx, cmd.Group); err != nil {
			return err
		}
	}
	return c.labs.own.Add(cmd)
}

// brokersAssign returns why brokers cannot assign partitions themselves (KIP-848, from
// Kafka 4.0 on); nil if they can. The client library would fall back to the old way
// without a word.
func (c *Client) brokersAssign(ctx context.Context) error {
	resp, _, err := c.first(ctx, apiVersions)
	if err != nil {
		return err
	}
	for _, k := range resp.(*kmsg.ApiVersionsResponse).ApiKeys {
		if k.ApiKey == int16(kmsg.ConsumerGroupHeartbeat) && k.MaxVersion >= 1 {
			return nil
		}
	}
	return &model.Problem{
		Kind: model.Unsupported,
		Says: "The brokers are too old to assign partitions themselves (KIP-848), which they do from Kafka 4.0 on",
		Fix:  "choose another assignor",
	}
}

// isFree returns why a group is not one for test consumers; nil if it is.
func (c *Client) isFree(ctx context.Context, group string) error {
	g, err := c.groupNow(ctx, group)
	if err != nil || g == nil {
		return err
	}
	begun, own := c.labs.own.Has(group)
	stranger := func(m model.Member) bool { return !own[m.ID] && (m.InstanceID == "" || !own[m.InstanceID]) }
	switch {
	case slices.ContainsFunc(g.Members, stranger):
		return invalid("Group "+group+" has members that are not the lab's", "name another group: a lab is no place for consumers with work to do", nil)
	case begun, strings.HasPrefix(group, model.LabPrefix):
		return nil
	}
	return invalid("Group "+group+" exists already, and test consumers would move its offsets", "name a group that does not exist, such as "+model.LabPrefix+"1", nil)
}

// groupNow describes a group as it is now; nil if there is none of that name. Where
// no coordinator is available it asks again for a while: in a new cluster, the first
// question after a group has its brokers create __consumer_offsets.
func (c *Client) groupNow(ctx context.Context, name string) (*model.Group, error) {
	wait, stop := context.WithTimeout(ctx, coordinatorWithin)
	defer stop()
	for {
		found, err := c.groupAtOnce(ctx, name)
		if !unsettled(err) {
			return found, err
		}
		select {
		case <-wait.Done():
			return nil, err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// unsettled reports whether it is not clear yet who coordinates a group.
func unsettled(err error) bool {
	return errors.Is(err, kerr.CoordinatorNotAvailable) || errors.Is(err, kerr.CoordinatorLoadInProgress) || errors.Is(err, kerr.NotCoordinator)
}

// coordinatorWithin is how long a new cluster may take to have coordinators.
const coordinatorWithin = 8 * time.Second

func (c *Client) groupAtOnce(ctx context.Context, name string) (*model.Group, error) {
	if _, err := c.groups(ctx); err != nil { // or its kind might be another's that had the name before
		return nil, err
	}
	var found *model.Group
	err := c.describeGroups(ctx, model.DescribeGroups{Groups: model.NamesOf(name)}, func(e model.Event) {
		if e, ok := e.(model.GroupsDescribed); ok {
			for i := range e.Groups {
				if e.Groups[i].ID == name {
					found = &e.Groups[i]
				}
			}
		}
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil || found.Problem == nil:
		return found, nil
	case found.Problem.Kind == model.Gone:
		return nil, nil
	}
	return nil, found.Problem
}

// labEnd carries out model.LabEnd. A group that was deleted is looked for.
//
//	API   what a consumer sends that leaves, DeleteGroups (42), ListGroups (16)
//	ACL   Read on the group; Delete, to delete it
func (c *Client) labEnd(ctx context.Context, cmd model.LabEnd) error {
	err := c.labs.own.End(ctx, cmd)
	switch {
	case err != nil && cmd.Delete:
		return problemAbout(err, model.Right{Operation: "Delete", Resource: "Group " + cmd.Group})
	case err != nil || !cmd.Delete:
		return err
	}
	listed, err := c.groups(ctx)
	if err != nil {
		return &model.Problem{Kind: model.Unknown, Says: "Group " + cmd.Group + " was deleted, but it could not be seen that it is gone", Cause: err}
	}
	if slices.ContainsFunc(listed.Groups, func(g model.Group) bool { return g.ID == cmd.Group }) {
		return &model.Problem{Kind: model.Failed, Says: "Group " + cmd.Group + " was deleted, and is there all the same", Fix: "see who has joined it meanwhile"}
	}
	return nil
}
