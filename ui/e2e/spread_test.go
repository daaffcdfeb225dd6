//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

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
	var foretold []string
	s.until("leaders without broker 2", func(shot *terminal.Shot) bool {
		foretold = leaders(shot)
		return len(foretold) == 12 && !slices.Contains(foretold, "2")
	})
	s.press("esc")
	s.lose("nothing is sent")
	s.until("the leaders as they are", func(shot *terminal.Shot) bool { return slices.Equal(leaders(shot), now) })

	s.press("D")
	s.until("broker 2 that is not up", func(shot *terminal.Shot) bool {
		p := shot.Pane(brokersPane)
		return p != nil && p.Row("▸ 2") != "" && !strings.Contains(p.Row("▸ 2"), " up ")
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
