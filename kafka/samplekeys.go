package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// Bounds of a sample: what it reads, and how long it waits for more.
const (
	sampleBytes = 64 << 20
	sampleTime  = 10 * time.Second
	sampleIdle  = 2 * time.Second // where the end of a log holds no record: compaction took it
)

// sampleKeys answers model.SampleKeys, in one event: the keys of the last records, read
// from the partitions directly.
//
//	API   ListOffsets (2) for the ends of the logs; Fetch (1), by a client of its own
//	Cost  the records themselves, at most 64 MiB and 10 s
//	ACL   Read on the topic. No group is joined, and nothing is committed
//	Error Gone; Denied
func (c *Client) sampleKeys(ctx context.Context, q model.SampleKeys, emit func(model.Event)) error {
	logs, err := c.logsOf(ctx, []string{q.Topic})
	if err != nil {
		return err
	}
	if logs[0].Problem != nil {
		return asRead(logs[0].Problem)
	}
	s := newSampling(q, &logs[0])
	if len(s.ends) > 0 {
		if err := s.read(ctx, c); err != nil {
			return err
		}
	}
	s.found.At = time.Now()
	emit(model.KeysSampled{Keys: s.found})
	return nil
}

// A sampling is a sample while it is taken.
type sampling struct {
	found *model.KeySample
	seen  map[model.SampledKey]bool
	from  map[int32]kgo.Offset
	ends  map[int32]int64 // of the partitions that are not read to their end yet
	bytes int
}

// newSampling plans to read the last records of each partition that has some.
func newSampling(q model.SampleKeys, log *model.TopicOffsets) *sampling {
	s := &sampling{
		found: &model.KeySample{Query: q}, seen: map[model.SampledKey]bool{},
		from: map[int32]kgo.Offset{}, ends: map[int32]int64{},
	}
	share := int64(max(1, q.Last/max(1, len(log.End))))
	for p, end := range log.End {
		if start := log.Start[p]; start != model.NoOffset && end > start {
			s.from[int32(p)] = kgo.NewOffset().At(max(start, end-share))
			s.ends[int32(p)] = end
		}
	}
	return s
}

// read reads until every partition is at its end, or a bound is met.
func (s *sampling) read(ctx context.Context, c *Client) error {
	own, cancel := context.WithTimeout(ctx, sampleTime)
	defer cancel()
	cl, err := kgo.NewClient(append(c.optsNow(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s.found.Query.Topic: s.from}),
		kgo.KeepControlRecords(), // the last record of a log may be one
		kgo.FetchMaxBytes(8<<20),
		kgo.FetchMaxPartitionBytes(1<<20),
		kgo.MaxConcurrentFetches(2),
		kgo.MaxDecompressBatchBytes(sampleBytes),
		kgo.FetchMaxWait(500*time.Millisecond),
	)...)
	if err != nil {
		return err
	}
	defer cl.Close()
	for len(s.ends) > 0 && s.bytes < sampleBytes {
		fetches, more := poll(own, cl)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, e := range fetches.Errors() {
			if own.Err() == nil && more {
				return asRead(problemAbout(e.Err, model.TopicsConfigs(s.found.Query.Topic).Right("Read")))
			}
		}
		fetches.EachRecord(s.take)
		if !more && fetches.NumRecords() == 0 {
			break
		}
	}
	return nil
}

// poll waits for records; more is false if none came for a while, or in time.
func poll(ctx context.Context, cl *kgo.Client) (fetches kgo.Fetches, more bool) {
	ctx, cancel := context.WithTimeout(ctx, sampleIdle)
	defer cancel()
	fetches = cl.PollFetches(ctx)
	return fetches, ctx.Err() == nil
}

func (s *sampling) take(r *kgo.Record) {
	if end, ok := s.ends[r.Partition]; !ok || r.Offset >= end {
		return // written meanwhile
	} else if r.Offset == end-1 {
		delete(s.ends, r.Partition)
	}
	s.bytes += len(r.Key) + len(r.Value)
	if r.Attrs.IsControl() {
		return
	}
	s.found.Records++
	if r.Key == nil {
		return
	}
	s.found.Keyed++
	if k := (model.SampledKey{Key: string(r.Key), Partition: r.Partition}); !s.seen[k] {
		s.seen[k] = true
		s.found.Keys = append(s.found.Keys, k)
	}
}
