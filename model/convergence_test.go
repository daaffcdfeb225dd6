package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A convergence is a made-up group of KIP-848: epochs are bumped, and members converge
// to the target step by step, or are overtaken by the next bump.
type convergence struct {
	r       *rand.Rand
	at      time.Duration
	epoch   int32
	members []*converging
	joined  int
	bumps   []bump
	steps   []step
}

type converging struct {
	id          string
	epoch       int32
	has, target []int32
}

// A bump is a change of the epoch, and when it ended: all were agreed, or the next came.
type bump struct{ begun, ended time.Duration }

type step struct {
	at    time.Duration
	group Group
}

func (c *convergence) happen(n int) {
	for range n {
		c.pass(4000)
		c.bump()
		for i := 0; !c.agreed() && (i == 0 || c.r.IntN(12) > 0); i++ {
			c.pass(700)
			c.heartbeat()
		}
	}
	for !c.agreed() {
		c.pass(700)
		c.heartbeat()
	}
}

func (c *convergence) pass(most int) { c.at += time.Duration(1+c.r.IntN(most)) * time.Millisecond }

func (c *convergence) bump() {
	if n := len(c.bumps); n > 0 && c.bumps[n-1].ended == 0 {
		c.bumps[n-1].ended = c.at
	}
	c.bumps = append(c.bumps, bump{begun: c.at})
	c.epoch++
	if len(c.members) > 0 && c.r.IntN(2) == 0 {
		i := c.r.IntN(len(c.members))
		c.members = slices.Delete(c.members, i, i+1)
	} else if len(c.members) < 6 {
		c.joined++
		c.members = append(c.members, &converging{id: fmt.Sprintf("%c-%d", 'a'+c.joined%7, c.joined)})
	}
	for _, m := range c.members {
		m.target = nil
	}
	for p := range int32(truthPartitions) {
		if len(c.members) > 0 {
			m := c.members[c.r.IntN(len(c.members))]
			m.target = append(m.target, p)
		}
	}
	c.see()
}

// heartbeat has a member give up what it is not to have, and take what is free.
func (c *convergence) heartbeat() {
	if len(c.members) == 0 {
		return
	}
	m := c.members[c.r.IntN(len(c.members))]
	kept := slices.DeleteFunc(slices.Clone(m.has), func(p int32) bool { return !slices.Contains(m.target, p) })
	if len(kept) == len(m.has) {
		for _, p := range m.target {
			if !slices.ContainsFunc(c.members, func(o *converging) bool { return slices.Contains(o.has, p) }) {
				kept = append(kept, p)
			}
		}
	}
	slices.Sort(kept)
	m.has = kept
	if slices.Equal(m.has, m.target) {
		m.epoch = c.epoch
	}
	c.see()
}

func (c *convergence) agreed() bool {
	return !slices.ContainsFunc(c.members, func(m *converging) bool { return m.epoch != c.epoch })
}

func (c *convergence) see() {
	g := Group{ID: "billing", Kind: Consumer, State: "Stable", Assignor: "uniform", Epoch: c.epoch, AssignmentEpoch: c.epoch, Coordinator: 1}
	switch {
	case len(c.members) == 0:
		g.State = "Empty"
	case !c.agreed():
		g.State = "Reconciling"
	}
	for _, m := range c.members {
		g.Members = append(g.Members, Member{
			ID: m.id, ClientID: m.id[:1], Epoch: m.epoch, Subscribed: []string{"orders"},
			Assigned: map[string][]int32{"orders": m.has}, Target: map[string][]int32{"orders": m.target},
		})
	}
	if last := len(c.bumps) - 1; c.agreed() && c.bumps[last].ended == 0 {
		c.bumps[last].ended = c.at
	}
	c.steps = append(c.steps, step{c.at, g})
}

// unowned sums up how long partitions had no owner while a bump was on, of those that had
// one before or after.
func (c *convergence) unowned(b bump) time.Duration {
	var sum time.Duration
	first := slices.IndexFunc(c.steps, func(s step) bool { return s.at == b.begun })
	last := slices.IndexFunc(c.steps, func(s step) bool { return s.at == b.ended })
	end := c.steps[last].group
	if b.ended != c.at && end.Epoch != c.steps[first].group.Epoch { // overtaken
		end = c.steps[last-1].group
	}
	for p := range int32(truthPartitions) {
		before := first > 0 && c.steps[first-1].group.Owner("orders", p) != nil
		if !before && end.Owner("orders", p) == nil {
			continue
		}
		for i := first; i < last; i++ {
			if c.steps[i].group.Owner("orders", p) == nil {
				sum += c.steps[i+1].at - c.steps[i].at
			}
		}
	}
	return sum
}

func convergences(t *testing.T, check func(t *testing.T, c *convergence)) {
	for seed := range uint64(100) {
		c := &convergence{r: rand.New(rand.NewPCG(seed, 2))}
		c.happen(1 + c.r.IntN(25))
		t.Run(fmt.Sprint(seed), func(t *testing.T) { check(t, c) })
	}
}

// By the log every bump is told once, with the time that partitions had no owner.
func TestConvergenceByTheLog(t *testing.T) {
	convergences(t, func(t *testing.T, c *convergence) {
		h := &History{Group: "billing", Log: LogState{State: LogFollowed}}
		for i := range c.steps {
			h = h.Observe(Observation{At: noon.Add(c.steps[i].at), Origin: Logged, Group: c.steps[i].group})
		}
		holds(t, h)
		if len(h.Rebalances) != len(c.bumps) || h.Open != nil {
			t.Fatalf("%d told of %d, open: %v\n%s", len(h.Rebalances), len(c.bumps), h.Open, tellRebalances(h))
		}
		for i, b := range c.bumps {
			r := &h.Rebalances[i]
			if r.From != int32(i) || r.To != int32(i+1) || !r.Begun.Equal(noon.Add(b.begun)) || !r.Ended.Equal(noon.Add(b.ended)) {
				t.Fatalf("%s, want %d from %v to %v", tellRebalance(h, r), i+1, b.begun, b.ended)
			}
			if want := c.unowned(b); r.Pause != want {
				t.Fatalf("%s, want a pause of %v", tellRebalance(h, r), want)
			}
		}
		c.rightNow(t, h)
	})
}

// By polling none is told twice, and all are told, some of them together.
func TestConvergenceByPolling(t *testing.T) {
	convergences(t, func(t *testing.T, c *convergence) {
		h := (&History{Group: "billing"}).Observe(Observation{At: noon.Add(-time.Second), Origin: Polled, Gone: true})
		i := -1
		for at := time.Duration(0); at < c.at+time.Second; at += truthPolls {
			for i+1 < len(c.steps) && c.steps[i+1].at <= at {
				i++
			}
			if i >= 0 {
				h = h.Observe(Observation{At: noon.Add(at), Since: h.polledAt, Origin: Polled, Group: c.steps[i].group})
			}
		}
		holds(t, h)
		epoch := int32(0)
		for i := range h.Rebalances {
			r := &h.Rebalances[i]
			if i == 0 { // whoever came and went between two polls has left nothing to see
				epoch = r.From
			}
			if r.From != epoch || r.To <= r.From {
				t.Fatalf("%s after %d\n%s", tellRebalance(h, r), epoch, tellRebalances(h))
			}
			epoch = r.To
			if off := r.Ended.Sub(noon.Add(c.bumps[epoch-1].ended)); off < 0 || off > truthPolls {
				t.Fatalf("%s ended %v late", tellRebalance(h, r), off)
			}
		}
		if epoch != c.epoch || h.Open != nil {
			t.Fatalf("told until %d, of %d; open: %v", epoch, c.epoch, h.Open)
		}
		c.rightNow(t, h)
	})
}

func (c *convergence) rightNow(t *testing.T, h *History) {
	t.Helper()
	m, g := &h.Moments[len(h.Moments)-1], &c.steps[len(c.steps)-1].group
	for lane, l := range h.Lanes {
		got, want := "", ""
		if o := m.Owner(lane); o >= 0 {
			got = h.Seats[o].MemberID
		}
		if o := g.Owner(l.Topic, l.Partition); o != nil {
			want = o.ID
		}
		if got != want {
			t.Fatalf("%d is %q's, want %q's", l.Partition, got, want)
		}
	}
}
