package ui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// TestActions looks at what can be done, in each place that has keys of its own.
func TestActions(t *testing.T) {
	for name, keys := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRobot(t, smallCluster(), Options{Name: "small", Demo: true}, 160, 50)
				r.wait(3 * time.Second)
				tell(t, r, "30 records written to clicks")
				r.press(keys...)
				r.wait(time.Second)
				noKeyMeansTwoThings(t, r)
				everyActionIsTold(t, r)
				footerKeepsItsLastKey(t, r)
			})
		})
	}
}

// noKeyMeansTwoThings looks at the actions of a pane with those that work everywhere.
func noKeyMeansTwoThings(t *testing.T, r *robot) {
	does := map[string]string{}
	for _, a := range r.app.actions() {
		for _, k := range a.Keys {
			if other, taken := does[k]; taken {
				t.Errorf("%q means both %q and %q", k, other, a.Help)
			}
			does[k] = a.Help
		}
	}
}

// everyActionIsTold: each has a sentence for help and palette that fits in them, a key,
// and something to do.
func everyActionIsTold(t *testing.T, r *robot) {
	for _, a := range r.app.actions() {
		switch {
		case len(a.Keys) == 0 || a.Do == nil:
			t.Errorf("%q has no key, or does nothing", a.Help)
		case a.Help == "" || strings.HasSuffix(a.Help, "."):
			t.Errorf("%s is not told: %q", a.Key(), a.Help)
		case a.Footer && a.Word == "":
			t.Errorf("%s is in the footer without a word", a.Key())
		case canvas.Width(a.Help) > 90-2-26:
			t.Errorf("the palette cuts %q", a.Help)
		}
	}
}

// footerKeepsItsLastKey: on the smallest screen there is still a way to help, or out.
func footerKeepsItsLastKey(t *testing.T, r *robot) {
	r.wait(10 * time.Second) // until notices have gone
	for w := leastWidth; w < 200; w += coarsely(7) {
		r.resize(w, 24)
		actions := footerKeys(r.app.offered())
		last := actions[len(actions)-1]
		if want := last.Key() + " " + last.Word; !strings.Contains(r.part("footer"), want) {
			t.Errorf("at %d cells %q is not in the footer: %s", w, want, r.part("footer"))
		}
	}
}

// TestEveryActionWorksInAnEmptyCluster: none panics, however little there is.
func TestEveryActionWorksInAnEmptyCluster(t *testing.T) {
	for name, keys := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, cluster := range []string{"empty", "unreachable"} {
					r := newRobot(t, clusters[cluster](), Options{Demo: true}, 160, 50)
					r.press(keys...)
					for _, a := range r.app.actions() {
						r.start(r.app.carry(a.Do(r.app.focusFrame())))
						r.settle()
						r.lines()
					}
				}
			})
		})
	}
}

// TestHelpTellsEveryKey: what dispatches is what is shown.
func TestHelpTellsEveryKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{Demo: true}, 160, 80)
		r.wait(2 * time.Second)
		for pane := 1; pane <= tailPane; pane++ {
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

// TestThePaletteDoesWhatTheKeyDoes carries out an action of another pane.
func TestThePaletteDoesWhatTheKeyDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{}, 160, 50)
		r.wait(2 * time.Second)
		r.press("6", ":")
		r.typeText("topics sort by the next")
		before := r.app.explorer.panes[topicsPane-1].(*topics).sortBy
		r.press("enter")
		if r.app.explorer.focus != topicsPane || r.app.explorer.panes[topicsPane-1].(*topics).sortBy == before {
			t.Errorf("the palette did not sort topics; focus is %d", r.app.explorer.focus)
		}
	})
}

// TestKeysAreTextWhileOneTypes: none of them does what it does elsewhere.
func TestKeysAreTextWhileOneTypes(t *testing.T) {
	for name, open := range map[string]string{"filter": "/", "palette": ":", "compose": "p"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := opened(t, smallCluster())
				r.press("2", open)
				focus, depth, paused := r.app.explorer.focus, len(r.app.stack), r.app.feed.paused
				for _, k := range []string{"q", "1", "5", "z", "?", ":", "T", "space", "j", "s", "/", "i", "x", "D", "r"} {
					r.press(k)
				}
				if r.quit || r.app.explorer.focus != focus || len(r.app.stack) != depth || r.app.feed.paused != paused || r.app.explorer.zoomed {
					t.Errorf("a key did something: quit %v, focus %d, %d dialogs, paused %v", r.quit, r.app.explorer.focus, len(r.app.stack), r.app.feed.paused)
				}
				r.sees("q15z?:T js/ixDr")
				r.press("ctrl+c")
				if !r.quit {
					t.Error("ctrl+c does not quit")
				}
			})
		})
	}
}

// TestPasteIsText: a paste is no keys, and goes nowhere unless one types.
func TestPasteIsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		paste := func(s string) { r.send(pasteOf(s)) }
		paste("q")
		if r.quit {
			t.Fatal("pasting q quits")
		}
		r.press("2", "/")
		paste("ord")
		r.sees("/ord")
		r.press("esc", "p")
		paste("one\ntwo")
		r.sees("one")
		r.sees("two")
	})
}

// TestEscGoesOneStepBack, and never out of the program.
func TestEscGoesOneStepBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("4", "z", "/", "1", "enter", "w", "?")
		steps := []string{}
		note := func() {
			p := r.app.explorer.spread
			state := []string{}
			for word, is := range map[string]bool{
				"help": len(r.app.stack) > 0, "what if": p.loss.on(), "filter": p.topic.filter.text() != "", "zoom": r.app.explorer.zoomed,
			} {
				if is {
					state = append(state, word)
				}
			}
			slices.Sort(state)
			steps = append(steps, strings.Join(state, "+"))
		}
		note()
		for range 5 {
			r.press("esc")
			note()
		}
		want := []string{"filter+help+what if+zoom", "filter+what if+zoom", "filter+zoom", "zoom", "", ""}
		if !slices.Equal(steps, want) {
			t.Errorf("esc went %q, want %q", steps, want)
		}
		if r.quit {
			t.Error("esc left the program")
		}
	})
}

// TestReadOnlyTellsBeforeAndAfter: nothing is sent, and the form stays.
func TestReadOnlyTellsBeforeAndAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{Name: "small", ReadOnly: true, Demo: true}, 160, 50)
		r.wait(3 * time.Second)
		r.sees("read-only")
		r.press("1", "D")
		r.wait(time.Second)
		r.sees("kscope was started read-only")
		if len(r.source.dead) != 0 {
			t.Error("a broker was stopped")
		}
		if got := r.source.done; len(got) != 1 || got[0] != (model.StopBroker{ID: 1}) {
			t.Errorf("did %v", got)
		}
	})
}
