package cli

import (
	"context"
	"errors"
	"iter"
	"math"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

// recordFormats are what -o takes where records are printed.
var recordFormats = []string{"line", "json"}

// A tail is the command of that name.
type tail struct {
	from      model.PositionKind
	last      number
	partition number
	count     number
	output    string
}

func (a *app) tail() *cobra.Command {
	t := &tail{output: "line"}
	c := &cobra.Command{
		Use:     "tail TOPIC",
		Short:   "Print the records of a topic as they are written",
		GroupID: groupRecords,
		Long: `Print the records of a topic as they are written, until interrupted.

A line is topic:partition:offset key=… value=…, where ∅ is null and "" is empty;
what a terminal would act upon is shown instead. Partitions are read directly:
no group is joined and no offset committed. Nothing is left out: a reader of the
output that is slow slows the reading down.` + aboutJSONLines("topic partition offset timestamp timestamp_type leader_epoch key value headers[key value]") + `
A key or value that is not UTF-8 is base64, and key_encoding or value_encoding says so.`,
		Example: examples(
			"kscope tail -b kafka-1:9092 orders",
			"kscope tail -b kafka-1:9092 orders -n 10 --partition 3",
			"kscope tail -b kafka-1:9092 orders --from beginning --count 1000 -o json | jq .value"),
		Args: oneTopic,
	}
	flags := c.Flags()
	flags.Var(start{&t.from, &t.last}, "from", "where to begin: end, beginning or last:N, the last N of each partition")
	flags.VarP(t.last.flag("N", 1, mostLast), "last", "n", "begin with the last N of each partition, as --from last:N")
	flags.Var(t.partition.flag("N", 0, math.MaxInt32), "partition", "read this partition only")
	flags.Var(t.count.flag("N", 1, math.MaxInt64), "count", "end after so many records")
	flags.VarP(choice{&t.output, "FORMAT", recordFormats}, "output", "o", "print a line a record, or json for machines")
	completes(c, "output", recordFormats...)
	completes(c, "from", "end", "beginning", "last:10")
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		if flags.Changed("last") {
			if flags.Changed("from") {
				return wrong("--from and --last both say where to begin, leave one out")
			}
			t.from = model.AtLast
		}
		return t.run(ctx, a, args[0])
	})
	return c
}

// oneTopic takes the name of one topic.
func oneTopic(c *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return wrong("%s takes the name of one topic", c.CommandPath())
	}
	return nil
}

func (t *tail) run(ctx context.Context, a *app, topic string) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	partition := model.AllPartitions
	if t.partition.given {
		partition = int32(t.partition.n)
	}
	q := model.Tail{Targets: model.TargetOf(topic, partition), From: model.Position{At: t.from, N: t.last.n}, Whole: true}
	if err := hasPartition(ctx, source, topic, partition); err != nil {
		return err
	}
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	p := &printer{app: a, json: t.output == "json", left: math.MaxInt64, stop: stop}
	if t.count.given {
		p.left = t.count.n
	}
	err = source.Ask(reading, q, p.hear)
	if reading.Err() == nil && err != nil {
		return err
	}
	return p.end(context.Cause(reading))
}

// hasPartition asks whether the topic is there, and the partition, unless that
// is AllPartitions: a tail of what is not there would wait for it.
func hasPartition(ctx context.Context, source ui.Source, topic string, partition int32) error {
	var found *model.Topic
	err := source.Ask(ctx, model.DescribeTopic{Name: topic}, func(e model.Event) {
		if e, ok := e.(model.TopicDescribed); ok {
			found = &e.Topic
		}
	})
	switch {
	case err != nil:
		return explain(ctx, source, err)
	case found != nil && found.Problem != nil:
		return found.Problem
	case found != nil && int(partition) >= len(found.Partitions):
		return &model.Problem{Kind: model.Gone, Says: "Topic " + topic + " has no partition " + id(partition),
			Fix: "its partitions are 0 to " + id(len(found.Partitions)-1)}
	}
	return nil
}

// A printer prints the records of a tail.
type printer struct {
	app  *app
	json bool
	left int64 // records still to be printed
	stop context.CancelCauseFunc

	printed, dropped int64
	said             string // the last trouble, until records come again
	line             []byte
}

// What ends a tail from within.
var errCounted = errors.New("all the records that --count asked for are printed")

func (p *printer) hear(e model.Event) {
	if p.left == 0 {
		return // stopped: what is still under way is not wanted
	}
	var err error
	switch e := e.(type) {
	case model.RecordsRead:
		p.dropped = e.Dropped
		err = p.print(e.Records)
	case model.TailTroubled:
		err = p.trouble(e.Problem)
	}
	if err != nil {
		p.left = 0
		p.stop(err)
	}
}

// print writes records at once, in one go: who reads them from a pipe has every
// line as soon as it is known.
func (p *printer) print(records iter.Seq[*model.Record]) error {
	n := int64(0)
	p.line = p.line[:0]
	for r := range records {
		if n == p.left {
			break
		}
		if err := p.append(r); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return nil
	}
	p.said = ""
	if _, err := p.app.std.Out.Write(p.line); err != nil {
		return err
	}
	p.printed += n
	if p.left -= n; p.left == 0 {
		return errCounted
	}
	return nil
}

func (p *printer) append(r *model.Record) error {
	if !p.json {
		p.line = appendRecord(p.line, r)
		return nil
	}
	line, err := encode(newRecordRow(r))
	p.line = append(append(p.line, line...), '\n')
	return err
}

// trouble says what went wrong, once as long as it stays the same. What will not
// pass by itself ends the tail.
func (p *printer) trouble(problem *model.Problem) error {
	if problem == nil { // all is well again
		p.said = ""
		return nil
	}
	if lasting(problem.Kind) {
		return problem
	}
	if says := problem.Error(); says != p.said {
		p.said = says
		p.app.say("%s", says)
	}
	return nil
}

// lasting reports whether a problem stays until somebody does something.
func lasting(kind model.ProblemKind) bool {
	switch kind {
	case model.Gone, model.Denied, model.Refused, model.Unsupported, model.Invalid, model.ReadOnly:
		return true
	}
	return false
}

// end says how many records there were, unless that was asked for.
func (p *printer) end(cause error) error {
	switch {
	case errors.Is(cause, errCounted):
		return nil
	case cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded):
		return cause
	}
	p.app.say("%s", plural(p.printed, "record"))
	if p.dropped > 0 {
		p.app.say("%s more went by too fast to be printed", plural(p.dropped, "record"))
		return exit(failed)
	}
	return nil
}

// plural writes a number with its word; with more than one word, the second is its
// plural.
func plural(n int64, word ...string) string {
	switch {
	case n == 1:
		return "1 " + word[0]
	case len(word) > 1:
		return id(n) + " " + word[1]
	}
	return id(n) + " " + word[0] + "s"
}
