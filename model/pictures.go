package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// A picture is an observation in the terms of a history.
type picture struct {
	Moment
	surety   surety
	eager    bool       // members read nothing until they are agreed
	roll     []attendee // of the members
	wanted   []bool     // lanes that are owned, or are to be
	told     time.Time  // when the group was like this, by the clock of who told
	joinedBy time.Time
	quiet    map[string]time.Time
	afterGap bool // nobody looked for long before
	behind   bool // some members have not come to the group's epoch
}

// An attendee is who took part in a generation.
type attendee struct {
	seat       int
	subscribed string // empty if not known
}

// picture puts an observation into the terms of the history, which gets the seats and
// lanes that are new.
func (f *fold) picture(o *Observation, at, since time.Time) *picture {
	g := &o.Group
	p := &picture{told: f.clocked(o, at), joinedBy: o.JoinedBy, quiet: o.Quiet, eager: !g.Cooperative(), Moment: Moment{
		At: at, Since: since, Origin: o.Origin, Past: o.Past, State: g.State, Epoch: g.Epoch, AssignmentEpoch: g.AssignmentEpoch,
		Assignor: g.Assignor, Coordinator: g.Coordinator, Gone: o.Gone,
	}}
	switch {
	case g.Epoch == NoEpoch:
	case g.Inferred:
		p.surety = inferredEpoch
	default:
		p.surety = exactEpoch
	}
	seats := f.seat(g.Members, at)
	p.Members = make([]Presence, len(g.Members))
	p.roll = make([]attendee, len(g.Members))
	for i := range g.Members {
		m := &g.Members[i]
		p.roll[i] = attendee{seats[i], m.subscription()}
		p.behind = p.behind || f.Kind == Share && m.Epoch < g.Epoch
		p.Members[i] = Presence{Seat: seats[i], Epoch: m.Epoch, Target: m.target()}
		for topic, partitions := range m.reads(g) {
			p.Members[i].Owned += len(partitions)
			for _, n := range partitions {
				f.own(p, Lane{topic, n}, Owner(seats[i]))
			}
		}
		for topic, partitions := range m.Target {
			for _, n := range partitions {
				p.wanted = flag(p.wanted, f.lane(Lane{topic, n}), true)
			}
		}
	}
	f.sortLanes()
	return p
}

// clocked returns the time of an observation that is exact: of the log. It is after
// that of the record before, unless another broker's clock is behind.
func (f *fold) clocked(o *Observation, at time.Time) time.Time {
	switch {
	case o.Origin == Polled:
		return at
	case o.At.Before(f.loggedAt):
		return f.loggedAt
	}
	return o.At
}

// own has the picture say that a partition is read.
func (f *fold) own(p *picture, l Lane, by Owner) {
	lane := f.lane(l)
	if lane < 0 || by < 0 { // there are more seats than owners can be told apart
		return
	}
	p.wanted = flag(p.wanted, lane, true)
	if f.Kind != Share {
		for len(p.Owners) <= lane {
			p.Owners = append(p.Owners, Nobody)
		}
		p.Owners[lane] = by
		return
	}
	for len(p.Sharers) <= lane {
		p.Sharers = append(p.Sharers, nil)
	}
	if at, found := slices.BinarySearch(p.Sharers[lane], by); !found {
		p.Sharers[lane] = slices.Insert(p.Sharers[lane], at, by)
	}
}

// flag sets what is said of a lane.
func flag(lanes []bool, lane int, to bool) []bool {
	if lane < 0 {
		return lanes
	}
	for len(lanes) <= lane {
		lanes = append(lanes, false)
	}
	lanes[lane] = to
	return lanes
}

// target returns how many partitions a member is to have; -1 where the protocol has no
// such thing.
func (m *Member) target() int {
	if m.Target == nil {
		return -1
	}
	n := 0
	for _, ps := range m.Target {
		n += len(ps)
	}
	return n
}

// reads returns what a member reads: of a streams group's, which has tasks, the source
// partitions of the active ones.
func (m *Member) reads(g *Group) map[string][]int32 {
	if m.Assigned != nil || g.Topology == nil {
		return m.Assigned
	}
	read := map[string][]int32{}
	for _, t := range m.Tasks {
		if t.Kind != ActiveTask || t.Target {
			continue
		}
		for _, sub := range g.Topology.Subtopologies {
			if sub.ID != t.Subtopology {
				continue
			}
			for _, topic := range sub.Sources {
				read[topic] = append(read[topic], t.Partitions...)
			}
		}
	}
	return read
}

// subscription writes down what a member subscribes to; empty if that is not known.
func (m *Member) subscription() string {
	if m.Subscribed == nil && m.Pattern == "" {
		return ""
	}
	topics := m.Subscribed
	if !slices.IsSorted(topics) {
		topics = slices.Sorted(slices.Values(topics))
	}
	return strings.Join(topics, "\x00") + "\x01" + m.Pattern
}

// rebalancing reports whether the members are not agreed. Share groups have no state
// for it.
func (p *picture) rebalancing() bool { return p.behind || (&Group{State: p.State}).Rebalancing() }

// complete fills in what the observation does not tell and cannot have changed.
func (f *fold) complete(p *picture) {
	n := len(f.Moments)
	if n == 0 || p.Gone {
		return
	}
	last := &f.Moments[n-1]
	if p.Coordinator == NoBroker {
		p.Coordinator = last.Coordinator
	}
	if p.Assignor == "" && len(p.Members) > 0 {
		p.Assignor = last.Assignor // brokers blank it during a rebalance
		p.eager = !(&Group{Kind: f.Kind, Assignor: p.Assignor}).Cooperative()
	}
}

// lane returns where a partition is in Lanes, and adds it if it is not there; -1 if
// there is no more room, or no such partition.
func (f *fold) lane(l Lane) int {
	if i, ok := f.lanes[l]; ok {
		return i
	}
	if l.Partition < 0 || len(f.Lanes) >= lanesKept {
		return -1
	}
	if len(f.order) == len(f.Lanes) { // the first of this observation
		lanes := make(map[Lane]int, len(f.lanes)+16)
		maps.Copy(lanes, f.lanes)
		f.lanes = lanes
	}
	f.lanes[l] = len(f.Lanes)
	f.Lanes = grown(f.Lanes, l, func(l *Lane) bool { return l.Topic == "" && l.Partition == 0 })
	return len(f.Lanes) - 1
}

// lanesKept bounds the lanes of a history.
const lanesKept = 100_000

// sortLanes has Order tell of all lanes.
func (f *fold) sortLanes() {
	if len(f.order) == len(f.Lanes) {
		return
	}
	f.order = make([]int, len(f.Lanes))
	for i := range f.order {
		f.order[i] = i
	}
	slices.SortFunc(f.order, func(a, b int) int {
		return cmp.Or(strings.Compare(f.Lanes[a].Topic, f.Lanes[b].Topic), cmp.Compare(f.Lanes[a].Partition, f.Lanes[b].Partition))
	})
}
