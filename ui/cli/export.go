package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"time"

	"github.com/spf13/cobra"

	"kscope/model"
)

// An exporting is the command export.
type exporting struct {
	reading
	count number
	file  string
	force bool
}

func (a *app) export() *cobra.Command {
	e := &exporting{reading: reading{from: "beginning", to: "end", output: "json"}}
	c := &cobra.Command{
		Use:     "export TOPIC... -f FILE",
		Short:   "Write the records of topics to a file",
		GroupID: groupRecords,
		Long: `Write the records of topics to a file, from their beginning to where they end now.

The forms are those of kscope tail; JSON Lines, which kscope produce reads again, if
none is given. Partitions are read directly: no group is joined and no offset
committed. A file that exists is not written over. It is FILE.part until it is whole,
and stays that if the export is interrupted.

A TOPIC is a name; orders:3 and orders:0-3,7 are some of its partitions, '~^order'
all topics that the regular expression matches.
` + aboutPlaces + aboutFilters + aboutForms(),
		Example: examples(
			"kscope export -b kafka-1:9092 orders -f orders.jsonl",
			"kscope export -b kafka-1:9092 orders -f orders.csv -o csv --from yesterday --filter '=value.total > 100'",
			"kscope export -b kafka-1:9092 orders:3 -f values.txt -o raw --from 4711 --to after:1000"),
		Args: someTopics,
	}
	flags := c.Flags()
	e.add(c)
	flags.Var(e.count.flag("N", 1, math.MaxInt64), "count", "end after so many records, if there are that many")
	flags.VarP(text{&e.file, "FILE"}, "file", "f", "where to write")
	flags.BoolVar(&e.force, "force", false, "write over a file that exists")
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		if e.file == "" {
			return wrong("%s needs -f FILE, where to write", c.CommandPath())
		}
		q, err := e.query(a, flags, args)
		if err != nil {
			return err
		}
		if q.Until.At == model.StopNever {
			return wrong("--to never has no end, and an export has one: kscope tail goes on")
		}
		if e.count.given {
			e.most = e.count.n
		}
		return e.run(ctx, a, q)
	})
	return c
}

func (e *exporting) run(ctx context.Context, a *app, q model.Tail) error {
	source, letGo, err := a.open(ctx, DemoOptions{})
	if err != nil {
		return err
	}
	defer letGo()
	if q.Targets, err = e.there(ctx, source, q.Targets); err != nil {
		return err
	}
	p, err := e.printer(ctx, a, source)
	if err != nil {
		return err
	}
	file, err := createExport(e.file, e.force)
	if err != nil {
		return err
	}
	p.out = file
	shown := &progressLine{app: a, begun: time.Now()}
	p.tell = shown.tell
	p.say = func(format string, args ...any) {
		shown.clear()
		a.say(format, args...)
	}
	err = p.read(ctx, source, q)
	shown.clear()
	if p.complete && ctx.Err() == nil {
		if placed := file.finish(); err == nil {
			err = placed
		}
		return err
	}
	kept := file.leave(p.printed == 0)
	switch {
	case kept != "":
		a.say("%s not all that was asked for: what there is, is in %s", plural(p.printed, "record is", "records are"), kept)
	case ctx.Err() != nil:
		a.say("interrupted: %s is not written", e.file)
	}
	return cmp.Or(err, exit(failed))
}

// createFile makes a file, which must not be there unless it is to be written over.
func createFile(name string, force bool) (*os.File, error) {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(name, how, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, wrong("%s is there already: name another file, or add --force to write over it", name)
	case err != nil:
		return nil, wrong("--file cannot be written: %s", reason(err))
	}
	return file, nil
}

// A progressLine is one line of a terminal that says how far an export has come.
type progressLine struct {
	app   *app
	begun time.Time
	told  time.Time
	width int // of what stands there
}

// progressPace is how often the line is written anew.
const progressPace = 200 * time.Millisecond

// tell writes how far a printer has come.
func (l *progressLine) tell(p *printer) {
	now := time.Now()
	if !l.app.std.ErrTerminal || now.Sub(l.told) < progressPace {
		return
	}
	l.told = now
	l.write(progressPhrase(p, now.Sub(l.begun)))
}

// write puts text where the last stood. It holds nothing that comes from the cluster.
func (l *progressLine) write(text string) {
	_, _ = l.app.std.Err.Write([]byte("\r" + text + blanks(l.width-len(text)) + "\r" + text))
	l.width = len(text)
}

// clear takes the line away.
func (l *progressLine) clear() {
	if l.width > 0 {
		_, _ = l.app.std.Err.Write([]byte("\r" + blanks(l.width) + "\r"))
		l.width = 0
	}
}

func blanks(n int) string {
	b := make([]byte, max(0, n))
	for i := range b {
		b[i] = ' '
	}
	return string(b)
}

// progressPhrase says how far a printer has come, and how long the rest will take.
func progressPhrase(p *printer, since time.Duration) string {
	text := plural(p.printed, "record")
	done, total := p.progress.Done, p.progress.Total
	if total <= 0 {
		return text
	}
	text += ", " + id(done*100/total) + "% read"
	if done > 0 && since > time.Second {
		left := time.Duration(float64(since) / float64(done) * float64(total-done))
		text += ", " + left.Round(time.Second).String() + " left"
	}
	return text
}
