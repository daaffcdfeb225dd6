package ui

import (
	"strconv"
	"strings"

	"kscope/model"
)

// read takes the form for what it says.
func (p *reset) read(f *Frame) {
	r := model.Reset{To: resetWays[p.way].to, Partition: model.AllPartitions}
	p.done, p.problem, p.top = nil, nil, 0
	p.assent.withdraw()
	p.wrong, p.missing = p.readValue(f, &r)
	if p.wrong == "" {
		p.wrong, p.missing = p.readScope(&r)
	}
	if problem := r.Problem(); p.wrong == "" && problem != nil {
		p.wrong = problem.Error()
	}
	p.query = model.PlanReset{Group: p.group, Reset: r}
}

// readValue reads what the way needs. It returns what is wrong, and whether that is
// only that there is nothing yet.
func (p *reset) readValue(f *Frame, r *model.Reset) (wrong string, missing bool) {
	way, typed := resetWays[p.way], strings.TrimSpace(p.value().Value())
	if way.label == "" {
		return "", false
	}
	if typed == "" {
		return way.hint, true
	}
	ok := true
	switch way.to {
	case model.ToOffset, model.ByShift:
		r.Offset, ok = model.ParseOffset(typed)
	case model.ToTime:
		if r.Time, ok = model.ParseTime(typed, f.Now); ok {
			r.Time = r.Time.UTC().Truncate(1e6)
		}
	case model.ByDuration:
		r.Duration, ok = model.ParseSpan(typed)
	case model.FromFile:
		return p.readFile(r, typed)
	}
	if !ok {
		return "this is not understood: type " + way.hint, false
	}
	return "", false
}

func (p *reset) readFile(r *model.Reset, path string) (wrong string, missing bool) {
	switch {
	case p.file.path != path:
		return "reading " + path, true
	case p.file.err != nil:
		return p.file.err.Error(), false
	}
	r.File = p.file.text
	if _, problem := model.ParseOffsets(r.File, p.group); problem != nil {
		return problem.Error(), false
	}
	return "", false
}

func (p *reset) readScope(r *model.Reset) (wrong string, missing bool) {
	if p.scope == resetAll {
		return "", false
	}
	topic := strings.TrimSpace(p.topic.Value())
	if topic == "" {
		return "name a topic", true
	}
	r.Topics = model.NamesOf(topic)
	if p.scope == resetTopic {
		return "", false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(p.partition.Value()), 10, 32)
	if err != nil || n < 0 {
		return "give the number of a partition", p.partition.Value() == ""
	}
	r.Partition = int32(n)
	return "", false
}

// resetFile is a file that was read for a reset.
type resetFile struct {
	wanted, path string // the one to be read, the one that was
	text         string
	err          error
}

// Arrange implements Arranger: it reads the file.
func (p *reset) Arrange(f *Frame) func() any {
	path := strings.TrimSpace(p.value().Value())
	if resetWays[p.way].to != model.FromFile || path == "" || path == p.file.wanted || f.ReadFile == nil {
		return nil
	}
	p.file.wanted = path
	read, now := f.ReadFile, *f
	return func() any {
		text, err := read(path)
		return resetRead{resetFile{wanted: path, path: path, text: text, err: err}, &now}
	}
}

// resetRead is a file that was read off the loop, and the frame it was wanted in.
type resetRead struct {
	file  resetFile
	frame *Frame
}

// Arranged implements Arranger.
func (p *reset) Arranged(result any) {
	if r, ok := result.(resetRead); ok && r.file.wanted == p.file.wanted {
		p.file = r.file
		p.read(r.frame)
	}
}
