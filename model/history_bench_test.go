package model

import (
	"fmt"
	"testing"
	"time"
)

// crew returns a group of n members that share partitions 0 to parts-1 of orders, from
// the given member on.
func crew(n, parts, turn int) Group {
	g := Group{ID: "billing", Kind: Classic, State: "Stable", Assignor: "range", Epoch: int32(turn), Coordinator: 1, AssignmentEpoch: NoEpoch, Known: true}
	for i := range n {
		id := fmt.Sprintf("consumer-billing-%03d-0f47bd30", i)
		g.Members = append(g.Members, Member{ID: id, ClientID: id[:20], Host: "10.0.0.1", Epoch: int32(turn - 1), Subscribed: []string{"orders"}, Assigned: map[string][]int32{}})
	}
	for p := range parts {
		m := &g.Members[(p+turn)%n]
		m.Assigned["orders"] = append(m.Assigned["orders"], int32(p))
	}
	return g
}

// sizes are of groups: members and partitions.
var sizes = [][2]int{{4, 12}, {50, 200}, {200, 1000}}

func bySize(b *testing.B, bench func(b *testing.B, members, partitions int)) {
	for _, s := range sizes {
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			b.ReportAllocs()
			bench(b, s[0], s[1])
		})
	}
}

// A poll that shows nothing new: what a watched group costs four times a second.
func BenchmarkObserveTheSame(b *testing.B) {
	bySize(b, func(b *testing.B, members, partitions int) {
		h, g, at := &History{Group: "billing"}, crew(members, partitions, 7), noon
		for b.Loop() {
			at = at.Add(250 * time.Millisecond)
			h = h.Observe(Observation{At: at, Origin: Polled, Group: g})
		}
	})
}

// A rebalance that moves every partition, from the log.
func BenchmarkObserveRebalance(b *testing.B) {
	bySize(b, func(b *testing.B, members, partitions int) {
		h, at, turn := &History{Group: "billing"}, noon, 7
		turns := []Group{crew(members, partitions, 0), crew(members, partitions, 1), crew(members, partitions, 2)}
		for b.Loop() {
			at, turn = at.Add(time.Second), turn+1
			g := turns[turn%len(turns)]
			g.Epoch = int32(turn)
			h = h.Observe(Observation{At: at, Origin: Logged, Group: g})
		}
	})
}

// Fifty rebalances a minute, for an hour: each with a member that comes back with
// another id, seen by polls, with samples of lag. The figures are of the whole hour.
func BenchmarkStorm(b *testing.B) {
	bySize(b, func(b *testing.B, members, partitions int) {
		for b.Loop() {
			h := storm(members, partitions, time.Hour)
			b.ReportMetric(float64(h.weight())/(1<<20), "MiB-kept")
			b.ReportMetric(float64(len(h.Rebalances)), "rebalances-kept")
		}
	})
}

func storm(members, partitions int, lasting time.Duration) *History {
	h, turn := &History{Group: "billing"}, 0
	for at := time.Duration(0); at < lasting; at += 1200 * time.Millisecond {
		turn++
		g := crew(members, partitions, turn)
		g.Members[turn%members].ID += fmt.Sprint("-", turn)
		during := g
		during.State, during.Epoch, during.Assignor = "PreparingRebalance", NoEpoch, ""
		h = h.Observe(
			Observation{At: noon.Add(at), Origin: Polled, Group: during},
			Observation{At: noon.Add(at + 600*time.Millisecond), Origin: Polled, Group: g})
		h = h.lagged(LagAt{noon.Add(at + 700*time.Millisecond), int64(turn % 1000)})
	}
	return h
}

// What a screen asks of a history after a storm, in every frame.
func BenchmarkFlapping(b *testing.B) {
	h := storm(4, 12, 10*time.Minute)
	for b.Loop() {
		h.Flapping(h.Seen)
		h.Recent(h.Seen, 10*time.Minute)
		h.AsOf(h.Seen.Add(-time.Minute))
	}
}
