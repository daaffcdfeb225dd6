package ui

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// previewMany fills {{n}} in; anything else between braces is unknown to the script.
func (s *script) previewMany(q model.PreviewMany) []model.Event {
	p := model.Preview{Query: q, More: true}
	if q.File.Path != "" {
		p = previewFile(p)
	} else {
		p = previewTemplate(p)
	}
	if q.Schemas != (model.Schemas{}) {
		s.decoder.fetch(q.Schemas.Value.ID)
		drafts := scriptDrafts(p.Drafts)
		encoded, _ := q.Schemas.Encoding(&drafts, &model.Produce{}, &s.decoder)
		for i := range p.Drafts {
			p.Drafts[i], _, _ = encoded.Next()
		}
	}
	return []model.Event{model.ManyPreviewed{Preview: p}}
}

// scriptDrafts are drafts out of a list.
type scriptDrafts []model.Draft

// Next implements model.Drafts.
func (d *scriptDrafts) Next() (model.Draft, bool, error) {
	first := (*d)[0]
	*d = (*d)[1:]
	return first, true, nil
}

func previewTemplate(p model.Preview) model.Preview {
	q := p.Query
	for i := range q.N {
		d := model.Draft{Line: int64(i + 1), Partition: model.AllPartitions, HasKey: true, HasValue: true}
		fill := func(what, template string, null bool) []byte {
			text := strings.ReplaceAll(template, "{{n}}", strconv.Itoa(i+1))
			if at := strings.Index(text, "{{"); at >= 0 {
				p.Problem = &model.Problem{Kind: model.Invalid, Says: "The template of the " + what + " is wrong at column " + strconv.Itoa(at+3) + ": there is no such function"}
			}
			if null {
				return nil
			}
			return []byte(text)
		}
		d.Key, d.Value = fill("key", q.Key, q.NoKey), fill("value", q.Value, q.Tombstone)
		for _, h := range q.Headers.List() {
			d.Headers = append(d.Headers, model.Header{Key: h.Key, Value: fill("header", string(h.Value), h.Value == nil)})
		}
		p.Drafts = append(p.Drafts, d)
	}
	if p.Problem != nil {
		p.Drafts = nil
	}
	return p
}

// previewFile reads the one file that there is.
func previewFile(p model.Preview) model.Preview {
	p.More = false
	if p.Query.File.Path == "/tmp/orders.jsonl" {
		for i := range min(p.Query.N, 7) {
			p.Drafts = append(p.Drafts, model.Draft{Line: int64(i + 1), Partition: model.AllPartitions, Key: []byte("user-" + strconv.Itoa(i)), HasKey: true, Value: []byte(orderOfLine(i + 1)), HasValue: true})
		}
		return p
	}
	if p.Query.File.Path != "/tmp/records.txt" {
		p.Problem = &model.Problem{Kind: model.Invalid, Says: "There is no file " + p.Query.File.Path, Fix: "name another one"}
		return p
	}
	for i := range min(p.Query.N, 7) {
		n := strconv.Itoa(i)
		p.Drafts = append(p.Drafts, model.Draft{Line: int64(i + 1), Partition: model.AllPartitions, Key: []byte("user-" + n), HasKey: true, Value: []byte("line " + n), HasValue: true})
	}
	return p
}

// orderOfLine is a line of a file, of which each third is no order.
func orderOfLine(line int) string {
	if line%3 == 0 {
		return `{"id":"x"}`
	}
	return `{"id":` + strconv.Itoa(line) + `}`
}

// sentOrders is the account of that file, once it was sent by a schema.
func (s *script) sentOrders(c *model.SendMany) model.Sending {
	told := model.Sending{Command: c, Began: time.Now(), At: time.Now(), Done: true, Rate: 7}
	for line := range 7 {
		_, problem := c.Schemas.Encode(&s.decoder, model.PartValue, []byte(orderOfLine(line+1)))
		if problem == nil {
			told.Acknowledged++
			continue
		}
		told.Refused++
		told.Problem = problem
		told.Refusals = append(told.Refusals, model.Refusal{Line: int64(line + 1), Problem: problem})
	}
	told.Partitions = []model.PartitionSent{{Partition: 4, Acknowledged: told.Acknowledged, First: 500, Last: 504}}
	return told
}

// sendMany acknowledges a tenth of the records each second, spread over partitions as
// their numbers have it. The last tenth of what is cancelled stays unknown.
func (s *script) sendMany(ctx context.Context, c *model.SendMany, emit func(model.Event)) error {
	s.mu.Lock()
	s.done = append(s.done, c)
	refuse, partitions := s.refuse, int64(len(s.topic(c.Record.Topic).Partitions))
	readOnly := s.readOnly
	s.mu.Unlock()
	switch {
	case readOnly:
		return &model.Problem{Kind: model.ReadOnly, Says: "Cannot " + c.String() + ", as kscope was started read-only", Fix: "start it without --read-only"}
	case refuse != nil:
		return refuse
	}
	total := c.Count
	if total == 0 {
		total = 7
	}
	if _, ok := c.Material.(model.File); ok && c.Schemas != (model.Schemas{}) {
		emit(model.ManySent{Sending: s.sentOrders(c)})
		return nil
	}
	told := model.Sending{Command: c, Began: time.Now(), Total: total, Rate: float64(total) / 10, Partitions: make([]model.PartitionSent, partitions)}
	tell := func() {
		told.At = time.Now()
		told.InFlight = min(total/10, total-told.Settled())
		if told.Stopped {
			told.InFlight = 0
		}
		told.Left = time.Duration(total-told.Acknowledged) * 10 * time.Second / time.Duration(total)
		next := told
		next.Partitions = make([]model.PartitionSent, partitions)
		for i := range partitions {
			n := told.Acknowledged*(i+1)*2/(partitions*(partitions+1)) + 1
			next.Partitions[i] = model.PartitionSent{Partition: int32(i), Acknowledged: n, First: 500, Last: 499 + n}
		}
		emit(model.ManySent{Sending: next})
	}
	tell()
	for told.Acknowledged < total && !told.Stopped {
		select {
		case <-time.After(time.Second):
			told.Acknowledged = min(told.Acknowledged+max(1, total/10), total)
		case <-ctx.Done():
			told.Stopped = true
			told.Unknown = total / 10
		}
		tell()
	}
	told.Done = true
	tell()
	return nil
}

// subjectOf is the one subject that has a schema: of the values of orders.
func subjectOf(q model.SchemaOf) []model.Event {
	s := model.Subject{Name: q.Subject}
	if q.Subject == "orders-value" {
		s.Version, s.Schema = 3, &model.Schema{ID: 7, Format: model.FormatAvro, Names: []string{"shop.Order"}}
		s.Examples = []string{"{\n  \"id\": 1\n}"}
	}
	return []model.Event{model.SubjectDescribed{Subject: &s}}
}

// Encode implements model.Decoder: an order has a number, id, and nothing else.
func (d *scriptDecoder) Encode(schema model.SchemaRef, doc []byte) ([]byte, error) {
	var order map[string]any
	if err := json.Unmarshal(doc, &order); err != nil {
		return nil, &model.Problem{Kind: model.Invalid, Says: "It is no JSON", Fix: "see line 1, column 1"}
	}
	if _, ok := order["id"].(float64); !ok {
		return nil, &model.Problem{Kind: model.Invalid, Says: "id: a number is wanted", Fix: "see line 2, column 9"}
	}
	return []byte{0, 0, 0, 0, byte(schema.ID), byte(order["id"].(float64))}, nil
}
