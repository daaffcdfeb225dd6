package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/cli"
)

// Who asks a demo cluster only once sees its groups with their members.
func TestASettledDemoHasMembers(t *testing.T) {
	source, end, err := startDemo(t.Context(), cli.DemoOptions{Settled: true})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	var s model.Snapshot
	for _, q := range []model.Query{model.ListGroups{}, model.DescribeGroups{}} {
		if err := source.Ask(t.Context(), q, func(e model.Event) { s = s.Apply(e) }); err != nil {
			t.Fatalf("%T: %v", q, err)
		}
	}
	members := 0
	for _, g := range s.Groups {
		members += len(g.Members)
	}
	if len(s.Groups) < 2 || members < len(s.Groups) {
		t.Errorf("%d groups of %d members", len(s.Groups), members)
	}
}

// The lab works in the demo, with each assignor, beside the demo's own groups.
func TestLabInTheDemo(t *testing.T) {
	source, end, err := startDemo(t.Context(), cli.DemoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	assignors := []model.LabAssignor{model.LabRange, model.LabRoundRobin, model.LabSticky, model.LabCooperative, model.LabConsumer}
	do := func(cmd model.Command) {
		t.Helper()
		if err := source.Do(t.Context(), cmd, func(model.Event) {}); err != nil {
			t.Fatalf("%s: %v", cmd, err)
		}
	}
	for _, a := range assignors {
		for _, static := range []bool{false, true} {
			do(model.LabAdd{Group: "kscope-lab-" + string(a), Topic: "orders", Assignor: a, Static: static})
		}
	}
	ctx, enough := context.WithTimeout(t.Context(), 3*time.Minute)
	defer enough()
	var lab model.LabView
	sharing := func() bool {
		return !slices.ContainsFunc(lab.Members, func(m model.LabMember) bool { return m.Owned != 6 || m.Read == 0 || m.Problem != nil })
	}
	err = source.Ask(ctx, model.WatchLab{}, func(e model.Event) {
		if lab = e.(model.LabSeen).Lab; sharing() {
			enough()
		}
	})
	if !sharing() {
		t.Fatalf("%v: %+v", err, lab)
	}
	for _, a := range assignors {
		do(model.LabEnd{Group: "kscope-lab-" + string(a), Delete: true})
	}
}
