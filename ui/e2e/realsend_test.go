//go:build e2e && realkafka

package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kscope/ui/e2e/terminal"
)

var (
	acknowledgedOf = regexp.MustCompile(`([\d,]+) acknowledged`)
	unknownOf      = regexp.MustCompile(`([\d,]+) not known`)
)

// counted reads a figure off the dialog that sends many; 0 if it is not there.
func counted(shot *terminal.Shot, figure *regexp.Regexp) int64 {
	p := shot.Pane("Send many")
	if p == nil {
		return 0
	}
	m := figure.FindStringSubmatch(p.Text())
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
	return n
}

// logEnds is the sum of the log ends of a topic.
func (k *real) logEnds(t *testing.T, topic string) (sum int64) {
	t.Helper()
	ends, err := k.admin.ListEndOffsets(t.Context(), topic)
	for begin := time.Now(); err != nil || ends.Error() != nil; ends, err = k.admin.ListEndOffsets(t.Context(), topic) {
		if time.Since(begin) > patience { // leaders that are new take a moment
			t.Fatal(err, ends.Error())
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, o := range ends.Offsets()[topic] {
		sum += o.At
	}
	return sum
}

// sentMany sends templated records by the form while a broker is killed: what the
// account says is what is in the log.
func (k *real) sentMany(t *testing.T) {
	const victim, many = 3, 40_000
	s := k.explore(t)
	s.choose("orders")
	before := k.logEnds(t, "orders")
	s.press("p")
	s.see("Compose", "12 partitions")
	s.press("user-{{int 1 900}}", "tab", "tab", `{"n":{{n}},"id":"{{uuid}}"}`)
	s.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "right")
	s.see("are filled in", `first {"n":1,`)
	s.press("tab", strconv.Itoa(many), "tab", "5000", "ctrl+s")
	s.see("Send many", "40,000 records", "where the first 100 will go")
	s.press("enter") // not before the topic's name is typed
	s.press("orders")
	s.see("enter does it")
	s.press("enter")
	s.until("records on their way", func(shot *terminal.Shot) bool { return counted(shot, acknowledgedOf) > 1000 })
	k.Kill(victim)
	s.until("account", func(shot *terminal.Shot) bool {
		p := shot.Pane("Send many")
		return p != nil && (p.Row("All", "were acknowledged") != "" || p.Row("of", "were acknowledged") != "")
	})
	acknowledged, unknown := counted(s.Shot(), acknowledgedOf), counted(s.Shot(), unknownOf)
	if err := k.Start(t.Context(), victim); err != nil {
		t.Fatal(err)
	}
	grown := k.logEnds(t, "orders") - before
	if grown < acknowledged || grown > acknowledged+unknown || acknowledged < 1000 {
		t.Errorf("%d acknowledged, of %d it is not known, and the log grew by %d:\n%s", acknowledged, unknown, grown, s.Shot().Text())
	}
	t.Logf("%d acknowledged, of %d it is not known, the log grew by %d", acknowledged, unknown, grown)
	s.press("esc")
	s.lose("Send many")
	s.press("esc")
	s.lose("Compose")
	s.see("3/3 brokers")
	s.intact()
}
