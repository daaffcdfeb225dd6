package model

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const threeRebalances = `
	0s poll 1? Stable range a-1:0,1
	60s poll 1? Stable range a-1:0,1
	61s poll ? PreparingRebalance - a-1: b-1:
	63s poll 2? Stable range a-1:0 b-1:1
	100s poll 2? Stable range a-1:0 b-1:1
	101s poll 3? Stable range a-1:0,1
	150s poll 3? Stable range a-1:0,1
	151s poll ? PreparingRebalance - a-1: b-2:`

func TestAsOf(t *testing.T) {
	h := toldOf(Classic, threeRebalances)
	for _, c := range []struct {
		at    string
		epoch int32
		state string
	}{
		{"-1s", 0, "none"}, {"0s", 1, "Stable"}, {"60s", 1, "Stable"}, {"61s", 1, "PreparingRebalance"}, {"62s", 1, "PreparingRebalance"},
		{"63s", 2, "Stable"}, {"100500ms", 2, "Stable"}, {"101s", 3, "Stable"}, {"1h", 3, "PreparingRebalance"},
	} {
		m, ok := h.AsOf(sinceNoon(c.at))
		if !ok {
			m.State = "none"
		}
		if m.Epoch != c.epoch || m.State != c.state {
			t.Errorf("as of %s: %s in generation %d, want %s in %d", c.at, m.State, m.Epoch, c.state, c.epoch)
		}
	}
	for i := range h.Moments {
		m, until := h.At(i)
		if i+1 < len(h.Moments) && !until.Equal(h.Moments[i+1].At) || i+1 == len(h.Moments) && !until.Equal(h.Seen) || until.Before(m.At) {
			t.Errorf("moment %d is from %v until %v", i, m.At, until)
		}
	}
}

func TestNextRebalance(t *testing.T) {
	h := toldOf(Classic, threeRebalances)
	for _, c := range []struct {
		at   string
		next int
	}{{"0s", 0}, {"63s", 1}, {"64s", 1}, {"101s", 2}, {"102s", 2}} {
		if next, after := h.Next(sinceNoon(c.at)); next != c.next || after != (c.next < 2) {
			t.Errorf("at %s: %d %t after, want %d", c.at, next, after, c.next)
		}
	}
}

func TestRecent(t *testing.T) {
	for _, c := range []struct {
		story, now string
		n          int
		whole      bool
	}{
		{threeRebalances, "151s", 3, false},
		{threeRebalances, "700s", 2, true},
		{threeRebalances, "1000s", 1, true},
		{`0s poll 1? Stable range a-1:0`, "5s", 0, false},
		{`0s poll 1? Stable range a-1:0`, "601s", 0, true},
		{"0s poll 1? Stable range a-1:0\n5m poll 2? Stable range b-1:0", "601s", 1, false},
		{"0s poll 1? Stable range a-1:0\n5m poll 2? Stable range b-1:0", "15m1s", 0, true},
	} {
		if n, whole := toldOf(Classic, c.story).Recent(sinceNoon(c.now), 10*time.Minute); n != c.n || whole != c.whole {
			t.Errorf("at %s after %s: %d, whole %t; want %d, %t", c.now, c.story, n, whole, c.n, c.whole)
		}
	}
	h := toldOf(Classic, `0s log 1 Stable range a-1:0`)
	h.Log = LogState{State: LogFollowed, From: noon.Add(-time.Hour)}
	if _, whole := h.Recent(noon, time.Minute); !whole {
		t.Error("the log was read from an hour ago on, and does not tell of the last minute")
	}
}

func TestOrder(t *testing.T) {
	h := (&History{}).Observe(Observation{At: noon, Origin: Polled, Group: Group{State: "Stable", Members: []Member{
		{ID: "a", Assigned: map[string][]int32{"orders": {10, 2}}},
		{ID: "b", Assigned: map[string][]int32{"carts": {1}, "orders": {0}}},
	}}})
	var b strings.Builder
	for _, i := range h.Order() {
		fmt.Fprintf(&b, "%s-%d ", h.Lanes[i].Topic, h.Lanes[i].Partition)
	}
	if b.String() != "carts-1 orders-0 orders-2 orders-10 " {
		t.Errorf("in order: %s", b.String())
	}
	if m, _ := h.AsOf(noon); len(m.Owned(0)) != 2 || len(m.Owned(1)) != 2 || m.Owner(len(h.Lanes)) != Nobody || m.Owner(-1) != Nobody {
		t.Errorf("%+v", m)
	}
}

func TestLagBuilt(t *testing.T) {
	for _, c := range []struct{ name, story, want string }{
		{"the peak is after its end", `
			0s poll 1? Stable range a-1:0,1
			lag 0s 100
			1s poll 1? Stable range a-1:0,1
			2s poll ? PreparingRebalance - a-1: b-1:
			lag 4s 150
			5s poll 2? Stable range a-1:0 b-1:1
			lag 8s 300
			lag 12s 200
			lag 40s 900`,
			`1→2? joined b-1; 2s to 5s ±3s; moved 1 kept 1 lost 0; pause 6s; lag 200; PreparingRebalance 3s`},
		{"not known what it was before", `
			0s poll 1? Stable range a-1:0,1
			2s poll 2? Stable range a-1:0 b-1:1
			lag 4s 150`,
			`1→2? joined b-1; to 2s ±2s; moved 1 kept 1 lost 0`},
		{"under way", `
			0s poll 1? Stable range a-1:0,1
			lag 0s 100
			2s poll ? PreparingRebalance - a-1: b-1:
			lag 4s 150`,
			`open 1→? joined b-1; 2s to ±2s; lag 50; PreparingRebalance 0s`},
		{"it shrank", `
			0s poll 1? Stable range a-1:0,1
			lag 0s 100
			2s poll 2? Stable range a-1:0,1
			lag 4s 50`,
			`1→2? rejoined; to 2s ±2s; moved 0 kept 2 lost 0; lag 0`},
		{"two close to each other share a peak", `
			0s poll 1? Stable range a-1:0,1
			lag 0s 100
			2s poll 2? Stable range a-1:0 b-1:1
			lag 3s 150
			4s poll 3? Stable range a-1:0,1
			lag 6s 400`,
			`1→2? joined b-1; to 2s ±2s; moved 1 kept 1 lost 0; lag 50
			2→3? gone b-1; to 4s ±2s; moved 1 kept 1 lost 0; lag 300`},
	} {
		check(t, c.name, tellRebalances(toldOf(Classic, c.story)), c.want)
	}
}

// A history that is made from another leaves it as it was, even where two are made
// from the same one.
func TestSamplesOfLagAreKeptApart(t *testing.T) {
	h := toldOf(Classic, "lag 0s 1\nlag 1s 2")
	a, b := h.lagged(LagAt{noon.Add(2 * time.Second), 3}), h.lagged(LagAt{noon.Add(2 * time.Second), 4})
	if a.Lag[2].Lag != 3 || b.Lag[2].Lag != 4 || len(h.Lag) != 2 {
		t.Errorf("%v and %v follow %v", a.Lag, b.Lag, h.Lag)
	}
	for i := range 2 * LagKept {
		a = a.lagged(LagAt{noon.Add(time.Duration(i) * time.Second), int64(i)})
	}
	if n := len(a.Lag); n != LagKept || a.Lag[n-1].Lag != 2*LagKept-1 {
		t.Errorf("%d samples are kept", n)
	}
}

// A generation that the log tells is known, whatever was worked out of it before.
func TestInferred(t *testing.T) {
	for story, want := range map[string]bool{
		"0s poll 5? Stable range a-1:0":                                        true,
		"followed\n0s log 5 Stable range a-1:0":                                false,
		"0s poll 5? Stable range a-1:0\nfollowed\n1s log 5 Stable range a-1:0": false,
	} {
		if h := toldOf(Classic, story); h.Inferred() != want {
			t.Errorf("%s: %v", story, h.Inferred())
		}
	}
}
