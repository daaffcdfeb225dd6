package kafka

import (
	"testing"
	"time"
)

func TestFetchesGrowWhereTheyComeSlowly(t *testing.T) {
	const near, far = 200 * time.Microsecond, 50 * time.Millisecond
	for _, one := range []struct {
		what    string
		brokers int
		took    []time.Duration
		brought int32 // sixteenths of what is asked for
		want    int32
	}{
		{"near brokers", 1, repeat(near, 100), 16, fetchLeast},
		{"near ones, but now and then", 1, append(repeat(far, 3), repeat(near, 20)...), 16, fetchLeast},
		{"far ones", 1, repeat(far, fetchTries), 16, 2 * fetchLeast},
		{"far ones, after a while", 1, repeat(far, 100), 16, 4 << 20}, // 80 MB a second
		{"the farthest", 1, repeat(time.Second, 100), 16, fetchMost},
		{"many far ones", 24, repeat(far, 100), 16, fetchMemory / 24},
		{"more than there is memory for", 1000, repeat(far, 100), 16, fetchLeast},
		{"waiting for what is written", 1, repeat(far, 100), 1, fetchLeast},
		{"no broker known", 0, repeat(time.Second, 100), 16, fetchMost},
	} {
		s := newFetchSize(one.brokers)
		for _, took := range one.took {
			s.grow(s.now/16*one.brought, took)
		}
		if s.now != one.want {
			t.Errorf("%s: %d bytes, want %d", one.what, s.now, one.want)
		}
	}
}

func repeat(took time.Duration, n int) (all []time.Duration) {
	for range n {
		all = append(all, took)
	}
	return all
}
