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
}

// mostKept is how long a line may be: what is longer is not kept.
const mostKept = 256 << 10

// line is what is kept of a record that was sent; nil if it is too long.
func (s *pastSend) line() []byte {
	k := keptSend{
		Time: s.at, Topic: s.command.Topic, Partition: s.command.Partition, Key: s.command.Key, Value: s.command.Value,
		Headers: s.command.Headers, Sent: s.sent,
	}
	if s.problem != nil {
		k.Error = s.problem.Error()
	}
	b, err := json.Marshal(k)
	if err != nil || len(b) >= mostKept {
		return nil
	}
	return append(b, '\n')
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
