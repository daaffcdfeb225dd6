package cli

import (
	"context"
	"math"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

// A tail is the command of that name.
type tail struct {
	from      model.PositionKind
	last      number
	partition number
	count     number
	output    string

	formatKey, formatValue string // empty: as it is
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
output that is slow slows the reading down.

With -o raw it is the value alone. With -o csv it is a table with the columns of
the JSON, where null is nothing, and what is empty "". Any text with a % is a form,
as kcat -f takes it: %t topic, %p partition, %o offset, %k key, %s value, %h headers,
%T timestamp, %K and %S bytes of key and value (-1 if null), %R the same of the value
as four bytes, %% a percent sign; \n \r \t \0 \xHH. On a terminal all of them
show what it would act upon.` + aboutJSONLines("topic partition offset timestamp timestamp_type leader_epoch key value headers[key value]") + `
A key or value that is not UTF-8 is base64, and key_encoding or value_encoding says so.
With --format-key or --format-value there is key_decoded or value_decoded too, or
key_problem or value_problem where it cannot be read so; the other forms have what it
says in place of the bytes.`,
		Example: examples(
			"kscope tail -b kafka-1:9092 orders",
			"kscope tail -b kafka-1:9092 orders -n 10 --partition 3",
			"kscope tail -b kafka-1:9092 orders --from beginning --count 1000 -o json | jq .value",
			`kscope tail -b kafka-1:9092 orders -o '%T %k: %s\n'`),
		Args: oneTopic,
	}
	flags := c.Flags()
	flags.Var(start{&t.from, &t.last}, "from", "where to begin: end, beginning or last:N, the last N of each partition")
	flags.VarP(t.last.flag("N", 1, mostLast), "last", "n", "begin with the last N of each partition, as --from last:N")
	flags.Var(t.partition.flag("N", 0, math.MaxInt32), "partition", "read this partition only")
	flags.Var(t.count.flag("N", 1, math.MaxInt64), "count", "end after so many records")
	flags.Var(choice{&t.formatKey, "FORMAT", formats()}, "format-key", "read keys in a format: "+either(formats()))
	flags.Var(choice{&t.formatValue, "FORMAT", formats()}, "format-value", "read values in a format, as --format-key")
	flags.VarP(form{&t.output}, "output", "o", "print line, json, csv, raw or a form such as '%o %k: %s\\n'")
	completes(c, "output", export.Forms...)
	completes(c, "format-key", formats()...)
	completes(c, "format-value", formats()...)
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
	p, err := t.printer(ctx, a, source)
	if err != nil {
		return err
	}
	p.stop = stop
	err = source.Ask(reading, q, p.hear)
	if reading.Err() == nil && err != nil {
		return err
	}
	return p.end(context.Cause(reading))
}

// printer makes what prints the records in the form that was asked for.
func (t *tail) printer(ctx context.Context, a *app, source ui.Source) (*printer, error) {
	form, err := export.New(t.output, export.Decoding{
		Decoder: ui.DecoderOf(source), Key: model.Format(t.formatKey), Value: model.Format(t.formatValue),
		Fetch: func(q model.FetchSchema) {
			_ = source.Ask(ctx, q, func(model.Event) {}) // what cannot be had is said with each record
		},
	})
	if err != nil {
		return nil, err
	}
	form.Safe = a.std.OutTerminal
	p := &printer{out: a.std.Out, say: a.say, form: form, line: form.Head(), left: math.MaxInt64}
	if t.count.given {
		p.left = t.count.n
	}
	return p, nil
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
