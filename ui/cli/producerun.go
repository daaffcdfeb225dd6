package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"kscope/kafka/drafts"
	"kscope/kafka/template"
	"kscope/model"
)

func (p *produce) run(ctx context.Context, a *app, topic string) error {
	if err := p.complete(topic); err != nil {
		return err
	}
	cmd, done, err := p.command(ctx, a)
	if err != nil {
		return err
	}
	defer done()
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	if err := p.find(ctx, source); err != nil {
		return err
	}
	if p.output == "" {
		p.output = "line"
		if cmd != nil && cmd.Count > 0 && p.given("template", "key-template", "value", "tombstone") {
			p.output = "summary"
		}
	}
	s := &sender{app: a, source: source, output: p.output, interactive: a.std.InTerminal && p.reads() && p.file == ""}
	if cmd != nil {
		cmd.Schemas = p.schemas
	} else if problem := p.encode(source); problem != nil {
		return s.refuseOne(problem)
	}
	if p.dryRun {
		return p.foretell(ctx, a, source, cmd)
	}
	if cmd == nil {
		return s.one(ctx, &p.record)
	}
	cmd.Each = p.output == "line" || p.output == "json"
	return s.many(ctx, cmd)
}

// complete makes the record of the flags.
func (p *produce) complete(topic string) error {
	r := &p.record
	r.Topic, r.Partition = topic, model.AllPartitions
	if p.partition.given {
		r.Partition = int32(p.partition.n)
	}
	if p.given("key") {
		r.Key = []byte(p.key)
	}
	if p.given("value") {
		r.Value = []byte(p.value)
	}
	r.Partitioner = chosen(model.Partitioners(), p.partitioner)
	r.Delivery.Acks = chosen(model.AllAcks(), p.acks)
	r.Delivery.Compression = chosen(model.Compressions(), p.compression)
	if p.notIdempotent {
		r.Delivery.Idempotence = model.NotIdempotent
	}
	switch p.timestamp {
	case "", "now":
	case "input":
		if !p.reads() {
			return wrong("--timestamp input is about records that are read, and none are")
		}
	default:
		t, ok := model.ParseTime(p.timestamp, time.Now())
		if !ok {
			return wrong("--timestamp must be a time such as 2026-03-01T12:00:00Z, 15m or @1772366400000, or now, or input")
		}
		r.Timestamp = t.Truncate(time.Millisecond)
	}
	if problem := r.Check(); problem != nil {
		return &failure{misuse, problem}
	}
	return nil
}

// reads reports whether records are read, from a file or from standard input.
func (p *produce) reads() bool {
	return !p.given("value", "tombstone", "template", "key-template")
}

// command is what sends the records; nil if it is one only. What it returns besides
// lets go of the input.
func (p *produce) command(ctx context.Context, a *app) (*model.SendMany, func(), error) {
	cmd := &model.SendMany{Record: p.record, Count: p.count.n, Rate: p.rate, OwnTime: p.timestamp == "input", Spread: p.spread, Strict: p.strict}
	switch {
	case p.given("template", "key-template"):
		cmd.Material = p.asTemplate()
		return cmd, func() {}, nil
	case !p.reads() && !p.count.given:
		return nil, func() {}, nil
	case !p.reads():
		return cmd, func() {}, nil
	}
	in, done, err := p.input(a)
	if err != nil {
		return nil, nil, err
	}
	format := model.File{Format: chosen(model.FileFormats(), p.format), Separator: p.separator, Null: p.null}
	pump := newPump(ctx, drafts.Read(in, format))
	cmd.Material = model.Stream{From: pump, Stop: pump.end}
	return cmd, func() { pump.end(); done() }, nil
}

// asTemplate is the template of the flags. A constant key or value is one too, once
// what it would mean inside of a template is quoted.
func (p *produce) asTemplate() model.Template {
	t := model.Template{Key: p.keyTemplate, NoKey: !p.given("key-template"), Value: p.template, Tombstone: p.tombstone, Seed: uint64(p.seed.n)}
	if p.given("key") {
		t.Key, t.NoKey = template.Quote(p.key), false
	}
	if p.given("value") {
		t.Value = template.Quote(p.value)
	}
	return t
}

// input opens what records are read from.
func (p *produce) input(a *app) (io.Reader, func(), error) {
	if p.file == "" || p.file == "-" {
		return a.std.In, func() {}, nil
	}
	file, err := os.Open(p.file)
	if err != nil {
		return nil, nil, &failure{misuse, errors.New("--file cannot be read: " + reason(err))}
	}
	return file, func() { _ = file.Close() }, nil // it was only read
}

// A pump reads drafts on a goroutine of its own: nothing can interrupt the reading of a
// terminal, and a sending that is stopped must not wait for it.
type pump struct {
	ctx        context.Context
	end        context.CancelFunc
	more, room chan struct{} // something was read; what was read was taken

	mu   sync.Mutex
	read []draw // and not taken

	taken []draw // and not returned from place next on
	next  int
}

// A draw is one answer of Drafts.Next.
type draw struct {
	draft model.Draft
	ok    bool
	err   error
}

// pumped is how many drafts are read ahead.
const pumped = 256

func newPump(ctx context.Context, from model.Drafts) *pump {
	p := &pump{more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
	p.ctx, p.end = context.WithCancel(ctx)
	go func() {
		for {
			d, ok, err := from.Next()
			if !p.put(draw{d, ok, err}) || !ok || err != nil {
				return
			}
		}
	}()
	return p
}

// put hands on what was read. It reports false if no more is wanted.
func (p *pump) put(d draw) bool {
	p.mu.Lock()
	p.read = append(p.read, d)
	n := len(p.read)
	p.mu.Unlock()
	if n == 1 {
		p.more <- struct{}{} // it is empty: who empties read has taken it
	}
	if n < pumped {
		return p.ctx.Err() == nil
	}
	select {
	case <-p.room:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// Next implements model.Drafts. Not each draft goes through a channel of its own, as
// that would cost more than sending it.
func (p *pump) Next() (model.Draft, bool, error) {
	if p.next == len(p.taken) {
		select {
		case <-p.more:
			p.take()
		case <-p.ctx.Done():
			return model.Draft{}, false, nil
		}
	}
	d := &p.taken[p.next]
	p.next++
	return d.draft, d.ok, d.err
}

// take takes all that was read.
func (p *pump) take() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.read) >= pumped {
		p.room <- struct{}{} // it is empty: put waits for it
	}
	p.taken, p.read, p.next = p.read, p.taken[:0], 0
}
