package model

import "testing"

// Stories of groups whose epoch is bumped (KIP-848).
func TestEpochs(t *testing.T) {
	for _, c := range []struct{ name, story, rebalances, lanes string }{
		{"what was there at first is no rebalance", `
			0s poll 5 Stable uniform a-1:0,1
			1s poll 5 Stable uniform a-1:0,1`,
			``, `0s AA`},
		{"the log begins where the group did", `
			0s past 2 Stable uniform a-1:0,1
			5s past 3 Stable uniform a-1:0 b-1:1
			followed`,
			`0→2 joined a-1; 0s to 0s; moved 2 kept 0 lost 0; pause 0s; past
			2→3 joined b-1; 5s to 5s; moved 1 kept 1 lost 0; pause 0s; past`, `
			0s ..
			0s AA
			5s AB`},
		{"one joins, and all converge", `
			0s poll 5 Stable uniform a-1:0-3
			1s poll 6 Assigning uniform a-1:0-3 b-1:>
			2s poll 6 Reconciling uniform a-1:0-3>0,1 b-1:>2,3
			4s poll 6 Reconciling uniform a-1:0,1 b-1:>2,3
			5s poll 6 Stable uniform a-1:0,1 b-1:2,3`,
			`5→6 joined b-1; 1s to 5s ±1s; moved 2 kept 2 lost 0; pause 2s; Assigning 1s; Reconciling 3s`,
			`0s AAAA
			1s AAAA
			2s AAAA
			4s AA..
			5s AABB`},
		{"another bump before they converged", `
			0s poll 5 Stable uniform a-1:0-3
			1s poll 6 Reconciling uniform a-1:0-3>0,1 b-1:>2,3
			2s poll 6 Reconciling uniform a-1:0,1 b-1:>2,3
			3s poll 7 Reconciling uniform a-1:0,1>0,1 b-1:>2 c-1:>3
			5s poll 7 Stable uniform a-1:0,1 b-1:2 c-1:3`,
			`5→6 joined b-1; 1s to 3s ±1s; moved 0 kept 2 lost 2; pause 2s; Reconciling 2s
			6→7 joined c-1; 3s to 5s ±2s; moved 2 kept 2 lost 0; pause 4s; Reconciling 2s`,
			`0s AAAA
			1s AAAA
			2s AA..
			3s AA..
			5s AABC`},
		{"bumps between two polls are told as one", `
			0s poll 5 Stable uniform a-1:0,1
			1s poll 8 Stable uniform a-1:0 b-1:1`,
			`5→8 joined b-1; to 1s ±1s; moved 1 kept 1 lost 0`,
			`0s AA
			1s AB`},
		{"partitions are added", `
			0s poll 5 Stable uniform a-1:0~orders b-1:1~orders
			1s poll 6 Reconciling uniform a-1:0>0,2~orders b-1:1>1,3~orders
			2s poll 6 Stable uniform a-1:0,2~orders b-1:1,3~orders`,
			`5→6 partitions; 1s to 2s ±1s; moved 2 kept 2 lost 0; pause 2s; Reconciling 1s`,
			`0s AB..
			1s AB..
			2s ABAB`},
		{"a subscription changes", `
			0s poll 5 Stable uniform a-1:0~orders b-1:1~orders
			1s poll 6 Stable uniform a-1:0~carts,orders b-1:1~orders`,
			`5→6 subscription a-1; to 1s ±1s; moved 0 kept 2 lost 0`,
			`0s AB
			1s AB`},
		{"a static member comes back without a bump", `
			0s poll 5 Stable uniform a-1#x:0 b-1#y:1
			1s poll 5 Stable uniform b-1#y:1
			2s poll 5 Stable uniform a-2#x:0 b-1#y:1`,
			``, `0s AB
			1s .B
			2s AB`},
		{"a member loses all without a bump, and gets it back", `
			0s poll 5 Stable uniform a-1:0 b-1:1
			1s poll 5 Reconciling uniform a-1:>0 b-1:1
			2s poll 5 Stable uniform a-1:0 b-1:1
			3s poll 6 Stable uniform a-1:0,1`,
			`5→6 gone b-1; to 3s ±1s; moved 1 kept 1 lost 0`,
			`0s AB
			1s .B
			2s AB
			3s AA`},
		{"kscope comes while they converge", `
			0s poll 6 Reconciling uniform a-1:0,1>0 b-1:>1
			1s poll 6 Stable uniform a-1:0 b-1:1
			2s poll 7 Empty -`,
			`?→6 ; to 1s ±1s; Reconciling 1s
			6→7 gone a-1 b-1; to 2s ±1s; moved 0 kept 0 lost 2`,
			`0s AA
			1s AB
			2s ..`},
		{"the group is deleted, and made anew", `
			0s poll 5 Stable uniform a-1:0
			1s poll 6 Empty uniform
			2s poll ? gone -
			3s poll 1 Stable uniform a-2:0`,
			`5→6 gone a-1; to 1s ±1s; moved 0 kept 0 lost 1
			0→1 joined a-2; to 3s ±1s; moved 1 kept 0 lost 0`,
			`0s A
			1s .
			2s .
			3s A`},
		{"from the log, member by member", `
			followed
			0s log 5 Stable uniform a-1:0-3
			1s log 5 Stable uniform a-1:0-3 b-1:
			1s log 6 Assigning uniform a-1:0-3 b-1:>
			1s log 6 Reconciling uniform a-1:0-3>0,1 b-1:>2,3
			2s log 6 Reconciling uniform a-1:0,1 b-1:>2,3
			2500ms poll 6 Reconciling uniform a-1:0,1 b-1:>2,3
			3s log 6 Stable uniform a-1:0,1 b-1:2,3
			9s log 6 Stable uniform a-1:0,1
			9s log 7 Stable uniform a-1:0-3`,
			`5→6 joined b-1; 1s to 3s; moved 2 kept 2 lost 0; pause 2s; Assigning 0s; Reconciling 2s
			6→7 gone b-1; 9s to 9s; moved 2 kept 2 lost 0; pause 0s`,
			`0s AAAA
			1s AAAA
			1s AAAA
			1s AAAA
			2s AA..
			3s AABB
			9s AA..
			9s AAAA`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := toldOf(Consumer, c.story)
			check(t, "rebalances", tellRebalances(h), c.rebalances)
			check(t, "lanes", tellLanes(h), c.lanes)
		})
	}
}

// Stories of share groups (KIP-932): a partition has several readers, or none.
func TestSharers(t *testing.T) {
	for _, c := range []struct{ name, story, rebalances string }{
		{"one joins, and shares a partition", `
			0s poll 5 Stable simple a-1^5:0,1
			1s poll 6 Stable simple a-1^5:0,1 b-1^6:1
			2s poll 6 Stable simple a-1^6:0,1 b-1^6:1`,
			`5→6 joined b-1; 1s to 2s ±1s; moved 1 kept 1 lost 0; pause 0s; Stable 1s`},
		{"one goes, and its partitions have another reader, or none", `
			0s poll 5 Stable simple a-1^5:0,1 b-1^5:1,2
			1s poll 6 Stable simple b-1^5:1,2
			3s poll 6 Stable simple b-1^6:0,1`,
			`5→6 gone a-1; 1s to 3s ±2s; moved 2 kept 0 lost 1; pause 2s; Stable 2s`},
		{"all go", `
			0s poll 5 Stable simple a-1^5:0,1
			1s poll 6 Empty simple`,
			`5→6 gone a-1; to 1s ±1s; moved 0 kept 0 lost 2`},
	} {
		check(t, c.name, tellRebalances(toldOf(Share, c.story)), c.rebalances)
	}
	h := toldOf(Share, `0s poll 5 Stable simple a-1^5:0,1 b-1^5:1`)
	m := h.Moments[0]
	if m.Owners != nil || len(m.Sharers) != 2 || len(m.Sharers[1]) != 2 || len(m.Owned(0)) != 2 || len(m.Owned(1)) != 1 {
		t.Errorf("%+v", m)
	}
}

// A streams group's members read the sources of their active tasks (KIP-1071).
func TestTasksAreRead(t *testing.T) {
	g := Group{ID: "billing", Kind: Streams, State: "Stable", Epoch: 3, Coordinator: 1,
		Topology: &Topology{Subtopologies: []Subtopology{{ID: "0", Sources: []string{"orders"}}, {ID: "1", Sources: []string{"repartition"}}}},
		Members: []Member{
			{ID: "a", Tasks: []Task{{Kind: ActiveTask, Subtopology: "0", Partitions: []int32{0, 1}}, {Kind: StandbyTask, Subtopology: "1", Partitions: []int32{0}}}},
			{ID: "b", Tasks: []Task{{Kind: ActiveTask, Subtopology: "1", Partitions: []int32{0}}, {Kind: ActiveTask, Subtopology: "0", Partitions: []int32{2}, Target: true}}},
		}}
	h := (&History{}).Observe(Observation{At: noon, Origin: Polled, Group: g})
	check(t, "lanes", tellLanes(h), "0s AAB")
	if m := h.Moments[0].Members; m[0].Owned != 2 || m[1].Owned != 1 {
		t.Errorf("%+v", m)
	}
}

// Workers of Connect have no partitions; their rebalances are told all the same.
func TestWorkersWithoutPartitions(t *testing.T) {
	h := toldOf(Classic, `
		0s poll ? Stable sessioned a-1:
		1s poll ? PreparingRebalance - a-1: b-1:
		2s poll ? Stable sessioned a-1: b-1:`)
	check(t, "rebalances", tellRebalances(h), `?→? joined b-1; 1s to 2s ±1s; moved 0 kept 0 lost 0; pause 0s; PreparingRebalance 1s`)
}
