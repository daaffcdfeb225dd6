package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

// A tail is the command of that name, and most of export.
type tail struct {
	reading
	count number
}

func (a *app) tail() *cobra.Command {
	t := &tail{reading: reading{from: "end", to: "never", output: "line"}}
	c := &cobra.Command{
		Use:     "tail TOPIC...",
		Short:   "Print the records of topics as they are written",
		GroupID: groupRecords,
		Long: `Print the records of topics as they are written, until interrupted.

A line is topic:partition:offset key=… value=…, where ∅ is null and "" is empty;
what a terminal would act upon is shown instead. Partitions are read directly:
no group is joined and no offset committed. Nothing is left out: a reader of the
output that is slow slows the reading down.

A TOPIC is a name; orders:3 and orders:0-3,7 are some of its partitions, '~^order'
all topics that the regular expression matches, also those made later.
` + aboutPlaces + aboutFilters + aboutForms(),
		Example: examples(
			"kscope tail -b kafka-1:9092 orders",
			"kscope tail -b kafka-1:9092 orders -n 10 --partition 3",
			"kscope tail -b kafka-1:9092 orders payments:0-3 '~^audit' --from 15m",
			"kscope tail -b kafka-1:9092 orders --from 14:00 --to 14:30 --filter '=value.total > 100'",
			"kscope tail -b kafka-1:9092 accounts --from beginning --to end --key user-42",
			"kscope tail -b kafka-1:9092 orders --from beginning --count 1000 -o json | jq .value",
			`kscope tail -b kafka-1:9092 orders -o '%T %k: %s\n'`),
		Args: someTopics,
	}
	flags := c.Flags()
	t.add(c)
	flags.Var(t.count.flag("N", 1, math.MaxInt64), "count", "end after so many records, as --to after:N")
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		q, err := t.query(a, flags, args)
		if err != nil {
			return err
		}
		switch {
		case t.count.given && q.Until.At == model.StopAfter:
			return wrong("--count and --to after:N both say after how many to end, leave one out")
		case t.count.given:
			t.most = t.count.n
		}
		return t.run(ctx, a, q)
	})
	return c
}

// What commands that read records say of their flags.
const (
	aboutPlaces = `
--from is where reading begins: end, beginning, last:N of each partition, an offset,
or a time: 15m (ago), 14:03, yesterday 14:03, 2026-11-26T14:03:00Z, @1700000000000.
--to is where it ends: never, end (as it is now), after:N records, or a time, also
one to come: 18:00, in 15m. --key reads only the partition that the key hashes to,
as Java's producer does it, and prints only records of that key. A key that is no text
is given in hexadecimal digits or base64: --key 00ff --key-encoding hex.
`
	aboutFilters = `
--filter is text, which is looked for in keys, values and headers, without regard to
case unless it has a capital; or ~ and a regular expression; or = and a condition:

  =value.total > 100 and headers["source"] == "web"
  =key startsWith "user-" and timestamp > ago("15m")
  =any(value.items, .price >= 9.5) or value.note == nil

It knows key, value and their fields, headers, topic, partition, offset, timestamp
and size; == != < <= > >= in and or not contains startsWith endsWith matches; any all
none count len lower upper and more of expr-lang.org. What is missing is nil.
`
	aboutFormsBefore = `
With -o raw it is the value alone. With -o csv it is a table with the columns of
the JSON, where null is nothing, and what is empty "". Any text with a % is a form,
as kcat -f takes it: %t topic, %p partition, %o offset, %k key, %s value, %h headers,
%T timestamp, %K and %S bytes of key and value (-1 if null), %R the same of the value
as four bytes, %% a percent sign; \n \r \t \0 \xHH. On a terminal all of them
show what it would act upon.`
	aboutFormsAfter = `
A key or value that is not UTF-8 is base64, and key_encoding or value_encoding says so.
With --format-key or --format-value there is key_decoded or value_decoded too, or
key_problem or value_problem where it cannot be read so; the other forms have what it
says in place of the bytes, or hexadecimal digits, and standard error says why.`
)

// aboutForms says how records are printed.
func aboutForms() string {
	return aboutFormsBefore + aboutJSONLines("topic partition offset timestamp timestamp_type leader_epoch key value headers[key value]") + aboutFormsAfter
}

// someTopics takes names of topics and what else model.ParseTargets reads.
func someTopics(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrong("%s takes the name of a topic, or several", c.CommandPath())
	}
	return nil
}

// oneTopic takes the name of one topic.
func oneTopic(c *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return wrong("%s takes the name of one topic", c.CommandPath())
	}
	return nil
}

// A reading is which records a command reads, and how it prints them.
type reading struct {
	from, to   string
	last       number
	partitions string
	key        string
	keyKind    string // one of ui.KeyKinds
	filter     string
	committed  bool
	output     string

	formatKey, formatValue string // empty: as it is

	hasKey bool
	bytes  []byte // of the key
	most   int64  // records to print; 0 is all
}

// add adds the flags of a reading, which begins and ends where r says unless others are
// given.
func (r *reading) add(c *cobra.Command) {
	flags := c.Flags()
	flags.Var(text{&r.from, "WHERE"}, "from", "where to begin: end, beginning, last:N, an offset or a time, see above")
	flags.VarP(r.last.flag("N", 1, model.MostLast), "last", "n", "begin with the last N of each partition, as --from last:N")
	flags.Var(text{&r.to, "WHERE"}, "to", "where to end: never, end, after:N or a time, see above")
	flags.Var(text{&r.partitions, "N-M,..."}, "partition", "read these partitions of the one topic only: 3, or 0-3,7")
	flags.Var(text{&r.key, "KEY"}, "key", "print only records of this key, and read only the partition it hashes to")
	r.keyKind = ui.KeyKinds[0]
	flags.Var(choice{&r.keyKind, "KIND", ui.KeyKinds}, "key-encoding", "what --key is written in: "+either(ui.KeyKinds))
	flags.Var(text{&r.filter, "FILTER"}, "filter", "print only records that hold a text, match ~regexp, or meet =condition, see above")
	flags.BoolVar(&r.committed, "read-committed", false, "leave out records of transactions that were aborted or are open")
	flags.Var(choice{&r.formatKey, "FORMAT", formats()}, "format-key", "read keys in a format: "+either(formats()))
	flags.Var(choice{&r.formatValue, "FORMAT", formats()}, "format-value", "read values in a format, as --format-key")
	flags.VarP(form{&r.output}, "output", "o", "print line, json, csv, raw or a form such as '%o %k: %s\\n'")
	completes(c, "output", export.Forms...)
	completes(c, "key-encoding", ui.KeyKinds...)
	completes(c, "format-key", formats()...)
	completes(c, "format-value", formats()...)
	completes(c, "from", "end", "beginning", "last:10", "15m", "1h", "yesterday")
	completes(c, "to", "never", "end", "after:100", "15m", "yesterday")
	completes(c, "partition")
	completes(c, "key")
	completes(c, "filter")
}

// query returns what the flags ask for.
func (r *reading) query(a *app, flags *pflag.FlagSet, topics []string) (q model.Tail, err error) {
	q = model.Tail{
		Filter: r.filter, Committed: r.committed, Whole: true,
		KeyFormat: model.Format(r.formatKey), ValueFormat: model.Format(r.formatValue),
	}
	now := time.Now()
	if q.Targets, err = r.targets(topics); err != nil {
		return q, err
	}
	switch {
	case r.last.given && flags.Changed("from"):
		return q, wrong("--from and --last both say where to begin, leave one out")
	case r.last.given:
		r.from = model.Position{At: model.AtLast, N: r.last.n}.String()
	}
	if q.From, err = model.ParsePosition(r.from, now); err != nil {
		return q, wrong("--from %q: %w", r.from, err)
	}
	if q.Until, err = model.ParseStop(r.to, q.From, now); err != nil {
		return q, wrong("--to %q: %w", r.to, err)
	}
	r.hasKey = flags.Changed("key")
	if r.bytes, err = ui.KeyBytes(r.keyKind, r.key); err != nil {
		return q, wrong("--key: %w", err)
	}
	if !r.hasKey && flags.Changed("key-encoding") {
		return q, wrong("--key-encoding says what --key is written in, and there is no --key")
	}
	if r.hasKey && q.Until.At == model.StopAfter {
		r.most, q.Until = q.Until.N, model.Stop{} // only records of the key count
	}
	if says, column := a.deps.CheckFilter(r.filter); says != "" {
		return q, wrong("--filter: %s", pointed(r.filter, says, column))
	}
	return q, nil
}

// targets are the topics, with the partitions that --partition names.
func (r *reading) targets(topics []string) (model.Targets, error) {
	targets, err := model.ParseTargets(topics...)
	if err != nil {
		return targets, wrong("%w", err)
	}
	if r.partitions == "" {
		return targets, nil
	}
	topic, all, one := targets.One()
	if !one || !all.All() {
		return targets, wrong("--partition is of one topic, named alone: write orders:0-3,7 for each of several")
	}
	if targets, err = model.ParseTargets(topic + ":" + r.partitions); err != nil {
		return targets, wrong("--partition: %w", err)
	}
	if _, _, one := targets.One(); !one {
		return targets, wrong("--partition: partitions are written as 3, or 0-3,7")
	}
	return targets, nil
}

// pointed says what is wrong with a filter, and where.
func pointed(filter, says string, column int) string {
	const shown = 20
	rest := []rune(filter)
	rest = rest[min(column, len(rest)):]
	if len(rest) == 0 {
		return says + ", at its end"
	}
	if len(rest) > shown {
		rest = append(rest[:shown:shown], '…')
	}
	return fmt.Sprintf("%s, at %s", says, string(rest))
}

// run prints what the query asks for.
func (r *reading) run(ctx context.Context, a *app, q model.Tail) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	if q.Targets, err = r.there(ctx, source, q.Targets); err != nil {
		return err
	}
	p, err := r.printer(ctx, a, source)
	if err != nil {
		return err
	}
	p.out = a.std.Out
	p.form.Safe = a.std.OutTerminal
	return p.read(ctx, source, q)
}

// printer makes what prints the records in the form that was asked for.
func (r *reading) printer(ctx context.Context, a *app, source ui.Source) (*printer, error) {
	p := &printer{say: a.say, left: math.MaxInt64}
	p.unread.say = func(format string, args ...any) { p.say(format, args...) }
	form, err := export.New(r.output, export.Decoding{
		Decoder: ui.DecoderOf(source), Key: model.Format(r.formatKey), Value: model.Format(r.formatValue),
		Fetch: func(q model.FetchSchema) {
			_ = source.Ask(ctx, q, func(model.Event) {}) // what cannot be had is said with each record
		},
		Unread: p.unread.add,
	})
	if err != nil {
		return nil, err
	}
	p.form, p.line = form, form.Head()
	if r.most > 0 {
		p.left = r.most
	}
	if r.hasKey {
		p.key = r.bytes
	}
	return p, nil
}

// there asks whether the topics and partitions that are named are there: a tail of
// what is not would wait for it. With a key it returns the partitions it hashes to.
func (r *reading) there(ctx context.Context, source ui.Source, targets model.Targets) (model.Targets, error) {
	set := targets.Set()
	if r.hasKey && set.Open() {
		return targets, wrong("--key is of topics by name: how many partitions others have is not known")
	}
	keyed := set.Names()
	for i, name := range keyed {
		topic, err := describedTopic(ctx, source, name)
		if err != nil {
			return targets, err
		}
		partitions := set.Partitions(name)
		if highest := partitions.Max(); int(highest) >= len(topic.Partitions) {
			return targets, &model.Problem{Kind: model.Gone, Says: "Topic " + name + " has no partition " + id(highest),
				Fix: "its partitions are 0 to " + id(len(topic.Partitions)-1)}
		}
		switch {
		case !r.hasKey:
		case partitions.All() && len(topic.Partitions) > 0:
			keyed[i] += ":" + id(model.KeyPartition(r.bytes, len(topic.Partitions)))
		case !partitions.All():
			keyed[i] += ":" + partitions.String()
		}
	}
	if !r.hasKey {
		return targets, nil
	}
	return model.ParseTargets(keyed...)
}
