package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A truth is what happens to a made-up classic group, and what can be seen of it.
type truth struct {
	r       *rand.Rand
	sticky  bool // cooperative
	blanks  bool // brokers tell no assignment during a rebalance, as fakes do
	at      time.Duration
	epoch   int32
	members []string
	joined  int
	owned   map[string][]int32
	done    []change
	seen    []sight // by time
}

// A change is one rebalance that happened.
type change struct {
	begun, ended time.Duration
	epoch        int32
	moved        int
}

// A sight is what a poll would see from then on, or a record of the log.
type sight struct {
	at    time.Duration
	group Group
	log   bool
}

const truthPartitions = 12

// happen has the group rebalance n times.
func (g *truth) happen(n int) {
	g.owned = map[string][]int32{}
	for range n {
		g.at += time.Duration(1+g.r.IntN(5000)) * time.Millisecond
		g.rebalance()
	}
}

func (g *truth) rebalance() {
	g.members = g.next()
	took := time.Duration(1+g.r.IntN(1200)) * time.Millisecond
	if g.r.IntN(3) == 0 {
		took = time.Duration(g.r.IntN(40)) * time.Millisecond // polls miss it
	}
	begun := g.at
	g.see(g.group("PreparingRebalance", slices.Clone(g.members)), false)
	g.at += took
	g.epoch++
	was := g.owners()
	g.assign()
	moved := 0
	for p, o := range g.owners() {
		if o != was[p] && o != "" {
			moved++
		}
	}
	word := "Stable"
	if len(g.members) == 0 {
		word = "Empty"
	}
	g.see(g.group(word, g.members), true)
	g.done = append(g.done, change{begun, g.at, g.epoch, moved})
}

// next returns the members after some came or went.
func (g *truth) next() []string {
	members := slices.Clone(g.members)
	if len(members) > 0 && g.r.IntN(2) == 0 {
		i := g.r.IntN(len(members))
		members = slices.Delete(members, i, i+1)
	}
	if len(g.members) == 0 || len(members) < 6 && g.r.IntN(2) == 0 {
		g.joined++
		members = append(members, fmt.Sprintf("%c-%d", 'a'+g.joined%7, g.joined))
	}
	return members
}

func (g *truth) owners() (owners [truthPartitions]string) {
	for m, ps := range g.owned {
		for _, p := range ps {
			owners[p] = m
		}
	}
	return owners
}

// assign gives every partition to a member; what stays is up to chance.
func (g *truth) assign() {
	before := g.owners()
	g.owned = map[string][]int32{}
	for p := range int32(truthPartitions) {
		if len(g.members) == 0 {
			return
		}
		to := before[p]
		if !slices.Contains(g.members, to) || g.r.IntN(3) == 0 {
			to = g.members[g.r.IntN(len(g.members))]
		}
		g.owned[to] = append(g.owned[to], p)
	}
}

func (g *truth) group(state string, members []string) Group {
	out := Group{ID: "billing", Kind: Classic, State: state, Epoch: NoEpoch, AssignmentEpoch: NoEpoch, Coordinator: 1}
	stable := state == "Stable" || state == "Empty"
	if stable {
		out.Epoch = g.epoch
	}
	if state == "Stable" {
		out.Assignor = "range"
		if g.sticky {
			out.Assignor = "cooperative-sticky"
		}
	}
	slices.Sort(members)
	for _, id := range slices.Compact(members) {
		m := Member{ID: id, ClientID: id[:1], Host: "10.0.0.1", Epoch: NoEpoch, Assigned: map[string][]int32{}}
		if stable || !g.blanks {
			m.Assigned["orders"] = slices.Clone(g.owned[id])
		}
		if stable {
			m.Subscribed = []string{"orders"}
		}
		out.Members = append(out.Members, m)
	}
	return out
}

func (g *truth) see(group Group, log bool) {
	g.seen = append(g.seen, sight{g.at, group, log})
}

// asPolled is what a poll sees: of the generation only what subscriptions tell.
func (s *sight) asPolled() Group {
	g := s.group
	g.Inferred = true
	if g.State == "Empty" {
		g.Epoch = NoEpoch
	}
	return g
}

const truthPolls = 250 * time.Millisecond

// watch returns the history that is made of what happened by polling, and by the log
// too if that is followed. Polls and records cross: either may come first.
func (g *truth) watch(followed bool) *History {
	h := &History{Group: "billing"}
	if followed {
		h.Log.State = LogFollowed
	}
	poll, latest := time.Duration(0), Group{ID: "billing", Kind: Classic, State: "Dead", Epoch: NoEpoch, AssignmentEpoch: NoEpoch}
	for i := range g.seen {
		s := &g.seen[i]
		for ; poll < s.at; poll += truthPolls {
			h = h.Observe(Observation{At: noon.Add(poll), Since: h.polledAt, Origin: Polled, Group: latest})
		}
		late := s.log && g.r.IntN(2) == 0 && poll < s.at+5*time.Millisecond
		record := Observation{At: noon.Add(s.at), Origin: Logged, Group: s.group}
		if followed && s.log && !late {
			h = h.Observe(record)
		}
		latest = s.asPolled()
		if late {
			h = h.Observe(Observation{At: noon.Add(poll), Since: h.polledAt, Origin: Polled, Group: latest})
			poll += truthPolls
		}
		if followed && s.log && late {
			h = h.Observe(record)
		}
	}
	for end := g.at + 4*time.Second; poll < end; poll += truthPolls {
		h = h.Observe(Observation{At: noon.Add(poll), Since: h.polledAt, Origin: Polled, Group: latest})
	}
	return h
}

func truths(t *testing.T, check func(t *testing.T, g *truth)) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := &truth{r: r, sticky: seed%2 == 0, blanks: seed%3 == 0}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g.happen(1 + r.IntN(40))
			check(t, g)
		})
	}
}

// By the log every rebalance is told once, and none that did not happen.
func TestTruthByTheLog(t *testing.T) {
	truths(t, func(t *testing.T, g *truth) {
		h := g.watch(true)
		holds(t, h)
		told := h.Rebalances
		if len(told) > 0 && told[0].To == 1 { // what polls saw of the first one, before the log told anything
			told = told[1:]
		}
		want := g.done[1:]
		if len(told) != len(want) || h.Open != nil {
			t.Fatalf("%d told of %d; open: %v\n%s", len(told), len(want), h.Open, tellRebalances(h))
		}
		for i, c := range want {
			r := &told[i]
			if r.From != c.epoch-1 || r.To != c.epoch || r.Inferred || !r.Ended.Equal(noon.Add(c.ended)) || r.Moved != c.moved {
				t.Fatalf("%s, want %+v", tellRebalance(h, r), c)
			}
			if off := r.Begun.Sub(noon.Add(c.begun)); r.Began && off.Abs() > truthPolls+10*time.Millisecond {
				t.Fatalf("%s began %v late: %+v", tellRebalance(h, r), off, c)
			}
		}
		rightNow(t, g, h)
	})
}

// By polling none is told twice, and none invented; those that last longer than the
// time between two polls are all told.
func TestTruthByPolling(t *testing.T) {
	truths(t, func(t *testing.T, g *truth) {
		h := g.watch(false)
		holds(t, h)
		if h.Open != nil {
			t.Fatalf("open: %+v", h.Open)
		}
		i := 0
		for j := range h.Rebalances {
			r := &h.Rebalances[j]
			from := i
			for i < len(g.done) && !noon.Add(g.done[i].ended).After(r.Ended) {
				i++
			}
			if from == i {
				t.Fatalf("%s did not happen\n%s%+v", tellRebalance(h, r), tellRebalances(h), g.done)
			}
			long := 0
			for _, c := range g.done[from:i] {
				if c.ended-c.begun > truthPolls {
					long++
				}
			}
			if last := g.done[i-1]; long > 1 && g.done[from].ended+2*truthPolls < last.begun {
				t.Fatalf("%s is told of %d long ones: %+v", tellRebalance(h, r), long, g.done[from:i])
			}
		}
		if i != len(g.done) {
			t.Fatalf("the last %d are not told\n%s%+v", len(g.done)-i, tellRebalances(h), g.done)
		}
		rightNow(t, g, h)
	})
}

// rightNow reports where the latest moment is not what the group has come to.
func rightNow(t *testing.T, g *truth, h *History) {
	t.Helper()
	m := &h.Moments[len(h.Moments)-1]
	owners := g.owners()
	for lane, l := range h.Lanes {
		got := ""
		if o := m.Owner(lane); o >= 0 {
			got = h.Seats[o].MemberID
		}
		if got != owners[l.Partition] {
			t.Fatalf("%d is %q's, want %q's", l.Partition, got, owners[l.Partition])
		}
	}
	if (&Group{State: m.State}).Rebalancing() {
		t.Fatalf("the group still is %s", m.State)
	}
}
