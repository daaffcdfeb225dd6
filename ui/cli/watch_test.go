package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kscope/model"
)

// ms is a time so many milliseconds after noon.
func ms(n int) time.Time { return at.Add(time.Duration(n) * time.Millisecond) }

// consumer is a member that is assigned partitions of orders.
func consumer(name string, partitions ...int32) model.Member {
	return model.Member{ID: name + "-id", ClientID: name, Host: "10.0.0.1", Epoch: model.NoEpoch, Assigned: map[string][]int32{"orders": partitions}}
}

func billing(state string, epoch int32, members ...model.Member) model.Group {
	return model.Group{ID: "billing", Kind: model.Classic, State: state, ProtocolType: "consumer", Assignor: "range", Coordinator: 2,
		Epoch: epoch, Inferred: true, AssignmentEpoch: model.NoEpoch, Known: true, Members: members}
}

// polls are looks at a group, four a second, up to a time.
func polls(from, to int, g model.Group) (events []model.Event) {
	for n := from; n < to; n += 250 {
		events = append(events, model.GroupsDescribed{At: ms(n), Groups: []model.Group{g}})
	}
	return events
}

func lagOf(n int, committed, end int64) model.Event {
	return model.LagsRead{At: ms(n), Groups: []model.GroupRead{{ID: "billing", Topics: []model.TopicLag{
		{Topic: "orders", Partitions: []model.PartitionLag{{ID: 0, Committed: committed, End: end}}},
	}}}}
}

// polled is a group that c joins and b is lost from, as seen from outside.
func polled() []model.Event {
	events := polls(0, 2000, billing("Stable", 4, consumer("a", 0, 1), consumer("b", 2, 3)))
	events = append(events, lagOf(1900, 100, 110))
	events = append(events, polls(2000, 4000, billing("PreparingRebalance", 4, consumer("a", 0, 1), consumer("b", 2, 3), consumer("c")))...)
	events = append(events, lagOf(3900, 100, 170))
	events = append(events, polls(4000, 6000, billing("Stable", 5, consumer("a", 0, 1), consumer("b", 2), consumer("c", 3)))...)
	return append(events, polls(6000, 8000, billing("Stable", 6, consumer("a", 0, 1, 2), consumer("c", 3)))...)
}

// told is the same group as its log tells it, with what was before.
func told() []model.Event {
	exact := func(n int, past bool, g model.Group) model.Observation {
		g.Inferred, g.Coordinator = false, model.NoBroker
		return model.Observation{At: ms(n), Origin: model.Logged, Past: past, Group: g}
	}
	log := model.LogState{State: model.LogFollowed, Read: 1, From: ms(-60000)}
	events := polls(0, 1000, billing("Stable", 4, consumer("a", 0, 1), consumer("b", 2, 3)))
	events = append(events, model.GroupLogged{At: ms(1000), Group: "billing", Anew: true, Log: model.LogState{State: model.LogReading}})
	events = append(events, model.GroupLogged{At: ms(1001), Group: "billing", Log: log, Observations: []model.Observation{
		exact(-60000, true, billing("Stable", 3, consumer("a", 0, 1, 2, 3))),
		exact(-30000, true, billing("Stable", 4, consumer("a", 0, 1), consumer("b", 2, 3))),
	}})
	left := exact(5000, false, billing("Stable", 5, consumer("a", 0, 1, 2, 3)))
	return append(events, model.GroupLogged{At: ms(5003), Group: "billing", Log: log, Observations: []model.Observation{left}})
}

// happening is a cluster on which that happens; groups other than billing are empty.
func happeningOn(events ...model.Event) *script {
	s := &script{says: map[model.Query][]model.Event{
		model.ListGroups{}: {model.GroupsListed{At: at, Groups: []model.Group{billing("Stable", 4)}}},
	}}
	s.watch = func(ctx context.Context, group string, emit func(model.Event)) error {
		for _, e := range events {
			if group == "billing" {
				emit(e)
			}
		}
		if group == "billing" && s.told != nil {
			s.told()
		}
		<-ctx.Done()
		return ctx.Err()
	}
	return s
}

// watched runs a command until all that the script has to tell is told, and then
// interrupts it.
func (s *shell) watched(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.script.told = cancel
	s.ctx = ctx
	return s.run(t, args...)
}

func TestWhatHappensToGroupsIsPrinted(t *testing.T) {
	for name, c := range map[string]struct {
		events []model.Event
		words  string
	}{
		"polled": {polled(), ""}, "polled-past": {polled(), " --past"}, "told": {told(), ""}, "told-past": {told(), " --past"},
	} {
		for _, format := range watchFormats {
			t.Run(name+"."+format, func(t *testing.T) {
				s := shell{script: happeningOn(c.events...)}
				status, out, errs := s.watched(t, onB("groups watch billing -o "+format+c.words)...)
				if status != done || s.closed != 1 {
					t.Errorf("status %d, let go %d times", status, s.closed)
				}
				golden(t, "watch-"+name+"."+format, out+"--- stderr\n"+errs)
				plain(t, out)
			})
		}
	}
}

// TestEveryEventIsDocumented compares the lines with the help.
func TestEveryEventIsDocumented(t *testing.T) {
	share := model.Group{ID: "billing", Kind: model.Share, State: "Stable", Coordinator: 1, Epoch: 1, AssignmentEpoch: 1, Known: true, Members: []model.Member{consumer("a", 0), consumer("b", 0)}}
	gone := model.GroupLogged{At: ms(1), Group: "billing", Log: model.LogState{State: model.LogRefused, Problem: denied}, Observations: []model.Observation{
		{At: ms(1), Origin: model.Logged, Group: model.Group{ID: "billing"}, Gone: true},
	}}
	var lines []string
	for _, events := range [][]model.Event{polled(), told(), append(polls(0, 1, share), gone)} {
		s := shell{script: happeningOn(events...)}
		_, out, _ := s.watched(t, onB("groups watch billing --past -o json")...)
		lines = append(lines, strings.Split(strings.TrimSpace(out), "\n")...)
	}
	_, help, _ := (&shell{}).run(t, "groups", "watch", "--help")
	events := map[string]bool{}
	for _, line := range lines {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		event := row["event"].(string)
		events[event] = true
		if !strings.HasPrefix(line, `{"time":"2026-03-01T1`) || !strings.HasPrefix(namesIn(line), "time group event origin past within_ms") {
			t.Errorf("%s", line)
		}
		names := map[string]bool{}
		collect(row, names)
		about := help[strings.Index(help, "time group event"):]
		for name := range names {
			if !strings.Contains(about, name) {
				t.Errorf("the help does not say %s of %s", name, event)
			}
		}
	}
	for event := range eventWords {
		if !strings.Contains(help, event) {
			t.Errorf("the help does not say %s", event)
		}
	}
	if len(events) < 8 {
		t.Errorf("only %v happened", events)
	}
}

func TestWatchingWhatIsNotThere(t *testing.T) {
	s := shell{script: happeningOn(polled()...)}
	status, out, errs := s.watched(t, onB("groups watch nope billing nope")...)
	if status != done || !strings.HasPrefix(errs, `kscope: there is no group "nope" yet, or no right to see it: waiting`+"\n") || !strings.Contains(out, "billing watching") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	s = shell{script: happeningOn(model.GroupsDescribed{At: at, Groups: []model.Group{{ID: "billing", Problem: denied}}})}
	if status, out, errs := s.run(t, onB("groups watch billing")...); status != failed || out != "" || errs != "kscope: "+denied.Error()+"\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	s = shell{script: happeningOn()}
	s.script.fails = map[model.Query]error{model.ListGroups{}: denied}
	if status, _, errs := s.run(t, onB("groups watch billing")...); status != failed || errs != "kscope: "+denied.Error()+"\n" {
		t.Errorf("%d %q", status, errs)
	}
	s = shell{script: happeningOn()}
	s.script.watch = func(context.Context, string, func(model.Event)) error { return errors.New("it is over") }
	if status, _, errs := s.run(t, onB("groups watch billing")...); status != failed || errs != "kscope: it is over\n" {
		t.Errorf("%d %q", status, errs)
	}
}

func TestAGroupThatComesLater(t *testing.T) {
	none := model.Group{ID: "billing", Coordinator: 2, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch, Known: true}
	missing := model.GroupsDescribed{At: at, Groups: []model.Group{{ID: "billing", Problem: &model.Problem{Kind: model.Gone, Says: "There is no group billing"}}}}
	s := shell{script: happeningOn(append(append([]model.Event{missing}, polls(250, 1000, none)...), polls(1000, 2000, billing("Stable", 1, consumer("a", 0)))...)...)}
	s.script.says[model.ListGroups{}] = []model.Event{model.GroupsListed{At: at}}
	status, out, errs := s.watched(t, onB("groups watch billing")...)
	if status != done || !strings.HasPrefix(out, "2026-03-01T12:00:01.000Z billing watching (±250ms) Stable, epoch ~1, 1 partition of 1 member: a 1\n") ||
		errs != "kscope: there is no group \"billing\" yet, or no right to see it: waiting\nkscope: 1 event\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestTroubleOfAGroupIsSaidOnce(t *testing.T) {
	down := model.GroupsDescribed{At: ms(900), Groups: []model.Group{{ID: "billing", Problem: &model.Problem{Kind: model.Timeout, Says: "Broker 2 does not answer"}}}}
	well := polls(0, 1, billing("Stable", 4, consumer("a", 0)))
	s := shell{script: happeningOn(well[0], down, down, polls(1000, 1001, billing("Stable", 4, consumer("a", 0)))[0], down)}
	status, out, errs := s.watched(t, onB("groups watch billing")...)
	if want := strings.Repeat("kscope: Broker 2 does not answer\n", 2) + "kscope: 1 event\n"; status != done || errs != want || strings.Count(out, "\n") != 1 {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestWatchingEnds(t *testing.T) {
	s := shell{script: happeningOn(polled()...)}
	if status, out, errs := s.run(t, onB("groups watch billing --for 50ms")...); status != done || out == "" || !strings.HasSuffix(errs, " events\n") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	for err, want := range map[error]int{syscall.EPIPE: done, errors.New("disk full"): failed} {
		s := shell{script: happeningOn(polled()...), out: &gone{err: err}}
		status, _, errs := s.run(t, onB("groups watch billing")...)
		if status != want || (errs == "") != (want == done) {
			t.Errorf("%v: %d %q", err, status, errs)
		}
	}
	for _, words := range []string{"", "billing --for 0s", "billing --for -1s", "billing --for x", "billing -o table"} {
		s := shell{script: happeningOn()}
		if status, out, errs := s.run(t, onB("groups watch "+words)...); status != misuse || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q", words, status, errs)
		}
	}
}

// TestWatchingTellsAsItHappens reads lines while the group is still watched.
func TestWatchingTellsAsItHappens(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan string)
	s := shell{script: happeningOn(polled()...), out: teeTo(heard), ctx: ctx}
	status := make(chan int)
	go func() {
		n, _, _ := s.run(t, onB("groups watch billing")...)
		status <- n
	}()
	if line := <-heard; !strings.HasPrefix(line, "2026-03-01T12:00:00.000Z billing watching Stable, epoch ~4, 4 partitions of 2 members: a 2, b 2\n") {
		t.Errorf("%q", line)
	}
	go func() {
		for range heard {
		}
	}()
	cancel()
	if n := <-status; n != done {
		t.Errorf("status %d", n)
	}
	close(heard)
}

type teeTo chan string

func (c teeTo) Write(b []byte) (int, error) {
	c <- string(b)
	return len(b), nil
}

// TestNothingIsToldTwice goes through the moments of a group of which the log is read
// while polling has already told some of them.
func TestNothingIsToldTwice(t *testing.T) {
	log := model.LogState{State: model.LogFollowed, Read: 1, From: ms(-60000)}
	events := polls(0, 8000, billing("Stable", 4, consumer("a", 0, 1), consumer("b", 2, 3)))
	events = append(events, polls(8000, 9000, billing("Stable", 5, consumer("a", 0, 1, 2, 3)))...)
	var again []model.Observation
	for n, g := range map[int]model.Group{-50000: billing("Stable", 3, consumer("b", 0, 1, 2, 3)), -40000: billing("Stable", 4, consumer("a", 0, 1), consumer("b", 2, 3)), 7900: billing("Stable", 5, consumer("a", 0, 1, 2, 3))} {
		again = append(again, model.Observation{At: ms(n), Origin: model.Logged, Past: n < 0, Group: g})
	}
	slices.SortFunc(again, func(a, b model.Observation) int { return a.At.Compare(b.At) })
	events = append(events, model.GroupLogged{At: ms(9000), Group: "billing", Anew: true, Log: log, Observations: again})
	events = append(events, polls(9250, 12000, billing("Stable", 5, consumer("a", 0, 1, 2, 3)))...)
	s := shell{script: happeningOn(events...)}
	_, out, _ := s.watched(t, onB("groups watch billing")...)
	for word, want := range map[string]int{" watching ": 1, " member gone ": 1, " rebalance finished ": 1, " owners ": 1, " member joined ": 0, " log ": 1} {
		if got := strings.Count(out, strings.TrimRight(word, " ")); got != want {
			t.Errorf("%d times %q, want %d, in\n%s", got, word, want, out)
		}
	}
}

func TestHostileGroupsStayText(t *testing.T) {
	g := model.Group{ID: "billing", Kind: nasty, State: nasty, Assignor: nasty, Known: true, Epoch: 1, AssignmentEpoch: model.NoEpoch,
		Members: []model.Member{{ID: nasty, ClientID: nasty, InstanceID: nasty, Host: nasty, Assigned: map[string][]int32{nasty: {0}}}}}
	next := g
	next.State, next.Members = nasty+"2", []model.Member{{ID: "b" + nasty, ClientID: nasty}}
	log := model.GroupLogged{At: ms(2), Group: "billing", Log: model.LogState{State: model.LogRefused, Problem: &model.Problem{Says: nasty}}}
	for _, format := range watchFormats {
		s := shell{script: happeningOn(append(append(polls(0, 1, g), polls(250, 251, next)...), log)...)}
		_, out, errs := s.watched(t, onB("groups watch billing -o "+format)...)
		plain(t, out+errs)
		if strings.Count(out, "\n") < 4 {
			t.Errorf("%q", out)
		}
	}
}

func BenchmarkWatch(b *testing.B) {
	members := make([]model.Member, 100)
	for i := range members {
		for p := range 10 {
			members[i].Assigned = map[string][]int32{"orders": {int32(i*10 + p)}}
		}
		members[i].ID = fmt.Sprint("m-", i)
	}
	f := newTeller(&app{std: Streams{Out: &gone{room: 1 << 60}}}, false, false, []string{"billing"})
	g := billing("Stable", 1, members...)
	for n := 0; b.Loop(); n += 250 {
		if err := f.hear(model.GroupsDescribed{At: ms(n), Groups: []model.Group{g}}); err != nil {
			b.Fatal(err)
		}
	}
}
