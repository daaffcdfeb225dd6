package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// randomObservation returns anything that might be seen of a group, truthful or not.
func randomObservation(r *rand.Rand, kind GroupKind, at time.Duration) Observation {
	words := []string{"Stable", "Stable", "Empty", "PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling", "Dead", "", "NotReady"}
	o := Observation{At: noon.Add(at), Origin: Polled, Gone: r.IntN(20) == 0}
	if r.IntN(2) == 0 {
		o.Origin, o.Past = Logged, r.IntN(3) == 0
	}
	if r.IntN(4) == 0 {
		o.JoinedBy = noon.Add(at - time.Duration(r.IntN(9))*time.Second)
	}
	g := &o.Group
	g.ID, g.Kind, g.State, g.Coordinator = "billing", kind, words[r.IntN(len(words))], int32(r.IntN(3))-1
	g.Epoch, g.AssignmentEpoch, g.Inferred = int32(r.IntN(12))-1, NoEpoch, r.IntN(2) == 0
	g.Assignor = []string{"", "range", "cooperative-sticky"}[r.IntN(3)]
	for m := range r.IntN(5) {
		member := Member{ID: fmt.Sprintf("%c-%d", 'a'+m, r.IntN(3)), ClientID: string(rune('a' + m%2)), Epoch: int32(r.IntN(12)), Assigned: map[string][]int32{}}
		if r.IntN(4) == 0 {
			member.InstanceID = fmt.Sprint("static-", m)
		}
		if r.IntN(2) == 0 {
			member.Subscribed = []string{"orders", "carts"}[:r.IntN(3)]
		}
		for p := range int32(6) {
			if r.IntN(3) == 0 {
				member.Assigned["orders"] = append(member.Assigned["orders"], p-1)
			}
		}
		if r.IntN(2) == 0 {
			member.Target = map[string][]int32{"carts": {int32(r.IntN(3))}}
			o.Quiet = map[string]time.Time{member.ID: noon}
		}
		g.Members = append(g.Members, member)
	}
	return o
}

// FuzzHistory makes histories of observations that need not be of any group that ever
// was. They hold together all the same, and older ones stay as they were.
func FuzzHistory(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, uint8(seed%5))
	}
	f.Fuzz(func(t *testing.T, seed uint64, which uint8) {
		kind := []GroupKind{Classic, Consumer, Share, Streams, "quorum-of-cats"}[which%5]
		r := rand.New(rand.NewPCG(seed, 7))
		h, at := &History{Group: "billing"}, time.Duration(0)
		var old []*History
		var before []string
		for range 60 {
			at += time.Duration(r.IntN(20)-3) * time.Second
			from := h
			if r.IntN(10) == 0 && len(old) > 0 { // another successor of an older one
				from = old[r.IntN(len(old))]
			}
			o := randomObservation(r, kind, at)
			text := everything(o)
			next := from.Observe(o)
			if r.IntN(3) == 0 {
				next = next.lagged(LagAt{o.At, int64(r.IntN(100))})
			}
			if r.IntN(15) == 0 {
				anew := *next
				anew.Log.State = LogWord(r.IntN(4))
				if r.IntN(2) == 0 {
					anew.anew()
				}
				next = &anew
			}
			if everything(o) != text {
				t.Fatal("an observation was changed")
			}
			h = next
			holds(t, h)
			if r.IntN(6) == 0 { // writing all of them down takes long
				old, before = append(old, h), append(before, everything(h))
			}
		}
		for i, h := range old {
			if everything(h) != before[i] {
				t.Fatalf("history %d of %d was changed by those that follow", i, len(old))
			}
		}
	})
}

// Members that take another id each time, for an hour and a half: seats are given up, letters
// stay, and what is kept holds together.
func TestStorm(t *testing.T) {
	h := storm(4, 12, 90*time.Minute)
	holds(t, h)
	if n := len(h.Seats); n > seatsKept {
		t.Errorf("%d seats", n)
	}
	if len(h.Moments) > MomentsKept || len(h.Rebalances) > RebalancesKept || h.Dropped+len(h.Rebalances) < 4_490 {
		t.Errorf("%d moments, %d rebalances and %d that were dropped", len(h.Moments), len(h.Rebalances), h.Dropped)
	}
	for _, s := range h.Seats {
		if s.Letter > 3 {
			t.Fatalf("four consumers, and %+v", s)
		}
	}
	large := storm(200, 1000, 3*time.Minute)
	holds(t, large)
	if n := large.weight(); n > 32<<20 {
		t.Errorf("%d bytes are kept", n)
	}
	if r := large.Rebalances[len(large.Rebalances)-1]; r.Moved+r.Kept != 1000 {
		t.Errorf("%d moved, %d kept", r.Moved, r.Kept)
	}
}

// holds reports what of a history does not hold together.
func holds(t *testing.T, h *History) {
	t.Helper()
	for i := range h.Moments {
		m := &h.Moments[i]
		if i > 0 && (m.At.Before(h.Moments[i-1].At) || m.is(&h.Moments[i-1])) {
			t.Fatalf("moment %d is as the one before, or before it", i)
		}
		if m.At.After(h.Seen) {
			t.Fatalf("moment %d is after the last look", i)
		}
		letters := map[int]bool{}
		for _, p := range m.Members {
			if l := h.Seats[p.Seat].Letter; letters[l] {
				t.Fatalf("two who are there at once have letter %d", l)
			} else {
				letters[l] = true
			}
		}
		for _, o := range m.Owners {
			if o < Nobody || int(o) >= len(h.Seats) {
				t.Fatalf("%d owns a lane, of %d seats", o, len(h.Seats))
			}
		}
	}
	for i := range h.Rebalances {
		r := &h.Rebalances[i]
		rebalanceHolds(t, h, r)
		if i > 0 && r.Ended.Before(h.Rebalances[i-1].Ended) {
			t.Fatalf("rebalance %d ends before the one before", i)
		}
	}
	if len(h.Order()) != len(h.Lanes) {
		t.Fatalf("%d of %d lanes are in order", len(h.Order()), len(h.Lanes))
	}
	if r := h.Open; r != nil && !r.Ended.IsZero() {
		t.Fatalf("%+v is under way, and has ended", r)
	}
	h.Flapping(h.Seen)
	h.Recent(h.Seen, time.Minute)
}

func rebalanceHolds(t *testing.T, h *History, r *Rebalance) {
	t.Helper()
	if r.From != NoEpoch && r.To != NoEpoch && r.From > r.To {
		t.Fatalf("from %d to %d", r.From, r.To)
	}
	if r.Ended.IsZero() || r.Begun.After(r.Ended) || r.Took(r.Ended) < -1 || r.Pause < -1 || r.Within < 0 || r.After == nil {
		t.Fatalf("%+v", r)
	}
	if r.Before == nil {
		return
	}
	owned := 0
	for lane := range h.Lanes {
		if !r.Before.unread(lane) || !r.After.unread(lane) {
			owned++
		}
	}
	if r.Moved+r.Kept+r.Lost != owned {
		t.Fatalf("%d moved, %d kept, %d lost of %d", r.Moved, r.Kept, r.Lost, owned)
	}
	gained, lost := 0, 0
	for _, s := range r.Shares {
		gained, lost = gained+s.Gained, lost+s.Lost
	}
	for _, m := range r.Moves {
		if m.To >= 0 {
			gained--
		}
		if m.From >= 0 {
			lost--
		}
		if m.From == m.To || m.Unowned < -1 {
			t.Fatalf("%+v", m)
		}
	}
	if gained != 0 || lost != 0 {
		t.Fatalf("%+v does not add up to %+v", r.Moves, r.Shares)
	}
}
