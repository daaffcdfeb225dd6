package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// clickIn clicks on a text in a pane.
func (r *robot) clickIn(pane int, text string) {
	r.t.Helper()
	rect := r.app.space().rects[pane-1]
	for y, line := range r.lines()[rect.Y : rect.Y+rect.H] {
		row := columns(line, rect.X, rect.X+rect.W)
		if i := strings.Index(row, text); i >= 0 {
			r.click(rect.X+canvas.Width(row[:i]), rect.Y+y)
			return
		}
	}
	r.t.Fatalf("%q is not in pane %d:\n%s", text, pane, r.screen())
}

// TestAClickHitsTheRowBelowIt, also where lines stand above the rows that say what
// is wrong.
func TestAClickHitsTheRowBelowIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		tell(t, r, "broker 2 dies")
		r.wait(2 * time.Second)
		r.press("1", "g", "j", "enter")
		r.wait(time.Second)
		r.sees("Nothing listens at kafka-2:9092")
		r.clickIn(spreadPane, "drafts")
		if r.app.sel.Topic != "drafts" || r.app.sel.Partition != 0 {
			t.Errorf("selected %+v", r.app.sel)
		}
		r.clickIn(spreadPane, "Nothing listens")
		if r.app.sel.Topic != "drafts" {
			t.Errorf("a click on what is wrong selected %+v", r.app.sel)
		}
	})
}

func TestAClickHitsTheRecordBelowIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		tell(t, r, "8 records written to clicks")
		for _, troubled := range []bool{false, true} {
			if troubled {
				tell(t, r, "the tail is troubled")
				r.wait(time.Second)
				r.sees("deleted before they were read")
			}
			for _, id := range []string{"1003", "1006", "1000"} {
				r.clickIn(tailPane, `"id":`+id)
				_, record, ok := r.app.explorer.tail.under(r.app.frame())
				if !ok || !strings.Contains(string(record.Value), id) {
					t.Errorf("troubled %v: a click on %s is one on %s", troubled, id, record.Value)
				}
			}
		}
	})
}

// TestTheMouseLeavesWhatLiesBelowADialog alone.
func TestTheMouseLeavesWhatLiesBelowADialog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("2", "?")
		sel, focus := r.app.sel, r.app.explorer.focus
		for y := range 50 {
			r.click(5, y)
			r.wheel(5, y, 1)
		}
		if r.app.sel != sel || r.app.explorer.focus != focus {
			t.Errorf("selected %+v, focus %d", r.app.sel, r.app.explorer.focus)
		}
	})
}

// TestAClickHitsTheMemberBelowIt, and gives its pane the keys.
func TestAClickHitsTheMemberBelowIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("3", "j", "enter", "3")
		r.wait(time.Second)
		r.clickIn(membersPane, "billing-3")
		if r.app.sel.Member != "billing-3-5e1f" || r.app.group.focus != membersPane {
			t.Errorf("selected %+v, focus %d", r.app.sel, r.app.group.focus)
		}
		r.wheel(5, 5, 2)
		r.clickIn(lanesPane, "11 ")
		if r.app.sel.Topic != "orders" || r.app.sel.Partition != 11 || r.app.group.focus != lanesPane {
			t.Errorf("selected %+v, focus %d", r.app.sel, r.app.group.focus)
		}
	})
}

// TestTheMouseNeverSelectsWhatIsNotThere clicks every cell of the screen.
func TestTheMouseNeverSelectsWhatIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, smallCluster(), Options{}, 120, 30)
		r.wait(3 * time.Second)
		for y := range 30 {
			for x := 0; x < 120; x += 3 {
				r.app.Update(clickAt(x, y))
				f := r.app.frame()
				t1, ok := f.Topic(r.app.sel.Topic)
				if !ok || r.app.sel.Partition != model.AllPartitions && t1.Partition(r.app.sel.Partition) == nil {
					t.Fatalf("a click at %d,%d selected %+v", x, y, r.app.sel)
				}
			}
		}
	})
}
