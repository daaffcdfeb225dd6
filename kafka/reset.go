package kafka

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// planReset answers model.PlanReset, in one event. What is committed is read before
// the ends of the logs.
//
//	API   what described and commitsOf send; ListOffsets (2) for the ends of the logs,
//	      and for a time; DescribeTopicPartitions (75) or Metadata (3) of topics that
//	      are not known
//	Cost  about 200 bytes a partition
//	ACL   Describe on the group and on the topics
//	Error Gone: the group, or the topic that was named; Invalid: what was asked for.
//	      Of single partitions it is their lines that say it
func (c *Client) planReset(ctx context.Context, q model.PlanReset, emit func(model.Event)) error {
	plan, err := c.plan(ctx, q)
	if err != nil {
		return err
	}
	emit(model.ResetPlanned{Plan: plan})
	return nil
}

func (c *Client) plan(ctx context.Context, q model.PlanReset) (model.ResetPlan, error) {
	r := &q.Reset
	if problem := r.Problem(); problem != nil {
		return model.ResetPlan{}, problem
	}
	named, problem := namedBy(q)
	if problem != nil {
		return model.ResetPlan{}, problem
	}
	g, err := c.present(ctx, q.Group)
	if err != nil {
		return model.ResetPlan{}, err
	}
	committed, err := c.commitsOf(ctx, g)
	if err != nil {
		return model.ResetPlan{}, err
	}
	now := time.Now()
	logs, err := c.logsOf(ctx, topicsToReset(r, committed, named))
	if err != nil {
		return model.ResetPlan{}, err
	}
	if at, ok := r.At(now); ok {
		if named, err = c.offsetsAt(ctx, logs, at); err != nil {
			return model.ResetPlan{}, err
		}
	}
	lines, problem := linesOf(r, logs, committed, named)
	if problem != nil {
		return model.ResetPlan{}, problem
	}
	return model.NewResetPlan(now, q, g, lines), nil
}

// namedBy reads the file of a reset that has one.
func namedBy(q model.PlanReset) (commits, *model.Problem) {
	if q.Reset.To != model.FromFile {
		return nil, nil
	}
	offsets, problem := model.ParseOffsets(q.Reset.File, q.Group)
	if problem != nil {
		return nil, problem
	}
	named := commits{}
	for _, o := range offsets {
		named.put(o.Topic, o.Partition, o.Offset)
	}
	return named, nil
}

// topicsToReset lists the topics a reset is about: those named, else those in the
// file, else those the group has offsets for.
func topicsToReset(r *model.Reset, committed, file commits) []string {
	switch {
	case !r.Topics.All():
		return slices.Compact(slices.Sorted(slices.Values(r.Topics.List())))
	case r.To == model.FromFile:
		return slices.Sorted(maps.Keys(file))
	}
	return slices.Sorted(maps.Keys(committed))
}

// logsOf reads where the logs of topics begin and end.
func (c *Client) logsOf(ctx context.Context, names []string) ([]model.TopicOffsets, error) {
	return c.offsetsIn(ctx, names, earliest, latest)
}

// offsetsIn asks for offsets of topics, a chunk at a time.
func (c *Client) offsetsIn(ctx context.Context, names []string, which ...int64) ([]model.TopicOffsets, error) {
	var found []model.TopicOffsets
	dead := map[int32]*model.Problem{}
	for len(names) > 0 {
		chunk, rest := c.chunk(names)
		a := newAsking(chunk, dead)
		a.which = which
		if err := c.offsetsOf(ctx, a); err != nil {
			return nil, err
		}
		found = append(found, a.topics...)
		names = rest
	}
	return found, nil
}

// offsetsAt returns the offset of the first record at that time or later; partitions
// that have none are absent.
func (c *Client) offsetsAt(ctx context.Context, logs []model.TopicOffsets, at time.Time) (commits, error) {
	var names []string
	for i := range logs {
		if logs[i].Problem == nil {
			names = append(names, logs[i].Name)
		}
	}
	topics, err := c.offsetsIn(ctx, names, at.UnixMilli())
	if err != nil {
		return nil, err
	}
	found := commits{}
	for _, t := range topics {
		if t.Problem != nil {
			return nil, t.Problem
		}
		for p, offset := range t.End {
			found.put(t.Name, int32(p), offset)
		}
	}
	return found, nil
}

// linesOf returns the lines of a plan. All partitions of a topic that is named are in
// it, also where nothing is committed, as with Kafka's own tool.
func linesOf(r *model.Reset, logs []model.TopicOffsets, committed, named commits) ([]model.ResetLine, *model.Problem) {
	var lines []model.ResetLine
	for i := range logs {
		log := &logs[i]
		partitions, problem := partitionsToReset(r, log, committed, named)
		if problem != nil {
			return nil, problem
		}
		for _, p := range partitions {
			line := model.ResetLine{
				Topic: log.Name, Partition: p, From: committed.at(log.Name, p),
				Start: model.NoOffset, End: model.NoOffset, Problem: log.Problem,
			}
			if int(p) < len(log.End) {
				line.Start, line.End = log.Start[p], log.End[p]
			} else if log.Problem == nil {
				line.Problem = noPartition(log.Name, p, len(log.End))
			}
			lines = append(lines, r.Line(line, named.at(log.Name, p)))
		}
	}
	return lines, nil
}

// partitionsToReset lists the partitions of a topic that a reset is about.
func partitionsToReset(r *model.Reset, log *model.TopicOffsets, committed, named commits) ([]int32, *model.Problem) {
	switch {
	case r.To == model.FromFile:
		return within(r, slices.Sorted(maps.Keys(named[log.Name]))), nil
	case r.Topics.All():
		return slices.Sorted(maps.Keys(committed[log.Name])), nil
	case log.Problem != nil:
		return nil, log.Problem
	case r.Partition == model.AllPartitions:
		all := make([]int32, len(log.End))
		for p := range all {
			all[p] = int32(p)
		}
		return all, nil
	case int(r.Partition) >= len(log.End) || r.Partition < 0:
		return nil, noPartition(log.Name, r.Partition, len(log.End))
	}
	return []int32{r.Partition}, nil
}

// within leaves out what a file names beside the partition that is meant.
func within(r *model.Reset, partitions []int32) []int32 {
	if r.Partition == model.AllPartitions {
		return partitions
	}
	return slices.DeleteFunc(partitions, func(p int32) bool { return p != r.Partition })
}

func noPartition(topic string, partition int32, n int) *model.Problem {
	return invalid(fmt.Sprintf("Topic %s has no partition %d", topic, partition), fmt.Sprintf("choose one of 0 to %d", n-1), nil)
}

// resetOffsets carries out model.ResetOffsets: it puts what is committed where the
// plan says, and nowhere else, if all is still as the plan found it.
//
//	API   what described and commitsOf send, before and after; OffsetCommit (8) from no
//	      member, or for share groups AlterShareGroupOffsets (91, Kafka 4.1), to the
//	      coordinator
//	Cost  about 30 bytes a partition
//	ACL   Read on the group and on the topics
//	Error Failed: members have come, or what is committed has moved since; Denied; and
//	      Unknown when the request left and no answer came. One that names partitions
//	      says that the others were reset
func (c *Client) resetOffsets(ctx context.Context, cmd *model.ResetOffsets, emit func(model.Event)) error {
	plan := cmd.Plan
	plan.Lines = slices.Clone(plan.Lines)
	g, before, err := c.standing(ctx, plan.Query.Group)
	if err != nil {
		return err
	}
	plan.State, plan.Holders = g.State, g.Members
	if refusal := plan.Refusal(); refusal != nil {
		return refusal
	}
	if problem := sinceMoved(&plan, before); problem != nil {
		return problem
	}
	failed, err := c.commit(ctx, g, plan.Lines)
	if err != nil && !mayHaveHappened(err) {
		return err
	}
	after, unread := c.commitsOf(ctx, g)
	if err != nil && (unread != nil || !reached(plan.Lines, after)) {
		return perhaps(err, "The offsets of group "+g.ID+" may have been reset", "look where they are before you try again")
	}
	if unread != nil {
		return &model.Problem{Kind: model.Unknown, Says: "The offsets were committed, but could not be read back: " + unread.Error(), Fix: "look where they are", Cause: unread}
	}
	return readBack(&plan, failed, after, emit)
}

// standing returns a group and what it has committed.
func (c *Client) standing(ctx context.Context, name string) (*model.Group, commits, error) {
	g, err := c.present(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	committed, err := c.commitsOf(ctx, g)
	return g, committed, err
}

// sinceMoved says what is committed otherwise than when the plan was made; nil if
// nothing is.
func sinceMoved(plan *model.ResetPlan, now commits) *model.Problem {
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if at := now.at(l.Topic, l.Partition); l.Problem == nil && at != l.From {
			return &model.Problem{
				Kind: model.Failed,
				Says: fmt.Sprintf("The offsets moved since the preview: partition %d of %s was at %s, and is at %s", l.Partition, l.Topic, offsetPhrase(l.From), offsetPhrase(at)),
				Fix:  "look at the preview again, then confirm it",
			}
		}
	}
	return nil
}

func offsetPhrase(offset int64) string {
	if offset == model.NoOffset {
		return "none"
	}
	return fmt.Sprint(offset)
}

// reached reports whether every line is committed as it should be.
func reached(lines []model.ResetLine, now commits) bool {
	return !slices.ContainsFunc(lines, func(l model.ResetLine) bool { return l.Problem == nil && now.at(l.Topic, l.Partition) != l.To })
}

// readBack hands on what is committed after a reset, and says which partitions it
// missed.
func readBack(plan *model.ResetPlan, failed map[partition]*model.Problem, after commits, emit func(model.Event)) error {
	meant, missed := 0, 0
	var first *model.Problem
	var names []string
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if l.Problem != nil {
			continue
		}
		meant++
		l.From = after.at(l.Topic, l.Partition)
		problem := failed[partition{l.Topic, l.Partition}]
		if problem == nil && l.From != l.To {
			problem = &model.Problem{Kind: model.Failed, Says: fmt.Sprintf("it is at %s by now", offsetPhrase(l.From)), Fix: "see who else commits for this group"}
		}
		if problem != nil {
			missed++
			l.Problem, first = problem, or(first, problem)
			names = append(names, fmt.Sprintf("%s/%d", l.Topic, l.Partition))
		}
	}
	if missed == meant && len(failed) == meant {
		return first
	}
	plan.At = time.Now()
	emit(model.OffsetsReset{Plan: *plan})
	if missed == 0 {
		return nil
	}
	partial := *first
	partial.Says = fmt.Sprintf("%d of %d partitions were not reset (%s): %s", missed, meant, some(names), first.Says)
	return &partial
}

func or(p, q *model.Problem) *model.Problem {
	if p != nil {
		return p
	}
	return q
}

// some lists names, no more than a few.
func some(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}
