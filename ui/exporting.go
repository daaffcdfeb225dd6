package ui

import (
	"errors"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// exporting is a dialog: it writes records to a new file, those that the tail keeps or
// those that are read anew from somewhere until somewhere.
type exporting struct {
	tail  *records
	form  form
	which *choiceField
	as    *choiceField
	read  *choiceField
	from  *textField
	until *textField
	name  fileName
	named bool // the user gave the name

	clash   string
	job     *exportJob // under way
	written string     // what is done
}

// The choices.
const (
	exportKept = iota
	exportAnew
)

// exportForms are the forms, and how their files end.
var exportForms = []struct{ word, form, end string }{
	{"JSON Lines", "json", ".jsonl"}, {"CSV", "csv", ".csv"}, {"values alone", "raw", ".txt"}, {"lines", "line", ".txt"},
}

// newExporting asks what of a tail is to be written where.
func newExporting(tail *records, f *Frame) *exporting {
	p := &exporting{
		tail: tail, which: newChoice("kept by the tail", "read anew"), as: newChoice(), read: newChoice("as they stand", "as they are read"),
		from: newText("beginning, last:100, an offset, 15m, 14:03"), until: newText("end, after:100, 14:03"),
		name: newFileName(""),
	}
	for _, form := range exportForms {
		p.as.words = append(p.as.words, form.word)
	}
	p.from.set("beginning")
	p.until.set("end")
	anew := func() bool { return p.which.chosen != exportAnew }
	p.form.rows = []formRow{
		{name: "records", field: p.which, notes: p.whichNotes},
		{name: "from", field: p.from, hidden: anew, notes: p.fromNotes},
		{name: "until", field: p.until, hidden: anew, notes: p.untilNotes},
		{name: "as", field: p.as, apart: true},
		{name: "keys, values", field: p.read},
		{name: "file", field: p.name.field, note: p.name.note, apart: true},
	}
	p.suggest(f)
	return p
}

// suggest names the file after what is in it, until the user names it.
func (p *exporting) suggest(f *Frame) {
	if p.named {
		return
	}
	topic := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, p.tail.tail(f).Targets.String()), "-")
	p.name.field.set(topic[:min(len(topic), 80)] + "-" + f.Now.Format("20060102-150405") + exportForms[p.as.chosen].end)
}

// Name implements Pane.
func (p *exporting) Name() string { return "Export" }

// Needs implements Pane.
func (p *exporting) Needs(*Frame) []model.Query { return nil }

// Size implements Dialog.
func (p *exporting) Size(f *Frame) (w, h int) { return 100, p.form.height(f, 96) + 6 }

// Head implements Pane.
func (p *exporting) Head(f *Frame) Heading {
	return Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: "records of ", Style: muted}, {Text: p.tail.tail(f).Targets.String(), Style: bold}}}
}

// whichNotes says how many records there are, and which.
func (p *exporting) whichNotes(f *Frame) [][]canvas.Seg {
	says := plural(f.Tail.Ring.Len(), "record", "records") + ", as kept now"
	if p.which.chosen == exportAnew {
		says = "from the cluster, without touching the tail"
	}
	if filter := p.tail.filter; filter != "" {
		says += ", under the filter " + filter
	}
	return noted(says, muted)
}

func (p *exporting) fromNotes(f *Frame) [][]canvas.Seg {
	from, err := model.ParsePosition(p.from.value(), f.Now)
	if err == nil && from.At == model.AtEnd {
		err = errors.New("nothing has been written after the end")
	}
	if err != nil {
		return wrong(f, p.from.value(), err)
	}
	return noted(positionWords(f, from), muted)
}

func (p *exporting) untilNotes(f *Frame) [][]canvas.Seg {
	until, err := p.stop(f)
	if err != nil {
		return wrong(f, p.until.value(), err)
	}
	return noted(stopWords(f, until), muted)
}

// stop is where a reading ends; it must end.
func (p *exporting) stop(f *Frame) (model.Stop, error) {
	from, _ := model.ParsePosition(p.from.value(), f.Now)
	until, err := model.ParseStop(p.until.value(), from, f.Now)
	if err == nil && until.At == model.StopNever {
		err = errors.New("a file needs an end")
	}
	return until, err
}

// Actions implements Pane.
func (p *exporting) Actions() []Action {
	if p.job != nil {
		return []Action{act("ctrl+x", "cancel", "cancel the export: no file stays", func(*Frame) Intent { p.job.cancel(); return nil })}
	}
	actions := []Action{act("ctrl+s", "export", "write the records to a new file", func(f *Frame) Intent { return p.start(f, false) })}
	if p.name.isTaken() {
		actions = append(actions, act("ctrl+o", "write over", "write over the file that is there", func(f *Frame) Intent { return p.start(f, true) }))
	}
	return append(actions, p.form.moves()...)
}

// Typing implements Typist.
func (p *exporting) Typing() bool { return true }

// Type implements Typist.
func (p *exporting) Type(f *Frame, msg any) (Intent, bool) {
	if p.job != nil {
		return nil, false
	}
	p.clash, p.written = "", ""
	before := p.name.field.version
	used := p.form.take(f, msg, p.Actions())
	p.named = p.named || p.name.field.version != before
	p.suggest(f)
	return nil, used
}

// Escape implements Escaper: an export that is under way is cancelled first.
func (p *exporting) Escape() bool {
	if p.job == nil {
		return false
	}
	p.job.cancel()
	return true
}

// start begins to write, if the form makes sense.
func (p *exporting) start(f *Frame, over bool) Intent {
	path, files := p.name.path(), f.Files
	from, err := model.ParsePosition(p.from.value(), f.Now)
	until, stopErr := p.stop(f)
	switch anew := p.which.chosen == exportAnew; {
	case path == "":
		p.clash = "the file has no name"
	case files == nil || files.Create == nil:
		p.clash = "no file can be written here"
	case anew && (err != nil || stopErr != nil || from.At == model.AtEnd):
		p.clash = "what is to be read makes no sense as it stands"
	default:
		j, err := p.newJob(f)
		if err != nil {
			p.clash = err.Error()
			return nil
		}
		p.job = j
		return Work{
			Do: func() any { return j.open(files, path, over) },
			Then: func(f *Frame, result any) Intent {
				if err, failed := result.(error); failed {
					p.job = nil
					p.name.came(err)
					return nil
				}
				if anew {
					return p.gather(f, j, from, until)
				}
				return p.step(j, f.Tail.Ring, 0)
			},
		}
	}
	return nil
}

// over tells how it went.
func (p *exporting) over(f *Frame, j *exportJob, err error) Intent {
	p.job = nil
	if err != nil {
		p.clash = err.Error()
		return nil
	}
	p.written = plural(int(j.written), "record", "records") + " in " + p.name.path() + j.lost
	return nil
}

// Draw implements Pane.
func (p *exporting) Draw(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	top := min(1, max(0, h-8))
	p.form.draw(f, c.Sub(canvas.Rect{X: 1, Y: top, W: w - 1, H: max(0, h-top-2)}))
	switch y := h - 1; {
	case p.job != nil && p.job.total > 0:
		drawProgress(f, c, y, p.job.began, p.job.done, p.job.total, "esc cancels")
	case p.job != nil:
		c.Cut(2, y, w-3, number(p.job.written)+" records written, esc cancels", text)
	case p.clash != "":
		c.Cut(2, y, w-3, mark(f.Marks.Attention, p.clash), warn)
	case p.written != "":
		c.Cut(2, y, w-3, mark(f.Marks.Stable, p.written), good)
	default:
		c.Cut(2, y, w-3, "ctrl+s writes a new file, never over one that is there", muted)
	}
}
