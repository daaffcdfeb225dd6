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

// readText reads a text file; ~ at the beginning is the user's home. Its errors are
// sentences without a capital and a full stop.
func readText(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no file %s", path)
	case err != nil:
		return "", fmt.Errorf("the file cannot be read: %w", err)
	case !info.Mode().IsRegular(): // a pipe might never end
		return "", fmt.Errorf("%s is not a file", path)
	case info.Size() > largestText:
		return "", fmt.Errorf("%s is larger than 1 MB", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", err)
	}
	return string(text), nil
}
