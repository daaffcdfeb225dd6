package kafka

import (
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/grouplog"
	"kscope/model"
)

// describeClassic describes groups by DescribeGroups (15). Brokers keep the
// members' subscriptions to themselves while the group rebalances, so that the
// generation is not known then.
func (c *Client) describeClassic(ctx context.Context, at place, names []string) ([]model.Group, error) {
	req := kmsg.NewPtrDescribeGroupsRequest()
	req.Groups = names
	resp, err := c.to(ctx, at.coordinator, req)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, found := range resp.(*kmsg.DescribeGroupsResponse).Groups {
		g := model.Group{
			ID: found.Group, Kind: model.Classic, State: found.State, ProtocolType: found.ProtocolType, Assignor: found.Protocol,
			Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch,
		}
		g.Problem = groupProblem(g.ID, g.State, found.ErrorCode, found.ErrorMessage)
		for _, m := range found.Members {
			member := memberOf(m.MemberID, m.ClientID, m.InstanceID, m.ClientHost, model.NoEpoch)
			grouplog.ReadClassic(&member, g.ProtocolType, m.ProtocolMetadata, m.MemberAssignment)
			g.Members = append(g.Members, member)
		}
		inferEpoch(&g)
		groups = append(groups, g)
	}
	return groups, nil
}

// inferEpoch works out the generation of a stable classic group: who joined it had
// come from the one before, or from none. Members whose client does not say leave
// it unknown, as does a group that rebalances for the first time.
func inferEpoch(g *model.Group) {
	if g.State != "Stable" {
		return
	}
	newest := model.NoEpoch
	for i := range g.Members {
		newest = max(newest, g.Members[i].Epoch)
	}
	if newest >= 0 {
		g.Epoch, g.Inferred = newest+1, true
	}
}

// owned returns what the members of a group are assigned, each partition once.
func owned(g *model.Group) map[string][]int32 {
	all := map[string][]int32{}
	for i := range g.Members {
		for topic, partitions := range g.Members[i].Assigned {
			all[topic] = append(all[topic], partitions...)
		}
	}
	for topic, partitions := range all {
		slices.Sort(partitions)
		all[topic] = slices.Compact(partitions)
	}
	return all
}
