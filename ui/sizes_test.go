package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// scenes are what can be on screen: the keys that lead there.
var scenes = map[string][]string{
	"brokers":     {"1"},
	"topics":      {"2"},
	"groups":      {"3"},
	"partitions":  {"4"},
	"ownership":   {"5"},
	"tail":        {"6"},
	"zoomed":      {"2", "z"},
	"filter":      {"2", "/", "o", "r", "d"},
	"broker":      {"1", "enter", "4"},
	"heat":        {"C", "m", "m"},
	"what if":     {"1", "j", "4", "w"},
	"figures":     {"4", "x"},
	"all figures": {"C", "x"},
	"help":        {"?"},
	"palette":     {":", "t"},
	"compose":     {"p", "a", "b"},
	"headers":     {"p", "ctrl+n", "a", "tab", "b", "ctrl+n", "tab", "tab", "right"},
	"options":     {"p", "shift+tab", "right", "tab", "9", "shift+tab", "shift+tab", "right"},
	"out of file": {"p", "shift+tab", "right", "right", "tab", "x"},
	"send many":   {"p", "shift+tab", "right", "tab", "9", "ctrl+s", "enter"},
	"audit":       {"2", "A"},
	"sent":        {"p", "a", "ctrl+s", "ctrl+r"},
	"lab":         {"L", "a", "a", "K"},
	"members":     {"3", "j", "enter"},
	"lanes":       {"3", "j", "enter", "2", "left", "left"},
	"rebalances":  {"3", "j", "enter", "3", "j"},
	"generation":  {"3", "j", "enter", "4"},
	"member":      {"3", "j", "enter", "j", "enter"},
	"topology":    {"3", "G", "k", "enter", "t"},
	"record":      {"6", "k", "enter"},
	"bytes":       {"6", "k", "enter", "x", "j"},
	"save":        {"6", "k", "enter", "s"},
	"tail form":   {"6", "o", "~", "("},
	"read as":     {"6", "d", "right"},
	"export":      {"6", "x", "right"},
	"find by key": {"6", "K"},
	"find":        {"6", "f", "u"},
	"let through": {"6", "/", "?", "?"},
	"compare":     {"6", "k", "m", "k", "="},
	"still":       {"6", "space", "k", "v", "v", "u"},
	"reset":       {"3", "g", "o", "right", "right", "tab", "9", "tab", "right", "right"},
	"reset asks":  {"3", "g", "o", "ctrl+s", "a"},
	"delete":      {"3", "g", "X"},
	"forget":      {"3", "g", "O", "c"},
	"remove":      {"3", "j", "enter", "x"},
	"create":      {"2", "n", "a", ".", "b", "tab", "tab", "tab", "j", "enter", "9"},
	"creating":    {"2", "n", "z", "ctrl+s", "enter"},
	"configs":     {"2", "c", "j", "enter", "1"},
	"changes":     {"2", "c", "j", "enter", "1", "enter", "ctrl+s"},
	"settings":    {"1", "c", "/", "s"},
	"grow":        {"2", "+", "9"},
	"cut":         {"2", "d", "tab", "9", "tab", "right"},
	"drop":        {"2", "X", "o"},
}

// TestEverySceneFitsEverySize draws everything at sizes that are large, small and
// smaller. What robot.lines checks holds at each: as many lines as the screen has,
// each exactly as wide.
func TestEverySceneFitsEverySize(t *testing.T) {
	sizes := [][2]int{{300, 80}, {200, 50}, {120, 40}, {119, 24}, {120, 23}, {80, 24}, {80, 10}, {40, 60}, {41, 11}, {40, 10}, {39, 9}, {10, 3}, {2, 1}, {1, 1}, {0, 0}, {120, 40}}
	for _, cluster := range []string{"small", "hostile", "empty"} {
		for name, keys := range scenes {
			t.Run(cluster+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					r := newRobot(t, clusters[cluster](), Options{Name: hostile[0], ReadOnly: true}, 160, 50)
					r.wait(3 * time.Second)
					if cluster == "small" {
						tell(t, r, "30 records written to clicks")
						r.wait(time.Second)
					}
					r.press(keys...)
					r.wait(time.Second)
					for i := 0; i < len(sizes); i += coarsely(1) {
						size := sizes[i]
						r.resize(size[0], size[1])
						r.lines()
					}
				})
			})
		}
	}
}

func tell(t *testing.T, r *robot, event string) {
	t.Helper()
	if err := r.source.happen(event); err != nil {
		t.Fatal(err)
	}
	r.settle()
}

// TestDiagnosisFitsEverySize is the same for what is shown before a cluster is.
func TestDiagnosisFitsEverySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRobot(t, unreachableCluster(), Options{Name: hostile[1], Seeds: hostile[3], Protocol: "SSL"}, 100, 30)
		r.wait(time.Second)
		for w := 0; w <= 130; w += 13 {
			for h := 0; h <= 45; h += 5 {
				r.resize(w, h)
				r.lines()
			}
		}
	})
}

// TestStormOfSizesAndKeys presses keys at random while the screen takes random
// sizes and the cluster changes: nothing panics, and every screen is straight. A
// failure names its seed.
func TestStormOfSizesAndKeys(t *testing.T) {
	pressed := []string{
		"j", "k", "g", "G", "h", "l", "s", "S", "enter", "esc", "tab", "shift+tab", "1", "2", "3", "4", "5", "6", "z", "v", "x", "w", "m", "b", "i", "C",
		"/", "~", "(", "?", ":", "p", "t", "y", "T", "M", "r", "D", "space", "pgup", "pgdown", "up", "down", "left", "right", "backspace", "ctrl+t", "ctrl+k",
		"ctrl+s", "ctrl+g", "home", "end", "[", "]", "+", "-", "<", ">", "f", "0", "日", "n", "c", "d", "X", "ctrl+u",
	}
	events := []string{
		"broker 2 dies", "broker 2 comes back", "broker 1 dies", "broker 1 comes back", "broker 3 dies", "broker 3 comes back", "topic orders deleted",
		"topic zebra created", "topic zebra deleted", "7 records written to clicks", "1 hostile records written to orders", "nobody answers", "all answer again",
		"DescribeLogDirs is denied", "DescribeLogDirs is granted", "ListTopics is denied", "ListTopics is granted", "group billing rebalances", "group fraud grows", "group fraud converges",
		"group metrics is deleted", "WatchGroup is denied", "WatchGroup is granted", "DescribeGroups is denied", "DescribeGroups is granted",
		"the tail is troubled", "writes are refused", "writes are taken", "DescribeConfigs is denied", "DescribeConfigs is granted",
		"a policy forbids changes", "changes are taken", "records of partition 2 cannot be deleted", "brokers create topics by themselves",
	}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				dice := rand.New(rand.NewPCG(seed, 7))
				r := newRobot(t, smallCluster(), Options{Name: "storm", Demo: true, ASCII: seed%4 == 0}, 160, 50)
				r.wait(2 * time.Second)
				for range 150 {
					switch dice.IntN(12) {
					case 0:
						r.resize(dice.IntN(301), dice.IntN(81))
					case 1:
						tell(t, r, events[dice.IntN(len(events))])
					case 2:
						r.click(dice.IntN(160), dice.IntN(50))
					case 3:
						r.wheel(dice.IntN(160), dice.IntN(50), dice.IntN(5)-2)
					case 4:
						r.wait(time.Duration(dice.IntN(3000)) * time.Millisecond)
					case 5:
						r.send(tea.PasteMsg{Content: hostile[dice.IntN(len(hostile))]})
					default:
						r.press(pressed[dice.IntN(len(pressed))])
					}
					r.lines()
				}
			})
		})
	}
}

// TestTheStripNamesThePanes, all of them where they fit: no name is cut in two.
func TestTheStripNamesThePanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		for w := leastWidth; w < wideFrom; w++ {
			r.resize(w, 30)
			for pane, p := range r.app.explorer.panes {
				r.press(fmt.Sprint(pane + 1))
				strip := strings.TrimRight(r.lines()[1], " ")
				if !strings.Contains(strip, p.Name()) {
					t.Fatalf("at %d cells the strip does not name the pane in focus: %s", w, strip)
				}
				if w >= r.app.explorer.stripWidth() && !strings.Contains(strip, "6 Tail") || !strings.Contains(strip, "6") {
					t.Fatalf("at %d cells the strip is cut: %s", w, strip)
				}
			}
		}
	})
}
