package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

// taped writes events to a recording and returns its text.
func taped(t testing.TB, events ...model.Event) string {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, Header{Cluster: "prod", Groups: []string{"billing"}, Started: start})
	for _, e := range events {
		if err == nil {
			err = w.Write(e)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.String(), "\n"); lines != w.Lines+1 {
		t.Errorf("%d lines are counted as %d", lines-1, w.Lines)
	}
	return b.String()
}

func replayed(t testing.TB, text string) *Recording {
	t.Helper()
	r, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if r.Skipped+r.Partly > 0 || r.Cut {
		t.Errorf("%d skipped, %d partly, cut %t in\n%s", r.Skipped, r.Partly, r.Cut, text)
	}
	return r
}

// derived are fields that are not recorded: what follows from others when an event is
// applied, and what only the client's own process has.
var derived = []string{"Problem.Cause", "PartitionLag.Lag", "PartitionLag.Deleted", "PartitionLag.In", "PartitionLag.Out"}

// fill sets every exported field below v to something that is not its zero value.
func fill(t *testing.T, v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("text-%d", *n))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(*n % 4)
		if v.Type() == reflect.TypeFor[time.Duration]() {
			v.SetInt(*n * int64(time.Millisecond))
		}
		if v.Int() == 0 {
			v.SetInt(1)
		}
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		fillFields(t, v, n)
	default:
		t.Fatalf("a field of kind %s", v.Kind())
	}
}

func fillFields(t *testing.T, v reflect.Value, n *int64) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(at(int(*n))))
		return
	}
	for i := range v.NumField() {
		name := v.Type().Name() + "." + v.Type().Field(i).Name
		switch {
		case name == "PartitionLag.Lag":
			v.Field(i).SetInt(model.NoLag)
		case name == "PartitionLag.In", name == "PartitionLag.Out":
			v.Field(i).SetFloat(-1)
		case !strings.Contains(strings.Join(derived, " ")+" ", name+" "):
			fill(t, v.Field(i), n)
		}
	}
}

// TestEverythingIsRecorded fails when the model learns of something that recordings
// do not hold.
func TestEverythingIsRecorded(t *testing.T) {
	var n int64
	var d model.GroupsDescribed
	var g model.GroupLogged
	var l model.LagsRead
	for _, e := range []any{&d, &g, &l} {
		fill(t, reflect.ValueOf(e).Elem(), &n)
	}
	for i := range g.Observations { // an observation is of its event's group
		g.Observations[i].Group.ID = g.Group
	}
	text := taped(t, d, g, l)
	got := replayed(t, text)
	if want := []model.Event{d, g, l}; !reflect.DeepEqual(got.Events, want) {
		t.Errorf("got  %+v\nwant %+v\nof %s", got.Events, want, text)
	}
	if want := (Header{"prod", []string{"billing"}, start}); !reflect.DeepEqual(got.Header, want) {
		t.Errorf("%+v", got.Header)
	}
}

func TestNothingIsMadeUp(t *testing.T) {
	bare := model.Group{ID: "", Coordinator: model.NoBroker, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch}
	none := bare
	none.Known, none.Members = true, []model.Member{{Epoch: model.NoEpoch}, {Epoch: 0, Assigned: map[string][]int32{}, Target: map[string][]int32{}, Subscribed: []string{}}}
	zero := model.Group{ID: "zero"} // broker 0, epoch 0
	events := []model.Event{
		model.GroupsDescribed{At: at(0), Groups: []model.Group{bare}},
		model.GroupsDescribed{At: at(1), Groups: []model.Group{none}},
		model.GroupsDescribed{At: at(1).Add(1), Groups: []model.Group{zero}},
		model.GroupLogged{At: at(2), Group: "billing"},
		model.LagsRead{At: at(3), Groups: []model.GroupRead{{ID: "billing", Topics: []model.TopicLag{{Partitions: []model.PartitionLag{
			{Committed: -1, Start: -1, End: -1, Lag: -1, In: -1, Out: -1}, {ID: 1, Lag: -1, In: -1, Out: -1},
		}}}}}},
	}
	text := taped(t, events...)
	if got := replayed(t, text); !reflect.DeepEqual(got.Events, events) {
		t.Errorf("got  %+v\nwant %+v\nof %s", got.Events, events, text)
	}
}

// member is a consumer of orders.
func member(name string, partitions ...int32) model.Member {
	return model.Member{ID: name + "-id", ClientID: name, Host: "10.0.0.1", Epoch: 3, Assigned: map[string][]int32{"orders": partitions}}
}

func billing(state string, epoch int32, members ...model.Member) model.Group {
	return model.Group{ID: "billing", Kind: model.Classic, State: state, ProtocolType: "consumer", Assignor: "range", Coordinator: 2,
		Epoch: epoch, AssignmentEpoch: model.NoEpoch, Known: true, Members: members}
}

// night is a group that one joins and another is thrown out of: polled, then told by
// its log from the beginning, then both.
func night() []model.Event {
	var events []model.Event
	poll := func(from, to int, g model.Group) {
		for ms := from; ms < to; ms += 250 {
			events = append(events, model.GroupsDescribed{At: at(ms), Groups: []model.Group{g}})
			if ms%1000 == 0 {
				events = append(events, model.LagsRead{At: at(ms + 3), Groups: []model.GroupRead{{ID: "billing", Topics: []model.TopicLag{
					{Topic: "orders", Partitions: []model.PartitionLag{{ID: 0, Committed: int64(ms / 2), End: int64(ms)}, {ID: 1, Committed: -1, End: int64(ms)}}},
				}}}})
			}
		}
	}
	seen := func(ms int, g model.Group, past bool) model.Observation {
		return model.Observation{At: at(ms), Origin: model.Logged, Past: past, Group: g}
	}
	two := billing("Stable", 4, member("a", 0, 1), member("b", 2, 3))
	three := billing("Stable", 5, member("a", 0, 1), member("b", 2), member("c", 3))
	rest := billing("Stable", 6, member("a", 0, 1, 2), member("c", 3))
	poll(0, 15000, two)
	poll(15000, 17000, billing("PreparingRebalance", 4, member("a", 0, 1), member("b", 2, 3), member("c")))
	poll(17000, 20000, three)
	one := seen(-90000, billing("Stable", 3, member("a", 0, 1, 2, 3)), true)
	events = append(events,
		model.GroupLogged{At: at(20001), Group: "billing", Anew: true, Log: model.LogState{State: model.LogReading, Read: 0.5}, Observations: []model.Observation{one}},
		model.GroupLogged{At: at(20020), Group: "billing", Log: model.LogState{State: model.LogFollowed, Read: 1, From: at(-90000)}, Observations: []model.Observation{
			seen(-60000, two, true), seen(16900, three, false),
		}})
	poll(20250, 42000, three)
	events = append(events, model.GroupLogged{At: at(42010), Group: "billing", Log: model.LogState{State: model.LogFollowed, Read: 1, From: at(-90000)}, Observations: []model.Observation{
		{At: at(42005), Origin: model.Logged, Group: rest, JoinedBy: at(42004), Quiet: map[string]time.Time{"b-id": at(35000)}},
	}})
	poll(42250, 60000, rest)
	return events
}

// folded applies events to a snapshot that lists the group.
func folded(events []model.Event) model.Snapshot {
	s := model.Snapshot{}.Apply(model.GroupsListed{At: start, Groups: []model.Group{billing("Stable", 4)}})
	for _, e := range events {
		s = s.Apply(e)
	}
	return s
}

// same compares what histories say. What they keep besides, to compare the next
// observation with, may differ: there were fewer looks.
func same(t *testing.T, is, was model.Snapshot) {
	t.Helper()
	a, b := reflect.ValueOf(*is.Histories["billing"]), reflect.ValueOf(*was.Histories["billing"])
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if f.IsExported() && !alike(a.Field(i).Interface(), b.Field(i).Interface()) {
			t.Errorf("%s is\n%+v\nand was\n%+v", f.Name, a.Field(i).Interface(), b.Field(i).Interface())
		}
	}
	if len(was.Histories["billing"].Rebalances) == 0 {
		t.Error("there are no rebalances to compare")
	}
}

// alike compares values; those of which one is empty and the other nil are.
func alike(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return reflect.DeepEqual(a, b) || x.Kind() == reflect.Slice && x.Len()+y.Len() == 0
}

// TestReplayedHistoryIsTheOriginal holds that what is left out of a recording, which
// is most of it, changes nothing that a history says.
func TestReplayedHistoryIsTheOriginal(t *testing.T) {
	events := night()
	text := taped(t, events...)
	r := replayed(t, text)
	if len(r.Events) > len(events)/2 {
		t.Errorf("%d of %d events are kept", len(r.Events), len(events))
	}
	was, is := folded(events), folded(r.Events)
	same(t, is, was)
	if !reflect.DeepEqual(is.Groups, was.Groups) || !reflect.DeepEqual(is.Lags, was.Lags) {
		t.Errorf("groups or lags differ: %+v", is.Groups[0])
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	watch, members, lags := model.WatchGroup{Group: "billing"}, model.DescribeGroups{}, model.ReadLags{Groups: model.NamesOf("billing")}
	for _, asked := range [][]model.Query{
		{watch}, {watch, watch}, {model.ListGroups{}, members, lags, watch}, {watch, lags, members, model.ListGroups{}, members, lags},
		{members, watch, members, watch, lags},
	} {
		var answer []model.Event
		for _, q := range asked {
			err := r.Ask(ctx, q, func(e model.Event) { answer = append(answer, e) })
			if q == model.Query(watch) && !errors.Is(err, context.Canceled) {
				t.Errorf("watching ends with %v", err)
			}
		}
		is := folded(answer)
		same(t, is, was)
		if !reflect.DeepEqual(is.Lags["billing"].Topics, was.Lags["billing"].Topics) || is.Groups[0].Epoch != 6 || len(is.Groups[0].Members) != 2 {
			t.Errorf("asked %T: %+v", asked, is.Groups[0])
		}
	}
}

func TestAKilledRecorderLosesLittle(t *testing.T) {
	var b bytes.Buffer
	w, err := NewWriter(&b, Header{Started: start})
	if err != nil {
		t.Fatal(err)
	}
	for ms := 0; ms < 60_000; ms += 250 {
		if err := w.Write(model.GroupsDescribed{At: at(ms), Groups: []model.Group{billing("Stable", 4)}}); err != nil {
			t.Fatal(err)
		}
		r := replayed(t, b.String()) // as it would be if the process ended here
		if lost := at(ms).Sub(r.End()); lost >= stale {
			t.Fatalf("%v are lost", lost)
		}
	}
	if w.Lines != 20 {
		t.Errorf("%d lines of a group that stays the same for a minute", w.Lines)
	}
}

func TestWhatARecordingAnswers(t *testing.T) {
	r := replayed(t, taped(t, night()...))
	var got []model.Event
	hear := func(e model.Event) { got = append(got, e) }
	ask := func(q model.Query) error {
		got = nil
		return r.Ask(t.Context(), q, hear)
	}
	if err := ask(model.ListGroups{}); err != nil || len(got) != 1 || got[0].(model.GroupsListed).Groups[0].Epoch != 6 {
		t.Errorf("%v %+v", err, got)
	}
	for names, want := range map[model.Names]int{{}: 1, model.NamesOf("billing"): 1, model.NamesOf("nope"): 0, model.NamesOf(): 0} {
		if err := ask(model.DescribeGroups{Groups: names}); err != nil || len(got) != want {
			t.Errorf("%v %+v", err, got)
		}
		if err := ask(model.ReadLags{Groups: names}); err != nil || len(got) != want || want == 1 && !got[0].(model.LagsRead).At.Equal(at(59003)) {
			t.Errorf("%v %+v", err, got)
		}
	}
	var p *model.Problem
	if err := ask(model.ListTopics{}); !errors.As(err, &p) || p.Kind != model.Unsupported || len(got) > 0 {
		t.Errorf("%v %+v", err, got)
	}
	if err := r.Do(t.Context(), model.DeleteGroup{Group: "billing"}, hear); !errors.As(err, &p) || p.Kind != model.ReadOnly {
		t.Errorf("%v", err)
	}
	if r.Begin() != at(0) || r.End() != at(59750) {
		t.Errorf("it reaches from %v to %v", r.Begin(), r.End())
	}
	empty := replayed(t, taped(t))
	if !empty.Begin().IsZero() || !empty.End().IsZero() || len(empty.latest(model.Names{})) != 1 {
		t.Errorf("%+v", empty)
	}
}
