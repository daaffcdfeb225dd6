package recording

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// A Header is what a recording says of itself.
type Header struct {
	Cluster string    // what the cluster was called
	Groups  []string  // that were watched
	Started time.Time // when recording began
}

// stale is how long a group that does not change is not written again. So much is
// lost at most of how long the last picture held, when the recorder is killed; and a
// history that finds looks further apart than that does not take it for a time in
// which nobody looked.
const stale = 3 * time.Second

// A Writer writes a recording. Each line is written at once and whole, so that the
// file can be read whatever ends the process.
//
// A group is described several times a second, and mostly says the same. A
// description that equals the one before is written only before one that differs,
// which must say since when things may have been otherwise; on Close; and once in a
// while. What a model.History makes of it is the same.
type Writer struct {
	out    io.Writer
	groups map[string]*tape
	Lines  int // that were written, the first line not among them
}

// A tape is what was last written of a group.
type tape struct {
	fields  []byte    // of the description
	at      time.Time // when it was written, by its own time
	pending []byte    // a line that says the same, later
	until   time.Time // when it was observed
	log     []byte    // of the log's state
}

// NewWriter begins a recording.
func NewWriter(out io.Writer, h Header) (*Writer, error) {
	w := &Writer{out: out, groups: map[string]*tape{}}
	line, err := encode(headerLine{program, version, h.Cluster, append([]string{}, h.Groups...), stamp{h.Started}})
	if err == nil {
		err = w.put(line)
	}
	w.Lines = 0
	return w, err
}

// Write writes an event that model.WatchGroup brings. Others are not recorded.
func (w *Writer) Write(e model.Event) error {
	switch e := e.(type) {
	case model.GroupsDescribed:
		for i := range e.Groups {
			if err := w.describe(e.At, &e.Groups[i]); err != nil {
				return err
			}
		}
	case model.GroupLogged:
		return w.log(e)
	case model.LagsRead:
		for i := range e.Groups {
			if err := w.lag(e.At, &e.Groups[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close writes what was held back. It does not close what is written to.
func (w *Writer) Close() error {
	for _, id := range slices.Sorted(maps.Keys(w.groups)) {
		if err := w.catchUp(w.groups[id]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) describe(at time.Time, g *model.Group) error {
	own := fieldsOf(g)
	fields, err := encode(own)
	if err != nil {
		return err
	}
	line, err := encode(describedLine{kindLine{stamp{at}, described, g.ID}, own})
	if err != nil {
		return err
	}
	t := w.tape(g.ID)
	if bytes.Equal(fields, t.fields) && at.Sub(t.at) < stale && !at.Before(t.until) {
		t.pending, t.until = line, at
		return nil
	}
	if !bytes.Equal(fields, t.fields) || at.Before(t.until) {
		if err := w.catchUp(t); err != nil {
			return err
		}
	}
	t.fields, t.at, t.until, t.pending = fields, at, at, nil
	return w.put(line)
}

// catchUp writes the description that was held back.
func (w *Writer) catchUp(t *tape) error {
	line := t.pending
	t.pending = nil
	if line == nil {
		return nil
	}
	return w.put(line)
}

func (w *Writer) log(e model.GroupLogged) error {
	own := logFields{logWords[e.Log.State], e.Log.Read, stamp{e.Log.From}, problemLineOf(e.Log.Problem)}
	state, err := encode(own)
	if err != nil {
		return err
	}
	t := w.tape(e.Group)
	if !e.Anew && len(e.Observations) == 0 && bytes.Equal(state, t.log) {
		return nil
	}
	t.log = state
	if err := w.catchUp(t); err != nil { // polls and log stay in their order
		return err
	}
	t.fields = nil // what is described next may be news to a history that begins anew
	line, err := encode(loggedLine{kindLine{stamp{e.At}, logged, e.Group}, e.Anew, own, each(e.Observations, observationLineOf)})
	if err != nil {
		return err
	}
	return w.put(line)
}

func observationLineOf(o *model.Observation) observationLine {
	l := observationLine{
		Time: stamp{o.At}, Since: stamp{o.Since}, Origin: string(o.Origin), Past: o.Past, Gone: o.Gone,
		JoinedBy: stamp{o.JoinedBy}, groupFields: fieldsOf(&o.Group),
	}
	for id, since := range o.Quiet {
		l.Quiet = append(l.Quiet, quietLine{id, stamp{since}})
	}
	slices.SortFunc(l.Quiet, func(a, b quietLine) int { return strings.Compare(a.MemberID, b.MemberID) })
	return l
}

func (w *Writer) lag(at time.Time, g *model.GroupRead) error {
	line, err := encode(lagsLine{kindLine{stamp{at}, lags, g.ID}, each(g.Topics, topicLineOf), problemLineOf(g.Problem)})
	if err != nil {
		return err
	}
	return w.put(line)
}

func topicLineOf(t *model.TopicLag) topicLine {
	return topicLine{t.Topic, t.Compacted, t.Transactional, each(t.Partitions, func(p *model.PartitionLag) partitionLine {
		return partitionLine{p.ID, unless(model.NoOffset, p.Committed), unless(model.NoOffset, p.Start), unless(model.NoOffset, p.End)}
	}), problemLineOf(t.Problem)}
}

func (w *Writer) tape(group string) *tape {
	t := w.groups[group]
	if t == nil {
		t = &tape{}
		w.groups[group] = t
	}
	return t
}

func (w *Writer) put(line []byte) error {
	_, err := w.out.Write(append(line, '\n'))
	if err == nil {
		w.Lines++
	}
	return err
}

// encode returns v on one line.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
