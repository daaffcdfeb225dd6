package kafka

import "testing"

func TestSparesFitWhatTheyAreLentFor(t *testing.T) {
	var s spares[byte]
	large, small := make([]byte, 0, 1<<20), make([]byte, 0, 100)
	s.put(large)
	s.put(small)
	for _, one := range []struct{ n, above, want int }{
		{101, 2, 101 + 101/8}, // too large for one, too small for the other
		{90, 2, 100},
		{90, 2, 90 + 90/8}, // it is lent
		{1<<20 + 1, 2, 1<<20 + 1 + (1<<20+1)/8},
		{1 << 18, 2, 1 << 20},
		{0, 2, 0},
	} {
		got := s.get(one.n, one.above)
		if len(got) != 0 || cap(got) < one.want || cap(got) > one.want+one.want/4+64 {
			t.Errorf("for %d: %d of %d, want about %d", one.n, len(got), cap(got), one.want)
		}
	}
}

func TestNoMoreSparesWaitThanAreUsed(t *testing.T) {
	var s spares[byte]
	for range 10 * mostSpares {
		s.put(make([]byte, 1000))
	}
	if n := len(s.free[sizeClass(1000)]); n != mostSpares {
		t.Errorf("%d wait", n)
	}
}
