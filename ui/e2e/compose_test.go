//go:build e2e

package e2e

import (
	"testing"

	"kscope/ui/e2e/terminal"
)

func TestARecordIsComposedAndSeenInTheTail(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns") // nobody else writes to it
	s.pane(tailPane, "nothing has been written")
	s.press("p")
	s.see("Compose", "4 partitions")
	s.press("hand-made", "ctrl+s")
	s.see("acknowledged returns:")
	s.press("ctrl+g")
	s.lose("Compose")
	s.pane(tailPane, "returns:", ":0", "key=∅", "value=hand-made")

	s.press("p")
	s.see("Compose", "hand-made") // the draft was kept
	s.press("shift+tab", "key-42", "ctrl+s")
	s.see("acknowledged returns:", "taken by broker")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "returns:", "key=key-42", "value=hand-made")

	s.press("p")
	s.see("Compose")
	s.press("ctrl+t", "ctrl+s")
	s.see("acknowledged returns:")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "key=key-42", "value=∅")
	s.intact()
}

func TestATopicIsNotCreatedByATypingMistake(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns")
	s.press("p")
	s.see("Compose")
	s.press("a value", "tab", "x", "ctrl+s")
	s.see("there is no topic of that name")
	s.press("esc")
	s.lose("Compose")
	s.press("p")
	s.see("Compose", "returnsx", "a value") // what was typed is still there
}

func TestReadOnlyRefusesToSend(t *testing.T) {
	t.Parallel()
	s := demo(t, "--read-only")
	s.see("read-only")
	s.choose("returns")
	s.press("p")
	s.see("Compose")
	s.press("v", "ctrl+s")
	s.until("refusal in the form", func(shot *terminal.Shot) bool {
		p := shot.Pane("Compose")
		return p != nil && p.Row("×", "read-only") != ""
	})
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "nothing has been written")
}
