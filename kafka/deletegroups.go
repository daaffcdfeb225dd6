package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// deleteGroup carries out model.DeleteGroup, and lists the groups afterwards.
//
//	API   what described sends; DeleteGroups (42) to the coordinator; ListGroups (16)
//	      to each broker
//	ACL   Delete on the group, and Describe
//	Error Gone; Failed: it has members; Denied; Unknown when the request left and no
//	      answer came, and the group is still there
func (c *Client) deleteGroup(ctx context.Context, cmd model.DeleteGroup, emit func(model.Event)) error {
	g, err := c.present(ctx, cmd.Group)
	if err != nil {
		return err
	}
	if held := model.Held(g.ID, g.State, g.Members); held != nil {
		return held
	}
	_, err = c.change(ctx, g.ID, func() kmsg.Request {
		req := kmsg.NewPtrDeleteGroupsRequest()
		req.Groups = []string{g.ID}
		return req
	}, func(r kmsg.Response) int16 {
		for _, one := range r.(*kmsg.DeleteGroupsResponse).Groups {
			return one.ErrorCode
		}
		return kerr.UnknownServerError.Code
	})
	// That it is not there, when it was a moment ago, is what was wanted: an attempt
	// before this one may have got through.
	if err != nil && !mayHaveHappened(err) && !errors.Is(err, kerr.GroupIDNotFound) {
		return changeProblem(err, "Delete", g.ID, "")
	}
	listed, unread := c.groups(ctx)
	if unread == nil {
		emit(listed)
	}
	_, there := model.FindGroup(pointers(listed.Groups), g.ID)
	switch {
	case err != nil && (unread != nil || there):
		return perhaps(err, "Group "+g.ID+" may have been deleted", "look whether it is still listed")
	case unread != nil:
		return &model.Problem{Kind: model.Unknown, Says: "Group " + g.ID + " was deleted, but the groups could not be listed afterwards", Fix: "look whether it is still listed", Cause: unread}
	case there:
		return &model.Problem{Kind: model.Failed, Says: "Group " + g.ID + " was deleted, and is there again", Fix: "see who uses it"}
	}
	return nil
}

func pointers(groups []model.Group) []*model.Group {
	all := make([]*model.Group, len(groups))
	for i := range groups {
		all[i] = &groups[i]
	}
	return all
}
