package model

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A story is what was seen of a group, a line an observation:
//
//	250ms poll 5 Stable range c-1:0,1 d-1#static:2>2,3~orders
//
// is the time since noon, how it is known (poll, log, past), the epoch (? if not known,
// 5? if inferred), the state, the assignor (- if not known), and the members: id,
// instance id, the partitions of orders it has and is to have, and what it subscribes
// to. Its client id is its id up to the dash; a ^ after the id has its epoch. Words with = say by when all had joined
// (by=1s), since when a member was quiet (c-1=3s), how far polls are behind (skew=…). The
// state gone is that of no group. A line "lag 2s 100" is a sample of the lag; "followed"
// and "unfollowed" say that the log is.
type story struct {
	kind GroupKind
	h    *History
}

func toldOf(kind GroupKind, text string) *History {
	s := story{kind: kind, h: &History{Group: "billing"}}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			s.line(line)
		}
	}
	return s.h
}

func (s *story) line(line string) {
	words := strings.Fields(line)
	switch words[0] {
	case "followed":
		next := *s.h
		next.Log.State = LogFollowed
		s.h = &next
	case "unfollowed":
		s.h = s.h.unfollowed()
	case "lag":
		lag, err := strconv.Atoi(words[2])
		if err != nil {
			panic(err)
		}
		s.h = s.h.lagged(LagAt{sinceNoon(words[1]), int64(lag)})
	default:
		s.h = s.h.Observe(observation(s.kind, words))
	}
}

func span(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

func sinceNoon(text string) time.Time { return noon.Add(span(text)) }

func observation(kind GroupKind, words []string) Observation {
	o := Observation{At: sinceNoon(words[0]), Origin: Polled}
	logged := words[1] != "poll"
	if logged {
		o.Origin, o.Past = Logged, words[1] == "past"
	}
	o.Group = Group{ID: "billing", Kind: kind, State: words[3], Coordinator: 1, Epoch: NoEpoch, AssignmentEpoch: NoEpoch}
	o.Gone = words[3] == "gone"
	if epoch, inferred := strings.CutSuffix(words[2], "?"); epoch != "" {
		o.Group.Epoch, o.Group.Inferred = brokerOf(epoch), inferred
	}
	if len(words) > 4 && words[4] != "-" {
		o.Group.Assignor = words[4]
	}
	for _, word := range words[min(5, len(words)):] {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			m := membership(kind, word)
			if logged { // polls do not bring it
				m.SessionTimeout = 45 * time.Second
			}
			o.Group.Members = append(o.Group.Members, m)
		case key == "by":
			o.JoinedBy = sinceNoon(value)
		case key == "at":
			o.Group.Coordinator = brokerOf(value)
		default:
			if o.Quiet == nil {
				o.Quiet = map[string]time.Time{}
			}
			o.Quiet[key] = sinceNoon(value)
		}
	}
	return o
}

func membership(kind GroupKind, word string) Member {
	who, what, _ := strings.Cut(word, ":")
	id, instance, _ := strings.Cut(who, "#")
	id, epoch, told := strings.Cut(id, "^")
	client, _, _ := strings.Cut(id, "-")
	m := Member{ID: id, ClientID: client, InstanceID: instance, Host: "/10.0.0.1", Epoch: NoEpoch}
	if told {
		m.Epoch = brokerOf(epoch)
	}
	what, topics, ok := strings.Cut(what, "~")
	if ok {
		m.Subscribed = strings.Split(topics, ",")
	}
	has, target, ok := strings.Cut(what, ">")
	m.Assigned = partitionsOf(has)
	if kind == Consumer || kind == Streams {
		m.Target = m.Assigned
	}
	if ok {
		m.Target = partitionsOf(target)
	}
	return m
}

// partitionsOf reads partitions of orders: 0,2-5.
func partitionsOf(text string) map[string][]int32 {
	all := map[string][]int32{}
	for _, part := range strings.Split(text, ",") {
		if part == "" {
			continue
		}
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			to = from
		}
		for p := brokerOf(from); p <= brokerOf(to); p++ {
			all["orders"] = append(all["orders"], p)
		}
	}
	return all
}

// tellRebalances writes the rebalances of a history down, a line each:
//
//	5→6? joined c-2; 3s to 5s ±250ms; moved 2 kept 2 lost 0; pause 4s; lag 20; Preparing 2s
//
// The beginning is left out if it was not seen.
func tellRebalances(h *History) string {
	var b strings.Builder
	for i := range h.Rebalances {
		b.WriteString(tellRebalance(h, &h.Rebalances[i]) + "\n")
	}
	if h.Open != nil {
		b.WriteString("open " + tellRebalance(h, h.Open) + "\n")
	}
	return b.String()
}

func tellRebalance(h *History, r *Rebalance) string {
	epoch := func(e int32) string {
		if e == NoEpoch {
			return "?"
		}
		return fmt.Sprint(e)
	}
	s := epoch(r.From) + "→" + epoch(r.To)
	if r.Inferred {
		s += "?"
	}
	s += " " + string(r.Trigger)
	for _, seat := range r.Who {
		s += " " + h.Seats[seat].MemberID
	}
	s += "; "
	if r.Began {
		s += r.Begun.Sub(noon).String() + " "
	}
	s += "to"
	if !r.Ended.IsZero() {
		s += " " + r.Ended.Sub(noon).String()
	}
	if r.Within > 0 {
		s += " ±" + r.Within.String()
	}
	if r.Before != nil && r.After != nil {
		s += fmt.Sprintf("; moved %d kept %d lost %d", r.Moved, r.Kept, r.Lost)
	}
	if r.Pause >= 0 {
		s += "; pause " + r.Pause.String()
	}
	if r.LagBuilt >= 0 {
		s += fmt.Sprintf("; lag %d", r.LagBuilt)
	}
	for _, p := range r.Phases {
		s += "; " + p.State + " " + p.For.String()
	}
	if r.Past {
		s += "; past"
	}
	return s
}

// tellLanes writes who owned the lanes of a history from moment to moment: letters, .
// for nobody, ? for a time that nobody watched.
func tellLanes(h *History) string {
	var b strings.Builder
	for i := range h.Moments {
		m := &h.Moments[i]
		fmt.Fprintf(&b, "%v ", m.At.Sub(noon))
		for _, lane := range h.Order() {
			switch o := m.Owner(lane); o {
			case Nobody:
				b.WriteByte('.')
			case Unwatched:
				b.WriteByte('?')
			default:
				b.WriteByte(byte('A' + h.Seats[o].Letter))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// lines takes the indentation off a text.
func lines(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if got != lines(want) {
		t.Errorf("%s:\n%swant:\n%s", what, got, lines(want))
	}
}

// tellSeats writes the seats of a history down: letter, name, member id.
func tellSeats(h *History) string {
	var b strings.Builder
	for _, s := range h.Seats {
		fmt.Fprintf(&b, "%c %s %s\n", 'A'+rune(s.Letter), s.Name, s.MemberID)
	}
	return b.String()
}
