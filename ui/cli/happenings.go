package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kscope/model"
	"kscope/model/clean"
)

// A happening is something that happened to a group: a line of `groups watch`. It is
// one of the types below, which are what -o json prints.
type happening interface {
	when() *happened
	says() string // what stands behind time and group
}

// happened is what every line begins with.
type happened struct {
	Time     instant `json:"time"`
	Group    string  `json:"group"`
	Event    string  `json:"event"`
	Origin   string  `json:"origin"`    // polled or logged
	Past     bool    `json:"past"`      // of before kscope looked
	WithinMs *int64  `json:"within_ms"` // how much earlier it may have been; 0 if the time is exact

	rank int // among those of the same time
}

func (h *happened) when() *happened { return h }

// The order of what happens at the same time.
const (
	rankBegun = iota
	rankGroup
	rankMember
	rankOwners
	rankFinished
)

// An instant is a time on a line: RFC 3339 in UTC, to the millisecond.
type instant struct{ time.Time }

const instantLayout = "2006-01-02T15:04:05.000Z"

func (i instant) String() string { return i.UTC().Format(instantLayout) }

func (i instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + i.String() + `"`), nil
}

// A person is a member on a line.
type person struct {
	MemberID   string  `json:"member_id"`
	ClientID   string  `json:"client_id"`
	InstanceID *string `json:"instance_id"`
	Host       string  `json:"host"`

	name string
}

func personOf(s *model.Seat) person {
	return person{s.MemberID, s.ClientID, filled(s.InstanceID), s.Host, s.Name}
}

func called(people []person) string {
	words := make([]string, len(people))
	for i, p := range people {
		words[i] = p.name
	}
	return strings.Join(words, ", ")
}

// watching is the first line of a group: how it is when the watching begins.
type watching struct {
	happened
	Type        string     `json:"type"`
	State       *string    `json:"state"`
	Protocol    *string    `json:"protocol"`
	Coordinator *int32     `json:"coordinator"`
	Epoch       *int32     `json:"epoch"`
	Members     []attendee `json:"members"`

	inferred bool // Epoch is
}

type attendee struct {
	person
	Assignment []topicPartition `json:"assignment"`
}

func (w *watching) says() string {
	owned := 0
	words := make([]string, len(w.Members))
	for i, m := range w.Members {
		owned += len(m.Assignment)
		words[i] = m.name + " " + id(len(m.Assignment))
	}
	epoch := known(w.Epoch, id)
	if w.inferred {
		epoch = "~" + epoch
	}
	return fmt.Sprintf("%s, epoch %s, %s of %s: %s", known(w.State, same), epoch, plural(int64(owned), "partition"),
		plural(int64(len(w.Members)), "member"), orDash(strings.Join(words, ", ")))
}

// membership is a member that comes or goes.
type membership struct {
	happened
	person
}

func (m *membership) says() string {
	where := strings.TrimSpace(m.ClientID + " " + m.Host)
	return m.name + " (" + where + ")"
}

// stateChange is the group's state, which is another.
type stateChange struct {
	happened
	From *string `json:"from"`
	To   *string `json:"to"`
}

func (s *stateChange) says() string { return known(s.From, same) + " → " + known(s.To, same) }

// presence is the group itself, which came or went.
type presence struct{ happened }

func (p *presence) says() string { return "" }

// ownership is partitions that others own than before, by topic and partition.
type ownership struct {
	happened
	Changes []ownerChange `json:"changes"`

	names map[string]string // of members, by id
}

// An ownerChange has the ids of members: none where nobody owns the partition, more
// than one where members of a share group share it.
type ownerChange struct {
	Topic     string   `json:"topic"`
	Partition int32    `json:"partition"`
	From      []string `json:"from"`
	To        []string `json:"to"`
}

// says puts those together that go the same way: "orders 1 2 3 a → b".
func (o *ownership) says() string {
	type way struct{ topic, from, to string }
	var ways []way
	moved := map[way][]string{}
	for _, c := range o.Changes {
		w := way{c.Topic, o.called(c.From), o.called(c.To)}
		if moved[w] == nil {
			ways = append(ways, w)
		}
		moved[w] = append(moved[w], id(c.Partition))
	}
	words := make([]string, len(ways))
	for i, w := range ways {
		words[i] = w.topic + " " + strings.Join(moved[w], " ") + ": " + w.from + " → " + w.to
	}
	return strings.Join(words, "; ")
}

func (o *ownership) called(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = o.names[id]
	}
	if len(words) == 0 {
		return "nobody"
	}
	return strings.Join(words, ", ")
}

// rebalanceBegun is a rebalance that is under way.
type rebalanceBegun struct {
	happened
	From    *int32   `json:"from"`
	Trigger *string  `json:"trigger"`
	Who     []person `json:"who"`
}

func (r *rebalanceBegun) says() string {
	return "from " + known(r.From, id) + cause(r.Trigger, r.Who)
}

// cause is what set a rebalance off: ", joined c".
func cause(trigger *string, who []person) string {
	if trigger == nil {
		return ""
	}
	return strings.TrimRight(", "+*trigger+" "+called(who), " ")
}

// rebalanceFinished is a rebalance that is over.
type rebalanceFinished struct {
	happened
	From     *int32        `json:"from"`
	To       *int32        `json:"to"`
	Inferred bool          `json:"inferred"`
	Trigger  *string       `json:"trigger"`
	Who      []person      `json:"who"`
	Begun    instant       `json:"begun"`
	TookMs   *int64        `json:"took_ms"`
	PauseMs  *int64        `json:"pause_ms"`
	LagBuilt *int64        `json:"lag_built"`
	Moved    *int          `json:"moved"`
	Kept     *int          `json:"kept"`
	Lost     *int          `json:"lost"`
	Members  []memberShare `json:"members"`
	Phases   []phaseTime   `json:"phases"`
}

type memberShare struct {
	MemberID string `json:"member_id"`
	Kept     int    `json:"kept"`
	Gained   int    `json:"gained"`
	Lost     int    `json:"lost"`
}

type phaseTime struct {
	State string `json:"state"`
	Ms    int64  `json:"ms"`
}

func (r *rebalanceFinished) says() string {
	about := ""
	if r.Inferred {
		about = "~"
	}
	return fmt.Sprintf("%s%s → %s%s, moved %s, kept %s, lost %s, took %s, pause %s, lag built %s", about, known(r.From, id), known(r.To, id),
		cause(r.Trigger, r.Who), known(r.Moved, id), known(r.Kept, id), known(r.Lost, id), known(r.TookMs, span), known(r.PauseMs, span), known(r.LagBuilt, id))
}

// span writes milliseconds without a blank: 340ms, 2.7s, 12m30s.
func span(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	}
	return d.String()
}

// logState is the group's log, which is read from now on, or is not to be had.
type logState struct {
	happened
	State string  `json:"state"` // followed or refused
	From  instant `json:"from"`
	Why   *string `json:"why"`
}

func (l *logState) says() string {
	switch {
	case l.Why != nil:
		return l.State + ": " + *l.Why
	case !l.From.IsZero():
		return l.State + ", known from " + l.From.String()
	}
	return l.State
}

// eventWords are what the text calls events.
var eventWords = map[string]string{
	"watching": "watching", "log": "log", "group_gone": "group gone", "group_back": "group back", "state": "state",
	"member_joined": "member joined", "member_left": "member left", "member_expired": "member expired", "member_gone": "member gone",
	"owners": "owners", "rebalance_begun": "rebalance begun", "rebalance_finished": "rebalance finished",
}

// appendHappening appends the line of a happening: time, group, what, and the rest.
// What is of the past, and what may have been earlier, is marked.
func appendHappening(line []byte, h happening) []byte {
	head := h.when()
	mark := ""
	switch {
	case head.Past:
		mark = " (past)"
	case head.WithinMs != nil && *head.WithinMs > 0:
		mark = " (±" + span(*head.WithinMs) + ")"
	}
	text := fmt.Sprintf("%s %s %s%s %s", head.Time, head.Group, eventWords[head.Event], mark, h.says())
	return append(append(line, clean.Text(strings.TrimRight(text, " "))...), '\n')
}

// inOrder sorts happenings by time, and those of the same time as one reads them.
func inOrder(all []happening) {
	slices.SortStableFunc(all, func(a, b happening) int {
		if c := a.when().Time.Compare(b.when().Time.Time); c != 0 {
			return c
		}
		return a.when().rank - b.when().rank
	})
}
