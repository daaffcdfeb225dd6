package ui

import (
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// sees reports texts that a screen does not show.
func sees(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(screen, s) {
			t.Errorf("no %q in\n%s", s, screen)
		}
	}
}

// lacks reports texts that a screen shows and should not.
func lacks(t *testing.T, screen string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(screen, s) {
			t.Errorf("%q in\n%s", s, screen)
		}
	}
}

// lineWith returns the line of a screen that has a text.
func lineWith(t *testing.T, screen, text string) string {
	t.Helper()
	for _, line := range strings.Split(screen, "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	t.Fatalf("no line with %q in\n%s", text, screen)
	return ""
}

func TestLanesTellAnEvening(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	got := showPane(f, newLanes(&scrub{}), 100, 18)
	sees(t, got, "from the log", " A  billing-1", "▾46      ▾47", "now", "14:12:05", "peak", "11,715")
	if line := lineWith(t, got, "  7  "); !strings.Contains(line, "░░░A─────░░C────") {
		t.Errorf("partition 7 is\n%s", line)
	}
	if line := lineWith(t, got, "  0  "); strings.ContainsAny(line, "░BCD") {
		t.Errorf("partition 0 never moved, and is\n%s", line)
	}
}

// A gap that is shorter than a column shows all the same, whatever the scale.
func TestAGapNeverRoundsAway(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 1, "Stable", "AB")
	p.moment(3600, 2, "PreparingRebalance", "A.")
	p.moment(3600.2, 2, "Stable", "AB")
	h := p.until(7200)
	for _, scale := range scales {
		s := &scrub{scale: scale, group: "billing", at: p.at(3600)}
		got := showPane(pastFrame(t, h, "dark"), newLanes(s), 80, 8)
		line, _, _ := strings.Cut(lineWith(t, got, "│   1 "), "nobody") // who names the owner at the right, too
		if n := strings.Count(line, "░"); n != 1+boolInt(strings.HasSuffix(line, "░ ")) {
			t.Errorf("at %v there are %d cells of a gap:\n%s", scale, n, got)
		}
		if strings.Contains(lineWith(t, got, "│   0 "), "░") {
			t.Errorf("at %v partition 0 has a gap:\n%s", scale, got)
		}
	}
}

func TestRebalancesThatLeaveNoRoomShareANumber(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 42, "Stable", "AA")
	p.rebalance(20, 0.3, model.Joined, 1, "AB")
	p.rebalance(20.5, 0.2, model.FollowUp, 1, "BB")
	p.rebalance(21.2, 0.2, model.FollowUp, 1, "BA")
	p.rebalance(60, 1, model.Left, 1, "AA")
	f := pastFrame(t, p.until(80), "dark")
	got := lineWith(t, showPane(f, newLanes(&scrub{scale: 5 * time.Second}), 80, 8), "gen")
	sees(t, got, "42", "▾43-45", "▾46")
}

// A partition that nobody looked at, that the log alone tells of, and that nobody
// reads look different.
func TestWhatIsNotKnownLooksDifferent(t *testing.T) {
	p := newPast(model.Classic, 1, "a")
	p.moment(0, 1, "Stable", "A").Past = true
	p.moment(10, 1, "Stable", "A")
	p.moment(20, -1, "", "?").Unwatched = true
	p.moment(30, 1, "Empty", ".")
	p.moment(40, -1, "", ".").Gone = true
	h := p.until(50)
	for ascii, want := range map[bool]string{false: "A╌╌╌╌╌╌╌╌╌──────────··········░░░░░░░░░░", true: "A=========----------::::::::::.........."} {
		f := pastFrame(t, h, "mono")
		if ascii {
			f.Theme = f.Theme.WithASCII()
			f.Marks = f.Theme.Marks()
		}
		got := showPane(f, newLanes(&scrub{scale: time.Second}), 90, 7)
		sees(t, got, want+"           ")
		if ascii && strings.IndexFunc(got, func(r rune) bool { return r > 0x7e }) >= 0 {
			c := canvas.New(90, 7)
			drawPane(f, c, c.Bounds(), "", newLanes(&scrub{}))
			if out := c.Render(f.Theme); strings.IndexFunc(out, func(r rune) bool { return r > 0x7e }) >= 0 {
				t.Errorf("not ASCII:\n%q", out)
			}
		}
	}
}

func TestSharersTakeTurns(t *testing.T) {
	p := newPast(model.Share, 4, "w-1", "w-2", "w-3", "w-4", "w-5")
	p.moment(0, 3, "Stable", "AAA.").Sharers = [][]model.Owner{{0}, {0, 1}, {0, 1, 2, 3, 4}, {}}
	p.moment(10, 4, "Stable", "AAA.").Sharers = [][]model.Owner{{0}, {0, 2}, {0, 1, 2, 3, 4}, {}}
	got := showPane(pastFrame(t, p.until(20), "dark"), newLanes(&scrub{scale: time.Second}), 90, 9)
	sees(t, got, "epoch", "AB────────AC────────", "×5──────", "░░░░", "A C", "A B C D E", "░ nobody")
}

func TestTopicsAreNamedAboveTheirPartitions(t *testing.T) {
	p := newPast(model.Classic, 1, "a")
	p.h.Lanes = []model.Lane{{Topic: "payments", Partition: 1}, {Topic: "orders", Partition: 10}, {Topic: "orders", Partition: 2}}
	p.moment(0, 1, "Stable", "AAA")
	f := pastFrame(t, p.until(30), "dark")
	l := newLanes(&scrub{})
	got := showPane(f, l, 80, 10)
	lines := strings.Split(got, "\n")
	for i, want := range []string{"orders", "   2 ", "  10 ", "payments", "   1 "} {
		if !strings.Contains(lines[2+i], want) {
			t.Errorf("line %d has no %q:\n%s", i, want, got)
		}
	}
	for _, step := range []struct {
		key, topic string
		partition  int32
	}{{"j", "orders", 2}, {"j", "orders", 10}, {"j", "payments", 1}, {"j", "payments", 1}, {"k", "orders", 10}, {"g", "orders", 2}, {"G", "payments", 1}} {
		pressPane(t, f, l, step.key)
		if f.Sel.Topic != step.topic || f.Sel.Partition != step.partition {
			t.Errorf("%s selects %s %d, want %s %d", step.key, f.Sel.Topic, f.Sel.Partition, step.topic, step.partition)
		}
	}
}

// Zooming keeps the time under the cursor where it is on screen.
func TestScaleKeepsTheCursorInPlace(t *testing.T) {
	f := pastFrame(t, wide(10, 72), "dark")
	s := &scrub{scale: time.Minute}
	l := newLanes(s)
	showPane(f, l, 120, 20)
	s.to(pastStart.Add(20 * time.Hour))
	showPane(f, l, 120, 20)
	pressPane(t, f, l, "h h h h")
	showPane(f, l, 120, 20)
	at, x := s.at, l.line.column(s.at)
	for _, key := range []string{"-", "+", "+", "-", "-"} {
		pressPane(t, f, l, key)
		showPane(f, l, 120, 20)
		if !s.at.Equal(at) || l.line.column(s.at) != x {
			t.Errorf("%s: the cursor is at column %d, was %d", key, l.line.column(s.at), x)
		}
	}
	pressPane(t, f, l, "f")
	if showPane(f, l, 120, 20); !s.follows() || l.line.column(history(f).Seen) != l.line.n-1 {
		t.Error("now is not the last column")
	}
	pressPane(t, f, l, "0")
	if showPane(f, l, 120, 20); !s.at.Equal(pastStart) || l.line.column(pastStart) < 0 {
		t.Error("the beginning is not on screen")
	}
}

func TestClickOnALane(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	s := &scrub{}
	l := newLanes(s)
	showPane(f, l, 140, 20)
	x := l.line.column(pastStart.Add(500 * time.Second))
	i := l.Click(f, l.area.X+x, l.area.Y+3)
	sel, ok := i.(Select)
	if !ok || sel.Selection.Topic != "orders" || sel.Selection.Partition != 3 || !s.at.Equal(pastStart.Add(500*time.Second)) {
		t.Errorf("%+v at %v", i, s.at)
	}
	if l.Click(f, l.area.X+l.line.n-1, 0); !s.follows() {
		t.Error("a click on the last column does not follow")
	}
}

// Going from rebalance to rebalance stops at each, and ends following.
func TestLeapsFromRebalanceToRebalance(t *testing.T) {
	h := pastOfBilling().until(725)
	s := &scrub{group: "billing"}
	var got []float64
	for range 7 {
		s.leap(h, -1)
		got = append(got, s.time(h.Seen).Sub(pastStart).Seconds())
	}
	for range 6 {
		s.leap(h, +1)
		got = append(got, s.time(h.Seen).Sub(pastStart).Seconds())
	}
	want := []float64{609, 560, 407, 361, 192, 0, 0, 192, 361, 407, 560, 609, 725}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	if !s.follows() {
		t.Error("does not follow after the last")
	}
	s.to(pastStart.Add(600 * time.Second))
	if s.leap(h, -1); s.at.Sub(pastStart) != 560*time.Second {
		t.Error("back from within a rebalance is not its beginning")
	}
}

func TestTheSelectedTimeIsCopied(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	l := newLanes(&scrub{})
	got := pressPane(t, f, l, "j j j j j j j j [ [ y")
	if c, ok := got.(Copy); !ok || c.Text != "2026-03-01T14:09:20Z orders-7 nobody" {
		t.Errorf("%+v", got)
	}
}

func TestLanesSayWhatTheyStandOn(t *testing.T) {
	for _, c := range []struct {
		log  model.LogState
		want string
	}{
		{model.LogState{State: model.LogFollowed}, "from the log, times exact since 14:00"},
		{model.LogState{State: model.LogReading, Read: 0.43}, "reading the log 43 %"},
		{model.LogState{State: model.LogRefused}, "polled, ± 250 ms since 14:00"},
		{model.LogState{State: model.LogRefused, Problem: &model.Problem{Kind: model.Denied, Right: model.Right{Operation: "Read", Resource: "Topic __consumer_offsets"}}},
			"the log needs Read on Topic __consumer_offsets; polled, ± 250 ms"},
	} {
		p := newPast(model.Classic, 1, "a")
		p.moment(0, 1, "Stable", "A")
		m := p.moment(1, 1, "Stable", "A")
		m.Origin, m.Since = model.Polled, m.At.Add(-250*time.Millisecond)
		h := p.until(2)
		h.Log = c.log
		sees(t, showPane(pastFrame(t, h, "dark"), newLanes(&scrub{}), 140, 8), c.want)
	}
}

// Whoever names a consumer cannot break the screen.
func TestHostileNamesInLanes(t *testing.T) {
	p := newPast(model.Classic, 2, "日本語の消費者\x1b[31m\r\n", strings.Repeat("長い", 60))
	p.moment(0, 1, "Stable", "AB")
	p.rebalance(10, 1, model.Joined, 1, "BA")
	f := pastFrame(t, p.until(30), "dark")
	s := &scrub{}
	for _, w := range []int{30, 60, 61, 120, 200} {
		for _, pane := range []Pane{newLanes(s), newRebalances(s), newGeneration(s)} {
			for _, line := range strings.Split(strings.TrimSuffix(showPane(f, pane, w, 12), "\n"), "\n") {
				if canvas.Width(line) != w || strings.Contains(line, "\x1b") {
					t.Errorf("%s at %d: %q", pane.Name(), w, line)
				}
			}
		}
	}
}

// TestLanesWithoutLanes: there is always a sentence instead.
func TestLanesWithoutLanes(t *testing.T) {
	empty := newPast(model.Classic, 0)
	empty.moment(0, 1, "Empty", "")
	gone := newPast(model.Classic, 0)
	gone.moment(0, 1, "", "").Gone = true
	first := newPast(model.Classic, 0, "a")
	first.moment(0, 1, "PreparingRebalance", "").Members = []model.Presence{{Seat: 0, Target: -1}}
	reading := &model.History{Group: "billing", Log: model.LogState{State: model.LogReading, Read: 0.43}}
	for _, c := range []struct {
		name string
		h    *model.History
		want string
	}{
		{"nothing yet", nil, "looking at the group"},
		{"reading the log", reading, "reading the group's log … 43 %"},
		{"empty", empty.until(60), "no members"},
		{"gone", gone.until(60), "the group is gone"},
		{"the first rebalance", first.until(1), "1 member waits for partitions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sees(t, showPane(pastFrame(t, c.h, "dark"), newLanes(&scrub{}), 100, 8), c.want)
		})
	}
	f := pastFrame(t, nil, "dark")
	f.Sel.Group = ""
	sees(t, showPane(f, newLanes(&scrub{}), 100, 8), "select a group")
}

// A group that cannot be looked at says so.
func TestLanesThatFail(t *testing.T) {
	f := pastFrame(t, nil, "dark")
	f.Snapshot = &model.Snapshot{Groups: []*model.Group{{ID: "billing", Problem: &model.Problem{Says: "the group may not be described", Fix: "It needs Describe on Group billing."}}}}
	sees(t, showPane(f, newLanes(&scrub{}), 100, 8), "the group may not be described", "Describe on Group billing")
}

// Every size and theme draws.
func TestLanesAtAnySize(t *testing.T) {
	h := pastOfBilling().until(725)
	for _, name := range themes.Names() {
		f := pastFrame(t, h, name)
		for w := 0; w < 130; w += coarsely(7) {
			for height := range 24 {
				for _, s := range []*scrub{{}, {group: "billing", at: pastStart.Add(400 * time.Second)}} {
					for _, pane := range []Pane{newLanes(s), newRebalances(s), newGeneration(s)} {
						showPane(f, pane, w, height)
					}
				}
			}
		}
	}
}
