package recording

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"

	"kscope/model"
)

// A Recording is what a file holds. It is a source of answers too, see Ask.
type Recording struct {
	Header
	Events []model.Event // as they were observed: GroupsDescribed, GroupLogged, LagsRead, each of one group

	Skipped int  // lines of a kind that is not known, or that cannot be read
	Partly  int  // lines with names that are not known
	Cut     bool // the last line is not whole: the recorder was killed
}

// longestLine is the most bytes a line may have. The past of a group that is read
// from its log stands on one.
const longestLine = 256 << 20

// Read reads a recording. It fails if the file is none, or is of a version of the
// format that is not known, with a *model.Problem, and if it cannot be read. Lines
// that make no sense are skipped and counted.
func Read(in io.Reader) (*Recording, error) {
	b := bufio.NewReader(in)
	line, whole, err := nextLine(b)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r := &Recording{}
	if err := r.header(line); err != nil {
		return nil, err
	}
	for whole && err == nil {
		line, whole, err = nextLine(b)
		switch {
		case errors.Is(err, errTooLong):
			r.Skipped++
			err = nil
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case len(bytes.TrimSpace(line)) == 0:
		case whole:
			r.read(line)
		default:
			r.last(line)
		}
	}
	return r, nil
}

var errTooLong = errors.New("too long a line")

// nextLine reads up to the next newline; whole is false if there is none.
func nextLine(b *bufio.Reader) (line []byte, whole bool, err error) {
	tooLong := false
	for {
		part, err := b.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > longestLine; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil && tooLong:
			return nil, true, errTooLong
		default:
			return line, err == nil, err
		}
	}
}

func (r *Recording) header(line []byte) error {
	var h headerLine
	if err := json.Unmarshal(line, &h); err != nil || h.Kscope != program {
		return &model.Problem{Kind: model.Invalid, Says: "The file is no recording", Fix: "a recording is made by kscope record"}
	}
	if h.Version != version {
		return &model.Problem{Kind: model.Unsupported, Says: "The recording has version " + strconv.Itoa(h.Version) + " of the format",
			Fix: "this kscope reads version " + strconv.Itoa(version)}
	}
	r.Header = Header{h.Cluster, h.Groups, h.Started.Time}
	return nil
}

// last reads the last line, which has no newline: it may be a part of one.
func (r *Recording) last(line []byte) {
	if !json.Valid(line) {
		r.Cut = true
		return
	}
	r.read(line)
}

// read reads one line.
func (r *Recording) read(line []byte) {
	var kind kindLine
	if json.Unmarshal(line, &kind) != nil || kind.Time.IsZero() {
		r.Skipped++
		return
	}
	var e model.Event
	var err error
	switch kind.Event {
	case described:
		var l describedLine
		err = r.decode(line, &l)
		e = l.event()
	case logged:
		var l loggedLine
		err = r.decode(line, &l)
		e = l.event()
	case lags:
		var l lagsLine
		err = r.decode(line, &l)
		e = l.event()
	default:
		err = errors.ErrUnsupported
	}
	if err != nil {
		r.Skipped++
		return
	}
	r.Events = append(r.Events, e)
}

// decode reads what it knows of a line, and counts the line if that is not all.
func (r *Recording) decode(line []byte, to any) error {
	if err := json.Unmarshal(line, to); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if d.Decode(to) != nil {
		r.Partly++
	}
	return nil
}

func (l *describedLine) event() model.Event {
	return model.GroupsDescribed{At: l.Time.Time, Groups: []model.Group{l.group(l.Group)}}
}

func (l *loggedLine) event() model.Event {
	return model.GroupLogged{
		At: l.Time.Time, Group: l.Group, Anew: l.Anew,
		Log: model.LogState{State: keyOf(logWords, l.Log.State), Read: l.Log.Read, From: l.Log.From.Time, Problem: l.Log.Problem.problem()},
		Observations: each(l.Observations, func(o *observationLine) model.Observation {
			return o.observation(l.Group)
		}),
	}
}

func (l *observationLine) observation(group string) model.Observation {
	o := model.Observation{
		At: l.Time.Time, Since: l.Since.Time, Origin: model.Origin(l.Origin), Past: l.Past, Gone: l.Gone,
		JoinedBy: l.JoinedBy.Time, Group: l.group(group),
	}
	for _, q := range l.Quiet {
		if o.Quiet == nil {
			o.Quiet = map[string]time.Time{}
		}
		o.Quiet[q.MemberID] = q.Since.Time
	}
	return o
}

func (l *lagsLine) event() model.Event {
	topics := each(l.Topics, (*topicLine).lag)
	slices.SortStableFunc(topics, func(a, b model.TopicLag) int { return cmp.Compare(a.Topic, b.Topic) })
	return model.LagsRead{At: l.Time.Time, Groups: []model.GroupRead{{ID: l.Group, Topics: topics, Problem: l.Problem.problem()}}}
}

func (l *topicLine) lag() model.TopicLag {
	partitions := each(l.Partitions, func(p *partitionLine) model.PartitionLag {
		return model.PartitionLag{
			ID: p.Partition, Lag: model.NoLag, In: -1, Out: -1,
			Committed: or(p.CommittedOffset, model.NoOffset), Start: or(p.LogStartOffset, model.NoOffset), End: or(p.LogEndOffset, model.NoOffset),
		}
	})
	slices.SortStableFunc(partitions, func(a, b model.PartitionLag) int { return cmp.Compare(a.ID, b.ID) })
	return model.TopicLag{Topic: l.Topic, Compacted: l.Compacted, Transactional: l.Transactional, Partitions: partitions, Problem: l.Problem.problem()}
}
