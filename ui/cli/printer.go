package cli

import (
	"context"
	"errors"
	"io"
	"iter"

	"kscope/model"
	"kscope/ui/export"
)

// A printer prints the records of a tail.
type printer struct {
	out  io.Writer
	say  func(format string, args ...any) // what is not a record
	form *export.Printer
	left int64 // records still to be printed
	stop context.CancelCauseFunc

	printed, dropped int64
	said             string // the last trouble, until records come again
	line             []byte // what is not written yet
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

// print writes records at once: who reads them from a pipe has every line as soon as
// it is known.
func (p *printer) print(records iter.Seq[*model.Record]) error {
	before := p.printed
	for r := range records {
		if p.left == 0 {
			break
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

// end says how many records there were, unless that was asked for.
func (p *printer) end(cause error) error {
	switch {
	case errors.Is(cause, errCounted):
		return nil
	case cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded):
		return cause
	}
	p.say("%s", plural(p.printed, "record"))
	if p.dropped > 0 {
		p.say("%s more went by too fast to be printed", plural(p.dropped, "record"))
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
