package kafka

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// listGroups answers model.ListGroups: every broker lists the groups that it
// coordinates.
//
//	API   ListGroups (16) to each broker at once; the kind comes with version 5
//	      (Kafka 3.8), the state with version 4 (2.6)
//	Cost  about 40 bytes a group
//	ACL   Describe on Cluster, or on the groups; those without it are left out,
//	      without an error
//	Error when no broker answers; single ones are in GroupsListed.Problems
func (c *Client) listGroups(ctx context.Context, emit func(model.Event)) error {
	listed, err := c.groups(ctx)
	if err != nil {
		return err
	}
	emit(listed)
	return nil
}

// groups lists the groups of every broker, and remembers where they are.
func (c *Client) groups(ctx context.Context) (model.GroupsListed, error) {
	ids, err := c.brokerIDs(ctx)
	if err != nil {
		return model.GroupsListed{}, err
	}
	lists := make([][]model.Group, len(ids))
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { lists[i], errs[i] = c.groupsAt(ctx, id) })
	}
	wg.Wait()
	if ctx.Err() != nil {
		return model.GroupsListed{}, ctx.Err()
	}
	merged := map[string]model.Group{}
	listed := model.GroupsListed{At: time.Now()}
	var failed error
	for i := range ids {
		if errs[i] != nil {
			failed = cmp.Or(failed, errs[i])
			listed.Problems = append(listed.Problems, problemAbout(errs[i], model.Right{Operation: "Describe", Resource: "Cluster"}))
		}
		for _, g := range lists[i] {
			merged[g.ID] = g
		}
	}
	if len(listed.Problems) == len(ids) && failed != nil {
		return model.GroupsListed{}, failed
	}
	listed.Groups = slices.SortedFunc(maps.Values(merged), func(a, b model.Group) int { return strings.Compare(a.ID, b.ID) })
	c.places.replace(listed.Groups)
	return listed, nil
}

// groupsAt lists the groups that a broker coordinates.
func (c *Client) groupsAt(ctx context.Context, broker int32) ([]model.Group, error) {
	resp, err := c.to(ctx, broker, kmsg.NewPtrListGroupsRequest())
	if err != nil {
		return nil, err
	}
	r := resp.(*kmsg.ListGroupsResponse)
	groups := make([]model.Group, 0, len(r.Groups))
	for i := range r.Groups {
		g := &r.Groups[i]
		groups = append(groups, model.Group{
			ID:           g.Group,
			Kind:         kindOf(g.GroupType),
			State:        g.GroupState,
			ProtocolType: g.ProtocolType,
			Coordinator:  broker,

			Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch,
		})
	}
	return groups, kerr.ErrorForCode(r.ErrorCode)
}

// kindOf returns the kind of a group. Brokers that tell none, before Kafka 3.8, know
// only one.
func kindOf(listed string) model.GroupKind {
	if listed == "" {
		return model.Classic
	}
	return model.GroupKind(strings.ToLower(listed))
}

// places is which broker coordinates which group, and by what protocol, as last
// seen.
type places struct {
	mu sync.Mutex
	at map[string]place
}

type place struct {
	coordinator int32
	kind        model.GroupKind
}

func (p *places) replace(groups []model.Group) {
	next := make(map[string]place, len(groups))
	for i := range groups {
		next[groups[i].ID] = place{groups[i].Coordinator, groups[i].Kind}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = next
}

func (p *places) move(group string, coordinator int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := maps.Clone(p.at)
	if next == nil {
		next = map[string]place{}
	}
	next[group] = place{coordinator, next[group].kind}
	p.at = next
}

// all returns every place; the map is not changed any more.
func (p *places) all() map[string]place {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

// groupsAtOnce is how many groups are described by one request.
const groupsAtOnce = 100

// describeGroups answers model.DescribeGroups, in one event for each coordinator
// and kind of group.
//
//	API   by kind: DescribeGroups (15), ConsumerGroupDescribe (69, Kafka 4.0),
//	      ShareGroupDescribe (77, 4.1), StreamsGroupDescribe (89, 4.1), to the
//	      coordinators, 100 groups at a time; FindCoordinator (10) when one moved
//	Cost  about 200 bytes a member and 4 bytes a partition
//	ACL   Describe on the groups; for all but classic ones also on their topics
//	Error none for single groups: they come with a Problem
func (c *Client) describeGroups(ctx context.Context, q model.DescribeGroups, emit func(model.Event)) error {
	names, err := c.groupNames(ctx, q.Groups)
	if err != nil {
		return err
	}
	lost := c.describeEach(ctx, names, true, emit)
	if len(lost) > 0 && ctx.Err() == nil {
		found, unfound, err := c.findCoordinators(ctx, lost)
		if err != nil {
			return err
		}
		if len(unfound) > 0 {
			emit(model.GroupsDescribed{At: time.Now(), Groups: unfound})
		}
		c.describeEach(ctx, found, false, emit)
	}
	return ctx.Err()
}

// groupNames returns the groups that names stands for. Where one of them has not
// been listed, all are: only the list tells of what kind it is.
func (c *Client) groupNames(ctx context.Context, names model.Names) ([]string, error) {
	at, wanted := c.places.all(), names.List()
	unlisted := func(name string) bool { _, ok := at[name]; return !ok }
	if at == nil || slices.ContainsFunc(wanted, unlisted) {
		if _, err := c.groups(ctx); err != nil {
			return nil, err
		}
		at = c.places.all()
	}
	if names.All() {
		return slices.Sorted(maps.Keys(at)), nil
	}
	return wanted, nil
}

// describeEach describes groups at the coordinators they are believed to have.
// With retry it returns those whose coordinator has moved or does not answer, and
// says nothing of them.
func (c *Client) describeEach(ctx context.Context, names []string, retry bool, emit func(model.Event)) (lost []string) {
	answers := make(chan []model.Group)
	asked := 0
	for p, names := range c.byPlace(names) {
		for chunk := range slices.Chunk(names, groupsAtOnce) {
			asked++
			go func() { answers <- c.describeAt(ctx, p, chunk) }()
		}
	}
	for range asked {
		groups := <-answers
		if retry {
			groups = slices.DeleteFunc(groups, func(g model.Group) bool {
				if !moved(g.Problem) {
					return false
				}
				lost = append(lost, g.ID)
				return true
			})
		}
		if len(groups) > 0 && ctx.Err() == nil {
			emit(model.GroupsDescribed{At: time.Now(), Groups: groups})
		}
	}
	return lost
}

// moved reports whether a group may have another coordinator than was asked.
func moved(p *model.Problem) bool {
	return p != nil && p.Cause != nil && (errors.Is(p.Cause, kerr.NotCoordinator) || connectionLost(p.Cause))
}

// describeAt describes groups of one kind at their coordinator.
func (c *Client) describeAt(ctx context.Context, p place, names []string) []model.Group {
	var groups []model.Group
	var err error
	switch p.kind {
	case model.Consumer:
		groups, err = c.describeConsumer(ctx, p.coordinator, names)
	case model.Share:
		groups, err = c.describeShare(ctx, p.coordinator, names)
	case model.Streams:
		groups, err = c.describeStreams(ctx, p.coordinator, names)
	case model.Classic, "":
		groups, err = c.describeClassic(ctx, p, names)
	default:
		err = &model.Problem{Kind: model.Unsupported, Says: "kscope does not know how groups of kind " + string(p.kind) + " are described"}
	}
	if err != nil {
		problem := problemOf(err)
		groups = nil
		for _, name := range names {
			groups = append(groups, model.Group{ID: name, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch, Problem: problem})
		}
	}
	for i := range groups {
		g := &groups[i]
		g.Coordinator, g.Known = p.coordinator, g.Problem == nil
		slices.SortFunc(g.Members, func(a, b model.Member) int {
			return cmp.Or(strings.Compare(a.ClientID, b.ClientID), strings.Compare(a.ID, b.ID))
		})
		c.owners.learn(g)
	}
	return groups
}

// findCoordinators asks which brokers coordinate groups now. Groups whose
// coordinator nobody tells come back with the problem.
func (c *Client) findCoordinators(ctx context.Context, names []string) (found []string, unfound []model.Group, err error) {
	resp, _, err := c.first(ctx, func() kmsg.Request {
		req := kmsg.NewPtrFindCoordinatorRequest()
		req.CoordinatorKeys = names
		req.CoordinatorKey = names[0] // brokers before Kafka 3.0 look at nothing else
		return req
	})
	if err != nil {
		return nil, nil, err
	}
	r := resp.(*kmsg.FindCoordinatorResponse)
	coordinators := r.Coordinators
	if r.Version < 4 {
		one := kmsg.NewFindCoordinatorResponseCoordinator()
		one.Key, one.NodeID, one.ErrorCode, one.ErrorMessage = names[0], r.NodeID, r.ErrorCode, r.ErrorMessage
		coordinators = append(coordinators, one)
		if len(names) > 1 {
			if found, unfound, err = c.findCoordinators(ctx, names[1:]); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, at := range coordinators {
		if p := groupProblem(at.Key, "", at.ErrorCode, at.ErrorMessage); p != nil {
			unfound = append(unfound, model.Group{ID: at.Key, Coordinator: model.NoBroker, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch, Problem: p})
			continue
		}
		c.places.move(at.Key, at.NodeID)
		found = append(found, at.Key)
	}
	return found, unfound, nil
}

// groupProblem says why a group could not be described; nil if it could.
func groupProblem(name, state string, code int16, says *string) *model.Problem {
	err := errorOf(code, says)
	if err == nil && state == "Dead" {
		err = kerr.GroupIDNotFound
	}
	switch {
	case err == nil:
		return nil
	case code == kerr.TopicAuthorizationFailed.Code:
		return problemAbout(err, model.Right{Operation: "Describe", Resource: "the topics of group " + name})
	}
	p := problemAbout(err, model.Right{Operation: "Describe", Resource: "Group " + name})
	if p.Kind == model.Gone {
		p.Says = "There is no group " + name + " any more"
	}
	return p
}
