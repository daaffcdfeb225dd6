package lab

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// spawn runs f, unless the lab is closed, which waits for it.
func (l *Lab) spawn(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.work.Go(f)
	}
}

// end has members of a group leave, and deletes it if asked. The error of deleting it
// is Kafka's own.
func (l *Lab) end(ctx context.Context, members []*member, cmd model.LabEnd) error {
	var leaving sync.WaitGroup
	errs := make([]error, len(members))
	for i, m := range members {
		leaving.Go(func() {
			m.verbs.Lock()
			defer m.verbs.Unlock()
			m.ended = true
			errs[i] = m.leave(ctx)
		})
	}
	leaving.Wait()
	if !cmd.Delete {
		return errors.Join(errs...)
	}
	return l.deleteGroup(ctx, cmd.Group) // who has no group is in none
}

// admin returns a client for what is said in the name of consumers that are gone.
func (l *Lab) admin(ctx context.Context) (*kgo.Client, error) {
	return kgo.NewClient(append(l.options.Client(), kgo.DialTLSConfig(nil), kgo.Dialer(l.options.Dial), kgo.WithContext(ctx))...)
}

// stepOut says that a static member is about to come back (KIP-848: epoch -2). What
// the client says of that lacks the instance id, and Kafka does not take it.
func (m *member) stepOut(ctx context.Context) error {
	m.mu.Lock()
	id := m.MemberID
	m.mu.Unlock()
	if id == "" {
		return nil
	}
	return m.lab.request(ctx, goodbye(m.Group, id, &m.InstanceID, -2))
}

// goodbye is the last heartbeat of a member (KIP-848): with epoch -1 it leaves, with
// -2 a static one will be back.
func goodbye(group, member string, instance *string, epoch int32) *kmsg.ConsumerGroupHeartbeatRequest {
	req := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	req.Group, req.MemberID, req.InstanceID, req.MemberEpoch = group, member, instance, epoch
	return req
}

// expel throws the member out of its group, under every name that the group may
// have it by.
//
//	API   LeaveGroup (13); of groups whose broker assigns ConsumerGroupHeartbeat
//	      (68) with epoch -1 (KIP-848); both to the coordinator
//	ACL   Read on the group
func (m *member) expel(ctx context.Context) error {
	requests := m.partings()
	if len(requests) == 0 {
		return nil
	}
	if err := m.lab.request(ctx, requests...); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.ids {
		m.ids[id] = false
	}
	return nil
}

// request sends requests that say that members are gone.
func (l *Lab) request(ctx context.Context, requests ...kmsg.Request) error {
	cl, err := l.admin(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	for _, req := range requests {
		resp, err := cl.Request(ctx, req)
		if err == nil {
			err = refusal(resp)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// partings are the requests that throw the member out.
func (m *member) partings() (requests []kmsg.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var instance *string
	if m.InstanceID != "" {
		instance = &m.InstanceID
	}
	for id, there := range m.ids {
		switch {
		case !there:
		case m.Assignor == model.LabConsumer:
			requests = append(requests, goodbye(m.Group, id, instance, -1))
		case instance == nil:
			requests = append(requests, leaveRequest(m.Group, id, nil))
		}
	}
	if instance != nil && m.Assignor != model.LabConsumer {
		requests = append(requests, leaveRequest(m.Group, "", instance))
	}
	return requests
}

func leaveRequest(group, member string, instance *string) *kmsg.LeaveGroupRequest {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group, req.MemberID = group, member
	leaver := kmsg.NewLeaveGroupRequestMember()
	leaver.MemberID, leaver.InstanceID = member, instance
	leaver.Reason = kmsg.StringPtr("test consumer ended")
	req.Members = append(req.Members, leaver)
	return req
}

// refusal returns why a member was not thrown out. That it is not there is no
// reason.
func refusal(resp kmsg.Response) error {
	var codes []int16
	switch r := resp.(type) {
	case *kmsg.LeaveGroupResponse:
		codes = append(codes, r.ErrorCode)
		for _, m := range r.Members {
			codes = append(codes, m.ErrorCode)
		}
	case *kmsg.ConsumerGroupHeartbeatResponse:
		codes = append(codes, r.ErrorCode)
	}
	for _, code := range codes {
		err := kerr.ErrorForCode(code)
		if err != nil && !errors.Is(err, kerr.UnknownMemberID) && !errors.Is(err, kerr.GroupIDNotFound) {
			return err
		}
	}
	return nil
}

// deleteGroup deletes a group once its last member is gone.
//
//	API   DeleteGroups (42) to the coordinator
//	ACL   Delete on the group
func (l *Lab) deleteGroup(ctx context.Context, group string) error {
	cl, err := l.admin(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	for {
		req := kmsg.NewPtrDeleteGroupsRequest()
		req.Groups = []string{group}
		resp, err := req.RequestWith(ctx, cl)
		if err == nil && len(resp.Groups) == 1 {
			err = kerr.ErrorForCode(resp.Groups[0].ErrorCode)
		}
		switch {
		case err == nil, errors.Is(err, kerr.GroupIDNotFound):
			return nil
		case !errors.Is(err, kerr.NonEmptyGroup), !sleep(ctx, deleteAgain):
			return err
		}
	}
}

// deleteAgain is how long to wait for the last member to be gone.
const deleteAgain = 100 * time.Millisecond
