package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// partEnd is how the name of a file ends that is not whole yet.
const partEnd = ".part"

// An exportFile is written beside its place, and goes there once it is whole: whoever
// finds a file of that name has all of it.
type exportFile struct {
	*os.File
	place string // empty if it is written where it is, as a device is
	over  bool   // what is at its place may go
}

// createExport begins a file, at whose place none must be unless it is to be written over.
func createExport(name string, force bool) (*exportFile, error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && !force:
		return nil, wrong("%s is there already: name another file, or add --force to write over it", name)
	case err == nil && !info.Mode().IsRegular():
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		return &exportFile{File: file}, unwritable(err, name)
	case err == nil: // where links lead to
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, unwritable(err, name)
		}
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(name+partEnd, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, wrong("%s is there already, as an export leaves it that is interrupted: remove it, or add --force to write over it", name+partEnd)
	}
	return &exportFile{file, name, force}, unwritable(err, name)
}

// unwritable says that a file cannot be written; nil if it can.
func unwritable(err error, name string) error {
	if err == nil {
		return nil
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = &fs.PathError{Op: p.Op, Path: name, Err: p.Err}
	}
	return wrong("--file cannot be written: %s", reason(err))
}

// finish brings the file to its place.
func (f *exportFile) finish() error {
	if err := f.Close(); err != nil || f.place == "" {
		return err
	}
	err := PutFile(f.Name(), f.place, f.over)
	if errors.Is(err, fs.ErrExist) {
		return wrong("%s came to be meanwhile: what was read is in %s", f.place, f.Name())
	}
	return err
}

// PutFile brings a file that is whole to its place, in the same folder. Unless over is
// set, what has come to be there stays: the error is fs.ErrExist then, and the file is
// left where it is.
func PutFile(file, place string, over bool) error {
	if over {
		return os.Rename(file, place)
	}
	err := os.Link(file, place) // a rename would take another's place, if it came meanwhile
	if err == nil {
		return os.Remove(file)
	}
	if _, err := os.Lstat(place); err == nil {
		return fs.ErrExist
	}
	return os.Rename(file, place) // no such links are here
}

// leave ends a file that is not whole, and returns its name; that is empty if nothing is
// in it and it was taken away.
func (f *exportFile) leave(empty bool) string {
	_ = f.Close()
	switch {
	case f.place == "":
		return ""
	case empty:
		_ = os.Remove(f.Name())
		return ""
	}
	return f.Name()
}
