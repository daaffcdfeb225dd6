package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kscope/ui"
)

// largestKept bounds the file of what was sent by hand: its older half goes when it
// becomes larger.
const largestKept = 8 << 20

// keptSent opens the file of what was sent by hand: kscope/sent.jsonl in
// $XDG_STATE_HOME, or in ~/.local/state. Only its owner can read it.
func keptSent() (*ui.Kept, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) { // as the specification has it
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fmt.Errorf("there is no place to keep what is sent: %w", err)
		}
		dir = filepath.Join(home, ".local", "state")
	}
	path := filepath.Join(dir, "kscope", "sent.jsonl")
	lines, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("what was sent cannot be read: %w", err)
	}
	if len(lines) > largestKept {
		lines = newerHalf(lines)
		if err := os.WriteFile(path, lines, 0o600); err != nil {
			return nil, fmt.Errorf("what was sent cannot be shortened: %w", err)
		}
	}
	return &ui.Kept{Lines: lines, Add: func(line []byte) error { return add(path, line) }}, nil
}

// newerHalf is what follows the line end after the middle.
func newerHalf(lines []byte) []byte {
	for i := len(lines) / 2; i < len(lines); i++ {
		if lines[i] == '\n' {
			return lines[i+1:]
		}
	}
	return nil
}

// add appends to a file, which only its owner can read.
func add(path string, lines []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(lines)
	return errors.Join(err, f.Close())
}
