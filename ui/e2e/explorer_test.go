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
	tailPane       = "5 Tail"
)

var panes = []string{brokersPane, topicsPane, groupsPane, partitionsPane, tailPane}

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
	if frames, _ := s.Shot().Frames(); len(frames) != len(panes) {
		t.Errorf("there are %d panes, not %d:\n%s", len(frames), len(panes), s.Shot().Text())
	}
}

func TestPanesAreReachedByNumberTabAndMouse(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.focus(topicsPane)
	for i, title := range panes {
		s.press(strconv.Itoa(i + 1))
		s.focus(title)
	}
	for _, title := range panes {
		s.press("tab")
		s.focus(title)
	}
	for _, title := range slices.Backward(panes[:4]) {
		s.press("shift+tab")
		s.focus(title)
	}
	for _, title := range slices.Backward(panes) {
		p := s.Shot().Pane(title)
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
	for i, title := range panes {
		s.press(strconv.Itoa(i+1), "z")
		s.until("one pane alone, "+title, func(shot *terminal.Shot) bool {
			frames, err := shot.Frames()
			return err == nil && len(frames) == 1 && strings.Contains(frames[0].Title, title) && frames[0].W == shot.Width
		})
		s.intact()
		s.press("z")
		s.until("all panes", func(shot *terminal.Shot) bool {
			frames, err := shot.Frames()
			return err == nil && len(frames) == len(panes)
		})
	}
	s.press("2", "z")
	s.until("one pane alone", func(shot *terminal.Shot) bool { return shot.Pane(brokersPane) == nil })
	s.press("esc")
	s.until("the other panes", func(shot *terminal.Shot) bool { return shot.Pane(brokersPane) != nil })
}

func TestTheSpreadAtItsThreeZooms(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.press("4")
	s.focus(partitionsPane)
	s.pane(partitionsPane, "1·a", "2·b", "3·c", "leader", "isr")
	s.pane(partitionsPane, "■", "□")
	s.pane(partitionsPane, "leader skew")
	s.see("12 partitions · RF 3 · min.insync 2")
	s.intact()

	s.press("v")
	s.see("broker 1 ", "leads ", "holds ")
	s.pane(partitionsPane, "■ leads", "1")
	s.intact()

	s.press("v")
	s.see(spreadPane, "topics × 3 brokers", "against fair")
	for _, metric := range []string{"leaders", "replicas", "bytes", "in/s", "leaders"} {
		s.step("m", metricOf, metric)
		s.intact()
	}

	s.press("v")
	s.see(partitionsPane)
	s.press("x")
	s.see("what it is", "formula", "what to do")
	s.press("esc")
	s.lose("formula")
	s.intact()
}

// metricOf is the metric that stands out on the map's frame.
func metricOf(shot *terminal.Shot) string {
	p := shot.Pane(spreadPane)
	if p == nil {
		return ""
	}
	edge, marked := shot.Cell(p.X+p.W-2, p.Y).Style.Bg, ""
	for x := p.X + p.W/2; x < p.X+p.W; x++ {
		if shot.Cell(x, p.Y).Style.Bg != edge {
			marked += shot.Part(x, p.Y, 1)
		}
	}
	return strings.TrimSpace(marked)
}

// leaders returns the leader of each partition as the pane shows it.
func leaders(shot *terminal.Shot) []string {
	p := shot.Pane(partitionsPane)
	if p == nil {
		return nil
	}
	at := strings.Index(p.Rows[0], "leader")
	if at < 0 {
		return nil
	}
	column := p.X + 1 + len([]rune(p.Rows[0][:at]))
	var all []string
	for y := range len(p.Rows) - 1 {
		part := strings.TrimSpace(shot.Part(p.X+1, p.Y+2+y, 8))
		if _, err := strconv.Atoi(strings.TrimLeft(part, "▸▎ ")); err != nil {
			break
		}
		leader, _, _ := strings.Cut(strings.TrimSpace(shot.Part(column, p.Y+2+y, 6)), "≠")
		all = append(all, leader)
	}
	return all
}

func TestWhatIfForetellsWhatThenHappens(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.until("12 partitions", func(shot *terminal.Shot) bool { return len(leaders(shot)) == 12 })
	now := leaders(s.Shot())
	if !slices.Contains(now, "2") {
		t.Fatalf("broker 2 leads nothing: %v", now)
	}

	s.press("1")
	s.focus(brokersPane)
	s.press("g", "j")
	s.pane(brokersPane, "▸ 2")
	s.press("4", "w")
	s.see("what if", "broker 2 lost", "nothing is sent", "leaders that move")
	s.intact()
	foretold := leaders(s.Shot())
	if slices.Contains(foretold, "2") || slices.Equal(foretold, now) {
		t.Errorf("without broker 2, %v would lead, who lead now are %v", foretold, now)
	}
	s.press("esc")
	s.lose("nothing is sent")
	s.until("the leaders as they are", func(shot *terminal.Shot) bool { return slices.Equal(leaders(shot), now) })

	s.press("D")
	s.until("broker 2 that is not up", func(shot *terminal.Shot) bool {
		row := shot.Pane(brokersPane).Row("▸ 2")
		return row != "" && !strings.Contains(row, " up ")
	})
	s.see("2/3 brokers", "under-replicated")
	s.until(fmt.Sprintf("the leaders that were foretold, %v", foretold), func(shot *terminal.Shot) bool { return slices.Equal(leaders(shot), foretold) })
	s.pane(topicsPane, "orders", "▲ 12 ")
	s.intact()

	s.press("D")
	s.pane(brokersPane, "▸ 2", " up ")
	s.see("3/3 brokers")
	s.lose("broker down", "1 down")
	s.pane(topicsPane, "orders", " ok ")
}

func TestHelpSaysWhatKeysDo(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for i, has := range []string{"show what the broker holds", "show the topic's partitions", "show the group's members", "tail this partition alone", "open the record"} {
		s.press(strconv.Itoa(i+1), "?")
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
	s.see("Command", "send a record", "stop the selected broker")
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

func TestARecordIsComposedAndSeenInTheTail(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns") // nobody else writes to it
	s.pane(tailPane, "nothing has been written")
	s.press("p")
	s.see("Compose", "4 partitions")
	s.press("hand-made", "ctrl+s")
	s.see("acknowledged returns:")
	s.press("ctrl+g")
	s.lose("Compose")
	s.pane(tailPane, "returns:", ":0", "key=∅", "value=hand-made")

	s.press("p")
	s.see("Compose", "hand-made") // the draft was kept
	s.press("shift+tab", "key-42", "ctrl+s")
	s.see("acknowledged returns:", "taken by broker")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "returns:", "key=key-42", "value=hand-made")

	s.press("p")
	s.see("Compose")
	s.press("ctrl+t", "ctrl+s")
	s.see("acknowledged returns:")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "key=key-42", "value=∅")
	s.intact()
}

func TestATopicIsNotCreatedByATypingMistake(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns")
	s.press("p")
	s.see("Compose")
	s.press("a value", "tab", "x", "ctrl+s")
	s.see("there is no topic of that name")
	s.press("esc")
	s.lose("Compose")
	s.press("p")
	s.see("Compose", "returnsx", "a value") // what was typed is still there
}

func TestReadOnlyRefusesToSend(t *testing.T) {
	t.Parallel()
	s := demo(t, "--read-only")
	s.see("read-only")
	s.choose("returns")
	s.press("p")
	s.see("Compose")
	s.press("v", "ctrl+s")
	s.until("refusal in the form", func(shot *terminal.Shot) bool {
		p := shot.Pane("Compose")
		return p != nil && p.Row("×", "read-only") != ""
	})
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "nothing has been written")
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
	if !strings.Contains(string(s.Stream()), want) {
		t.Errorf("%q was not written to the terminal", want)
	}
}

func TestARecordIsOpened(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.pane(tailPane, "orders:", "key=", "value={")
	s.press("5")
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
	p := s.Shot().Pane(topicsPane)
	wheel := func(way int) { s.press(fmt.Sprintf("\x1b[<%d;%d;%dM", way, p.X+5, p.Y+5)) }
	const up, down = 64, 65
	wheel(down)
	s.until("list that begins further down", func(shot *terminal.Shot) bool { return shot.Pane(topicsPane).Row("_schemas") == "" })
	s.intact()
	wheel(up)
	s.pane(topicsPane, "_schemas")
}

func TestGroupMembers(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.press("3")
	s.focus(groupsPane)
	s.press("/", "billing", "enter", "enter")
	s.see("4 members", "billing-1", "orders 0-2")
	s.press("esc")
	s.lose("4 members")
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
	s.see("orders", "1 Brokers", "2 Topics", "3 Groups", "5 Tail")
	for i, has := range []string{"leaders", "orders", "billing", "isr", "5 Tail"} {
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
