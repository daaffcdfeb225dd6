package recording

import (
	"errors"
	"io"
	"iter"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"kscope/model"
)

const first = `{"kscope":"recording","version":1,"cluster":"c","groups":["g"],"started":"2026-03-01T12:00:00.000Z"}` + "\n"

func TestLinesThatMakeNoSenseAreSkipped(t *testing.T) {
	good := `{"time":"2026-03-01T12:00:01.000Z","event":"lags","group":"g","topics":[]}` + "\n"
	for text, want := range map[string]Recording{
		"":                      {},
		"\n \n":                 {},
		good:                    {Events: make([]model.Event, 1)},
		strings.TrimSpace(good): {Events: make([]model.Event, 1)},
		good[:40]:               {Cut: true},
		good + good[:40]:        {Events: make([]model.Event, 1), Cut: true},
		good[:40] + "\n" + good: {Events: make([]model.Event, 1), Skipped: 1},
		"{}\n[]\nnull\nx\n1\n":  {Skipped: 5},
		`{"time":"2026-03-01T12:00:01Z","event":"elections","group":"g"}` + "\n":                         {Skipped: 1},
		`{"time":"yesterday","event":"lags","group":"g"}` + "\n":                                         {Skipped: 1},
		`{"time":null,"event":"lags","group":"g"}` + "\n":                                                {Skipped: 1},
		`{"time":"2026-03-01T12:00:01Z","event":"lags","group":7}` + "\n":                                {Skipped: 1},
		`{"time":"2026-03-01T12:00:01Z","event":"lags","group":"g","topics":7}` + "\n":                   {Skipped: 1},
		`{"time":"2026-03-01T12:00:01Z","event":"lags","group":"g","mood":"good"}` + "\n":                {Events: make([]model.Event, 1), Partly: 1},
		`{"time":"2026-03-01T13:00:01+01:00","event":"described","group":"g","type":"x"}` + "\n":         {Events: make([]model.Event, 1)},
		`{"time":"2026-03-01T12:00:01Z","event":"logged","group":"g","log":{"state":"dreaming"}}` + "\n": {Events: make([]model.Event, 1)},
	} {
		r, err := Read(iotest.OneByteReader(strings.NewReader(first + text)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if len(r.Events) != len(want.Events) || r.Skipped != want.Skipped || r.Partly != want.Partly || r.Cut != want.Cut {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

func TestWhatIsNoRecording(t *testing.T) {
	for text, kind := range map[string]model.ProblemKind{
		"":                        model.Invalid,
		"\n":                      model.Invalid,
		"hello":                   model.Invalid,
		`{"kscope":"topics"}`:     model.Invalid,
		first[10:]:                model.Invalid,
		strings.Repeat("x", 9999): model.Invalid,
		strings.Replace(first, `"version":1`, `"version":2`, 1): model.Unsupported,
	} {
		var p *model.Problem
		if r, err := Read(strings.NewReader(text)); !errors.As(err, &p) || p.Kind != kind || r != nil {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	broken := errors.New("the disk is gone")
	for n := range 200 {
		in := io.MultiReader(strings.NewReader((first + strings.Repeat("{}\n", 99))[:n]), iotest.ErrReader(broken))
		if _, err := Read(in); !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

// FuzzRead reads anything; what it makes of it survives another recording.
func FuzzRead(f *testing.F) {
	f.Add(first)
	f.Add(taped(f, night()[100:140]...))
	f.Add(first + `{"time":"2026-03-01T12:00:01Z","event":"described","group":"g","members":[{"assignment":[{"partitions":[-1]}],"session_timeout_ms":9e18}]}`)
	f.Add(first + `{"time":"0000-01-01T00:00:00+23:59","event":"logged","group":"\ud800","observations":[{},{"quiet":[{}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		_ = folded(r.Events)
		_ = r.latest(model.Names{})
		_, _ = r.Begin(), r.End()
		again := replayed(t, taped(t, r.Events...))
		r.Header = again.Header
		seen := model.NamesOf(slices.Collect(r.groups())...)
		if was, is := r.latest(seen), again.latest(seen); !reflect.DeepEqual(is, was) {
			t.Errorf("%+v\nis read back as\n%+v", was, is)
		}
		if was, is := r.latestLags(seen), again.latestLags(seen); !reflect.DeepEqual(is, was) {
			t.Errorf("%+v\nis read back as\n%+v", was, is)
		}
	})
}

// groups returns the groups of all events.
func (r *Recording) groups() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, e := range r.Events {
			if _, group := about(e); !yield(group) {
				return
			}
		}
	}
}

// document returns docs/RECORDING.md.
func document(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/RECORDING.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheExampleOfTheDocument(t *testing.T) {
	m := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(document(t))
	if m == nil {
		t.Fatal("the document has no example")
	}
	r := replayed(t, m[1])
	kinds := map[reflect.Type]bool{}
	for _, e := range r.Events {
		kinds[reflect.TypeOf(e)] = true
	}
	if len(kinds) != 3 || r.Cluster == "" || len(r.Groups) != 1 {
		t.Errorf("the example shows %v of %+v", kinds, r.Header)
	}
}

// TestTheSample reads the recording that the README shows.
func TestTheSample(t *testing.T) {
	b, err := os.ReadFile("../../docs/billing.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	r := replayed(t, string(b))
	h := r.retold("billing").History
	var triggers []string
	for i := range h.Rebalances {
		triggers = append(triggers, string(h.Rebalances[i].Trigger))
	}
	if got := strings.Join(triggers, " "); got != "joined joined joined joined expired joined expired" {
		t.Errorf("it tells of %s", got)
	}
}

// TestTheDocumentHasEveryName goes through the names that lines can have.
func TestTheDocumentHasEveryName(t *testing.T) {
	text := document(t)
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		switch {
		case of == reflect.TypeFor[stamp]():
		case of.Kind() == reflect.Pointer, of.Kind() == reflect.Slice:
			walk(of.Elem())
		case of.Kind() == reflect.Struct:
			for i := range of.NumField() {
				field := of.Field(i)
				if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && !strings.Contains(text, "`"+name+"`") {
					t.Errorf("the document has no `%s`", name)
				}
				walk(field.Type)
			}
		}
	}
	for _, line := range []any{headerLine{}, describedLine{}, loggedLine{}, lagsLine{}} {
		walk(reflect.TypeOf(line))
	}
	for _, words := range []map[model.LogWord]string{logWords} {
		for _, word := range words {
			if !strings.Contains(text, "`"+word+"`") {
				t.Errorf("the document has no `%s`", word)
			}
		}
	}
	for _, word := range problemKinds {
		if !strings.Contains(text, "`"+word+"`") {
			t.Errorf("the document has no `%s`", word)
		}
	}
}
