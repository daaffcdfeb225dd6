package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

var update = flag.Bool("update", false, "write the screens that stories show")

// TestStories plays each testdata/*.txt. A line of a story is a step; lines that
// begin with | are the picture of the look before them. The steps are
//
//	cluster small 120x30 demo       a cluster of clusters_test.go; size, demo, read-only, registry, ascii.
//	                                It is opened by the first step that is no event
//	size 80x24                      make the screen another size
//	press j enter ctrl+s            press keys
//	type some text                  press a key for each letter
//	paste "a\nb"                    paste text, written as a Go string
//	click orders                    click where that text is on screen
//	click 3,4                       click a cell
//	wheel down on orders            turn the wheel a notch where that text is
//	wait 5s                         let time go by
//	event broker 2 dies             something happens at the cluster: see happen
//	look                            show the screen
//	look 2                          show a pane; also dialog, header, footer
//	sees some text                  the text is on screen
//	lacks some text                 it is not
//	copied some text                it was the last thing to go to the clipboard
//	saved FILE some text            a file of that name holds that
//	did send a record to orders     it was the last command
//	did nothing                     no command was given
//	quits                           the program ended
//	# anything                      a comment
//
// go test ./ui -update rewrites the pictures; read the diff before you commit.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { play(t, file) })
		})
	}
}

// play plays a story, and compares its pictures.
func play(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	s := &story{t: t}
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "|") {
			continue
		}
		fmt.Fprintln(&told, line)
		verb, rest, _ := strings.Cut(line, " ")
		s.where = fmt.Sprintf("%s:%d", file, n+1)
		switch verb {
		case "", "#":
		case "look":
			s.opened()
			for shown := range strings.Lines(s.robot.part(rest)) {
				told.WriteString(strings.TrimRight("| "+shown, " \n") + "\n")
			}
		default:
			if err := s.step(verb, rest); err != nil {
				t.Fatalf("%s: %s: %v", s.where, line, err)
			}
		}
	}
	if got := told.String(); *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(text) {
		t.Errorf("%s: the screen changed (go test ./ui -update writes it down):\n%s", file, firstDifference(string(text), got))
	}
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d was\n%s\nand is\n%s", i+1, w[i], strings.Join(g[i:min(i+40, len(g))], "\n"))
		}
	}
	return fmt.Sprintf("%d lines were %d", len(g), len(w))
}

// A story is one that is being played.
type story struct {
	t      *testing.T
	robot  *robot
	source *script
	open   func() // opens the cluster, if it is not open yet
	where  string
	disk   scriptDisk // what was saved
}

// opened returns the robot that sits before the cluster.
func (s *story) opened() *robot {
	if s.open != nil {
		s.open()
		s.open = nil
	}
	return s.robot
}

// step does what a line says.
func (s *story) step(verb, rest string) error {
	switch {
	case verb == "cluster":
		return s.choose(strings.Fields(rest))
	case verb == "event" && s.open != nil:
		return s.source.happen(rest)
	}
	r := s.opened()
	switch verb {
	case "size":
		w, h, err := sizeIn(rest)
		r.resize(w, h)
		return err
	case "press":
		r.press(strings.Fields(rest)...)
	case "type":
		r.typeText(rest)
	case "paste":
		pasted, err := strconv.Unquote(rest)
		r.send(tea.PasteMsg{Content: pasted})
		return err
	case "click":
		r.click(s.cell(rest))
	case "wheel":
		return s.wheel(rest)
	case "wait":
		d, err := time.ParseDuration(rest)
		r.wait(d)
		return err
	case "event":
		err := r.source.happen(rest)
		r.settle()
		return err
	default:
		return s.check(verb, rest)
	}
	return nil
}

// check is a step that looks, and does nothing.
func (s *story) check(verb, rest string) error {
	r := s.robot
	switch verb {
	case "sees":
		if !strings.Contains(r.screen(), rest) {
			return fmt.Errorf("it is not on screen:\n%s", r.screen())
		}
	case "lacks":
		if strings.Contains(r.screen(), rest) {
			return fmt.Errorf("it is on screen:\n%s", r.screen())
		}
	case "copied":
		if n := len(r.copied); n == 0 || strconv.Quote(r.copied[n-1]) != `"`+rest+`"` {
			return fmt.Errorf("copied %q", r.copied)
		}
	case "saved":
		name, want, _ := strings.Cut(rest, " ")
		if got, there := s.disk[name]; !there || strconv.Quote(got) != `"`+want+`"` {
			return fmt.Errorf("it holds %q; there are %d files", got, len(s.disk))
		}
	case "did":
		return s.did(rest)
	case "quits":
		if !r.quit {
			return fmt.Errorf("it goes on:\n%s", r.screen())
		}
	default:
		return fmt.Errorf("what is %q?", verb)
	}
	return nil
}

func (s *story) did(what string) error {
	done := s.robot.source.done
	switch n := len(done); {
	case what == "nothing" && n > 0, what != "nothing" && n == 0, n > 0 && done[n-1].String() != what:
		return fmt.Errorf("did %v", done)
	}
	return nil
}

// choose gets a cluster ready.
func (s *story) choose(words []string) error {
	make, ok := clusters[words[0]]
	if !ok {
		return fmt.Errorf("there is no such cluster")
	}
	s.source = make()
	s.disk = scriptDisk{}
	o := Options{Name: words[0], Seeds: "kafka-1:9092", Protocol: "PLAINTEXT", ReadFile: files, Files: &Files{Create: s.disk.Create}, CheckFilter: checkFilter}
	w, h := 120, 30
	for _, word := range words[1:] {
		switch word {
		case "demo":
			o.Demo = true
			o.Simulated = []string{"followers copy nothing: ISR and replica sizes are shown as Kafka would, but no record is ever lost, whatever stops", "disk totals are made up"}
		case "registry":
			o.Registry = true
		case "read-only":
			o.ReadOnly = true
		case "ascii":
			o.ASCII = true
		default:
			var err error
			if w, h, err = sizeIn(word); err != nil {
				return err
			}
		}
	}
	s.open = func() { s.robot = newRobot(s.t, s.source, o, w, h) }
	return nil
}

func sizeIn(word string) (w, h int, err error) {
	_, err = fmt.Sscanf(word, "%dx%d", &w, &h)
	return w, h, err
}

// cell is where "3,4" is, or a text that is on screen.
func (s *story) cell(told string) (x, y int) {
	if _, err := fmt.Sscanf(told, "%d,%d", &x, &y); err == nil {
		return x, y
	}
	return s.robot.find(told)
}

func (s *story) wheel(told string) error {
	way, where, ok := strings.Cut(told, " on ")
	notches, known := map[string]int{"up": -1, "down": 1}[way]
	if !ok || !known {
		return fmt.Errorf("up or down, on what?")
	}
	x, y := s.cell(where)
	s.robot.wheel(x, y, notches)
	return nil
}
