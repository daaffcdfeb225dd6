package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"kscope/ui"
	"kscope/ui/cli"
)

// readme returns README.md.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section returns what stands below a heading, up to the next of its level.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "\n"+heading+"\n")
	if !ok {
		t.Fatalf("there is no heading %q", heading)
	}
	level, _, _ := strings.Cut(heading, " ")
	rest, _, _ = strings.Cut(rest, "\n"+level+" ")
	return rest
}

// helpOf returns the help of a command; of kscope itself without words.
func helpOf(t *testing.T, words ...string) string {
	t.Helper()
	var out bytes.Buffer
	std := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out}
	if status := cli.Run(t.Context(), append(words, "--help"), std, cli.Deps{Getenv: func(string) string { return "" }}); status != 0 {
		t.Fatalf("kscope %v --help: status %d\n%s", words, status, &out)
	}
	return out.String()
}

var (
	commandLine = regexp.MustCompile(`(?m)^  ([a-z-]+) {2,}\S`)
	belowIt     = regexp.MustCompile(`(?s)\nAvailable Commands:\n(.*?)\n\n`)
	longFlag    = regexp.MustCompile(`--[a-z][a-z-]+`)
	jsonNames   = regexp.MustCompile(`(?s)With -o json it is an? .*? the names\n(.*?)\n(?:\n|[A-Z])`)
)

// commands returns the commands that the help lists, and those below one that does
// something itself.
func commands(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, m := range commandLine.FindAllStringSubmatch(helpOf(t), -1) {
		if m[1] == "kscope" { // an example
			continue
		}
		all = append(all, m[1])
		if below := belowIt.FindStringSubmatch(helpOf(t, m[1])); below != nil && m[1] != "completion" {
			for _, sub := range commandLine.FindAllStringSubmatch(below[1], -1) {
				all = append(all, m[1]+" "+sub[1])
			}
		}
	}
	if len(all) < 10 {
		t.Fatalf("commands are %q", all)
	}
	return all
}

func TestReadmeNamesEveryCommandAndItsJSON(t *testing.T) {
	text := section(t, readme(t), "## Without a screen")
	listed := 0
	for _, c := range commands(t) {
		if !strings.Contains(text, "| `"+c) {
			t.Errorf("the command %s is missing", c)
		}
		m := jsonNames.FindStringSubmatch(helpOf(t, strings.Fields(c)...))
		if m == nil {
			continue
		}
		listed++
		m[1], _, _ = strings.Cut(m[1], " and, by event,") // which have a table of their own
		if names := strings.Join(strings.Fields(strings.Trim(m[1], ".")), " "); !strings.Contains(text, "`"+strings.TrimSuffix(names, ".")+"`") {
			t.Errorf("%s prints %s", c, names)
		}
	}
	if listed != 9 {
		t.Errorf("%d commands say what JSON they print, want 9", listed)
	}
}

var (
	eventBlock = regexp.MustCompile(`(?m)^  ([a-z][a-z_, ]*):((?:.*\n)(?:    .*\n)*)`)
	eventRow   = regexp.MustCompile("(?m)^\\| ((?:`[a-z_]+`,? ?)+) \\| .* \\| (.*) \\|$")
)

// TestReadmeNamesEveryEvent compares the table of events with the help of what prints
// them.
func TestReadmeNamesEveryEvent(t *testing.T) {
	said := map[string]string{}
	for _, m := range eventRow.FindAllStringSubmatch(section(t, readme(t), "### Events of groups"), -1) {
		said[strings.ReplaceAll(strings.TrimSpace(m[1]), "`", "")] = strings.Trim(m[2], "`")
	}
	_, help, _ := strings.Cut(helpOf(t, "groups", "watch"), " and, by event,\n")
	blocks := eventBlock.FindAllStringSubmatch(help, -1)
	if len(blocks) < 8 || len(said) != len(blocks) {
		t.Fatalf("the help has %d rows, the README %q", len(blocks), said)
	}
	for _, m := range blocks {
		if names := strings.Join(strings.Fields(m[2]), " "); said[m[1]] != names {
			t.Errorf("%s has %q, the README says %q", m[1], names, said[m[1]])
		}
	}
}

func TestReadmeNamesEveryFlagAndNoOther(t *testing.T) {
	text := readme(t)
	var there []string
	for _, words := range append([][]string{nil}, each(commands(t))...) {
		_, flags, _ := strings.Cut(helpOf(t, words...), "\nFlags:\n")
		there = append(there, longFlag.FindAllString(flags, -1)...)
	}
	there = append(there, "--version", "--help")
	named := longFlag.FindAllString(text, -1)
	for _, f := range there {
		if !slices.Contains(named, f) {
			t.Errorf("the flag %s is missing", f)
		}
	}
	for _, f := range named {
		if !slices.Contains(there, f) {
			t.Errorf("there is no flag %s", f)
		}
	}
}

func each(words []string) [][]string {
	var all [][]string
	for _, w := range words {
		all = append(all, strings.Fields(w))
	}
	return all
}

// An explorerScreen is the explorer without a cluster: nothing that it asks is
// ever asked.
type explorerScreen struct{ app *ui.App }

func newExplorerScreen(t *testing.T, o ui.Options) *explorerScreen {
	s := &explorerScreen{ui.New(t.Context(), nil, o)}
	s.app.Update(tea.WindowSizeMsg{Width: 160, Height: 120})
	return s
}

func (s *explorerScreen) press(keys ...rune) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: k, Text: string(k)}
		if k < ' ' {
			msg.Text = ""
		}
		s.app.Update(msg)
	}
}

// dialog returns the lines inside the dialog on top.
func (s *explorerScreen) dialog(t *testing.T, name string) []string {
	t.Helper()
	var inside []string
	left := -1
	for _, line := range strings.Split(ansi.Strip(s.app.View().Content), "\n") {
		cells := []rune(line)
		switch {
		case left < 0:
			if before, _, ok := strings.Cut(line, "╭─ "+name+" "); ok {
				left = len([]rune(before))
			}
		case cells[left] == '╰':
			return inside
		default:
			end := left + 1 + slices.Index(cells[left+1:], '│')
			inside = append(inside, string(cells[left+1:end]))
		}
	}
	t.Fatalf("there is no dialog %s", name)
	return nil
}

// A keyRow is a line of the help: keys, and what they do.
type keyRow struct{ keys, does string }

var helpLine = regexp.MustCompile(`^  (\S+(?: \S+)*) {2,}(\S.*?)\s*$`)

// helpRows returns what the help says in every pane of the explorer and of a group,
// once each. The numbers of the panes are left out: the README has a sentence about
// them.
func helpRows(t *testing.T) []keyRow {
	var rows []keyRow
	look := func(o ui.Options, panes ...string) {
		s := newExplorerScreen(t, o)
		for _, there := range panes {
			s.press([]rune(there)...)
			s.press('?')
			for _, line := range s.dialog(t, "Help") {
				if m := helpLine.FindStringSubmatch(line); m != nil {
					row := keyRow{"`" + strings.Join(strings.Fields(m[1]), "` `") + "`", m[2]}
					if !slices.Contains(rows, row) && !strings.HasPrefix(row.does, "to pane ") {
						rows = append(rows, row)
					}
				}
			}
			s.press(tea.KeyEscape)
		}
	}
	look(ui.Options{Demo: true, NoColor: true}, "1", "2", "3", "6", "5", "4", "v", "v")
	look(ui.Options{Replay: "x", NoColor: true}, "1", "2", "3", "4")
	return rows
}

var tableRow = regexp.MustCompile("(?m)^\\| (`.*`) \\| (.*) \\|$")

// TestReadmeTellsWhatKeysDo compares the key tables with the help, which is made
// of the same actions that dispatch.
func TestReadmeTellsWhatKeysDo(t *testing.T) {
	said := map[keyRow]bool{}
	for _, m := range tableRow.FindAllStringSubmatch(section(t, readme(t), "### In panes"), -1) {
		said[keyRow{m[1], m[2]}] = false
	}
	rows := helpRows(t)
	if len(rows) < 40 {
		t.Fatalf("the help says only %v", rows)
	}
	for _, r := range rows {
		found := false
		for s := range said {
			cut, isCut := strings.CutSuffix(r.does, "…")
			if s.keys == r.keys && (s.does == r.does || isCut && strings.HasPrefix(s.does, cut)) {
				said[s], found = true, true
			}
		}
		if !found {
			t.Errorf("missing: | %s | %s |", r.keys, r.does)
		}
	}
	for s, found := range said {
		if !found {
			t.Errorf("no key does that: | %s | %s |", s.keys, s.does)
		}
	}
}
