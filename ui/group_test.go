package ui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
)

// TestTheUpperRightFollowsTheFocus: what belongs to groups shows their ownership,
// what belongs to topics and brokers their spread, and the tail leaves it as it was.
func TestTheUpperRightFollowsTheFocus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		for _, step := range []struct {
			key   string
			shown int
		}{{"1", spreadPane}, {"3", ownershipPane}, {"6", ownershipPane}, {"2", spreadPane}, {"6", spreadPane}, {"5", ownershipPane}, {"4", spreadPane}} {
			r.press(step.key)
			if rects := r.app.explorer.rects; rects[step.shown-1].Empty() || rects[spreadPane-1].Empty() == rects[ownershipPane-1].Empty() {
				t.Errorf("after %s pane %d is not the one that shows: %v", step.key, step.shown, rects)
			}
		}
		r.clickIn(groupsPane, "fraud")
		r.sees("5 Ownership")
		r.lacks("4 Partitions")
	})
}

func (r *robot) lacks(text string) {
	r.t.Helper()
	if screen := r.screen(); strings.Contains(screen, text) {
		r.t.Errorf("%q is on screen:\n%s", text, screen)
	}
}

// TestAGroupIsWatchedWhileItIsLookedAt, and no longer; the cluster's own queries rest.
func TestAGroupIsWatchedWhileItIsLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		watched := model.WatchGroup{Group: "billing"}
		asks := func() bool { return slices.Contains(r.app.feed.queries(), model.Query(watched)) }
		if asks() {
			t.Error("a group is watched that nobody looks at")
		}
		r.press("3", "j")
		r.wait(time.Second)
		if !asks() {
			t.Error("the selected group is not watched in the explorer")
		}
		n := r.source.askedFor("WatchGroup")
		r.press("enter")
		r.wait(time.Second)
		if !asks() || r.source.askedFor("WatchGroup") != n {
			t.Error("the flight did not go on when the group got a screen of its own")
		}
		if slices.ContainsFunc(r.app.feed.queries(), func(q model.Query) bool { return q == model.Query(model.DescribeLogDirs{}) }) {
			t.Error("sizes are asked for, which nobody sees")
		}
		r.press("esc", "2")
		r.wait(time.Second)
		if asks() {
			t.Error("the group is watched on")
		}
	})
}

// TestDialogsLieOnAGroup as they do on the explorer, and esc takes them off one by
// one before it leaves.
func TestDialogsLieOnAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("3", "j", "enter")
		for key, title := range map[string]string{"?": "Help", ":": "Command", "p": "Compose", "o": "Reset offsets", "X": "Delete group"} {
			r.press(key)
			r.wait(time.Second)
			r.sees(title)
			for len(r.app.stack) > 0 {
				r.press("esc")
			}
			if !r.app.group.open {
				t.Fatalf("esc out of %s left the group too", title)
			}
		}
		r.press("2", "left")
		if r.app.group.scrub.follows() {
			t.Fatal("left does not look back")
		}
		r.press("esc")
		if !r.app.group.scrub.follows() || !r.app.group.open {
			t.Error("esc does not follow first")
		}
		r.press("z", "esc")
		if r.app.group.zoomed || !r.app.group.open {
			t.Error("esc does not take the whole screen back first")
		}
		r.press("esc")
		if r.app.group.open || r.quit {
			t.Error("esc does not go back to all groups")
		}
	})
}

// TestWhatWasSentIsFoundInTheTail though a group has the screen.
func TestWhatWasSentIsFoundInTheTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("3", "j", "enter", "p")
		r.typeText("found again")
		r.press("ctrl+s")
		r.wait(time.Second)
		r.press("ctrl+g")
		r.wait(time.Second)
		if r.app.group.open || r.app.explorer.focus != tailPane {
			t.Error("the tail is not in focus")
		}
	})
}

// TestHelpOfAGroup tells every key of each of its panes.
func TestHelpOfAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{Demo: true}, 160, 80)
		r.wait(2 * time.Second)
		r.press("3", "j", "enter")
		for pane := membersPane; pane <= generationPane; pane++ {
			r.press(string(rune('0' + pane)))
			actions := r.app.actions()
			r.press("?")
			for _, a := range actions {
				r.sees(a.Help)
				r.sees(keyNames(a))
			}
			r.press("esc")
		}
	})
}

// TestMembersKeepTheirPlaces: the pane is as high while one looks back to when there
// were fewer members.
func TestMembersKeepTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("3", "j", "enter")
		r.wait(time.Second)
		before := slices.Clone(r.app.group.rects)
		r.press("3", "j", "j")
		r.sees("as it was at")
		if !slices.Equal(before, r.app.group.rects) {
			t.Errorf("panes were at %v, and are at %v", before, r.app.group.rects)
		}
	})
}

// TestARecordingNeedsNoCluster: its first group has the screen, nothing but groups is
// asked for, and nothing can be changed.
func TestARecordingNeedsNoCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{Name: "small", Replay: "/tmp/night.jsonl"}, 160, 50)
		r.wait(3 * time.Second)
		r.sees("recording night.jsonl")
		r.sees("groups ▸ archive")
		r.sees("group 1 of 7")
		r.press("n")
		r.wait(time.Second)
		r.sees("groups ▸ billing")
		r.sees("D billing-4")
		for _, q := range r.app.feed.queries() {
			if kind := kindOf(q); kind != "ListGroups" && kind != "WatchGroup" {
				t.Errorf("it asks for %s", kind)
			}
		}
		r.press("j")
		for _, a := range r.app.actions() {
			if word := a.Help; strings.Contains(word, "reset") || strings.Contains(word, "delete") || strings.Contains(word, "send") || strings.Contains(word, "leave the group") {
				t.Errorf("a recording can be changed: %s", word)
			}
		}
		r.press("N", "N", "esc", "esc")
		r.sees("groups ▸ reports")
		r.press("q")
		if !r.quit {
			t.Error("q does not quit")
		}
	})
}
