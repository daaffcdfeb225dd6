package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// Kept is where what was sent by hand is kept from one time to the next.
type Kept struct {
	Lines []byte                  // of the times before
	Add   func(line []byte) error // off the loop
}

// A keptSend is a line of it. Bytes are base64; null is null.
type keptSend struct {
	Time      time.Time      `json:"time"`
	Topic     string         `json:"topic"`
	Partition int32          `json:"partition"` // that was asked for; -1 if none was
	Key       []byte         `json:"key"`
	Value     []byte         `json:"value"`
	Headers   []model.Header `json:"headers,omitempty"`
	Sent      *model.Sent    `json:"sent,omitempty"`
	Error     string         `json:"error,omitempty"`
	Many      *keptMany      `json:"many,omitempty"` // it was many records
}

// A keptMany is what is kept of many records: what the form said, and what became of
// them.
type keptMany struct {
	Draft   manyDraft      `json:"form"`
	Count   int64          `json:"count"` // 0: all of a file
	Rate    float64        `json:"rate,omitempty"`
	Schemas *model.Schemas `json:"schemas,omitempty"`

	Began        time.Time             `json:"began,omitzero"`
	Ended        time.Time             `json:"ended,omitzero"`
	Stopped      bool                  `json:"stopped,omitempty"`
	Acknowledged int64                 `json:"acknowledged"`
	Unconfirmed  int64                 `json:"unconfirmed,omitempty"`
	Refused      int64                 `json:"refused,omitempty"`
	Unsent       int64                 `json:"unsent,omitempty"`
	Unknown      int64                 `json:"unknown,omitempty"`
	Bytes        int64                 `json:"bytes,omitempty"`
	Partitions   []model.PartitionSent `json:"partitions,omitempty"`
}

// mostKept is how long a line may be: what is longer is not kept.
const mostKept = 256 << 10

// line is what is kept of a record that was sent; nil if it is too long.
func (s *pastSend) line() []byte {
	k := keptSend{
		Time: s.at, Topic: s.command.Topic, Partition: s.command.Partition, Key: s.command.Key, Value: s.command.Value,
		Headers: s.command.Headers, Sent: s.sent,
	}
	problem := s.problem
	if s.many != nil {
		k.Many = s.many.kept()
		problem = s.many.failure()
	}
	if problem != nil {
		k.Error = problem.Error()
	}
	b, err := json.Marshal(k)
	if err != nil || len(b) >= mostKept {
		return nil
	}
	return append(b, '\n')
}

// kept is what is kept of many records.
func (p *bulk) kept() *keptMany {
	k := &keptMany{Draft: p.draft, Count: p.command.Count, Rate: p.command.Rate}
	if p.command.Schemas != (model.Schemas{}) {
		k.Schemas = &p.command.Schemas
	}
	if s := p.final; s != nil {
		k.Began, k.Ended, k.Stopped, k.Bytes, k.Partitions = s.Began, s.At, s.Stopped, s.Bytes, s.Partitions
		k.Acknowledged, k.Unconfirmed, k.Refused, k.Unsent, k.Unknown = s.Acknowledged, s.Unconfirmed, s.Refused, s.Unsent, s.Unknown
	}
	return k
}

// failure is why the records were not sent, or not all of them; nil if they were.
func (p *bulk) failure() error {
	if p.problem == nil && p.final != nil && p.final.Problem != nil {
		return p.final.Problem
	}
	return p.problem
}

// recalled is the sending of which that was kept.
func (k *keptMany) recalled(form *compose, record *model.Produce, failure string) *bulk {
	c := &model.SendMany{Record: *record, Count: k.Count, Rate: k.Rate, Material: model.Template{}}
	if k.Draft.Kind == fromFile {
		c.Material = model.File{Path: k.Draft.Path}
	}
	if k.Schemas != nil {
		c.Schemas = *k.Schemas
	}
	b := &bulk{form: form, command: c, draft: k.Draft, ended: true}
	if k.Began.IsZero() { // there is no account
		b.problem = errors.New(failure)
		return b
	}
	b.final = &model.Sending{
		Command: c, Began: k.Began, At: k.Ended, Done: true, Stopped: k.Stopped, Bytes: k.Bytes, Partitions: k.Partitions, Total: k.Count,
		Acknowledged: k.Acknowledged, Unconfirmed: k.Unconfirmed, Refused: k.Refused, Unsent: k.Unsent, Unknown: k.Unknown,
	}
	if failure != "" {
		b.final.Problem = &model.Problem{Says: failure}
	}
	b.final.Rate = overall(b.final)
	return b
}

// recall takes in what was sent the times before. Lines that make no sense are passed
// over: somebody else may have written there.
func (p *compose) recall(lines []byte) {
	for line := range bytes.Lines(lines) {
		var k keptSend
		if json.Unmarshal(line, &k) != nil || k.Topic == "" || k.Partition < model.AllPartitions {
			continue
		}
		p.remember(k.Time, &model.Produce{Topic: k.Topic, Partition: k.Partition, Key: k.Key, Value: k.Value, Headers: k.Headers}, false)
		last := &p.past[len(p.past)-1]
		if k.Many != nil {
			last.many = k.Many.recalled(p, last.command, k.Error)
			last.command = &last.many.command.Record
			continue
		}
		last.sent = k.Sent
		if k.Sent == nil {
			last.problem = errors.New(k.Error)
		}
	}
}

// keep keeps what was sent by hand since it was last called, where that is wanted.
func (a *App) keep() tea.Cmd {
	lines := a.compose.unkept
	a.compose.unkept = nil
	if a.options.Kept == nil || len(lines) == 0 {
		return nil
	}
	add := a.options.Kept.Add
	return func() tea.Msg {
		if err := add(lines); err != nil {
			return workedMsg{func(*Frame, any) Intent { return Tell{"what was sent is not kept: " + err.Error()} }, nil}
		}
		return nil
	}
}
