package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// A scriptDisk is where stories save files: it is never looked at by two at once.
type scriptDisk map[string]string

// Create implements what Files.Create says.
func (d scriptDisk) Create(path string, over bool) (NewFile, error) {
	if path == "/full/file" {
		return &scriptFile{disk: d, path: path, full: true}, nil
	}
	if _, there := d[path]; there && !over {
		return nil, fmt.Errorf("%s is there already: %w", path, fs.ErrExist)
	}
	return &scriptFile{disk: d, path: path}, nil
}

// A scriptFile is one that is being written.
type scriptFile struct {
	bytes.Buffer
	disk scriptDisk
	path string
	full bool
}

func (f *scriptFile) Write(b []byte) (int, error) {
	if f.full {
		return 0, errors.New("no space left on device")
	}
	return f.Buffer.Write(b)
}

func (f *scriptFile) Close() error {
	f.disk[f.path] = f.String()
	return nil
}

func (f *scriptFile) Discard() {}
