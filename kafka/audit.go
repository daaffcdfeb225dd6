package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// auditPartitioner answers model.AuditPartitioner: it reads the last records of each
// partition, as many of one as of another, and looks where the keys lead. What comes
// in meanwhile is not read.
//
//	API   what listOffsets sends; Fetch (1) to each leader
//	Cost  the records, once; of them only the different keys are kept
//	ACL   Read on the topic, which implies Describe. No group is joined
//	Error Gone, Denied. Partitions that cannot be read are left out, and the audit's
//	      Problem says so
func (c *Client) auditPartitioner(ctx context.Context, q model.AuditPartitioner, emit func(model.Event)) error {
	ends, err := c.ends(ctx, q.Topic)
	if err != nil {
		return err
	}
	r := &auditing{q: q, emit: emit, partitions: len(ends.End), todo: map[int32]int64{}, problem: ends.Problem}
	if r.partitions == 0 {
		return &model.Problem{Kind: model.Failed, Says: "Topic " + q.Topic + " has no partition yet", Fix: "try again in a moment"}
	}
	from := r.begin(&ends)
	if len(from) > 0 {
		cl, err := kgo.NewClient(append(c.optsNow(),
			kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{q.Topic: from}),
			kgo.FetchMaxBytes(8<<20),
			kgo.FetchMaxWait(500*time.Millisecond),
			kgo.KeepControlRecords(), // so that a log that ends with one ends
		)...)
		if err != nil {
			return err
		}
		defer cl.Close()
		if err := r.read(ctx, cl); err != nil {
			return err
		}
	}
	r.tell(true)
	return nil
}

// ends returns the first and the last offsets of a topic's partitions.
func (c *Client) ends(ctx context.Context, topic string) (model.TopicOffsets, error) {
	described, err := c.describe(ctx, topic)
	switch {
	case err != nil:
		return model.TopicOffsets{}, err
	case described.Problem != nil:
		return model.TopicOffsets{}, described.Problem
	}
	var found model.TopicOffsets
	err = c.listOffsets(ctx, model.ListOffsets{Topics: model.NamesOf(topic)}, func(e model.Event) {
		if e, ok := e.(model.OffsetsListed); ok && len(e.Topics) == 1 {
			found = e.Topics[0]
		}
	})
	return found, err
}

// An auditing is one audit under way.
type auditing struct {
	q          model.AuditPartitioner
	emit       func(model.Event)
	auditor    model.Auditor
	partitions int
	todo       map[int32]int64 // partition -> the offset that ends it
	problem    *model.Problem
}

// begin returns where to read from.
func (r *auditing) begin(ends *model.TopicOffsets) map[int32]kgo.Offset {
	most := min(max(r.q.Last, 1), model.AuditMost)
	share := (most + int64(r.partitions) - 1) / int64(r.partitions)
	from := map[int32]kgo.Offset{}
	for i, end := range ends.End {
		p, start := int32(i), ends.Start[i]
		if end == model.NoOffset || start == model.NoOffset {
			r.problem = offline(r.q.Topic, p)
			continue
		}
		if end > start {
			from[p] = kgo.NewOffset().At(max(start, end-share))
			r.todo[p] = end
		}
	}
	return from
}

// quiet is how long nothing may come before a partition counts as read: the last
// offsets of one that was compacted may not be there any more.
const quiet = 3 * time.Second

// read reads until every partition has been read to its end.
func (r *auditing) read(ctx context.Context, cl *kgo.Client) error {
	told, heard := time.Now(), time.Now()
	for len(r.todo) > 0 && time.Since(heard) < quiet {
		poll, cancel := context.WithTimeout(ctx, quiet)
		fetches := cl.PollFetches(poll)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if fetches.NumRecords() > 0 {
			heard = time.Now()
		}
		if err := r.take(fetches); err != nil {
			return problemAbout(err, model.Right{Operation: "Read", Resource: "Topic " + r.q.Topic})
		}
		if time.Since(told) > time.Second {
			told = time.Now()
			r.tell(false)
		}
	}
	return nil
}

// take takes in what was read, up to the end of each partition.
func (r *auditing) take(fetches kgo.Fetches) error {
	fetches.EachRecord(func(record *kgo.Record) {
		end, ok := r.todo[record.Partition]
		switch {
		case !ok:
			return
		case record.Offset >= end-1:
			delete(r.todo, record.Partition)
		}
		if record.Offset < end && !record.Attrs.IsControl() {
			r.auditor.Add(record.Partition, record.Key)
		}
	})
	var failed error
	fetches.EachError(func(_ string, p int32, err error) {
		switch {
		case errors.Is(err, context.DeadlineExceeded):
		case errors.Is(err, kerr.TopicAuthorizationFailed):
			failed = err
		default:
			r.problem = problemOf(err)
			delete(r.todo, p)
		}
	})
	return failed
}

func (r *auditing) tell(done bool) {
	audit := r.auditor.Audit(r.q, time.Now(), r.partitions)
	audit.Done, audit.Problem = done, r.problem
	r.emit(model.PartitionerAudited{Audit: audit})
}
