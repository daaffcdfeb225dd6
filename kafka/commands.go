package kafka

import (
	"context"
	"fmt"

	"kscope/model"
)

// Do carries out cmd and hands what came of it to emit. Errors are *model.Problem.
// One of kind model.Unknown says that the change may have been made all the same:
// the request left, and the answer did not come.
//
// With Connection.ReadOnly nothing is sent and every command is refused.
func (c *Client) Do(ctx context.Context, cmd model.Command, emit func(model.Event)) error {
	if c.conn.ReadOnly {
		return &model.Problem{
			Kind: model.ReadOnly,
			Says: "Cannot " + cmd.String() + ", as kscope was started read-only",
			Fix:  "start it without --read-only",
		}
	}
	if err := c.carryOut(ctx, cmd, emit); err != nil {
		return problemOf(err)
	}
	return nil
}

func (c *Client) carryOut(ctx context.Context, cmd model.Command, emit func(model.Event)) error {
	switch cmd := cmd.(type) {
	case *model.Produce:
		return c.produce(ctx, cmd, emit)
	case *model.SendMany:
		return c.sendMany(ctx, cmd, emit)
	case *model.ResetOffsets:
		return c.resetOffsets(ctx, cmd, emit)
	case model.DeleteGroup:
		return c.deleteGroup(ctx, cmd, emit)
	case model.DeleteOffsets:
		return c.deleteOffsets(ctx, cmd)
	case model.RemoveMember:
		return c.removeMember(ctx, cmd, emit)
	case model.CreateTopic:
		return c.createTopic(ctx, cmd, emit)
	case model.AddPartitions:
		return c.addPartitions(ctx, cmd, emit)
	case *model.AlterConfigs:
		return c.alterConfigs(ctx, cmd, emit)
	case model.DeleteTopic:
		return c.deleteTopic(ctx, cmd, emit)
	case *model.DeleteRecords:
		return c.deleteRecords(ctx, cmd, emit)
	case model.LabAdd, model.LabTell, model.LabEnd:
		return c.labs.host.Do(ctx, cmd)
	case model.StopBroker, model.StartBroker:
		return &model.Problem{
			Kind: model.Unsupported,
			Says: "Cannot " + cmd.String() + ", as only brokers of the demo cluster can be stopped and started",
			Fix:  "try it with --demo",
		}
	}
	return fmt.Errorf("no handler for %T", cmd)
}
