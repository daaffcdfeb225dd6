//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

// An outcome is what a command without a screen came to.
type outcome struct {
	out, err string
	status   int
}

// command runs the program without a terminal.
func command(t *testing.T, in string, args ...string) outcome {
	t.Helper()
	return commandWith(t, nil, in, args...)
}

func commandWith(t *testing.T, env []string, in string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append([]string{"TERM=xterm-256color", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, env...)
	c.Stdin = strings.NewReader(in)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

// refused fails the test if the outcome is not one sentence on standard error.
func (o outcome) refused(t *testing.T, status int, words ...string) {
	t.Helper()
	if o.status != status || o.out != "" || strings.Count(o.err, "\n") != 1 || !strings.HasPrefix(o.err, "kscope: ") {
		t.Errorf("the exit status is %d, standard output %q, standard error %q", o.status, o.out, o.err)
	}
	for _, w := range words {
		if !strings.Contains(o.err, w) {
			t.Errorf("%q does not say %q", o.err, w)
		}
	}
}

func TestTheExplorerNeedsATerminal(t *testing.T) {
	t.Parallel()
	command(t, "", "--demo").refused(t, 2, "standard output is not a terminal")
}

func TestTheExplorerNeedsATerminalThatCanPlaceText(t *testing.T) {
	t.Parallel()
	for _, term := range []string{"TERM=dumb", "TERM="} {
		s := open(t, setup{args: []string{"--demo"}, env: []string{term}})
		if status := s.ends(); status != 2 {
			t.Errorf("with %s the exit status is %d", term, status)
		}
		s.until("sentence", func(shot *terminal.Shot) bool {
			return strings.HasPrefix(shot.Row(0), "kscope: ") && strings.Contains(shot.Row(0), "TERM")
		})
		if bytes.Contains(s.Stream(), []byte("\x1b")) {
			t.Errorf("with %s there are escape sequences: %q", term, s.Stream())
		}
	}
}

func TestWhatIsWrongIsSaidInASentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, 2, "no cluster is named"},
		{[]string{"topcs"}, 2, "did you mean topics"},
		{[]string{"--no-such-flag"}, 2, "there is no flag --no-such-flag"},
		{[]string{"topics", "--demo", "-b", "x:1"}, 2, "leave out --brokers"},
		{[]string{"topics", "--demo", "-o", "xml"}, 2, "json"},
		{[]string{"tail", "--demo"}, 2, "takes the name of a topic, or several"},
		{[]string{"tail", "--demo", "nowhere"}, 1, "There is no topic nowhere"},
		{[]string{"produce", "--demo", "nowhere", "-v", "x"}, 1, "There is no topic nowhere"},
		{[]string{"produce", "--demo", "--read-only", "returns", "-v", "x"}, 1, "read-only"},
		{[]string{"topics", "-b", "127.0.0.1:1", "--timeout", "5s"}, 1, "Nothing listens at 127.0.0.1:1"},
		{[]string{"topics", "-b", "nowhere.invalid:9092"}, 1, "does not resolve"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			command(t, "", c.args...).refused(t, c.status, c.says)
		})
	}
}
