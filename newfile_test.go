package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"kscope/ui"
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

// Nothing stays of a file that was not whole when the program ended, and whoever still
// writes it does not bring it back.
func TestFilesThatAreNotWhole(t *testing.T) {
	dir := t.TempDir()
	var files newFiles
	var half []ui.NewFile
	for _, name := range []string{"a", "b", "c"} {
		file, err := files.create(filepath.Join(dir, name), false)
		if err != nil {
			t.Fatal(err)
		}
		file.Write([]byte("half"))
		half = append(half, file)
	}
	if err := half[0].Close(); err != nil {
		t.Fatal(err)
	}
	half[1].Discard()
	if places := files.discard(); len(places) != 1 || places[0] != filepath.Join(dir, "c") {
		t.Errorf("%q were not whole", places)
	}
	if _, err := half[2].Write([]byte("more")); err == nil {
		t.Error("it is still written")
	}
	if err := half[2].Close(); err == nil {
		t.Error("it came to its place")
	}
	half[2].Discard()
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || entries[0].Name() != "a" {
		t.Errorf("in the folder are %v", entries)
	}
}

// A file that came to be while another of its name was written stays what it is.
func TestAPlaceThatIsTakenMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "value")
	file, err := createFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("it was brought there: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "another" {
		t.Errorf("the file holds %q", b)
	}
}
