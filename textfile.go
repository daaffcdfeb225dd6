package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// largestText bounds a file that a user has read: it is kept as long as it is shown.
const largestText = 1 << 20

// largestFile bounds one that is sent as a record: no topic takes a larger one.
const largestFile = 64 << 20

// readText reads a text file; ~ at the beginning is the user's home. Its errors are
// sentences without a capital and a full stop.
func readText(path string) (string, error) {
	text, err := readFile(path, largestText)
	return string(text), err
}

// readBytes reads a file whose bytes may be any.
func readBytes(path string) ([]byte, error) { return readFile(path, largestFile) }

// fileSize returns how many bytes are in a file.
func fileSize(path string) (int64, error) {
	_, size, err := regular(path)
	return size, err
}

func readFile(path string, most int64) ([]byte, error) {
	path, size, err := regular(path)
	switch {
	case err != nil:
		return nil, err
	case size > most:
		return nil, fmt.Errorf("%s is larger than %d MB", path, most>>20)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	return content, nil
}

// regular finds a file, and how large it is. A pipe, which might never end, is none.
func regular(path string) (full string, size int64, err error) {
	path = atHome(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return path, 0, fmt.Errorf("there is no file %s", path)
	case err != nil:
		return path, 0, fmt.Errorf("the file cannot be read: %w", err)
	case !info.Mode().IsRegular():
		return path, 0, fmt.Errorf("%s is not a file", path)
	}
	return path, info.Size(), nil
}

// atHome resolves a ~ at the beginning of a path, which is the user's home.
func atHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}
