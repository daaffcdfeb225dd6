package cli

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui"
)

func terminal() shell {
	return shell{script: empty(), inTerminal: true, outTerminal: true, env: map[string]string{"TERM": "xterm-256color"}}
}

func TestKscopeOpensTheExplorer(t *testing.T) {
	s := terminal()
	status, out, errs := s.run(t, strings.Fields("-b k:1 --theme LIGHT --ascii --name prod --read-only --timeout 3s")...)
	want := &Explore{Theme: "light", ASCII: true, Connection: model.Connection{
		Name: "prod", Seeds: []string{"k:1"}, ReadOnly: true, Timeout: 3 * time.Second}}
	if status != done || out+errs != "" || !reflect.DeepEqual(s.explored, want) || s.closed != 1 {
		t.Errorf("%d %q %+v", status, out+errs, s.explored)
	}

	s = terminal()
	s.env["NO_COLOR"] = "no"
	status, _, _ = s.run(t, "--demo")
	if status != done || !s.explored.Demo || !s.explored.NoColor || s.explored.Theme != "auto" || s.demo == nil {
		t.Errorf("%d %+v", status, s.explored)
	}
}

func TestOnlyGroupsWaitForTheDemoToSettle(t *testing.T) {
	for words, want := range map[string]DemoOptions{
		"groups --demo --read-only": {Settled: true, ReadOnly: true},
		"groups billing --demo":     {Settled: true},
		"topics --demo":             {},
		"brokers --demo":            {},
		"tail orders --demo":        {},
		"--demo --name x":           {Name: "x"},
	} {
		s := terminal()
		s.run(t, strings.Fields(words)...)
		if s.demo == nil || *s.demo != want {
			t.Errorf("%s: %+v, want %+v", words, s.demo, want)
		}
	}
}

func TestTheExplorersStatusIsTheProcess(t *testing.T) {
	s := terminal()
	d := s.deps()
	d.Explore = func(context.Context, ui.Source, Explore) int { return 70 }
	var errs strings.Builder
	status := Run(t.Context(), []string{"--demo"}, Streams{Out: &errs, Err: &errs, InTerminal: true, OutTerminal: true}, d)
	if status != 70 || errs.Len() > 0 {
		t.Errorf("%d %q", status, errs.String())
	}
}

func TestNoExplorerWhereNobodySeesIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*shell)
		args   string
		says   []string
	}{
		"nothing named":  {func(*shell) {}, "", []string{"-b host:9092", "KSCOPE_BROKERS", "--demo"}},
		"output to pipe": {func(s *shell) { s.outTerminal = false }, "--demo", []string{"standard output is not a terminal, which the explorer needs; without one, use kscope brokers, topics, partitions, groups, tail, produce or replay -o text"}},
		"input from":     {func(s *shell) { s.inTerminal = false }, "-b k", []string{"standard input is not a terminal, which the explorer needs; without one, use ", "kscope brokers, topics"}},
		"dumb":           {func(s *shell) { s.env["TERM"] = "dumb" }, "--demo", []string{"TERM=dumb", "kscope brokers, topics"}},
		"no TERM":        {func(s *shell) { delete(s.env, "TERM") }, "--demo", []string{"TERM is not set", "kscope brokers, topics"}},
		"bad theme":      {func(*shell) {}, "--demo --theme pink", []string{"auto, dark, light, high-contrast or 16"}},
		"no command":     {func(*shell) {}, "frobnicate", []string{`there is no command "frobnicate": kscope --help lists`}},
		"near a command": {func(*shell) {}, "tpoics -b k", []string{`there is no command "tpoics", did you mean topics?`}},
	} {
		s := terminal()
		c.change(&s)
		status, out, errs := s.run(t, strings.Fields(c.args)...)
		if status != misuse || out != "" || strings.Count(errs, "\n") != 1 || s.explored != nil || s.demo != nil {
			t.Errorf("%s: %d %q %q", name, status, out, errs)
		}
		for _, says := range c.says {
			if !strings.Contains(errs, says) {
				t.Errorf("%s: %q does not say %q", name, errs, says)
			}
		}
		plain(t, errs)
	}
}

func TestMisuseOfArguments(t *testing.T) {
	for words, says := range map[string]string{
		"version please":   `kscope version takes no arguments, and "please" is one`,
		"man 1":            `kscope man takes no arguments, and "1" is one`,
		"demo x":           `kscope demo takes no arguments, and "x" is one`,
		"tail -b k":        "kscope tail takes the name of a topic, or several",
		"tail a,b:x -b k":  `"x" is no partition of b: partitions are written as 3, or 0-3,7`,
		"export a -b k":    "kscope export needs -f FILE, where to write",
		"produce -b k":     "kscope produce takes the name of one topic",
		"brokers one -b k": `brokers are named by their id, a number, and "one" is none`,
		"brokers -- -1":    `brokers are named by their id, a number, and "-1" is none`,
		"help frobnicate":  `there is no command "frobnicate"`,
	} {
		s := shell{script: empty()}
		status, out, errs := s.run(t, strings.Fields(words)...)
		if status != misuse || out != "" || !strings.HasPrefix(errs, "kscope: "+says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
	s := shell{script: empty()}
	for _, command := range []string{"topics", "groups", "tail", "produce", "brokers"} {
		if status, _, errs := s.run(t, command, "-b", "k", ""); status != misuse {
			t.Errorf("%s of an empty name: %d %q", command, status, errs)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := shell{script: empty(), ctx: ctx}
	s.script.fails = map[model.Query]error{model.ListGroups{}: ctx.Err()}
	if status, out, errs := s.run(t, onB("groups")...); status != failed || out != "" || errs != "kscope: interrupted\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestServingTheDemo(t *testing.T) {
	for words, want := range map[string][]any{
		"demo":                                      {"127.0.0.1:9092", 0, 0},
		"demo --listen [::1]:0":                     {"[::1]:0", 0, 0},
		"demo --topics 10000":                       {"127.0.0.1:9092", 10000, 20},
		"demo --topics 5 --partitions=3":            {"127.0.0.1:9092", 5, 3},
		"demo --listen 0.0.0.0:9092":                nil,
		"demo --partitions 3":                       nil,
		"demo --topics 0":                           nil,
		"demo --topics 99999999999999999999":        nil,
		"demo --topics 5 --partitions -1":           nil,
		"demo --listen kafka.example:9092 --topics": nil,
	} {
		s := shell{}
		status, out, errs := s.run(t, strings.Fields(words)...)
		if !reflect.DeepEqual(s.served, want) || (status == done) != (want != nil) || (out == "listening\n") != (want != nil) {
			t.Errorf("%s: %d %q %q %v", words, status, out, errs, s.served)
		}
		if want == nil && (status != misuse || strings.Count(errs, "\n") != 1) {
			t.Errorf("%s: %d %q", words, status, errs)
		}
	}
}
