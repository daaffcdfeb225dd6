//go:build e2e

package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

// The panes of a group, as their frames name them, and a narrow screen's strip.
const (
	membersPane    = "1 Members"
	ownershipPane  = "2 Ownership"
	rebalancesPane = "3 Rebalances"
	generationPane = "4 Generation"
)

// watch opens the screen of a group.
func (s *session) watch(group string) {
	s.t.Helper()
	s.press("3")
	s.until("list of groups", func(shot *terminal.Shot) bool { return shot.Pane("Groups") != nil })
	s.press("/", group)
	s.until(group+" alone in the list", func(shot *terminal.Shot) bool { // where its name may be cut
		p := shot.Pane("Groups")
		return p != nil && strings.Contains(p.Title, "/"+group+" ") && (strings.Contains(p.Title, " 1 of ") || strings.Contains(p.Title, " 1 ─")) && p.Row("▸") != ""
	})
	s.press("enter", "enter")
	s.see("groups ▸ "+group, membersPane, ownershipPane, rebalancesPane)
}

// unwatch goes back to all groups, which are no longer filtered.
func (s *session) unwatch() {
	s.t.Helper()
	s.press("q")
	s.lose("▸ groups ▸")
	s.press("esc")
	s.until("all groups", func(shot *terminal.Shot) bool {
		p := shot.Pane("Groups")
		return p != nil && !strings.Contains(p.Title, "/")
	})
}

// The groups of the demo, one of each kind that it has and one that nobody is in, and
// what their panes have that others' have not.
var demoGroups = []struct {
	group, kind string
	members     []string // in the pane of members
	lanes       []string // in that of who owns what
	number      string   // what numbers rebalances
}{
	{"billing", "classic · range", []string{"owns", "billing-1", "billing-4"}, []string{"gen", "orders"}, "gen"},
	{"fulfilment", "classic · cooperative-sticky", []string{"owns", "fulfilment-1", "fulfilment-3"}, []string{"gen", "shipments"}, "gen"},
	{"analytics", "consumer · uniform", []string{"owns", "analytics-1", "analytics-4"}, []string{"epoch", "clicks"}, "epoch"},
	{"push-senders", "share · simple", []string{"shares", "push-senders-1", "push-senders-2"}, []string{"epoch", "notifications"}, "epoch"},
	{"nightly-report", "simple", []string{"no members"}, nil, "gen"},
}

func TestTheScreenOfAGroupOfEachKind(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{160, 45}, {120, 40}, {80, 24}} {
		t.Run(fmt.Sprintf("%d x %d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			s := open(t, setup{args: []string{"--demo"}, w: size[0], h: size[1]})
			s.see("orders")
			for _, g := range demoGroups {
				s.watch(g.group)
				s.shows("Members", append(g.members, g.group)...)
				if size[0] >= 120 {
					s.shows("Members", g.kind)
				}
				if size[0] >= 160 { // in less room, how long the state has lasted may take the coordinator's
					s.shows("Members", "coordinator broker ")
				}
				s.press("2")
				s.shows("Ownership", g.lanes...)
				s.press("3")
				s.none("Rebalances", g.number, "trigger", "took")
				s.press("4")
				s.none(map[string]string{"gen": "Generation", "epoch": "Epoch"}[g.number], "trigger", "after") // phases only if one was seen
				s.unwatch()
			}
		})
	}
}

// shows waits until a pane has all of these, in its frame or inside, and the screen is
// whole.
func (s *session) shows(title string, words ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("pane %s with %q", title, words), func(shot *terminal.Shot) bool {
		p := shot.Pane(title)
		return p != nil && has(p, words)
	})
	s.intact()
}

func has(p *terminal.Frame, words []string) bool {
	text := p.Title + "\n" + p.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// none is shows for a pane that may say instead that there was no rebalance.
func (s *session) none(title string, words ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("pane %s with %q, or word that there was no rebalance", title, words), func(shot *terminal.Shot) bool {
		if p := shot.Pane(title); p != nil && has(p, words) {
			return true
		}
		p := shot.Pane("Generation")
		if title == "Rebalances" {
			p = shot.Pane(title)
		}
		return p != nil && strings.Contains(said(p), "no rebalance since")
	})
	s.intact()
}

// A test consumer is killed, of three; the rest of its story is in the group's panes.
func TestTheLabOfTheDemo(t *testing.T) {
	t.Parallel()
	const group = "kscope-lab-orders"
	s := demo(t)
	s.choose("orders")
	s.press("L")
	s.pane("Lab", "group "+group, "topic orders")
	for n := range 3 {
		s.press("a")
		s.pane("Lab", "lab-"+strconv.Itoa(n+1), "running")
	}
	s.pane("Ownership", "lab-3")
	s.press("j", "K")
	s.pane("Lab", "lab-2", "killed")
	s.press("esc")
	s.lose("test consumers of kscope's own")

	s.watch(group)
	s.until("rebalance because lab-2 is no more", func(shot *terminal.Shot) bool {
		p := shot.Pane(rebalancesPane)
		return p != nil && (p.Row("× expired", "lab-2") != "" || p.Row("− gone", "lab-2") != "")
	})
	s.until("other two with all of it", func(shot *terminal.Shot) bool {
		p, lanes := shot.Pane(membersPane), shot.Pane(ownershipPane)
		return p != nil && lanes != nil && p.Row("lab-1", " 6 ") != "" && p.Row("lab-3", " 6 ") != "" && p.Row("lab-2") == "" && lanes.Row("now", "lab-2") == ""
	})
	s.intact()
	s.press("L")
	s.pane("Lab", "lab-1", "running")
	s.press("E")
	s.pane("Lab", "End the lab?")
	s.press("E")
	s.pane(membersPane, "the group is gone")
	s.press("esc")
	s.lose("test consumers of kscope's own")
	s.unwatch()
	s.until("groups without that of the lab", func(shot *terminal.Shot) bool {
		p := shot.Pane(groupsPane)
		return p != nil && p.Row("billing") != "" && p.Row("kscope-lab") == ""
	})
}
