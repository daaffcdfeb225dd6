package recording

import (
	"encoding/json"
	"errors"
	"time"

	"kscope/model"
)

// What the first line says of the file.
const (
	program = "recording"
	version = 1 // of the format; names that are added do not change it
)

// A headerLine is the first line.
type headerLine struct {
	Kscope  string   `json:"kscope"` // program
	Version int      `json:"version"`
	Cluster string   `json:"cluster"`
	Groups  []string `json:"groups"`
	Started stamp    `json:"started"`
}

// The kinds of event.
const (
	described = "described"
	logged    = "logged"
	lags      = "lags"
)

// A kindLine is what every line but the first begins with.
type kindLine struct {
	Time  stamp  `json:"time"`
	Event string `json:"event"`
	Group string `json:"group"`
}

// A describedLine is one group of model.GroupsDescribed.
type describedLine struct {
	kindLine
	groupFields
}

// A loggedLine is model.GroupLogged.
type loggedLine struct {
	kindLine
	Anew         bool              `json:"anew"`
	Log          logFields         `json:"log"`
	Observations []observationLine `json:"observations"`
}

type logFields struct {
	State   string       `json:"state"`
	Read    float64      `json:"read"`
	From    stamp        `json:"from,omitzero"`
	Problem *problemLine `json:"problem,omitzero"`
}

// An observationLine is model.Observation. It stands inside of a loggedLine.
type observationLine struct {
	Time     stamp       `json:"time"`
	Since    stamp       `json:"since,omitzero"`
	Origin   string      `json:"origin"`
	Past     bool        `json:"past,omitzero"`
	Gone     bool        `json:"gone,omitzero"`
	JoinedBy stamp       `json:"joined_by,omitzero"`
	Quiet    []quietLine `json:"quiet,omitzero"`
	groupFields
}

type quietLine struct {
	MemberID string `json:"member_id"`
	Since    stamp  `json:"since"`
}

// A lagsLine is one group of model.LagsRead.
type lagsLine struct {
	kindLine
	Topics  []topicLine  `json:"topics"`
	Problem *problemLine `json:"problem,omitzero"`
}

type topicLine struct {
	Topic         string          `json:"topic"`
	Compacted     bool            `json:"compacted,omitzero"`
	Transactional bool            `json:"transactional,omitzero"`
	Partitions    []partitionLine `json:"partitions"`
	Problem       *problemLine    `json:"problem,omitzero"`
}

type partitionLine struct {
	Partition       int32  `json:"partition"`
	CommittedOffset *int64 `json:"committed_offset"`
	LogStartOffset  *int64 `json:"log_start_offset"`
	LogEndOffset    *int64 `json:"log_end_offset"`
}

// A problemLine is model.Problem without what the client reported.
type problemLine struct {
	Kind      string `json:"kind"`
	Says      string `json:"says"`
	Fix       string `json:"fix,omitzero"`
	Operation string `json:"operation,omitzero"`
	Resource  string `json:"resource,omitzero"`
}

// A stamp is a time as RFC 3339 has it, in UTC, with milliseconds, and with more
// where there is more. The zero time is null.
type stamp struct{ time.Time }

func (s stamp) MarshalJSON() ([]byte, error) {
	t := s.UTC()
	if s.IsZero() || !(stamp{t}).writable() {
		return []byte("null"), nil
	}
	layout := "2006-01-02T15:04:05.000Z"
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		layout = "2006-01-02T15:04:05.000000000Z"
	}
	return []byte(t.Format(`"` + layout + `"`)), nil
}

func (s *stamp) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil || text == nil {
		*s = stamp{}
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, *text)
	if *s = (stamp{t.UTC()}); err == nil && !s.writable() {
		err = errors.New("a time that cannot be written")
	}
	return err
}

// writable reports whether RFC 3339 has a way to write the time in UTC.
func (s stamp) writable() bool { return s.Year() > 0 && s.Year() < 10000 }

var logWords = map[model.LogWord]string{
	model.LogUnasked: "unasked", model.LogReading: "reading", model.LogFollowed: "followed", model.LogRefused: "refused",
}

var problemKinds = map[model.ProblemKind]string{
	model.Failed: "failed", model.Unreachable: "unreachable", model.Insecure: "insecure", model.Refused: "refused",
	model.Denied: "denied", model.Gone: "gone", model.Unsupported: "unsupported", model.Timeout: "timeout",
	model.Unknown: "unknown", model.ReadOnly: "read-only", model.Invalid: "invalid",
}

// keyOf returns what a word stands for; the zero value for a word of a newer kscope.
func keyOf[K comparable](words map[K]string, word string) (key K) {
	for k, w := range words {
		if w == word {
			return k
		}
	}
	return key
}

func problemLineOf(p *model.Problem) *problemLine {
	if p == nil {
		return nil
	}
	return &problemLine{problemKinds[p.Kind], p.Says, p.Fix, p.Right.Operation, p.Right.Resource}
}

func (l *problemLine) problem() *model.Problem {
	if l == nil {
		return nil
	}
	return &model.Problem{Kind: keyOf(problemKinds, l.Kind), Says: l.Says, Fix: l.Fix,
		Right: model.Right{Operation: l.Operation, Resource: l.Resource}}
}
