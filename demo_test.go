package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kscope/kafka"
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

// A demo cluster that is served has its registry beside it: other programs read by it
// what the demo writes.
func TestAServedDemoHasItsRegistry(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serveDemo(ctx, "127.0.0.1:0", 0, 0, w)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	var at []string
	for lines := bufio.NewScanner(r); len(at) < 4 && lines.Scan(); {
		at = append(at, lines.Text())
	}
	if len(at) != 4 || !strings.HasPrefix(at[3], "http://127.0.0.1:") {
		t.Fatalf("%q", at)
	}
	c, err := kafka.Dial(model.Connection{Seeds: at[:3], Registry: model.Registry{URLs: at[3:]}})
	if err != nil {
		t.Fatal(err)
	}
	var s model.Snapshot
	for _, q := range []model.Query{model.ListSubjects{}, model.SchemaOf{Subject: "geo-positions-value"}} {
		if err := c.Ask(ctx, q, func(e model.Event) { s = s.Apply(e) }); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.Subjects) != 2 || s.SubjectSchemas["geo-positions-value"].Schema.Format != model.FormatProtobuf {
		t.Errorf("%v", s.Subjects)
	}
	c.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(at[3] + "/subjects"); err == nil {
		t.Error("the registry is still served")
	}
}
