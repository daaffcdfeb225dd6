package kafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/drafts"
	"kscope/kafka/template"
	"kscope/model"
)

// sendMany carries out model.SendMany, by a client of its own. It returns nil also
// when it was cancelled: the last ManySent has the account.
//
//	API   DescribeTopicPartitions (75) or Metadata (3); DescribeConfigs (32) for
//	      max.message.bytes, if it may be read; InitProducerId (22); Produce (0)
//	      with schemas, what the registry has of them, unless they are known
//	Cost  as the records; at most 30,000 of them and 64 MiB wait for their leaders
//	ACL   Write on the topic, which implies Describe
//	Error Gone, Denied, Invalid before anything is sent, and what is wrong with a schema.
//	      What went wrong with a record is in the account, not an error
func (c *Client) sendMany(ctx context.Context, cmd *model.SendMany, emit func(model.Event)) error {
	if p := cmd.Check(); p != nil {
		return p
	}
	clock := &moment{}
	material, done, err := materialOf(cmd, clock.read)
	if err != nil {
		return err
	}
	defer done()
	if material, err = c.encoding(ctx, material, cmd); err != nil {
		return err
	}
	topic, err := c.describe(ctx, cmd.Record.Topic)
	switch {
	case err != nil:
		return err
	case topic.Problem != nil:
		return asWrite(topic.Problem)
	}
	if p := missing(&topic, cmd.Record.Partition); p != nil {
		return p
	}
	b := c.newBulk(ctx, cmd, &topic, c.topicConfig(ctx, topic.Name), clock)
	defer b.abandon()
	if err := b.open(c.optsNow()); err != nil {
		return err
	}
	defer b.cl.Close()
	b.carryOut(ctx, material, emit)
	return nil
}

// A moment is the time of the records that are being made. The clock is not read for
// each, as reading it costs as much as making one.
type moment struct{ now time.Time }

func (m *moment) read() time.Time { return m.now }

// materialOf returns what the records are made of, and what lets go of it. Clock tells
// the time that goes into them.
func materialOf(cmd *model.SendMany, clock func() time.Time) (model.Drafts, func(), error) {
	done := func() {}
	switch m := cmd.Material.(type) {
	case nil:
		return &model.Repeated{}, done, nil
	case model.Template:
		maker, problem := template.NewMaker(m, clock)
		if problem != nil {
			return nil, nil, problem
		}
		return maker, done, nil
	case model.File:
		file, err := os.Open(m.Path)
		if err != nil {
			return nil, nil, invalid("The file cannot be read: "+reasonOf(err), "check its name", err)
		}
		return drafts.Read(file, m), func() { _ = file.Close() }, nil // it was only read
	case model.Stream:
		return m.From, done, nil
	}
	return nil, nil, fmt.Errorf("no handler for %T", cmd.Material)
}

// reasonOf says why a file cannot be opened: its name, then the cause.
func reasonOf(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Path + ": " + p.Err.Error()
	}
	return err.Error()
}

// encoding has the records of a material encoded as the command's schemas want it. They
// are fetched from the registry, unless they are known, and compiled once.
func (c *Client) encoding(ctx context.Context, from model.Drafts, cmd *model.SendMany) (model.Drafts, error) {
	for _, ref := range []model.SchemaRef{cmd.Schemas.Key, cmd.Schemas.Value} {
		if ref == (model.SchemaRef{}) {
			continue
		}
		switch schema, err := c.decoder.Fetch(ctx, ref.ID); {
		case err != nil:
			return nil, err
		case schema.Problem != nil:
			return nil, schema.Problem
		}
	}
	encoded, problem := cmd.Schemas.Encoding(from, &cmd.Record, c.decoder)
	if problem != nil {
		return nil, problem
	}
	return encoded, nil
}

// previewMany answers model.PreviewMany. No broker is asked; the registry only for a
// schema that is not known.
func (c *Client) previewMany(ctx context.Context, q model.PreviewMany, emit func(model.Event)) error {
	cmd := &model.SendMany{Schemas: q.Schemas, Material: model.Template{
		Key: q.Key, Value: q.Value, NoKey: q.NoKey, Tombstone: q.Tombstone, Headers: q.Headers.List(), Seed: q.Seed,
	}}
	if q.File.Path != "" {
		cmd.Material = q.File
	}
	preview := model.Preview{Query: q}
	material, done, err := materialOf(cmd, time.Now)
	if err == nil {
		defer done()
		material, err = c.encoding(ctx, material, cmd)
	}
	if err == nil {
		preview.Drafts, preview.More, err = firstOf(material, min(max(q.N, 0), model.PreviewMost))
	}
	if err != nil {
		preview.Problem = problemOf(err)
	}
	emit(model.ManyPreviewed{Preview: preview})
	return nil
}

// firstOf returns the first n records, and whether there are more.
func firstOf(material model.Drafts, n int) (first []model.Draft, more bool, err error) {
	for {
		d, ok, err := material.Next()
		if err != nil || !ok {
			return first, false, err
		}
		if len(first) == n {
			return first, true, nil
		}
		first = append(first, d)
	}
}

// bulkOpts are the options of the client that sends many records. Idempotent ones that
// are on their way are never given up (no AllowIdempotentProduceCancellation): a record
// that fails while the client lives was not written, and only those that are left when
// it is closed are in doubt.
//
// 30,000 records may wait, not the 10,000 of the client: those are one megabyte if they
// are small, and what makes them from a template would wait for the brokers.
func bulkOpts(d model.Delivery, most int32) []kgo.Opt {
	return append(delivering(d),
		kgo.MaxBufferedRecords(30_000),
		kgo.MaxBufferedBytes(maxRecord),
		kgo.ProducerBatchMaxBytes(most),
		kgo.UnknownTopicRetries(4),
	)
}
