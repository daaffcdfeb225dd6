package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadText(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	write := func(name string, size int) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat("a", size)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("offsets.csv", 3)
	write("large.csv", largestText+1)
	for path, want := range map[string]string{
		filepath.Join(dir, "offsets.csv"): "aaa",
		"~/offsets.csv":                   "aaa",
		"~/nope.csv":                      "there is no file " + filepath.Join(dir, "nope.csv"),
		"~/large.csv":                     filepath.Join(dir, "large.csv") + " is larger than 1 MB",
		dir:                               dir + " is not a file",
	} {
		got, err := readText(path)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
