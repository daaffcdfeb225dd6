package model

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func (s Snapshot) polls(text string) Snapshot {
	o := observationOf(text)
	o.Group.Known = true
	return s.Apply(GroupsDescribed{At: o.At, Groups: []Group{o.Group}})
}

func observationOf(text string) Observation {
	return observation(Classic, strings.Fields(text))
}

// Descriptions make histories, also of groups that were not listed.
func TestDescriptionsMakeHistories(t *testing.T) {
	s := Snapshot{}.polls("0s poll 1? Stable range a-1:0,1").polls("1s poll 2? Stable range a-1:0 b-1:1")
	check(t, "rebalances", tellRebalances(s.Histories["billing"]), `1→2? joined b-1; to 1s ±1s; moved 1 kept 1 lost 0`)

	denied := Group{ID: "billing", Epoch: NoEpoch, Problem: &Problem{Kind: Denied}}
	after := s.Apply(GroupsDescribed{At: sinceNoon("2s"), Groups: []Group{denied}})
	if len(after.Histories["billing"].Moments) != 2 {
		t.Error("a denied description changes what is known")
	}
}

// A group that is said not to be there is gone if that is said twice: one that became
// another kind is not.
func TestAGroupIsGoneWhenThatIsSaidTwice(t *testing.T) {
	gone := func(at string) GroupsDescribed {
		return GroupsDescribed{At: sinceNoon(at), Groups: []Group{{ID: "billing", Epoch: NoEpoch, Problem: &Problem{Kind: Gone}}}}
	}
	s := Snapshot{}.polls("0s poll 1? Stable range a-1:0").Apply(gone("1s"))
	if tellLanes(s.Histories["billing"]) != "0s A\n" {
		t.Error("gone at once")
	}
	check(t, "it is there", tellLanes(s.polls("2s poll 1? Stable range a-1:0").Apply(gone("3s")).Histories["billing"]), "0s A")
	check(t, "it is gone", tellLanes(s.Apply(gone("2s")).Histories["billing"]), "0s A\n2s .")
}

func TestGroupsThatAreNotListedAnyMore(t *testing.T) {
	s := Snapshot{}.
		Apply(GroupsListed{At: noon, Groups: []Group{{ID: "billing", Coordinator: 1}, {ID: "zoo", Coordinator: 2}}}).
		polls("0s poll 1? Stable range a-1:0").
		Apply(lagsRead(noon, "billing", 1, 2))
	listed := GroupsListed{At: sinceNoon("2s"), Groups: []Group{{ID: "zoo", Coordinator: 2}}}
	unheard := listed
	unheard.Problems = []*Problem{{Kind: Unreachable}}

	after := s.Apply(unheard)
	if tellLanes(after.Histories["billing"]) != "0s A\n" || after.Lags["billing"] == nil {
		t.Error("a group is gone because its broker did not answer")
	}
	after = s.Apply(listed)
	check(t, "lanes", tellLanes(after.Histories["billing"]), "0s A\n2s .")
	if after.Lags["billing"] != nil || s.Lags["billing"] == nil {
		t.Error("the lag of a group that is gone is kept, or that of the snapshot before is not")
	}
}

func logged(at string, anew bool, state LogWord, texts ...string) GroupLogged {
	e := GroupLogged{At: sinceNoon(at), Group: "billing", Anew: anew, Log: LogState{State: state}}
	for _, text := range texts {
		e.Observations = append(e.Observations, observationOf(text))
	}
	return e
}

// The log is read while polls go on: it replaces what they told, and what they tell
// meanwhile does not mix with the past.
func TestTheLogReplacesWhatPollsTold(t *testing.T) {
	s := Snapshot{}.
		polls("100s poll 7? Stable range a-1:0,1").
		polls("101s poll 8? Stable range a-1:0 b-1:1").
		Apply(LagsRead{At: sinceNoon("101s"), Groups: lagsRead(noon, "billing", 0, 9).Groups}).
		Apply(logged("101s", true, LogReading)).
		polls("102s poll 8? Stable range a-1:0 b-1:1").
		Apply(logged("102s", false, LogReading, "10s past 6 Stable range a-1:0 c-1:1", "50s past 7 Stable range a-1:0,1")).
		polls("103s poll ? PreparingRebalance - a-1:0 b-1:1").
		Apply(logged("103s", false, LogReading, "101s past 8 Stable range a-1:0 b-1:1"))
	h := s.Histories["billing"]
	check(t, "rebalances", tellRebalances(h), `
		6→7 gone c-1; to 50s; moved 1 kept 1 lost 0; past
		7→8 joined b-1; to 1m41s; moved 1 kept 1 lost 0; past`)
	if len(h.Lag) != 1 || h.Seats[0].MemberID != "a-1" || h.Seats[1].Letter != 2 {
		t.Errorf("samples of lag: %v, seats:\n%s", h.Lag, tellSeats(h))
	}

	s = s.Apply(logged("103s", false, LogFollowed)).
		polls("104s poll ? PreparingRebalance - a-1:0 b-1:1 c-2:").
		Apply(logged("106s", false, LogFollowed, "106s log 9 Stable range a-1:0,1 c-2:"))
	check(t, "rebalances", tellRebalances(s.Histories["billing"]), `
		6→7 gone c-1; to 50s; moved 1 kept 1 lost 0; past
		7→8 joined b-1; to 1m41s; moved 1 kept 1 lost 0; past
		8→9 replaced c-2 b-1; 1m43s to 1m46s ±1s; moved 1 kept 1 lost 0; pause 6s; PreparingRebalance 3s`)
}

// Polls see who is there now, of which the log tells that others of the same client
// went before: all who were there together have letters of their own.
func TestTheLogGivesLettersAnew(t *testing.T) {
	h := Snapshot{}.
		polls("100s poll 9? Stable range a-2:0 a-3:1").
		Apply(logged("101s", true, LogReading, "10s past 6 Stable range a-1:0,1", "20s past 7 Stable range a-1:0 a-2:1")).
		Apply(logged("101s", false, LogFollowed, "30s past 8 Stable range a-1:0 a-2:1 a-3:", "50s past 9 Stable range a-2:0 a-3:1")).
		Histories["billing"]
	check(t, "seats", tellSeats(h), `
		B a…a-2 a-2
		C a…a-3 a-3
		A a…a-1 a-1`)
}

// When nobody asks for the group any more, its log is not followed: polls tell again.
func TestALogIsFollowedWhileItIsAskedFor(t *testing.T) {
	q := WatchGroup{"billing"}
	failed := fmt.Errorf("the broker is down")
	for _, e := range []Event{Forgotten{[]Query{ListGroups{}, q}}, Answered{Query: q, Err: failed}} {
		s := Snapshot{}.
			Apply(logged("1s", true, LogFollowed, "1s log 7 Stable range a-1:0,1")).
			polls("2s poll 8? Stable range a-1:0 b-1:1")
		check(t, "followed", tellRebalances(s.Histories["billing"]), ``)
		s = s.Apply(e).polls("3s poll 8? Stable range a-1:0 b-1:1")
		check(t, "not followed", tellRebalances(s.Histories["billing"]), `7→8? joined b-1; to 3s ±1s; moved 1 kept 1 lost 0`)
		if w := s.Histories["billing"].Log.State; w != LogUnasked {
			t.Errorf("the log's state is %v", w)
		}
	}
}

// A poll and a record that cross: the poll shows what was before the record.
func TestAPollThatCrossesARecord(t *testing.T) {
	s := Snapshot{}.
		Apply(logged("1s", true, LogFollowed, "1s log 7 Stable range a-1:0,1")).
		polls("1500ms poll 7? Stable range a-1:0,1").
		polls("2s poll ? PreparingRebalance - a-1:0 b-1:").
		Apply(logged("3s", false, LogFollowed, "3s log 8 Stable range a-1:0 b-1:1")).
		polls("3001ms poll ? CompletingRebalance - a-1:0 b-1:")
	if s.Histories["billing"].Open != nil {
		t.Error("a rebalance is under way that has ended")
	}
	s = s.polls("3250ms poll ? PreparingRebalance - a-1:0 b-1:")
	check(t, "rebalances", tellRebalances(s.Histories["billing"]), `
		7→8 joined b-1; 2s to 3s ±500ms; moved 1 kept 1 lost 0; pause 2s; PreparingRebalance 1s
		open 8→? ; 3.25s to ±1.25s; PreparingRebalance 0s`)
}

// A log that is read once more, after nobody had followed it: polls tell meanwhile, and
// also if there is nothing in it any more.
func TestALogThatIsReadOnceMore(t *testing.T) {
	s := Snapshot{}.
		Apply(logged("1s", true, LogFollowed, "1s log 7 Stable range a-1:0,1")).
		Apply(Forgotten{[]Query{WatchGroup{"billing"}}}).
		Apply(logged("2s", false, LogReading)).
		polls("3s poll 8? Stable range a-1:0 b-1:1")
	check(t, "while it is read", tellLanes(s.Histories["billing"]), "1s AA\n3s AB")

	again := s.Apply(logged("4s", true, LogFollowed, "1s past 7 Stable range a-1:0,1", "2s past 8 Stable range a-1:0 b-1:1"))
	check(t, "it tells more exactly", tellLanes(again.Histories["billing"]), "1s AA\n2s AB")

	empty := s.Apply(logged("4s", true, LogFollowed)).polls("5s poll 9? Stable range a-1:0,1")
	check(t, "it tells nothing", tellLanes(empty.Histories["billing"]), "1s AA\n3s AB\n5s AA")
}

// The clock of a broker is another than kscope's: polled beginnings and logged ends of
// a rebalance are made comparable.
func TestClocksThatDiffer(t *testing.T) {
	s := Snapshot{}.
		Apply(logged("10s", true, LogFollowed, "0s log 7 Stable range a-1:0,1")). // 10 s behind
		polls("11s poll 7? Stable range a-1:0,1").
		polls("12s poll ? PreparingRebalance - a-1:0 b-1:").
		Apply(logged("14s", false, LogFollowed, "4s log 8 Stable range a-1:0 b-1:1"))
	check(t, "rebalances", tellRebalances(s.Histories["billing"]),
		`7→8 joined b-1; 2s to 4s ±1s; moved 1 kept 1 lost 0; pause 4s; PreparingRebalance 2s`)
}

func TestHistoriesAreBounded(t *testing.T) {
	var s Snapshot
	for i := range historiesKept + 10 {
		g := Group{ID: fmt.Sprint("group-", i), State: "Empty", Epoch: NoEpoch, Known: true}
		s = s.Apply(GroupsDescribed{At: noon.Add(time.Duration(i) * time.Second), Groups: []Group{g}})
	}
	if n := len(s.Histories); n != historiesKept {
		t.Errorf("%d histories are kept", n)
	}
	if s.Histories["group-9"] != nil || s.Histories["group-10"] == nil {
		t.Error("others are dropped than those that were seen least recently")
	}
}
