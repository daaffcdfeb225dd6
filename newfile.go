package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kscope/ui"
)

// createFile begins a file that only its owner can read. One that is there already is
// left as it is until the new one is whole, and unless over is set it is an error of
// fs.ErrExist.
func createFile(path string, over bool) (ui.NewFile, error) {
	path = atHome(path)
	if over {
		return overFile(path)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%s is there already: %w", path, fs.ErrExist)
	case err != nil:
		return nil, fmt.Errorf("the file cannot be made: %w", reason(err))
	}
	return &newFile{File: file}, nil
}

// overFile begins a file that takes the place of another once it is whole.
func overFile(path string) (ui.NewFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return nil, fmt.Errorf("the file cannot be made: %w", reason(err))
	}
	return &newFile{File: file, place: path}, nil
}

// reason is an error of the system without the path, which the sentence has or the
// user typed.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// newFile is a ui.NewFile.
type newFile struct {
	*os.File
	place string // where it goes once it is whole; empty if it is there
}

// Close implements ui.NewFile.
func (f *newFile) Close() error {
	err := f.File.Close()
	if err == nil && f.place != "" {
		err = os.Rename(f.Name(), f.place)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("the file could not be written: %w", reason(err))
	}
	return nil
}

// Discard implements ui.NewFile.
func (f *newFile) Discard() {
	f.File.Close()
	os.Remove(f.Name())
}
