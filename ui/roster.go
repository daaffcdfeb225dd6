package ui

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// A roster is the members of a group at one time, and what each owns.
type roster struct {
	group *model.Group // as it is now; nil if there is none of that name
	rows  []seated     // as they first came
	at    time.Time    // when this was so; zero is now
	state string
	since time.Time // from when on the group was in that state; zero if not known
	epoch int32     // generation or group epoch
	// assignment is the epoch of the assignment that members converge to; NoEpoch
	// where there is none.
	assignment int32
	assignor   string
	gone       bool
	partitions int          // that there are to own; 0 if not known
	unowned    []model.Lane // by topic and number
}

// seated is one member of a roster.
type seated struct {
	id, name   string
	client     string
	host       string
	instance   string
	letter     int
	first      time.Time     // when it was first seen; zero if not known
	longer     bool          // it was there before that
	member     *model.Member // as it is now; nil if the roster is of the past
	epoch      int32
	owns       []model.Lane // by topic and number
	to         int          // partitions it is to have; -1 where the protocol has none
	get, give  int          // how many of them it has not, and how many others it has
	lag        memberLag
	idle       string // why it reads nothing; empty if it reads something, or that is not known
	foreign    string // the protocol that its assignment is written in, if not that of consumers
	behindWith int32  // the group's epoch if the member's is older, else NoEpoch
}

// memberLag is how far a member is behind, over what it owns. What is not known is
// negative.
type memberLag struct {
	known   bool
	lag     int64
	in, out float64
	deleted int64
}

var unknownLag = memberLag{lag: model.NoLag, in: -1, out: -1}

// rosterOf returns the members of the selected group at a time, zero for now.
func rosterOf(f *Frame, at time.Time) roster {
	r := roster{at: at, epoch: model.NoEpoch, assignment: model.NoEpoch}
	g, ok := f.Group(f.Sel.Group)
	if ok {
		r.group = g
	}
	h := f.Histories[f.Sel.Group]
	moment, known := heldAt(h, at)
	switch {
	case known:
		r.seat(f, h, moment)
	case ok:
		r.describe(f, g)
	}
	r.gone = !ok && !known || known && moment.Gone
	r.count(f, h, moment)
	return r
}

// heldAt returns what a history knows of a time; zero is the latest.
func heldAt(h *model.History, at time.Time) (*model.Moment, bool) {
	if h == nil || len(h.Moments) == 0 {
		return nil, false
	}
	if at.IsZero() {
		return &h.Moments[len(h.Moments)-1], true
	}
	m, ok := h.AsOf(at)
	return &m, ok
}

// seat takes the members from a history: it knows who owns what also while the
// coordinator does not tell.
func (r *roster) seat(f *Frame, h *model.History, m *model.Moment) {
	r.state, r.epoch, r.assignment, r.assignor = m.State, m.Epoch, m.AssignmentEpoch, m.Assignor
	r.since = heldSince(h, m)
	owns, present := lanesBySeat(h, m), map[string]*model.Member{}
	if r.group != nil {
		for i := range r.group.Members {
			present[r.group.Members[i].ID] = &r.group.Members[i]
		}
	}
	for _, p := range m.Members {
		s := &h.Seats[p.Seat]
		row := seated{
			id: s.MemberID, name: s.Name, client: s.ClientID, host: s.Host, instance: s.InstanceID, letter: s.Letter,
			first: s.First, longer: !s.First.After(h.Begin), epoch: p.Epoch, owns: owns[p.Seat], to: p.Target, behindWith: model.NoEpoch, lag: unknownLag,
		}
		if h.Kind != model.Consumer && h.Kind != model.Streams {
			row.to = -1
		}
		if r.at.IsZero() {
			row.now(f, r.group, present[row.id])
		}
		row.behind(r.group, m.Epoch)
		r.rows = append(r.rows, row)
	}
}

// describe takes the members from the group as it is described.
func (r *roster) describe(f *Frame, g *model.Group) {
	r.state, r.epoch, r.assignment, r.assignor = g.State, g.Epoch, g.AssignmentEpoch, g.Assignor
	for i := range g.Members {
		m := &g.Members[i]
		row := seated{
			id: m.ID, name: cmp.Or(m.InstanceID, m.ClientID, m.ID), client: m.ClientID, host: m.Host, instance: m.InstanceID, letter: i,
			epoch: m.Epoch, owns: lanesOf(m.Assigned), to: -1, behindWith: model.NoEpoch, lag: unknownLag,
		}
		if m.Target != nil {
			row.to = len(lanesOf(m.Target))
		}
		row.now(f, g, m)
		row.behind(g, g.Epoch)
		r.rows = append(r.rows, row)
	}
}

// now adds what is known of a member as it is at present: m is that, and may be nil.
func (s *seated) now(f *Frame, g *model.Group, m *model.Member) {
	if g == nil {
		return
	}
	s.lag = lagOf(f.Lags[g.ID], s.owns)
	if g.Kind == model.Classic && g.ProtocolType != "" && g.ProtocolType != "consumer" {
		s.foreign = g.ProtocolType
	}
	if m == nil {
		return
	}
	s.member = m
	if len(s.owns) == 0 {
		s.idle = f.IdleReason(g, s.member)
	}
	if s.member.Target == nil {
		s.to = -1
	} else {
		s.get, s.give = difference(s.member.Assigned, s.member.Target)
	}
}

// behind notes that a member has not come to the group's epoch yet. Members of
// classic groups have no epoch of their own.
func (s *seated) behind(g *model.Group, epoch int32) {
	if g != nil && g.Kind != model.Classic && g.Kind != "" && s.epoch >= 0 && s.epoch < epoch {
		s.behindWith = epoch
	}
}

// difference counts the partitions that are to come and those that are to go.
func difference(assigned, target map[string][]int32) (get, give int) {
	have, want := lanesOf(assigned), lanesOf(target)
	for _, l := range want {
		if _, ok := slices.BinarySearchFunc(have, l, compareLanes); !ok {
			get++
		}
	}
	for _, l := range have {
		if _, ok := slices.BinarySearchFunc(want, l, compareLanes); !ok {
			give++
		}
	}
	return get, give
}

// lagOf adds up how far a group is behind in some partitions.
func lagOf(l *model.GroupLag, owns []model.Lane) memberLag {
	sum := unknownLag
	for _, lane := range owns {
		p := l.Partition(lane.Topic, lane.Partition)
		if p == nil || p.Lag == model.NoLag {
			continue
		}
		sum.known = true
		sum.lag = max(sum.lag, 0) + p.Lag
		sum.deleted += p.Deleted
		if p.In >= 0 && p.Out >= 0 {
			sum.in, sum.out = max(sum.in, 0)+p.In, max(sum.out, 0)+p.Out
		}
	}
	return sum
}

// heldSince is from when on a group was in the state it is in at a moment; zero if
// that is longer ago than is known.
func heldSince(h *model.History, m *model.Moment) time.Time {
	i, _ := slices.BinarySearchFunc(h.Moments, m.At, func(m model.Moment, at time.Time) int { return m.At.Compare(at) })
	if i >= len(h.Moments) {
		return time.Time{}
	}
	for i > 0 && h.Moments[i-1].State == m.State && !h.Moments[i-1].Unwatched {
		i--
	}
	if i == 0 {
		return time.Time{}
	}
	return h.Moments[i].At
}

// lanesBySeat returns what each seat owns at a moment, by topic and number.
func lanesBySeat(h *model.History, m *model.Moment) map[int][]model.Lane {
	owns := map[int][]model.Lane{}
	add := func(lane int, o model.Owner) {
		if o >= 0 {
			owns[int(o)] = append(owns[int(o)], h.Lanes[lane])
		}
	}
	for lane, o := range m.Owners {
		add(lane, o)
	}
	for lane, sharers := range m.Sharers {
		for _, o := range sharers {
			if lane >= len(m.Owners) || m.Owners[lane] != o {
				add(lane, o)
			}
		}
	}
	for _, lanes := range owns {
		slices.SortFunc(lanes, compareLanes)
	}
	return owns
}

// lanesOf lists partitions by topic and number.
func lanesOf(assigned map[string][]int32) []model.Lane {
	var lanes []model.Lane
	for topic, partitions := range assigned {
		for _, p := range partitions {
			lanes = append(lanes, model.Lane{Topic: topic, Partition: p})
		}
	}
	slices.SortFunc(lanes, compareLanes)
	return lanes
}

func compareLanes(a, b model.Lane) int {
	return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

// count works out which partitions nobody owns, of the topics that the group reads.
func (r *roster) count(f *Frame, h *model.History, m *model.Moment) {
	owned := map[model.Lane]bool{}
	for _, row := range r.rows {
		for _, l := range row.owns {
			owned[l] = true
		}
	}
	var all []model.Lane
	for _, name := range slices.Sorted(maps.Keys(r.topics(h, m))) {
		if t, ok := f.Topic(name); ok {
			for i := range t.Partitions {
				all = append(all, model.Lane{Topic: name, Partition: t.Partitions[i].ID})
			}
			continue
		}
		if h != nil { // the topic is not there, or may not be described
			all = append(all, lanesIn(h, name)...)
		}
	}
	r.partitions = len(all)
	for _, l := range all {
		if !owned[l] {
			r.unowned = append(r.unowned, l)
		}
	}
}

// topics are those that the members own partitions of, and those that they subscribe
// to; if that is not known, those that anyone owned partitions of until then.
func (r *roster) topics(h *model.History, m *model.Moment) map[string]bool {
	topics, told := map[string]bool{}, false
	for _, row := range r.rows {
		for _, l := range row.owns {
			topics[l.Topic] = true
		}
		if row.member != nil && row.member.Subscribed != nil {
			told = true
			for _, t := range row.member.Subscribed {
				topics[t] = true
			}
		}
	}
	if m != nil && !told {
		for _, l := range h.Lanes[:min(len(m.Owners), len(h.Lanes))] {
			topics[l.Topic] = true
		}
	}
	return topics
}

// lanesIn returns the partitions of a topic that anyone ever owned, by number.
func lanesIn(h *model.History, topic string) []model.Lane {
	lanes := slices.DeleteFunc(slices.Clone(h.Lanes), func(l model.Lane) bool { return l.Topic != topic })
	slices.SortFunc(lanes, compareLanes)
	return lanes
}

// lanesText writes partitions as orders 0-3 7, payments 1; without the topic if it
// is the only one of its group.
func lanesText(lanes []model.Lane, only string) string {
	var b strings.Builder
	for i := 0; i < len(lanes); {
		topic, from := lanes[i].Topic, i
		for i < len(lanes) && lanes[i].Topic == topic {
			i++
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		if topic != only {
			b.WriteString(topic + " ")
		}
		b.WriteString(runs(lanes[from:i]))
	}
	return b.String()
}

// runs writes the numbers of a topic's partitions with runs drawn together: 0-3 7.
func runs(lanes []model.Lane) string {
	var b []byte
	for i := 0; i < len(lanes); {
		j := i
		for j+1 < len(lanes) && lanes[j+1].Partition == lanes[j].Partition+1 {
			j++
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(lanes[i].Partition), 10)
		if j > i {
			b = strconv.AppendInt(append(b, '-'), int64(lanes[j].Partition), 10)
		}
		i = j + 1
	}
	return string(b)
}

// onlyTopic is the topic of all the partitions of a roster; empty if there are
// several.
func (r *roster) onlyTopic() string {
	only := ""
	for _, row := range r.rows {
		for _, l := range row.owns {
			if only != "" && l.Topic != only {
				return ""
			}
			only = l.Topic
		}
	}
	for _, l := range r.unowned {
		if only != "" && l.Topic != only {
			return ""
		}
	}
	return only
}

// letterOf is how a consumer is called in one cell: A to Z, then a to z, then
// anew; colours tell those apart that have the same.
func letterOf(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return letters[n%len(letters) : n%len(letters)+1]
}
