package model

import (
	"fmt"
	"testing"
)

func TestKeySampleMoves(t *testing.T) {
	s := &KeySample{}
	moved := 0
	for i := range 100 {
		key := fmt.Sprintf("user-%d", i)
		at := KeyPartition([]byte(key), 6)
		s.Keys = append(s.Keys, SampledKey{key, at})
		if KeyPartition([]byte(key), 9) != at {
			moved++
		}
	}
	s.Keys = append(s.Keys, SampledKey{"user-1", (KeyPartition([]byte("user-1"), 6) + 1) % 6})
	if got, strays := s.Moves(6, 9); got != moved || strays != 1 || moved < 30 || moved == 100 {
		t.Errorf("%d keys move, %d stray; want %d and 1", got, strays, moved)
	}
	if got, _ := s.Moves(6, 6); got != 0 {
		t.Errorf("%d keys move to where they are", got)
	}
}

func TestCountProblem(t *testing.T) {
	for count, refused := range map[int]bool{-1: true, 0: true, 6: true, 7: false, 100_000: false, 100_001: true} {
		if got := CountProblem("orders", 6, count) != nil; got != refused {
			t.Errorf("%d: %v", count, got)
		}
	}
}
