package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	tea "charm.land/bubbletea/v2"
)

// edit hands text to the editor that $VISUAL or $EDITOR names, in a file of that name
// which nobody else can read, and takes up what the editor left. The program waits for
// it meanwhile, and an interrupt is the editor's.
func (g *guard) edit(text []byte, name string, then func(left []byte, err error) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		editor := os.Getenv("VISUAL")
		if editor == "" {
			editor = os.Getenv("EDITOR")
		}
		if editor == "" {
			return then(nil, errors.New("no editor is set: put its name into $EDITOR"))
		}
		path, err := lay(text, name)
		if err != nil {
			return then(nil, fmt.Errorf("no file can be made for the editor: %w", err))
		}
		// As git has it: the variable may hold several words, and is the shell's to read.
		cmd := exec.Command("/bin/sh", "-c", editor+` "$1"`, editor, path)
		g.editing.Store(true)
		return tea.ExecProcess(cmd, func(err error) tea.Msg {
			g.editing.Store(false)
			defer os.RemoveAll(filepath.Dir(path))
			if err != nil {
				return then(nil, fmt.Errorf("%s did not end well: %w", editor, err))
			}
			left, err := os.ReadFile(path)
			return then(left, err)
		})()
	}
}

// lay writes text to a file of that name in a folder of its own.
func lay(text []byte, name string) (path string, err error) {
	dir, err := os.MkdirTemp("", "kscope-") // for its owner alone
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return path, nil
}
