package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// planDeletion answers model.PlanDeletion, in one event.
//
//	API   ListOffsets (2) for the ends of the logs, and for a time; DescribeConfigs (32)
//	      for cleanup.policy, which may be denied
//	Cost  about 200 bytes a partition
//	ACL   Describe on the topic
//	Error Gone: the topic, or the partition; Invalid: what was asked for. Of single
//	      partitions it is their lines that say it
func (c *Client) planDeletion(ctx context.Context, q model.PlanDeletion, emit func(model.Event)) error {
	plan, err := c.deletion(ctx, q)
	if err != nil {
		return err
	}
	emit(model.DeletionPlanned{Plan: plan})
	return nil
}

func (c *Client) deletion(ctx context.Context, q model.PlanDeletion) (model.RecordsPlan, error) {
	d := &q.Deletion
	if problem := d.Problem(); problem != nil {
		return model.RecordsPlan{}, problem
	}
	logs, err := c.logsOf(ctx, []string{d.Topic})
	if err != nil {
		return model.RecordsPlan{}, err
	}
	log := &logs[0]
	switch n := len(log.End); {
	case log.Problem != nil && (n == 0 || log.Problem.Kind == model.Gone || log.Problem.Kind == model.Denied):
		return model.RecordsPlan{}, log.Problem
	case d.Partition != model.AllPartitions && (int(d.Partition) >= n || d.Partition < 0):
		return model.RecordsPlan{}, noPartition(d.Topic, d.Partition, n)
	}
	found := commits{}
	if d.To == model.DeleteToTime {
		if found, err = c.offsetsAt(ctx, logs, d.Time); err != nil {
			return model.RecordsPlan{}, err
		}
	}
	configs, err := c.topicConfigs(ctx, []string{d.Topic})
	if err != nil {
		return model.RecordsPlan{}, err
	}
	cleanup := ""
	if config := configs[d.Topic]; config != nil {
		cleanup = config.Cleanup
	}
	var lines []model.DeletionLine
	for p := range log.End {
		if id := int32(p); d.Partition == model.AllPartitions || d.Partition == id {
			lines = append(lines, d.Line(model.DeletionLine{Partition: id, Start: log.Start[p], End: log.End[p]}, found.at(d.Topic, id)))
		}
	}
	return model.NewRecordsPlan(time.Now(), q, cleanup, lines), nil
}

// deleteRecords carries out model.DeleteRecords: it deletes up to the offsets of the
// plan, not what was written since, and reads back where the logs begin.
//
//	API   DeleteRecords (21) to each leader; ListOffsets (2) afterwards
//	Cost  about 50 bytes a partition
//	ACL   Delete on the topic, and Describe
//	Error Invalid: it is compacted; Denied; Unknown when a request left and no answer
//	      came. One that names partitions says that of the others records were deleted
func (c *Client) deleteRecords(ctx context.Context, cmd *model.DeleteRecords, emit func(model.Event)) error {
	plan := cmd.Plan
	plan.Lines = slices.Clone(plan.Lines)
	if refused := plan.Refusal(); refused != nil {
		return refused
	}
	topic, err := c.standingTopic(ctx, plan.Query.Deletion.Topic)
	if err != nil {
		return err
	}
	failed := c.cut(ctx, &topic, plan.Lines)
	logs, unread := c.logsOf(ctx, []string{topic.Name})
	if unread == nil && logs[0].Problem != nil && len(logs[0].Start) == 0 {
		unread = logs[0].Problem
	}
	if unread != nil {
		return &model.Problem{Kind: model.Unknown, Says: "Records were to be deleted, but it could not be read back where the logs begin: " + sentence(problemOf(unread).Says), Fix: "look where they begin", Cause: unread}
	}
	return cutBack(&plan, failed, logs[0].Start, emit)
}

// cut deletes records of a topic, and returns the partitions of which it failed.
func (c *Client) cut(ctx context.Context, topic *model.Topic, lines []model.DeletionLine) map[int32]error {
	byLeader, failed := map[int32][]model.DeletionLine{}, map[int32]error{}
	for _, l := range lines {
		if l.Problem != nil || l.Goes == 0 {
			continue
		}
		if p := topic.Partition(l.Partition); p != nil && p.Leader != model.NoBroker {
			byLeader[p.Leader] = append(byLeader[p.Leader], l)
		} else {
			failed[l.Partition] = kerr.LeaderNotAvailable
		}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for leader, lines := range byLeader {
		wg.Go(func() {
			refused := c.cutAt(ctx, leader, topic.Name, lines)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(failed, refused)
		})
	}
	wg.Wait()
	return failed
}

// cutAt deletes records of the partitions that a broker leads.
func (c *Client) cutAt(ctx context.Context, leader int32, topic string, lines []model.DeletionLine) map[int32]error {
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.TimeoutMillis = int32(c.timeout.Milliseconds())
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	for _, l := range lines {
		rp := kmsg.NewDeleteRecordsRequestTopicPartition()
		rp.Partition, rp.Offset = l.Partition, l.To
		rt.Partitions = append(rt.Partitions, rp)
	}
	req.Topics = append(req.Topics, rt)
	failed := map[int32]error{}
	resp, err := c.sendOnce(ctx, leader, req)
	if err != nil {
		for _, l := range lines {
			failed[l.Partition] = err
		}
		return failed
	}
	for _, t := range resp.(*kmsg.DeleteRecordsResponse).Topics {
		for _, p := range t.Partitions {
			switch err := kerr.ErrorForCode(p.ErrorCode); err {
			case nil:
			case kerr.RequestTimedOut: // followers have not followed yet: the leader has done it
				failed[p.Partition] = &unknownOutcome{err}
			default:
				failed[p.Partition] = err
			}
		}
	}
	return failed
}

// cutBack hands on where the logs begin after a deletion, and says of which partitions
// nothing was deleted. What went without an answer is judged by what is there now.
func cutBack(plan *model.RecordsPlan, failed map[int32]error, starts []int64, emit func(model.Event)) error {
	topic := plan.Query.Deletion.Topic
	meant, missed := 0, 0
	var first *model.Problem
	var names []string
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if l.Problem != nil || l.Goes == 0 {
			continue
		}
		meant++
		l.Start = offsetAt(starts, l.Partition)
		if l.Start != model.NoOffset && l.Start >= l.To {
			continue
		}
		missed++
		l.Problem = cutProblem(topic, l, failed[l.Partition])
		first = or(first, l.Problem)
		names = append(names, fmt.Sprint(l.Partition))
	}
	if missed == meant && (first.Kind == model.Denied || first.Kind == model.Invalid) {
		return first
	}
	plan.At = time.Now()
	emit(model.RecordsDeleted{Plan: *plan})
	if missed == 0 {
		return nil
	}
	partial := *first
	partial.Says = fmt.Sprintf("Of %d of %d partitions nothing was deleted (%s): %s", missed, meant, some(names), first.Says)
	return &partial
}

// cutProblem says why nothing was deleted of a partition.
func cutProblem(topic string, l *model.DeletionLine, err error) *model.Problem {
	switch {
	case err == nil:
		return &model.Problem{Kind: model.Failed, Says: fmt.Sprintf("its log begins at %s all the same", offsetPhrase(l.Start)), Fix: "look again in a moment"}
	case mayHaveHappened(err):
		return problemOf(perhaps(err, "Records may have been deleted", "look where the log begins"))
	case errors.Is(err, kerr.PolicyViolation):
		return &model.Problem{Kind: model.Invalid, Says: "The topic is compacted, and Kafka deletes records only where cleanup.policy has delete", Fix: "send tombstones, or change cleanup.policy", Cause: err}
	}
	return problemAbout(err, model.TopicsConfigs(topic).Right("Delete"))
}
