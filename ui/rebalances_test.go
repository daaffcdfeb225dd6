package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

func TestRebalancesTellAnEvening(t *testing.T) {
	p := pastOfBilling()
	r := &p.h.Rebalances[2]
	r.Origin, r.Within, r.Inferred = model.Polled, 250*time.Millisecond, true
	f := pastFrame(t, p.until(725), "dark")
	got := showPane(f, newRebalances(&scrub{}), 130, 20)
	sees(t, got, "5 since 14:00", "+ joined", "− left", "× expired", "C billing-3", "together", "72.3 p·s", "24.1 s", "kept partitions were read all the while")
	line := lineWith(t, got, "14:09:20")
	sees(t, line, "45→46", "11.6 s", "34.8 p·s", "11,623", "log")
	sees(t, lineWith(t, got, "14:06:47"), "~44→45", " ~", "± 250 ms")
	sees(t, got, "~ about: of 1 rebalance a time is polled")
	sees(t, lineWith(t, got, "14:03:12"), "log, past")
	if strings.Index(got, "14:10:09") > strings.Index(got, "14:03:12") {
		t.Error("the newest is not first")
	}
}

// A time that is polled says no more than a poll can: not to the millisecond, and not
// less than nothing.
func TestWhatIsPolledIsNotSaidToTheMillisecond(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		took, within time.Duration
		words        string
	}{
		{745 * time.Millisecond, 0, "745 ms"},
		{745 * time.Millisecond, 500 * time.Millisecond, "~700 ms"},
		{2874 * time.Millisecond, 500 * time.Millisecond, "~2.9 s"},
		{18 * time.Millisecond, 500 * time.Millisecond, "<500 ms"},
		{0, 20 * time.Millisecond, "<100 ms"},
	} {
		r := &model.Rebalance{Begun: at, Began: true, Ended: at.Add(c.took), Within: c.within, Origin: model.Logged}
		if got := tookWords(r, at); got != c.words {
			t.Errorf("%v ± %v: %s, not %s", c.took, c.within, got, c.words)
		}
	}
	if got := originWords(&model.Rebalance{Origin: model.Logged, Within: 500 * time.Millisecond}); got != "log ± 500 ms" {
		t.Error(got)
	}
}

// A cooperative group that is empty by now was read all the while it was not.
func TestKeptOfAGroupThatIsEmptyByNow(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 1, "Stable", "AB")
	h := p.until(30)
	h.Moments[0].Assignor = "cooperative-sticky"
	h.Moments = append(h.Moments, model.Moment{At: h.Seen, State: "Empty"})
	if got := keptWords(h); !strings.Contains(got, "read all the while") {
		t.Error(got)
	}
}

// What is not known is never a figure.
func TestARebalanceWhoseBeginningWasNotSeen(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 1, "Stable", "AA")
	r := p.rebalance(10, 3, model.Departed, 1, "AB")
	r.Began, r.Pause, r.LagBuilt, r.From, r.To, r.Who = false, -1, -1, model.NoEpoch, model.NoEpoch, nil
	r.Before, r.After, r.Shares, r.Moves = nil, nil, nil, nil
	f := pastFrame(t, p.until(30), "dark")
	got := showPane(f, newRebalances(&scrub{}), 130, 14)
	sees(t, lineWith(t, got, "14:00:10"), "?→?", "− gone", "≥3.0 s", "–")
	sees(t, got, "of 1 rebalance the beginning was not seen")
	sees(t, lineWith(t, got, "together"), "≥3.0 s", " ? ")
	lacks(t, lineWith(t, got, "14:00:10"), " 3.0 s", "-1")
	r.Ended = r.Begun
	sees(t, lineWith(t, showPane(pastFrame(t, p.until(30), "dark"), newRebalances(&scrub{}), 130, 14), "14:00:10"), " ? ")
	sees(t, showPane(f, newGeneration(&scrub{}), 80, 14), "who owned what before is not known")
}

// The clock of a rebalance that goes on runs.
func TestTheOpenRebalanceRuns(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 1, "Stable", "AA")
	p.moment(20, 1, "PreparingRebalance", "..")
	p.h.Open = &model.Rebalance{From: 1, To: 2, Begun: p.at(20), Began: true, Trigger: model.Joined, Who: []int{1}, Pause: 4 * time.Second, LagBuilt: 10}
	f := pastFrame(t, p.until(22), "dark")
	list := newRebalances(&scrub{})
	for _, seconds := range []int{22, 25, 31} {
		f.Now = pastStart.Add(time.Duration(seconds) * time.Second)
		got := showPane(f, list, 130, 12)
		sees(t, lineWith(t, got, "14:00:20"), fmt.Sprintf("%d.0 s", seconds-20), "▸")
		sees(t, lineWith(t, got, "together"), fmt.Sprintf("%d.0 s", seconds-20))
	}
	sees(t, showPane(f, newGeneration(&scrub{}), 80, 14), "Generation 2", "11.0 s", "now")
}

// Lanes, list and page look at the same time, whichever of them moves it.
func TestThePanesOfAGroupLookAtTheSameTime(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	s := &scrub{}
	lanes, list, page := newLanes(s), newRebalances(s), newGeneration(s)
	for _, pane := range []Pane{lanes, list, page} {
		showPane(f, pane, 120, 20)
	}
	pressPane(t, f, list, "j j")
	sees(t, lineWith(t, showPane(f, list, 120, 20), "▸"), "14:06:47")
	sees(t, showPane(f, page, 80, 20), "Generation 45", "14:06:47")
	sees(t, showPane(f, lanes, 140, 20), "at 14:06:47")
	pressPane(t, f, lanes, "[")
	sees(t, lineWith(t, showPane(f, list, 120, 20), "▸"), "14:06:01")
	pressPane(t, f, page, "] ]")
	sees(t, lineWith(t, showPane(f, list, 120, 20), "▸"), "14:09:20")
	pressPane(t, f, list, "f")
	sees(t, showPane(f, lanes, 140, 20), "now")
	sees(t, showPane(f, page, 80, 20), "Generation 47")
	if i, ok := pressPane(t, f, list, "enter").(Focus); !ok || i.Pane != generationPane {
		t.Errorf("enter is %+v", i)
	}
}

// Two that begin at the same time are still two.
func TestRebalancesOfTheSameTime(t *testing.T) {
	p := newPast(model.Classic, 2, "a", "b")
	p.moment(0, 1, "Stable", "AA")
	p.rebalance(10, 0, model.Joined, 1, "AB")
	p.rebalance(10, 0, model.FollowUp, 1, "BB")
	p.rebalance(10, 0, model.Left, 1, "AA")
	f := pastFrame(t, p.until(30), "dark")
	s := &scrub{}
	list := newRebalances(s)
	var got []int32
	for _, key := range []string{"g", "j", "j", "k"} {
		pressPane(t, f, list, key)
		got = append(got, s.rebalance(history(f)).To)
	}
	if fmt.Sprint(got) != "[4 3 2 3]" {
		t.Errorf("looked at %v", got)
	}
}

func TestRebalancesAreSortedAndFiltered(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	list := newRebalances(&scrub{})
	showPane(f, list, 130, 20)
	list.sortOn(rebalanceTook)
	got := showPane(f, list, 130, 20)
	sees(t, got, "by took ▾")
	if strings.Index(got, "14:09:20") > strings.Index(got, "14:10:09") {
		t.Errorf("the longest is not first:\n%s", got)
	}
	list.filter.open()
	list.filter.input.SetValue("~exp")
	got = showPane(f, list, 130, 20)
	sees(t, got, "14:09:20", "1 of 5")
	lacks(t, got, "14:10:09")
	sees(t, lineWith(t, got, "together"), "11.6 s")
}

func TestARebalanceIsCopiedAsALine(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	list := newRebalances(&scrub{})
	got, ok := pressPane(t, f, list, "j y").(Copy)
	want := "2026-03-01T14:09:20.000Z, billing, gen 45→46, expired, billing-3, 3 partitions moved, 9 kept, 0 lost, took 11.6 s, pause 34.8 p·s, lag built 11,623, log"
	if !ok || got.Text != want {
		t.Errorf("%q, want\n%q", got.Text, want)
	}
}

// The page says who had what before and after, and what a consumer did before that
// came back.
func TestGenerationBeforeAndAfter(t *testing.T) {
	f := pastFrame(t, pastOfBilling().until(725), "dark")
	got := showPane(f, newGeneration(&scrub{}), 72, 26)
	sees(t, got, "Generation 47", "+ joined  C billing-3", "the same client, with a new member id", "billing-3 expired 49 s earlier",
		"3 members  4 partitions each", "4 members  3 partitions each", "joining 3.6 s  syncing 1.6 s")
	sees(t, lineWith(t, got, "→ C billing-3"), "6", "D billing-4", "5.2 s")
	sees(t, lineWith(t, got, "  kept  "), "A 0-2", "B 4-5 9", "D 3 10-11")
	sees(t, lineWith(t, got, "  C billing-3         "), "0", "+3")

	got = showPane(f, newGeneration(&scrub{group: f.Sel.Group, at: pastStart.Add(575 * time.Second)}), 72, 26)
	sees(t, got, "Generation 46", "expired  C billing-3", "had committed nothing for 10 s")
}

// Where nothing tells whether a member left or died, it is told how long it was silent.
func TestSilenceOfAMemberThatIsGone(t *testing.T) {
	h := pastOfBilling().until(725)
	for _, c := range []struct {
		trigger model.Trigger
		silence time.Duration
		told    bool
	}{
		{model.Departed, 41 * time.Second, true},
		{model.Departed, 4 * time.Second, false}, // as between any two commits
		{model.Expired, 6 * time.Second, true},
		{model.Left, 41 * time.Second, false},
	} {
		got := strings.Join(reasons(h, &model.Rebalance{Trigger: c.trigger, Silence: c.silence}), "")
		if strings.Contains(got, "had committed nothing for "+span(c.silence)) != c.told {
			t.Errorf("%s after %v: %q", c.trigger, c.silence, got)
		}
	}
}

// Partitions of several topics have the same numbers: the topics are named above.
func TestMovesOfSeveralTopics(t *testing.T) {
	p := newPast(model.Classic, 0, "a", "b")
	p.h.Lanes = []model.Lane{{Topic: "payments", Partition: 1}, {Topic: "orders", Partition: 1}, {Topic: "orders", Partition: 0}}
	p.moment(0, 1, "Stable", "AAA")
	p.rebalance(10, 1, model.Joined, 1, "BBB")
	got := showPane(pastFrame(t, p.until(30), "dark"), newGeneration(&scrub{}), 50, 20)
	from := strings.Index(got, "part")
	for _, want := range []string{"orders", " 0  A a", " 1  A a", "payments", " 1  A a"} {
		i := strings.Index(got[from:], want)
		if i < 0 {
			t.Fatalf("no %q where it should be in\n%s", want, got)
		}
		from += i + 1
	}
}

// Members of a share group read a partition together: one goes from it, another comes to
// it, and it was not nobody's meanwhile.
func TestMovesOfASharedPartition(t *testing.T) {
	p := newPast(model.Share, 4, "a", "b", "c")
	p.moment(0, 1, "Stable", "AABB")
	r := p.rebalance(10, 1, model.Joined, 2, "AACB")
	r.Moves = []model.Move{
		{Lane: 0, From: model.Nobody, To: 2, Unowned: -1},
		{Lane: 2, From: 1, To: model.Nobody, Unowned: -1}, {Lane: 2, From: model.Nobody, To: 2, Unowned: -1},
		{Lane: 3, From: 1, To: model.Nobody, Unowned: -1},
	}
	got := showPane(pastFrame(t, p.until(30), "dark"), newGeneration(&scrub{}), 60, 20)
	sees(t, got, "reads no more", "reads now")
	lacks(t, got, "nobody")
	lacks(t, got, "no owner")
	sees(t, lineWith(t, got, "  2  B b "), "C c")
	sees(t, lineWith(t, got, "  0  – "), "C c")
	sees(t, lineWith(t, got, "  3  B b "), "–")
}

// Members whose names begin alike are told apart, also where there is little room.
func TestMembersOfAGenerationAreToldApart(t *testing.T) {
	p := newPast(model.Classic, 2, "notification-senders-1", "notification-senders-2")
	p.moment(0, 1, "Stable", "AA")
	p.rebalance(10, 1, model.Joined, 1, "AB").Phases = []model.Phase{{State: "Stable", For: time.Second}}
	got := showPane(pastFrame(t, p.until(30), "dark"), newGeneration(&scrub{}), 44, 24)
	sees(t, lineWith(t, got, "−1"), "rs-1 ")
	sees(t, lineWith(t, got, "+1"), "rs-2 ")
	sees(t, got, "converging 1.0 s")
}

// Of a rebalance that was under way before anything was known of the group, nobody can
// tell what it moved.
func TestMovedByWhatIsNotKnown(t *testing.T) {
	p := newPast(model.Classic, 4, "a", "b")
	p.moment(0, 4, "Stable", "AAAA")
	r := p.rebalance(10, 1, "", 0, "AABB")
	r.Before, r.Moves, r.Shares, r.Moved, r.Kept, r.Lost, r.Who = nil, nil, nil, 0, 0, 0, nil
	p.rebalance(20, 1, model.Left, 1, "AAAA")
	page := newRebalances(&scrub{})
	f := pastFrame(t, p.until(30), "dark")
	got := showPane(f, page, 140, 12)
	if n := strings.Count(lineWith(t, got, "not seen"), " ? "); n < 3 {
		t.Errorf("%d figures are not known in\n%s", n, got)
	}
	sees(t, lineWith(t, got, "together"), "≥2 ")
	if got := changeWords(r); got != "who owned what before is not known" {
		t.Error(got)
	}
}

// Members of a group with epochs come to the new one by and by: it shows who has.
func TestAGroupConverges(t *testing.T) {
	p := newPast(model.Consumer, 4, "a", "b")
	p.moment(0, 11, "Stable", "AAAA").AssignmentEpoch = 11
	before := p.h.Moments[0]
	m := p.moment(10, 12, "Reconciling", "AA..")
	m.AssignmentEpoch = 12
	m.Members = []model.Presence{{Seat: 0, Epoch: 12, Owned: 2, Target: 2}, {Seat: 1, Epoch: 11, Owned: 0, Target: 2}}
	p.h.Open = &model.Rebalance{From: 11, To: 12, Begun: p.at(10), Began: true, Trigger: model.Joined, Who: []int{1}, Before: &before,
		Shares: []model.SeatShare{{Seat: 0, Kept: 2, Lost: 2}, {Seat: 1}}}
	f := pastFrame(t, p.until(11), "dark")
	page := newGeneration(&scrub{})
	got := showPane(f, page, 80, 18)
	sees(t, got, "Epoch 12", "group 11→12", "assignment 11→12", "1 of 2 members there", "to have")
	sees(t, lineWith(t, got, "◐ 11"), "B b", "2")
	next := *history(f)
	next.Moments = append(next.Moments[:len(next.Moments):len(next.Moments)], *m)
	last := &next.Moments[len(next.Moments)-1]
	last.Members = []model.Presence{{Seat: 0, Epoch: 12, Owned: 2, Target: 2}, {Seat: 1, Epoch: 12, Owned: 2, Target: 2}}
	f.Histories["billing"] = &next
	sees(t, showPane(f, page, 80, 18), "2 of 2 members there")
}

// A group that is thrown about says because of whom, and what to do.
func TestFlappingIsSaid(t *testing.T) {
	h := pastOfBilling().until(725)
	flap := model.Flap{Rebalances: 2, Within: 49 * time.Second, Letter: 2, Times: 2}
	if got := flapWords(h, flap); got != "flapping: billing-3, twice in 49 s" {
		t.Error(got)
	}
	sees(t, flapAdvice(h, flap, h.Seen), "billing-3 was thrown out once", "max.poll.interval.ms", "group.instance.id")
	h.Seats[len(h.Seats)-1].InstanceID = "three"
	lacks(t, flapAdvice(h, flap, h.Seen), "group.instance.id")
	sees(t, flapAdvice(h, model.Flap{Rebalances: 4, Within: time.Minute, Letter: -1}, h.Seen), "No one member", "4 rebalances in 60 s")
}
