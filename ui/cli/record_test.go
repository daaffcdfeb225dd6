package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kscope/kafka/recording"
	"kscope/model"
)

// recorded records what a script tells, and returns the recording.
func recorded(t *testing.T, words string, events ...model.Event) (file string, tape *recording.Recording, errs string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "billing.jsonl")
	s := shell{script: happeningOn(events...)}
	status, out, errs := s.watched(t, append(onB("record billing "+words), "-f", file)...)
	if status != done || out != "" || s.closed != 1 {
		t.Fatalf("%d %q %q", status, out, errs)
	}
	return file, reread(t, file), errs
}

func reread(t *testing.T, file string) *recording.Recording {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tape, err := recording.Read(f)
	if err != nil || tape.Skipped+tape.Partly > 0 || tape.Cut {
		t.Fatalf("%v %+v", err, tape)
	}
	return tape
}

// story is what a history says.
func story(events []model.Event) []any {
	var s model.Snapshot
	for _, e := range events {
		s = s.Apply(e)
	}
	h := s.Histories["billing"]
	return []any{h.Lanes, h.Seats, h.Moments, h.Rebalances, h.Open, h.Begin, h.Seen}
}

func TestRecordingKeepsWhatHappens(t *testing.T) {
	_, tape, errs := recorded(t, "", polled()...)
	if !strings.Contains(errs, "billing.jsonl: ") || !strings.HasSuffix(errs, ", 2 rebalances\n") || strings.Count(errs, "\n") != 1 {
		t.Errorf("%q", errs)
	}
	if tape.Cluster != "kafka-1:9092" || !reflect.DeepEqual(tape.Groups, []string{"billing"}) || tape.Started.IsZero() {
		t.Errorf("%+v", tape.Header)
	}
	if is, was := story(tape.Events), story(polled()); !reflect.DeepEqual(is, was) {
		t.Errorf("recorded\n%+v\nof\n%+v", is, was)
	}
}

func TestThePastIsRecordedIfAskedFor(t *testing.T) {
	_, tape, _ := recorded(t, "--past", told()...)
	if is, was := story(tape.Events), story(told()); !reflect.DeepEqual(is, was) {
		t.Errorf("recorded\n%+v\nof\n%+v", is, was)
	}
	_, tape, errs := recorded(t, "", told()...)
	var s model.Snapshot
	for _, e := range tape.Events {
		s = s.Apply(e)
	}
	h := s.Histories["billing"]
	if len(h.Rebalances) != 1 || h.Rebalances[0].Past || !h.Begin.Equal(ms(-30000)) || !h.Log.From.IsZero() || !strings.HasSuffix(errs, ", 1 rebalance\n") {
		t.Errorf("it begins %v with %+v: %q", h.Begin, h.Rebalances, errs)
	}
}

func TestNoFileIsWrittenOverByAccident(t *testing.T) {
	file := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := func(why string) {
		if b, _ := os.ReadFile(file); string(b) != "precious" {
			t.Fatalf("%s: the file holds %q", why, b)
		}
	}
	s := shell{script: happeningOn()}
	status, _, errs := s.run(t, append(onB("record billing"), "-f", file)...)
	if status != misuse || !strings.Contains(errs, "is there already: name another file, or add --force") {
		t.Errorf("%d %q", status, errs)
	}
	kept("without --force")
	s.script.fails = map[model.Query]error{model.ListGroups{}: errors.New("nobody answers")}
	if status, _, errs := s.run(t, append(onB("record billing --force"), "-f", file)...); status != failed || errs != "kscope: nobody answers\n" {
		t.Errorf("%d %q", status, errs)
	}
	kept("without a cluster")
	s.script.fails = nil
	if status, _, errs := s.run(t, append(onB("record billing --force --for 1ms"), "-f", file)...); status != done {
		t.Errorf("%d %q", status, errs)
	}
	reread(t, file)
}

func TestRecordUsedWrongly(t *testing.T) {
	for words, says := range map[string]string{
		"billing":                      "needs -f FILE",
		"-f x":                         "takes the names of one group or more",
		"billing -f x --for -1s":       "--for must be longer than nothing",
		"billing -f /nowhere/at/all/x": "--file cannot be written: /nowhere/at/all/x: no such file or directory",
	} {
		s := shell{script: happeningOn()}
		status, out, errs := s.run(t, onB("record "+words)...)
		if status != misuse || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}

// TestReplayPrintsWhatWatchDid compares a replay with the watching it was recorded by.
func TestReplayPrintsWhatWatchDid(t *testing.T) {
	for name, events := range map[string][]model.Event{"polled": polled(), "told": told()} {
		file, _, _ := recorded(t, "--past", events...)
		for _, format := range watchFormats {
			s := shell{script: happeningOn(events...)}
			_, want, _ := s.watched(t, onB("groups watch billing --past -o "+format)...)
			s = shell{}
			status, out, errs := s.run(t, "replay", file, "-o", format)
			if status != done || out != want || !strings.Contains(errs, " events, from 2026-03-01T12:00:00.000Z to ") {
				t.Errorf("%s: %d %q\n--- got\n%s--- want\n%s", name, status, errs, out, want)
			}
		}
	}
}

func TestReplayOpensTheView(t *testing.T) {
	file, tape, _ := recorded(t, "", polled()...)
	s := terminal()
	s.env["NO_COLOR"] = "1"
	status, out, errs := s.run(t, "replay", file, "--theme", "light", "--ascii")
	want := &Explore{Theme: "light", ASCII: true, NoColor: true, Replay: file, Connection: model.Connection{Name: tape.Cluster, ReadOnly: true}}
	if status != done || out+errs != "" || !reflect.DeepEqual(s.explored, want) || s.connection.Seeds != nil {
		t.Errorf("%d %q %+v", status, out+errs, s.explored)
	}
	s = terminal()
	s.outTerminal = false
	if status, _, errs := s.run(t, "replay", file); status != misuse || !strings.Contains(errs, "replay -o text") || s.explored != nil {
		t.Errorf("%d %q", status, errs)
	}
}

func TestReplayOfWhatIsDamaged(t *testing.T) {
	file, _, _ := recorded(t, "", polled()...)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	head, _, _ := strings.Cut(text, "\n")
	for name, c := range map[string]struct {
		text   string
		status int
		says   string
	}{
		"nothing":    {"", misuse, "The file is no recording"},
		"other":      {"{}\n", misuse, "The file is no recording"},
		"newer":      {strings.Replace(text, `"version":1`, `"version":9`, 1), misuse, "version 9 of the format: this kscope reads version 1"},
		"empty":      {head + "\n", done, "the recording is empty: it was begun at 2"},
		"cut":        {text[:len(text)-20], done, "the last line is not whole"},
		"skipped":    {text + "{}\n{\"time\":\"2026-03-01T12:00:00Z\",\"event\":\"moon\"}\n", done, "2 lines were skipped"},
		"more names": {text + `{"time":"2026-03-01T12:00:00Z","event":"lags","group":"billing","moon":1}` + "\n", done, "1 line says more"},
	} {
		damaged := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(damaged, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := shell{}
		status, out, errs := s.run(t, "replay", damaged, "-o", "text")
		if status != c.status || !strings.Contains(errs, c.says) || status == misuse && out != "" {
			t.Errorf("%s: %d %q %q", name, status, out, errs)
		}
	}
	for _, words := range []string{"", "a b", "/nowhere/at/all -o text", file + " -o table"} {
		s := terminal()
		if status, out, errs := s.run(t, append([]string{"replay"}, strings.Fields(words)...)...); status != misuse || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q", words, status, errs)
		}
	}
	s := shell{out: &gone{err: errors.New("disk full")}}
	if status, _, errs := s.run(t, "replay", file, "-o", "json"); status != failed || errs != "kscope: disk full\n" {
		t.Errorf("%d %q", status, errs)
	}
}

// FuzzReplay prints whatever a file makes of groups.
func FuzzReplay(f *testing.F) {
	b, err := os.ReadFile("../../docs/billing.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b[:bytes.LastIndexByte(b[:20_000], '\n')+1]), true)
	f.Add(string(b[:bytes.LastIndexByte(b[:9000], '\n')+1]), false)
	f.Fuzz(func(t *testing.T, text string, asJSON bool) {
		tape, err := recording.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		r := &replay{output: map[bool]string{true: "json", false: "text"}[asJSON]}
		if err := r.print(&app{std: Streams{Out: &out, Err: io.Discard}}, tape); err != nil {
			t.Fatal(err)
		}
		plain(t, out.String())
		for line := range strings.Lines(out.String()) {
			if asJSON && !json.Valid([]byte(line)) {
				t.Errorf("%q", line)
			}
		}
	})
}
