package main

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"

	"kscope/ui"
	"kscope/ui/cli"
)

// A layer is what a folder may import besides the standard library, and what of
// the standard library it may not: whole packages, or single names.
type layer struct {
	may, not []string
	// only are the names it may use of packages that it may not import otherwise.
	only []string
}

// pure is what a function of its arguments has no use for.
var pure = []string{
	"context", "io", "log", "net", "os", "sync", "runtime",
	"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.AfterFunc", "time.Tick", "time.NewTimer", "time.NewTicker",
}

const franz = "github.com/twmb/franz-go"

// layers is the architecture. Arrows point one way,
//
//	main -> ui/cli -> ui -> ui/canvas -> themes
//	main -> kafka -> model <- ui
//	        ui/cli -> kafka/recording -> model
//
// and a line here is changed on purpose, never to make a build pass.
var layers = map[string]layer{
	".": {may: []string{
		"kscope/kafka", "kscope/kafka/match", "kscope/model", "kscope/ui", "charm.land/bubbletea/v2",
		"github.com/charmbracelet/colorprofile", "github.com/charmbracelet/x/ansi", "github.com/charmbracelet/x/term", franz,
	}},

	"kafka": {may: []string{
		"kscope/kafka/decode", "kscope/kafka/drafts", "kscope/kafka/grouplog", "kscope/kafka/lab", "kscope/kafka/match", "kscope/kafka/registry", "kscope/kafka/template", "kscope/model", franz,
	}, not: []string{"log", "os/exec"}},
	"kafka/decode": {
		may: []string{
			"kscope/kafka/registry", "kscope/model", franz, "github.com/bufbuild/protocompile", "github.com/fxamacker/cbor", "github.com/klauspost/compress",
			"github.com/pierrec/lz4", "github.com/santhosh-tekuri/jsonschema", "github.com/twmb/avro", "github.com/vmihailenco/msgpack",
			"golang.org/x/text", "google.golang.org/protobuf",
		},
		not: []string{"log", "net/http"},
	},
	"kafka/registry":     {may: []string{"kscope/model", franz}, not: []string{"log"}},
	"kafka/lab":          {may: []string{"kscope/model", franz}, not: []string{"log", "os"}},
	"kafka/lab/host":     {may: []string{"kscope/kafka", "kscope/model"}, not: []string{"log"}},
	"kafka/drafts":       {may: []string{"kscope/model"}, not: []string{"context", "log", "net", "os", "sync"}},
	"kafka/template":     {may: []string{"kscope/model", "github.com/brianvoe/gofakeit/v7"}, not: []string{"context", "io", "log", "net", "os", "sync", "time.Now"}},
	"kafka/demo":         {may: []string{franz, "github.com/twmb/avro", "google.golang.org/protobuf"}, not: []string{"log", "os"}},
	"kafka/match":        {may: []string{"kscope/model", franz, "github.com/expr-lang/expr", "github.com/tidwall/gjson"}, not: []string{"context", "log", "net", "os"}},
	"kafka/grouplog":     {may: []string{"kscope/model", franz}, not: []string{"context", "log", "net", "os", "sync"}},
	"kafka/recording":    {may: []string{"kscope/model"}, not: []string{"log", "net", "os"}},
	"kafka/realkafka":    {may: []string{franz}},
	"kafka/realkafka/up": {may: []string{"kscope/kafka/realkafka"}},
	"kafka/rebalances":   {},
	"kafka/producing":    {},

	// A module of its own.
	"kafka/producing/sarama": {may: []string{"github.com/IBM/sarama"}},

	"model":       {may: []string{"kscope/model/clean"}, not: pure},
	"model/clean": {not: pure},
	"themes":      {not: []string{"context", "io", "log", "net", "os", "time"}},

	"ui": {
		may: []string{
			"kscope/model", "kscope/themes", "kscope/ui/canvas", "kscope/ui/export",
			"charm.land/bubbletea/v2", "charm.land/bubbles/v2", "github.com/sahilm/fuzzy", "github.com/sergi/go-diff",
		},
		not: []string{"log", "net", "os", "sync"},
	},
	"ui/canvas": {
		may:  []string{"kscope/model/clean", "kscope/themes", "github.com/mattn/go-runewidth"},
		not:  []string{"context", "io", "log", "net", "os", "sync", "time"},
		only: []string{"os.Getenv"}, // RUNEWIDTH_EASTASIAN, which the renderer below goes by
	},
	"ui/export": {may: []string{"kscope/model", "kscope/model/clean"}, not: []string{"context", "io", "log", "net", "os", "sync"}},
	"ui/cli": {
		may: []string{
			"kscope/kafka/drafts", "kscope/kafka/recording", "kscope/kafka/template", "kscope/model", "kscope/ui", "kscope/ui/export", "charm.land/fang/v2", "github.com/charmbracelet/x/ansi",
			"github.com/spf13/cobra", "github.com/spf13/pflag",
		},
		not: []string{"log", "os/exec"},
	},

	// Programs and packages for pictures, tests and benchmarks.
	"ui/picture": {may: []string{
		"codeberg.org/go-fonts/dejavu", "github.com/charmbracelet/ultraviolet", "github.com/charmbracelet/x/vt",
		"github.com/creack/pty", "golang.org/x/image",
	}},
	"ui/bench":       {},
	"ui/bench/bare":  {may: []string{franz}},
	"ui/bench/empty": {may: []string{"charm.land/bubbletea/v2"}},
	"ui/e2e":         {},
	"ui/e2e/terminal": {may: []string{
		"github.com/charmbracelet/ultraviolet", "github.com/charmbracelet/x", "github.com/creack/pty",
	}},
}

func TestLayers(t *testing.T) {
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		l, known := layers[dir]
		if !known {
			t.Errorf("%s: this folder is in no layer", file)
			return nil
		}
		f, err := parser.ParseFile(files, file, nil, 0)
		if err != nil {
			return err
		}
		for _, fault := range l.faults(f) {
			t.Errorf("%s: %s", file, fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// faults says what a file uses that its layer has no right to.
func (l layer) faults(f *ast.File) (faults []string) {
	names := map[string]string{} // of packages in the file -> what they are imported as
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		names[path.Base(p)] = p
		if spec.Name != nil {
			names[spec.Name.Name] = p
		}
		if !l.imports(p) {
			faults = append(faults, "may not import "+p)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok && !l.uses(names[pkg.Name], sel.Sel.Name) {
				faults = append(faults, "may not use "+pkg.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return faults
}

// imports reports whether the layer may import a package.
func (l layer) imports(p string) bool {
	if p == "kscope" || strings.HasPrefix(p, "kscope/") || strings.Contains(strings.Split(p, "/")[0], ".") {
		return under(l.may, p)
	}
	return !under(l.not, p) || slices.ContainsFunc(l.only, func(name string) bool { return strings.HasPrefix(name, p+".") })
}

// uses reports whether the layer may use a name of a package.
func (l layer) uses(p, name string) bool {
	return !slices.Contains(l.not, p+"."+name) && (!under(l.not, p) || slices.Contains(l.only, p+"."+name))
}

// under reports whether a package is one of paths, or below one.
func under(paths []string, p string) bool {
	return slices.ContainsFunc(paths, func(root string) bool { return p == root || strings.HasPrefix(p, root+"/") })
}

// TestLayersAreHeld tries the rules on files that break them.
func TestLayersAreHeld(t *testing.T) {
	for source, fault := range map[string]string{
		`package model; import "os"`:                                     "may not import os",
		`package model; import "net/http"`:                               "may not import net/http",
		`package model; import "kscope/kafka"`:                           "may not import kscope/kafka",
		`package model; import "github.com/twmb/franz-go/pkg/kgo"`:       "may not import github.com/twmb/franz-go/pkg/kgo",
		`package model; import "time"; var now = time.Now()`:             "may not use time.Now",
		`package model; import clock "time"; var now = clock.Now()`:      "may not use clock.Now",
		`package model; import "time"; const second = time.Second`:       "",
		`package model; import "kscope/model/clean"; var _ = clean.Text`: "",
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "a.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(layers["model"].faults(f), ", "); got != fault {
			t.Errorf("%s: %q, want %q", source, got, fault)
		}
	}
	f, err := parser.ParseFile(token.NewFileSet(), "a.go", `package canvas; import "os"; var _, _ = os.Getenv("A"), os.Exit`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(layers["ui/canvas"].faults(f), ", "); got != "may not use os.Exit" {
		t.Errorf("canvas: %q", got)
	}
}

// TestFromBrokerToScreen runs the whole program in this process: a cluster, the
// client, the explorer, and a terminal that a person could look at.
func TestFromBrokerToScreen(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := openScreen(t)
	s.sees("3/3 brokers", "orders", "Brokers", "Tail")

	s.types("2", "/", "orders", "\r", "\r")
	s.sees("12 partitions", "min.insync 2")
	s.types("p", "straight from the test", "\x13") // ctrl+s
	s.sees("acknowledged")
	s.types("\x07") // ctrl+g: to the tail
	s.lacks("Compose")

	s.types("1", "g", "D")
	s.sees("2/3 brokers", "fenced")
	s.types("D")
	s.sees("3/3 brokers")
	s.lacks("fenced")

	s.resize(80, 24)
	s.sees("1 Brokers", "2 Topics", "6 Tail")
	s.types("q")
	s.ends()
	goleak.VerifyNone(t, before, // alarms end when they would have gone off
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.Tick.func1"), goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.Every.func1"),
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.(*Program).execBatchMsg"))
}

// A screen is a running program and the terminal it runs in.
type screen struct {
	t        *testing.T
	program  *tea.Program
	terminal *emulator
	keyboard *io.PipeWriter
	ended    chan error
	close    func()
}

// An emulator is one that may be read and written at once.
type emulator struct {
	mu sync.Mutex
	*vt.Emulator
}

func (e *emulator) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Emulator.Write(p)
}

func (e *emulator) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Emulator.String()
}

func (e *emulator) Resize(w, h int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Emulator.Resize(w, h)
}

func openScreen(t *testing.T) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	source, end, err := startDemo(ctx, cli.DemoOptions{Name: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	input, keyboard := io.Pipe()
	s := &screen{t: t, terminal: &emulator{Emulator: vt.NewEmulator(160, 45)}, keyboard: keyboard, ended: make(chan error, 1)}
	go func() { _, _ = io.Copy(io.Discard, s.terminal) }() // what it answers, or it blocks
	_, _ = s.terminal.WriteString(ansi.SetModeLineFeedNewLine)
	app := ui.New(ctx, source, ui.Options{Name: "demo", Demo: true, Theme: "dark"})
	s.program = tea.NewProgram(app, tea.WithInput(input), tea.WithOutput(s.terminal), tea.WithWindowSize(160, 45),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler())
	go func() {
		_, err := s.program.Run()
		s.ended <- err
	}()
	s.close = func() {
		s.program.Kill()
		cancel()
		end()
		_ = keyboard.Close()
		_ = s.terminal.InputPipe().(io.Closer).Close() // its own Close would race with what reads its answers
	}
	t.Cleanup(s.close)
	return s
}

// types sends keys as a terminal does.
func (s *screen) types(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(s.keyboard, k); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond) // so that they are keys, one after the other
	}
}

func (s *screen) resize(w, h int) {
	s.terminal.Resize(w, h)
	s.program.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// sees waits until all these texts are on screen.
func (s *screen) sees(texts ...string) {
	s.t.Helper()
	s.until(func(screen string) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(screen, text) })
	}, "does not show %q", texts)
}

// lacks waits until a text is not on screen.
func (s *screen) lacks(text string) {
	s.t.Helper()
	s.until(func(screen string) bool { return !strings.Contains(screen, text) }, "shows %q", text)
}

func (s *screen) until(holds func(screen string) bool, fault string, args ...any) {
	s.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !holds(s.terminal.String()); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen "+fault+":\n%s", append(args, s.terminal.String())...)
		}
	}
}

// ends waits for the program to end, and closes all that was opened.
func (s *screen) ends() {
	s.t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(3 * time.Minute):
		s.t.Fatalf("the program goes on:\n%s", s.terminal.String())
	}
	s.close()
}
