package main

import (
	"testing"

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
