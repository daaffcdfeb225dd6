package ui

import (
	"bufio"
	"context"
	"errors"
	"time"

	"kscope/model"
	"kscope/ui/export"
)

// An exportJob writes records to a file, some at a time. It is used by one goroutine
// after the other, never by two.
type exportJob struct {
	began   time.Time
	file    NewFile
	out     *bufio.Writer
	printer *export.Printer
	line    []byte

	written int64
	total   int64  // -1 if not known
	done    int64  // of total
	lost    string // what is missing
	stopped bool
	stop    func() // ends a reading
}

// cancel has it end soon, and leave no file.
func (j *exportJob) cancel() {
	j.stopped = true
	if j.stop != nil {
		j.stop()
	}
}

var errCancelled = errors.New("cancelled: no file stays")

// put writes one record.
func (j *exportJob) put(r *model.Record) error {
	j.line = j.printer.Append(j.line[:0], r)
	_, err := j.out.Write(j.line)
	return err
}

// finish brings the file to its place, or leaves nothing of it.
func (j *exportJob) finish(err error) error {
	if err == nil {
		err = j.out.Flush()
	}
	if err != nil {
		j.file.Discard()
		return err
	}
	return j.file.Close()
}

// newJob prepares to write in the form that was chosen.
func (p *exporting) newJob(f *Frame) (*exportJob, error) {
	d := export.Decoding{}
	if p.read.chosen == 1 {
		form := p.tail.format(f.Sel.Topic)
		d = export.Decoding{Decoder: f.Decoder, Key: form.key, Value: form.value}
	}
	printer, err := export.New(exportForms[p.as.chosen].form, d)
	return &exportJob{began: f.Now, printer: printer, total: -1}, err
}

// open begins the file.
func (j *exportJob) open(files *Files, path string, over bool) error {
	file, err := files.Create(path, over)
	if err != nil {
		return err
	}
	j.file, j.out = file, bufio.NewWriterSize(file, 64<<10)
	_, err = j.out.Write(j.printer.Head())
	return err
}

// exportAtOnce is how many records are written before it is told.
const exportAtOnce = 5000

// step writes some of the records that are kept, off the loop, and goes on with the
// next.
func (p *exporting) step(j *exportJob, kept model.RingView, from int) Intent {
	n := kept.Len()
	to := min(from+exportAtOnce, n)
	return Work{
		Do: func() any {
			var r model.Record
			for i := from; i < to; i++ {
				kept.Read(i, &r)
				if err := j.put(&r); err != nil {
					return j.finish(err)
				}
			}
			if to == n {
				return j.finish(nil)
			}
			return nil
		},
		Then: func(f *Frame, result any) Intent {
			err, _ := result.(error)
			j.written, j.done, j.total = int64(to), int64(to), int64(n)
			switch {
			case err != nil || to == n:
				return p.over(f, j, err)
			case j.stopped:
				return Work{Do: func() any { return j.finish(errCancelled) }, Then: func(f *Frame, _ any) Intent { return p.over(f, j, errCancelled) }}
			}
			return p.step(j, kept, to)
		},
	}
}

// gather reads records and writes them as they come.
func (p *exporting) gather(f *Frame, j *exportJob, from model.Position, until model.Stop) Intent {
	t := p.tail.tail(f)
	t.Session, t.From, t.Until, t.Whole = 0, from, until, true
	type told struct {
		written int64
		model.Progress
	}
	written, lost := int64(0), ""
	return Gather{
		Query: t,
		Begun: func(stop func()) {
			if j.stop = stop; j.stopped {
				stop()
			}
		},
		Take: func(e model.Event) (any, error) {
			switch e := e.(type) {
			case model.RecordsRead:
				for r := range e.Records {
					if err := j.put(r); err != nil {
						return nil, err
					}
					written++
				}
				return told{written, e.Progress}, nil
			case model.TailTroubled:
				if e.Problem != nil && (e.Problem.Kind == model.Denied || e.Problem.Kind == model.Gone) {
					return nil, e.Problem
				}
			case model.TailNoticed:
				if e.Notice.Lossy {
					lost = "; " + e.Notice.Text
				}
			}
			return told{written: written}, nil
		},
		Heard: func(f *Frame, heard any, done bool, err error) Intent {
			if t, ok := heard.(told); ok {
				j.written = t.written
				if t.Total > 0 {
					j.done, j.total = t.Done, t.Total
				}
			}
			if !done {
				return nil
			}
			j.written, j.lost = written, lost
			if j.stopped || errors.Is(err, context.Canceled) {
				err = errCancelled
			}
			return Work{Do: func() any { return j.finish(err) }, Then: func(f *Frame, result any) Intent {
				err, _ := result.(error)
				return p.over(f, j, err)
			}}
		},
	}
}
