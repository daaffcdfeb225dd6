package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestCreateFile: a file that is there is never lost, unless it was asked for and the
// new one is whole.
func TestCreateFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	path := filepath.Join(dir, "value.json")
	write := func(over bool, text string) error {
		file, err := createFile("~/value.json", over)
		if err != nil {
			return err
		}
		if _, err := file.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return file.Close()
	}
	holds := func(want string) {
		t.Helper()
		if b, err := os.ReadFile(path); err != nil || string(b) != want {
			t.Fatalf("the file holds %q, %v; want %q", b, err, want)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Fatalf("in the folder are %v", entries)
		}
	}
	if err := write(false, "first"); err != nil {
		t.Fatal(err)
	}
	holds("first")
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("others may have it: %v", info.Mode())
	}
	if err := write(false, "second"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second one of that name: %v", err)
	}
	holds("first")
	for _, over := range []bool{true, false} {
		name := map[bool]string{true: path, false: filepath.Join(dir, "other")}[over]
		file, err := createFile(name, over)
		if err != nil {
			t.Fatal(err)
		}
		file.Write([]byte("half"))
		file.Discard()
		holds("first")
	}
	if err := write(true, "third"); err != nil {
		t.Fatal(err)
	}
	holds("third")
	for _, over := range []bool{true, false} {
		if _, err := createFile(dir, over); err == nil {
			t.Errorf("a folder was taken for a file, over %v", over)
		}
		if _, err := createFile(filepath.Join(dir, "no", "such"), over); err == nil {
			t.Errorf("a file was made where there is no folder, over %v", over)
		}
	}
}
