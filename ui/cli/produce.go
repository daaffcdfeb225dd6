package cli

import (
	"context"
	"errors"
	"math"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

// A produce is the command of that name.
type produce struct {
	record    model.Produce
	key       string
	value     string
	partition number
	tombstone bool
	output    string

	hasKey, hasValue bool
}

func (a *app) produce() *cobra.Command {
	p := &produce{output: "line"}
	c := &cobra.Command{
		Use:     "produce TOPIC",
		Short:   "Send records to a topic",
		GroupID: groupRecords,
		Long: `Send one record, or as many as standard input has lines, and print where each is.

A line of standard input is the value of one record, without the newline; an
empty line is an empty value. Records are sent one after the other, each once
the one before is acknowledged. Without -k a record has no key; -k '' is an
empty key. A topic that does not exist is not created.

What is printed is topic:partition:offset.` + aboutJSONLines("topic partition offset timestamp") + `
A record that was refused is {"error": "…"} instead.`,
		Example: examples(
			"kscope produce -b kafka-1:9092 orders -k user-42 -v '{\"total\": 12.5}'",
			"kscope produce -b kafka-1:9092 orders -H source=test -H run=7 < values.txt",
			"kscope produce -b kafka-1:9092 accounts -k user-42 --tombstone"),
		Args: oneTopic,
	}
	flags := c.Flags()
	flags.VarP(text{&p.key, "KEY"}, "key", "k", "key of every record")
	flags.VarP(text{&p.value, "VALUE"}, "value", "v", "value of the one record, instead of standard input")
	flags.BoolVar(&p.tombstone, "tombstone", false, "send one record with a null value")
	flags.VarP(headers{&p.record.Headers}, "header", "H", "header of every record, key=value; may be repeated")
	flags.Var(p.partition.flag("N", 0, math.MaxInt32), "partition", "send to this partition, instead of where the key leads")
	flags.VarP(choice{&p.output, "FORMAT", recordFormats}, "output", "o", "print a line a record, or json for machines")
	completes(c, "output", recordFormats...)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		p.hasKey, p.hasValue = flags.Changed("key"), flags.Changed("value")
		if p.hasValue && p.tombstone {
			return wrong("--tombstone has no value, leave out --value")
		}
		return p.run(ctx, a, args[0])
	})
	return c
}

func (p *produce) run(ctx context.Context, a *app, topic string) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	p.record.Topic, p.record.Partition = topic, model.AllPartitions
	if p.partition.given {
		p.record.Partition = int32(p.partition.n)
	}
	if p.hasKey {
		p.record.Key = []byte(p.key)
	}
	s := &sender{app: a, source: source, json: p.output == "json"}
	switch {
	case p.tombstone:
		err = s.send(ctx, p.record)
	case p.hasValue:
		err = s.send(ctx, p.withValue([]byte(p.value)))
	default:
		err = p.sendLines(ctx, s)
	}
	if err == nil {
		err = s.outcome()
	}
	return err
}

// withValue returns the record with a value, which is not null even if empty.
func (p *produce) withValue(value []byte) model.Produce {
	r := p.record
	r.Value = append([]byte{}, value...)
	return r
}

// sendLines sends a record for each line of standard input.
func (p *produce) sendLines(ctx context.Context, s *sender) error {
	if s.app.std.InTerminal {
		s.app.say("type a value a line, ctrl+d ends")
	}
	for line, err := range linesOf(ctx, s.app.std.In) {
		if err != nil {
			return err
		}
		s.line++
		if err := s.send(ctx, p.withValue(line)); err != nil {
			return err
		}
	}
	return nil
}

// A sender sends records and prints what became of them.
type sender struct {
	app    *app
	source ui.Source
	json   bool

	line          int64 // of standard input; 0 when it is not read
	sent, refused int64
}

// A sentRow is what `produce -o json` says of a record that was acknowledged.
type sentRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	Timestamp *int64 `json:"timestamp"` // milliseconds since 1970
}

// A refusedRow is what it says of one that was not.
type refusedRow struct {
	Error string `json:"error"`
}

// send sends one record. The error it returns leaves no sense in sending more.
func (s *sender) send(ctx context.Context, r model.Produce) error {
	var acknowledged *model.Sent
	err := s.source.Do(ctx, &r, func(e model.Event) {
		if e, ok := e.(model.Produced); ok {
			acknowledged = &e.Sent
		}
	})
	if err == nil && acknowledged == nil {
		err = errors.New("the record was sent, but no broker said where it is")
	}
	if err != nil && s.sent == 0 && s.refused == 0 {
		err = explain(ctx, s.source, err)
	}
	if err != nil {
		return s.refuse(err)
	}
	s.sent++
	return s.print(acknowledged)
}

func (s *sender) print(sent *model.Sent) error {
	if !s.json {
		return s.write(append(appendPlace(nil, sent.Topic, sent.Partition, sent.Offset), '\n'))
	}
	row := sentRow{Topic: sent.Topic, Partition: sent.Partition, Offset: sent.Offset}
	if !sent.Timestamp.IsZero() {
		ms := sent.Timestamp.UnixMilli()
		row.Timestamp = &ms
	}
	return s.writeRow(row)
}

func (s *sender) writeRow(row any) error {
	line, err := encode(row)
	if err != nil {
		return err
	}
	return s.write(append(line, '\n'))
}

func (s *sender) write(line []byte) error {
	_, err := s.app.std.Out.Write(line)
	return err
}

// refuse tells of a record that was not acknowledged. It returns an error once
// the next would not be either.
func (s *sender) refuse(err error) error {
	s.refused++
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted before a broker acknowledged the record")
	}
	if s.json {
		if err := s.writeRow(refusedRow{err.Error()}); err != nil {
			return err
		}
	}
	s.app.say("%s%v", s.where(), err)
	var p *model.Problem
	if s.line > 0 && errors.As(err, &p) && hopeless(p.Kind) {
		s.app.say("nothing after line %d was sent", s.line)
		return exit(failed)
	}
	return nil
}

// hopeless reports whether what happened to one record will happen to the next.
func hopeless(kind model.ProblemKind) bool {
	switch kind {
	case model.Gone, model.Denied, model.Refused, model.Unsupported, model.ReadOnly, model.Unreachable, model.Insecure:
		return true
	}
	return false
}

// where says which line is meant, if lines are read.
func (s *sender) where() string {
	if s.line == 0 {
		return ""
	}
	return "line " + id(s.line) + ": "
}

// outcome is the exit status, once all is sent that was to be.
func (s *sender) outcome() error {
	if s.refused == 0 {
		return nil
	}
	if s.line > 1 {
		s.app.say("%d of %s refused", s.refused, plural(s.sent+s.refused, "record"))
	}
	return exit(failed)
}
