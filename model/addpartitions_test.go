package model

import "testing"

func TestCountProblem(t *testing.T) {
	for count, refused := range map[int]bool{-1: true, 0: true, 6: true, 7: false, 100_000: false, 100_001: true} {
		if got := CountProblem("orders", 6, count) != nil; got != refused {
			t.Errorf("%d: %v", count, got)
		}
	}
	if p := CountProblem("__consumer_offsets", 50, 51); p == nil {
		t.Error("a topic that Kafka places groups by is given more partitions")
	}
}
