//go:build e2e

package e2e

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kscope/ui/e2e/terminal"
)

// The panes, as their frames name them.
const (
	brokersPane    = "1 Brokers"
	topicsPane     = "2 Topics"
	groupsPane     = "3 Groups"
	partitionsPane = "4 Partitions"
	spreadPane     = "4 Spread"
	ownersPane     = "5 Ownership"
	tailPane       = "6 Tail"
)

// Of Partitions and Ownership one is there at a time.
var panes = []string{brokersPane, topicsPane, groupsPane, partitionsPane, ownersPane, tailPane}

// atOnce is how many panes a wide screen shows.
const atOnce = 5

// key is the key that goes to a pane.
func key(pane string) string { return pane[:1] }

func TestTheFirstScreenFillsByItself(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	s := open(t, setup{args: []string{"--demo"}})
	s.settled()
	t.Logf("every pane had something to show after %v", time.Since(begin).Round(time.Millisecond))
	s.intact()
	for id := range 3 {
		s.pane(brokersPane, " "+strconv.Itoa(id+1)+" ", " up ")
	}
	s.pane(topicsPane, "orders", " 12 ", " ok ")
	s.pane(groupsPane, "billing", "classic", "● Stable")
	s.pane(groupsPane, "analytics", "consumer")
	s.pane(partitionsPane, "part", "leader", "isr", "log end")
	s.all()
}

func TestPanesAreReachedByNumberTabAndMouse(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.focus(topicsPane)
	for _, title := range panes {
		s.press(key(title))
		s.focus(title)
	}
	for _, title := range panes {
		s.press("tab")
		s.focus(title)
	}
	for _, title := range slices.Backward(panes[:5]) {
		s.press("shift+tab")
		s.focus(title)
	}
	for _, title := range []string{tailPane, partitionsPane, groupsPane, ownersPane, topicsPane, brokersPane} {
		p := s.frame(title)
		s.click(p.X+p.W/2, p.Y+p.H-1)
		s.focus(title)
	}
	s.intact()
}

// choose selects a topic by filtering, and takes the filter off again.
func (s *session) choose(topic string) {
	s.t.Helper()
	s.press("2")
	s.focus(topicsPane)
	s.press("/", topic)
	s.until("selection of "+topic, func(shot *terminal.Shot) bool {
		list, chosen := shot.Pane(topicsPane), shot.Pane(partitionsPane)
		return list != nil && strings.Contains(list.Title, "/"+topic) && chosen != nil && strings.Contains(chosen.Title, " "+topic+" ")
	})
	s.press("enter", "esc") // one closes the filter, the other takes it off
	s.until("all topics", func(shot *terminal.Shot) bool {
		list := shot.Pane(topicsPane)
		return list != nil && !strings.Contains(list.Title, "/"+topic)
	})
}

func TestTopicsAreFilteredFuzzilyAndByRegularExpression(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press("2", "/", "ordr")
	s.until("only topics with o, r, d, r", func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		return p != nil && p.Row("orders") != "" && p.Row("clicks") == "" && strings.Contains(p.Title, "/ordr") && strings.Contains(p.Title, " of ")
	})
	s.press("esc")
	s.pane(topicsPane, "clicks")
	s.press("/", "~^s")
	s.until("only topics that begin with s", func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		return p != nil && p.Row("sessions") != "" && p.Row("scratch") != "" && p.Row("users") == "" && p.Row("orders") == ""
	})
	s.press("(")
	s.see("not a regexp")
	s.intact()
	s.press("esc")
	s.pane(topicsPane, "orders")
}

func TestTopicsAreSortedByAnyColumn(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press("2")
	s.step("s", sortedBy, "parts ▾")
	s.sortedBy("parts ▾", func(a, b int) bool { return a >= b }, func() {})
	s.sortedBy("parts ▴", func(a, b int) bool { return a <= b }, func() { s.press("S") })
	s.step("s", sortedBy, "name ▴")
	x, y, _ := s.Shot().Find("parts") // the head of the column
	s.sortedBy("parts ▾", func(a, b int) bool { return a >= b }, func() { s.click(x+2, y) })
}

// sortedBy is what the topics are sorted by, as their frame says.
func sortedBy(shot *terminal.Shot) string {
	if p := shot.Pane(topicsPane); p != nil {
		_, after, _ := strings.Cut(p.Title, " by ")
		return strings.TrimRight(after, " ─")
	}
	return ""
}

// sortedBy does something and waits until the topics' partitions are in order.
func (s *session) sortedBy(order string, ordered func(a, b int) bool, do func()) {
	s.t.Helper()
	do()
	s.until("order by "+order, func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		if p == nil || !strings.Contains(p.Title, "by "+order) {
			return false
		}
		last, n := 0, 0
		for _, row := range p.Rows[1:] {
			f := strings.Fields(strings.TrimLeft(row, " ▸▎"))
			if len(f) < 2 {
				break
			}
			parts, err := strconv.Atoi(f[1])
			if err != nil || n > 0 && !ordered(last, parts) {
				return false
			}
			last, n = parts, n+1
		}
		return n > 10
	})
}

func TestAPaneIsZoomedAndGivenBack(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, title := range panes {
		s.press(key(title), "z")
		s.alone(title)
		s.intact()
		s.press("z")
		s.all()
	}
	s.press("2", "z")
	s.alone(topicsPane)
	s.press("esc")
	s.all()
}

// alone waits until a pane has the whole screen.
func (s *session) alone(title string) {
	s.t.Helper()
	s.until("one pane alone, "+title, func(shot *terminal.Shot) bool {
		frames, err := shot.Frames()
		return err == nil && len(frames) == 1 && strings.Contains(frames[0].Title, title) && frames[0].W == shot.Width
	})
}

// all waits until a wide screen has all the panes that it shows.
func (s *session) all() {
	s.t.Helper()
	s.until(fmt.Sprintf("explorer of %d panes", atOnce), func(shot *terminal.Shot) bool {
		frames, err := shot.Frames()
		return err == nil && len(frames) == atOnce
	})
}

func TestHelpSaysWhatKeysDo(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for i, has := range []string{"show what the broker holds", "show the topic's partitions", "watch the group", "tail this partition alone", "watch the group", "open the record"} {
		s.press(key(panes[i]), "?")
		s.see("what keys do here", has)
		s.press("esc")
		s.lose("what keys do here")
	}
	s.press("?")
	s.see("what keys do here")
	s.press(strings.Repeat("j", 80))
	s.see("find a command by a few letters")
	s.press("esc")
	s.lose("what keys do here")
	s.intact()
}

func TestThePaletteFindsAndDoes(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press(":")
	s.see("Command", "send a record")
	s.press("stop the sel")
	s.see("stop the selected broker")
	s.press("esc") // and a key at once would be the two together
	s.lose("stop the selected broker")
	s.press(":")
	s.see("Command", "send a record")
	s.press("nothinglikethis")
	s.see("nothing does that")
	s.press("esc")
	s.lose("nothing does that")
	s.press(":", "show the spread of")
	s.see("show the spread of the whole cluster")
	s.press("enter")
	s.see(spreadPane, "against fair")
	s.press(":", "next theme")
	s.see("next theme: dark")
	s.press("enter")
	s.see("theme ")
	s.intact()
}

func TestRefreshingIsPaused(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press("space")
	s.see("paused")
	s.press("space")
	s.lose("paused")
}

func TestTheNameOfATopicIsCopied(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.press("y")
	s.see("copied the name")
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("orders"))
	s.until(fmt.Sprintf("%q written to the terminal", want), func(*terminal.Shot) bool { return strings.Contains(string(s.Stream()), want) })
}

func TestARecordIsOpened(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.pane(tailPane, "orders:", "key=", "value={")
	s.press("6")
	s.focus(tailPane)
	s.press("k", "k")
	s.see("newer", "G follows")
	s.press("enter")
	s.see("Record", "timestamp", "leader epoch", "CreateTime")
	s.press("esc")
	s.lose("leader epoch")
	s.press("G")
	s.lose("newer")
	s.intact()
}

func TestTheWheelScrolls(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, w: 160, h: 30}) // too low for all topics
	s.settled()
	s.press("2")
	s.step("s", sortedBy, "name ▴")
	s.press("g")
	s.pane(topicsPane, "_schemas")
	p := s.frame(topicsPane)
	wheel := func(way int) { s.press(fmt.Sprintf("\x1b[<%d;%d;%dM", way, p.X+5, p.Y+5)) }
	const up, down = 64, 65
	wheel(down)
	s.until("list that begins further down", func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		return p != nil && p.Row("_schemas") == ""
	})
	s.intact()
	wheel(up)
	s.pane(topicsPane, "_schemas")
}

func TestGroupMembers(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.watch("billing")
	s.see("billing-1", "of 12")
	s.pane(ownershipPane, "gen", "now") // there is a past to look at only once the group was watched
	s.press("2", "left")
	s.see("as it was at")
	s.press("esc")
	s.lose("as it was at")
	s.press("esc")
	s.lose("3 Rebalances")
}

func TestInternalTopicsAreHiddenUntilAskedFor(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press("2")
	s.step("s", sortedBy, "name ▴") // where internal topics come first
	s.lose("__consumer_off")
	s.press("i")
	s.pane(topicsPane, "__consumer_off", " 50 ")
	s.press("i")
	s.lose("__consumer_off")
}

func TestANarrowScreenShowsOnePaneAndTheirNames(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, w: 90, h: 30})
	s.see("orders", "1 Brokers", "2 Topics", "3 Groups", "6 Tail")
	for i, has := range []string{"leaders", "orders", "billing", "isr", "5 Ownership", "6 Tail"} {
		s.press(strconv.Itoa(i + 1))
		s.see(has)
		s.intact()
	}
}

func TestASCIIDrawsWithASCIIAlone(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo", "--ascii"}})
	s.see("orders", "billing", "3/3 brokers", "* live")
	for y := range s.Shot().Height {
		for _, r := range s.Shot().Row(y) {
			if r > '~' {
				t.Fatalf("row %d has %q:\n%s", y, r, s.Shot().Text())
			}
		}
	}
}
