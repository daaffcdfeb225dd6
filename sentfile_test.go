package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestKeptSent(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", home)
	kept, err := keptSent()
	if err != nil || len(kept.Lines) > 0 {
		t.Fatalf("%v, %q", err, kept.Lines)
	}
	path := filepath.Join(home, "kscope", "sent.jsonl")
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made before anything was sent")
	}
	for range 2 {
		if err := kept.Add([]byte("line\n")); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err = keptSent(); err != nil || string(kept.Lines) != "line\nline\n" {
		t.Errorf("%v, %q", err, kept.Lines)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := kept.Add(bytes.Repeat([]byte("0123456\n"), largestKept/8)); err != nil {
		t.Fatal(err)
	}
	if kept, err = keptSent(); err != nil || len(kept.Lines) > largestKept/2+16 || kept.Lines[0] != '0' {
		t.Errorf("%v, %d bytes are left", err, len(kept.Lines))
	}
}
