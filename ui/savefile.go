package ui

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"kscope/ui/canvas"
)

// A fileName is where something is saved: a field of a form, and what came of it. A file
// that is there is never written over unless that was asked for by another key.
type fileName struct {
	field   *textField
	taken   string // the name of a file that is there already
	problem error
}

func newFileName(name string) fileName {
	n := fileName{field: newText("the name of a new file; ~/ is your home")}
	n.field.set(name)
	return n
}

// path is what was typed.
func (n *fileName) path() string { return strings.TrimSpace(n.field.value()) }

// isTaken reports whether a file of that name was found to be there.
func (n *fileName) isTaken() bool { return n.taken != "" && n.taken == n.path() }

// came takes in how it went, and reports whether it was well.
func (n *fileName) came(err error) bool {
	n.problem, n.taken = err, ""
	if errors.Is(err, fs.ErrExist) {
		n.problem, n.taken = nil, n.path()
	}
	return err == nil
}

// note says what is wrong with the name.
func (n *fileName) note(f *Frame) []canvas.Seg {
	switch {
	case n.isTaken():
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "there is a file of that name: "), Style: warn}, {Text: "ctrl+o writes over it", Style: muted}}
	case n.problem != nil:
		return []canvas.Seg{{Text: mark(f.Marks.Offline, n.problem.Error()), Style: bad}}
	case n.path() == "":
		return []canvas.Seg{{Text: mark(f.Marks.Attention, "a name is missing"), Style: warn}}
	}
	return nil
}

// writeFile writes a file, whole. One that could not be written whole does not stay.
func writeFile(files *Files, path string, over bool, write func(io.Writer) error) error {
	if files == nil || files.Create == nil {
		return errors.New("no file can be written here")
	}
	file, err := files.Create(path, over)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		file.Discard()
		return err
	}
	return file.Close()
}
