package cli

import (
	"context"
	"math"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kscope/model"
)

// A produce is the command of that name.
type produce struct {
	flags *pflag.FlagSet // tells which were given

	record    model.Produce
	key       string
	value     string
	separator string
	tombstone bool
	null      string
	partition number

	file, format          string
	template, keyTemplate string
	count, seed           number
	rate                  float64
	timestamp             string

	partitioner, acks, compression string
	notIdempotent, spread, strict  bool

	keySchema, valueSchema schemaName
	schemas                model.Schemas // once the registry was asked

	dryRun bool
	output string
}

// producedFormats are what produce can print.
var producedFormats = []string{"line", "json", "summary", "summary-json"}

// words returns the words by which values are chosen.
func words[T interface{ String() string }](of []T) []string {
	all := make([]string, len(of))
	for i, v := range of {
		all[i] = v.String()
	}
	return all
}

// chosen returns the value of a word.
func chosen[T interface{ String() string }](of []T, word string) T {
	for _, v := range of {
		if v.String() == word {
			return v
		}
	}
	return of[0]
}

func (a *app) produce() *cobra.Command {
	p := &produce{partitioner: model.Murmur2.String(), acks: model.AcksAll.String(), compression: model.NoCompression.String()}
	c := &cobra.Command{
		Use:     "produce TOPIC",
		Short:   "Send records to a topic",
		GroupID: groupRecords,
		Long: `Send one record, or those of standard input, of a file or of a template, and
print where each is.

Without -v, --tombstone, --template and --file, each line of standard input is a
record: its value, or with -K its key and its value. An empty line is an empty
value. Without -k or -K a record has no key; -k '' is an empty key; --null is
the word that stands for a null key or value. --format jsonl takes what
kscope tail -o json prints, and csv a table whose first row names its columns:
key, value, partition, timestamp, header.NAME. A topic that does not exist is
not created.

A template is text with {{n}}, {{uuid}}, {{now}}, {{int 1 100}}, {{float 0 1}},
{{bool}}, {{choice "a" "b"}}, {{letters 8}}, {{hex 8}}, {{key}} or
{{fake "email"}} in it; {{fake "name" | json}} is a JSON string.

With --value-schema or --key-schema, values or keys are JSON that is checked against
the latest schema of a subject of the registry, and sent as Avro, Protobuf or JSON
Schema, whichever it is. What does not fit is refused, with its line and the field.

Records are sent as they are read, in batches. The producer is idempotent unless
it is told otherwise: none is written twice, and those of one partition keep
their order. Interrupted, it waits for what is on its way and says what became
of all that was read.

What is printed is topic:partition:offset in the order of the input, where ?
is an offset that nobody tells (--acks 0).` + aboutJSONLines("topic partition offset timestamp") + `
A record that was refused is {"error": "…"} instead. -o summary prints how many
there were, and where, once all is over; so does a template unless it is told
otherwise. With -o summary-json that is an object with the names
` + fold("acknowledged unconfirmed refused unsent unknown bytes milliseconds partitions[partition acknowledged first_offset last_offset] error") + `

The exit status is 0 only if every record was acknowledged.`,
		Example: examples(
			"kscope produce -b kafka-1:9092 orders -k user-42 -v '{\"total\": 12.5}'",
			"kscope produce -b kafka-1:9092 orders -H source=test -K : < lines.txt",
			"kscope produce -b kafka-1:9092 orders --key-template 'user-{{int 1 100}}' --template '{{n}} {{uuid}} {{fake email}}' -n 100000",
			"kscope tail -b kafka-1:9092 orders -n 10 -o json | kscope produce -b test-1:9092 orders --format jsonl",
			"kscope produce -b kafka-1:9092 accounts -k user-42 --tombstone",
			"kscope produce -b kafka-1:9092 --registry http://registry:8081 orders --value-schema orders-value --file orders.jsonl --format jsonl"),
		Args: oneTopic,
	}
	p.add(c)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		if err := p.check(); err != nil {
			return err
		}
		return p.run(ctx, a, args[0])
	})
	return c
}

// add adds the flags to the command.
func (p *produce) add(c *cobra.Command) {
	flags := c.Flags()
	p.flags = flags
	flags.VarP(text{&p.key, "KEY"}, "key", "k", "key of every record")
	flags.VarP(text{&p.separator, "SEPARATOR"}, "key-separator", "K", "what stands between key and value in a line; a line without it has no key")
	flags.VarP(text{&p.value, "VALUE"}, "value", "v", "value of the record, instead of standard input")
	flags.BoolVar(&p.tombstone, "tombstone", false, "send a null value")
	flags.Var(text{&p.null, "WORD"}, "null", "word that stands for a null key or value in lines and csv")
	flags.VarP(headers{&p.record.Headers}, "header", "H", "header of every record, key=value; may be repeated")
	flags.Var(text{&p.file, "FILE"}, "file", "read records from this file, instead of standard input")
	flags.Var(choice{&p.format, "FORMAT", words(model.FileFormats())}, "format", "how records are read: "+either(words(model.FileFormats())))
	flags.Var(text{&p.template, "TEMPLATE"}, "template", "make each value of this, -n times")
	flags.Var(text{&p.keyTemplate, "TEMPLATE"}, "key-template", "make each key of this")
	flags.Var(&p.keySchema, "key-schema", "keys are JSON, to be encoded by the latest schema of this subject; SUBJECT=MESSAGE names one of several Protobuf messages")
	flags.Var(&p.valueSchema, "value-schema", "the same of values")
	flags.VarP(p.count.flag("N", 1, math.MaxInt64), "count", "n", "end after so many records")
	flags.Float64Var(&p.rate, "rate", 0, "records a second; as fast as it goes if not given")
	flags.Var(p.seed.flag("N", 1, math.MaxInt64), "seed", "make the same records of a template each time")
	flags.Var(p.partition.flag("N", 0, math.MaxInt32), "partition", "send to this partition, instead of where the key leads")
	flags.BoolVar(&p.spread, "ignore-partitions", false, "let keys lead, whatever partitions the input names")
	flags.Var(choice{&p.partitioner, "NAME", words(model.Partitioners())}, "partitioner", "where a key leads: "+either(words(model.Partitioners())))
	flags.Var(choice{&p.acks, "ACKS", words(model.AllAcks())}, "acks", "who must have a record: all in-sync replicas, 1 for the leader, 0 for nobody")
	flags.Var(choice{&p.compression, "CODEC", words(model.Compressions())}, "compression", "compress batches: "+either(words(model.Compressions())))
	flags.BoolVar(&p.notIdempotent, "no-idempotence", false, "send each record once only, and do not repeat it when no answer comes")
	flags.Var(text{&p.timestamp, "TIME"}, "timestamp", "time of every record, or input for that of the input; now if not given")
	flags.BoolVar(&p.strict, "strict", false, "end with the first record that is refused")
	flags.BoolVar(&p.dryRun, "dry-run", false, "send nothing, and say which partition each record would go to")
	flags.VarP(choice{&p.output, "FORMAT", producedFormats}, "output", "o", "print a line a record, json for machines, or a summary or summary-json at the end")
	completes(c, "output", producedFormats...)
	completes(c, "format", words(model.FileFormats())...)
	completes(c, "partitioner", words(model.Partitioners())...)
	completes(c, "acks", words(model.AllAcks())...)
	completes(c, "compression", words(model.Compressions())...)
	completes(c, "timestamp", "now", "input")
}

// given reports whether one of some flags was given.
func (p *produce) given(names ...string) bool {
	for _, name := range names {
		if p.flags.Changed(name) {
			return true
		}
	}
	return false
}

// contrary are flags that cannot both be given, and why.
var contrary = []struct{ a, b, why string }{
	{"value", "tombstone", "--tombstone has no value, leave out --value"},
	{"template", "tombstone", "--tombstone has no value, leave out --template"},
	{"template", "value", "--template and --value both say what the value is, leave one out"},
	{"template", "file", "--template and --file both say what the records are, leave one out"},
	{"value", "file", "--value and --file both say what the records are, leave one out"},
	{"key", "key-separator", "--key and --key-separator both say what the key is, leave one out"},
	{"key", "key-template", "--key and --key-template both say what the key is, leave one out"},
	{"key-separator", "key-template", "--key-separator and --key-template both say what the key is, leave one out"},
	{"partition", "ignore-partitions", "--partition names one, leave out --ignore-partitions"},
}

// check checks the flags against each other.
func (p *produce) check() error {
	for _, c := range contrary {
		if p.given(c.a) && p.given(c.b) {
			return wrong("%s", c.why)
		}
	}
	made := p.given("template", "key-template")
	reading := !made && !p.given("value", "tombstone")
	switch {
	case p.given("key-template") && !p.given("template", "value", "tombstone"):
		return wrong("--key-template needs a value: --template, --value or --tombstone")
	case made && !p.count.given:
		return wrong("a template has no end: say by -n how many records are wanted")
	case !reading && p.given("format", "key-separator", "null", "ignore-partitions"):
		return wrong("--format, --key-separator, --null and --ignore-partitions are about records that are read, and none are")
	case p.given("key-separator") && p.given("format") && p.format != model.Lines.String():
		return wrong("--key-separator is about lines, and --format is %s", p.format)
	case p.given("key-separator") && p.separator == "":
		return wrong("--key-separator is empty")
	case p.seed.given && !made:
		return wrong("--seed is about templates, and there is none")
	case p.rate < 0 || p.given("rate") && p.rate == 0 || math.IsNaN(p.rate):
		return wrong("--rate must be above zero")
	}
	return nil
}
