package cli

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kscope/model"
)

// paths returns every command there is, as words.
func paths() [][]string {
	var all [][]string
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		all = append(all, strings.Fields(c.CommandPath())[1:])
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	a := &app{}
	root := a.tree()
	root.InitDefaultCompletionCmd()
	walk(root)
	return all
}

func TestHelpIsPlainWhereColoursAreNotWanted(t *testing.T) {
	for _, path := range paths() {
		for name, s := range map[string]shell{
			"piped":    {env: map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}},
			"NO_COLOR": {env: map[string]string{"TERM": "xterm-256color", "NO_COLOR": "no"}, outTerminal: true},
			"dumb":     {env: map[string]string{"TERM": "dumb"}, outTerminal: true},
		} {
			status, out, errs := s.run(t, append(path, "--help")...)
			if status != done || errs != "" || !strings.Contains(out, "kscope") {
				t.Errorf("%v --help, %s: %d %q", path, name, status, errs)
			}
			plain(t, strings.ReplaceAll(out, "\t", ""))
		}
	}
}

func TestHelpIsStyledOnATerminal(t *testing.T) {
	s := terminal()
	t.Setenv("CLICOLOR_FORCE", "1") // the buffer behind it is no terminal
	t.Setenv("TERM", "xterm-256color")
	status, out, errs := s.run(t, "topics", "--help")
	if status != done || errs != "" || !strings.Contains(out, "\x1b[") || !strings.Contains(out, "--no-headers") || !strings.Contains(out, "USAGE") {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestHelpShowsTheFlagsThatMatter(t *testing.T) {
	for words, want := range map[string]bool{
		"topics --help": true, "help tail": true, "--help": true, "help": true,
		"version --help": false, "completion bash --help": false, "man --help": false, "demo --help": false,
		"record --help": true, "replay --help": false, "groups watch --help": true,
	} {
		s := shell{}
		_, out, _ := s.run(t, strings.Fields(words)...)
		if got := strings.Contains(out, "--sasl-mechanism"); got != want {
			t.Errorf("%s: %t\n%s", words, got, out)
		}
	}
}

func TestExamplesWork(t *testing.T) {
	t.Chdir(t.TempDir()) // some write files
	seen := 0
	for _, path := range paths() {
		c, _, err := (&app{}).tree().Find(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(strings.ReplaceAll(c.Example, "\\\n", "")) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "|")
			line, _, _ = strings.Cut(line, "<")
			words := strings.Fields(regexp.MustCompile("'[^']*'").ReplaceAllStringFunc(line, func(quoted string) string {
				if strings.ContainsAny(quoted, "{ ") {
					return "%s"
				}
				return strings.Trim(quoted, "'")
			}))
			if len(words) == 0 || words[0] != "kscope" || slices.Contains(words, ">") {
				continue
			}
			seen++
			s := terminal()
			s.script = small()
			named(s.script)
			s.script.do = accepting().do
			s.script.tail = ending().tail
			s.env["KAFKA_PASSWORD"] = "x"
			if status, _, errs := s.run(t, words[1:]...); status == misuse {
				t.Errorf("%s: %s", line, errs)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d examples", seen)
	}
}

func TestVersion(t *testing.T) {
	for _, words := range []string{"version", "--version"} {
		s := shell{}
		if status, out, errs := s.run(t, words); status != done || out != "kscope v1.2.3\n" || errs != "" {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}

func TestTheManualHasEverything(t *testing.T) {
	s := shell{}
	status, out, errs := s.run(t, "man")
	if status != done || errs != "" || !strings.HasPrefix(out, `.TH "KSCOPE" "1"`) {
		t.Fatalf("%d %q %.80q", status, errs, out)
	}
	plain(t, out)
	text := strings.NewReplacer(`\-`, "-", `\fB`, "", `\fP`, "", `\e`, `\`).Replace(out)
	root := (&app{}).tree()
	for _, c := range append(commands(root), root) {
		if c.Name() != "kscope" && !strings.Contains(text, "\n.SS \""+c.CommandPath()) {
			t.Errorf("the manual has no section on %s", c.Name())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !regexp.MustCompile(`(?m)^(-., )?--` + f.Name + `\b`).MatchString(text) {
				t.Errorf("the manual has no --%s of %s", f.Name, c.Name())
			}
		})
	}
	for line := range strings.Lines(out) {
		macro := regexp.MustCompile(`^\.(TH|SH|SS|PP|TP|nf|fi)( |\n)`).MatchString(line)
		if (strings.HasPrefix(line, ".") && !macro) || strings.HasPrefix(line, "'") || line == "\n" {
			t.Errorf("roff would trip over %q", line)
		}
	}
	if _, again, _ := s.run(t, "man"); again != out {
		t.Error("the same program prints another manual")
	}
}

func TestCompletionScripts(t *testing.T) {
	for name, shebang := range map[string]string{"bash": "# bash completion", "zsh": "#compdef kscope", "fish": "# fish completion", "powershell": "# powershell completion"} {
		s := shell{}
		status, out, errs := s.run(t, "completion", name)
		if status != done || errs != "" || !strings.HasPrefix(out, shebang) {
			t.Errorf("%s: %d %q %.60q", name, status, errs, out)
		}
	}
}

// TestTheBashScriptIsBash lets bash read it.
func TestTheBashScriptIsBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := (&shell{}).run(t, "completion", "bash")
	cmd := exec.CommandContext(t.Context(), bash, "-n")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// offered returns what the shell is offered after words.
func offered(t *testing.T, s *shell, words ...string) []string {
	t.Helper()
	status, out, _ := s.run(t, append([]string{"__completeNoDesc"}, words...)...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != done || lines[len(lines)-1] != ":4" { // no files
		t.Errorf("%q: %d %q", words, status, out)
	}
	return lines[:len(lines)-1]
}

func TestNamesOfTopicsAreOffered(t *testing.T) {
	for words, want := range map[string]string{
		"topics -b k |":                   "add-partitions create delete set orders payments",
		"topics delete -b k |":            "orders payments",
		"topics create -b k |":            "",
		"topics -b k |pay":                "payments",
		"topics -b k orders|":             "payments",
		"tail -b k |":                     "orders payments",
		"tail -b k |__":                   "__consumer_offsets",
		"tail -b k orders|":               "payments",
		"produce -b k |o":                 "orders",
		"partitions --demo |o":            "orders",
		"tail |":                          "", // no cluster is named
		"tail -b k://x |":                 "",
		"topics -b k -o |":                "table json",
		"groups -b k |":                   "describe watch audit billing sink",
		"groups describe -b k |":          "audit billing sink",
		"groups describe --demo audit |b": "billing",
		"tail --from |":                   "end beginning last:10 15m 1h yesterday",
		"export --to |":                   "never end after:100 15m yesterday",
		"--theme |":                       "auto dark light high-contrast 16",
		"topics --sasl-mechanism|":        "PLAIN SCRAM-SHA-256 SCRAM-SHA-512",
		"brokers -b |":                    "",
		"version |":                       "",
	} {
		s := shell{script: small()}
		before, begun, _ := strings.Cut(words, "|")
		got := offered(t, &s, append(strings.Fields(before), begun)...)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q", words, got)
		}
	}
	s := shell{script: hostile()}
	if got := offered(t, &s, "tail", "-b", "k", ""); strings.Join(got, " ") != "plain" {
		t.Errorf("%q", got)
	}
	s = shell{script: empty(), connectErr: &model.Problem{Says: "no"}}
	if got := offered(t, &s, "tail", "-b", "k", ""); len(got) > 0 {
		t.Errorf("%q", got)
	}
}
