package cli

import (
	"context"
	"errors"
	"io"
	"iter"

	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

// A printer prints the records of a tail.
type printer struct {
	out  io.Writer
	say  func(format string, args ...any) // what is not a record
	form *export.Printer
	key  []byte // of records to be printed; nil if others are too
	left int64  // records still to be printed
	stop context.CancelCauseFunc
	tell func(p *printer) // how far it has come, now and then; nil if nobody is told

	printed  int64
	progress model.Progress
	unread   unread
	complete bool   // all is printed that was asked for, as far as it can be read
	lossy    bool   // records were missed
	said     string // the last trouble, until records come again
	line     []byte // what is not written yet
}

// read prints what a query asks for, until it is all read, or ctx is done.
func (p *printer) read(ctx context.Context, source ui.Source, q model.Tail) error {
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	p.stop = stop
	err := source.Ask(reading, q, p.hear)
	if reading.Err() == nil && err != nil {
		return err
	}
	return p.end(context.Cause(reading))
}

// What ends a tail from within.
var errCounted = errors.New("all the records that --count asked for are printed")

// fullLine is how much is put together before it is written, if that many records
// come at once.
const fullLine = 128 << 10

func (p *printer) hear(e model.Event) {
	if p.left == 0 {
		return // stopped: what is still under way is not wanted
	}
	var err error
	switch e := e.(type) {
	case model.RecordsRead:
		p.progress = e.Progress
		err = p.print(e.Records)
	case model.TailRead:
		p.progress = e.Progress
	case model.TailTroubled:
		err = p.trouble(e.Problem)
	case model.TailNoticed:
		p.say("%s", e.Notice.Text)
		p.lossy = p.lossy || e.Notice.Lossy
	}
	if p.tell != nil {
		p.tell(p)
	}
	if err != nil {
		p.left = 0
		p.stop(err)
	}
}

// print writes records at once: who reads them from a pipe has every line as soon as
// it is known.
func (p *printer) print(records iter.Seq[*model.Record]) error {
	before := p.printed
	for r := range records {
		if p.left == 0 {
			break
		}
		if p.key != nil && (r.Key == nil || string(r.Key) != string(p.key)) {
			continue
		}
		p.line = p.form.Append(p.line, r)
		p.printed++
		p.left--
		if len(p.line) >= fullLine {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	if p.printed == before {
		return nil
	}
	p.said = ""
	if err := p.flush(); err != nil {
		return err
	}
	if p.left == 0 {
		return errCounted
	}
	return nil
}

// flush writes what is not written yet.
func (p *printer) flush() error {
	if len(p.line) == 0 {
		return nil
	}
	_, err := p.out.Write(p.line)
	p.line = p.line[:0]
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
		p.say("%s", says)
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

// end says how many records there were, unless that was asked for, and what there was
// to say of them all.
func (p *printer) end(cause error) error {
	if cause == nil || errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		cause = p.flush() // what goes before the first record, if there was none
	}
	switch {
	case errors.Is(cause, errCounted):
		p.complete = true
		p.unread.end()
		return nil
	case cause != nil:
		return cause
	}
	p.complete = true
	p.say("%s", plural(p.printed, "record"))
	p.unread.end()
	if n := p.progress.Unclear; n > 0 {
		p.say("of %s the filter could not make something out: %s", plural(n, "record"), p.progress.Complaint)
	}
	if p.progress.Dropped > 0 {
		p.say("%s more went by too fast to be printed", plural(p.progress.Dropped, "record"))
	}
	if p.lossy || p.progress.Dropped > 0 {
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
