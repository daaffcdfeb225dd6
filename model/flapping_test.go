package model

import (
	"fmt"
	"testing"
)

func TestFlapping(t *testing.T) {
	for _, c := range []struct{ name, story, now, want string }{
		{"nothing happens", `0s poll 1? Stable range a-1:0`, "60s", "false"},
		{"a consumer expires and comes back", `
			followed
			0s log 45 Stable range a-1:0 billing-1:1
			49s log 46 Stable range a-1:0,1 billing-1=2s
			98s log 47 Stable range a-1:0 billing-2:1`,
			"120s", "true billing-1 2 of 2 in 49s"},
		{"that was long ago", `
			followed
			0s log 45 Stable range a-1:0 billing-1:1
			49s log 46 Stable range a-1:0,1 billing-1=2s
			98s log 47 Stable range a-1:0 billing-2:1`,
			"400s", "false"},
		{"one is started anew once", `
			followed
			0s log 45 Stable range a-1:0 billing-1:1
			49s log 46 Stable range a-1:0,1 billing-1=48s
			98s log 47 Stable range a-1:0 billing-2:1`,
			"120s", "false"},
		{"one comes and goes", `
			0s poll 1? Stable range a-1:0,1
			1s poll 2? Stable range a-1:0 b-1:1
			10s poll 3? Stable range a-1:0,1
			20s poll 4? Stable range a-1:0 b-2:1`,
			"60s", "true b-1 3 of 3 in 19s"},
		{"between two looks", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 3? Stable range a-1:0 b-2:1
			2s poll 5? Stable range a-1:0 b-3:1
			3s poll 7? Stable range a-1:0 b-4:1`,
			"60s", "true b-1 3 of 3 in 2s"},
		{"all are started anew, one after the other", `
			0s poll 1? Stable range a-1:0 b-1:1 c-1:2
			1s poll 3? Stable range a-2:0 b-1:1 c-1:2
			2s poll 5? Stable range a-2:0 b-2:1 c-1:2
			3s poll 7? Stable range a-2:0 b-2:1 c-2:2`,
			"60s", "true nobody 3 in 2s"},
		{"one joins, and dies, and then another dies", `
			0s poll 1? Stable range a-1:0 b-1:1
			1s poll 2? Stable range a-1:0 b-1:1 c-1:2
			25s poll 3? Stable range a-1:0,1 b-1:2
			31s poll 4? Stable range b-1:0,1,2`,
			"60s", "false"},
		{"a new one joins, and expires", `
			followed
			0s log 45 Stable range a-1:0,1
			9s log 46 Stable range a-1:0 billing-1:1
			49s log 47 Stable range a-1:0,1 billing-1=2s`,
			"60s", "false"},
		{"members come one by one", `
			0s poll 1? Stable range a-1:0-3
			2s poll 2? Stable range a-1:0,1 b-1:2,3
			4s poll 3? Stable range a-1:0,1 b-1:2 c-1:3
			6s poll 4? Stable range a-1:0 b-1:1 c-1:2 d-1:3`,
			"60s", "false"},
		{"others come each time, and go", `
			0s poll 1? Stable range a-1:0,1
			2s poll 2? Stable range a-1:0 b-1:1
			4s poll 3? Stable range a-1:0,1
			6s poll 4? Stable range a-1:0 c-1:1`,
			"60s", "true b-1 2 of 3 in 4s"},
		{"second halves do not count", `
			followed
			0s log 1 Stable cooperative-sticky a-1:0-3
			2s log 2 Stable cooperative-sticky a-1:0,1 b-1:
			3s log 3 Stable cooperative-sticky a-1:0,1 b-1:2,3
			5s log 4 Stable cooperative-sticky a-1:0,1 b-1:2 c-1:
			6s log 5 Stable cooperative-sticky a-1:0,1 b-1:2 c-1:3`,
			"60s", "false"},
	} {
		h := toldOf(Classic, c.story)
		flap, ok := h.Flapping(sinceNoon(c.now))
		got := fmt.Sprint(ok)
		if ok && flap.Letter >= 0 {
			for _, s := range h.Seats {
				if s.Letter == flap.Letter {
					got += fmt.Sprintf(" %s %d of %d in %v", s.MemberID, flap.Times, flap.Rebalances, flap.Within)
					break
				}
			}
		} else if ok {
			got += fmt.Sprintf(" nobody %d in %v", flap.Rebalances, flap.Within)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
