//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	s.press("tab", "tab", "hand-made", "ctrl+s")
	s.see("acknowledged returns:")
	s.press("ctrl+g")
	s.lose("Compose")
	s.pane(tailPane, "returns:", ":0", "key=∅", "value=hand-made")

	s.press("p")
	s.see("Compose", "hand-made") // the draft was kept
	s.press("key-42", "ctrl+s")
	s.see("acknowledged returns:", "taken by broker")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "returns:", "key=key-42", "value=hand-made")

	s.press("p")
	s.see("Compose")
	s.press("ctrl+t", "ctrl+t") // JSON, then a tombstone
	s.see("deletes the key")
	s.press("ctrl+s")
	s.see("acknowledged returns:")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "key=key-42", "value=∅")
	s.intact()
}

func TestAValueFromTheEditorAndFromAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	editor, file := filepath.Join(dir, "editor"), filepath.Join(dir, "value.bin")
	script := "#!/bin/sh\ntest \"$(cat \"$2\")\" = typed && printf 'edited %s\\n' \"$1\" >\"$2\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("from a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, setup{args: []string{"--demo"}, env: []string{"EDITOR=" + editor + " twice", "TMPDIR=" + dir}})
	s.settled()
	s.choose("returns")
	s.pane(tailPane, "nothing has been written") // the tail is open
	s.press("p")
	s.see("Compose", "4 partitions")
	s.press("tab", "tab", "typed", "ctrl+e")
	s.see("edited twice")
	if left, _ := filepath.Glob(filepath.Join(dir, "kscope-*")); len(left) > 0 {
		t.Errorf("the editor's files %q are still there", left)
	}
	s.press("ctrl+s")
	s.see("acknowledged returns:")
	s.press("esc")
	s.lose("Compose")
	s.press("p")
	s.see("Compose", "edited twice")
	s.press("tab", "tab", "ctrl+t", "ctrl+t", "ctrl+t", "ctrl+t", "ctrl+t", "ctrl+t", file)
	s.see("11 B, read when it is sent")
	s.press("ctrl+s")
	s.see("acknowledged returns:")
	s.press("enter") // to the tail
	s.lose("Compose")
	s.pane(tailPane, "returns:", "value=edited twice")
	s.pane(tailPane, "returns:", "value=from a file")
}

// The editor gets the value of a record as it is, in a file that is named after where the
// record is. What it leaves there changes nothing.
func TestTheValueOfARecordInTheEditor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	editor, seen, name := filepath.Join(dir, "editor"), filepath.Join(dir, "seen"), filepath.Join(dir, "name")
	script := "#!/bin/sh\ncp \"$1\" '" + seen + "' && echo changed >\"$1\" && echo \"$1\" >'" + name + ".new' && mv '" + name + ".new' '" + name + "'\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, setup{args: []string{"--demo"}, env: []string{"EDITOR=" + editor, "TMPDIR=" + dir}})
	s.settled()
	s.choose("returns")
	s.pane(tailPane, "nothing has been written")
	s.press("p")
	s.see("Compose", "4 partitions")
	s.press("tab", "tab", `{"by": "hand"}`, "ctrl+s")
	s.see("acknowledged returns:")
	s.press("ctrl+g")
	s.lose("Compose")
	row := s.pane(tailPane, "returns:", "value=")
	s.press("6")
	s.focus(tailPane)
	s.press("k", "enter")
	s.see("Record", "leader epoch", `"by"`)
	s.press("e")
	s.until("name of the file that the editor got", func(*terminal.Shot) bool { _, err := os.Stat(name); return err == nil })
	s.see("Record", "leader epoch", `"hand"`)
	value, _ := os.ReadFile(seen)
	path, _ := os.ReadFile(name)
	_, place, _ := strings.Cut(row, "returns:")
	partition, rest, _ := strings.Cut(place, ":")
	offset, _, _ := strings.Cut(rest, " ")
	if want := "returns-" + partition + "-" + offset + ".json"; string(value) != `{"by": "hand"}` || filepath.Base(strings.TrimSpace(string(path))) != want {
		t.Errorf("the editor got %q in %q, and not in %s", value, path, want)
	}
	s.until("word that the editor's file is gone", func(*terminal.Shot) bool {
		left, _ := filepath.Glob(filepath.Join(dir, "kscope-*"))
		return len(left) == 0
	})
	s.press("esc")
	s.lose("leader epoch")
	s.intact()
}

func TestATopicIsNotCreatedByATypingMistake(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns")
	s.press("p")
	s.see("Compose")
	s.press("tab", "tab", "a value", "shift+tab", "shift+tab", "shift+tab", "x", "ctrl+s")
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
	s.press("k", "ctrl+s")
	s.until("refusal in the form", func(shot *terminal.Shot) bool {
		p := shot.Pane("Compose")
		return p != nil && p.Row("×", "read-only") != ""
	})
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "nothing has been written")
}

// TestManyAreSentAndCounted sends templated records, looks at the preview, the bars and
// the account, and cancels another sending.
func TestManyAreSentAndCounted(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("returns")
	s.press("p")
	s.see("Compose", "4 partitions")
	s.press("user-{{int 1 500}}", "tab", "tab", `{"n":{{n}}}`)
	s.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "right")
	s.see("are filled in", `first {"n":1}`)
	s.press("tab", "2000")
	s.press("ctrl+s")
	s.see("Send many", "2,000 records", "where the first 100 will go", `value={"n":3}`)
	s.press("enter")
	s.see("All 2,000 were acknowledged")
	total := 0
	p := s.Shot().Pane("Send many")
	for id := range 4 {
		row := strings.Fields(p.Row(" " + strconv.Itoa(id) + "  ■ broker"))
		n := 0
		for _, word := range row { // the last figure is the count
			if v, err := strconv.Atoi(strings.ReplaceAll(word, ",", "")); err == nil {
				n = v
			}
		}
		total += n
	}
	if total != 2000 {
		t.Errorf("the partitions got %d:\n%s", total, s.Shot().Text())
	}
	s.press("esc")
	s.lose("Send many")
	s.press("tab", "100") // a second
	s.press("ctrl+s")
	s.see("Send many", "100 a second", "where the first 100 will go")
	s.press("enter")
	s.see("acknowledged", "left")
	s.press("esc")
	s.see("Cancelled:")
	s.press("esc")
	s.lose("Send many")
	s.press("esc")
	s.lose("Compose")
	s.pane(tailPane, "returns:", `value={"n":`)
	s.intact()
}

func TestAnAuditNamesThePartitioner(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.choose("orders")
	s.press("2", "A")
	s.see("Partitioner", "murmur2 of the key explains", "as Java's producer does")
	s.press("esc")
	s.lose("murmur2 of the key explains")
}
