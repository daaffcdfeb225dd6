package model

import "testing"

func TestSeats(t *testing.T) {
	for _, c := range []struct{ name, story, want string }{
		{"a letter each", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 2? Stable range a-1:0 b-1:1 c-1:2`,
			`A a a-1
			B b b-1
			C c c-1`},
		{"a member comes back with another id", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 2? Stable range b-1:0,1
			2s poll 3? Stable range a-2:0 b-1:1`,
			`A a a-1
			B b b-1
			A a a-2`},
		{"between two polls", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 3? Stable range a-2:0 b-1:1`,
			`A a a-1
			B b b-1
			A a a-2`},
		{"another one of the same client, while the first is there", `
			0s poll 1? Stable range a-1xyz:0
			1s poll 2? Stable range a-1xyz:0 a-2vwx:1`,
			`A a…1xyz a-1xyz
			B a…2vwx a-2vwx`},
		{"of two of the same client that are gone the last comes back", `
			0s poll 1? Stable range a-1:0 a-2:1
			1s poll 2? Stable range a-1:0,1
			2s poll 3? Empty -
			3s poll 4? Stable range a-3:0,1
			4s poll 5? Stable range a-3:0 a-4:1`,
			`A a…a-1 a-1
			B a…a-2 a-2
			A a…a-3 a-3
			B a…a-4 a-4`},
		{"a static member keeps its letter wherever it runs", `
			0s poll 1? Stable range a-1#x:0 b-1#y:1
			1s poll 2? Stable range b-1#y:0,1
			2s poll 3? Stable range c-1#x:0 b-1#y:1`,
			`A x a-1
			B y b-1
			A x c-1`},
		{"one that was away is the same", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 2? Stable range b-1:0,1
			2s poll 3? Stable range a-1:0 b-1:1`,
			`A a a-1
			B b b-1`},
	} {
		check(t, c.name, tellSeats(toldOf(Classic, c.story)), c.want)
	}
}

// A seat knows when its member was last seen.
func TestSeatsThatWentWereSeen(t *testing.T) {
	h := toldOf(Classic, `
		0s poll 1? Stable range a-1:0 b-1:1
		5s poll 1? Stable range a-1:0 b-1:1
		6s poll 2? Stable range b-1:0,1`)
	if a := h.Seats[0]; !a.First.Equal(noon) || a.Last.Sub(noon) != span("5s") {
		t.Errorf("a was there from %v to %v", a.First, a.Last)
	}
}

// Polls do not bring a member's session timeout: one that they saw first expires all the
// same once the log has told it.
func TestSeatsLearnTheirTimeouts(t *testing.T) {
	h := toldOf(Classic, `
		0s poll 1? PreparingRebalance range a-1:0 b-1:1
		1s log 1 Stable range a-1:0 b-1:1
		followed
		60s log 2 Stable range a-1:0,1 b-1=14s`)
	if last := h.Rebalances[len(h.Rebalances)-1]; last.Trigger != Expired {
		t.Errorf("b %s, want %s", last.Trigger, Expired)
	}
}
