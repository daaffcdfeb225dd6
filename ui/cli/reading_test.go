package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

// targets reads targets as they are written in tests.
func targets(t *testing.T, text string) model.Targets {
	t.Helper()
	all, err := model.ParseTargets(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatATailReads(t *testing.T) {
	last := func(n int64) model.Position { return model.Position{At: model.AtLast, N: n} }
	beginning, end := model.Position{At: model.AtBeginning}, model.Stop{At: model.StopAtEnd}
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for words, want := range map[string]model.Tail{
		"orders --from end":                                   {Targets: targets(t, "orders")},
		"orders --from beginning --to end":                    {Targets: targets(t, "orders"), From: beginning, Until: end},
		"orders --from last:5":                                {Targets: targets(t, "orders"), From: last(5)},
		"orders -n 7":                                         {Targets: targets(t, "orders"), From: last(7)},
		"orders --from=-7":                                    {Targets: targets(t, "orders"), From: last(7)},
		"orders --last=7 --partition 1":                       {Targets: targets(t, "orders:1"), From: last(7)},
		"orders --partition 0-1":                              {Targets: targets(t, "orders:0-1")},
		"orders --from 4711 --to after:5":                     {Targets: targets(t, "orders"), From: model.Position{At: model.AtOffset, N: 4711}, Until: model.Stop{At: model.StopAfter, N: 5}},
		"orders --from 2026-03-01T12:00:00Z":                  {Targets: targets(t, "orders"), From: model.Position{At: model.AtTime, Time: noon}},
		"orders pay:0-3,7 ~^x":                                {Targets: targets(t, "orders,pay:0-3,7,~^x")},
		"orders,pay":                                          {Targets: targets(t, "orders,pay")},
		"orders --filter refund --read-committed":             {Targets: targets(t, "orders"), Filter: "refund", Committed: true},
		"orders --format-key int64 --format-value AVRO":       {Targets: targets(t, "orders"), KeyFormat: "int64", ValueFormat: "avro"},
		"pay --key user-42":                                   {Targets: model.TargetOf("pay", model.KeyPartition([]byte("user-42"), 12))},
		"pay orders:1 --key user-42 --to after:3":             {Targets: targets(t, "orders:1,pay:"+id(model.KeyPartition([]byte("user-42"), 12)))},
		"pay --key user-42 --partition 3 --from 0 --count 10": {Targets: targets(t, "pay:3"), From: model.Position{At: model.AtOffset}},
	} {
		s := shell{script: following(nil, nil)}
		status, _, errs := s.tailing(t, "tail "+words)
		want.Whole = true
		if got := s.script.asked[len(s.script.asked)-1]; status != done || got != want {
			t.Errorf("%s: %d %q %+v, want %+v", words, status, errs, got, want)
		}
	}
}

func TestMisuseOfReading(t *testing.T) {
	for words, says := range map[string]string{
		"tail orders --partition 2":                           "Topic orders has no partition 2: its partitions are 0 to 1",
		"tail orders:0-9":                                     "Topic orders has no partition 9: its partitions are 0 to 1",
		"tail orders pay nope":                                "There is no topic nope",
		"tail orders --from last:0":                           `--from "last:0": the last how many of each partition must be a whole number`,
		"tail orders --from middle":                           `--from "middle": it must be end, beginning, last:N`,
		"tail orders --to 100":                                `--to "100": a number alone does not say of what: write after:100`,
		"tail orders --from 15m --to 1h":                      `--to "1h": it must be later than the beginning`,
		"tail orders -n 0":                                    `invalid argument "0" for "-n, --last" flag: it must be a whole number`,
		"tail orders -n 5 --from end":                         "--from and --last both say where to begin, leave one out",
		"tail orders --count 5 --to after:5":                  "--count and --to after:N both say after how many to end, leave one out",
		"tail orders --partition -1":                          `--partition: "-1" is no partition of orders`,
		"tail orders --partition 1,pay":                       "--partition: partitions are written as 3, or 0-3,7",
		"tail orders pay --partition 1":                       "--partition is of one topic, named alone",
		"tail orders:1 --partition 1":                         "--partition is of one topic, named alone",
		"tail ~^o --key x":                                    "--key is of topics by name",
		"tail orders --filter =value.wrong":                   "--filter: this is wrong, at wrong",
		"tail orders --filter =wrong-and-too-long-for-a-line": "--filter: this is wrong, at wrong-and-too-long-f…",
		"tail orders --key 0x --key-encoding hex":             "--key: line 1, column 2: 'x' is no hexadecimal digit",
		"tail orders --key * --key-encoding base64":           "--key: line 1, column 1: '*' is not of base64",
		"tail orders --key-encoding hex":                      "--key-encoding says what --key is written in, and there is no --key",
		"tail orders --key x --key-encoding latin1":           `invalid argument "latin1" for "--key-encoding" flag: it must be text, hex or base64`,
		"tail orders --count 0":                               `invalid argument "0" for "--count" flag`,
		"tail orders -o table":                                `invalid argument "table" for "-o, --output" flag: it must be line, json, csv, raw`,
		"tail orders -o %x":                                   `invalid argument "%x" for "-o, --output" flag: there is no %x`,
		"tail orders --format-value xml":                      `invalid argument "xml" for "--format-value" flag: it must be auto, text`,
		"export orders -f /nowhere/x":                         "--file cannot be written: /nowhere/x: no such file or directory",
		"export orders -f x --to never":                       "--to never has no end, and an export has one",
	} {
		s := shell{script: following(nil, nil)}
		status, out, errs := s.run(t, onB(words)...)
		if status == done || out != "" || !strings.HasPrefix(errs, "kscope: "+says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
		plain(t, errs)
	}
}

func TestATailThatEnds(t *testing.T) {
	unclear := model.TailRead{Progress: model.Progress{Unclear: 3, Complaint: "value.n is text, and 5 is a number"}}
	lossy := model.TailNoticed{Notice: model.Notice{Text: "Offsets 3 to 7 of orders/0 were lost", Lossy: true}}
	for name, c := range map[string]struct {
		words  string
		events []model.Event
		status int
		out    string
		errs   string
	}{
		"all":         {"-o %o\\n", []model.Event{came(some[:3]...)}, done, "119529\n120330\n118844\n", "kscope: 3 records\n"},
		"none":        {"-o csv", nil, done, "topic,partition,offset,timestamp,timestamp_type,leader_epoch,key,key_encoding,value,value_encoding,headers\n", "kscope: 0 records\n"},
		"a key":       {"-o %o\\n --key user-42", []model.Event{came(some...)}, done, "119529\n", "kscope: 1 record\n"},
		"no key":      {"-o %o\\n --key=", []model.Event{came(some...)}, done, "118844\n3\n", "kscope: 2 records\n"},
		"hex":         {"-o %o\\n --key ff:00 --key-encoding hex", []model.Event{came(some...)}, done, "1\n", "kscope: 1 record\n"},
		"base64":      {"-o %o\\n --key /wA= --key-encoding base64", []model.Event{came(some...)}, done, "1\n", "kscope: 1 record\n"},
		"no bytes":    {"-o %o\\n --key= --key-encoding hex", []model.Event{came(some...)}, done, "118844\n3\n", "kscope: 2 records\n"},
		"after":       {"-o %o\\n --to after:1 --key=", []model.Event{came(some...)}, done, "118844\n", ""},
		"unclear":     {"-o %o\\n", []model.Event{came(some[0]), unclear}, done, "119529\n", "kscope: 1 record\nkscope: of 3 records the filter could not make something out: value.n is text, and 5 is a number\n"},
		"a gap":       {"-o %o\\n", []model.Event{lossy, came(some[0])}, failed, "119529\n", "kscope: Offsets 3 to 7 of orders/0 were lost\nkscope: 1 record\n"},
		"terminal":    {"-o %s\\n --from 0", []model.Event{came(some[3])}, done, "\x1b]52;c;x\x07\n\u009b2J\u202e\n", "kscope: 1 record\n"},
		"on terminal": {"-o %s\\n --to end", []model.Event{came(some[3])}, done, "^[]52;c;x^G\\n⟨U+009B⟩2J⟨U+202E⟩\n", "kscope: 1 record\n"},
	} {
		s := shell{script: ending(c.events...), outTerminal: name == "on terminal"}
		status, out, errs := s.run(t, onB("tail orders "+c.words)...)
		if status != c.status || out != c.out || errs != c.errs {
			t.Errorf("%s: %d %q %q", name, status, out, errs)
		}
	}
}

func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	s := shell{script: ending(came(some...))}
	status, out, errs := s.run(t, onB("export orders -f a.jsonl")...)
	if status != done || out != "" || errs != "kscope: 6 records\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if got := s.script.asked[1].(model.Tail); got.From.At != model.AtBeginning || got.Until.At != model.StopAtEnd || !got.Whole {
		t.Errorf("asked %+v", got)
	}
	holds(t, "a.jsonl", wanted(t, "tail.json"))

	status, _, errs = s.run(t, onB("export orders -f a.jsonl -o raw")...)
	if status != misuse || errs != "kscope: a.jsonl is there already: name another file, or add --force to write over it\n" {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a.jsonl", wanted(t, "tail.json"))

	status, _, errs = s.run(t, onB("export orders -f a.jsonl -o %o\\n --force --count 2")...)
	if status != done || errs != "" {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a.jsonl", "119529\n120330\n")
}

func TestAnInterruptedExport(t *testing.T) {
	t.Chdir(t.TempDir())
	s := shell{script: following(nil, came(some[:2]...), nil)}
	status, _, errs := s.tailing(t, "export orders -f a -o %o\\n")
	if status != failed || errs != "kscope: 2 records\nkscope: 2 records are not all that was asked for: what there is, is in a.part\n" {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a.part", "119529\n120330\n")
	if _, err := os.Stat("a"); err == nil {
		t.Error("there is a file, and it is not whole")
	}

	s = shell{script: ending(came(some[:3]...))}
	status, _, errs = s.run(t, onB("export orders -f a -o %o\\n")...)
	if status != misuse || !strings.HasPrefix(errs, "kscope: a.part is there already, as an export leaves it that is interrupted") {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a.part", "119529\n120330\n")
	if status, _, errs = s.run(t, onB("export orders -f a -o %o\\n --force")...); status != done {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a", "119529\n120330\n118844\n")
	inFolder(t, "a")
}

// What is not whole is not left behind where nothing is in it, and what cannot be read any
// more is told from what was interrupted.
func TestAnExportThatFails(t *testing.T) {
	t.Chdir(t.TempDir())
	gone := model.TailTroubled{Problem: &model.Problem{Kind: model.Gone, Says: "Topic orders is gone"}}
	s := shell{script: following(nil, gone)}
	if status, _, errs := s.run(t, onB("export orders -f a")...); status != failed || errs != "kscope: Topic orders is gone\n" {
		t.Errorf("%d %q", status, errs)
	}
	inFolder(t)
	s = shell{script: following(nil, came(some[0]), gone)}
	if status, _, errs := s.run(t, onB("export orders -f a -o %o\\n")...); status != failed || errs != "kscope: 1 record is not all that was asked for: what there is, is in a.part\nkscope: Topic orders is gone\n" {
		t.Errorf("%d %q", status, errs)
	}
	inFolder(t, "a.part")
}

// Another file is not written over that came to be while it was exported.
func TestAnExportWhosePlaceIsTaken(t *testing.T) {
	t.Chdir(t.TempDir())
	s := shell{script: ending()}
	s.script.tail = func(_ context.Context, _ model.Tail, emit func(model.Event)) error {
		emit(came(some[0]))
		return os.WriteFile("a", []byte("another"), 0o600)
	}
	status, _, errs := s.run(t, onB("export orders -f a -o %o\\n")...)
	if status == done || errs != "kscope: 1 record\nkscope: a came to be meanwhile: what was read is in a.part\n" {
		t.Errorf("%d %q", status, errs)
	}
	holds(t, "a", "another")
	holds(t, "a.part", "119529\n")
}

// A link stays one, and what is no file is written as it is.
func TestAnExportToWhatIsNoFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("to", nil, 0o600), os.Symlink("to", "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", os.DevNull} {
		s := shell{script: ending(came(some[0]))}
		if status, _, errs := s.run(t, onB("export orders -o %o\\n --force -f "+name)...); status != done {
			t.Errorf("%d %q", status, errs)
		}
	}
	holds(t, "to", "119529\n")
	inFolder(t, "link", "to")
}

// inFolder holds which files there are.
func inFolder(t *testing.T, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("there are %q, %v; want %q", got, err, want)
	}
}

func TestProgressOfAnExport(t *testing.T) {
	p := &printer{printed: 1200, progress: model.Progress{Done: 250, Total: 1000}}
	for since, want := range map[time.Duration]string{
		time.Millisecond: "1200 records, 25% read",
		20 * time.Second: "1200 records, 25% read, 1m0s left",
	} {
		if got := progressPhrase(p, since); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	p.progress.Total = -1
	if got := progressPhrase(p, time.Minute); got != "1200 records" {
		t.Error(got)
	}
	var errs strings.Builder
	l := &progressLine{app: &app{std: Streams{Err: &errs, ErrTerminal: true}}}
	l.tell(p)
	l.tell(p) // too soon
	l.write("short")
	l.clear()
	l.clear()
	if got := errs.String(); got != "\r1200 records\r1200 records\rshort       \rshort\r     \r" {
		t.Errorf("%q", got)
	}
}

// ending is a cluster that has told all once it has told these events.
func ending(events ...model.Event) *script {
	s := following(nil, events...)
	s.tail = func(_ context.Context, _ model.Tail, emit func(model.Event)) error {
		for _, e := range events {
			emit(e)
		}
		return nil
	}
	return s
}

// wanted returns a golden file, from wherever the test is.
func wanted(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testdata is where golden files are, from anywhere.
var testdata, _ = filepath.Abs("testdata")

func holds(t *testing.T, name, want string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v", name, got, err)
	}
}
