package kafka

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// leaveEpoch is the member epoch of a heartbeat that leaves for good. A static
// member that says -2 is only away: its partitions stay with it.
const leaveEpoch = -1

// removeMember carries out model.RemoveMember: it leaves the group in the member's
// name, and describes the group afterwards. A consumer that runs on finds out by its
// next heartbeat, and joins again.
//
//	API   by the kind of group: LeaveGroup (13), ConsumerGroupHeartbeat (68),
//	      ShareGroupHeartbeat (76) or StreamsGroupHeartbeat (88) with epoch -1, to the
//	      coordinator; what described sends, before and after
//	ACL   Read on the group, and Describe
//	Error Gone: no such group or member; Denied; Unknown
func (c *Client) removeMember(ctx context.Context, cmd model.RemoveMember, emit func(model.Event)) error {
	g, err := c.present(ctx, cmd.Group)
	if err != nil {
		return err
	}
	m := memberIn(g, cmd)
	if m == nil {
		return goneMember(cmd)
	}
	err = c.leave(ctx, g, m)
	if err != nil && !mayHaveHappened(err) {
		if errors.Is(err, kerr.UnknownMemberID) {
			return goneMember(cmd)
		}
		return changeProblem(err, "Read", g.ID, "")
	}
	after, unread := c.described(ctx, g.ID)
	if unread == nil && after.Problem == nil {
		emit(model.GroupsDescribed{At: time.Now(), Groups: []model.Group{*after}})
	}
	if err == nil {
		return nil
	}
	if unread == nil && (after.Problem == nil && !has(after, m.ID) || after.Problem != nil && after.Problem.Kind == model.Gone) {
		return nil // the answer was lost, and it was done
	}
	return perhaps(err, "Member "+m.ID+" may have been removed", "look whether it is still in the group")
}

func goneMember(cmd model.RemoveMember) *model.Problem {
	name := cmd.InstanceID
	if name == "" {
		name = cmd.MemberID
	}
	return &model.Problem{Kind: model.Gone, Says: "Group " + cmd.Group + " has no member " + name + " any more", Cause: kerr.UnknownMemberID}
}

// memberIn returns the member that is meant; nil if it is not there.
func memberIn(g *model.Group, cmd model.RemoveMember) *model.Member {
	i := slices.IndexFunc(g.Members, func(m model.Member) bool {
		if cmd.MemberID == "" {
			return m.InstanceID == cmd.InstanceID
		}
		return m.ID == cmd.MemberID
	})
	if i < 0 {
		return nil
	}
	return &g.Members[i]
}

func has(g *model.Group, member string) bool {
	return slices.ContainsFunc(g.Members, func(m model.Member) bool { return m.ID == member })
}

// leave has a member leave by the protocol it speaks.
func (c *Client) leave(ctx context.Context, g *model.Group, m *model.Member) error {
	switch {
	case g.Kind == model.Share:
		return c.leaveShare(ctx, g.ID, m)
	case g.Kind == model.Streams:
		return c.leaveStreams(ctx, g.ID, m)
	case g.Kind == model.Consumer && m.Speaks != "classic":
		return c.leaveConsumer(ctx, g.ID, m)
	}
	return c.leaveClassic(ctx, g.ID, m)
}

// instance is the instance id as requests have it: nil without one.
func instance(m *model.Member) *string {
	if m.InstanceID == "" {
		return nil
	}
	return &m.InstanceID
}

func (c *Client) leaveClassic(ctx context.Context, group string, m *model.Member) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrLeaveGroupRequest()
		req.Group, req.MemberID = group, m.ID
		leaving := kmsg.NewLeaveGroupRequestMember()
		leaving.MemberID, leaving.InstanceID = m.ID, instance(m)
		leaving.Reason = kmsg.StringPtr("removed by an administrator with kscope")
		req.Members = []kmsg.LeaveGroupRequestMember{leaving}
		return req
	}, func(r kmsg.Response) int16 {
		left := r.(*kmsg.LeaveGroupResponse)
		if left.ErrorCode == 0 && len(left.Members) > 0 {
			return left.Members[0].ErrorCode
		}
		return left.ErrorCode
	})
	return err
}

func (c *Client) leaveConsumer(ctx context.Context, group string, m *model.Member) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrConsumerGroupHeartbeatRequest()
		req.Group, req.MemberID, req.MemberEpoch, req.InstanceID = group, m.ID, leaveEpoch, instance(m)
		return req
	}, func(r kmsg.Response) int16 { return r.(*kmsg.ConsumerGroupHeartbeatResponse).ErrorCode })
	return err
}

func (c *Client) leaveShare(ctx context.Context, group string, m *model.Member) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrShareGroupHeartbeatRequest()
		req.GroupID, req.MemberID, req.MemberEpoch = group, m.ID, leaveEpoch
		return req
	}, func(r kmsg.Response) int16 { return r.(*kmsg.ShareGroupHeartbeatResponse).ErrorCode })
	return err
}

func (c *Client) leaveStreams(ctx context.Context, group string, m *model.Member) error {
	_, err := c.change(ctx, group, func() kmsg.Request {
		req := kmsg.NewPtrStreamsGroupHeartbeatRequest()
		req.Group, req.MemberID, req.MemberEpoch, req.InstanceID = group, m.ID, leaveEpoch, instance(m)
		return req
	}, func(r kmsg.Response) int16 { return r.(*kmsg.StreamsGroupHeartbeatResponse).ErrorCode })
	return err
}
