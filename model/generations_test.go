package model

import "testing"

// Stories of classic groups.
func TestGenerations(t *testing.T) {
	for _, c := range []struct{ name, story, rebalances, lanes string }{
		{"what was there at first is no rebalance", `
			0s poll 5? Stable range a-1:0,1
			1s poll 5? Stable range a-1:0,1`,
			``, `0s AA`},
		{"one joins an eager group", `
			0s poll 5? Stable range a-1:0-3
			1s poll ? PreparingRebalance - a-1: b-1:
			2s poll ? PreparingRebalance - a-1: b-1:
			3s poll 6? Stable range a-1:0,1 b-1:2,3`,
			`5→6? joined b-1; 1s to 3s ±1s; moved 2 kept 2 lost 0; pause 8s; PreparingRebalance 2s`,
			`0s AAAA
			1s ....
			3s AABB`},
		{"brokers that go on telling who was assigned what", `
			0s poll 5? Stable range a-1:0-3
			1s poll ? PreparingRebalance - a-1:0-3 b-1:
			3s poll 6? Stable range a-1:0,1 b-1:2,3`,
			`5→6? joined b-1; 1s to 3s ±2s; moved 2 kept 2 lost 0; pause 8s; PreparingRebalance 2s`,
			`0s AAAA
			1s ....
			3s AABB`},
		{"both phases are seen", `
			0s poll 5? Stable range a-1:0,1
			1s poll ? PreparingRebalance - a-1:
			2s poll ? CompletingRebalance - a-1: b-1:
			4s poll 6? Stable range a-1:0 b-1:1`,
			`5→6? joined b-1; 1s to 4s ±2s; moved 1 kept 1 lost 0; pause 6s; PreparingRebalance 1s; CompletingRebalance 2s`,
			`0s AA
			1s ..
			2s ..
			4s AB`},
		{"one that is shorter than the polls", `
			0s poll 5? Stable range a-1:0,1
			1s poll 6? Stable range a-1:0 b-1:1`,
			`5→6? joined b-1; to 1s ±1s; moved 1 kept 1 lost 0`,
			`0s AA
			1s AB`},
		{"several that are shorter than the polls are told as one", `
			0s poll 5? Stable range a-1:0,1
			1s poll 8? Stable range b-1:0,1`,
			`5→8? replaced b-1 a-1; to 1s ±1s; moved 2 kept 0 lost 0`,
			`0s AA
			1s BB`},
		{"the same members in another generation", `
			0s poll 5? Stable range a-1:0,1
			1s poll 6? Stable range a-1:0,1`,
			`5→6? rejoined; to 1s ±1s; moved 0 kept 2 lost 0`,
			`0s AA
			1s AA`},
		{"to get to know the generation is no rebalance", `
			0s poll ? Stable range a-1:0,1
			1s poll 6? Stable range a-1:0,1
			2s poll ? Stable range a-1:0,1
			3s poll 6? Stable range a-1:0,1`,
			``, `0s AA
			1s AA`},
		{"members leave until there is none", `
			0s poll 5? Stable range a-1:0 b-1:1
			1s poll 6? Stable range a-1:0,1
			2s poll ? Empty -
			3s poll ? gone -`,
			`5→6? gone b-1; to 1s ±1s; moved 1 kept 1 lost 0
			6→7? gone a-1; to 2s ±1s; moved 0 kept 0 lost 2`,
			`0s AB
			1s AA
			2s ..
			3s ..`},
		{"a group that comes into being", `
			0s poll ? gone -
			1s poll ? PreparingRebalance - a-1:
			2s poll ? Stable range a-1:0,1`,
			`0→1? joined a-1; 1s to 2s ±1s; moved 2 kept 0 lost 0; pause 2s; PreparingRebalance 1s`,
			`0s ..
			1s ..
			2s AA`},
		{"deleted and made anew between two polls", `
			0s poll 9? Stable range a-1:0,1
			1s poll 2? Stable range b-1:0,1`,
			`?→2? replaced b-1 a-1; to 1s ±1s; moved 2 kept 0 lost 0`,
			`0s AA
			1s BB`},
		{"a static member comes back under another id", `
			0s poll 5? Stable range a-1#x:0 b-1#y:1
			1s poll 5? Stable range a-2#x:0 b-1#y:1
			2s poll ? Stable range a-2#x:0 b-2#y:1`,
			``, `0s AB
			1s AB
			2s AB`},
		{"the subscription of a member changes", `
			0s poll 5? Stable range a-1:0~orders b-1:1~orders
			1s poll ? PreparingRebalance - a-1: b-1:
			2s poll 6? Stable range a-1:0~carts,orders b-1:1~orders`,
			`5→6? subscription a-1; 1s to 2s ±1s; moved 0 kept 2 lost 0; pause 2s; PreparingRebalance 1s`,
			`0s AB
			1s ..
			2s AB`},
		{"partitions are added", `
			0s poll 5? Stable range a-1:0~orders b-1:1~orders
			1s poll 6? Stable range a-1:0,2~orders b-1:1,3~orders`,
			`5→6? partitions; to 1s ±1s; moved 2 kept 2 lost 0`,
			`0s AB..
			1s ABAB`},
		{"another assignor", `
			0s poll 5? Stable range a-1:0,1 b-1:2
			1s poll 6? Stable roundrobin a-1:0,2 b-1:1`,
			`5→6? assignor; to 1s ±1s; moved 2 kept 1 lost 0`,
			`0s AAB
			1s ABA`},
		{"a cooperative group whose halves are seen as one", `
			0s poll 5? Stable cooperative-sticky a-1:0-3
			1s poll ? PreparingRebalance - a-1: b-1:
			2s poll 7? Stable cooperative-sticky a-1:0,1 b-1:2,3`,
			`5→7? joined b-1; 1s to 2s ±1s; moved 2 kept 2 lost 0; PreparingRebalance 1s`,
			`0s AAAA
			1s AAAA
			2s AABB`},
		{"a cooperative group loses a member", `
			0s poll 5? Stable cooperative-sticky a-1:0,1 b-1:2,3
			1s poll ? PreparingRebalance - a-1:
			3s poll 6? Stable cooperative-sticky a-1:0-3`,
			`5→6? gone b-1; 1s to 3s ±2s; moved 2 kept 2 lost 0; pause 4s; PreparingRebalance 2s`,
			`0s AABB
			1s AA..
			3s AAAA`},
		{"kscope comes while it rebalances", `
			0s poll ? PreparingRebalance - a-1: b-1:
			1s poll 6? Stable range a-1:0 b-1:1`,
			`?→6? ; to 1s ±1s; PreparingRebalance 1s`,
			`0s ..
			1s AB`},
		{"a coordinator moves", `
			0s poll 5? Stable range a-1:0 at=1
			1s poll 5? Stable range a-1:0 at=2`,
			``, `0s A
			1s A`},
		{"nobody looked for long", `
			0s poll 5? Stable range a-1:0,1
			1s poll 5? Stable range a-1:0,1
			1m poll 9? Stable range b-1:0,1`,
			`5→9? replaced b-1 a-1; to 1m0s ±59s; moved 2 kept 0 lost 0`,
			`0s AA
			1s ??
			1m0s BB`},
		{"nobody looked for long, and all is as it was", `
			0s poll 5? Stable range a-1:0,1
			1s poll 5? Stable range a-1:0,1
			1m poll 5? Stable range a-1:0,1
			2m poll 5? Stable range a-1:0 b-1:1`,
			`5→6? joined b-1; to 2m0s ±1m0s; moved 1 kept 1 lost 0`,
			`0s AA
			2m0s AB`},
		{"a rebalance under way", `
			0s poll 5? Stable range a-1:0,1
			1s poll ? PreparingRebalance - b-1:`,
			`open 5→? replaced b-1 a-1; 1s to ±1s; PreparingRebalance 0s`,
			`0s AA
			1s ..`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := toldOf(Classic, c.story)
			check(t, "rebalances", tellRebalances(h), c.rebalances)
			check(t, "lanes", tellLanes(h), c.lanes)
		})
	}
}

// Stories of classic groups whose log is followed.
func TestLoggedGenerations(t *testing.T) {
	for _, c := range []struct{ name, story, rebalances, lanes string }{
		{"from the log alone", `
			followed
			0s past 1 Stable range a-1:0,1
			5s past 2 Stable range a-1:0 b-1:1 by=4s
			9s log 3 Stable range a-1:0,1 by=8s b-1=8s`,
			`1→2 joined b-1; to 5s; moved 1 kept 1 lost 0; CompletingRebalance 1s; past
			2→3 left b-1; to 9s; moved 1 kept 1 lost 0; CompletingRebalance 1s`,
			`0s AA
			5s AB
			9s AA`},
		{"polls see the beginning", `
			followed
			0s log 1 Stable range a-1:0,1
			1s poll 1? Stable range a-1:0,1
			2s poll ? PreparingRebalance - a-1: b-1:
			4s log 2 Stable range a-1:0 b-1:1 by=3s
			4100ms poll 2? Stable range a-1:0 b-1:1
			9s poll 2? Stable range a-1:0 b-1:1`,
			`1→2 joined b-1; 2s to 4s ±1s; moved 1 kept 1 lost 0; pause 4s; PreparingRebalance 1s; CompletingRebalance 1s`,
			`0s AA
			2s ..
			4s AB`},
		{"polls see the end before the log tells", `
			followed
			0s log 1 Stable range a-1:0,1
			1s poll 1? Stable range a-1:0,1
			2s poll ? PreparingRebalance - a-1: b-1:
			4s poll 2? Stable range a-1:0 b-1:1
			4s log 2 Stable range a-1:0 b-1:1
			5s poll 2? Stable range a-1:0 b-1:1
			9s poll 2? Stable range a-1:0 b-1:1`,
			`1→2 joined b-1; 2s to 4s ±1s; moved 1 kept 1 lost 0; pause 4s; PreparingRebalance 2s`,
			`0s AA
			2s ..
			4s AB`},
		{"a poll that came late opens nothing for long", `
			followed
			0s log 1 Stable range a-1:0,1
			2s log 2 Stable range a-1:0,1
			2100ms poll ? PreparingRebalance - a-1:0,1
			3s poll 2? Stable range a-1:0,1
			4s poll 2? Stable range a-1:0,1
			6s poll 2? Stable range a-1:0,1`,
			`1→2 rejoined; to 2s; moved 0 kept 2 lost 0`,
			`0s AA
			2s AA`},
		{"what polls told is not told again", `
			0s poll ? Stable range a-1:0,1
			1s poll 2? Stable range a-1:0 b-1:1
			followed
			1s log 2 Stable range a-1:0 b-1:1
			2s poll 2? Stable range a-1:0 b-1:1
			3s log 3 Stable range a-1:0,1`,
			`?→2? joined b-1; to 1s ±1s; moved 1 kept 1 lost 0
			2→3 gone b-1; to 3s; moved 1 kept 1 lost 0`,
			`0s AA
			1s AB
			3s AA`},
		{"polls go on where the log ends", `
			followed
			0s log 7 Stable range a-1:0,1
			unfollowed
			1s poll 7? Stable range a-1:0,1
			2s poll ? Stable range a-1:0,1
			3s poll 8? Stable range a-1:0 b-1:1`,
			`7→8? joined b-1; to 3s ±1s; moved 1 kept 1 lost 0`,
			`0s AA
			3s AB`},
		{"a cooperative group, both halves", `
			followed
			0s log 1 Stable cooperative-sticky a-1:0-3
			2s log 2 Stable cooperative-sticky a-1:0,1 b-1: by=2s
			3s log 3 Stable cooperative-sticky a-1:0,1 b-1:2,3 by=3s`,
			`1→2 joined b-1; to 2s; moved 0 kept 2 lost 2; pause 0s; CompletingRebalance 0s
			2→3 follow-up; to 3s; moved 2 kept 2 lost 0; pause 2s; CompletingRebalance 0s`,
			`0s AAAA
			2s AA..
			3s AABB`},
		{"the first, which polls saw before the log told that there is a group", `
			0s poll ? CompletingRebalance range a-1:
			followed
			0s log 0 Empty -
			1s log 1 Stable range a-1:0,1 by=1s`,
			`0→1 joined a-1; to 1s; moved 2 kept 0 lost 0; CompletingRebalance 0s`,
			`0s ..
			0s ..
			1s AA`},
		{"the first, which polls saw before the log was read", `
			0s poll ? CompletingRebalance range a-1:
			0s past 0 Empty -
			followed
			1s log 1 Stable range a-1:0,1 by=1s`,
			`0→1 joined a-1; to 1s; moved 2 kept 0 lost 0; CompletingRebalance 0s`,
			`0s ..
			1s AA`},
		{"a cooperative group, both halves, of which polls see the beginning", `
			followed
			0s log 1 Stable cooperative-sticky a-1:0-3
			1s poll 1? Stable cooperative-sticky a-1:0-3
			2s poll ? PreparingRebalance - a-1: b-1:
			3s log 2 Stable cooperative-sticky a-1:0,1 b-1: by=3s
			3200ms poll ? PreparingRebalance - a-1: b-1:
			4s log 3 Stable cooperative-sticky a-1:0,1 b-1:2,3 by=4s
			5s poll 3? Stable cooperative-sticky a-1:0,1 b-1:2,3`,
			`1→2 joined b-1; 2s to 3s ±1s; moved 0 kept 2 lost 2; pause 0s; PreparingRebalance 1s; CompletingRebalance 0s
			2→3 follow-up; 3.2s to 4s ±1.2s; moved 2 kept 2 lost 0; pause 2s; PreparingRebalance 800ms; CompletingRebalance 0s`,
			`0s AAAA
			2s AAAA
			3s AA..
			3.2s AA..
			4s AABB`},
		{"a member expires, and polls see the rest rebalance", `
			followed
			0s log 1 Stable cooperative-sticky a-1:0 b-1:1
			59s poll 1? Stable cooperative-sticky a-1:0 b-1:1
			60s poll ? PreparingRebalance - a-1:
			63s log 2 Stable cooperative-sticky a-1:0,1 by=62s b-1=14s`,
			`1→2 expired b-1; 1m0s to 1m3s ±1s; moved 1 kept 1 lost 0; pause 3s; PreparingRebalance 2s; CompletingRebalance 1s`,
			`0s AB
			1m0s A.
			1m3s AA`},
		{"a member expires", `
			followed
			0s log 1 Stable range a-1:0 b-1:1
			60s log 2 Stable range a-1:0,1 by=60s b-1=14s`,
			`1→2 expired b-1; to 1m0s; moved 1 kept 1 lost 0; CompletingRebalance 0s`,
			`0s AB
			1m0s AA`},
		{"nothing tells how a member went", `
			followed
			0s log 1 Stable range a-1:0 b-1:1
			60s log 2 Stable range a-1:0,1 b-1=30s`,
			`1→2 gone b-1; to 1m0s; moved 1 kept 1 lost 0`,
			`0s AB
			1m0s AA`},
		{"all leave, and the group is deleted and made anew", `
			followed
			0s log 4 Stable range a-1:0,1
			2s log 5 Empty - a-1=2s
			3s log ? gone -
			5s log 0 Empty -
			6s log 1 Stable range a-2:0,1`,
			`4→5 left a-1; to 2s; moved 0 kept 0 lost 2
			0→1 joined a-2; to 6s; moved 2 kept 0 lost 0`,
			`0s AA
			2s ..
			3s ..
			5s ..
			6s AA`},
		{"deleted and made anew while the log was compacted", `
			followed
			0s past 9 Stable range a-1:0,1
			1s past 2 Stable range b-1:0,1`,
			`?→2 replaced b-1 a-1; to 1s; moved 2 kept 0 lost 0; past`,
			`0s AA
			1s BB`},
		{"a static member comes back under another id", `
			followed
			0s log 5 Stable range a-1#x:0 b-1#y:1
			1s log 5 Stable range a-2#x:0 b-1#y:1
			3s log 6 Stable range a-3#x:0 b-1#y:1`,
			`5→6 rejoined a-3; to 3s; moved 0 kept 2 lost 0`,
			`0s AB
			1s AB
			3s AB`},
		{"a broker's clock is behind the last one's", `
			followed
			10s log 5 Stable range a-1:0,1
			8s log 6 Stable range a-1:0 b-1:1
			9s log 6 Stable range a-1:0 b-1:1
			12s log 7 Stable range a-1:0,1`,
			`5→6 joined b-1; to 10s; moved 1 kept 1 lost 0
			6→7 gone b-1; to 12s; moved 1 kept 1 lost 0`,
			`10s AA
			10s AB
			12s AA`},
		{"records that are read once more", `
			followed
			0s log 5 Stable range a-1:0,1
			2s log 6 Stable range a-1:0 b-1:1
			0s log 5 Stable range a-1:0,1
			2s log 6 Stable range a-1:0 b-1:1`,
			`5→6 joined b-1; to 2s; moved 1 kept 1 lost 0`,
			`0s AA
			2s AB`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := toldOf(Classic, c.story)
			check(t, "rebalances", tellRebalances(h), c.rebalances)
			check(t, "lanes", tellLanes(h), c.lanes)
		})
	}
}

// Of one that expired it is told for how long nothing of it was committed.
func TestSilenceBeforeAMemberExpires(t *testing.T) {
	for _, c := range []struct {
		quiet   string
		trigger Trigger
		silence string
	}{
		{"b-1=14s", Expired, "46s"},
		{"b-1=58s", Left, "2s"},
		{"", Departed, "0s"},
	} {
		h := toldOf(Classic, `
			followed
			0s log 1 Stable range a-1:0 b-1:1
			60s log 2 Stable range a-1:0,1 by=60s `+c.quiet+`
			70s log 3 Stable range a-1:0 c-1:1 by=70s`)
		if r := h.Rebalances[0]; r.Trigger != c.trigger || r.Silence != span(c.silence) {
			t.Errorf("%q: %s, silent for %v", c.quiet, r.Trigger, r.Silence)
		}
		if r := h.Rebalances[1]; r.Trigger != Joined || r.Silence != 0 {
			t.Errorf("%q: then %s, silent for %v", c.quiet, r.Trigger, r.Silence)
		}
	}
}
