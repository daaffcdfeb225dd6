package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"kscope/ui"
	"kscope/ui/cli"
)

// createFile begins a file that only its owner can read. It comes to its place once it is
// whole; one that is there already is left as it is until then, and unless over is set it
// is an error of fs.ErrExist.
func createFile(path string, over bool) (ui.NewFile, error) { return begun.create(path, over) }

// begun are the files of this process that are not whole yet.
var begun newFiles

// newFiles are files that are being written.
type newFiles struct {
	mu   sync.Mutex
	open map[*newFile]bool
}

func (n *newFiles) create(path string, over bool) (ui.NewFile, error) {
	path = atHome(path)
	info, err := os.Stat(path)
	switch {
	case err == nil && !over:
		return nil, taken(path)
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part")
	if err != nil {
		return nil, fmt.Errorf("the file cannot be made: %w", reason(err))
	}
	f := &newFile{File: file, place: path, over: over, among: n}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open == nil {
		n.open = map[*newFile]bool{}
	}
	n.open[f] = true
	return f, nil
}

// forget takes a file out, and reports whether it was in.
func (n *newFiles) forget(f *newFile) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	was := n.open[f]
	delete(n.open, f)
	return was
}

// discard leaves nothing of those that are not whole, and returns where they would have
// come to.
func (n *newFiles) discard() (places []string) {
	n.mu.Lock()
	open := n.open
	n.open = nil
	n.mu.Unlock()
	for f := range open {
		f.remove()
		places = append(places, f.place)
	}
	return places
}

func taken(path string) error { return fmt.Errorf("%s is there already: %w", path, fs.ErrExist) }

// reason is an error of the system without the path, which the sentence has or the
// user typed.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// newFile is a ui.NewFile.
type newFile struct {
	*os.File
	place string // where it goes once it is whole
	over  bool   // what is there may go
	among *newFiles
}

// Close implements ui.NewFile.
func (f *newFile) Close() error {
	if !f.among.forget(f) {
		return errors.New("the file was given up")
	}
	err := f.File.Close()
	if err == nil {
		err = f.put()
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("the file could not be written: %w", reason(err))
	}
	return nil
}

// put brings the file to its place.
func (f *newFile) put() error {
	err := cli.PutFile(f.Name(), f.place, f.over)
	if errors.Is(err, fs.ErrExist) {
		return taken(f.place)
	}
	return err
}

// Discard implements ui.NewFile.
func (f *newFile) Discard() {
	if f.among.forget(f) {
		f.remove()
	}
}

func (f *newFile) remove() {
	f.File.Close()
	os.Remove(f.Name())
}
