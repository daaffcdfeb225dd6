package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

// A sender sends records and prints what became of them.
type sender struct {
	app         *app
	source      ui.Source
	output      string
	interactive bool // somebody types the records

	last    model.Sending
	refused int64 // records that were told of as refused
	told    time.Time
	failed  error // of printing
}

// A sentRow is what `produce -o json` says of a record that was acknowledged.
type sentRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    *int64 `json:"offset"`    // null if nobody tells
	Timestamp *int64 `json:"timestamp"` // milliseconds since 1970
}

// A refusedRow is what it says of one that was not.
type refusedRow struct {
	Error string `json:"error"`
}

// one sends one record.
func (s *sender) one(ctx context.Context, r *model.Produce) error {
	var acknowledged *model.Sent
	err := s.source.Do(ctx, r, func(e model.Event) {
		if e, ok := e.(model.Produced); ok {
			acknowledged = &e.Sent
		}
	})
	if err == nil && acknowledged == nil {
		err = errors.New("the record was sent, but no broker said where it is")
	}
	if err == nil {
		return s.print(acknowledged)
	}
	return s.refuseOne(explain(ctx, s.source, err))
}

// refuseOne tells that the only record was not acknowledged.
func (s *sender) refuseOne(err error) error {
	if err := s.refuse(0, err); err != nil {
		return err
	}
	return exit(failed)
}

// many sends many records.
func (s *sender) many(ctx context.Context, cmd *model.SendMany) error {
	if s.interactive {
		s.app.say("type a record a line, ctrl+d ends")
	}
	sending, stop := context.WithCancel(ctx)
	defer stop()
	err := s.source.Do(sending, cmd, func(e model.Event) {
		switch e := e.(type) {
		case model.RecordsSettled:
			if s.failed == nil {
				if s.failed = s.receipts(e.Receipts); s.failed != nil {
					stop() // the reader of the output has gone away
				}
			}
		case model.ManySent:
			s.last = e.Sending
			s.progress(e.Sending.At)
		}
	})
	switch {
	case s.failed != nil:
		return s.failed
	case err != nil:
		return explain(ctx, s.source, err)
	}
	return s.outcome(cmd)
}

// receipts prints what became of records.
func (s *sender) receipts(receipts []model.Receipt) error {
	var out []byte
	for i := range receipts {
		r := &receipts[i]
		if r.Problem == nil {
			var err error
			if out, err = s.appendLine(out, &r.Sent); err != nil {
				return err
			}
			continue
		}
		if len(out) > 0 { // so that both streams keep the order
			if err := s.write(out); err != nil {
				return err
			}
			out = out[:0]
		}
		if err := s.refuse(r.Line, r.Problem); err != nil {
			return err
		}
	}
	if len(out) == 0 {
		return nil
	}
	return s.write(out)
}

func (s *sender) print(sent *model.Sent) error {
	line, err := s.appendLine(nil, sent)
	if err != nil {
		return err
	}
	return s.write(line)
}

// appendLine appends what is printed of a record that was acknowledged.
func (s *sender) appendLine(dst []byte, sent *model.Sent) ([]byte, error) {
	if s.output != "json" {
		dst = export.AppendPlace(dst, sent.Topic, sent.Partition, max(sent.Offset, 0))
		if sent.Offset == model.NoOffset {
			dst = append(dst[:len(dst)-1], '?')
		}
		return append(dst, '\n'), nil
	}
	row := sentRow{Topic: sent.Topic, Partition: sent.Partition}
	if sent.Offset != model.NoOffset {
		row.Offset = &sent.Offset
	}
	if !sent.Timestamp.IsZero() {
		ms := sent.Timestamp.UnixMilli()
		row.Timestamp = &ms
	}
	line, err := encode(row)
	return append(append(dst, line...), '\n'), err
}

func (s *sender) write(line []byte) error {
	_, err := s.app.std.Out.Write(line)
	return err
}

// refuse tells of a record that was not acknowledged.
func (s *sender) refuse(line int64, err error) error {
	s.refused++
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted before a broker acknowledged the record")
	}
	if s.output == "json" {
		row, failed := encode(refusedRow{err.Error()})
		if failed == nil {
			failed = s.write(append(row, '\n'))
		}
		if failed != nil {
			return failed
		}
	}
	where := ""
	if line > 0 {
		where = "line " + id(line) + ": "
	}
	s.app.say("%s%v", where, err)
	return nil
}

// progressing is how often a terminal is told how far a sending has come.
const progressing = time.Second

// progress tells a terminal how far the sending has come, if nothing else is printed.
func (s *sender) progress(at time.Time) {
	l := &s.last
	if !s.app.std.ErrTerminal || l.Command == nil || l.Command.Each || l.Done || at.Sub(s.told) < progressing || at.Sub(l.Began) < progressing {
		return
	}
	s.told = at
	words := []string{plural(l.Acknowledged+l.Unconfirmed, "record")}
	if l.Total > 0 {
		words[0] = id(l.Acknowledged+l.Unconfirmed) + " of " + plural(l.Total, "record")
	}
	if l.Rate >= 0 {
		words = append(words, fmt.Sprintf("%.0f a second", l.Rate))
	}
	if l.Left >= 0 {
		words = append(words, l.Left.Round(time.Second).String()+" to go")
	}
	s.app.say("%s", strings.Join(append(words, account(l)...), ", "))
}

// account says of how many records something else is to be said than that they were
// acknowledged.
func account(l *model.Sending) []string {
	var words []string
	for _, of := range []struct {
		n    int64
		word string
	}{{l.Refused, "refused"}, {l.Unsent, "not sent"}, {l.Unknown, "unknown: they may have been written"}} {
		if of.n > 0 {
			words = append(words, id(of.n)+" "+of.word)
		}
	}
	return words
}

// outcome says what became of it all, and returns the exit status.
func (s *sender) outcome(cmd *model.SendMany) error {
	l := &s.last
	if err := s.summary(); err != nil {
		return err
	}
	if l.Problem != nil && s.refused == 0 {
		s.app.say("%v", l.Problem)
	}
	missing := cmd.Count > 0 && l.Taken() < cmd.Count && l.Stopped
	bad := l.Refused+l.Unsent+l.Unknown > 0 || l.Problem != nil || missing
	if bad || l.Stopped && l.Taken() > 0 {
		words := append([]string{plural(l.Acknowledged+l.Unconfirmed, "record") + " acknowledged"}, account(l)...)
		if missing {
			words = append(words, id(cmd.Count-l.Taken())+" not begun")
		}
		s.app.say("%s", strings.Join(words, ", "))
	}
	if bad {
		return exit(failed)
	}
	return nil
}
